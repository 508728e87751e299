"""Orders to the database: replicas that read, a standby, shards.

What `add` and `remove` mean for its machines is here too, for ``machines`` to ask.
"""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.data.failover import is_ready
from scalegame.model.data.shards import shard_shares
from scalegame.model.data.stores import primaries, standby_of
from scalegame.model.homes.records import Where
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import FREE, ModelQuote, give, harm_of, price_of, quote_of, refusal_of
from scalegame.model.ordering.settings import prices, refuses
from scalegame.model.ordering.targets import (
    boot_delay,
    condition_of,
    doing,
    knows_size,
    size_of,
    size_refusal,
    zone_refusal,
)
from scalegame.model.orders import Add, Remove, Resize, Shard
from scalegame.model.site import SERVING, Site
from scalegame.model.state import NEVER, TIERS, ZONES, Condition, Pool, Tier
from scalegame.model.texts import counted

SUPPORT = (Pool.REPLICA, Pool.STANDBY)
"""Machines that are added to a database."""


def _busy(site: Site, run: int) -> str | None:
    """Why nothing can be done to the database's shape now."""
    found = primaries(site, run)
    if not found:
        return "there is no database yet"
    if site.records.home[run] == Where.BOX:
        return "the data lies on the boxes: move data database first"
    for order in site.under_way[run]:
        if order.kind == "shard":
            return "the database is being resharded; wait, or cancel it"
        if order.kind == "data":
            return "the data is being moved; wait, or cancel it"
        if order.kind == "switch":
            return "the database is being resized; wait, or cancel it"
        if order.kind == "failover":
            return f"a standby is taking over from {order.place}; wait until it has"
    if len(site.machines(run, Pool.DATABASE)) > len(found):
        return "the last shards are still leaving; wait a moment"
    away = [c for c in found if condition_of(site, run, c) not in SERVING]
    if away:
        return f"{site.name(run, away[0])} is {doing(site, run, away[0])}: its data cannot be copied now"
    return None


# More machines -------------------------------------------------------------------------------------------------------


def add_refusal(order: Add, site: Site, run: int, pool: Pool) -> str | None:
    """Why the machines cannot be added to the database."""
    why = _busy(site, run)
    if why:
        return why
    shards = int(site.database.shards[run])
    standing = len(site.machines(run, pool))
    if pool == Pool.STANDBY:
        if standing >= shards:
            return "a standby stands already" if shards == 1 else "each shard has its standby already"
        if order.count != 1:
            return "a standby is one machine for each shard: leave the number out"
        return size_refusal(site, order.size) or zone_refusal(order.zone)
    if shards > 1:
        return "each shard would need replicas of its own; resize the hot one, or shard the data further"
    if not 1 <= order.count <= cat.MOST_REPLICAS - standing:
        return f"one primary feeds {cat.MOST_REPLICAS} replicas at most, and {standing} stand"
    return size_refusal(site, order.size) or zone_refusal(order.zone)


def add_quote(order: Add, site: Site, run: int, pool: Pool) -> ModelQuote:
    """What replicas or standbys cost and bring."""
    like = primaries(site, run)
    if not knows_size(site, order.size) or not like:
        return FREE
    price = site.sizes[size_of(site, run, order.size, like[:1])].price
    delay = boot_delay(site, run, pool, order.zone, cat.SEED_SECONDS)
    if pool == Pool.STANDBY:
        count = max(0, len(like) - len(site.machines(run, pool)))
        said = (
            f"each write waits {cat.STANDBY_MS:g} ms for it; takes over {cat.FAILOVER_SECONDS:g} s after a crash is"
            f" noticed, without it {cat.REPAIR_SECONDS:g} s go by"
        )
    else:
        count = order.count
        said = f"takes reads only; replays every write on one core, and shows what was true {cat.REPLICATION_MS:g} ms"
        said += " ago or, behind, longer ago"
    return ModelQuote(price * count, delay=delay, consequence=said)


def give_add(order: Add, life: Lifecycle, run: int, pool: Pool) -> None:
    """Boot them."""
    site = life.site
    size = size_of(site, run, order.size, primaries(site, run)[:1])
    count = order.count
    if pool == Pool.STANDBY:
        count = int(site.database.shards[run]) - len(site.machines(run, pool))
    for _ in range(count):
        zone = None if order.zone is None else ZONES.index(order.zone)
        if zone is None and pool == Pool.STANDBY:
            zone = _elsewhere(site, run, primaries(site, run)[len(site.machines(run, pool))])
        life.boot(run, pool, size, cat.SEED_SECONDS, zone=zone)


def _elsewhere(site: Site, run: int, column: int) -> int:
    """A zone of the level's that a machine is not in, where there is one: what takes the one out spares the other."""
    zone = int(site.table.zone[run, column])
    return (zone + 1) % max(site.scenario.start.zones, zone + 1)


# Fewer ---------------------------------------------------------------------------------------------------------------


def remove_refusal(order: Remove, site: Site, run: int, pool: Pool) -> str | None:
    """Why machines of the database stay."""
    if pool == Pool.DATABASE:
        more = site.database.shards[run] > 1
        return "the data lives in the database; it stays" + (": shard 1 brings it together again" if more else "")
    if any(o.kind == "failover" for o in site.under_way[run]):
        return "a standby is taking over; wait until it has"
    if pool == Pool.STANDBY and site.database.shards[run] > 1 and site.pool_named(run, order.target) is None:
        return "each shard has its standby: remove standby takes them all"
    return None


