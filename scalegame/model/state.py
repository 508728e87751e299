"""The state of a batch of runs: arrays alone, the first axis the run. Hashed and copied field by field.

All machines of a run stand in one table; each pool has its own span of columns. Counts are whole, as float64.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scalegame.model.numbers.exact import Floats

Whole = NDArray[np.int64]
Mask = NDArray[np.bool_]

NEVER = 1 << 60
"""A tick that does not come."""


class Pool(IntEnum):
    """The pools in a request's order. SECOND to FOURTH are what `place pool` makes: their names are each run's own."""

    BALANCER = 0
    APP = 1
    SECOND = 2
    THIRD = 3
    FOURTH = 4
    CACHE = 5
    DATABASE = 6
    REPLICA = 7
    STANDBY = 8
    WORKER = 9


POOL_NAMES = ("balancer", "app", "", "", "", "cache", "database", "replica", "standby", "worker")
"""What players call them; empty where the run says (see Site.pool_name)."""
PREFIXES = ("balancer", "app", "", "", "", "cache", "db", "replica", "standby", "worker")
"""Before the number in a machine's name."""


class Tier(IntEnum):
    """Pools that stand side by side on a request's way: one walk for all their machines."""

    DOOR = 0
    SERVERS = 1
    CACHE = 2
    DATA = 3
    WORKERS = 4


TIERS: dict[Tier, tuple[Pool, ...]] = {
    Tier.DOOR: (Pool.BALANCER,),
    Tier.SERVERS: (Pool.APP, Pool.SECOND, Pool.THIRD, Pool.FOURTH),
    Tier.CACHE: (Pool.CACHE,),
    Tier.DATA: (Pool.DATABASE, Pool.REPLICA, Pool.STANDBY),
    Tier.WORKERS: (Pool.WORKER,),
}
SERVERS = TIERS[Tier.SERVERS]
PLACED = SERVERS[1:]
"""What `place pool` makes, in the order in which it does."""
TIER_OF: dict[Pool, Tier] = {pool: tier for tier, pools in TIERS.items() for pool in pools}


class Place(IntEnum):
    """Where a request is lost that no pool lost; after the pools in the ledger."""

    CDN = len(Pool)
    QUEUE = len(Pool) + 1
    STORAGE = len(Pool) + 2


PLACE_NAMES = (*POOL_NAMES, "cdn", "queue", "storage")

ZONES = ("a", "b", "c")
"""Buildings apart: what takes one out leaves the others alone."""


class Condition(IntEnum):
    """What a machine is doing. Only UP serves; DRAINING finishes what it has."""

    ABSENT = 0
    UP = 1
    BOOTING = 2
    RESIZING = 3
    RESTARTING = 4
    DRAINING = 5
    DEPLOYING = 6
    DEAD = 7


