"""A storm of retries keeps a service down when its cause is long gone, until load is shed: metastable failure.

Bronson, Aghayev, Charapko and Zhu 2021, "Metastable failures in distributed systems"; the fixed points of the plain
cases are rows of the oracle, in test_oracle.
"""

from __future__ import annotations

import pytest

from scalegame.model.catalogue import Size
from scalegame.model.orders import Restart, Set
from scalegame.model.scenario import Fault, Retries, Scenario
from scalegame.model.world import World
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool

CAUSE_ENDS = 15.0
SPELL = Fault("slow", 5.0, "app-1", factor=4.0, lasts=CAUSE_ENDS - 5.0)


def good_rate(world: World, seconds: float = 10.0) -> float:
    before = world.score().good
    go_on(world, seconds)
    return (world.score().good - before) / seconds


def users_who_retry(retries: int = 3, rate: float = 60.0) -> Scenario:
    """One server for 100 a second, a spell in which it is slow; users give up after half a second and come again."""
    again = Retries(retries, 1000.0) if retries else None
    return pool(rate=rate, cpu_ms=10, timeout_ms=500, retries=again, faults=(SPELL,))


def test_users_who_come_again_keep_a_server_down_when_its_cause_is_gone() -> None:
    world = after(users_who_retry(), CAUSE_ENDS + 15)
    assert machine(world.snapshot(), "app-1").slow_factor == 1.0
    assert good_rate(world) == 0
    signals = world.snapshot().signals
    assert signals.attempt_rate == pytest.approx(4 * signals.offered_rate, rel=0.1)
    assert machine(world.snapshot(), "app-1").utilisation > 0.8


def test_users_who_go_away_let_it_recover() -> None:
    world = after(users_who_retry(retries=0), CAUSE_ENDS + 25)
    assert good_rate(world) == pytest.approx(60, rel=0.1)


def test_below_a_quarter_of_its_capacity_no_storm_lasts() -> None:
    """All attempts of all users fit then: 24 x 4 < 100."""
    world = after(users_who_retry(rate=20.0), CAUSE_ENDS + 40)
    assert good_rate(world) == pytest.approx(20, rel=0.15)


@pytest.mark.slow
def test_it_stays_down_for_minutes() -> None:
    world = after(users_who_retry(), CAUSE_ENDS + 240)
    assert good_rate(world) == 0


def test_a_restart_alone_falls_into_the_same_storm() -> None:
    """The queue is gone, those who will come again are not."""
    world = after(users_who_retry(rate=75.0), CAUSE_ENDS + 15)
    give(world, Restart("app-1"))
    go_on(world, 30)
    assert good_rate(world) < 10


def test_shedding_brings_it_back() -> None:
    """What is let in is answered in time, so that fewer come again, so that more are let in."""
    world = after(users_who_retry(), CAUSE_ENDS + 10)
    give(world, Set("shed", 200))
    go_on(world, 40)
    assert good_rate(world) == pytest.approx(60, rel=0.1)
    assert lost(world.snapshot(), "shed") > 100
    give(world, Set("shed", 0))
    assert good_rate(world, 20) == pytest.approx(60, rel=0.1)


# Between the tiers ---------------------------------------------------------------------------------------------------


def servers_that_retry(**knobs: float) -> World:
    """A database for 100 a second that is slow for a while, behind a server that gives a call 200 ms."""
    world = World(
        pool(
            rate=60,
            cpu_ms=2,
            db_ms=10,
            database=Size("db", cores=1, slots=10**6, backlog=0, price=1.0),
            size=Size("lab", cores=1, slots=200, backlog=50, price=1.0),
            faults=(Fault("slow", 5.0, "database", factor=4.0, lasts=CAUSE_ENDS - 5.0),),
        ),
        [1],
    )
    for key, value in {"timeout.database": 200, **{k.replace("_", "."): v for k, v in knobs.items()}}.items():
        give(world, Set(key, value))
    return go_on(world, CAUSE_ENDS + 20)


def test_servers_that_try_again_keep_the_database_busy_for_nobody() -> None:
    world = servers_that_retry(retries_database=3)
    seen = world.snapshot()
    assert seen.calls is not None
    assert good_rate(world) == 0
    assert seen.calls.rate == pytest.approx(240, rel=0.1)
    assert seen.calls.retry_share == pytest.approx(0.75, abs=0.03)
    assert machine(seen, "db-1").utilisation > 0.9
    assert seen.calls.wasted > 1000


def test_without_retries_it_recovers_by_itself() -> None:
    assert good_rate(servers_that_retry()) == pytest.approx(60, rel=0.1)


def test_a_budget_keeps_the_storm_from_growing() -> None:
    """66 calls a second at most for a database of 100."""
    world = servers_that_retry(retries_database=3, retries_budget=10)
    assert good_rate(world) == pytest.approx(60, rel=0.1)


def test_a_breaker_lets_the_database_work_off_what_nobody_waits_for() -> None:
    world = servers_that_retry(retries_database=3, breaker=1)
    assert good_rate(world) == pytest.approx(60, rel=0.1)


def test_a_breaker_ends_a_storm_that_rages_already() -> None:
    world = servers_that_retry(retries_database=3)
    give(world, Set("breaker", 1))
    give(world, Set("breaker.open", 30))
    go_on(world, 75)
    assert good_rate(world) == pytest.approx(60, rel=0.1)
