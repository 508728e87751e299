"""Requests on their way: what representatives will come to, sealed at the tick when it happens.

A request is in flight until it is answered or lost for good; only then is it offered, and good or lost. What a crash
cuts off in between is found here by its machine. Those on their way stand in a calendar of seconds, so that a tick
looks at the second it is in and at nobody who is still far from an answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS, TICKS_PER_SECOND
from scalegame.model.numbers.deck import LANES
from scalegame.model.numbers.exact import Floats
from scalegame.model.queue.messages import totals
from scalegame.model.scenario import Scenario
from scalegame.model.state import NEVER, Mask, Pool, Whole
from scalegame.model.traffic import Retries
from scalegame.model.way.ledger import ACCEPTED, GOOD, LATE, SHED, TIME_OUT, Books, grains

FURTHEST = 16_384
"""Ticks: what takes longer is sealed then."""


@dataclass(slots=True)
class Travellers:
    """Representatives on their way, one an entry; all (representatives,)."""

    order: Whole
    """Attempt tick x lanes + lane: says which came first, alone or among other runs."""
    flow: Whole
    """run x classes + class."""
    due: Whole
    """The tick in which the fate is known."""
    outcome: Whole
    place: Whole
    machine: Whole
    """Serial number of the app machine that has it."""
    store: Whole
    """Database machine that it calls (see site.key_of), or NO_STORE, ONLY_STORE, ALL_STORES."""
    reaches: Whole
    """The tick in which it comes to that, the last of its way."""
    attempt: Whole
    """Attempts that failed before this one."""
    weight: Floats
    born: Floats
    """Moment of the first attempt, seconds."""
    milliseconds: Floats
    """Latency from the first attempt."""

    def pick(self, which: Mask | Whole) -> Travellers:
        """Some of them."""
        return Travellers(*(getattr(self, name)[which] for name in _FIELDS))


NO_STORE, ALL_STORES, ONLY_STORE = -2, -1, 0
"""Calls none; all shards; the only one there is."""

_FIELDS = tuple(field.name for field in fields(Travellers))


def _together(parts: list[Travellers]) -> Travellers:
    if len(parts) == 1:
        return parts[0]
    return Travellers(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))


class Fates:
    """The representatives on their way, the clients that will try again, and the books they end in."""

    def __init__(self, books: Books, retries: Retries, scenario: Scenario) -> None:
        self.books = books
        self.retries = retries
        self.classes = books.classes
        self._calendar: dict[int, list[Travellers]] = {}
        """By the second in which they are due."""
        self._accepted: dict[int, Floats] = {}
        """Messages by the tick of their acceptance, (runs, classes), until the queue takes them."""
        self._retry_limit = retries.limit
        self._slo_ms = scenario.slo_latency_ms
        self._lanes = self.classes * LANES
        limits = [c.timeout_ms for c in scenario.classes]
        self._patience = np.array(
            [NEVER if ms is None else int(ms / (1000.0 * TICK_SECONDS)) for ms in limits], dtype=np.int64
        )
        """Ticks that a client of each class waits for an answer."""

    def depart(self, tick: int, some: Travellers, counted: bool) -> None:
        """Representatives whose attempts were made up to ``tick``: those who are there already are sealed, the others
        put on their way."""
        under_way = some.due > tick
        far = np.count_nonzero(under_way)
        if far < some.due.size:
            self._seal(tick, some.pick(~under_way) if far else some, counted)
        if far:
            self._put_down(tick, some.pick(under_way) if far < some.due.size else some)

    def _put_down(self, tick: int, some: Travellers) -> None:
        np.minimum(some.due, tick + FURTHEST, out=some.due)
        second = some.due // TICKS_PER_SECOND
        first, last = int(second.min()), int(second.max())
        if first == last:
            self._calendar.setdefault(first, []).append(some)
            return
        by_second = second.argsort(kind="stable")
        some, second = some.pick(by_second), second[by_second]
        edges = [0, *(np.flatnonzero(second[1:] != second[:-1]) + 1).tolist(), second.size]
        for start, end in pairwise(edges):
            there = Travellers(*(getattr(some, name)[start:end] for name in _FIELDS))
            self._calendar.setdefault(int(second[start]), []).append(there)

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
                if self.retries.tells:
                    self._enter_or_wait(tick, cell, outcome[again], weight[again], born[again])
                else:
                    self.retries.enter(tick, cell, weight[again], born[again])
                last = ~again
                flow, outcome, place, weight = flow[last], outcome[last], place[last], weight[last]
        self.books.seal(flow, outcome, place, weight, counted)

    def _enter_or_wait(self, tick: int, cell: Whole, outcome: Whole, weight: Floats, born: Floats) -> None:
        """Those who were shed come back no sooner than they were told to."""
        shed = outcome == SHED
        self.retries.enter(tick, cell[~shed], weight[~shed], born[~shed])
        if np.count_nonzero(shed):
            self.retries.enter_later(tick, cell[shed], weight[shed], born[shed])

    def settle(self, tick: int, counted: bool) -> None:
        """Seal what is due up to this tick."""
        for second in sorted(second for second in self._calendar if second * TICKS_PER_SECOND <= tick):
            here = _together(self._calendar.pop(second))
            due = here.due <= tick
            ended = np.count_nonzero(due)
            if ended < due.size:
                self._calendar[second] = [here.pick(~due)]
                here = here.pick(due)
            if ended:
                self._seal(tick, here, counted)

    def _seal(self, tick: int, ended: Travellers, counted: bool) -> None:
        answered = ended.outcome <= LATE
        if np.count_nonzero(answered) < answered.size:
            lost = ended.pick(~answered)
            may = np.ones(lost.due.size, dtype=np.bool_)
            self.fail(tick, lost.flow, lost.outcome, lost.place, lost.attempt, lost.weight, lost.born, may, counted)
            ended = ended.pick(answered)
        self.books.answer(ended.flow, ended.milliseconds, ended.weight, counted)
        accepted = ended.outcome == ACCEPTED
        if np.count_nonzero(accepted):
            self._hand_over(ended.pick(accepted))
            ended = ended.pick(~accepted)
        # What went well went so everywhere: it stands at the first place.
        place = ended.place * (ended.outcome != GOOD)
        self.books.seal(ended.flow, ended.outcome, place, ended.weight, counted)

    def _hand_over(self, accepted: Travellers) -> None:
        """Requests that are answered go on as messages."""
        runs = self.books.runs
        for due in sorted(dict.fromkeys(accepted.due.tolist())):
            mine = accepted.due == due
            messages = totals(accepted.flow[mine], accepted.weight[mine], runs * self.classes)
            counts = messages.reshape(runs, self.classes)
            before = self._accepted.get(due)
            self._accepted[due] = counts if before is None else before + counts

    def take_accepted(self, tick: int) -> Floats:
        """Messages accepted in a tick that is settled, (runs, classes); each is told once."""
        counts = self._accepted.pop(tick, None)
        return np.zeros((self.books.runs, self.classes)) if counts is None else counts

    # One run ---------------------------------------------------------------------------------------------------------

    def _under_way(self, run: int) -> Iterator[tuple[Travellers, Mask]]:
        # Sorted: in which order seconds came up depends on the other runs.
        for second in sorted(self._calendar):
            for part in self._calendar[second]:
                yield part, part.flow // self.classes == run

    def cut(self, run: int, serial: int, tick: int, outcome: int, place: int) -> float:
        """A machine is gone: what it had under way fails now. Returns how many requests that were."""
        return self._fell(run, lambda part: (part.machine == serial) & (part.due >= tick), tick, outcome, place)

    def cut_stores(self, run: int, stores: list[int], tick: int, outcome: int, place: int) -> float:
        """A database machine is gone: what has reached it fails now; what still waits at a server does not. Returns how
        many requests that were."""
        return self._fell(run, lambda part: _calls(part, stores, tick) & (part.reaches < tick), tick, outcome, place)

    def strand(self, run: int, stores: list[int], tick: int, outcome: int, place: int) -> float:
        """A database machine is out of work: what reaches it in this tick fails. Returns how many requests that
        were."""
        return self._fell(
            run,
            lambda part: _calls(part, stores, tick) & (part.reaches == tick),
            tick,
            outcome,
            place,
        )

    def _fell(self, run: int, who: Callable[[Travellers], Mask], tick: int, outcome: int, place: int) -> float:
        """Some of a run's requests fail now. Returns how many."""
        lost = 0.0
        fallen = []
        for part, mine in self._under_way(run):
            here = mine & who(part)
            if np.count_nonzero(here):
                part.outcome[here] = outcome
                part.place[here] = place
                part.due[here] = tick
                fallen.append(part.pick(here))
                part.weight[here] = 0.0
                lost += float(fallen[-1].weight.sum())
        for part in fallen:
            self._put_down(tick, part)
        return lost

    def delay(self, run: int, serial: int, tick: int, until: int) -> None:
        """A machine's answers do not get through before tick ``until``: those that are due earlier come then, unless
        their clients give up first."""
        kept = []
        for part, mine in self._under_way(run):
            here = mine & (part.machine == serial) & (part.due >= tick) & (part.due < until) & (part.outcome <= LATE)
            if np.count_nonzero(here):
                kept.append(part.pick(here))
                part.weight[here] = 0.0
        for part in kept:
            gives_up = part.order // self._lanes + self._patience.take(part.flow % self.classes)
            gave_up = gives_up < until
            due = np.where(gave_up, np.maximum(gives_up, part.due), until)
            part.milliseconds = grains(part.milliseconds + (due - part.due) * (1000.0 * TICK_SECONDS))
            in_time = np.minimum(part.outcome, GOOD)
            part.outcome = np.where(gave_up, TIME_OUT, np.where(part.milliseconds > self._slo_ms, LATE, in_time))
            part.due = due
            self._put_down(tick, part)

    def under_way(self, run: int, serial: int, tick: int) -> float:
        """Requests that an app machine has."""
        return sum(
            float(part.weight[mine & (part.machine == serial) & (part.due >= tick)].sum())
            for part, mine in self._under_way(run)
        )

    def at_stores(self, run: int, stores: list[int], tick: int) -> float:
        """Requests that a database machine has."""
        return sum(
            float(part.weight[mine & _calls(part, stores, tick) & (part.reaches < tick)].sum())
            for part, mine in self._under_way(run)
        )

    def in_flight(self, run: int) -> int:
        """Requests of a run that are neither answered nor lost: those on their way and those who will try again."""
        return sum(int(part.weight[mine].sum()) for part, mine in self._under_way(run)) + self.retries.waiting(run)

    def close(self, run: int, counted: bool) -> None:
        """Nobody waits for an answer any longer: who is on their way, and who would have tried again, is lost."""
        for part, mine in self._under_way(run):
            left = part.pick(mine & (part.weight > 0.0))
            self.books.seal(left.flow, np.full(left.flow.size, TIME_OUT), left.place, left.weight, counted)
            part.weight[mine] = 0.0
        waiting = self.retries.give_up(run)
        flow = np.arange(self.classes) + run * self.classes
        self.books.seal(flow, np.full(flow.size, TIME_OUT), np.full(flow.size, int(Pool.APP)), waiting, counted)

    def of_run(self, run: int) -> Travellers | None:
        """A run's representatives in the order of their attempts, with its own classes as flow; None where there are
        none."""
        mine = [part.pick(here & (part.weight > 0.0)) for part, here in self._under_way(run)]
        if not any(part.due.size for part in mine):
            return None
        everyone = _together(mine)
        everyone = everyone.pick(everyone.order.argsort(kind="stable"))
        everyone.flow -= run * self.classes
        return everyone


def _calls(part: Travellers, stores: list[int], tick: int) -> Mask:
    """Who calls one of these stores and was not answered before this tick."""
    # A machine holds few of them: numpy's isin sorts, or counts, before it has looked at anybody.
    called: Mask = np.zeros(part.store.size, dtype=bool)
    for store in stores:
        called |= part.store == store
    called &= part.due >= tick
    return called


def fate_of(
    total: Floats, since_first: Floats, limit: Floats | None, slo_seconds: float, time_out: int
) -> tuple[Whole, Floats]:
    """Outcome and the seconds after which it is known, of attempts that take ``total`` seconds.

    since_first: latency counted from the first attempt; limit: the client's patience in seconds, None for ever.
    """
    outcome = np.where(since_first > slo_seconds, LATE, GOOD)
    if limit is None:
        return outcome, total
    return np.where(total > limit, time_out, outcome), np.minimum(total, limit)


def tick_of(seconds: Floats) -> Floats:
    """The tick in which a moment falls."""
    result: Floats = np.floor(np.minimum(seconds, 1e15) * (1.0 / TICK_SECONDS))
    return result
