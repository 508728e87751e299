"""What a store of copies holds: a CDN's edge, an application cache, the pages in a database's memory. One engine.

An item is absent, on its way, or held. A request finds it held with the share of the time that it is (PASTA); where it
is absent it starts a fetch, which returns after an exponential time. Each group of equally popular items of each data
set follows these three shares through the tick by their exact exponentials, with the flows between them joined so that
the stationary state is the renewal formula's whatever the tick: (1 + λd)/(1 + λ(T + d)) misses for a TTL of T and
fetches of d seconds.

The least recently used goes first (Che, Tung and Wang 2002, "Hierarchical web caching systems", and Fricker, Robert and
Roberts 2012, "A versatile and accurate approximation for LRU cache performance"): a store has one edge, the idle time
of its oldest entry, which grows with the clock and is cut back by what must go. Where all is stationary the edge is
Che's characteristic time: an entry asked for at rate λ goes at rate λ/(exp(λ edge) - 1). A TTL that every hit resets is
such an edge that stands still.

A shelf is a data set in a store. Shapes: (runs, shelves), (runs, stores), (runs, shelves, groups); the last group are
the forgotten, items that were popular once and are not asked for any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.copies.expiry import Ages, expire, grow_older, no_ages, set_life, stale_share
from scalegame.model.copies.popularity import GROUPS, Popularity
from scalegame.model.homes.sessions import in_order
from scalegame.model.numbers.exact import Floats, decay
from scalegame.model.state import Mask, Whole

NO_LIMIT = 1e12
"""As a capacity in kilobytes or a time in seconds."""
_SHORTEST_EDGE, _LONGEST_EDGE = 1e-6, 1e6
_TINY = 1e-12
_FAINT = 1e-9
_CUTS = 60
_OVERFULL = 1.005
"""What a store may hold of its capacity: up to here the next tick's pressure takes care of it."""


@dataclass(frozen=True, slots=True)
class Shelves:
    """What may stand where: (shelves, groups) but for the last two. Shelves of a store stand together."""

    items: Floats
    each: Floats
    """The share of the data set's requests that one item of the group gets."""
    share: Floats
    """The share that the whole group gets."""
    weight: Floats
    """Kilobytes of the whole group."""
    store: Whole
    """Of a shelf, (shelves,)."""
    first: Whole
    """The first shelf of a store, (stores,)."""


def shelves_of(stores: Sequence[Sequence[tuple[Popularity, float]]]) -> Shelves:
    """A store is a list of its data sets, each with the kilobytes of an entry; none is empty."""
    kinds = [kind for store in stores for kind in store]
    items = np.zeros((len(kinds), GROUPS + 1))
    each, share, size = np.zeros_like(items), np.zeros_like(items), np.zeros((len(kinds), 1))
    for row, (popularity, kilobytes) in enumerate(kinds):
        items[row, :-1], each[row, :-1], share[row, :-1] = popularity.items, popularity.each, popularity.share
        items[row, -1] = in_order(popularity.items)
        size[row] = kilobytes
    counts = np.array([len(store) for store in stores], dtype=np.int64)
    return Shelves(
        items=items,
        each=each,
        share=share,
        weight=items * size,
        store=np.repeat(np.arange(counts.size), counts),
        first=np.cumsum(counts) - counts,
    )


@dataclass
class Policy:
    """What players set. Masks are 1.0 and 0.0."""

    capacity: Floats
    """Kilobytes, (runs, stores)."""
    stands: Floats
    """(runs, shelves): the store is there and takes this data set."""
    idle_limit: Floats
    """(runs, shelves): seconds without a hit until an entry goes; NO_LIMIT is never."""
    purges: Floats
    """(runs, shelves): a write removes the entry."""
    blind: Floats
    """(runs, shelves): entries do not see writes, and grow stale."""
    coalesces: Floats
    """(runs, shelves): one fetch at a time for an item, and the others wait for it."""


def open_policy(runs: int, shelves: Shelves) -> Policy:
    """All stands, without limits; writes neither remove entries nor make them stale."""
    shape = (runs, shelves.store.size)
    return Policy(
        capacity=np.full((runs, shelves.first.size), NO_LIMIT),
        stands=np.ones(shape),
        idle_limit=np.full(shape, NO_LIMIT),
        purges=np.zeros(shape),
        blind=np.zeros(shape),
        coalesces=np.zeros(shape),
    )


