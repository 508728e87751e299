"""What is offered: arrival rates by class as the level plans them, the curve the seed picks, arrivals, retries.

Everything here depends on the seed and the plan alone, never on what a player builds, but for the retries and for
``launch``, which moves the rest of the plan forward.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import TICK_SECONDS, TICKS_PER_SECOND
from scalegame.model.numbers.draws import Stream, stream_base, uniform, uniform_one
from scalegame.model.numbers.exact import Floats, Standard, exp, poisson
from scalegame.model.scenario import RequestClass, Scenario
from scalegame.model.state import Whole
from scalegame.model.surges import Surges

LATEST = 301
"""Ticks that a 503 can tell clients to wait at most, and one."""
_NODE_SECONDS = 8.0
"""The seed's curve leaves the plan at nodes this far apart, straight in between."""


@dataclass
class Timeline:
    """Where each run is in its plan. Shape (runs,)."""

    skipped: Whole
    """Ticks of the plan that ``launch`` left out so far."""
    dial: Floats
    """How many come, against the plan: `set load`."""


class Plan:
    """Arrival rates by class: the plan, its band, and each seed's curve inside it."""

    def __init__(self, scenario: Scenario, seeds: NDArray[np.int64], surges: Surges) -> None:
        self.seeds = seeds
        self.surges = surges
        self.names = [c.name for c in scenario.classes]
        self.end_tick = round(scenario.seconds / TICK_SECONDS)
        self.flows = [(self.names.index(flow.class_name), flow) for flow in scenario.traffic]
        self._times = [np.array([t for t, _ in flow.rate]) for _, flow in self.flows]
        self._rates = [np.array([r for _, r in flow.rate]) for _, flow in self.flows]
        nodes = int(scenario.seconds / _NODE_SECONDS) + 2
        self._waves = np.zeros((len(self.flows), len(seeds), nodes))
        for f, (k, flow) in enumerate(self.flows):
            if flow.band > 0.0:
                for run, seed in enumerate(seeds.tolist()):
                    base = np.array([stream_base(seed, Stream.FORECAST, k)], dtype=np.uint64)
                    u = uniform(base, np.arange(nodes, dtype=np.int64), np.zeros(1, dtype=np.uint64))
                    self._waves[f, run] = (2.0 * u[:, 0] - 1.0) * flow.band
        self.even = np.array(
            [
                all(flow.arrivals == "even" for k2, flow in self.flows if k2 == k)
                and any(k2 == k for k2, _ in self.flows)
                for k in range(len(self.names))
            ]
        )

    def _planned(self, f: int, seconds: Floats) -> Floats:
        """The planned rate of one flow: linear between its points, 0 outside them."""
        times, rates = self._times[f], self._rates[f]
        if times.size == 1:
            return np.where(seconds >= times[0], rates[0], 0.0)
        right = np.minimum(np.maximum(times.searchsorted(seconds, side="right"), 1), times.size - 1)
        left = right - 1
        span = np.maximum(times[right] - times[left], 1e-9)
        share = np.minimum(np.maximum((seconds - times[left]) / span, 0.0), 1.0)
        rate = rates[left] + (rates[right] - rates[left]) * share
        inside = (seconds >= times[0]) & (seconds < times[-1])
        return np.where(inside, rate, 0.0)

    def rates(self, plan_seconds: Floats, known: Sequence[int] | None = None) -> Floats:
        """The true rates of each run and class, in requests a second, at ``plan_seconds`` of shape (ticks, runs)
        seconds of the plan; known: the surges that count, all if not given. Shape (ticks, runs, classes)."""
        result = np.zeros((*plan_seconds.shape, len(self.names)))
        node = np.minimum(np.maximum(plan_seconds / _NODE_SECONDS, 0.0), self._waves.shape[2] - 1.001)
        left = node.astype(np.int64)
        share = node - left
        runs = np.arange(len(self.seeds))
        for f, (k, _) in enumerate(self.flows):
            wave = self._waves[f][runs, left]
            wave = wave + (self._waves[f][runs, left + 1] - wave) * share
            result[:, :, k] += self._planned(f, plan_seconds) * (1.0 + wave)
        swell = self.surges.swell(plan_seconds, known)
        return result if swell is None else result * swell

    def band(self, plan_seconds: Floats, swell: Floats | None = None) -> tuple[Floats, Floats]:
        """Lowest and highest possible total rate at seconds of the plan. swell: see Surges, (seconds, classes)."""
        low, high = np.zeros_like(plan_seconds), np.zeros_like(plan_seconds)
        for f, (k, flow) in enumerate(self.flows):
            planned = self._planned(f, plan_seconds)
            if swell is not None:
                planned = planned * swell[:, k]
            low += planned * (1.0 - flow.band)
            high += planned * (1.0 + flow.band)
        return low, high


