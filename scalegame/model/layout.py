"""What the machines' present state means for the ticks to come: worked out after every change, read by each tick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model import catalogue as cat
from scalegame.model.balancer import Mode
from scalegame.model.draws import Words
from scalegame.model.exact import Floats
from scalegame.model.pooling import gather
from scalegame.model.routes import Routes, find_routes, in_charge
from scalegame.model.servers import Stations
from scalegame.model.sessions import Home
from scalegame.model.site import Site
from scalegame.model.state import Condition, Mask, Pool, Whole

_WIRE = "wire"


@dataclass(slots=True)
class Layout:
    """See the module. Shapes (runs, ...)."""

    routes: Routes
    keys: Words
    """What the machines' draws are keyed by: (runs, columns)."""
    ones: Floats
    work: dict[Pool, Floats]
    """Mean work of each class at a pool, seconds: (runs, classes)."""
    service: Floats
    """Mean service at each machine where there is one class and nothing is slow: (runs, columns)."""
    slow: bool
    unbounded: Floats
    mixed: tuple[Pool, ...]
    """Pools whose service depends on which class is at the head of the queue."""
    has_database: bool
    database_up: bool
    uses_database: Floats
    """1 for classes that call the database: (1, classes)."""
    calls: Floats
    """The same as (1, 1, classes)."""
    wire_seconds: float
    cached: bool
    sessions: bool
    door: Floats | None
    """1 for the balancer machine in charge: (runs, balancer columns); None where no run has a working one."""
    door_open: bool
    behind_door: Mask
    """Runs whose requests pass a balancer that takes work: (runs, 1)."""
    columns: int
    single: bool
    """In every run one machine gets everything."""
    share: Floats
    sticky: Mask
    any_sticky: bool
    any_random: bool
    any_turn: bool
    turn: Mask
    """Runs that deal in turn: (runs, 1)."""
    rank: Floats
    open: Floats
    any_common: bool
    black_hole: Floats
    """Where the pool is walked as one: the share of requests that dead machines in rotation attract: (runs,)."""
    gaps: bool
    """Some machine may get traffic and does not work."""
    last: NDArray[np.intp]
    """The last column walked of each pool."""
    cores: Floats
    billed: Floats
    rent_up: Whole
    biggest: Whole
    rent_waste: Whole

    def visit_shares(self, pool: Pool, shares: Floats) -> Floats:
        """Class shares of what comes to a pool, (runs, classes)."""
        if pool in (Pool.BALANCER, Pool.APP):
            return shares
        visiting = shares * (self.work[pool] > 0.0)
        total = np.add.accumulate(visiting, axis=1)[:, -1:]
        return np.where(total > 0.0, visiting / np.maximum(total, 1e-300), shares)


def class_work(site: Site) -> dict[Pool, Floats]:
    """Mean work in seconds of each class at each pool, as the run stands: (runs, classes)."""
    classes = site.scenario.classes
    session = np.array([c.session for c in classes])
    cpu = np.array([c.cpu_ms for c in classes])
    data = np.array([c.db_read_ms + c.db_write_ms for c in classes])
    token = (site.sessions.home == Home.TOKEN)[:, None] * session * cat.TOKEN_CPU_MS
    reading = np.where(site.doors.kind == 2, cat.L7_CPU_MS, cat.L4_CPU_MS)[:, None]
    looked_up = (site.sessions.home == Home.CACHE)[:, None] * session * cat.CACHE_LOOKUP_CPU_MS
    everywhere = np.ones((site.runs, 1))
    return {
        Pool.BALANCER: np.ones((1, site.classes)) * reading / 1000.0,
        Pool.APP: (everywhere * cpu + token) / 1000.0,
        Pool.CACHE: looked_up / 1000.0,
        Pool.DATABASE: everywhere * data / 1000.0,
    }


def mixed_pools(site: Site) -> tuple[Pool, ...]:
    """Pools at which the classes' work differs, or may come to differ, by the scenario alone: a run must not see what
    others built. A balancer and a cache take the same of every class."""
    classes = site.scenario.classes
    servers = any((c.cpu_ms, c.session) != (classes[0].cpu_ms, classes[0].session) for c in classes)
    calls = [c.db_read_ms + c.db_write_ms for c in classes if c.db_read_ms + c.db_write_ms > 0.0]
    database = any(work != calls[0] for work in calls)
    return tuple(pool for pool, mixed in ((Pool.APP, servers), (Pool.DATABASE, database)) if mixed)


