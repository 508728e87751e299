"""What a run earned: the medals for uptime and for cost, and how far it is to the next."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scalegame.game.score import cost_asked, uptime_asked
from scalegame.tui.cells.figures import clock, count, money, uptime
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.view import Medal, PostMortem

PRACTICE = "practice: this run went back in another"
LADDER_WIDTH = 144
"""Columns from which all medals' conditions are shown beside the one that comes next."""


def draw_medals(sheet: Sheet, x: int, y: int, width: int, told: PostMortem, *, won: bool, launched: bool) -> int:
    """A row for uptime and one for cost: the figure, what it earned, and what the next medal asks for. Without end
    there are no medals: how far it went, and what it brought."""
    if told.survived is not None:
        return _draw_survived(sheet, x, y, width, told)
    up_asked = () if told.par_uptime is None else uptime_asked(told.par_uptime)
    cost_is_asked = () if told.par_cost is None else cost_asked(told.par_cost)
    ups = [(medal, f"{share * 100:.2f} %") for medal, share in up_asked if share > 0]
    costs = [(medal, money(dollars)) for medal, dollars in cost_is_asked]
    up_next = _next_uptime(told, up_asked)
    cost_next = "launched early: no medal for cost" if launched and won else _next_cost(told, cost_is_asked)
    rows = (
        ("uptime", uptime(told.uptime), told.uptime_medal, up_next, ups),
        ("cost", money(told.cost), told.cost_medal, cost_next, costs),
    )
    for name, figure, medal, remark, asked in rows:
        said = PRACTICE if told.practice else remark if won else _lost_remark(asked)
        _medal_row(sheet, x, y, width, (name, figure, medal, said), asked)
        y += 1
    return y


def _draw_survived(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    earned = "" if told.earned is None else f"earned {money(told.earned)}, spent {money(told.cost)}"
    up = f"{uptime(told.uptime)} up" + (f"; {PRACTICE}" if told.practice else "")
    rows = (("survived", clock(told.survived or 0.0), earned), ("good", count(told.good), up))
    for name, figure, remark in rows:
        sheet.put(x + 1, y, name, Ink.DIM)
        sheet.put_right(x + 18, y, figure, Ink.STRONG)
        sheet.put(x + 21, y, remark, Ink.TEXT, width - 21)
        y += 1
    return y


def _medal_row(
    sheet: Sheet,
    x: int,
    y: int,
    width: int,
    shown: tuple[str, str, Medal, str],
    asked: Sequence[tuple[Medal, str]],
) -> None:
    glyphs = sheet.look.glyphs
    name, figure, medal, remark = shown
    earned = medal != "none"
    sheet.put(x + 1, y, name, Ink.DIM)
    sheet.put_right(x + 18, y, figure, Ink.STRONG)
    text = f"{glyphs.medal} {medal}" if earned else f"{glyphs.no_medal} no medal"
    sheet.put(x + 21, y, text, Ink.MONEY if earned else Ink.DIM)
    sheet.put(x + 33, y, remark, Ink.TEXT, width - 33)
    if width >= LADDER_WIDTH:
        at = x + width - 1
        for better, condition in asked:
            ink = Ink.STRONG if better == medal else Ink.DIM
            at = sheet.put_right(at, y, f"{better} {condition}", ink) - 3


def _lost_remark(asked: Sequence[tuple[Medal, str]]) -> str:
    return f"a loss earns none; gold asks for {asked[0][1]}" if asked else "this level has no medal for it"


def _next_uptime(told: PostMortem, asked: Sequence[tuple[Medal, float]]) -> str:
    if not asked or told.uptime is None:
        return "this level has no medal for it"
    if told.uptime_medal == "gold":
        return f"{(told.uptime - asked[0][1]) * 100:.2f} points better than gold asks for"
    medal, share = _one_better(told.uptime_medal, asked)
    # Rounded up: with so many points more it is the next medal.
    return f"{medal} needs {math.ceil((share - told.uptime) * 1e4 - 1e-6) / 100:.2f} points more"


def _next_cost(told: PostMortem, asked: Sequence[tuple[Medal, float]]) -> str:
    if not asked:
        return "this level has no medal for it"
    if told.cost_medal == "gold":
        return f"{money(asked[0][1] - told.cost)} less than gold allows"
    medal, dollars = _one_better(told.cost_medal, asked)
    return f"{medal} needs {money(math.ceil((told.cost - dollars) * 100 - 1e-6) / 100)} less"


def _one_better(medal: Medal, asked: Sequence[tuple[Medal, float]]) -> tuple[Medal, float]:
    names = [name for name, _ in asked]
    return asked[names.index(medal) - 1] if medal in names else asked[-1]
