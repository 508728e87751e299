"""What the board costs while it runs: bytes to the terminal and CPU of the programme, ten ticks a second at 120x40.

The busiest world on our board, on one of Textual's own widgets, and on none, in turns: while one is measured the others
are halted. What a board takes beyond none is drawing.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from scalegame.bench.levels import first
from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import COLUMNS, ROWS, Terminal, drawn_text, is_painted
from scalegame.tui.desk.pace import FRAME_SECONDS
from scalegame.tui.screens.playing import LOOK_FRAMES

SEED = 1
MOST_CPU, MOST_KILOBYTES = 4.0, 15.0
"""Percent of a core, and kB/s."""
OURS, STOCK, STILL = "the busiest world, our board", "the same, stock widgets", "the same, drawn nowhere"
RESUMED_SECONDS = 0.5
"""After a halt, before a slice begins: the ticks that are made up for must not count."""
SLICE_SECONDS = 2.0
OPEN_RUNNING = " "
"""The briefing's key that opens the board with its clock going."""


@dataclass(slots=True)
class Drawn:
    """Slices of a running board, one value a slice."""

    name: str
    bytes_a_second: list[float] = field(default_factory=list)
    frames_a_second: list[float] = field(default_factory=list)
    cpu_percent: list[float] = field(default_factory=list)
    """Of a core, all threads."""

    @property
    def output(self) -> float:
        """Bytes a second, the median slice."""
        return statistics.median(self.bytes_a_second)

    @property
    def cpu(self) -> float:
        """Percent of a core, the median slice."""
        return statistics.median(self.cpu_percent)

    @property
    def frames(self) -> float:
        """Frames a second, as the game tells them; 0 for programmes that do not."""
        return statistics.median(self.frames_a_second)


def measure(settings: Settings, progress: Progress) -> Section:
    """Bytes and CPU a second. Raises BenchError: no ptys, no /proc, no sandbox, or a board stood still."""
    level = first(settings)
    turns = settings.repeats
    progress.begin("bytes and CPU of a running board", turns)
    with tempfile.TemporaryDirectory(prefix="scalegame-bench-") as folder, ExitStack() as stack:
        state = Path(folder)

        def start(module: str, *arguments: str) -> Terminal:
            return stack.enter_context(Terminal(module, arguments, state))

        played = start("scalegame", "play", level.path, "--seed", str(SEED))
        played.until(lambda output: level.title in drawn_text(output), f'the briefing of "{level.title}"')
        played.press(OPEN_RUNNING)
        opened = {Drawn(f"{level.id}, our board").name: played}
        played.watch(RESUMED_SECONDS)
        played.halt()
        for name, board in ((OURS, "ours"), (STOCK, "stock"), (STILL, "still")):
            opened[name] = start("scalegame.bench.boards", board)
            opened[name].until(is_painted, f"a first paint of {name}")
            opened[name].watch(RESUMED_SECONDS)
            opened[name].halt()
        drawn = [Drawn(name) for name in opened]
        for turn in range(turns):
            for one in drawn:
                _slice(one, opened[one.name])
            progress.step(f"round {turn + 1}")
    return section(drawn)


def _slice(drawn: Drawn, terminal: Terminal) -> None:
    terminal.go()
    terminal.watch(RESUMED_SECONDS)
    size, frames, cpu, start = len(terminal.output), terminal.questions, terminal.cpu_seconds(), time.perf_counter()
    terminal.watch(SLICE_SECONDS)
    seconds = time.perf_counter() - start
    drawn.bytes_a_second.append((len(terminal.output) - size) / seconds)
    drawn.frames_a_second.append((terminal.questions - frames) / seconds)
    drawn.cpu_percent.append(100.0 * (terminal.cpu_seconds() - cpu) / seconds)
    terminal.halt()
    if drawn.name != STILL and drawn.bytes_a_second[-1] == 0.0:
        raise BenchError(f"{drawn.name}: it stood still; name a level that runs longer with --level")


def section(drawn: list[Drawn]) -> Section:
    """Figures of each board, the busiest world's on our board judged."""
    figures, frames = 1 / (LOOK_FRAMES * FRAME_SECONDS), 1 / FRAME_SECONDS
    named = {one.name: one for one in drawn}
    ours, stock, still = named[OURS], named[STOCK], named[STILL]
    ours_draws, stock_draws = ours.cpu - still.cpu, stock.cpu - still.cpu
    cpu_ratio, bytes_ratio = stock_draws / max(ours_draws, 1e-9), stock.output / max(ours.output, 1e-9)
    return Section(
        title=f"The running board at {COLUMNS}x{ROWS}, ten ticks a second",
        columns=("board", "bytes/s", "% of a core", "of it drawing", "frames/s"),
        rows=tuple(
            (
                one.name,
                f"{one.output:,.0f}",
                f"{one.cpu:.1f}",
                f"{one.cpu - still.cpu:.1f}" if one in (ours, stock) else "",
                f"{one.frames:.1f}" if one.frames else "",
            )
            for one in drawn
        ),
        figures=(
            Figure("busiest board, simulation and drawing", ours.cpu, MOST_CPU, True, plain(1, " % of a core")),
            Figure("busiest board, drawing", ours_draws, MOST_CPU, True, plain(1, " % of a core")),
            Figure("busiest board, output", ours.output / 1000, MOST_KILOBYTES, True, plain(1, " kB/s")),
        ),
        data={
            "columns": COLUMNS,
            "rows": ROWS,
            "boards": [
                {
                    "board": one.name,
                    "bytes_a_second": one.output,
                    "cpu_percent_of_a_core": one.cpu,
                    "frames_a_second": one.frames,
                }
                for one in drawn
            ],
            "drawing_stock_to_ours": cpu_ratio,
            "bytes_stock_to_ours": bytes_ratio,
        },
        notes=(
            f"in turns, slices of {SLICE_SECONDS:g} s, medians; the others are halted meanwhile",
            f"stock widgets draw with {cpu_ratio:.1f}x the CPU and {bytes_ratio:.0f}x the bytes",
            f"ours draws figures {figures:g} times a second and what flows {frames:g} times, stock all {frames:g}",
        ),
    )
