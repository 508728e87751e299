"""Which columns of the machine table are whose: a span for each pool, the pools of a tier side by side.

Pools whose machines may be walked as one station have a column for that, right after their own: the common one.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.state import SERVERS, TIERS, Pool, Tier, Whole

FIRST_COLUMNS = {Pool.BALANCER: 2, Pool.APP: 4, Pool.CACHE: 1, Pool.DATABASE: 1}
"""Columns laid out before anything stands; pools that are not named here get theirs with their first machine."""

WALKED_AS_ONE = SERVERS
"""Pools with a common column."""


class Columns:
    """One layout of the table; made anew when a pool grows out of its span."""

    def __init__(self, counts: dict[Pool, int]) -> None:
        self.counts = {pool: counts.get(pool, 0) for pool in Pool}
        self.spans: dict[Pool, slice] = {}
        self.commons: dict[Pool, int] = {}
        self.tiers: dict[Tier, slice] = {}
        start = 0
        for tier, pools in TIERS.items():
            first = start
            for pool in pools:
                self.spans[pool] = slice(start, start + self.counts[pool])
                start += self.counts[pool]
                if pool in WALKED_AS_ONE and self.counts[pool]:
                    self.commons[pool] = start
                    start += 1
            self.tiers[tier] = slice(first, start)
        self.width = start
        self.pool_at: Whole = np.zeros(start, dtype=np.int64)
        """The pool of each column, the common ones' too."""
        for pool in Pool:
            self.pool_at[self.walked(pool)] = int(pool)

    def walked(self, pool: Pool) -> slice:
        """The columns of a pool with its common one."""
        span = self.spans[pool]
        return slice(span.start, span.stop + (pool in self.commons))

    def widened(self, pool: Pool) -> tuple[Columns, int, int]:
        """The layout with room for as many machines again; where the new columns come in, and how many they are."""
        old = self.counts[pool]
        by = max(old, 1)
        new = Columns({**self.counts, pool: old + by})
        return new, self.spans[pool].stop, new.width - self.width
