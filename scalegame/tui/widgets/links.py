"""Lines between boxes: as thick as what flows in them, joined where they meet, broken where nobody answers.

A line's weight goes by the share of the level's own peak, the most that is forecast or ever came: so it means the same
from the first second to the last, it grows as the level does, and a queue's trickle beside the main stream is seen as
one. (Decades of requests a second would show most levels in two weights.) The steps are about threefold, because loads
that a player handles differ by factors and not by sums.

What moves on a line goes slower the fuller its end is, and stands close together there; where the end is broken nothing
moves. That can be drawn anew without the picture: ``flow`` is asked ten times a second.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION
from scalegame.tui.cells.figures import brief, count
from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.joints import joint
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink

STEPS = (0.04, 0.15, 0.45, 0.8)
"""Shares of the peak from which a line is one weight thicker; from the last on it takes two rows where it may."""
BAND = 5
"""The weight of two rows."""
NOTHING = 0.05
"""Requests a second up to which a line is idle."""
APART = {1: 8, 2: 6, 3: 5, 4: 4, 5: 3}
"""Cells from one moving mark to the next, by weight: the more flows, the closer."""
CALM_FRAMES, AMBER_FRAMES, RED_FRAMES = 2, 5, 12
"""Animation frames that a mark takes for a cell."""
JAMMED = 2
"""Cells between marks before an end that is full."""
RIGHT, DOWN, LEFT, UP = range(4)
"""As in ``Glyphs.moving``."""
_ARM = (0, 1, 1, 2, 3, 3)
"""How heavy an arm of a joint is, by weight."""


def weight(flow: float, peak: float) -> int:
    """1 to 5, by the share of the peak."""
    share = flow / peak if peak > 0.0 else 0.0
    return 1 + bisect_right(STEPS, share)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line leaves a box: the first cell right of it."""

    x: int
    y: int
    flow: float = 0.0
    """Its share of what flows on, in requests a second; only the proportions count."""


@dataclass(frozen=True, slots=True)
class End:
    """Where a line meets a box: the box's first column."""

    x: int
    y: int
    flow: float
    answers: bool = True
    load: float = 0.0
    """How full it is there, 0..1."""
    head: bool = True
    needed: bool = False
    """That nobody answers matters, whether or not anything was seen to flow."""

    @property
    def broken(self) -> bool:
        return not self.answers and (self.needed or self.flow > NOTHING)


@dataclass(frozen=True, slots=True)
class _Run:
    """Cells in the order in which something flows through them."""

    cells: list[tuple[int, int, str, Ink]]
    start: int
    """What the first cell counts as, so that runs that follow each other move as one."""
    mark: str
    ink: Ink
    apart: int
    frames: int


