"""Pools that are placed beside app, and paths that an L7 balancer routes to them."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import BOOT_SECONDS, DEPLOY_SECONDS, DRAIN_SECONDS, RESIZE_SECONDS, SIZES
from scalegame.model.orders import (
    Add,
    Cancel,
    Deploy,
    PlaceBalancer,
    PlacePool,
    Remove,
    Resize,
    Restart,
    Route,
)
from scalegame.model.scenario import Algorithm, RequestClass, Scenario, Traffic
from scalegame.model.world import World
from tests.model.lab_runs import pool_of
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool

LIGHT, HEAVY = 100.0, 10.0


def shop(
    machines: int = 2, kind: str = "l7", algorithm: Algorithm | None = "round-robin", heavy_ms: float = 100.0
) -> Scenario:
    """Light pages and heavy reports, which take as much work together."""
    plain = pool(machines, algorithm=algorithm, kind=kind)
    return dataclasses.replace(
        plain,
        classes=(
            RequestClass("page", "/", cpu_ms=5.0),
            RequestClass("report", "/Reports/yearly", cpu_ms=heavy_ms),
            RequestClass("stream", "/reports/live", cpu_ms=1.0, protocol="tcp"),
        ),
        traffic=(
            Traffic("page", ((0.0, LIGHT), (1000.0, LIGHT))),
            Traffic("report", ((0.0, HEAVY), (1000.0, HEAVY))),
            Traffic("stream", ((0.0, 1.0), (1000.0, 1.0))),
        ),
    )


def with_reports(machines: int = 1, **more: object) -> World:
    """Reports have machines of their own."""
    world = after(shop(**more), 2)  # type: ignore[arg-type]  # shop's own keywords
    give(world, PlacePool("reports", "lab", machines))
    go_on(world, BOOT_SECONDS + 0.1)
    give(world, Route("/reports", "reports"))
    go_on(world, 20)
    return world


def rate_of(world: World, name: str) -> float:
    return pool_of(world.snapshot(), name).arrival_rate


def mean_ms(world: World, class_name: str) -> float:
    return next(kind.latency.mean for kind in world.snapshot().classes if kind.name == class_name)


class TestARoutedPath:
    def test_takes_its_class_to_the_pool_and_leaves_the_others(self) -> None:
        world = with_reports()
        assert rate_of(world, "reports") == pytest.approx(HEAVY, rel=0.5)
        assert rate_of(world, "app") == pytest.approx(LIGHT + 1, rel=0.3)
        assert world.snapshot().front.routes == (("/reports", "reports"),)
        assert lost(world.snapshot(), "down") == 0

    def test_heavy_requests_no_longer_starve_light_ones(self) -> None:
        """The same three machines, all in one pool or one of them for the reports."""
        together = after(dataclasses.replace(shop(3, heavy_ms=80.0), warmup=40.0), 120)
        apart = after(dataclasses.replace(shop(2, heavy_ms=80.0), warmup=40.0), 2)
        give(apart, PlacePool("reports", "lab"))
        go_on(apart, BOOT_SECONDS + 0.1)
        give(apart, Route("/reports", "reports"))
        go_on(apart, 120 - apart.tick / 10)
        assert mean_ms(apart, "page") < mean_ms(together, "page") / 3

    def test_can_be_taken_back(self) -> None:
        world = with_reports()
        give(world, Route("/reports", "app"))
        go_on(world, 10)
        assert rate_of(world, "reports") == pytest.approx(0, abs=0.1)
        assert world.snapshot().front.routes == ()

    def test_a_longer_path_goes_before_a_shorter_one(self) -> None:
        world = with_reports()
        give(world, Route("/", "reports"))
        give(world, Route("/reports", "app"))
        go_on(world, 20)
        assert rate_of(world, "reports") == pytest.approx(LIGHT, rel=0.3)
        assert world.snapshot().front.routes == (("/reports", "app"), ("/", "reports"))

    def test_is_not_read_by_l4(self) -> None:
        world = with_reports()
        give(world, PlaceBalancer("l4"))
        go_on(world, 10)
        assert rate_of(world, "reports") == pytest.approx(0, abs=0.1)

    def test_leads_to_app_again_when_its_pool_is_removed(self) -> None:
        world = with_reports(2)
        assert "its paths lead to app again" in world.quote(Remove("reports")).consequence
        give(world, Remove("reports"))
        go_on(world, DRAIN_SECONDS + 10)
        seen = world.snapshot()
        assert {view.pool for view in seen.machines} == {"balancer", "app"}
        assert seen.front.routes == ()
        assert lost(seen, "down") == 0

    def test_the_quote_says_how_much_goes_there(self) -> None:
        world = after(shop(), 1)
        give(world, PlacePool("reports", "lab"))
        go_on(world, BOOT_SECONDS + 0.1)
        assert world.quote(Route("/reports", "reports")).consequence == "9 % of the requests go to reports"


class TestAPlacedPool:
    def test_does_whatever_app_does(self) -> None:
        world = with_reports(2)
        give(world, Add("reports", 1, zone="b"))
        go_on(world, BOOT_SECONDS + 2)
        assert machine(world.snapshot(), "reports-3").in_rotation
        give(world, Resize("reports-1", "medium"))
        go_on(world, RESIZE_SECONDS + 1)
        assert machine(world.snapshot(), "reports-1").cores == SIZES["medium"].cores
        give(world, Restart("reports-2"))
        go_on(world, 1)
        assert machine(world.snapshot(), "reports-2").state == "restarting"
        go_on(world, 20)
        give(world, Deploy("reports"))
        go_on(world, 3 * (DRAIN_SECONDS + DEPLOY_SECONDS) + 2)
        assert world.snapshot().orders == ()
        give(world, Remove("reports-2"))
        give(world, Remove("reports", 1))
        go_on(world, DRAIN_SECONDS + 1)
        assert [view.name for view in world.snapshot().machines if view.pool == "reports"] == ["reports-1"]

    def test_that_is_cancelled_while_it_boots_never_stood(self) -> None:
        world = after(shop(), 1)
        give(world, PlacePool("reports"))
        go_on(world, 1)
        give(world, Cancel(world.snapshot().orders[0].number))
        go_on(world, 1)
        assert {view.pool for view in world.snapshot().machines} == {"balancer", "app"}
        assert world.refusal(Add("reports")) == "there is no reports yet"
        assert world.refusal(PlacePool("reports")) is None

    @pytest.mark.parametrize("algorithm", ["random", "least-connections", "two-choices", "ip-hash"])
    def test_stands_behind_every_algorithm(self, algorithm: Algorithm) -> None:
        world = with_reports(2, algorithm=algorithm)
        assert rate_of(world, "reports") == pytest.approx(HEAVY, rel=0.5)
        go_on(world, 20)
        seen = world.snapshot()
        assert seen.lost == 0
        assert pool_of(seen, "reports").mean_utilisation == pytest.approx(0.5, rel=0.35)


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (PlacePool("app"), "app is the name of something else"),
        (PlacePool("db"), "db is the name of something else"),
        (PlacePool("photographers"), "a pool's name has 12 characters at most"),
        (PlacePool("app-2"), "app-2 sounds like a machine; a pool is named without a number"),
        (PlacePool("images", machines=101), "a pool starts with 1 to 100 machines"),
        (PlacePool("images", size="vast"), "there is no size 'vast'; there are lab, small, medium, large"),
        (Route("/reports", "images"), "there is no pool 'images' to route to; place pool makes one"),
        (Route("/reports", "database"), "there is no pool 'database' to route to"),
        (Route("/reports", "app"), "/reports goes to app already"),
        (Route("/img", "app"), "nothing that comes is under /img; there is /, /Reports/yearly"),
        (Deploy("nope"), "there is no pool 'nope'; there are balancer, app"),
        (Deploy("app-1"), "app-1 is one machine; name its pool: app"),
        (Deploy("balancer"), "only app takes releases, and the pools that were placed beside it"),
    ],
)
def test_what_makes_no_sense_is_refused_in_a_sentence(order: PlacePool | Route | Deploy, why: str) -> None:
    assert (after(shop(), 1).refusal(order) or "").startswith(why)


def test_a_path_is_not_routed_to_who_is_not_up_nor_by_l4() -> None:
    world = after(shop(), 1)
    give(world, PlacePool("reports"))
    go_on(world, 1)
    assert world.refusal(Route("/reports", "reports")) == "reports is not up yet: its requests would find nobody"
    give(world, PlaceBalancer("l4"))
    assert world.refusal(Route("/reports", "reports")) == (
        "routing by path takes an L7 balancer: only that reads requests"
    )


def test_three_names_are_the_most_and_each_keeps_its_place_in_the_ledger() -> None:
    world = after(shop(), 1)
    for name in ("images", "video", "reports"):
        give(world, PlacePool(name))
    assert world.refusal(PlacePool("api")) == "3 pools beside app are the most in one run: images, video, reports"
    assert world.refusal(PlacePool("video")) == "video stands already; add video makes it bigger"
    give(world, Remove("video"))
    go_on(world, 1)
    assert world.refusal(PlacePool("api")) is not None
    assert world.refusal(PlacePool("video")) is None


def test_the_last_machine_goes_only_with_its_pool() -> None:
    world = with_reports(2)
    assert world.refusal(Remove("reports", 2)) == (
        "the last machine of reports stays; remove reports takes the whole pool away"
    )
    assert world.refusal(Remove("reports", 1)) is None
    give(world, Remove("reports-1"))
    go_on(world, 3)
    assert world.refusal(Remove("reports-2")) is not None
    assert world.refusal(Remove("reports")) is None


class TestPlacingAgain:
    def standing(self) -> World:
        world = after(shop(), 1)
        give(world, PlacePool("images"))
        return go_on(world, 8)

    def test_makes_a_pool_another_size(self) -> None:
        world = self.standing()
        assert world.quote(PlacePool("images", "large")) == world.quote(Resize("images", "large", rolling=False))
        give(world, PlacePool("images", "large"))
        go_on(world, 10)
        assert [view.size for view in world.snapshot().machines if view.pool == "images"] == ["large"]

    def test_makes_it_more_or_fewer_machines(self) -> None:
        world = self.standing()
        give(world, PlacePool("images", machines=3))
        go_on(world, 8)
        assert pool_of(world.snapshot(), "images").machines == 3
        give(world, PlacePool("images", machines=1))
        go_on(world, 4)
        assert pool_of(world.snapshot(), "images").machines == 1

    def test_does_one_thing_at_a_time(self) -> None:
        why = "images stands already: change its size or the number of its machines, one after the other"
        assert self.standing().refusal(PlacePool("images", "large", 2)) == why
