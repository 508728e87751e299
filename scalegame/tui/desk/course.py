"""Stretches of a level's time as columns of a plot: the course of the whole level, and the last minute.

A column's border never moves with the clock, only the columns do: a plot whose samples are dealt anew every second
shimmers, and costs bytes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalegame.game.history import Second
    from scalegame.game.view import ForecastPoint, View

LONGEST = 300.0
"""Seconds: a longer level is shown in part, so that its plots tell something and nobody walks an hour of history."""
IN_PART = 240.0
BEHIND = 0.6
"""Of what is shown in part."""
RECENT = 60
"""Seconds that the plots of the last minute show at least."""


def shown_span(view: View) -> tuple[float, float]:
    """(from, until), seconds of the level: all of it, or what lies about now."""
    total = view.total_seconds
    if total <= LONGEST:
        return 0.0, max(total, 1.0)
    begin = min(max(view.snapshot.seconds - BEHIND * IN_PART, 0.0), total - IN_PART)
    return begin, begin + IN_PART


@dataclass(frozen=True, slots=True)
class Course:
    """``width`` columns over the level; those before ``ahead`` have begun."""

    begin: float
    a_column: float
    """Seconds."""
    width: int
    ahead: int
    """The first column that is wholly to come; ``width`` where none is."""

    @classmethod
    def of(cls, view: View, width: int) -> Course:
        begin, end = shown_span(view)
        a_column = (end - begin) / width
        begin = math.floor(begin / a_column + 1e-9) * a_column
        ahead = math.ceil((view.snapshot.seconds - begin) / a_column - 1e-9)
        return cls(begin, a_column, width, min(max(ahead, 0), width))

    def column(self, second: float) -> int:
        """Where a second of the level falls; may be outside."""
        return math.floor((second - self.begin) / self.a_column + 1e-9)

    def past(self, seconds: Sequence[Second]) -> list[Sequence[Second]]:
        """The recorded seconds of each column that has begun: at least one each, where any is that old."""
        found: list[Sequence[Second]] = []
        for column in range(self.ahead):
            first = int(self.begin + column * self.a_column + 1e-9)
            last = max(int(self.begin + (column + 1) * self.a_column + 1e-9), first + 1)
            found.append(seconds[first:last] or seconds[-1:])
        return found

    def coming(self, points: Sequence[ForecastPoint]) -> list[ForecastPoint]:
        """The forecast's point in the middle of each column to come; ``points`` are evenly spaced."""
        if not points:
            return []
        first, last = points[0].seconds, len(points) - 1
        spacing = (points[-1].seconds - first) / last if last else 1.0
        middles = (self.begin + (column + 0.5) * self.a_column for column in range(self.ahead, self.width))
        return [points[min(max(round((middle - first) / spacing), 0), last)] for middle in middles]


def recent_step(width: int) -> int:
    """Whole seconds that a column of the last minute shows."""
    return max(math.ceil(RECENT / width), 1)


def recent(seconds: Sequence[Second], width: int) -> list[Sequence[Second]]:
    """The last recorded seconds in at most ``width`` columns, the newest last."""
    step = recent_step(width)
    last = math.ceil(len(seconds) / step)
    return [seconds[column * step : (column + 1) * step] for column in range(max(last - width, 0), last)]
