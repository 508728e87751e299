"""What-ifs as a table to choose from: what would have been done otherwise, and what it would have given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.tui.cells.figures import clock, money, uptime
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.widgets.sections import TEXT_WIDTH, draw_prose

if TYPE_CHECKING:
    from scalegame.game.whatif import WhatIf

SAVED, COST, UPTIME, ENDS = 10, 9, 10, 6
"""Cells of the columns at the right."""
MINUS = "−"
FIGURES = SAVED + COST + UPTIME + ENDS


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be gone back to."""

    then: int
    """The tick before it broke."""
    found: tuple[WhatIf, ...]
    tried: int
    at: int | None = None
    """The chosen row, while the list has the keys: 0 is before it broke, the others are the what-ifs."""

    @property
    def tick(self) -> int:
        """Where the chosen row goes back to."""
        chosen = self.chosen
        return self.then if chosen is None else chosen.change.begins

    @property
    def chosen(self) -> WhatIf | None:
        """None where no what-if is."""
        return self.found[self.at - 1] if self.at else None

    @property
    def rows(self) -> int:
        return 1 + len(self.found)


def draw_what_ifs(sheet: Sheet, x: int, y: int, width: int, choice: Choice) -> int:
    """A row each, best first; beneath them the chosen one in a sentence."""
    right = x + width
    columns = (right, right - ENDS, right - ENDS - UPTIME, right - ENDS - UPTIME - COST)
    for column, title in zip(columns, ("ends", "uptime", "dollars", "answered"), strict=True):
        sheet.put_right(column, y, title, Ink.DIM)
    then = clock(choice.then / TICKS_PER_SECOND)
    _label(sheet, x, y + 1, width, choice, 0, f"back to {then}, as it was")
    for row, one in enumerate(choice.found, 1):
        label = one.change.words.replace("`", "").removeprefix("With ").replace("Without", "without", 1)
        _label(sheet, x, y + 1 + row, width - FIGURES, choice, row, label)
        won = one.result.outcome == "won"
        cells = (
            (one.result.outcome, Ink.STRONG if won else Ink.DIM),
            (uptime(one.result.uptime), Ink.TEXT),
            (_signed(one.dear, money(abs(one.dear) / 1e6)), Ink.MONEY),
            (_signed(one.saved, f"{abs(one.saved):,}"), Ink.STRONG),
        )
        for column, (text, ink) in zip(columns, cells, strict=True):
            sheet.put_right(column, y + 1 + row, text, ink)
    return draw_prose(sheet, x, y + 1 + choice.rows, min(width, TEXT_WIDTH), _said(choice), Ink.TEXT)


def _signed(value: int, size: str) -> str:
    """'+$0.42', '−12'; what is nothing as it is shown has no sign."""
    return f"{'+' if value > 0 else MINUS}{size}" if size.strip("$0.") else size


def _label(sheet: Sheet, x: int, y: int, width: int, choice: Choice, row: int, text: str) -> None:
    lit = row == choice.at
    glyphs = sheet.look.glyphs
    sheet.put(x, y, f"{glyphs.pointer} {text}" if lit else f"  {text}", Ink.CHOSEN if lit else Ink.TEXT, width - 1)
    sheet.zone(x, y, width, f"what {row}")


def _said(choice: Choice) -> str:
    """The chosen row in a sentence; what came of it all where none is."""
    if choice.chosen is not None:
        return choice.chosen.sentence
    if choice.at == 0:
        then = clock(choice.then / TICKS_PER_SECOND)
        return (
            f"Back to {then}, before it broke, with what you know: what you ordered until then is done, the clock"
            " stands, and from there on it is yours. It is practice: no medal comes of it."
        )
    what = f"{choice.tried} other {'order' if choice.tried == 1 else 'orders'} tried"
    return f"{what}; `w` chooses one to go back to." if choice.found else f"{what}: none would have done better."
