from __future__ import annotations

from pathlib import Path

import pytest

from scalegame.bench.section import BenchError
from scalegame.bench.terminal import ALTERNATE_SCREEN, QUESTION, Terminal, drawn_text, is_painted, questions_in

BLANK = (
    b"\x1b[>25u\x1b[?2026$p\x1b]22;default\x07\x1b]0;title\x1b\\\x1b(B"
    b"\x1b[1;1H\x1b[38;5;188;48;5;16m   \x1b[0m\r\n\x1bP$q\x1b\\"
)
"""All kinds of control sequences, and blanks."""


@pytest.mark.parametrize("end", range(len(BLANK) + 1))
def test_control_sequences_and_blanks_are_no_paint_wherever_the_read_ends(end: int) -> None:
    assert not is_painted(ALTERNATE_SCREEN + BLANK[:end])


def test_a_character_on_the_alternate_screen_is_a_paint() -> None:
    assert is_painted(ALTERNATE_SCREEN + BLANK + "▁".encode())
    assert drawn_text(ALTERNATE_SCREEN + b"\x1b[1mOne\x1b[0m \x1b[2mbox") == "One box"


def test_what_is_said_before_the_alternate_screen_is_no_paint() -> None:
    assert not is_painted(b"loading")
    assert not is_painted(b"loading" + ALTERNATE_SCREEN)


@pytest.mark.parametrize("cut", range(len(QUESTION) + 2))
def test_a_question_cut_in_two_by_a_read_is_one_question(cut: int) -> None:
    stream = b"x" + QUESTION
    assert questions_in(b"", stream[:cut]) + questions_in(stream[:cut], stream[cut:]) == 1


def test_a_programme_paints_in_a_terminal_and_its_cpu_is_known(tmp_path: Path) -> None:
    with Terminal("scalegame.bench.bare_app", [], tmp_path) as terminal:
        seconds = terminal.until(is_painted, "a first paint")
        assert drawn_text(terminal.output).startswith("hello")
        assert seconds > 0.0
        if Path("/proc/self/stat").exists():
            assert terminal.cpu_seconds() > 0.0


def test_a_programme_that_ends_without_a_paint_is_named_with_what_it_said(tmp_path: Path) -> None:
    with (
        Terminal("scalegame", ["play", "no-such-level"], tmp_path) as terminal,
        pytest.raises(BenchError, match=r'ended without a first paint.*there is no level "no-such-level"'),
    ):
        terminal.until(is_painted, "a first paint")
