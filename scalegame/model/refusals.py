"""Why an order cannot be given. Prices in dollars are the game's to check."""

from __future__ import annotations

from functools import singledispatch

from scalegame.model import catalogue as cat
from scalegame.model.balancer import ALGORITHMS, MODES, Mode
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
from scalegame.model.sessions import HOMES, Home
from scalegame.model.site import SERVING, Site, pool_by_name
from scalegame.model.state import Condition, Pool
from scalegame.model.targets import KINDS, columns_of

MOST_MACHINES = 10_000
MOST_AT_ONCE = 100
_STOPPABLE = (*SERVING, Condition.DEAD)


@singledispatch
def refusal_of(order: Order, _site: Site, _run: int) -> str | None:
    """Why the order cannot be given to a run now, as a sentence without a full stop; None where it can."""
    raise TypeError(f"{type(order).__name__} is no order")


@refusal_of.register
def _resize(order: Resize, site: Site, run: int) -> str | None:
    found = columns_of(site, run, order.target)
    if not found:
        return _nothing_there(site, run, order.target)
    why = _size_refusal(site, order.size)
    if why:
        return why
    table = site.table
    size = site.size_index[order.size]
    if all(table.next_size[run, c] == size for c in found):
        return f"{order.target} is {order.size} already"
    busy = [c for c in found if _condition(site, run, c) not in _STOPPABLE]
    if busy:
        return f"{site.name(run, busy[0])} is {_doing(site, run, busy[0])}; wait until it is back"
    if order.rolling and pool_by_name(order.target) is None:
        return "rolling takes a pool, one machine after another"
    if order.rolling and site.doors.mode[run] == Mode.NONE:
        return "rolling needs a balancer that sends the traffic to the others meanwhile"
    return None


@refusal_of.register
def _add(order: Add, site: Site, run: int) -> str | None:
    pool = pool_by_name(order.pool)
    if pool is None:
        return f"there is no pool {order.pool!r}; there are app, balancer"
    if pool == Pool.DATABASE:
        return "a database cannot just be cloned: resize it, that is all there is here"
    if pool == Pool.CACHE:
        return "there is one cache; place cache builds it, resize cache makes it bigger"
    standing = len(site.columns(run, pool))
    if pool == Pool.BALANCER and not standing:
        return "there is no balancer yet; place balancer l4 or l7"
    if not 1 <= order.count <= MOST_AT_ONCE:
        return f"add from 1 to {MOST_AT_ONCE} at a time"
    if pool == Pool.BALANCER and standing + order.count > 2:
        return "two balancers are a pair; there is no third"
    if standing + order.count > MOST_MACHINES:
        return f"{MOST_MACHINES:,} machines are the most"
    return _size_refusal(site, order.size)


@refusal_of.register
def _remove(order: Remove, site: Site, run: int) -> str | None:
    found = columns_of(site, run, order.target)
    if not found:
        return _nothing_there(site, run, order.target)
    kind = site.pool_of(found[0])
    if kind == Pool.DATABASE:
        return "the data lives in the database; it stays"
    if kind == Pool.APP:
        return _remove_servers(order, site, run)
    if kind == Pool.CACHE and site.sessions.home[run] == Home.CACHE:
        return "the sessions live in the cache; move them first"
    if kind == Pool.BALANCER and len(found) == len(site.columns(run, Pool.BALANCER)) and site.sticky(run):
        return "sticky sessions need the balancer; move them first"
    return None


def _remove_servers(order: Remove, site: Site, run: int) -> str | None:
    if order.count < 1:
        return "remove at least 1"
    going = order.count if pool_by_name(order.target) is not None else 1
    staying = [c for c in site.columns(run, Pool.APP) if site.table.condition[run, c] != Condition.DRAINING]
    return "the last app server stays: somebody must answer" if len(staying) - going < 1 else None


