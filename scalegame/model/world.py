"""The world: a batch of runs of one scenario, stepped a tenth of a second at a time.

    world = World(scenario, seeds=[42])
    world.apply(Resize("app", "large"))
    world.step()
    world.snapshot().signals.latency.p99

A tick goes front to back: offered (with retries), balancer, app, cache, database; answers free slots back to front; then
the tick's representatives learn their fates. Draws come in blocks of ticks, since they do not depend on the state.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.balancer import Mode, Splitter, by_weight, in_turn
from scalegame.model.draws import Stream, stream_base, uniform
from scalegame.model.exact import Floats, Standard, ln
from scalegame.model.journeys import JourneyDraws, JourneySource
from scalegame.model.layout import Layout, lay_out
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.ordering import Ordering
from scalegame.model.orders import Order
from scalegame.model.passage import Met, Passage
from scalegame.model.quotes import ModelQuote, quote_of
from scalegame.model.refusals import refusal_of
from scalegame.model.scenario import PoolPlan, Scenario
from scalegame.model.servers import SMOOTHING, MachineDraws, Prepared, Stations
from scalegame.model.sessions import Home, move_about
from scalegame.model.signals import look
from scalegame.model.site import Site
from scalegame.model.snapshot import Happening, Snapshot
from scalegame.model.state import Condition, Pool, digest
from scalegame.model.traffic import Arrivals, Plan

RULES = 1
"""Raised with every change of results: a run file of other rules cannot be verified by this version."""

BLOCK = 64
"""Ticks drawn ahead; fewer where many runs go in lock-step, for memory."""
_TICK = cat.TICK_SECONDS


@dataclass(frozen=True, slots=True)
class Score:
    """The counters that rules look at each tick. Requests since the warm-up; micro-dollars since the start."""

    offered: int
    good: int
    lost: int
    cost_micro: int
    rent_micro: int
    """What the next tick will cost."""


class World:
    """See the module. Seeds are whole numbers from 0 to 2**53."""

    def __init__(self, scenario: Scenario, seeds: Sequence[int]) -> None:
        scenario = dataclasses.replace(scenario, faults=tuple(sorted(scenario.faults, key=lambda fault: fault.seconds)))
        self.scenario = scenario
        self._seeds = np.array(list(seeds), dtype=np.int64)
        self.site = Site(scenario, self._seeds)
        self.life = Lifecycle(self.site)
        self._ordering = Ordering(self.site, self.life)
        self.plan = Plan(scenario, self._seeds)
        self._arrivals = Arrivals(self.plan, self.site.classes)
        self._splitter = Splitter(self._seeds, self.site.classes)
        self._journeys = JourneySource(self._seeds, [c.scv for c in scenario.classes])
        self._passage = Passage(self.site)
        self._stations = Stations(self.site.shifts)
        self._machine_bases = [
            np.array([[stream_base(s, Stream.SERVICE, part)] for s in self._seeds.tolist()], dtype=np.uint64)
            for part in range(3)
        ]
        self._session_class = np.array([c.session for c in scenario.classes])
        self._warm = round(scenario.warmup / _TICK)
        self._block_start = self._block_end = 0
        self._lane_pools: list[Pool] = []
        self._start()
        self.life.look_ahead()

    # The start -------------------------------------------------------------------------------------------------------

    def _start(self) -> None:
        site, start = self.site, self.scenario.start
        for run in range(site.runs):
            site.health_interval[run] = cat.HEALTH_INTERVAL_SECONDS
            site.health_threshold[run] = cat.HEALTH_THRESHOLD
            self._furnish(run, Pool.APP, start.app)
            for pool, plan in ((Pool.CACHE, start.cache), (Pool.DATABASE, start.database)):
                if plan is not None:
                    self._furnish(run, pool, plan)
            if start.balancer is not None:
                self._furnish(run, Pool.BALANCER, PoolPlan(start.balancer.size, start.balancer.machines))
                from_plan = {"l4": 1, "l7": 2}[start.balancer.kind]
                site.doors.kind[run] = from_plan
                site.doors.mode[run] = int(Mode[start.balancer.algorithm.upper().replace("-", "_")])
        rates = self.plan.rates(np.full((1, site.runs), 0.5 * _TICK))[0]
        site.sessions.users[:] = (rates * self._session_class).sum(axis=1) * cat.THINK_SECONDS
        for run in range(site.runs):
            if site.sessions.home[run] <= Home.STICKY:
                site.table.users[run, site.spans[Pool.APP]] = site.sessions.users[run] * site.shares(run)

    def _furnish(self, run: int, pool: Pool, plan: PoolPlan) -> None:
        site = self.site
        for _ in range(plan.machines):
            column = site.install(run, pool, site.size_index[plan.size], Condition.UP, 1 << 60)
            site.table.ordered[run, column] = -(1 << 40)
            self.life.come_up(run, column)

    # Orders ----------------------------------------------------------------------------------------------------------

    @property
    def tick(self) -> int:
        """Ticks done; the next step is this one."""
        return self.site.tick

    def refusal(self, order: Order, run: int = 0) -> str | None:
        """Why the world cannot do it, a sentence without a full stop; None where it can."""
        return refusal_of(order, self.site, run)

    def quote(self, order: Order, run: int = 0) -> ModelQuote:
        """What an order would cost and harm."""
        return quote_of(order, self.site, run)

    def apply(self, order: Order, run: int = 0) -> None:
        """Give an order that is not refused; it takes effect at the start of the next tick."""
        self._ordering.give(order, run)

    def launch(self, run: int, to_second: float) -> None:
        """Leave out the plan from now on up to ``to_second`` of it: what was to come then comes now."""
        site = self.site
        now = site.tick + int(site.timeline.skipped[run])
        site.timeline.skipped[run] += max(0, round(to_second / _TICK) - now)
        self._block_end = self._block_start
        self.life.look_ahead()

    def over(self, run: int = 0) -> bool:
        """No more will be offered."""
        return bool(self.site.tick + int(self.site.timeline.skipped[run]) >= self.plan.end_tick)

    # A tick ----------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One tick for all runs."""
        site = self.site
        self.life.pass_time()
        if site.changed:
            self._layout = lay_out(site, self._stations)
            site.changed = False
            if self._layout.routes.pools != self._lane_pools:
                self._block_end = self._block_start
                self._lane_pools = self._layout.routes.pools
            self._draw_machines()
        if not self._block_start <= site.tick < self._block_end:
            self._draw()
        at = site.tick - self._block_start
        fresh = self._fresh[at]
        attempts, again, births = fresh, None, None
        if site.retries.most:
            again, births = site.retries.release(site.tick)
            attempts = fresh + np.add.accumulate(again, axis=2)[:, :, -1]
        self._walk(at, attempts, fresh, again, births)
        counted = site.tick >= self._warm
        site.fates.settle(site.tick, counted)
        self._account(fresh, attempts, counted)
        site.tick += 1

    def _draw(self) -> None:
        first = self.site.tick
        ahead = BLOCK if self.site.runs <= 8 else BLOCK // 4
        self._block_start, self._block_end = first, first + ahead
        self._fresh, self._rates = self._arrivals.block(first, ahead, self.site.timeline)
        self._lanes: JourneyDraws = self._journeys.block(first, ahead, [int(p) for p in self._layout.routes.pools])
        self._draw_machines()

    def _draw_machines(self) -> None:
        """What depends on who is there: redrawn whenever that changes, the same numbers for those who stay."""
        site = self.site
        if not self._block_start <= site.tick < self._block_end:
            return
        ticks = np.arange(site.tick, self._block_end, dtype=np.int64)
        self._machine_start = site.tick
        key = self._layout.keys
        u = [uniform(base, ticks, key) for base in self._machine_bases]
        self._service = Standard.of(u[0])
        self._bottom = (u[1], -ln(u[1]))
        self._top = (u[2], -ln(u[2]))
        self._split_u, self._split_z = self._splitter.draw(
            site.tick, len(ticks), site.table.serial[:, site.spans[Pool.APP]]
        )

    def _walk(self, at: int, attempts: Floats, fresh: Floats, again: Floats | None, births: Floats | None) -> None:
        site, layout, table = self.site, self._layout, self.site.table
        here = site.tick - self._machine_start
        draws = MachineDraws(
            self._service.at(here), self._bottom[0][here], self._bottom[1][here], self._top[0][here], self._top[1][here]
        )
        met = Met(np.zeros((site.runs, site.width)), np.zeros((site.runs, site.width)), any=False)
        shares = self._class_shares(at, attempts)
        self._service_times(layout, shares)
        free, spare = self._slots(layout, shares)
        ready = self._stations.prepare(table, free, spare, draws, site.tick)

        counts = attempts
        if layout.door is not None:
            counts = self._through_balancer(layout, ready, counts, draws, met)
        served, split = self._through_app(layout, ready, counts, draws, met, here)
        if layout.cached:
            self._through_cache(ready, served, draws, met)
        if layout.has_database:
            self._through_database(layout, ready, served, draws, met)
        self._stations.remember(table, ready)
        strangers = None
        if layout.sessions:
            strangers = self._meet_users(layout, at)
        self._passage.send(
            self._stations,
            ready,
            layout.routes,
            self._lanes,
            at,
            attempts,
            fresh,
            again,
            births,
            counts,
            split,
            met,
            strangers,
            counted=site.tick >= self._warm,
        )
        self._ready = ready

    def _class_shares(self, at: int, attempts: Floats) -> Floats:
        """Each class's share of this tick's expected traffic, (runs, classes): what an empty queue would serve."""
        if self.site.classes == 1:
            return self._layout.ones
        rates = self._rates[at] + attempts * 1e-9
        total = np.add.accumulate(rates, axis=1)[:, -1:]
        return np.where(total > 0.0, rates / np.maximum(total, 1e-300), 1.0 / self.site.classes)

    def _service_times(self, layout: Layout, shares: Floats) -> None:
        """Mean service of what is at the head of each queue: see cohorts."""
        site, table = self.site, self.site.table
        if site.classes == 1:
            if layout.slow:
                np.multiply(layout.service, table.slow, out=table.service)
            else:
                table.service[:] = layout.service
            return
        for pool, work in layout.work.items():
            span = site.walk_span(pool)
            mix = site.queues[pool].mix(site.tick, layout.visit_shares(pool, shares)[:, None, :])
            time = (mix * work[:, None, :]).sum(axis=2)
            table.service[:, span] = np.maximum(time, 1e-9) * table.stretch[:, span] * table.slow[:, span]

    def _slots(self, layout: Layout, shares: Floats) -> tuple[Floats, Floats]:
        """Slots that downstream does not hold, and the starts that these and downstream's answers admit in this tick."""
        site, table = self.site, self.site.table
        if not layout.has_database:
            return table.slots, layout.unbounded
        app, data = site.app_walk, site.spans[Pool.DATABASE].start
        use = np.add.accumulate(shares * layout.uses_database, axis=1)[:, -1:]
        rate = table.rate_in[:, app]
        on_the_wire = layout.wire_seconds + table.service[:, data : data + 1] * (table.cores[:, data : data + 1] > 1.0)
        held = table.held[:, app] + rate * use * on_the_wire
        free = table.slots.copy()
        free[:, app] = np.maximum(table.slots[:, app] - held, 0.0)
        answers = table.cores[:, data] * self._stations.serving[:, data] * _TICK / table.service[:, data]
        total = np.add.accumulate(rate, axis=1)[:, -1:]
        part = np.where(total > 0.0, rate / np.maximum(total, 1e-9), 1.0)
        spare = layout.unbounded.copy()
        spare[:, app] = (free[:, app] + answers[:, None] * part) / np.maximum(use, 0.05)
        most = 4.0 * table.cores[:, app] / table.service[:, app]
        allowed = np.minimum(table.allowed[:, app], most)
        table.allowed[:, app] = allowed + SMOOTHING * (np.minimum(spare[:, app] / _TICK, most) - allowed)
        return free, spare

    def _through_balancer(
        self, layout: Layout, ready: Prepared, counts: Floats, draws: MachineDraws, met: Met
    ) -> Floats:
        site = self.site
        span = site.spans[Pool.BALANCER]
        queue = site.queues[Pool.BALANCER]
        assert layout.door is not None
        came = counts[:, None, :] * layout.door[:, :, None]
        inside = came * self._stations.serving[:, span][:, :, None]
        if not layout.door_open:
            met.down[:, span] = 1.0 - self._stations.serving[:, span]
            met.any = True
        total = inside.sum(axis=2)
        refused, served = self._stations.advance(site.table, span, ready, total, draws)
        inside = self._refuse(span, refused, total, inside, met)
        queue.arrive(site.tick, inside)
        out = queue.leave(site.tick, served).sum(axis=1)
        return np.where(layout.behind_door, out, counts)

    def _refuse(self, span: slice, refused: Floats, total: Floats, came: Floats, met: Met) -> Floats:
        """Note refusals and take them off what came, class by class; what is left, (runs, machines, classes)."""
        if not refused.any():
            return came
        met.any = True
        share = refused / np.maximum(total, 1.0)
        met.refused[:, span] = share
        upto = np.add.accumulate(came, axis=2)
        off = np.floor(upto * share[:, :, None] + 0.5)
        off[:, :, -1] = refused
        off = np.minimum(np.maximum.accumulate(off, axis=2), upto)
        off = np.minimum(off, refused[:, :, None])
        left: Floats = upto - off
        left = np.maximum.accumulate(left, axis=2)
        left[:, :, 1:] -= left[:, :, :-1].copy()
        return left

    def _through_app(
        self, layout: Layout, ready: Prepared, counts: Floats, draws: MachineDraws, met: Met, here: int
    ) -> tuple[Floats, Floats]:
        """Split among the servers and walk them; (served by class, (runs, machines + 1, classes)), (who got what)."""
        site, table = self.site, self.site.table
        span, walk = site.spans[Pool.APP], site.app_walk
        queue = site.queues[Pool.APP]
        if layout.single:
            split = counts[:, :, None]
            if split.shape[2] != layout.columns:
                split = np.zeros((site.runs, site.classes, layout.columns))
                split[:, :, 0] = counts
        else:
            split = self._split(layout, counts, here)
        came = np.zeros((site.runs, layout.columns + 1, site.classes))
        came[:, :-1] = split.transpose(0, 2, 1)
        if layout.any_common:
            dead = np.floor(counts * layout.black_hole[:, None])
            came[:, :-1] *= ~layout.routes.common[:, :, None]
            came[:, -1] = (counts - dead) * layout.routes.common
            met.down[:, site.common] = layout.black_hole
            met.any |= bool(layout.black_hole.any())
        if layout.gaps:
            serving = self._stations.serving[:, walk]
            met.down[:, span] = 1.0 - serving[:, :-1]
            met.any = True
            came *= serving[:, :, None]
        total = came.sum(axis=2)
        refused, served = self._stations.advance(table, walk, ready, total, draws)
        came = self._refuse(walk, refused, total, came, met)
        queue.arrive(site.tick, came)
        return queue.leave(site.tick, served), split

    def _split(self, layout: Layout, counts: Floats, here: int) -> Floats:
        site = self.site
        share = layout.share
        if layout.any_sticky:
            share = share.copy()
            for run in np.flatnonzero(layout.sticky).tolist():
                share[run] = site.sticky_share(run, share[run])
        z = self._split_z[here] if layout.any_random else None
        split = by_weight(counts, share, self._split_u[here], z)
        if layout.any_turn:
            dealt = in_turn(counts, site.doors.dealt, layout.rank, layout.open)
            site.doors.dealt += counts * layout.turn
            split = np.where(layout.turn[:, :, None], dealt, split)
        return split

    def _through_cache(self, ready: Prepared, served: Floats, draws: MachineDraws, met: Met) -> None:
        """Session look-ups, one for each request that needs its user."""
        site = self.site
        span = site.spans[Pool.CACHE]
        in_cache = (site.sessions.home == Home.CACHE)[:, None]
        asked = served.sum(axis=1) * self._session_class * in_cache
        came = np.zeros((site.runs, span.stop - span.start, site.classes))
        came[:, 0] = asked * self._stations.serving[:, span.start : span.start + 1]
        total = came.sum(axis=2)
        refused, out = self._stations.advance(site.table, span, ready, total, draws)
        came = self._refuse(span, refused, total, came, met)
        queue = site.queues[Pool.CACHE]
        queue.arrive(site.tick, came)
        queue.leave(site.tick, out)

    def _through_database(self, layout: Layout, ready: Prepared, served: Floats, draws: MachineDraws, met: Met) -> None:
        """Calls to the database hold their caller's slot until they are answered."""
        site, table = self.site, self.site.table
        span, walk = site.spans[Pool.DATABASE], site.app_walk
        queue = site.queues[Pool.DATABASE]
        sent = served * layout.calls
        by_machine = sent.sum(axis=2)
        serving = self._stations.serving[:, span.start : span.start + 1]
        if not layout.database_up:
            met.down[:, span.start] = 1.0 - serving[:, 0]
            met.any = True
            sent = sent * serving[:, :, None]
            by_machine = by_machine * serving
        came = np.zeros((site.runs, span.stop - span.start, site.classes))
        came[:, 0] = sent.sum(axis=1)
        total = came.sum(axis=2)
        refused, out = self._stations.advance(table, span, ready, total, draws)
        came = self._refuse(span, refused, total, came, met)
        queue.arrive(site.tick, came)
        queue.leave(site.tick, out)
        answered = (out + refused).sum(axis=1)[:, None]
        held = table.held[:, walk] + by_machine
        upto = np.add.accumulate(held, axis=1)
        whole = upto[:, -1:]
        back = np.floor(upto * np.minimum(answered / np.maximum(whole, 1.0), 1.0) + 0.5)
        held[:, 1:] -= back[:, 1:] - back[:, :-1]
        held[:, 0] -= back[:, 0]
        table.held[:, walk] = np.maximum(held, 0.0)

    def _meet_users(self, layout: Layout, at: int) -> Floats:
        site = self.site
        span = site.spans[Pool.APP]
        rate = (self._rates[at] * self._session_class).sum(axis=1)
        cache = site.spans[Pool.CACHE].start
        own = site.table.users[:, span]
        share = layout.share
        return move_about(site.sessions, own, share, rate, self._stations.serving[:, cache])

    # Books -----------------------------------------------------------------------------------------------------------

    def _account(self, fresh: Floats, attempts: Floats, counted: bool) -> None:
        """Bill the tick and keep the running sums."""
        site, layout = self.site, self._layout
        ledger = site.books.state
        ledger.born += fresh
        ledger.attempts += attempts
        both = np.add.accumulate(np.stack([site.table.busy * layout.billed, self._ready.waiting]), axis=2)
        sums = both[:, :, layout.last]
        sums[:, :, 1:] -= both[:, :, layout.last[:-1]]
        used = sums[0] / layout.cores
        if counted:
            ledger.utilisation += used
            ledger.queue += sums[1]
            ledger.measured += 1
        served = np.floor(layout.rent_up * np.minimum(used, 1.0)).astype(np.int64)
        idle = layout.rent_up - served
        spare = np.minimum(idle, layout.biggest)
        bill = np.stack([served, idle - spare, spare, layout.rent_waste])
        ledger.money += bill.sum(axis=2).T
        site.books.close_tick(site.tick)

    def score(self, run: int = 0) -> Score:
        """Counters of a run, cheap enough for each tick."""
        sealed = self.site.books.state.sealed[run]
        good = int(sealed[:, 0].sum())
        offered = int(sealed.sum())
        return Score(offered, good, offered - good, int(self.site.books.state.money[run].sum()), self.rent(run))

    def rent(self, run: int = 0) -> int:
        """Micro-dollars that a tick costs now."""
        table = self.site.table
        return int((table.rent[run] * (table.condition[run] != Condition.ABSENT)).sum())

    def in_flight(self, run: int = 0) -> int:
        """Requests neither answered nor lost."""
        return self.site.fates.in_flight(run)

    # Looking ---------------------------------------------------------------------------------------------------------

    def snapshot(self, run: int = 0) -> Snapshot:
        """All there is to see of a run."""
        return look(self.site, run, self.rent(run))

    def happenings(self) -> list[Happening]:
        """What the model said of run 0 since the last call."""
        said = self.site.happenings
        self.site.happenings = []
        return said

    def forecast(self, seconds: Sequence[float], run: int = 0) -> list[tuple[float, float, float]]:
        """(low, high, true) total arrival rates at seconds of the plan, in requests a second."""
        at = np.array(list(seconds), dtype=np.float64)
        low, high = self.plan.band(at)
        true = self.plan.rates(np.repeat(at[:, None], self.site.runs, axis=1))[:, run].sum(axis=1)
        return list(zip(low.tolist(), high.tolist(), true.tolist(), strict=True))

    def planned(self, first: float, last: float) -> float:
        """Requests that the plan (not the seed) has between two seconds of it."""
        edges = np.arange(first, last, _TICK) + 0.5 * _TICK
        low, high = self.plan.band(edges)
        return float(np.add.accumulate((low + high) * (0.5 * _TICK))[-1]) if edges.size else 0.0

    def state_hash(self, run: int = 0) -> dict[str, str]:
        """A short hash of each subsystem's whole state, for checkpoints."""
        site = self.site

        def of(*parts: object) -> str:
            arrays = []
            for part in parts:
                for field in dataclasses.fields(part):  # type: ignore[arg-type]  # all are dataclasses of arrays
                    value = getattr(part, field.name)
                    arrays.append(value[:, run] if field.name in {"past", "past_born", "past_attempts"} else value[run])
            return digest(arrays)

        pending = site.fates.pending
        alive = pending.due[:, run] >= 0
        on_their_way = [getattr(pending, f.name)[:, run][alive] for f in dataclasses.fields(pending)]
        orders = np.array(
            [[o.number, o.started, o.ends, o.pool, o.serial, o.value] for o in site.under_way[run]] or [[0] * 6],
            dtype=np.int64,
        )
        here = site.table.condition[run] != Condition.ABSENT
        machines = [getattr(site.table, f.name)[run][here] for f in dataclasses.fields(site.table)]
        return {
            "traffic": of(site.retries.state, site.timeline),
            "machines": digest([*machines, orders]),
            "balancer": of(site.doors),
            "sessions": of(site.sessions),
            "requests": digest(on_their_way),
            "ledger": of(site.books.state),
        }

    def fork(self) -> World:
        """An independent copy, to look ahead in."""
        return copy.deepcopy(self)
