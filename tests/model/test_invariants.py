"""What holds in every world at every tick, whatever is ordered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home, in_order
from scalegame.model.orders import Order
from scalegame.model.scenario import Scenario
from scalegame.model.state import Condition, Pool, Tier
from scalegame.model.world import World
from tests.model.small_worlds import orders, scenarios, shop
from tests.model.watched_walks import Walk, watch_walks

QUICK = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
LONG = settings(QUICK, max_examples=40)
TICKS = 130
"""The last arrival comes at 120."""


@pytest.fixture(autouse=True)
def no_number_is_made_of_nothing() -> Iterator[None]:
    """0/0, x/0 and overflows raise."""
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        yield


@st.composite
def scripts(draw: st.DrawFn) -> dict[int, list[Order]]:
    """Orders by tick."""
    ticks = draw(st.lists(st.integers(0, TICKS - 1), max_size=12))
    script: dict[int, list[Order]] = {}
    for tick in ticks:
        script.setdefault(tick, []).append(draw(orders))
    return script


def check_books(world: World) -> None:
    """Every request is in flight, good or lost for one cause; all counts are whole."""
    world.catch_up()
    ledger = world.site.books.state
    for counts in (ledger.sealed, ledger.everything, ledger.born, ledger.attempts):
        assert (counts >= 0).all()
        assert (counts == np.floor(counts)).all()
    assert int(ledger.born.sum()) == int(ledger.everything.sum()) + world.in_flight()


def files_asked_for(world: World) -> float:
    """On disks, in object storage, and lost."""
    site = world.site
    on_disks = in_order(site.table.files[0, site.columns.tiers[Tier.SERVERS]])
    return float(on_disks + site.uploads.stored[0] + site.uploads.gone[0])


def check_state(world: World, files_at_first: float) -> None:
    """Files never appear from nothing, and all data is somewhere or lost."""
    site = world.site
    servers = site.columns.tiers[Tier.SERVERS]
    assert (site.table.files >= 0).all()
    uploads = float((site.books.state.attempts[0] * site.demands.uploads).sum())
    assert files_asked_for(world) <= files_at_first + uploads + 1e-6
    on_boxes = float(in_order(site.table.data[0, servers]))
    if site.records.home[0] == Where.BOX:
        assert on_boxes + float(site.records.gone[0]) == pytest.approx(1.0)
    else:
        assert on_boxes == 0
        assert 0 <= site.records.gone[0] <= 1


def check_built(world: World) -> None:
    """Nothing is promised, kept or waited for by machines that are not there."""
    site = world.site
    stands = {pool: site.machines(0, pool) for pool in Pool}
    door = bool(site.doors.mode[0])
    assert door == bool(site.doors.kind[0])
    assert stands[Pool.BALANCER] or not door
    names = {site.name(0, column) for columns in stands.values() for column in columns}
    for order in site.under_way[0]:
        assert order.kind not in ("boot", "remove") or order.place in names
        assert order.kind != "place" or (stands[Pool.BALANCER] and not door)
    assert door or site.sessions.home[0] != Home.STICKY
    assert stands[Pool.CACHE] or site.sessions.home[0] != Home.CACHE
    assert stands[Pool.DATABASE] or site.records.home[0] != Where.DATABASE or not site.demands.data.any()
    for column in (column for columns in stands.values() for column in columns):
        if site.table.condition[0, column] == Condition.UP and not site.table.queued[0, column]:
            assert site.table.next_size[0, column] == site.table.size[0, column]


def check_snapshot(world: World, cost_before: int) -> int:
    seen = world.snapshot()
    assert seen.offered == seen.good + seen.lost
    assert sum(loss.count for loss in seen.losses) == seen.lost
    assert sum(kind.offered for kind in seen.classes) == seen.offered
    assert sum(kind.good for kind in seen.classes) == seen.good
    assert seen.in_flight >= 0
    assert sum(amount for _, amount in seen.money_micro) == seen.cost_micro >= cost_before
    assert all(amount >= 0 for _, amount in seen.money_micro)
    for machine in seen.machines:
        assert 0 <= machine.utilisation <= 1
        assert machine.waiting >= 0
        assert machine.held >= 0
        assert machine.users >= 0
    for pool in seen.pools:
        assert 0 <= pool.utilisation <= 1
        assert 0 <= pool.mean_utilisation <= 1
        assert pool.queue_mean >= 0
    assert 0 <= seen.retry_share <= 1
    score = world.score()
    assert (score.offered, score.good, score.lost, score.cost_micro) == (
        seen.offered,
        seen.good,
        seen.lost,
        seen.cost_micro,
    )
    return seen.cost_micro


def adds_up(scenario: Scenario, script: dict[int, list[Order]], seed: int) -> None:
    """In each tick, whatever is ordered."""
    world = World(scenario, [seed])
    cost = 0
    files = files_asked_for(world)
    for tick in range(TICKS):
        for order in script.get(tick, []):
            before = world.state_hash()
            refused = world.refusal(order)
            assert world.state_hash() == before
            if refused is None:
                quote = world.quote(order)
                assert quote.delay >= 0 <= quote.downtime
                assert world.state_hash() == before
                world.apply(order)
        world.step()
        check_books(world)
        check_state(world, files)
        check_built(world)
        cost = check_snapshot(world, cost)


def what_came_is_known(scenario: Scenario, script: dict[int, list[Order]], seed: int) -> None:
    """At each machine and in each tick."""

    def look(walk: Walk) -> None:
        assert (walk.table.n[:, walk.span] >= 0).all()
        assert (walk.refused >= 0).all()
        assert (walk.refused <= walk.arrived).all()
        assert (walk.served >= 0).all()
        for counts in (walk.arrived, walk.refused, walk.served):
            assert (counts == np.floor(counts)).all()
        stays = walk.arrived - walk.refused - walk.served
        if walk.stations.plain:
            assert (stays == walk.change).all()
        else:
            ladder = walk.table.ladder
            assert np.abs(stays - walk.change * ladder[:, walk.span]).max() <= 4 + 2 * ladder.max()

    with pytest.MonkeyPatch.context() as patch:
        watch_walks(patch, look)
        world = World(scenario, [seed])
        for tick in range(TICKS):
            for order in script.get(tick, []):
                if world.refusal(order) is None:
                    world.apply(order)
            world.step()


Played = Callable[[Scenario, dict[int, list[Order]], int], None]


@pytest.mark.parametrize("examples", [QUICK, pytest.param(LONG, marks=pytest.mark.slow)], ids=["quick", "long"])
@pytest.mark.parametrize("holds", [adds_up, what_came_is_known])
def test_it_holds_in_any_world_whatever_is_ordered(holds: Played, examples: settings) -> None:
    examples(given(scenarios(), scripts(), st.integers(0, 2**53))(holds))()


def test_after_the_last_arrival_the_world_drains() -> None:
    """The tiny database is repaired, the queues empty, and nobody is left in flight."""
    world = World(shop(), range(6))
    while world.tick < 1500 and not (world.over() and not any(world.in_flight(run) for run in range(6))):
        world.step()
    assert world.over()
    causes = set()
    for run in range(6):
        assert world.in_flight(run) == 0
        seen = world.snapshot(run)
        assert seen.offered == seen.good + seen.lost
        causes |= {loss.cause for loss in seen.losses}
    assert causes >= {"refused", "down", "leaked"}
