"""The ways that representatives take: which machines, how much work there, how long on the wire."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.by_run import ByRun
from scalegame.model.data.data_layout import DataLayout
from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import is_sticky
from scalegame.model.front.zones import spread_out
from scalegame.model.homes.uploads import trips
from scalegame.model.numbers.deck import LANES
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import NEVER, SERVERS, Condition, Mask, Pool, Tier, Whole
from scalegame.model.way.ledger import PLACES
from scalegame.model.way.work import is_exponential

_BRANCH = 16
"""More than there are tiers."""


@dataclass(slots=True)
class Routes:
    """What is known between two changes of the machines. Lanes are (classes x LANES); hops: tiers that stand
    anywhere, then branches."""

    tiers: list[Tier]
    branches: int
    """Hops more, after those of the tiers: the other shards, for what asks all of them."""
    work: Floats
    """Mean service of a lane at a hop on a machine of stretch 1, seconds: (hops, runs, lanes)."""
    visits: Floats
    """1 where a lane goes there: (hops, runs, lanes)."""
    column: Whole
    """The machine at a hop, for tiers that have one in charge: (hops, runs, 1); elsewhere it is found lane by lane."""
    place_at: Whole
    """The ledger's place of each column: (columns,)."""
    book: Whole | None
    """run x PLACES + place of every hop and lane, flat; None where a tier has several pools."""
    network: Floats
    """Seconds on the wire: (runs, lanes)."""
    call_seconds: Floats
    """Of them, what a call to the database takes: (runs, lanes)."""
    choice: Mask
    """Runs in which calls have several database machines to go to, (runs, 1)."""
    factors: Floats | None
    """Where each machine's factor curve starts (see herd): (runs, columns); None where all are plain."""
    spread: Floats | None
    """Root of the scv of a unit of waiting at each hop, (hops, runs, lanes); None where services are exponential."""
    any_as_one: bool
    as_one: Mask
    """Runs whose servers are walked pool by pool: (runs, 1)."""
    capacity: Floats
    """There, shares of the machines' cores in each class's pool: (runs, classes, columns of the tier)."""
    home: Whole
    """The pool that each class is sent to: (runs, classes)."""
    reached_at: Floats | None
    """Second at which the network reaches a machine again, 0 where it does: (runs, columns); None where all are."""
    accepts: Mask | None
    """Whether a class's work ends with a message on the queue, flat over runs x classes; None where none does."""
    several: bool
    """Some run deals to more than its first server."""
    keys: Floats | None
    """Shares of the cache's machines in the keys, (runs, columns of the tier); None where no run has more than one."""
    spread_out: bool
    """Some run stands in several zones."""

    @property
    def hops(self) -> int:
        """Of a representative's way."""
        return len(self.tiers) + self.branches

    @property
    def draws(self) -> list[int]:
        """What the draws at each hop are keyed by."""
        return [int(tier) for tier in self.tiers] + [
            int(Tier.DATA) + _BRANCH * (branch + 1) for branch in range(self.branches)
        ]


@dataclass(slots=True)
class Ways:
    """Routes where every lane of some ticks is there: nothing of them changes from one trail to the next."""

    routes: Routes
    ticks: int
    visits: Floats
    """(hops, representatives)."""
    network: Floats
    work: Floats
    """(hops x representatives,)."""
    book: Whole
    """(hops, representatives); empty where a tier has several pools."""

    @classmethod
    def of(cls, routes: Routes, ticks: int) -> Ways:
        hops = routes.hops
        book = np.zeros((hops, 0), dtype=np.int64) if routes.book is None else routes.book.reshape(hops, -1)
        return cls(
            routes,
            ticks,
            np.tile(routes.visits.reshape(hops, -1), ticks),
            np.tile(routes.network.ravel(), ticks),
            np.tile(routes.work.reshape(hops, -1), ticks).ravel(),
            np.tile(book, ticks),
        )


