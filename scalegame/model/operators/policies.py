"""What operators own of the calls from servers to the database: a time-out, retries with back-off, jitter and a budget,
and a circuit breaker. Counts are changed here; ``calling`` has what representatives make of it.

A call that times out frees its caller's slot; the database does not know, and works on. A failed call comes back after
its back-off and holds the slot meanwhile. What all of it costs where no knob is in use is one test a tick.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.catalogue import TICK_SECONDS, TICKS_PER_SECOND
from scalegame.model.numbers.exact import Floats, exp
from scalegame.model.operators.calls import MOST_RETRIES, RING, Asked, Breaker, Calls, no_calls
from scalegame.model.queueing.servers import SMOOTHING
from scalegame.model.site import Site
from scalegame.model.state import NEVER, Condition, Mask, Pool, Tier
from scalegame.model.way.flow import CallsNow

_FADE = 1.0 - TICK_SECONDS / cat.BREAKER_WINDOW_SECONDS
_NEVER_SECONDS = 1e300
_FAILURES = np.arange(MOST_RETRIES)
_DOUBLED = np.array([1.0, 2.0, 4.0, 8.0, 16.0])


@dataclass(slots=True)
class _Sent:
    """A tick's calls on their way to the database."""

    by_server: Floats
    """(runs, columns of the servers)."""
    total: Floats
    """(runs,)."""
    attempts: Floats
    """By failures so far, (runs, MOST_RETRIES + 1)."""


