"""The pool of workers and the message queue in a site: who works, what came of it, what it costs, what is said of it.

``jobs`` is the engine. It knows cores and not machines: workers pull from one queue, so which of them has a message is
chance, and what a machine has in hand is its part of what all of them have.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.catalogue import (
    BACKLOG_WARNING_SHARE,
    QUEUE_PRICE_PER_MILLION,
    TICKS_PER_SECOND,
)
from scalegame.model.numbers.draws import Stream, uniform_one
from scalegame.model.numbers.exact import Floats
from scalegame.model.queue.crew import FIRSTS
from scalegame.model.queue.job_books import Ending
from scalegame.model.queue.jobs import STREAMS, Jobs, Worked
from scalegame.model.queueing.servers import SMOOTHING
from scalegame.model.site import Site, UnderWay
from scalegame.model.state import NEVER, Condition, Place, Pool, Whole, burden
from scalegame.model.texts import counted
from scalegame.model.way.ledger import DEAD_LETTER, DONE_TWICE, GOOD, JOB_LATE, SERVED

_OUTCOMES: Whole = np.array(
    [{Ending.GOOD: GOOD, Ending.LATE: JOB_LATE, Ending.TWICE: DONE_TWICE, Ending.DEAD: DEAD_LETTER}[e] for e in Ending]
)
_NANO = round(QUEUE_PRICE_PER_MILLION * 1000)
"""Dollars a million messages are micro-dollars a message."""


class Workers:
    """Lets the workers of a site work."""

    def __init__(self, site: Site, jobs: Jobs) -> None:
        self.site, self.jobs, self.crew = site, jobs, site.crew
        self._due = [c.job_seconds for c in site.scenario.classes]
        self._harmless = np.array([c.doubles for c in site.scenario.classes])

    def muster(self) -> None:
        """After any change of machines or settings: who works, how fast, on which terms."""
        site, table, crew, terms = self.site, self.site.table, self.crew, self.jobs.terms
        terms.visibility = site.knob("queue.visibility").copy()
        terms.most_receives = site.knob("queue.max-receives").copy()
        terms.idempotent = site.class_knob("queue.idempotent") > 0.0
        if not site.columns.counts[Pool.WORKER]:
            return
        span = site.columns.spans[Pool.WORKER]
        taking = (table.condition[:, span] == Condition.UP) & (table.blip_until[:, span] == NEVER)
        cores = table.cores[:, span] * taking
        slowed = cores * (table.stretch * burden(table))[:, span]
        crew.cores = np.add.accumulate(cores, axis=1)[:, -1]
        total = np.add.accumulate(slowed, axis=1)[:, -1]
        crew.pace = np.where(crew.cores > 0.0, total / np.maximum(crew.cores, 1.0), 1.0)

    def work(self, first: int, ticks: int, counted: bool) -> tuple[Floats, Floats]:
        """Work through ``ticks`` ticks from ``first`` on; all requests that were answered in them are known.

        Returns cores at work and messages that wait, by tick and worker, (ticks, runs, columns of the pool). Messages
        wait for all of them and stand at the first; where there is none, at nobody's.
        """
        site, jobs, crew = self.site, self.jobs, self.crew
        busy, waiting = np.empty((2, ticks, site.runs))
        for i in range(ticks):
            accepted = site.fates.take_accepted(first + i)
            worked = jobs.step(first + i, accepted, crew.cores, crew.pace, counted)
            if worked.flow.size:
                self._seal(worked, counted)
            messages = np.add.accumulate(accepted, axis=1)[:, -1]
            self._bill(messages)
            crew.busy += SMOOTHING * (worked.busy - crew.busy)
            crew.rate += SMOOTHING * (messages * TICKS_PER_SECOND - crew.rate)
            busy[i], waiting[i] = crew.busy, jobs.depth()
            if (first + i + 1) % TICKS_PER_SECOND == 0:
                self._report(first + i + 1)
        return self._share_out(busy, waiting)

    def _seal(self, worked: Worked, counted: bool) -> None:
        outcome = _OUTCOMES.take(worked.ending)
        # What went well stands at the first place, see fates.
        place = np.where(worked.waiting, int(Place.QUEUE), int(Pool.WORKER)) * (outcome != GOOD)
        self.site.books.seal(worked.flow, outcome, place, worked.weight, counted)

    def close(self, run: int, counted: bool) -> None:
        """A run is over: jobs that are not done are lost with it."""
        for place, requests in zip((Place.QUEUE, Pool.WORKER), self.jobs.close(run), strict=True):
            flow = np.arange(requests.size) + run * requests.size
            late = np.full(flow.size, JOB_LATE)
            self.site.books.seal(flow, late, np.full(flow.size, int(place)), requests, counted)

    def _bill(self, messages: Floats) -> None:
        nano = self.crew.owed + messages.astype(np.int64) * _NANO
        whole = nano // 1000
        self.crew.owed = nano - whole * 1000
        self.site.books.state.money[:, SERVED] += whole

    def _share_out(self, busy: Floats, waiting: Floats) -> tuple[Floats, Floats]:
        """Put into the machine table what each worker is at. busy, waiting: (ticks, runs)."""
        site, table = self.site, self.site.table
        span = site.columns.spans[Pool.WORKER]
        if span.start == span.stop:
            none = np.zeros((*busy.shape, 0))
            return none, none
        cores = table.cores[:, span] * site.serving()[:, span]
        part = cores / np.maximum(np.add.accumulate(cores, axis=1)[:, -1:], 1e-9)
        table.busy[:, span] = self.crew.busy[:, None] * part
        table.rate_in[:, span] = self.crew.rate[:, None] * part
        table.held[:, span] = self.jobs.in_hand()[:, None] * part
        first = np.zeros(part.shape)
        first[:, 0] = (table.condition[:, span] != Condition.ABSENT).any(axis=1)
        return busy[:, :, None] * part, waiting[:, :, None] * first

    # The log ---------------------------------------------------------------------------------------------------------

    def _report(self, tick: int) -> None:
        """Once a second: what operators must know before it hurts."""
        books, crew = self.jobs.books.state, self.crew
        counts = np.stack([getattr(books, name).sum(axis=1) for name in FIRSTS], axis=1)
        news = (counts > 0.0) & ~crew.first_said
        if np.count_nonzero(news):
            for run, what in np.argwhere(news).tolist():
                self._say_first(run, FIRSTS[what])
            crew.first_said |= news
        depth = self.jobs.depth()
        for run in np.flatnonzero((depth > 0.0) | crew.warned).tolist():
            self._warn(run, tick)

    def _warn(self, run: int, tick: int) -> None:
        """Say it when the oldest message has waited for much of the time that its job has, once until that is over."""
        age = self.jobs.oldest(run, tick)
        share = max((seconds / due for due, seconds in zip(self._due, age, strict=True)), default=0.0)
        if share < 0.5 * BACKLOG_WARNING_SHARE:
            self.crew.warned[run] = False
        elif share >= BACKLOG_WARNING_SHARE and not self.crew.warned[run]:
            self.crew.warned[run] = True
            worst = max(range(len(age)), key=lambda k: age[k] / self._due[k])
            name = self.site.scenario.classes[worst].name
            cores = int(self.crew.cores[run])
            who = f"{cores} worker cores fall behind" if cores else "there are no workers"
            text = f"the oldest {name} job has waited {age[worst]:.0f} s of the {self._due[worst]:g} s it has: {who}"
            self.site.say(run, 1, "queue", "backlog", text)

    def _say_first(self, run: int, what: str) -> None:
        visibility = float(self.jobs.terms.visibility[run])
        harmless = bool(self._harmless[self.jobs.books.state.duplicates[run] > 0.0].all())
        text = {
            "redelivered": f"a message came back after {visibility:g} s, its visibility time-out, to another worker",
            "duplicates": "a job was done twice: its message came back before it was deleted"
            + (", which does no harm here" if harmless else ""),
            "absorbed": "a message was delivered twice and its job done once: the handler is idempotent",
            "dead_letters": f"a message is a dead letter after {self.jobs.terms.most_receives[run]:g} deliveries",
        }[what]
        routine = what in ("redelivered", "absorbed") or (what == "duplicates" and harmless)
        self.site.say(run, 0 if routine else 1, "queue", what, text)


# What is queued ------------------------------------------------------------------------------------------------------


def begin_queueing(site: Site, run: int, order: UnderWay) -> bool:
    """From now on the app leaves a class's jobs to the queue."""
    if site.jobs is not None:
        site.jobs.terms.queued[run, order.value] = True
        site.queue_used = True
        site.say(run, 0, "queue", "queue", f"{site.scenario.classes[order.value].name} goes to the queue from now on")
    return True


