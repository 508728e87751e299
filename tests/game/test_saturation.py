"""The warning before a place is full, and when it is said aloud."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.game.level_library import find
from scalegame.game.saturation import Alarm, Foresight, warning_of
from scalegame.game.session import Session
from scalegame.model.catalogue import RESIZE_SECONDS
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


def foreseen(saturations: list[float], growth: float) -> list[float]:
    """What is said to come after each of these seconds."""
    foresight = Foresight()
    said = []
    for saturation in saturations:
        foresight.see(saturation, growth)
        said.append(foresight.ahead)
    return said


def test_traffic_that_is_announced_makes_the_warning_before_it_comes() -> None:
    assert foreseen([0.6] * 6, 1.6)[-1] == pytest.approx(0.96)
    assert foreseen([0.6] * 6, 1.4)[-1] == 0.0
    assert foreseen([0.6] * 3, 1.6)[-1] == 0.0, "too few seconds to know"
    assert foreseen([0.2] * 6, 9.0)[-1] == 0.0, "too little to know"


def test_what_was_said_of_the_time_ahead_stays_until_it_is_well_below() -> None:
    said = foreseen([0.62] * 5 + [0.58] * 5 + [0.5] * 6, 1.5)
    assert said[4] == pytest.approx(0.93)
    assert said[9] == pytest.approx(0.87), "0.87 alone would be no warning"
    assert said[-1] == 0.0


def test_the_line_of_a_warning_ahead_says_when_it_will_be_full() -> None:
    snapshot = Session(make_level(), 1).view().snapshot
    signals = replace(snapshot.signals, saturation=0.7, tightest="app-1")
    line, level = warning_of(replace(snapshot, signals=signals), 1.04)
    assert level == 1
    assert line == "app-1 is at 70 %: with the traffic to come it is full in 13 s"


@pytest.mark.parametrize("name", ["one-box", "the-biggest-box"])
@pytest.mark.parametrize("seed", [1, 5])
def test_amber_leads_the_first_loss_by_the_cheapest_remedy_and_five_seconds(name: str, seed: int) -> None:
    session = Session(find(name), seed)
    amber, first_loss = None, None
    while first_loss is None:
        assert not session.over, "left alone it loses"
        session.step()
        if session.tick % 10:
            continue
        view = session.view()
        amber = view.snapshot.seconds if amber is None and view.warning_level else amber
        signals = view.snapshot.signals
        first_loss = view.snapshot.seconds if signals.lost_rate > 0.01 * signals.offered_rate else None
    assert amber is not None
    assert RESIZE_SECONDS + 5.0 <= first_loss - amber <= 45.0, "and it is no warning that is always there"
