from __future__ import annotations

import io
import threading

import pytest

from scalegame.bench.progress import BarProgress, LineProgress, progress_on


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def _capable_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")


def test_a_terminal_gets_a_bar_and_anything_else_gets_lines() -> None:
    assert isinstance(progress_on(Screen()), BarProgress)
    assert isinstance(progress_on(io.StringIO()), LineProgress)


def test_lines_count_the_steps_of_each_part() -> None:
    stream = io.StringIO()
    with LineProgress(stream) as progress:
        progress.begin("paint", 2)
        progress.step("round 1")
        progress.step("round 2")
        progress.begin("frames", 1)
        progress.step("1 s")
    assert stream.getvalue().splitlines() == [
        "bench: paint",
        "bench: paint 1/2: round 1",
        "bench: paint 2/2: round 2",
        "bench: frames",
        "bench: frames 1/1: 1 s",
    ]


def test_the_bar_moves_with_the_steps_and_has_no_thread_that_would_be_measured_too() -> None:
    screen = Screen()
    threads = threading.active_count()
    with BarProgress(screen) as progress:
        progress.begin("paint", 2)
        progress.step("round 1")
        assert threading.active_count() == threads
    assert "paint" in screen.getvalue()
    assert "1/2" in screen.getvalue()
    assert "round 1" in screen.getvalue()
