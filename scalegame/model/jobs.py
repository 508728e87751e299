"""Work that need not happen now: a message queue and the pool of workers that pulls from it.

One queue for all queued classes, first come, first served; workers are one pool and pull, so nobody balances. A class
of long jobs occupies cores one by one (deliveries); short ones are walked on the cores that are left (handling). Either
way the queue delivers at least once:

* a message that is not deleted within the visibility time-out is delivered again, while the first worker goes on;
* a worker that crashes leaves its messages invisible until then; so does one that fails;
* after the most receives a message is a dead letter;
* a job done twice is one lost request, unless its class does not mind or its handler is idempotent.

An accepted request is in flight until its message is deleted or dead; then ``step`` says how it ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import DEDUPE_CPU_MS, MAX_RECEIVES, TICK_SECONDS, VISIBILITY_SECONDS
from scalegame.model.deliveries import NOT_AT_ALL, ROWS, Deliveries, Row, Sealed
from scalegame.model.draws import Stream, stream_base
from scalegame.model.exact import Floats
from scalegame.model.handling import PARTS, Handled, Handling
from scalegame.model.histogram import BUCKETS, bucket, latency
from scalegame.model.luck import LUCK_PARTS, Luck
from scalegame.model.messages import Backlog
from scalegame.model.scenario import RequestClass
from scalegame.model.servers import SLOW_SERVICE_SECONDS
from scalegame.model.snapshot import QueueView
from scalegame.model.state import Mask, Whole
from scalegame.model.waiting import Shifts

PIECES = 32
"""Deliveries of a run that begin in one tick are told apart up to this number; beyond it they are pieces of more."""
_BLOCK_CELLS = 64
"""Ticks of draws made ahead for one run; fewer where there are many."""


class Ending(IntEnum):
    """How a job ends."""

    GOOD = 0
    LATE = 1
    TWICE = 2
    DEAD = 3


@dataclass
class Terms:
    """What operators set, and what befalls; (runs,), or (runs, classes)."""

    visibility: Floats
    """Seconds until an undeleted message is visible again."""
    most_receives: Floats
    """Deliveries after which a message is a dead letter."""
    idempotent: Mask
    """(runs, classes): the handler looks whether the job is done already, which costs a write."""
    failing: Floats
    """(runs, classes): chance that a delivery fails."""


@dataclass
class JobBooks:
    """Counts since the start, latencies since the warm-up. (runs, classes), or as said."""

    accepted: Floats
    sealed: Floats
    """(runs, classes, endings)."""
    deliveries: Floats
    redelivered: Floats
    """Of the deliveries those that were not a message's first."""
    duplicates: Floats
    """How often a job was done that was done already."""
    dead_letters: Floats
    """Messages that were given up; a late worker may have done the job all the same."""
    sojourn: Floats
    """From acceptance until the job is done, (runs, classes, buckets)."""
    sojourn_ms: Floats
    waits: Floats
    """From acceptance until the first delivery, (runs, buckets)."""
    waits_ms: Floats
    """(runs,)."""


@dataclass(slots=True)
class Worked:
    """What one tick made of the jobs."""

    flow: Whole
    """run x classes + class, 1-d, as are the next two."""
    ending: Whole
    weight: Floats
    busy: Floats
    """Cores at work, (runs,)."""


