"""One tick's representatives, from the counts they stand for to their fates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model import catalogue as cat
from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.exact import Floats
from scalegame.model.fates import fate_of, tick_of
from scalegame.model.flow import Loss, Met, Over, Walked
from scalegame.model.journeys import LANES, JourneyDraws, travel
from scalegame.model.lanes import CALL, EDGE, HIT, Lanes
from scalegame.model.ledger import DOWN, PLACES, REFUSED, TIME_OUT
from scalegame.model.routes import Routes
from scalegame.model.servers import Stations
from scalegame.model.site import Site
from scalegame.model.state import Mask, Tier, Whole
from scalegame.model.zones import crossings

_UPPER = (np.arange(LANES) + 1.0) / LANES
_LOWER = np.arange(LANES) / LANES
_GOLDEN = 0.6180339887498949
"""Multiples of it are spread evenly over 0..1: roundings of several losses are made of one uniform."""


@dataclass(slots=True)
class Attempts:
    """One tick's attempts: (runs, classes), and those that are not the first by which they are, see Retries.release."""

    all: Floats
    fresh: Floats
    again: Floats | None = None
    births: Floats | None = None


@dataclass(slots=True)
class _Tick:
    """The representatives while their fates are decided. (runs, lanes)."""

    weight: Floats
    attempt: Whole
    born: Floats
    counted: bool
    server: Whole
    """Column of the machine that has it."""
    edge: Mask | None = None
    hit: Mask | None = None


