"""From exec to the first visible paint, beside an app of Textual with nothing in it.

First paint: the first read of the terminal after which something other than blanks stands on the alternate screen. All
start as installed programmes do, from byte-compiled files; the first round, which may compile them, does not count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from scalegame.bench.levels import first
from scalegame.bench.rounds import interleaved
from scalegame.bench.section import Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import Terminal, drawn_text, is_painted
from scalegame.game.level_library import PACKS

MOST_RATIO = 1.3
BARE, TITLE, PLAY, BRIEFING = "bare Textual", "scalegame", "scalegame play", "scalegame play, its briefing"


def measure(settings: Settings, progress: Progress) -> Section:
    """Wall seconds to the first paint. Raises BenchError where there are no ptys or a programme does not paint."""
    level = first(settings)
    progress.begin("first paint", settings.repeats + 1)
    play = ("scalegame", ["play", level.id if level.pack in PACKS else level.path])
    with tempfile.TemporaryDirectory(prefix="scalegame-bench-") as folder:
        state = Path(folder)
        contenders: dict[str, Callable[[], float]] = {
            BARE: lambda: _first("scalegame.bench.bare_app", [], state),
            TITLE: lambda: _first("scalegame", [], state),
            PLAY: lambda: _first(*play, state),
            BRIEFING: lambda: _first(*play, state, level.title),
        }
        taken = interleaved(contenders, settings.repeats, lambda turn: progress.step(f"first paint, round {turn}"))
    ratios = {name: seconds / taken[BARE] for name, seconds in taken.items()}
    return Section(
        title="From exec to the first paint",
        columns=("programme", "ms", "to bare"),
        rows=tuple((name, f"{1000 * taken[name]:,.0f}", f"{ratios[name]:.2f}x") for name in contenders),
        figures=tuple(
            Figure(f"first paint, {name} : {BARE}", ratios[name], MOST_RATIO, True, plain(2, "x"))
            for name in (TITLE, PLAY)
        ),
        data={
            "level": level.id,
            "bare_ms": 1000 * taken[BARE],
            "title_ms": 1000 * taken[TITLE],
            "play_ms": 1000 * taken[PLAY],
            "briefing_ms": 1000 * taken[BRIEFING],
            "title_to_bare": ratios[TITLE],
            "play_to_bare": ratios[PLAY],
            "briefing_to_bare": ratios[BRIEFING],
        },
        notes=(f"level {level.id}; the briefing comes after a first paint of the title",),
    )


def _first(module: str, arguments: list[str], state: Path, text: str = "") -> float:
    """Wall seconds to the first paint, or to the paint that shows ``text``."""
    with Terminal(module, arguments, state) as terminal:
        if text:
            return terminal.until(lambda output: text in drawn_text(output), f'the text "{text}"')
        return terminal.until(is_painted, "a first paint")
