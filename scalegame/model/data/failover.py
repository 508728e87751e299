"""What time does to a database of several machines: a standby takes over from a dead primary, a resharding is done."""

from __future__ import annotations

from dataclasses import fields

from scalegame.model import catalogue as cat
from scalegame.model.data.copying import begin_anew
from scalegame.model.data.stores import primaries, standby_of
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.site import UnderWay
from scalegame.model.state import Condition, Machines, Pool


def watch(life: Lifecycle, run: int) -> None:
    """Begin to fail over where the health check has noticed that a primary is dead and its standby is up; what was
    copied from a dead one begins anew."""
    site, table = life.site, life.site.table
    for column in primaries(site, run):
        if table.condition[run, column] != Condition.DEAD or table.in_rotation[run, column]:
            continue
        standby = standby_of(site, run, column)
        serial = int(table.serial[run, column])
        if standby is None or table.condition[run, standby] != Condition.UP:
            continue
        if any(order.kind == "failover" and order.serial == serial for order in site.under_way[run]):
            continue
        name = site.name(run, column)
        ends = site.tick + ticks(cat.FAILOVER_SECONDS)
        life.note(run, "failover", name, f"failover of {name}", ends, pool=int(Pool.DATABASE), serial=serial)
        site.say(run, 1, name, "failover", f"{site.name(run, standby)} takes over from {name}")
    begin_anew(life, run)


def finish_failover(life: Lifecycle, run: int, order: UnderWay) -> None:
    """The standby becomes the primary and takes its name; the broken machine will be the standby once it is back."""
    site, table = life.site, life.site.table
    column = site.find(run, order.place)
    standby = standby_of(site, run, column) if column is not None else None
    if column is None or standby is None or table.condition[run, standby] != Condition.UP:
        return
    if table.condition[run, column] != Condition.DEAD:
        site.say(run, 0, order.place, "failover", f"{order.place} is back by itself; the standby stands by again")
        return
    for field in fields(Machines):
        if field.name != "serial":
            values = getattr(table, field.name)[run]
            values[[column, standby]] = values[[standby, column]]
    name = site.name(run, standby)
    site.say(
        run, 1, order.place, "failover", f"{name} is {order.place} now; the broken machine will stand by as {name}"
    )


def finish_sharding(life: Lifecycle, run: int, order: UnderWay) -> None:
    """All data is where the new number of shards has it."""
    site = life.site
    old, new = int(site.database.shards[run]), order.value
    site.database.shards[run] = new
    if new < old:
        for column in site.machines(run, Pool.DATABASE)[new:]:
            life.drain(run, column)
        for column in reversed(site.machines(run, Pool.STANDBY)[new:]):
            life.take_away(run, column)
    shards = "one database machine has" if new == 1 else f"{new} shards have"
    site.say(run, 0, "database", "shard", f"{shards} all data now")
