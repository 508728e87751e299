"""What the machines' present state means for the ticks to come: worked out after every change, read by each tick."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model import catalogue as cat
from scalegame.model.balancer import Mode
from scalegame.model.draws import Words
from scalegame.model.exact import Floats
from scalegame.model.journeys import LANES
from scalegame.model.ledger import PLACES
from scalegame.model.passage import Routes
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


def _scv(site: Site, pool: Pool) -> float:
    """Squared coefficient of variation of a pool's services: within the classes and between them, mixed as planned.

    By the scenario alone (no token, no look-up), so that it is the same whatever a run built: with m the mean work and q
    the mean of its square, both over the planned requests, q/m² - 1 between the classes and q scv/m² within.
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
    if len({(w, scv) for w, scv, _ in calls}) == 1:
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
    hole = _gather_pool(site, serving, share, pooled)

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

    door = _door(site, present, wire)
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
        routes=_routes(site, used, work, pooled, serving, several, scv_row),
        keys=_keys(site),
        ones=np.ones((runs, 1)),
        work=work,
        service=service,
        slow=bool((table.slow != 1.0).any()),
        unbounded=np.full((runs, site.width), 1e12),
        has_database=bool(calls.any()) and bool(present[:, database].any()),
        database_up=bool((serving[:, database.start] > 0.0).all()),
        uses_database=calls * 1.0,
        calls=calls[:, None, :] * 1.0,
        wire_seconds=site.scenario.start.network_ms / 1000.0,
        cached=Pool.CACHE in used,
        sessions=any(c.session for c in site.scenario.classes),
        door=door,
        door_open=door is not None
        and bool(((door * serving[:, site.spans[Pool.BALANCER]]).sum(axis=1) == door.sum(axis=1)).all()),
        behind_door=np.zeros((runs, 1), dtype=np.bool_) if door is None else door.any(axis=1)[:, None],
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


def _gather_pool(site: Site, serving: Floats, share: Floats, pooled: Mask) -> Floats:
    """Make the common column stand for the app pool where that is walked as one. Returns what black holes attract."""
    table, app, common = site.table, site.spans[Pool.APP], site.common
    hole = np.zeros(site.runs)
    open_ = (share > 0.0) * serving[:, app]
    serving[:, common] = 0.0
    for run in range(site.runs):
        if not pooled[run]:
            if table.n[run, common] > 0.0:
                _spread(site, run, serving)
            continue
        cores = table.cores[run, app] * open_[run]
        total = float(cores.sum())
        # In requests: the units of the machines' walks are not those of the common one.
        requests = np.add.accumulate(table.n[run, app] * table.ladder[run, app])[-1]
        table.n[run, common] += np.floor(requests / table.ladder[run, common] + 0.5)
        _gather_queues(site, run)
        table.held[run, common] += table.held[run, app].sum()
        table.n[run, app] = 0.0
        table.held[run, app] = 0.0
        for field in ("slots", "room"):
            values = getattr(table, field)
            values[run, common] = (values[run, app] * open_[run]).sum()
        speed = np.add.accumulate(cores / (table.stretch[run, app] * table.slow[run, app]))[-1]
        table.cores[run, common] = total
        table.stretch[run, common] = total / speed if total > 0.0 else 1.0
        machines = max(1, int((cores > 0.0).sum()))
        each = max(1, round(total / machines))
        two = site.doors.mode[run] == Mode.TWO_CHOICES and machines > 1
        table.shift[run, common] = float(site.shifts.row(each, 2) if two else site.shifts.row(max(1, int(total))))
        if table.allowed[run, common] == 0.0:
            table.allowed[run, common] = 1e12
        serving[run, common] = 1.0 if total > 0.0 else 0.0
        closed = float(((share[run] > 0.0) & (serving[run, app] == 0.0)).sum())
        everyone = max(float((share[run] > 0.0).sum()), 1.0)
        if closed:
            # A dead server has the fewest connections; of two choices it wins whenever it is one of them.
            least = site.doors.mode[run] == Mode.LEAST_CONNECTIONS
            hole[run] = 1.0 if least else 1.0 - (1.0 - closed / everyone) * (1.0 - closed / everyone)
        if total == 0.0:
            hole[run] = 1.0
    return hole


