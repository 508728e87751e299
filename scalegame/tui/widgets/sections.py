"""Sections of a page: boxes beside each other where there is room, else headings beneath each other."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.widgets.panel import WIDE

WIDEST = 156
TEXT_WIDTH = 104
"""Prose in longer lines is hard to read."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page."""

    title: str
    draw: Callable[[Sheet, int, int, int], int]
    """Draws at (x, y) in so many cells and gives the next row."""
    note: str = ""
    """Stands at the right of the title."""
    share: int = 1
    """Of its row's width, in proportion to its neighbours'."""


def is_boxed(sheet: Sheet) -> bool:
    return sheet.width >= WIDE


def margins(sheet: Sheet) -> tuple[int, int]:
    """(x, width) of a page's text."""
    width = min(sheet.width - (2 if is_boxed(sheet) else 4), WIDEST)
    return (sheet.width - width) // 2, width


def draw_sections(sheet: Sheet, x: int, y: int, width: int, row: Sequence[Section], *, gap: int = 1) -> int:
    """The sections of a row; returns the row after them. ``gap`` rows stay empty under each that has no box."""
    if is_boxed(sheet):
        return _boxes(sheet, x, y, width, row)
    for section in row:
        y = _under(sheet, x, y, width, section) + gap
    return y


def draw_prose(sheet: Sheet, x: int, y: int, width: int, text: str, ink: Ink) -> int:
    """Text in lines; what stands between backticks is a command line and looks like one. Returns the next row."""
    code = False
    for line in wrap(text, width):
        at = x
        for index, piece in enumerate(line.split("`")):
            code = code if index == 0 else not code
            at = sheet.put(at, y, piece, Ink.OWN if code else ink)
        y += 1
    return y


def _boxes(sheet: Sheet, x: int, y: int, width: int, row: Sequence[Section]) -> int:
    """Boxes beside each other, all as high as the highest."""
    shares = list(itertools.accumulate((section.share for section in row), initial=0))
    edges = [x + width * share // shares[-1] for share in shares]
    places = list(zip(itertools.pairwise(edges), row, strict=True))
    ends = [section.draw(sheet, left + 2, y + 1, right - left - 4) for (left, right), section in places]
    height = max(ends) + 1 - y
    for (left, right), section in places:
        sheet.frame(left, y, right - left, height)
        _title(sheet, left + 2, right - 2, y, section)
    return y + height


def _under(sheet: Sheet, x: int, y: int, width: int, section: Section) -> int:
    """A heading over the whole width, and beneath it what belongs to it."""
    sheet.put(x, y, sheet.look.glyphs.horizontal * width, Ink.FAINT)
    _title(sheet, x + 1, x + width - 1, y, section)
    return section.draw(sheet, x, y + 1, width)


def _title(sheet: Sheet, left: int, right: int, y: int, section: Section) -> None:
    end = sheet.put(left, y, f" {section.title} ", Ink.HEADING, right - left)
    if section.note and end + len(section.note) + 3 <= right:
        sheet.put_right(right, y, f" {section.note} ", Ink.DIM)
