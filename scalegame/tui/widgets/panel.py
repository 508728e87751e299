"""What the game's panels share: a board to read, and a frame with a title."""

from __future__ import annotations

from dataclasses import dataclass

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.desk.board import Board

WIDE = 110
"""Columns from which there is room for two columns of panels, for boxes beside each other, for words beside figures."""
BOX_HEIGHT = 11
"""From this height on a panel affords a box; below, a rule with its title, so that rows go to what matters."""


@dataclass(frozen=True, slots=True)
class Inside:
    """The part of a panel that is left inside its frame, in cells of the sheet."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


def frame(sheet: Sheet, title: str, *, boxed: bool, lit: bool = False, note: str = "") -> Inside:
    """Draw a panel's frame: a box, or only its title's rule. ``note`` stands at the right of the title."""
    edge, heading = (Ink.AMBER, Ink.LIT) if lit else (Ink.FAINT, Ink.HEADING)
    if boxed:
        sheet.frame(0, 0, sheet.width, sheet.height, edge)
        inside = Inside(2, 1, sheet.width - 4, sheet.height - 2)
    else:
        sheet.put(0, 0, sheet.look.glyphs.horizontal * sheet.width, edge)
        inside = Inside(1, 1, sheet.width - 2, sheet.height - 1)
    end = sheet.put(2, 0, f" {title} ", heading, sheet.width - 4)
    if note and sheet.width - 4 - end > len(note):
        sheet.put_right(sheet.width - 2, 0, f" {note} ", Ink.DIM)
    return inside


class Panel(Canvas):
    """A canvas that draws from a board."""

    def __init__(self, look: Look, board: Board, *, name: str) -> None:
        super().__init__(look, name=name)
        self.board = board
