"""Messages in workers' hands, one by one: on a core, invisible until the visibility time-out, back in the queue.

A delivery keeps a core from its start to its end. One that has not deleted its message by the visibility time-out loses
it: the message is visible again, at its old place in the queue, and the worker goes on without it. Time is exact here:
a core that is freed between two ticks begins its next message at that very moment.

Few deliveries are single messages; many at once are pieces of whole weight, that begin and end together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from scalegame.model.catalogue import CRASHED_JOB_SHARE, TICK_SECONDS
from scalegame.model.numbers.exact import Floats
from scalegame.model.queue.messages import numbered, totals
from scalegame.model.state import Mask, Whole

NOT_AT_ALL = 1e300
"""A moment that does not come, in seconds."""


class Row(IntEnum):
    """What is known of a piece; see Deliveries."""

    RUN = 0
    KIND = 1
    WEIGHT = 2
    BORN = 3
    """When the message was accepted, in seconds."""
    RECEIVES = 4
    """How many deliveries the message has had, this one included."""
    ENDS = 5
    """When the worker is done with it; for a message in the queue, when its last worker deletes it after all."""
    EXPIRES = 6
    """When the message is (or became) visible again."""
    ON_CORE = 7
    """1 while a core works on it."""
    HAS_MESSAGE = 8
    """0 where the message went back into the queue meanwhile."""
    VISIBLE = 9
    """1 in the queue again."""
    COPIES = 10
    """How often the job is done by earlier deliveries that lost the message."""
    DONE = 11
    """When the first of those is done with it."""
    FAILS = 12
    """1 where this delivery ends without success, 2 where the job had its effect before (see Failure)."""
    POISON = 13
    """1 where every delivery does."""
    OVERDUE = 14
    """1 where its request is lost already: the time for the job was up."""
    CUT_OFF = 15
    """When the network reaches its worker again, which cannot delete the message before; 0 where it does."""


ROWS = len(Row)


class Failure(IntEnum):
    """How a delivery fails."""

    BEFORE = 1
    """Before the job had its effect."""
    AFTER = 2
    """After it, but before the message was deleted: who gets the message next does the job once more."""


@dataclass
class InHand:
    """Pieces in the order in which they came, of all runs."""

    pieces: Floats
    """(ROWS, pieces)."""


@dataclass(slots=True)
class Sealed:
    """Messages that left the queue for good: 1-d arrays of one length."""

    run: Whole
    kind: Whole
    weight: Floats
    seconds: Floats
    """From acceptance until the job was first done; NOT_AT_ALL where it never was."""
    times: Floats
    """How often it was done."""
    dead: Mask
    """It went to the dead letters."""
    overdue: Mask
    """Its request was lost before: the time for the job was up."""


def nothing_sealed() -> Sealed:
    none, empty = np.zeros(0, dtype=np.int64), np.zeros(0)
    never = np.zeros(0, dtype=np.bool_)
    return Sealed(none, none, empty, empty, empty, never, never)


class Deliveries:
    """What the workers of all runs have taken out of their queues."""

    def __init__(self, runs: int) -> None:
        self.runs = runs
        self.state = InHand(np.zeros((ROWS, 0)))
        self._cut_off = False
        """Some worker is out of reach."""
        self._freed_run: Whole = np.zeros(0, dtype=np.int64)
        self._freed_at = self._freed_upto = np.zeros(0)
        self._freed_before = self._idle = np.zeros(runs)

    def working(self) -> Floats:
        """Cores at work of workers that the network reaches, (runs,)."""
        pieces = self.state.pieces
        weight = pieces[Row.WEIGHT] * pieces[Row.ON_CORE]
        if self._cut_off:
            weight *= pieces[Row.CUT_OFF] == 0.0
        return totals(pieces[Row.RUN].astype(np.int64), weight, self.runs)

    def out_of_reach(self, run: int) -> float:
        """Cores at work of a run's workers that the network does not reach."""
        pieces = self.state.pieces
        there = (pieces[Row.RUN] == run) & (pieces[Row.CUT_OFF] > 0.0)
        return float(np.add.reduce(pieces[Row.WEIGHT, there] * pieces[Row.ON_CORE, there]))

    def visible(self) -> Floats:
        """Messages that wait for another delivery, (runs,)."""
        pieces = self.state.pieces
        return totals(pieces[Row.RUN].astype(np.int64), pieces[Row.WEIGHT] * pieces[Row.VISIBLE], self.runs)

    def held(self, classes: int) -> Floats:
        """Messages that are not sealed, (runs, classes)."""
        pieces = self.state.pieces
        flow = (pieces[Row.RUN] * classes + pieces[Row.KIND]).astype(np.int64)
        weight = pieces[Row.WEIGHT] * pieces[Row.HAS_MESSAGE]
        return totals(flow, weight, self.runs * classes).reshape(self.runs, classes)

    def add(self, pieces: Floats) -> None:
        """More pieces, (ROWS, n), each run's in its own order."""
        self.state.pieces = np.concatenate([self.state.pieces, pieces], axis=1)

    # What falls due --------------------------------------------------------------------------------------------------

    def pass_time(self, now: float, cores: Floats, most_receives: Floats) -> Sealed:
        """All that happens until ``now``, the tick's end: messages become visible, workers finish.

        cores: that there are, (runs,); most_receives: deliveries until a message is a dead letter, (runs,).
        """
        pieces = self.state.pieces
        if not pieces.shape[1]:
            self._freed_run = np.zeros(0, dtype=np.int64)
            self._freed_before, self._idle = np.zeros(self.runs), cores
            return nothing_sealed()
        if self._cut_off:
            self._reach(pieces, now - 0.5 * TICK_SECONDS)
        idle = cores - self.working()
        has_message = pieces[Row.HAS_MESSAGE] > 0.0
        expired = has_message & (pieces[Row.VISIBLE] == 0.0) & (pieces[Row.EXPIRES] < now)
        # A worker that succeeds within the time-out deletes the message first.
        in_time = (pieces[Row.ENDS] <= pieces[Row.EXPIRES]) & (pieces[Row.FAILS] == 0.0)
        expired &= ~(in_time & (pieces[Row.ON_CORE] > 0.0))
        gone = np.zeros(pieces.shape[1], dtype=np.bool_)
        if np.count_nonzero(expired):
            pieces, gone = self._become_visible(pieces, expired, most_receives)
        ended = (pieces[Row.ENDS] < now) & (pieces[Row.ON_CORE] > 0.0)
        self._free(pieces, ended, idle)
        if np.count_nonzero(ended):
            pieces[Row.ON_CORE, ended] = 0.0
            deleted = ended & (pieces[Row.HAS_MESSAGE] > 0.0) & (pieces[Row.FAILS] == 0.0)
            pieces[Row.COPIES, deleted] += 1.0
            pieces[Row.DONE, deleted] = np.minimum(pieces[Row.DONE, deleted], pieces[Row.ENDS, deleted])
            gone |= deleted
        # A worker that is late deletes a message that nobody else has taken since; who could takes it in the same tick.
        stays = (pieces[Row.VISIBLE] > 0.0) & (pieces[Row.EXPIRES] < now - TICK_SECONDS)
        gone |= stays & (pieces[Row.ENDS] < now)
        over = gone | ((pieces[Row.ON_CORE] == 0.0) & (pieces[Row.HAS_MESSAGE] == 0.0))
        if not np.count_nonzero(over):
            self.state.pieces = pieces
            return nothing_sealed()
        sealed = pieces[:, gone]
        self.state.pieces = pieces[:, ~over]
        return Sealed(
            run=sealed[Row.RUN].astype(np.int64),
            kind=sealed[Row.KIND].astype(np.int64),
            weight=sealed[Row.WEIGHT],
            seconds=np.where(sealed[Row.DONE] < NOT_AT_ALL, sealed[Row.DONE] - sealed[Row.BORN], NOT_AT_ALL),
            times=sealed[Row.COPIES],
            dead=sealed[Row.VISIBLE] < 0.0,
            overdue=sealed[Row.OVERDUE] > 0.0,
        )

    def give_up(self, before: Floats, now: float) -> Floats:
        """Mark as overdue what was accepted ``before`` a moment, seconds by class, and is not done by ``now``; nobody
        tells the workers. Returns copies of those pieces, (ROWS, n)."""
        pieces = self.state.pieces
        late = pieces[Row.BORN] < before.take(pieces[Row.KIND].astype(np.int64))
        late &= (pieces[Row.HAS_MESSAGE] > 0.0) & (pieces[Row.OVERDUE] == 0.0) & (pieces[Row.DONE] >= now)
        pieces[Row.OVERDUE, late] = 1.0
        return pieces[:, late]

    def close(self, run: int, classes: int) -> Floats:
        """A run's deliveries are of no interest any more. Returns the requests that workers had in hand and that were
        not given up before, (classes,)."""
        pieces = self.state.pieces
        mine = pieces[Row.RUN] == run
        waits = mine & (pieces[Row.HAS_MESSAGE] > 0.0) & (pieces[Row.VISIBLE] == 0.0) & (pieces[Row.OVERDUE] == 0.0)
        self.state.pieces = pieces[:, ~mine]
        return totals(pieces[Row.KIND, waits].astype(np.int64), pieces[Row.WEIGHT, waits], classes)

    def _become_visible(self, pieces: Floats, expired: Mask, most_receives: Floats) -> tuple[Floats, Mask]:
        """Messages return to the queue, or to the dead letters (marked by VISIBLE -1); workers go on without them."""
        back = pieces[:, expired]
        works_on = back[Row.ON_CORE] > 0.0
        succeeds = works_on & (back[Row.FAILS] == 0.0)
        left_behind = back[:, works_on]
        left_behind[Row.HAS_MESSAGE] = 0.0
        back[Row.COPIES] += succeeds | (back[Row.FAILS] == Failure.AFTER)
        back[Row.DONE] = np.where(succeeds, np.minimum(back[Row.DONE], back[Row.ENDS]), back[Row.DONE])
        # Who cannot reach the queue gives up deleting: only who could all the while still does, though late.
        back[Row.ENDS] = np.where(succeeds & (back[Row.CUT_OFF] == 0.0), back[Row.ENDS], NOT_AT_ALL)
        back[Row.ON_CORE] = back[Row.CUT_OFF] = 0.0
        dead = back[Row.RECEIVES] >= most_receives.take(back[Row.RUN].astype(np.int64))
        back[Row.VISIBLE] = np.where(dead, -1.0, 1.0)
        pieces = np.concatenate([pieces[:, ~expired], left_behind, back], axis=1)
        return pieces, pieces[Row.VISIBLE] < 0.0

    # Cores -----------------------------------------------------------------------------------------------------------

    def _free(self, pieces: Floats, ended: Mask, idle: Floats) -> None:
        """Remember when each core was freed, in each run's order of time."""
        run, ends = pieces[Row.RUN, ended].astype(np.int64), pieces[Row.ENDS, ended]
        order = np.lexsort((ends, run))
        weight = pieces[Row.WEIGHT, ended][order]
        self._freed_run, self._freed_at = run[order], ends[order]
        self._freed_upto = np.add.accumulate(weight)
        each = totals(self._freed_run, weight, self.runs)
        self._freed_before = np.add.accumulate(each) - each
        self._idle = idle

    def begin(self, run: Whole, taken: Floats, now: float) -> Floats:
        """When the cores are free that the taken-th of each run begins on, in seconds; idle cores first.

        taken: from 1, counted in messages within the run and tick; now: the tick's start, when idle cores were free.
        """
        behind = taken - self._idle.take(run)
        waits = np.flatnonzero(behind > 0.0)
        since = np.full(run.size, now)
        if waits.size:
            target = self._freed_before.take(run[waits]) + behind[waits]
            at = np.minimum(self._freed_upto.searchsorted(target), self._freed_at.size - 1)
            since[waits] = self._freed_at.take(at)
        return since

    def retake(self, free: Floats, now: float, redraw: Callable[[Floats, Whole, Floats], None]) -> Floats:
        """Deliver again what is visible, as far as ``free`` cores, (runs,), reach; those taken, (runs,).

        ``redraw(pieces, number, start)`` fills in ENDS, EXPIRES and FAILS of what starts at ``start`` seconds; number:
        within the run.
        """
        pieces = self.state.pieces
        waiting = np.flatnonzero(pieces[Row.VISIBLE] > 0.0)
        if not waiting.size:
            return np.zeros(self.runs)
        run = pieces[Row.RUN, waiting].astype(np.int64)
        order = np.lexsort((pieces[Row.BORN, waiting], run))
        waiting, run = waiting[order], run[order]
        weight = pieces[Row.WEIGHT, waiting]
        upto = np.add.accumulate(weight)
        each = totals(run, weight, self.runs)
        upto -= (np.add.accumulate(each) - each).take(run)
        room = free.take(run)
        taken = np.minimum(upto, room) - np.minimum(upto - weight, room)
        chosen = np.flatnonzero(taken)
        if not chosen.size:
            return np.zeros(self.runs)
        run, taken, upto = run[chosen], taken[chosen], np.minimum(upto, room)[chosen]
        started = pieces[:, waiting[chosen]]
        start = np.maximum(self.begin(run, upto, now), started[Row.EXPIRES])
        started[Row.WEIGHT] = taken
        started[Row.VISIBLE] = 0.0
        started[Row.ON_CORE] = 1.0
        started[Row.RECEIVES] += 1.0
        redraw(started, numbered(run), start)
        pieces[Row.WEIGHT, waiting[chosen]] -= taken
        self.state.pieces = np.concatenate([pieces[:, pieces[Row.WEIGHT] > 0.0], started], axis=1)
        return totals(run, taken, self.runs)

    # Failure ---------------------------------------------------------------------------------------------------------

    def crash(self, run: int, share: float, u: float, effect: float, *, reached: bool = True) -> float:
        """A share of a run's working cores is gone: their messages stay invisible until their time-out, and some of the
        jobs have had their effect. u, effect: uniforms that round the one and the other; reached: of the cores that the
        network reaches, or of those that it does not.

        Returns how many cores that were. A worker that had lost its message to the time-out was counted among those who
        do the job when it lost it, and still is.
        """
        cut = self._take(run, share, u, reached)
        lost = float(np.add.reduce(cut[Row.WEIGHT]))
        cut[Row.ON_CORE] = cut[Row.CUT_OFF] = 0.0
        cut[Row.ENDS] = NOT_AT_ALL
        self.add(cut_short(cut[:, cut[Row.HAS_MESSAGE] > 0.0], effect))
        return lost

    def cut_off(self, run: int, share: float, u: float, until: float, *, reached: bool = True) -> None:
        """The network does not reach a share of a run's working cores, as in ``crash``, until a moment: they go on with
        what they have, and can delete nothing and take nothing before."""
        cut = self._take(run, share, u, reached)
        cut[Row.CUT_OFF] = until
        self._cut_off = True
        np.maximum(cut[Row.ENDS], until, out=cut[Row.ENDS])
        self.add(cut)

    def add_cut_off(self, pieces: Floats, until: float) -> None:
        """More pieces, on cores that the network does not reach until a moment, and that are done before."""
        pieces[Row.ENDS] = pieces[Row.CUT_OFF] = until
        pieces[Row.ON_CORE] = 1.0
        self._cut_off = True
        self.add(pieces)

    def _take(self, run: int, share: float, u: float, reached: bool) -> Floats:
        """Take a share of a run's deliveries out, whole ones; u: rounds."""
        pieces = self.state.pieces
        here = (pieces[Row.RUN] == run) & (pieces[Row.ON_CORE] > 0.0) & ((pieces[Row.CUT_OFF] == 0.0) == reached)
        hit = np.flatnonzero(here)
        upto = np.floor(np.add.accumulate(pieces[Row.WEIGHT, hit]) * share + u)
        lost = upto.copy()
        lost[1:] -= upto[:-1]
        lost = np.minimum(lost, pieces[Row.WEIGHT, hit])
        taken = pieces[:, hit]
        taken[Row.WEIGHT] = lost
        pieces[Row.WEIGHT, hit] -= lost
        self.state.pieces = pieces[:, pieces[Row.WEIGHT] > 0.0]
        return taken[:, lost > 0.0]

    def _reach(self, pieces: Floats, now: float) -> None:
        """The network is back for some."""
        pieces[Row.CUT_OFF, pieces[Row.CUT_OFF] <= now] = 0.0
        self._cut_off = bool(np.count_nonzero(pieces[Row.CUT_OFF]))


def how_it_fails(u: Floats, poison: Floats, chance: Floats) -> Floats:
    """Row.FAILS of deliveries, 1-d: whether the worker's process dies on the job, by u, and whether no worker could do
    it. chance: that the process dies."""
    dies = (u < chance) * 1.0 + (u < chance * CRASHED_JOB_SHARE)
    result: Floats = np.where(poison > 0.0, float(Failure.BEFORE), dies)
    return result


def cut_short(cut: Floats, u: float) -> Floats:
    """Deliveries that fail now, (ROWS, n), told apart by whether their jobs had had their effect. u: rounds."""
    had = np.add.accumulate(cut[Row.WEIGHT] * (cut[Row.FAILS] == 0.0))
    upto = np.floor(had * CRASHED_JOB_SHARE + u)
    before, after = cut.copy(), cut.copy()
    after[Row.WEIGHT] = upto
    after[Row.WEIGHT, 1:] -= upto[:-1]
    before[Row.WEIGHT] -= after[Row.WEIGHT]
    before[Row.FAILS], after[Row.FAILS] = Failure.BEFORE, Failure.AFTER
    told = np.concatenate([before, after], axis=1)
    return told[:, told[Row.WEIGHT] > 0.0]
