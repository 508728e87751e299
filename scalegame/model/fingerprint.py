"""Short hashes of a run's whole state, one a subsystem, so that a mismatch names the part that differs.

A run has the same hashes alone and among others: columns that do not exist and what is never read again do not count.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np
from numpy.typing import NDArray

from scalegame.model.data.replication import LOG
from scalegame.model.front.dealing import walked_as_one
from scalegame.model.operators.calls import PER_STORE
from scalegame.model.queueing.cohorts import RING
from scalegame.model.site import Site
from scalegame.model.state import SERVERS, TIER_OF, TIERS, Pool, Tier, digest

_Arrays = list[NDArray[np.generic]]
_RUN_SECOND = ("past", "past_born", "past_attempts", "recent", "recent_ms")
"""Of the ledger: the first axis is the second, the second the run."""


def fingerprint(site: Site, run: int) -> dict[str, str]:
    """Subsystem -> 16 hex digits."""
    return {
        "traffic": digest([*_rows(site.retries.state, run), *_rows(site.timeline, run)]),
        "machines": digest(_machines(site, run)),
        "queues": digest(_queues(site, run)),
        "balancer": digest(
            [
                *_rows(site.doors, run),
                _text(sorted(site.paths[run].items())),
                _text(sorted(site.placed[run].items())),
                site.knobs[:, run],
                site.class_knobs[:, run],
            ]
        ),
        "database": digest(_data(site, run)),
        "sessions": digest(_rows(site.sessions, run)),
        "uploads": digest(_rows(site.uploads, run)),
        "data": digest(_rows(site.records, run)),
        "requests": digest(_requests(site, run)),
        "jobs": digest([] if site.jobs is None else [*site.jobs.arrays(run, site.tick), *_rows(site.crew, run)]),
        "autoscalers": digest(_rows(site.scaling, run)),
        "calls": digest(_calls(site, run)),
        "copies": digest(_copies(site, run)),
        "ledger": digest(_rows(site.books.state, run)),
    }


def _rows(part: object, run: int) -> _Arrays:
    """A run's rows of a dataclass of arrays."""
    arrays: _Arrays = []
    for field in fields(part):  # type: ignore[arg-type]  # all are dataclasses of arrays
        value = getattr(part, field.name)
        arrays.append(value[:, run] if field.name in _RUN_SECOND else value[run])
    return arrays


def _columns(site: Site, run: int, pool: Pool) -> list[int]:
    """Columns that are walked: those of the machines, and the common one where it stands for them."""
    machines = site.machines(run, pool)
    as_one = machines and pool in SERVERS and walked_as_one(site, run)
    return [*machines, site.columns.commons[pool]] if as_one else machines


def _machines(site: Site, run: int) -> _Arrays:
    """The table, the orders under way, and the counters that number what comes next."""
    here = [column for pool in Pool for column in _columns(site, run, pool)]
    orders = "\n".join(
        f"{o.number} {o.kind} {o.place} {o.text} {o.started} {o.ends} {o.pool} {o.serial} {o.value} {o.missed}"
        for o in site.under_way[run]
    )
    return [
        *(getattr(site.table, field.name)[run][here] for field in fields(site.table)),
        _text(orders),
        site.last_serial[run],
        *_rows(site.outages, run),
        *_rows(site.releases, run),
        *_rows(site.script, run),
        site.next_order[run : run + 1],
    ]


def _text(said: object) -> NDArray[np.generic]:
    return np.frombuffer(str(said).encode(), dtype=np.uint8)


def _queues(site: Site, run: int) -> _Arrays:
    """Who left so far, and of each ring what will still be read: from before the oldest cohort there to the newest.

    Where nobody is in a queue its head means nothing: it has not followed where the pool was not walked.
    """
    arrays: _Arrays = []
    if site.classes == 1:
        return arrays
    for pool in Pool:
        state = site.queues[TIER_OF[pool]].state
        for column in _columns(site, run, pool):
            machine = site.local(column)
            curve, left = state.curve[run, machine], state.left[run, machine]
            arrays.append(left)
            if curve[(site.tick - 1) % RING, -1] > left[-1]:
                oldest = max(int(state.head[run, machine]) - 1, site.tick - RING)
                ticks = np.arange(oldest, site.tick, dtype=np.int64)
                arrays += [ticks[:1], curve[ticks % RING]]
    return arrays


def _calls(site: Site, run: int) -> _Arrays:
    """Of the stores only those that stand, and what asks all of them."""
    first = site.columns.tiers[Tier.DATA].start
    here = [column - first for pool in TIERS[Tier.DATA] for column in site.machines(run, pool)]
    arrays: _Arrays = []
    for field in fields(site.calls):
        value = getattr(site.calls, field.name)[run]
        arrays.append(value[..., [*here, -1]] if field.name in PER_STORE else value)
    return arrays


def _data(site: Site, run: int) -> _Arrays:
    """Shards, and as much of the log as a replica has still to read."""
    data = site.database
    arrays: _Arrays = [data.shards[run : run + 1], data.written[run : run + 1], data.stale_said[run : run + 1]]
    replicas = site.machines(run, Pool.REPLICA)
    if replicas:
        oldest = max(int(site.table.behind[run, replicas].min()) - 1, site.tick - LOG, 0)
        arrays.append(data.log[run, np.arange(oldest, site.tick) % LOG])
    return arrays


def _copies(site: Site, run: int) -> _Arrays:
    """Who has which key; what the stores hold, how old it is, and what they were told."""
    caching = site.caching
    parts: list[object] = [site.keys]
    if caching is not None:
        store = caching.store
        parts += [store.contents, store.ages, store.policy, caching.state]
    return [array for part in parts for array in _rows(part, run)]


def _requests(site: Site, run: int) -> _Arrays:
    """What is on its way, in the order of its attempts."""
    everyone = site.fates.of_run(run)
    return [] if everyone is None else [getattr(everyone, field.name) for field in fields(everyone)]
