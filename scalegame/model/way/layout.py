"""What the machines' present state means for the ticks to come: worked out after every change, read by each tick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.by_run import ByRun
from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.data.connections import pooler_rent
from scalegame.model.data.data_layout import DataLayout, lay_out_data
from scalegame.model.data.stores import primaries
from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import (
    BY_CORES,
    is_sticky,
    landing_shares,
    pools_of_classes,
    server_shares,
    walked_as_one,
)
from scalegame.model.front.pooling import gather
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home
from scalegame.model.numbers.draws import Words
from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.servers import Stations
from scalegame.model.site import Site
from scalegame.model.state import SERVERS, Condition, Mask, Pool, Tier, Whole, burden
from scalegame.model.way.routes import Routes, find_routes, in_charge, key_shares
from scalegame.model.way.work import (
    WALKED,
    class_work,
    classes_by_server,
    is_exponential,
    mixed_tiers,
    scv_by_machine,
    typical_work,
)

_WIRE = "wire"


@dataclass(slots=True)
class Layout:
    """See the module. Shapes (runs, ...)."""

    routes: Routes
    keys: Words
    """What the machines' draws are keyed by: (runs, columns)."""
    ones: Floats
    work: dict[Tier, Floats]
    """Mean work of each class at a tier, seconds: (runs, classes)."""
    bare: Floats
    """Mean service at each machine where nothing burdens it, seconds: (runs, columns)."""
    pace: Floats
    """How many times as long as on one undisturbed core work takes at each machine: (runs, columns)."""
    unbounded: Floats
    mixed: tuple[Tier, ...]
    """Tiers whose service depends on which class is at the head of the queue."""
    visiting: dict[Tier, Floats]
    """1 for the classes that have work at a tier: (runs, 1, classes)."""
    coming: Floats | None
    """1 for the classes that each server gets, see work.classes_by_server."""
    has_database: bool
    database_up: bool
    """Of those that hold data or are read from, in all runs."""
    data: DataLayout | None
    """None where every run has one database machine and nothing special about it."""
    uses_database: Floats
    """1 for classes that call the database: (runs, classes)."""
    calls: Floats
    """The same as (runs, 1, classes)."""
    calling: Mask | None
    """Runs that call the database at all, (runs, 1); None where all do."""
    everybody_calls: bool
    wire_seconds: float
    cached: bool
    looks_up: Floats
    """1 for classes that ask the cache for something, (runs, classes)."""
    keys_upto: Floats
    """Running total of the cache machines' shares of the keys: (runs, columns of the tier)."""
    sessions: bool
    cache_down: Floats
    """1 where no machine of the cache answers, (runs,)."""
    door: Floats | None
    """1 for the balancer machine in charge: (runs, balancer columns); None where no run has a working one."""
    door_open: bool
    behind_door: Mask
    """Runs whose requests pass a balancer that takes work: (runs, 1)."""
    columns: int
    """Of the tier of servers."""
    single: bool
    """In every run the first server gets everything."""
    share: Floats
    """Of the servers, or of what stands for their pool, in each class: (runs, classes, columns of the tier)."""
    landing: Floats
    """Where users log in: (runs, columns of the tier)."""
    uploading: Floats
    """Where new files land in a pool that is walked as one: (runs, columns of the tier)."""
    writing: Floats
    """The same for what is written to the data."""
    scattered: bool
    """In some run a server may lack data."""
    as_one: Mask
    """Runs whose servers are walked pool by pool: (runs, 1)."""
    roaming: Mask
    """Runs whose users land anywhere, though their session is in one server's memory: (runs,)."""
    pools_apart: tuple[int, ...]
    """Runs with sticky users and several pools, none of which knows the others' users."""
    sticky: Mask
    any_sticky: bool
    any_random: bool
    any_turn: bool
    steady: Mask | None
    """Runs that deal in turn by weights, as evenly as whole numbers go: (runs, 1, 1); None where there are none."""
    turn: Mask
    """Runs that deal in turn: (runs, 1)."""
    rank: Floats
    """Whose turn it is, counted from 0, -1 for those who get nothing: (runs, classes, columns of the tier)."""
    open: Floats
    """How many take turns: (runs, classes, 1)."""
    hole: Floats
    """Share of each class's requests that find nobody at work: (runs, classes)."""
    any_hole: bool
    gaps: bool
    """Some machine may get traffic and does not work."""
    wrong: Floats | None
    """Share of each server's answers that are wrong, (runs, columns of the tier); None where all are right."""
    last: NDArray[np.intp]
    """The last column walked of each pool that has any."""
    pools: NDArray[np.intp]
    """Those pools."""
    cores: Floats
    """Of each of them: (runs, pools)."""
    billed: Floats
    rent_up: Whole
    biggest: Whole
    rent_waste: Whole
    pooler: Whole
    """Micro-dollars a tick of each run's pooler, (runs,)."""
    pooled: bool

    def visit_shares(self, tier: Tier, shares: Floats) -> Floats:
        """Class shares of what comes to a tier, or to each of its machines: (runs, 1 or columns, classes)."""
        shares = shares[:, None, :]
        if tier == Tier.DOOR or (tier == Tier.SERVERS and self.coming is None):
            return shares
        visits = self.coming if tier == Tier.SERVERS and self.coming is not None else self.visiting[tier]
        visiting = shares * visits
        total = np.add.accumulate(visiting, axis=2)[:, :, -1:]
        # Not divided by what is 1 but for rounding: servers that get all must not see what other runs route.
        whole = visits.all(axis=2, keepdims=True) & (tier == Tier.SERVERS)
        return np.where((total > 0.0) & ~whole, visiting / np.maximum(total, 1e-300), shares)


