"""What an order names, machines, pools and sizes, and what is said where there is no such thing."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.copies.keys import moved_share
from scalegame.model.data.connections import would_lack
from scalegame.model.failure.outages import zone_back
from scalegame.model.front.addresses import moving_share
from scalegame.model.front.balancer import Mode
from scalegame.model.front.zones import crossing_text, zone_for
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home
from scalegame.model.homes.uploads import Store
from scalegame.model.scenario import BalancerKind
from scalegame.model.site import Site
from scalegame.model.state import PLACED, SERVERS, ZONES, Condition, Pool
from scalegame.model.texts import counted, share_text
from scalegame.model.turns import is_leaving

KINDS: dict[BalancerKind, int] = {"l4": 1, "l7": 2}
"""As Doors.kind has them."""


def columns_of(site: Site, run: int, name: str) -> list[int]:
    """Columns of the machine of that name, or of all machines of that pool, oldest first; else none."""
    pool = site.pool_named(run, name)
    if pool is not None:
        return site.machines(run, pool)
    column = site.find(run, name)
    return [] if column is None else [column]


def staying(site: Site, run: int, name: str) -> list[int]:
    """The same without machines that leave: what is ordered of a pool is not meant for them."""
    return [column for column in columns_of(site, run, name) if not is_leaving(site, run, column)]


def knows_size(site: Site, name: str | None) -> bool:
    """There is a size of that name, or none was asked for."""
    return name is None or name in site.size_index


def size_of(site: Site, run: int, name: str | None, like: list[int]) -> int:
    """Index of the size asked for; without one, that of the last of the machines ``like``, or the ladder's first."""
    if name is not None:
        return site.size_index[name]
    if like:
        return int(site.table.size[run, like[-1]])
    return site.size_index[site.scenario.ladder[0]]


def nothing_there(site: Site, run: int, name: str) -> str:
    """A machine or pool of that name does not stand, or not for long."""
    if columns_of(site, run, name):
        return f"{name} is leaving"
    if site.pool_named(run, name) is not None:
        return f"there is no {name} yet"
    names = ", ".join(site.name(run, c) for p in Pool for c in site.machines(run, p)[:4])
    return f"there is no machine or pool {name!r}; there are {names}"


def no_such_pool(name: str) -> str:
    """Nothing that machines could be added to is called so; what is a service has none."""
    services = {
        "cdn": "a CDN is a service and has no machines of yours; place cdn",
        "queue": "the queue is a service and has no machines of yours; place queue for=CLASS",
        "storage": "object storage is a service and has no machines of yours; move uploads object",
    }
    return services.get(name, f"there is no pool {name!r}; place pool makes one")


def no_pool(site: Site, run: int, name: str) -> str:
    """No pool has that name, where only a pool would do."""
    column = site.find(run, name)
    if column is not None:
        return f"{name} is one machine; name its pool: {site.pool_name(run, site.pool_of(column))}"
    names = ", ".join(site.pool_name(run, pool) for pool in Pool if site.machines(run, pool))
    return f"there is no pool {name!r}; there are {names}"


def size_refusal(site: Site, name: str | None) -> str | None:
    """Why a size cannot be had; None where it can, or none was asked for."""
    ladder = site.scenario.ladder
    if name is None or name in ladder:
        return None
    if name in site.size_index and name in cat.SIZES:
        return f"{name} is beyond the ceiling here; the biggest is {ladder[-1]}"
    return f"there is no size {name!r}; there are {', '.join(ladder)}"


def zone_refusal(name: str | None) -> str | None:
    """Why there is no such zone; None where there is, or none was asked for."""
    return None if name is None or name in ZONES else f"there is no zone {name!r}; there are {', '.join(ZONES)}"


