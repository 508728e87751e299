"""The last row of a page that is not the board: its keys, or how far something is that goes on behind it."""

from __future__ import annotations

from collections.abc import Sequence

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.figures import percent
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.keys import Key, draw_keys_row

BAR_WIDTH = 16


class PageFoot(Canvas):
    """What can be pressed here."""

    def __init__(self, look: Look, keys: Sequence[Key]) -> None:
        super().__init__(look, name="page-keys")
        self._keys = keys
        self._under_way = ""
        self._share = 0.0

    def offer(self, keys: Sequence[Key]) -> None:
        """Show these keys from now on."""
        self._keys, self._under_way = keys, ""
        self.repaint()

    def tell(self, what: str, share: float) -> None:
        """Say how much of something is done, 0..1, until keys are offered again."""
        self._under_way, self._share = what, share
        self.repaint()

    def draw(self, sheet: Sheet) -> None:
        if not self._under_way:
            draw_keys_row(sheet, self._keys)
            return
        x = sheet.put(1, 0, f"{self._under_way} ", Ink.TEXT)
        x = sheet.bar(x, 0, BAR_WIDTH, self._share, Ink.CALM)
        x = sheet.put(x + 1, 0, f"{percent(self._share):>5}", Ink.STRONG) + 2
        sheet.put(sheet.put(x, 0, "Esc", Ink.KEY), 0, " stops", Ink.DIM)
        sheet.zone(x, 0, 9, "key escape")