def lay_out(site: Site, stations: Stations, by_run: ByRun) -> Layout:
    """Work everything out anew, run by run only where something has changed."""
    table, runs, tiers = site.table, site.runs, site.columns.tiers
    servers = tiers[Tier.SERVERS]
    serving, reached = site.serving(), site.reached()
    present = table.condition != Condition.ABSENT
    wire = np.array([size.name == _WIRE for size in site.sizes])[table.size] & present
    by_run.renew()
    share, sticky, as_one, home, pooler = by_run.rows(
        "dealing",
        lambda run: (
            server_shares(site, run),
            is_sticky(site, run),
            walked_as_one(site, run),
            np.array(pools_of_classes(site, run), dtype=np.int64),
            np.int64(pooler_rent(site, run)),
        ),
    )
    mode = site.doors.mode
    weighted = (site.knob("balancer.weights") == BY_CORES) & (mode == Mode.ROUND_ROBIN) & ~sticky
    open_count = _open_counts(site, share, weighted)
    hole = gather(site, serving, reached, share, as_one, by_run)
    # An empty rotation: nobody is there to refuse.
    hole = np.where(share.sum(axis=2) == 0.0, 1.0, hole)

    work = class_work(site)
    scv = scv_by_machine(site)
    service = np.ones((runs, site.columns.width))
    for tier in WALKED:
        span = tiers[tier]
        service[:, span] = np.maximum(typical_work(site, tier, work[tier]), 1e-9)[:, None]
    bare = service * table.stretch
    data_layout = lay_out_data(site, by_run)
    burdens = burden(table)
    table.service[:] = bare * burdens
    arrival_scv = _set_ladders(site, scv, open_count, as_one, sticky)
    walking = serving
    if site.columns.counts[Pool.WORKER]:
        # Nobody comes to a worker: it pulls, see workers.
        walking = serving.copy()
        walking[:, tiers[Tier.WORKERS]] = 0.0
        table.service[:, tiers[Tier.WORKERS]] = TICK_SECONDS
    stations.rebuild(table, walking, reached, scv, arrival_scv, exponential=is_exponential(site))

    door = in_charge(site, present, wire)
    used = [tier for tier in WALKED if _stands(site, tier, present, wire, work)]
    gets = share > 0.0
    rank = np.where(gets, np.cumsum(gets, axis=2) - 1.0, -1.0)
    turn = (mode == Mode.ROUND_ROBIN) & ~sticky & ~weighted
    random = ((mode == Mode.RANDOM) | (mode == Mode.IP_HASH) | sticky) & ~as_one
    several = bool((gets.sum(axis=2) > 1).any() or (share[:, :, 0] != 1.0).any())
    calls = work[Tier.DATA] > 0.0
    calling: Mask = np.logical_or.reduce(calls, axis=1)
    data = tiers[Tier.DATA]
    pools = [pool for pool in Pool if site.columns.counts[pool]]
    spans = [site.columns.spans[pool] for pool in pools]
    # Rent of an absent machine is 0: install sets it, uninstall clears it.
    rent = table.rent * present
    up = rent * (serving > 0.0)
    rent_up = np.stack([up[:, s].sum(axis=1) for s in spans], axis=1)
    many = np.stack([(up[:, s] > 0).sum(axis=1) > 1 for s in spans], axis=1)
    walked = serving * table.cores
    for pool, common in site.columns.commons.items():
        walked[:, common] *= as_one
        walked[:, site.columns.spans[pool]] *= ~as_one[:, None]
    cores = np.stack([np.add.accumulate(walked[:, site.columns.walked(p)], axis=1)[:, -1] for p in pools], axis=1)
    # A standby is there for nothing else.
    spared = np.array([pool == Pool.STANDBY for pool in pools])
    return Layout(
        routes=find_routes(site, used, work, as_one, serving, several, scv, open_count, data_layout, home, by_run),
        keys=_keys(site),
        ones=np.ones((runs, 1)),
        work=work,
        bare=bare,
        pace=table.stretch * burdens,
        unbounded=np.full((runs, site.columns.width), 1e12),
        mixed=mixed_tiers(site),
        visiting={tier: np.where(times > 0.0, 1.0, 0.0)[:, None, :] for tier, times in work.items()},
        coming=classes_by_server(site, home),
        has_database=bool((calling & present[:, data].any(axis=1)).any()),
        database_up=_all_up(site, serving, by_run),
        data=data_layout,
        uses_database=calls.astype(np.float64),
        calls=calls[:, None, :].astype(np.float64),
        calling=None if calling.all() else calling[:, None],
        everybody_calls=bool(calls.all()),
        wire_seconds=site.scenario.start.network_ms / 1000.0,
        cached=Tier.CACHE in used,
        sessions=bool(site.demands.sessions.any()),
        cache_down=1.0 - np.maximum.reduce(serving[:, tiers[Tier.CACHE]], axis=1),
        looks_up=np.where(work[Tier.CACHE] > 0.0, 1.0, 0.0),
        keys_upto=np.add.accumulate(key_shares(site) * serving[:, tiers[Tier.CACHE]], axis=1),
        door=door,
        door_open=door is not None
        and bool(((door * serving[:, tiers[Tier.DOOR]]).sum(axis=1) == door.sum(axis=1)).all()),
        behind_door=np.zeros((runs, 1), dtype=np.bool_) if door is None else door.sum(axis=1, keepdims=True) > 0.0,
        columns=servers.stop - servers.start,
        single=not several and not as_one.any(),
        share=share,
        landing=_landing(site, site.demands.sessions, by_run, "sessions"),
        uploading=_landing(site, site.demands.uploads, by_run, "uploads"),
        writing=_landing(site, site.demands.writes, by_run, "writes"),
        scattered=_scattered(site, share),
        as_one=as_one[:, None],
        roaming=(site.sessions.home == Home.MEMORY) & ~sticky,
        pools_apart=tuple(run for run in np.flatnonzero(sticky).tolist() if site.placed[run]),
        sticky=sticky,
        any_sticky=bool(sticky.any()),
        any_random=bool(random.any()),
        any_turn=bool(turn.any()),
        turn=turn[:, None],
        steady=weighted[:, None, None] if weighted.any() else None,
        rank=rank,
        open=gets.sum(axis=2)[:, :, None] * 1.0,
        hole=hole,
        any_hole=bool(hole.any()),
        gaps=bool((gets & (serving[:, None, servers] == 0.0)).any()),
        wrong=table.wrong[:, servers] if table.wrong.any() else None,
        last=np.array([site.columns.walked(pool).stop - 1 for pool in pools]),
        pools=np.array([int(pool) for pool in pools]),
        cores=np.maximum(cores, 1e-9),
        billed=serving,
        rent_up=rent_up,
        biggest=np.stack([up[:, s].max(axis=1) for s in spans], axis=1) * (many | spared),
        pooler=pooler,
        pooled=bool(pooler.any()),
        rent_waste=np.stack([(rent - up)[:, s].sum(axis=1) for s in spans], axis=1),
    )


