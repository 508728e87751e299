"""The stores of copies in a world: a CDN's edge, the application cache, the pages in the database's memory.

A class that reads a data set has a shelf of its own in the cache, and at the CDN where it is the same for every user:
what they keep are answers. A database keeps pages, whoever asked for them: its shelves are data sets. So do the boxes
where they have the data themselves, and each replica: these are taken to be alike, one store for all of them, with the
memory that they have on average. What is known here of machines is only what ``notice`` is told; ``lookups`` is a
tick's way through the stores.
"""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.copies.contents import NO_LIMIT, Answers, Store, shelves_of
from scalegame.model.copies.keeping import Memory, first_keeping
from scalegame.model.copies.popularity import Popularity, zipf
from scalegame.model.copies.settling import Kind, settled_presence
from scalegame.model.homes.sessions import in_order
from scalegame.model.numbers.exact import Floats, decay
from scalegame.model.scenario import DataSet, RequestClass, Scenario

CDN, CACHE, PAGES, REPLICAS = "cdn", "cache", "pages", "replica"
_NOTICEABLE_STALE = 1e9
"""Milliseconds: a class that tolerates more tolerates anything."""
_FEW = 1e-3
"""Requests in a tick: where there are fewer nobody meets anybody."""
_SURELY = 3.0
"""Writes to each item after which next to none is as it was."""


def is_cacheable(kind: RequestClass) -> bool:
    """A copy can answer: it is read, and nothing is written on the way."""
    return bool(kind.reads) and not kind.writes and not kind.db_write_ms


def is_static(kind: RequestClass) -> bool:
    """A CDN can answer: it is the same for every user."""
    return kind.static and is_cacheable(kind)


def is_looked_up(kind: RequestClass) -> bool:
    """The application cache can answer instead of the database."""
    return is_cacheable(kind) and kind.db_read_ms > 0.0