# Machines that come and go -------------------------------------------------------------------------------------------


def hand_back(site: Site, run: int, column: int) -> float:
    """A worker stops at once: what it had in hand stays invisible until its time-out. Returns how many messages."""
    share = share_in_hand(site, run, column)
    if site.jobs is None or share == 0.0:
        return 0.0
    u, effect = _uniform(site, run, column, 0), _uniform(site, run, column, 1)
    return site.jobs.crash(run, share, site.tick, u, effect, reached=_is_reached(site, run, column))


def cut_off(site: Site, run: int, column: int, until: int) -> None:
    """The network will not reach a worker before tick ``until``: what it has in hand comes back if its time-out is
    sooner, though the worker does the job."""
    share = share_in_hand(site, run, column)
    if site.jobs is not None and share > 0.0:
        reached = _is_reached(site, run, column)
        site.jobs.cut_off(run, share, site.tick, _uniform(site, run, column, 0), until, reached=reached)


def _uniform(site: Site, run: int, column: int, part: int) -> float:
    serial = int(site.table.serial[run, column])
    return uniform_one(int(site.seeds[run]), Stream.JOB, site.tick, serial, STREAMS + part)


def _is_reached(site: Site, run: int, column: int) -> bool:
    return bool(site.table.blip_until[run, column] == NEVER)


