"""Incidents on the system's picture: a few cards at its top right, for some seconds, drawn on the panel's own cells."""

from __future__ import annotations

from dataclasses import replace

from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.toasts import HINT, Toast, Toasts
from scalegame.tui.widgets.panel import Inside

ROOMY_HEIGHT = 14
"""Rows of the panel from which the cards have a frame."""
WIDEST = 64
WIDEST_HINT = 52
LEFT_ALONE = 14
"""Columns at the left, where the users stand."""


NOWHERE = Inside(0, 0, 0, 0)


def draw_toasts(sheet: Sheet, board: Board) -> Inside:
    """A line each, the newest on top, over whatever is drawn already; but not over the row of the selected place, where
    that can be. What has no room in its line stands in the log; a hint, which does not, takes several.
    Returns the cells that they cover."""
    framed = sheet.height >= ROOMY_HEIGHT
    edge = 1 if framed else 0
    room = min(WIDEST, sheet.width - LEFT_ALONE)
    if sheet.height < 2 or room < 20:
        return NOWHERE
    cards = _lines(board.toasts, min(room, WIDEST_HINT) - 4 - 2 * edge)
    if not cards:
        return NOWHERE
    width = min(max(len(_text(card)) for card in cards) + 4 + 2 * edge, room)
    x, height = sheet.width - width, len(cards) + 2 * edge
    whole, heads = _taken(sheet, board, x)
    free = (_free_row(taken, height, sheet.height) for taken in (whole, heads))
    y = next((row for row in free if row is not None), 0)
    for row, card in enumerate(cards, y + edge):
        mark, ink = _look(sheet, card)
        sheet.put(x + edge, row, " " * (width - 2 * edge), ink)
        sheet.put(x + edge + 1, row, f"{mark} {_text(card)}", ink, width - 2 * edge - 2)
    if framed:
        worst = max(card.weight for card in cards)
        sheet.frame(x, y, width, height, (Ink.FAINT, Ink.AMBER, Ink.RED)[worst])
    sheet.zone(x, y, width, "dismiss", height)
    return Inside(x, y, width, height)


def _taken(sheet: Sheet, board: Board, x: int) -> tuple[set[int], set[int]]:
    """Rows in which the selected place is seen, right of column ``x``: all of them, and those in which it begins."""
    # A click on a selected crowd goes into it.
    actions = (f"select {board.selected}", f"zoom {board.selected}")
    zones = [zone for zone in sheet.zones if zone.action in actions and zone.x + zone.width > x]
    return {zone.y + row for zone in zones for row in range(zone.height)}, {zone.y for zone in zones}


def _lines(toasts: Toasts, hint_width: int) -> list[Toast]:
    """The cards, a hint as a card for each of its lines."""
    if toasts.hint is None:
        return toasts.cards
    return [*toasts.cards, *(replace(toasts.hint, text=line) for line in wrap(toasts.hint.text, hint_width))]


def _look(sheet: Sheet, card: Toast) -> tuple[str, Ink]:
    glyphs = sheet.look.glyphs
    if not card.weight:
        return (glyphs.note if card.text.startswith(HINT) else " "), Ink.STRONG
    return (glyphs.lost, Ink.RED) if card.weight > 1 else (glyphs.busy, Ink.AMBER)


def _text(card: Toast) -> str:
    return f"x{card.count}  {card.text}" if card.count > 1 else card.text


def _free_row(taken: set[int], height: int, room: int) -> int | None:
    """The first row from which so many do not touch those that are taken."""
    return next((y for y in range(room - height + 1) if not taken & set(range(y, y + height))), None)
