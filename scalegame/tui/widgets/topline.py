"""The top line: the score. Time, uptime with what is left of the error budget, money and what burns it.

Every field has a fixed width for a level, so that nothing jumps when a figure grows; a wider line has longer fields.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scalegame.tui.cells.figures import brief_money, clock, percent, time_left, uptime
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.panel import Panel
from scalegame.tui.widgets.signal_words import budget_ink, burn_text, per_minute, purse_ink

SHORT_TITLE, LONGEST_TITLE = 8, 30
UPTIME, SHARE, GONE, PURSE, RATE, SPEED, PAUSED = 7, 5, 7, 7, 11, 3, 8
"""Cells of '99.42 %', '100 %', ' ▼12:05', '$12,345', '−$1,234/min' or 'lasts 12:05', '▶4x', '‖ paused'."""
SHORT_BAR, BAR = 5, 10
ENDLESS_STAGE = 3
"""Cells of the number of a stage without end."""
BURN = 6
"""Of '>99x' and a blank at either side."""


@dataclass(frozen=True, slots=True)
class Field:
    """A part of the line in several forms, the shortest first."""

    widths: tuple[int, ...]
    draw: Callable[[Sheet, Board, int, int, int], None]
    """(sheet, board, x, width, form)."""


def draw_topline(sheet: Sheet, board: Board) -> None:
    """One row; the longer forms go to what matters most."""
    fields = _fields(board)
    forms = dict.fromkeys(fields, 0)
    gap = 1 if sheet.width < 100 else 2
    left = sheet.width - 1 - gap * (len(fields) - 1) - sum(field.widths[0] for field in fields.values())
    for name in GROWTH:
        if name in fields:
            field, form = fields[name], forms[name] + 1
            more = field.widths[form] - field.widths[form - 1] if form < len(field.widths) else 0
            if 0 < more <= left:
                forms[name] = form
                left -= more
    x = 1
    for name, field in fields.items():
        width = field.widths[forms[name]]
        if name == "title":
            # What is left over after all goes to the title, as far as it needs it.
            width += min(max(left, 0), max(len(board.view.title) - width, 0))
        field.draw(sheet, board, x, width, forms[name])
        x += width + gap


GROWTH = ("title", "budget", "money", "uptime", "stage", "speed", "title", "budget", "uptime", "budget")
"""What longer forms are given to, in turn."""


def _fields(board: Board) -> dict[str, Field]:
    """The fields of this level, from left to right."""
    view = board.view
    # The clock runs on while a level drains.
    time = len(clock(max(view.total_seconds, view.snapshot.seconds)))
    number = ENDLESS_STAGE if view.stage.endless else 2 * len(str(view.stage.count)) + 1
    title = min(len(view.title), LONGEST_TITLE)
    fields = {
        "title": Field(tuple(sorted({min(title, SHORT_TITLE), title})), _title),
        "clock": Field((time + len(_total(board)),), _clock),
    }
    # Also where there is a single one: that the level drains is said there in the end.
    several = not view.stage.alone
    fields["stage"] = Field((max(number + 1, 5), max(6 + number + 7, 8)) if several else (5, 8), _stage)
    fields["speed"] = Field((SPEED, PAUSED), _speed)
    fields["uptime"] = Field((UPTIME, UPTIME + 7, UPTIME + 7 + len(_promise(board))), _uptime)
    if view.slo_uptime:
        short = SHORT_BAR + 1 + SHARE + GONE
        long = short + 7 + BAR - SHORT_BAR
        fields["budget"] = Field((short, short + 7, long, long + BURN), _budget)
    fields["money"] = Field((RATE,) if view.purse is None else (PURSE + 1 + RATE, PURSE + 2 + 2 * RATE), _money)
    return fields


def _title(sheet: Sheet, board: Board, x: int, width: int, _: int) -> None:
    sheet.put(x, 0, board.view.title, Ink.STRONG, width)


def _total(board: Board) -> str:
    """The time that the level has; nothing where it has no end."""
    return "" if board.view.stage.endless else f"/{clock(board.view.total_seconds)}"


def _clock(sheet: Sheet, board: Board, x: int, width: int, _: int) -> None:
    view, total = board.view, _total(board)
    sheet.put(x + width - len(total), 0, total, Ink.DIM)
    sheet.put_right(x + width - len(total), 0, clock(view.snapshot.seconds), Ink.STRONG)


def _stage(sheet: Sheet, board: Board, x: int, width: int, form: int) -> None:
    """Which stage, and how much of it is over."""
    view = board.view
    stage = view.stage
    if view.draining:
        sheet.put(x, 0, "draining" if form else "drain", Ink.AMBER, width)
        return
    if stage.alone:
        return
    over = min(max((view.snapshot.seconds - stage.starts) / max(stage.ends - stage.starts, 0.1), 0.0), 1.0)
    x = sheet.put(x, 0, f"{'stage ' if form else ''}{stage.place}", Ink.DIM)
    if form:
        sheet.bar(x + 1, 0, 6, over, Ink.DIM)
        return
    levels = sheet.look.glyphs.levels
    sheet.put(x, 0, levels[min(1 + int(over * (len(levels) - 1)), len(levels) - 1)], Ink.CALM)


def _speed(sheet: Sheet, board: Board, x: int, _: int, form: int) -> None:
    glyphs, pace = sheet.look.glyphs, board.pace
    if pace.running:
        sheet.put(x, 0, f"{glyphs.running}{pace.speed}x", Ink.LIT if board.lit == "speed" else Ink.CALM)
    else:
        sheet.put(x, 0, f"{glyphs.paused} paused" if form else f"{glyphs.paused}{pace.speed}x", Ink.AMBER)


def _promise(board: Board) -> str:
    promised = board.view.slo_uptime
    return f" (SLO {promised * 100:g})" if promised else ""


def _uptime(sheet: Sheet, board: Board, x: int, _: int, form: int) -> None:
    view = board.view
    if form:
        x = sheet.put(x, 0, "uptime ", Ink.DIM)
    kept = view.uptime is None or view.uptime >= view.slo_uptime
    x = sheet.put(x, 0, uptime(view.uptime), Ink.STRONG if kept else Ink.RED)
    if form > 1:
        sheet.put(x, 0, _promise(board), Ink.DIM)


def _budget(sheet: Sheet, board: Board, x: int, _: int, form: int) -> None:
    """The health bar; where it does not last, an arrow with the time that is left, in the long form the multiple."""
    view = board.view
    ink = budget_ink(view)
    lit = board.lit == "topline"
    if form:
        x = sheet.put(x, 0, "budget ", Ink.LIT if lit else Ink.DIM)
    left = view.stage.budget_left
    x = sheet.bar(x, 0, BAR if form > 1 else SHORT_BAR, left, ink)
    sheet.put(x, 0, f" {percent(left):>{SHARE}}", Ink.LIT if lit and not form else ink)
    budget = view.budget
    if budget is None or budget.gone_in is None:
        return
    x += 1 + SHARE + 1
    x = sheet.put(x, 0, f"{sheet.look.glyphs.head_down}{time_left(budget.gone_in)}", ink)
    if form > 2:
        sheet.put(x, 0, f" {burn_text(budget.burn)}", ink, BURN)


def _money(sheet: Sheet, board: Board, x: int, _: int, form: int) -> None:
    """What is left and what it burns, less what is earned; where it does not last, for how long instead, in the long
    form both."""
    view = board.view
    burn = per_minute(view, brief_money)
    if view.purse is None:
        sheet.put(x, 0, f"{brief_money(view.burn)}/min", Ink.MONEY, RATE)
        return
    ink = purse_ink(view)
    sheet.put_right(x + PURSE, 0, brief_money(view.purse), ink)
    x += PURSE + 1
    empty_in = view.purse_ahead.empty_in if view.purse_ahead is not None else None
    lasts = f"lasts {time_left(empty_in)}" if empty_in is not None else ""
    if form or not lasts:
        sheet.put(x, 0, burn, Ink.DIM, RATE)
        x += RATE + 1
    sheet.put(x, 0, lasts, ink, RATE)


class TopLine(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_topline(sheet, self.board)
