"""How jobs ended and how long they took: the books of the queues. Counts are whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.numbers.histogram import BUCKETS, bucket
from scalegame.model.queue.deliveries import NOT_AT_ALL, Sealed
from scalegame.model.scenario import RequestClass
from scalegame.model.state import Mask, Whole


class Ending(IntEnum):
    """How a job ends."""

    GOOD = 0
    LATE = 1
    TWICE = 2
    DEAD = 3
    """It went to the dead letters and was never done."""


@dataclass
class JobLedger:
    """Counts since the start, times since the warm-up. (runs, classes), or as said."""

    accepted: Floats
    sealed: Floats
    """Requests whose job has ended or whose time was up: (runs, classes, endings)."""
    overdue: Floats
    """Of those the ones whose message is still there: nobody takes it out of the queue."""
    deliveries: Floats
    redelivered: Floats
    """Of the deliveries those that were not their message's first."""
    duplicates: Floats
    """How often a job was done that was done already."""
    absorbed: Floats
    """How often an idempotent handler saw in time that it was; not among the duplicates."""
    dead_letters: Floats
    """Messages that were given up; a late worker may have done the job all the same."""
    sojourn: Floats
    """From acceptance until the job is first done, (runs, classes, buckets)."""
    sojourn_ms: Floats
    waits: Floats
    """From acceptance until the first delivery, (runs, buckets)."""
    waits_ms: Floats
    """(runs,)."""


class JobBooks:
    """Writes the ledger of the queues."""

    def __init__(self, classes: Sequence[RequestClass], runs: int) -> None:
        k = len(classes)
        self.classes = k
        self._limit = np.array([c.job_seconds for c in classes])
        self._doubles = np.array([c.doubles for c in classes])
        self.state = JobLedger(
            accepted=np.zeros((runs, k)),
            sealed=np.zeros((runs, k, len(Ending))),
            overdue=np.zeros((runs, k)),
            deliveries=np.zeros((runs, k)),
            redelivered=np.zeros((runs, k)),
            duplicates=np.zeros((runs, k)),
            absorbed=np.zeros((runs, k)),
            dead_letters=np.zeros((runs, k)),
            sojourn=np.zeros((runs, k, BUCKETS)),
            sojourn_ms=np.zeros((runs, k)),
            waits=np.zeros((runs, BUCKETS)),
            waits_ms=np.zeros(runs),
        )

    def first_delivery(self, run: Whole, kind: Whole, weight: Floats, seconds: Floats, counted: bool) -> None:
        """Messages that a worker has taken after so many seconds in the queue; all 1-d."""
        state = self.state
        np.add.at(state.deliveries, (run, kind), weight)
        if counted:
            milliseconds = seconds * 1000.0
            np.add.at(state.waits, (run, bucket(milliseconds)), weight)
            np.add.at(state.waits_ms, run, weight * milliseconds)

    def redelivery(self, run: Whole, kind: Whole, weight: Floats) -> None:
        """Messages that another worker has taken before."""
        np.add.at(self.state.deliveries, (run, kind), weight)
        np.add.at(self.state.redelivered, (run, kind), weight)

    def seal(self, sealed: Sealed, idempotent: Mask, counted: bool) -> tuple[Whole, Whole, Floats]:
        """Messages that are gone for good. idempotent: (runs, classes).

        Returns run x classes + class, ending and weight of those whose request was still in flight.
        """
        state = self.state
        run, kind, weight = sealed.run, sealed.kind, sealed.weight
        never = sealed.seconds >= NOT_AT_ALL
        harmless = self._doubles.take(kind) | idempotent[run, kind]
        ending = np.where(sealed.seconds > self._limit.take(kind), int(Ending.LATE), int(Ending.GOOD))
        ending = np.where(never, int(Ending.DEAD), ending)
        ending = np.where((sealed.times > 1.0) & ~harmless, int(Ending.TWICE), ending)
        fresh = ~sealed.overdue
        np.add.at(state.sealed, (run[fresh], kind[fresh], ending[fresh]), weight[fresh])
        np.add.at(state.overdue, (run[sealed.overdue], kind[sealed.overdue]), -weight[sealed.overdue])
        again = np.flatnonzero(sealed.times > 1.0)
        if again.size:
            more = weight[again] * (sealed.times[again] - 1.0)
            seen = idempotent[run[again], kind[again]]
            np.add.at(state.duplicates, (run[again], kind[again]), more * ~seen)
            np.add.at(state.absorbed, (run[again], kind[again]), more * seen)
        dead = np.flatnonzero(sealed.dead)
        if dead.size:
            np.add.at(state.dead_letters, (run[dead], kind[dead]), weight[dead])
        if counted:
            done = np.flatnonzero(~never)
            milliseconds = sealed.seconds[done] * 1000.0
            np.add.at(state.sojourn, (run[done], kind[done], bucket(milliseconds)), weight[done])
            np.add.at(state.sojourn_ms, (run[done], kind[done]), weight[done] * milliseconds)
        flow = run * self.classes + kind
        return flow[fresh], ending[fresh], weight[fresh]

    def unsealed(self, run: int) -> Floats:
        """Requests that wait for the end of their job, (classes,)."""
        result: Floats = self.state.accepted[run] - np.add.accumulate(self.state.sealed[run], axis=1)[:, -1]
        return result

    def close(self, run: int) -> None:
        """What has not ended never will."""
        self.state.sealed[run, :, Ending.LATE] += self.unsealed(run)
        self.state.overdue[run] = 0.0

    def give_up(self, counts: Floats) -> None:
        """Requests whose time is up, (runs, classes); their messages stay."""
        self.state.sealed[:, :, Ending.LATE] += counts
        self.state.overdue += counts
