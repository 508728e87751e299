"""Numbers as players read them."""

from __future__ import annotations

import math

import pytest

from scalegame.tui.cells import figures
from scalegame.tui.cells.glyphs import ASCII, UNICODE, choose
from scalegame.tui.cells.theme import Depth, Ink, palette


def test_an_uptime_is_never_rounded_up_to_a_hundred() -> None:
    assert figures.uptime(0.999999) == "99.99 %"
    assert figures.uptime(1.0) == "100 %"
    assert figures.uptime(None) == "--"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (0.4, "0.4"), (61.2, "61"), (1840, "1,840"), (184_000, "184k"), (1_200_000, "1.20M"), (math.nan, "--")],
)
def test_counts_keep_three_figures_or_four(value: float, text: str) -> None:
    assert figures.count(value) == text


def test_money_has_its_sign_before_the_dollar() -> None:
    assert figures.money(-4.2) == "−$4.20"
    assert figures.money(1234.5) == "$1,234"
    assert figures.price_change(1.04) == "+$1.04/min"
    assert figures.price_change(0.0) == ""


def test_a_latency_of_nobody_is_two_dashes() -> None:
    assert figures.milliseconds(math.nan) == "--"
    assert figures.milliseconds(1310.4) == "1,310"


def test_a_terminal_without_utf_8_gets_ascii() -> None:
    assert choose({"LANG": "de_DE.ISO-8859-1"}, "utf-8") is ASCII
    assert choose({"LANG": "C.UTF-8"}, "utf-8") is UNICODE
    assert choose({}, "latin-1") is ASCII


def test_the_depth_follows_the_environment_and_no_color_goes_first() -> None:
    assert Depth.of({"TERM": "xterm-256color", "NO_COLOR": "1"}) is Depth.MONO
    assert Depth.of({"TERM": "xterm-256color"}) is Depth.FULL
    assert Depth.of({"TERM": "xterm"}) is Depth.SIXTEEN
    assert Depth.of({"TERM": "vt100", "COLORTERM": "truecolor"}) is Depth.FULL


def test_no_ink_of_the_colourless_palette_has_a_colour() -> None:
    assert all(style.color is None and style.bgcolor is None for style in palette(Depth.MONO))


def test_selection_and_alarm_stand_out_without_colour() -> None:
    mono = palette(Depth.MONO)
    assert mono[Ink.CHOSEN].reverse
    assert mono[Ink.RED].bold
    assert mono[Ink.LIT].reverse


def test_the_two_sets_of_glyphs_are_cell_for_cell_alike() -> None:
    for name in UNICODE.__slots__:
        one, other = getattr(UNICODE, name), getattr(ASCII, name)
        if isinstance(one, str) and name not in ("eighths", "levels", "heat"):
            assert len(one) == len(other), name
    assert all(getattr(ASCII, name).isascii() for name in ASCII.__slots__ if name != "ascii")
