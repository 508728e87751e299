"""The causes in time: a row for each series over one axis, the causes numbered above it, and the same in a list.

Everything is drawn at a place of a longer page, so each function is given where and how wide, and returns the next row.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.options import EVERYWHERE
from scalegame.game.signs import YOU
from scalegame.tui.cells.figures import clock, percent, rate
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.widgets.axis import Axis, draw_axis
from scalegame.tui.widgets.loudness import saturation_ink
from scalegame.tui.widgets.plot import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.view import CauseStep, PostMortem, StageView

RATES = ("traffic", "lost")
"""Series in requests a second, drawn by their own top; the others are shares of 1."""
PLAIN = ("traffic", "retries", "lost")
"""Series that are no pool's utilisation."""
LEAD_SECONDS = 8
"""What is shown before the first cause."""
TAIL_SECONDS, END_SECONDS = 20, 60
"""What is shown after the last one: so much, or all that is left where the run ended so soon after."""
SHORTEST_SECONDS = 30
FIGURE_WIDTH = 9
"""Cells for the highest value of a row, at its right."""
LONGEST_LIST = 1000
TWO_COLUMNS = 100
"""Cells from which the list of causes has two columns, where there are more than three."""


@dataclass(frozen=True, slots=True)
class Causes:
    """What is to be drawn, and how."""

    told: PostMortem
    stages: Sequence[StageView]
    won: bool
    whole: bool = False
    """The whole run instead of the stretch in which it broke."""
    strip: bool = False
    """Above it all of the run in one row, with the stretch that is shown beneath marked."""
    row_height: int = 1

    @property
    def length(self) -> int:
        """Seconds of the run."""
        return max((len(values) for _, values in self.told.history), default=0)

    @property
    def broke(self) -> CauseStep | None:
        """What the rest came of."""
        return None if self.told.first is None else self.told.chain[self.told.first]

    def stretch(self) -> tuple[int, int]:
        """(first second, the one after the last) that the rows show."""
        times = [step.seconds for step in self.told.chain]
        if self.whole or not times:
            return 0, self.length
        begin = max(int(min(times)) - LEAD_SECONDS, 0)
        last = int(max(times))
        end = self.length if self.length - last <= END_SECONDS else last + TAIL_SECONDS
        begin = max(min(begin, end - SHORTEST_SECONDS), 0)
        return begin, max(end, min(begin + SHORTEST_SECONDS, self.length))


def draw_rows(sheet: Sheet, x: int, y: int, width: int, causes: Causes) -> int:
    """The series over their axis, with the causes' numbers above."""
    told = causes.told
    names = max((len(name) for name, _ in told.history), default=0)
    name_width = min(max(names, len("whole run")), 14) + 1
    begin, end = causes.stretch()
    if end - begin >= 2 and width - name_width - FIGURE_WIDTH >= 10:
        axis = Axis(begin, end, x + name_width, width - name_width - FIGURE_WIDTH)
        if causes.strip:
            y = _strip(sheet, x, y, causes, axis)
        y = _rows(sheet, x, y, x + width, causes, axis)
        y = _times(sheet, y, causes, axis)
    return y


def _strip(sheet: Sheet, x: int, y: int, causes: Causes, axis: Axis) -> int:
    """All of the run in one row: its traffic, loud where something was lost; beneath it which part the rows show."""
    glyphs = sheet.look.glyphs
    whole = Axis(0, causes.length, axis.x, axis.width)
    series = dict(causes.told.history)
    traffic, lost = (whole.values(series.get(name, ())) for name in RATES)
    sheet.put(x, y, "whole run", Ink.DIM)
    columns(sheet, axis.x, y, 1, traffic, _top(sheet, max(traffic), 1), Ink.CALM)
    for at, count in enumerate(lost):
        if count > 0:
            sheet.tint(axis.x + at, y, 1, Ink.RED)
    sheet.put_right(axis.x + axis.width + FIGURE_WIDTH, y, clock(causes.length), Ink.DIM)
    first, last = whole.column(axis.begin), whole.column(axis.end)
    across = glyphs.horizontal * (last - first - 1)
    sheet.put(first, y + 1, f"{glyphs.corners[2]}{across}{glyphs.corners[3]}", Ink.FAINT)
    return y + 2


