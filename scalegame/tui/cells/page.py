"""A page of cells that can be longer than its screen: story, help, post-mortem. Nothing on it moves by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual import events

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look

LONGEST = 400
"""Rows."""

Painter = Callable[[Sheet], int]
"""Draws on a long sheet and gives the row after the last one used."""


class Page(Canvas):
    """Shows what ``paint`` draws, scrolled."""

    def __init__(self, look: Look, paint: Painter, *, name: str = "page", more: str = "more below") -> None:
        """``more`` is said at the bottom while there is more."""
        super().__init__(look, name=name)
        self._more = more
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
        # Rows of their own: what stands half beneath a notice would be read as all of it.
        if self._length > end:
            _notice(sheet, sheet.height - 1, f"{glyphs.head_down} {self._more}")
        if self._top > 0:
            _notice(sheet, 0, f"{glyphs.head_up} more above")

    def to_top(self) -> None:
        """Show another content from its first row."""
        self._top = 0
        self.repaint()

    def scroll(self, rows: int) -> None:
        """Move down by ``rows`` (up where negative), as far as there is something."""
        before, self._top = self._top, min(max(self._top + rows, 0), max(self._length - self._window, 0))
        if before != self._top:
            self.repaint()

    def reveal(self, first: int, last: int) -> None:
        """Scroll as little as needed to show these rows, and no notice over them."""
        if first < self._top + 1:
            self.scroll(first - 1 - self._top)
        elif last > self._top + self._window - 2:
            self.scroll(min(last + 2 - self._window, first - 1) - self._top)

    def turn(self, pages: int, stops: Sequence[int]) -> None:
        """Turn a page down (up where negative); it begins at one of ``stops`` where there is one on it, so that what
        belongs together is seen together."""
        most = max(self._window - 2, 1) * pages
        # The row above is the notice's. Less than half a page is no page.
        near = [stop - 1 - self._top for stop in stops if most // 2 <= abs(stop - 1 - self._top) <= abs(most)]
        rows = [step for step in near if (step > 0) == (pages > 0)]
        self.scroll(max(rows, key=abs, default=most))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        event.stop()
        self.scroll(3)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        event.stop()
        self.scroll(-3)


def _notice(sheet: Sheet, y: int, text: str) -> None:
    """A row that says that the page goes on."""
    sheet.put(0, y, " " * sheet.width)
    sheet.put(1, y, sheet.look.glyphs.dashed * (sheet.width - 2), Ink.FAINT)
    sheet.put_right(sheet.width - 1, y, f" {text} ", Ink.LIT)
