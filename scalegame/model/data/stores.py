"""Which database machine has which requests, and whose slots they hold."""

from __future__ import annotations

import numpy as np

from scalegame.model.operators.calls import forget_calls
from scalegame.model.site import Site, key_of
from scalegame.model.state import Condition, Pool, Tier
from scalegame.model.way.fates import ALL_STORES, ONLY_STORE


def primaries(site: Site, run: int) -> list[int]:
    """Columns of the machines that hold the data, one a shard; without those that a resharding still fills."""
    return site.machines(run, Pool.DATABASE)[: int(site.database.shards[run])]


def standby_of(site: Site, run: int, column: int) -> int | None:
    """The machine that stands by for a primary: the first for the first shard, and so on; None where there is none."""
    order = primaries(site, run)
    standbys = site.machines(run, Pool.STANDBY)
    at = order.index(column) if column in order else len(standbys)
    return standbys[at] if at < len(standbys) else None


def stores_of(site: Site, run: int, column: int) -> list[int]:
    """What requests at a database machine say of where they are (see fates.Pending)."""
    stores = [key_of(site, run, column)]
    if column in primaries(site, run):
        stores.append(ALL_STORES)
        if column == primaries(site, run)[0]:
            stores.append(ONLY_STORE)
    return stores


def free_callers(site: Site, run: int, column: int) -> None:
    """A database machine is gone: the slots of those whom it would have answered are free. What asked other shards too
    holds its slot until they have answered."""
    table, span = site.table, site.columns.tiers[Tier.DATA]
    waiting = np.maximum(table.n[run, span] * table.ladder[run, span] - table.fanned[run, span], 0.0)
    there = float(waiting[column - span.start])
    alone = sum(table.condition[run, c] != Condition.ABSENT for c in range(span.start, span.stop)) == 1
    total = float(np.add.accumulate(waiting)[-1] + table.fanned[run, span].max())
    part = 1.0 if alone else there / total if total > 0.0 else 0.0
    table.held[run] = np.floor(table.held[run] * (1.0 - part))
    forget_calls(site.calls, run, column - span.start)
