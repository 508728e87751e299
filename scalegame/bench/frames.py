"""What the board costs while it runs: bytes to the terminal and CPU of the programme, ten ticks a second at 120x40."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from scalegame.bench.levels import chosen, reference
from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import COLUMNS, ROWS, Terminal, drawn_text

SEED = 1
SETTLING_SECONDS = 2.0
"""Between the key that runs the board and the first figure: what is drawn once must not count."""
SLICE_SECONDS = 1.0
OPEN_RUNNING = " "
"""The briefing's key that opens the board with its clock going."""


def measure(settings: Settings, progress: Progress) -> Section:
    """Bytes and CPU a second and a frame. Raises BenchError: no ptys, no /proc, or the board stood still."""
    level = chosen(settings)
    slices = 4 if settings.quick else 12
    progress.begin("bytes and CPU a frame", slices)
    with (
        tempfile.TemporaryDirectory(prefix="scalegame-bench-") as state,
        Terminal("scalegame", ["play", reference(level), "--seed", str(SEED)], Path(state)) as terminal,
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
        seconds = time.perf_counter() - start
        cpu, frames, size = terminal.cpu_seconds() - cpu, terminal.questions - frames, len(terminal.output) - size
    return section(level.id, seconds, size, frames, cpu)


def section(level: str, seconds: float, size: int, frames: int, cpu: float) -> Section:
    rows = (
        ("bytes a second", f"{size / seconds:,.0f}"),
        ("bytes a frame", f"{size / frames:,.0f}"),
        ("CPU, % of a core", f"{100 * cpu / seconds:.1f}"),
        ("CPU ms a frame", f"{1000 * cpu / frames:.2f}"),
        ("frames a second", f"{frames / seconds:.1f}"),
    )
    return Section(
        title=f"The running board at {COLUMNS}x{ROWS}",
        columns=("what", level),
        rows=rows,
        figures=(
            Figure("the running board, CPU", 100 * cpu / seconds, 10.0, True, plain(1, " % of a core")),
            Figure("the running board, output", size / seconds / 1000, 65.0, True, plain(1, " kB/s")),
        ),
        data={
            "level": level,
            "columns": COLUMNS,
            "rows": ROWS,
            "seconds": seconds,
            "bytes_a_second": size / seconds,
            "bytes_a_frame": size / frames,
            "cpu_percent_of_a_core": 100 * cpu / seconds,
            "cpu_ms_a_frame": 1000 * cpu / frames,
            "frames_a_second": frames / seconds,
        },
        notes=(f"level {level}, seed {SEED}, nothing done; simulation and drawing together, a tick a frame",),
    )
