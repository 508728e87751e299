"""Short jobs: so many in a tick that workers are walked as one station, M/M/c (see walk and waiting), not job by job.

The walk says how many are done; the queue says of which class and tick; lanes of each tick say how long its jobs wait
for a core, as representatives do (see journeys). What a lane foresaw holds within the tick in which its jobs are done:
workers may have died meanwhile.

Service is taken as exponential for the wait; a job's own time on a core has its class's variation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.numbers.draws import Words, uniform
from scalegame.model.numbers.exact import Floats, Standard, gamma, normal_quantile, poisson
from scalegame.model.queue.messages import Backlog, Lots
from scalegame.model.queueing.cohorts import RING
from scalegame.model.queueing.servers import LONG_SMOOTHING, SMOOTHING
from scalegame.model.queueing.waiting import Shifts
from scalegame.model.queueing.walk import dip, exponents
from scalegame.model.state import Whole

LANES = 16
"""Waits foreseen a tick."""
PARTS = 7
"""Streams of draws."""
_MISTAKEN_SECONDS = 0.5
"""A wait foreseen that was so far off says nothing: workers came or went meanwhile."""
_EXPECTED = 32.0
"""Jobs of the expected mix that are thought to stand at the head too, as in cohorts."""


@dataclass
class Walk:
    """(runs,), or as said."""

    n: Floats
    """The walk: a shifted coordinate, see waiting; also the whole number of messages in the queue or on a core."""
    rho: Floats
    """Share of the possible services that found work, over the last second."""
    rate: Floats
    """Messages a second over the last five seconds."""
    rates: Floats
    """Messages a second of each class over the last second, (runs, classes)."""
    busy: Floats
    """Cores at work over the last second."""
    age: Floats
    """Ticks since the first message."""
    foreseen: Floats
    """Waits in seconds of each tick's messages, (runs, RING, LANES)."""


@dataclass(slots=True)
class Handled:
    """Deliveries that ended in this tick, in pieces: 1-d, by run."""

    run: Whole
    kind: Whole
    weight: Floats
    accepted: Whole
    """The tick."""
    born: Floats
    """Moments in seconds, as is the following."""
    start: Floats
    number: Whole
    """Within the run."""