def _spread(site: Site, run: int, serving: Floats) -> None:
    """The pool is walked machine by machine again: deal the common queue out."""
    table, app, common = site.table, site.spans[Pool.APP], site.common
    up = np.flatnonzero(serving[run, app]).tolist()
    requests = float(table.n[run, common] * table.ladder[run, common])
    held = float(table.held[run, common])
    queue = site.queues[Pool.APP]
    waiting = queue.content(run, app.stop - app.start, site.tick) if site.classes > 1 else np.zeros(0)
    for i, local in enumerate(up):
        column = app.start + local
        table.n[run, column] += np.floor(requests / len(up) / table.ladder[run, column] + 0.5)
        table.held[run, column] += held // len(up) + (i < held % len(up))
        queue.hold(run, local, site.tick, waiting // len(up) + (i < waiting % len(up)))
    table.n[run, common] = 0.0
    table.held[run, common] = 0.0
    queue.clear(run, app.stop - app.start, site.tick)


def _gather_queues(site: Site, run: int) -> None:
    """The machines' queues become one, their classes with them."""
    queue, app = site.queues[Pool.APP], site.spans[Pool.APP]
    if site.classes == 1:
        return
    each = [queue.content(run, local, site.tick) for local in range(app.stop - app.start)]
    waiting = np.add.accumulate(np.stack(each), axis=0)[-1]
    if waiting.any():
        common = app.stop - app.start
        queue.hold(run, common, site.tick, queue.content(run, common, site.tick) + waiting)
        for local in range(common):
            queue.clear(run, local, site.tick)


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


def _factors(site: Site, scv_row: Floats, pooled: Mask) -> Floats | None:
    """Rows of the factor curves, where a machine's wait is not plain: (runs, columns)."""
    table, app, common = site.table, site.spans[Pool.APP], site.common
    rows = np.zeros((site.runs, site.width))
    even = all(flow.arrivals == "even" for flow in site.scenario.traffic)
    for run in range(site.runs):
        if pooled[run]:
            open_ = (site.shares(run) > 0.0) & (site.serving()[run, app] > 0.0)
            machines = int(open_.sum())
            each = max(1, round(float(table.cores[run, common]) / max(machines, 1)))
            kind = "least" if site.doors.mode[run] == Mode.LEAST_CONNECTIONS else "two"
            rows[run, common] = site.factors.row(kind, machines, each)
        elif site.doors.mode[run] == Mode.ROUND_ROBIN and not site.sticky(run) and not even:
            machines = max(int((site.shares(run) > 0.0).sum()), 1)
            if machines > 1:
                rows[run, app] = site.factors.row("turn", machines, float(scv_row[0, app.start]))
        elif even and float(scv_row[0, app.start]) > 0.0:
            rows[run, app] = site.factors.row("even", 1.0, float(scv_row[0, app.start]))
        for column in np.flatnonzero((table.cores[run] > 1.0) & (scv_row[0] != 1.0) & (rows[run] == 0.0)).tolist():
            rows[run, column] = site.factors.row("cores", int(table.cores[run, column]), float(scv_row[0, column]))
    return rows if rows.any() else None


def _spreads(site: Site, used: list[Pool], scv_row: Floats) -> Floats | None:
    """Root of the scv of a residual service at each hop: E[S³]/(3 E[S]) over its mean squared (renewal theory)."""
    scv = np.array([float(scv_row[0, site.spans[pool].start]) for pool in used])
    if (scv == 1.0).all():
        return None
    # Third moments of the service laws drawn in journeys: gamma below an scv of 1, balanced two phases above.
    root = np.sqrt(np.maximum(scv - 1.0, 0.0) / (scv + 1.0))
    p, q = 0.5 * (1.0 + root), 0.5 * (1.0 - root)
    third = np.where(
        scv <= 1.0, (1.0 + scv) * (1.0 + 2.0 * scv), 6.0 * 0.125 * (1.0 / (p * p) + 1.0 / np.maximum(q * q, 1e-9))
    )
    mean = 0.5 * (1.0 + scv)
    spread: Floats = np.sqrt(np.maximum(third / 3.0 / (mean * mean) - 1.0, 0.0))[:, None, None]
    return spread


def _door(site: Site, present: Mask, wire: Mask) -> Floats | None:
    """The balancer in charge: the first in rotation. Wires take no work and are left out."""
    span = site.spans[Pool.BALANCER]
    door = np.zeros((site.runs, span.stop - span.start))
    for run in np.flatnonzero(site.doors.mode).tolist():
        here = np.flatnonzero(present[run, span] & ~wire[run, span])
        if here.size:
            open_ = [c for c in here.tolist() if site.table.in_rotation[run, span.start + c]]
            door[run, open_[0] if open_ else here[0]] = 1.0
    return door if door.any() else None


def _stands(site: Site, pool: Pool, present: Mask, wire: Mask, work: dict[Pool, Floats]) -> bool:
    if pool == Pool.APP:
        return True
    span = site.spans[pool]
    if pool == Pool.BALANCER:
        return bool(((present & ~wire)[:, span].any(axis=1) & (site.doors.mode > 0)).any())
    return bool((present[:, span].any(axis=1)[:, None] & (work[pool] > 0.0)).any())


def _keys(site: Site) -> Words:
    """Serial number and pool, so that a draw stays with its machine."""
    code = np.zeros(site.width, dtype=np.uint64)
    for pool in Pool:
        code[site.walk_span(pool)] = np.uint64(int(pool) << 20)
    keys: Words = site.table.serial.astype(np.uint64) + code
    return keys


def _routes(
    site: Site,
    used: list[Pool],
    work: dict[Pool, Floats],
    pooled: Mask,
    serving: Floats,
    several: bool,
    scv_row: Floats,
) -> Routes:
    table = site.table
    runs = site.runs
    time = np.stack([np.repeat(work[pool], LANES, axis=1) for pool in used])
    visits = np.ones_like(time)
    column = np.zeros((len(used), runs, 1), dtype=np.int64)
    network = np.full((runs, site.classes * LANES), site.scenario.start.network_ms / 1000.0)
    for h, pool in enumerate(used):
        span = site.spans[pool]
        if pool == Pool.APP:
            continue
        standing = (table.condition[:, span] != Condition.ABSENT).any(axis=1)[:, None]
        visits[h] = (time[h] > 0.0) & standing
        column[h] = span.start
        if pool == Pool.BALANCER:
            door = _door(site, table.condition != Condition.ABSENT, np.zeros_like(table.in_rotation))
            if door is not None:
                column[h, :, 0] += door.argmax(axis=1)
            visits[h] *= (site.doors.mode > 0)[:, None]
        if pool == Pool.CACHE:
            network = network + visits[h] * (cat.CACHE_LOOKUP_MS / 1000.0)
        else:
            network = network + visits[h] * (site.scenario.start.network_ms / 1000.0)
    places = np.array([int(pool) for pool in used], dtype=np.int64)
    app = site.spans[Pool.APP]
    capacity = table.cores[:, app] * serving[:, app] * table.in_rotation[:, app]
    upto = np.add.accumulate(capacity, axis=1)
    return Routes(
        pools=used,
        work=time,
        visits=visits,
        column=column,
        places=places,
        book=np.broadcast_to(places[:, None, None] + (np.arange(runs) * PLACES)[None, :, None], time.shape).ravel(),
        network=network,
        factors=_factors(site, scv_row, pooled),
        spread=_spreads(site, used, scv_row),
        any_common=bool(pooled.any()),
        common=pooled[:, None],
        capacity=upto / np.maximum(upto[:, -1:], 1e-9),
        several=several,
    )