def _rows(sheet: Sheet, x: int, y: int, right: int, causes: Causes, axis: Axis) -> int:
    told, glyphs, height = causes.told, sheet.look.glyphs, causes.row_height
    broke = causes.broke
    top = y
    if told.chain:
        y += 2
    sheet.put_right(right, y - 1 if told.chain else y, "highest", Ink.DIM)
    y += 0 if told.chain else 1
    first_row = y
    for name, series in told.history:
        values = axis.values(series)
        highest = max((value for value in values if not math.isnan(value)), default=0.0)
        full = highest if name in RATES else 1.0
        ink = {"lost": Ink.RED, "retries": Ink.AMBER}.get(name, Ink.CALM)
        columns(sheet, axis.x, y, height, values, _top(sheet, full, height), ink)
        for at, value in enumerate(values):
            if math.isnan(value):
                sheet.put(axis.x + at, y + height - 1, glyphs.dead, Ink.RED)
            elif name not in PLAIN and (loud := saturation_ink(value)) != Ink.CALM:
                for row in range(height):
                    sheet.tint(axis.x + at, y + row, 1, loud)
        sheet.put(x, y + height - 1, name, Ink.TEXT if highest else Ink.DIM, axis.x - x - 1)
        figure = rate(highest) if name in RATES else percent(highest)
        sheet.put_right(right, y + height - 1, figure, Ink.STRONG if highest else Ink.DIM)
        y += height
    _markers(sheet, top, first_row, y, causes, axis)
    if broke is not None:
        column = axis.column(int(broke.seconds))
        for row in range(top + 2, y):
            sheet.put(column, row, glyphs.vertical, Ink.AMBER)
    return y


def _markers(sheet: Sheet, y: int, first_row: int, end_row: int, causes: Causes, axis: Axis) -> None:
    """Above the rows where it broke, and the causes' numbers."""
    glyphs, told, broke = sheet.look.glyphs, causes.told, causes.broke
    columns_of = [axis.column(int(step.seconds)) for step in told.chain]
    for column, step in zip(columns_of, told.chain, strict=True):
        for row in range(first_row, end_row) if step is not broke else ():
            if sheet.characters[row][column] == " ":
                sheet.put(column, row, glyphs.dashed_down, Ink.FAINT)
    for index, column in enumerate(apart(columns_of, axis.x + axis.width - 1)):
        sheet.put(column, y + 1, str(index + 1), Ink.LIT if told.chain[index] is broke else Ink.AMBER)
    if broke is not None:
        column = axis.column(int(broke.seconds))
        words = "the worst of it began here" if causes.won else "it broke here"
        text = f"{words}, {clock(broke.seconds)}"
        if column + len(text) + 2 <= axis.x + axis.width:
            sheet.put(column, y, f"{glyphs.head_down} {text}", Ink.AMBER)
        else:
            sheet.put_right(column + 1, y, f"{text} {glyphs.head_down}", Ink.AMBER)


def apart(wanted: Sequence[int], last: int) -> list[int]:
    """Columns in the order and as near to where they are wanted as can be, none beside another, for two digits would be
    read as one number, and none beyond ``last``."""
    found: list[int] = []
    for column in wanted:
        found.append(max(column, found[-1] + 2) if found else column)
    for index in range(len(found) - 1, -1, -1):
        found[index] = min(found[index], last)
        last = found[index] - 2
    return found


def _times(sheet: Sheet, y: int, causes: Causes, axis: Axis) -> int:
    """The axis with its times; beneath it the stages, where there are several."""
    glyphs = sheet.look.glyphs
    draw_axis(sheet, y, axis)
    stages = [stage for stage in causes.stages if stage.ends > axis.begin and stage.starts < axis.end]
    if len(causes.stages) < 2 or not stages:
        return y + 1
    for stage in stages:
        start = axis.column(stage.starts)
        room = axis.column(stage.ends) - start + (1 if stage is stages[-1] else -1)
        edge = glyphs.vertical if stage.starts >= axis.begin else " "
        sheet.put(start, y + 1, f"{edge}stage {stage.number}  {stage.title}", Ink.DIM, max(room, 1))
    return y + 2


def _top(sheet: Sheet, highest: float, height: int) -> float:
    """What would fill a row: a little more than what is in it, so that a full row does not grow into the one above."""
    steps = height * (len(sheet.look.glyphs.levels) - 1)
    return highest * (1.0 if sheet.look.glyphs.ascii else steps / (steps - 1))


def draw_list(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """The causes with their numbers and times, the later ones in a second column where there is room."""
    two = width >= TWO_COLUMNS and len(told.chain) > 3
    column_width = width // 2 - 1 if two else width
    said = [wrap(_said(step), column_width - 8) for step in told.chain]
    half = (sum(map(len, said)) + 1) // 2 if two else LONGEST_LIST
    at, row, end = x, y, y
    for index, (step, lines) in enumerate(zip(told.chain, said, strict=True)):
        if row - y >= half and at == x:
            at, row = x + width - column_width, y
        first = index == told.first
        sheet.put(at, row, f"{index + 1}", Ink.LIT if first else Ink.AMBER)
        sheet.put(at + 2, row, clock(step.seconds), Ink.DIM)
        for line in lines:
            sheet.put(at + 8, row, line, Ink.STRONG if first else Ink.TEXT)
            row += 1
        end = max(end, row)
    return end


def _said(step: CauseStep) -> str:
    """A step in words, with its place where the words do not name it."""
    named = step.place in (EVERYWHERE, YOU) or step.place.lower() in step.text.lower()
    return step.text.rstrip(".") if named else f"{step.place}: {step.text.rstrip('.')}"
