"""One box with the whole panel to itself: each machine in a table of several columns, the whole as a picture above."""

from __future__ import annotations

from collections.abc import Sequence

from scalegame.model.snapshot import MachineView
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.fleet import Fleet, cells, draw_grid
from scalegame.tui.widgets.machines import draw_machine, label, zones_fit
from scalegame.tui.widgets.panel import Inside
from scalegame.tui.widgets.tiers import pack

COLUMN = 32
"""Columns that a machine needs for its name, bar, number, state and how many wait."""
LEAST_COLUMN = 25
MAP_FROM = 12
"""Rows from which a picture of all machines stands above the table."""
MAP_ROWS = 4
PAGE = 18
"""Columns at the right of the first row for which page this is."""


def draw_zoom(sheet: Sheet, board: Board, inside: Inside) -> None:
    """The zoomed machines; the page with the selected one is shown, and the board learns how far a key goes."""
    machines = board.within()
    if not machines or inside.height < 2:
        return
    fleet = Fleet.of(machines, sheet.look.glyphs)
    at = next((index for index, machine in enumerate(machines) if machine.name == board.selected), 0)
    y = inside.y
    head = pack([fleet.words(), *fleet.figures()], inside.width - PAGE)[: 2 if inside.height >= MAP_FROM else 1]
    for line in head:
        sheet.put(inside.x, y, line, Ink.TEXT, inside.width - PAGE)
        y += 1
    if inside.height >= MAP_FROM and len(machines) > inside.height:
        y += _map(sheet, Inside(inside.x, y, inside.width, MAP_ROWS), fleet, at) + 1
    table = Inside(inside.x, y, inside.width, inside.bottom - y)
    least = COLUMN if inside.width >= 2 * COLUMN else LEAST_COLUMN
    columns = max(min(inside.width // least, -(-len(machines) // max(table.height, 1))), 1)
    page = _table(sheet, board, table, machines, at, columns)
    if page:
        sheet.put_right(inside.right, inside.y, f" {page}", Ink.DIM)


def _map(sheet: Sheet, inside: Inside, fleet: Fleet, at: int) -> int:
    """All machines in cells, that of the selected one marked; returns the rows it took."""
    each = draw_grid(sheet, inside, fleet)
    marks, _, _ = cells(fleet, inside.width * inside.height)
    row, column = divmod(at // each, inside.width)
    sheet.tint(inside.x + column, inside.y + row, 1, Ink.LIT)
    return -(-len(marks) // inside.width)


def _table(sheet: Sheet, board: Board, inside: Inside, machines: Sequence[MachineView], at: int, columns: int) -> str:
    """A page of machines, down each column in turn; returns which page it is, where there are several."""
    rows = max(inside.height, 1)
    page = rows * columns
    board.table = rows, page
    first = at // page * page
    wide = inside.width // columns
    shown = machines[first : first + page]
    zones = zones_fit(board, shown, wide)
    labels = [label(machine, zones) for machine in shown]
    names = max(map(len, labels))
    for index, machine in enumerate(shown):
        column, row = divmod(index, rows)
        place = Inside(inside.x + column * wide, inside.y + row, wide - (1 if columns > 1 else 0), 1)
        draw_machine(sheet, board, place, machine, names, labels[index])
    pages = -(-len(machines) // page)
    return f"page {first // page + 1} of {pages}" if pages > 1 else ""
