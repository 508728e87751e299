"""Orders that take machines away for good."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import CDN
from scalegame.model.front.addresses import moving_share
from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import is_sticky
from scalegame.model.homes.belongings import Disk, keeper_of_data
from scalegame.model.homes.sessions import Home
from scalegame.model.lifecycle import Lifecycle, is_leaving
from scalegame.model.ordering import data
from scalegame.model.ordering.caching import stop_keeping, stops_keeping_quote, stops_keeping_refusal
from scalegame.model.ordering.rules import FREE, ModelQuote, give, harm_of, price_of, quote_of, refusal_of
from scalegame.model.ordering.state import is_spare_database
from scalegame.model.ordering.targets import columns_of, condition_of, nothing_there, staying
from scalegame.model.orders import Remove
from scalegame.model.site import SERVING, Site
from scalegame.model.state import PLACED, SERVERS, TIER_OF, Condition, Pool, Tier
from scalegame.model.texts import share_text

WHOLE = (Pool.BALANCER, Pool.CACHE, Pool.STANDBY)
"""Pools that are taken away as a whole."""


def leaving(order: Remove, site: Site, run: int) -> list[int]:
    """Columns of the machines that an order takes away, oldest first: the one named; of a pool the newest, or all."""
    found = columns_of(site, run, order.target)
    pool = site.pool_named(run, order.target)
    if pool is None or pool in WHOLE or (pool in PLACED and order.count is None):
        return found
    standing = [c for c in found if not is_leaving(site, run, c)]
    return standing[-max(1 if order.count is None else order.count, 1) :]


@refusal_of.register
def _remove_refusal(order: Remove, site: Site, run: int) -> str | None:
    if order.target == CDN or order.of_class is not None:
        return stops_keeping_refusal(site, run, order.target, order.of_class)
    found = columns_of(site, run, order.target)
    if not found:
        return nothing_there(site, run, order.target)
    pool = site.pool_of(found[0])
    if TIER_OF[pool] == Tier.DATA and not (pool == Pool.DATABASE and is_spare_database(site, run)):
        why = data.remove_refusal(order, site, run, pool)
        if why:
            return why
    if order.count is not None and order.count < 1:
        return "remove at least 1"
    if not staying(site, run, order.target):
        return nothing_there(site, run, order.target)
    if pool in SERVERS:
        return _remove_servers(order, site, run, pool) or _keeps_the_data(site, run, leaving(order, site, run))
    if pool == Pool.CACHE and site.sessions.home[run] == Home.CACHE and len(found) == len(site.machines(run, pool)):
        return "the sessions live in the cache; move them first"
    if pool == Pool.BALANCER and len(found) == len(site.machines(run, Pool.BALANCER)) and _sticks(site, run):
        return "sticky sessions need the balancer; move them first"
    return None


def _sticks(site: Site, run: int) -> bool:
    return bool(site.sessions.home[run] == Home.STICKY) and is_sticky(site, run)


def _remove_servers(order: Remove, site: Site, run: int, pool: Pool) -> str | None:
    by_name = site.pool_named(run, order.target) is None
    if pool in PLACED and order.count is None and not by_name:
        return None
    going = 1 if by_name or order.count is None else order.count
    standing = [c for c in site.machines(run, pool) if condition_of(site, run, c) != Condition.DRAINING]
    if len(standing) > going:
        return None
    if pool in PLACED:
        name = site.pool_name(run, pool)
        return f"the last machine of {name} stays; remove {name} takes the whole pool away"
    return "the last app server stays: somebody must answer"


def _keeps_the_data(site: Site, run: int, going: list[int]) -> str | None:
    keeper = keeper_of_data(site, run)
    if keeper is None or keeper not in going:
        return None
    share = share_text(float(site.table.data[run, keeper]), 1.0)
    return f"{share} of the data lies on {site.name(run, keeper)}; move data database first"


@quote_of.register
def _remove_quote(order: Remove, site: Site, run: int) -> ModelQuote:
    if order.target == CDN or order.of_class is not None:
        return stops_keeping_quote(site, run, order.target, order.of_class)
    found = leaving(order, site, run)
    if not found:
        return FREE
    parts = [harm_of(site, run, found, gentle=True, disk=Disk.LOST)]
    pool = site.pool_of(found[0])
    moved = moving_share(site, run, pool, -len(found))
    if moved > 0.0:
        parts.append(f"sends {share_text(moved, 1.0)} of the users to another server by their address")
    if pool in PLACED and len(found) == len(site.machines(run, pool)) and pool in site.paths[run].values():
        parts.append("its paths lead to app again")
    if pool == Pool.WORKER:
        parts.append("finishes what it has in hand first" if len(found) == 1 else "finish what they have in hand first")
        if len(found) == len(site.machines(run, pool)):
            parts.append("messages wait until there are workers again")
    return ModelQuote(-price_of(site, run, found), delay=cat.DRAIN_SECONDS, consequence=", ".join(filter(None, parts)))


@give.register
def _give_remove(order: Remove, life: Lifecycle, run: int) -> None:
    if order.target == CDN or order.of_class is not None:
        stop_keeping(life, run, order.target, order.of_class)
        return
    site = life.site
    found = leaving(order, site, run)
    pool = site.pool_of(found[0])
    everything = len(found) == len(site.machines(run, pool))
    if everything and pool not in (*SERVERS, Pool.REPLICA, Pool.WORKER):
        if pool == Pool.BALANCER:
            site.doors.kind[run] = 0
            site.doors.mode[run] = int(Mode.NONE)
        for column in reversed(found):
            life.take_away(run, column)
        return
    if everything and pool in SERVERS:
        site.unroute(run, pool)
    for column in reversed(found):
        site.table.queued[run, column] = 0
        if condition_of(site, run, column) in SERVING:
            life.drain(run, column)
        else:
            life.take_away(run, column)
