"""The top line: the score. Time, uptime with what is left of the error budget, money and what burns it."""

from __future__ import annotations

from scalegame.tui.board import Board
from scalegame.tui.figures import clock, money, percent, uptime
from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Ink
from scalegame.tui.widgets.panel import Panel

ROOMY = 110
"""Columns from which words stand beside the figures."""


def draw_topline(sheet: Sheet, board: Board) -> None:
    """One row; what matters less is left out where the row is short."""
    view = board.view
    roomy = sheet.width >= ROOMY
    budget_width = 10 if roomy else 8
    x = sheet.put(1, 0, view.title, Ink.STRONG, 26 if roomy else 16) + 2
    x = sheet.put(x, 0, clock(view.snapshot.seconds), Ink.STRONG)
    x = sheet.put(x, 0, f"/{clock(view.total_seconds)}", Ink.DIM) + 1
    if view.draining:
        x = sheet.put(x, 0, "draining", Ink.AMBER) + 1
    elif view.stage.count > 1:
        word = "stage " if roomy else ""
        x = sheet.put(x, 0, f"{word}{view.stage.number}/{view.stage.count}", Ink.DIM) + 1
    glyphs = sheet.look.glyphs
    if board.pace.running:
        x = sheet.put(x, 0, f"{glyphs.running}{board.pace.speed}x", Ink.LIT if board.lit == "speed" else Ink.CALM)
    else:
        x = sheet.put(x, 0, f"{glyphs.paused} paused" if roomy else f"{glyphs.paused}{board.pace.speed}x", Ink.AMBER)
    x += 2
    if roomy:
        x = sheet.put(x, 0, "uptime ", Ink.DIM)
    x = sheet.put(x, 0, uptime(view.uptime), _uptime_ink(board))
    if roomy and view.slo_uptime:
        x = sheet.put(x, 0, f" (SLO {view.slo_uptime * 100:g})", Ink.DIM)
    x += 2
    if view.slo_uptime:
        left = view.stage.budget_left
        ink = Ink.CALM if left > 0.5 else Ink.AMBER if left > 0.2 else Ink.RED
        if roomy:
            x = sheet.put(x, 0, "budget ", Ink.LIT if board.lit == "topline" else Ink.DIM)
        x = sheet.bar(x, 0, budget_width, left, ink) + 1
        x = sheet.put(x, 0, percent(left), ink) + 2
    _money(sheet, board, x)


def _money(sheet: Sheet, board: Board, x: int) -> None:
    view = board.view
    if view.purse is None:
        sheet.put(x, 0, f"{money(view.burn)}/min", Ink.MONEY)
        return
    minutes_left = view.purse / view.burn if view.burn > 0 else float("inf")
    ink = Ink.RED if minutes_left < 0.25 else Ink.AMBER if minutes_left < 0.75 else Ink.MONEY
    x = sheet.put(x, 0, money(view.purse), ink)
    if sheet.width >= ROOMY:
        x = sheet.put(x, 0, " left", Ink.DIM)
    sheet.put(x + 1, 0, f"{money(-view.burn)}/min" if view.burn > 0 else "$0/min", Ink.DIM)


def _uptime_ink(board: Board) -> Ink:
    view = board.view
    if view.uptime is None or view.uptime >= view.slo_uptime:
        return Ink.STRONG
    return Ink.RED


class TopLine(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_topline(sheet, self.board)
