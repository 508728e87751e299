"""How much work each class makes at each tier, and how much that varies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.front.dealing import pools_of_classes
from scalegame.model.front.reading import L7, door_ms, mixes_protocols, read_ms, sealed_to_servers
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home
from scalegame.model.homes.uploads import handling_ms
from scalegame.model.numbers.exact import Floats
from scalegame.model.scenario import RequestClass
from scalegame.model.site import Site
from scalegame.model.state import SERVERS, Mask, Tier, Whole

WALKED = (Tier.DOOR, Tier.SERVERS, Tier.CACHE, Tier.DATA)
"""The tiers that a request waits at."""


def class_work(site: Site) -> dict[Tier, Floats]:
    """Mean work in seconds of each class at each tier, as the runs stand: (runs, classes)."""
    classes = site.scenario.classes
    session = np.array([c.session for c in classes])
    cpu = np.array([c.cpu_ms for c in classes])
    data = np.array([c.db_read_ms + c.db_write_ms for c in classes])
    boxed = data if site.caching is None else site.caching.state.box_seconds * 1000.0
    token = (site.sessions.home == Home.TOKEN)[:, None] * session * token_ms(site.knob("token.life"))[:, None]
    sealed = sealed_to_servers(site)[:, None] * cat.TLS_CPU_MS
    asks = (site.sessions.home == Home.CACHE)[:, None] & (session > 0)
    purging: Floats | float = 0.0
    if site.caching is not None:
        asks = asks | cache_askers(site)
        purging = purgers(site, slice(0, site.caching.cache.stop)) * cat.PURGE_CPU_MS
    everywhere = np.ones((site.runs, 1))
    on_box = (site.records.home == Where.BOX)[:, None]
    files = handling_ms(site.demands, site.uploads.home)
    jobs = 0.0 if site.jobs is None else np.array([_jobs_ms(site, left) for left in site.jobs.terms.queued])
    return {
        Tier.DOOR: door_ms(site) / 1000.0,
        Tier.SERVERS: (everywhere * cpu + token + on_box * boxed + files + sealed + purging + jobs) / 1000.0,
        Tier.CACHE: asks * (cat.CACHE_LOOKUP_CPU_MS / 1000.0),
        Tier.DATA: ~on_box * data / 1000.0,
    }


def _jobs_ms(site: Site, left: Sequence[bool] | Mask) -> list[float]:
    """A server's core work for the slow part of each class, in milliseconds. left: whose job is left to the queue."""
    return [
        0.0 if kind.job_ms == 0.0 else cat.ENQUEUE_CPU_MS if queued else kind.job_ms
        for kind, queued in zip(site.scenario.classes, left, strict=True)
    ]


def token_ms(life: Floats) -> Floats:
    """A server's core work for the token of one request, in milliseconds: each is checked, and a user's next one is
    signed once in the token's life, in seconds."""
    result: Floats = cat.TOKEN_CHECK_CPU_MS + cat.TOKEN_RENEW_CPU_MS * np.minimum(cat.THINK_SECONDS / life, 1.0)
    return result


def _servers_work(kind: RequestClass) -> tuple[object, ...]:
    """All that a server's work for a class may come to depend on."""
    files = kind.uploads_kb + kind.downloads_kb
    # What is read may come from a cache instead, or from a disk: each class's in its own measure.
    data = (kind.reads, kind.db_read_ms, kind.db_write_ms) if kind.reads else kind.db_read_ms + kind.db_write_ms
    return kind.cpu_ms, kind.session, data, files, kind.job_ms, bool(kind.writes)


def typical_work(site: Site, tier: Tier, work: Floats) -> Floats:
    """What a class takes at a tier on average, in seconds, (runs,): it only chooses between regimes, since the mix
    decides tick by tick. work: (runs, classes). Jobs are so long that it matters how rare they are."""
    working = (work > 0.0) * 1.0
    if site.jobs is not None and tier == Tier.SERVERS:
        working *= np.array(site.planned)
        total = np.add.accumulate(working, axis=1)[:, -1]
        if total.all():
            return np.add.accumulate(work * working, axis=1)[:, -1] / total
        working = (work > 0.0) * 1.0
    some = np.maximum(working.sum(axis=1), 1)
    result: Floats = work.sum(axis=1) / some
    return result


def cache_askers(site: Site) -> Mask:
    """Classes that look something up in the cache, or take something out of it, (runs, classes): where one
    answers."""
    caching = site.caching
    if caching is None:
        return np.zeros((site.runs, site.classes), dtype=np.bool_)
    result: Mask = purgers(site, caching.cache) > 0.0
    result[:, caching.cache_classes] |= caching.store.policy.stands[:, caching.cache] > 0.0
    return result