def share_in_hand(site: Site, run: int, column: int) -> float:
    """A worker's part of the messages that are being worked on; of one that is out of reach, its part of what such
    workers have.

    One that drains takes no more: what exceeds the cores of the others is in the hands of those that drain.
    """
    table, span = site.table, site.columns.spans[Pool.WORKER]
    if site.jobs is None or site.pool_of(column) != Pool.WORKER:
        return 0.0
    condition, conditions = int(table.condition[run, column]), table.condition[run, span]
    if condition not in (Condition.UP, Condition.DRAINING):
        return 0.0
    cores, reached = table.cores[run, span], table.blip_until[run, span] == NEVER
    if not _is_reached(site, run, column):
        serving = (conditions == Condition.UP) | (conditions == Condition.DRAINING)
        return float(table.cores[run, column]) / float(np.add.accumulate(cores * (serving & ~reached))[-1])
    working = float(site.jobs.in_hand()[run])
    if working == 0.0:
        return 0.0
    up = float(np.add.accumulate(cores * (reached & (conditions == Condition.UP)))[-1])
    alike = float(np.add.accumulate(cores * (reached & (conditions == condition)))[-1])
    of_all = min(working, up) if condition == Condition.UP else max(working - up, 0.0)
    return of_all / working * float(table.cores[run, column]) / alike


def in_hand(site: Site, run: int, column: int) -> float:
    """Messages that a worker is at, about."""
    if site.jobs is None:
        return 0.0
    reached = _is_reached(site, run, column)
    there = float(site.jobs.in_hand()[run]) if reached else site.jobs.deliveries.out_of_reach(run)
    return there * share_in_hand(site, run, column)


def handed_back_text(site: Site, run: int, messages: float) -> str:
    """What becomes of messages whose worker is gone; empty where there are none."""
    if messages < 0.5:
        return ""
    jobs = counted(messages, "job in hand comes", "jobs in hand come")
    return f"{jobs} back after {float(site.knob('queue.visibility')[run]):g} s"
