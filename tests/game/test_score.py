"""Medals: uptime and cost apart, none for a lost level."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.game.level import Par
from scalegame.game.score import Result, cost_asked, medals, percent, uptime_asked
from scalegame.game.view import Medal

WON = Result("won", 999_000, 20_000_000, 2100, 1_000_000, 999_000, 1_000, 3, 0)
PAR = Par(uptime=0.999, cost=20.0)


def test_par_is_gold_on_both() -> None:
    assert medals(WON, PAR) == ("gold", "gold")


@pytest.mark.parametrize(("good", "medal"), [(998_999, "silver"), (998_000, "silver"), (997_999, "bronze"),
                                             (996_000, "bronze"), (995_999, "none")])  # fmt: skip
def test_silver_and_bronze_allow_twice_and_four_times_the_loss(good: int, medal: Medal) -> None:
    assert medals(replace(WON, good=good), PAR)[0] == medal


@pytest.mark.parametrize(("dollars", "medal"), [(20.000001, "silver"), (23.0, "silver"), (23.1, "bronze"),
                                                (27.0, "bronze"), (27.1, "none")])  # fmt: skip
def test_silver_and_bronze_cost_a_little_more(dollars: float, medal: Medal) -> None:
    assert medals(replace(WON, cost_micro=round(dollars * 1e6)), PAR)[1] == medal


def test_what_is_asked_for_each_medal_is_told_as_it_is_given() -> None:
    """The bounds of the tests above, in the words of the page that tells them."""
    told = [*uptime_asked(0.999), *cost_asked(20.0)]
    assert [medal for medal, _ in told] == 2 * ["gold", "silver", "bronze"]
    assert [bound for _, bound in told] == pytest.approx([0.999, 0.998, 0.996, 20.0, 23.0, 27.0])


def test_a_lost_or_running_level_has_none() -> None:
    assert medals(replace(WON, outcome="lost"), PAR) == ("none", "none")
    assert medals(replace(WON, outcome="running"), PAR) == ("none", "none")


def test_launching_forgoes_the_cost_medal_only() -> None:
    assert medals(replace(WON, launches=1), PAR) == ("gold", "none")


def test_a_level_without_par_has_no_medals() -> None:
    assert medals(WON, Par()) == ("none", "none")


def test_where_nothing_was_offered_uptime_is_unknown() -> None:
    nothing = replace(WON, offered=0, good=0, lost=0, uptime_ppm=None)
    assert nothing.uptime is None
    assert medals(nothing, PAR) == ("none", "gold")


@pytest.mark.parametrize("ppm", [0, 300, 1_200, 570_000, 688_000, 998_765, 999_999, 1_000_000])
def test_an_uptime_is_said_rounded_down_and_not_below_what_it_is(ppm: int) -> None:
    assert percent(ppm / 1e6) == f"{ppm // 10_000}.{ppm // 100 % 100:02d} %"


def test_a_share_of_nothing_is_not_said() -> None:
    assert percent(None) == "--"
