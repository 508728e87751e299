"""What the board keeps in memory, and whether that grows: half an hour of the busiest world, played without waiting."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path

from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import Seen, Terminal

MOST_MEGABYTES = 65.0
MOST_GROWTH = 1.0
"""Megabytes from the first mark on: what a second-by-second history of so long a game takes."""
FIRST_MINUTE = 3
"""The first mark: caches and tables are full by then."""
LAST_MINUTE, LAST_MINUTE_QUICK = 33, 8
PATIENCE_SECONDS = 1800.0
_CLOCK = re.compile(r"(\d\d+):(\d\d)/")


def measure(settings: Settings, progress: Progress) -> Section:
    """Megabytes resident. Raises BenchError: no ptys, no /proc, no pyte, no sandbox."""
    marks = (FIRST_MINUTE, LAST_MINUTE_QUICK if settings.quick else LAST_MINUTE)
    progress.begin("memory over a long game", len(marks))
    kept = []
    with (
        tempfile.TemporaryDirectory(prefix="scalegame-bench-") as folder,
        Terminal("scalegame.bench.boards", ["hurried"], Path(folder)) as terminal,
    ):
        seen = Seen()
        for minute in marks:
            give_up = time.perf_counter() + PATIENCE_SECONDS
            while _minutes(seen.rows(terminal)) < minute:
                terminal.watch(0.2)
                if terminal.ended or time.perf_counter() > give_up:
                    raise BenchError(f"the game never came to its minute {minute}")
            kept.append(terminal.resident_megabytes())
            progress.step(f"minute {minute}")
    return section(marks, kept)


def _minutes(rows: list[str]) -> float:
    """Game time by the board's top line; 0 where it shows none."""
    found = _CLOCK.search(rows[0])
    return int(found[1]) + int(found[2]) / 60 if found else 0.0


def section(minutes: tuple[int, ...], kept: list[float]) -> Section:
    """kept: megabytes at each of these minutes of game time."""
    if len(kept) < 2:
        raise BenchError("a game ended before it could be seen to grow")
    return Section(
        title="Memory of the busiest world on our board",
        columns=("minute of the game", "MB resident"),
        rows=tuple((str(minute), f"{megabytes:.1f}") for minute, megabytes in zip(minutes, kept, strict=True)),
        figures=(
            Figure("memory", max(kept), MOST_MEGABYTES, True, plain(1, " MB")),
            Figure(
                f"growth from minute {minutes[0]} to {minutes[-1]}",
                kept[-1] - kept[0],
                MOST_GROWTH,
                True,
                plain(1, " MB"),
            ),
        ),
        data={"minutes": list(minutes), "resident_megabytes": kept},
        notes=("played without waiting, every frame drawn; what is kept of each second of the game is in the growth",),
    )
