"""Users known by their address: who must go to another server when the list of servers changes.

L4 sees no cookies. Sticky sessions behind it, like the algorithm ip-hash anywhere, take a hash of the address over the
list of servers. With modulo N a list of N + 1 moves N/(N+1) of the users; a consistent hash moves the 1/(N+1) that the
new server takes. Whose session lives in a server's memory is a stranger where the new list sends them.
"""

from __future__ import annotations

from math import gcd

import numpy as np

from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import is_sticky, pool_shares
from scalegame.model.homes.sessions import Home
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import SERVERS, Pool
from scalegame.model.texts import share_text

CONSISTENT = 1.0
"""Of the setting balancer.hash."""
_L7 = 2


def by_address(site: Site, run: int, kind: int | None = None, mode: Mode | None = None) -> bool:
    """Users go where their address is hashed to, and nobody can ask for a cookie. kind, mode: another door than the
    run's own."""
    if not site.demands.sessions.any() or not is_sticky(site, run, mode):
        return False
    kind = int(site.doors.kind[run]) if kind is None else kind
    cookies = any(each.session and each.protocol == "http" for each in site.scenario.classes)
    return not (kind == _L7 and site.sessions.home[run] == Home.STICKY and cookies)


def stays(was: int, of: int, now: int, then: int, joined: int, *, consistent: bool) -> float:
    """The share of a server's users that a new list still sends to it: number ``was`` of ``of`` before, ``now`` of
    ``then``, ``joined`` of which were not in the list. 0 as a number is not in the list."""
    if now == 0:
        return 0.0
    if was == 0:
        return 1.0 / then
    if consistent:
        return (then - joined) / then
    # Addresses that are was mod of, and now mod then: one in lcm(of, then), where the two can be at all.
    common = gcd(of, then)
    return common / then if (was - now) % common == 0 else 0.0


def write_list(site: Site, run: int) -> None:
    """Take down the servers that addresses are hashed over; where they are not hashed, none. Moves nobody."""
    table = site.table
    hashed = by_address(site, run)
    for pool in SERVERS:
        span = site.columns.spans[pool]
        table.listed[run, span] = 0
        listed = _open(site, run, pool) if hashed else []
        table.listed[run, listed] = np.arange(1, len(listed) + 1)
        site.doors.listed[run, pool] = len(listed)


def hash_anew(site: Site) -> None:
    """After a change of the machines: users whom a new list sends elsewhere are strangers there."""
    if not site.demands.sessions.any():
        return
    for run in range(site.runs):
        if by_address(site, run):
            for pool in SERVERS:
                if site.machines(run, pool):
                    _hash_pool(site, run, pool)
        elif site.doors.listed[run].any():
            write_list(site, run)


def moving_share(site: Site, run: int, pool: Pool, change: int) -> float:
    """The share of a pool's users that so many servers more (or fewer, the newest) would move."""
    if not by_address(site, run):
        return 0.0
    before = int(site.doors.listed[run, pool])
    after = before + change
    if before < 1 or after < 1:
        return 0.0
    consistent = bool(site.knob("balancer.hash")[run] == CONSISTENT)
    if consistent:
        return abs(change) / max(before, after)
    return 1.0 - min(before, after) * gcd(before, after) / (before * after)


def _open(site: Site, run: int, pool: Pool) -> list[int]:
    return [column for column in site.machines(run, pool) if site.table.in_rotation[run, column]]


def _hash_pool(site: Site, run: int, pool: Pool) -> None:
    table = site.table
    listed = _open(site, run, pool)
    before = int(site.doors.listed[run, pool])
    numbers = {column: number for number, column in enumerate(listed, 1)}
    machines = site.machines(run, pool)
    if before == len(listed) and all(table.listed[run, c] == numbers.get(c, 0) for c in machines):
        return
    joined = sum(table.listed[run, column] == 0 for column in listed)
    consistent = bool(site.knob("balancer.hash")[run] == CONSISTENT)
    living = gone = 0.0
    for column in machines:
        was, now = int(table.listed[run, column]), numbers.get(column, 0)
        users = float(table.users[run, column])
        living += users
        gone += users * (1.0 - stays(was, before, now, len(listed), joined, consistent=consistent))
        table.listed[run, column] = now
    site.doors.listed[run, pool] = len(listed)
    # Where they live from now on is where the list sends them; those who moved have to log in there.
    span = site.columns.spans[pool]
    share: Floats = pool_shares(site, run, pool)
    table.users[run, span] = living * share
    site.sessions.homeless[run] += gone if listed else living
    if gone >= 1.0:
        name = site.pool_name(run, pool)
        told = f"addresses are hashed over {len(listed)} of {name} now: {share_text(gone, living)} of their users"
        site.say(run, 1, name, "rehash", f"{told} are logged out")
