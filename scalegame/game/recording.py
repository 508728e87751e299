"""Writing a run down as it happens: each line is in the file before the next tick, so a killed session loses a second.

Trouble with the disk never stops play: the recording goes quiet, says so once in ``failure``, and the game goes on.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from scalegame import __version__
from scalegame.game.folders import runs_folder
from scalegame.game.run_file import (
    CHECKPOINT_TICKS,
    End,
    Header,
    RunFile,
    alive_line,
    checkpoint_line,
    command_line,
    end_line,
    header_line,
)
from scalegame.model.world import RULES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scalegame.game.level import Level
    from scalegame.game.score import Result


class Recorder(Protocol):
    """Where a session writes itself down as it happens."""

    @property
    def failure(self) -> str | None:
        """Why it stopped writing, in a sentence; None while all is well."""

    def command(self, tick: int, line: str) -> None:
        """A command was taken, effective at this tick."""

    def after(self, tick: int, hashes: Callable[[], dict[str, str]]) -> None:
        """A second ended with ``tick`` ticks done; ``hashes`` gives the state if it is wanted."""

    def end(self, tick: int, result: Result, state: str) -> None:
        """The run is over."""


class Sink(Protocol):
    """A raw, unbuffered file, or bytes in memory."""

    def write(self, data: bytes, /) -> int | None: ...

    def close(self) -> None: ...


def run_files(folder: Path | None = None, since: float | None = None) -> list[Path]:
    """The runs in a folder (the user's state folder where None) that were written to at ``since`` or later (seconds of
    the epoch; all where None), newest first. What cannot be looked at is left out."""
    found: list[tuple[float, Path]] = []
    with suppress(OSError):
        for path in (folder or runs_folder()).glob("*.run"):
            with suppress(OSError):
                found.append((path.stat().st_mtime, path))
    return [path for written, path in sorted(found, reverse=True) if since is None or written >= since]


def header_of(level: Level, seed: int, player: str | None = None, parent: str | None = None) -> Header:
    return Header(__version__, RULES, level.id, level.level_id, seed, level.text, player, parent)


class Recording:
    """A run file being written."""

    def __init__(
        self, sink: Sink | None, path: Path | None = None, failure: str | None = None, header: Header | None = None
    ) -> None:
        """``sink`` None records nothing; ``failure`` then says why."""
        self.header = header
        """What the run is; None where nobody said."""
        self.path = path
        """Where it is kept; None where it is not."""
        self.failure = failure
        """Why nothing more is saved, in a sentence; None while all is well."""
        self._sink = sink

    @classmethod
    def begin(
        cls,
        level: Level,
        seed: int,
        *,
        folder: Path | None = None,
        player: str | None = None,
        parent: str | None = None,
    ) -> Recording:
        """A new file in ``folder`` (the user's state folder where None); a quiet recording where that cannot be.
        ``parent`` as in a header."""
        folder, header = folder or runs_folder(), header_of(level, seed, player, parent)
        name = f"{level.id}-{seed}-{datetime.now(UTC):%Y%m%d-%H%M%S}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path, sink = _new_file(folder, name)
        except OSError as error:
            return cls(None, failure=_unsaved(folder, error), header=header)
        recording = cls(sink, path, header=header)
        recording.write(header_line(header))
        return recording

    @classmethod
    def go_on(cls, path: Path, run: RunFile) -> Recording:
        """Append to the file of an unfinished run, after its last whole line."""
        try:
            # Unbuffered on purpose: see the module's first line. The session closes it, not a with block.
            sink = path.open("r+b", buffering=0)
            sink.truncate(run.whole_bytes)
            sink.seek(run.whole_bytes)
        except OSError as error:
            return cls(None, failure=_unsaved(path, error), header=run.header)
        return cls(sink, path, header=run.header)

    def so_far(self, commands: Sequence[tuple[int, str]], tick: int) -> None:
        """What was taken, and how far it came, before anybody wrote it down."""
        for at, line in commands:
            self.command(at, line)
        if tick:
            self.write(alive_line(tick))

    def command(self, tick: int, line: str) -> None:
        """A command was taken before this tick."""
        self.write(command_line(tick, line))

    def after(self, tick: int, hashes: Callable[[], dict[str, str]]) -> None:
        """A second has passed and ``tick`` ticks are done; ``hashes`` is asked where a checkpoint is due."""
        if self._sink is None:
            return
        self.write(alive_line(tick) if tick % CHECKPOINT_TICKS else checkpoint_line(tick, hashes()))

    def end(self, tick: int, result: Result, state: str) -> None:
        """The run is over; nothing can follow."""
        self.write(end_line(End(tick, result, state)))
        self.close()

    def write(self, line: str) -> None:
        if self._sink is None:
            return
        data = line.encode()
        try:
            if self._sink.write(data) != len(data):
                raise OSError("the disk is full")
        except OSError as error:
            self.failure = _unsaved(self.path or "the run", error)
            self.close()

    def close(self) -> None:
        """Stop writing; what is written stays and can be resumed."""
        sink, self._sink = self._sink, None
        if sink is not None:
            try:
                sink.close()
            except OSError as error:
                self.failure = self.failure or _unsaved(self.path or "the run", error)


def _new_file(folder: Path, name: str) -> tuple[Path, Sink]:
    for number in range(1, 1000):
        path = folder / (f"{name}.run" if number == 1 else f"{name}-{number}.run")
        try:
            return path, path.open("xb", buffering=0)
        except FileExistsError:
            continue
    raise FileExistsError(f"a thousand runs named {name}")


def _unsaved(where: Path | str, error: OSError) -> str:
    return f"this run is not saved: {where}: {error.strerror or error}"
