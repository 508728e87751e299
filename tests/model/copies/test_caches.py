"""The application cache in a world: what it saves, and what it costs to be out of date, empty or gone."""

from __future__ import annotations

import numpy as np
import pytest

from scalegame.game.command import parse
from scalegame.model.catalogue import (
    CACHE_MEMORY_SHARE,
    COALESCING_MEMORY_SHARE,
    RESIZE_SECONDS,
    SESSION_KB,
    THINK_SECONDS,
)
from scalegame.model.copies.popularity import zipf
from scalegame.model.copies.settling import Kind, hit_shares
from scalegame.model.scenario import Fault
from scalegame.model.world import World
from tests.model.copied_worlds import consequence, copies, lost_in, refusal, say, shop, used
from tests.model.plain_worlds import after, go_on, lost, machine

HEAVY = 500.0
"""Requests a second, of 5 ms each: two and a half cores' work for a database of two."""


def test_a_cache_saves_the_database_its_reads() -> None:
    alone, helped = after(shop(rate=HEAVY), 10), after(shop(rate=HEAVY, cache=True), 10)
    assert used(alone, "database") > 0.97
    assert used(helped, "database") < 0.1
    assert lost_in(alone, 10) > 0.1
    assert lost_in(helped, 10) == 0


def test_what_it_answers_is_what_che_says() -> None:
    """From the first second on: a system that stands at the start has stood for long."""
    items, room = 200_000, 0.75e6 / 4.0
    world = after(shop(rate=1000.0, items=200_000, item_kb=16.0, cache=True), 5)
    assert copies(world, "cache").capacity_kilobytes == pytest.approx(0.75e6)
    foretold = hit_shares([Kind(zipf(items, 1.0), 1000.0)], room / 4.0)[0]
    go_on(world, 25)
    assert copies(world, "cache").hit_share == pytest.approx(foretold, abs=0.02)


def test_a_new_cache_is_empty_and_warms_up() -> None:
    world = say(after(shop(items=20_000), 2), "place cache")
    hits = []
    for _ in range(4):
        go_on(world, 8)
        hits.append(copies(world, "cache").hit_share)
    assert hits[0] < 0.55
    assert hits == sorted(hits)
    assert hits[-1] > hits[0] + 0.15


def flushed(*orders: str) -> tuple[float, float]:
    """A cache that lost all it held, before a database that cannot do without: losses, and calls a second after it."""
    faults = (Fault("cache-flush", 10.0, "cache"),)
    world = say(after(shop(rate=4000.0, items=200, read_ms=40.0, cache=True, faults=faults), 5), *orders)
    go_on(world, 5.3)
    return copies(world, "cache").fetch_rate, lost_in(world, 15)


def test_a_flush_is_a_stampede_unless_fetches_are_coalesced() -> None:
    """Everybody who misses asks the database for the same few things."""
    alone, together = flushed(), flushed("set cache.coalesce on")
    assert alone[0] > 4 * together[0]
    assert alone[1] > 3 * together[1]
    assert alone[1] > 0.1


def test_coalescing_costs_memory() -> None:
    world = after(shop(cache=True), 1)
    before = copies(world, "cache").capacity_kilobytes
    say(world, "set cache.coalesce on")
    go_on(world, 1.1)
    now = copies(world, "cache").capacity_kilobytes
    assert before is not None
    assert now == pytest.approx(before * (1 - COALESCING_MEMORY_SHARE))
    assert "15 % of the cache's memory" in consequence(world, "set cache.coalesce on")


class TestStaleness:
    """Goods change twenty times a second, and nobody wants to see what was true more than a second ago."""

    def world(self, *orders: str) -> World:
        scenario = shop(rate=400.0, writes=20.0, stale_ms=1000.0, cache=True)
        return go_on(say(after(scenario, 1), *orders), 25)

    def test_copies_for_ever_are_soon_wrong(self) -> None:
        assert lost_in(self.world(), 10, "stale", "cache") > 0.5

    def test_a_short_life_is_truer_and_costs_hits(self) -> None:
        long, short = self.world("set ttl.goods 20"), self.world("set ttl.goods 2")
        assert copies(short, "cache").hit_share < copies(long, "cache").hit_share - 0.1
        assert lost_in(short, 10, "stale") < 0.3 * lost_in(long, 10, "stale")

    def test_purging_on_write_is_right_and_costs_work(self) -> None:
        kept, purged = self.world(), self.world("set cache.purge on")
        assert lost_in(purged, 10, "stale") < 0.01 < 0.5 < lost_in(kept, 10, "stale")
        assert copies(purged, "cache").hit_share < copies(kept, "cache").hit_share
        assert "each write costs 0.5 ms more" in consequence(purged, "set cache.purge on")

    def test_purging_takes_a_servers_core_for_each_write(self) -> None:
        """Half a millisecond for each of 2,000 writes a second: one core of 32."""
        scenario = shop(rate=10.0, writes=2000.0, read_ms=0.1, cache=True)
        plain, busy = after(scenario, 2), say(after(scenario, 2), "set cache.purge on")
        go_on(busy, 2)
        assert used(busy, "app") - used(plain, "app") == pytest.approx(1 / 32, rel=0.2)

    def test_who_does_not_mind_loses_nothing(self) -> None:
        assert lost(after(shop(writes=20.0, cache=True), 20).snapshot(), "stale") == 0