def find_routes(
    site: Site,
    used: list[Tier],
    work: dict[Tier, Floats],
    as_one: Mask,
    serving: Floats,
    several: bool,
    scv: Floats,
    open_count: Floats,
    data: DataLayout | None,
    home: Whole,
    by_run: ByRun,
) -> Routes:
    """What representatives must know. used: tiers that stand; work: (runs, classes) of each; as_one: runs whose servers
    are walked pool by pool; serving: 1 where a machine works; scv: (runs, columns); open_count: how many machines
    share the traffic of each machine's pool, (runs, columns of the tier); data: what the database's machines are to
    each other, None where there is one; home: the pool that each class is sent to, (runs, classes)."""
    table, runs = site.table, site.runs
    branches = 0 if data is None or not data.any_fan else int(data.member.sum(axis=1).max()) - 1
    hops = [*used, *[Tier.DATA] * branches]
    time = np.stack([np.repeat(work[tier], LANES, axis=1) for tier in hops])
    visits = np.ones_like(time)
    column = np.zeros((len(hops), runs, 1), dtype=np.int64)
    wire = site.scenario.start.network_ms / 1000.0
    network = np.full((runs, site.classes * LANES), wire)
    for h, tier in enumerate(used):
        span = site.columns.tiers[tier]
        if tier == Tier.SERVERS:
            continue
        standing = (table.condition[:, span] != Condition.ABSENT).any(axis=1)[:, None]
        visits[h] = (time[h] > 0.0) & standing
        column[h] = span.start
        if tier == Tier.DOOR:
            wires = np.array([size.name == cat.WIRE.name for size in site.sizes])[table.size]
            door = in_charge(site, table.condition != Condition.ABSENT, wires)
            if door is not None:
                column[h, :, 0] += door.argmax(axis=1)
                visits[h] *= door.sum(axis=1, keepdims=True)
        network = network + visits[h] * (cat.CACHE_LOOKUP_MS / 1000.0 if tier == Tier.CACHE else wire)
    queued = None if site.jobs is None else site.jobs.terms.queued
    if queued is not None:
        network = network + np.repeat(queued * wire, LANES, axis=1)
    apart = spread_out(site)
    site.books.state.crossing *= apart
    if site.demands.files:
        network = network + np.repeat(trips(site.demands, site.uploads.home), LANES, axis=1)
    if data is not None and Tier.DATA in used:
        network = network + visits[used.index(Tier.DATA)] * np.repeat(data.extra, LANES, axis=1)
        asks_all = np.repeat(data.fan, LANES, axis=1) * visits[used.index(Tier.DATA)]
        for branch in range(1, branches + 1):
            column[len(used) + branch - 1] = site.columns.tiers[Tier.DATA].start + branch
            visits[len(used) + branch - 1] = asks_all * data.member[:, branch : branch + 1]
    place_at = site.columns.pool_at
    first = np.array([place_at[site.columns.tiers[tier].start] for tier in hops], dtype=np.int64)
    alone = all(np.ptp(place_at[site.columns.tiers[tier]]) == 0 for tier in hops)
    book = first[:, None, None] + (np.arange(runs) * PLACES)[None, :, None]
    return Routes(
        tiers=used,
        branches=branches,
        work=time,
        visits=visits,
        column=column,
        place_at=place_at,
        book=np.broadcast_to(book, time.shape).ravel() if alone else None,
        network=network,
        call_seconds=wire + (np.zeros_like(network) if data is None else np.repeat(data.extra, LANES, axis=1)),
        choice=np.zeros((runs, 1), dtype=np.bool_) if data is None else data.several,
        factors=_factors(site, scv, as_one, open_count, by_run),
        spread=_spreads(site, hops, scv, home),
        any_as_one=bool(as_one.any()),
        as_one=as_one[:, None],
        capacity=_capacities(site, as_one, serving, home, by_run),
        home=home,
        reached_at=_reached_at(site),
        accepts=queued.ravel() if queued is not None and queued.any() else None,
        several=several,
        keys=key_shares(site) if site.columns.counts[Pool.CACHE] > 1 else None,
        spread_out=bool(apart.any()),
    )


def _reached_at(site: Site) -> Floats | None:
    until = site.table.blip_until
    cut = until != NEVER
    return np.where(cut, until * cat.TICK_SECONDS, 0.0) if cut.any() else None


def _capacities(site: Site, as_one: Mask, serving: Floats, home: Whole, by_run: ByRun) -> Floats:
    """Where a pool is walked as one, who really has a request: shares of its machines' cores."""
    table, tier = site.table, site.columns.tiers[Tier.SERVERS]

    def of(run: int) -> tuple[Floats]:
        result = np.zeros((site.classes, tier.stop - tier.start))
        for k, pool in enumerate(home[run].tolist() if as_one[run] else ()):
            mine = np.zeros(tier.stop - tier.start)
            span = site.columns.spans[Pool(pool)]
            here = slice(span.start - tier.start, span.stop - tier.start)
            mine[here] = table.cores[run, span] * serving[run, span] * table.in_rotation[run, span]
            result[k] = mine / max(float(np.add.accumulate(mine)[-1]), 1e-9)
        return (result,)

    return by_run.rows("capacity", of)[0]


