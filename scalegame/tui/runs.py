"""Opening a run and keeping it: the session behind the board, and the file that it is written to as it happens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

from scalegame.tui.cells.figures import clock

if TYPE_CHECKING:
    from pathlib import Path

    from scalegame.game.level import Level
    from scalegame.game.progress import Progress
    from scalegame.game.recording import Recording
    from scalegame.game.session import Session
    from scalegame.tui.desk.playable import Playable


class Runs(Protocol):
    """Where the app gets its sessions from; tests and pictures bring their own."""

    def open(self, level: Level, seed: int | None) -> Playable: ...

    def unfinished(self) -> str | None:
        """What could be gone on with, in a few words; None where there is nothing."""

    def resume(self) -> Playable:
        """Go on with it. Raises game.run_file.RunFileError where it cannot be."""

    def adopt(self, session: Playable) -> None:
        """A run that went back in another is to be played on."""

    def begin(self, session: Playable) -> None:
        """The board is opened: from here on keep what happens."""

    def ended(self, session: Playable) -> tuple[bool, str]:
        """The run is over: keep how far it came. Whether it is the first time that the player lost this level, and what
        there is to say of the keeping, if anything."""

    def progress(self) -> tuple[Progress, str]:
        """How far the player got in all levels, and what there is to say of the file that it is kept in, if
        anything."""

    def played_before(self) -> bool:
        """Whether there is anything of an earlier game."""

    def close(self) -> None:
        """The run is left or over; what was kept stays."""


def fresh_seed() -> int:
    """A seed nobody knows beforehand."""
    return int.from_bytes(os.urandom(4), "big")


class KeptRuns:
    """Runs of the real game, kept in the user's state folder. Trouble with the disk stands in the session's log and
    stops nobody."""

    def __init__(self) -> None:
        self._session: Session | None = None
        self._recording: Recording | None = None
        """The file of the run that is on."""
        self._left: Path | None = None
        self._new = False
        """The session has no file yet."""

    def open(self, level: Level, seed: int | None) -> Playable:
        """A new session, not yet kept: who only reads a briefing leaves no file behind."""
        from scalegame.game.session import Session

        self.close()
        self._session, self._new = Session(level, level.seed_or(seed, fresh_seed())), True
        return self._session

    def adopt(self, session: Playable) -> None:
        from scalegame.game.session import Session

        self.close()
        if isinstance(session, Session):
            self._session, self._new = session, True

    def unfinished(self) -> str | None:
        from scalegame.game.level_library import library
        from scalegame.game.replay import newest_unfinished
        from scalegame.model.catalogue import TICKS_PER_SECOND

        found = newest_unfinished()
        if found is None:
            self._left = None
            return None
        self._left, run = found
        title = next((listing.title for listing in library() if listing.id == run.header.level), run.header.level)
        practice = "practice in " if run.header.parent is not None else ""
        return f"{practice}{title}, at {clock(run.last_tick / TICKS_PER_SECOND)}"

    def resume(self) -> Playable:
        from scalegame.game.replay import resume
        from scalegame.game.run_file import RunFileError

        self.close()
        if self._left is None:
            raise RunFileError("there is no run to go on with")
        self._new = False
        self._session, self._recording = resume(self._left)
        return self._session

    def begin(self, session: Playable) -> None:
        from scalegame.game.recording import Recording

        kept = self._session
        if kept is not None and session is kept and self._new:
            self._recording = Recording.begin(kept.level, kept.seed, parent=kept.parent)
            self._recording.so_far(kept.commands, kept.tick)
            kept.record(self._recording)
            self._new = False

    def ended(self, session: Playable) -> tuple[bool, str]:
        """Of a run of this game that says something of the player; of another, such as practice, nothing is kept."""
        from scalegame.game.progress import ProgressFile, counts

        header = self._recording.header if self._recording is not None else None
        if session is not self._session or header is None or not counts(header):
            return False, ""
        before, trouble = ProgressFile.of_user().add(session.level, session.result())
        return session.result().outcome == "lost" and not before.lost, trouble

    def progress(self) -> tuple[Progress, str]:
        from scalegame.game.progress import ProgressFile

        return ProgressFile.of_user().read()

    def played_before(self) -> bool:
        from scalegame.game.progress import ProgressFile
        from scalegame.game.recording import run_files

        return bool(run_files()) or ProgressFile.of_user().path.exists()

    def close(self) -> None:
        if self._recording is not None:
            self._recording.close()
            self._recording = None


class UnkeptRuns:
    """Sessions that leave no run file: for pictures and measurements."""

    def open(self, level: Level, seed: int | None) -> Playable:
        """A seed of 0 where there is none, so that the same call gives the same picture."""
        from scalegame.game.session import Session

        return Session(level, level.seed_or(seed))

    def unfinished(self) -> str | None:
        return None

    def resume(self) -> Playable:
        raise RuntimeError("nothing is kept, so there is nothing to go on with")

    def adopt(self, session: Playable) -> None:
        """It needs nothing."""

    def begin(self, session: Playable) -> None:
        """Nothing is kept."""

    def ended(self, session: Playable) -> tuple[bool, str]:  # noqa: ARG002 - nothing is kept
        return False, ""

    def progress(self) -> tuple[Progress, str]:
        return {}, ""

    def played_before(self) -> bool:
        return True

    def close(self) -> None:
        """Nothing was kept."""