# Bigger machines -----------------------------------------------------------------------------------------------------


def rolling_refusal(site: Site, run: int) -> str | None:
    """Why the database's machines cannot be resized one after another."""
    shards = primaries(site, run)
    standbys = [standby_of(site, run, column) for column in shards]
    if None in standbys:
        return "nobody takes the place of a database machine while it reboots: add standby first"
    away = [c for c in standbys if c is not None and not is_ready(site, run, c)]
    return f"{site.name(run, away[0])} is not up; wait until it is" if away else _busy(site, run)


def rolling_quote(order: Resize, site: Site, run: int) -> ModelQuote:
    """What it costs to resize the standbys, let them take over, and resize the others."""
    shards = primaries(site, run)
    both = [*shards, *site.machines(run, Pool.STANDBY)[: len(shards)]]
    change = sum(site.sizes[site.size_index[order.size]].price - price_of(site, run, [c]) for c in both)
    harm = harm_of(site, run, shards, gentle=False)
    who = "each standby" if len(shards) > 1 else "the standby"
    told = ", ".join(filter(None, (f"{who} is resized first, and takes over", harm)))
    return ModelQuote(change, 0.0, 2.0 * cat.RESIZE_SECONDS, cat.FAILOVER_SECONDS, told)


def give_rolling(order: Resize, life: Lifecycle, run: int) -> None:
    """Begin with the standbys."""
    size = life.site.size_index[order.size]
    text = f"resize {order.target} {order.size} rolling"
    life.note(run, "switch", "database", text, NEVER, pool=int(Pool.DATABASE), value=size)


# Knobs ---------------------------------------------------------------------------------------------------------------


@refuses("replica.reads", "replica.max-lag", "pooler")
def _no_database(site: Site, run: int, _value: float, _of_class: str | None) -> str | None:
    return None if primaries(site, run) else "there is no database yet"


@prices("pooler")
def _pooler_quote(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    cores = sum(float(site.table.cores[run, c]) for pool in TIERS[Tier.DATA] for c in site.machines(run, pool))
    change = cores * cat.POOLER_PRICE * (value - float(site.knob("pooler")[run]))
    few = f"{cat.POOLER_CONNECTIONS_PER_CORE} connections a core of the database serve all servers"
    many = f"each server holds {cat.CONNECTIONS_PER_SERVER} connections of its own"
    return ModelQuote(change, consequence=f"{few}, each call waits {cat.POOLER_MS:g} ms" if value else many)


# Shards --------------------------------------------------------------------------------------------------------------


@refusal_of.register
def _shard_refusal(order: Shard, site: Site, run: int) -> str | None:
    why = _busy(site, run)
    if why:
        return why
    if not 1 <= order.shards <= cat.MOST_SHARDS:
        return f"shard takes 2 to {cat.MOST_SHARDS}; 1 brings the data together again"
    if order.shards == site.database.shards[run]:
        return "the data is in one place already" if order.shards == 1 else f"there are {order.shards} shards already"
    if site.machines(run, Pool.REPLICA):
        return "each shard would need replicas of its own: remove the replicas first"
    if any(condition_of(site, run, c) not in SERVING for c in site.machines(run, Pool.STANDBY)):
        return "a standby is not up; wait until it is, or remove it"
    return None


@quote_of.register
def _shard_quote(order: Shard, site: Site, run: int) -> ModelQuote:
    found = primaries(site, run)
    if not found or not 1 <= order.shards <= cat.MOST_SHARDS:
        return FREE
    each = found[-1:] + ([c for c in [standby_of(site, run, found[-1])] if c is not None])
    change = price_of(site, run, each) * (order.shards - len(found))
    slower = f"work at the database takes {cat.RESHARD_DRAG:g} times as long meanwhile"
    return ModelQuote(
        change,
        cat.SETUP_PRICES["shard"],
        cat.RESHARD_SECONDS,
        consequence=f"{slower}{_spread(site, run, order.shards)}",
    )


def _spread(site: Site, run: int, shards: int) -> str:
    """What the hash makes of the data."""
    classes = [c for c in site.scenario.classes if c.db_read_ms + c.db_write_ms > 0.0]
    if shards == 1 or not classes:
        return ""
    dealt = [shard_shares(int(site.seeds[run]), c.skew, shards) for c in classes if not c.fan_out]
    said = ""
    if dealt:
        hottest = max(float(share.max()) for share in dealt)
        said += f"; the hottest shard gets {hottest * 100:.0f} % of the keys' calls"
    asking = sum(c.fan_out for c in classes)
    if asking:
        said += f"; {counted(asking, 'class asks', 'classes ask')} all {shards} shards each time"
    return said


@give.register
def _give_shard(order: Shard, life: Lifecycle, run: int) -> None:
    site = life.site
    ends = site.tick + ticks(cat.RESHARD_SECONDS)
    for pool in (Pool.DATABASE, Pool.STANDBY):
        standing = site.machines(run, pool)
        for _ in range(order.shards - len(standing) if standing else 0):
            site.install(run, pool, int(site.table.size[run, standing[-1]]), Condition.BOOTING, ends)
    life.note(run, "shard", "database", f"shard {order.shards}", ends, value=order.shards)


def cancel_sharding(life: Lifecycle, run: int) -> None:
    """The machines that were being filled go; the data is where it was."""
    site = life.site
    for pool in (Pool.DATABASE, Pool.STANDBY):
        for column in reversed(site.machines(run, pool)[int(site.database.shards[run]) :]):
            life.take_away(run, column)
    site.alter(run)
