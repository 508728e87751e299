"""Work that need not happen now: a message queue and the pool of workers that pulls from it.

One queue for all queued classes, first come, first served; workers are one pool and pull, so nobody balances. A class
of long jobs occupies cores one by one (deliveries); short ones are walked on the cores that are left (handling). Either
way the queue delivers at least once:

* a message that is not deleted within the visibility time-out is delivered again, while the first worker goes on;
* a worker that crashes leaves its messages invisible until then; so does one that fails;
* after the most receives a message is a dead letter;
* a job done twice is one lost request, unless its class does not mind or its handler is idempotent.

An accepted request is in flight until its message is deleted or dead, or the time for its job is up; then ``step`` says
how it ended. Nobody takes a message whose time is up out of the queue: workers do it in its turn, for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import DEDUPE_CPU_MS, TICK_SECONDS
from scalegame.model.numbers.draws import Stream, stream_base
from scalegame.model.numbers.exact import Floats
from scalegame.model.numbers.histogram import latency
from scalegame.model.queue.deliveries import NOT_AT_ALL, ROWS, Deliveries, Row, Sealed, cut_short, how_it_fails
from scalegame.model.queue.handling import PARTS, Handled, Handling
from scalegame.model.queue.job_books import Ending, JobBooks
from scalegame.model.queue.luck import LUCK_PARTS, Luck
from scalegame.model.queue.messages import Backlog, totals
from scalegame.model.queue.terms import first_terms
from scalegame.model.queueing.cohorts import RING
from scalegame.model.queueing.servers import SLOW_SERVICE_SECONDS
from scalegame.model.queueing.waiting import Shifts
from scalegame.model.scenario import RequestClass
from scalegame.model.snapshot import QueueView
from scalegame.model.state import Mask, Whole

LONGEST_JOB_SECONDS = 100.0
"""A job may be due within this time, or never: the queue remembers no longer who came when."""
_NO_LIMIT = 1 << 40
PIECES = 32
"""Deliveries of a run that begin in one tick are told apart up to this number; beyond it they are pieces of more."""
STREAMS = 3 * LUCK_PARTS + PARTS
"""Parts of Stream.JOB that are drawn from."""
_BLOCK_CELLS = 64
"""Ticks of draws made ahead for one run; fewer where there are many."""


@dataclass(slots=True)
class Worked:
    """What one tick made of the jobs."""

    flow: Whole
    """run x classes + class, 1-d, as are the next two."""
    ending: Whole
    weight: Floats
    waiting: Mask
    """It ended in the queue, not with a worker."""
    busy: Floats
    """Cores at work, (runs,)."""


_Endings: TypeAlias = tuple[Whole, Whole, Floats, Mask]
"""As in Worked."""


def _done(ended: tuple[Whole, Whole, Floats]) -> _Endings:
    """What left the queue in workers' hands, or for the dead letters."""
    return (*ended, ended[1] == Ending.DEAD)


