"""The front door stands while a balancer does: placing, placing again, and taking away in any order."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import DRAIN_SECONDS, PLACE_SECONDS, RESIZE_SECONDS, SIZES
from scalegame.model.orders import Add, Cancel, MoveSessions, Order, PlaceBalancer, Remove, Resize
from scalegame.model.scenario import BalancerPlan, Fault, Scenario, SessionHome
from scalegame.model.snapshot import Snapshot
from scalegame.model.world import World
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool


def bare(**parts: object) -> World:
    """Two servers and no balancer."""
    return after(pool(2, rate=100, cpu_ms=2, **parts), 1)  # type: ignore[arg-type]  # as pool has them


def behind(
    kind: str = "l4",
    machines: int = 1,
    *,
    servers: int = 2,
    sessions: SessionHome | None = None,
    faults: tuple[Fault, ...] = (),
) -> Scenario:
    """Servers behind small balancers."""
    plain = pool(
        servers, rate=100, cpu_ms=2, session=sessions is not None, sessions=sessions or "memory", faults=faults
    )
    door = BalancerPlan(kind, "round-robin", machines, "small")  # type: ignore[arg-type]  # l4 or l7
    return dataclasses.replace(plain, start=dataclasses.replace(plain.start, balancer=door))


def balancers(seen: Snapshot) -> list[tuple[str, str]]:
    return [(view.name, view.state) for view in seen.machines if view.pool == "balancer"]


def number_of(world: World, text: str) -> int:
    return next(order.number for order in world.snapshot().orders if order.text == text)


class TestADoorThatIsNotOpenYet:
    @pytest.mark.parametrize("back", ["remove balancer", "remove balancer-1", "cancel its boot", "cancel the order"])
    def test_never_opens_without_its_balancer(self, back: str) -> None:
        world = bare()
        give(world, PlaceBalancer("l4"))
        go_on(world, 1)
        orders: dict[str, Order] = {
            "remove balancer": Remove("balancer"),
            "remove balancer-1": Remove("balancer-1"),
            "cancel its boot": Cancel(number_of(world, "boot balancer-1")),
            "cancel the order": Cancel(number_of(world, "place balancer l4")),
        }
        give(world, orders[back])
        go_on(world, PLACE_SECONDS + 2)
        seen = world.snapshot()
        assert (seen.balancer_kind, balancers(seen), seen.orders) == (None, [], ())

    def test_is_still_to_be_opened_by_the_other_one_of_a_pair(self) -> None:
        world = bare()
        give(world, PlaceBalancer("l4", machines=2))
        go_on(world, 1)
        give(world, Cancel(number_of(world, "boot balancer-1")))
        go_on(world, PLACE_SECONDS)
        assert world.snapshot().balancer_kind == "l4"

    def test_becomes_another_when_placed_again_and_opens_no_sooner(self) -> None:
        world = bare()
        give(world, PlaceBalancer("l4"))
        go_on(world, 1)
        assert world.refusal(PlaceBalancer("l4")) == "an L4 balancer with round-robin is being placed already"
        assert world.quote(PlaceBalancer("l7")).delay == pytest.approx(PLACE_SECONDS - 1)
        give(world, PlaceBalancer("l7"))
        go_on(world, 1)
        assert world.snapshot().balancer_kind is None
        go_on(world, 20)
        seen = world.snapshot()
        assert (seen.balancer_kind, seen.lost) == ("l7", 0)

    def test_is_not_remembered_after_it_was_taken_away(self) -> None:
        world = bare()
        give(world, PlaceBalancer("l4"))
        go_on(world, 1)
        give(world, Remove("balancer"))
        give(world, PlaceBalancer("l7"))
        go_on(world, 20)
        seen = world.snapshot()
        assert (seen.balancer_kind, seen.lost) == ("l7", 0)

    def test_waits_for_a_zone_that_is_out(self) -> None:
        """The balancer boots when its zone is back; until then everybody goes on past it."""
        world = bare(faults=(Fault("zone-outage", 2.0, "b", lasts=10.0),))
        give(world, PlaceBalancer("l4"))
        world.site.table.zone[0, world.site.find(0, "balancer-1") or 0] = 1
        go_on(world, PLACE_SECONDS + 4)
        assert world.snapshot().balancer_kind is None
        go_on(world, 15)
        seen = world.snapshot()
        assert (seen.balancer_kind, seen.lost) == ("l4", 0)


class TestADoorThatStands:
    def test_closes_when_one_after_the_other_of_a_pair_was_taken_away(self) -> None:
        world = after(behind(machines=2), 5)
        give(world, Remove("balancer-1"))
        give(world, Remove("balancer-2"))
        go_on(world, DRAIN_SECONDS + 1)
        seen = world.snapshot()
        assert (seen.balancer_kind, seen.balancer_algorithm, balancers(seen), seen.lost) == (None, None, [], 0)

    def test_one_that_is_on_its_way_out_is_none_of_the_two(self) -> None:
        world = after(behind(machines=2), 5)
        give(world, Remove("balancer-1"))
        assert world.refusal(PlaceBalancer("l4", machines=1)) == "an L4 balancer with round-robin stands already"
        go_on(world, DRAIN_SECONDS + 1)
        assert balancers(world.snapshot()) == [("balancer-2", "up")]

    def test_keeps_the_one_on_its_way_out_when_a_pair_is_wanted_after_all(self) -> None:
        world = after(behind(machines=2), 5)
        give(world, Remove("balancer-1"))
        give(world, PlaceBalancer("l4", machines=2))
        go_on(world, DRAIN_SECONDS + 1)
        assert balancers(world.snapshot()) == [("balancer-1", "up"), ("balancer-2", "up")]

    def test_of_a_pair_the_dead_one_goes(self) -> None:
        world = after(behind(machines=2, faults=(Fault("crash", 2.0, "balancer-1"),)), 5)
        before = world.snapshot().lost
        give(world, PlaceBalancer("l4", machines=1))
        go_on(world, 5)
        seen = world.snapshot()
        assert (balancers(seen), seen.lost) == ([("balancer-2", "up")], before)

    def test_the_labs_size_is_not_for_sale(self) -> None:
        refusal = bare().refusal(PlaceBalancer("l4", size="wire"))
        assert (
            refusal
            == bare().refusal(Add("app", size="wire"))
            == "wire is beyond the ceiling here; the biggest is metal"
        )


class TestAnotherSize:
    def test_of_a_single_one_is_a_reboot_and_says_so(self) -> None:
        world = after(behind(), 5)
        quote, plain = world.quote(PlaceBalancer("l7", size="large")), world.quote(Resize("balancer", "large"))
        assert (quote.downtime, quote.delay) == (plain.downtime, plain.delay) == (RESIZE_SECONDS, RESIZE_SECONDS)
        assert quote.price_change == pytest.approx(SIZES["large"].price - SIZES["small"].price)
        give(world, PlaceBalancer("l7", size="large"))
        go_on(world, 1)
        assert world.refusal(PlaceBalancer("l7", size="metal")) == "balancer-1 is resizing; wait until it is back"

    def test_of_a_pair_comes_one_after_the_other_and_loses_nothing(self) -> None:
        world = after(behind(machines=2), 5)
        assert world.quote(PlaceBalancer("l4", size="large")).downtime == 0.0
        give(world, PlaceBalancer("l4", size="large"))
        go_on(world, 2 * (DRAIN_SECONDS + RESIZE_SECONDS) + 2)
        seen = world.snapshot()
        assert [view.size for view in seen.machines if view.pool == "balancer"] == ["large", "large"]
        assert seen.lost == 0

    def test_is_not_undone_by_the_next_order_that_names_none(self) -> None:
        world = after(behind(machines=2), 5)
        give(world, Resize("balancer-2", "large"))
        go_on(world, 20)
        give(world, PlaceBalancer("l7"))
        go_on(world, 1)
        assert balancers(world.snapshot()) == [("balancer-1", "up"), ("balancer-2", "up")]


class TestWhoIsLost:
    def test_from_cookies_to_addresses(self) -> None:
        world = after(behind("l7", servers=4, sessions="sticky"), 10)
        told = world.quote(PlaceBalancer("l4")).consequence
        assert told == "logs out 75 % of the users: their address says where they go"
        users = world.site.sessions.users[0]
        before = float(world.site.sessions.homeless[0])
        give(world, PlaceBalancer("l4"))
        go_on(world, 0.1)
        assert float(world.site.sessions.homeless[0]) - before == pytest.approx(0.75 * users, rel=0.1)

    def test_from_addresses_to_cookies_nobody_is(self) -> None:
        world = after(behind("l4", servers=4, sessions="sticky"), 10)
        assert world.quote(PlaceBalancer("l7")).consequence == ""

    def test_before_servers_with_sessions_in_memory(self) -> None:
        world = after(pool(4, rate=100, cpu_ms=2, session=True), 1)
        assert world.quote(PlaceBalancer("l4")).consequence == "75 % of the requests land where nobody knows the user"
        assert world.quote(PlaceBalancer("l4", "ip-hash")).consequence.startswith("logs out 75 % of the users")


class TestStickySessions:
    def test_keep_the_last_of_a_pair(self) -> None:
        world = after(behind("l7", 2, sessions="sticky"), 5)
        give(world, Remove("balancer-1"))
        assert world.refusal(Remove("balancer-2")) == "sticky sessions need the balancer; move them first"

    def test_keep_the_one_that_boots_when_the_other_is_on_its_way_out(self) -> None:
        world = after(behind("l7", sessions="sticky"), 5)
        give(world, Add("balancer"))
        give(world, Remove("balancer-1"))
        boot = Cancel(number_of(world, "boot balancer-2"))
        assert world.refusal(boot) == "sticky sessions need the balancer; move them first"

    def test_keep_it_while_they_are_on_their_way(self) -> None:
        world = after(behind("l7", sessions="memory"), 5)
        give(world, MoveSessions("sticky"))
        why = "the sessions are about to stick to servers by the balancer; cancel that first"
        assert world.refusal(Remove("balancer")) == world.refusal(Remove("balancer-1")) == why
        assert lost(world.snapshot(), "down") == 0

    def test_do_not_come_where_the_door_closed_meanwhile(self) -> None:
        world = after(behind("l7", sessions="memory"), 5)
        give(world, MoveSessions("sticky"))
        world.life.take_away(0, world.site.find(0, "balancer-1") or 0)
        go_on(world, 20)
        assert world.snapshot().sessions == "memory"
        said = [happening.text for happening in world.happenings()]
        assert "sessions: move sessions sticky is called off, for there is no balancer" in said


def test_removing_the_living_one_of_a_pair_says_how_long_nobody_answers() -> None:
    world = after(behind(machines=2, faults=(Fault("crash", 2.0, "balancer-1"),)), 5)
    left = machine(world.snapshot(), "balancer-1").seconds_left
    assert world.quote(Remove("balancer-2")).downtime == pytest.approx(left - DRAIN_SECONDS)
    assert world.quote(Remove("balancer-1")).downtime == 0.0
