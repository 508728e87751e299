"""What is being measured, on stderr: a bar that moves where stderr is a terminal, else plain lines."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

if TYPE_CHECKING:
    from rich.progress import TaskID


class LineProgress:
    """A line for each part and each step."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._part = ""
        self._steps = self._done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stream.flush()

    def begin(self, what: str, steps: int) -> None:
        self._part, self._steps, self._done = what, steps, 0
        self._say(what)

    def step(self, what: str) -> None:
        self._done += 1
        self._say(f"{self._part} {self._done}/{self._steps}: {what}")

    def _say(self, line: str) -> None:
        print(f"bench: {line}", file=self._stream, flush=True)


class BarProgress:
    """A bar a part. It is drawn between measurements only: no thread of its own draws while something is measured."""

    def __init__(self, stream: TextIO) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[now]}"),
            console=Console(file=stream),
            auto_refresh=False,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def begin(self, what: str, steps: int) -> None:
        self._task = self._progress.add_task(what, total=steps, now="")
        self._progress.refresh()

    def step(self, what: str) -> None:
        if self._task is not None:
            self._progress.update(self._task, advance=1, now=what)
            self._progress.refresh()


def progress_on(stream: TextIO) -> LineProgress | BarProgress:
    """What suits the stream."""
    return BarProgress(stream) if stream.isatty() else LineProgress(stream)
