"""Machines at work: one walk a machine, for all machines of all runs at once.

``prepare`` draws what every machine could do in this tick, from the state at its start; ``advance`` then takes one
tier's arrivals, tier after tier, in a request's order. See ``walk`` for the law, ``waiting`` for machines with several
cores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.exact import Floats, Standard, gamma, poisson
from scalegame.model.rooms import admitted, pressed, settled, small_rooms
from scalegame.model.state import Machines, Mask
from scalegame.model.waiting import Shifts
from scalegame.model.walk import dip

SMOOTHING = 0.1
"""What a tick weighs in a one-second moving average."""
LONG_SMOOTHING = 0.02
"""The same for five seconds: the arrival rate by which representatives move within a tick. A shorter memory would
remember the very arrivals that made the queue, and count their luck twice."""
SLOW_SERVICE_SECONDS = 0.4
"""From this service time on, machines with several cores complete what they hold one by one (see Stations.prepare)."""


@dataclass(slots=True)
class MachineDraws:
    """Keyed draws of one tick, (runs, columns): possible services, the dips at the bottom and at the top."""

    service: Standard
    bottom_u: Floats
    bottom_e: Floats
    top_u: Floats
    top_e: Floats


@dataclass(slots=True)
class Prepared:
    """What the machines can do in this tick, and where they stood at its start. All (runs, columns)."""

    n: Floats
    mean: Floats
    """Expected services, were there always work."""
    possible: Floats
    """Services drawn, in ladder units."""
    shift: Floats
    waiting: Floats
    """Requests that wait for a core or a slot."""
    space: Floats
    """Highest n that the free room allows, in ladder units."""
    rate: Floats
    """Services a second once there is a queue."""
    arrived: Floats
    """Requests that came in this tick, filled in tier by tier."""
    work: Floats
    """Mean services done in this tick, likewise."""
    settling: Mask | None = None
    """Small rooms that may be full, see rooms; None where there are none."""
    law: Floats | None = None
    """Of small rooms: P(at most k wait or are served in turn), see rooms; (runs x columns, k)."""


class Stations:
    """The walks over the whole machine table. ``scv`` is the squared coefficient of variation of service, by column."""

    def __init__(self, shifts: Shifts) -> None:
        self.shifts = shifts
        self.serving: Floats = np.zeros((1, 0))
        self.scv: Floats = np.zeros((1, 0))
        self.arrival_spread: Floats = np.zeros(0)
        self.service_scv: Floats = np.zeros(0)
        """Root of the arrivals' scv, and the services' scv, flat over runs x columns."""
        self.plain = self.exponential = True
        self.memory = 1.0
        self.slow: Mask = np.zeros((1, 0), dtype=np.bool_)
        self.small: Mask = np.zeros((1, 0), dtype=np.bool_)
        self.any_slow = self.any_small = False
        self.burdened = False
        """Some machine is slower than its size says."""

    def rebuild(self, table: Machines, serving: Floats, scv: Floats, arrival_scv: Floats) -> None:
        """After any change of machines: what can be known before a tick. serving is 1 where a machine works."""
        self.serving = serving
        self.scv = scv
        self.arrival_spread = np.sqrt(arrival_scv).ravel()
        self.service_scv = np.broadcast_to(scv, arrival_scv.shape).ravel()
        self.exponential = bool((scv == 1.0).all())
        self.plain = self.exponential and bool((table.ladder == 1.0).all())
        self.slow = (table.cores > 1.0) & (table.service >= SLOW_SERVICE_SECONDS)
        services = table.cores * TICK_SECONDS / table.service
        self.small = small_rooms(table.room, table.cores, services) & ~self.slow
        self.any_slow = bool(self.slow.any())
        self.any_small = bool(self.small.any())

    def prepare(self, table: Machines, free: Floats, spare: Floats, draws: MachineDraws, tick: int) -> Prepared:
        """free: slots not held by downstream; spare: starts that free slots and downstream's answers admit now."""
        self.memory = max(LONG_SMOOTHING, 1.0 / (tick + 1.0))
        cores = np.minimum(table.cores, spare)
        mean = cores * self.serving
        mean *= TICK_SECONDS
        mean /= table.service
        shift = self.shifts.read(table.shift, table.rho)
        many = table.cores > 1.0
        inside = np.minimum(table.cores, table.rate_in * table.service)
        inside = np.where(many, inside, 1.0)
        waiting = np.maximum((table.n - shift) * table.ladder, 0.0)
        if self.any_slow:
            waiting = np.where(self.slow, np.maximum(table.n - table.cores, 0.0), waiting)
            shift = np.where(self.slow, table.cores, shift)
            at_work = np.minimum(table.cores, table.n)
            middle = table.n + 0.5 * TICK_SECONDS * (table.rate_in - at_work / table.service)
            working = np.minimum(np.maximum(np.minimum(table.cores, middle), 0.0), spare)
            mean = np.where(self.slow, working * self.serving * TICK_SECONDS / table.service, mean)
        possible = poisson(mean, draws.service)
        if not self.plain:
            possible = self._ladder_services(table, mean, possible, draws)
        np.minimum(possible, np.floor(spare), out=possible)
        # Room counts those present; n counts from the shift. free + backlog - in service is what may wait.
        space = table.room - table.slots + free - inside
        np.maximum(space, 0.0, out=space)
        if not self.plain:
            space = space / table.ladder
        space += shift
        if self.any_slow:
            space = np.where(self.slow, table.room - table.slots + free, space)
        np.floor(space, out=space)
        rate = np.minimum(table.cores * self.serving / table.service, table.allowed)
        settling = pressed(self.small, table.room, table.rho) if self.any_small else None
        law = None if settling is None else admitted(table, settling)
        none = np.zeros((2, *mean.shape))
        return Prepared(table.n.copy(), mean, possible, shift, waiting, space, rate, none[0], none[1], settling, law)

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

    def advance(
        self, table: Machines, span: slice, ready: Prepared, arrived: Floats, draws: MachineDraws
    ) -> tuple[Floats, Floats]:
        """Walk one tier through the tick. arrived: (runs, machines of the span) whole requests that came.

        Returns (refused, served), whole requests. arrived = refused + served + change of n x ladder, exactly where the
        ladder is 1, within the carried fraction elsewhere.
        """
        n = ready.n[:, span]
        possible = ready.possible[:, span]
        space = ready.space[:, span]
        units = arrived
        if not self.plain:
            exact = table.carry_in[:, span] + arrived / table.ladder[:, span]
            units = np.floor(exact)
            table.carry_in[:, span] = exact - units
        lost = dip(units, possible, draws.bottom_u[:, span], draws.bottom_e[:, span])
        lost -= n
        np.maximum(lost, 0.0, out=lost)
        if self.any_slow:
            lost = np.where(self.slow[:, span], np.maximum(possible - n - units, 0.0), lost)
        refused = np.zeros(units.shape)
        end = n + units
        full = end > space
        if np.count_nonzero(full):
            over = n + dip(possible, units, draws.top_u[:, span], draws.top_e[:, span]) - space
            refused = np.minimum(np.maximum(over, 0.0), units) * full
            end -= refused
        end -= possible
        end += lost
        np.maximum(end, 0.0, out=end)
        if ready.settling is not None:
            refused, end = settled(table, span, ready, units, refused, end, draws)
        served = n + units - refused - end
        table.n[:, span] = end
        work = served if self.plain else served * table.ladder[:, span]
        ready.arrived[:, span] = arrived
        ready.work[:, span] = work
        if self.plain:
            return refused, served
        back = np.minimum(np.floor(refused * table.ladder[:, span] + draws.top_u[:, span]), arrived)
        exact = table.carry_served[:, span] + work
        whole = np.maximum(np.floor(exact), 0.0)
        table.carry_served[:, span] = exact - whole
        return back, whole

    def remember(self, table: Machines, ready: Prepared) -> None:
        """At the end of a tick: the moving averages."""
        # A ratio of averages: a tick that could serve next to nothing hardly counts.
        change = ready.work - table.rho * ready.mean
        change *= SMOOTHING
        change /= np.maximum(ready.mean, 1.0)
        table.rho += change
        seen = ready.arrived * (1.0 / TICK_SECONDS)
        table.rate_in += SMOOTHING * (seen - table.rate_in)
        table.rate_mean += self.memory * (seen - table.rate_mean)
        at_work = ready.work * table.service
        at_work *= 1.0 / TICK_SECONDS
        at_work -= table.busy
        at_work *= SMOOTHING
        table.busy += at_work


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