def purgers(site: Site, shelves: slice) -> Floats:
    """1 for classes whose writes purge one of these shelves, (runs, classes)."""
    caching = site.caching
    result = np.zeros((site.runs, site.classes))
    if caching is None:
        return result
    purged = caching.state.chosen * caching.store.policy.purges * (caching.store.policy.stands > 0.0)
    for shelf in range(shelves.start, shelves.stop):
        np.maximum(result, purged[:, shelf, None] * caching.writers[:, shelf], out=result)
    return result


def mixed_tiers(site: Site) -> tuple[Tier, ...]:
    """Tiers at which the classes' work differs, or may come to differ, by the scenario alone: a run must not see what
    others built. A cache takes the same of every class, a balancer of all that speak the same protocol."""
    classes = site.scenario.classes
    servers = any(_servers_work(c) != _servers_work(classes[0]) for c in classes)
    # Who was served matters there too for what is written and for what asks all shards.
    calls = [
        (c.db_read_ms + c.db_write_ms, c.db_write_ms, c.fan_out) for c in classes if c.db_read_ms + c.db_write_ms > 0.0
    ]
    database = any(call != calls[0] for call in calls)
    mixed = ((Tier.DOOR, mixes_protocols(site)), (Tier.SERVERS, servers), (Tier.DATA, database))
    return tuple(tier for tier, differs in mixed if differs)


def service_scv(
    site: Site, tier: Tier, only: Sequence[bool] | None = None, left: Sequence[bool] | Mask | None = None
) -> float:
    """Squared coefficient of variation of a tier's services: within the classes and between them, mixed as planned.

    By the scenario alone (no token, no look-up), so that it is the same whatever a run built: with m the mean work and
    q the mean of its square, both over the planned requests, q/m² - 1 between the classes and q scv/m² within.
    only: the classes that come at all; left: those whose job is left to the queue, none without it.
    """
    classes = site.scenario.classes
    if tier == Tier.SERVERS:
        jobs = _jobs_ms(site, [False] * len(classes) if left is None else left)
        work = [c.cpu_ms + job for c, job in zip(classes, jobs, strict=True)]
    elif tier == Tier.DATA:
        work = [c.db_read_ms + c.db_write_ms for c in classes]
    elif tier == Tier.DOOR:
        work = read_ms(site)
    else:
        work = [1.0] * len(classes)
    coming = [True] * len(classes) if only is None else only
    calls = [
        (w, c.scv, rate)
        for w, c, rate, comes in zip(work, classes, site.planned, coming, strict=True)
        if w > 0.0 and rate > 0.0 and comes
    ]
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


def is_exponential(site: Site) -> bool:
    """All services are, whatever a run routes where or leaves to the queue."""
    if site.jobs is not None and site.classes > 1:
        return False
    return all(service_scv(site, tier) == 1.0 for tier in WALKED)


def scv_by_machine(site: Site) -> Floats:
    """The same for each machine, (runs, columns): a pool that some classes are routed to, or away from, has its own."""
    row = np.ones((1, site.columns.width))
    for tier in WALKED:
        row[0, site.columns.tiers[tier]] = service_scv(site, tier)
    result = np.repeat(row, site.runs, axis=0)
    if mixes_protocols(site):
        # L4 does the same for all: what the cache's tier has, where all work is the same.
        result[site.doors.kind != L7, site.columns.tiers[Tier.DOOR]] = service_scv(site, Tier.CACHE)
    if site.jobs is not None:
        for run in np.flatnonzero(site.jobs.terms.queued.any(axis=1)).tolist():
            scv = service_scv(site, Tier.SERVERS, left=site.jobs.terms.queued[run])
            result[run, site.columns.tiers[Tier.SERVERS]] = scv
    for run in np.flatnonzero([bool(paths) for paths in site.paths]).tolist():
        left = None if site.jobs is None else site.jobs.terms.queued[run]
        homes = pools_of_classes(site, run)
        for pool in SERVERS:
            coming = [home == pool for home in homes]
            if any(coming) and not all(coming):
                result[run, site.columns.walked(pool)] = service_scv(site, Tier.SERVERS, coming, left)
    return result


def classes_by_server(site: Site, home: Whole) -> Floats | None:
    """1 for the classes that a server gets by its pool, (runs, columns of the tier, classes); None where all servers
    get all. Nobody is sent to an unused pool, and it counts as if all were. home: of each class, (runs, classes)."""
    if not any(site.paths):
        return None
    pool_at = site.columns.pool_at[site.columns.tiers[Tier.SERVERS]]
    coming = pool_at[None, :, None] == home[:, None, :]
    result: Floats = (coming | ~coming.any(axis=2, keepdims=True)) * 1.0
    return result
