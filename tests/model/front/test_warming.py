"""A server that has just started is slow at first."""

from __future__ import annotations

import pytest

from scalegame.model.catalogue import BOOT_SECONDS, RESTART_SECONDS, WARMUP_FACTOR, WARMUP_SECONDS, WARMUP_STEPS
from scalegame.model.orders import Add, Deploy, Remove, Resize, Restart
from tests.model.plain_worlds import LAB, after, give, go_on, machine, pool, seconds_until


def test_a_booted_server_is_slow_and_gets_faster_in_steps() -> None:
    world = after(pool(2, algorithm="round-robin"), 5)
    give(world, Add("app"))
    go_on(world, BOOT_SECONDS + 0.1)
    factors = []
    for _ in range(round(WARMUP_SECONDS * 10) + 2):
        factors.append(machine(world.snapshot(), "app-3").cold_factor)
        go_on(world, 0.1)
    steps = [WARMUP_FACTOR - (WARMUP_FACTOR - 1) * step / WARMUP_STEPS for step in range(WARMUP_STEPS + 1)]
    assert list(dict.fromkeys(round(factor, 9) for factor in factors)) == pytest.approx(steps)
    assert machine(world.snapshot(), "app-3").seconds_cold == 0


def test_the_snapshot_counts_down_to_warm() -> None:
    world = after(pool(1), 5)
    give(world, Restart("app-1"))
    seconds_until(world, "app-1", "up")
    left = machine(world.snapshot(), "app-1").seconds_cold
    assert left == pytest.approx(WARMUP_SECONDS, abs=0.11)
    go_on(world, left - 0.1)
    assert machine(world.snapshot(), "app-1").cold_factor > 1
    go_on(world, 0.2)
    assert machine(world.snapshot(), "app-1").cold_factor == 1


@pytest.mark.parametrize("order", [Restart("app-1"), Resize("app-1", "medium"), Deploy("app")])
def test_what_was_stopped_starts_cold(order: Restart | Resize | Deploy) -> None:
    world = after(pool(1), 5)
    give(world, order)
    go_on(world, 1)
    coldest = 1.0
    for _ in range(100):
        go_on(world, 0.1)
        coldest = max(coldest, machine(world.snapshot(), "app-1").cold_factor)
    assert coldest == pytest.approx(WARMUP_FACTOR)


def test_the_start_of_a_level_is_warm_and_so_is_a_database() -> None:
    world = after(pool(1, database=LAB, db_ms=1.0), 2)
    assert {view.cold_factor for view in world.snapshot().machines} == {1.0}
    give(world, Restart("db-1"))
    go_on(world, RESTART_SECONDS + 0.2)
    assert machine(world.snapshot(), "db-1").cold_factor == 1


def test_a_server_at_its_limit_is_over_it_while_it_is_cold() -> None:
    """85 requests a second of 10 ms fit a warm core, not one that takes half as long again: a queue builds up, which
    the same order does not leave behind where there is room."""
    waits = []
    for rate in (85.0, 40.0):
        world = after(pool(1, rate=rate), 5)
        give(world, Restart("app-1"))
        seconds_until(world, "app-1", "up")
        go_on(world, WARMUP_SECONDS)
        waits.append(machine(world.snapshot(), "app-1").waiting)
    assert waits[0] > 50 * waits[1]


def test_a_cold_machine_that_is_taken_away_leaves_nothing_behind() -> None:
    world = after(pool(2, algorithm="round-robin"), 5)
    give(world, Add("app"))
    go_on(world, BOOT_SECONDS + 0.5)
    give(world, Remove("app-3"))
    go_on(world, 5)
    give(world, Add("app"))
    go_on(world, 1)
    assert machine(world.snapshot(), "app-4").cold_factor == 1
