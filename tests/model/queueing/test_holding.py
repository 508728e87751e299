"""A slow database holds its callers' slots, until the callers refuse."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import SIZES, Size
from scalegame.model.scenario import Fault, Retries
from tests.model.plain_worlds import LAB, after, go_on, lost, machine, pool

APP = dataclasses.replace(LAB, cores=2, slots=40, backlog=20)
DATABASE = Size("lab-db", cores=2, slots=10**6, backlog=0, price=1.0)
SLOWED = Fault("slow", 20.0, "db-1", factor=6.0, lasts=30.0)


def test_little_is_held_while_the_database_is_quick() -> None:
    world = after(pool(rate=80, cpu_ms=5, db_ms=10, size=APP, database=DATABASE), 20)
    seen = world.snapshot()
    assert seen.lost == 0
    assert machine(seen, "app-1").held < 10


def test_a_slow_database_fills_the_app_whose_cores_are_idle() -> None:
    world = after(pool(rate=80, cpu_ms=5, db_ms=10, size=APP, database=DATABASE, faults=(SLOWED,)), 40)
    seen = world.snapshot()
    app = machine(seen, "app-1")
    assert app.held == pytest.approx(APP.slots, rel=0.15)
    assert app.utilisation < 0.4
    assert {loss.place for loss in seen.losses if loss.cause == "refused"} == {"app"}


def test_what_passes_is_what_the_slow_database_does() -> None:
    """Two cores at 60 ms: a third of 100 a second."""
    world = after(pool(rate=80, cpu_ms=5, db_ms=10, size=APP, database=DATABASE, faults=(SLOWED,)), 30)
    before = world.snapshot()
    go_on(world, 18)
    now = world.snapshot()
    assert (now.good - before.good) / 18 == pytest.approx(2 / 0.060, rel=0.1)
    assert now.in_flight <= APP.slots + APP.backlog + 10


def test_it_ends_with_its_cause() -> None:
    world = after(pool(rate=80, cpu_ms=5, db_ms=10, size=APP, database=DATABASE, faults=(SLOWED,)), 60)
    before = world.snapshot().lost
    go_on(world, 20)
    assert world.snapshot().lost == before
    assert machine(world.snapshot(), "app-1").held < 10


def test_retries_of_the_refused_add_to_the_load() -> None:
    scenario = pool(
        rate=80, cpu_ms=5, db_ms=10, size=APP, database=DATABASE, faults=(SLOWED,), retries=Retries(3, 500.0)
    )
    world = after(scenario, 45)
    signals = world.snapshot().signals
    assert signals.attempt_rate > 1.7 * signals.offered_rate
    assert lost(world.snapshot(), "refused") > 0


def test_a_dead_database_fails_whoever_calls_it() -> None:
    world = after(
        pool(rate=80, cpu_ms=5, db_ms=10, database=DATABASE, faults=(Fault("crash", 10.0, "database"),)), 10.5
    )
    before = world.snapshot()
    go_on(world, 5)
    now = world.snapshot()
    assert now.good == before.good
    assert {loss.place for loss in now.losses} == {"database"}


@pytest.mark.parametrize("size", ["small", "medium", "large", "xlarge", "huge", "metal"])
def test_a_bigger_machine_does_a_little_less_than_its_cores_say(size: str) -> None:
    """Contention: cores / (1 + sigma (cores - 1)) times one core's work."""
    kind = SIZES[size]
    speedup = kind.cores / (1 + kind.contention * (kind.cores - 1))
    flooded = dataclasses.replace(kind, slots=10**6)
    world = after(pool(rate=200 * kind.cores, cpu_ms=10, size=flooded), 5, seeds=8)
    before = [world.snapshot(run).good for run in range(8)]
    go_on(world, 10)
    served = sum(world.snapshot(run).good for run in range(8)) - sum(before)
    assert served / 8 / 10 / 100 == pytest.approx(speedup, rel=0.02)
