"""Lines between boxes: straight or with one bend, joined where they meet, moving while something flows."""

from __future__ import annotations

from scalegame.tui.figures import count
from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Ink

_UP, _DOWN, _LEFT, _RIGHT = 1, 2, 4, 8
_JOINTS = {
    _LEFT | _RIGHT: "━", _UP | _DOWN: "┃", _LEFT | _DOWN: "┓", _LEFT | _UP: "┛", _RIGHT | _DOWN: "┏", _RIGHT | _UP: "┗",
    _LEFT | _UP | _DOWN: "┫", _RIGHT | _UP | _DOWN: "┣", _LEFT | _RIGHT | _DOWN: "┳", _LEFT | _RIGHT | _UP: "┻",
    _LEFT | _RIGHT | _UP | _DOWN: "╋", _LEFT: "━", _RIGHT: "━", _UP: "┃", _DOWN: "┃",
}  # fmt: skip
PERIOD = 4
"""Cells from one moving dot to the next."""


class Links:
    """Collects lines, then draws them at once so that they join."""

    def __init__(self, sheet: Sheet, phase: int, top: int = 0) -> None:
        """top: the first row that numbers may stand in."""
        self._sheet = sheet
        self._top = top
        self._phase = phase
        self._cells: dict[tuple[int, int], int] = {}
        self._inks: dict[tuple[int, int], Ink] = {}
        self._ends: list[tuple[int, int, str, Ink]] = []

    def draw(self, x0: int, y0: int, x1: int, y1: int, flow: float, up: bool, head: bool = True) -> None:
        """A line from (x0, y0) to the cell before x1 in row y1. ``flow`` in requests a second stands above it where
        there is room; ``up`` is whether anything answers at its end."""
        if x1 - x0 < 2:
            return
        glyphs = self._sheet.look.glyphs
        flows = flow > 0.05
        # A tier that still boots and that nobody needs yet is no alarm.
        ink = Ink.FAINT if not flows else Ink.CALM if up else Ink.RED
        bend = x0 + 1 if y0 != y1 else x0
        if y0 != y1:
            self._span(x0, bend, y0, ink, _LEFT | _RIGHT)
            step = 1 if y1 > y0 else -1
            self._join(bend, y0, _LEFT | (_DOWN if step > 0 else _UP), ink)
            for y in range(y0 + step, y1, step):
                self._join(bend, y, _UP | _DOWN, ink)
            self._join(bend, y1, _RIGHT | (_UP if step > 0 else _DOWN), ink)
            bend += 1
        self._span(bend, x1 - (1 if head else 0), y1, ink, _LEFT | _RIGHT)
        if head:
            self._ends.append((x1 - 1, y1, glyphs.head if up else glyphs.dead, ink))
        label = count(flow)
        if flows and y1 > self._top and len(label) <= x1 - bend - 1:
            self._ends.append((bend + (x1 - bend - len(label)) // 2, y1 - 1, label, Ink.DIM))

    def finish(self) -> None:
        """Put all lines on the sheet."""
        glyphs = self._sheet.look.glyphs
        for (x, y), bits in self._cells.items():
            mark = _JOINTS[bits]
            if bits == _LEFT | _RIGHT:
                flowing = self._inks[x, y] == Ink.CALM
                mark = glyphs.flow_dot if flowing and (x - self._phase) % PERIOD == 0 else glyphs.flow
            elif glyphs.ascii:
                mark = glyphs.flow_down if bits == _UP | _DOWN else "+"
            self._sheet.put(x, y, mark, self._inks[x, y])
        for x, y, mark, ink in self._ends:
            self._sheet.put(x, y, mark, ink)

    def _span(self, start: int, end: int, y: int, ink: Ink, bits: int) -> None:
        for x in range(start, end):
            self._join(x, y, bits, ink)

    def _join(self, x: int, y: int, bits: int, ink: Ink) -> None:
        before = self._cells.get((x, y), 0)
        self._cells[x, y] = before | bits
        # Where a quiet line meets a busy one the busy one shows.
        old = self._inks.get((x, y))
        self._inks[x, y] = ink if old is None or old == Ink.FAINT else old
