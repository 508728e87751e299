"""Command files: what they say, and what is said about their mistakes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalegame.game.script import Scripted, ScriptError, read_script


def test_a_line_is_seconds_and_command() -> None:
    text = "# the build\n0 place balancer L4   # a front door\n\n12.55 resize app large\r\n 3 add app 2\n"
    assert read_script(text, "x") == [
        Scripted(0, "place balancer l4"),
        Scripted(30, "add app 2"),
        Scripted(126, "resize app large"),
    ]


def test_commands_of_one_time_keep_their_order() -> None:
    assert [one.line for one in read_script("1 add app\n1 restart app-1\n0.95 deploy app", "x")] == [
        "add app",
        "restart app-1",
        "deploy app",
    ]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("0 resise app large", ['f:1:3: there is no "resise"; did you mean resize?']),
        ("\n  1.5   add app x", ["f:2:17: "]),
        ("soon add app", ['f:1:1: "soon" is no time: a line is SECONDS COMMAND']),
        ("-1 add app", ['f:1:1: "-1" is no time']),
        ("nan add app", ['f:1:1: "nan" is no time']),
        ("1e5 add app", ['f:1:1: "1e5" is no time']),
        ("99999999999 add app", ["f:1:1: "]),
        ("5", ["f:1:3: the line is empty"]),
        ("add app\n5 add\n6 add app", ["f:1:1: ", "f:2:6: POOL is missing"]),
        ("0 add app" + " " * 200 + "1", ["f:1:203: the line is too long"]),
        ("0 add\x1bapp", ["f:1:6: a control character"]),
    ],
)
def test_all_mistakes_are_told_at_once_each_with_its_place(text: str, lines: list[str]) -> None:
    with pytest.raises(ScriptError) as caught:
        read_script(text, "f")
    assert len(caught.value.lines) == len(lines)
    for said, expected in zip(caught.value.lines, lines, strict=True):
        assert said.startswith(expected)


def scripted_or_mistakes(text: str) -> list[Scripted] | tuple[str, ...]:
    try:
        return read_script(text, "f")
    except ScriptError as error:
        return error.lines


@given(st.text())
def test_any_text_is_a_script_or_a_list_of_mistakes(text: str) -> None:
    found = scripted_or_mistakes(text)
    assert all(isinstance(one, Scripted) or (one.startswith("f:") and one.isprintable()) for one in found)
