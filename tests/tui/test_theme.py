"""What the eye needs: contrast by the WCAG's formula, and states that stay apart for eyes that lack a kind of cone."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import pytest
from rich.color import Color, ColorSystem
from rich.console import Console
from textual.app import App

from scalegame.tui.cells.theme import Depth, Ink, Look, for_textual, inks, palette, shown
from scalegame.tui.cells.themes import (
    CONTRAST,
    DAY,
    NIGHT,
    PHOSPHOR,
    SIXTEEN_DARK,
    SIXTEEN_LIGHT,
    TERMINAL,
    THEMES,
    Theme,
)

MEASURED = [theme for theme in THEMES.values() if not theme.named]
NOT_TEXT = (Ink.FAINT, Ink.TRACK)
"""Edges and the empty part of bars: nothing is read there."""
STATES = (Ink.CALM, Ink.AMBER, Ink.RED)
Triple = tuple[float, float, float]
SYSTEMS = {"truecolor": None, "256": ColorSystem.EIGHT_BIT}

# G. M. Machado, M. M. Oliveira, L. A. F. Fernandes: A Physiologically-based Model for Simulation of Color Vision
# Deficiency. IEEE Transactions on Visualization and Computer Graphics 15(6), 2009; severity 1.0, on linear RGB.
EYES: dict[str, tuple[Triple, Triple, Triple]] = {
    "all cones": ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
APART = 20.0
"""CIE 1976 colour difference; 2.3 can just be noticed side by side."""


def linear(colour: str, system: ColorSystem | None) -> Triple:
    """Linear red, green and blue in 0..1, as the terminal shows it."""
    parsed = Color.parse(colour)
    triplet = (parsed.downgrade(system) if system is not None else parsed).get_truecolor()
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in triplet.normalized
    )
    return red, green, blue


def contrast(one: Triple, other: Triple) -> float:
    """1..21, as WCAG 2.2 defines it."""
    lights = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in (one, other))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(colour: Triple) -> Triple:
    """CIE L*a*b* under daylight (D65)."""
    red, green, blue = (min(max(part, 0.0), 1.0) for part in colour)
    x, y, z = (
        (0.4124564 * red + 0.3575761 * green + 0.1804375 * blue) / 0.95047,
        0.2126729 * red + 0.7151522 * green + 0.0721750 * blue,
        (0.0193339 * red + 0.1191920 * green + 0.9503041 * blue) / 1.08883,
    )
    f = [part ** (1 / 3) if part > 216 / 24389 else (24389 / 27 * part + 16) / 116 for part in (x, y, z)]
    return 116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])


def seen(colour: Triple, eye: Sequence[Triple]) -> Triple:
    red, green, blue = (sum(weight * part for weight, part in zip(row, colour, strict=True)) for row in eye)
    return lab((red, green, blue))


def contrasts(theme: Theme, system: ColorSystem | None) -> dict[Ink, float]:
    return {
        ink: contrast(linear(colour, system), linear(ground, system)) for ink, (colour, ground) in inks(theme).items()
    }


def test_there_are_five_themes_and_the_first_is_the_default() -> None:
    assert list(THEMES.values()) == [NIGHT, DAY, CONTRAST, PHOSPHOR, TERMINAL]
    assert Look.of.__defaults__ == (True, NIGHT)


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("theme", MEASURED, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_its_ground(theme: Theme, system: str) -> None:
    least = 7.0 if theme is CONTRAST else 4.5
    found = contrasts(theme, SYSTEMS[system])
    assert {ink.name: round(ratio, 2) for ink, ratio in found.items() if ink not in NOT_TEXT and ratio < least} == {}


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("theme", MEASURED, ids=lambda theme: theme.name)
def test_edges_can_be_seen(theme: Theme, system: str) -> None:
    found = contrasts(theme, SYSTEMS[system])
    assert all(found[ink] >= (3.0 if theme is CONTRAST else 1.3) for ink in NOT_TEXT)


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("theme", MEASURED, ids=lambda theme: theme.name)
def test_calm_amber_and_red_differ_for_every_eye(theme: Theme, system: str, eye: str) -> None:
    colours = [seen(linear(inks(theme)[ink][0], SYSTEMS[system]), EYES[eye]) for ink in STATES]
    assert min(math.dist(one, other) for one, other in itertools.combinations(colours, 2)) >= APART


PALETTES = {
    # The sixteen as terminals come: what they show as black, red, ... bright white.
    "xterm": "000000 cd0000 00cd00 cdcd00 0000ee cd00cd 00cdcd e5e5e5 "
    "7f7f7f ff0000 00ff00 ffff00 5c5cff ff00ff 00ffff ffffff",
    "Windows Terminal (Campbell)": "0c0c0c c50f1f 13a10e c19c00 0037da 881798 3a96dd cccccc "
    "767676 e74856 16c60c f9f1a5 3b78ff b4009e 61d6d6 f2f2f2",
    "Linux console": "000000 aa0000 00aa00 aa5500 0000aa aa00aa 00aaaa aaaaaa "
    "555555 ff5555 55ff55 ffff55 5555ff ff55ff 55ffff ffffff",
}


@pytest.mark.parametrize("terminal", PALETTES)
@pytest.mark.parametrize("theme", [SIXTEEN_DARK, SIXTEEN_LIGHT], ids=lambda theme: theme.name)
def test_sixteen_colours_can_be_read_in_the_terminals_as_they_come(theme: Theme, terminal: str) -> None:
    sixteen = [linear(f"#{code}", None) for code in PALETTES[terminal].split()]
    poor = {}
    for ink, (colour, ground) in inks(theme).items():
        numbers = Color.parse(colour).number, Color.parse(ground).number
        assert None not in numbers
        ratio = contrast(*(sixteen[number or 0] for number in numbers))
        if ink not in NOT_TEXT and ratio < 3.0:
            poor[ink.name] = round(ratio, 2)
    assert poor == {}


@pytest.mark.parametrize("theme", MEASURED, ids=lambda theme: theme.name)
def test_in_16_colours_a_theme_is_dark_or_light_on_a_ground_of_its_own(theme: Theme) -> None:
    for style in palette(Depth.SIXTEEN, theme):
        assert style.color is not None
        assert style.bgcolor is not None
        assert not style.bgcolor.is_default, "black on a ground that is black already cannot be read"
        assert style.color.is_system_defined
    assert shown(theme, Depth.SIXTEEN).dark == theme.dark


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
def test_without_colour_all_themes_are_the_same(theme: Theme) -> None:
    assert palette(Depth.MONO, theme) == palette(Depth.MONO)


def test_the_terminals_own_theme_leaves_its_ground_alone() -> None:
    style = palette(Depth.FULL, TERMINAL)[Ink.TEXT]
    assert style.bgcolor is not None
    assert style.bgcolor.is_default


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.name)
@pytest.mark.parametrize("depth", Depth)
def test_textuals_own_widgets_have_a_theme_of_the_same_ground(theme: Theme, depth: Depth) -> None:
    made = for_textual(theme, depth)
    variables = made.to_color_system().generate()
    assert variables["ansi-background"], "asked for by Textual's own style sheet"
    if depth is Depth.FULL:
        assert made.ansi == theme.named
        assert made.dark == theme.dark
        assert made.background == (f"ansi_{theme.ground}" if theme.named else theme.ground)
    if depth is Depth.SIXTEEN and not theme.named:
        assert not made.ansi, "Textual would lay the sixteen on the terminal's own ground"


@pytest.mark.parametrize(
    ("environment", "depth"),
    [
        ({"TERM": "screen"}, Depth.SIXTEEN),
        ({"TERM": "screen-256color"}, Depth.FULL),
        ({"TERM": "tmux-256color"}, Depth.FULL),
        ({"TERM": "tmux"}, Depth.SIXTEEN),
        ({"TERM": "screen", "COLORTERM": "truecolor"}, Depth.FULL),
        ({"TERM": "xterm-kitty"}, Depth.FULL),
        ({"TERM": "xterm-direct"}, Depth.SIXTEEN),
        ({"TERM": "linux"}, Depth.SIXTEEN),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Depth.FULL),
        ({"TERM": "xterm", "TEXTUAL_COLOR_SYSTEM": "256"}, Depth.FULL),
        ({"TERM": "xterm-256color", "TEXTUAL_COLOR_SYSTEM": "standard"}, Depth.SIXTEEN),
    ],
)
def test_the_depth_is_what_rich_will_write(environment: dict[str, str], depth: Depth) -> None:
    assert Depth.of(environment, "linux") is depth
    asked = environment.get("TEXTUAL_COLOR_SYSTEM", "auto")
    console = Console(color_system=asked, force_terminal=True, legacy_windows=False, _environ=environment)  # type: ignore[arg-type]  # a str
    assert console.color_system == ("standard" if depth is Depth.SIXTEEN else console.color_system)
    assert (console.color_system in ("256", "truecolor")) == (depth is Depth.FULL)


def test_windows_shows_all_colours_without_a_term() -> None:
    assert Depth.of({"WT_SESSION": "1"}, "win32") is Depth.FULL
    assert Depth.of({"NO_COLOR": "1"}, "win32") is Depth.MONO


def test_textual_knows_every_theme_under_its_own_name() -> None:
    app: App[None] = App()
    for theme in THEMES.values():
        app.register_theme(for_textual(theme, Depth.FULL))
        app.theme = theme.name
        assert app.current_theme.dark == theme.dark
