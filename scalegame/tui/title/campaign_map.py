"""The campaign as a road with its levels as stops: a winding one on a small screen, a picture that reads from left to
right on a wide one.

It is part of the first screen: nothing here imports more than the sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink

STOP_WIDTH = 19
"""Columns of a stop on the winding road: the longest line below it."""
WINDING_STOPS = 4
"""In a row, at most as many as there is room for."""
LEAST_STEP = 8
"""Columns from stop to stop of the long road; its labels stand above and below in turn and are twice as wide."""
LABEL_ROWS = 4
"""Of the long road: two for the title, one a medal."""
LONG_HEIGHT = 2 * LABEL_ROWS + 3
NEXT = "play this next"


@dataclass(frozen=True, slots=True)
class Stop:
    """A level on the road."""

    action: str
    """What a click on it asks for."""
    number: int
    title: str
    uptime_medal: str = ""
    """gold, silver, bronze or none; empty where the level was never won."""
    cost_medal: str = ""

    @property
    def won(self) -> bool:
        return bool(self.uptime_medal)

    @property
    def mark(self) -> str:
        return f"({self.number})"


@dataclass(frozen=True, slots=True)
class Road:
    """Where the stops are: rows of the map from top to bottom, each from left to right as it is drawn."""

    stops: tuple[Stop, ...]
    rows: tuple[tuple[int, ...], ...]
    """Indices of the stops."""
    long: bool
    """The one that reads from left to right in a single row."""
    step: int
    """Columns from stop to stop."""

    def place(self, index: int) -> tuple[int, int]:
        """(row, column) of a stop."""
        for row, stops in enumerate(self.rows):
            if index in stops:
                return row, stops.index(index)
        raise IndexError(index)

    def beside(self, index: int, across: int, down: int) -> int | None:
        """The stop in that direction; None where the map ends. Past a row's end the road is followed."""
        row, column = self.place(index)
        if across and not 0 <= column + across < len(self.rows[row]):
            # Rows run to the right and to the left in turn.
            forward = 1 if row % 2 == 0 else -1
            following = index + across * forward
            return following if 0 <= following < len(self.stops) else index
        if across:
            return self.rows[row][column + across]
        if not 0 <= row + down < len(self.rows):
            return None
        # A last row that runs to the left is filled from its right end.
        other = self.rows[row + down]
        here = self.column(row, column)
        return min(other, key=lambda stop: abs(self.column(row + down, other.index(stop)) - here))

    def column(self, row: int, place: int) -> int:
        """Of a stop by its place in the row, counted from the left edge of the map."""
        missing = len(self.rows[0]) - len(self.rows[row])
        return place + (missing if row % 2 else 0)


