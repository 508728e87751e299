"""Machines that are resized, added, drained, deployed and billed."""

from __future__ import annotations

import pytest

from scalegame.model.catalogue import (
    BOOT_SECONDS,
    DEPLOY_SECONDS,
    DRAIN_SECONDS,
    MINIMUM_BILLED_SECONDS,
    REPAIR_SECONDS,
    RESIZE_SECONDS,
    RESTART_SECONDS,
    SIZES,
)
from scalegame.model.orders import Add, Cancel, Deploy, PlaceBalancer, Remove, Resize, Restart
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool, seconds_until

TICK = 0.1


def test_a_resize_reboots_for_the_catalogues_time() -> None:
    world = after(pool(), 5)
    give(world, Resize("app-1", "medium"))
    go_on(world, TICK)
    assert machine(world.snapshot(), "app-1").state == "resizing"
    assert seconds_until(world, "app-1", "up") == pytest.approx(RESIZE_SECONDS, abs=TICK)
    assert machine(world.snapshot(), "app-1").cores == SIZES["medium"].cores


def test_a_resize_loses_what_was_under_way_and_refuses_what_comes() -> None:
    world = after(pool(rate=150), 10)
    under_way = world.in_flight()
    assert under_way > 100
    give(world, Resize("app-1", "medium"))
    go_on(world, RESIZE_SECONDS)
    seen = world.snapshot()
    assert lost(seen, "down") == pytest.approx(under_way + 150 * RESIZE_SECONDS, rel=0.1)
    assert lost(seen, "crash") == 0


def test_a_machine_is_as_fast_as_its_size_after_the_resize() -> None:
    """Half the utilisation on twice the cores, but for contention."""
    world = after(pool(rate=160, size=SIZES["small"]), 30)
    before = machine(world.snapshot(), "app-1").utilisation
    give(world, Resize("app", "medium"))
    go_on(world, 40)
    now = machine(world.snapshot(), "app-1").utilisation
    assert now == pytest.approx(before / 2 * 1.012 / 1.004, rel=0.1)


def test_a_booting_machine_gets_no_traffic_and_then_its_share() -> None:
    world = after(pool(2, rate=120, algorithm="round-robin"), 10)
    give(world, Add("app"))
    go_on(world, TICK)
    assert machine(world.snapshot(), "app-3").state == "booting"
    assert seconds_until(world, "app-3", "up") == pytest.approx(BOOT_SECONDS, abs=TICK)
    assert machine(world.snapshot(), "app-3").arrival_rate == 0
    go_on(world, 15)
    rates = [view.arrival_rate for view in world.snapshot().machines if view.pool == "app"]
    assert rates == pytest.approx([40, 40, 40], rel=0.2)
    assert lost(world.snapshot(), "down") == 0


def test_without_a_balancer_the_first_machine_gets_all() -> None:
    world = after(pool(3, rate=60), 10)
    rates = [view.arrival_rate for view in world.snapshot().machines]
    assert rates[0] == pytest.approx(60, rel=0.2)
    assert rates[1:] == [0, 0]


def test_a_removed_machine_drains_without_loss() -> None:
    world = after(pool(2, rate=100, algorithm="round-robin"), 10)
    give(world, Remove("app-2"))
    go_on(world, TICK)
    draining = machine(world.snapshot(), "app-2")
    assert (draining.state, draining.in_rotation) == ("draining", False)
    go_on(world, DRAIN_SECONDS + TICK)
    seen = world.snapshot()
    assert [view.name for view in seen.machines if view.pool == "app"] == ["app-1"]
    assert seen.lost == 0


def test_a_machine_is_billed_for_the_minimum_at_least() -> None:
    bare = after(pool(1, algorithm="round-robin"), 40)
    built = after(pool(1, algorithm="round-robin"), 1)
    give(built, Add("app"))
    go_on(built, 1)
    give(built, Remove("app-2"))
    go_on(built, 38)
    extra = (built.snapshot().cost_micro - bare.snapshot().cost_micro) / 1e6
    assert extra == pytest.approx(MINIMUM_BILLED_SECONDS / 60, rel=0.01)


