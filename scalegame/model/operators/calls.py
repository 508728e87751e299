"""What is known of the calls from servers to the database: state alone; what is done with it is in ``policies``.

A machine answers first come, first served, so two running totals say it all: of n that it took in, those up to
``ended`` are answered, and of the rest those up to ``given_up`` have nobody waiting for them any more, though it still
works on them. Each machine has its own: what waits at a stuck shard is not what the others answer. So have the calls
that ask all shards, which are answered, one after another, when the slowest has done them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.model.numbers.exact import Floats
from scalegame.model.snapshot import BreakerState, CallsView
from scalegame.model.state import Mask, Whole

MOST_RETRIES = 5
RING = 128
"""Ticks that are remembered: longer than any time-out and any back-off."""


class Breaker(IntEnum):
    """A circuit breaker: lets calls pass; lets none pass; lets a few pass to see."""

    CLOSED = 0
    OPEN = 1
    HALF_OPEN = 2


BREAKERS: dict[Breaker, BreakerState] = {
    Breaker.CLOSED: "closed",
    Breaker.OPEN: "open",
    Breaker.HALF_OPEN: "half-open",
}


@dataclass
class Calls:
    """Shape (runs,) where nothing else is said; all 0 in runs whose knobs are at rest. Stores are the columns of
    Tier.DATA and, last, what asks all shards."""

    watched: Mask
    """Some knob is in use."""
    taken: Floats
    """Calls that a store took in, ever: (runs, stores)."""
    ended: Floats
    """Calls that it answered: (runs, stores)."""
    given_up: Floats
    """Up to here, in the order in which they were taken in, nobody waits any more, answered or timed out: (runs,
    stores)."""
    curve: Floats
    """``taken`` at the end of each tick: (runs, RING, stores)."""
    waiting: Floats
    """Calls that failed once, twice, ... and come back at random: (runs, MOST_RETRIES)."""
    carry: Floats
    """Fractions of those who come back: (runs, MOST_RETRIES)."""
    due: Floats
    """Calls that come back at a tick, by failures so far: (runs, RING, MOST_RETRIES)."""
    attempts: Floats
    """Calls a tick by failures so far, over the last second: (runs, MOST_RETRIES + 1)."""
    by_class: Floats
    """The same by class: (runs, classes)."""
    tokens: Floats
    """What the retry budget has left."""
    tried: Floats
    """Calls in the breaker's window, fading."""
    failed: Floats
    """Of those, failures."""
    timed: Floats
    """Calls a tick that timed out, over the last second: (runs, stores)."""
    answered: Floats
    """Calls a tick that were answered in time, likewise."""
    breaker: Whole
    since: Whole
    """The tick at which the breaker came to what it is."""
    probed: Floats
    """Fractions of calls that a half-open breaker let pass."""


PER_STORE = ("taken", "ended", "given_up", "curve", "timed", "answered")
"""What each store has of its own; stores are the last axis."""


@dataclass(slots=True)
class Asked:
    """What became of a tick's calls, whole, (runs, stores)."""

    came: Floats
    """That reached a store."""
    refused: Floats
    """Of those, without room."""
    ended: Floats
    """These, and the calls that were answered."""


def no_calls(runs: int, classes: int, stores: int) -> Calls:
    def of(*shape: int) -> Floats:
        return np.zeros((runs, *shape))

    return Calls(
        watched=np.zeros(runs, dtype=np.bool_),
        taken=of(stores),
        ended=of(stores),
        given_up=of(stores),
        curve=of(RING, stores),
        waiting=of(MOST_RETRIES),
        carry=of(MOST_RETRIES),
        due=of(RING, MOST_RETRIES),
        attempts=of(MOST_RETRIES + 1),
        by_class=of(classes),
        tokens=of(),
        tried=of(),
        failed=of(),
        timed=of(stores),
        answered=of(stores),
        breaker=np.zeros(runs, dtype=np.int64),
        since=np.zeros(runs, dtype=np.int64),
        probed=of(),
    )


def forget_calls(calls: Calls, run: int, store: int) -> None:
    """A database machine lost what it had: all that it was working on is ended."""
    calls.ended[run, store] = calls.given_up[run, store] = calls.taken[run, store]


def widen_calls(calls: Calls, at: int, by: int) -> None:
    """Make room for ``by`` stores before store ``at``."""
    for name in PER_STORE:
        setattr(calls, name, np.insert(getattr(calls, name), [at] * by, 0.0, axis=-1))


def close_gap(calls: Calls, run: int, store: int, last: int) -> None:
    """A store of a run is gone: those up to ``last`` move up."""
    for name in PER_STORE:
        values = getattr(calls, name)[run]
        values[..., store:last] = values[..., store + 1 : last + 1].copy()
        values[..., last] = 0.0


def calls_view(calls: Calls, run: int) -> CallsView | None:
    """For the snapshot; None where no knob is in use."""
    if not calls.watched[run]:
        return None
    sent = float(np.add.accumulate(calls.attempts[run])[-1])
    return CallsView(
        breaker=BREAKERS[Breaker(int(calls.breaker[run]))],
        rate=sent * TICKS_PER_SECOND,
        retry_share=1.0 - float(calls.attempts[run, 0]) / sent if sent > 0.0 else 0.0,
        time_out_rate=float(np.add.accumulate(calls.timed[run])[-1]) * TICKS_PER_SECOND,
        failing=min(1.0, float(calls.failed[run] / max(float(calls.tried[run]), 1e-9))),
        wasted=float(np.maximum(calls.given_up[run] - calls.ended[run], 0.0).sum()),
    )
