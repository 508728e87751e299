"""Machines that die, checks that notice, and what the two cost."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import REPAIR_SECONDS, RESTART_SECONDS, SETTINGS
from scalegame.model.orders import Restart, Set
from scalegame.model.scenario import Fault, Retries
from scalegame.model.state import Tier
from tests.model.lab_runs import estimate
from tests.model.oracle import rows
from tests.model.plain_worlds import LAB, after, give, go_on, lost, machine, pool, seconds_until


def crash(second: float, target: str = "app-1") -> tuple[Fault, ...]:
    return (Fault("crash", second, target),)


@pytest.mark.parametrize(
    ("interval", "threshold"),
    [
        (SETTINGS["health.interval"].start, int(SETTINGS["health.threshold"].start)),
        (2.0, int(SETTINGS["health.threshold"].start)),
        (1.0, 1),
    ],
)
def test_a_crash_costs_errors_until_the_check_notices(interval: float, threshold: int) -> None:
    """Row healthcheck-191: lambda/N (k - 1/2) interval, over seeds, since the check comes at any moment."""
    assert rows()["healthcheck-191"].value == 1000 / 4 * (3 - 0.5) * 5
    scenario = pool(4, rate=1000, cpu_ms=1, algorithm="round-robin", faults=crash(10.0))
    world = after(scenario, 1, seeds=64)
    for run in range(64):
        world.apply(Set("health.interval", interval), run)
        world.apply(Set("health.threshold", float(threshold)), run)
    go_on(world, 9 + (threshold + 1) * interval)
    errors = estimate([float(lost(world.snapshot(run), "down")) for run in range(64)])
    exact = 1000 / 4 * (threshold - 0.5) * interval
    assert abs(errors.value - exact) <= 0.05 * exact + 1000 / 4 * 0.1 + 2 * errors.error  # a tick more or less


def test_after_the_check_nobody_is_sent_to_the_dead() -> None:
    world = after(pool(4, rate=400, cpu_ms=1, algorithm="round-robin", faults=crash(5.0)), 8)
    before = lost(world.snapshot(), "down")
    assert before > 0
    go_on(world, 10)
    seen = world.snapshot()
    assert lost(seen, "down") == before
    assert not machine(seen, "app-1").in_rotation


def test_a_crash_loses_what_the_machine_held() -> None:
    world = after(pool(rate=150, faults=crash(10.0)), 10)
    held = world.in_flight()
    go_on(world, 0.1)
    assert lost(world.snapshot(), "crash") == pytest.approx(held, rel=0.1)


def test_a_dead_machine_is_repaired_or_restarted_sooner() -> None:
    left = after(pool(faults=crash(5.0)), 5.1)
    assert seconds_until(left, "app-1", "up") == pytest.approx(REPAIR_SECONDS, abs=0.2)
    helped = after(pool(faults=crash(5.0)), 5.1)
    give(helped, Restart("app-1"))
    assert seconds_until(helped, "app-1", "up") == pytest.approx(RESTART_SECONDS, abs=0.2)


def test_a_repaired_machine_is_sent_traffic_again() -> None:
    world = after(pool(2, rate=100, algorithm="round-robin", faults=crash(5.0)), 5 + REPAIR_SECONDS + 10)
    assert machine(world.snapshot(), "app-1").arrival_rate == pytest.approx(50, rel=0.25)


@pytest.mark.slow
def test_machines_are_up_for_their_share_of_time() -> None:
    """Row availability-190, MTBF / (MTBF + MTTR), with the catalogue's repair and a short life."""
    mtbf = 90.0
    assert rows()["availability-190"].value == pytest.approx(720 / (720 + 1))
    mortal = dataclasses.replace(LAB, mtbf_seconds=mtbf)
    world = after(pool(8, rate=1, algorithm="random", size=mortal, random_faults=True), 0, seeds=8)
    up = []
    for _ in range(16):
        go_on(world, 25)
        table = world.site.table
        span = world.site.columns.tiers[Tier.SERVERS]
        up.append(float((table.condition[:, span] == 1).sum()) / (8 * 8))
    after_a_while = estimate(up[4:])
    assert after_a_while.value == pytest.approx(mtbf / (mtbf + REPAIR_SECONDS), abs=0.06)


def test_least_connections_sends_everything_to_a_dead_server() -> None:
    """It has no connections: a black hole, until the check notices."""
    herd = after(pool(4, rate=400, cpu_ms=1, algorithm="least-connections", faults=crash(5.0)), 10)
    turn = after(pool(4, rate=400, cpu_ms=1, algorithm="round-robin", faults=crash(5.0)), 10)
    assert lost(herd.snapshot(), "down") == pytest.approx(4 * lost(turn.snapshot(), "down"), rel=0.1)


def test_two_choices_sends_half_to_one_dead_of_four() -> None:
    """1 - (3/4)² of all pairs hold the dead one."""
    two = after(pool(4, rate=400, cpu_ms=1, algorithm="two-choices", faults=crash(5.0)), 10)
    turn = after(pool(4, rate=400, cpu_ms=1, algorithm="round-robin", faults=crash(5.0)), 10)
    share = 1 - 0.75**2
    assert lost(two.snapshot(), "down") == pytest.approx(share * 4 * lost(turn.snapshot(), "down"), rel=0.1)


def test_a_slow_machine_takes_longer_and_recovers() -> None:
    world = after(pool(rate=20, faults=(Fault("slow", 10.0, "app-1", factor=3.0, lasts=20.0),)), 28)
    slow = machine(world.snapshot(), "app-1")
    assert (slow.state, slow.slow_factor) == ("slow", 3.0)
    assert slow.utilisation == pytest.approx(0.6, abs=0.2)
    go_on(world, 15)
    well = machine(world.snapshot(), "app-1")
    assert (well.state, well.slow_factor) == ("up", 1.0)


def test_retries_carry_requests_over_an_outage() -> None:
    patient = pool(rate=20, cpu_ms=5, retries=Retries(5, 3000.0), faults=crash(10.0))
    hasty = dataclasses.replace(patient, classes=(dataclasses.replace(patient.classes[0], retries=None),))
    worlds = [after(scenario, 10.2) for scenario in (patient, hasty)]
    for world in worlds:
        give(world, Restart("app-1"))
        go_on(world, 60)
    carried, dropped = (world.snapshot() for world in worlds)
    assert dropped.lost > 100
    assert carried.lost < dropped.lost / 4


def test_retries_double_the_load_of_a_service_that_fails() -> None:
    """All fail, one retry each: two attempts a request."""
    world = after(pool(rate=100, cpu_ms=1, retries=Retries(1, 200.0), faults=crash(5.0)), 15)
    signals = world.snapshot().signals
    assert signals.attempt_rate == pytest.approx(2 * signals.offered_rate, rel=0.1)
    assert world.snapshot().retry_share == pytest.approx(0.5, abs=0.05)