def test_a_second_after_the_minimum_costs_a_second() -> None:
    bare = after(pool(1, algorithm="round-robin"), 80)
    built = after(pool(1, algorithm="round-robin"), 1)
    give(built, Add("app"))
    go_on(built, 50)
    give(built, Remove("app-2"))
    go_on(built, 29)
    extra = (built.snapshot().cost_micro - bare.snapshot().cost_micro) / 1e6
    assert extra == pytest.approx((50 + DRAIN_SECONDS) / 60, rel=0.01)


def test_a_restart_takes_the_catalogues_time() -> None:
    world = after(pool(), 5)
    give(world, Restart("app-1"))
    go_on(world, TICK)
    assert seconds_until(world, "app-1", "up") == pytest.approx(RESTART_SECONDS, abs=TICK)


def test_a_rolling_deploy_takes_one_machine_at_a_time_and_loses_nothing() -> None:
    world = after(pool(3, rate=100, algorithm="round-robin"), 10)
    give(world, Deploy("app"))
    deployed, most_away = set(), 0
    for _ in range(round(3 * (DRAIN_SECONDS + DEPLOY_SECONDS) * 10) + 20):
        world.step()
        away = [view.name for view in world.snapshot().machines if view.state in ("draining", "deploying")]
        most_away = max(most_away, len(away))
        deployed |= set(away)
    seen = world.snapshot()
    assert most_away == 1
    assert deployed == {"app-1", "app-2", "app-3"}
    assert seen.orders == ()
    assert seen.lost == 0


def test_a_rolling_resize_changes_all_machines_and_loses_nothing() -> None:
    world = after(pool(3, rate=100, algorithm="round-robin"), 10)
    give(world, Resize("app", "medium", rolling=True))
    go_on(world, 3 * (DRAIN_SECONDS + RESIZE_SECONDS) + 2)
    seen = world.snapshot()
    assert [view.size for view in seen.machines if view.pool == "app"] == ["medium"] * 3
    assert seen.lost == 0


def test_a_rolling_deploy_goes_past_a_dead_machine() -> None:
    world = after(pool(3, rate=60, algorithm="round-robin"), 10)
    world.life.crash(0, world.site.find(0, "app-1") or 0)
    give(world, Deploy("app"))
    go_on(world, TICK)
    assert machine(world.snapshot(), "app-2").state == "draining"


def test_a_machine_that_a_rolling_resize_found_dead_comes_back_in_the_new_size() -> None:
    world = after(pool(3, rate=60, algorithm="round-robin"), 10)
    world.life.crash(0, world.site.find(0, "app-2") or 0)
    give(world, Resize("app", "medium", rolling=True))
    go_on(world, REPAIR_SECONDS + 5)
    assert [view.size for view in world.snapshot().machines if view.pool == "app"] == ["medium"] * 3
    assert [view.cores for view in world.snapshot().machines if view.pool == "app"] == [SIZES["medium"].cores] * 3


def test_a_cancelled_boot_takes_the_machine_away() -> None:
    world = after(pool(algorithm="round-robin"), 2)
    give(world, Add("app"))
    go_on(world, 1)
    give(world, Cancel(world.snapshot().orders[0].number))
    go_on(world, TICK)
    assert [view.name for view in world.snapshot().machines if view.pool == "app"] == ["app-1"]


def test_a_placed_balancer_spreads_the_traffic_once_it_stands() -> None:
    world = after(pool(2, rate=80), 10)
    give(world, PlaceBalancer("l4"))
    go_on(world, 20)
    rates = [view.arrival_rate for view in world.snapshot().machines if view.pool == "app"]
    assert rates == pytest.approx([40, 40], rel=0.2)


def test_launch_moves_the_plan_forward() -> None:
    world = after(pool(rate=20, seconds=100), 5)
    world.launch(0, 95.0)
    go_on(world, 4.9)
    assert not world.over()
    go_on(world, 0.2)
    assert world.over()
    go_on(world, 5)
    assert world.in_flight() == 0
    assert world.snapshot().offered == pytest.approx(200, rel=0.25)
