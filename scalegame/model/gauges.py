"""Figures of a run that rules and autoscalers look at: cheap enough to be read in every tick, without a snapshot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scalegame.model.exact import Floats
from scalegame.model.histogram import quantile
from scalegame.model.servers import SLOW_SERVICE_SECONDS
from scalegame.model.site import Site
from scalegame.model.state import Condition, Pool

_COMING = (Condition.BOOTING, Condition.RESIZING, Condition.RESTARTING, Condition.DEPLOYING)


@dataclass(frozen=True, slots=True)
class PoolGauge:
    """A figure of one pool, ``POOL.NAME`` in a rule."""

    read: Callable[[Site, int, Pool], float]
    unit: str
    """%, or what is counted."""
    meaning: str
    booked: bool = False
    """It comes from the books, not from the machines."""


@dataclass(frozen=True, slots=True)
class RunGauge:
    """A figure of the whole system, from the books."""

    read: Callable[[Site, int], float]
    """NaN where there is none: nothing was answered."""
    unit: str
    meaning: str


def busy_cores(site: Site, run: int, pool: Pool) -> float:
    """Cores of a pool at work, over the last second. A pool that is walked as one has them in its common column."""
    return float(np.add.accumulate(site.table.busy[run, site.columns.walked(pool)])[-1])


def cores_up(site: Site, run: int, pool: Pool) -> float:
    """Cores of the machines that are up."""
    span = site.columns.spans[pool]
    up = site.table.condition[run, span] == Condition.UP
    return float(np.add.accumulate(site.table.cores[run, span] * up)[-1])


def utilisation(site: Site, run: int, pool: Pool) -> float:
    """Share of a pool's cores at work, in percent, over the last second; 0 where nothing is up."""
    if not site.columns.counts[pool]:
        return 0.0
    cores = cores_up(site, run, pool)
    return 100.0 * min(1.0, busy_cores(site, run, pool) / cores) if cores > 0.0 else 0.0


def waiting_at(site: Site, run: int, columns: slice) -> Floats:
    """Requests that wait for a core or a slot at each of these columns: see waiting for the walk's shift."""
    table = site.table
    shift = site.shifts.read(table.shift[run : run + 1, columns], table.rho[run : run + 1, columns])[0]
    cores = table.cores[run, columns]
    slow = (cores > 1.0) & (table.service[run, columns] >= SLOW_SERVICE_SECONDS)
    walk = table.n[run, columns] - np.where(slow, cores, shift)
    return np.maximum(walk * table.ladder[run, columns], 0.0)


def waiting(site: Site, run: int, pool: Pool) -> float:
    """Requests that wait for a core or a slot in a pool."""
    here = site.columns.walked(pool)
    return float(np.add.accumulate(waiting_at(site, run, here))[-1]) if here.stop > here.start else 0.0


def machines_up(site: Site, run: int, pool: Pool) -> float:
    """Machines of a pool that are up."""
    return float(np.count_nonzero(site.table.condition[run, site.columns.spans[pool]] == Condition.UP))


def standing(site: Site, run: int, pool: Pool) -> int:
    """Machines that work or will: up or on their way, and the dead that no health check has found yet."""
    table, span = site.table, site.columns.spans[pool]
    condition = table.condition[run, span]
    there = condition == Condition.UP
    for coming in _COMING:
        there |= condition == coming
    there |= (condition == Condition.DRAINING) & (table.queued[run, span] > 0)
    there |= (condition == Condition.DEAD) & table.in_rotation[run, span]
    return int(np.count_nonzero(there))


def arrival_rate(site: Site, run: int, pool: Pool) -> float:
    """Requests a second that come to a pool, over the last second."""
    here = site.columns.walked(pool)
    return float(np.add.accumulate(site.table.rate_in[run, here])[-1]) if here.stop > here.start else 0.0


def lost_rate(site: Site, run: int, pool: Pool) -> float:
    """Requests a second that are lost at a pool, over the last second."""
    change, seconds = site.books.last_second("everything", run, site.tick)
    return float(change[:, 1:, pool].sum()) / seconds


def offered_rate(site: Site, run: int) -> float:
    """First attempts a second, over the last second."""
    change, seconds = site.books.last_second("born", run, site.tick)
    return float(change.sum()) / seconds


def error_rate(site: Site, run: int) -> float:
    """Lost requests in percent of those settled in the last second; NaN where none was."""
    change = site.books.last_second("everything", run, site.tick)[0].sum(axis=(0, 2))
    settled = float(change.sum())
    return 100.0 * float(change[1:].sum()) / settled if settled > 0.0 else float("nan")


def _latency(share: float) -> Callable[[Site, int], float]:
    return lambda site, run: quantile(site.books.recent_latencies(run, site.tick)[0], share)


POOL_GAUGES: dict[str, PoolGauge] = {
    "utilisation": PoolGauge(utilisation, "%", "share of the pool's cores at work"),
    "queue": PoolGauge(waiting, "requests", "requests that wait for a core or a slot"),
    "machines": PoolGauge(machines_up, "machines", "machines that are up"),
    "rate": PoolGauge(arrival_rate, "requests a second", "requests that come to the pool"),
    "errors": PoolGauge(lost_rate, "requests a second", "requests lost at the pool", booked=True),
}
"""By what stands behind the pool's name."""

RUN_GAUGES: dict[str, RunGauge] = {
    "latency.p50": RunGauge(_latency(0.5), "ms", "half of all answers take longer"),
    "latency.p95": RunGauge(_latency(0.95), "ms", "one answer in twenty takes longer"),
    "latency.p99": RunGauge(_latency(0.99), "ms", "one answer in a hundred takes longer"),
    "error.rate": RunGauge(error_rate, "%", "share of the requests that are lost"),
    "rps": RunGauge(offered_rate, "requests a second", "first attempts of users"),
}
