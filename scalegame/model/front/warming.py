"""Warm-up: a server that has just started is slow at first (cold caches, no open connections), less so in steps."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.copies.disk import FACTORS
from scalegame.model.site import Site
from scalegame.model.state import NEVER, TIER_OF, Tier

_STEP_TICKS = max(1, round(cat.WARMUP_SECONDS * cat.TICKS_PER_SECOND / cat.WARMUP_STEPS))


def start_cold(site: Site, run: int, column: int) -> None:
    """A machine has just come up: if it runs the application, it begins to warm up."""
    if TIER_OF[site.pool_of(column)] == Tier.SERVERS:
        site.table.cold[run, column] = cat.WARMUP_FACTOR
        site.table.warmer[run, column] = site.tick + _STEP_TICKS
    elif site.caching is not None and site.pool_of(column) in FACTORS:
        site.table.cold[run, column] = float(FACTORS[site.pool_of(column)](site.caching, run))


def grow_warmer(site: Site, run: int, column: int) -> None:
    """A step is over: warmer by one, or warm."""
    table = site.table
    steps = round((table.cold[run, column] - 1.0) / (cat.WARMUP_FACTOR - 1.0) * cat.WARMUP_STEPS) - 1
    table.cold[run, column] = 1.0 + (cat.WARMUP_FACTOR - 1.0) * steps / cat.WARMUP_STEPS if steps > 0 else 1.0
    table.warmer[run, column] = site.tick + _STEP_TICKS if steps > 0 else NEVER
    site.alter(run)


def seconds_cold(site: Site, run: int, column: int) -> float:
    """Until it is as fast as its size says; 0 where it is."""
    table = site.table
    if table.warmer[run, column] >= NEVER:
        return 0.0
    steps = round((table.cold[run, column] - 1.0) / (cat.WARMUP_FACTOR - 1.0) * cat.WARMUP_STEPS) - 1
    left: int = int(table.warmer[run, column]) - site.tick + steps * _STEP_TICKS
    return left / cat.TICKS_PER_SECOND
