"""What is under way: a block above the log, one line where rows are short, and the list that takes orders back."""

from __future__ import annotations

import math

from scalegame.tui.cells.figures import duration
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.under_way import Errand, under_way
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, frame

MOST_ROWS = 5
TIME_WIDTH = 6
ROOMY = 44
"""Columns from which the bars are long."""


def until_done(errand: Errand) -> str:
    """Whole seconds, rounded up: a figure that changes once a second."""
    return "waits" if errand.seconds_left is None else duration(math.ceil(errand.seconds_left))


def draw_block(sheet: Sheet, board: Board, inside: Inside) -> Inside:
    """A row with a bar for each of the next to finish, and a rule beneath; what is left of ``inside``. Nothing is drawn
    while nothing is under way."""
    errands = under_way(board.roster)
    most = min(MOST_ROWS, inside.height // 3)
    if not errands or most < 1:
        return inside
    shown = errands[: most if len(errands) <= most else most - 1]
    for y, errand in enumerate(shown, inside.y):
        _row(sheet, inside, y, errand)
    used = len(shown)
    if used < len(errands):
        sheet.put(inside.x + 2, inside.y + used, f"+{len(errands) - used} more: v shows all", Ink.DIM, inside.width - 2)
        used += 1
    sheet.put(inside.x, inside.y + used, sheet.look.glyphs.horizontal * inside.width, Ink.FAINT)
    sheet.zone(inside.x, inside.y, inside.width, "key v", used)
    return Inside(inside.x, inside.y + used + 1, inside.width, inside.height - used - 1)


def _row(sheet: Sheet, inside: Inside, y: int, errand: Errand, ink: Ink = Ink.TEXT) -> None:
    """Mark, text, bar, seconds left."""
    bar = 12 if inside.width >= ROOMY else 7
    text_width = inside.width - bar - TIME_WIDTH - 4
    sheet.put(inside.x, y, sheet.look.glyphs.booting, Ink.CALM)
    sheet.put(inside.x + 2, y, errand.text, ink, text_width)
    x = inside.x + 3 + text_width
    sheet.bar(x, y, bar, errand.done, Ink.CALM)
    sheet.put_right(inside.right, y, until_done(errand), Ink.DIM)


def draw_title(sheet: Sheet, board: Board) -> None:
    """The same in the row of a panel's title, for what finishes next."""
    errands = under_way(board.roster)
    if not errands:
        return
    first = errands[0]
    more = f" +{len(errands) - 1} more" if len(errands) > 1 else ""
    words = f" {sheet.look.glyphs.booting} {first.text} "
    tail = f" {until_done(first)}{more} "
    bar = 8
    x = sheet.width - 1 - len(tail) - bar - len(words)
    if x < 8:
        return
    sheet.put(x, 0, words, Ink.TEXT)
    sheet.bar(x + len(words), 0, bar, first.done, Ink.CALM)
    sheet.put(x + len(words) + bar, 0, tail, Ink.DIM)
    sheet.zone(x, 0, sheet.width - x, "key v")


def draw_errands(sheet: Sheet, board: Board) -> None:
    """The whole list in the inspector's place: arrows choose, Enter takes back what can be taken back."""
    errands = under_way(board.roster)
    at = board.menu or 0
    note = f"{at + 1} of {len(board.options)}"
    inside = frame(sheet, "under way", boxed=sheet.height >= BOX_HEIGHT, note=note)
    chosen = board.chosen
    detail = wrap(_consequence(board), inside.width - 2, 2)
    room = inside.height - len(detail)
    first = min(max(at - room // 2, 0), max(len(board.options) - room, 0))
    by_command = {(errand.command, errand.text): errand for errand in errands}
    for offset, option in enumerate(board.options[first : first + room]):
        y = inside.y + offset
        errand = by_command.get((option.command, option.label)) or Errand(None, option.label, "", 0.0, 1.0)
        _row(sheet, Inside(inside.x + 2, y, inside.width - 2, 1), y, errand)
        if option is chosen:
            sheet.put(inside.x, y, sheet.look.glyphs.pointer, Ink.CHOSEN)
            sheet.tint(inside.x, y, inside.width, Ink.CHOSEN)
        sheet.zone(inside.x, y, inside.width, f"option {first + offset}")
    for offset, line in enumerate(detail):
        y = inside.bottom - len(detail) + offset
        sheet.put(inside.x + 2, y, line, Ink.AMBER if chosen and chosen.refusal else Ink.DIM)


def _consequence(board: Board) -> str:
    """What Enter does to the chosen one."""
    chosen = board.chosen
    if chosen is None:
        return ""
    if chosen.refusal:
        return f"cannot be cancelled: {chosen.refusal}"
    after = f"; {chosen.quote.consequence}" if chosen.quote.consequence else ""
    return f"Enter cancels it{after}"