class Passage:
    """Sends representatives through a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        classes = site.scenario.classes
        self._patience = np.repeat(
            np.array([c.timeout_ms / 1000.0 if c.timeout_ms is not None else 1e300 for c in classes]), LANES
        )
        self._slo = site.scenario.slo_latency_ms / 1000.0
        self.lanes = Lanes(site.runs, site.classes)
        self._no_attempt = np.zeros((site.runs, self.lanes.count), dtype=np.int64)

    def send(
        self,
        stations: Stations,
        routes: Routes,
        draws: JourneyDraws,
        block: int,
        attempts: Attempts,
        walked: Walked,
        counted: bool,
    ) -> None:
        """Decide the fates of this tick's attempts. block: its place in the draws; counted: it is after the warm-up."""
        site, table, lanes = self.site, self.site.table, self.lanes
        runs = site.runs
        total = attempts.all[:, :, None]
        low = np.floor(total * _LOWER)
        weight = np.floor(total * _UPPER)
        weight -= low
        rounding = draws.rounding[block]
        # Anywhere in what a lane stands for: were it always the middle, the same few machines would ever be seen.
        position = low + rounding[0].reshape(low.shape) * weight
        moment = draws.moment[block]

        first = site.columns.tiers[Tier.SERVERS].start
        local = lanes.server(routes, position, attempts.all, walked.at_servers, walked.split)
        at = self._path(routes, local + first, walked, rounding)
        factor = None if routes.factors is None else site.factors.read(routes.factors, table.rho)
        travelled = travel(table, stations, walked.ready, at, moment, routes.work, factor, routes.spread, draws, block)
        start = site.tick * TICK_SECONDS + moment * TICK_SECONDS
        attempt, born = self._no_attempt, start
        if attempts.again is not None and attempts.births is not None and np.count_nonzero(attempts.again):
            attempt, born = lanes.first_moments(
                site.tick, attempts.fresh, attempts.again, attempts.births, start, rounding[4]
            )
        server = lanes.behind(routes, local, rounding[0]) if routes.any_as_one else local
        now = _Tick(weight.reshape(runs, lanes.count), attempt, born, counted, server + first)
        visits, network = self._turns(routes, walked, now, rounding)
        spent = travelled.spent
        spent *= visits
        took = network.copy()
        for h in range(len(routes.tiers)):
            took += spent[h]

        crossed = None
        if routes.spread_out:
            crossed = crossings(site, routes.tiers, at, visits, now.server + lanes.run * site.columns.width)
            took += crossed * (cat.CROSS_ZONE_MS / 1000.0)

        for loss in walked.at_door:
            self._lose(loss, now, routes, rounding[1] + _GOLDEN * loss.outcome)
        if walked.met.any:
            self._turn_away(routes, visits, at, walked.met, now, rounding[1])
        if crossed is not None:
            site.books.crossed(np.add.accumulate(crossed * now.weight, axis=1)[:, -1])
        for loss in walked.losses:
            self._lose(loss, now, routes, rounding[2] + _GOLDEN * loss.outcome)
        if counted:
            self._book_waits(routes, visits, at, travelled.wait, now.weight)
        since = start + took
        since -= now.born
        outcome, known = fate_of(took, since, self._patience, self._slo, TIME_OUT)
        rows = lanes.run * site.columns.width
        longest = spent.argmax(axis=0)
        place = routes.place_at.take(np.take_along_axis(at, longest[None], axis=0)[0] - rows)
        key = table.serial[lanes.run, now.server] + (routes.place_at.take(now.server) << 20)
        site.fates.depart(
            site.tick, tick_of(start + known), outcome, place, key, attempt, now.weight, now.born, since * 1000.0
        )

    def _path(self, routes: Routes, server: Whole, walked: Walked, rounding: Floats) -> Whole:
        """The machine of each hop and lane, an index into the flat table: (hops, runs, lanes)."""
        site, lanes = self.site, self.lanes
        rows = lanes.run * site.columns.width
        at = np.empty((len(routes.tiers), site.runs, lanes.count), dtype=np.int64)
        for h, tier in enumerate(routes.tiers):
            column = routes.column[h]
            if tier == Tier.SERVERS:
                column = server
            elif tier == Tier.DATA and walked.data_split is not None:
                column = column + lanes.pick(walked.data_split, lanes.even(CALL, site.tick, rounding[3]))
            np.add(rows, column, out=at[h])
        return at

    def _turns(self, routes: Routes, walked: Walked, now: _Tick, rounding: Floats) -> tuple[Floats, Floats]:
        """Who leaves the way early: visits, (hops, runs, lanes), and seconds on the wire, (runs, lanes)."""
        visits, network, lanes, tick = routes.visits, routes.network, self.lanes, self.site.tick
        if walked.hits is not None:
            now.hit = lanes.even(HIT, tick, rounding[3]) < lanes.of_class(walked.hits)
            visits = visits.copy()
            for h, tier in enumerate(routes.tiers):
                if tier == Tier.DATA:
                    visits[h] *= ~now.hit
                    network = network - routes.visits[h] * now.hit * routes.wire_seconds
        if walked.edge is not None:
            now.edge = lanes.even(EDGE, tick, rounding[2]) < lanes.of_class(walked.edge)
            visits = visits * ~now.edge
            network = np.where(now.edge, cat.EDGE_MS / 1000.0, network)
        return visits, network

    def _lose(self, loss: Loss, now: _Tick, routes: Routes, u: Floats) -> None:
        """Take a loss off the lanes it falls on. u: uniforms but for their whole part, (runs, lanes)."""
        lanes, site = self.lanes, self.site
        if loss.over == Over.SERVER:
            tier = site.columns.tiers[Tier.SERVERS]
            share = loss.share.ravel().take(lanes.run * loss.share.shape[1] + now.server - tier.start)
        else:
            share = lanes.of_class(loss.share)
        if loss.classes is not None:
            share = share * np.repeat(loss.classes, LANES)
        if loss.over == Over.HIT:
            share = share * (now.hit if now.hit is not None else 0.0)
        elif loss.over == Over.MISS and now.hit is not None:
            share = share * ~now.hit
        if now.edge is not None:
            share = share * ~now.edge
        lost: Floats = np.minimum(np.floor(now.weight * share + (u - np.floor(u))), now.weight)
        cells = np.flatnonzero(lost.ravel() > 0.0)
        if not cells.size:
            return
        if loss.place is not None:
            place = np.full(cells.size, int(loss.place), dtype=np.int64)
        elif loss.over == Over.CLASS:
            place = routes.home.ravel().take(lanes.flow.ravel().take(cells))
        else:
            place = routes.place_at.take(now.server.ravel().take(cells))
        self._fail(cells, np.full(cells.size, loss.outcome), place, lost, now, retry=loss.retry)
        now.weight = now.weight - lost

    def _turn_away(self, routes: Routes, visits: Floats, at: Whole, met: Met, now: _Tick, u: Floats) -> None:
        """Requests that no place took: refused, or sent to a machine that does not answer."""
        refused = met.refused.ravel().take(at) * visits
        down = met.down.ravel().take(at) * visits
        hops = len(routes.tiers)
        passed = (1.0 - refused[0]) * (1.0 - down[0])
        for h in range(1, hops):
            passed = passed * (1.0 - refused[h]) * (1.0 - down[h])
        bad: Floats = np.minimum(np.floor(now.weight * (1.0 - passed) + u), now.weight)
        cells = np.flatnonzero(bad.ravel() > 0.0)
        if cells.size:
            reason = np.concatenate([refused, down]).reshape(2 * hops, -1)[:, cells].argmax(axis=0)
            column = at.reshape(hops, -1)[reason % hops, cells] % self.site.columns.width
            outcome = np.where(reason < hops, REFUSED, DOWN)
            self._fail(cells, outcome, routes.place_at.take(column), bad, now, retry=True)
            now.weight = now.weight - bad

    def _fail(
        self, cells: NDArray[np.intp], outcome: Whole, place: Whole, weight: Floats, now: _Tick, *, retry: bool
    ) -> None:
        self.site.fates.fail(
            self.site.tick,
            self.lanes.flow.ravel().take(cells),
            outcome,
            place,
            now.attempt.ravel().take(cells),
            weight.ravel().take(cells),
            now.born.ravel().take(cells),
            np.full(cells.size, retry),
            now.counted,
        )

    def _book_waits(self, routes: Routes, visits: Floats, at: Whole, wait: Floats, weight: Floats) -> None:
        book = routes.book
        if book is None:
            width = self.site.columns.width
            book = (routes.place_at.take(at % width) + at // width * PLACES).ravel()
        self.site.books.waited(book, (wait * 1000.0).ravel(), (visits * weight).ravel())
