"""The warning before a place is full, and when it is said aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.game.saturation import Alarm, warning_of
from scalegame.game.session import Session
from tests.game.played_levels import make_level


@pytest.mark.parametrize(
    ("share", "line", "level"),
    [
        (0.84, "", 0),
        (0.85, "app-1 is at 85 %: requests begin to queue there", 1),
        (0.90, "app-1 is at 90 %: it will soon be too slow, then refuse", 2),
        (float("nan"), "", 0),
    ],
)
def test_amber_at_85_and_red_at_90_percent_of_the_tightest_place(share: float, line: str, level: int) -> None:
    snapshot = Session(make_level(), 1).view().snapshot
    signals = replace(snapshot.signals, saturation=share, tightest="app-1")
    assert warning_of(replace(snapshot, signals=signals)) == (line, level)


def rung(levels: list[int]) -> list[int]:
    """The seconds in which the alarm rang."""
    alarm = Alarm()
    return [second for second, level in enumerate(levels) if alarm.rings(level)]


def test_it_rings_as_the_warning_rises() -> None:
    assert rung([0, 1, 1, 2, 2]) == [1, 3]


def test_hovering_about_a_threshold_is_told_once() -> None:
    assert rung([1, 0, 1, 0, 0, 1, 2, 1, 2]) == [0, 6]


def test_after_ten_calm_seconds_it_rings_again() -> None:
    assert rung([2, *[0] * 9, 1]) == [0]
    assert rung([2, *[0] * 10, 1]) == [0, 11]
