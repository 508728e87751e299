"""A sheet of cells to draw on: no Textual, so that what a panel shows can be tested as text.

Plain lists and not numpy: a row is put down with one slice assignment and compared in a microsecond, and the title
screen paints without waiting for numpy's import (135 ms).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import groupby

from rich.cells import get_character_cell_size

from scalegame.tui.cells.theme import Ink, Look


@dataclass(frozen=True, slots=True)
class Zone:
    """Cells that do something when clicked."""

    x: int
    y: int
    width: int
    height: int
    action: str
    """Names the action in the screen's words: 'select app-1', 'key space'."""


@lru_cache(maxsize=512)
def _cells(text: str) -> tuple[str, ...]:
    """One string a cell: a wide character takes its cell and an empty one; what has no width is left out.

    Cached, because frames, rules and most labels are the same in every frame.
    """
    cells: list[str] = []
    for character in text:
        if not character.isprintable():
            cells.append(" " if character in "\t\n" else "?")
            continue
        width = 1 if "\u2190" <= character <= "\u25ff" else get_character_cell_size(character)
        if width == 1:
            cells.append(character)
        elif width == 2:
            cells += [character, ""]
    return tuple(cells)


@dataclass(slots=True)
class Sheet:
    """``height`` rows of ``width`` cells, each a character and an ink. Drawing beyond the edge is cut off."""

    width: int
    height: int
    look: Look
    characters: list[list[str]] = field(init=False)
    inks: list[list[int]] = field(init=False)
    zones: list[Zone] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.characters = [[" "] * self.width for _ in range(self.height)]
        self.inks = [[0] * self.width for _ in range(self.height)]

    def put(self, x: int, y: int, text: str, ink: Ink = Ink.TEXT, width: int | None = None) -> int:
        """Write at (x, y), at most ``width`` cells; returns the column after the last cell written.

        Text that must be cut ends in an ellipsis, so that nobody takes half a number for a whole one.
        """
        if self.look.glyphs.ascii:
            text = self.look.glyphs.plain(text)
        cells = list(text) if text.isascii() and text.isprintable() else list(_cells(text))
        room = self.width - x if width is None else min(width, self.width - x)
        if not 0 <= y < self.height or room <= 0:
            return x
        if len(cells) > room:
            cells = cells[:room]
            cells[-1] = self.look.glyphs.plain("…")
            if len(cells) > 1 and cells[-2] and get_character_cell_size(cells[-2]) == 2:
                cells[-2] = " "
        if x < 0:
            cells, x = cells[-x:], 0
        end = x + len(cells)
        self.characters[y][x:end] = cells
        self.inks[y][x:end] = [int(ink)] * len(cells)
        return end

    def paste(self, x: int, y: int, cells: Sequence[str], inks: Sequence[int]) -> None:
        """Write a row of glyphs, each one cell wide and with its own ink; what does not fit is left out."""
        if 0 <= y < self.height:
            start, end = max(x, 0), min(x + len(cells), self.width)
            if end > start:
                self.characters[y][start:end] = cells[start - x : end - x]
                self.inks[y][start:end] = inks[start - x : end - x]

    def put_right(self, right: int, y: int, text: str, ink: Ink = Ink.TEXT) -> int:
        """Write so that the last cell is at ``right`` - 1; returns the first column written."""
        x = right - len(_cells(self.look.glyphs.plain(text)))
        self.put(x, y, text, ink)
        return x

    def bar(self, x: int, y: int, width: int, share: float, ink: Ink) -> int:
        """A bar for a share of 0..1; returns the column after it."""
        filled, empty = self.look.glyphs.bar(share, width)
        self.put(self.put(x, y, filled, ink, width), y, empty, Ink.TRACK, max(width - len(filled), 0))
        return x + width

    def tint(self, x: int, y: int, width: int, ink: Ink) -> None:
        """Give cells another ink and leave their characters."""
        if 0 <= y < self.height:
            start, end = max(x, 0), min(x + width, self.width)
            if end > start:
                self.inks[y][start:end] = [int(ink)] * (end - start)

    def frame(self, x: int, y: int, width: int, height: int, ink: Ink = Ink.FAINT, dashed: bool = False) -> None:
        """A box's edge; its inside is left as it is."""
        if width < 2 or height < 2:
            return
        glyphs = self.look.glyphs
        top_left, top_right, bottom_left, bottom_right = list(glyphs.corners)
        across = (glyphs.dashed if dashed else glyphs.horizontal) * (width - 2)
        down = glyphs.dashed_down if dashed else glyphs.vertical
        self.put(x, y, top_left + across + top_right, ink, width)
        self.put(x, y + height - 1, bottom_left + across + bottom_right, ink, width)
        sides = [column for column in (x, x + width - 1) if 0 <= column < self.width]
        for row in range(max(y + 1, 0), min(y + height - 1, self.height)):
            for column in sides:
                self.characters[row][column] = down
                self.inks[row][column] = int(ink)

    def zone(self, x: int, y: int, width: int, action: str, height: int = 1) -> None:
        """Make cells clickable; a later zone lies over an earlier one."""
        self.zones.append(Zone(x, y, width, height, action))

    def zone_at(self, x: int, y: int) -> str | None:
        """The action of the topmost zone at a cell."""
        for zone in reversed(self.zones):
            if zone.x <= x < zone.x + zone.width and zone.y <= y < zone.y + zone.height:
                return zone.action
        return None

    def runs(self, y: int, start: int = 0, end: int | None = None) -> list[tuple[str, int]]:
        """(text, ink) of a row, or of its columns from ``start`` to before ``end``, neighbours of one ink joined."""
        row = self.characters[y]
        found: list[tuple[str, int]] = []
        for ink, cells in groupby(self.inks[y][start:end]):
            after = start + sum(1 for _ in cells)
            found.append(("".join(row[start:after]), ink))
            start = after
        return found

    def differences(self, other: Sheet, y: int) -> list[int]:
        """The columns of a row that differ in another sheet of this size."""
        mine, theirs, my_inks, their_inks = self.characters[y], other.characters[y], self.inks[y], other.inks[y]
        if mine == theirs and my_inks == their_inks:
            return []
        return [
            column
            for column, (mark, other_mark, ink, other_ink) in enumerate(
                zip(mine, theirs, my_inks, their_inks, strict=True)
            )
            if mark != other_mark or ink != other_ink
        ]

    def spans(self, y: int, columns: Sequence[int], near: int) -> list[tuple[int, int]]:
        """(start, end) of the stretches of a row that hold these columns, those at most ``near`` cells apart joined, no
        wide character cut in two."""
        found: list[tuple[int, int]] = []
        for column in sorted(columns):
            start, end = column, self.whole(column + 1, y)
            while start > 0 and self.characters[y][start] == "":
                start -= 1
            if found and start - found[-1][1] <= near:
                start = found.pop()[0]
            found.append((start, end))
        return found

    def whole(self, end: int, y: int) -> int:
        """``end``, or the column after it where it would cut a wide character in two: its second cell is empty."""
        row = self.characters[y]
        while end < self.width and row[end] == "":
            end += 1
        return end

    def text(self) -> list[str]:
        """The rows as plain text, without trailing blanks."""
        return ["".join(row).rstrip() for row in self.characters]


def wrap(text: str, width: int, limit: int | None = None) -> list[str]:
    """Lines of at most ``width`` cells, broken at blanks; the last of ``limit`` lines ends in an ellipsis where text is
    left over."""
    if width <= 0:
        return []
    lines: list[str] = []
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if len(_cells(longer)) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        line = word
        while len(_cells(line)) > width:
            # A wide character that is wider than all of a line has one to itself.
            fits = _fitting(line, width) or 1
            lines.append(line[:fits])
            line = line[fits:]
    if line:
        lines.append(line)
    if limit is not None and len(lines) > limit:
        lines = lines[:limit]
        if lines:
            last = lines[-1]
            lines[-1] = last[: _fitting(last, width - 1)] + "…"
    return lines


def _fitting(text: str, width: int) -> int:
    """How many of its characters fill ``width`` cells at most."""
    taken = 0
    for at, character in enumerate(text):
        taken += len(_cells(character))
        if taken > width:
            return at
    return len(text)
