"""The two rows at the bottom: what was last said or is asked, and the keys."""

from __future__ import annotations

from collections.abc import Sequence

from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.prices import consequence
from scalegame.tui.keys import GAME, MENU, ORDERS, ZOOM, Key, draw_keys
from scalegame.tui.widgets.log import mark
from scalegame.tui.widgets.panel import WIDE, Panel

_INKS = (Ink.DIM, Ink.AMBER, Ink.RED, Ink.OWN, Ink.AMBER)


def draw_message(sheet: Sheet, board: Board) -> None:
    """One row, the most pressing of: why the chosen option is refused, what the last command came to, the guide's task,
    the warning, how to go on."""
    glyphs = sheet.look.glyphs
    view = board.view
    # A wide terminal has room beneath the list itself for all there is to say of the chosen one.
    chosen = board.chosen if not board.orders_open and sheet.width < WIDE else None
    if chosen is not None and (chosen.refusal or not (board.said or board.task)):
        # In its row the sentence may be cut off; here is the whole width for it, and the list has the rest.
        sign, ink = (glyphs.refused, Ink.AMBER) if chosen.refusal else (glyphs.enter, Ink.TEXT)
        full = consequence(chosen)
        sheet.put(1, 0, f"{sign} {full if len(full) < sheet.width - 3 else chosen.label}", ink, sheet.width - 2)
    elif board.said is not None:
        said = f"{mark(board.said.weight, glyphs)} {board.said.text}"
        sheet.put(1, 0, said, _INKS[board.said.weight], sheet.width - 2)
    elif board.task:
        end = sheet.put(1, 0, f" {glyphs.pointer} {board.task} ", Ink.LIT, sheet.width - 2)
        if sheet.width - end > 16:
            sheet.put(end + 1, 0, "Esc ends the tour", Ink.DIM)
    elif view.warning:
        sign, ink = (glyphs.full, Ink.RED) if view.warning_level > 1 else (glyphs.busy, Ink.AMBER)
        sheet.put(1, 0, f"{sign} {view.warning}", ink, sheet.width - 2)
    elif not board.pace.running:
        word = "Space runs it" if view.snapshot.tick else "The clock stands. Look around, then Space opens the doors"
        sheet.put(1, 0, f"{glyphs.paused} {word}", Ink.DIM, sheet.width - 2)


class MessageRow(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_message(sheet, self.board)


class KeyRow(Panel):
    """The keys; while a command is typed, what it would cost and how it could go on."""

    def draw(self, sheet: Sheet) -> None:
        if self.board.typing is not None:
            said = self.board.typing
            sheet.put(2, 0, said.text, _INKS[said.weight] if said.weight else Ink.TEXT, sheet.width - 3)
        else:
            board = self.board
            keys: Sequence[Key] = ZOOM if board.zoomed else GAME
            if board.menu is not None:
                keys = ORDERS if board.orders_open else MENU
            draw_keys(sheet, keys, board.lit, board.pace.running)
