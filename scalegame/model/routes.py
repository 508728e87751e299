"""The ways that representatives take: which machines, how much work there, how long on the wire."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.balancer import Mode
from scalegame.model.exact import Floats
from scalegame.model.journeys import LANES
from scalegame.model.ledger import PLACES
from scalegame.model.site import Site
from scalegame.model.state import Condition, Mask, Pool, Whole


@dataclass(slots=True)
class Routes:
    """What is known between two changes of the machines. Lanes are (classes x LANES); hops: pools that stand
    anywhere."""

    pools: list[Pool]
    work: Floats
    """Mean service of a lane at a hop on a machine of stretch 1, seconds: (hops, runs, lanes)."""
    visits: Floats
    """1 where a lane goes there: (hops, runs, lanes)."""
    column: Whole
    """The machine at a hop, for pools that have one in charge: (hops, runs, 1); the app's is found lane by lane."""
    places: Whole
    """The pool at each hop: (hops,)."""
    book: Whole
    """run x PLACES + pool of every hop and lane, flat."""
    network: Floats
    """Seconds on the wire: (runs, lanes)."""
    factors: Floats | None
    """Where each machine's factor curve starts (see herd): (runs, columns); None where all are plain."""
    spread: Floats | None
    """Root of the scv of a unit of waiting at each hop, (hops, 1, 1); None where services are exponential."""
    any_common: bool
    common: Mask
    """Runs whose app pool is walked as one: (runs, 1)."""
    capacity: Floats
    """Running shares of the machines' cores in the pool: (runs, app columns)."""
    several: bool
    """The app pool has more than one column somewhere."""


def find_routes(
    site: Site,
    used: list[Pool],
    work: dict[Pool, Floats],
    pooled: Mask,
    serving: Floats,
    several: bool,
    scv_row: Floats,
) -> Routes:
    """What representatives must know. used: pools that stand; work: (runs, classes) of each; pooled: runs whose app
    pool is walked as one; serving: 1 where a machine works; scv_row: (1, columns)."""
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
            door = in_charge(site, table.condition != Condition.ABSENT, np.zeros_like(table.in_rotation))
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


def in_charge(site: Site, present: Mask, wire: Mask) -> Floats | None:
    """The balancer in charge: the first in rotation. Wires take no work and are left out."""
    span = site.spans[Pool.BALANCER]
    door = np.zeros((site.runs, span.stop - span.start))
    for run in np.flatnonzero(site.doors.mode).tolist():
        here = np.flatnonzero(present[run, span] & ~wire[run, span])
        if here.size:
            open_ = [c for c in here.tolist() if site.table.in_rotation[run, span.start + c]]
            door[run, open_[0] if open_ else here[0]] = 1.0
    return door if door.any() else None
