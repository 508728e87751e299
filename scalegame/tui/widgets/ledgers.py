"""Where the requests and the dollars went, as tables whose rows sum to what stands beneath them, to the last cent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.coach import BOUGHT
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.view import PostMortem

CENTS = 100
SHARE_WIDTH = 6
LONGEST_BAR, SHORTEST_BAR = 24, 6


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a ledger."""

    name: str
    meaning: str
    figure: str
    share: int
    """Per cent of all."""


def apportion(values: Sequence[float], whole: int) -> list[int]:
    """Whole numbers in proportion to ``values`` that sum to ``whole``: what rounding leaves goes to the largest rests.
    All 0 where the values are."""
    total = sum(values)
    if total <= 0:
        return [0] * len(values)
    exact = [value / total * whole for value in values]
    parts = [int(part) for part in exact]
    rests = sorted(range(len(parts)), key=lambda at: (parts[at] - exact[at], at))
    for at in rests[: whole - sum(parts)]:
        parts[at] += 1
    return parts


def loss_rows(told: PostMortem) -> list[Row]:
    """A row for each cause and place, most first."""
    shares = apportion([float(count) for _, _, count, _ in told.losses], 100)
    return [
        Row(cause, f"at {place}" if place else "", f"{count:,}", share)
        for (cause, place, count, _), share in zip(told.losses, shares, strict=True)
    ]


def money_rows(told: PostMortem) -> list[Row]:
    """A row for each purpose, in cents that sum to the cost's."""
    amounts = [dollars for _, dollars in told.money]
    cents, shares = apportion(amounts, _cents(told.cost)), apportion(amounts, 100)
    return [
        Row(purpose, BOUGHT.get(purpose, ""), _dollars(part), share)
        for (purpose, _), part, share in zip(told.money, cents, shares, strict=True)
    ]


def draw_losses(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """By cause and place; returns the row after the sum."""
    rows = loss_rows(told)
    if not rows:
        sheet.put(x, y, "Nothing was lost.", Ink.TEXT)
        return y + 1
    total = f"{sum(count for _, _, count, _ in told.losses):,}"
    return _table(sheet, x, y, width, rows, Row("in all", "", total, 100), Ink.RED)


def draw_money(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """By purpose; returns the row after the sum."""
    total = Row("in all", "", _dollars(_cents(told.cost)), 100)
    return _table(sheet, x, y, width, money_rows(told), total, Ink.CALM)


def _table(sheet: Sheet, x: int, y: int, width: int, rows: Sequence[Row], total: Row, ink: Ink) -> int:
    name_width = max((len(row.name) for row in rows), default=0) + 1
    meaning_width = max((len(row.meaning) for row in rows), default=0)
    right = x + width
    figure_width = max(len(row.figure) for row in (*rows, total)) + 2
    room = width - name_width - figure_width - SHARE_WIDTH
    bar_width = min(max(room - meaning_width - 1, SHORTEST_BAR), LONGEST_BAR)
    # The bars stand before the figures, so that the eye goes from one to the other.
    bar_x = right - figure_width - SHARE_WIDTH - bar_width
    for row in rows:
        some = row.share > 0 or row.figure.strip("$0.") != ""
        sheet.put(x, y, row.name, Ink.TEXT if some else Ink.DIM, name_width - 1)
        sheet.put(x + name_width, y, row.meaning, Ink.DIM, bar_x - x - name_width - 1)
        sheet.bar(bar_x, y, bar_width, row.share / 100, ink)
        _figures(sheet, right, y, row, Ink.STRONG if some else Ink.DIM)
        y += 1
    sheet.put(x, y, total.name, Ink.STRONG, bar_x - x)
    sheet.put(bar_x, y, sheet.look.glyphs.horizontal * bar_width, Ink.FAINT)
    _figures(sheet, right, y, total, Ink.STRONG)
    return y + 1


def _figures(sheet: Sheet, right: int, y: int, row: Row, ink: Ink) -> None:
    sheet.put_right(right - SHARE_WIDTH, y, row.figure, ink)
    sheet.put_right(right, y, f"{row.share} %", Ink.DIM)


def _cents(dollars: float) -> int:
    """Whole cents as the medals and the headline round them: half a cent goes where it goes in '.2f'."""
    return round(round(dollars, 2) * CENTS)


def _dollars(cents: int) -> str:
    """'$0.31', '$1,204.50': every cent, since the rows have to add up."""
    return f"${cents / CENTS:,.2f}"
