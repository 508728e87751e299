"""What the title shows of how far a player got: the levels as they are shipped, and only those that were won."""

from __future__ import annotations

from scalegame.game.level_library import find
from scalegame.game.progress import Best
from scalegame.tui.progress import Standing, standings

SHIPPED = ("one-box", find("one-box").level_id)
OTHER = ("one-box", "sha256:" + "0" * 64)
GOLD = Best(True, False, 0.99, 1_500_000, "gold", "silver")


def test_the_shipped_edition_counts_whatever_others_say() -> None:
    better = Best(True, False, 1.0, 1, "gold", "gold")
    assert standings({SHIPPED: GOLD, OTHER: better}, ["one-box"]) == {"one-box": Standing("gold", "silver", 0.99, 1.5)}
    assert standings({OTHER: better}, ["one-box"]) == {}


def test_a_level_that_was_only_lost_has_no_standing() -> None:
    assert standings({SHIPPED: Best(lost=True)}, ["one-box"]) == {}


def test_levels_that_are_not_shown_or_not_there_are_left_out() -> None:
    assert standings({SHIPPED: GOLD}, ["the-biggest-box"]) == {}
    assert standings({("gone", OTHER[1]): GOLD}, ["gone"]) == {}


def test_a_level_without_end_keeps_its_longest_run_and_its_most_answers() -> None:
    endless = ("endless", find("endless").level_id)
    best = standings({endless: Best(lost=True, longest_ticks=7_610, most_good=900)}, ["endless"])["endless"]
    assert (best.survived, best.good, best.uptime_medal) == (761.0, 900, "none")


def test_a_daily_has_its_best_like_any_level() -> None:
    daily = ("daily-2026-11-27", find("daily-2026-11-27").level_id)
    assert standings({daily: GOLD}, ["daily-2026-11-27"])["daily-2026-11-27"].uptime_medal == "gold"