def _scv(site: Site, pool: Pool) -> float:
    """Squared coefficient of variation of a pool's services: within the classes and between them, mixed as planned.

    By the scenario alone (no token, no look-up), so that it is the same whatever a run built: with m the mean work and
    q the mean of its square, both over the planned requests, q/m² - 1 between the classes and q scv/m² within.
    """
    classes = site.scenario.classes
    if pool == Pool.APP:
        work = [c.cpu_ms for c in classes]
    elif pool == Pool.DATABASE:
        work = [c.db_read_ms + c.db_write_ms for c in classes]
    else:
        work = [1.0] * len(classes)
    calls = [(w, c.scv, rate) for w, c, rate in zip(work, classes, site.planned, strict=True) if w > 0.0 and rate > 0.0]
    if not calls:
        return 1.0
    if all((w, scv) == calls[0][:2] for w, scv, _ in calls):
        return calls[0][1]
    count = mean = square = within = 0.0
    for w, scv, rate in calls:
        count += rate
        mean += rate * w
        square += rate * w * w
        within += rate * w * w * scv
    mean /= count
    return (square + within) / (count * mean * mean) - 1.0


def lay_out(site: Site, stations: Stations) -> Layout:
    """Work everything out anew."""
    table = site.table
    runs, app = site.runs, site.spans[Pool.APP]
    columns = app.stop - app.start
    serving = site.serving()
    present = table.condition != Condition.ABSENT
    wire = np.array([size.name == _WIRE for size in site.sizes])[table.size] & present
    share = np.stack([site.shares(run) for run in range(runs)])
    sticky = np.array([site.sticky(run) for run in range(runs)])
    pooled = np.array([site.pooled(run) for run in range(runs)])
    mode = site.doors.mode
    hole = gather(site, serving, share, pooled)

    work = class_work(site)
    scv_row = np.ones((1, site.width))
    service = np.ones((runs, site.width))
    for pool in Pool:
        span = site.walk_span(pool)
        scv_row[0, span] = _scv(site, pool)
        # With several classes the mix decides, tick by tick; this mean only chooses between regimes.
        some = np.maximum((work[pool] > 0.0).sum(axis=1), 1)
        service[:, span] = np.maximum(work[pool].sum(axis=1) / some, 1e-9)[:, None]
    service = service * table.stretch
    table.service[:] = service * table.slow
    arrival_scv = _set_ladders(site, scv_row, share, pooled, sticky)
    stations.rebuild(table, serving, scv_row, arrival_scv)

    door = in_charge(site, present, wire)
    used = [pool for pool in Pool if _stands(site, pool, present, wire, work)]
    in_rotation = share > 0.0
    rank = np.where(in_rotation, np.cumsum(in_rotation, axis=1) - 1.0, -1.0)
    turn = (mode == Mode.ROUND_ROBIN) & ~sticky
    random = ((mode == Mode.RANDOM) | (mode == Mode.IP_HASH) | sticky) & ~pooled
    several = bool((in_rotation.sum(axis=1) > 1).any() or (share[:, 0] != 1.0).any())
    calls = work[Pool.DATABASE][:1] > 0.0
    database = site.spans[Pool.DATABASE]
    # Rent of an absent machine is 0: install sets it, uninstall clears it.
    rent = table.rent * present
    up = rent * (serving > 0.0)
    edges = [site.spans[pool] for pool in Pool]
    rent_up = np.stack([up[:, s].sum(axis=1) for s in edges], axis=1)
    many = np.stack([(up[:, s] > 0).sum(axis=1) > 1 for s in edges], axis=1)
    biggest = np.stack([up[:, s].max(axis=1) for s in edges], axis=1) * many
    walked = serving * table.cores
    walked[:, app] *= ~pooled[:, None]
    cores = np.stack([np.add.accumulate(walked[:, site.walk_span(p)], axis=1)[:, -1] for p in Pool], axis=1)
    return Layout(
        routes=find_routes(site, used, work, pooled, serving, several, scv_row),
        keys=_keys(site),
        ones=np.ones((runs, 1)),
        work=work,
        service=service,
        slow=bool((table.slow != 1.0).any()),
        unbounded=np.full((runs, site.width), 1e12),
        mixed=mixed_pools(site),
        has_database=bool(calls.any()) and bool(present[:, database].any()),
        database_up=bool((serving[:, database.start] > 0.0).all()),
        uses_database=calls.astype(np.float64),
        calls=calls[:, None, :].astype(np.float64),
        wire_seconds=site.scenario.start.network_ms / 1000.0,
        cached=Pool.CACHE in used,
        sessions=any(c.session for c in site.scenario.classes),
        door=door,
        door_open=door is not None
        and bool(((door * serving[:, site.spans[Pool.BALANCER]]).sum(axis=1) == door.sum(axis=1)).all()),
        behind_door=np.zeros((runs, 1), dtype=np.bool_) if door is None else door.sum(axis=1, keepdims=True) > 0.0,
        columns=columns,
        single=not several and not pooled.any(),
        share=share,
        sticky=sticky,
        any_sticky=bool(sticky.any()),
        any_random=bool(random.any()),
        any_turn=bool(turn.any()),
        turn=turn[:, None],
        rank=rank,
        open=in_rotation.sum(axis=1)[:, None] * 1.0,
        any_common=bool(pooled.any()),
        black_hole=hole,
        gaps=bool((in_rotation & (serving[:, app] == 0.0)).any()) or bool((share.sum(axis=1) == 0.0).any()),
        last=np.array([site.walk_span(pool).stop - 1 for pool in Pool]),
        cores=np.maximum(cores, 1e-9),
        billed=serving,
        rent_up=rent_up,
        biggest=biggest,
        rent_waste=np.stack([(rent - up)[:, s].sum(axis=1) for s in edges], axis=1),
    )


