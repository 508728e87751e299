"""What can be done, as a table: key, what, money a minute, money once, how long, what it changes; or why not."""

from __future__ import annotations

from dataclasses import dataclass

from scalegame.game.view import Option
from scalegame.tui.cells.figures import price_change
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.prices import FREE, consequence, once_text, time_text
from scalegame.tui.widgets.panel import Inside

MOST_DETAIL = 3
"""Rows for all that is to say of the chosen one."""
LIST_ROWS = 4
"""Rows that the list keeps, however much there is to say of the chosen one."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Widths in cells; 0 leaves a column out."""

    label: int
    price: int
    once: int
    time: int

    @classmethod
    def of(cls, options: list[Option], width: int) -> Columns:
        """As wide as what stands in them; the label gives way first."""
        offered = [option.quote for option in options if option.refusal is None]
        price = max((len(price_change(quote.price_change)) for quote in offered), default=0)
        once = max((len(once_text(quote)) for quote in offered), default=0)
        time = max((len(time_text(quote)) for quote in offered), default=0)
        label = max(len(option.label) for option in options)
        return cls(min(label, max(width // 2 - 4, 12)), price, once, time)


def draw_choices(sheet: Sheet, board: Board, inside: Inside) -> None:
    """The table; while a list has the keys, what the chosen row means in full beneath it, where there is room."""
    options = list(board.options)
    if inside.height < 1:
        return
    if not options:
        sheet.put(inside.x, inside.y, "nothing to be done here", Ink.DIM)
        return
    detail = _detail(board, inside)
    room = inside.height - len(detail)
    columns = Columns.of(options, inside.width)
    first = 0
    if board.menu is not None:
        first = min(max(board.menu - room // 2, 0), max(len(options) - room, 0))
    for offset, option in enumerate(options[first : first + room]):
        index, y = first + offset, inside.y + offset
        if offset == room - 1 and index < len(options) - 1 and board.menu is None:
            more = f"{sheet.look.glyphs.enter} all {len(options)} choices ({len(options) - index} more)"
            sheet.put(inside.x + 2, y, more, Ink.DIM)
            sheet.zone(inside.x, y, inside.width, "menu")
        else:
            _row(sheet, board, Inside(inside.x, y, inside.width, 1), option, index, columns)
    below = inside.y + min(len(options), room)
    for y, line in enumerate(detail, below):
        ink = Ink.AMBER if board.chosen is not None and board.chosen.refusal else Ink.TEXT
        sheet.put(inside.x + 3, y, line, ink)


def _detail(board: Board, inside: Inside) -> list[str]:
    """Lines about the chosen row. A single one stands in the message row beneath, where this list is low."""
    if board.chosen is None:
        return []
    lines = wrap(consequence(board.chosen), inside.width - 3, MOST_DETAIL)
    if inside.height - len(lines) < LIST_ROWS + 1:
        return lines if len(lines) > 1 and inside.height - len(lines) >= 2 else []
    return ["", *lines]


def _row(sheet: Sheet, board: Board, inside: Inside, option: Option, index: int, columns: Columns) -> None:
    chosen = board.menu == index
    refused = option.refusal is not None
    y = inside.y
    if chosen:
        sheet.tint(inside.x, y, inside.width, Ink.CHOSEN)
    quiet = Ink.CHOSEN_DIM if chosen else Ink.DIM
    plain = Ink.CHOSEN if chosen else Ink.TEXT
    lit = board.lit == f"option {option.key}" and bool(option.key)
    key_ink = Ink.LIT if lit else quiet if refused else Ink.CHOSEN if chosen else Ink.KEY
    sheet.put(inside.x, y, sheet.look.glyphs.pointer if chosen else " ", plain)
    sheet.put(inside.x + 1, y, option.key or " ", key_ink)
    sheet.put(inside.x + 3, y, option.label, Ink.LIT if lit else quiet if refused else plain, columns.label)
    sheet.zone(inside.x, y, inside.width, f"option {index}")
    x = inside.x + 3 + columns.label + 2
    if refused:
        sheet.put(x, y, f"{sheet.look.glyphs.refused} {option.refusal}", quiet, inside.right - x)
        return
    quote, price_ink = option.quote, Ink.CHOSEN if chosen else Ink.MONEY
    cells = (
        (price_change(quote.price_change), columns.price),
        (once_text(quote), columns.once),
        (time_text(quote), columns.time),
    )
    if not any(text for text, _ in cells):
        sheet.put(x, y, FREE, price_ink, inside.right - x)
    for text, width in cells:
        sheet.put(x, y, text, price_ink if text.startswith(("+", "−", "$")) else plain, inside.right - x)
        x += width + 2 if width else 0
    if quote.consequence:
        x = max(x, inside.x + 3 + columns.label + 2 + (0 if any(text for text, _ in cells) else len(FREE) + 2))
        sheet.put(x, y, quote.consequence, quiet, inside.right - x)