def planned_requests(scenario: Scenario) -> list[float]:
    """How many requests of each class the plan has in all."""
    result = [0.0] * len(scenario.classes)
    names = [c.name for c in scenario.classes]
    for flow in scenario.traffic:
        points = list(flow.rate)
        if len(points) == 1:
            points.append((max(scenario.seconds, points[0][0]), points[0][1]))
        for (t0, r0), (t1, r1) in pairwise(points):
            result[names.index(flow.class_name)] += 0.5 * (r0 + r1) * (t1 - t0)
    return result


class Arrivals:
    """Whole arrivals a tick and class, drawn ahead for a block of ticks."""

    def __init__(self, plan: Plan, classes: int) -> None:
        self.plan = plan
        self._index = np.arange(classes, dtype=np.uint64)
        self._base = np.array([[stream_base(s, Stream.ARRIVALS)] for s in plan.seeds.tolist()], dtype=np.uint64)

    def block(self, first: int, count: int, timeline: Timeline) -> tuple[Floats, Floats]:
        """Arrivals and expected rates of the ticks first..first+count-1: two arrays of shape (ticks, runs, classes)."""
        ticks = np.arange(first, first + count, dtype=np.int64)
        plan_ticks = ticks[:, None] + timeline.skipped
        rates = self.plan.rates(((plan_ticks + 0.5) * TICK_SECONDS).astype(np.float64))
        rates *= (plan_ticks < self.plan.end_tick)[:, :, None]
        if np.count_nonzero(timeline.dial != 1.0):
            rates *= timeline.dial[:, None]
        mean = rates * TICK_SECONDS
        u = uniform(self._base, plan_ticks, self._index)
        counts = poisson(mean, Standard.of(u))
        if self.plan.even.any():
            start = np.floor(mean * plan_ticks[:, :, None] + 1e-9)
            steady = np.floor(mean * (plan_ticks[:, :, None] + 1) + 1e-9) - start
            counts = np.where(self.plan.even, steady, counts)
        return counts, rates


@dataclass
class Waiting:
    """Requests between two attempts. Shapes (runs, classes, attempts), attempt a: their next is attempt a + 2; for
    the fixed back-off a ring of ticks in front."""

    pool: Floats
    born: Floats
    """Sum of the first attempts' moments (seconds) of those in the pool."""
    ring: Floats
    ring_born: Floats
    later: Floats
    """Those who were told to come back no sooner than a tick: a ring of ticks in front."""
    later_born: Floats