def _set_ladders(site: Site, scv_row: Floats, share: Floats, pooled: Mask, sticky: Mask) -> Floats:
    """(ca² + cs²)/2 of every machine: dealing in turn among N makes arrivals that much more regular. Returns ca²."""
    table, app = site.table, site.spans[Pool.APP]
    arrivals = np.ones((site.runs, site.width))
    even = all(flow.arrivals == "even" for flow in site.scenario.traffic)
    if even:
        arrivals[:, : site.common + 1] = 0.0
    dealt = (site.doors.mode == Mode.ROUND_ROBIN) & ~sticky & ~pooled
    count = np.maximum((share > 0.0).sum(axis=1), 1.0)
    if not even:
        arrivals[:, app] = np.where(dealt, 1.0 / count, 1.0)[:, None]
    ladder = 0.5 * (arrivals + scv_row)
    ladder = np.maximum(ladder, 0.05)
    changed = ladder != table.ladder
    if changed.any():
        # Whole units, and no fraction left over: a run whose ladder is 1 must not see that another's is not.
        table.n[:] = np.where(changed, np.floor(table.n * (table.ladder / ladder) + 0.5), table.n)
        for carry in (table.carry_in, table.carry_out, table.carry_served):
            carry[changed] = 0.0
        table.ladder[:] = ladder
    return arrivals


def _stands(site: Site, pool: Pool, present: Mask, wire: Mask, work: dict[Pool, Floats]) -> bool:
    if pool == Pool.APP:
        return True
    span = site.spans[pool]
    if pool == Pool.BALANCER:
        return bool(((present & ~wire)[:, span].any(axis=1) & (site.doors.mode > 0)).any())
    return bool((present[:, span].any(axis=1, keepdims=True) & (work[pool] > 0.0)).any())


def _keys(site: Site) -> Words:
    """Serial number and pool, so that a draw stays with its machine."""
    code = np.zeros(site.width, dtype=np.uint64)
    for pool in Pool:
        code[site.walk_span(pool)] = np.uint64(int(pool) << 20)
    keys: Words = site.table.serial.astype(np.uint64) + code
    return keys
