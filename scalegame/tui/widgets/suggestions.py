"""While a command is typed: all that could come next, with its meaning, and what the line would cost then."""

from __future__ import annotations

from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.suggesting import Suggestion
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, frame

WIDEST_WORD = 26


def draw_suggestions(sheet: Sheet, board: Board) -> None:
    """A row for each; the one that Tab put into the line is lit."""
    found = board.suggestions
    note = f"{(board.suggested or 0) + 1} of {len(found)}" if board.suggested is not None else "Tab completes"
    inside = frame(sheet, "what comes next", boxed=sheet.height >= BOX_HEIGHT, note=note if found else "")
    if not found:
        whole = board.typing is not None and board.typing.weight == 3
        words = "nothing more can follow: Enter gives the order" if whole else "nothing fits here: see below"
        sheet.put(inside.x + 2, inside.y, words, Ink.DIM, inside.width - 2)
        return
    at = board.suggested or 0
    room = inside.height if len(found) <= inside.height else inside.height - 1
    first = min(max(at - room // 2, 0), max(len(found) - room, 0))
    width = min(max(len(one.word) for one in found), WIDEST_WORD, inside.width // 2)
    costs = max((len(one.cost) for one in found if one.cost), default=0)
    for offset, one in enumerate(found[first : first + room]):
        row = Inside(inside.x, inside.y + offset, inside.width, 1)
        _row(sheet, row, one, width, costs, chosen=board.suggested == first + offset)
        sheet.zone(inside.x, row.y, inside.width, f"suggest {first + offset}")
    hidden = len(found) - first - room
    if hidden > 0:
        sheet.put(inside.x + 2, inside.bottom - 1, f"+{hidden} more", Ink.DIM)
    told = found[at].refusal or found[at].meaning
    if len(told) > inside.width - width - 4 - (costs + 2 if costs and not found[at].refusal else 0):
        _in_full(sheet, Inside(inside.x, inside.y + len(found) + 1, inside.width, room - len(found) - 1), found[at])


def _in_full(sheet: Sheet, inside: Inside, one: Suggestion) -> None:
    """Beneath the list, where there is room: what its row has cut off."""
    for y, line in enumerate(wrap(one.refusal or one.meaning, inside.width - 2, max(inside.height, 0)), inside.y):
        sheet.put(inside.x + 2, y, line, Ink.AMBER if one.refusal else Ink.TEXT)


def _row(sheet: Sheet, inside: Inside, one: Suggestion, width: int, costs: int, *, chosen: bool) -> None:
    """The word, then its price or why not, then what it means."""
    plain, quiet = (Ink.CHOSEN, Ink.CHOSEN_DIM) if chosen else (Ink.TEXT, Ink.DIM)
    if chosen:
        sheet.tint(inside.x, inside.y, inside.width, Ink.CHOSEN)
        sheet.put(inside.x, inside.y, sheet.look.glyphs.pointer, plain)
    refused = bool(one.refusal)
    sheet.put(inside.x + 2, inside.y, one.word, quiet if refused else plain, width)
    x = inside.x + width + 4
    if refused:
        sheet.put(x, inside.y, f"{sheet.look.glyphs.refused} {one.refusal}", quiet, inside.right - x)
        return
    if one.cost:
        sheet.put(x, inside.y, one.cost, plain if chosen else Ink.MONEY, inside.right - x)
    x += costs + 2 if costs else 0
    sheet.put(x, inside.y, one.meaning, quiet, inside.right - x)
