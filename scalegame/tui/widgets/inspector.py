"""The inspector: why the selected place is as it is, and what can be done, with its price before it is bought. While
something else is asked for, that takes its place: what is under way, or how a typed command could go on."""

from __future__ import annotations

from scalegame.tui.cells.figures import duration
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.lookout import seen, target
from scalegame.tui.desk.under_way import under_way
from scalegame.tui.widgets.choices import draw_choices
from scalegame.tui.widgets.errands import draw_errands
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, Panel, frame
from scalegame.tui.widgets.places import why_place
from scalegame.tui.widgets.reasons import facts, why
from scalegame.tui.widgets.shelves import shelf_lines
from scalegame.tui.widgets.states import state_mark
from scalegame.tui.widgets.suggestions import draw_suggestions
from scalegame.tui.widgets.xray import draw_xray

CHOICES_SEEN = 5
"""Rows that are left to the options, whatever else there is to say."""
LOW = 6
"""Rows below which what X-ray found takes the place of the reason."""


def draw_inspector(sheet: Sheet, board: Board) -> None:
    """What has the player's attention."""
    if board.typing is not None:
        draw_suggestions(sheet, board)
    elif board.orders_open:
        draw_errands(sheet, board)
    else:
        draw_place(sheet, board)


def draw_place(sheet: Sheet, board: Board) -> None:
    """Title, why, facts, then the options as a table; where rows are short the most important come first."""
    lit = board.lit == "inspector"
    inside = frame(sheet, board.selected or "nothing selected", boxed=sheet.height >= BOX_HEIGHT, lit=lit,
                   note=_note(board))  # fmt: skip
    if board.menu is None and target(board) is not None:
        sheet.zone(sheet.width // 2, 0, sheet.width - sheet.width // 2, "key x")
    experiment = seen(board) if board.menu is None else None
    found = experiment is not None
    y = inside.y
    if experiment is None or experiment.finding is None or inside.height >= LOW:
        y = _why(sheet, board, inside)
    if found:
        left = inside.bottom - y - (1 if inside.height < LOW else 2)
        y = draw_xray(sheet, board, Inside(inside.x, y, inside.width, left), plot=inside.height >= BOX_HEIGHT)
        y += 1 if inside.height > 9 else 0
    if board.menu is None and (not found or inside.height > 2 * LOW):
        y = _facts(sheet, board, Inside(inside.x, y, inside.width, inside.bottom - y))
    draw_choices(sheet, board, Inside(inside.x, y, inside.width, inside.bottom - y))


def _why(sheet: Sheet, board: Board, inside: Inside) -> int:
    """The reason, with the mark of a machine's state; the next free row."""
    machine, y = board.machine(board.selected), inside.y
    if machine is None:
        mark, ink, text = " ", Ink.STRONG, why_place(board)
    else:
        mark, _, ink = state_mark(machine, sheet.look.glyphs)
        text = why(board, machine)
    most = 2 if inside.height > LOW else 1
    for line in wrap(text, inside.width - 2, most):
        sheet.put(inside.x, y, mark if y == inside.y else " ", ink)
        sheet.put(inside.x + 2, y, line, Ink.STRONG)
        y += 1
    return y + (1 if machine is None and inside.height > 9 else 0)


def _facts(sheet: Sheet, board: Board, inside: Inside) -> int:
    """What a machine is and does, and what is kept there; the next free row."""
    machine, y = board.machine(board.selected), inside.y
    if machine is not None and inside.height > 5:
        for line in wrap(facts(board, machine), inside.width - 2, 2 if inside.height > 8 else 1):
            sheet.put(inside.x + 2, y, line, Ink.DIM, inside.width - 2)
            y += 1
        y += 1 if inside.height > 8 else 0
    return _copies(sheet, board, Inside(inside.x, y, inside.width, inside.bottom - y))


def _copies(sheet: Sheet, board: Board, inside: Inside) -> int:
    """What is kept here of each class, where the most important choices have room all the same; the next free row."""
    lines = shelf_lines(board)[: max(inside.height - min(len(board.options), CHOICES_SEEN) - 1, 0)]
    for offset, line in enumerate(lines):
        sheet.put(inside.x + 2, inside.y + offset, line, Ink.DIM, inside.width - 2)
    return inside.y + len(lines) + (1 if lines else 0)


def _note(board: Board) -> str:
    """At the right of the title: the choice's number, what is under way here, or what else could be asked."""
    if board.menu is not None:
        return f"{board.menu + 1} of {len(board.options)}"
    errand = next((one for one in under_way(board.roster) if one.place == board.selected), None)
    if errand is not None and errand.seconds_left is not None:
        return f"under way: {errand.text}, {duration(errand.seconds_left)} left"
    return "x if it died now" if target(board) is not None else ""


class InspectorPanel(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_inspector(sheet, self.board)