class Jobs:
    """The queues and workers of a batch of runs."""

    def __init__(self, classes: Sequence[RequestClass], seeds: NDArray[np.int64], shifts: Shifts) -> None:
        self.runs, self.classes = len(seeds), len(classes)
        runs, k = self.runs, self.classes
        self._work = np.array([c.job_ms for c in classes]) / 1000.0
        self._limit = np.array([c.job_seconds for c in classes])
        self._doubles = np.array([c.doubles for c in classes])
        poison = np.array([c.poison for c in classes])
        # The longest jobs' classes are known one by one, whatever their workers' pace is.
        self._long = np.flatnonzero(self._work >= SLOW_SERVICE_SECONDS)
        self._short = np.flatnonzero((self._work > 0.0) & (self._work < SLOW_SERVICE_SECONDS))
        self.terms = Terms(
            visibility=np.full(runs, VISIBILITY_SECONDS),
            most_receives=np.full(runs, float(MAX_RECEIVES)),
            idempotent=np.zeros((runs, k), dtype=np.bool_),
            failing=np.zeros((runs, k)),
        )
        self.books = JobBooks(
            accepted=np.zeros((runs, k)),
            sealed=np.zeros((runs, k, len(Ending))),
            deliveries=np.zeros((runs, k)),
            redelivered=np.zeros((runs, k)),
            duplicates=np.zeros((runs, k)),
            dead_letters=np.zeros((runs, k)),
            sojourn=np.zeros((runs, k, BUCKETS)),
            sojourn_ms=np.zeros((runs, k)),
            waits=np.zeros((runs, BUCKETS)),
            waits_ms=np.zeros(runs),
        )
        self.backlog = Backlog(runs, len(self._long))
        self.deliveries = Deliveries(runs)
        bases = np.array(
            [[stream_base(s, Stream.JOB, part) for s in seeds.tolist()] for part in range(3 * LUCK_PARTS + PARTS)],
            dtype=np.uint64,
        )
        block = max(_BLOCK_CELLS // runs, 8)
        variations = [c.scv for c in classes]
        self._first_luck, self._again_luck, self._short_luck = (
            Luck(bases[i * LUCK_PARTS : (i + 1) * LUCK_PARTS], PIECES, block, variations, poison) for i in range(3)
        )
        self.handling = Handling(bases[3 * LUCK_PARTS :], len(self._short), shifts, block)

    # A tick ----------------------------------------------------------------------------------------------------------

    def step(self, tick: int, accepted: Floats, cores: Floats, pace: Floats, counted: bool) -> Worked:
        """accepted: whole messages put in this tick, (runs, classes); cores: of the workers that are up, whole, (runs,);
        pace: how many times as long work takes on them, (runs,); counted: latencies go into the books."""
        self.books.accepted += accepted
        work = (self._work + self.terms.idempotent * (DEDUPE_CPU_MS / 1000.0)) * pace[:, None]
        begins = tick * TICK_SECONDS
        sealed = self.deliveries.pass_time(begins + TICK_SECONDS, cores, self.terms.most_receives)
        endings = [self._seal(sealed, counted)] if sealed.run.size else []
        working = self.deliveries.working()
        free = np.maximum(cores - working, 0.0)
        taken = self._retake(tick, free, work)
        if self._long.size:
            taken = taken + self._start_long(tick, accepted[:, self._long], free - taken, taken, work, counted)
        busy = working + taken
        if self._short.size:
            left = free - taken
            handled = self.handling.step(tick, accepted[:, self._short], left, work[:, self._short])
            busy = busy + np.minimum(self.handling.state.busy, left)
            if handled.run.size:
                done = self._finish_short(tick, handled, work, counted)
                if done.run.size:
                    endings.append(self._seal(done, counted))
        flow, ending, weight = (
            (np.concatenate(part) for part in zip(*endings, strict=True))
            if endings
            else (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64), np.zeros(0))
        )
        return Worked(flow, ending, weight, busy)

    def _retake(self, tick: int, free: Floats, work: Floats) -> Floats:
        """Messages that are visible again go first: they are the oldest."""

        def redraw(pieces: Floats, number: Whole, start: Floats) -> None:
            run, kind = pieces[Row.RUN].astype(np.int64), pieces[Row.KIND].astype(np.int64)
            luck = self._again_luck.of(tick, run, kind, number)
            pieces[Row.ENDS] = start + work[run, kind] * luck.multiple
            pieces[Row.EXPIRES] = start + self.terms.visibility.take(run)
            pieces[Row.FAILS] = np.maximum(pieces[Row.POISON], luck.u < self.terms.failing[run, kind])
            np.add.at(self.books.deliveries, (run, kind), pieces[Row.WEIGHT])
            np.add.at(self.books.redelivered, (run, kind), pieces[Row.WEIGHT])

        return self.deliveries.retake(free, tick * TICK_SECONDS, redraw)

    def _start_long(
        self, tick: int, came: Floats, free: Floats, before: Floats, work: Floats, counted: bool
    ) -> Floats:
        """First deliveries of long jobs on free cores; ``before``: cores that were taken in this tick already, (runs,).

        Returns how many began, (runs,).
        """
        self.backlog.put(tick, came)
        lots = self.backlog.take(np.minimum(free, self._allowed(free)))
        if not lots.run.size:
            return np.zeros(self.runs)
        lot, weight, number = lots.pieces(PIECES, self.runs)
        run, kind = lots.run.take(lot), self._long.take(lots.kind.take(lot))
        luck = self._first_luck.of(tick, run, kind, number)
        born = (lots.tick.take(lot) + luck.moment) * TICK_SECONDS
        order = np.lexsort((born, run))
        upto = np.add.accumulate(weight.take(order))
        each = np.bincount(run, weight, self.runs)
        upto -= (np.add.accumulate(each) - each - before).take(run)
        start = np.empty(run.size)
        start[order] = self.deliveries.begin(run, upto, tick * TICK_SECONDS)
        np.maximum(start, born, out=start)
        pieces = self._first_deliveries(run, kind, weight, born, start)
        pieces[Row.ENDS] = start + work[run, kind] * luck.multiple
        pieces[Row.POISON] = luck.poison
        pieces[Row.FAILS] = np.maximum(luck.poison, luck.u < self.terms.failing[run, kind])
        pieces[Row.ON_CORE] = 1.0
        self.deliveries.add(pieces)
        self._note_start(run, kind, weight, start - born, counted)
        return each

    def _allowed(self, free: Floats) -> Floats:
        """Cores that long jobs may take, (runs,): those that short ones leave idle, or any where they came before the
        oldest short one."""
        if not self._short.size:
            return free
        short = self.handling
        idle = np.where(short.waiting() >= 1.0, 0.0, np.floor(free - short.state.busy))
        first = self.backlog.state.head <= short.queue.state.head
        return np.where(first | (short.queue.state.content == 0.0), free, np.maximum(idle, 0.0))

    def _finish_short(self, tick: int, handled: Handled, work: Floats, counted: bool) -> Sealed:
        """First deliveries of short jobs that ended: those that are done, and what is left of the others."""
        run, kind, weight, born, start = handled.run, self._short.take(handled.kind), handled.weight, handled.born, handled.start
        self._note_start(run, kind, weight, start - born, counted)
        luck = self._short_luck.of(tick, run, kind, handled.number)
        took = work[run, kind] * luck.multiple
        fails = np.maximum(luck.poison, luck.u < self.terms.failing[run, kind]) > 0.0
        over = took > self.terms.visibility.take(run)
        back = fails | over
        if np.count_nonzero(back):
            pieces = self._first_deliveries(run[back], kind[back], weight[back], born[back], start[back])
            done = ~fails[back]
            pieces[Row.ENDS] = NOT_AT_ALL
            pieces[Row.COPIES] = done
            pieces[Row.DONE] = np.where(done, (start + took)[back], NOT_AT_ALL)
            pieces[Row.FAILS] = fails[back]
            pieces[Row.POISON] = luck.poison[back]
            self.deliveries.add(pieces)
        good = ~back
        seconds = (start + took - born)[good]
        return Sealed(
            run[good], kind[good], weight[good], seconds, np.ones(seconds.size), np.zeros(seconds.size, dtype=np.bool_)
        )

    def _first_deliveries(self, run: Whole, kind: Whole, weight: Floats, born: Floats, start: Floats) -> Floats:
        pieces = np.zeros((ROWS, run.size))
        pieces[Row.RUN] = run
        pieces[Row.KIND] = kind
        pieces[Row.WEIGHT] = weight
        pieces[Row.BORN] = born
        pieces[Row.RECEIVES] = 1.0
        pieces[Row.EXPIRES] = start + self.terms.visibility.take(run)
        pieces[Row.HAS_MESSAGE] = 1.0
        pieces[Row.DONE] = NOT_AT_ALL
        return pieces

    # Books -----------------------------------------------------------------------------------------------------------

    def _note_start(self, run: Whole, kind: Whole, weight: Floats, seconds: Floats, counted: bool) -> None:
        books = self.books
        np.add.at(books.deliveries, (run, kind), weight)
        if counted:
            milliseconds = seconds * 1000.0
            np.add.at(books.waits, (run, bucket(milliseconds)), weight)
            np.add.at(books.waits_ms, run, weight * milliseconds)

    def _seal(self, sealed: Sealed, counted: bool) -> tuple[Whole, Whole, Floats]:
        """Book messages that are gone; their flow, ending and weight."""
        books = self.books
        run, kind, weight = sealed.run, sealed.kind, sealed.weight
        never = sealed.seconds >= NOT_AT_ALL
        harmless = self._doubles.take(kind) | self.terms.idempotent[run, kind]
        ending = np.where(sealed.seconds > self._limit.take(kind), int(Ending.LATE), int(Ending.GOOD))
        ending = np.where(never, int(Ending.DEAD), ending)
        ending = np.where((sealed.times > 1.0) & ~harmless, int(Ending.TWICE), ending)
        np.add.at(books.sealed, (run, kind, ending), weight)
        again = np.flatnonzero(sealed.times > 1.0)
        if again.size:
            np.add.at(books.duplicates, (run[again], kind[again]), weight[again] * (sealed.times[again] - 1.0))
        dead = np.flatnonzero(sealed.dead)
        if dead.size:
            np.add.at(books.dead_letters, (run[dead], kind[dead]), weight[dead])
        if counted:
            done = np.flatnonzero(~never)
            milliseconds = sealed.seconds[done] * 1000.0
            np.add.at(books.sojourn, (run[done], kind[done], bucket(milliseconds)), weight[done])
            np.add.at(books.sojourn_ms, (run[done], kind[done]), weight[done] * milliseconds)
        return run * self.classes + kind, ending, weight

    # Failure ---------------------------------------------------------------------------------------------------------

    def crash(self, run: int, share: float, tick: int, u: float) -> float:
        """A share of a run's workers died at the start of ``tick``: what they had in hand stays invisible until its
        time-out. u: a uniform that rounds. Returns how many messages they were at work on."""
        lost = self.deliveries.crash(run, share, u)
        if not self._short.size:
            return lost
        short = self.handling
        there = short.in_service(np.full(self.runs, 1e300))[run]
        lots = short.crash(run, float(np.floor(there * share + u)))
        if lots.run.size:
            now = np.full(lots.run.size, tick * TICK_SECONDS)
            born = lots.tick * TICK_SECONDS
            pieces = self._first_deliveries(lots.run, self._short.take(lots.kind), lots.weight, born, now)
            pieces[Row.ENDS] = NOT_AT_ALL
            self.deliveries.add(pieces)
            np.add.at(self.books.deliveries, (lots.run, self._short.take(lots.kind)), lots.weight)
        return lost + float(np.add.accumulate(lots.weight)[-1]) if lots.run.size else lost

    # Looking ---------------------------------------------------------------------------------------------------------

    def inside(self) -> Floats:
        """Accepted messages that are not sealed, (runs, classes)."""
        result = self.deliveries.held(self.classes)
        result[:, self._long] += self.backlog.held()
        result[:, self._short] += self.handling.queue.held()
        return result

    def view(self, run: int, tick: int) -> QueueView:
        """What there is to see of a run's queue before ``tick``."""
        short, long = self.handling, self.backlog.state
        pieces = self.deliveries.state.pieces
        mine = pieces[:, pieces[Row.RUN] == run]
        visible = mine[Row.VISIBLE] > 0.0
        again = float(mine[Row.WEIGHT, visible].sum())
        on_core = mine[Row.ON_CORE] > 0.0
        working = float(mine[Row.WEIGHT, on_core].sum())
        hidden = (mine[Row.HAS_MESSAGE] > 0.0) & ~visible & ~on_core
        in_service = float(short.in_service(np.full(self.runs, 1e300))[run])
        waiting = float(short.state.n[run]) - in_service
        born = [mine[Row.BORN, visible].min()] if again else []
        born += [long.head[run] * TICK_SECONDS] if long.content[run] else []
        born += [short.queue.state.head[run] * TICK_SECONDS] if waiting else []
        books = self.books
        return QueueView(
            depth=int(again + float(long.content[run]) + waiting),
            oldest_seconds=max(tick * TICK_SECONDS - float(min(born)), 0.0) if born else 0.0,
            in_work=int(working + in_service),
            invisible=int(mine[Row.WEIGHT, hidden].sum()),
            accepted=int(books.accepted[run].sum()),
            redelivered=int(books.redelivered[run].sum()),
            duplicates=int(books.duplicates[run].sum()),
            dead_letters=int(books.dead_letters[run].sum()),
            wait=latency(books.waits[run], float(books.waits_ms[run])),
            sojourn=latency(books.sojourn[run].sum(axis=0), float(np.add.accumulate(books.sojourn_ms[run])[-1])),
        )

    def arrays(self, run: int, tick: int) -> list[NDArray[np.generic]]:
        """All that a run's future depends on and its books hold, for a hash: the same alone and among others."""
        pieces = self.deliveries.state.pieces
        arrays: list[NDArray[np.generic]] = [pieces[Row.WEIGHT :, pieces[Row.RUN] == run], pieces[Row.KIND, pieces[Row.RUN] == run]]
        return arrays
