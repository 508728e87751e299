"""Connections: each server opens a pool of them at each database machine, which has memory for so many and pays for
each.

That is what scaling out costs the one thing that does not: the tenth server does not only bring load. A pooler opens a
few for all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.homes.records import Where
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import SERVING, Site
from scalegame.model.state import TIERS, Condition, Pool, Tier


@dataclass(frozen=True, slots=True)
class Connections:
    """Of one run."""

    most: float
    """What the smallest database machine has memory for; infinite where sizes have none to count."""
    open: dict[int, float]
    """Column of a database machine -> connections open there."""
    refused: tuple[int, ...]
    """Columns of the servers that found none left: the newest."""


def has_pooler(site: Site, run: int) -> bool:
    return bool(site.knob("pooler")[run] > 0.0)


def pooler_rent(site: Site, run: int) -> int:
    """Micro-dollars a tick of a run's pooler."""
    if not has_pooler(site, run):
        return 0
    stores = [c for pool in TIERS[Tier.DATA] for c in site.machines(run, pool)]
    cores = sum(float(site.table.cores[run, c]) for c in stores)
    return int(cores * cat.POOLER_PRICE * 1_000_000 / 600 + 0.5)


def connections(site: Site, run: int) -> Connections:
    """Who is connected. A server that finds no connection at one of the machines fails its start and uses none."""
    table = site.table
    if site.records.home[run] == Where.BOX:
        return Connections(float("inf"), {}, ())
    stores = [
        c
        for pool in (Pool.DATABASE, Pool.REPLICA)
        for c in site.machines(run, pool)
        if Condition(int(table.condition[run, c])) in SERVING
    ]
    servers = [c for c in site.servers(run) if Condition(int(table.condition[run, c])) in SERVING]
    if has_pooler(site, run):
        few = {c: min(float(len(servers)) * cat.CONNECTIONS_PER_SERVER, _pooled(site, run, c)) for c in stores}
        return Connections(float("inf"), few, ())
    most = min((limit_of(site, run, c) for c in stores), default=float("inf"))
    if not np.isfinite(most):
        each = len(servers) * cat.CONNECTIONS_PER_SERVER
        return Connections(most, {c: float(each) for c in stores}, ())
    by_age = sorted(servers, key=lambda c: (int(table.ordered[run, c]), c))
    room = int(most // cat.CONNECTIONS_PER_SERVER)
    connected = min(room, len(servers)) * cat.CONNECTIONS_PER_SERVER
    return Connections(most, {c: float(connected) for c in stores}, tuple(sorted(by_age[room:])))


def would_lack(site: Site, run: int, more: int) -> int:
    """How many servers would find no connection if there were so many more, with those that boot now."""
    most = connections(site, run).most
    if not np.isfinite(most) or not site.demands.data.any():
        return 0
    return max(0, len(site.servers(run)) + more - int(most // cat.CONNECTIONS_PER_SERVER))


def limit_of(site: Site, run: int, column: int) -> float:
    """How many a database machine can have open."""
    memory = site.sizes[int(site.table.size[run, column])].memory_gb
    return memory * cat.CONNECTIONS_PER_GB if memory > 0.0 else float("inf")


def _pooled(site: Site, run: int, column: int) -> float:
    return float(site.table.cores[run, column]) * cat.POOLER_CONNECTIONS_PER_CORE


def connection_drag(site: Site, run: int, column: int, open_: float) -> float:
    """Work at a database machine takes this many times as long; sizes without memory (labs) are spared."""
    many = max(0.0, open_ - cat.CONNECTIONS_FREE)
    return 1.0 + cat.CONNECTION_COST * many if np.isfinite(limit_of(site, run, column)) else 1.0


def refused_share(site: Site, run: int, refused: tuple[int, ...], first: int, width: int) -> Floats:
    """Share of what each server's column sends to the database that finds no connection: 1 for those refused, of a
    pool's common column their part of its cores. (width,), columns from ``first`` on."""
    result = np.zeros(width)
    table = site.table
    for column in refused:
        result[column - first] = 1.0
    for pool, common in site.columns.commons.items():
        mine = [c for c in site.machines(run, pool) if c in refused]
        total = float(table.cores[run, common])
        if mine and first <= common < first + width and total > 0.0:
            result[common - first] = min(1.0, sum(float(table.cores[run, c]) for c in mine) / total)
    return result