@dataclass
class Contents:
    """The state. Shares of a group's items, (runs, shelves, groups), but for what says otherwise."""

    held: Floats
    fetching: Floats
    edge: Floats
    """Seconds that the entry which goes next has not been asked for; grows with the clock where there is room,
    (runs, stores)."""
    filled: Floats
    """Kilobytes held, (runs, stores)."""
    inflow: Floats
    """Kilobytes by which the last tick would have grown had nothing been evicted, (runs, stores)."""
    rate: Floats
    """Requests a second over about the edge's length, (runs, shelves)."""


def no_contents(runs: int, shelves: Shelves) -> Contents:
    """Empty stores."""
    shape, stores = (runs, *shelves.items.shape), (runs, shelves.first.size)
    return Contents(
        held=np.zeros(shape),
        fetching=np.zeros(shape),
        edge=np.full(stores, _SHORTEST_EDGE),
        filled=np.zeros(stores),
        inflow=np.zeros(stores),
        rate=np.zeros(shape[:2]),
    )


@dataclass(frozen=True, slots=True)
class Answers:
    """A tick's shares of the requests for each shelf, (runs, shelves). hit + wait + fetch = 1."""

    hit: Floats
    wait: Floats
    """Waited for a fetch that another had started."""
    fetch: Floats
    """Went on to the origin."""


