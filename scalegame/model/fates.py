"""Requests on their way: what representatives will come to, sealed at the tick when it happens.

A request is in flight until it is answered or lost for good; only then is it offered, and good or lost. What a crash
cuts off in between is found here by its machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.exact import Floats
from scalegame.model.ledger import GOOD, LATE, Books
from scalegame.model.state import Mask, Whole
from scalegame.model.traffic import Retries

_FIRST_HORIZON = 64
_LAST_HORIZON = 16384
_GONE = -1


@dataclass
class Pending:
    """Representatives by the tick of their attempt: (horizon, runs, lanes). ``due`` is -1 where nothing is left."""

    due: NDArray[np.int32]
    outcome: NDArray[np.int8]
    place: NDArray[np.int8]
    machine: NDArray[np.int32]
    """Serial number of the app machine that has it."""
    attempt: NDArray[np.int8]
    """Attempts that failed before this one."""
    weight: Floats
    born: Floats
    """Moment of the first attempt, seconds."""
    milliseconds: Floats
    """Latency from the first attempt."""


def empty_pending(horizon: int, runs: int, lanes: int) -> Pending:
    shape = (horizon, runs, lanes)
    return Pending(
        due=np.full(shape, _GONE, dtype=np.int32),
        outcome=np.zeros(shape, dtype=np.int8),
        place=np.zeros(shape, dtype=np.int8),
        machine=np.zeros(shape, dtype=np.int32),
        attempt=np.zeros(shape, dtype=np.int8),
        weight=np.zeros(shape),
        born=np.zeros(shape),
        milliseconds=np.zeros(shape),
    )


_ARRAYS = ("due", "outcome", "place", "machine", "attempt", "weight", "born", "milliseconds")


class Fates:
    """The pending representatives, the clients that will try again, and the books they end in."""

    def __init__(self, books: Books, retries: Retries, runs: int, lanes: int) -> None:
        self.books = books
        self.retries = retries
        self.classes = books.classes
        self.pending = empty_pending(_FIRST_HORIZON, runs, lanes)
        self._lanes = lanes
        self._runs = runs
        per_class = lanes // self.classes
        cell = np.arange(runs * lanes, dtype=np.int64)
        self._flow = (cell // lanes) * self.classes + (cell % lanes) // per_class
        self._retry_limit = retries.limit

    def depart(
        self,
        tick: int,
        due: Floats,
        outcome: Whole,
        place: Whole,
        machine: Whole,
        attempt: Whole,
        weight: Floats,
        born: Floats,
        milliseconds: Floats,
    ) -> None:
        """Put one tick's representatives on their way; all (runs, lanes), due in ticks (as floats)."""
        horizon = self.pending.due.shape[0]
        furthest = float(due.max()) - tick
        if furthest >= horizon:
            horizon = self._stretch(tick, furthest)
            due = np.minimum(due, tick + horizon - 1.0)
        slot = tick % horizon
        pending = self.pending
        pending.due[slot] = np.where(weight > 0.0, due, _GONE)
        pending.outcome[slot] = outcome
        pending.place[slot] = place
        pending.machine[slot] = machine
        pending.attempt[slot] = attempt
        pending.weight[slot] = weight
        pending.born[slot] = born
        pending.milliseconds[slot] = milliseconds

    def _stretch(self, tick: int, furthest: float) -> int:
        """Lengthen the horizon to hold a wait of so many ticks; beyond the last it is sealed early."""
        old: int = self.pending.due.shape[0]
        new = old
        while new <= furthest and new < _LAST_HORIZON:
            new *= 2
        if new > old:
            longer = empty_pending(new, self._runs, self._lanes)
            ticks = np.arange(max(tick - old + 1, 0), tick)
            for name in _ARRAYS:
                getattr(longer, name)[ticks % new] = getattr(self.pending, name)[ticks % old]
            self.pending = longer
        return new

    def fail(
        self,
        tick: int,
        flow: Whole,
        outcome: Whole,
        place: Whole,
        attempt: Whole,
        weight: Floats,
        born: Floats,
        may_retry: Mask,
        counted: bool,
    ) -> None:
        """Attempts that failed in this tick, 1-d: those with attempts left wait to try again, the others are sealed."""
        if self.retries.most:
            again = may_retry & (attempt < self._retry_limit.take(flow % self.classes))
            if np.count_nonzero(again):
                cell = flow[again] * self.retries.most + attempt[again]
                self.retries.enter(tick, cell, weight[again], born[again])
                last = ~again
                flow, outcome, place, weight = flow[last], outcome[last], place[last], weight[last]
        self.books.seal(flow, outcome, place, weight, counted)

    def settle(self, tick: int, counted: bool) -> None:
        """Seal what is due in this tick."""
        pending = self.pending
        cells = np.flatnonzero(pending.due.ravel() == tick)
        if not cells.size:
            return
        flow = self._flow.take(cells % self._flow.size)
        outcome = pending.outcome.ravel().take(cells).astype(np.int64)
        place = pending.place.ravel().take(cells).astype(np.int64)
        weight = pending.weight.ravel().take(cells)
        pending.due.reshape(-1)[cells] = _GONE
        answered = outcome <= LATE
        if np.count_nonzero(answered) == answered.size:
            self.books.answer(flow, pending.milliseconds.ravel().take(cells), weight, counted)
            self.books.seal(flow, outcome, place, weight, counted)
            return
        good = np.flatnonzero(answered)
        here = cells[good]
        self.books.answer(flow[good], pending.milliseconds.ravel().take(here), weight[good], counted)
        self.books.seal(flow[good], outcome[good], place[good], weight[good], counted)
        bad = np.flatnonzero(~answered)
        here = cells[bad]
        attempt = pending.attempt.ravel().take(here).astype(np.int64)
        born = pending.born.ravel().take(here)
        self.fail(
            tick,
            flow[bad],
            outcome[bad],
            place[bad],
            attempt,
            weight[bad],
            born,
            np.ones(bad.size, dtype=np.bool_),
            counted,
        )

    def _at(self, run: int, serial: int, tick: int) -> Mask:
        pending = self.pending
        here: Mask = (pending.machine[:, run] == serial) & (pending.due[:, run] >= tick)
        return here

    def cut(self, run: int, serial: int, tick: int, outcome: int, place: int) -> float:
        """A machine is gone: what it had under way fails now. Returns how many requests that were."""
        here = self._at(run, serial, tick)
        self.pending.due[:, run][here] = tick
        self.pending.outcome[:, run][here] = outcome
        self.pending.place[:, run][here] = place
        return float(self.pending.weight[:, run][here].sum())

    def under_way(self, run: int, serial: int, tick: int) -> float:
        """Requests that an app machine has."""
        return float(self.pending.weight[:, run][self._at(run, serial, tick)].sum())

    def in_flight(self, run: int) -> int:
        """Requests of a run that are neither answered nor lost: those on their way and those who will try again."""
        alive = self.pending.due[:, run] >= 0
        return int(self.pending.weight[:, run][alive].sum()) + self.retries.waiting(run)


def fate_of(
    total: Floats, since_first: Floats, limit: Floats, slo_seconds: float, time_out: int
) -> tuple[Whole, Floats]:
    """Outcome and the seconds after which it is known, of attempts that take ``total`` seconds.

    since_first: latency counted from the first attempt; limit: the client's patience in seconds (1e300: none).
    """
    late = since_first > slo_seconds
    gave_up = total > limit
    outcome = np.where(gave_up, time_out, np.where(late, LATE, GOOD))
    return outcome, np.minimum(total, limit)


def tick_of(seconds: Floats) -> Floats:
    """The tick in which a moment falls."""
    result: Floats = np.floor(seconds * (1.0 / TICK_SECONDS))
    return result
