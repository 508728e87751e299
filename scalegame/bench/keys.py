"""From a key to its paint on a slow link, on the busiest world: our board beside one of Textual's own widgets.

The reader takes 20 kB a second, a poor mobile link. A key moves the selection; the clock stops when its name stands
where the board shows what is selected.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import Seen, Terminal

LINK = 20_000
"""Bytes a second."""
MOST_MS = 100.0
PATIENCE_SECONDS = 30.0
"""A key that is not answered by then counts as answered then."""
DOWN, UP = "\x1b[B", "\x1b[A"
BETWEEN_SECONDS = 0.45
"""From an answer to the next key: about two a second, out of step with the frames."""
SETTLED_SECONDS = 6.0
"""What a first paint of a whole screen takes on such a link."""
BOARDS: dict[str, tuple[str, Callable[[list[str]], str]]] = {
    "our board": ("ours", lambda rows: _between(rows, "╭─ ", " ─", skip=1)),
    "stock widgets": ("stock", lambda rows: _between(rows, "selected ", ":")),
}
"""Name -> (which of bench.boards, what is selected by what stands on its screen)."""


def measure(settings: Settings, progress: Progress) -> Section:
    """Milliseconds from a key to its paint. Raises BenchError: no ptys, no pyte, no sandbox, a board shows nothing."""
    keys = {"our board": 12 if settings.quick else 40, "stock widgets": 3 if settings.quick else 5}
    progress.begin("key to paint on a slow link", sum(keys.values()))
    taken = {}
    for name, (board, selected) in BOARDS.items():
        with tempfile.TemporaryDirectory(prefix="scalegame-bench-") as folder, ExitStack() as stack:
            terminal = stack.enter_context(
                Terminal("scalegame.bench.boards", [board], Path(folder), bytes_a_second=LINK)
            )
            taken[name] = _press(terminal, selected, keys[name], progress)
    return section(taken)


def _press(terminal: Terminal, selected: Callable[[list[str]], str], keys: int, progress: Progress) -> list[float]:
    """Milliseconds of each key."""
    seen = Seen()
    give_up = time.perf_counter() + 60.0
    while not selected(seen.rows(terminal)):
        terminal.watch(0.05)
        if terminal.ended or time.perf_counter() > give_up:
            raise BenchError("a board never showed what is selected on it")
    terminal.watch(SETTLED_SECONDS)
    taken = []
    for at in range(keys):
        before = selected(seen.rows(terminal))
        pressed = time.perf_counter()
        terminal.press(DOWN if at % 2 == 0 else UP)
        while (now := time.perf_counter()) - pressed < PATIENCE_SECONDS:
            if selected(seen.rows(terminal)) not in ("", before):
                break
            terminal.watch(0.002)
        taken.append(1000 * (now - pressed))
        progress.step(f"key {at + 1}")
        terminal.watch(BETWEEN_SECONDS)
    return taken


def _between(rows: list[str], before: str, after: str, skip: int = 0) -> str:
    """What stands between two marks in the first row, after ``skip`` of them, that has both; else nothing."""
    for row in rows:
        _, found, rest = row.partition(before)
        word, end, _ = rest.partition(after)
        if found and end:
            if not skip:
                return word
            skip -= 1
    return ""


def section(taken: dict[str, list[float]]) -> Section:
    """taken: name -> milliseconds of each key."""
    quantiles = {name: (statistics.median(values), _p95(values)) for name, values in taken.items()}
    ours = quantiles["our board"]
    return Section(
        title=f"From a key to its paint, a link of {LINK // 1000} kB/s, the busiest world",
        columns=("board", "p50 ms", "p95 ms"),
        rows=tuple((name, f"{p50:,.0f}", f"{p95:,.0f}") for name, (p50, p95) in quantiles.items()),
        figures=(Figure("key to paint, p95", ours[1], MOST_MS, True, plain(0, " ms")),),
        data={name.replace(" ", "_"): {"p50_ms": p50, "p95_ms": p95} for name, (p50, p95) in quantiles.items()},
        notes=(f"one key in about {BETWEEN_SECONDS:g} s; no answer within {PATIENCE_SECONDS:g} s counts as that",),
    )


def _p95(values: list[float]) -> float:
    """Nearest rank."""
    return sorted(values)[max(-(-95 * len(values) // 100) - 1, 0)]
