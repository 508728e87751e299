"""What the player has reached: medals and best figures a level, read off the finished runs in the state folder.

For the title screen only: it shows what the files claim; `scalegame verify` is who proves it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.level import LevelError
from scalegame.game.level_library import find
from scalegame.game.recording import runs_folder
from scalegame.game.run_file import RunFileError, read
from scalegame.game.score import Result, medals
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from scalegame.game.level import Par

MOST_RUNS = 200
"""The newest; an old medal is worth less than a title screen that waits."""
_ORDER = ("none", "bronze", "silver", "gold")


@dataclass(frozen=True, slots=True)
class Standing:
    """The best of a level that was won or has no end, each figure on its own: they need not be of one run."""

    uptime_medal: str = "none"
    """gold, silver, bronze or none."""
    cost_medal: str = "none"
    uptime: float | None = None
    """0..1; None where nothing was offered."""
    cost: float | None = None
    """Dollars, of runs without `launch`: the others are not held against par."""
    survived: float | None = None
    """Seconds, the longest, of a level without end; None where it has one."""
    good: int = 0
    """The most good answers there."""


def run_files(folder: Path | None = None) -> list[Path]:
    """The runs in a folder (the user's state folder where None), newest first; none where it cannot be read."""
    try:
        found = [(path.stat().st_mtime, path) for path in (folder or runs_folder()).glob("*.run")]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)]


def standings(paths: Iterable[Path]) -> dict[str, Standing]:
    """Level id -> the best of its runs; only levels that were won, or cannot be."""
    results: dict[str, list[Result]] = {}
    levels: dict[str, str] = {}
    for path, _ in zip(paths, range(MOST_RUNS), strict=False):
        try:
            run = read(path)
        except RunFileError:
            continue
        if run.end is not None and run.end.result.outcome != "running":
            results.setdefault(run.header.level, []).append(run.end.result)
            levels.setdefault(run.header.level, run.header.level_id)
    best: dict[str, Standing] = {}
    for name, found in results.items():
        try:
            level = find(name)
        except LevelError:
            continue
        won = [result for result in found if result.outcome == "won"]
        if level.level_id != levels[name]:
            continue
        if level.endless:
            longest = max(result.ticks for result in found) / TICKS_PER_SECOND
            best[name] = Standing(survived=longest, good=max(result.good for result in found))
        elif won:
            best[name] = _standing(won, level.par)
    return best


def _standing(found: Sequence[Result], par: Par) -> Standing:
    won = [medals(result, par) for result in found]
    uptime, cost = (max((pair[axis] for pair in won), key=_ORDER.index) for axis in (0, 1))
    return Standing(
        uptime,
        cost,
        max((result.uptime for result in found if result.uptime is not None), default=None),
        min((result.cost_micro / 1e6 for result in found if not result.launches), default=None),
    )
