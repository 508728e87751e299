"""What the title shows of the player's progress: medals and best figures of the levels as they are shipped here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.level import LevelError
from scalegame.game.level_library import find
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scalegame.game.progress import Progress


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


def standings(found: Progress, shown: Iterable[str]) -> dict[str, Standing]:
    """Level id -> its best, of the levels that are ``shown``; only of those that were won or cannot be, in the edition
    that is shipped here."""
    reached = {level for (level, _), best in found.items() if best.won or best.longest_ticks}
    standing: dict[str, Standing] = {}
    for name in reached.intersection(shown):
        try:
            level = find(name)
        except LevelError:
            continue
        best = found.get((name, level.level_id))
        if best is None:
            continue
        if level.endless:
            standing[name] = Standing(survived=best.longest_ticks / TICKS_PER_SECOND, good=best.most_good)
        elif best.won:
            cost = None if best.cost_micro is None else best.cost_micro / 1e6
            standing[name] = Standing(best.uptime_medal, best.cost_medal, best.uptime, cost)
    return standing
