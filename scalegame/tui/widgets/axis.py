"""A time axis under plots: which column a moment is in, and its labels."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scalegame.tui.cells.figures import clock
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink

APART = (5, 10, 15, 20, 30, 60, 120, 300, 600, 1800)
"""Seconds between two labels: the first of these for which there is room."""
LABEL_WIDTH = 9
"""Cells of a label, with what keeps it from the next."""


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of time, in seconds, over columns of the page."""

    begin: float
    end: float
    x: int
    width: int

    @property
    def right(self) -> int:
        return self.x + self.width

    def column(self, seconds: float) -> int:
        """Where a moment is; what lies outside is at the edge."""
        at = int((seconds - self.begin) / (self.end - self.begin) * self.width)
        return self.x + min(max(at, 0), self.width - 1)

    def values(self, series: Sequence[float]) -> list[float]:
        """A value a column of a series that has one a second: the highest, and not a number where all of them are
        none."""
        found: list[float] = []
        for at in range(self.width):
            first = int(self.begin + at / self.width * (self.end - self.begin))
            after = int(self.begin + (at + 1) / self.width * (self.end - self.begin))
            here = [value for value in series[first : max(after, first + 1)] if not math.isnan(value)]
            found.append(max(here, default=math.nan))
        return found


def draw_axis(sheet: Sheet, y: int, axis: Axis, always: Sequence[float] = ()) -> None:
    """A row with the times; the moments of ``always`` come first, and others where they leave room."""
    glyphs = sheet.look.glyphs
    tick = "+" if glyphs.ascii else "┬"
    sheet.put(axis.x, y, glyphs.horizontal * axis.width, Ink.FAINT)
    seconds = axis.end - axis.begin
    apart = next((apart for apart in APART if apart / seconds * axis.width >= LABEL_WIDTH), APART[-1])
    regular = range(math.ceil(axis.begin / apart) * apart, math.ceil(axis.end), apart)
    taken: list[int] = []
    for moment in (*always, *regular):
        column = axis.column(moment)
        if any(abs(column - other) < LABEL_WIDTH for other in taken) or column + LABEL_WIDTH - 3 > axis.right:
            continue
        taken.append(column)
        sheet.put(column, y, f"{tick}{clock(moment)}", Ink.DIM)
