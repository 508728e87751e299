"""Plots in block characters: one row (a sparkline) or several."""

from __future__ import annotations

import math
from collections.abc import Sequence

from scalegame.game.view import ForecastPoint
from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Ink


def columns(sheet: Sheet, x: int, y: int, height: int, values: Sequence[float], top: float, ink: Ink) -> None:
    """A column a value, from row ``y`` (top) down ``height`` rows; ``top`` is a full column. What is not a number stays
    empty; what is above 0 shows at least the lowest mark, so that 'little' never looks like 'nothing'."""
    levels = sheet.look.glyphs.levels
    steps = len(levels) - 1
    full = height * steps
    marks = [["" for _ in values] for _ in range(height)]
    for index, value in enumerate(values):
        if not math.isfinite(value) or top <= 0:
            parts = 0
        else:
            parts = min(max(round(value / top * full), 1 if value > 0 else 0), full)
        for row in range(height):
            below = (height - 1 - row) * steps
            marks[row][index] = levels[min(max(parts - below, 0), steps)]
    for row in range(height):
        drawn = "".join(marks[row])
        # Blank columns are left as they are: a run of blanks in a plot's ink would be sent with every frame.
        start = len(drawn) - len(drawn.lstrip())
        sheet.put(x + start, y + row, drawn[start:], ink)


def band(sheet: Sheet, x: int, y: int, height: int, points: Sequence[ForecastPoint], top: float) -> None:
    """A column a point of traffic to come: shaded from low to high, a line where the true rate is announced."""
    glyphs = sheet.look.glyphs
    if height == 1:
        columns(sheet, x, y, 1, [expected(point) for point in points], top, Ink.PLAN)
        return
    for index, point in enumerate(points):
        low, high = (_row(value, top, height) for value in (point.low, point.high))
        if point.exact is not None:
            exact = _row(point.exact, top, height)
            sheet.put(x + index, y + exact, glyphs.flow, Ink.PLAN)
            continue
        for row in range(high, low + 1):
            sheet.put(x + index, y + row, glyphs.track, Ink.PLAN)


def expected(point: ForecastPoint) -> float:
    """The rate to plan for: the true one where it is announced, else the band's upper edge."""
    return point.high if point.exact is None else point.exact


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
