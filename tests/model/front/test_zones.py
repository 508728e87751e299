"""Machines in several zones: where new ones go, and what it costs requests to go between them."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import BOOT_SECONDS, CROSS_ZONE_MS, CROSS_ZONE_PRICE, SIZES
from scalegame.model.orders import Add, Remove
from scalegame.model.scenario import BalancerPlan, Fault, Scenario
from scalegame.model.world import World
from tests.model.plain_worlds import LAB, after, give, go_on, machine, pool, seconds_until


def in_zones(zones: int, machines: int = 2, *, database: bool = False, rate: float = 200.0) -> Scenario:
    """Servers that hardly wait, behind a balancer that stands somewhere."""
    plain = pool(
        machines,
        rate=rate,
        cpu_ms=1.0,
        db_ms=1.0 if database else 0.0,
        database=dataclasses.replace(LAB, name="lab-db") if database else None,
    )
    start = dataclasses.replace(plain.start, balancer=BalancerPlan("l4", "round-robin", 1, "small"), zones=zones)
    return dataclasses.replace(plain, start=start, warmup=2.0)


def zones_of(world: World, pool_name: str = "app") -> list[str]:
    return [view.zone for view in world.snapshot().machines if view.pool == pool_name]


def test_a_level_spreads_each_pool_over_its_zones() -> None:
    world = World(in_zones(3, machines=4), [1])
    assert zones_of(world) == ["a", "b", "c", "a"]
    assert zones_of(world, "balancer") == ["a"]


def test_everything_stands_in_zone_a_unless_somebody_says_otherwise() -> None:
    world = after(in_zones(1), 1)
    give(world, Add("app", 2))
    go_on(world, 1)
    assert zones_of(world) == ["a"] * 4


def test_a_new_machine_goes_where_its_pool_has_fewest() -> None:
    world = after(in_zones(1, machines=3), 1)
    give(world, Add("app", 1, zone="b"))
    give(world, Add("app", 3))
    go_on(world, 0.1)
    assert zones_of(world) == ["a", "a", "a", "b", "b", "b", "a"]


def test_a_zone_that_there_is_not_is_refused() -> None:
    world = after(in_zones(1), 1)
    assert world.refusal(Add("app", 1, zone="d")) == "there is no zone 'd'; there are a, b, c"  # type: ignore[arg-type]  # on purpose


def test_a_hop_to_another_zone_takes_the_catalogues_time() -> None:
    """Half the servers stand in the other zone, and each call from there to the database crosses once more."""
    near, far = (after(in_zones(zones, database=True), 60).snapshot().latency.mean for zones in (1, 2))
    assert far - near == pytest.approx(CROSS_ZONE_MS, rel=0.1)


def test_what_crosses_is_billed_by_the_million_and_the_money_still_sums() -> None:
    world = after(in_zones(2), 100)
    seen = world.snapshot()
    bare = after(in_zones(1), 100).snapshot()
    crossed = (seen.cost_micro - bare.cost_micro) / CROSS_ZONE_PRICE
    assert crossed == pytest.approx(200 * 100 / 2, rel=0.03)
    assert dict(seen.money_micro)["redundancy"] - dict(bare.money_micro)["redundancy"] == pytest.approx(
        seen.cost_micro - bare.cost_micro, abs=200
    )
    assert sum(amount for _, amount in seen.money_micro) == seen.cost_micro
    assert seen.front.crossing_rate == pytest.approx(100, rel=0.3)
    assert seen.price - bare.price == pytest.approx(seen.front.crossing_price)


def test_nothing_crosses_any_more_when_the_other_zone_is_given_up() -> None:
    world = after(in_zones(2), 10)
    give(world, Remove("app-2"))
    go_on(world, 5)
    assert world.snapshot().front.crossing_rate == 0
    assert world.snapshot().front.crossing_price == 0


def test_the_quote_says_which_zone_and_what_it_costs() -> None:
    world = after(in_zones(1), 1)
    assert "zone" not in world.quote(Add("app")).consequence
    told = world.quote(Add("app", zone="b")).consequence
    assert f"in zone b: each hop from one zone to another takes {CROSS_ZONE_MS:g} ms" in told


@pytest.mark.parametrize("algorithm", ["round-robin", "least-connections"])
def test_machines_of_a_pool_walked_as_one_cross_by_where_they_stand(algorithm: str) -> None:
    plain = in_zones(2, machines=4)
    balancer = BalancerPlan("l4", algorithm, 1, "small")  # type: ignore[arg-type]  # one of the names
    world = after(dataclasses.replace(plain, start=dataclasses.replace(plain.start, balancer=balancer)), 30)
    assert world.snapshot().front.crossing_rate == pytest.approx(100, rel=0.3)


def test_a_machine_booted_in_another_zone_serves_like_the_others() -> None:
    world = after(in_zones(1, rate=300), 5)
    give(world, Add("app", 1, size="small", zone="c"))
    go_on(world, BOOT_SECONDS + 10)
    view = machine(world.snapshot(), "app-3")
    assert (view.zone, view.size) == ("c", SIZES["small"].name)
    assert view.arrival_rate == pytest.approx(100, rel=0.3)


def test_a_machine_ordered_into_a_zone_that_is_out_comes_after_it_is_back() -> None:
    world = after(pool(2, rate=60, algorithm="round-robin", faults=(Fault("zone-outage", 2.0, "b", lasts=20.0),)), 5)
    assert world.quote(Add("app", zone="a")).delay == BOOT_SECONDS
    said = world.quote(Add("app", zone="b")).delay
    assert said == pytest.approx(17.0 + BOOT_SECONDS, abs=0.2)
    give(world, Add("app", zone="b"))
    assert seconds_until(world, "app-3", "up") == pytest.approx(said, abs=0.2)
