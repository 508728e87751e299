"""An endless level's rounds: its stages again and again, each time with more traffic.

There are as many rounds as it takes to outgrow everybody, so that the plan is finite and costs the same at any rate.
The factors are products of the level's own number, since a power's last bit differs from machine to machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.game.level_values import LARGEST

if TYPE_CHECKING:
    from scalegame.game.level_schema import LevelKeys

OUTGROWN = 1e9
"""Times the first round's traffic. A hundred thousand times is what the biggest machines could serve, as many of them
as there can be, where the first round is a day of a small shop."""

Points = tuple[tuple[float, float], ...]


def rounds(level: LevelKeys) -> int:
    """How often the stages come; 1 where the level has an end."""
    return len(_factors(level))


def total_seconds(level: LevelKeys) -> float:
    """Planned length of all rounds; 0 where the level does not say."""
    return _round_seconds(level) * rounds(level) if level.stage else level.seconds or 0.0


def again(level: LevelKeys, points: Points) -> Points:
    """A curve of the first round as it comes in all of them: (second from the start of the level, requests a second).
    Nobody comes between its end and its next beginning."""
    length = _round_seconds(level)
    curve: list[tuple[float, float]] = []
    for number, factor in enumerate(_factors(level)):
        later = [(number * length + second, min(rate * factor, LARGEST)) for second, rate in points]
        if number:
            curve += [(curve[-1][0], 0.0), (later[0][0], 0.0)]
        curve += later
    return tuple(curve)


def _round_seconds(level: LevelKeys) -> float:
    return sum(stage.seconds for stage in level.stage)


def _factors(level: LevelKeys) -> list[float]:
    """How many times the first round's traffic each round has."""
    factors = [1.0]
    while level.endless is not None and factors[-1] < OUTGROWN:
        factors.append(factors[-1] * level.endless.growth)
    return factors
