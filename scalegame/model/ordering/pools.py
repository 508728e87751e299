"""Orders to pools beside app: placing one, and what an L7 balancer sends there."""

from __future__ import annotations

import re

from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import is_under, pools_of_classes
from scalegame.model.homes.sessions import Home
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.ordering.machines import MOST_AT_ONCE
from scalegame.model.ordering.rules import FREE, ModelQuote, give, quote_of, refusal_of
from scalegame.model.ordering.targets import (
    boot_delay,
    knows_size,
    newcomers_text,
    size_of,
    size_refusal,
    staying,
    zone_refusal,
)
from scalegame.model.orders import Add, PlacePool, Remove, Resize, Route
from scalegame.model.scenario import RequestClass
from scalegame.model.site import Site
from scalegame.model.state import PLACED, POOL_NAMES, PREFIXES, SERVERS, ZONES, Condition, Pool
from scalegame.model.texts import share_text

LONGEST_NAME = 12
RESERVED = (
    *POOL_NAMES,
    *PREFIXES,
    "lb",
    "queue",
    "cdn",
    "storage",
    "pool",
    "users",
    "sessions",
    "uploads",
    "data",
    "all",
)
"""Names of other things."""
_LIKE_A_MACHINE = re.compile(r".*-[0-9]+")
_L7 = 2


@refusal_of.register
def _place_pool_refusal(order: PlacePool, site: Site, run: int) -> str | None:
    name = order.name
    if name in RESERVED:
        return f"{name} is the name of something else"
    if len(name) > LONGEST_NAME:
        return f"a pool's name has {LONGEST_NAME} characters at most"
    if _LIKE_A_MACHINE.fullmatch(name):
        return f"{name} sounds like a machine; a pool is named without a number"
    pool = _pool_for(site, run, name)
    if pool is None:
        return f"{len(PLACED)} pools beside app are the most in one run: {', '.join(site.placed[run].values())}"
    if staying(site, run, order.name):
        again = _again(order, site, run)
        return refusal_of(again, site, run) if isinstance(again, Resize | Add | Remove) else again
    if order.machines is not None and not 1 <= order.machines <= MOST_AT_ONCE:
        return f"a pool starts with 1 to {MOST_AT_ONCE} machines"
    return size_refusal(site, order.size) or zone_refusal(order.zone)


def _again(order: PlacePool, site: Site, run: int) -> Resize | Add | Remove | str:
    """What placing a pool again changes about it, which is one thing at a time; or why it changes nothing."""
    standing = staying(site, run, order.name)
    name = order.name
    bigger = order.size is not None and any(
        site.table.next_size[run, c] != site.size_index.get(order.size) for c in standing
    )
    more = (order.machines or len(standing)) - len(standing)
    if bigger and more:
        return f"{name} stands already: change its size or the number of its machines, one after the other"
    if bigger and order.size is not None:
        return Resize(name, order.size, rolling=len(standing) > 1 and site.doors.mode[run] != Mode.NONE)
    if more > 0:
        return Add(name, more, order.size, order.zone)
    if more < 0:
        return Remove(name, -more)
    return f"{name} stands already; add {name} makes it bigger"


def _pool_for(site: Site, run: int, name: str) -> Pool | None:
    """The pool that has this name, or else one that never had any: what the ledger says of a name is that pool's."""
    placed = site.placed[run]
    return site.pool_named(run, name) or next((pool for pool in PLACED if pool not in placed), None)


@quote_of.register
def _place_pool_quote(order: PlacePool, site: Site, run: int) -> ModelQuote:
    pool = _pool_for(site, run, order.name)
    if pool is None or not knows_size(site, order.size):
        return FREE
    if staying(site, run, order.name):
        again = _again(order, site, run)
        return FREE if isinstance(again, str) else quote_of(again, site, run)
    price = site.sizes[size_of(site, run, order.size, [])].price
    told = newcomers_text(site, run, pool, order.machines or 1, order.zone)
    return ModelQuote(price * (order.machines or 1), delay=boot_delay(site, run, pool, order.zone), consequence=told)


@give.register
def _give_place_pool(order: PlacePool, life: Lifecycle, run: int) -> None:
    site = life.site
    pool = _pool_for(site, run, order.name)
    if pool is None:
        return
    if staying(site, run, order.name):
        again = _again(order, site, run)
        if not isinstance(again, str):
            give(again, life, run)
        return
    site.placed[run][pool] = order.name
    size = size_of(site, run, order.size, [])
    for _ in range(order.machines or 1):
        life.boot(run, pool, size, zone=None if order.zone is None else ZONES.index(order.zone))


@refusal_of.register
def _route_refusal(order: Route, site: Site, run: int) -> str | None:
    if site.doors.kind[run] != _L7:
        return "routing by path takes an L7 balancer: only that reads requests"
    pool = site.pool_named(run, order.pool)
    if pool not in SERVERS or not site.machines(run, pool):
        return f"there is no pool {order.pool!r} to route to; place pool makes one"
    if not _classes_under(site, order.path):
        known = ", ".join(dict.fromkeys(kind.path for kind in site.scenario.classes if kind.protocol == "http"))
        return f"nothing that comes is under {order.path}; there is {known or 'plain TCP, which has no paths'}"
    if all(site.table.condition[run, c] != Condition.UP for c in site.machines(run, pool)):
        return f"{order.pool} is not up yet: its requests would find nobody"
    if _leads_to(site.paths[run], order.path) == pool:
        return f"{order.path} goes to {order.pool} already"
    return None


def _leads_to(rules: dict[str, Pool], path: str) -> Pool:
    """Where the longest rule that a path is under sends it; app without one."""
    fitting = [rule for rule in rules if is_under(path, rule)]
    return rules[max(fitting, key=len)] if fitting else Pool.APP


def _classes_under(site: Site, path: str) -> list[RequestClass]:
    return [kind for kind in site.scenario.classes if kind.protocol == "http" and is_under(kind.path.lower(), path)]


@quote_of.register
def _route_quote(order: Route, site: Site, run: int) -> ModelQuote:
    pool = site.pool_named(run, order.pool)
    if pool is None:
        return FREE
    now = pools_of_classes(site, run)
    then = pools_of_classes(site, run, {**site.paths[run], order.path: pool})
    moved = [new != old for new, old in zip(then, now, strict=True)]
    planned = site.planned
    share = share_text(sum(rate for rate, moves in zip(planned, moved, strict=True) if moves), sum(planned))
    parts = [f"{share} of the requests go to {order.pool}"]
    if site.sessions.home[run] <= Home.STICKY and any(
        kind.session and moves for kind, moves in zip(site.scenario.classes, moved, strict=True)
    ):
        parts.append(f"where nobody knows their users yet: sessions are in {site.pool_name(run, Pool.APP)}'s memory")
    return ModelQuote(consequence=", ".join(parts))


@give.register
def _give_route(order: Route, life: Lifecycle, run: int) -> None:
    site = life.site
    pool = site.pool_named(run, order.pool)
    if pool is None:
        return
    others = {path: to for path, to in site.paths[run].items() if path != order.path}
    # A rule that says what a shorter one says anyway would only stand in the way of changing that one.
    site.paths[run] = others if _leads_to(others, order.path) == pool else {**others, order.path: pool}
