"""A concept's page on a sheet: prose, picture, numbers, names outside, where it bites, and what to try."""

from __future__ import annotations

from scalegame.tui.cells.glyphs import UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.concepts.page import Concept, Curve, Facts, Part, Picture, Table
from scalegame.tui.widgets.plot import columns

TEXT_WIDTH = 92
CURVE_ROWS = 5
FACT_WIDTH = 25
"""Columns of the left column of facts, gap included."""
GAP = 3
"""Columns between those of a table."""


def paint_concept(sheet: Sheet, concept: Concept, trial: str) -> int:
    """The page, ``trial`` being what its level asks for; returns its length."""
    page = concept.page()
    x, width = 2, min(sheet.width - 4, TEXT_WIDTH)
    y = 1
    sheet.put(x, y, concept.title, Ink.STRONG, width)
    sheet.put(x, y + 1, sheet.look.glyphs.horizontal * width, Ink.FAINT)
    y += 2
    y = _prose(sheet, x, y, width, page.what, Ink.TEXT)
    if page.picture is not None:
        y = _picture(sheet, x + 2, y + 1, width - 2, page.picture)
    y = _heading(sheet, x, y + 1, "In numbers")
    for number, part in enumerate(page.numbers):
        y = _part(sheet, x + 2, y + (1 if number else 0), width - 2, part)
    y = _heading(sheet, x, y + 1, "It bites when")
    for sentence in page.bites:
        sheet.put(x + 2, y, sheet.look.glyphs.note, Ink.AMBER)
        y = _prose(sheet, x + 4, y, width - 4, sentence, Ink.TEXT)
    if concept.names:
        y = _heading(sheet, x, y + 1, "Out there")
        y = _out_there(sheet, x + 2, y, width - 2, concept.names)
    y = _heading(sheet, x, y + 1, "Try it")
    y = _prose(sheet, x + 2, y, width - 2, trial, Ink.TEXT)
    enter = "Enter" if sheet.look.glyphs.ascii else f"{sheet.look.glyphs.enter} Enter"
    end = sheet.put(x + 2, y, enter, Ink.KEY)
    end = sheet.put(end, y, " opens its level", Ink.TEXT)
    sheet.zone(x + 2, y, end - x - 2, "key enter")
    return y + 2


def _heading(sheet: Sheet, x: int, y: int, text: str) -> int:
    sheet.put(x, y, text, Ink.HEADING)
    return y + 1


def _prose(sheet: Sheet, x: int, y: int, width: int, text: str, ink: Ink) -> int:
    for line in wrap(text, width):
        sheet.put(x, y, line, ink)
        y += 1
    return y


def _part(sheet: Sheet, x: int, y: int, width: int, part: Part) -> int:
    """Draw one part; returns the row after it."""
    match part:
        case Facts():
            return _facts(sheet, x, y, width, part)
        case Table():
            return _table(sheet, x, y, width, part)
        case Curve():
            return _curve(sheet, x, y, width, part)
        case Picture():
            return _picture(sheet, x, y, width, part)


def _facts(sheet: Sheet, x: int, y: int, width: int, part: Facts) -> int:
    for word, told in part.rows:
        sheet.put(x, y, word, Ink.DIM, FACT_WIDTH - 1)
        y = _prose(sheet, x + FACT_WIDTH, y, width - FACT_WIDTH, told, Ink.TEXT)
    return y


def _table(sheet: Sheet, x: int, y: int, width: int, part: Table) -> int:
    """Columns as wide as what stands in them; figures end where their heading ends, words begin where it begins."""
    wide = [max(len(row[place]) for row in (part.heads, *part.rows)) for place in range(len(part.heads))]
    starts = [x + sum(wide[:place]) + GAP * place for place in range(len(wide))]
    for number, row in enumerate((part.heads, *part.rows)):
        for place, cell in enumerate(row):
            figure = place > 0 and all(one[place][:1] in "0123456789$u" for one in part.rows)
            at = starts[place] + (wide[place] - len(cell) if figure else 0)
            ink = Ink.DIM if not number else Ink.STRONG if place else Ink.TEXT
            sheet.put(at, y, cell, ink, x + width - at)
        y += 1
    return _prose(sheet, x, y, width, part.remark, Ink.DIM)


def _curve(sheet: Sheet, x: int, y: int, width: int, part: Curve) -> int:
    sheet.put(x, y, part.title, Ink.DIM, width)
    y += 1
    left = len(part.top_label) + 1
    sheet.put(x, y, part.top_label, Ink.DIM)
    sheet.put_right(x + left - 1, y + CURVE_ROWS - 1, "0", Ink.DIM)
    wide = min(len(part.values), width - left)
    values = [part.values[column * len(part.values) // wide] for column in range(wide)]
    calm = round(part.amber * wide)
    columns(sheet, x + left, y, CURVE_ROWS, values[:calm], part.top, Ink.CALM)
    columns(sheet, x + left + calm, y, CURVE_ROWS, values[calm:], part.top, Ink.AMBER)
    y += CURVE_ROWS
    sheet.put(x + left, y, sheet.look.glyphs.horizontal * wide, Ink.FAINT)
    for where, label in part.marks:
        sheet.put(x + left + round(where * (wide - 1)), y + 1, label, Ink.DIM)
    return y + 2


def _picture(sheet: Sheet, x: int, y: int, width: int, part: Picture) -> int:
    marks = _marks(sheet.look.glyphs)
    for row in part.rows:
        sheet.put(x, y, row.translate(marks), Ink.CALM, width)
        y += 1
    return y


def _marks(glyphs: Glyphs) -> dict[int, str]:
    """Each mark that pictures are written in, and what it is on this terminal."""
    top_left, top_right, bottom_left, bottom_right = list(glyphs.corners)
    drawn = {
        UNICODE.horizontal: glyphs.horizontal,
        UNICODE.vertical: glyphs.vertical,
        UNICODE.head: glyphs.head,
        UNICODE.waiting: glyphs.waiting,
        "┬": top_left,
        "┼": top_left,
        "╭": top_left,
        "╮": top_right,
        "╰": bottom_left,
        "╯": bottom_right,
    }
    return {} if not glyphs.ascii else {ord(mark): shown for mark, shown in drawn.items()}


def _out_there(sheet: Sheet, x: int, y: int, width: int, names: tuple[str, ...]) -> int:
    from scalegame.model.out_there import OUT_THERE

    return _facts(sheet, x, y, width, Facts(tuple((name, OUT_THERE[name]) for name in names)))
