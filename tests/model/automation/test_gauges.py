"""What a rule reads is what a player sees."""

from __future__ import annotations

import dataclasses
import math

import pytest

from scalegame.model.orders import Set
from scalegame.model.scenario import Fault
from scalegame.model.world import World
from tests.model.plain_worlds import go_on
from tests.model.small_worlds import shop, store


def test_of_a_database_and_its_calls() -> None:
    world = World(store(replicas=1, rate=150.0, faults=False), [1])
    for order in (Set("timeout.database", 20), Set("retries.database", 2), Set("breaker", 1)):
        world.apply(order)
    go_on(world, 10)
    seen = world.snapshot()
    assert seen.calls is not None
    assert world.gauge("replica.lag") == max(one.lag_seconds for one in seen.database.stores)
    shares = [one.connections / one.connections_most for one in seen.database.stores if one.connections_most]
    assert world.gauge("database.connections") == pytest.approx(100 * max(shares))
    assert world.gauge("calls.time-outs") == seen.calls.time_out_rate > 0.0
    assert world.gauge("calls.retries") == pytest.approx(100 * seen.calls.retry_share)
    assert world.gauge("calls.blocked") == (seen.calls.breaker == "open")
    assert world.gauge("retry.share") == pytest.approx(100 * seen.retry_share)


def test_of_copies_and_zones() -> None:
    quiet = shop(copies=True, faults=False)
    world = World(dataclasses.replace(quiet, faults=(Fault("zone-outage", 5.0, "c", lasts=2.0),)), [1])
    go_on(world, 4)
    (cache,) = (kept for kept in world.snapshot().copies if kept.place == "cache")
    assert world.gauge("cache.hits") == pytest.approx(100 * cache.hit_share)
    assert math.isnan(world.gauge("cdn.hits"))
    assert world.gauge("zones.out") == 0
    go_on(world, 2)
    assert world.gauge("zones.out") == 1
