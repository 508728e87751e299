"""What goes to the terminal, character by character. Whether it looks right there is tested in test_terminal.py."""

from __future__ import annotations

import pytest
from rich.console import Console
from rich.style import Style

from scalegame.tui.cells.pen import Voice, voice_of


def voice(style: str, colours: str = "truecolor") -> Voice:
    console = Console(color_system=colours, force_terminal=True, no_color=False)  # type: ignore[arg-type]  # its names
    # A style keeps what it was rendered as, for one depth of colour.
    return voice_of(Style.parse(style).copy(), console)


@pytest.mark.parametrize(
    ("style", "colours", "known"),
    [
        ("bold #ff0000 on #000000", "truecolor", Voice(frozenset({"1"}), "38;2;255;0;0", "48;2;0;0;0")),
        ("#ff0000 on #000000", "256", Voice(frozenset(), "38;5;196", "48;5;16")),
        ("bold bright_yellow on blue", "standard", Voice(frozenset({"1"}), "93", "44")),
        ("reverse dim", "standard", Voice(frozenset({"2", "7"}), "", "")),
        ("", "standard", Voice(frozenset(), "", "")),
    ],
)
def test_a_style_is_read_in_every_depth(style: str, colours: str, known: Voice) -> None:
    assert voice(style, colours) == known


def test_only_what_differs_is_said() -> None:
    plain, red, loud = voice("#ffffff on #000000"), voice("#ff0000 on #000000"), voice("bold #ffffff on #000000")
    assert red.after(plain) == "\x1b[38;2;255;0;0m"
    assert loud.after(plain) == "\x1b[1m"
    assert plain.after(plain) == ""


def test_what_has_to_be_switched_off_is_said_from_the_start() -> None:
    plain, loud = voice("#ffffff on #000000"), voice("bold #ffffff on #000000")
    assert plain.after(loud) == "\x1b[0;38;2;255;255;255;48;2;0;0;0m"


def test_nothing_is_taken_for_granted_at_the_start_of_a_write() -> None:
    assert voice("").after(None) == "\x1b[0m"


def test_the_terminals_own_colours_come_back() -> None:
    assert voice("").after(voice("red on blue", "standard")) == "\x1b[39;49m"