@dataclass(slots=True)
class Links:
    """Collects lines, then draws them at once so that they join."""

    glyphs: Glyphs
    peak: float
    top: int = 0
    """The first row that numbers may stand in."""
    tall: bool = False
    """There is room for lines of two rows."""
    _arms: dict[tuple[int, int], list[int]] = field(default_factory=dict)
    """Weights up, down, left, right of the cells where lines turn or meet."""
    _inks: dict[tuple[int, int], Ink] = field(default_factory=dict)
    _taken: set[tuple[int, int]] = field(default_factory=set)
    _runs: list[_Run] = field(default_factory=list)
    _marks: list[tuple[int, int, str, Ink]] = field(default_factory=list)
    _labels: list[tuple[int, int, int, tuple[str, ...], Ink]] = field(default_factory=list)
    """(first column, column behind, row of the line, text from long to short, ink)."""

    def connect(self, sources: Sequence[Source], trunk: int, ends: Sequence[End]) -> None:
        """All that leaves the sources reaches the ends, by a line down column ``trunk`` where it has to turn."""
        if not sources or not ends:
            return
        if len(sources) == len(ends) == 1 and sources[0].y == ends[0].y:
            self._across(sources[0].x, ends[0], straight=True)
            return
        asked = sum(end.flow for end in ends)
        given = sum(source.flow for source in sources)
        scale = asked / given if given > 0.0 else 0.0
        # In proportion, because some of what comes to a server is asked behind it more than once, or not at all.
        sources = [
            Source(source.x, source.y, source.flow * scale if scale else asked / len(sources)) for source in sources
        ]
        fullest = max(ends, key=lambda end: end.flow)
        for source in sources:
            self._span(source.x, trunk, source.y, source.flow, fullest)
            self._arm(trunk, source.y, 2, source.flow)
        for end in ends:
            self._arm(trunk, end.y, 3, end.flow, broken=end.broken)
            self._across(trunk + 1, end, straight=False)
        for above, below in pairwise(sorted({source.y for source in sources} | {end.y for end in ends})):
            self._fall(trunk, above, below, sources, ends)

    def back(self, x0: int, x1: int, y: int) -> None:
        """What goes back from column x1 - 1 to x0 in row y: requests that are tried again."""
        cells = [(x, y, self.glyphs.flows[0], Ink.AMBER) for x in range(x1 - 1, x0 - 1, -1)]
        if any((x, y) in self._taken for x, y, _, _ in cells) or len(cells) < 2:
            return
        self._take(cells)
        self._runs.append(_Run(cells[:-1], 0, self.glyphs.moving[LEFT], Ink.AMBER, 4, CALM_FRAMES))
        self._marks.append((x0, y, self.glyphs.moving[LEFT], Ink.AMBER))

    def drop(self, end: End) -> None:
        """From the box above an end straight down to it, where one row lies between the two."""
        mark, ink = (self.glyphs.dead, Ink.RED) if end.broken else (self.glyphs.head_down, self._ink(end.flow))
        self._take([(end.x, end.y, mark, ink)])
        self._marks.append((end.x, end.y, mark, ink))

    def draw(self, sheet: Sheet, frame: int) -> None:
        """Put all lines on the sheet, as they are at an animation frame."""
        for run in self._runs:
            x, y, mark, ink = run.cells[0]
            if len(run.cells) > 1 and run.cells[1][1] == y:
                text = "".join(cell[2] for cell in run.cells)
                left = min(x, run.cells[-1][0])
                sheet.put(left, y, text, ink)
            else:
                for cell in run.cells:
                    sheet.put(*cell)
        for (x, y), arms in self._arms.items():
            sheet.put(x, y, self._joint(arms), self._inks[x, y])
        for x, y, mark, ink in self._marks:
            sheet.put(x, y, mark, ink)
        for run in self._runs:
            for index in self._moving(run, frame):
                x, y, _, _ = run.cells[index]
                sheet.put(x, y, run.mark, run.ink)
        for label in self._labels:
            self._label(sheet, *label)

    def flow(self, frame: int) -> Iterator[tuple[int, int, str, Ink]]:
        """(x, y, mark, ink) of all cells on which something moves, at an animation frame."""
        for run in self._runs:
            if not run.mark:
                continue
            moving = set(self._moving(run, frame))
            for index, (x, y, mark, ink) in enumerate(run.cells):
                yield (x, y, run.mark, run.ink) if index in moving else (x, y, mark, ink)

    @staticmethod
    def _moving(run: _Run, frame: int) -> range:
        """Which cells of a run have a mark."""
        if not run.mark:
            return range(0)
        return range((frame // run.frames - run.start) % run.apart, len(run.cells), run.apart)

    # Parts of a line

    def _across(self, x: int, end: End, *, straight: bool) -> None:
        """From column x to an end in its own row."""
        last = end.x - 1 if end.head else end.x
        if last < x:
            return
        y = end.y
        thick = weight(end.flow, self.peak)
        if straight and end.head and not end.broken and thick == BAND and self.tall and last - x >= BAND:
            for row, mark, tip in zip((y - 1, y), self.glyphs.band, self.glyphs.tips, strict=True):
                self._line([(at, row, mark, Ink.CALM) for at in range(x, last)], x, " ", thick, end)
                self._marks.append((last, row, tip, Ink.CALM))
            self._labels.append((x, end.x, y - 1, (count(end.flow), brief(end.flow)), Ink.DIM))
            return
        if end.broken:
            gap = 1 if last - x >= 1 else 0
            self._span(x, last - gap, y, end.flow, end)
            self._marks.append((last, y, self.glyphs.dead, Ink.RED))
            self._labels.append((x, end.x - 1, y, ("nobody answers", "no answer", "down"), Ink.RED))
        else:
            self._span(x, last, y, end.flow, end)
            if end.head:
                self._marks.append((last, y, self.glyphs.head, self._ink(end.flow)))
        if end.flow > NOTHING and end.head:
            self._labels.append((x, end.x, y, (count(end.flow), brief(end.flow)), Ink.DIM))

    def _span(self, start: int, stop: int, y: int, flow: float, end: End) -> None:
        """Straight to the right, as thick as the flow, at the pace of an end."""
        if stop <= start:
            return
        ink = Ink.RED if end.broken else self._ink(flow)
        thick = weight(flow, self.peak)
        mark = self.glyphs.flows[min(thick, 4) - 1]
        moving = self.glyphs.moving[RIGHT] if flow > NOTHING and not end.broken else ""
        self._line([(x, y, mark, ink) for x in range(start, stop)], start, moving, thick, end)

    def _fall(self, x: int, above: int, below: int, sources: Sequence[Source], ends: Sequence[End]) -> None:
        """A trunk between two rows in which something joins or leaves it: what the ends on one side need beyond what
        the sources there give."""
        behind = [end for end in ends if end.y >= below]
        net = sum(end.flow for end in behind) - sum(source.flow for source in sources if source.y >= below)
        down = net > 0 or (net == 0 and sources[0].y <= above)
        beyond = behind if down else [end for end in ends if end.y <= above]
        broken = bool(beyond) and all(end.broken for end in beyond)
        flow, goal = abs(net), max(beyond or ends, key=lambda end: end.flow)
        self._arm(x, above, 1, flow, broken=broken)
        self._arm(x, below, 0, flow, broken=broken)
        ink = Ink.RED if broken else self._ink(flow)
        thick = weight(flow, self.peak)
        mark = self.glyphs.falls[min(thick, 4) - 1]
        cells = [(x, y, mark, ink) for y in (range(above + 1, below) if down else range(below - 1, above, -1))]
        if cells:
            moving = self.glyphs.moving[DOWN if down else UP] if flow > NOTHING and not broken else ""
            self._line(cells, 0, moving, thick, goal)

    def _line(self, cells: list[tuple[int, int, str, Ink]], start: int, mark: str, thick: int, end: End) -> None:
        apart, frames, ink = APART[thick], CALM_FRAMES, Ink.STRONG
        if end.load >= RED_SATURATION:
            apart, frames, ink = JAMMED, RED_FRAMES, Ink.RED
        elif end.load >= AMBER_SATURATION:
            frames, ink = AMBER_FRAMES, Ink.AMBER
        self._take(cells)
        self._runs.append(_Run(cells, start, mark, ink, apart, frames))

    def _take(self, cells: Sequence[tuple[int, int, str, Ink]]) -> None:
        self._taken.update((x, y) for x, y, _, _ in cells)

    @staticmethod
    def _ink(flow: float) -> Ink:
        return Ink.CALM if flow > NOTHING else Ink.FAINT

    def _arm(self, x: int, y: int, side: int, flow: float, *, broken: bool = False) -> None:
        arms = self._arms.setdefault((x, y), [0, 0, 0, 0])
        arms[side] = max(arms[side], weight(flow, self.peak))
        self._taken.add((x, y))
        # Where a quiet or a broken line meets a busy one the busy one shows.
        ink = Ink.RED if broken else self._ink(flow)
        order = (Ink.FAINT, Ink.RED, Ink.CALM)
        self._inks[x, y] = max(self._inks.get((x, y), Ink.FAINT), ink, key=order.index)

    def _joint(self, arms: Sequence[int]) -> str:
        up, down, left, right = arms
        if not left and not right:
            return self.glyphs.falls[min(max(up, down), 4) - 1]
        if not up and not down:
            return self.glyphs.flows[min(max(left, right), 4) - 1]
        return joint(self.glyphs, (_ARM[up], _ARM[down], _ARM[left], _ARM[right]))

    def _label(self, sheet: Sheet, left: int, right: int, y: int, texts: Sequence[str], ink: Ink) -> None:
        """Above a line, in the middle of its columns, where that is free."""
        room, row = right - left, y - 1
        text = next((text for text in texts if len(text) <= room), "")
        if not text or row < self.top:
            return
        at = left + (room - len(text)) // 2
        if any((x, row) in self._taken for x in range(at, at + len(text))):
            return
        sheet.put(at, row, text, ink)
        self._take([(x, row, "", ink) for x in range(at, at + len(text))])
