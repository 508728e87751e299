"""A Textual widget that shows a sheet of cells and sends the terminal only the rows that changed.

Measured (Textual 8.2): the compositor keeps no frame to compare with and does not cut off a region's left edge, so one
region a changed row, from the row's start to its last changed cell, is the least that can be sent.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual import events
from textual.filter import LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Look


class Canvas(Widget):
    """Base of every panel: fill ``draw``, call ``repaint`` when what it shows may have changed."""

    class Pressed(Message):
        """A clickable zone was clicked."""

        def __init__(self, action: str) -> None:
            super().__init__()
            self.action = action

    def __init__(self, look: Look, *, name: str) -> None:
        """``name`` is the widget's id in the style sheet."""
        super().__init__(id=name)
        self.look = look
        self._shown = Sheet(0, 0, look)
        self._strips: dict[int, Strip] = {}

    def draw(self, sheet: Sheet) -> None:
        """Draw everything on an empty sheet of the widget's size."""
        raise NotImplementedError

    def repaint(self) -> int:
        """Draw, compare with what is shown, and ask for the changed rows; returns how many they are."""
        if not self.is_mounted or self.size.width == 0:
            return 0
        width, height = self.size
        fresh = Sheet(width, height, self.look)
        self.draw(fresh)
        shown, self._shown = self._shown, fresh
        if (shown.width, shown.height) != (width, height):
            self._strips.clear()
            self.refresh()
            return height
        regions: list[Region] = []
        for y in range(height):
            end = fresh.last_difference(shown, y)
            if end:
                self._strips.pop(y, None)
                regions.append(Region(0, y, end, 1))
        if regions:
            self.refresh(*regions)
        return len(regions)

    def text(self) -> list[str]:
        """What is shown, as plain rows."""
        return self._shown.text()

    def render_line(self, y: int) -> Strip:
        strip = self._strips.get(y)
        if strip is None:
            styles = self.look.styles
            if y < self._shown.height:
                strip = Strip([Segment(text, styles[ink]) for text, ink in self._shown.runs(y)], self._shown.width)
            else:
                strip = Strip([Segment(" " * self.size.width, styles[0])], self.size.width)
            self._strips[y] = strip
        return strip

    def get_line_filters(self) -> Sequence[LineFilter]:
        """None: the palette knows the terminal's depth already, and a filter would go over every cell again."""
        return ()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._strips.clear()

    def on_resize(self) -> None:
        self.repaint()

    def on_mount(self) -> None:
        self.repaint()

    def on_click(self, event: events.Click) -> None:
        action = self._shown.zone_at(event.x, event.y)
        if action is not None:
            event.stop()
            self.post_message(self.Pressed(action))
