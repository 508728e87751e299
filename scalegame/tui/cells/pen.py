"""Writes changed cells straight to the terminal, where nothing lies over the canvas that they belong to.

Textual's compositor keeps no frame to compare with: for one changed cell it renders every widget beneath it and sends
the row from the widget's left edge (3-4 ms and some 100 bytes a row; measured, Textual 8.2). A canvas knows which of
its cells changed, so it can send just those: a cursor move, a style where it changes, the characters. The compositor
stays the one that knows the layout: whatever it paints it asks from the canvases, which always have the newest cells,
and it paints alone while another screen or a toast lies on top, or where there is no terminal (tests, pictures).
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rich.console import Console
    from rich.style import Style
    from textual.widget import Widget

    from scalegame.tui.app import ScalegameApp
    from scalegame.tui.cells.theme import Look

NEAR = 4
"""Unchanged cells between two changed ones that are cheaper to send again than to jump over."""
_RESET = "\x1b[0m"


class Pen:
    """Collects cells and sends them with one write a frame, so that a frame is read as a whole or not at all."""

    def __init__(self, app: ScalegameApp) -> None:
        self._app = app
        self._parts: list[str] = []
        self._look: Look | None = None
        self._voices: tuple[Voice, ...] = ()
        self._turns: dict[tuple[int, int], str] = {}
        """(ink before, ink) -> the control sequence that leads from one to the other."""
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
                self._parts.append(self._turn(ink))
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
        self._voices = tuple(voice_of(style, self._app.console) for style in look.styles)
        self._turns.clear()
        self._ink = -1

    def _turn(self, ink: int) -> str:
        """From the ink last written in to this one: only what differs, where nothing has to be switched off."""
        way = self._ink, ink
        turn = self._turns.get(way)
        if turn is None:
            before = self._voices[self._ink] if self._ink >= 0 else None
            turn = self._turns[way] = self._voices[ink].after(before)
        return turn


@dataclass(frozen=True, slots=True)
class Voice:
    """How an ink is written, as parameters of ECMA-48's SGR."""

    manner: frozenset[str]
    """Bold, dim, italic, underlined, reversed."""
    colour: str
    """Of the characters; empty is the terminal's own."""
    ground: str

    def after(self, before: Voice | None) -> str:
        """The control sequence that leads here from another voice, or from none that is known."""
        if before is None or before.manner - self.manner:
            parameters = ["0", *sorted(self.manner), self.colour, self.ground]
        else:
            parameters = [
                *sorted(self.manner - before.manner),
                "" if self.colour == before.colour else self.colour or "39",
                "" if self.ground == before.ground else self.ground or "49",
            ]
        said = ";".join(filter(None, parameters))
        return f"\x1b[{said}m" if said else ""


def voice_of(style: Style, console: Console) -> Voice:
    """A style in the colours of this terminal."""
    rendered = Strip([Segment("x", style)], 1).render(console).partition("x")[0]
    numbers = iter(rendered.removeprefix("\x1b[").removesuffix("m").split(";") if rendered else ())
    manner, colour, ground = set(), "", ""
    for number in numbers:
        if number in ("38", "48"):
            # 38;5;N is one of 256, 38;2;R;G;B any.
            kind = next(numbers)
            parts = [number, kind, *(next(numbers) for _ in range(1 if kind == "5" else 3))]
            colour, ground = (";".join(parts), ground) if number == "38" else (colour, ";".join(parts))
        elif int(number) < 10:
            manner.add(number)
        elif number[0] == "3" or number[0] == "9":
            colour = number
        else:
            ground = number
    return Voice(frozenset(manner), colour, ground)
