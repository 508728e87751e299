"""Stages follow each other by the tick, and launching pulls the rest forward."""

from __future__ import annotations

from scalegame.game.level import Stage
from scalegame.game.stages import StageClock, clock_text, tick_at


def three_stages() -> StageClock:
    return StageClock([Stage("one", 30, 0), Stage("two", 40, 30), Stage("three", 50, 70)])


def test_a_time_is_rounded_to_the_tick_at_or_after_it() -> None:
    assert [tick_at(seconds) for seconds in (0, 0.1, 0.3, 0.31, 12.5, 12.5000001)] == [0, 1, 3, 4, 125, 126]


def test_clock_text_counts_minutes() -> None:
    assert clock_text(161.9) == "02:41"


def test_a_stage_starts_at_its_border_and_not_before() -> None:
    clock = three_stages()
    assert not clock.advance(299)
    assert clock.advance(300)
    assert (clock.index, clock.starts, clock.ends) == (1, 300, 700)


def test_the_last_stage_has_no_next() -> None:
    clock = three_stages()
    clock.advance(300)
    clock.advance(700)
    assert clock.is_last
    assert not clock.advance(1200)
    assert clock.last_arrival == 1200


def test_launching_moves_all_later_borders_by_the_same() -> None:
    clock = three_stages()
    assert clock.launch(120) == 180
    assert clock.borders == [0, 120, 520, 1020]
    assert clock.skipped == 180
    assert clock.advance(120)


def test_two_launches_add_up() -> None:
    clock = three_stages()
    clock.launch(120)
    clock.advance(120)
    clock.launch(220)
    assert clock.borders == [0, 120, 220, 720]
    assert clock.skipped == 480


def test_a_copy_goes_its_own_way() -> None:
    clock = three_stages()
    clock.copy().launch(100)
    assert clock.borders == [0, 300, 700, 1200]