class Policies:
    """Time-outs, retries and breakers of a site. ``refresh`` comes after any change."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.active = False
        """Some run uses some of it."""
        self.freed = np.zeros(site.runs)
        """Slots that were free again in the last tick, (runs,)."""
        self._shards = site.database.shards.copy()
        self._sent = _Sent(np.zeros((site.runs, 0)), np.zeros(site.runs), np.zeros((site.runs, MOST_RETRIES + 1)))

    # Knobs -----------------------------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Read the knobs; runs that begin or cease to use them start from what is held now."""
        site, calls = self.site, self.site.calls
        self._timeout = site.knob("timeout.database") / (1000.0 * TICK_SECONDS)
        """Ticks, 0: never."""
        self._retries = site.knob("retries.database").copy()
        self._jitter = site.knob("retries.jitter") > 0.0
        self._budget = site.knob("retries.budget") / 100.0
        self._on = site.knob("breaker") > 0.0
        self._threshold = site.knob("breaker.threshold") / 100.0
        self._open_ticks = np.floor(site.knob("breaker.open") * TICKS_PER_SECOND + 0.5).astype(np.int64)
        doubled = site.knob("retries.backoff")[:, None] * (_DOUBLED / 1000.0)
        self._backoff = np.minimum(doubled, cat.LONGEST_BACKOFF_SECONDS)
        self._delay = np.maximum(np.floor(self._backoff / TICK_SECONDS + 0.5), 1.0).astype(np.int64)
        self._leave = 1.0 - exp(-TICK_SECONDS / np.maximum(self._backoff, 1e-3))
        watched = (self._timeout > 0.0) | (self._retries > 0.0) | self._on
        for run in np.flatnonzero(watched != calls.watched).tolist():
            self._begin(run, bool(watched[run]))
        for run in np.flatnonzero(watched & (self._shards != site.database.shards)).tolist():
            # Who asked all shards is not answered by so many any more.
            self._count(run)
        self._shards = site.database.shards.copy()
        self.active = bool(watched.any())
        for run in np.flatnonzero(~self._on & (calls.breaker != Breaker.CLOSED)).tolist():
            calls.breaker[run] = Breaker.CLOSED
        self._back_at = self._answers_again() if self.active else np.zeros(calls.taken.shape)

    def _begin(self, run: int, watched: bool) -> None:
        """All calls that hold a slot now count as sent just now."""
        site, calls = self.site, self.site.calls
        nothing = no_calls(1, site.classes, calls.taken.shape[1])
        for field in fields(Calls):
            getattr(calls, field.name)[run] = getattr(nothing, field.name)[0]
        calls.watched[run] = watched
        if watched:
            calls.since[run] = site.tick
            self._count(run)

    def _count(self, run: int) -> None:
        """What is at the stores counts as sent just now; of as many as hold no slot nobody waits for the answer."""
        site, table, calls = self.site, self.site.table, self.site.calls
        data = site.columns.tiers[Tier.DATA]
        there = np.maximum(np.floor(table.n[run, data] * table.ladder[run, data]), 0.0)
        asks_all = np.array([kind.fan_out and bool(site.database.shards[run] > 1) for kind in site.scenario.classes])
        if site.classes > 1:
            queue = site.queues[Tier.DATA]
            parts = [float(queue.content(run, at, site.tick)[asks_all].sum()) for at in range(there.size)]
            table.fanned[run, data] = np.minimum(parts, there)
        else:
            table.fanned[run, data] = there * asks_all
        fanned = table.fanned[run, data]
        stores = np.append(there - fanned, np.maximum.reduce(fanned))
        held = float(table.held[run, site.columns.tiers[Tier.SERVERS]].sum())
        upto = np.add.accumulate(stores)
        # What is between the tiers waits for the first.
        share = upto / upto[-1] if upto[-1] > 0.0 else np.ones(upto.size)
        waits = np.diff(np.floor(held * share + 0.5), prepend=0.0)
        calls.taken[run] = np.maximum(stores, waits)
        calls.given_up[run] = calls.taken[run] - waits
        calls.ended[run] = 0.0
        calls.curve[run] = 0.0
        calls.curve[run, (site.tick - 1) % RING] = calls.taken[run]

    def _answers_again(self) -> Floats:
        """The second at which a store that does not answer does so again, 0 where it does: (runs, stores). Who asks all
        shards waits for the last; who reads from a replica may read elsewhere."""
        site, table = self.site, self.site.table
        span, first = site.columns.spans[Pool.DATABASE], site.columns.tiers[Tier.DATA].start
        down = (table.condition[:, span] != Condition.UP) & (table.condition[:, span] != Condition.ABSENT)
        due = np.where(down & (table.due[:, span] < NEVER), table.due[:, span], 0)
        due = np.maximum(due, np.where(table.blip_until[:, span] < NEVER, table.blip_until[:, span], 0))
        result = np.zeros(site.calls.taken.shape)
        result[:, span.start - first : span.stop - first] = due * TICK_SECONDS
        result[:, -1] = due.max(axis=1, initial=0) * TICK_SECONDS
        return result

    # A tick's counts -------------------------------------------------------------------------------------------------

    def send(self, sent: Floats) -> tuple[Floats, Floats | None]:
        """What goes to the database of what the servers send, and the share of each class that the breaker keeps back
        (None: nothing). sent: (runs, columns of the servers, classes); the latter (runs, classes)."""
        calls = self.site.calls
        blocked = None
        if np.count_nonzero(calls.breaker):
            kept = self._pass_breaker(sent)
            came = sent.sum(axis=1)
            blocked = 1.0 - kept.sum(axis=1) / np.maximum(came, 1.0)
            blocked *= came > 0.0
            blocked = np.where((calls.breaker == Breaker.OPEN)[:, None], 1.0, blocked)
            sent = kept
        fresh = sent.sum(axis=(1, 2))
        calls.by_class += SMOOTHING * (sent.sum(axis=1) * calls.watched[:, None] - calls.by_class)
        # Those who come back to an open breaker fail at once.
        again = self._come_back() * (calls.breaker == Breaker.CLOSED)[:, None]
        total = again.sum(axis=1)
        if np.count_nonzero(total):
            sent = sent + self._spread(total, sent.shape)
        attempts = np.concatenate([fresh[:, None], again], axis=1) * calls.watched[:, None]
        calls.attempts += SMOOTHING * (attempts - calls.attempts)
        most = self._budget * np.maximum(calls.attempts[:, 0] * cat.BUDGET_TICKS, cat.BUDGET_LEAST)
        calls.tokens[:] = np.minimum(calls.tokens + self._budget * attempts[:, 0], most) * calls.watched
        self._sent = _Sent(sent.sum(axis=2), fresh + total, attempts)
        return sent, blocked

    def _pass_breaker(self, sent: Floats) -> Floats:
        """Calls that breakers let pass: (runs, columns of the servers, classes)."""
        calls = self.site.calls
        share = np.where(calls.breaker == Breaker.OPEN, 0.0, cat.BREAKER_PROBES)
        upto = np.add.accumulate(sent.reshape(sent.shape[0], -1), axis=1)
        exact = upto * share[:, None] + calls.probed[:, None]
        passed = np.floor(exact)
        half = calls.breaker == Breaker.HALF_OPEN
        calls.probed[:] = np.where(half, exact[:, -1] - passed[:, -1], calls.probed)
        passed[:, 1:] -= passed[:, :-1].copy()
        return np.where((calls.breaker == Breaker.CLOSED)[:, None, None], sent, passed.reshape(sent.shape))

    def _come_back(self) -> Floats:
        """Calls that are tried again in this tick, by failures so far: (runs, MOST_RETRIES)."""
        calls = self.site.calls
        exact = calls.waiting * self._leave + calls.carry
        again = np.minimum(np.floor(exact), np.floor(calls.waiting))
        calls.carry[:] = np.minimum(exact - again, 1.0) * (calls.waiting > 0.0)
        calls.waiting -= again
        slot = self.site.tick % RING
        fixed = np.floor(calls.due[:, slot])
        again += fixed
        # A fraction of a call comes with the next ones.
        calls.due[:, (slot + 1) % RING] += calls.due[:, slot] - fixed
        calls.due[:, slot] = 0.0
        result: Floats = again
        return result

    def _spread(self, total: Floats, shape: tuple[int, ...]) -> Floats:
        """Calls that come back, over the servers that hold slots and the classes that call: of that shape, whole."""
        site, calls = self.site, self.site.calls
        held = site.table.held[:, site.columns.tiers[Tier.SERVERS]]
        weight = (held[:, :, None] * calls.by_class[:, None, :]).reshape(shape[0], -1)
        upto = np.add.accumulate(weight, axis=1)
        whole = upto[:, -1:]
        # Nobody holds a slot: whoever comes first.
        share = np.where(whole > 0.0, upto / np.maximum(whole, 1e-300), 1.0)
        result = np.floor(total[:, None] * share + 0.5)
        result[:, 1:] -= result[:, :-1].copy()
        return result.reshape(shape)

    def settle(self, by_server: Floats, answered: Floats, asked: Asked) -> tuple[Floats, Floats]:
        """What the database made of them. by_server: slots that calls which reached a machine take, (runs, columns of
        the servers); answered: slots that are free again, (runs,), where nobody gives up.

        Returns the same under the policies.
        """
        site, calls, sent = self.site, self.site.calls, self._sent
        watched, slot = calls.watched, self.site.tick % RING
        each = watched[:, None]
        out = asked.ended - asked.refused
        instant = sent.total - by_server.sum(axis=1) + asked.refused.sum(axis=1)
        calls.taken += (asked.came - asked.refused) * each
        calls.ended += out * each
        np.minimum(calls.ended, calls.taken, out=calls.ended)
        calls.curve[:, slot] = calls.taken
        in_time = np.maximum(calls.ended - calls.given_up, 0.0)
        late = self._time_out()
        timed = late.sum(axis=1)
        back = self._fail(instant, timed)
        calls.timed += SMOOTHING * (late - calls.timed)
        calls.answered += SMOOTHING * (np.minimum(in_time, out) * each - calls.answered)
        calls.tried[:] = (calls.tried * _FADE + sent.total) * watched
        calls.failed[:] = (calls.failed * _FADE + instant + timed) * watched
        if np.count_nonzero(self._on):
            self._switch()
        held = np.add.accumulate(site.table.held[:, site.columns.tiers[Tier.SERVERS]], axis=1)[:, -1]
        holding = np.floor((calls.taken - calls.given_up).sum(axis=1) + back)
        free = held + sent.total - holding
        # Calls that came back had their slots all the while.
        self.freed = np.maximum(free - (sent.total - sent.attempts[:, 0]), 0.0)
        return (
            np.where(each, sent.by_server, by_server),
            np.where(watched, free, answered),
        )

    def _time_out(self) -> Floats:
        """Calls whose callers gave up in this tick, (runs, stores)."""
        calls, tick = self.site.calls, self.site.tick
        runs = np.arange(self.site.runs)
        ticks = np.floor(self._timeout).astype(np.int64)
        part = (self._timeout - ticks)[:, None]
        upto = calls.curve[runs, (tick - ticks) % RING]
        before = calls.curve[runs, (tick - ticks - 1) % RING]
        old = np.floor(upto - (upto - before) * part)
        old = np.where(((self._timeout > 0.0) & calls.watched)[:, None], old, 0.0)
        gone = np.maximum(calls.ended, calls.given_up)
        timed: Floats = np.maximum(old - gone, 0.0)
        calls.given_up[:] = np.maximum(gone, old)
        return timed

    def _fail(self, instant: Floats, timed: Floats) -> Floats:
        """Failed calls that may try again wait; how many wait now, (runs,). instant: those that failed at once."""
        calls, sent = self.site.calls, self._sent
        now = sent.attempts[:, :-1] / np.maximum(sent.attempts.sum(axis=1), 1.0)[:, None]
        lately = calls.attempts[:, :-1] / np.maximum(np.add.accumulate(calls.attempts, axis=1)[:, -1:], 1e-9)
        wish = instant[:, None] * now + timed[:, None] * lately
        wish *= (self._retries[:, None] > _FAILURES) & (calls.breaker != Breaker.OPEN)[:, None]
        upto = np.add.accumulate(wish, axis=1)[:, -1]
        granted = np.where(self._budget > 0.0, np.minimum(upto, calls.tokens), upto)
        self._granted = np.where(upto > 0.0, granted / np.maximum(upto, 1e-9), 1.0)
        calls.tokens -= granted * (self._budget > 0.0)
        wish *= self._granted[:, None]
        calls.waiting += wish * self._jitter[:, None]
        fixed = np.flatnonzero(~self._jitter & (upto > 0.0))
        for failures in range(MOST_RETRIES if fixed.size else 0):
            slots = (self.site.tick + self._delay[fixed, failures]) % RING
            calls.due[fixed, slots, failures] += wish[fixed, failures]
        waiting = np.add.accumulate(calls.waiting, axis=1)[:, -1]
        if not self._jitter.all():
            waiting = waiting + np.add.accumulate(calls.due.reshape(self.site.runs, -1), axis=1)[:, -1]
        result: Floats = waiting
        return result

    def _switch(self) -> None:
        """Breakers open, look again and close."""
        site, calls = self.site, self.site.calls
        share = calls.failed / np.maximum(calls.tried, 1e-9)
        many = calls.tried >= cat.BREAKER_LEAST_CALLS
        bad = many & (share >= self._threshold)
        age = site.tick - calls.since
        half = calls.breaker == Breaker.HALF_OPEN
        judged = half & (age > TICKS_PER_SECOND + np.floor(self._timeout)) & (calls.tried > 0.0)
        trips = self._on & (
            ((calls.breaker == Breaker.CLOSED) & bad) | (half & bad) | (judged & (share >= self._threshold))
        )
        heals = judged & ~trips
        looks = (calls.breaker == Breaker.OPEN) & (age >= self._open_ticks)
        for turned, to in ((trips, Breaker.OPEN), (heals, Breaker.CLOSED), (looks, Breaker.HALF_OPEN)):
            if np.count_nonzero(turned):
                self._turn(turned, to, share)

    def _turn(self, turned: Mask, to: Breaker, share: Floats) -> None:
        site, calls = self.site, self.site.calls
        calls.breaker[turned] = to
        calls.since[turned] = site.tick
        calls.tried[turned] = 0.0
        calls.failed[turned] = 0.0
        if turned[0]:
            weight, text = {
                Breaker.OPEN: (
                    2,
                    f"the breaker before the database opened: {100 * share[0]:.0f} % of the calls failed",
                ),
                Breaker.HALF_OPEN: (1, "the breaker before the database lets a few calls pass to see"),
                Breaker.CLOSED: (0, "the breaker before the database closed: calls are answered again"),
            }[to]
            site.say(0, weight, "database", "breaker", text)

    # For representatives ---------------------------------------------------------------------------------------------

    def now(self) -> CallsNow:
        """What a call meets in this tick."""
        calls = self.site.calls
        many = calls.timed + calls.answered
        return CallsNow(
            watched=calls.watched.copy(),
            timeout=np.where(self._timeout > 0.0, self._timeout * TICK_SECONDS, _NEVER_SECONDS),
            retries=np.where(calls.breaker == Breaker.OPEN, 0.0, self._retries),
            backoff=self._backoff,
            jitter=self._jitter,
            granted=self._granted,
            failing=calls.timed / np.maximum(many, 1e-9),
            back_at=self._back_at,
        )
