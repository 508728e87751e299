"""What traffic is expected: the plan's requests, which the error budget is made of, and the band that a player sees."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.view import ForecastPoint
from scalegame.model.catalogue import ANNOUNCED_SECONDS, TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.stages import StageClock
    from scalegame.model.scenario import Scenario
    from scalegame.model.world import World


def planned_requests(scenario: Scenario, begin: float, end: float) -> float:
    """Requests of all classes that the plan brings between two planned seconds, without those of the warm-up.

    The seed's true curve differs from it within the band; a budget that followed the curve would give it away.
    """
    begin = max(begin, scenario.warmup)
    return sum(_area(traffic.rate, begin, end) for traffic in scenario.traffic) if end > begin else 0.0


def _area(line: Sequence[tuple[float, float]], begin: float, end: float) -> float:
    """The area under straight lines between (second, rate); 0 before the first point and after the last."""
    area = 0.0
    for (left, low), (right, high) in itertools.pairwise(line):
        start, stop = max(left, begin), min(right, end)
        if stop > start:
            slope = (high - low) / (right - left)
            area += (stop - start) * (low + slope * ((start + stop) / 2 - left))
    return area


def announced_until(clock: StageClock, tick: int) -> float:
    """The second up to which the true traffic is known: the running stage's end, the next one's from 15 s before it."""
    near = tick >= clock.ends - ANNOUNCED_SECONDS * TICKS_PER_SECOND
    border = clock.index + (2 if near and not clock.is_last else 1)
    return clock.borders[border] / TICKS_PER_SECOND


def forecast(world: World, clock: StageClock, seconds: Sequence[float]) -> list[ForecastPoint]:
    """The band at each of these seconds, and the true rate where it is announced already."""
    known = announced_until(clock, world.tick)
    return [
        ForecastPoint(second, low, high, true if second < known else None)
        for second, (low, high, true) in zip(seconds, world.forecast(seconds), strict=True)
    ]
