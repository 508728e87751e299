"""Where a user is known, and what is lost with it."""

from __future__ import annotations

import pytest

from scalegame.model.catalogue import (
    CART_SHARE,
    MIGRATION_SECONDS,
    THINK_SECONDS,
    TOKEN_CHECK_CPU_MS,
    TOKEN_RENEW_CPU_MS,
)
from scalegame.model.orders import Cancel, Deploy, MoveSessions, Restart, Set
from scalegame.model.scenario import Fault, SessionHome
from scalegame.model.world import World
from tests.model.oracle import rows
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool

RATE = 300.0
HOMES_ELSEWHERE: tuple[SessionHome, ...] = ("cache", "token")


def shop(machines: int, home: SessionHome, *faults: Fault, cpu_ms: float = 2.0) -> World:
    scenario = pool(
        machines,
        rate=RATE,
        cpu_ms=cpu_ms,
        algorithm="round-robin",
        kind="l7",
        session=True,
        sessions=home,
        cache=True,
        faults=faults,
    )
    return after(scenario, 10)


def logged_out_share(world: World, seconds: float) -> float:
    before = world.snapshot()
    go_on(world, seconds)
    now = world.snapshot()
    return (lost(now, "logged-out") - lost(before, "logged-out")) / (now.offered - before.offered)


@pytest.mark.parametrize("machines", [1, 2, 5])
def test_memory_behind_several_servers_knows_one_in_n(machines: int) -> None:
    assert logged_out_share(shop(machines, "memory"), 20) == pytest.approx(1 - 1 / machines, abs=0.02)


@pytest.mark.parametrize("home", ["sticky", "cache", "token"])
def test_the_other_homes_know_everybody(home: SessionHome) -> None:
    assert logged_out_share(shop(4, home), 10) == 0


def test_a_crash_logs_out_the_dead_servers_own() -> None:
    """Row server-202: of five servers, one fifth."""
    world = shop(5, "sticky", Fault("crash", 10.5, "app-2"))
    before = world.snapshot()
    users = sum(view.users for view in before.machines)
    assert users == pytest.approx(RATE * THINK_SECONDS, rel=0.05)
    assert machine(before, "app-2").users / users == pytest.approx(rows()["server-202"].value, abs=0.02)
    go_on(world, 40)
    assert lost(world.snapshot(), "logged-out") == pytest.approx(users / 5, rel=0.15)


def test_nobody_is_logged_out_by_a_crash_where_sessions_live_elsewhere() -> None:
    for home in HOMES_ELSEWHERE:
        world = shop(5, home, Fault("crash", 10.5, "app-2"))
        go_on(world, 30)
        assert lost(world.snapshot(), "logged-out") == 0


def test_the_death_of_the_cache_logs_everybody_out() -> None:
    world = shop(3, "cache", Fault("crash", 10.5, "cache"))
    go_on(world, 1)
    assert logged_out_share(world, 5) > 0.95


def test_a_token_costs_a_core_its_check() -> None:
    cheap, dear = shop(2, "sticky"), shop(2, "token")
    loads = []
    for world in (cheap, dear):
        go_on(world, 30)
        loads.append(sum(view.utilisation for view in world.snapshot().machines if view.pool == "app"))
    assert loads[1] - loads[0] > 0.8 * RATE * TOKEN_CHECK_CPU_MS / 1000


def test_a_leaked_token_works_longer_than_a_leaked_session() -> None:
    leak = Fault("leak", 11.0, share=0.2)
    stolen = []
    for home in HOMES_ELSEWHERE:
        world = shop(3, home, leak)
        go_on(world, 40)
        stolen.append(lost(world.snapshot(), "leaked"))
    assert 0 < stolen[0] < stolen[1] / 4


def test_moved_sessions_are_where_they_should_be_after_the_migration() -> None:
    world = shop(4, "memory")
    give(world, MoveSessions("token"))
    go_on(world, MIGRATION_SECONDS - 0.2)
    assert world.snapshot().sessions == "memory"
    go_on(world, 0.4)
    assert world.snapshot().sessions == "token"
    assert logged_out_share(world, 10) == 0