def _factors(site: Site, scvs: Floats, as_one: Mask, open_count: Floats, by_run: ByRun) -> Floats | None:
    """Rows of the factor curves, where a machine's wait is not plain: (runs, columns)."""
    table, tier = site.table, site.columns.tiers[Tier.SERVERS]
    even = all(flow.arrivals == "even" for flow in site.scenario.traffic)

    def of(run: int) -> tuple[Floats]:
        rows = np.zeros(site.columns.width)
        for pool in SERVERS:
            span = site.columns.spans[pool]
            if span.start == span.stop:
                continue
            scv = float(scvs[run, span.start])
            machines = max(int(open_count[run, span.start - tier.start : span.stop - tier.start].max()), 1)
            if as_one[run]:
                common = site.columns.commons[pool]
                each = max(1, round(float(table.cores[run, common]) / machines))
                kind = "least" if site.doors.mode[run] == Mode.LEAST_CONNECTIONS else "two"
                rows[common] = site.factors.row(kind, machines, each)
            elif site.doors.mode[run] == Mode.ROUND_ROBIN and not is_sticky(site, run) and not even:
                counts = open_count[run, span.start - tier.start : span.stop - tier.start]
                if machines > 1 and np.count_nonzero(counts != counts[0]):
                    rows[span] = [site.factors.row("turn", count, scv) for count in counts.tolist()]
                elif machines > 1:
                    rows[span] = site.factors.row("turn", machines, scv)
            elif even and scv > 0.0:
                rows[span] = site.factors.row("even", 1.0, scv)
        for column in np.flatnonzero((table.cores[run] > 1.0) & (scvs[run] != 1.0) & (rows == 0.0)).tolist():
            rows[column] = site.factors.row("cores", int(table.cores[run, column]), float(scvs[run, column]))
        return (rows,)

    rows = by_run.rows("factors", of)[0]
    return rows if rows.any() else None


def _spreads(site: Site, used: list[Tier], scvs: Floats, home: Whole) -> Floats | None:
    """Root of the scv of a residual service at each hop: E[S³]/(3 E[S]) over its mean squared (renewal theory)."""
    if is_exponential(site):
        return None
    scv = np.ones((len(used), *home.shape))
    runs = np.arange(site.runs)[:, None]
    for h, tier in enumerate(used):
        scv[h] = scvs[:, site.columns.tiers[tier].start][:, None]
        if tier == Tier.SERVERS:
            scv[h] = scvs[runs, np.array([site.columns.spans[pool].start for pool in Pool])[home]]
    # Third moments of the service laws drawn in journeys: gamma below an scv of 1, balanced two phases above.
    root = np.sqrt(np.maximum(scv - 1.0, 0.0) / (scv + 1.0))
    p, q = 0.5 * (1.0 + root), 0.5 * (1.0 - root)
    third = np.where(
        scv <= 1.0, (1.0 + scv) * (1.0 + 2.0 * scv), 6.0 * 0.125 * (1.0 / (p * p) + 1.0 / np.maximum(q * q, 1e-9))
    )
    mean = 0.5 * (1.0 + scv)
    spread: Floats = np.sqrt(np.maximum(third / 3.0 / (mean * mean) - 1.0, 0.0))
    return np.repeat(spread, LANES, axis=2)


def key_shares(site: Site) -> Floats:
    """Shares of the cache's machines in the keys: even over those that are up; where none is, the first is asked in
    vain. (runs, columns of the tier)."""
    span = site.columns.tiers[Tier.CACHE]
    up = site.serving()[:, span]
    total = np.add.accumulate(up, axis=1)[:, -1:]
    first = np.zeros_like(up)
    first[:, 0] = 1.0
    shares: Floats = np.where(total > 0.0, up / np.maximum(total, 1.0), first)
    return shares


def in_charge(site: Site, present: Mask, wire: Mask) -> Floats | None:
    """The balancer in charge: the first in rotation. Wires take no work and are left out."""
    span = site.columns.spans[Pool.BALANCER]
    door = np.zeros((site.runs, span.stop - span.start))
    for run in np.flatnonzero(site.doors.mode).tolist():
        here = np.flatnonzero(present[run, span] & ~wire[run, span])
        if here.size:
            open_ = [c for c in here.tolist() if site.table.in_rotation[run, span.start + c]]
            door[run, open_[0] if open_ else here[0]] = 1.0
    return door if door.any() else None
