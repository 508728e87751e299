"""What the terminal can, asked before the game is imported: whether it can draw it, and with how many colours."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Mapping

SMALLEST_SCREEN = (80, 24)
MANY_COLOURS = ("alacritty", "contour", "foot", "ghostty", "rio", "wezterm")
"""Terminals with 256 colours and more whose name does not say so."""
HEADLESS = 'without a screen: "scalegame run LEVEL --commands FILE"'


def colour_system(environment: Mapping[str, str]) -> str | None:
    """What Textual should be told of the terminal's colours; None where it finds them by itself.

    Over ssh TERM is all that arrives, and Rich takes what it does not know for 16 colours.
    """
    if environment.get("TEXTUAL_COLOR_SYSTEM") or environment.get("COLORTERM"):
        return None
    name = environment.get("TERM", "").removeprefix("xterm-")
    return "256" if name.startswith(MANY_COLOURS) or name.endswith("-direct") or name == "direct" else None


def screen_refusal(stdin: TextIO, stdout: TextIO, environment: Mapping[str, str]) -> str | None:
    """Why the game cannot be drawn here, in one line that names the way without a screen; None where it can."""
    if environment.get("TEXTUAL_DRIVER"):
        return None  # `textual serve` and the like: drawn elsewhere, in whatever window there is
    for stream, name in ((stdout, "output"), (stdin, "input")):
        if not stream.isatty():
            return f"the game needs a terminal, and its {name} is not one; {HEADLESS}"
    terminal = environment.get("TERM", "")
    if os.name == "posix" and terminal in ("", "dumb"):
        return f"the terminal cannot place a cursor (TERM is {terminal or 'not set'}); {HEADLESS}"
    columns, rows = os.get_terminal_size(stdout.fileno())
    if columns < SMALLEST_SCREEN[0] or rows < SMALLEST_SCREEN[1]:
        wide, high = SMALLEST_SCREEN
        return f"the terminal is {columns}x{rows}, the game needs {wide}x{high}: make it bigger, or play {HEADLESS}"
    return None
