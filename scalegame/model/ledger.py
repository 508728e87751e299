"""Where every request and every dollar went. Counts are whole; money is whole micro-dollars; both sum exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import CROSS_ZONE_PRICE, TICKS_PER_SECOND
from scalegame.model.exact import Floats
from scalegame.model.histogram import BUCKETS, bucket
from scalegame.model.snapshot import CAUSES, PURPOSES
from scalegame.model.state import PLACE_NAMES, Whole

OUTCOMES = len(CAUSES) + 1
"""0 is good, 1 + i is lost for CAUSES[i]."""
PLACES = len(PLACE_NAMES)
"""Where a request can be lost: the pools, then what has no machines (see state.Place)."""
GOOD = 0
LATE = 1 + CAUSES.index("late")
TIME_OUT = 1 + CAUSES.index("time-out")
REFUSED = 1 + CAUSES.index("refused")
DOWN = 1 + CAUSES.index("down")
CRASH = 1 + CAUSES.index("crash")
LOGGED_OUT = 1 + CAUSES.index("logged-out")
LEAKED = 1 + CAUSES.index("leaked")

_RECENT = 11
"""Ticks of totals kept: the newest and the one a second older."""
_FADE = 0.9
_SHARE_OF_A_SECOND = 1.0 / TICKS_PER_SECOND
_REDUNDANCY = PURPOSES.index("redundancy")
_CROSSING_NANO = round(CROSS_ZONE_PRICE * 1000)
"""Dollars a million requests are micro-dollars a request."""


@dataclass
class Ledger:
    """Sealed requests since the warm-up, and the last second of all. The first axis is the run."""

    sealed: Floats
    """Since the warm-up: (runs, classes, outcomes, places)."""
    everything: Floats
    """Since the start: the same."""
    born: Floats
    """First attempts since the start: (runs, classes)."""
    attempts: Floats
    """All attempts since the start: (runs, classes)."""
    latency: Floats
    """Answered requests by latency, since the warm-up: (runs, classes, buckets)."""
    latency_ms: Floats
    """Sum of their latencies: (runs, classes)."""
    recent: Floats
    """Answered requests by latency, each tick weighing a tenth less than the next: (runs, buckets)."""
    recent_ms: Floats
    waits: Floats
    """Waits at each pool, since the warm-up: (runs, pools, buckets)."""
    waits_ms: Floats
    utilisation: Floats
    """Sum over ticks since the warm-up of each pool's utilisation: (runs, pools)."""
    queue: Floats
    """Sum over ticks since the warm-up of the number waiting in each pool: (runs, pools)."""
    measured: Whole
    """Ticks since the warm-up: (runs,)."""
    past: Floats
    """``everything`` at the end of each of the last eleven ticks: (ticks, runs, classes, outcomes, places)."""
    past_born: Floats
    past_attempts: Floats
    money: Whole
    """Micro-dollars by purpose: (runs, purposes)."""
    crossing: Floats
    """Requests a second that go from one zone to another, over the last second: (runs,)."""
    owed: Whole
    """Of their price what is no whole micro-dollar yet, in nano-dollars: (runs,)."""


def empty_ledger(runs: int, classes: int) -> Ledger:
    counts = (runs, classes, OUTCOMES, PLACES)
    return Ledger(
        sealed=np.zeros(counts),
        everything=np.zeros(counts),
        born=np.zeros((runs, classes)),
        attempts=np.zeros((runs, classes)),
        latency=np.zeros((runs, classes, BUCKETS)),
        latency_ms=np.zeros((runs, classes)),
        recent=np.zeros((runs, BUCKETS)),
        recent_ms=np.zeros(runs),
        waits=np.zeros((runs, PLACES, BUCKETS)),
        waits_ms=np.zeros((runs, PLACES)),
        utilisation=np.zeros((runs, PLACES)),
        queue=np.zeros((runs, PLACES)),
        measured=np.zeros(runs, dtype=np.int64),
        past=np.zeros((_RECENT, *counts)),
        past_born=np.zeros((_RECENT, runs, classes)),
        past_attempts=np.zeros((_RECENT, runs, classes)),
        money=np.zeros((runs, len(PURPOSES)), dtype=np.int64),
        crossing=np.zeros(runs),
        owed=np.zeros(runs, dtype=np.int64),
    )


class Books:
    """Writes the ledger."""

    def __init__(self, runs: int, classes: int) -> None:
        self.state = empty_ledger(runs, classes)
        self.runs, self.classes = runs, classes
        self._size = runs * classes * OUTCOMES * PLACES

    def seal(self, flow: Whole, outcome: Whole, place: Whole, weight: Floats, counted: bool) -> None:
        """Book fates. flow: run x classes + class; all 1-d of one length."""
        added = np.bincount((flow * OUTCOMES + outcome) * PLACES + place, weight, self._size).reshape(
            self.state.sealed.shape
        )
        self.state.everything += added
        if counted:
            self.state.sealed += added

    def answer(self, flow: Whole, milliseconds: Floats, weight: Floats, counted: bool) -> None:
        """Book the latencies of answered requests."""
        state = self.state
        at = bucket(milliseconds)
        total = weight * milliseconds
        runs = flow // self.classes
        state.recent += np.bincount(runs * BUCKETS + at, weight, self.runs * BUCKETS).reshape(state.recent.shape)
        state.recent_ms += np.bincount(runs, total, self.runs)
        if counted:
            size = self.runs * self.classes
            state.latency += np.bincount(flow * BUCKETS + at, weight, size * BUCKETS).reshape(state.latency.shape)
            state.latency_ms += np.bincount(flow, total, size).reshape(state.latency_ms.shape)

    def waited(self, place: Whole, milliseconds: Floats, weight: Floats) -> None:
        """Book waits at pools. place: run x PLACES + pool."""
        state = self.state
        size = self.runs * PLACES
        state.waits += np.bincount(place * BUCKETS + bucket(milliseconds), weight, size * BUCKETS).reshape(
            state.waits.shape
        )
        state.waits_ms += np.bincount(place, weight * milliseconds, size).reshape(state.waits_ms.shape)

    def crossed(self, requests: Floats) -> None:
        """Bill this tick's whole requests that went to another zone, (runs,): the price of redundancy."""
        state = self.state
        state.crossing += _SHARE_OF_A_SECOND * (requests * TICKS_PER_SECOND - state.crossing)
        nano = state.owed + requests.astype(np.int64) * _CROSSING_NANO
        whole = nano // 1000
        state.owed = nano - whole * 1000
        state.money[:, _REDUNDANCY] += whole

    def close_tick(self, tick: int) -> None:
        """Remember the totals for the last second's rates, and let the recent latencies fade."""
        state = self.state
        slot = tick % _RECENT
        state.past[slot] = state.everything
        state.past_born[slot] = state.born
        state.past_attempts[slot] = state.attempts
        state.recent *= _FADE
        state.recent_ms *= _FADE