class Caching:
    """The stores of a batch of runs of one scenario with data sets."""

    def __init__(self, scenario: Scenario, runs: int) -> None:
        classes = scenario.classes
        self.classes = classes
        self.data: tuple[DataSet, ...] = scenario.data
        self.laws: list[Popularity] = [zipf(data.items, data.zipf) for data in scenario.data]
        names = [data.name for data in scenario.data]
        at_edge = [k for k, kind in enumerate(classes) if is_static(kind)]
        in_cache = [k for k, kind in enumerate(classes) if is_looked_up(kind)]
        paged = [s for s, name in enumerate(names) if any(c.reads == name and c.db_read_ms for c in classes)]
        self.edge_classes = np.array(at_edge, dtype=np.int64)
        self.cache_classes = np.array(in_cache, dtype=np.int64)
        self.edge = slice(0, len(at_edge))
        """Shelves of the CDN, in the order of ``edge_classes``."""
        self.cache = slice(self.edge.stop, self.edge.stop + len(in_cache))
        self.pages = slice(self.cache.stop, self.cache.stop + len(paged))
        self.copied_pages = slice(self.pages.stop, self.pages.stop + len(paged))
        """Those of the replicas, in the order of ``pages``."""
        self.set_of = [*(names.index(classes[k].reads) for k in (*at_edge, *in_cache)), *paged, *paged]
        """The data set on each shelf."""
        self.kilobytes = [
            *(classes[k].kb or self.data[names.index(classes[k].reads)].item_kb for k in at_edge),
            *(self.data[s].item_kb for s in self.set_of[self.edge.stop :]),
        ]
        """Of an entry of each shelf."""
        spans = {CDN: self.edge, CACHE: self.cache, PAGES: self.pages, REPLICAS: self.copied_pages}
        self.stores = [name for name, span in spans.items() if span.start < span.stop]
        self.spans = {name: spans[name] for name in self.stores}
        self.shelves = len(self.set_of)
        self.on_disk = slice(self.pages.start, self.shelves)
        """The shelves of all pages."""
        shelves = [
            [(self.laws[self.set_of[s]], self.kilobytes[s]) for s in range(span.start, span.stop)]
            for span in self.spans.values()
        ]
        self.store = Store(shelves_of(shelves), runs)
        self.store.policy.coalesces[:, self.edge] = 1.0
        self.store.policy.blind[:, self.edge] = self.store.policy.blind[:, self.cache] = 1.0
        self.writers = np.array([[float(c.writes == self.data[s].name) for s in self.set_of] for c in classes])
        """1 where a class writes what is on a shelf, (classes, shelves)."""
        self.readers = np.array([[float(c.reads == self.data[s].name) for s in paged] for c in classes])
        """1 where a class reads those pages, (classes, data sets in pages)."""
        self.work = np.array([(c.db_read_ms + c.db_write_ms) / 1000.0 for c in classes])
        """Of each class on the data, in seconds."""
        self.read_work = np.array([c.db_read_ms / 1000.0 for c in classes])
        """The part of it that a copy of the answer spares."""
        self.cpu = np.array([c.cpu_ms / 1000.0 for c in classes])
        self.reading = np.array([float(c.db_read_ms > 0.0) for c in classes])
        self.nano = np.zeros(len(classes), dtype=np.int64)
        self.nano[at_edge] = [round(kilobytes * cat.CDN_PRICE_PER_GB * 1000) for kilobytes in self.kilobytes[self.edge]]
        """Nano-dollars for the CDN's answer of each class: dollars a gigabyte are thousands of them a kilobyte."""
        tolerance = [classes[k].stale_ms for k in (*at_edge, *in_cache)]
        watched = [s for s, limit in enumerate(tolerance) if limit < _NOTICEABLE_STALE]
        self.watched = np.array(watched, dtype=np.int64)
        """Shelves whose answers may be too old."""
        self.tolerance = np.array([tolerance[s] / 1000.0 * cat.TICKS_PER_SECOND for s in watched])
        self.rewrites_end = 0
        """No data set is being written from end to end from this tick on."""
        self.state = first_keeping(runs, self.shelves, len(self.data), self.on_disk, self.work)
        self._stand(slice(None))

    # What stands -----------------------------------------------------------------------------------------------------

    def shelf(self, store: str, k: int) -> int | None:
        """The shelf of a class at the CDN or in the cache; None where it has none."""
        kinds = (self.edge_classes if store == CDN else self.cache_classes).tolist()
        return self.spans[store].start + kinds.index(k) if k in kinds else None

    def shelves_in(self, store: str) -> range:
        """All shelves of a store; none where no class has anything to keep there."""
        span = self.spans.get(store, slice(0, 0))
        return range(span.start, span.stop)

    def keeps(self, run: int, store: str) -> list[int]:
        """Classes that a store keeps answers of, whether or not it is up."""
        if store not in self.spans:
            return []
        kinds = (self.edge_classes if store == CDN else self.cache_classes).tolist()
        chosen = self.state.chosen[run, self.spans[store]].tolist()
        return [k for k, there in zip(kinds, chosen, strict=True) if there]

    def choose(self, run: int, store: str, kinds: list[int], *, keep: bool) -> None:
        """From now on a store keeps answers of these classes, or does not."""
        for k in kinds:
            shelf = self.shelf(store, k)
            if shelf is None:
                continue
            self.state.chosen[run, shelf] = keep
            if not keep:
                self.purge(run, shelf)
        self._stand(run)

    def place_cdn(self, run: int, *, stands: bool) -> None:
        """The CDN begins its work, or is gone with all it held."""
        self.state.cdn[run] = stands
        if not stands:
            self.choose(run, CDN, self.keeps(run, CDN), keep=False)
        self._stand(run)

    def _stand(self, run: int | slice) -> None:
        stands = self.state.chosen[run].astype(np.float64)
        stands[..., self.edge] *= self.state.cdn[run, None] if isinstance(run, slice) else self.state.cdn[run]
        up = self.state.cache_up[run]
        stands[..., self.cache] *= up[:, None] if isinstance(run, slice) else up
        self.store.policy.stands[run] = stands

    def set_ttl(self, run: int, k: int, seconds: float) -> None:
        """Answers of a class live so long after they were fetched; 0 is for ever."""
        for store in (CDN, CACHE):
            shelf = self.shelf(store, k)
            if shelf is not None:
                self.store.set_ttl(run, shelf, seconds)

    def set_purge(self, run: int, *, on: bool) -> None:
        """A write takes its copies out of the cache and the CDN, or leaves them to grow stale."""
        self.store.policy.purges[run, : self.cache.stop] = float(on)
        self.store.policy.blind[run, : self.cache.stop] = float(not on)

    def set_coalescing(self, run: int, *, on: bool) -> None:
        """Who asks the cache for what is being fetched waits for that fetch, or fetches as well."""
        self.store.policy.coalesces[run, self.cache] = float(on)

    # What happens to machines ----------------------------------------------------------------------------------------

    def notice(self, run: int, memory: Memory) -> None:
        """Follow what the machines are now; see Memory."""
        state = self.state
        if PAGES in self.spans:
            self._notice_pages(run, memory)
        if CACHE not in self.spans:
            return
        for shelf in self.shelves_in(CACHE) if memory.moved > 0.0 else ():
            self.store.forget(run, shelf, memory.moved)
            self._miss(run, shelf, 1.0 - memory.moved)
        if state.cache_up[run] == (memory.caches > 0):
            return
        if not memory.caches:
            self.flush(run, CACHE)
        state.cache_up[run] = memory.caches > 0
        self._stand(run)

    def _notice_pages(self, run: int, memory: Memory) -> None:
        state, capacity = self.state, self.store.policy.capacity
        if memory.pages_kb > 0.0:
            capacity[run, self.stores.index(PAGES)] = memory.pages_kb
        if state.on_box[run] != memory.on_box:
            # The data has just been copied there: nobody has read it yet.
            state.on_box[run] = memory.on_box
            self.flush(run, PAGES)
        up, before = len(memory.replicas_kb), int(state.replicas[run])
        if up:
            capacity[run, self.stores.index(REPLICAS)] = sum(memory.replicas_kb) / up
        if up > before:
            # Of those that work now some have just started, and remember nothing.
            self.flush(run, REPLICAS, (up - before) / up)
        state.replicas[run] = up

    def flush(self, run: int, store: str, share: float = 1.0) -> None:
        """So much of what a store holds is gone."""
        if store not in self.spans:
            return
        self.store.flush(run, self.stores.index(store), share)
        for shelf in self.shelves_in(store):
            self._miss(run, shelf, 1.0 - share)

    def purge(self, run: int, shelf: int) -> None:
        """Nothing is left on a shelf."""
        self.store.purge(run, shelf)
        self._miss(run, shelf, 0.0)

    def _miss(self, run: int, shelf: int, kept: float) -> None:
        """The next tick goes by the last one's answers: what was lost in between does not answer. Of those who miss the
        same item, all fetch it, or the first does where fetches are coalesced."""
        state = self.state
        state.hit[run, shelf] *= kept
        missing = 1.0 - state.hit[run, shelf]
        first = 1.0
        if self.store.policy.coalesces[run, shelf]:
            law = self.laws[self.set_of[shelf]]
            places = cat.CDN_LOCATIONS if shelf < self.edge.stop else 1
            asked = max(float(state.asked[run, shelf]) * cat.TICK_SECONDS / places, _FEW)
            first = float(in_order(law.items * (1.0 - decay(asked * law.each)))) / asked
        state.fetch[run, shelf] = missing * first
        state.wait[run, shelf] = missing - state.fetch[run, shelf]

    # What happens to data --------------------------------------------------------------------------------------------

    def data_named(self, name: str) -> int | None:
        """The number of a data set."""
        return next((s for s, data in enumerate(self.data) if data.name == name), None)

    def shift(self, run: int, data: int, share: float) -> None:
        """So much of what is popular is so no more, and what nobody asked for is: in every store."""
        for shelf in [s for s in range(self.shelves) if self.set_of[s] == data]:
            self.store.forget(run, shelf, share)
            self._miss(run, shelf, 1.0 - share)

    def rewrite(self, run: int, data: int, tick: int, ticks: int) -> None:
        """Every item of a data set is written, one after another, in so many ticks."""
        self.state.rewriting[run, data] = tick + ticks
        self.state.rewrite_ticks[run, data] = ticks
        self.rewrites_end = max(self.rewrites_end, tick + ticks)

    def go_on_rewriting(self, tick: int) -> None:
        """A tick's part of it: copies that see writes go, the others grow stale."""
        state, store = self.state, self.store
        for run, data in np.argwhere(state.rewriting > tick).tolist():
            left = int(state.rewriting[run, data]) - tick
            law = self.laws[data]
            each = law.each[law.items > 0.0]
            writes = _SURELY / max(float(each.min()), 1e-300) / float(state.rewrite_ticks[run, data])
            for shelf in [s for s in range(self.pages.start) if self.set_of[s] == data]:
                if store.policy.purges[run, shelf]:
                    store.purge(run, shelf, 1.0 / left)
                    self._miss(run, shelf, 1.0 - 1.0 / left)
                elif store.policy.blind[run, shelf]:
                    store.ages.unseen[run, shelf] += writes

    # At the start ----------------------------------------------------------------------------------------------------

    def settle(self, run: int, rates: Floats, copied: Floats) -> None:
        """Hold what a system holds that has been running for long. rates: requests a second, copied: the share of those
        that go on to the data which goes to replicas, both (classes,)."""
        state = self.state
        state.rate[run] = rates
        calls = rates * (self.work > 0.0)
        reach = rates.copy()
        for name, span in self.spans.items():
            shelves = range(span.start, span.stop)
            if name in (PAGES, REPLICAS):
                part = 1.0 - copied if name == PAGES else copied / max(int(state.replicas[run]), 1)
                asked = [float(in_order(reach * part * self.readers[:, s - span.start])) for s in shelves]
            else:
                kinds = self.edge_classes if name == CDN else self.cache_classes
                asked = [float(reach[k]) for k in kinds.tolist()]
                if name == CDN:
                    asked = [rate / cat.CDN_LOCATIONS for rate in asked]
            there = [s for s in shelves if self.store.policy.stands[run, s]]
            if not there:
                continue
            capacity = float(self.store.policy.capacity[run, self.stores.index(name)])
            kinds_there = [self.kind(run, s, asked[s - span.start]) for s in there]
            present, edge = settled_presence(kinds_there, capacity)
            for s, held, rate in zip(there, present, kinds_there, strict=True):
                self.store.fill(run, s, held, edge, rate.rate)
                share = min(float(in_order(self.laws[self.set_of[s]].share * held)), 1.0)
                state.hit[run, s], state.fetch[run, s] = share, 1.0 - share
                if name == CACHE:
                    calls[int(self.cache_classes[s - span.start])] *= 1.0 - share
                if name == CDN:
                    reach[int(self.edge_classes[s - span.start])] *= 1.0 - share
        state.calls[run], state.copied_calls[run] = calls * (1.0 - copied), calls * copied

    def kind(self, run: int, shelf: int, rate: float) -> Kind:
        """What is on a shelf, as ``settling`` has it."""
        life = int(self.store.ages.life[run, shelf])
        purges = bool(self.store.policy.purges[run, shelf])
        return Kind(
            self.laws[self.set_of[shelf]],
            rate,
            self.kilobytes[shelf],
            ttl=life * cat.TICK_SECONDS,
            writes=float(self.state.wrote[run, shelf]) if purges else 0.0,
        )

    # Of a tick -------------------------------------------------------------------------------------------------------

    def learn(self, answers: Answers) -> None:
        """What the stores will answer in the next tick."""
        state = self.state
        state.hit, state.wait, state.fetch = answers.hit, answers.wait, answers.fetch


def usable_kb(memory_gb: float, share: float) -> float:
    """What of a machine's memory copies may take; a size that does not say has no limit."""
    return memory_gb * 1e6 * share if memory_gb > 0.0 else NO_LIMIT
