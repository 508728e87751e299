"""Pages of data in the database's memory: a bigger database answers faster because it remembers more."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.game.command import parse
from scalegame.model.catalogue import (
    DATA_MIGRATION_SECONDS,
    DISK_MS,
    PAGES_MEMORY_SHARE,
    RESTART_SECONDS,
    SEED_SECONDS,
    Size,
)
from scalegame.model.copies.popularity import zipf
from scalegame.model.copies.settling import Kind, hit_shares
from scalegame.model.scenario import Fault, PoolPlan, Scenario
from scalegame.model.world import World
from tests.model.copied_worlds import copies, lost_in, say, shop, used
from tests.model.plain_worlds import after, go_on, machine, pool

ITEMS, ITEM_KB = 100_000, 40.0
"""Four gigabytes in all."""


def missed(memory_gb: float, rate: float = 300.0) -> float:
    """Share of the reads that go to disk, as Che has it."""
    room = memory_gb * 1e6 * PAGES_MEMORY_SHARE / ITEM_KB
    return 1.0 - hit_shares([Kind(zipf(ITEMS, 1.0), rate)], room)[0]


@pytest.mark.parametrize("memory_gb", [0.5, 2.0])
def test_what_does_not_fit_is_read_from_disk(memory_gb: float) -> None:
    world = after(shop(read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=memory_gb), 5)
    away = missed(memory_gb)
    assert 1.0 - copies(world, "pages").hit_share == pytest.approx(away, abs=0.02)
    assert machine(world.snapshot(), "db-1").cold_factor == pytest.approx(1.0 + away * DISK_MS / 3.0, rel=0.05)
    assert used(world, "database") == pytest.approx(300 * (3.0 + away * DISK_MS) / 2000, rel=0.1)


def test_memory_for_all_of_it_leaves_the_disk_alone() -> None:
    world = after(shop(read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=16.0), 10)
    assert copies(world, "pages").hit_share > 0.999
    assert machine(world.snapshot(), "db-1").cold_factor == 1.0


def test_after_a_restart_memory_is_cold_and_fills_again() -> None:
    world = say(after(shop(read_ms=3.0, items=5000, item_kb=ITEM_KB, memory_gb=16.0), 5), "restart db-1")
    go_on(world, RESTART_SECONDS + 0.3)
    cold = machine(world.snapshot(), "db-1").cold_factor
    assert cold > 1.5
    go_on(world, 30)
    assert 1.0 < machine(world.snapshot(), "db-1").cold_factor < 1.0 + 0.5 * (cold - 1.0)


def test_a_cold_database_meets_a_load_that_it_bore_warm() -> None:
    """A reboot for a bigger size costs more than the reboot."""
    world = say(after(shop(rate=500.0, read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=16.0), 5), "restart db-1")
    assert lost_in(world, RESTART_SECONDS + 1) > 0.5
    assert used(world, "database") > 0.9
    assert used(after(shop(rate=500.0, read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=16.0), 5), "database") < 0.8


def test_a_cache_before_it_takes_what_is_popular_and_leaves_the_rest() -> None:
    """Redis and the database's memory hold the same favourites: behind a cache the pages' own hits are fewer."""
    alone = after(shop(read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=0.5), 5)
    behind = after(shop(read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=0.5, cache=True), 5)
    go_on(behind, 60)
    assert copies(behind, "pages").hit_share < copies(alone, "pages").hit_share - 0.1
    assert used(behind, "database") < 0.75 * used(alone, "database")


def test_when_popularity_shifts_the_disk_has_work_again() -> None:
    faults = (Fault("shift", 10.0, "goods", share=0.7),)
    world = after(shop(read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=2.0, faults=faults), 9)
    before = machine(world.snapshot(), "db-1").cold_factor
    go_on(world, 4)
    assert machine(world.snapshot(), "db-1").cold_factor > before + 0.15


def test_what_is_popular_may_shift_every_so_often_by_itself() -> None:
    scenario = shop(read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=2.0)
    goods, pictures = scenario.data
    shifting = dataclasses.replace(goods, shift_seconds=5.0, shift_share=0.5)
    world = after(dataclasses.replace(scenario, data=(shifting, pictures)), 21)
    still = after(scenario, 21)
    assert copies(world, "pages").hit_share < copies(still, "pages").hit_share - 0.1


def with_replicas(memory_gb: float, replica_gb: float, replicas: int = 1) -> Scenario:
    scenario = shop(rate=600.0, writes=5.0, read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=memory_gb)
    size = Size("copy", cores=2, slots=200, backlog=200, price=1.0, memory_gb=replica_gb)
    return dataclasses.replace(
        scenario,
        start=dataclasses.replace(scenario.start, replica=PoolPlan("copy", replicas)),
        sizes={**scenario.sizes, "copy": size},
        ladder=(*scenario.ladder, "copy"),
    )


class TestReplicas:
    """Each remembers what its own memory holds, whatever the primary's does."""

    @pytest.mark.parametrize(("memory_gb", "replica_gb", "replicas"), [(16.0, 0.5, 2), (0.5, 2.0, 2), (0.5, 0.5, 3)])
    def test_they_read_from_disk_what_does_not_fit_theirs(
        self, memory_gb: float, replica_gb: float, replicas: int
    ) -> None:
        world = after(with_replicas(memory_gb, replica_gb, replicas), 5)
        away = missed(replica_gb, 600.0 / replicas)
        assert 1.0 - copies(world, "replica").hit_share == pytest.approx(away, abs=0.02)
        for number in range(1, replicas + 1):
            slow = machine(world.snapshot(), f"replica-{number}").cold_factor
            assert slow == pytest.approx(1.0 + away * DISK_MS / 3.0, rel=0.05)
        assert used(world, "replica") == pytest.approx(600 * (3.0 + away * DISK_MS) / (2000 * replicas), rel=0.1)
        assert copies(world, "pages").asked_rate == 0

    def test_without_their_reads_the_primary_has_no_pages_to_miss(self) -> None:
        assert machine(after(with_replicas(0.5, 0.5), 5).snapshot(), "db-1").cold_factor == 1.0

    def test_reads_that_stay_at_home_read_from_the_primarys_disk(self) -> None:
        world = say(after(with_replicas(0.5, 16.0), 2), "set replica.reads 0")
        go_on(world, 15)
        assert copies(world, "replica").asked_rate < 1
        assert machine(world.snapshot(), "db-1").cold_factor > 1.1

    def test_a_new_one_starts_with_nothing_in_memory(self) -> None:
        world = after(with_replicas(16.0, 16.0), 2)
        warm = copies(world, "replica").hit_share
        say(world, "add replica size=copy")
        go_on(world, SEED_SECONDS + 1)
        half = copies(world, "replica").hit_share
        assert 0.5 * warm < half < 0.8 * warm
        go_on(world, 40)
        assert copies(world, "replica").hit_share > half + 0.05

    def test_one_that_goes_leaves_the_others_as_warm_as_they_were(self) -> None:
        world = after(with_replicas(16.0, 16.0, 3), 2)
        warm = copies(world, "replica").hit_share
        say(world, "restart replica-1")
        go_on(world, 3)
        assert copies(world, "replica").hit_share == pytest.approx(warm, abs=0.01)
        go_on(world, RESTART_SECONDS)
        assert copies(world, "replica").hit_share < warm - 0.1


