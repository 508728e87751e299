"""Colours by meaning: safe for colour-blind eyes (blue, orange, white), and in 16 colours or none still told apart.

A panel names an ``Ink``; the palette of the terminal's depth says what it looks like. A state is always a glyph and a
word as well, so that no ink carries a meaning alone.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum

from rich.style import Style
from textual.theme import Theme

from scalegame.tui.glyphs import Glyphs, choose


class Ink(IntEnum):
    """What a cell means."""

    TEXT = 0
    STRONG = 1
    DIM = 2
    FAINT = 3
    """Frames and rules."""
    CALM = 4
    """Bars, plots and links while all is well."""
    AMBER = 5
    RED = 6
    PLAN = 7
    """A forecast: not yet true."""
    KEY = 8
    CHOSEN = 9
    """The selected row."""
    LIT = 10
    """The one control that the guide asks for."""
    OWN = 11
    """The player's own commands."""
    MONEY = 12
    TRACK = 13
    CHOSEN_DIM = 14
    """A refused row that is selected."""
    HEADING = 15


class Depth(Enum):
    """How many colours the terminal shows."""

    MONO = "none"
    SIXTEEN = "16"
    FULL = "256 and more"

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Depth:
        """By NO_COLOR (https://no-color.org), COLORTERM and TERM, as Rich tells them apart."""
        if environ.get("NO_COLOR"):
            return cls.MONO
        if environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
            return cls.FULL
        term = environ.get("TERM", "")
        return cls.FULL if term.endswith(("256color", "kitty", "direct")) else cls.SIXTEEN


GROUND = "#0e131b"
PANEL = "#18212e"
WHITE = "#e9eef5"
BLUE = "#5ab4f0"
AMBER = "#f2b134"
RED = "#ff6a3c"

_FULL = {
    Ink.TEXT: f"#c3ccd8 on {GROUND}",
    Ink.STRONG: f"bold {WHITE} on {GROUND}",
    Ink.DIM: f"#7e8b9d on {GROUND}",
    Ink.FAINT: f"#3a4759 on {GROUND}",
    Ink.CALM: f"{BLUE} on {GROUND}",
    Ink.AMBER: f"bold {AMBER} on {GROUND}",
    Ink.RED: f"bold {RED} on {GROUND}",
    Ink.PLAN: f"#8d7fc9 on {GROUND}",
    Ink.KEY: f"bold {BLUE} on {GROUND}",
    Ink.CHOSEN: f"bold {WHITE} on #24405e",
    Ink.LIT: f"bold {GROUND} on {AMBER}",
    Ink.OWN: f"#9cd3ff on {GROUND}",
    Ink.MONEY: f"#e6d7a8 on {GROUND}",
    Ink.TRACK: f"#2a3545 on {GROUND}",
    Ink.CHOSEN_DIM: "#a3afbf on #24405e",
    Ink.HEADING: f"bold #a9c7e8 on {GROUND}",
}

_SIXTEEN = {
    Ink.TEXT: "white",
    Ink.STRONG: "bold bright_white",
    Ink.DIM: "white",
    Ink.FAINT: "bright_black",
    Ink.CALM: "bright_cyan",
    Ink.AMBER: "bold bright_yellow",
    Ink.RED: "bold bright_red",
    Ink.PLAN: "bright_magenta",
    Ink.KEY: "bold bright_cyan",
    Ink.CHOSEN: "bold bright_white on blue",
    Ink.LIT: "bold black on bright_yellow",
    Ink.OWN: "cyan",
    Ink.MONEY: "yellow",
    Ink.TRACK: "bright_black",
    Ink.CHOSEN_DIM: "white on blue",
    Ink.HEADING: "bold cyan",
}

_MONO = {
    Ink.TEXT: "",
    Ink.STRONG: "bold",
    Ink.DIM: "dim",
    Ink.FAINT: "dim",
    Ink.CALM: "",
    Ink.AMBER: "bold",
    Ink.RED: "bold underline",
    Ink.PLAN: "dim",
    Ink.KEY: "bold",
    Ink.CHOSEN: "reverse",
    Ink.LIT: "bold reverse",
    Ink.OWN: "italic",
    Ink.MONEY: "",
    Ink.TRACK: "dim",
    Ink.CHOSEN_DIM: "reverse dim",
    Ink.HEADING: "bold",
}

_BY_DEPTH = {Depth.FULL: _FULL, Depth.SIXTEEN: _SIXTEEN, Depth.MONO: _MONO}


def palette(depth: Depth) -> tuple[Style, ...]:
    """A style for each ink, in the order of ``Ink``."""
    table = _BY_DEPTH[depth]
    return tuple(Style.parse(table[ink]) for ink in Ink)


THEME = Theme(
    name="scalegame",
    primary=BLUE,
    secondary="#24405e",
    accent=AMBER,
    warning=AMBER,
    error=RED,
    success=BLUE,
    foreground=WHITE,
    background=GROUND,
    surface=GROUND,
    panel=PANEL,
    dark=True,
    variables={"input-selection-background": "#24405e", "block-cursor-background": AMBER},
)
"""For Textual's own widgets, so that they match the panels."""


@dataclass(frozen=True, slots=True)
class Look:
    """How everything is drawn on this terminal."""

    glyphs: Glyphs
    depth: Depth
    styles: tuple[Style, ...]
    animated: bool = True
    """Links between tiers move while the clock runs."""

    @classmethod
    def of(cls, glyphs: Glyphs, depth: Depth, animated: bool = True) -> Look:
        return cls(glyphs, depth, palette(depth), animated)

    @classmethod
    def detect(cls, force_ascii: bool, environ: Mapping[str, str] | None = None) -> Look:
        """What this terminal can show, by its environment; Textual's own switch stills the links as well."""
        env = os.environ if environ is None else environ
        return cls.of(choose(force_ascii, env), Depth.of(env), env.get("TEXTUAL_ANIMATIONS", "full") != "none")
