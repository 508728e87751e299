"""Plots in block characters: one row (a sparkline) or several, painted in layers and put on a sheet as whole rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from scalegame.game.view import ForecastPoint
from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink

THREES = (1.0, 3.0)
"""Where a log scale may end: a third of a decade more shifts nothing that a reader has learned to look at."""


@dataclass(frozen=True, slots=True)
class LogScale:
    """From ``low`` (the plot's bottom) to ``high`` (its top); what lies outside is drawn at the edge."""

    low: float
    high: float
    width: float = field(init=False)
    """In the logarithm's unit."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "width", math.log(self.high / self.low))

    def share(self, value: float) -> float:
        """0..1 of the height."""
        if value <= self.low:
            return 0.0
        return math.log(value / self.low) / self.width if value < self.high else 1.0

    def part(self, value: float, parts: int) -> int:
        """Which of so many equal parts, counted from the bottom, a value falls in."""
        return min(int(self.share(value) * parts + 1e-9), parts - 1)

    def decades(self) -> list[float]:
        """The powers of ten from ``low`` to ``high``, both included."""
        first, last = math.ceil(math.log10(self.low) - 1e-9), math.floor(math.log10(self.high) + 1e-9)
        return [10.0**power for power in range(first, last + 1)]


def above(value: float) -> float:
    """The next of 1 and 3 x 10^n at or above a value."""
    power = 10.0 ** math.floor(math.log10(value) + 1e-9)
    return next((step * power for step in THREES if value <= step * power * (1 + 1e-9)), 10.0 * power)


class Plot:
    """``height`` rows of ``width`` glyphs. Later paint lies over earlier; rows count from the top."""

    __slots__ = ("_cells", "_glyphs", "_inks", "height", "width")

    def __init__(self, glyphs: Glyphs, width: int, height: int) -> None:
        self.width, self.height = max(width, 0), max(height, 0)
        self._glyphs = glyphs
        self._cells = [[" "] * self.width for _ in range(self.height)]
        self._inks = [[int(Ink.TEXT)] * self.width for _ in range(self.height)]

    @property
    def full(self) -> int:
        """Parts of a full column."""
        return self.height * (len(self._glyphs.levels) - 1)

    def put(self, sheet: Sheet, x: int, y: int) -> None:
        """Put it all on the sheet; the place is the plot's own, blanks and all."""
        for row, (cells, inks) in enumerate(zip(self._cells, self._inks, strict=True)):
            sheet.paste(x, y + row, cells, inks)

    def mark(self, column: int, row: int, glyph: str, ink: Ink) -> None:
        """One cell; outside nothing."""
        if 0 <= column < self.width and 0 <= row < self.height:
            self._cells[row][column] = glyph
            self._inks[row][column] = ink

    def across(self, row: int, glyph: str, ink: Ink, first: int = 0) -> None:
        """A line over a row, from a column on."""
        if 0 <= row < self.height and first < self.width:
            self._cells[row][first:] = [glyph] * (self.width - first)
            self._inks[row][first:] = [int(ink)] * (self.width - first)

    def down(self, column: int, glyph: str, ink: Ink) -> None:
        """A line over a column."""
        for row in range(self.height):
            self.mark(column, row, glyph, ink)

    def words(self, column: int, row: int, text: str, ink: Ink, over: str) -> None:
        """Text where nothing but ``over`` and blanks stands and all of it fits, else nothing."""
        end = column + len(text)
        if 0 <= row < self.height and end <= self.width and set(self._cells[row][column:end]) <= {over, " "}:
            self._cells[row][column:end] = list(text)
            self._inks[row][column:end] = [int(ink)] * len(text)

    def columns(self, first: int, parts: Sequence[int], inks: Sequence[Ink]) -> None:
        """A column a value, each of so many parts from the bottom up; those outside are left out."""
        levels, full = self._glyphs.levels, self.full
        steps, last = len(levels) - 1, self.height - 1
        for column, (part, ink) in enumerate(zip(parts, inks, strict=True), first):
            if part <= 0 or not 0 <= column < self.width:
                continue
            whole, rest = divmod(min(part, full), steps)
            for row in range(last, last - whole, -1):
                self._cells[row][column] = levels[-1]
                self._inks[row][column] = ink
            if rest:
                self._cells[last - whole][column] = levels[rest]
                self._inks[last - whole][column] = ink

    def stack(self, column: int, top: int, cells: int, glyph: str, ink: Ink) -> None:
        """So many cells of a column from row ``top`` down."""
        for row in range(top, top + cells):
            self.mark(column, row, glyph, ink)

    def span(self, column: int, low: float, high: float, ink: Ink) -> None:
        """From a share of the height to a higher one: its top to the part of a cell where the glyphs have parts."""
        glyphs, last = self._glyphs, self.height - 1
        steps = len(glyphs.levels) - 1
        bottom = min(int(low * self.height + 1e-9), last)
        whole, rest = divmod(max(round(high * self.full), 1), steps)
        if whole <= bottom:
            whole, rest = bottom, max(rest, 1) if whole == bottom else 1
        for row in range(last - bottom, last - whole, -1):
            self.mark(column, row, glyphs.span, ink)
        if rest:
            self.mark(column, last - whole, glyphs.span if glyphs.ascii else glyphs.levels[rest], ink)

    def trace(self, column: int, scale: LogScale, value: float, ink: Ink) -> None:
        """A line's mark at a value, in the part of the cell where it lies."""
        marks = self._glyphs.trace
        row, part = divmod(scale.part(value, self.height * len(marks)), len(marks))
        self.mark(column, self.height - 1 - row, marks[part], ink)

    def row_of(self, scale: LogScale, value: float) -> int:
        """The row that ``trace`` marks for a value."""
        parts = len(self._glyphs.trace)
        return self.height - 1 - scale.part(value, self.height * parts) // parts

    def band(self, first: int, points: Sequence[ForecastPoint], top: float) -> None:
        """A column a point of traffic to come: shaded from low to high, a line where the true rate is announced."""
        glyphs = self._glyphs
        if self.height == 1:
            expected = [part_of(point.expected, top, self.full) for point in points]
            self.columns(first, expected, [Ink.PLAN] * len(points))
            return
        for column, point in enumerate(points, first):
            if point.exact is not None:
                self.mark(column, _row(point.exact, top, self.height), glyphs.flow, Ink.PLAN)
                continue
            low, high = _row(point.low, top, self.height), _row(point.high, top, self.height)
            self.stack(column, high, low - high + 1, glyphs.track, Ink.PLAN)


def part_of(value: float, top: float, full: int) -> int:
    """How many of a column's parts a value fills: none where it is no number, at least one above 0, so that 'little'
    never looks like 'nothing'."""
    if not math.isfinite(value) or top <= 0 or value <= 0:
        return 0
    return min(max(round(value / top * full), 1), full)


def columns(sheet: Sheet, x: int, y: int, height: int, values: Sequence[float], top: float, ink: Ink) -> None:
    """A column a value, from row ``y`` (top) down ``height`` rows; ``top`` is a full column."""
    plot = Plot(sheet.look.glyphs, len(values), height)
    plot.columns(0, [part_of(value, top, plot.full) for value in values], [ink] * len(values))
    plot.put(sheet, x, y)


def band(sheet: Sheet, x: int, y: int, height: int, points: Sequence[ForecastPoint], top: float) -> None:
    """Traffic to come, a column a point."""
    plot = Plot(sheet.look.glyphs, len(points), height)
    plot.band(0, points, top)
    plot.put(sheet, x, y)


def _row(value: float, top: float, height: int) -> int:
    """The row, counted from the top, that a value falls in."""
    return height - 1 - min(max(math.floor(value / top * height), 0), height - 1) if top > 0 else height - 1


def nice_top(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 5, 6, 8 x 10^n at or above ``value``: no jump with every sample."""
    if value <= 0 or not math.isfinite(value):
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    for step in (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0):
        if value <= step * power * (1 + 1e-9):
            return step * power
    return 10.0 * power
