"""A tick's way through the stores of copies: who is answered where, by what the stores held a tick before, and what
they make of it.

Whole requests are let on to the origin; the fractions that shares leave over are carried to the next tick. Who waits
for another's fetch does not call the database, and is answered when that fetch is: its representative travels the way
of one who calls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import Caching
from scalegame.model.copies.disk import FACTORS, box_seconds
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home, in_order
from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.servers import LONG_SMOOTHING, SMOOTHING, Stations
from scalegame.model.site import Site
from scalegame.model.state import Mask, Place, Pool, Tier
from scalegame.model.way.flow import Loss, Met, Over, Walked
from scalegame.model.way.ledger import STALE
from scalegame.model.way.memory import room_for_all

_LONGEST_FETCH = 30.0
"""Seconds: where nobody answers, a fetch is given up."""
_LEAST_TAKEN = 0.01
_STEADY = 0.03
"""The disk's part in the database's work is followed in steps of this share."""


@dataclass(slots=True)
class Answered:
    """What the stores answer in this tick, (runs, classes)."""

    edge: Floats | None
    """By the CDN; None where it stands nowhere."""
    edge_aside: Floats | None
    """The same with those who wait for another's fetch: they do not come to the origin either."""
    hits: Floats | None
    """By the cache, of what the servers got; None where it keeps nothing anywhere."""
    calls: Floats | None
    """Of what the servers got, what goes on to the database; None where that is all."""


