"""Orders that take machines away for good."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import CDN
from scalegame.model.front.addresses import moving_share
from scalegame.model.front.balancer import Mode
from scalegame.model.homes.belongings import Disk, keeper_of_data
from scalegame.model.homes.sessions import Home
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.ordering import data
from scalegame.model.ordering.caching import stop_keeping, stops_keeping_quote, stops_keeping_refusal
from scalegame.model.ordering.rules import FREE, ModelQuote, give, harm_of, price_of, quote_of, refusal_of
from scalegame.model.ordering.state import is_spare_database
from scalegame.model.ordering.targets import columns_of, condition_of, doing, nothing_there
from scalegame.model.orders import Remove
from scalegame.model.site import SERVING, Site
from scalegame.model.state import PLACED, SERVERS, TIER_OF, Condition, Pool, Tier
from scalegame.model.texts import share_text
from scalegame.model.turns import is_leaving, step_out

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
    if all(is_leaving(site, run, c) for c in found):
        return nothing_there(site, run, order.target)
    if TIER_OF[pool] == Tier.DATA and not (pool == Pool.DATABASE and is_spare_database(site, run)):
        why = data.remove_refusal(order, site, run, pool)
        if why:
            return why
    if order.count is not None and order.count < 1:
        return "remove at least 1"
    if pool in SERVERS:
        return _remove_servers(order, site, run, pool) or _keeps_the_data(site, run, leaving(order, site, run))
    return keeps_sessions(site, run, leaving(order, site, run))


def keeps_sessions(site: Site, run: int, going: list[int]) -> str | None:
    """Why these machines of a pool stay: sessions live there and nowhere else, or are on their way there."""
    moves = [order.value for order in site.under_way[run] if order.kind == "sessions"]
    pool = site.pool_of(going[0]) if going else None
    if pool == Pool.CACHE and Home.CACHE in (site.sessions.home[run], *moves) and _leaves_nobody(site, run, going):
        if Home.CACHE in moves:
            return "the sessions are on their way into the cache; cancel that first"
        return f"the sessions live in {_as_called(site, run, going)}; move them first"
    if pool == Pool.BALANCER and site.doors.mode[run] != Mode.NONE and not _others(site, run, going):
        if Home.STICKY in moves:
            return "the sessions are about to stick to servers by the balancer; cancel that first"
        if site.sessions.home[run] == Home.STICKY:
            return "sticky sessions need the balancer; move them first"
    return None


def _as_called(site: Site, run: int, going: list[int]) -> str:
    pool = site.pool_of(going[0])
    return f"the {site.pool_name(run, pool)}" if not _others(site, run, going) else site.name(run, going[0])


def _others(site: Site, run: int, going: list[int]) -> list[int]:
    """The others of a pool, but for those that are on their way out as well."""
    machines = site.machines(run, site.pool_of(going[0]))
    return [c for c in machines if c not in going and not is_leaving(site, run, c)]


def _leaves_nobody(site: Site, run: int, going: list[int]) -> bool:
    """Nobody of the pool is left, or nobody who answers where somebody does now."""
    staying = _others(site, run, going)
    answers = any(condition_of(site, run, c) == Condition.UP for c in staying)
    return not staying or (not answers and any(condition_of(site, run, c) == Condition.UP for c in going))


def _remove_servers(order: Remove, site: Site, run: int, pool: Pool) -> str | None:
    by_name = site.pool_named(run, order.target) is None
    if pool in PLACED and order.count is None and not by_name:
        return None
    going = leaving(order, site, run)
    others = _others(site, run, going)
    if others and not _leaves_nobody(site, run, going):
        return None
    if others:
        away = f"{site.name(run, others[0])} is {doing(site, run, others[0])}"
        return f"somebody must answer: {away}; wait until it is back"
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
    return ModelQuote(
        -price_of(site, run, found),
        delay=0.0 if _go_at_once(site, run, found) else cat.DRAIN_SECONDS,
        downtime=_door_down(site, run, found),
        consequence=", ".join(filter(None, parts)),
    )


def _go_at_once(site: Site, run: int, found: list[int]) -> bool:
    """They have nothing to finish, or nothing of the pool is left and nobody waits for it to."""
    pool = site.pool_of(found[0])
    if all(condition_of(site, run, c) not in SERVING for c in found):
        return True
    return len(found) == len(site.machines(run, pool)) and pool not in (*SERVERS, Pool.REPLICA, Pool.WORKER)


def _door_down(site: Site, run: int, going: list[int]) -> float:
    """Seconds for which the other one of a pair of balancers is not up yet when this one has gone."""
    others = _others(site, run, going)
    if site.pool_of(going[0]) != Pool.BALANCER or not others or not _leaves_nobody(site, run, going):
        return 0.0
    back = min(int(site.table.due[run, c]) for c in others)
    return max(0.0, (back - site.tick) / cat.TICKS_PER_SECOND - cat.DRAIN_SECONDS)


@give.register
def _give_remove(order: Remove, life: Lifecycle, run: int) -> None:
    if order.target == CDN or order.of_class is not None:
        stop_keeping(life, run, order.target, order.of_class)
        return
    site = life.site
    found = leaving(order, site, run)
    pool = site.pool_of(found[0])
    if pool in SERVERS and len(found) == len(site.machines(run, pool)):
        site.unroute(run, pool)
    if _go_at_once(site, run, found):
        for column in reversed(found):
            life.take_away(run, column)
        return
    for column in reversed([c for c in found if not is_leaving(site, run, c)]):
        step_out(site, run, column)
        if condition_of(site, run, column) in SERVING:
            life.retire(run, column)
        else:
            life.take_away(run, column)
