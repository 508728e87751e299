"""The game's name and its skyline, one box to a million: it is lit as far as medals were won."""

from __future__ import annotations

from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink

NAME = (
    "╭─╴ ╭─╴ ╭─╮ ╷   ╭─╴ ╭─╴ ╭─╮ ╭┬╮ ╭─╴",
    "╰─╮ │   ├─┤ │   ├╴  │╶╮ ├─┤ │││ ├╴ ",
    "╶─╯ ╰─╴ ╵ ╵ ╰─╴ ╰─╴ ╰─╯ ╵ ╵ ╵ ╵ ╰─╴",
)
NAME_HEIGHT = len(NAME)
NAME_WIDTH = len(NAME[0])
PLAIN_NAME = "S C A L E G A M E"
SKYLINE = (1, 1, 1, 2, 1, 2, 2, 1, 3, 2, 2, 3, 2, 4, 3, 3, 4, 3, 5, 4, 4, 5, 4, 6, 5, 5, 7, 6, 6, 7, 7, 8, 7, 8, 8)
"""Heights of buildings in eighths of the highest."""
HIGHEST = 8


def draw_name(sheet: Sheet, x: int, y: int) -> None:
    """The name, ``NAME_HEIGHT`` rows high in any set of marks."""
    if sheet.look.glyphs.ascii:
        sheet.put(x, y + 1, PLAIN_NAME, Ink.STRONG)
        return
    for offset, line in enumerate(NAME):
        sheet.put(x, y + offset, line, Ink.STRONG)


def draw_skyline(sheet: Sheet, x: int, y: int, width: int, height: int, lit: float) -> None:
    """Buildings over ``width`` columns, the share ``lit`` (0..1) of them with their lights on; the first always has."""
    levels = sheet.look.glyphs.levels
    steps = len(levels) - 1
    # A street between two buildings, where there are rows to see it.
    street = 1 if height > 1 else 0
    built = max(width // len(SKYLINE), 1)
    buildings = width // built
    lights = max(round(lit * buildings), 1)
    for row in range(height):
        below = (height - 1 - row) * steps
        line = ""
        for number in range(buildings):
            eighths = SKYLINE[number * len(SKYLINE) // buildings]
            # The last row of the lowest building shows, whatever the height.
            parts = max(eighths * height * steps // HIGHEST, 1)
            line += levels[min(max(parts - below, 0), steps)] * (built - street) + " " * street
        cut = lights * built
        sheet.put(x, y + row, line[:cut], Ink.CALM)
        sheet.put(x + cut, y + row, line[cut:].rstrip(), Ink.TRACK)