class Lookups:
    """Works on the caching of a site."""

    def __init__(self, site: Site, caching: Caching, stations: Stations) -> None:
        self.site = site
        self.caching = caching
        self.stations = stations

    # Before the walks ------------------------------------------------------------------------------------------------

    def route(self) -> Answered:
        """Who will be answered where. Comes before the walks of a tick."""
        caching, site = self.caching, self.site
        state = caching.state
        if site.tick < caching.rewrites_end:
            caching.go_on_rewriting(site.tick)
        if site.tick % cat.TICKS_PER_SECOND == 0:
            self._each_second()
        answered = Answered(None, None, None, None)
        shape = (site.runs, site.classes)
        if np.count_nonzero(state.cdn):
            answered.edge, answered.edge_aside = np.zeros(shape), np.zeros(shape)
            answered.edge[:, caching.edge_classes] = state.hit[:, caching.edge]
            answered.edge_aside[:, caching.edge_classes] = state.hit[:, caching.edge] + state.wait[:, caching.edge]
        if np.count_nonzero(caching.store.policy.stands[:, caching.cache]):
            answered.hits, answered.calls = np.zeros(shape), np.ones(shape)
            answered.hits[:, caching.cache_classes] = state.hit[:, caching.cache]
            # The three shares sum to 1 but for rounding, and nobody may come less than never.
            answered.calls[:, caching.cache_classes] = np.maximum(state.fetch[:, caching.cache], 0.0)
        return answered

    def past_the_edge(self, counts: Floats, answered: Answered) -> Floats:
        """Whole requests that come to the origin, (runs, classes)."""
        if answered.edge_aside is None:
            return counts
        exact = counts * answered.edge_aside
        exact += self.caching.state.edge_carry
        # Where all are answered there, rounding may make one more of them than came.
        aside: Floats = np.minimum(np.floor(exact), counts)
        self.caching.state.edge_carry = exact - aside
        return counts - aside

    def past_the_cache(self, served: Floats, answered: Answered) -> Floats:
        """Whole requests that go on to the database. served: (runs, columns of the servers, classes)."""
        if answered.calls is None:
            return served
        upto = np.add.accumulate(served, axis=1)
        upto *= answered.calls[:, None, :]
        upto += self.caching.state.data_carry[:, None, :]
        whole = np.floor(upto)
        self.caching.state.data_carry = upto[:, -1] - whole[:, -1]
        whole[:, 1:] -= whole[:, :-1].copy()
        # As at the edge: nobody calls who was not served.
        result: Floats = np.minimum(whole, served, out=whole)
        return result

    # Behind them -----------------------------------------------------------------------------------------------------

    def look_back(self, walked: Walked, answered: Answered, served: Floats, sent: Floats) -> None:
        """Let the stores follow what was asked of them. served: by the servers, sent: on to the database, both (runs,
        columns of the servers, classes)."""
        caching, site = self.caching, self.site
        state = caching.state
        asked_here = served.sum(axis=1)
        answering = np.maximum.reduce(self.stations.serving[:, site.columns.spans[Pool.DATABASE]], axis=1)
        answering = np.where(state.on_box, 1.0, answering)
        kept = sent.sum(axis=1)
        at_replicas, copied = None, self._to_replicas(walked)
        if copied is not None:
            kept, at_replicas = kept * (1.0 - copied[0]), kept * copied[1]
        requests = np.empty(state.hit.shape)
        requests[:, caching.edge] = walked.attempts.all[:, caching.edge_classes]
        requests[:, caching.cache] = asked_here[:, caching.cache_classes]
        self._ask_pages(requests, caching.pages, kept * answering[:, None])
        self._ask_pages(requests, caching.copied_pages, at_replicas)
        writes = np.add.accumulate(asked_here[:, :, None] * caching.writers, axis=1)[:, -1]
        state.asked += SMOOTHING * (requests * cat.TICKS_PER_SECOND - state.asked)
        state.answered += SMOOTHING * (requests * state.hit * cat.TICKS_PER_SECOND - state.answered)
        state.fetched += SMOOTHING * (requests * state.fetch * cat.TICKS_PER_SECOND - state.fetched)
        state.wrote += LONG_SMOOTHING * (writes * cat.TICKS_PER_SECOND - state.wrote)
        state.rate += LONG_SMOOTHING * (walked.attempts.all * cat.TICKS_PER_SECOND - state.rate)
        state.calls += LONG_SMOOTHING * (kept * cat.TICKS_PER_SECOND - state.calls)
        requests[:, caching.edge] *= 1.0 / cat.CDN_LOCATIONS
        if at_replicas is not None:
            state.copied_calls += LONG_SMOOTHING * (at_replicas * cat.TICKS_PER_SECOND - state.copied_calls)
            requests[:, caching.copied_pages] /= np.maximum(state.replicas, 1)[:, None]
        if answered.edge is not None:
            self._bill(walked.attempts.all)
        self._note_stale(walked, answered)
        walked.edge, walked.hits = answered.edge, answered.hits
        caching.learn(caching.store.step(requests, writes, self._fetch_seconds(walked.met), self._tilt(answered)))

    def _ask_pages(self, requests: Floats, pages: slice, calls: Floats | None) -> None:
        """What calls ask of pages, (runs, classes), to be written into (runs, shelves); None: nobody calls."""
        caching = self.caching
        if calls is None:
            requests[:, pages] = 0.0
            return
        reads = calls * caching.reading
        for number in range(pages.stop - pages.start):
            requests[:, pages.start + number] = in_order(reads * caching.readers[:, number])

    def _to_replicas(self, walked: Walked) -> tuple[Floats, Floats] | None:
        """Of each class's calls, what is sent to replicas, and what comes to one that works, both (runs, classes); None
        where there never was a replica."""
        columns = self.site.columns
        span = columns.spans[Pool.REPLICA]
        if span.start == span.stop:
            return None
        if walked.data_split is None:
            none = np.zeros((self.site.runs, self.site.classes))
            return none, none
        first = columns.tiers[Tier.DATA].start
        sent = walked.data_split[:, :, span.start - first : span.stop - first]
        come = sent * self.stations.serving[:, None, span]
        return np.minimum(in_order(sent), 1.0), in_order(come)

    def _tilt(self, answered: Answered) -> Floats | None:
        """Behind the cache the database's pages are asked for what the cache does not hold: see contents.Store.step."""
        caching = self.caching
        if answered.calls is None or caching.pages.start == caching.pages.stop:
            return None
        store = caching.store
        through = 1.0 - store.contents.held * store.policy.stands[:, :, None]
        result = np.ones(through.shape)
        # A run without a cache must not see, not even in its roundings, that another has one.
        helped = np.maximum.reduce(store.policy.stands[:, caching.cache], axis=1)[:, None] > 0.0
        shelf_of = dict(
            zip(caching.cache_classes.tolist(), range(caching.cache.start, caching.cache.stop), strict=True)
        )
        for number in range(caching.pages.stop - caching.pages.start):
            page = caching.pages.start + number
            flow = np.zeros(through[:, 0].shape)
            for k in np.flatnonzero(caching.readers[:, number] * caching.reading).tolist():
                part = caching.state.rate[:, k, None]
                flow += part * through[:, shelf_of[k]] if k in shelf_of else part
            mean = in_order(flow * store.shelves.share[page])[:, None]
            np.divide(flow, mean, out=result[:, page], where=helped & (mean > 0.0))
            result[:, caching.copied_pages.start + number] = result[:, page]
        return result

    def _bill(self, counts: Floats) -> None:
        """The CDN is paid by the gigabyte that leaves it, hit or miss."""
        caching, state = self.caching, self.caching.state
        kept = np.zeros(counts.shape, dtype=np.int64)
        kept[:, caching.edge_classes] = caching.store.policy.stands[:, caching.edge] > 0.0
        nano = np.add.accumulate(counts.astype(np.int64) * kept * caching.nano, axis=1)[:, -1]
        state.edge_bill += LONG_SMOOTHING * (nano * (cat.TICKS_PER_SECOND * 60.0 / 1e9) - state.edge_bill)
        nano = nano + state.owed
        whole = nano // 1000
        state.owed = nano - whole * 1000
        self.site.books.state.money[:, 0] += whole

    def _note_stale(self, walked: Walked, answered: Answered) -> None:
        caching, state = self.caching, self.caching.state
        if not caching.watched.size:
            return
        shape = (self.site.runs, self.site.classes)
        for span, kinds, over, place, there in (
            (caching.edge, caching.edge_classes, Over.EDGE, Place.CDN, answered.edge),
            (caching.cache, caching.cache_classes, Over.HIT, Pool.CACHE, answered.hits),
        ):
            if there is not None and np.count_nonzero(state.stale[:, span]):
                stale = np.zeros(shape)
                stale[:, kinds] = state.stale[:, span]
                walked.losses.append(Loss(STALE, stale, over, place, retry=False))

    def _fetch_seconds(self, met: Met) -> Floats:
        """How long an answer is on its way to each shelf, as the queues stand now: (runs, shelves). Who is refused asks
        again."""
        caching, site = self.caching, self.site
        wire = site.scenario.start.network_ms / 1000.0
        spans = site.columns.spans
        data = self._sojourn(slice(spans[Pool.DATABASE].start, spans[Pool.REPLICA].stop), met) + wire
        data = np.where(site.records.home == Where.BOX, 0.0, data)
        seconds = np.empty(caching.state.hit.shape)
        seconds[:, caching.cache] = data[:, None]
        if caching.edge.stop:
            servers = self._sojourn(site.columns.tiers[Tier.SERVERS], met)
            calling = caching.reading[caching.edge_classes]
            seconds[:, caching.edge] = servers[:, None] + (data[:, None] * calling + wire)
        seconds[:, caching.on_disk] = cat.DISK_MS / 1000.0
        return np.minimum(seconds, _LONGEST_FETCH)

    def _sojourn(self, span: slice, met: Met) -> Floats:
        """Mean seconds at the machines of a span, waiting and served, weighted by who comes to them: (runs,)."""
        table, stations = self.site.table, self.stations
        if span.start == span.stop:
            return np.zeros(self.site.runs)
        shift = stations.shifts.read(table.shift[:, span], table.rho[:, span])
        waiting = np.maximum(table.n[:, span] - shift, 0.0) * table.ladder[:, span]
        seconds = (waiting / np.maximum(table.cores[:, span], 1.0) + 1.0) * table.service[:, span]
        if met.refuses:
            seconds /= np.maximum(1.0 - met.refused[:, span], _LEAST_TAKEN)
        come = (table.rate_mean[:, span] + 1e-6) * stations.serving[:, span]
        both = np.add.accumulate(np.stack([seconds * come, come]), axis=2)[:, :, -1]
        return np.where(both[1] > 0.0, both[0] / np.maximum(both[1], 1e-300), _LONGEST_FETCH)

    # Once a second ---------------------------------------------------------------------------------------------------

    def _each_second(self) -> None:
        caching, site = self.caching, self.site
        state, policy = caching.state, caching.store.policy
        if "cache" in caching.spans:
            sessions = site.sessions.users * (cat.SESSION_KB * (site.sessions.home == Home.CACHE))
            room = np.maximum(room_for_all(site) - sessions, 0.0)
            policy.capacity[:, caching.stores.index("cache")] = room
        if caching.watched.size:
            state.stale[:, caching.watched] = caching.store.stale(caching.watched, caching.tolerance)

    def follow_disk(self) -> None:
        """Work on data takes longer by what it reads from disk, and is less by what copies answer; looked at once a
        second."""
        caching, site = self.caching, self.site
        if caching.pages.start == caching.pages.stop:
            return
        for pool, factor_of in FACTORS.items():
            span = site.columns.spans[pool]
            factor = factor_of(caching, slice(None))[:, None]
            before = site.table.cold[:, span]
            off = (np.abs(factor - before) > _STEADY * before) & (self.stations.serving[:, span] > 0.0)
            if np.count_nonzero(off):
                site.table.cold[:, span] = np.where(off, factor, before)
                self._alter(off)
        state = caching.state
        if not np.count_nonzero(state.on_box):
            return
        seconds, before = box_seconds(caching, slice(None)), state.box_seconds
        off = (np.abs(seconds - before) > _STEADY * (before + caching.cpu)) & state.on_box[:, None]
        if np.count_nonzero(off):
            state.box_seconds = np.where(off, seconds, before)
            self._alter(off)

    def _alter(self, off: Mask) -> None:
        """off: what is not as it was any more, the first axis the run."""
        for run in np.flatnonzero(off.any(axis=1)).tolist():
            self.site.alter(run)
