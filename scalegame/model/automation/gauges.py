"""Figures of a run that rules and autoscalers look at: cheap enough to be read in every tick, without a snapshot."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scalegame.model.copies.caching import CACHE, CDN
from scalegame.model.data.connections import connections, limit_of
from scalegame.model.numbers.exact import Floats
from scalegame.model.numbers.histogram import quantile
from scalegame.model.operators.calls import Breaker, calls_view
from scalegame.model.queueing.servers import SLOW_SERVICE_SECONDS
from scalegame.model.site import Site
from scalegame.model.state import NEVER, Condition, Pool

_COMING = (Condition.BOOTING, Condition.RESIZING, Condition.RESTARTING, Condition.DEPLOYING)


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
    """Requests that wait for a core or a slot in a pool; for workers, messages in the queue."""
    if pool == Pool.WORKER:
        return queue_depth(site, run)
    here = site.columns.walked(pool)
    return float(np.add.accumulate(waiting_at(site, run, here))[-1]) if here.stop > here.start else 0.0


def queue_depth(site: Site, run: int) -> float:
    """Messages that wait for a worker."""
    return 0.0 if site.jobs is None else float(site.jobs.depth()[run])


def queue_age(site: Site, run: int) -> float:
    """Seconds that the oldest of them has waited."""
    return 0.0 if site.jobs is None else max(site.jobs.oldest(run, site.tick))


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


def retry_share(site: Site, run: int) -> float:
    """Users' retries in percent of their attempts; NaN where there was none."""
    attempts = float(site.books.last_second("attempts", run, site.tick)[0].sum())
    first = float(site.books.last_second("born", run, site.tick)[0].sum())
    return 100.0 * (attempts - first) / attempts if attempts > 0.0 else float("nan")


def dead_letters(site: Site, run: int) -> float:
    """Messages that were given up for good, ever."""
    return 0.0 if site.jobs is None else float(site.jobs.books.state.dead_letters[run].sum())


def _hits(store: str) -> Callable[[Site, int], float]:
    """Of a store of copies, in percent; NaN where it does not stand or nobody asks it."""

    def read(site: Site, run: int) -> float:
        if site.caching is None or store not in site.caching.stores:
            return float("nan")
        if not (site.caching.state.cdn[run] if store == CDN else site.machines(run, Pool.CACHE)):
            return float("nan")
        shelves = site.caching.shelves_in(store)
        here = slice(shelves.start, shelves.stop)
        asked = np.add.accumulate(site.caching.state.asked[run, here])
        answered = np.add.accumulate(site.caching.state.answered[run, here])
        return 100.0 * float(answered[-1] / asked[-1]) if asked.size and asked[-1] > 0.0 else float("nan")

    return read


def replica_lag(site: Site, run: int) -> float:
    """Seconds that the slowest replica is behind; NaN without one."""
    span = site.columns.spans[Pool.REPLICA]
    there = site.table.condition[run, span] == Condition.UP
    return float(np.max(site.table.lag[run, span][there])) if there.any() else float("nan")


def connections_used(site: Site, run: int) -> float:
    """In percent, of the database machine that is nearest to its limit; NaN where nothing limits them."""
    linked = connections(site, run)
    shares = [open_ / limit_of(site, run, column) for column, open_ in linked.open.items()]
    most = max(shares, default=0.0)
    return 100.0 * most if most > 0.0 else float("nan")


def time_out_rate(site: Site, run: int) -> float:
    """Calls to the database that time out, a second."""
    view = calls_view(site.calls, run)
    return 0.0 if view is None else view.time_out_rate


def call_retry_share(site: Site, run: int) -> float:
    """Retries in percent of the calls to the database."""
    view = calls_view(site.calls, run)
    return 0.0 if view is None else 100.0 * view.retry_share


def breaker_open(site: Site, run: int) -> float:
    """1 while all calls to the database fail at once."""
    return float(site.calls.breaker[run] == Breaker.OPEN)


def zones_out(site: Site, run: int) -> float:
    """How many."""
    return float(np.count_nonzero(site.outages.until[run] < NEVER))


def _latency(share: float) -> Callable[[Site, int], float]:
    return lambda site, run: quantile(site.books.recent_latencies(run, site.tick)[0], share)


POOL_GAUGES: dict[str, Callable[[Site, int, Pool], float]] = {
    "utilisation": utilisation,
    "queue": waiting,
    "machines": machines_up,
    "rate": arrival_rate,
    "errors": lost_rate,
}
"""How figures.POOL_FIGURES are read."""

RUN_GAUGES: dict[str, Callable[[Site, int], float]] = {
    "latency.p50": _latency(0.50),
    "latency.p95": _latency(0.95),
    "latency.p99": _latency(0.99),
    "error.rate": error_rate,
    "rps": offered_rate,
    "retry.share": retry_share,
    "messages.waiting": queue_depth,
    "messages.age": queue_age,
    "messages.dead": dead_letters,
    "cache.hits": _hits(CACHE),
    "cdn.hits": _hits(CDN),
    "replica.lag": replica_lag,
    "database.connections": connections_used,
    "calls.time-outs": time_out_rate,
    "calls.retries": call_retry_share,
    "calls.blocked": breaker_open,
    "zones.out": zones_out,
}
"""How figures.RUN_FIGURES are read; NaN where there is nothing to measure."""