class Retries:
    """Clients who try again: with jitter a pool that empties at rate 1/back-off, without it a delay line."""

    def __init__(self, classes: tuple[RequestClass, ...], seeds: NDArray[np.int64]) -> None:
        self.most = max((c.retries.max for c in classes if c.retries), default=0)
        self.limit = np.array([float(c.retries.max) if c.retries else 0.0 for c in classes])
        runs, k = len(seeds), len(classes)
        jitter = np.array([c.retries is not None and c.retries.jitter and c.retries.backoff_ms > 0.0 for c in classes])
        backoff = np.array([c.retries.backoff_ms / 1000.0 if c.retries else 1.0 for c in classes])
        self._leave = np.where(jitter, 1.0 - exp(-TICK_SECONDS / np.maximum(backoff, 1e-3)), 0.0)[:, None]
        self.jitter = jitter
        self.delay = np.maximum(np.floor(backoff / TICK_SECONDS + 0.5), 1.0).astype(np.int64)
        depth = int(self.delay[~jitter].max()) + 1 if (~jitter).any() and self.most else 1
        depth = min(depth, 6000)
        self.delay = np.minimum(self.delay, depth - 1) if depth > 1 else np.ones_like(self.delay)
        self.state = Waiting(
            pool=np.zeros((runs, k, self.most)),
            born=np.zeros((runs, k, self.most)),
            ring=np.zeros((runs, depth, k, self.most)),
            ring_born=np.zeros((runs, depth, k, self.most)),
            later=np.zeros((runs, LATEST, k, self.most)),
            later_born=np.zeros((runs, LATEST, k, self.most)),
        )
        self._after: Whole = np.zeros(runs, dtype=np.int64)
        self._last_later = -1
        self._index = np.arange(k * self.most, dtype=np.uint64)
        self._base = np.array([[stream_base(s, Stream.ARRIVALS, 1)] for s in seeds.tolist()], dtype=np.uint64)

    def come_back_after(self, seconds: Floats) -> None:
        """What a 503 tells clients: come back no sooner than this; (runs,)."""
        self._after = np.floor(seconds * TICKS_PER_SECOND + 0.5).astype(np.int64)

    def enter_later(self, tick: int, index: Whole, weight: Floats, born: Floats) -> None:
        """As ``enter``, for those who were turned away with a word about when to come back."""
        state, size = self.state, self.state.pool.size
        each = self.state.pool[0].size
        after = np.maximum(self._after, 1)
        counts = np.bincount(index, weight, size).reshape(-1, each)
        births = np.bincount(index, weight * born, size).reshape(-1, each)
        runs = np.arange(after.size)
        slots = (tick + after) % LATEST
        state.later[runs, slots] += counts.reshape(state.pool.shape)
        state.later_born[runs, slots] += births.reshape(state.pool.shape)
        self._last_later = max(self._last_later, tick + int(after.max()))

    @property
    def tells(self) -> bool:
        """Some run's 503 says when to come back."""
        return bool(np.count_nonzero(self._after))

    def _let_back(self, tick: int) -> None:
        """Who was told to wait until now goes on like any who failed now: at random, or after the fixed back-off, of
        which the wait was a part."""
        state, slot = self.state, tick % LATEST
        counts, births = state.later[:, slot], state.later_born[:, slot]
        state.pool += counts * self.jitter[:, None]
        state.born += births * self.jitter[:, None]
        here = tick % state.ring.shape[1]
        state.ring[:, here] += counts * ~self.jitter[:, None]
        state.ring_born[:, here] += births * ~self.jitter[:, None]
        state.later[:, slot] = 0.0
        state.later_born[:, slot] = 0.0

    def enter(self, tick: int, index: Whole, weight: Floats, born: Floats) -> None:
        """Weights that failed now; ``index`` is flat over (run, class, attempts failed so far - 1)."""
        state = self.state
        shape = state.pool.shape
        size = state.pool.size
        counts = np.bincount(index, weight, size).reshape(shape)
        births = np.bincount(index, weight * born, size).reshape(shape)
        state.pool += counts * self.jitter[:, None]
        state.born += births * self.jitter[:, None]
        if not self.jitter.all():
            depth = state.ring.shape[1]
            for k in np.flatnonzero(~self.jitter).tolist():
                slot = (tick + int(self.delay[k])) % depth
                state.ring[:, slot, k] += counts[:, k]
                state.ring_born[:, slot, k] += births[:, k]

    def release(self, tick: int) -> tuple[Floats, Floats]:
        """Who tries again in this tick: counts and mean first moments, both (runs, classes, attempts)."""
        state = self.state
        if tick <= self._last_later:
            self._let_back(tick)
        u = uniform(self._base, np.array([tick], dtype=np.int64), self._index)[0].reshape(state.pool.shape)
        counts = np.minimum(poisson(state.pool * self._leave, Standard.of(u)), state.pool)
        births = state.born * (counts / np.maximum(state.pool, 1.0))
        state.pool -= counts
        state.born -= births
        slot = tick % state.ring.shape[1]
        counts = counts + state.ring[:, slot]
        births = births + state.ring_born[:, slot]
        state.ring[:, slot] = 0.0
        state.ring_born[:, slot] = 0.0
        return counts, births / np.maximum(counts, 1.0)

    def waiting(self, run: int) -> int:
        """Requests of a run that are between two attempts (or 0 where nobody retries)."""
        return int(self.state.pool[run].sum() + self.state.ring[run].sum() + self.state.later[run].sum())

    def give_up(self, run: int) -> Floats:
        """They do not try again. Returns how many of each class, (classes,)."""
        state = self.state
        delayed = state.ring[run].sum(axis=0) + state.later[run].sum(axis=0)
        waiting: Floats = (state.pool[run] + delayed).sum(axis=1)
        for field in fields(state):
            getattr(state, field.name)[run] = 0.0
        return waiting


def office_machine(seed: int, machines: int) -> int:
    """Which of so many machines ip-hash gives the one big office."""
    return int(uniform_one(seed, Stream.SPLIT, 0, 0, part=7) * machines)
