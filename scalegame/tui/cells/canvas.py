"""A Textual widget that shows a sheet of cells and sends the terminal only the cells that changed.

Where nothing lies over it, its pen writes them; else the compositor is asked for the changed rows, one region a row,
from the row's start to its last changed cell (it does not cut off a region's left edge).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual import events
from textual.filter import LineFilter
from textual.geometry import Region
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from scalegame.tui.cells.pen import NEAR
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look

if TYPE_CHECKING:
    from scalegame.tui.app import ScalegameApp

Cell = tuple[int, int, str, Ink]
"""Column, row, mark, ink."""


class Canvas(Widget):
    """Base of every panel: fill ``draw``, call ``repaint`` when what it shows may have changed."""

    app: ScalegameApp

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

    def wear(self, look: Look) -> None:
        """Show the same in another look."""
        self.look = look
        self._shown = Sheet(0, 0, look)
        self.repaint()

    def repaint(self) -> int:
        """Draw, compare with what is shown, and send what differs; returns how many rows do."""
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
        changed = {y: found for y in range(height) if (found := fresh.differences(shown, y))}
        self._send(changed)
        return len(changed)

    def retouch(self, cells: Iterable[Cell]) -> int:
        """Change single cells of what is shown, until it is drawn anew; returns how many rows changed."""
        shown = self._shown
        changed: dict[int, list[int]] = {}
        for x, y, mark, ink in cells:
            if 0 <= y < shown.height and 0 <= x < shown.width:
                row, inks = shown.characters[y], shown.inks[y]
                if row[x] != mark or inks[x] != ink:
                    row[x], inks[x] = mark, int(ink)
                    changed.setdefault(y, []).append(x)
        self._send(changed)
        return len(changed)

    def _send(self, changed: dict[int, list[int]]) -> None:
        """Have cells shown: row -> columns that changed."""
        if not changed:
            return
        for y in changed:
            self._strips.pop(y, None)
        pen = self.app.pen
        if not pen.reaches(self):
            self.refresh(*(Region(0, y, self._shown.whole(max(columns) + 1, y), 1) for y, columns in changed.items()))
            return
        left, top, width, height = self.region
        for y, columns in changed.items():
            if y < height:
                for start, end in self._shown.spans(y, columns, NEAR):
                    if end <= width:
                        pen.put(left + start, top + y, self._shown.runs(y, start, end), self.look, end - start)
        pen.flush()

    def text(self) -> list[str]:
        """What is shown, as plain rows."""
        return self._shown.text()

    def render_lines(self, crop: Region) -> list[Strip]:
        """Straight from the cells: a canvas has no border, padding or tint that Textual's cache would work out, and
        that cache would not know what the pen has written since."""
        lines = (self.render_line(y) for y in range(crop.y, crop.bottom))
        whole = crop.x == 0 and crop.width >= self._shown.width
        return [line if whole else line.crop(crop.x, crop.right) for line in lines]

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
