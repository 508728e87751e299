"""One machine in a row: name, bar, number, mark of its state, and a word or how many wait."""

from __future__ import annotations

from collections.abc import Sequence

from scalegame.model.snapshot import MachineView
from scalegame.tui.cells.figures import count, duration
from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.panel import Inside
from scalegame.tui.widgets.states import SHORT, serves, state_mark
from scalegame.tui.widgets.tiers import machine_facts, pack

WORDS_FROM = 31
"""Columns from which a machine's state is spelled out beside its mark."""
BOTH_FROM = 40
"""Columns from which there is room for the word and for how many wait."""
WAITING_FROM = 21
"""Columns from which how many wait stands beside the mark."""
NUMBER = 5
"""Columns of '100%' and the blank before it."""
LEAST_REST = 14
"""Columns that a row needs beside the name: a short bar, the number, the mark."""
LONGEST_BAR = 24
LEAST_BAR, LONGEST_PROGRESS = 2, 12
LONGEST_LEFT = 6
"""Columns of '3.5 s ', '140 s '."""


def label(machine: MachineView, zone: bool) -> str:
    """A machine's name, with its zone."""
    return f"{machine.name} {machine.zone}" if zone else machine.name


def zones_fit(board: Board, machines: Sequence[MachineView], room: int) -> bool:
    """There are several zones, and rows of ``room`` columns can name them beside a bar."""
    return board.several_zones and max((len(machine.name) for machine in machines), default=0) + 2 <= room - LEAST_REST


def draw_machine(
    sheet: Sheet, board: Board, inside: Inside, machine: MachineView, names: int, shown: str, place: str = ""
) -> None:
    """A machine in the rows of ``inside``: its bar in the first, what else it has to say below. ``names`` columns for
    what is ``shown`` as its name; ``place`` is what it stands for, where that is not itself. Selected, it is marked
    over all its rows."""
    place = place or machine.name
    chosen = board.selected == place
    glyphs = sheet.look.glyphs
    x, y = inside.x, inside.y
    if chosen:
        for row in range(inside.height):
            sheet.tint(x, y + row, inside.width, Ink.CHOSEN if row == 0 else Ink.CHOSEN_DIM)
        sheet.put(x, y, glyphs.pointer, Ink.CHOSEN)
    lit = board.lit == f"place {place}"
    sheet.put(x + 1, y, shown, Ink.LIT if lit else Ink.CHOSEN if chosen else Ink.TEXT, names)
    at = x + names + 2
    if serves(machine):
        _at_work(sheet, Inside(at, y, inside.right - at, 1), machine, inside.width, chosen)
        y += 1
    else:
        barless = _on_its_way(sheet, board, Inside(at, y, inside.right - at, 1), machine, chosen)
        y += 1
        if barless and y < inside.bottom:
            ink = state_mark(machine, glyphs)[2]
            sheet.bar(x + 2, y, min(inside.width - 3, LONGEST_BAR), board.roster.progress(machine), ink)
            y += 1
    if y < inside.bottom:
        lines = pack(machine_facts(board, machine), inside.width - 3, 8)
        for offset, line in enumerate(lines[: inside.bottom - y]):
            sheet.put(x + 2, y + offset, line, Ink.CHOSEN_DIM if chosen else Ink.DIM, inside.width - 2)
    sheet.zone(inside.x, inside.y, inside.width, f"select {place}", inside.height)


def _at_work(sheet: Sheet, inside: Inside, machine: MachineView, width: int, chosen: bool) -> None:
    glyph, word, ink = state_mark(machine, sheet.look.glyphs)
    tail = tail_of(machine, sheet.look.glyphs, word, width)
    room = inside.width - NUMBER - 2 - len(tail)
    # The bar keeps its own colour when selected: reversed, full would look empty.
    bar = max(min(room, LONGEST_BAR), 0)
    x = sheet.bar(inside.x, inside.y, bar, machine.utilisation, ink)
    calm = ink == Ink.CALM
    number = f"{machine.utilisation * 100:.0f}%".rjust(NUMBER if bar else NUMBER - 1)
    x = sheet.put(x, inside.y, number, Ink.CHOSEN if chosen else Ink.TEXT if calm else ink)
    x = sheet.put(x, inside.y, f" {glyph}", Ink.CHOSEN if chosen else ink)
    sheet.put(x, inside.y, tail, Ink.CHOSEN if chosen else Ink.DIM if calm else ink, inside.right - x)


def tail_of(machine: MachineView, glyphs: Glyphs, word: str, width: int) -> str:
    """What stands behind the state's mark, always as wide, so that bars do not jump."""
    waiting = machine.waiting
    if width >= BOTH_FROM:
        queue = f"{count(waiting)} wait" if waiting >= 0.95 else ""
        return f" {word:<10}{queue:>9} "
    if width >= WORDS_FROM:
        return f" {f'{count(waiting)} wait' if waiting >= 0.95 and word in ('up', 'busy', 'full') else word:<10}"
    cells = 4 if width >= WAITING_FROM else 0
    return f"{glyphs.waiting}{count(waiting)}"[:cells].ljust(cells) if waiting >= 0.95 else " " * cells


def _on_its_way(sheet: Sheet, board: Board, inside: Inside, machine: MachineView, chosen: bool) -> bool:
    """A state in which it serves nobody: mark, word, what is left, and how much of it is over. Returns whether there
    was no room for that last bar."""
    glyph, word, ink = state_mark(machine, sheet.look.glyphs)
    left = duration(machine.seconds_left) if machine.seconds_left > 0 else ""
    short = SHORT.get(word, word)
    # The time left takes as much room as it ever may, so that the bar stands still while the seconds run.
    starts = [inside.x + 2 + len(shown) + 1 + LONGEST_LEFT for shown in (word, short)]
    start = next((start for start in starts if left and inside.right - start >= LEAST_BAR), None)
    texts = [f"{glyph} {word} {left}".rstrip(), f"{glyph} {short} {left}".rstrip(), f"{glyph} {short}"]
    if start == starts[1] != starts[0]:
        texts.pop(0)
    text = next((text for text in texts if len(text) <= inside.width), texts[-1])
    sheet.put(inside.x, inside.y, text, Ink.CHOSEN if chosen else ink, inside.width)
    if start is None:
        return bool(left)
    sheet.bar(start, inside.y, min(inside.right - start, LONGEST_PROGRESS), board.roster.progress(machine), ink)
    return False