@refusal_of.register
def _restart(order: Restart, site: Site, run: int) -> str | None:
    found = columns_of(site, run, order.machine)
    if not found:
        return _nothing_there(site, run, order.machine)
    if pool_by_name(order.machine) is not None:
        return f"name one machine to restart, say {site.name(run, found[0])}"
    if _condition(site, run, found[0]) not in _STOPPABLE:
        return f"{order.machine} is {_doing(site, run, found[0])} already"
    return None


@refusal_of.register
def _place_balancer(order: PlaceBalancer, site: Site, run: int) -> str | None:
    if order.machines is not None and not 1 <= order.machines <= 2:
        return "a balancer is one machine or a pair"
    why = _size_refusal(site, order.size)
    if why and order.size != "wire":
        return why
    mode = int(MODES[order.algorithm]) if order.algorithm else int(site.doors.mode[run]) or int(Mode.ROUND_ROBIN)
    stands = len(site.columns(run, Pool.BALANCER))
    same = site.doors.kind[run] == KINDS[order.kind] and site.doors.mode[run] == mode
    if stands and same and order.machines in (None, stands) and order.size is None:
        return f"an {order.kind.upper()} balancer with {ALGORITHMS[Mode(mode)]} stands already"
    return None


@refusal_of.register
def _place_cache(order: PlaceCache, site: Site, run: int) -> str | None:
    if site.columns(run, Pool.CACHE):
        return "the cache stands already; resize cache SIZE makes it bigger"
    return _size_refusal(site, order.size)


@refusal_of.register
def _move_sessions(order: MoveSessions, site: Site, run: int) -> str | None:
    if not any(c.session for c in site.scenario.classes):
        return "nothing here needs a session"
    if site.sessions.home[run] == HOMES[order.home]:
        return f"sessions are in {order.home} already" if order.home != "sticky" else "sessions are sticky already"
    if any(o.kind == "sessions" for o in site.under_way[run]):
        return "the sessions are being moved already; wait, or cancel it"
    if order.home == "sticky" and site.doors.mode[run] == Mode.NONE:
        return "sticky sessions need a balancer that remembers who went where"
    if order.home == "cache":
        caches = site.columns(run, Pool.CACHE)
        if not caches:
            return "there is no cache to keep them; place cache first"
        if not any(site.table.condition[run, c] == Condition.UP for c in caches):
            return "the cache is not up yet"
    return None


@refusal_of.register
def _deploy(order: Deploy, site: Site, run: int) -> str | None:
    if pool_by_name(order.pool) != Pool.APP:
        return "only app takes releases"
    if any(o.kind == "rolling" and o.pool == Pool.APP for o in site.under_way[run]):
        return f"a rolling order on {order.pool} is under way; wait, or cancel it"
    return None


@refusal_of.register
def _set(order: Set, _site: Site, _run: int) -> str | None:
    setting = cat.SETTINGS.get(order.key)
    if setting is None:
        return f"there is no setting {order.key!r}; there are {', '.join(cat.SETTINGS)}"
    if not setting.low <= order.value <= setting.high:
        return f"{order.key} goes from {setting.low:g} to {setting.high:g} {setting.unit}"
    return None


@refusal_of.register
def _cancel(order: Cancel, site: Site, run: int) -> str | None:
    if any(o.number == order.order for o in site.under_way[run]):
        return None
    return f"there is no order {order.order} that could be cancelled"


def _nothing_there(site: Site, run: int, name: str) -> str:
    if pool_by_name(name) is not None:
        return f"there is no {name} yet"
    names = ", ".join(site.name(run, c) for p in Pool for c in site.columns(run, p)[:4])
    return f"there is no machine or pool {name!r}; there are {names}"


def _size_refusal(site: Site, name: str | None) -> str | None:
    ladder = site.scenario.ladder
    if name is None or name in ladder:
        return None
    if name in site.size_index and name in cat.SIZES:
        return f"{name} is beyond the ceiling here; the biggest is {ladder[-1]}"
    return f"there is no size {name!r}; there are {', '.join(ladder)}"


def _condition(site: Site, run: int, column: int) -> Condition:
    return Condition(int(site.table.condition[run, column]))


def _doing(site: Site, run: int, column: int) -> str:
    return _condition(site, run, column).name.lower()
