"""What time does to a database of several machines: a standby takes over from a primary, a resharding is done."""

from __future__ import annotations

from dataclasses import fields

from scalegame.model import catalogue as cat
from scalegame.model.data.copying import begin_anew
from scalegame.model.data.stores import primaries, standby_of
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.site import SERVING, Site, UnderWay
from scalegame.model.state import NEVER, Condition, Machines, Pool


def watch(life: Lifecycle, run: int) -> None:
    """Begin to fail over where the health check has noticed that a primary is dead or out of reach, and its standby is
    up; what was copied from a dead one begins anew."""
    site, table = life.site, life.site.table
    for column in primaries(site, run):
        dead = table.condition[run, column] == Condition.DEAD
        if not (dead or _is_cut_off(site, run, column)) or table.in_rotation[run, column]:
            continue
        standby = standby_of(site, run, column)
        serial = int(table.serial[run, column])
        if standby is None or not is_ready(site, run, standby):
            continue
        if not any(order.kind == "failover" and order.serial == serial for order in site.under_way[run]):
            _begin(life, run, column, standby)
    begin_anew(life, run)


def is_ready(site: Site, run: int, column: int) -> bool:
    """A machine is up, and the network reaches it."""
    table = site.table
    return bool(table.condition[run, column] == Condition.UP and table.blip_until[run, column] == NEVER)


def _is_cut_off(site: Site, run: int, column: int) -> bool:
    """It works, and the network does not reach it."""
    serves = Condition(int(site.table.condition[run, column])) in SERVING
    return serves and bool(site.table.blip_until[run, column] < NEVER)


def _begin(life: Lifecycle, run: int, column: int, standby: int, *, planned: bool = False) -> None:
    site = life.site
    name, serial = site.name(run, column), int(site.table.serial[run, column])
    ends = site.tick + ticks(cat.FAILOVER_SECONDS)
    life.note(
        run, "failover", name, f"failover of {name}", ends, pool=int(Pool.DATABASE), serial=serial, value=int(planned)
    )
    site.say(run, 0 if planned else 1, name, "failover", f"{site.name(run, standby)} takes over from {name}")


def finish_failover(life: Lifecycle, run: int, order: UnderWay) -> None:
    """The standby becomes the primary and takes its name; the other machine will be the standby once it is back. One
    that is out of reach is cut off for good, lest two of them take writes."""
    site, table = life.site, life.site.table
    column = site.find(run, order.place)
    standby = standby_of(site, run, column) if column is not None else None
    if column is None or standby is None or not is_ready(site, run, standby):
        return
    if _is_cut_off(site, run, column):
        life.fence(run, column)
    elif table.condition[run, column] != Condition.DEAD and not order.value:
        site.say(run, 0, order.place, "failover", f"{order.place} is back by itself; the standby stands by again")
        return
    for field in fields(Machines):
        if field.name != "serial":
            values = getattr(table, field.name)[run]
            values[[column, standby]] = values[[standby, column]]
    name, what = site.name(run, standby), "other" if order.value else "broken"
    text = f"{name} is {order.place} now; the {what} machine will stand by as {name}"
    site.say(run, 0 if order.value else 1, order.place, "failover", text)


def switch_over(life: Lifecycle, run: int, order: UnderWay) -> bool:
    """Go on with a rolling resize of the database, as RDS Multi-AZ does it: standbys become the new size and take over,
    and the machines that they take over from become it too. False when all is done."""
    site, table, size = life.site, life.site.table, order.value
    shards = primaries(site, run)
    standbys = [c for c in (standby_of(site, run, column) for column in shards) if c is not None]
    if len(standbys) < len(shards):
        site.say(run, 1, "database", "rolled", f"{order.text} is called off: there is no standby to take over")
        return False
    if any(o.kind == "failover" for o in site.under_way[run]):
        return True
    if not all(is_ready(site, run, column) for column in (*shards, *standbys)):
        return True
    for column in standbys:
        if table.size[run, column] != size:
            life.resize(run, column, size)
    if not all(is_ready(site, run, column) for column in standbys):
        return True
    left = [
        (column, standby) for column, standby in zip(shards, standbys, strict=True) if table.size[run, column] != size
    ]
    for column, standby in left:
        life.resize(run, column, size)
        _begin(life, run, column, standby, planned=True)
    if not left:
        site.say(run, 0, "database", "rolled", f"{order.text} is done")
    return bool(left)


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
