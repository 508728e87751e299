"""Who is in a queue: rings of whole counts by arrival tick and class, read first come, first served.

The walk says how many leave; the ring says of which classes. Kept as running totals (arrival curves), so that what left
is the difference of two readings of one curve and nothing is ever lost or made up by rounding.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Whole

RING = 1024
"""Ticks a ring remembers; what waits longer is merged into the oldest."""

_EXPECTED = 32.0
"""Requests of the expected mix that are thought to stand at the head too. A tick serves many cohorts of few: were it
only the oldest one's two or three requests, fast mixes would serve for a whole tick, and machines would seem faster
than they are."""


@dataclass
class Cohorts:
    """Arrival curves of a span of machines. Shapes: (runs, machines, RING, classes), and without the ring."""

    curve: Floats
    """Arrivals of each class up to the end of each tick; cumulated along the last axis (the last is the total)."""
    left: Floats
    """Departures, classes cumulated likewise."""
    head: Whole
    """The tick of the oldest cohort that is still here, (runs, machines)."""


def empty_cohorts(runs: int, machines: int, classes: int) -> Cohorts:
    return Cohorts(
        curve=np.zeros((runs, machines, RING, classes)),
        left=np.zeros((runs, machines, classes)),
        head=np.zeros((runs, machines), dtype=np.int64),
    )


class Queue:
    """The composition of one tier's queues. With a single class there is nothing to remember and no ring is kept."""

    def __init__(self, runs: int, machines: int, classes: int) -> None:
        self.classes = classes
        self.state = empty_cohorts(runs, machines, classes if classes > 1 else 0)
        self._index()

    def _index(self) -> None:
        runs, machines = self.state.head.shape
        self._row = np.arange(runs * machines, dtype=np.int64).reshape(runs, machines) * RING

    def widen(self, at: int, by: int) -> None:
        """Make room for ``by`` machines before column ``at``."""
        gap = empty_cohorts(self.state.head.shape[0], by, self.state.left.shape[2])
        for name in ("curve", "left", "head"):
            old = getattr(self.state, name)
            setattr(self.state, name, np.concatenate([old[:, :at], getattr(gap, name), old[:, at:]], axis=1))
        self._index()

    def arrive(self, tick: int, counts: Floats) -> None:
        """Append this tick's accepted arrivals, (runs, machines, classes)."""
        if self.classes == 1:
            return
        curve = self.state.curve
        np.add(curve[:, :, (tick - 1) % RING], np.add.accumulate(counts, axis=2), out=curve[:, :, tick % RING])

    def rest(self, tick: int) -> None:
        """Nobody came, nobody can leave: the curve goes on flat, also where the pool does not stand. Else a pool that
        stands again would go on from what the ring held a lap ago."""
        if self.classes > 1:
            self.state.curve[:, :, tick % RING] = self.state.curve[:, :, (tick - 1) % RING]

    def mix(self, tick: int, share_now: Floats) -> Floats:
        """Class shares of the oldest cohort, (runs, machines, classes); ``share_now`` where the queue is empty."""
        if self.classes == 1:
            return share_now
        state = self.state
        flat = state.curve.reshape(-1, self.classes)
        head = np.maximum(np.minimum(state.head, tick - 1), 1)
        upto = flat.take(self._row + head % RING, axis=0)
        cohort = upto - flat.take(self._row + (head - 1) % RING, axis=0)
        # A copy: the differences below would turn a view into the last class's share. Who has left is not at the head.
        total = cohort[:, :, -1:] * (upto[:, :, -1:] > state.left[:, :, -1:])
        cohort[:, :, 1:] = cohort[:, :, 1:] - cohort[:, :, :-1]
        cohort[:] = np.maximum(cohort, 0.0) * (total > 0.0)
        result: Floats = (cohort + share_now * _EXPECTED) / (total + _EXPECTED)
        return result

    def leave(self, tick: int, served: Floats) -> Floats:
        """Take ``served`` (runs, machines) of the oldest; their classes, (runs, machines, classes)."""
        if self.classes == 1:
            return served[:, :, None]
        state = self.state
        flat = state.curve.reshape(-1, self.classes)
        # Never more than came: what moved between queues was rounded, and nobody may leave who is not there.
        came = state.curve[:, :, tick % RING, -1]
        total = np.minimum(state.left[:, :, -1] + served, came)
        np.maximum(state.head, tick - RING + 2, out=state.head)
        while True:
            upto = flat.take(self._row + state.head % RING, axis=0)
            behind = (upto[:, :, -1] <= total) & (state.head < tick)
            if not np.count_nonzero(behind):
                break
            state.head += behind
        before = flat.take(self._row + (state.head - 1) % RING, axis=0)
        cohort = upto - before
        size = np.maximum(cohort[:, :, -1], 1.0)
        share = np.minimum((total - before[:, :, -1]) / size, 1.0)
        left = before + np.floor(cohort * share[:, :, None] + 0.5)
        left = np.minimum(np.maximum(left, state.left), upto)
        left[:, :, -1] = total
        left = np.minimum(left, total[:, :, None])
        left = np.maximum.accumulate(left, axis=2)
        # Rounded class by class, a class may seem to have come back: then the next one has not left yet.
        gone: Floats = np.maximum.accumulate(left - state.left, axis=2)
        np.minimum(gone, (total - state.left[:, :, -1])[:, :, None], out=gone)
        state.left = state.left + gone
        gone[:, :, 1:] -= gone[:, :, :-1].copy()
        return gone

    def content(self, run: int, machine: int, tick: int) -> Floats:
        """Who is in a machine's queue before ``tick``, by class: (classes,)."""
        state = self.state
        upto: Floats = state.curve[run, machine, (tick - 1) % RING] - state.left[run, machine]
        upto[1:] -= upto[:-1].copy()
        return np.maximum(upto, 0.0)

    def hold(self, run: int, machine: int, tick: int, counts: Floats) -> None:
        """Make a machine's queue hold exactly these, by class, as if they had all come in the tick before."""
        if self.classes == 1:
            return
        state = self.state
        state.curve[run, machine, (tick - 2) % RING] = state.left[run, machine]
        state.curve[run, machine, (tick - 1) % RING] = state.left[run, machine] + np.add.accumulate(counts)
        state.head[run, machine] = max(tick - 1, 0)

    def clear(self, run: int, machine: int, tick: int) -> None:
        """Everything in a machine's queue is gone."""
        if self.classes > 1:
            self.state.left[run, machine] = self.state.curve[run, machine, (tick - 1) % RING]
            self.state.head[run, machine] = max(tick - 1, 0)
