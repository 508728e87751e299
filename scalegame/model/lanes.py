"""Whom each representative stands for and where it goes: the choices of one tick, all by cutting running totals.

Lanes are (classes x LANES). Where a choice must not depend on another, lanes are dealt in another order, one that turns
with the ticks: else first attempts would always go to the first machines, and hits never.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.exact import Floats
from scalegame.model.journeys import LANES
from scalegame.model.routes import Routes
from scalegame.model.state import Whole

_ROW = float(1 << 30)
"""Apart enough to look up many running totals in one flat array: no tick brings a billion requests."""
ATTEMPT, EDGE, HIT, CALL = (5, 11), (7, 3), (9, 5), (11, 13)
"""Orders to deal lanes in: the step from lane to lane, and what a tick turns it by; odd, so that they reach all."""


class Lanes:
    """The lanes of a batch of runs."""

    def __init__(self, runs: int, classes: int) -> None:
        self.runs, self.classes = runs, classes
        self.count = classes * LANES
        self.flow: Whole = (np.arange(runs)[:, None] * classes + np.arange(self.count)[None, :] // LANES).astype(
            np.int64
        )
        """run x classes + class of each lane: (runs, lanes)."""
        self.run: Whole = np.arange(runs, dtype=np.int64)[:, None]
        self._cells = np.arange(runs * classes, dtype=np.float64).reshape(runs, classes, 1)

    def even(self, order: tuple[int, int], tick: int, u: Floats) -> Floats:
        """Evenly spread uniforms, one a lane, in an order of their own: (runs, lanes). u: uniforms, (runs, lanes)."""
        step, turn = order
        place = (np.arange(LANES) * step + tick * turn) % LANES
        spread: Floats = (np.tile(place, self.classes) + u) * (1.0 / LANES)
        return spread

    def of_class(self, values: Floats) -> Floats:
        """Values of each class, (runs, classes), for each lane."""
        result: Floats = values.ravel().take(self.flow)
        return result

    def pick(self, share: Floats, u: Floats) -> Whole:
        """Columns drawn by shares, (runs, classes, columns), that sum to 1: (runs, lanes)."""
        columns = share.shape[2]
        # In whole parts of 2^-30, so that a run's place in the batch rounds nothing away.
        upto = np.floor(np.add.accumulate(share, axis=2) * _ROW) + self._cells * (2.0 * _ROW)
        at = (np.floor(u.reshape(self.runs, self.classes, LANES) * _ROW) + self._cells * (2.0 * _ROW)).ravel()
        found = upto.ravel().searchsorted(at, side="right").reshape(self.runs, self.classes, LANES)
        found -= (self._cells * columns).astype(np.int64)
        result: Whole = np.maximum(np.minimum(found, columns - 1), 0).reshape(self.runs, self.count)
        return result

    def server(self, routes: Routes, place: Floats, attempts: Floats, at_servers: Floats, split: Floats) -> Whole:
        """The server's column of each lane, or the common one of its pool, counted within the tier: (runs, lanes).

        place: (runs, classes, LANES), where a lane stands among its class's attempts; the others as in flow.Walked.
        """
        machines = split.shape[2]
        if not routes.several:
            return np.zeros((self.runs, self.count), dtype=np.int64)
        upto = np.add.accumulate(split, axis=2)
        upto += self._cells * _ROW
        place = place * (at_servers / np.maximum(attempts, 1.0))[:, :, None]
        place += self._cells * _ROW
        found = upto.ravel().searchsorted(place.ravel(), side="right").reshape(self.runs, self.classes, LANES)
        found -= (self._cells * machines).astype(np.int64)
        result: Whole = np.maximum(np.minimum(found, machines - 1).reshape(self.runs, self.count), 0)
        return result

    def behind(self, routes: Routes, local: Whole, u: Floats) -> Whole:
        """The machine itself where a pool is walked as one, picked by its cores: (runs, lanes)."""
        return np.where(routes.as_one, self.pick(routes.capacity, u), local)

    def first_moments(
        self, tick: int, fresh: Floats, again: Floats, births: Floats, start: Floats, u: Floats
    ) -> tuple[Whole, Floats]:
        """Which attempt a lane stands for, and when its first one was. See traffic.Retries.release for the last."""
        upto = np.add.accumulate(np.concatenate([fresh[:, :, None], again], axis=2), axis=2)
        place = upto[:, :, -1:] * self.even(ATTEMPT, tick, u).reshape(*fresh.shape, LANES)
        attempt = (place[:, :, :, None] >= upto[:, :, None, :-1]).sum(axis=3)
        first = np.take_along_axis(births, np.maximum(attempt - 1, 0), axis=2)
        attempt = attempt.reshape(self.runs, self.count)
        return attempt, np.where(attempt > 0, first.reshape(self.runs, self.count), start)
