"""What traffic is expected: the plan's requests, which the error budget is made of, and the band that a player sees."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.view import ForecastPoint
from scalegame.model.catalogue import ANNOUNCED_SECONDS, TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.stages import StageClock
    from scalegame.model.world import World


def planned_requests(world: World, begin: float, end: float) -> float:
    """Requests of all classes that the plan brings between two planned seconds, without those of the warm-up.

    The seed's true curve differs from it within the band; a budget that followed the curve would give it away.
    """
    begin = max(begin, world.scenario.warmup)
    return world.planned(begin, end) if end > begin else 0.0


def announced_until(clock: StageClock, tick: int) -> float:
    """The second up to which the true traffic is known: the running stage's end, the next one's from 15 s before it."""
    near = tick >= clock.ends - ANNOUNCED_SECONDS * TICKS_PER_SECOND
    border = clock.index + (2 if near and not clock.is_last else 1)
    return clock.borders[border] / TICKS_PER_SECOND


def forecast(world: World, clock: StageClock, seconds: Sequence[float], run: int = 0) -> list[ForecastPoint]:
    """The band at each of these seconds of the level as played, and the true rate where it is announced already."""
    known = announced_until(clock, world.tick)
    rates = world.forecast([_planned_second(clock, second) for second in seconds], run)
    return [
        ForecastPoint(second, low, high, true if second < known else None)
        for second, (low, high, true) in zip(seconds, rates, strict=True)
    ]


def peak_ahead(points: Sequence[ForecastPoint], now: float) -> ForecastPoint | None:
    """The busiest of the points after ``now``, the first of equals; None where nothing is known ahead."""
    return max((point for point in points if point.seconds > now), key=lambda point: point.expected, default=None)


def growth(world: World, clock: StageClock, ahead: float, run: int = 0) -> float:
    """Traffic in so many seconds over what it is now, by what is announced and else the band's upper edge; 1 where
    there is none now."""
    now = world.tick / TICKS_PER_SECOND
    here, there = (point.expected for point in forecast(world, clock, (now, now + ahead), run))
    return there / here if here > 0 else 1.0


def _planned_second(clock: StageClock, second: float) -> float:
    """Where a second of the level as played stands in the plan; they differ once a stage was launched."""
    stage = max(0, bisect_right(clock.borders[:-1], second * TICKS_PER_SECOND) - 1)
    return clock.stages[stage].start + second - clock.borders[stage] / TICKS_PER_SECOND