class Store:
    """Stores that are stepped together: for each run the contents, how old they are, and what players set."""

    def __init__(self, shelves: Shelves, runs: int) -> None:
        self.shelves = shelves
        self.policy = open_policy(runs, shelves)
        self.contents = no_contents(runs, shelves)
        self._wanted = shelves.each
        """Shares of the requests that one item gets in this tick."""
        self.ages: Ages = no_ages(runs, *shelves.items.shape)

    # A tick ----------------------------------------------------------------------------------------------------------

    def step(self, requests: Floats, writes: Floats, fetch_seconds: Floats, tilt: Floats | None = None) -> Answers:
        """One tick. All (runs, shelves): requests and writes in the tick, mean seconds until a fetch returns. tilt: how
        many times as often as by their popularity the items of a group are asked for, (runs, shelves, groups): behind
        another store, the favourites seldom are."""
        shelves, policy, state = self.shelves, self.policy, self.contents
        each = shelves.each
        self._wanted = wanted = each if tilt is None else each * tilt
        edge = state.edge[:, shelves.store]
        idle = np.minimum(edge, policy.idle_limit)
        rates = np.empty((3, *state.held.shape))
        asked, returns = rates[0], rates[2]
        np.multiply(requests[:, :, None], wanted, out=asked)
        np.multiply((state.rate * idle)[:, :, None], wanted, out=rates[1])
        returns[:] = (TICK_SECONDS / np.maximum(fetch_seconds, _FAINT))[:, :, None]
        stays = decay(rates)
        mean = (1.0 - stays + _TINY) / (rates + _TINY)  # (1 - e^-x)/x, the mean of what decays over the tick
        hazard = stays[1] / (mean[1] * idle[:, :, None])

        pressure, quick_edge = self._pressure(hazard, edge < policy.idle_limit)
        tired = np.where(edge < policy.idle_limit, pressure[:, shelves.store], 1.0)
        leaves = hazard * (tired * TICK_SECONDS)[:, :, None]
        purged = np.zeros_like(leaves)
        if np.count_nonzero(policy.purges):
            np.multiply((writes * policy.purges)[:, :, None], each, out=purged)
            leaves += purged
        kept = decay(leaves)
        lasts = (1.0 - kept + _TINY) / (leaves + _TINY) * policy.stands[:, :, None]

        # Absent → fetching → held → absent, each fed evenly through the tick; ``started`` closes the circle.
        expired = expire(self.ages)
        still = state.held - expired
        absent = np.maximum(1.0 - state.held - state.fetching, 0.0)
        back = state.fetching * (1.0 - stays[2])
        lost = expired + still * (1.0 - kept) + (1.0 - lasts) * back
        again = 1.0 - mean[0]
        quick = 1.0 - mean[2]
        started = (absent * (1.0 - stays[0]) + again * lost) / (1.0 - again * (1.0 - lasts) * quick)
        back += quick * started
        missing = (started + _FAINT * absent) / (asked + _FAINT)
        waiting = back / returns
        state.fetching += started
        state.fetching -= back
        still *= kept
        # Where an item comes and goes a million times a tick, rounding would hold more than there is.
        inserted = np.minimum(lasts * back, 1.0 - state.fetching - still)
        state.held = still + inserted
        purged *= state.held
        flow = back * policy.stands[:, :, None]
        flow -= expired
        flow -= purged
        answers = self._answers(missing, waiting, shelves.share if tilt is None else shelves.share * tilt)
        kept *= self._fit(flow, hazard, pressure, quick_edge, kept, inserted)
        self._age(kept, inserted, requests, writes)
        return answers

    def _pressure(self, hazard: Floats, by_room: Mask) -> tuple[Floats, Mask]:
        """How fast the edge is cut back, in seconds a second, so that what comes finds room; and the stores that are
        turned over within a tick. Both (runs, stores)."""
        state, shelves = self.contents, self.shelves
        density = self._by_store(in_order(shelves.weight * state.held * hazard) * by_room)
        over = np.maximum(state.filled + state.inflow - self.policy.capacity, 0.0)
        pressure = np.minimum(over / (density * TICK_SECONDS + _TINY), 4.0)
        # Turned over within a tick, a store stands as its edge says: the edge alone is corrected, in _fit.
        quick = (state.edge < TICK_SECONDS) & (over > 0.0)
        return np.where(quick, 1.0, pressure), quick

    def _by_store(self, values: Floats) -> Floats:
        result: Floats = np.add.reduceat(values, self.shelves.first, axis=1)
        return result

    def _answers(self, missing: Floats, waiting: Floats, share: Floats) -> Answers:
        both = np.empty((2, *missing.shape))
        np.multiply(missing, share, out=both[0])
        np.multiply(waiting, share, out=both[1])
        sums = np.minimum(in_order(both), 1.0)
        first, late = sums[0], np.minimum(sums[1], 1.0 - sums[0])
        wait = late * self.policy.coalesces * self.policy.stands
        hit = (1.0 - first - late) * self.policy.stands
        return Answers(hit=hit, wait=wait, fetch=1.0 - hit - wait)

    def _fit(
        self, flow: Floats, hazard: Floats, pressure: Floats, quick: Mask, kept: Floats, inserted: Floats
    ) -> Floats:
        """Move the edges on, and where a store is too full cut them back at once; returns the share of the entries that
        this leaves, and takes it from ``inserted`` too."""
        state, shelves = self.contents, self.shelves
        sums = np.empty((2, *flow.shape))
        np.multiply(state.held, shelves.weight, out=sums[0])
        np.multiply(flow, shelves.weight, out=sums[1])
        state.filled, state.inflow = (self._by_store(part) for part in in_order(sums))
        state.edge = np.maximum(state.edge + TICK_SECONDS * (1.0 - pressure), 0.5 * state.edge)
        left = np.ones_like(kept)
        capacity = self.policy.capacity
        most = capacity * _OVERFULL
        full = np.count_nonzero(state.filled > most)
        if not full and not np.count_nonzero(quick):
            return left
        density = self._by_store(in_order(shelves.weight * state.held * hazard))
        change = (capacity - state.filled) * quick / (density + _TINY)
        state.edge += np.minimum(np.maximum(change, -0.5 * state.edge), TICK_SECONDS)
        if not full:
            return left
        for _ in range(_CUTS):
            over = (state.filled - capacity) * (state.filled > most)
            cut = np.minimum(over / (density + _TINY), 0.5 * state.edge)
            goes = np.minimum(hazard * cut[:, shelves.store, None], 1.0)
            left *= 1.0 - goes
            state.held *= 1.0 - goes
            state.edge = np.maximum(state.edge - cut, _SHORTEST_EDGE)
            state.filled = self._by_store(in_order(shelves.weight * state.held))
            if not np.count_nonzero(state.filled > most):
                break
            hazard = self._hazard()
            density = self._by_store(in_order(shelves.weight * state.held * hazard))
        share = np.minimum(most / np.maximum(state.filled, _TINY), 1.0)
        state.filled *= share
        share = share[:, shelves.store, None]
        state.held *= share
        left *= share
        inserted *= left
        return left

    def _hazard(self) -> Floats:
        """Of an entry to be the next to go, in 1/s of the edge."""
        state, shelves = self.contents, self.shelves
        idle = np.minimum(state.edge[:, shelves.store], self.policy.idle_limit)
        x = (state.rate * idle)[:, :, None] * shelves.each
        stays = decay(x)
        result: Floats = stays * (x + _TINY) / ((1.0 - stays + _TINY) * idle[:, :, None])
        return result

    def _age(self, kept: Floats, inserted: Floats, requests: Floats, writes: Floats) -> None:
        state, policy = self.contents, self.policy
        edge = np.minimum(state.edge[:, self.shelves.store], policy.idle_limit)
        state.rate += (requests / TICK_SECONDS - state.rate) * (TICK_SECONDS / (edge + TICK_SECONDS))
        self.ages.unseen += writes * policy.blind
        grow_older(self.ages, kept, inserted)

    # Looking ---------------------------------------------------------------------------------------------------------

    def entries(self) -> Floats:
        """Entries held, (runs, shelves)."""
        return in_order(self.shelves.items * self.contents.held)

    def stale(self, shelf: Whole, tolerance: Floats) -> Floats:
        """Of the answers from these shelves, (views,), the share that has been out of date for more than so many ticks,
        (views,): (runs, views)."""
        return stale_share(self.ages, self.shelves.each, self.shelves.share, shelf, tolerance)

    # Rare events, of one run -----------------------------------------------------------------------------------------

    def set_ttl(self, run: int, shelf: int, seconds: float, *, resets: bool = False) -> None:
        """Entries live so long after they were fetched, or, where a hit resets the clock, after the last hit; 0 is for
        ever. A tick at least."""
        slides = resets and seconds > 0
        self.policy.idle_limit[run, shelf] = max(seconds, TICK_SECONDS) if slides else NO_LIMIT
        fixed = seconds > 0 and not slides
        set_life(self.ages, run, shelf, max(round(seconds / TICK_SECONDS), 1) if fixed else 0)

    def flush(self, run: int, store: int, share: float = 1.0) -> None:
        """So much of everything is gone: all of it, or what a lost machine held."""
        kept = 1.0 - share
        for shelf in np.flatnonzero(self.shelves.store == store).tolist():
            self.contents.held[run, shelf] *= kept
            self.ages.cells[run, shelf] *= kept
        self.contents.filled[run, store] *= kept
        if share == 1.0:
            self.contents.edge[run, store] = _SHORTEST_EDGE
            self.contents.inflow[run, store] = 0.0

    def purge(self, run: int, shelf: int, share: float = 1.0) -> None:
        """Every entry of a shelf is gone, or so many of each group's."""
        kept = 1.0 - share
        gone = in_order(self.contents.held[run, shelf] * self.shelves.weight[shelf]) * share
        self.contents.held[run, shelf] *= kept
        self.ages.cells[run, shelf] *= kept
        store = self.shelves.store[shelf]
        self.contents.filled[run, store] = max(float(self.contents.filled[run, store] - gone), 0.0)

    def fill(self, run: int, shelf: int, held: Floats, edge: float, rate: float) -> None:
        """A shelf that was empty holds so much of each group, (groups without the forgotten,), as if it had long been
        asked for at this rate; edge: of the store, in seconds."""
        state, ages, store = self.contents, self.ages, self.shelves.store[shelf]
        state.held[run, shelf, :-1] = held
        state.rate[run, shelf] = rate
        state.edge[run, store] = min(max(edge, _SHORTEST_EDGE), _LONGEST_EDGE)
        state.filled[run, store] += in_order(state.held[run, shelf] * self.shelves.weight[shelf])
        life, window = int(ages.life[run, shelf]), int(ages.window[run, shelf])
        if not life:
            ages.cells[run, shelf, -1, :-1] = held
            return
        windows = -(-life // window)
        ages.cells[run, shelf, 1 : windows + 1, :-1] = held / windows

    def forget(self, run: int, shelf: int, share: float) -> None:
        """Popularity shifts: so many of each group's items are not asked for any more, and others, that nobody had
        asked for, took their places. Keys that another machine now answers for are the same: what the old one holds
        of them is never read again."""
        held, cells = self.contents.held[run, shelf], self.ages.cells[run, shelf]
        items = self.shelves.items[shelf]
        joins = float(in_order(held[:-1] * share * items[:-1])) / items[-1]
        # There are no more forgotten items than the data set has: what is beyond goes at once.
        taken = min(1.0, (1.0 - float(held[-1])) / max(joins, _TINY))
        for part in (held, *cells):
            moved = part[:-1] * share
            part[:-1] -= moved
            part[-1] += taken * float(in_order(moved * items[:-1])) / items[-1]
