"""Where every request and every dollar went. Counts are whole; money is whole micro-dollars; both sum exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import CROSS_ZONE_PRICE, TICK_SECONDS, TICKS_PER_SECOND
from scalegame.model.numbers.exact import Floats
from scalegame.model.numbers.histogram import BUCKETS, bucket
from scalegame.model.snapshot import CAUSES, PURPOSES
from scalegame.model.state import PLACE_NAMES, Whole

OUTCOMES = len(CAUSES) + 1
"""0 is good, 1 + i is lost for CAUSES[i]."""
PLACES = len(PLACE_NAMES)
"""Where a request can be lost: the pools, then what has no machines (see state.Place)."""
GOOD = 0
ACCEPTED = -1
"""Of a representative, never in the ledger: answered in time, and the rest of the work left to the queue."""
LATE = 1 + CAUSES.index("late")
TIME_OUT = 1 + CAUSES.index("time-out")
REFUSED = 1 + CAUSES.index("refused")
DOWN = 1 + CAUSES.index("down")
CRASH = 1 + CAUSES.index("crash")
LOGGED_OUT = 1 + CAUSES.index("logged-out")
LEAKED = 1 + CAUSES.index("leaked")
JOB_LATE = 1 + CAUSES.index("job-late")
DONE_TWICE = 1 + CAUSES.index("done-twice")
DEAD_LETTER = 1 + CAUSES.index("dead-letter")
STALE = 1 + CAUSES.index("stale")
WRONG = 1 + CAUSES.index("wrong")
SHED = 1 + CAUSES.index("shed")
BREAKER = 1 + CAUSES.index("breaker")
MISSING = 1 + CAUSES.index("missing")
STALE = 1 + CAUSES.index("stale")

_GRAIN = 1024.0
"""Latencies are kept in whole 1/1024 of a millisecond, so that their sums are exact and do not depend on the order."""
_SHARE_OF_A_SECOND = 1.0 / TICKS_PER_SECOND
SERVED, REDUNDANCY, WASTE = (PURPOSES.index(name) for name in ("served", "redundancy", "waste"))
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
    """Answered requests by latency, in the second under way and in the one before: (2, runs, buckets)."""
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
    """``everything`` when the last two whole seconds ended, the newer first: (2, runs, classes, outcomes, places)."""
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
        recent=np.zeros((2, runs, BUCKETS)),
        recent_ms=np.zeros((2, runs)),
        waits=np.zeros((runs, PLACES, BUCKETS)),
        waits_ms=np.zeros((runs, PLACES)),
        utilisation=np.zeros((runs, PLACES)),
        queue=np.zeros((runs, PLACES)),
        measured=np.zeros(runs, dtype=np.int64),
        past=np.zeros((2, *counts)),
        past_born=np.zeros((2, runs, classes)),
        past_attempts=np.zeros((2, runs, classes)),
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

    def good(self, flow: Whole, milliseconds: Floats, weight: Floats, counted: bool) -> None:
        """Book requests that were answered well, latencies as ``grains`` gives them."""
        added = np.bincount(flow, weight, self.runs * self.classes).reshape(self.runs, self.classes)
        self.state.everything[:, :, GOOD, 0] += added
        if counted:
            self.state.sealed[:, :, GOOD, 0] += added
        self.answer(flow, milliseconds, weight, counted)

    def answer(self, flow: Whole, milliseconds: Floats, weight: Floats, counted: bool) -> None:
        """Book the latencies of answered requests, as ``grains`` gives them."""
        state = self.state
        at = bucket(milliseconds)
        total = np.bincount(flow, weight * milliseconds, self.runs * self.classes).reshape(state.latency_ms.shape)
        state.recent_ms[0] += total[:, 0] if self.classes == 1 else total.sum(axis=1)
        # The histograms have far more cells than there are answers.
        np.add.at(state.recent[0].reshape(-1), flow // self.classes * BUCKETS + at, weight)
        if counted:
            at += flow * BUCKETS
            np.add.at(state.latency.reshape(-1), at, weight)
            state.latency_ms += total

    def came(self, place: Whole, weight: Floats) -> None:
        """Book requests that came to pools, as if they had not waited. place: run x PLACES + pool."""
        state = self.state
        state.waits[..., 0] += np.bincount(place, weight, self.runs * PLACES).reshape(state.waits_ms.shape)

    def waited(self, place: Whole, milliseconds: Floats, weight: Floats) -> None:
        """Book the waits of those who did, as ``grains`` gives them; ``came`` has booked them too."""
        state = self.state
        waits = state.waits.reshape(-1)
        np.add.at(waits, place * BUCKETS + bucket(milliseconds), weight)
        np.subtract.at(waits, place * BUCKETS, weight)
        state.waits_ms += np.bincount(place, weight * milliseconds, state.waits_ms.size).reshape(state.waits_ms.shape)

    def crossed(self, requests: Floats) -> None:
        """Bill this tick's whole requests that went to another zone, (runs,): the price of redundancy."""
        state = self.state
        state.crossing += _SHARE_OF_A_SECOND * (requests * TICKS_PER_SECOND - state.crossing)
        nano = state.owed + requests.astype(np.int64) * _CROSSING_NANO
        whole = nano // 1000
        state.owed = nano - whole * 1000
        state.money[:, REDUNDANCY] += whole

    def close_second(self) -> None:
        """A whole second is over."""
        state = self.state
        for values, now in (
            (state.past, state.everything),
            (state.past_born, state.born),
            (state.past_attempts, state.attempts),
        ):
            values[1] = values[0]
            values[0] = now
        for values in (state.recent, state.recent_ms):
            values[1] = values[0]
            values[0] = 0.0

    def last_second(self, name: str, run: int, tick: int) -> tuple[Floats, float]:
        """Growth of a running total ('everything', 'born', 'attempts') over the last second, and the seconds that this
        stands for. Within a second the one before fills up what is missing of it, evenly."""
        state = self.state
        past = getattr(state, {"everything": "past", "born": "past_born", "attempts": "past_attempts"}[name])[:, run]
        gone = tick % TICKS_PER_SECOND / TICKS_PER_SECOND
        part = getattr(state, name)[run] - past[0]
        if tick < TICKS_PER_SECOND:
            return part, max(gone, TICK_SECONDS)
        return part + (past[0] - past[1]) * (1.0 - gone), 1.0

    def recent_latencies(self, run: int, tick: int) -> tuple[Floats, float]:
        """Histogram of the last second's answers and the sum of their latencies in milliseconds, likewise."""
        rest = 1.0 - tick % TICKS_PER_SECOND / TICKS_PER_SECOND
        state = self.state
        total = float(state.recent_ms[0, run] + state.recent_ms[1, run] * rest)
        return state.recent[0, run] + state.recent[1, run] * rest, total


def grains(milliseconds: Floats) -> Floats:
    """Latencies as the books keep them: rounded to whole 1/1024 of a millisecond."""
    kept = milliseconds * _GRAIN
    kept += 0.5
    np.floor(kept, out=kept)
    kept *= 1.0 / _GRAIN
    return kept
