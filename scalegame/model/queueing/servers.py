"""Machines at work: one walk a machine, for all machines of all runs at once.

``prepare`` says what every machine could do in this tick, from the state at its start; ``advance`` then takes one
tier's arrivals, tier after tier, in a request's order; ``remember`` ends the tick. See ``walk`` for the law,
``waiting`` for machines with several cores, ``ahead`` for what is known before the tick.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS, TICKS_PER_SECOND
from scalegame.model.numbers.exact import Floats, gamma, poisson
from scalegame.model.queueing.ahead import MachineDraws, MachinesAhead
from scalegame.model.queueing.rooms import pressed, settled, small_rooms
from scalegame.model.queueing.waiting import Shifts
from scalegame.model.queueing.walk import dip
from scalegame.model.state import Machines, Mask

SMOOTHING = 0.1
"""What a tick weighs in a one-second moving average."""
LONG_SMOOTHING = 0.02
"""The same for five seconds: the arrival rate by which representatives move within a tick. A shorter memory would
remember the very arrivals that made the queue, and count their luck twice."""
SLOW_SERVICE_SECONDS = 0.4
"""From this service time on, machines with several cores complete what they hold one by one (see Stations.prepare)."""

AVERAGES = ("rho", "rate_in", "rate_mean", "busy")
"""The moving averages of the machine table; they stand in one array, so that a tick renews them at once."""


@dataclass(slots=True)
class Prepared:
    """What the machines can do in this tick, and where they stood at its start. All (runs, columns)."""

    n: Floats
    mean: Floats
    """Expected services, were there always work."""
    possible: Floats
    """Services drawn, in ladder units."""
    free: Floats
    """Slots that downstream does not hold."""
    settling: Mask | None = None
    """Small rooms that may be full, see rooms; None where there are none."""
    space: Floats | None = None
    """Highest n that the free room allows, in ladder units; worked out when some machine comes near it."""


@dataclass(slots=True)
class Standing:
    """Where machines stood at the start of ticks, for those who queue there; all (..., runs, columns)."""

    shift: Floats
    waiting: Floats
    """Requests that wait for a core or a slot."""
    space: Floats
    """Highest n that the free room allows, in ladder units."""


class Stations:
    """The walks over the whole machine table. ``scv`` is the squared coefficient of variation of service, by column."""

    def __init__(self, shifts: Shifts) -> None:
        self.shifts = shifts
        self.serving: Floats = np.zeros((1, 0))
        self.working: Floats = np.zeros((1, 0))
        self.scv: Floats = np.zeros((1, 0))
        self.arrival_spread: Floats = np.zeros(0)
        self.service_scv: Floats = np.zeros(0)
        """Root of the arrivals' scv, and the services' scv, flat over runs x columns."""
        self.plain = self.exponential = True
        self.slow: Mask = np.zeros((1, 0), dtype=np.bool_)
        self.small: Mask = np.zeros((1, 0), dtype=np.bool_)
        self.any_slow = self.any_small = False
        self.averages: Floats = np.zeros((len(AVERAGES), 1, 0))
        """Those of the machine table: (4, runs, columns)."""
        self._seen = self._unit = self._keep = self._gain = self.averages
        self._arrived: Floats = self._unit[1]
        self._work: Floats = self._unit[0]
        self._floor_inside = self._safe = self._room = self._waiting_room = self.serving
        self._mean: Floats | None = None

    def rebuild(
        self, table: Machines, serving: Floats, reached: Floats, scv: Floats, arrival_scv: Floats, *, exponential: bool
    ) -> None:
        """After any change of machines: what can be known before a tick. serving is 1 where a machine stands and takes
        work, reached where the network gets to it: what is sent elsewhere waits on the wire; exponential: all scv are
        1, in whatever run."""
        self.serving = serving
        self.working = serving * reached
        self.scv = scv
        self.arrival_spread = np.sqrt(arrival_scv).ravel()
        self.service_scv = np.broadcast_to(scv, arrival_scv.shape).ravel()
        self.exponential = exponential
        self.plain = self.exponential and bool((table.ladder == 1.0).all())
        self.slow = (table.cores > 1.0) & (table.service >= SLOW_SERVICE_SECONDS)
        services = table.cores * TICK_SECONDS / table.service
        self.small = small_rooms(table.room, table.cores, services) & ~self.slow & (reached > 0.0)
        self.any_slow = bool(self.slow.any())
        self.any_small = bool(self.small.any())
        self._floor_inside = np.where(table.cores > 1.0, 0.0, 1.0)
        self._room = table.room - table.slots
        self._waiting_room = table.room - table.cores + 1.0
        # The shift is never below 0 nor what is inside above the cores: up to here nobody is refused.
        self._safe = np.floor(np.maximum(table.room - np.maximum(table.cores, 1.0), 0.0) / table.ladder)
        self._bind(table)

    def _bind(self, table: Machines) -> None:
        """Put the moving averages into one array of which the table's are views."""
        self.averages = np.stack([getattr(table, name) for name in AVERAGES])
        for row, name in enumerate(AVERAGES):
            setattr(table, name, self.averages[row])
        self._seen = np.empty_like(self.averages)
        self._work, self._arrived = self._seen[0::3], self._seen[1:3]
        self._unit = np.empty_like(self.averages)
        self._keep = np.ones_like(self.averages)
        # Not empty: what lay there before may look like the long average's memory in its first cell alone.
        self._gain = np.zeros_like(self.averages)
        self._mean = None

    def foresee(self, table: Machines, ahead: MachinesAhead, constant: bool) -> None:
        """Work out the possible services of the ticks drawn ahead, where service times will stay as they are."""
        if constant and not self.any_slow:
            mean = table.cores * self.working * TICK_SECONDS / table.service
            ahead.foresee(mean, table.cores, self.exponential and self.plain)
        else:
            ahead.forget()

    def prepare(self, table: Machines, free: Floats, spare: Floats | None, draws: MachineDraws, tick: int) -> Prepared:
        """free: slots not held by downstream; spare: starts that free slots and downstream's answers admit now, None
        where there are always enough."""
        if table.rho.base is not self.averages:
            self._bind(table)
        self._memory(tick)
        n = table.n.copy()
        settling = pressed(self.small, self._waiting_room, table.rho) if self.any_small else None
        if draws.possible is not None and (spare is None or not np.count_nonzero(spare < draws.need)):
            if self._mean is not draws.mean:
                self._expect(table, draws.mean)
                self._mean = draws.mean
            if self.plain:
                return Prepared(n, draws.mean, draws.possible, free, settling)
            possible = self._ladder_services(table, draws.mean, draws.possible, draws)
            return Prepared(n, draws.mean, possible, free, settling)
        draws.possible = None
        cores = table.cores if spare is None else np.minimum(table.cores, spare)
        mean = cores * self.working
        mean *= TICK_SECONDS
        mean /= table.service
        if self.any_slow:
            at_work = np.minimum(table.cores, n)
            middle = n + 0.5 * TICK_SECONDS * (table.rate_in - at_work / table.service)
            at_most = np.maximum(np.minimum(table.cores, middle), 0.0)
            if spare is not None:
                np.minimum(at_most, spare, out=at_most)
            mean = np.where(self.slow, at_most * self.working * TICK_SECONDS / table.service, mean)
        possible = poisson(mean, draws.service)
        if spare is not None:
            # Before they are units of the walk: else a run with slots to spare would see that another has none.
            np.minimum(possible, np.floor(spare), out=possible)
        if not self.plain:
            possible = self._ladder_services(table, mean, possible, draws)
        self._mean = None
        self._expect(table, mean)
        return Prepared(n, mean, possible, free, settling)

    def _memory(self, tick: int) -> None:
        """The long average is a plain one at first."""
        memory = max(LONG_SMOOTHING, 1.0 / (tick + 1.0))
        if memory > LONG_SMOOTHING or self._gain[2, 0, 0] != memory:
            self._gain[2] = memory

    def _expect(self, table: Machines, mean: Floats) -> None:
        """What ``remember`` needs to know of a tick. rho is a ratio of averages: a tick that could serve next to
        nothing hardly counts."""
        self._keep[0] = mean
        np.divide(SMOOTHING, np.maximum(mean, 1.0), out=self._gain[0])
        self._gain[1::2] = SMOOTHING
        self._unit[0] = 1.0
        self._unit[1:3] = TICKS_PER_SECOND
        np.multiply(table.service, TICKS_PER_SECOND, out=self._unit[3])

    def _ladder_services(self, table: Machines, mean: Floats, possible: Floats, draws: MachineDraws) -> Floats:
        """Possible services in ladder units where service or arrivals are not exponential.

        The walk's unit is then (ca² + cs²)/2 mean services, the mean of a ladder height of M/G/1's workload: so the
        number of units is geometric with ratio rho as Pollaczek and Khinchine have it, and work diffuses as it should.
        """
        work = possible
        if not self.exponential:
            work = renewals(mean, np.broadcast_to(self.scv, mean.shape), possible, draws.service.z)
        exact = table.carry_out + work / table.ladder
        units = np.floor(exact)
        table.carry_out = exact - units
        return units

    def standing(
        self, table: Machines, n: Floats, rho: Floats, rate_in: Floats, service: Floats, free: Floats
    ) -> Standing:
        """Where machines stand for those who come. n, rho, rate_in, service, free: (..., runs, columns)."""
        shift = self.shifts.read(table.shift, rho)
        inside = rate_in * service
        np.maximum(inside, self._floor_inside, out=inside)
        np.minimum(inside, table.cores, out=inside)
        waiting = n - shift
        waiting *= table.ladder
        np.maximum(waiting, 0.0, out=waiting)
        # Room counts those present; n counts from the shift. free + backlog - in service is what may wait.
        space = free + self._room
        if self.any_slow:
            whole = space
            waiting = np.where(self.slow, np.maximum(n - table.cores, 0.0), waiting)
            shift = np.where(self.slow, table.cores, shift)
        space = space - inside
        np.maximum(space, 0.0, out=space)
        if not self.plain:
            space /= table.ladder
        space += shift
        if self.any_slow:
            space = np.where(self.slow, whole, space)
        np.floor(space, out=space)
        return Standing(shift, waiting, space)

    def advance(
        self,
        table: Machines,
        span: slice,
        ready: Prepared,
        arrived: Floats,
        draws: MachineDraws,
        dips: Floats | None = None,
    ) -> tuple[Floats | None, Floats]:
        """Walk one tier through the tick. arrived: (runs, machines of the span) whole requests that came; dips: how far
        their bridges dip, where that was known ahead.

        Returns (refused, served), whole requests; None where nobody is refused. arrived = refused + served + change of
        n x ladder, exactly where the ladder is 1, within the carried fraction elsewhere.
        """
        n = ready.n[:, span]
        possible = ready.possible[:, span]
        units = arrived
        if not self.plain:
            exact = table.carry_in[:, span] + arrived / table.ladder[:, span]
            units = np.floor(exact)
            table.carry_in[:, span] = exact - units
        foreseen = draws.possible is not None and self.plain
        if foreseen and dips is not None:
            lost = dips - n
        else:
            lost = self._dip(units, possible, span, draws, foreseen=foreseen)
            lost -= n
        np.maximum(lost, 0.0, out=lost)
        if self.any_slow:
            lost = np.where(self.slow[:, span], np.maximum(possible - n - units, 0.0), lost)
        whole = n + units
        refused = self._refused(table, span, ready, units, whole, draws)
        end = whole - possible
        end += lost
        if refused is not None:
            end -= refused
            np.maximum(end, 0.0, out=end)
        if ready.settling is not None:
            refused = self._settle(table, span, ready, units, refused, end, draws)
        served = whole - end
        if refused is not None:
            served -= refused
        table.n[:, span] = end
        work = served if self.plain else served * table.ladder[:, span]
        self._work[:, :, span] = work
        self._arrived[:, :, span] = arrived
        if self.plain:
            return refused, served
        exact = table.carry_served[:, span] + work
        served = np.maximum(np.floor(exact), 0.0)
        table.carry_served[:, span] = exact - served
        if refused is None:
            return None, served
        back = np.minimum(np.floor(refused * table.ladder[:, span] + draws.top_u[:, span]), arrived)
        return back, served

    def _dip(self, units: Floats, possible: Floats, span: slice, draws: MachineDraws, *, foreseen: bool) -> Floats:
        u, e = draws.bottom_u[:, span], draws.bottom_e[:, span]
        if foreseen:
            return dip(units, possible, u, e, draws.half[:, span], draws.root[:, span], few=draws.few)
        return dip(units, possible, u, e)

    def _refused(
        self, table: Machines, span: slice, ready: Prepared, units: Floats, whole: Floats, draws: MachineDraws
    ) -> Floats | None:
        """Who finds no room; whole: n with all that came."""
        near = whole > self._safe[:, span]
        if ready.free is not table.slots:
            near = whole > self._safe[:, span] - ((table.slots - ready.free) / table.ladder)[:, span]
        if not np.count_nonzero(near):
            return None
        if ready.space is None:
            start = self.averages
            ready.space = self.standing(table, ready.n, start[0], start[1], table.service, ready.free).space
        space = ready.space[:, span]
        over = ready.n[:, span] + dip(ready.possible[:, span], units, draws.top_u[:, span], draws.top_e[:, span])
        over -= space
        np.maximum(over, 0.0, out=over)
        np.minimum(over, units, out=over)
        over *= whole > space
        return over

    def _settle(
        self,
        table: Machines,
        span: slice,
        ready: Prepared,
        units: Floats,
        refused: Floats | None,
        end: Floats,
        draws: MachineDraws,
    ) -> Floats | None:
        """Put in what the small rooms come to; changes ``end``, returns who is refused."""
        cells = np.flatnonzero(ready.settling[:, span]) if ready.settling is not None else np.zeros(0, dtype=np.int64)
        if not cells.size:
            return refused
        rho, rate = (self.averages[i, :, span].ravel().take(cells) for i in (0, 1))
        turned, target = settled(
            cores=table.cores[:, span].ravel().take(cells),
            room=table.room[:, span].ravel().take(cells),
            service=table.service[:, span].ravel().take(cells),
            rate=rate,
            shift=self.shifts.read(table.shift[:, span].ravel().take(cells), rho),
            n=ready.n[:, span].ravel().take(cells),
            units=units.ravel().take(cells),
            bottom_u=draws.bottom_u[:, span].ravel().take(cells),
            top_u=draws.top_u[:, span].ravel().take(cells),
        )
        if refused is None:
            refused = np.zeros(end.shape)
        refused.reshape(-1)[cells] = turned
        end.reshape(-1)[cells] = target
        return refused

    def rest(self) -> None:
        """At the start of a tick: nobody came to any machine yet."""
        self._seen[:] = 0.0

    def remember(self) -> None:
        """At the end of a tick: the moving averages."""
        seen = self._seen
        seen *= self._unit
        seen -= self._keep * self.averages
        seen *= self._gain
        self.averages += seen


_MILD = 1.5
"""Up to this squared coefficient of variation a Poisson count's spread is scaled; beyond it that would fall below 0."""


def renewals(mean: Floats, scv: Floats, poissonian: Floats, z: Floats) -> Floats:
    """Services that a busy machine completes where it would complete ``mean`` on average, of squared coefficient of
    variation ``scv``: an amount of work of that mean and of variance mean x scv, the whole counts given where scv is 1,
    the mean itself where it is 0, a gamma amount where it is large. z: normal scores."""
    work = np.where(scv == 1.0, poissonian, mean + (poissonian - mean) * np.sqrt(scv))
    wild = scv > _MILD
    if not np.count_nonzero(wild):
        return np.maximum(work, 0.0)
    shape = mean / np.where(wild, scv, 1.0)
    whole = np.floor(shape)
    low = gamma(whole, z) * (whole >= 1.0)
    skewed = scv * (low + (gamma(whole + 1.0, z) - low) * (shape - whole))
    return np.where(wild, skewed, np.maximum(work, 0.0))
