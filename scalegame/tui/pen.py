"""Writes changed cells straight to the terminal, where nothing lies over the canvas that they belong to.

Textual's compositor keeps no frame to compare with: for one changed cell it renders every widget beneath it and sends
the row from the widget's left edge (3-4 ms and some 100 bytes a row; measured, Textual 8.2). A canvas knows which of
its cells changed, so it can send just those: a cursor move, a style where it changes, the characters. The compositor
stays the one that knows the layout: whatever it paints it asks from the canvases, which always have the newest cells,
and it paints alone while another screen or a toast lies on top, or where there is no terminal (tests, pictures).
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from textual.widget import Widget

    from scalegame.tui.app import ScalegameApp
    from scalegame.tui.theme import Look

NEAR = 4
"""Unchanged cells between two changed ones that are cheaper to send again than to jump over."""
_RESET = "\x1b[0m"


class Pen:
    """Collects cells and sends them with one write a frame, so that a frame is read as a whole or not at all."""

    def __init__(self, app: ScalegameApp) -> None:
        self._app = app
        self._parts: list[str] = []
        self._look: Look | None = None
        self._codes: tuple[str, ...] = ()
        self._held = 0
        self._ink = -1
        self._at = (-1, -1)
        """Column and row of the cell after the last one written."""

    def reaches(self, canvas: Widget) -> bool:
        """Whether cells written now show: the terminal is ours, and nothing lies over the canvas."""
        app = self._app
        return (
            app.is_running
            and not (app.is_headless or app.is_inline)
            and canvas.screen is app.screen
            # Textual's own toasts lie on the top screen; they have no public sign.
            and not app._notifications  # noqa: SLF001
        )

    def put(self, x: int, y: int, runs: Iterable[tuple[str, int]], look: Look, cells: int) -> None:
        """Write (text, ink) runs of ``cells`` cells in all from column ``x`` of row ``y`` of the terminal."""
        if look is not self._look:
            self._learn(look)
        if self._at != (x, y):
            ahead = x - self._at[0]
            near = self._at[1] == y and ahead > 0
            self._parts.append(f"\x1b[{ahead}C" if near else f"\x1b[{y + 1};{x + 1}H")
        for text, ink in runs:
            if ink != self._ink:
                self._parts.append(self._codes[ink])
                self._ink = ink
            self._parts.append(text)
        # A cell in the last column leaves the cursor where terminals differ: the next move is an absolute one.
        self._at = (x + cells, y) if x + cells < self._app.size.width else (-1, -1)

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is written inside goes with one write at the end."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1
            self.flush()

    def flush(self) -> None:
        """Send what was written, unless it is still being gathered."""
        if self._held or not self._parts:
            return
        focused = self._app.focused
        if focused is not None:
            # Input methods show what is being composed where the cursor is.
            column, row = self._app.cursor_position
            self._parts.append(f"\x1b[{row + 1};{column + 1}H")
        text = "".join(self._parts) + _RESET
        self._parts.clear()
        self._ink, self._at = -1, (-1, -1)
        self._app.send(text)

    def _learn(self, look: Look) -> None:
        self._look = look
        self._codes = tuple(_code(ink, look, self._app.console) for ink in range(len(look.styles)))
        self._ink = -1


def _code(ink: int, look: Look, console: Console) -> str:
    """The control sequence that switches to an ink from any other, in the colours of this terminal."""
    rendered = Strip([Segment("x", look.styles[ink])], 1).render(console)
    before = rendered.partition("x")[0]
    return f"\x1b[0;{before.removeprefix(chr(27) + '[')}" if before else _RESET
