"""Where a user is known, and what is lost with it."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import (
    CACHE_MEMORY_SHARE,
    CART_SHARE,
    MIGRATION_SECONDS,
    SESSION_KB,
    SETTINGS,
    THINK_SECONDS,
    TOKEN_CHECK_CPU_MS,
    TOKEN_RENEW_CPU_MS,
    Size,
)
from scalegame.model.orders import Add, Cancel, Deploy, MoveSessions, Remove, Restart, Set
from scalegame.model.scenario import Fault, PoolPlan, SessionHome
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


def caches(machines: int, *faults: Fault, memory_gb: float = 4.0, seconds: float = 10) -> World:
    """Sessions in so many machines of a cache."""
    scenario = pool(3, rate=RATE, cpu_ms=2.0, algorithm="round-robin", session=True, sessions="cache", faults=faults)
    size = Size("keeper", cores=2, slots=100, backlog=100, price=0.3, memory_gb=memory_gb)
    start = dataclasses.replace(scenario.start, cache=PoolPlan("keeper", machines))
    return after(dataclasses.replace(scenario, start=start, sizes={**scenario.sizes, "keeper": size}), seconds)


class TestSeveralCaches:
    """Each session is on one of them, by the hash of its key."""

    def logged_out(self, world: World, users: float) -> float:
        """Share of the users whom the next half a minute finds logged out."""
        before = lost(world.snapshot(), "logged-out")
        go_on(world, 30)
        return (lost(world.snapshot(), "logged-out") - before) / users

    def test_one_of_them_takes_its_share_along_and_says_so(self) -> None:
        world = caches(4)
        users = float(world.site.sessions.users[0])
        assert world.quote(Restart("cache-2")).consequence.startswith("logs out 25 % of the users")
        give(world, Restart("cache-2"))
        said = next(told.text for told in world.happenings() if told.kind == "stop")
        assert f"{users / 4:,.0f} users are logged out" in said
        go_on(world, 3)
        assert lost(world.snapshot(), "logged-out") > 0

    def test_a_flush_is_one_of_all_of_them(self) -> None:
        world = caches(4, Fault("cache-flush", 10.0, "cache"))
        users = float(world.site.sessions.users[0])
        assert self.logged_out(world, users) == pytest.approx(1, abs=0.05)
        said = [told.text for told in world.happenings() if told.kind == "flush"]
        assert said == [
            f"all of the cache was flushed: {users:,.0f} users are logged out, {users * CART_SHARE:,.0f} carts are lost"
        ]

    def test_users_whose_key_moves_are_logged_out(self) -> None:
        """From three to four machines, modulo moves three keys of four, consistent hashing one."""
        for how, share in (("consistent", 0.25), ("modulo", 0.75)):
            world = caches(3)
            users = float(world.site.sessions.users[0])
            world.site.knob("cache.hash")[0] = float(how == "modulo")
            world.site.keys.modulo[0] = how == "modulo"
            assert f"logs out {100 * share:.0f} % of the users" in world.quote(Add("cache")).consequence
            give(world, Add("cache"))
            assert self.logged_out(world, users) == pytest.approx(share, abs=0.03)
            assert any(told.kind == "moved" for told in world.happenings())

    def test_another_hash_finds_nearly_nobody_where_they_were(self) -> None:
        world = caches(4)
        users = float(world.site.sessions.users[0])
        assert "logs out 75 % of the users" in world.quote(Set("cache.hash", 1.0)).consequence
        give(world, Set("cache.hash", 1.0))
        assert self.logged_out(world, users) == pytest.approx(0.75, abs=0.03)
        give(world, Set("cache.hash", 1.0))
        assert self.logged_out(world, users) < 0.01

    def test_one_that_held_nothing_yet_takes_nobody_along(self) -> None:
        world = caches(2)
        give(world, Add("cache"))
        go_on(world, 1)
        give(world, Remove("cache-3"))
        go_on(world, 20)
        assert lost(world.snapshot(), "logged-out") == 0


def test_sessions_that_do_not_fit_are_evicted() -> None:
    """Redis with allkeys-lru and too little memory: who comes back finds their session with the share that fits."""
    wanted = RATE * THINK_SECONDS * SESSION_KB
    world = caches(1, memory_gb=0.4 * wanted / 1e6 / CACHE_MEMORY_SHARE)
    assert world.snapshot().sessions_evicted == pytest.approx(0.6, abs=0.01)
    assert logged_out_share(world, 20) == pytest.approx(0.6, abs=0.03)
    assert any(told.kind == "evicted" and "no room for 60 %" in told.text for told in world.happenings())
    enough = caches(1, memory_gb=1.1 * wanted / 1e6 / CACHE_MEMORY_SHARE)
    assert enough.snapshot().sessions_evicted == 0
    assert logged_out_share(enough, 10) == 0


def test_moving_to_a_cache_that_is_too_small_is_said_before() -> None:
    world = caches(1, memory_gb=0.5 * RATE * THINK_SECONDS * SESSION_KB / 1e6 / CACHE_MEMORY_SHARE)
    give(world, MoveSessions("memory"))
    go_on(world, MIGRATION_SECONDS + 1)
    assert "room for 50 % of the users" in world.quote(MoveSessions("cache")).consequence


def test_leaks_do_not_end_each_other() -> None:
    """Two tokens, stolen six seconds apart: each works for its own life."""
    life = SETTINGS["token.life"].start
    small, big = Fault("leak", 11.0, share=0.1), Fault("leak", 17.0, share=0.3)

    def stolen(*leaks: Fault) -> int:
        world = shop(3, "token", *leaks)
        go_on(world, 17 + life)
        return lost(world.snapshot(), "leaked")

    assert stolen(small, big) == pytest.approx(stolen(small) + stolen(big), rel=0.03)


def test_a_leak_is_said_while_it_lasts_and_when_it_is_over() -> None:
    world = shop(3, "token", Fault("leak", 10.5, share=0.1))
    go_on(world, 1)
    seen = world.snapshot()
    assert seen.leak_share == pytest.approx(0.1)
    assert seen.leak_seconds == pytest.approx(SETTINGS["token.life"].start - 0.5)
    go_on(world, SETTINGS["token.life"].start)
    assert world.snapshot().leak_share == 0
    first, last = (told for told in world.happenings() if told.kind == "leak")
    assert first.weight == 1
    assert "10 % of the requests that need a session are a thief's until it expires in 20 s" in first.text
    assert (last.weight, last.text) == (0, "the stolen login does not work any more")


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