@dataclass
class Machines:
    """One row of figures a machine: shape (runs, columns), but for what says otherwise."""

    serial: Whole
    """The number in its name; 0 where there is none. Draws are keyed by it, never by the column."""
    condition: Whole
    due: Whole
    """The tick at which the condition ends."""
    fails: Whole
    """The tick at which it will crash."""
    ails: Whole
    """The tick at which something less than a crash will befall it, and what: see chance.AILMENTS."""
    ailment: Whole
    blip_until: Whole
    """The tick at which the network reaches it again; NEVER where it does."""
    notice: Whole
    """The tick at which the health check changes its mind about it."""
    ordered: Whole
    """The tick at which it was ordered: it is billed from then on."""
    size: Whole
    """Index into the world's sizes."""
    next_size: Whole
    queued: Whole
    """What a rolling order will do to it when its turn comes: 0 nothing, 1 deploy, 2 resize to next_size."""
    in_rotation: Mask
    zone: Whole
    """Index into ZONES."""
    listed: Whole
    """Its number in the list that a balancer hashes addresses over, from 1; 0 where it is not in it."""
    slow: Floats
    """Work takes this many times as long: a fault."""
    slow_until: Whole
    release_factor: Floats
    """What its release does to its work, in ``slow`` already; 1 is a good one."""
    wrong: Floats
    """Share of its answers that are wrong: a bad release."""
    drag: Floats
    """The same for what the machine does besides or lacks: cold pages, replay, open connections."""
    cold: Floats
    """The same for a fresh start: empty code caches, no connections yet (see warming)."""
    warmer: Whole
    """The tick at which it is warmer by a step."""
    cores: Floats
    slots: Floats
    room: Floats
    """slots + backlog."""
    stretch: Floats
    """1 + contention x (cores - 1)."""
    shift: Floats
    """Where the size's shift curve starts."""
    rent: Whole
    """Micro-dollars a tick."""
    n: Floats
    """The walk: for one core the number present, for more a shifted coordinate (see waiting)."""
    ladder: Floats
    """What one unit of the walk is worth in mean services: (ca² + cs²)/2."""
    carry_in: Floats
    carry_out: Floats
    carry_served: Floats
    """Fractions of a unit carried to the next tick where ladder is not 1."""
    rho: Floats
    """Share of the possible services that found work, over the last second."""
    rate_in: Floats
    """Arrivals a second, over the last second."""
    rate_mean: Floats
    """Arrivals a second, over the last five seconds."""
    busy: Floats
    """Cores at work, over the last second."""
    service: Floats
    """Mean service in seconds of what is at the head of the queue, on this machine as it is now."""
    allowed: Floats
    """Services a second that the free slots admit, over the last second."""
    held: Floats
    """Slots held by requests that went downstream."""
    users: Floats
    """Sessions that live in this machine's memory."""
    files: Floats
    """Uploaded files on this machine's disk that somebody still asks for."""
    data: Floats
    """Share of the service's data that lies on this machine's disk, where it runs on the boxes."""
    blank: Floats
    """1 where its disk was lost: a replica or standby has all to copy anew when it is back."""
    fanned: Floats
    """Of a shard: queries to all shards that it has not answered yet."""
    applied: Floats
    """Of a replica: how much of the primary's log it has replayed, in seconds of work (see replication)."""
    behind: Whole
    """Of a replica: the tick of the oldest write that it has not replayed."""
    lag: Floats
    """Of a replica: the age of what it shows, seconds."""
    replay: Floats
    """Of a replica: cores that replay, over the last second."""
    hampered: Floats
    """Of a replica: its reads take so many times as long because of the replay; anew each second."""


def empty_machines(runs: int, columns: int) -> Machines:
    def of(name: str) -> NDArray[np.generic]:
        if name == "in_rotation":
            return np.zeros((runs, columns), dtype=np.bool_)
        if name in {"due", "fails", "ails", "blip_until", "notice", "slow_until", "warmer"}:
            return np.full((runs, columns), NEVER, dtype=np.int64)
        if name in {
            "serial",
            "condition",
            "ordered",
            "size",
            "next_size",
            "queued",
            "rent",
            "zone",
            "listed",
            "ailment",
            "behind",
        }:
            return np.zeros((runs, columns), dtype=np.int64)
        one = name in {"ladder", "slow", "release_factor", "drag", "cold", "stretch", "service", "hampered"}
        return np.full((runs, columns), 1.0 if one else 0.0)

    return Machines(**{field.name: of(field.name) for field in fields(Machines)})  # type: ignore[arg-type]  # dtypes by name


def burden(table: Machines) -> Floats:
    """Work takes this many times as long as it should, (runs, columns): faults, what is done besides, a fresh start."""
    result: Floats = table.slow * table.drag
    result *= table.cold
    return result


def widen(table: Machines, at: int, by: int) -> Machines:
    """The table with ``by`` empty columns put in before column ``at``."""
    runs = table.n.shape[0]
    gap = empty_machines(runs, by)
    return Machines(
        **{
            field.name: np.concatenate(
                [getattr(table, field.name)[:, :at], getattr(gap, field.name), getattr(table, field.name)[:, at:]],
                axis=1,
            )
            for field in fields(Machines)
        }
    )


def digest(parts: list[NDArray[np.generic]]) -> str:
    """A short hash of arrays, of their bytes, little-endian."""
    h = hashlib.blake2b(digest_size=8)
    for part in parts:
        h.update(np.ascontiguousarray(part).tobytes())
    return h.hexdigest()
