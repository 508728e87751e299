"""What the memory of the machines that are up has room for: copies of answers, pages of data, users' sessions.

The stores of copies are told after a change of a run's machines; which sessions a cache has no room for is looked at
once a second.
"""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import usable_kb
from scalegame.model.copies.disk import box_seconds
from scalegame.model.copies.keeping import Memory
from scalegame.model.copies.keys import deal
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home, forget_share, squeeze
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import SERVING, Site
from scalegame.model.state import SERVERS, Pool, Tier
from scalegame.model.texts import counted, share_text

_WORTH_A_WORD = 0.01
"""Share of the sessions that find no room."""


def notice_machines(site: Site) -> None:
    """Follow what has changed about the machines of runs."""
    for run in np.flatnonzero(site.altered).tolist():
        caches = _kilobytes(site, run, Pool.CACHE)
        before = int(site.keys.machines[run])
        moved = deal(site.keys, run, len(caches), modulo=bool(site.knob("cache.hash")[run]))
        site.keys.kilobytes[run] = sum(caches)
        if moved > 0.0 and site.sessions.home[run] == Home.CACHE:
            _log_out_the_moved(site, run, moved, aloud=len(caches) >= before)
        if site.caching is not None:
            on_box = bool(site.records.home[run] == Where.BOX)
            pages = sum(sum(_kilobytes(site, run, pool)) for pool in (SERVERS if on_box else (Pool.DATABASE,)))
            replicas = _kilobytes(site, run, Pool.REPLICA)
            moves_in = on_box and not site.caching.state.on_box[run]
            site.caching.notice(run, Memory(len(caches), moved, pages, on_box, replicas))
            if moves_in:
                site.caching.state.box_seconds[run] = box_seconds(site.caching, run)


def _kilobytes(site: Site, run: int, pool: Pool) -> list[float]:
    """Of each machine of a pool that works, what of its memory holds copies; a box without data has none to hold."""
    share = cat.CACHE_MEMORY_SHARE if pool == Pool.CACHE else cat.PAGES_MEMORY_SHARE
    table = site.table
    return [
        usable_kb(site.sizes[int(table.size[run, column])].memory_gb, share)
        for column in site.machines(run, pool)
        if table.condition[run, column] in SERVING and (pool not in SERVERS or table.data[run, column] > 0.0)
    ]


def _log_out_the_moved(site: Site, run: int, moved: float, *, aloud: bool) -> None:
    """Sessions whose key another machine answers for now are not found there. What a machine does that goes is said of
    it (see belongings), and not again."""
    sessions = site.sessions
    gone = moved * float(sessions.users[run] - sessions.homeless[run])
    forget_share(sessions, site.table.users[:, site.columns.tiers[Tier.SERVERS]], run, moved)
    if aloud and gone >= 1.0:
        lost = counted(gone, "user is logged out", "users are logged out")
        site.say(run, 1, "cache", "moved", f"keys are on another machine of the cache now: {lost}")


def room_for_all(site: Site) -> Floats:
    """Kilobytes that the caches have for sessions and copies, (runs,)."""
    result: Floats = site.keys.kilobytes * (1.0 - cat.COALESCING_MEMORY_SHARE * site.knob("cache.coalesce"))
    return result


def make_room(site: Site) -> None:
    """Once a second: sessions come before copies, and what of them does not fit is evicted all the time."""
    sessions = site.sessions
    before = sessions.evicted
    squeeze(sessions, room_for_all(site))
    crossed = (before >= _WORTH_A_WORD) != (sessions.evicted >= _WORTH_A_WORD)
    for run in np.flatnonzero(crossed & (site.keys.machines > 0)).tolist():
        share = float(sessions.evicted[run])
        if share >= _WORTH_A_WORD:
            text = f"the cache has no room for {share_text(share, 1.0)} of the sessions: it logs users out all the time"
            site.say(run, 2, "cache", "evicted", text)
        else:
            site.say(run, 0, "cache", "evicted", "the cache has room for all sessions again")
