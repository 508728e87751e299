"""A page of cells that can be longer than its screen: story, help, post-mortem. Nothing on it moves by itself."""

from __future__ import annotations

from collections.abc import Callable

from textual import events

from scalegame.tui.canvas import Canvas
from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Ink, Look

LONGEST = 400
"""Rows."""

Painter = Callable[[Sheet], int]
"""Draws on a long sheet and gives the row after the last one used."""


class Page(Canvas):
    """Shows what ``paint`` draws, scrolled."""

    def __init__(self, look: Look, paint: Painter, *, name: str = "page") -> None:
        super().__init__(look, name=name)
        self._paint = paint
        self._top = 0
        self._length = 0
        self._window = 0

    def draw(self, sheet: Sheet) -> None:
        self._window = sheet.height
        long = Sheet(sheet.width, max(LONGEST, sheet.height), sheet.look)
        self._length = min(self._paint(long), long.height)
        self._top = min(max(self._top, 0), max(self._length - sheet.height, 0))
        end = self._top + sheet.height
        sheet.characters = long.characters[self._top : end]
        sheet.inks = long.inks[self._top : end]
        for zone in long.zones:
            sheet.zone(zone.x, zone.y - self._top, zone.width, zone.action, zone.height)
        glyphs = sheet.look.glyphs
        if self._length > end:
            sheet.put_right(sheet.width, sheet.height - 1, f" {glyphs.head_down} more below ", Ink.LIT)
        if self._top > 0:
            sheet.put_right(sheet.width, 0, f" more above {glyphs.head_up} ", Ink.LIT)

    def to_top(self) -> None:
        """Show another content from its first row."""
        self._top = 0
        self.repaint()

    def scroll(self, rows: int) -> None:
        """Move down by ``rows`` (up where negative), as far as there is something."""
        before, self._top = self._top, min(max(self._top + rows, 0), max(self._length - self._window, 0))
        if before != self._top:
            self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll(-3)