def test_what_is_written_as_often_as_it_is_read_does_not_cache() -> None:
    world = after(shop(rate=50.0, writes=400.0, items=300), 5)
    assert "written so often" in consequence(world, "place cache")
    say(world, "set cache.purge on", "place cache")
    go_on(world, 40)
    assert copies(world, "cache").hit_share < 0.2


class TestAllPricesChange:
    """An announced rewrite of the whole data set, at 20 s, in two seconds."""

    scenario = shop(rate=HEAVY, stale_ms=500.0, cache=True, faults=(Fault("rewrite", 20.0, "goods", lasts=2.0),))

    def test_without_a_purge_everything_is_out_of_date(self) -> None:
        world = after(self.scenario, 24)
        assert "all of goods is written anew, within 2 s" in [told.text for told in world.happenings()]
        assert lost_in(world, 5, "stale") > 0.9

    def test_with_one_the_database_gets_it_all_at_once(self) -> None:
        world = say(after(self.scenario, 19), "set cache.purge on")
        calm = copies(world, "cache").fetch_rate
        go_on(world, 3)
        assert copies(world, "cache").fetch_rate > max(10 * calm, 100)
        assert lost_in(world, 5, "stale") == 0


def test_when_popularity_shifts_hits_go_and_come_back() -> None:
    faults = (Fault("shift", 20.0, "goods", share=0.6),)
    world = after(shop(items=20_000, cache=True, rate=800.0, faults=faults), 20)
    before = copies(world, "cache").hit_share
    go_on(world, 2)
    said = next(told for told in world.happenings() if told.kind == "shift")
    assert (said.weight, said.text) == (0, "60 % of what is popular in goods is so no more; other items are")
    after_it = copies(world, "cache").hit_share
    assert after_it < before - 0.25
    go_on(world, 40)
    assert copies(world, "cache").hit_share > after_it + 0.15


def answered_now(world: World) -> float:
    """Share of the goods that the cache answers in this tick."""
    caching = world.site.caching
    assert caching is not None
    return float(caching.state.hit[0, caching.cache.start])


class TestSeveralMachines:
    """Each key has its machine, by its hash."""

    def grown(self, *orders: str) -> tuple[float, float]:
        """Hits before and right after a fourth machine."""
        world = say(after(shop(items=1000, cache=True), 2), *orders, "add cache 2")
        go_on(world, 40)
        before = copies(world, "cache").hit_share
        say(world, "add cache")
        go_on(world, 6.1)
        return before, answered_now(world)

    def test_consistent_hashing_moves_a_quarter_modulo_three(self) -> None:
        before, now = self.grown()
        assert now == pytest.approx(0.75 * before, abs=0.06)
        before, now = self.grown("set cache.hash modulo")
        assert now < 0.45 * before

    def test_one_that_dies_takes_its_share_along(self) -> None:
        world = say(after(shop(items=1000, cache=True), 2), "add cache 3")
        go_on(world, 40)
        before = copies(world, "cache")
        say(world, "restart cache-2")
        go_on(world, 0.1)
        assert answered_now(world) == pytest.approx(0.78 * before.hit_share, abs=0.06)
        assert copies(world, "cache").capacity_kilobytes in (before.capacity_kilobytes, 0.75e6 * 3)

    def test_the_work_is_shared(self) -> None:
        world = say(after(shop(rate=2000.0, items=1000, cache=True), 2), "add cache 3")
        go_on(world, 15)
        rates = [view.arrival_rate for view in world.snapshot().machines if view.pool == "cache"]
        assert len(rates) == 4
        assert rates == pytest.approx([500.0] * 4, rel=0.2)


