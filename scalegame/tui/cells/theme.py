"""Colours by meaning: in every theme safe for colour-blind eyes, and in 16 colours or none still told apart.

A panel names an ``Ink``; the theme and the terminal's depth say what it looks like. A state is always a glyph and a
word as well, so that no ink carries a meaning alone.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, IntEnum
from functools import lru_cache

from rich.style import Style
from textual.theme import Theme as TextualTheme

from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.themes import DAY, NIGHT, SIXTEEN_DARK, SIXTEEN_LIGHT, TERMINAL, Theme


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
    def of(cls, environ: Mapping[str, str], platform: str = sys.platform) -> Depth:
        """By NO_COLOR (https://no-color.org), COLORTERM and TERM, as Rich tells them apart, which writes them."""
        if environ.get("NO_COLOR"):
            return cls.MONO
        if asked := _SYSTEMS.get(environ.get("TEXTUAL_COLOR_SYSTEM", "")):
            return cls[asked]
        # Windows Terminal sets no TERM; what Windows 10 and later show by themselves has all colours, too.
        if platform == "win32" or environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
            return cls.FULL
        many = environ.get("TERM", "").strip().lower().rpartition("-")[2] in ("256color", "kitty")
        return cls.FULL if many else cls.SIXTEEN


_SYSTEMS = {"standard": "SIXTEEN", "windows": "SIXTEEN", "256": "FULL", "truecolor": "FULL"}
"""Textual's own switch: its words, and the depth that they mean."""

_BOLD = (Ink.STRONG, Ink.AMBER, Ink.RED, Ink.KEY, Ink.CHOSEN, Ink.LIT, Ink.HEADING)

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


def shown(theme: Theme, depth: Depth) -> Theme:
    """The colours that a theme comes down to in so many colours."""
    if depth is Depth.FULL or theme.named:
        return theme
    return SIXTEEN_DARK if theme.dark else SIXTEEN_LIGHT


def inks(theme: Theme) -> dict[Ink, tuple[str, str]]:
    """(colour, ground) of each ink."""
    own = {ink: getattr(theme, ink.name.lower()) for ink in Ink if ink is not Ink.KEY} | {Ink.KEY: theme.calm}
    grounds = {Ink.CHOSEN: theme.chosen_ground, Ink.CHOSEN_DIM: theme.chosen_ground, Ink.LIT: theme.lit_ground}
    return {ink: (own[ink], grounds.get(ink, theme.ground)) for ink in Ink}


@lru_cache(maxsize=16)
def palette(depth: Depth, theme: Theme = NIGHT) -> tuple[Style, ...]:
    """A style for each ink, in the order of ``Ink``."""
    if depth is Depth.MONO:
        return tuple(Style.parse(_MONO[ink]) for ink in Ink)
    colours = inks(shown(theme, depth))
    return tuple(Style(color=colours[ink][0], bgcolor=colours[ink][1], bold=ink in _BOLD or None) for ink in Ink)


def for_textual(theme: Theme, depth: Depth) -> TextualTheme:
    """The same colours for Textual's own widgets, so that they match the panels."""
    if depth is Depth.MONO:
        theme = TERMINAL
    elif depth is Depth.SIXTEEN and not theme.named:
        # Not the sixteen by name: those Textual would lay on the terminal's own ground, black on black perhaps.
        theme = NIGHT if theme.dark else DAY

    def colour(name: str) -> str:
        return f"ansi_{name}" if theme.named else name

    return TextualTheme(
        name=theme.name,
        primary=colour(theme.calm),
        secondary=colour(theme.chosen_ground),
        accent=colour(theme.amber),
        warning=colour(theme.amber),
        error=colour(theme.red),
        success=colour(theme.calm),
        foreground=colour(theme.strong),
        background=colour(theme.ground),
        surface=colour(theme.ground),
        panel=colour(theme.panel),
        dark=theme.dark,
        ansi=theme.named,
        variables={
            "input-selection-background": colour(theme.chosen_ground),
            "input-selection-foreground": colour(theme.chosen),
            "block-cursor-background": colour(theme.lit_ground),
            "block-cursor-foreground": colour(theme.lit),
            # Textual's style sheet asks for these two where a theme is made of the terminal's own colours.
            "ansi-background": colour(theme.ground),
            "ansi-foreground": colour(theme.text),
        },
    )


@dataclass(frozen=True, slots=True)
class Look:
    """How everything is drawn on this terminal."""

    glyphs: Glyphs
    depth: Depth
    styles: tuple[Style, ...]
    animated: bool = True
    """Links between tiers move while the clock runs."""
    theme: Theme = NIGHT

    @classmethod
    def of(cls, glyphs: Glyphs, depth: Depth, animated: bool = True, theme: Theme = NIGHT) -> Look:
        return cls(glyphs, depth, palette(depth, theme), animated, theme)
