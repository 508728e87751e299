"""Who knows the user: sessions in a server's memory, sticky, in the cache, or in a token that the client carries.

Whole users are followed as expectations: how many live where, how many must log in again. A user who meets a server
that does not know them is logged out once, and lives there from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from scalegame.model.catalogue import SESSION_KB, THINK_SECONDS, TICK_SECONDS, VISIT_SECONDS
from scalegame.model.numbers.exact import Floats
from scalegame.model.scenario import SessionHome
from scalegame.model.state import NEVER, Mask, Whole

_RETURN = TICK_SECONDS / THINK_SECONDS
_CHURN = TICK_SECONDS / VISIT_SECONDS


class Home(IntEnum):
    MEMORY = 0
    STICKY = 1
    CACHE = 2
    TOKEN = 3


HOMES: dict[SessionHome, Home] = {
    "memory": Home.MEMORY,
    "sticky": Home.STICKY,
    "cache": Home.CACHE,
    "token": Home.TOKEN,
}
HOME_NAMES: dict[Home, SessionHome] = {home: name for name, home in HOMES.items()}


@dataclass
class Sessions:
    """Shape (runs,)."""

    home: Whole
    users: Floats
    """All users there are."""
    homeless: Floats
    """Users whose session is gone and who have not noticed yet."""
    evicted: Floats
    """Share of the sessions that the cache has no room for."""
    leak_share: Floats
    """Share of the session requests that each thief makes, 0 where there is none: (runs, leaks)."""
    leak_until: Whole
    """The tick at which that ends; NEVER where there is none."""


def first_sessions(runs: int, home: SessionHome, leaks: int) -> Sessions:
    """leaks: as many as the scenario has."""
    return Sessions(
        home=np.full(runs, int(HOMES[home]), dtype=np.int64),
        users=np.zeros(runs),
        homeless=np.zeros(runs),
        evicted=np.zeros(runs),
        leak_share=np.zeros((runs, leaks)),
        leak_until=np.full((runs, leaks), NEVER, dtype=np.int64),
    )


def in_order(values: Floats) -> Floats:
    """The sum over the last axis, always from left to right, so that empty columns never change a bit."""
    result: Floats = np.add.accumulate(values, axis=-1)[..., -1]
    return result


def move_about(state: Sessions, own: Floats, share: Floats, rate: Floats, lacking: Floats, roaming: Mask) -> Floats:
    """One tick of users coming, going and logging in again; returns the strangers' share of the session requests that
    land on each machine, (runs, machines).

    own: users whose session is in each machine's memory, changed in place; share: where new users land; rate: session
    requests a second; lacking: share of the sessions that the cache does not have, all where none answers; roaming:
    users in memory go anywhere; all (runs,).
    """
    in_memory = state.home <= Home.STICKY
    users = rate * THINK_SECONDS
    back = state.homeless * _RETURN
    state.homeless -= back
    living = in_order(own)
    here = np.where(in_memory, living, np.maximum(state.users - state.homeless - back, 0.0))
    target = np.maximum(users - state.homeless, 0.0)
    shrink = np.minimum(target / np.maximum(here, 1e-9), 1.0) * (1.0 - _CHURN)
    come = np.maximum(target - here * shrink, 0.0)
    roam = np.where(roaming, _RETURN, 0.0)[:, None]
    own *= shrink[:, None]
    own += come[:, None] * share
    own += roam * (share * in_order(own)[:, None] - own)
    own *= in_memory[:, None]
    state.users = np.minimum(target, here * shrink + come) + state.homeless
    everybody = np.maximum(state.users, 1e-9)
    # Who comes back in this tick is not known either.
    lost = np.minimum((state.homeless + back) / everybody, 1.0)
    lost = np.where(state.home == Home.CACHE, np.maximum(lost, lacking), lost)
    stranger = 1.0 - own / everybody[:, None]
    result: Floats = np.where(roaming[:, None], np.maximum(stranger, 0.0), lost[:, None])
    return result * (users > 0.0)[:, None]


def meet_other_pools(state: Sessions, own: Floats, share: Floats, pool_at: Whole, run: int) -> Floats:
    """One tick of sticky users in a run with several pools, where each pool keeps its users and knows no others: the
    strangers' share of what lands on each machine, (machines,). own, share: as for ``move_about``, of this run;
    pool_at: of each machine."""
    everybody = max(float(state.users[run]), 1e-9)
    living = float(in_order(own))
    result = np.zeros(own.shape[0])
    before = own.copy()
    for pool in dict.fromkeys(pool_at.tolist()):
        here = pool_at == pool
        mine, part = float(in_order(before * here)), float(in_order(share * here))
        own += here * _RETURN * (share * (living - mine) - before * (1.0 - part))
        result[here] = max(1.0 - mine / everybody, 0.0)
    return result


def squeeze(state: Sessions, kilobytes: Floats) -> None:
    """The cache has room for so much, (runs,). Where sessions are more than that, the least recently used goes: all
    users come back alike, and each finds their own with the share of them that there is room for."""
    fits = kilobytes / np.maximum(state.users * SESSION_KB, 1e-9)
    state.evicted = np.maximum(1.0 - fits, 0.0) * (state.home == Home.CACHE)


def steal(state: Sessions, run: int, share: float, until: int) -> None:
    """A thief makes so many of a run's session requests up to that tick."""
    free = int(np.argmax(state.leak_until[run] == NEVER))
    state.leak_share[run, free], state.leak_until[run, free] = share, until


def stolen_share(state: Sessions) -> Floats:
    """What all thieves make of the session requests, (runs,)."""
    if not state.leak_share.shape[1]:
        return np.zeros(state.home.shape[0])
    return np.minimum(in_order(state.leak_share), 1.0)


def seconds_stolen(state: Sessions, run: int, tick: int) -> float:
    """Until the last stolen login works no more."""
    ends = [int(end) for end in state.leak_until[run] if end != NEVER]
    return (max(ends) - tick) * TICK_SECONDS if ends else 0.0


def forget_machine(state: Sessions, own: Floats, run: int, machine: int) -> float:
    """A machine's memory is gone: its users must log in again. Returns how many."""
    gone = float(own[run, machine])
    if state.home[run] <= Home.STICKY:
        state.homeless[run] += gone
    own[run, machine] = 0.0
    return gone


def forget_share(state: Sessions, own: Floats, run: int, share: float) -> None:
    """So many of a run's sessions are gone, all of them or what one of several caches held."""
    state.homeless[run] += share * (state.users[run] - state.homeless[run])
    own[run] *= 1.0 - share
