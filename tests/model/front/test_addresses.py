"""Users who are known by their address: what a list of servers that grows, shrinks or loses one does to them."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import BOOT_SECONDS, OFFICE_SHARE, SETTINGS, THINK_SECONDS, VISIT_SECONDS
from scalegame.model.front.addresses import stays
from scalegame.model.orders import Add, MoveSessions, PlaceBalancer, PlacePool, Remove, Route, Set
from scalegame.model.scenario import Algorithm, Fault, Protocol, RequestClass, Scenario, SessionHome, Traffic
from scalegame.model.world import World
from tests.model.oracle import rows
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool

RATE = 400.0
USERS = RATE * THINK_SECONDS
MODULO, CONSISTENT = 0.0, 1.0


def shop(
    machines: int,
    *,
    kind: str = "l4",
    sessions: SessionHome = "sticky",
    algorithm: Algorithm = "round-robin",
    hashing: float = MODULO,
    protocol: Protocol = "http",
    faults: tuple[Fault, ...] = (),
) -> World:
    plain = pool(
        machines, rate=RATE, cpu_ms=1.0, algorithm=algorithm, kind=kind, session=True, sessions=sessions, faults=faults
    )
    classes = (dataclasses.replace(plain.classes[0], protocol=protocol),)
    world = after(dataclasses.replace(plain, classes=classes), 5)
    give(world, Set("balancer.hash", hashing))
    return go_on(world, 1)


def logged_out(world: World, seconds: float = 20.0) -> float:
    """The share of the users that lose their session in the next seconds."""
    before = lost(world.snapshot(), "logged-out")
    go_on(world, seconds)
    return (lost(world.snapshot(), "logged-out") - before) / USERS


def grown(world: World, machines: int = 1) -> World:
    give(world, Add("app", machines))
    return go_on(world, BOOT_SECONDS)


class TestAPoolThatGrows:
    @pytest.mark.parametrize("row", ["modulo-196", "modulo-200"])
    def test_moves_n_of_n_plus_1_users_by_modulo(self, row: str) -> None:
        machines = 2 if row == "modulo-196" else 9
        assert logged_out(grown(shop(machines))) == pytest.approx(rows()[row].value, abs=0.03)

    @pytest.mark.parametrize("row", ["consistent-197", "consistent-201"])
    def test_moves_only_those_whom_the_new_server_takes_by_a_consistent_hash(self, row: str) -> None:
        machines = 2 if row == "consistent-197" else 9
        world = grown(shop(machines, hashing=CONSISTENT))
        assert logged_out(world) == pytest.approx(rows()[row].value, abs=0.03)

    def test_moves_nobody_who_carries_a_cookie(self) -> None:
        assert logged_out(grown(shop(2, kind="l7"))) == 0

    def test_moves_nobody_whose_session_is_elsewhere(self) -> None:
        assert logged_out(grown(shop(2, sessions="token"))) == 0

    def test_moves_those_of_plain_tcp_even_behind_l7(self) -> None:
        assert logged_out(grown(shop(2, kind="l7", protocol="tcp"))) == pytest.approx(2 / 3, abs=0.03)

    def test_moves_those_of_ip_hash_though_nobody_called_them_sticky(self) -> None:
        world = shop(2, sessions="memory", algorithm="ip-hash")
        assert logged_out(world, 10) == 0
        assert logged_out(grown(world)) == pytest.approx(2 / 3, abs=0.03)

    def test_says_so_before_and_when_it_happens(self) -> None:
        world = shop(2)
        assert "sends 67 % of the users to another server by their address" in world.quote(Add("app")).consequence
        assert world.quote(Set("balancer.hash", CONSISTENT)).consequence == "the next server moves 33 % of the users"
        world.happenings()
        grown(world)
        go_on(world, 1)
        said = [one.text for one in world.happenings() if one.kind == "rehash"]
        assert said == ["addresses are hashed over 3 of app now: 67 % of their users are logged out"]

    def test_has_its_users_evenly_afterwards(self) -> None:
        world = grown(shop(3))
        go_on(world, 30)
        users = [view.users for view in world.snapshot().machines if view.pool == "app"]
        assert users == pytest.approx([USERS / 4] * 4, rel=0.05)


class TestAPoolThatShrinks:
    @pytest.mark.parametrize(("hashing", "moved"), [(MODULO, 4 / 5), (CONSISTENT, 1 / 5)])
    def test_moves_as_many_as_it_would_growing_back(self, hashing: float, moved: float) -> None:
        world = shop(5, hashing=hashing)
        told = world.quote(Remove("app")).consequence
        assert f"sends {moved:.0%} of".replace("%", " %") in told
        give(world, Remove("app"))
        assert logged_out(world, 25) == pytest.approx(moved, abs=0.03)

    @pytest.mark.parametrize(("hashing", "moved"), [(MODULO, 1 / 5 + 4 / 5 * 3 / 4), (CONSISTENT, 1 / 5)])
    def test_so_does_a_server_that_dies(self, hashing: float, moved: float) -> None:
        """Its own users anyway (row server-202); by modulo most of the others too, when the check takes it out. It was
        the last in the list: one in four of the others stays where it was."""
        world = shop(5, hashing=hashing, faults=(Fault("crash", 10.0, "app-5"),))
        go_on(world, 4)
        assert logged_out(world, 20) == pytest.approx(moved, abs=0.07)


@pytest.mark.parametrize("kind", ["l4", "l7"])
def test_users_of_a_dead_server_are_sent_there_until_the_check_notices(kind: str) -> None:
    """As without stickiness, it costs their requests of (threshold - 1/2) intervals (row healthcheck-191's law). Only
    then do they come to another server, and are logged out."""
    interval, threshold = SETTINGS["health.interval"].start, SETTINGS["health.threshold"].start
    seconds = []
    for seed in range(12):
        plain = pool(4, rate=RATE, cpu_ms=1.0, algorithm="round-robin", kind=kind, session=True, sessions="sticky",
                     faults=(Fault("crash", 10.0, "app-2"),))  # fmt: skip
        world = go_on(World(plain, [seed]), 20)
        seconds.append(lost(world.snapshot(), "down") / (RATE / 4))
    assert sum(seconds) / len(seconds) == pytest.approx((threshold - 0.5) * interval, rel=0.3)


class TestTheShareThatStays:
    @pytest.mark.parametrize(("before", "after_"), [(2, 3), (9, 10), (4, 6), (3, 9), (10, 5), (6, 4)])
    def test_by_modulo_is_what_counting_addresses_says(self, before: int, after_: int) -> None:
        addresses = range(before * after_ * 5)
        for server in range(min(before, after_)):
            mine = [address for address in addresses if address % before == server]
            kept = sum(address % after_ == server for address in mine) / len(mine)
            assert stays(server + 1, before, server + 1, after_, 0, consistent=False) == pytest.approx(kept)

    def test_by_modulo_of_a_list_that_lost_its_first_is_next_to_nothing(self) -> None:
        """Numbers shift: address 7 was server 2 of 5, and is server 4 of 4, the old 5."""
        addresses = range(5 * 4 * 5)
        for old in range(1, 5):
            mine = [address for address in addresses if address % 5 == old]
            kept = sum(address % 4 == old - 1 for address in mine) / len(mine)
            assert stays(old + 1, 5, old, 4, 0, consistent=False) == pytest.approx(kept)


def test_one_office_is_one_hot_server_however_even_the_list() -> None:
    world = shop(4)
    go_on(world, 20)
    rates = sorted(view.arrival_rate for view in world.snapshot().machines if view.pool == "app")
    assert rates[-1] == pytest.approx(RATE * (OFFICE_SHARE + (1 - OFFICE_SHARE) / 4), rel=0.15)
    assert rates[0] == pytest.approx(RATE * (1 - OFFICE_SHARE) / 4, rel=0.2)
    even = shop(4, kind="l7")
    go_on(even, 20)
    rates = [view.arrival_rate for view in even.snapshot().machines if view.pool == "app"]
    assert rates == pytest.approx([RATE / 4] * 4, rel=0.2)


def test_a_balancer_that_stops_reading_cookies_sends_users_by_their_address() -> None:
    """One in three is where the hash wants them by chance."""
    world = shop(3, kind="l7")
    give(world, PlaceBalancer("l4"))
    assert logged_out(world) == pytest.approx(2 / 3, abs=0.04)


def test_sessions_that_were_moved_to_sticky_lose_nobody() -> None:
    world = shop(3, sessions="token")
    give(world, MoveSessions("sticky"))
    assert logged_out(world, 20) == 0


class TestSeveralPools:
    """Users stay with a server of one pool, whose memory the other pool does not see."""

    @staticmethod
    def two(session: bool, sessions: SessionHome = "sticky") -> World:
        plain: Scenario = pool(2, rate=RATE, cpu_ms=1.0, algorithm="round-robin", kind="l7", session=True,
                               sessions=sessions)  # fmt: skip
        scenario = dataclasses.replace(
            plain,
            classes=(*plain.classes, RequestClass("picture", "/img", cpu_ms=1.0, session=session)),
            traffic=(*plain.traffic, Traffic("picture", ((0.0, RATE), (1000.0, RATE)))),
        )
        world = after(scenario, 2)
        give(world, PlacePool("images", "lab", 2))
        go_on(world, BOOT_SECONDS + 1)
        give(world, Route("/img", "images"))
        return go_on(world, 10)

    def test_that_both_need_the_session_log_each_others_users_out(self) -> None:
        world = self.two(session=True)
        before = world.snapshot()
        go_on(world, 20)
        now = world.snapshot()
        share = (lost(now, "logged-out") - lost(before, "logged-out")) / (now.offered - before.offered)
        assert share == pytest.approx(1 / 2, abs=0.04)

    def test_only_one_of_which_needs_it_do_not(self) -> None:
        world = self.two(session=False)
        assert logged_out(world) == 0
        assert machine(world.snapshot(), "images-1").users == pytest.approx(0, abs=1)

    def test_are_no_matter_where_the_session_is_elsewhere(self) -> None:
        assert logged_out(self.two(session=True, sessions="token")) == 0

    def test_a_path_that_is_routed_away_logs_its_users_out_once(self) -> None:
        world = self.two(session=False)
        assert "nobody knows their users yet" in world.quote(Route("/", "images")).consequence
        give(world, Route("/", "images"))
        # Some leave before they notice.
        assert logged_out(world, 40) == pytest.approx(VISIT_SECONDS / (VISIT_SECONDS + THINK_SECONDS), abs=0.05)
        assert logged_out(world, 20) < 0.02
