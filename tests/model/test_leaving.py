"""Machines that leave: who must stay, who can be called back, and what is left of them."""

from __future__ import annotations

import pytest

from scalegame.model.catalogue import BOOT_SECONDS, DRAIN_SECONDS
from scalegame.model.orders import Add, Cancel, MoveSessions, PlaceCache, Remove, Restart
from scalegame.model.scenario import Fault
from scalegame.model.world import World
from tests.model.plain_worlds import after, give, go_on, machine, pool


def two(*faults: Fault, machines: int = 2) -> World:
    return after(pool(machines, rate=100, cpu_ms=2, algorithm="round-robin", faults=faults), 5)


def number_of(world: World, text: str) -> int:
    return next(order.number for order in world.snapshot().orders if order.text == text)


def names(world: World, of: str = "app") -> list[str]:
    return [view.name for view in world.snapshot().machines if view.pool == of]


class TestAMachineOnItsWayOut:
    def test_can_be_called_back(self) -> None:
        world = two()
        give(world, Remove("app-2"))
        go_on(world, 1)
        give(world, Cancel(number_of(world, "remove app-2")))
        go_on(world, 10)
        seen = world.snapshot()
        back = machine(seen, "app-2")
        assert (back.state, back.in_rotation, seen.lost, seen.orders) == ("up", True, 0, ())
        assert back.arrival_rate == pytest.approx(50, rel=0.3)

    def test_is_removed_once(self) -> None:
        world = two()
        give(world, Remove("app-2"))
        assert world.refusal(Remove("app-2")) == "app-2 is leaving"

    def test_is_not_repaired_when_it_dies(self) -> None:
        world = two(Fault("crash", 6.0, "app-2"))
        give(world, Remove("app-2"))
        go_on(world, DRAIN_SECONDS + 1)
        assert names(world) == ["app-1"]

    def test_takes_its_orders_along(self) -> None:
        world = two()
        give(world, Add("app"))
        go_on(world, 1)
        boot = Cancel(number_of(world, "boot app-3"))
        give(world, Remove("app-3"))
        assert world.refusal(boot) == f"there is no order {boot.order} that could be cancelled"
        go_on(world, BOOT_SECONDS + 1)
        assert (names(world), world.snapshot().orders) == (["app-1", "app-2"], ())


class TestSomebodyMustAnswer:
    def test_while_the_other_is_away(self) -> None:
        world = two()
        give(world, Restart("app-2"))
        go_on(world, 1)
        assert world.refusal(Remove("app-1")) == "somebody must answer: app-2 is restarting; wait until it is back"
        assert world.refusal(Remove("app-2")) is None
        go_on(world, 10)
        assert world.refusal(Remove("app-1")) is None

    def test_while_the_others_boot(self) -> None:
        world = after(pool(1, rate=100, cpu_ms=2, algorithm="round-robin"), 5)
        give(world, Add("app", 2))
        assert world.refusal(Remove("app-1")) == "somebody must answer: app-2 is booting; wait until it is back"


class TestSessionsInTheCache:
    def cached(self, machines: int = 1) -> World:
        world = after(pool(1, rate=100, cpu_ms=2, session=True, algorithm="round-robin"), 1)
        give(world, PlaceCache())
        go_on(world, 6)
        for _ in range(machines - 1):
            give(world, Add("cache"))
            go_on(world, 8)
        return world

    def test_keep_the_last_one(self) -> None:
        world = self.cached(2)
        give(world, MoveSessions("cache"))
        go_on(world, 10)
        give(world, Remove("cache-1"))
        assert world.refusal(Remove("cache-2")) == "the sessions live in the cache; move them first"

    def test_keep_the_one_that_answers(self) -> None:
        world = self.cached()
        give(world, MoveSessions("cache"))
        go_on(world, 10)
        give(world, Add("cache"))
        assert world.refusal(Remove("cache-1")) == "the sessions live in cache-1; move them first"
        assert world.refusal(Remove("cache-2")) is None

    def test_keep_it_while_they_are_on_their_way(self) -> None:
        world = self.cached()
        give(world, MoveSessions("cache"))
        why = "the sessions are on their way into the cache; cancel that first"
        assert world.refusal(Remove("cache")) == world.refusal(Remove("cache-1")) == why

    def test_do_not_come_to_one_that_is_gone(self) -> None:
        world = self.cached()
        give(world, MoveSessions("cache"))
        world.life.take_away(0, world.site.find(0, "cache-1") or 0)
        go_on(world, 10)
        assert world.snapshot().sessions == "memory"
        said = [happening.text for happening in world.happenings()]
        assert "sessions: move sessions cache is called off, for there is no cache" in said

    def test_wait_for_one_that_is_not_up(self) -> None:
        world = self.cached()
        give(world, MoveSessions("cache"))
        go_on(world, 7)
        give(world, Restart("cache-1"))
        go_on(world, 4)
        assert world.snapshot().sessions == "memory"
        go_on(world, 6)
        assert world.snapshot().sessions == "cache"
