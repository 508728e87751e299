"""Whom each representative stands for and where it goes: choices made by cutting running totals.

Lanes are (classes x LANES). Where a choice must not depend on another, lanes are dealt in another order, one that turns
with the ticks: else first attempts would always go to the first machines, and hits never.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.numbers import deck
from scalegame.model.numbers.deck import LANES, Hand
from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Mask, Whole
from scalegame.model.way.flow import Attempts, Trail
from scalegame.model.way.routes import Routes

_UPPER = (np.arange(LANES) + 1.0) / LANES
_LOWER = np.arange(LANES) / LANES
_ROW = float(1 << 30)
"""Apart enough to look up many running totals in one flat array: no tick brings a billion requests."""
ATTEMPT, EDGE, HIT, CALL, FAR, KEY = (5, 11), (7, 3), (9, 5), (11, 13), (13, 7), (15, 9)
"""Orders to deal lanes in: the step from lane to lane, and what a tick turns it by; odd, so that they reach all."""
ALL_THE_WAY = 1 << 8
"""Of the deck's keys for hops, which are tiers: what a representative draws once."""
_MOMENT, _CUT, DOOR_U, LOSS_U, TURN_U, _ATTEMPT_U = range(deck.WAY)
"""Rows of the deck for the whole way: when in the tick, which machine, then uniforms for rounding and choosing."""


@dataclass(slots=True)
class Seats:
    """Where representatives belong. All (representatives,)."""

    tick: Whole
    """Since the trail's start."""
    cell: Whole
    """Index into (ticks, runs, classes)."""
    lane: Whole
    """Index into (runs, classes, lanes)."""
    flow: Whole
    """run x classes + class."""
    run: Whole
    nobody: Whole
    """Zeros."""


@dataclass(slots=True)
class Crowd:
    """Representatives of a trail, one an entry and none without weight. All (representatives,)."""

    first: int
    last: int
    """The trail's first tick and its last."""
    seats: Seats
    full: bool
    """Every lane of every tick, run and class is there."""
    draws: Floats
    """(deck.WAY, representatives)."""
    weight: Floats
    place: Floats
    """Where it stands among its class's attempts."""
    start: Floats
    """When the attempt was made, seconds."""
    born: Floats
    """When the first attempt was."""
    attempt: Whole
    """Attempts that failed before."""
    server: Whole
    """Column of the machine that has it, counted within the tier."""
    edge: Mask | None = None
    """Answered by the CDN."""
    hit: Mask | None = None
    """Answered by a cache."""

    @property
    def tick(self) -> Whole:
        return self.seats.tick

    @property
    def cell(self) -> Whole:
        return self.seats.cell

    @property
    def lane(self) -> Whole:
        return self.seats.lane

    @property
    def flow(self) -> Whole:
        return self.seats.flow

    @property
    def run(self) -> Whole:
        return self.seats.run

    @property
    def moment(self) -> Floats:
        """Share of the tick gone by at the attempt."""
        moment: Floats = self.draws[_MOMENT]
        return moment

    @property
    def cut(self) -> Floats:
        """Uniforms that choose machines."""
        cut: Floats = self.draws[_CUT]
        return cut


