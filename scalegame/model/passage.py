"""One tick's representatives, from the counts they stand for to their fates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.exact import Floats
from scalegame.model.fates import fate_of, tick_of
from scalegame.model.journeys import LANES, JourneyDraws, travel
from scalegame.model.ledger import DOWN, LEAKED, LOGGED_OUT, REFUSED, TIME_OUT
from scalegame.model.routes import Routes
from scalegame.model.servers import Prepared, Stations
from scalegame.model.site import Site
from scalegame.model.state import Pool, Whole

_UPPER = (np.arange(LANES) + 1.0) / LANES
_LOWER = np.arange(LANES) / LANES
_DEAL, _TURN = 5, 11
"""Odd, so that they reach every lane."""
_ROW = float(1 << 30)
"""Apart enough to look up many running totals in one flat array: no tick brings a billion requests."""


@dataclass(slots=True)
class Met:
    """What the walks of this tick did to requests: shares of what came. (runs, columns)."""

    refused: Floats
    down: Floats
    any: bool


class Passage:
    """Sends representatives through a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        classes = site.scenario.classes
        self._patience = np.repeat(
            np.array([c.timeout_ms / 1000.0 if c.timeout_ms is not None else 1e300 for c in classes]), LANES
        )
        self._session = np.repeat(np.array([c.session for c in classes]), LANES)
        self._slo = site.scenario.slo_latency_ms / 1000.0
        lanes = site.classes * LANES
        self._flow = (np.arange(site.runs)[:, None] * site.classes + np.arange(lanes)[None, :] // LANES).astype(
            np.int64
        )
        self._run = np.arange(site.runs, dtype=np.int64)[:, None]
        self._no_attempt = np.zeros((site.runs, lanes), dtype=np.int64)
        self._cells = np.arange(site.runs * site.classes, dtype=np.float64).reshape(site.runs, site.classes, 1)

    def send(
        self,
        stations: Stations,
        ready: Prepared,
        routes: Routes,
        draws: JourneyDraws,
        block: int,
        attempts: Floats,
        fresh: Floats,
        again: Floats | None,
        births: Floats | None,
        at_app: Floats,
        split: Floats,
        met: Met,
        strangers: Floats | None,
        counted: bool,
    ) -> None:
        """Decide the fates of this tick's attempts.

        attempts, fresh, at_app: (runs, classes), all attempts, first ones, those that reached the app tier; again,
        births: (runs, classes, attempts), see Retries.release; split: who got what, (runs, classes, app columns);
        strangers: (runs, app columns).
        """
        site = self.site
        runs, lanes = site.runs, self._flow.shape[1]
        table = site.table
        now = site.tick * TICK_SECONDS
        total = attempts[:, :, None]
        low = np.floor(total * _LOWER)
        weight = np.floor(total * _UPPER)
        weight -= low
        rounding = draws.rounding[block]
        # Anywhere in what a lane stands for: were it always the middle, the same few machines would ever be seen.
        position = low + rounding[0].reshape(low.shape) * weight
        weight = weight.reshape(runs, lanes)
        moment = draws.moment[block]

        local = self._machine(routes, position, attempts, at_app, split, rounding[0])
        app = site.spans[Pool.APP].start
        rows = self._run * site.width
        hops = len(routes.pools)
        at = np.empty((hops, runs, lanes), dtype=np.int64)
        for h, pool in enumerate(routes.pools):
            if pool == Pool.APP:
                column = np.where(routes.common, site.common, local + app) if routes.any_common else local + app
                np.add(rows, column, out=at[h])
            else:
                np.add(rows, routes.column[h], out=at[h])
        factor = None if routes.factors is None else site.factors.read(routes.factors, table.rho)
        travelled = travel(table, stations, ready, at, moment, routes.work, factor, routes.spread, draws, block)
        spent = travelled.spent
        spent *= routes.visits
        took = routes.network.copy()
        for h in range(hops):
            took += spent[h]

        start = now + moment * TICK_SECONDS
        born = start
        attempt = self._no_attempt
        if again is not None and births is not None and np.count_nonzero(again):
            attempt, born = self._first_moments(fresh, again, births, start, rounding[4])
        if met.any:
            bad = self._turn_away(routes, at, met, weight, rounding[1], attempt, born, counted)
            weight = weight - bad
        if strangers is not None:
            weight = weight - self._strangers(strangers, local, weight, rounding[2], rounding[3], born, counted)
        if counted:
            self._book_waits(routes, travelled.wait, weight)
        since = start + took
        since -= born
        outcome, known = fate_of(took, since, self._patience, self._slo, TIME_OUT)
        place = routes.places.take(spent.argmax(axis=0))
        serial = table.serial[self._run, local + app]
        site.fates.depart(
            site.tick, tick_of(start + known), outcome, place, serial, attempt, weight, born, since * 1000.0
        )

    def _machine(
        self, routes: Routes, place: Floats, attempts: Floats, at_app: Floats, split: Floats, u: Floats
    ) -> Whole:
        """The app machine of each lane, counted within the pool: (runs, lanes)."""
        runs, classes, machines = split.shape
        lanes = u.shape[1]
        if not routes.several:
            return np.zeros((runs, lanes), dtype=np.int64)
        upto = np.add.accumulate(split, axis=2)
        upto += self._cells * _ROW
        place = place * (at_app / np.maximum(attempts, 1.0))[:, :, None]
        place += self._cells * _ROW
        found = upto.ravel().searchsorted(place.ravel(), side="right").reshape(runs, classes, LANES)
        found -= (self._cells * machines).astype(np.int64)
        local = np.minimum(found, machines - 1).reshape(runs, lanes)
        if routes.any_common:
            share = routes.capacity + self._run
            picked = (
                share.ravel().searchsorted((u + self._run).ravel(), side="right").reshape(runs, lanes)
                - self._run * machines
            )
            local = np.where(routes.common, np.minimum(picked, machines - 1), local)
        result: Whole = np.maximum(local, 0)
        return result

    def _first_moments(
        self, fresh: Floats, again: Floats, births: Floats, start: Floats, u: Floats
    ) -> tuple[Whole, Floats]:
        """Which attempt a lane stands for, and when its first one was.

        Lanes are dealt to attempts in another order than to machines, one that turns with the ticks: else first
        attempts would always go to the first machines, and third ones to the last.
        """
        upto = np.add.accumulate(np.concatenate([fresh[:, :, None], again], axis=2), axis=2)
        order = (np.arange(LANES) * _DEAL + self.site.tick * _TURN) % LANES
        place = upto[:, :, -1:] * ((order + u.reshape(*fresh.shape, LANES)) * (1.0 / LANES))
        attempt = (place[:, :, :, None] >= upto[:, :, None, :-1]).sum(axis=3)
        first = np.take_along_axis(births, np.maximum(attempt - 1, 0), axis=2)
        runs, lanes = start.shape
        attempt = attempt.reshape(runs, lanes)
        return attempt, np.where(attempt > 0, first.reshape(runs, lanes), start)

    def _turn_away(
        self,
        routes: Routes,
        at: Whole,
        met: Met,
        weight: Floats,
        u: Floats,
        attempt: Whole,
        born: Floats,
        counted: bool,
    ) -> Floats:
        """Requests that no place took: refused, or sent to a machine that does not answer. Returns their weights."""
        refused = met.refused.ravel().take(at) * routes.visits
        down = met.down.ravel().take(at) * routes.visits
        passed = (1.0 - refused[0]) * (1.0 - down[0])
        for h in range(1, len(routes.pools)):
            passed = passed * (1.0 - refused[h]) * (1.0 - down[h])
        bad: Floats = np.minimum(np.floor(weight * (1.0 - passed) + u), weight)
        cells = np.flatnonzero(bad.ravel() > 0.0)
        if cells.size:
            reason = np.concatenate([refused, down]).reshape(2 * len(routes.pools), -1)[:, cells].argmax(axis=0)
            hop = reason % len(routes.pools)
            place = routes.places.take(hop)
            outcome = np.where(reason < len(routes.pools), REFUSED, DOWN)
            self._fail(cells, outcome, place, bad, attempt, born, counted, retry=True)
        return bad

    def _strangers(
        self, strangers: Floats, local: Whole, weight: Floats, u: Floats, v: Floats, born: Floats, counted: bool
    ) -> Floats:
        """Requests whose session nobody knows, or whose session is a thief's. Returns their weights."""
        site = self.site
        machines = strangers.shape[1]
        share = strangers.ravel().take(self._run * machines + local) * self._session
        lost: Floats = np.minimum(np.floor(weight * share + u), weight)
        home = np.full(weight.size, int(Pool.APP), dtype=np.int64)
        cells = np.flatnonzero(lost.ravel() > 0.0)
        if cells.size:
            none = self._no_attempt
            self._fail(cells, np.full(cells.size, LOGGED_OUT), home[cells], lost, none, born, counted, retry=False)
        leaking = site.sessions.leak_until > site.tick
        if np.count_nonzero(leaking):
            thief = (site.sessions.leak_share * leaking)[:, None] * self._session
            stolen = np.minimum(np.floor((weight - lost) * thief + v), weight - lost)
            cells = np.flatnonzero(stolen.ravel() > 0.0)
            if cells.size:
                self._fail(
                    cells,
                    np.full(cells.size, LEAKED),
                    home[cells],
                    stolen,
                    self._no_attempt,
                    born,
                    counted,
                    retry=False,
                )
            lost = lost + stolen
        return lost

    def _fail(
        self,
        cells: NDArray[np.intp],
        outcome: Whole,
        place: Whole,
        weight: Floats,
        attempt: Whole,
        born: Floats,
        counted: bool,
        *,
        retry: bool,
    ) -> None:
        site = self.site
        may = np.full(cells.size, retry)
        site.fates.fail(
            site.tick,
            self._flow.ravel().take(cells),
            outcome,
            place,
            attempt.ravel().take(cells),
            weight.ravel().take(cells),
            born.ravel().take(cells),
            may,
            counted,
        )

    def _book_waits(self, routes: Routes, wait: Floats, weight: Floats) -> None:
        self.site.books.waited(routes.book, (wait * 1000.0).ravel(), (routes.visits * weight).ravel())