def road(stops: Sequence[Stop], width: int, height: int) -> Road:
    """Lay the stops out for so many cells."""
    count = len(stops)
    step = min((width - 2 * LEAST_STEP - 1) // max(count - 1, 1), width // 3)
    if height >= LONG_HEIGHT and width >= 5 * STOP_WIDTH and step >= LEAST_STEP:
        return Road(tuple(stops), (tuple(range(count)),), True, step)
    in_a_row = max(min(WINDING_STOPS, width // STOP_WIDTH, count), 1)
    rows = [tuple(range(first, min(first + in_a_row, count))) for first in range(0, count, in_a_row)]
    drawn = tuple(row if number % 2 == 0 else row[::-1] for number, row in enumerate(rows))
    return Road(tuple(stops), drawn, False, width // in_a_row)


def height_of(on: Road, room: int) -> int:
    """Rows that the map takes of ``room``."""
    if on.long:
        return LONG_HEIGHT + min(max(room - LONG_HEIGHT, 0) // 3, 3)
    pitch = _pitch(on, room)
    return min(len(on.rows) * pitch, max((room + 1) // pitch, 1) * pitch) - 1


def draw_map(sheet: Sheet, x: int, y: int, height: int, on: Road, chosen: str, following: str) -> None:
    """The map, ``height`` rows high. ``chosen`` and ``following`` are actions: of what is selected, of what to play
    next."""
    if on.long:
        _long(sheet, x, y, height, on, chosen, following)
    else:
        _winding(sheet, x, y, height, on, chosen, following)


# The winding road


def _pitch(on: Road, room: int) -> int:
    """Rows from one row of stops to the next: with a line for each medal where there is room for that."""
    return 5 if len(on.rows) * 5 - 1 <= room else 4


def _winding(sheet: Sheet, x: int, y: int, height: int, on: Road, chosen: str, following: str) -> None:
    pitch = _pitch(on, height)
    shown = max((height + 1) // pitch, 1)
    here = next((on.place(i)[0] for i, stop in enumerate(on.stops) if stop.action == chosen), 0)
    first = min(max(here - shown // 2, 0), max(len(on.rows) - shown, 0))
    right = x + (len(on.rows[0]) - 1) * on.step + STOP_WIDTH
    for row in range(first, min(first + shown, len(on.rows))):
        top = y + (row - first) * pitch
        stops = on.rows[row]
        places = {index: x + on.column(row, place) * on.step for place, index in enumerate(stops)}
        for index in stops:
            stop = on.stops[index]
            start = places[index]
            after = index + 1 if row % 2 == 0 else index - 1
            if after in places:
                end = start + len(stop.mark)
                _across(sheet, end, top, places[after] - end, on.stops[min(index, after)].won)
            _stop(sheet, start, top, stop, chosen, following)
            _label(sheet, start, top + 1, on.step, stop, chosen, following, pitch - 3, 1)
        if row + 1 < len(on.rows) and row + 1 < first + shown:
            last = max(stops)
            start = places[last]
            won = on.stops[last].won
            if row % 2 == 0:
                _turn(sheet, start + len(on.stops[last].mark), top, right + 1, pitch, won, True)
                # The next row begins at this end: lead the road on to its stop.
                target = x + on.column(row + 1, len(on.rows[row + 1]) - 1) * on.step
                end = target + len(on.stops[last + 1].mark)
                _across(sheet, end, top + pitch, right + 1 - end, won)
            else:
                _turn(sheet, start - 1, top, x - 2, pitch, won, False)


def _turn(sheet: Sheet, start: int, y: int, edge: int, pitch: int, won: bool, right: bool) -> None:
    """From a row's last stop to the map's edge, down, and in again."""
    corners = sheet.look.glyphs.corners
    ink = _ink(won)
    down = sheet.look.glyphs.vertical if won else sheet.look.glyphs.dashed_down
    if right:
        _across(sheet, start, y, edge - start, won)
    else:
        _across(sheet, edge + 1, y, start - edge, won)
    sheet.put(edge, y, corners[1 if right else 0], ink)
    for row in range(1, pitch):
        sheet.put(edge, y + row, down, ink)
    sheet.put(edge, y + pitch, corners[3 if right else 2], ink)
    if not right:
        _across(sheet, edge + 1, y + pitch, 1, won)


# The long road


def _long(sheet: Sheet, x: int, y: int, height: int, on: Road, chosen: str, following: str) -> None:
    upper = y + LABEL_ROWS
    lower = y + height - LABEL_ROWS - 1
    corners = sheet.look.glyphs.corners
    wide = min(2 * on.step - 2, 2 * STOP_WIDTH)
    for index, stop in enumerate(on.stops):
        start = x + index * on.step
        high = index % 2 == 1
        row = upper if high else lower
        if index + 1 < len(on.stops):
            end = start + len(stop.mark)
            target = start + on.step
            bend = end + (target - end) // 2
            other = lower if high else upper
            ink = _ink(stop.won)
            _across(sheet, end, row, bend - end, stop.won)
            sheet.put(bend, row, corners[1] if high else corners[3], ink)
            down = sheet.look.glyphs.vertical if stop.won else sheet.look.glyphs.dashed_down
            for between in range(min(row, other) + 1, max(row, other)):
                sheet.put(bend, between, down, ink)
            sheet.put(bend, other, corners[2] if high else corners[0], ink)
            _across(sheet, bend + 1, other, target - bend - 1, stop.won)
        _stop(sheet, start, row, stop, chosen, following)
        title = len(wrap(stop.title, wide - 2, 2))
        _label(sheet, start, row - title - 2 if high else row + 1, wide, stop, chosen, following, 2, 2)


# What both have


def _stop(sheet: Sheet, x: int, y: int, stop: Stop, chosen: str, following: str) -> None:
    ink = Ink.CALM if stop.won else Ink.DIM
    if stop.action == chosen:
        ink = Ink.CHOSEN
    elif stop.action == following:
        ink = Ink.LIT
    sheet.put(x, y, stop.mark, ink)
    sheet.zone(x, y, len(stop.mark), stop.action)


def _label(
    sheet: Sheet, x: int, y: int, width: int, stop: Stop, chosen: str, following: str, medal_rows: int, title_rows: int
) -> None:
    """The title with a pointer where it is chosen, and both medals in one row or two."""
    on = stop.action == chosen
    lines = wrap(stop.title, width - 2, title_rows)
    for offset, line in enumerate(lines):
        if on and not offset:
            sheet.put(x + 1, y, sheet.look.glyphs.pointer, Ink.AMBER)
        ink = Ink.CHOSEN if on else Ink.STRONG if stop.action == following else Ink.TEXT
        sheet.put(x + 2, y + offset, line, ink, width - 2)
    y += len(lines)
    if stop.action == following:
        sheet.put(x + 2, y, NEXT, Ink.AMBER, width - 2)
    elif medal_rows > 1:
        end = sheet.put(x + 2, y, "uptime ", Ink.DIM)
        draw_medal(sheet, end, y, stop.uptime_medal)
        end = sheet.put(x + 2, y + 1, "cost   ", Ink.DIM)
        draw_medal(sheet, end, y + 1, stop.cost_medal)
    else:
        end = sheet.put(x + 2, y, "up ", Ink.DIM)
        end = draw_medal(sheet, end, y, stop.uptime_medal, short=True)
        end = sheet.put(end, y, " cost ", Ink.DIM)
        draw_medal(sheet, end, y, stop.cost_medal, short=True)
    sheet.zone(x, y - len(lines), width, stop.action, len(lines) + medal_rows)


def draw_medal(sheet: Sheet, x: int, y: int, medal: str, short: bool = False) -> int:
    """A mark and the medal's word, or its first letter; returns the column after it."""
    won = medal not in ("", "none")
    mark = sheet.look.glyphs.medal if won else sheet.look.glyphs.no_medal
    word = (medal[:1].upper() if short else f" {medal}") if won else ""
    return sheet.put(x, y, f"{mark}{word}", Ink.MONEY if won else Ink.DIM)


def _across(sheet: Sheet, x: int, y: int, length: int, won: bool) -> None:
    glyphs = sheet.look.glyphs
    sheet.put(x, y, (glyphs.horizontal if won else glyphs.dashed) * max(length, 0), _ink(won))


def _ink(won: bool) -> Ink:
    return Ink.CALM if won else Ink.FAINT
