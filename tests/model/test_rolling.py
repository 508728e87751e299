"""Rolling orders: one machine of a pool after another, and those that miss their turn."""

from __future__ import annotations

import pytest

from scalegame.model.catalogue import DEPLOY_SECONDS, DRAIN_SECONDS, REPAIR_SECONDS, RESIZE_SECONDS, SIZES
from scalegame.model.orders import Add, Cancel, Deploy, PlaceCache, Resize, Restart
from scalegame.model.scenario import Fault
from scalegame.model.world import World
from tests.model.copied_worlds import shop
from tests.model.plain_worlds import after, give, go_on, machine, pool

ROLLING = Resize("app", "medium", rolling=True)
EACH = DRAIN_SECONDS + RESIZE_SECONDS


def three(*faults: Fault) -> World:
    return after(pool(3, rate=60, algorithm="round-robin", faults=faults), 10)


def said(world: World) -> list[str]:
    return [happening.text for happening in world.happenings()]


def sizes(world: World) -> list[str]:
    return [view.size for view in world.snapshot().machines if view.pool == "app"]


class TestAMachineThatMissesItsTurn:
    def test_is_named_in_the_end_and_follows_on_coming_back(self) -> None:
        world = three(Fault("crash", 12.0, "app-2"))
        give(world, ROLLING)
        go_on(world, 2 * EACH + 1)
        assert sizes(world) == ["medium", "lab", "medium"]
        assert "resize app medium rolling is done; app-2 follows on coming back" in said(world)
        go_on(world, REPAIR_SECONDS)
        assert sizes(world) == ["medium"] * 3

    def test_is_not_whoever_has_the_size_already(self) -> None:
        world = three()
        give(world, Resize("app-1", "medium"))
        go_on(world, RESIZE_SECONDS + 1)
        assert world.quote(ROLLING).delay == pytest.approx(2 * EACH)
        give(world, ROLLING)
        go_on(world, DRAIN_SECONDS + 1)
        assert [view.state for view in world.snapshot().machines if view.pool == "app"] == ["up", "resizing", "up"]

    def test_nobody_is_named_where_all_had_theirs(self) -> None:
        world = three()
        give(world, ROLLING)
        go_on(world, 3 * EACH + 1)
        assert "resize app medium rolling is done" in said(world)

    def test_stays_as_it_was_after_a_cancel(self) -> None:
        world = three()
        give(world, ROLLING)
        go_on(world, 1)
        give(world, Restart("app-3"))
        give(world, Cancel(world.snapshot().orders[0].number))
        go_on(world, EACH + 1)
        assert sizes(world) == ["medium", "lab", "lab"]
        assert world.refusal(Resize("app-3", "medium")) is None

    def test_gets_the_size_with_the_deploy_that_takes_over(self) -> None:
        world = three(Fault("deploy", 11.0, "app"))
        give(world, ROLLING)
        go_on(world, 3 * (EACH + DRAIN_SECONDS + DEPLOY_SECONDS) + 5)
        assert sizes(world) == ["medium"] * 3
        told = [text for text in said(world) if " is done" in text]
        follow = "app-1, app-2, app-3 follow on coming back"
        assert told == [f"resize app medium rolling is done; {follow}", "the deploy of app is done"]


class TestWhatIsSaidBefore:
    def test_a_pool_of_one_is_down_meanwhile(self) -> None:
        world = after(pool(1, rate=60, algorithm="round-robin"), 5)
        assert world.quote(ROLLING).downtime == RESIZE_SECONDS
        assert world.quote(Deploy("app")).downtime == DEPLOY_SECONDS

    def test_so_is_the_only_one_that_answers(self) -> None:
        world = after(pool(2, rate=60, algorithm="round-robin", faults=(Fault("crash", 4.0, "app-2"),)), 5)
        assert world.quote(ROLLING).downtime == RESIZE_SECONDS
        assert world.quote(Restart("app-2")).downtime == 0.0
        assert world.quote(Restart("app-1")).downtime > 0.0

    def test_of_several_nobody_is(self) -> None:
        assert three().quote(ROLLING).downtime == 0.0

    def test_another_rolling_order_has_to_wait(self) -> None:
        world = three()
        give(world, ROLLING)
        go_on(world, 1)
        refusal = world.refusal(Resize("app", "large", rolling=True))
        assert refusal == "a rolling order on app is under way; wait, or cancel it"

    def test_what_is_under_way_is_not_done_already(self) -> None:
        world = three()
        give(world, ROLLING)
        assert world.refusal(Resize("app", "medium")) == "app is becoming medium already"

    def test_how_long_it_will_take_is_seen(self) -> None:
        world = three()
        give(world, ROLLING)
        go_on(world, 1)
        first = world.snapshot().orders[0]
        assert first.seconds_left == pytest.approx(3 * EACH - 1, abs=0.2)
        go_on(world, EACH)
        assert world.snapshot().orders[0].seconds_left == pytest.approx(2 * EACH - 1, abs=0.5)


def test_caches_need_no_balancer_to_go_one_by_one() -> None:
    world = World(shop(), [1])
    if not any(view.pool == "cache" for view in world.snapshot().machines):
        give(world, PlaceCache())
        go_on(world, 6)
    give(world, Add("cache"))
    go_on(world, 8)
    give(world, Resize("cache", "medium", rolling=True))
    go_on(world, 2 * EACH + 1)
    assert [view.size for view in world.snapshot().machines if view.pool == "cache"] == ["medium", "medium"]


class TestWhatItCosts:
    def test_the_reboot_and_the_minimum_of_the_new_size(self) -> None:
        """As for a plain resize: from the reboot on, and for 30 s at least."""
        world = after(pool(1, rate=10, algorithm="round-robin", size=SIZES["small"]), 10)
        give(world, ROLLING)
        go_on(world, DRAIN_SECONDS + 1)
        before = world.snapshot().cost_micro
        assert machine(world.snapshot(), "app-1").state == "resizing"
        go_on(world, 4)
        billed = (world.snapshot().cost_micro - before) / 1e6
        assert billed == pytest.approx(SIZES["medium"].price * 4 / 60, rel=0.01)
