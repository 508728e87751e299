"""What the board costs while it runs: bytes to the terminal and CPU of the programme, ten ticks a second at 120x40."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.bench.levels import boards
from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import COLUMNS, ROWS, Terminal, drawn_text

if TYPE_CHECKING:
    from scalegame.game.level import Level

SEED = 1
SETTLING_SECONDS = 2.0
"""Between the key that runs the board and the first figure: what is drawn once must not count."""
SLICE_SECONDS = 1.0
OPEN_RUNNING = " "
"""The briefing's key that opens the board with its clock going."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stretch of a running board."""

    level: str
    seconds: float
    size: int
    """Bytes."""
    frames: int
    cpu: float
    """CPU seconds of the programme, all threads."""

    @property
    def bytes_a_second(self) -> float:
        return self.size / self.seconds

    @property
    def cpu_percent(self) -> float:
        """Of a core."""
        return 100.0 * self.cpu / self.seconds


def measure(settings: Settings, progress: Progress) -> Section:
    """Bytes and CPU a second and a frame. Raises BenchError: no ptys, no /proc, or a board stood still."""
    levels = boards(settings)
    slices = 4 if settings.quick else 12
    progress.begin("bytes and CPU a frame", slices * len(levels))
    return section([_watch(level, slices, progress) for level in levels])


def _watch(level: Level, slices: int, progress: Progress) -> Drawn:
    with (
        tempfile.TemporaryDirectory(prefix="scalegame-bench-") as state,
        Terminal("scalegame", ["play", level.path, "--seed", str(SEED)], Path(state)) as terminal,
    ):
        terminal.until(lambda output: level.title in drawn_text(output), f'the briefing of "{level.title}"')
        terminal.watch(0.5)
        terminal.press(OPEN_RUNNING)
        terminal.watch(SETTLING_SECONDS)
        size, frames, cpu, start = len(terminal.output), terminal.questions, terminal.cpu_seconds(), time.perf_counter()
        for number in range(slices):
            before = terminal.questions
            terminal.watch(SLICE_SECONDS)
            if terminal.questions == before:
                raise BenchError(f"the board of {level.id} stood still; name a level that runs longer with --level")
            progress.step(f"{number + 1} s of {level.id}")
        return Drawn(
            level.id,
            time.perf_counter() - start,
            len(terminal.output) - size,
            terminal.questions - frames,
            terminal.cpu_seconds() - cpu,
        )


def section(drawn: list[Drawn]) -> Section:
    """Figures of each board; the targets hold for the dearest of them."""
    return Section(
        title=f"The running board at {COLUMNS}x{ROWS}, ten ticks a second",
        columns=("level", "bytes/s", "bytes a frame", "% of a core", "CPU ms a frame", "frames/s"),
        rows=tuple(
            (
                one.level,
                f"{one.bytes_a_second:,.0f}",
                f"{one.size / one.frames:,.0f}",
                f"{one.cpu_percent:.1f}",
                f"{1000 * one.cpu / one.frames:.2f}",
                f"{one.frames / one.seconds:.1f}",
            )
            for one in drawn
        ),
        figures=(
            Figure("running board, CPU", max(one.cpu_percent for one in drawn), 10.0, True, plain(1, " % of a core")),
            Figure(
                "running board, output", max(one.bytes_a_second for one in drawn) / 1000, 65.0, True, plain(1, " kB/s")
            ),
        ),
        data={
            "columns": COLUMNS,
            "rows": ROWS,
            "boards": [
                {
                    "level": one.level,
                    "seconds": one.seconds,
                    "bytes_a_second": one.bytes_a_second,
                    "bytes_a_frame": one.size / one.frames,
                    "cpu_percent_of_a_core": one.cpu_percent,
                    "cpu_ms_a_frame": 1000 * one.cpu / one.frames,
                    "frames_a_second": one.frames / one.seconds,
                }
                for one in drawn
            ],
        },
        notes=(f"the boards run with seed {SEED} and nothing done; simulation and drawing together",),
    )