def test_a_shorter_token_life_costs_cores_and_ends_a_leak_sooner() -> None:
    leak = Fault("leak", 11.0, share=0.2)
    stolen, busy = [], []
    for life in (4.0, 20.0):
        world = shop(2, "token", leak)
        said = world.quote(Set("token.life", life)).consequence
        give(world, Set("token.life", life))
        go_on(world, 30)
        stolen.append(lost(world.snapshot(), "leaked"))
        busy.append(sum(view.utilisation for view in world.snapshot().machines if view.pool == "app"))
        assert f"a stolen token works for {life:g} s" in said
    assert stolen[0] == pytest.approx(stolen[1] / 5, rel=0.1)
    renewals = RATE * TOKEN_RENEW_CPU_MS / 1000 * (1 - THINK_SECONDS / 20)
    assert busy[0] - busy[1] == pytest.approx(renewals, rel=0.4)


def test_a_token_that_was_stolen_keeps_the_life_it_was_signed_with() -> None:
    """It cannot be called back: a shorter life is for those that are signed from now on."""
    world = shop(2, "token", Fault("leak", 11.0, share=0.2))
    go_on(world, 2)
    give(world, Set("token.life", 1.0))
    before = lost(world.snapshot(), "leaked")
    go_on(world, 10)
    assert lost(world.snapshot(), "leaked") - before > 0.15 * RATE * 10


def test_sticky_users_of_a_dead_server_log_in_once_and_live_elsewhere() -> None:
    world = shop(4, "sticky", Fault("crash", 10.5, "app-2"))
    go_on(world, 25)
    seen = world.snapshot()
    assert machine(seen, "app-2").users == 0
    living = [view.users for view in seen.machines if view.pool == "app" and view.name != "app-2"]
    assert sum(living) == pytest.approx(RATE * THINK_SECONDS, rel=0.05)
    assert logged_out_share(world, 4) < 0.01


def test_carts_go_with_the_logins() -> None:
    world = shop(4, "sticky")
    held = machine(world.snapshot(), "app-2")
    assert held.carts == pytest.approx(CART_SHARE * held.users)
    assert "empties" in held.lost_with_it
    give(world, Restart("app-2"))
    go_on(world, 0.1)
    (said,) = [told.text for told in world.happenings() if told.kind == "stop"]
    assert "users are logged out" in said
    assert "carts are lost" in said


@pytest.mark.parametrize(
    ("home", "disposable"), [("memory", False), ("sticky", False), ("cache", True), ("token", True)]
)
def test_a_rolling_deploy_shows_who_is_disposable(home: SessionHome, disposable: bool) -> None:
    world = shop(3, home)
    give(world, Deploy("app"))
    go_on(world, 30)
    said = [told.text for told in world.happenings() if told.kind == "replaced"]
    assert len(said) == 3
    assert all(("users are logged out" in text) is not disposable for text in said)
    assert all(("nobody misses the old one" in text) is disposable for text in said)
    assert (lost(world.snapshot(), "logged-out") == 0) is disposable


def test_a_stateless_server_takes_nothing_along() -> None:
    for home in HOMES_ELSEWHERE:
        assert all(not view.lost_with_it for view in shop(3, home).snapshot().machines if view.pool == "app")


def test_a_cancelled_move_leaves_the_sessions_where_they_were() -> None:
    world = shop(2, "sticky")
    give(world, MoveSessions("token"))
    go_on(world, 2)
    give(world, Cancel(world.snapshot().orders[0].number))
    go_on(world, MIGRATION_SECONDS)
    assert world.snapshot().sessions == "sticky"


def test_a_flushed_cache_logs_everybody_out_and_works_on() -> None:
    world = shop(3, "cache", Fault("cache-flush", 10.5, "cache"))
    users = world.site.sessions.users[0]
    go_on(world, 30)
    assert machine(world.snapshot(), "cache-1").state == "up"
    assert lost(world.snapshot(), "logged-out") == pytest.approx(users, rel=0.1)
    assert any("users are logged out" in told.text for told in world.happenings() if told.kind == "flush")
    assert logged_out_share(world, 4) < 0.01
