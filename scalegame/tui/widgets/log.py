"""The event log: what happened, in prose, newest at the bottom."""

from __future__ import annotations

from scalegame.game.view import LogLine
from scalegame.tui.cells.figures import clock
from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.errands import draw_block, draw_title
from scalegame.tui.widgets.panel import BOX_HEIGHT, Panel, frame

_INKS = (Ink.TEXT, Ink.AMBER, Ink.RED, Ink.OWN, Ink.AMBER)


def mark(weight: int, glyphs: Glyphs) -> str:
    """A weight's glyph: routine, warning, trouble, own command, refusal."""
    return (glyphs.note, glyphs.busy, glyphs.lost, glyphs.own, glyphs.refused)[weight]


def draw_log(sheet: Sheet, board: Board) -> None:
    """What is under way, then as many of the newest lines as fit; a long line goes on beneath itself."""
    boxed = sheet.height >= BOX_HEIGHT
    inside = frame(sheet, "Log", boxed=boxed)
    if boxed:
        inside = draw_block(sheet, board, inside)
    else:
        draw_title(sheet, board)
    rows: list[tuple[LogLine, str, bool]] = []
    for line in reversed(board.session.log[-inside.height * 2 :] if inside.height else []):
        pieces = wrap(line.text, inside.width - 8)
        rows = [(line, piece, index == 0) for index, piece in enumerate(pieces)] + rows
        if len(rows) >= inside.height:
            break
    rows = rows[-inside.height :] if inside.height else []
    for offset, (line, piece, first) in enumerate(rows):
        y = inside.y + offset
        ink = _INKS[line.weight]
        if first:
            sheet.put(inside.x, y, clock(line.seconds), Ink.DIM)
            sheet.put(inside.x + 6, y, mark(line.weight, sheet.look.glyphs), ink)
        sheet.put(inside.x + 8, y, piece, ink if line.weight else Ink.TEXT, inside.width - 8)


class LogPanel(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_log(sheet, self.board)
