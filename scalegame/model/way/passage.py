"""Representatives of some ticks, from the counts they stand for to their fates."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.front.zones import crossings
from scalegame.model.numbers.deck import LANES, Dealer, Hand
from scalegame.model.numbers.exact import Floats
from scalegame.model.operators.calling import Called, call
from scalegame.model.queueing.journeys import Machinery, Stops
from scalegame.model.queueing.servers import Standing, Stations
from scalegame.model.site import Site
from scalegame.model.state import Mask, Tier, Whole
from scalegame.model.way.fates import ALL_STORES, NO_STORE, ONLY_STORE, Travellers, fate_of, tick_of
from scalegame.model.way.flow import Loss, Over, Trail
from scalegame.model.way.lanes import (
    ALL_THE_WAY,
    CALL,
    DOOR_U,
    EDGE,
    FAR,
    HIT,
    KEY,
    LOSS_U,
    TURN_U,
    Crowd,
    Lanes,
)
from scalegame.model.way.ledger import ACCEPTED, DOWN, GOOD, OUTCOMES, PLACES, REFUSED, TIME_OUT, grains
from scalegame.model.way.routes import Routes, Ways

_GOLDEN = 0.6180339887498949
"""Multiples of it are spread evenly over 0..1: roundings of several losses are made of one uniform."""

_TOGETHER = 131_072
"""Representatives that go together: beyond it a pass costs no less for each, and takes more memory."""


class Passage:
    """Sends representatives through a site."""

    def __init__(self, site: Site) -> None:
        self.site = site
        classes = site.scenario.classes
        self._patience = np.array([c.timeout_ms / 1000.0 if c.timeout_ms is not None else 1e300 for c in classes])
        self._patient = all(c.timeout_ms is None for c in classes)
        self._far = np.array([c.far for c in classes])
        self._scv = np.array([c.scv for c in classes])
        self._exponential = bool((self._scv == 1.0).all())
        self._slo = site.scenario.slo_latency_ms / 1000.0
        self._dealer = Dealer(site.seeds, site.classes)
        self.lanes = Lanes(site.runs, site.classes)
        self._known: Ways | None = None
        self.every_tick = site.retries.most > 0
        """What comes of a tick's requests may change the next tick: they cannot wait for others."""
        together = max(1, _TOGETHER // (site.runs * site.classes * LANES))
        self.most_ticks = 1 if self.every_tick else min(together, cat.TICKS_PER_SECOND)
        """As long as a trail may be."""

    def send(self, stations: Stations, routes: Routes, trail: Trail, counted: bool) -> Standing:
        """Decide the fates of a trail's attempts; see ``most_ticks`` for how long it may be.

        counted: it is after the warm-up. Returns where the machines stood, (ticks, runs, columns).
        """
        site, table, lanes = self.site, self.site.table, self.lanes
        factor = None
        if routes.factors is not None:
            factor = site.factors.read(routes.factors, trail.all(lambda walked: walked.after[0]))
        machines = Machinery(table, stations, trail, factor)
        sheets = self._dealer.deal(trail.first, len(trail), [ALL_THE_WAY, *routes.draws])
        crowd = lanes.gather(trail, sheets[0])
        if not crowd.cell.size:
            return machines.standing
        first, width = site.columns.tiers[Tier.SERVERS].start, site.columns.width
        local = lanes.server(routes, trail, crowd)
        at = self._path(routes, trail, crowd, local + first)
        lanes.first_moments(crowd, trail.first, trail.walked[0].attempts)
        crowd.server = lanes.behind(routes, crowd, local) if routes.any_as_one else local
        visits, took = self._turns(routes, trail, crowd)
        spent, waited, wait = self._travel(machines, routes, trail, crowd, at, visits, sheets[1:])
        if routes.reached_at is not None:
            # What is sent to a machine that cannot be reached gets through once it can.
            spent += np.maximum(routes.reached_at.ravel().take(at % table.zone.size) - crowd.start, 0.0) * visits
        if routes.branches:
            # The slowest shard answers: what the others took is no time of the request's.
            shards = [routes.tiers.index(Tier.DATA), *range(len(routes.tiers), routes.hops)]
            spent[shards[0]] = np.maximum.reduce(spent[shards], axis=0)
            spent[shards[1:]] = 0.0
        called = self._call(routes, trail, crowd, at, visits, spent)
        for h in range(len(routes.tiers)):
            took += spent[h]
        crossed = None
        if routes.spread_out:
            rows = crowd.run * width
            crossed = crossings(site, routes.tiers, at % table.zone.size, visits, rows + crowd.server + first)
            took += crossed * (cat.CROSS_ZONE_MS / 1000.0)

        for loss, share in trail.losses(at_door=True):
            self._lose(loss, share, crowd, routes, DOOR_U, counted)
        if any(walked.met.any for walked in trail.walked):
            open_to = visits if called is None else called.elsewhere(visits)
            self._turn_away(routes, trail, open_to, at, crowd, counted)
        if crossed is not None:
            self._bill_crossings(crossed, trail, crowd)
        for loss, share in trail.losses(at_door=False):
            self._lose(loss, share, crowd, routes, LOSS_U, counted)
        if counted:
            self._book_waits(routes, visits, at, waited, wait, crowd)
        since = crowd.start + took
        since -= crowd.born
        patience = None if self._patient else self._patience.take(crowd.flow % site.classes)
        outcome, known = fate_of(took, since, patience, self._slo, TIME_OUT)
        known += crowd.start
        since *= 1000.0
        self._depart(routes, trail, crowd, at, spent, called, outcome, known, grains(since), counted)
        return machines.standing

    def _depart(
        self,
        routes: Routes,
        trail: Trail,
        crowd: Crowd,
        at: Whole,
        spent: Floats,
        called: Called | None,
        outcome: Whole,
        known: Floats,
        milliseconds: Floats,
        counted: bool,
    ) -> None:
        """Book who is well answered by now, and hand the others over to the fates with what may matter of them. known:
        the moment at which the outcome is, seconds."""
        site = self.site
        failed = None if called is None else called.seal(outcome)
        due = tick_of(known).astype(np.int64)
        if routes.accepts is not None:
            outcome[_left_to_queue(routes.accepts, crowd, outcome)] = ACCEPTED
        well = outcome == GOOD
        well &= due <= crowd.last
        site.books.good(crowd.flow, milliseconds, crowd.weight * well, counted)
        if np.count_nonzero(well) == well.size:
            return
        who = np.flatnonzero(~well)
        width, size, lanes = site.columns.width, well.size, site.classes * LANES
        longest = spent.take(who, axis=1).argmax(axis=0)
        if failed is not None and called is not None:
            longest = np.where(failed.take(who), called.hop, longest)
        slowest = at.ravel().take(longest * size + who) % width
        server = crowd.server.take(who) + site.columns.tiers[Tier.SERVERS].start
        serial = site.table.serial.ravel().take(crowd.run.take(who) * width + server)
        store, stored = self._at_database(routes, trail, crowd, at, spent, who)
        site.fates.depart(
            crowd.last,
            Travellers(
                order=(crowd.tick.take(who) + crowd.first) * lanes + crowd.lane.take(who) % lanes,
                flow=crowd.flow.take(who),
                due=due.take(who),
                outcome=outcome.take(who),
                place=routes.place_at.take(slowest),
                machine=serial + (routes.place_at.take(server) << 20),
                store=store,
                reaches=tick_of(known.take(who) - stored).astype(np.int64),
                attempt=crowd.attempt.take(who),
                weight=crowd.weight.take(who),
                born=crowd.born.take(who),
                milliseconds=milliseconds.take(who),
            ),
            counted,
        )

    def _at_database(
        self, routes: Routes, trail: Trail, crowd: Crowd, at: Whole, spent: Floats, who: Whole
    ) -> tuple[Whole, Floats]:
        """Which database machine those in ``who`` call, see fates.Travellers, and the seconds that they are there, the
        last of their way. at, spent: index of the machine and the seconds of each hop, (hops, representatives)."""
        if Tier.DATA not in routes.tiers:
            return np.full(who.size, NO_STORE, dtype=np.int64), np.zeros(who.size)
        h = routes.tiers.index(Tier.DATA)
        seconds = spent[h].take(who)
        store = np.where(seconds > 0.0, ONLY_STORE, NO_STORE)
        if trail.walked[0].data_split is None:
            return store, seconds
        width, run = self.site.columns.width, crowd.run.take(who)
        column = at[h].take(who) % width
        key = (routes.place_at.take(column) << 20) + self.site.table.serial.ravel().take(run * width + column)
        if routes.branches:
            asks_all = routes.visits[len(routes.tiers)].ravel().take(crowd.lane.take(who)) > 0.0
            key = np.where(asks_all, ALL_STORES, key)
        return np.where(routes.choice.ravel().take(run) & (store == ONLY_STORE), key, store), seconds

    def _path(self, routes: Routes, trail: Trail, crowd: Crowd, server: Whole) -> Whole:
        """The machine of each hop, an index into (ticks, runs, columns): (hops, representatives)."""
        site, lanes = self.site, self.lanes
        rows = (crowd.tick * site.runs + crowd.run) * site.columns.width
        at = np.empty((routes.hops, rows.size), dtype=np.int64)
        for h, tier in enumerate(routes.tiers):
            column = server if tier == Tier.SERVERS else routes.column[h, :, 0].take(crowd.run)
            if tier == Tier.DATA and trail.walked[0].data_split is not None:
                share = trail.all(lambda walked: walked.data_split)
                even = lanes.even(CALL, trail.first, crowd, crowd.draws[TURN_U])
                column = column + lanes.pick(share.reshape(-1, share.shape[3]), crowd.cell, even)
            if tier == Tier.CACHE and routes.keys is not None:
                even = lanes.even(KEY, trail.first, crowd, crowd.draws[TURN_U])
                column = column + lanes.pick(routes.keys, crowd.run, even)
            np.add(rows, column, out=at[h])
        for h in range(len(routes.tiers), routes.hops):
            np.add(rows, routes.column[h, :, 0].take(crowd.run), out=at[h])
        return at

    def _ways(self, routes: Routes, ticks: int) -> Ways:
        """The routes as a full house of so many ticks takes them."""
        if self._known is None or self._known.routes is not routes or self._known.ticks != ticks:
            self._known = Ways.of(routes, ticks)
        return self._known

    def _turns(self, routes: Routes, trail: Trail, crowd: Crowd) -> tuple[Floats, Floats]:
        """Who leaves the way early: visits, (hops, representatives), to be read alone, and seconds on the wire,
        (representatives,)."""
        lanes, first = self.lanes, trail.walked[0]
        hops = routes.hops
        if crowd.full:
            ways = self._ways(routes, len(trail))
            early = first.hits is not None or first.edge is not None
            visits, network = ways.visits.copy() if early else ways.visits, ways.network.copy()
        else:
            visits = routes.visits.reshape(hops, -1).take(crowd.lane, axis=1)
            network = routes.network.ravel().take(crowd.lane)
        if first.hits is not None:
            share = trail.all(lambda walked: walked.hits).ravel().take(crowd.cell)
            crowd.hit = lanes.even(HIT, trail.first, crowd, crowd.draws[TURN_U]) < share
            for h, tier in enumerate(routes.tiers):
                if tier == Tier.DATA:
                    network -= visits[h] * crowd.hit * routes.call_seconds.ravel().take(crowd.lane)
                    visits[h] *= ~crowd.hit
            visits[len(routes.tiers) :] *= ~crowd.hit
        if first.edge is not None:
            share = trail.all(lambda walked: walked.edge).ravel().take(crowd.cell)
            crowd.edge = lanes.even(EDGE, trail.first, crowd, crowd.draws[LOSS_U]) < share
            visits *= ~crowd.edge
            network = np.where(crowd.edge, cat.EDGE_MS / 1000.0, network)
        if self._far.any():
            far = lanes.even(FAR, trail.first, crowd, crowd.draws[TURN_U]) < self._far.take(
                crowd.flow % self.site.classes
            )
            if crowd.edge is not None:
                far &= ~crowd.edge
            network += far * (cat.FAR_MS / 1000.0)
        return visits, network

    def _travel(
        self, machines: Machinery, routes: Routes, trail: Trail, crowd: Crowd, at: Whole, visits: Floats, sheets: Whole
    ) -> tuple[Floats, Whole, Floats]:
        """Seconds in all at each hop, (hops, representatives); who waited where, flat over these, and how long."""
        hops, size = at.shape
        if crowd.full and np.count_nonzero(visits) == visits.size:
            stops, there = self._every_stop(routes, trail, crowd, at, sheets), None
        else:
            there = np.flatnonzero(visits)
            stops = self._stops(routes, crowd, at, sheets, there)
        passed = machines.pass_through(stops)
        if there is None:
            return passed.spent.reshape(hops, size), passed.waited, passed.wait
        spent = np.zeros((hops, size))
        spent.reshape(-1)[there] = passed.spent
        return spent, there.take(passed.waited), passed.wait

    def _call(
        self, routes: Routes, trail: Trail, crowd: Crowd, at: Whole, visits: Floats, spent: Floats
    ) -> Called | None:
        """What operators' policies make of the calls to the database; ``spent`` there is changed."""
        if trail.walked[0].calls is None or Tier.DATA not in routes.tiers:
            return None
        hop = routes.tiers.index(Tier.DATA)
        work = routes.work[hop].ravel().take(crowd.lane)
        store = at[hop] % self.site.columns.width - self.site.columns.tiers[Tier.DATA].start
        if routes.branches:
            asks_all = routes.visits[len(routes.tiers)].ravel().take(crowd.lane) > 0.0
            store = np.where(asks_all, -1, store)
        called = call(trail, crowd, self.site.runs, hop, (at[hop], store), visits[hop], work, spent[hop])
        spent[hop] = called.seconds
        return called

    def _stops(self, routes: Routes, crowd: Crowd, at: Whole, sheets: Whole, there: Whole) -> Stops:
        """there: who goes where, flat over (hops, representatives); sheets: of the deck, (hops, cells)."""
        hops, size = at.shape
        who, hop = there % size, there // size
        lane = crowd.lane.take(who)
        index = (crowd.cell.take(who) + hop * sheets.shape[1]) * LANES + lane % LANES
        lane += hop * (routes.work.size // hops)
        return Stops(
            at=at.ravel().take(there),
            hand=Hand(sheets.ravel(), index),
            moment=crowd.moment.take(who),
            work=routes.work.ravel().take(lane),
            scv=None if self._exponential else self._scv.take(crowd.flow.take(who) % self.site.classes),
            spread=None if routes.spread is None else routes.spread.ravel().take(lane),
        )

    def _every_stop(self, routes: Routes, trail: Trail, crowd: Crowd, at: Whole, sheets: Whole) -> Stops:
        """The same where every lane of every tick goes everywhere: nothing needs looking up."""
        hops, ticks = at.shape[0], len(trail)
        scv = None if self._exponential else np.tile(self._scv.take(crowd.flow % self.site.classes), hops)
        return Stops(
            at=at.ravel(),
            hand=Hand(sheets.ravel()),
            moment=np.tile(crowd.moment, hops),
            work=self._ways(routes, ticks).work,
            scv=scv,
            spread=None if routes.spread is None else np.tile(routes.spread.reshape(hops, -1), ticks).ravel(),
        )

    def _lose(self, loss: Loss, share: Floats, crowd: Crowd, routes: Routes, row: int, counted: bool) -> None:
        """Take a loss off those it falls on. share: the loss's own of all ticks; row: of the deck."""
        site, tier = self.site, self.site.columns.tiers[Tier.SERVERS]
        if loss.over in (Over.SERVER, Over.CALL):
            part = share.ravel().take((crowd.tick * site.runs + crowd.run) * share.shape[2] + crowd.server)
        else:
            part = share.ravel().take(crowd.cell)
        if loss.classes is not None:
            part *= loss.classes.take(crowd.flow % site.classes)
        if loss.over == Over.HIT:
            part *= crowd.hit if crowd.hit is not None else 0.0
        elif (loss.over in (Over.MISS, Over.CALL) or loss.behind_cache) and crowd.hit is not None:
            part *= ~crowd.hit
        if loss.over == Over.EDGE:
            part *= crowd.edge if crowd.edge is not None else 0.0
        elif crowd.edge is not None:
            part *= ~crowd.edge
        u = crowd.draws[row] + _GOLDEN * (loss.outcome + OUTCOMES * loss.part)
        lost: Floats = np.minimum(np.floor(crowd.weight * part + (u - np.floor(u))), crowd.weight)
        who = np.flatnonzero(lost)
        if not who.size:
            return
        if loss.place is not None:
            place = np.full(who.size, int(loss.place), dtype=np.int64)
        elif loss.over == Over.CLASS:
            place = routes.home.ravel().take(crowd.flow.take(who))
        else:
            place = routes.place_at.take(crowd.server.take(who) + tier.start)
        self._fail(who, np.full(who.size, loss.outcome), place, lost, crowd, counted, retry=loss.retry)

    def _turn_away(self, routes: Routes, trail: Trail, visits: Floats, at: Whole, crowd: Crowd, counted: bool) -> None:
        """Requests that no place took: refused, or sent to a machine that does not answer."""
        refused = trail.all(lambda walked: walked.met.refused).ravel().take(at) * visits
        down = trail.all(lambda walked: walked.met.down).ravel().take(at) * visits
        hops = routes.hops
        passed = (1.0 - refused[0]) * (1.0 - down[0])
        for h in range(1, hops):
            passed = passed * (1.0 - refused[h]) * (1.0 - down[h])
        bad: Floats = np.minimum(np.floor(crowd.weight * (1.0 - passed) + crowd.draws[DOOR_U]), crowd.weight)
        who = np.flatnonzero(bad)
        if who.size:
            reason = np.concatenate([refused, down])[:, who].argmax(axis=0)
            column = at[reason % hops, who] % self.site.columns.width
            outcome = np.where(reason < hops, REFUSED, DOWN)
            self._fail(who, outcome, routes.place_at.take(column), bad, crowd, counted, retry=True)

    def _fail(
        self,
        who: Whole,
        outcome: Whole,
        place: Whole,
        lost: Floats,
        crowd: Crowd,
        counted: bool,
        *,
        retry: bool,
    ) -> None:
        """Seal who is lost at once, and take them off the weights."""
        self.site.fates.fail(
            crowd.last,
            crowd.flow.take(who),
            outcome,
            place,
            crowd.attempt.take(who),
            lost.take(who),
            crowd.born.take(who),
            np.full(who.size, retry),
            counted,
        )
        crowd.weight = crowd.weight - lost

    def _bill_crossings(self, crossed: Floats, trail: Trail, crowd: Crowd) -> None:
        runs = self.site.runs
        requests = np.bincount(crowd.tick * runs + crowd.run, crossed * crowd.weight, len(trail) * runs)
        for of_tick in requests.astype(np.float64).reshape(-1, runs):
            self.site.books.crossed(of_tick)

    def _book_waits(self, routes: Routes, visits: Floats, at: Whole, waited: Whole, wait: Floats, crowd: Crowd) -> None:
        if routes.book is None:
            place = crowd.run * PLACES + routes.place_at.take(at % self.site.columns.width)
        elif crowd.full:
            place = self._ways(routes, crowd.last - crowd.first + 1).book
        else:
            place = routes.book.reshape(routes.hops, -1).take(crowd.lane, axis=1)
        weight = visits * crowd.weight
        books = self.site.books
        books.came(place.ravel(), weight.ravel())
        books.waited(place.ravel().take(waited), grains(wait * 1000.0), weight.ravel().take(waited))


def _left_to_queue(accepts: Mask, crowd: Crowd, outcome: Whole) -> Mask:
    """Whose work goes on as a message. Who was not answered in time asks anew or gives up: its message counts for
    nothing, and is not sent on. What the CDN answers leaves no work behind."""
    left: Mask = accepts.take(crowd.flow) & (outcome == GOOD)
    return left if crowd.edge is None else left & ~crowd.edge
