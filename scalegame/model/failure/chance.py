"""What breaks by itself, and when: drawn for each machine and zone by its own key, so that a purchase never reshuffles
the failures of what stands already.

Times between failures are exponential: of several kinds the next one comes at the sum of their rates, and it is of a
kind by its share of that sum.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.catalogue import Size
from scalegame.model.numbers.draws import Stream, uniform_one
from scalegame.model.numbers.exact import ln
from scalegame.model.scenario import FaultKind
from scalegame.model.site import Site
from scalegame.model.state import NEVER, Pool

AILMENTS: tuple[FaultKind, ...] = ("disk-loss", "slow", "blip", "cache-flush")
"""What befalls a machine besides a crash (Machines.ailment); only a cache can be flushed."""
_WIRE = "wire"
_ZONE_KEYS = 63 << 20
"""Beyond those of any pool."""


@dataclass(frozen=True, slots=True)
class Chance:
    """Mean seconds between two of a kind, at one machine or zone; None: never."""

    seconds: dict[str, float | None]

    @staticmethod
    def of(site: Site) -> Chance:
        """The catalogue's, but for what the scenario says."""
        return Chance({**cat.FAULT_SECONDS, **site.scenario.fault_seconds})


def mtbf_of(site: Site, size: Size) -> float | None:
    """Mean seconds between the crashes of a machine of that size; None where none comes by chance."""
    if not site.scenario.random_faults or not size.mtbf_seconds:
        return None
    return site.scenario.fault_seconds.get("crash", size.mtbf_seconds)


def plan_failure(site: Site, run: int, column: int, key: int) -> None:
    """When a machine that came up will crash, and when something else will befall it. key: see lifecycle.key_of."""
    table = site.table
    table.fails[run, column] = NEVER
    if not site.scenario.random_faults:
        return
    mtbf = mtbf_of(site, site.sizes[int(table.size[run, column])])
    if mtbf is not None:
        table.fails[run, column] = _moment(site, run, key, mtbf, part=0)
    plan_ailment(site, run, column, key)


def plan_ailment(site: Site, run: int, column: int, key: int) -> None:
    """The next thing but a crash that will befall a machine from now on."""
    table = site.table
    table.ails[run, column] = NEVER
    if site.sizes[int(table.size[run, column])].name == _WIRE:
        return
    chance = Chance.of(site).seconds
    rates = []
    for kind in AILMENTS:
        mean = chance[kind]
        fits = kind != "cache-flush" or site.pool_of(column) == Pool.CACHE
        rates.append(1.0 / mean if mean and fits else 0.0)
    upto = np.add.accumulate(np.array(rates))
    if upto[-1] == 0.0:
        return
    table.ails[run, column] = _moment(site, run, key, 1.0 / float(upto[-1]), part=2)
    u = uniform_one(int(site.seeds[run]), Stream.FAILURE, site.tick, key, part=3)
    table.ailment[run, column] = int((upto <= u * upto[-1]).sum())


def plan_zone(site: Site, run: int, zone: int) -> None:
    """The next outage of a zone, from now on."""
    site.outages.fails[run, zone] = NEVER
    mean = Chance.of(site).seconds["zone-outage"]
    if site.scenario.random_faults and mean:
        site.outages.fails[run, zone] = _moment(site, run, _ZONE_KEYS + zone, mean, part=0)


def release_is_bad(site: Site, run: int, pool: Pool) -> bool:
    """Whether a player's next release of a pool turns out bad; by how many there were, so that no other order tells."""
    if not site.scenario.random_faults:
        return False
    number = int(site.releases.ordered[run, pool])
    u = uniform_one(int(site.seeds[run]), Stream.FAILURE, number, _ZONE_KEYS + int(pool), part=4)
    return u < site.scenario.bad_deploys


def _moment(site: Site, run: int, key: int, mean: float, part: int) -> int:
    u = uniform_one(int(site.seeds[run]), Stream.FAILURE, site.tick, key, part=part)
    wait = -float(ln(np.array([u]))[0]) * mean
    return site.tick + min(max(1, int(np.ceil(wait * cat.TICKS_PER_SECOND - 1e-9))), NEVER // 2)
