"""Zones: where machines stand, and what it costs a request to go from one to another."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.failure.outages import zone_back
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import ZONES, Condition, Mask, Pool, Tier, Whole


def zone_for(site: Site, run: int, pool: Pool) -> int:
    """Where a pool's next machine goes if nobody says: of the zones that the level spread its start over, or else of
    those that the pool stands in, the one with the fewest of the pool's machines; not one that is out, if there is
    another."""
    standing = site.table.zone[run, site.machines(run, pool)].tolist()
    spread = site.scenario.start.zones
    open_ = [zone for zone in range(len(ZONES)) if zone in standing or (zone < spread and (spread > 1 or not standing))]
    lit = [zone for zone in open_ if zone_back(site.outages, run, zone) is None]
    return min(lit or open_, key=standing.count)


def crossing_text() -> str:
    """What players are told that a zone costs."""
    return (
        f"each hop from one zone to another takes {cat.CROSS_ZONE_MS:g} ms "
        f"and ${cat.CROSS_ZONE_PRICE:.2f} a million requests"
    )


def spread_out(site: Site) -> Mask:
    """Runs that have a machine outside zone a, (runs,): in the others nothing ever crosses."""
    result: Mask = ((site.table.zone > 0) & (site.table.condition != Condition.ABSENT)).any(axis=1)
    return result


def crossings(site: Site, tiers: list[Tier], at: Whole, visits: Floats, server: Whole) -> Floats:
    """How often each representative goes to another zone and back: between its server and whatever else it visits.

    tiers: of the hops; at: machine of each hop as an index into the flat table, visits: 1 where it goes there, both
    (hops, runs, lanes); server: the machine that has it, likewise, (runs, lanes), as is what is returned.
    """
    zone = site.table.zone
    apart = (zone.ravel().take(at) != zone.ravel().take(server)) * visits
    # Of a pool that is walked as one, ``at`` is the common column, which stands nowhere.
    apart[tiers.index(Tier.SERVERS)] = 0.0
    result: Floats = np.add.reduce(apart, axis=0)
    return result