class Lanes:
    """The lanes of a batch of runs."""

    def __init__(self, runs: int, classes: int) -> None:
        self.runs, self.classes = runs, classes
        self._full: dict[int, Seats] = {}

    def gather(self, trail: Trail, sheets: Whole) -> Crowd:
        """Everyone who represents a trail's attempts, in the order of ticks, runs, classes and lanes. sheets: of the
        deck, (cells,)."""
        total = trail.all(lambda walked: walked.attempts.all)[..., None]
        low = np.floor(total * _LOWER)
        weight = np.floor(total * _UPPER)
        weight -= low
        low, weight = low.reshape(-1), weight.reshape(-1)
        if np.count_nonzero(weight) == weight.size:
            seats, who = self._full_house(len(trail)), None
        else:
            who = np.flatnonzero(weight)
            seats = self._seat(who)
            low, weight = low.take(who), weight.take(who)
        draws = Hand(sheets, who).read(deck.way_rows())
        # Anywhere in what a lane stands for: were it always the middle, the same few machines would ever be seen.
        place = draws[_CUT] * weight
        place += low
        start = draws[_MOMENT] + seats.tick
        start += float(trail.first)
        start *= TICK_SECONDS
        return Crowd(
            first=trail.first,
            last=trail.first + len(trail) - 1,
            seats=seats,
            full=who is None,
            draws=draws,
            weight=weight,
            place=place,
            start=start,
            born=start,
            attempt=seats.nobody,
            server=seats.nobody,
        )

    def _seat(self, who: Whole) -> Seats:
        """who: indices into (ticks, runs, classes, LANES)."""
        cell = who // LANES
        lane = who % (self.runs * self.classes * LANES)
        flow = lane // LANES
        tick = cell // (self.runs * self.classes)
        return Seats(tick, cell, lane, flow, flow // self.classes, np.zeros_like(cell))

    def _full_house(self, ticks: int) -> Seats:
        """Where every lane of so many ticks stands for somebody."""
        if ticks not in self._full:
            self._full[ticks] = self._seat(np.arange(ticks * self.runs * self.classes * LANES))
        return self._full[ticks]

    def even(self, order: tuple[int, int], first: int, crowd: Crowd, u: Floats) -> Floats:
        """Evenly spread uniforms, one a representative, in an order of their own. u: uniforms; first: of the trail."""
        step, turn = order
        place = (crowd.lane % LANES * step + (crowd.tick + first) * turn) % LANES
        spread: Floats = (place + u) * (1.0 / LANES)
        return spread

    def pick(self, share: Floats, row: Whole, u: Floats) -> Whole:
        """Columns drawn by shares, (rows, columns), that sum to 1: one for each of ``row`` and u."""
        columns = share.shape[1]
        # In whole parts of 2^-30, so that a run's place in the batch rounds nothing away.
        upto = np.floor(np.add.accumulate(share, axis=1) * _ROW)
        upto += np.arange(share.shape[0])[:, None] * (2.0 * _ROW)
        found = upto.ravel().searchsorted(np.floor(u * _ROW) + row * (2.0 * _ROW), side="right")
        found -= row * columns
        result: Whole = np.maximum(np.minimum(found, columns - 1), 0)
        return result

    def server(self, routes: Routes, trail: Trail, crowd: Crowd) -> Whole:
        """The server's column of each, or the common one of its pool, counted within the tier."""
        if not routes.several:
            return np.zeros_like(crowd.cell)
        split = trail.all(lambda walked: walked.split)
        machines = split.shape[3]
        upto = np.add.accumulate(split, axis=3).reshape(-1, machines)
        rows = np.arange(upto.shape[0]) * _ROW
        upto += rows[:, None]
        reached = trail.all(lambda walked: walked.at_servers / np.maximum(walked.attempts.all, 1.0))
        place = crowd.place * reached.ravel().take(crowd.cell)
        place += rows.take(crowd.cell)
        # Both ascend: the shorter is looked up in the longer.
        if upto.size < place.size:
            first = place.searchsorted(upto.ravel(), side="left")
            found = np.add.accumulate(np.bincount(first, minlength=place.size + 1)[:-1])
        else:
            found = upto.ravel().searchsorted(place, side="right")
        found -= crowd.cell * machines
        np.minimum(found, machines - 1, out=found)
        result: Whole = np.maximum(found, 0, out=found)
        return result

    def behind(self, routes: Routes, crowd: Crowd, local: Whole) -> Whole:
        """The machine itself where a pool is walked as one, picked by its cores."""
        picked = self.pick(routes.capacity.reshape(-1, routes.capacity.shape[2]), crowd.flow, crowd.cut)
        return np.where(routes.as_one[:, 0].take(crowd.run), picked, local)

    def first_moments(self, crowd: Crowd, first: int, attempts: Attempts) -> None:
        """Which attempt each stands for, and when its first one was."""
        again, births = attempts.again, attempts.births
        if again is None or births is None or not np.count_nonzero(again):
            return
        upto = np.add.accumulate(np.concatenate([attempts.fresh[:, :, None], again], axis=2), axis=2)
        upto = upto.reshape(-1, upto.shape[2]).take(crowd.flow, axis=0)
        place = upto[:, -1] * self.even(ATTEMPT, first, crowd, crowd.draws[_ATTEMPT_U])
        crowd.attempt = (place[:, None] >= upto[:, :-1]).sum(axis=1)
        earlier = crowd.flow * births.shape[2] + np.maximum(crowd.attempt - 1, 0)
        crowd.born = np.where(crowd.attempt > 0, births.ravel().take(earlier), crowd.start)
