"""Data that is being copied, into a replica, a standby or new shards: it comes from a machine that may die meanwhile.

Half a copy is worth nothing. Where its source stops, the copy begins anew once there is a source again: the same
machine back, or the standby that takes over from it.
"""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.data.stores import primaries, standby_of
from scalegame.model.failure.outages import zone_back
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.site import SERVING, Site, UnderWay
from scalegame.model.state import Condition, Pool


def begin_anew(life: Lifecycle, run: int) -> None:
    """Put off what copies from a database machine that does not serve now."""
    site, table = life.site, life.site.table
    away = [c for c in primaries(site, run) if Condition(int(table.condition[run, c])) not in SERVING]
    if not away:
        return
    for source in away:
        for column in _copies_of(site, run, source):
            _put_off(life, run, column, source)
    for order in site.under_way[run]:
        if order.kind == "shard":
            _put_off_sharding(life, run, order, away)


def _copies_of(site: Site, run: int, source: int) -> list[int]:
    """Machines that copy all of a primary's data now."""
    standby = standby_of(site, run, source)
    reading = site.machines(run, Pool.REPLICA) if source == primaries(site, run)[0] else []
    found = [*reading, *([] if standby is None else [standby])]
    return [c for c in found if site.table.condition[run, c] == Condition.BOOTING]


def _back(site: Site, run: int, source: int) -> int:
    """The tick at which a primary, or who takes over from it, serves again."""
    back = int(site.table.due[run, source])
    serial = int(site.table.serial[run, source])
    ends = [order.ends for order in site.under_way[run] if order.kind == "failover" and order.serial == serial]
    return min([back, *ends])


def _put_off(life: Lifecycle, run: int, column: int, source: int) -> None:
    site = life.site
    ends = _back(site, run, source) + ticks(cat.SEED_SECONDS)
    zone = zone_back(site.outages, run, int(site.table.zone[run, column]))
    if zone is not None:
        ends = max(ends, zone + ticks(cat.SEED_SECONDS))
    later = ends > int(site.table.due[run, column])
    life.put_off(run, column, ends)
    if later:
        name, of = site.name(run, column), site.name(run, source)
        site.say(
            run, 1, name, "copy", f"{name} has half a copy of {of}, which stopped: it begins anew when {of} is back"
        )


def _put_off_sharding(life: Lifecycle, run: int, order: UnderWay, away: list[int]) -> None:
    site = life.site
    ends = max(_back(site, run, source) for source in away) + ticks(cat.RESHARD_SECONDS)
    later, order.ends = ends > order.ends, ends
    for pool in (Pool.DATABASE, Pool.STANDBY):
        for column in site.machines(run, pool)[int(site.database.shards[run]) :]:
            if site.table.condition[run, column] == Condition.BOOTING:
                site.table.due[run, column] = ends
    if later:
        of = site.name(run, away[0])
        site.say(run, 1, "database", "copy", f"{of} stopped amid the resharding: it begins anew when {of} is back")
