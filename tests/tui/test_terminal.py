"""The game in a real (pseudo-)terminal: bytes, answers, signals, sets of glyphs and colours. One process a test."""

from __future__ import annotations

import re
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scalegame.bench.terminal import QUESTION
from scalegame.game.run_file import read
from tests.tui.terminal import ROOT, Terminal

pytestmark = pytest.mark.slow

BYTES_A_SECOND = 15_000
"""At 120x40; 3,000 are usual."""
ALTERNATE_SCREEN_OFF = b"\x1b[?1049l"

Start = Callable[..., Terminal]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    opened: list[Terminal] = []

    def begin(*flags: str, **more: object) -> Terminal:
        terminal = Terminal(["play", "one-box", "--seed", "3", *flags], tmp_path, **more)  # type: ignore[arg-type]
        opened.append(terminal)
        return terminal

    yield begin
    for terminal in opened:
        terminal.close()


def running(terminal: Terminal) -> Terminal:
    """On the board, with the clock going."""
    terminal.until("Traffic expected")
    terminal.press(" ")
    terminal.until("users")
    terminal.until("00:01")
    return terminal


def kept(tmp_path: Path) -> Path:
    (path,) = (tmp_path / "scalegame" / "runs").glob("*.run")
    return path


def test_a_second_of_play_stays_within_its_bytes(start: Start) -> None:
    terminal = running(start())
    asked = terminal.output.count(QUESTION)
    sent = terminal.watch(4.0)
    assert sent / 4 < BYTES_A_SECOND
    assert terminal.output.count(QUESTION) - asked > 10, "frames are drawn while the terminal answers"


def test_what_was_written_cell_by_cell_is_what_a_whole_paint_shows(start: Start) -> None:
    terminal = running(start())
    for keys in ("j", "l", "h", ":", "resize", "\x1b"):
        terminal.press(keys)
        terminal.watch(0.7)
    terminal.press(" ")
    terminal.until("‖1x")
    terminal.watch(1.0)
    before, sent = terminal.screen(), len(terminal.output)
    terminal.resize(100, 30)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.watch(1.0)
    terminal.resize(120, 40)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.watch(1.5)
    assert len(terminal.output) - sent > 4000, "all was painted anew"
    assert terminal.screen() == before


def test_a_reader_that_stops_answering_gets_no_more_frames_until_it_does(start: Start) -> None:
    terminal = running(start())
    terminal.answers = False
    terminal.watch(1.0)
    assert terminal.watch(2.0) < 2000


def test_a_terminal_that_never_answers_is_still_drawn_within_the_byte_budget(start: Start) -> None:
    terminal = start(answers=False)
    terminal.until("Traffic expected")
    terminal.press(" ")
    terminal.until("00:03")
    assert terminal.watch(2.0) < 2 * BYTES_A_SECOND


def test_in_16_colours_only_those_are_sent(start: Start) -> None:
    terminal = running(start(TERM="xterm"))
    assert b"38;2;" not in terminal.output
    assert b"38;5;" not in terminal.output
    assert {"brightcyan", "brightwhite"} <= terminal.attributes(), "sixteen colours, and they are used"


def test_no_color_sends_no_colour_at_all(start: Start) -> None:
    terminal = running(start(NO_COLOR="1"))
    codes = {code for sgr in re.findall(rb"\x1b\[([0-9;]*)m", terminal.output) for code in sgr.split(b";")}
    assert codes <= {b"", b"0", b"1", b"2", b"3", b"4", b"7"}
    assert b"7" in codes, "the selection is reversed"


def test_ascii_sends_ascii_only(start: Start) -> None:
    terminal = running(start("--ascii"))
    assert terminal.output.isascii()


def test_a_locale_without_utf_8_needs_no_flag(start: Start) -> None:
    terminal = running(start(LANG="de_DE.ISO-8859-1", PYTHONUTF8="0", PYTHONIOENCODING="latin-1"))
    assert terminal.output.isascii()


def test_no_mouse_leaves_the_mouse_alone(start: Start) -> None:
    with_mouse, without = running(start()), running(start("--no-mouse"))
    assert b"\x1b[?1003h" in with_mouse.output
    assert b"\x1b[?1003h" not in without.output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_leaves_cleanly_and_keeps_the_run(start: Start, tmp_path: Path, number: signal.Signals) -> None:
    terminal = running(start())
    terminal.process.send_signal(number)
    assert terminal.wait() == 128 + number
    assert ALTERNATE_SCREEN_OFF in terminal.output
    assert "Traceback" not in terminal.text()
    run = read(kept(tmp_path))
    assert run.last_tick >= 10
    assert run.end is None


def test_a_terminal_that_hangs_up_loses_a_second_at_most(start: Start, tmp_path: Path) -> None:
    terminal = running(start())
    terminal.until("00:03")
    terminal.hang_up()
    assert terminal.process.wait(15.0) == 128 + signal.SIGHUP
    assert read(kept(tmp_path)).last_tick >= 20


