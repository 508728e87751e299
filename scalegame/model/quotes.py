"""What an order would cost and harm, before it is given."""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from scalegame.model import catalogue as cat
from scalegame.model.balancer import Mode
from scalegame.model.orders import (
    Add,
    Cancel,
    Deploy,
    MoveSessions,
    Order,
    PlaceBalancer,
    PlaceCache,
    Remove,
    Resize,
    Restart,
    Set,
)
from scalegame.model.scenario import SessionHome
from scalegame.model.sessions import Home
from scalegame.model.site import Site, pool_by_name
from scalegame.model.state import Pool
from scalegame.model.targets import columns_of, knows_size, machines_wanted, size_of
from scalegame.model.texts import counted, share_text


@dataclass(frozen=True, slots=True)
class ModelQuote:
    """What an order would cost, before it is given. See game.view.Quote for the units."""

    price_change: float = 0.0
    once: float = 0.0
    delay: float = 0.0
    downtime: float = 0.0
    consequence: str = ""


_FREE = ModelQuote()

_WHERE_USERS_LIVE: dict[SessionHome, str] = {
    "memory": "a server that dies or is replaced logs its users out",
    "sticky": "each user stays with one server; a lost server takes its logins along",
    "cache": "any server can answer; without the cache nobody is known",
    "token": f"any server can answer; each check costs {cat.TOKEN_CPU_MS:g} ms of a core, a stolen one works for "
    f"{cat.TOKEN_LIFE_SECONDS:g} s",
}


@singledispatch
def quote_of(order: Order, _site: Site, _run: int) -> ModelQuote:
    """What an order that is not refused would cost and harm; nothing where it names what is not there."""
    raise TypeError(f"{type(order).__name__} is no order")


@quote_of.register
def _resize(order: Resize, site: Site, run: int) -> ModelQuote:
    found = columns_of(site, run, order.target)
    if not found or not knows_size(site, order.size):
        return _FREE
    price = site.sizes[site.size_index[order.size]].price
    change = sum(price - _price(site, run, [c]) for c in found)
    each = cat.RESIZE_SECONDS + (cat.DRAIN_SECONDS if order.rolling else 0.0)
    delay = each * (len(found) if order.rolling else 1)
    alone = len(site.columns(run, site.pool_of(found[0]))) == len(found)
    down = 0.0 if order.rolling or not alone else cat.RESIZE_SECONDS
    return ModelQuote(change, 0.0, delay, down, _harm(site, run, found, gentle=order.rolling))


@quote_of.register
def _add(order: Add, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return _FREE
    pool = pool_by_name(order.pool)
    standing = site.columns(run, pool) if pool is not None else []
    price = site.sizes[size_of(site, run, order.size, standing)].price
    lone = pool == Pool.APP and site.doors.mode[run] == Mode.NONE
    idle = "gets no traffic without a balancer" if lone else ""
    return ModelQuote(price * order.count, delay=cat.BOOT_SECONDS, consequence=idle)


@quote_of.register
def _remove(order: Remove, site: Site, run: int) -> ModelQuote:
    found = columns_of(site, run, order.target)
    if not found:
        return _FREE
    if pool_by_name(order.target) == Pool.APP:
        found = found[-max(order.count, 1) :]
    harm = _harm(site, run, found, gentle=True)
    return ModelQuote(-_price(site, run, found), delay=cat.DRAIN_SECONDS, consequence=harm)


@quote_of.register
def _restart(order: Restart, site: Site, run: int) -> ModelQuote:
    found = columns_of(site, run, order.machine)
    if not found:
        return _FREE
    harm = _harm(site, run, found, gentle=False)
    return ModelQuote(delay=cat.RESTART_SECONDS, downtime=cat.RESTART_SECONDS, consequence=harm)


@quote_of.register
def _place_balancer(order: PlaceBalancer, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return _FREE
    standing = site.columns(run, Pool.BALANCER)
    price = site.sizes[size_of(site, run, order.size, standing[:1])].price
    change = price * machines_wanted(order.machines, standing) - _price(site, run, standing)
    return ModelQuote(change, delay=0.0 if standing else cat.PLACE_SECONDS)


@quote_of.register
def _place_cache(order: PlaceCache, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return _FREE
    return ModelQuote(site.sizes[size_of(site, run, order.size, [])].price, delay=cat.PLACE_SECONDS)


@quote_of.register
def _move_sessions(order: MoveSessions, _site: Site, _run: int) -> ModelQuote:
    price = cat.SETUP_PRICES[f"move sessions {order.home}"]
    return ModelQuote(once=price, delay=cat.MIGRATION_SECONDS, consequence=_WHERE_USERS_LIVE[order.home])


@quote_of.register
def _deploy(_order: Deploy, site: Site, run: int) -> ModelQuote:
    servers = site.columns(run, Pool.APP)
    alone = len(servers) == 1 or site.doors.mode[run] == Mode.NONE
    return ModelQuote(
        once=cat.SETUP_PRICES["deploy"],
        delay=(cat.DRAIN_SECONDS + cat.DEPLOY_SECONDS) * len(servers),
        downtime=cat.DEPLOY_SECONDS if alone else 0.0,
        consequence=_harm(site, run, servers, gentle=True),
    )


@quote_of.register
def _nothing(_order: Set | Cancel, _site: Site, _run: int) -> ModelQuote:
    return _FREE


def _price(site: Site, run: int, columns: list[int]) -> float:
    """Dollars a minute of these machines as they are."""
    return sum(site.sizes[int(site.table.size[run, c])].price for c in columns)


def _harm(site: Site, run: int, columns: list[int], *, gentle: bool) -> str:
    """What stopping these machines does to users."""
    if not columns:
        return ""
    table = site.table
    pool = site.pool_of(columns[0])
    parts = []
    if not gentle and pool == Pool.APP:
        lost = sum(site.fates.under_way(run, int(table.serial[run, c]), site.tick) for c in columns)
        if lost >= 1.0:
            parts.append(f"drops {counted(lost, 'request', 'requests')} under way")
    users = sum(float(table.users[run, c]) for c in columns)
    if users >= 1.0 and site.sessions.home[run] <= Home.STICKY:
        parts.append(f"logs out {share_text(users, float(site.sessions.users[run]))} of the users")
    if pool == Pool.CACHE and site.sessions.home[run] == Home.CACHE:
        parts.append("logs everybody out")
    return ", ".join(parts)