class Handling:
    """The walk of the short jobs of all runs. ``bases``: words of PARTS streams, (PARTS, runs)."""

    def __init__(self, bases: Words, classes: int, shifts: Shifts, block: int) -> None:
        runs = bases.shape[1]
        self.runs = runs
        self.queue = Backlog(runs, classes)
        self.state = Walk(
            n=np.zeros(runs),
            rho=np.zeros(runs),
            rate=np.zeros(runs),
            rates=np.zeros((runs, classes)),
            busy=np.zeros(runs),
            age=np.zeros(runs),
            foreseen=np.zeros((runs, RING if classes else 0, LANES)),
        )
        self._bases = bases[:, :, None]
        self._columns = np.arange(1 + LANES, dtype=np.uint64)
        self._stratum = (np.arange(1 + LANES) * 5.0) % LANES
        self.shifts = shifts
        self._cores = np.zeros(runs)
        self._staffed: Floats = np.zeros(runs)
        self._row = np.full(runs, float(shifts.row(1)))
        self._block = block
        self._first, self._end = 0, 0

    def _draw(self, tick: int) -> None:
        self._first, self._end = tick, tick + self._block
        u = uniform(self._bases, np.arange(tick, self._end, dtype=np.int64), self._columns)
        # Column 0 is the walk's own: a whole tick; the others are the lanes, each up to its moment.
        self._moment = (u[:, 0] + self._stratum) * (1.0 / LANES)
        self._moment[:, :, 0] = 1.0
        self._flow = Standard.of(u[:, 1:3])
        self._dip = (u[:, 3], exponents(u[:, 3]))
        self._shift = u[:, 4, :, 1:]
        self._wait = normal_quantile(u[:, 5, :, 1:])
        self._born = u[:, 6, :, 1:]

    def step(self, tick: int, came: Floats, cores: Floats, work: Floats) -> Handled:
        """Messages accepted in this tick, (runs, classes), join; what so many cores do in it is taken out.

        cores: (runs,), 0 where none works; work: mean seconds of each class on a core, (runs, classes).
        """
        if not self._first <= tick < self._end:
            self._draw(tick)
        here = tick - self._first
        state = self.state
        self._tables(cores)
        self.queue.put(tick, came)
        arrived = np.add.accumulate(came, axis=1)[:, -1]
        seconds = self._service_time(came, work)
        mean = cores * TICK_SECONDS / seconds
        shift = self.shifts.read(self._row, state.rho)
        flow = np.array((state.rate * TICK_SECONDS, mean))[:, :, None] * self._moment[here]
        flow = poisson(flow, self._flow.at(here))
        flow[0, :, 0] = arrived
        possible = flow[1, :, 0]
        lost = dip(flow[0], flow[1], self._dip[0][here], self._dip[1][here])
        lost -= state.n[:, None]
        np.maximum(lost, 0.0, out=lost)
        self._foresee(tick, here, flow[:, :, 1:], lost[:, 1:], shift, seconds / np.maximum(cores, 1e-9))
        lost = lost[:, 0]
        served = np.minimum(np.maximum(possible - lost, 0.0), state.n + arrived)
        state.n += arrived - served
        state.rho += SMOOTHING * (served - state.rho * mean) / np.maximum(mean, 1.0)
        state.busy += SMOOTHING * (served * seconds / TICK_SECONDS - state.busy)
        state.age += (state.age > 0.0) | (arrived > 0.0)
        memory = np.maximum(LONG_SMOOTHING, 1.0 / np.maximum(state.age, 1.0))
        state.rate += memory * (arrived / TICK_SECONDS - state.rate)
        state.rates += SMOOTHING * (came / TICK_SECONDS - state.rates)
        return self._pieces(tick, here, self.queue.take(served), shift * seconds / np.maximum(cores, 1.0))

    def in_service(self) -> Floats:
        """Messages on a core after the last step, whole, (runs,)."""
        state = self.state
        busy = np.where(self.waiting() >= 1.0, self._cores, np.floor(state.busy + 0.5))
        return np.minimum(np.minimum(busy, self._cores), state.n)

    def waiting(self) -> Floats:
        """Messages that wait for a core, (runs,), right in the mean and therefore no whole number; below 1 there is a
        free core most of the time. Where nobody works, all of them wait."""
        return np.maximum(self.state.n - self.shifts.read(self._row, self.state.rho) * self._staffed, 0.0)

    def crash(self, run: int, amount: float) -> Lots:
        """The oldest are gone with their workers."""
        taken = np.zeros(self.runs)
        taken[run] = min(amount, self.state.n[run])
        self.state.n -= taken
        return self.queue.take(taken)

    def _tables(self, cores: Floats) -> None:
        """Where each run's shift curve starts."""
        if np.count_nonzero(cores != self._cores):
            self._cores = cores.copy()
            self._staffed = np.where(cores > 0.0, 1.0, 0.0)
            self._row = np.array([float(self.shifts.row(_tabled(int(c)))) for c in cores.tolist()])

    def _service_time(self, came: Floats, work: Floats) -> Floats:
        """Mean seconds on a core of what is at the head, (runs,)."""
        if self.queue.classes == 1:
            return work[:, 0]
        rates = self.state.rates + came * 1e-3 + 1e-12
        share = rates * (_EXPECTED / np.add.accumulate(rates, axis=1)[:, -1:])
        share += self.queue.oldest_mix()
        total = np.add.accumulate(share, axis=1)[:, -1]
        return np.add.accumulate(share * work, axis=1)[:, -1] / total

    def _foresee(self, tick: int, here: int, flow: Floats, lost: Floats, shift: Floats, each: Floats) -> None:
        """How long each lane's messages will wait, were the workers to stay: see journeys.travel.

        flow: who came and who could leave until the lane's moment, (2, runs, LANES); lost: services that found nobody;
        each: seconds that one message in front takes, (runs,).
        """
        ahead = lost + flow[0]
        ahead -= flow[1]
        ahead += (self.state.n + 1.0)[:, None]
        ahead -= np.floor(shift[:, None] + self._shift[here])
        wait = gamma(np.maximum(ahead, 1.0), self._wait[here])
        wait *= ahead >= 1.0
        np.multiply(wait, each[:, None], out=self.state.foreseen[:, tick % RING])

    def _pieces(self, tick: int, here: int, lots: Lots, lead: Floats) -> Handled:
        """lead: by how much a message leaves the walk after it came to a core, in seconds, (runs,)."""
        lot, weight, number = lots.pieces(LANES, self.runs)
        run, born = lots.run.take(lot), lots.tick.take(lot)
        lane = (number + tick) % LANES
        wait = self.state.foreseen[run, born % RING, lane]
        seen = (tick - born) * TICK_SECONDS - lead.take(run)
        known = np.minimum(np.maximum(wait, seen - TICK_SECONDS), seen + TICK_SECONDS)
        wait = np.maximum(np.where(np.abs(wait - seen) > _MISTAKEN_SECONDS, seen, known), 0.0)
        moment = (born + self._born[here][run, lane]) * TICK_SECONDS
        return Handled(run, lots.kind.take(lot), weight, born, moment, moment + wait, number)


def _tabled(cores: int) -> int:
    """Up to 64 as they are; beyond, curves are made for steps of a thirty-second."""
    step = max(cores.bit_length() - 6, 0)
    return max(cores >> step << step, 1)