def on_the_box(memory_gb: float, *, cache: bool = False, items: int = ITEMS) -> Scenario:
    scenario = shop(rate=300.0, read_ms=3.0, items=items, item_kb=ITEM_KB, cache=cache)
    box = Size("big", cores=32, slots=10**6, backlog=0, price=1.0, memory_gb=memory_gb)
    start = dataclasses.replace(scenario.start, database=None)
    return dataclasses.replace(scenario, start=start, sizes={**scenario.sizes, "big": box})


class TestTheBox:
    """Data on the servers' own disk: their memory holds its pages, and what they need not read spares them."""

    @pytest.mark.parametrize("memory_gb", [0.5, 16.0])
    def test_its_memory_holds_pages_as_a_databases_does(self, memory_gb: float) -> None:
        world = after(on_the_box(memory_gb), 5)
        away = missed(memory_gb)
        assert 1.0 - copies(world, "pages").hit_share == pytest.approx(away, abs=0.02)
        assert used(world, "app") == pytest.approx(300 * (1.0 + 3.0 + away * DISK_MS) / 32_000, rel=0.1)

    def test_what_a_cache_answers_it_need_not_read(self) -> None:
        world = after(on_the_box(16.0, cache=True, items=2000), 5)
        assert copies(world, "cache").hit_share > 0.99
        assert used(world, "app") == pytest.approx(300 * 1.0 / 32_000, rel=0.1)
        say(world, "remove cache")
        go_on(world, 3)
        assert used(world, "app") == pytest.approx(300 * 4.0 / 32_000, rel=0.1)

    def test_after_a_restart_it_reads_everything_anew(self) -> None:
        world = say(after(on_the_box(16.0, items=5000), 5), "restart app-1")
        assert copies(world, "pages").hit_share > 0.99
        go_on(world, RESTART_SECONDS + 0.5)
        assert copies(world, "pages").hit_share < 0.5

    def test_data_that_moves_there_is_cold(self) -> None:
        scenario = shop(read_ms=3.0, items=5000, item_kb=ITEM_KB, memory_gb=16.0)
        world = say(after(scenario, 5), "move data box")
        before = copies(world, "pages").hit_share
        go_on(world, DATA_MIGRATION_SECONDS + 1)
        assert copies(world, "pages").hit_share < before - 0.3


def test_runs_do_not_see_where_others_have_their_pages() -> None:
    """Bits of a run alone, beside one that adds replicas and one that moves its data to the box."""
    scenario = shop(rate=300.0, writes=5.0, read_ms=3.0, items=ITEMS, item_kb=ITEM_KB, memory_gb=2.0)
    alone, batch = World(scenario, [1]), World(scenario, [1, 1, 1])
    orders = {20: ("add replica", "move data box"), 200: ("remove replica", "place cache"), 260: ("add replica", "")}
    for tick in range(330):
        for run, line in enumerate(orders.get(tick, ()), 1):
            if line:
                batch.apply(parse(line), run)  # type: ignore[arg-type]  # no launch, no rule
        alone.step()
        batch.step()
    assert batch.state_hash(0) == alone.state_hash(0)
    for run in (1, 2):
        other = World(scenario, [1])
        for tick in range(330):
            line = orders.get(tick, ("", ""))[run - 1]
            if line:
                say(other, line)
            other.step()
        assert batch.state_hash(run) == other.state_hash()


def test_a_world_that_says_nothing_of_its_data_has_no_pages() -> None:
    world = after(pool(2, algorithm="random", db_ms=2.0, database=pool().sizes["small"]), 5)
    assert world.snapshot().copies == ()
    assert (world.site.table.cold == 1.0).all()
