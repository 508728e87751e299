"""One tick's representatives, from the counts they stand for to their fates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.exact import Floats
from scalegame.model.fates import fate_of, tick_of
from scalegame.model.journeys import LANES, JourneyDraws, travel
from scalegame.model.ledger import DOWN, LEAKED, LOGGED_OUT, PLACES, REFUSED, TIME_OUT
from scalegame.model.routes import Routes
from scalegame.model.servers import Prepared, Stations
from scalegame.model.site import Site
from scalegame.model.state import Pool, Tier, Whole

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
        at_servers: Floats,
        split: Floats,
        met: Met,
        hole: Floats | None,
        strangers: Floats | None,
        counted: bool,
    ) -> None:
        """Decide the fates of this tick's attempts.

        attempts, fresh, at_servers: (runs, classes), all attempts, first ones, those that reached the servers; again,
        births: (runs, classes, attempts), see Retries.release; split: who got what, (runs, classes, columns of the
        servers);
        strangers: (runs, columns of the servers).
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

        local = self._machine(routes, position, attempts, at_servers, split)
        first = site.columns.tiers[Tier.SERVERS].start
        rows = self._run * site.columns.width
        hops = len(routes.tiers)
        at = np.empty((hops, runs, lanes), dtype=np.int64)
        for h, tier in enumerate(routes.tiers):
            np.add(rows, local + first if tier == Tier.SERVERS else routes.column[h], out=at[h])
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
        mine = self._behind(routes, local, rounding[0]) if routes.any_as_one else local
        if hole is not None:
            weight = weight - self._unanswered(routes, hole, weight, rounding[1], attempt, born, counted)
        if met.any:
            bad = self._turn_away(routes, at, met, weight, rounding[1], attempt, born, counted)
            weight = weight - bad
        if strangers is not None:
            weight = weight - self._strangers(strangers, mine, weight, rounding[2], rounding[3], born, counted)
        if counted:
            self._book_waits(routes, at, travelled.wait, weight)
        since = start + took
        since -= born
        outcome, known = fate_of(took, since, self._patience, self._slo, TIME_OUT)
        longest = spent.argmax(axis=0)
        place = routes.place_at.take(np.take_along_axis(at, longest[None], axis=0)[0] - rows)
        column = mine + first
        key = table.serial[self._run, column] + (routes.place_at.take(column) << 20)
        site.fates.depart(site.tick, tick_of(start + known), outcome, place, key, attempt, weight, born, since * 1000.0)

    def _machine(self, routes: Routes, place: Floats, attempts: Floats, at_servers: Floats, split: Floats) -> Whole:
        """The server's column of each lane, or the common one of its pool, counted within the tier: (runs, lanes)."""
        runs, classes, machines = split.shape
        if not routes.several:
            return np.zeros((runs, classes * LANES), dtype=np.int64)
        upto = np.add.accumulate(split, axis=2)
        upto += self._cells * _ROW
        place = place * (at_servers / np.maximum(attempts, 1.0))[:, :, None]
        place += self._cells * _ROW
        found = upto.ravel().searchsorted(place.ravel(), side="right").reshape(runs, classes, LANES)
        found -= (self._cells * machines).astype(np.int64)
        result: Whole = np.maximum(np.minimum(found, machines - 1).reshape(runs, classes * LANES), 0)
        return result

    def _behind(self, routes: Routes, local: Whole, u: Floats) -> Whole:
        """The machine itself where a pool is walked as one, picked by its cores: (runs, lanes)."""
        runs, classes, machines = routes.capacity.shape
        share = routes.capacity + self._cells
        at = (u.reshape(runs, classes, LANES) + self._cells).ravel()
        picked = share.ravel().searchsorted(at, side="right").reshape(runs, classes, LANES)
        picked -= (self._cells * machines).astype(np.int64)
        mine = np.maximum(np.minimum(picked, machines - 1), 0).reshape(runs, classes * LANES)
        return np.where(routes.as_one, mine, local)

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
        for h in range(1, len(routes.tiers)):
            passed = passed * (1.0 - refused[h]) * (1.0 - down[h])
        bad: Floats = np.minimum(np.floor(weight * (1.0 - passed) + u), weight)
        cells = np.flatnonzero(bad.ravel() > 0.0)
        if cells.size:
            hops = len(routes.tiers)
            reason = np.concatenate([refused, down]).reshape(2 * hops, -1)[:, cells].argmax(axis=0)
            column = at.reshape(hops, -1)[reason % hops, cells] % self.site.columns.width
            outcome = np.where(reason < hops, REFUSED, DOWN)
            self._fail(cells, outcome, routes.place_at.take(column), bad, attempt, born, counted, retry=True)
        return bad

    def _unanswered(
        self, routes: Routes, hole: Floats, weight: Floats, u: Floats, attempt: Whole, born: Floats, counted: bool
    ) -> Floats:
        """Requests for which no server is at work, hole: share of each class (runs, classes). Returns their weights."""
        share = hole.ravel().take(self._flow)
        lost: Floats = np.minimum(np.floor(weight * share + u), weight)
        cells = np.flatnonzero(lost.ravel() > 0.0)
        if cells.size:
            home = routes.home.ravel().take(self._flow.ravel().take(cells))
            self._fail(cells, np.full(cells.size, DOWN), home, lost, attempt, born, counted, retry=True)
        return lost

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

    def _book_waits(self, routes: Routes, at: Whole, wait: Floats, weight: Floats) -> None:
        book = routes.book
        if book is None:
            width = self.site.columns.width
            book = (routes.place_at.take(at % width) + at // width * PLACES).ravel()
        self.site.books.waited(book, (wait * 1000.0).ravel(), (routes.visits * weight).ravel())
