"""The inspector: why the selected place is as it is, and what can be done, with its price before it is bought."""

from __future__ import annotations

from scalegame.game.view import Option
from scalegame.tui.board import Board
from scalegame.tui.figures import duration, money, price_change
from scalegame.tui.sheet import Sheet, wrap
from scalegame.tui.theme import Ink
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, Panel, frame
from scalegame.tui.widgets.reasons import facts, why, why_place
from scalegame.tui.widgets.shelves import shelf_lines
from scalegame.tui.widgets.system import state_mark

CHOICES_SEEN = 5
"""Rows that are left to the options, whatever else there is to say."""


def cost(option: Option) -> str:
    """What an option costs: money a minute, money once, seconds until it is done, downtime."""
    quote = option.quote
    parts = [price_change(quote.price_change)]
    if quote.once >= 0.005:
        parts.append(f"{money(quote.once)} once")
    if quote.delay > 0 and quote.delay != quote.downtime:
        parts.append(f"in {duration(quote.delay)}")
    if quote.downtime > 0:
        # Down from now until it is done: the delay is said with it.
        parts.append(f"{duration(quote.downtime)} down")
    return "  ".join(part for part in parts if part) or "free, at once"


def draw_inspector(sheet: Sheet, board: Board) -> None:
    """Title, why, facts, then the options as a table; where rows are short the most important come first."""
    machine = board.machine(board.selected)
    lit = board.lit == "inspector"
    inside = frame(sheet, board.selected or "nothing selected", boxed=sheet.height >= BOX_HEIGHT, lit=lit,
                   note=_note(board))  # fmt: skip
    y = inside.y
    if machine is not None:
        glyph, _, ink = state_mark(machine, sheet.look.glyphs)
        for line in wrap(why(board, machine), inside.width - 2, 2 if inside.height > 8 else 1):
            sheet.put(inside.x, y, glyph if y == inside.y else " ", ink)
            sheet.put(inside.x + 2, y, line, Ink.STRONG)
            y += 1
        if inside.height > 6 and board.menu is None:
            for line in wrap(facts(board, machine), inside.width - 2, 2 if inside.height > 9 else 1):
                sheet.put(inside.x + 2, y, line, Ink.DIM, inside.width - 2)
                y += 1
            y += 1 if inside.height > 9 else 0
    else:
        for line in wrap(why_place(board), inside.width - 2, 2 if inside.height > 5 else 1):
            sheet.put(inside.x + 2, y, line, Ink.STRONG)
            y += 1
        y += 1 if inside.height > 9 else 0
    if board.menu is None:
        y = _copies(sheet, board, Inside(inside.x, y, inside.width, inside.bottom - y))
    _options(sheet, board, Inside(inside.x, y, inside.width, inside.bottom - y))


def _copies(sheet: Sheet, board: Board, inside: Inside) -> int:
    """What is kept here of each class, where the most important choices have room all the same; the next free row."""
    lines = shelf_lines(board)[: max(inside.height - min(len(board.options), CHOICES_SEEN) - 1, 0)]
    for offset, line in enumerate(lines):
        sheet.put(inside.x + 2, inside.y + offset, line, Ink.DIM, inside.width - 2)
    return inside.y + len(lines) + (1 if lines else 0)


def _note(board: Board) -> str:
    under_way = [order for order in board.snapshot.orders if order.place == board.selected or not order.place]
    if under_way:
        order = under_way[0]
        return f"under way: {order.text}, {duration(order.seconds_left)} left"
    return ""


def _options(sheet: Sheet, board: Board, inside: Inside) -> None:
    options = board.options
    if inside.height < 1:
        return
    if not options:
        sheet.put(inside.x, inside.y, "nothing to be done here", Ink.DIM)
        return
    first = 0
    if board.menu is not None:
        first = min(max(board.menu - inside.height // 2, 0), max(len(options) - inside.height, 0))
    label_width = min(max(len(option.label) for option in options) + 1, inside.width // 2 - 4)
    for offset, option in enumerate(options[first : first + inside.height]):
        index = first + offset
        last = offset == inside.height - 1 and index < len(options) - 1
        if last and board.menu is None:
            more = len(options) - index
            sheet.put(
                inside.x + 2,
                inside.y + offset,
                f"{sheet.look.glyphs.enter} all {len(options)} choices ({more} more)",
                Ink.DIM,
            )
            sheet.zone(inside.x, inside.y + offset, inside.width, "menu")
        else:
            _option(sheet, board, inside, inside.y + offset, option, index, label_width)


def _option(sheet: Sheet, board: Board, inside: Inside, y: int, option: Option, index: int, label_width: int) -> None:
    chosen = board.menu == index
    refused = option.refusal is not None
    if chosen:
        sheet.tint(inside.x, y, inside.width, Ink.CHOSEN)
    quiet = Ink.CHOSEN_DIM if chosen else Ink.DIM
    plain = Ink.CHOSEN if chosen else Ink.TEXT
    lit = board.lit == f"option {option.key}" and bool(option.key)
    sheet.put(inside.x, y, sheet.look.glyphs.pointer if chosen else " ", plain)
    sheet.put(
        inside.x + 1,
        y,
        f"{option.key or ' '}",
        Ink.LIT if lit else quiet if refused else Ink.CHOSEN if chosen else Ink.KEY,
    )
    x = sheet.put(inside.x + 3, y, option.label, Ink.LIT if lit else quiet if refused else plain, label_width)
    x = inside.x + 3 + label_width + 1
    if refused:
        text = option.refusal or ""
        sheet.put(x, y, f"{sheet.look.glyphs.refused} {text}", quiet, inside.right - x)
    else:
        x = sheet.put(x, y, cost(option), Ink.CHOSEN if chosen else Ink.MONEY, inside.right - x) + 2
        if option.quote.consequence:
            sheet.put(x, y, option.quote.consequence, quiet, inside.right - x)
    sheet.zone(inside.x, y, inside.width, f"option {index}")


class InspectorPanel(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_inspector(sheet, self.board)