def newcomers_text(site: Site, run: int, pool: Pool, count: int, zone: str | None) -> str:
    """What comes of so many more machines in a pool, in the zone asked for."""
    parts = []
    if pool in SERVERS:
        if site.doors.mode[run] == Mode.NONE:
            parts.append("gets no traffic without a balancer")
        elif pool in PLACED and pool not in site.paths[run].values():
            parts.append("gets no traffic until a path is routed there")
        moved = moving_share(site, run, pool, count)
        if moved > 0.0:
            parts.append(f"sends {share_text(moved, 1.0)} of the users to another server by their address")
        parts.append(f"slow for its first {cat.WARMUP_SECONDS:g} s")
        lacks = _starts_without(site, run)
        parts += [f"knows nothing of {lacks} of the others"] if lacks else []
        refused = would_lack(site, run, count)
        parts += (
            [f"{counted(refused, 'server finds', 'servers find')} no connection to the database"] if refused else []
        )
    if pool == Pool.WORKER and site.jobs is not None and not site.jobs.terms.queued[run].any():
        parts.append("has nothing to do until a class is queued")
    if pool == Pool.CACHE:
        parts.append(_moved_keys_text(site, run, count))
    where = zone_for(site, run, pool) if zone is None else ZONES.index(zone)
    if where > 0 or np.count_nonzero(site.table.zone[run]):
        parts.append(f"in zone {ZONES[where]}: {crossing_text()}")
    return ", ".join(parts)


def boot_delay(site: Site, run: int, pool: Pool, zone: str | None, seconds: float = cat.BOOT_SECONDS) -> float:
    """Seconds until a machine that is ordered now is up, which in a zone that is out waits for the zone."""
    back = zone_back(site.outages, run, zone_for(site, run, pool) if zone is None else ZONES.index(zone))
    return seconds if back is None else max(seconds, (back - site.tick) / cat.TICKS_PER_SECOND + cat.BOOT_SECONDS)


def somebody_else(site: Site, run: int, columns: list[int]) -> bool:
    """While these machines of a pool are away, others do their work, or nobody waits for it."""
    pool = site.pool_of(columns[0])
    machines = site.machines(run, pool)
    if pool in (Pool.WORKER, Pool.STANDBY):
        return True
    if pool == Pool.DATABASE:
        return False
    if pool in SERVERS and site.doors.mode[run] == Mode.NONE:
        return pool in PLACED or machines[0] not in columns
    return any(condition_of(site, run, c) == Condition.UP for c in machines if c not in columns)


def one_by_one(site: Site, run: int, columns: list[int]) -> bool:
    """The same while they are away one after another."""
    return all(somebody_else(site, run, [column]) for column in columns)


def zone_outage(site: Site, run: int, column: int) -> str | None:
    """Why nothing can be done with a machine whose zone is out; None where it is not."""
    zone = int(site.table.zone[run, column])
    back = zone_back(site.outages, run, zone)
    if back is None:
        return None
    seconds = (back - site.tick) / cat.TICKS_PER_SECOND
    return f"zone {ZONES[zone]} is out for {seconds:.0f} s more, and {site.name(run, column)} with it"


def _starts_without(site: Site, run: int) -> str:
    """What a new server does not have that requests will ask it for."""
    users = site.sessions.home[run] == Home.MEMORY and site.demands.sessions.any()
    return " and ".join(filter(None, ("the users" if users else "", on_the_boxes(site, run))))


def on_the_boxes(site: Site, run: int) -> str:
    """What lies on the servers' disks that requests ask for."""
    lacks = []
    if site.uploads.home[run] == Store.DISK and site.demands.downloads.any():
        lacks.append("the files")
    if site.records.home[run] == Where.BOX and site.demands.data.any():
        lacks.append("the data")
    return " and ".join(lacks)


def _moved_keys_text(site: Site, run: int, count: int) -> str:
    """What of a cache's keys more machines would have elsewhere."""
    before = len(site.machines(run, Pool.CACHE))
    return moved_keys_text(site, run, moved_share(before, before + count, consistent=not site.knob("cache.hash")[run]))


def moved_keys_text(site: Site, run: int, moved: float) -> str:
    """What it means that such a share of the cache's keys is on another machine."""
    told = f"{share_text(moved, 1.0)} of the keys move, and are asked for anew"
    if site.sessions.home[run] == Home.CACHE and site.demands.sessions.any():
        told += f": logs out {share_text(moved, 1.0)} of the users"
    return told


def condition_of(site: Site, run: int, column: int) -> Condition:
    """What a machine is doing."""
    return Condition(int(site.table.condition[run, column]))


def doing(site: Site, run: int, column: int) -> str:
    """The same as a word for a sentence."""
    return condition_of(site, run, column).name.lower()
