"""More come for a while than the plan says: after it was announced the forecast says so, and not before."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.scenario import Fault
from scalegame.model.world import World
from tests.model.plain_worlds import go_on, pool

SURGE = Fault("surge", 50.0, "page", factor=3.0, lasts=20.0, warning="everybody heard", warning_seconds=15.0)


def world(*faults: Fault, seed: int = 1, rate: float = 100.0) -> World:
    return World(pool(1, rate=rate, cpu_ms=0.01, faults=faults, seconds=100.0), [seed])


def came(at: World, seconds: float) -> int:
    """Requests in the next so many seconds."""
    before = at.score().offered + at.in_flight()
    go_on(at, seconds)
    return at.score().offered + at.in_flight() - before


def test_so_many_times_as_many_come_rising_and_falling_in_a_straight_line() -> None:
    shop = world(SURGE, rate=1000.0)
    came(shop, 50.0)
    assert came(shop, 4.0) == pytest.approx(4.0 * 2000.0, rel=0.05)
    assert came(shop, 12.0) == pytest.approx(12.0 * 3000.0, rel=0.02)
    assert came(shop, 4.0) == pytest.approx(4.0 * 2000.0, rel=0.05)
    assert came(shop, 10.0) == pytest.approx(10.0 * 1000.0, rel=0.05)


def test_the_forecast_knows_of_it_from_its_warning_on() -> None:
    shop = world(SURGE)
    go_on(shop, 34.0)
    assert shop.forecast([60.0]) == [pytest.approx((100.0, 100.0, 100.0))]
    go_on(shop, 2.0)
    assert shop.forecast([60.0, 80.0]) == [pytest.approx((300.0,) * 3), pytest.approx((100.0,) * 3)]


def test_one_that_nobody_announced_is_in_no_forecast_until_it_is_there() -> None:
    shop = world(dataclasses.replace(SURGE, warning="", warning_seconds=0.0))
    go_on(shop, 49.0)
    assert shop.forecast([60.0])[0][2] == pytest.approx(100.0)
    go_on(shop, 2.0)
    assert shop.forecast([60.0])[0][2] == pytest.approx(300.0)


def test_the_error_budget_is_made_of_what_was_planned_without_it() -> None:
    assert world(SURGE).planned(0.0, 100.0) == world().planned(0.0, 100.0)


def test_it_is_of_the_load_what_a_launch_leaves_out_does_not_come() -> None:
    skipped, hurried = world(SURGE), world(SURGE)
    for shop, to_second in ((skipped, 75.0), (hurried, 45.0)):
        go_on(shop, 20.0)
        shop.launch(0, to_second)
    assert came(skipped, 20.0) == pytest.approx(2000, abs=200)
    assert [one.text for one in skipped.happenings() if one.kind == "omen"] == []
    go_on(hurried, 5.0)
    assert came(hurried, 20.0) == pytest.approx(4 * 200 * 2 + 12 * 300, rel=0.08)
    assert [(one.tick / 10, one.text) for one in hurried.happenings() if one.kind == "omen"] == [(20.0, SURGE.warning)]


def test_a_group_deals_it_to_another_second_with_its_warning() -> None:
    crash = Fault("crash", 20.0, "app-1", shuffle="day")
    dealt = [world(dataclasses.replace(SURGE, shuffle="day"), crash, seed=seed) for seed in range(1, 9)]
    heard = set()
    for shop in dealt:
        go_on(shop, 60.0)
        heard |= {one.tick / 10 for one in shop.happenings() if one.kind == "omen"}
    assert heard == {5.0, 35.0}