def test_leaving_by_keys_restores_the_terminal(start: Start) -> None:
    terminal = running(start())
    terminal.press("q")
    terminal.until("Leave this run?")
    terminal.press("y")
    terminal.until("money is short")
    terminal.press("q")
    assert terminal.wait() == 0
    assert ALTERNATE_SCREEN_OFF in terminal.output


def test_a_window_dragged_too_small_says_so_and_comes_back(start: Start) -> None:
    terminal = running(start())
    terminal.resize(60, 20)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.until("60x20 is too small")
    terminal.resize(100, 30)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.until("window was too small")
    assert terminal.process.poll() is None


def test_ctrl_z_goes_to_the_shell_with_the_clock_standing_and_comes_back(start: Start) -> None:
    terminal = running(start())
    terminal.press("\x1a")
    terminal.watch(1.0)
    status = Path(f"/proc/{terminal.process.pid}/stat")
    if status.exists():
        assert status.read_text().rpartition(")")[2].split()[0] == "T", "stopped"
    assert ALTERNATE_SCREEN_OFF in terminal.output
    terminal.process.send_signal(signal.SIGCONT)
    terminal.until("stood while you were away")


def test_a_fault_of_the_game_is_one_line_in_a_restored_terminal(tmp_path: Path) -> None:
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import scalegame.tui.widgets.topline as topline\n"
        "def fail(sheet, board): raise LookupError('no such figure')\n"
        "topline.draw_topline = fail\n",
        encoding="utf-8",
    )
    terminal = Terminal(["play", "one-box"], tmp_path, PYTHONPATH=f"{tmp_path}:{ROOT}")
    try:
        terminal.until("Traffic expected")
        terminal.press(" ")
        assert terminal.wait() == 1
    finally:
        terminal.close()
    after = terminal.output.rpartition(ALTERNATE_SCREEN_OFF)[2].decode()
    assert "unexpected fault: LookupError: no such figure" in after
    assert "Traceback" not in terminal.text()


def test_what_is_set_by_keys_is_there_in_the_next_game(start: Start) -> None:
    first = running(start())
    assert b"38;5;" in first.output, "256 colours: nobody said COLORTERM"
    first.press("\x1bOQ")
    first.until("How it looks")
    first.press("\x1b[C\x1b[C\x1b[C")
    first.until("as on an old tube")
    first.process.send_signal(signal.SIGTERM)
    assert first.wait() == 128 + signal.SIGTERM
    assert ALTERNATE_SCREEN_OFF in first.output
    second = start()
    second.until("Traffic expected")
    second.press("\x1bOQ")
    second.until("as on an old tube")


def test_a_file_of_settings_that_nobody_can_read_is_one_line_and_no_reason_not_to_play(
    start: Start, tmp_path: Path
) -> None:
    folder = tmp_path / "config" / "scalegame"
    folder.mkdir(parents=True)
    (folder / "settings.json").write_bytes(b"\x00 not settings \xff")
    terminal = start()
    terminal.until("set aside")
    terminal.until("Traffic expected")
    assert "Traceback" not in terminal.text()
    assert (folder / "settings.old-1.json").read_bytes() == b"\x00 not settings \xff"


def test_a_terminal_that_loses_the_focus_stops_the_clock(start: Start) -> None:
    terminal = running(start())
    terminal.press("\x1b[O")
    terminal.until("stood while you were away")


def test_the_mouse_is_given_back_while_the_game_goes_on_and_stays_away_next_time(start: Start) -> None:
    terminal = running(start())
    terminal.press("\x1bOQ")
    terminal.until("How it looks")
    before = len(terminal.output)
    terminal.press("k\x1b[C")
    terminal.watch(1.5)
    assert b"\x1b[?1003l" in terminal.output[before:]
    assert b"\x1b[?1003h" not in start_and_read(start)


def start_and_read(start: Start) -> bytes:
    terminal = start()
    terminal.until("Traffic expected")
    return terminal.output


@pytest.mark.parametrize("key", ["?", "\x1bOQ"], ids=["help", "settings"])
def test_a_window_may_change_and_ctrl_z_may_come_over_any_screen(start: Start, key: str) -> None:
    terminal = running(start())
    terminal.press(key)
    terminal.watch(1.0)
    terminal.resize(60, 20)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.until("60x20 is too small")
    terminal.resize(80, 24)
    terminal.process.send_signal(signal.SIGWINCH)
    terminal.watch(1.0)
    terminal.press("\x1a")
    terminal.watch(1.0)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.watch(1.0)
    terminal.press("\x1b")
    terminal.until("Space")
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.wait() == 128 + signal.SIGTERM
    assert "Traceback" not in terminal.text()


@pytest.mark.parametrize(("term", "many"), [("screen", False), ("screen-256color", True), ("tmux-256color", True)])
def test_in_a_multiplexer_the_colours_are_those_that_its_name_promises(start: Start, term: str, many: bool) -> None:
    terminal = running(start(TERM=term))
    assert (b"38;5;" in terminal.output) == many
    assert b"38;2;" not in terminal.output
