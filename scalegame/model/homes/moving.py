"""State that arrives at its new home: sessions, uploads, data, and a backup that was read back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scalegame.model.front.addresses import write_list
from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import landing_shares
from scalegame.model.homes import records, uploads
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home
from scalegame.model.homes.uploads import Store
from scalegame.model.queue.workers import begin_queueing
from scalegame.model.site import Site, UnderWay
from scalegame.model.state import Condition, Pool, Tier
from scalegame.model.texts import share_text

_ASK_AGAIN = 10
"""Ticks until a move that cannot end now is looked at again."""


def _sessions(site: Site, run: int, order: UnderWay) -> bool:
    """Nobody is logged out, but where users live changes. A new home that has gone is none, and one that is not up is
    waited for."""
    home = Home(order.value)
    caches = site.machines(run, Pool.CACHE) if home == Home.CACHE else []
    gone = {Home.CACHE: not caches, Home.STICKY: site.doors.mode[run] == Mode.NONE}
    if gone.get(home, False):
        lacks = "cache" if home == Home.CACHE else "balancer"
        site.say(run, 1, "app", "sessions", f"sessions: {order.text} is called off, for there is no {lacks}")
        return True
    if caches and all(site.table.condition[run, c] != Condition.UP for c in caches):
        order.ends = site.tick + _ASK_AGAIN
        return False
    if site.sessions.home[run] == Home.CACHE:
        # From now on nobody asks it: what it held must not stand there until somebody does again.
        for column in site.machines(run, Pool.CACHE):
            site.empty(run, column)
    site.sessions.home[run] = order.value
    app = site.columns.tiers[Tier.SERVERS]
    if site.sessions.home[run] <= Home.STICKY and float(np.add.accumulate(site.table.users[run, app])[-1]) == 0.0:
        living = float(site.sessions.users[run] - site.sessions.homeless[run])
        site.table.users[run, app] = living * landing_shares(site, run, site.demands.sessions)
    write_list(site, run)
    site.say(run, 0, "app", "sessions", f"sessions: {order.text} is done")
    return True


def _uploads(site: Site, run: int, order: UnderWay) -> bool:
    """The files are copied; those that were lost stay lost."""
    servers = site.columns.tiers[Tier.SERVERS]
    share = landing_shares(site, run, site.demands.uploads)
    if not share.any():
        share[site.local(site.servers(run)[0])] = 1.0
    uploads.move(site.uploads, site.table.files[:, servers], run, Store(order.value), share)
    site.say(run, 0, "app", "uploads", f"uploads: {order.text} is done")
    return True


def _data(site: Site, run: int, order: UnderWay) -> bool:
    """The data is copied: to a database that answers, or to the oldest server that does. Until one does, it waits."""
    home = Where(order.value)
    candidates = site.machines(run, Pool.DATABASE) if home == Where.DATABASE else site.servers(run)
    if not candidates:
        site.say(run, 1, "app", "data", f"data: {order.text} is called off, for there is no database")
        return True
    up = [column for column in candidates if site.table.condition[run, column] == Condition.UP]
    if not up:
        order.ends = site.tick + _ASK_AGAIN
        return False
    servers = site.columns.tiers[Tier.SERVERS]
    if home == Where.BOX:
        # Nobody asks the database any more: no slot is held for it, and nothing may stand there.
        for column in site.machines(run, Pool.DATABASE):
            site.empty(run, column)
        site.table.held[run] = 0.0
        site.table.allowed[run] = 1e12
    box = site.local(up[0]) if home == Where.BOX else 0
    records.settle(site.records, site.table.data[:, servers], run, home, box)
    site.say(run, 0, "app", "data", f"data: {order.text} is done")
    return True


def _backup(site: Site, run: int, order: UnderWay) -> bool:
    """Last night's backup is there again, in the database or on the oldest server that answers."""
    servers = site.servers(run)
    up = [column for column in servers if site.table.condition[run, column] == Condition.UP]
    if site.records.home[run] == Where.BOX and not up:
        order.ends = site.tick + _ASK_AGAIN
        site.records.restored[run] = order.ends
        return False
    back = records.restore(site.records, run, writing=bool((site.demands.writes * site.planned).any()))
    if site.records.home[run] == Where.BOX:
        site.table.data[run, up[0]] += back
    lost = float(site.records.gone[run])
    rest = f"; {share_text(lost, 1.0)} of the data was younger and stays lost" if lost >= 0.005 else ""
    site.say(run, 1 if rest else 0, order.place, "restored", f"last night's backup is read back{rest}")
    return True


def _cdn(site: Site, run: int, _order: UnderWay) -> bool:
    if site.caching is not None:
        site.caching.place_cdn(run, stands=True)
        site.say(run, 0, "cdn", "up", "the CDN has begun its work: it holds nothing yet")
    return True


Arrival = Callable[[Site, int, UnderWay], bool]
"""(site, run, order) -> whether the order is done; one that is not has a new end."""

ARRIVALS: dict[str, Arrival] = {
    "sessions": _sessions,
    "uploads": _uploads,
    "data": _data,
    "restore": _backup,
    "queue": begin_queueing,
    "cdn": _cdn,
}
"""By the kind of the order under way."""