def test_while_the_cache_is_down_the_database_gets_everything() -> None:
    world = say(after(shop(rate=HEAVY, cache=True), 5), "restart cache-1")
    assert lost_in(world, 6) > 0.02
    assert lost(world.snapshot(), "refused") > 0


def test_sessions_and_copies_share_the_memory() -> None:
    world = after(shop(rate=2000.0, cache=True, session=True), 2.1)
    seen = copies(world, "cache")
    assert seen.session_kilobytes == pytest.approx(2000 * THINK_SECONDS * SESSION_KB, rel=0.05)
    assert seen.capacity_kilobytes == pytest.approx(CACHE_MEMORY_SHARE * 1e6 - seen.session_kilobytes, rel=0.01)


def test_only_the_class_asked_for_is_kept() -> None:
    scenario = shop()
    world = say(after(scenario, 2), "place cache for=goods ttl=30")
    go_on(world, 15)
    assert [shelf.name for shelf in copies(world, "cache").shelves] == ["goods"]
    assert copies(world, "cache").shelves[0].ttl_seconds == 30
    assert ("ttl.goods", "30") in world.snapshot().settings


def test_a_cache_that_is_removed_leaves_nothing_behind() -> None:
    world = say(after(shop(rate=100.0, cache=True), 10), "remove cache")
    go_on(world, 5)
    assert [store.place for store in world.snapshot().copies] == ["pages"]
    assert used(world, "database") == pytest.approx(100 * 5 / 2000, rel=0.15)
    say(world, "place cache")
    go_on(world, 4.5)
    assert 0 < copies(world, "cache").hit_share < 0.5


def test_what_cannot_be_done_says_why() -> None:
    plain, cached = after(shop(), 1), after(shop(cache=True), 1)
    assert refusal(plain, "place cache for=order") == "order reads no data set: there is nothing to keep a copy of"
    assert refusal(plain, "place cache for=picture") == "picture does not ask the database: a cache would save nothing"
    assert refusal(plain, "place cache for=nobody") == "there is no class 'nobody'; there are goods, order, picture"
    assert refusal(plain, "purge cache") == "there is no cache yet"
    assert refusal(plain, "add cache") == "there is no cache yet; place cache builds it"
    assert refusal(plain, "set ttl.order 3") == "order reads no data set: there is nothing to keep a copy of"
    assert refusal(cached, "place cache") == "the cache stands already; resize cache SIZE makes it bigger"
    assert refusal(cached, "remove cache order") == "the cache keeps nothing of order"
    assert refusal(cached, "remove cache goods") is None


def test_placing_it_again_changes_its_size() -> None:
    cached = after(shop(cache=True), 1)
    assert cached.quote(parse("place cache size=medium")).downtime == RESIZE_SECONDS  # type: ignore[arg-type]  # an order
    say(cached, "place cache size=medium")
    go_on(cached, RESIZE_SECONDS + 1)
    assert machine(cached.snapshot(), "cache-1").size == "medium"
    assert refusal(cached, "place cache size=medium") == "the cache stands already; resize cache SIZE makes it bigger"


def test_a_run_without_a_store_is_not_touched_by_one_with() -> None:
    """Bits of a run alone, and beside one that caches."""
    scenario = shop(rate=200.0, writes=5.0, pictures=50.0)
    alone, both = World(scenario, [1]), World(scenario, [1, 1])
    for tick in range(120):
        if tick == 20:
            for line in ("place cache ttl=5", "place cdn", "set cache.purge on"):
                say_to(both, 1, line)
        alone.step()
        both.step()
    assert both.state_hash(0) == alone.state_hash(0)
    assert both.state_hash(1) != alone.state_hash(0)


def say_to(world: World, run: int, line: str) -> None:
    world.apply(parse(line), run)  # type: ignore[arg-type]  # no launch, no rule


def test_every_share_of_a_store_is_a_share() -> None:
    world = say(after(shop(writes=30.0, pictures=50.0, stale_ms=300.0, cache=True), 1), "place cdn")
    for _ in range(20):
        go_on(world, 0.7)
        for store in world.snapshot().copies:
            shares = [store.hit_share, store.stale_share, *(shelf.hit_share for shelf in store.shelves)]
            assert (np.array(shares) >= 0).all()
            assert (np.array(shares) <= 1 + 1e-9).all()
            assert store.fetch_rate <= store.asked_rate + 1e-9