class Jobs:
    """The queues and workers of a batch of runs. A class's ``job_seconds`` may be up to LONGEST_JOB_SECONDS, or more
    than any run lasts."""

    def __init__(self, classes: Sequence[RequestClass], seeds: NDArray[np.int64], shifts: Shifts) -> None:
        self.runs, self.classes = len(seeds), len(classes)
        runs, k = self.runs, self.classes
        self._work = np.array([c.job_ms for c in classes]) / 1000.0
        poison = np.array([c.poison for c in classes])
        # The longest jobs' classes are known one by one, whatever their workers' pace is.
        self._long = np.flatnonzero(self._work >= SLOW_SERVICE_SECONDS)
        self._short = np.flatnonzero((self._work > 0.0) & (self._work < SLOW_SERVICE_SECONDS))
        limit = np.array([c.job_seconds for c in classes])
        self._limited = np.flatnonzero((self._work > 0.0) & (limit <= LONGEST_JOB_SECONDS))
        self._limit = np.full(k, _NO_LIMIT, dtype=np.int64)
        """Ticks after the one of its acceptance at whose end a job's time is up for sure."""
        self._limit[self._limited] = np.ceil(limit[self._limited] / TICK_SECONDS - 1e-9).astype(np.int64)
        self.terms = first_terms(classes, runs)
        self.books = JobBooks(classes, runs)
        self.backlog = Backlog(runs, len(self._long))
        self.deliveries = Deliveries(runs)
        bases = np.array(
            [[stream_base(s, Stream.JOB, part) for s in seeds.tolist()] for part in range(STREAMS)],
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
        """Accept this tick's messages, whole, (runs, classes), and let the workers work.

        cores: of the workers that are up, whole, (runs,); pace: how many times as long work takes on them, (runs,);
        counted: times go into the books.
        """
        self.books.state.accepted += accepted
        work = (self._work + self.terms.idempotent * (DEDUPE_CPU_MS / 1000.0)) * pace[:, None]
        begins = tick * TICK_SECONDS
        sealed = self.deliveries.pass_time(begins + TICK_SECONDS, cores, self.terms.most_receives)
        endings = []
        if sealed.run.size:
            endings.append(_done(self.books.seal(sealed, self.terms.idempotent, counted)))
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
                    endings.append(_done(self.books.seal(done, self.terms.idempotent, counted)))
        if self._limited.size:
            endings += self._give_up(tick)
        if not endings:
            none = np.zeros(0, dtype=np.int64)
            return Worked(none, none, np.zeros(0), np.zeros(0, dtype=np.bool_), busy)
        flow, ending, weight, waiting = (np.concatenate(part) for part in zip(*endings, strict=True))
        return Worked(flow, ending, weight, waiting, busy)

    def _give_up(self, tick: int) -> list[_Endings]:
        """Jobs whose time is up at the end of this tick: their requests are lost."""
        counts = np.zeros((2, self.runs, self.classes))
        for kinds, queue in ((self._long, self.backlog), (self._short, self.handling.queue)):
            if kinds.size:
                ticks = tick - self._limit[kinds]
                counts[1][:, kinds] = queue.accepted_at(np.maximum(ticks, 0)) * (ticks >= 0)
        before = (tick + 1 - self._limit).astype(np.float64) * TICK_SECONDS
        pieces = self.deliveries.give_up(before, (tick + 1) * TICK_SECONDS)
        if pieces.shape[1]:
            waits = pieces[Row.VISIBLE] > 0.0
            cell = (waits * self.runs + pieces[Row.RUN]) * self.classes + pieces[Row.KIND]
            counts += totals(cell.astype(np.int64), pieces[Row.WEIGHT], counts.size).reshape(counts.shape)
        found = np.flatnonzero(counts)
        if not found.size:
            return []
        self.books.give_up(counts[0] + counts[1])
        size = self.runs * self.classes
        late = np.full(found.size, int(Ending.LATE))
        return [(found % size, late, counts.ravel().take(found), found >= size)]

    def _is_overdue(self, tick: int, kind: Whole, accepted: Whole) -> Mask:
        """Whether requests accepted in those ticks were given up before this tick."""
        late: Mask = accepted < tick - self._limit.take(kind)
        return late

    def _retake(self, tick: int, free: Floats, work: Floats) -> Floats:
        """Messages that are visible again go first: they are the oldest."""

        def redraw(pieces: Floats, number: Whole, start: Floats) -> None:
            run, kind = pieces[Row.RUN].astype(np.int64), pieces[Row.KIND].astype(np.int64)
            luck = self._again_luck.of(tick, run, kind, number)
            pieces[Row.ENDS] = start + work[run, kind] * luck.multiple
            pieces[Row.EXPIRES] = start + self.terms.visibility.take(run)
            pieces[Row.FAILS] = how_it_fails(luck.u, pieces[Row.POISON], self.terms.failing[run, kind])
            self.books.redelivery(run, kind, pieces[Row.WEIGHT])

        return self.deliveries.retake(free, tick * TICK_SECONDS, redraw)

    def _start_long(self, tick: int, came: Floats, free: Floats, before: Floats, work: Floats, counted: bool) -> Floats:
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
        each = totals(run, weight, self.runs)
        upto -= (np.add.accumulate(each) - each - before).take(run)
        start = np.empty(run.size)
        start[order] = self.deliveries.begin(run, upto, tick * TICK_SECONDS)
        np.maximum(start, born, out=start)
        pieces = self._first_deliveries(run, kind, weight, born, start)
        pieces[Row.OVERDUE] = self._is_overdue(tick, kind, lots.tick.take(lot))
        pieces[Row.ENDS] = start + work[run, kind] * luck.multiple
        pieces[Row.POISON] = luck.poison
        pieces[Row.FAILS] = how_it_fails(luck.u, luck.poison, self.terms.failing[run, kind])
        pieces[Row.ON_CORE] = 1.0
        self.deliveries.add(pieces)
        self.books.first_delivery(run, kind, weight, start - born, counted)
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
        run, kind, weight = handled.run, self._short.take(handled.kind), handled.weight
        born, start = handled.born, handled.start
        self.books.first_delivery(run, kind, weight, start - born, counted)
        luck = self._short_luck.of(tick, run, kind, handled.number)
        took = work[run, kind] * luck.multiple
        failure = how_it_fails(luck.u, luck.poison, self.terms.failing[run, kind])
        fails = failure > 0.0
        over = took > self.terms.visibility.take(run)
        overdue = self._is_overdue(tick, kind, handled.accepted)
        back = fails | over
        if np.count_nonzero(back):
            pieces = self._first_deliveries(run[back], kind[back], weight[back], born[back], start[back])
            done = ~fails[back]
            pieces[Row.ENDS] = NOT_AT_ALL
            pieces[Row.COPIES] = done
            pieces[Row.DONE] = np.where(done, (start + took)[back], NOT_AT_ALL)
            pieces[Row.FAILS] = failure[back]
            pieces[Row.POISON] = luck.poison[back]
            pieces[Row.OVERDUE] = overdue[back]
            self.deliveries.add(pieces)
        good = ~back
        seconds = (start + took - born)[good]
        never_dead = np.zeros(seconds.size, dtype=np.bool_)
        return Sealed(run[good], kind[good], weight[good], seconds, np.ones(seconds.size), never_dead, overdue[good])

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

    def close(self, run: int) -> tuple[Floats, Floats]:
        """The run is over: jobs that are not done are late, and their messages go. Returns the requests that this ends
        in the queue and in workers' hands, both (classes,); short jobs count as in the queue."""
        in_hand = self.deliveries.close(run, self.classes)
        waiting = self.books.unsealed(run) - in_hand
        for queue in (self.backlog, self.handling.queue):
            queue.clear(run)
        self.handling.state.n[run] = 0.0
        self.books.close(run)
        return waiting, in_hand

    # Failure ---------------------------------------------------------------------------------------------------------

    def crash(self, run: int, share: float, tick: int, u: float, effect: float, *, reached: bool = True) -> float:
        """A share of a run's workers died at the start of ``tick``: what they had in hand stays invisible until its
        time-out. u: a uniform that rounds; effect: one that says of which jobs the effect was there; reached: of the
        workers that the network reaches, or of those that it does not. Returns how many messages they were at work on.
        """
        lost = self.deliveries.crash(run, share, u, effect, reached=reached)
        pieces = self._short_in_hand(run, share, tick, u) if reached else None
        if pieces is not None:
            pieces[Row.ENDS] = NOT_AT_ALL
            self.deliveries.add(cut_short(pieces, effect))
            lost += float(np.add.accumulate(pieces[Row.WEIGHT])[-1])
        return lost

    def cut_off(self, run: int, share: float, tick: int, u: float, until: int, *, reached: bool = True) -> None:
        """The network does not reach a share of a run's workers, as in ``crash``, from ``tick`` until another: what
        they have in hand they cannot delete before."""
        again = until * TICK_SECONDS
        self.deliveries.cut_off(run, share, u, again, reached=reached)
        pieces = self._short_in_hand(run, share, tick, u) if reached else None
        if pieces is not None:
            self.deliveries.add_cut_off(pieces, again)

    def _short_in_hand(self, run: int, share: float, tick: int, u: float) -> Floats | None:
        """Take a share of the short jobs that workers are at out of the walk: as deliveries that began just now, or
        None where there are none."""
        if not self._short.size:
            return None
        lots = self.handling.crash(run, float(np.floor(self.handling.in_service()[run] * share + u)))
        if not lots.run.size:
            return None
        kind = self._short.take(lots.kind)
        begun, born = np.full(kind.size, tick * TICK_SECONDS), lots.tick.astype(np.float64) * TICK_SECONDS
        pieces = self._first_deliveries(lots.run, kind, lots.weight, born, begun)
        pieces[Row.OVERDUE] = self._is_overdue(tick, kind, lots.tick)
        self.books.first_delivery(lots.run, kind, lots.weight, begun - born, counted=False)
        return pieces

    # Looking ---------------------------------------------------------------------------------------------------------

    def in_flight(self, run: int) -> int:
        """Requests that wait for the end of their job."""
        return int(self.books.unsealed(run).sum())

    def depth(self) -> Floats:
        """Messages that wait for a worker, (runs,); of short jobs no whole number (see handling)."""
        waiting: Floats = self.deliveries.visible() + self.backlog.state.content
        return waiting + self.handling.waiting() if self._short.size else waiting

    def in_hand(self) -> Floats:
        """Messages that a worker is at, (runs,)."""
        working = self.deliveries.working()
        return working + self.handling.in_service() if self._short.size else working

    def inside(self) -> Floats:
        """Accepted messages that are not deleted or dead, (runs, classes)."""
        result = self.deliveries.held(self.classes)
        result[:, self._long] += self.backlog.held()
        result[:, self._short] += self.handling.queue.held()
        return result

    def oldest(self, run: int, tick: int) -> list[float]:
        """How many seconds the oldest message of each class that waits for a worker has waited before ``tick``."""
        ages = [0.0] * self.classes
        pieces = self.deliveries.state.pieces
        again = (pieces[Row.RUN] == run) & (pieces[Row.VISIBLE] > 0.0)
        for kind in sorted(dict.fromkeys(pieces[Row.KIND, again].tolist())):
            born = pieces[Row.BORN, again & (pieces[Row.KIND] == kind)].min()
            ages[int(kind)] = tick * TICK_SECONDS - float(born)
        queues = ((self._long, self.backlog), (self._short, self.handling.queue))
        for kinds, queue in queues:
            if queue.state.content[run] > 0.0:
                ticks = np.arange(queue.state.head[run], tick)
                waiting = queue.state.cells[run, ticks % RING] > 0.0
                for k, kind in enumerate(kinds.tolist()):
                    if waiting[:, k].any():
                        ages[kind] = max(ages[kind], (tick - int(ticks[waiting[:, k].argmax()])) * TICK_SECONDS)
        return ages

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
        in_service = float(short.in_service()[run])
        waiting = float(np.floor(short.waiting()[run] + 0.5))
        born = [mine[Row.BORN, visible].min()] if again else []
        born += [long.head[run] * TICK_SECONDS] if long.content[run] else []
        born += [short.queue.state.head[run] * TICK_SECONDS] if waiting else []
        books = self.books.state
        return QueueView(
            depth=int(again + float(long.content[run]) + waiting),
            oldest_seconds=max(tick * TICK_SECONDS - float(min(born)), 0.0) if born else 0.0,
            in_work=int(working + in_service),
            invisible=int(mine[Row.WEIGHT, hidden].sum()),
            accepted=int(books.accepted[run].sum()),
            redelivered=int(books.redelivered[run].sum()),
            duplicates=int(books.duplicates[run].sum()),
            absorbed=int(books.absorbed[run].sum()),
            dead_letters=int(books.dead_letters[run].sum()),
            wait=latency(books.waits[run], float(books.waits_ms[run])),
            sojourn=latency(books.sojourn[run].sum(axis=0), float(np.add.accumulate(books.sojourn_ms[run])[-1])),
        )

    def arrays(self, run: int, tick: int) -> list[NDArray[np.generic]]:
        """All that a run's future depends on and its books hold, for a hash: the same alone and among others."""
        pieces = self.deliveries.state.pieces
        short, walk = self.handling.queue.state, self.handling.state
        arrays = [pieces[1:, pieces[Row.RUN] == run], walk.rates[run]]
        arrays += [np.stack([part[run] for part in (walk.n, walk.rho, walk.rate, walk.busy, walk.age)])]
        for queue in (self.backlog.state, short):
            if queue.content[run] > 0.0:
                here = np.arange(queue.head[run], tick) % RING
                arrays += [queue.head[run : run + 1], queue.cells[run, here]]
                if queue is short:
                    arrays.append(walk.foreseen[run, here])
        for part in (self.terms, self.books.state):
            arrays += [getattr(part, field.name)[run] for field in fields(part)]
        return arrays
