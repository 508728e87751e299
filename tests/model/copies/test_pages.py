"""Pages of data in the database's memory: a bigger database answers faster because it remembers more."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import DISK_MS, PAGES_MEMORY_SHARE, RESTART_SECONDS
from scalegame.model.copies.popularity import zipf
from scalegame.model.copies.settling import Kind, hit_shares
from scalegame.model.scenario import Fault
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


def test_a_world_that_says_nothing_of_its_data_has_no_pages() -> None:
    world = after(pool(2, algorithm="random", db_ms=2.0, database=pool().sizes["small"]), 5)
    assert world.snapshot().copies == ()
    assert (world.site.table.cold == 1.0).all()
