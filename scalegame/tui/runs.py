"""Opening a run and keeping it: the session behind the board, and the file that it is written to as it happens."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.recording import Recording
    from scalegame.game.session import Session
    from scalegame.tui.board import Playable


class Runs(Protocol):
    """Where the app gets its sessions from; tests and pictures bring their own."""

    def open(self, level: Level, seed: int | None) -> Playable: ...

    def begin(self, session: Playable) -> None:
        """The board is opened: from here on keep what happens."""

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

    def open(self, level: Level, seed: int | None) -> Playable:
        """A new session, not yet kept: who only reads a briefing leaves no file behind."""
        from scalegame.game.session import Session

        self.close()
        self._session = Session(level, fresh_seed() if seed is None else seed)
        return self._session

    def begin(self, session: Playable) -> None:
        from scalegame.game.recording import Recording

        if session is self._session and self._session is not None:
            self._recording = Recording.begin(session.level, session.seed)
            self._session.record(self._recording)

    def close(self) -> None:
        if self._recording is not None:
            self._recording.close()
            self._recording = None
