"""Orders to machines: bigger, more, fewer, off and on, a new release."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.billing import unpaid
from scalegame.model.front.balancer import Mode
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.ordering import data
from scalegame.model.ordering.rules import FREE, ModelQuote, give, harm_of, price_of, quote_of, refusal_of
from scalegame.model.ordering.targets import (
    boot_delay,
    columns_of,
    condition_of,
    doing,
    knows_size,
    newcomers_text,
    no_such_pool,
    nothing_there,
    one_by_one,
    size_of,
    size_refusal,
    somebody_else,
    staying,
    zone_outage,
    zone_refusal,
)
from scalegame.model.orders import Add, Resize, Restart
from scalegame.model.site import SERVING, Site
from scalegame.model.state import PLACED, SERVERS, ZONES, Condition, Pool
from scalegame.model.turns import RESIZE

MOST_MACHINES = 10_000
MOST_AT_ONCE = 100
_STOPPABLE = (*SERVING, Condition.DEAD)


@refusal_of.register
def _resize_refusal(order: Resize, site: Site, run: int) -> str | None:
    found = staying(site, run, order.target)
    if not found:
        return nothing_there(site, run, order.target)
    why = size_refusal(site, order.size)
    if why:
        return why
    table = site.table
    size = site.size_index[order.size]
    found = [c for c in found if table.next_size[run, c] != size]
    if not found:
        becomes = any(table.size[run, c] != size for c in columns_of(site, run, order.target))
        return f"{order.target} is {'becoming ' * becomes}{order.size} already"
    out = next(filter(None, (zone_outage(site, run, c) for c in found)), None)
    if out:
        return out
    busy = [c for c in found if condition_of(site, run, c) not in _STOPPABLE]
    if busy:
        return f"{site.name(run, busy[0])} is {doing(site, run, busy[0])}; wait until it is back"
    return _rolling_refusal(order, site, run, site.pool_of(found[0])) if order.rolling else None


def _rolling_refusal(order: Resize, site: Site, run: int, pool: Pool) -> str | None:
    if site.pool_named(run, order.target) is None:
        return "rolling takes a pool, one machine after another"
    if pool == Pool.DATABASE:
        return data.rolling_refusal(site, run)
    if pool in SERVERS and site.doors.mode[run] == Mode.NONE:
        return "rolling needs a balancer that sends the traffic to the others meanwhile"
    if site.rolling(run, pool):
        return f"a rolling order on {order.target} is under way; wait, or cancel it"
    return None


@quote_of.register
def _resize_quote(order: Resize, site: Site, run: int) -> ModelQuote:
    found = staying(site, run, order.target)
    if not found or not knows_size(site, order.size):
        return FREE
    if order.rolling and site.pool_of(found[0]) == Pool.DATABASE:
        return data.rolling_quote(order, site, run)
    size = site.size_index[order.size]
    found = [c for c in found if site.table.next_size[run, c] != size] or found
    price = site.sizes[size].price
    change = sum(price - price_of(site, run, [c]) for c in found)
    each = cat.RESIZE_SECONDS + (cat.DRAIN_SECONDS if order.rolling else 0.0)
    delay = each * (len(found) if order.rolling else 1)
    others = one_by_one(site, run, found) if order.rolling else somebody_else(site, run, found)
    told = [harm_of(site, run, found, gentle=order.rolling)]
    rest = sum(unpaid(site, run, c, size) for c in found) / 1e6
    if rest >= 0.005 and not order.rolling:
        told.append(f"bills ${rest:.2f} that are left of the minimum")
    down = 0.0 if others else cat.RESIZE_SECONDS
    return ModelQuote(change, 0.0, delay, down, ", ".join(filter(None, told)))


@give.register
def _give_resize(order: Resize, life: Lifecycle, run: int) -> None:
    site = life.site
    size = site.size_index[order.size]
    found = staying(site, run, order.target)
    if order.rolling and site.pool_of(found[0]) == Pool.DATABASE:
        data.give_rolling(order, life, run)
        return
    if order.rolling:
        life.roll(run, site.pool_of(found[0]), RESIZE, f"resize {order.target} {order.size} rolling", size)
        return
    for column in found:
        if site.table.next_size[run, column] != size:
            life.resize(run, column, size)


@refusal_of.register
def _add_refusal(order: Add, site: Site, run: int) -> str | None:
    pool = site.pool_named(run, order.pool)
    if pool is None:
        return no_such_pool(order.pool)
    if pool in PLACED and not site.machines(run, pool):
        return nothing_there(site, run, order.pool)
    if pool == Pool.DATABASE:
        return "a database cannot just be cloned: resize it, add replica for reads, or shard it"
    if pool in data.SUPPORT:
        return data.add_refusal(order, site, run, pool)
    if pool == Pool.WORKER and site.jobs is None:
        return "there is nothing for workers to do: no class here has slow work that could wait"
    if pool == Pool.CACHE and not site.machines(run, pool):
        return "there is no cache yet; place cache builds it"
    standing = len(site.machines(run, pool))
    if pool == Pool.BALANCER and not standing:
        return "there is no balancer yet; place balancer l4 or l7"
    if not 1 <= order.count <= MOST_AT_ONCE:
        return f"add from 1 to {MOST_AT_ONCE} at a time"
    if pool == Pool.BALANCER and standing + order.count > 2:
        return "two balancers are a pair; there is no third"
    if standing + order.count > MOST_MACHINES:
        return f"{MOST_MACHINES:,} machines are the most"
    return size_refusal(site, order.size) or zone_refusal(order.zone)


@quote_of.register
def _add_quote(order: Add, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return FREE
    pool = site.pool_named(run, order.pool)
    if pool in data.SUPPORT:
        return data.add_quote(order, site, run, pool)
    standing = site.machines(run, pool) if pool is not None else []
    price = site.sizes[size_of(site, run, order.size, standing)].price
    told = "" if pool is None else newcomers_text(site, run, pool, order.count, order.zone)
    delay = cat.BOOT_SECONDS if pool is None else boot_delay(site, run, pool, order.zone)
    return ModelQuote(price * order.count, delay=delay, consequence=told)


@give.register
def _give_add(order: Add, life: Lifecycle, run: int) -> None:
    pool = life.site.pool_named(run, order.pool)
    if pool is None:
        return
    if pool in data.SUPPORT:
        data.give_add(order, life, run, pool)
        return
    size = size_of(life.site, run, order.size, life.site.machines(run, pool))
    for _ in range(order.count):
        life.boot(run, pool, size, zone=None if order.zone is None else ZONES.index(order.zone))


@refusal_of.register
def _restart_refusal(order: Restart, site: Site, run: int) -> str | None:
    found = staying(site, run, order.machine)
    if not found:
        return nothing_there(site, run, order.machine)
    if site.pool_named(run, order.machine) is not None:
        return f"name one machine to restart, say {site.name(run, found[0])}"
    if condition_of(site, run, found[0]) not in _STOPPABLE:
        return f"{order.machine} is {doing(site, run, found[0])} already"
    return zone_outage(site, run, found[0])


@quote_of.register
def _restart_quote(order: Restart, site: Site, run: int) -> ModelQuote:
    found = staying(site, run, order.machine)
    if not found:
        return FREE
    harm = harm_of(site, run, found, gentle=False)
    down = 0.0 if somebody_else(site, run, found) else cat.RESTART_SECONDS
    return ModelQuote(delay=cat.RESTART_SECONDS, downtime=down, consequence=harm)


@give.register
def _give_restart(order: Restart, life: Lifecycle, run: int) -> None:
    for column in staying(life.site, run, order.machine):
        life.restart(run, column)
