"""What is lost with the memory of machines that stop, are replaced or flushed: logins, copies, pages of data."""

from __future__ import annotations

import numpy as np

from scalegame.model.copies.caching import CACHE, PAGES, REPLICAS
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home, forget_machine, forget_share
from scalegame.model.site import SERVING, Site
from scalegame.model.state import TIER_OF, Pool, Tier

_STORES = {Pool.CACHE: CACHE, Pool.DATABASE: PAGES, Pool.REPLICA: REPLICAS}


def lose_memory(site: Site, run: int, column: int) -> None:
    """A machine stops, or a server comes back. What a replica remembered is no loss to the others: what that means for
    all of them is noticed once it is back (see Caching.notice)."""
    pool = site.pool_of(column)
    if TIER_OF[pool] == Tier.SERVERS:
        forget_machine(site.sessions, site.table.users[:, site.columns.tiers[Tier.SERVERS]], run, site.local(column))
    elif pool in (Pool.CACHE, Pool.DATABASE) and site.table.condition[run, column] in SERVING:
        _forget(site, run, pool, 1)


def flush(site: Site, run: int, columns: list[int]) -> None:
    """Machines of a pool go on, and have nothing in their memory any more."""
    pool = site.pool_of(columns[0])
    if TIER_OF[pool] == Tier.SERVERS:
        for column in columns:
            lose_memory(site, run, column)
    elif pool in _STORES:
        _forget(site, run, pool, len(columns))


def _forget(site: Site, run: int, pool: Pool, machines: int) -> None:
    """So many of the machines of a pool that are up lose what they hold for all servers."""
    share = machines / np.count_nonzero(site.serving()[run, site.columns.spans[pool]])
    if pool == Pool.CACHE and site.sessions.home[run] == Home.CACHE:
        forget_share(site.sessions, site.table.users[:, site.columns.tiers[Tier.SERVERS]], run, share)
    if site.caching is not None:
        site.caching.flush(run, _STORES[pool], share)


def lose_pages(site: Site, run: int, column: int) -> None:
    """A box comes back with the data that is on its disk, and has nothing of it in memory."""
    if site.caching is None or site.records.home[run] != Where.BOX:
        return
    data = site.table.data[run, site.columns.tiers[Tier.SERVERS]]
    total = float(np.add.accumulate(data)[-1])
    if total > 0.0:
        site.caching.flush(run, PAGES, float(site.table.data[run, column]) / total)
