"""Representatives: a few requests of each class and tick, with whole weights that sum to all of them, who walk the path
and say how long it took and how it ended.

Counts move by the walks alone; representatives decide latency and fate. Each takes at every hop the wait that the queue
had at its own moment of the tick (its own bridge from the queue at the tick's start) and a service of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.numbers import deck
from scalegame.model.numbers.deck import Hand
from scalegame.model.numbers.exact import SMALL_MEAN, Floats, gamma, near_poisson, small_poisson
from scalegame.model.queueing.rooms import admitted, turns_ahead
from scalegame.model.queueing.servers import Stations, renewals
from scalegame.model.queueing.walk import dip, exact_dip, few_at
from scalegame.model.state import Machines, Whole, burden
from scalegame.model.way.flow import Trail

_N, _RATE, _MEAN, _SHIFT, _SPACE, _SLOW, _UNIT, _FACTOR = range(8)
"""What a machine is to those who come in a tick."""
_ALWAYS = 6
"""So many of these, the first, concern everyone who comes; the others those who wait."""
_AT_ONCE = 16_384
"""Stops that are worked out together, in whole sheets of the deck: what they need stays in a core's cache, and the
memory for it in the process. With twice as many it goes back to the system each time, and is asked for again."""


@dataclass(slots=True)
class Stops:
    """Machines that representatives go to, one an entry: all (stops,)."""

    at: Whole
    """Index into (ticks, runs, columns)."""
    hand: Hand
    moment: Floats
    """Share of the tick gone by at arrival."""
    work: Floats
    """Mean service in seconds on a machine of stretch 1."""
    scv: Floats | None
    """Squared coefficient of variation of that service; None where all are exponential."""
    spread: Floats | None
    """Root of the scv of one unit of waiting; None where all are 1."""

    def part(self, start: int, end: int) -> Stops:
        """Some of them, in whole sheets."""
        return Stops(
            self.at[start:end],
            self.hand.part(start, end),
            self.moment[start:end],
            self.work[start:end],
            None if self.scv is None else self.scv[start:end],
            None if self.spread is None else self.spread[start:end],
        )


@dataclass(slots=True)
class Passed:
    """What stops came to."""

    spent: Floats
    """Seconds in all at each, (stops,)."""
    waited: Whole
    """Those with a queue before them, as indices."""
    wait: Floats
    """Seconds in it, of these."""


class Machinery:
    """The machines over the ticks of a trail, as representatives meet them."""

    def __init__(self, table: Machines, stations: Stations, trail: Trail, factor: Floats | None) -> None:
        """factor: factors on the mean wait, (ticks, runs, columns), or None."""
        self._stations, self._table = stations, table
        n = trail.all(lambda walked: walked.ready.n)
        before = trail.all(lambda walked: walked.before[:2])
        service = trail.each(lambda walked: walked.service)
        free = trail.each(lambda walked: walked.ready.free)
        self.standing = stations.standing(table, n, before[:, 0], before[:, 1], service, free)
        fields = np.empty((8, *n.shape))
        fields[_N] = n
        np.multiply(trail.all(lambda walked: walked.after[2]), TICK_SECONDS, out=fields[_RATE])
        fields[_MEAN] = trail.each(lambda walked: walked.ready.mean)
        fields[_SHIFT] = self.standing.shift
        fields[_SPACE] = self.standing.space
        fields[_SLOW] = table.stretch * burden(table)
        rate = np.minimum(table.cores * stations.serving / service, trail.each(lambda walked: walked.allowed))
        np.maximum(rate, 1e-9, out=rate)
        np.divide(table.ladder, rate, out=fields[_UNIT])
        fields[_FACTOR] = table.ladder if factor is None else factor
        self._fields = fields.reshape(8, -1)
        self._factor = factor is not None
        self._cells = table.n.size
        self._rows: Whole | None = None
        if any(walked.ready.settling is not None for walked in trail.walked):
            self._find_small(trail, before[:, 1] * service)

    def _find_small(self, trail: Trail, load: Floats) -> None:
        """The laws of small rooms that may be full, and who is one."""
        none = np.zeros(self._table.n.shape, dtype=np.bool_)
        pressed = [none if w.ready.settling is None else w.ready.settling for w in trail.walked]
        cells = np.flatnonzero(np.array(pressed))
        here = cells % self._cells
        cores, room = (values.ravel().take(here) for values in (self._table.cores, self._table.room))
        self._law = admitted(cores, room, load.ravel().take(cells))
        self._rows = np.full(self._fields.shape[1], -1, dtype=np.int64)
        self._rows[cells] = np.arange(cells.size)

    def pass_through(self, stops: Stops) -> Passed:
        """How long each stop takes."""
        size = stops.at.size
        if size <= _AT_ONCE:
            return self._pass_through(stops)
        starts = range(0, size, _AT_ONCE)
        parts = [self._pass_through(stops.part(start, start + _AT_ONCE)) for start in starts]
        return Passed(
            spent=np.concatenate([part.spent for part in parts]),
            waited=np.concatenate([part.waited + start for part, start in zip(parts, starts, strict=True)]),
            wait=np.concatenate([part.wait for part in parts]),
        )

    def _pass_through(self, stops: Stops) -> Passed:
        at, hand, rows = stops.at, stops.hand, deck.hop_rows()
        draws = hand.read(rows[: deck.ALWAYS])
        met = self._fields[:_ALWAYS].take(at, axis=1)
        mean = met[_RATE : _MEAN + 1]
        mean *= stops.moment
        came = _counts(mean[0], draws[deck.CAME_Z : deck.CAME_CURVE + 1], hand, rows[deck.CAME_U])
        gone = _counts(mean[1], draws[deck.GONE_Z : deck.GONE_CURVE + 1], hand, rows[deck.GONE_U])
        stations = self._stations
        if not stations.plain:
            machine = at % self._cells
            came = np.maximum(mean[0] + (came - mean[0]) * stations.arrival_spread.take(machine), 0.0)
            if not stations.exponential:
                gone = renewals(mean[1], stations.service_scv.take(machine), gone, draws[deck.GONE_Z])
            ladder = self._table.ladder.ravel().take(machine)
            rounding = hand.read(rows[deck.ROUND_CAME : deck.ROUND_GONE + 1])
            came = np.floor(came / ladder + rounding[0])
            gone = np.floor(gone / ladder + rounding[1])
        ahead = dip(came, gone, draws[deck.DIP_E], draws[deck.DIP_E], few=False)
        few = few_at(came, gone)
        if few.size:
            ahead[few] = exact_dip(ahead.take(few), came.take(few), gone.take(few), hand.some(rows[deck.DIP_U], few))
        np.maximum(ahead, met[_N], out=ahead)
        ahead += came
        ahead -= gone
        met[_SPACE] -= 1.0
        np.minimum(ahead, met[_SPACE], out=ahead)
        ahead += 1.0
        dither = met[_SHIFT]
        dither += draws[deck.SHIFT]
        ahead -= np.floor(dither, out=dither)
        if self._rows is not None:
            row = self._rows.take(at)
            small = np.flatnonzero(row >= 0)
            ahead[small] = turns_ahead(self._law, row.take(small), draws[deck.SHIFT].take(small))
        spent = met[_SLOW]
        spent *= stops.work
        if stops.scv is None:
            spent *= draws[deck.SERVICE]
        else:
            for scv in sorted(dict.fromkeys(stops.scv.ravel().tolist())):
                mine = np.flatnonzero(stops.scv == scv)
                spent[mine] *= hand.some(deck.service_row(scv), mine)
        who = np.flatnonzero(ahead >= 1.0)
        wait = self._wait(ahead.take(who), hand, stops, who)
        spent[who] += wait
        return Passed(spent, who, wait)

    def _wait(self, ahead: Floats, hand: Hand, stops: Stops, who: Whole) -> Floats:
        """Seconds until so many before one are served, of those who wait."""
        rows, at = deck.hop_rows(), stops.at.take(who)
        wait = gamma(ahead, hand.some(rows[deck.WAIT_Z], who), hand.some(rows[deck.WAIT_PLACE], who))
        if stops.spread is not None:
            spread = stops.spread.take(who)
            wait = np.where(spread == 1.0, wait, np.maximum(ahead + (wait - ahead) * spread, 0.0))
        wait *= self._fields[_UNIT].take(at)
        if self._factor:
            wait *= self._fields[_FACTOR].take(at)
        return wait


def _counts(mean: Floats, draws: Floats, hand: Hand, u: Floats) -> Floats:
    """Poisson counts. draws: as near_poisson takes them; u: the deck's row of their uniforms."""
    counts = near_poisson(mean, draws[0], draws[1], draws[2])
    small = mean < SMALL_MEAN
    if np.count_nonzero(small):
        cells = np.flatnonzero(small)
        counts[cells] = small_poisson(counts.take(cells), mean.take(cells), hand.some(u, cells))
    return counts