def _landing(site: Site, counts: Floats, by_run: ByRun, name: str) -> Floats:
    """Where the planned requests land of the classes that count, see Demands: (runs, columns of the tier)."""
    if not counts.any():
        tier = site.columns.tiers[Tier.SERVERS]
        return np.zeros((site.runs, tier.stop - tier.start))
    return by_run.rows(name, lambda run: (landing_shares(site, run, counts),))[0]


def _scattered(site: Site, share: Floats) -> bool:
    """In some run the data is not all where requests land that need it. share: (runs, classes, columns of the tier)."""
    if not site.demands.data.any():
        return False
    whole = site.table.data[:, site.columns.tiers[Tier.SERVERS]] == 1.0
    at_home = np.logical_or.reduce(whole & (share == 1.0).all(axis=1), axis=1)
    lacks = np.where(site.records.home == Where.BOX, ~at_home, site.records.gone > 0.0)
    return bool(lacks.any())


def _all_up(site: Site, serving: Floats, by_run: ByRun) -> bool:
    """No database machine that calls may go to is out of work."""

    def up(run: int) -> tuple[bool]:
        read_from = [c for c in site.machines(run, Pool.REPLICA) if site.table.in_rotation[run, c]]
        called = [*primaries(site, run), *read_from]
        return (bool(called) and all(serving[run, c] > 0.0 for c in called),)

    return bool(by_run.rows("stores up", up)[0].all())


def _open_counts(site: Site, share: Floats, weighted: Mask) -> Floats:
    """How many machines share the traffic of each server's pool, (runs, columns of the tier); where it is dealt by
    weights, how many would if they were all as big as this one."""
    tier = site.columns.tiers[Tier.SERVERS]
    gets: Mask = np.logical_or.reduce(share > 0.0, axis=1)
    result = np.zeros((site.runs, tier.stop - tier.start))
    for pool in SERVERS:
        walked = site.columns.walked(pool)
        here = slice(walked.start - tier.start, walked.stop - tier.start)
        result[:, here] = gets[:, here].sum(axis=1)[:, None]
    if np.count_nonzero(weighted):
        most = np.maximum.reduce(share, axis=1)
        result = np.where(weighted[:, None] & (most > 0.0), 1.0 / np.maximum(most, 1e-9), result)
    return result


def _set_ladders(site: Site, scv: Floats, open_count: Floats, as_one: Mask, sticky: Mask) -> Floats:
    """(ca² + cs²)/2 of every machine: dealing in turn among N makes arrivals that much more regular. Returns ca²."""
    table, tier = site.table, site.columns.tiers[Tier.SERVERS]
    arrivals = np.ones((site.runs, site.columns.width))
    even = all(flow.arrivals == "even" for flow in site.scenario.traffic)
    if even:
        arrivals[:, : tier.stop] = 0.0
    else:
        dealt = ((site.doors.mode == Mode.ROUND_ROBIN) & ~sticky & ~as_one)[:, None]
        arrivals[:, tier] = np.where(dealt, 1.0 / np.maximum(open_count, 1.0), 1.0)
    ladder = 0.5 * (arrivals + scv)
    ladder = np.maximum(ladder, 0.05)
    changed = ladder != table.ladder
    if changed.any():
        # Whole units, and no fraction left over: a run whose ladder is 1 must not see that another's is not.
        table.n[:] = np.where(changed, np.floor(table.n * (table.ladder / ladder) + 0.5), table.n)
        for carry in (table.carry_in, table.carry_out, table.carry_served):
            carry[changed] = 0.0
        table.ladder[:] = ladder
    return arrivals


def _stands(site: Site, tier: Tier, present: Mask, wire: Mask, work: dict[Tier, Floats]) -> bool:
    if tier == Tier.SERVERS:
        return True
    span = site.columns.tiers[tier]
    if tier == Tier.DOOR:
        return bool(((present & ~wire)[:, span].any(axis=1) & (site.doors.mode > 0)).any())
    return bool((present[:, span].any(axis=1, keepdims=True) & (work[tier] > 0.0)).any())


def _keys(site: Site) -> Words:
    """Serial number and pool, so that a draw stays with its machine."""
    code = site.columns.pool_at.astype(np.uint64) << np.uint64(20)
    keys: Words = site.table.serial.astype(np.uint64) + code
    return keys
