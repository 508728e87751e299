"""The world: a batch of runs of one scenario, stepped a tenth of a second at a time.

    world = World(scenario, seeds=[42])
    world.apply(Resize("app", "large"))
    world.step()
    world.snapshot().signals.latency.p99

A tick: what is due happens to the machines; traffic and retries are offered; the tiers walk them; representatives learn
their fates; the books are kept. Draws come in blocks of ticks, since they do not depend on the state.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.automation.autoscaler import Autoscaler
from scalegame.model.automation.figures import POOL_FIGURES, RUN_FIGURES
from scalegame.model.automation.gauges import POOL_GAUGES, RUN_GAUGES
from scalegame.model.data.connections import pooler_rent
from scalegame.model.failure.mishaps import Mishaps
from scalegame.model.failure.script import is_announced, leave_out
from scalegame.model.fingerprint import fingerprint
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.numbers.exact import Floats
from scalegame.model.ordering import ModelQuote, give, quote_of, refusal_of
from scalegame.model.orders import Order
from scalegame.model.queue.workers import Workers
from scalegame.model.scenario import Scenario, shifts
from scalegame.model.schedule import Schedule
from scalegame.model.signals import look
from scalegame.model.site import Site
from scalegame.model.snapshot import Happening, Snapshot
from scalegame.model.start import begin
from scalegame.model.state import NEVER, Condition, Pool
from scalegame.model.surges import Surges
from scalegame.model.texts import counted as counted_in_words
from scalegame.model.traffic import Arrivals, Plan
from scalegame.model.way.bounds import Bounds
from scalegame.model.way.flow import Attempts, Trail
from scalegame.model.way.ledger import SERVED, WASTE
from scalegame.model.way.passage import Passage
from scalegame.model.way.tiers import Tiers

RULES = 3
"""Raised with every change of results: a run file of other rules cannot be verified by this version."""

BLOCK = 128
"""Ticks drawn ahead; fewer where there are many machines or many runs go in lock-step, for memory."""
_FEW = 64
"""Machines."""
_TICK = cat.TICK_SECONDS


@dataclass(frozen=True, slots=True)
class Score:
    """The counters that rules look at. Requests since the warm-up; micro-dollars since the start."""

    offered: int
    good: int
    lost: int
    cost_micro: int


class World:
    """See the module. Seeds are whole numbers from 0 to scenario.LARGEST_SEED."""

    def __init__(self, scenario: Scenario, seeds: Sequence[int]) -> None:
        faults = sorted([*scenario.faults, *shifts(scenario)], key=lambda fault: fault.seconds)
        scenario = dataclasses.replace(scenario, faults=tuple(faults))
        self.scenario = scenario
        self._seeds = np.array(list(seeds), dtype=np.int64)
        self.site = Site(scenario, self._seeds)
        self.life = Lifecycle(self.site)
        self._schedule = Schedule(self.site, self.life)
        self._autoscaler = Autoscaler(self.site, self.life)
        self.plan = Plan(scenario, self._seeds, Surges(scenario, self.site.dealt))
        self._arrivals = Arrivals(self.plan, self.site.classes)
        self._passage = Passage(self.site)
        self._tiers = Tiers(self.site)
        self._workers = None if self.site.jobs is None else Workers(self.site, self.site.jobs)
        self._warm = round(scenario.warmup / _TICK)
        self._block_start = self._block_end = 0
        self._trail = Trail()
        self._bounds = Bounds(self.site)
        begin(self.site, self.life, self.plan.rates(np.full((1, len(seeds)), 0.5 * _TICK))[0])
        self._schedule.look_ahead()

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
        self.catch_up()
        return quote_of(order, self.site, run)

    def apply(self, order: Order, run: int = 0) -> None:
        """Give an order that is not refused; it takes effect at the start of the next tick."""
        self.catch_up()
        dial = self.site.timeline.dial
        before = float(dial[run])
        give(order, self.life, run)
        if dial[run] != before:
            self._block_end = self._block_start
        self.site.alter(run)
        self.site.next_due = 0

    def launch(self, run: int, to_second: float) -> None:
        """Leave out the plan's traffic from now on up to ``to_second`` of it: what was to come then comes now. What was
        still to fail does so all the same, see failure.script."""
        self.catch_up()
        site = self.site
        before = int(site.timeline.skipped[run])
        now = max(before, round(to_second / _TICK) - site.tick)
        site.timeline.skipped[run] = now
        faults, end = self.scenario.faults, self.plan.end_tick - now
        leave_out(site.script, faults, site.dealt[run], run, site.tick, (before, now), end)
        self._block_end = self._block_start
        self._schedule.look_ahead()

    def kill(self, machine: str, run: int = 0) -> None:
        """An experiment, for a fork: a machine is dead from the next tick on, and does not come back by itself. No
        order can do this. KeyError: there is no such machine."""
        self.catch_up()
        column = self.site.find(run, machine)
        if column is None:
            raise KeyError(machine)
        Mishaps(self.site, self.life).end_for_good(run, column)
        self.site.alter(run)
        self.site.next_due = 0

    def fund(self, micro_dollars: int, run: int = 0) -> None:
        """What may be spent in all since the start, which autoscalers heed; where nobody says, they have no limit."""
        self.site.scaling.purse[run] = micro_dollars

    def gauge(self, name: str, run: int = 0) -> float:
        """A figure (see figures), cheap enough for each tick; NaN where nothing was measured. KeyError: no such."""
        if name in RUN_GAUGES:
            if RUN_FIGURES[name].booked:
                self.catch_up()
            return RUN_GAUGES[name](self.site, run)
        place, _, figure = name.rpartition(".")
        pool = self.site.pool_named(run, place)
        if pool is None:
            raise KeyError(name)
        if POOL_FIGURES[figure].booked or pool == Pool.WORKER:
            self.catch_up()
        return POOL_GAUGES[figure](self.site, run, pool)

    def has_pool(self, name: str, run: int = 0) -> bool:
        """Whether a pool may stand under that name: those of every world, and those that were placed."""
        return self.site.pool_named(run, name) is not None

    def over(self, run: int = 0) -> bool:
        """No more will be offered."""
        return bool(self.site.tick + int(self.site.timeline.skipped[run]) >= self.plan.end_tick)

    def close(self, run: int = 0) -> None:
        """Nobody waits any longer: what is in flight now is lost, requests as timed out and jobs as late."""
        left = self.in_flight(run)
        if not left:
            return
        counted = self.site.tick >= self._warm
        self.site.fates.close(run, counted)
        if self._workers is not None:
            self._workers.close(run, counted)
        lost = counted_in_words(left, "request in flight is", "requests in flight are")
        self.site.say(run, 2, "", "close", f"nobody waits any longer: {lost} lost")

    # A tick ----------------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """One tick for all runs."""
        site, trail = self.site, self._trail
        if site.tick >= site.next_look:
            self.catch_up()
            self._autoscaler.look()
        if site.tick >= site.next_due:
            self.catch_up()
            self._schedule.pass_time()
        if site.changed:
            self.catch_up()
            self._rebuild()
        if not self._block_start <= site.tick < self._block_end:
            self._draw()
        at = site.tick - self._block_start
        attempts = Attempts(self._fresh[at], self._fresh[at])
        if site.retries.most:
            attempts.again, attempts.births = site.retries.release(site.tick)
            attempts.all = attempts.fresh + np.add.accumulate(attempts.again, axis=2)[:, :, -1]
        walked = self._tiers.walk(attempts, self._rates[at], trail.walked[-1] if trail.walked else None)
        if trail.walked and not walked.like(trail.walked[-1]):
            self.catch_up()
        if not trail.walked:
            trail.first = site.tick
        trail.walked.append(walked)
        site.tick += 1
        at_once = len(trail) >= self._passage.most_ticks or self._tiers.ask_fates
        if at_once or site.tick % cat.TICKS_PER_SECOND == 0 or site.tick == self._warm:
            self.catch_up()
        if site.tick % cat.TICKS_PER_SECOND == 0:
            self._tiers.close_second()

    def _rebuild(self) -> None:
        site = self.site
        if self._workers is not None:
            self._workers.muster()
        self._tiers.rebuild()
        site.changed = False
        site.altered[:] = False
        if self._block_start <= site.tick < self._block_end:
            self._tiers.draw(self._fresh[site.tick - self._block_start :])

    def _draw(self) -> None:
        first = self.site.tick
        ahead = BLOCK if self.site.table.n.size <= _FEW else BLOCK // 2 if self.site.runs <= 8 else BLOCK // 8
        self._block_start, self._block_end = first, first + ahead
        self._fresh, self._rates = self._arrivals.block(first, ahead, self.site.timeline)
        self._tiers.draw(self._fresh)

    def catch_up(self) -> None:
        """Let the representatives follow the walks, and book what came of them. Whoever looks at fates or books, or
        changes machines, calls this first; it makes no difference how often."""
        trail, site = self._trail, self.site
        if not trail.walked:
            return
        last = trail.first + len(trail) - 1
        counted = trail.first >= self._warm
        standing = self._passage.send(self._tiers.stations, self._tiers.layout.routes, trail, counted)
        site.fates.settle(last, counted)
        self._account(trail, standing.waiting, counted)
        trail.walked = []
        self._bounds.forget()
        if (last + 1) % cat.TICKS_PER_SECOND == 0:
            site.books.close_second()

    # Books -----------------------------------------------------------------------------------------------------------

    def _account(self, trail: Trail, waiting: Floats, counted: bool) -> None:
        """Bill the ticks and keep the running sums. waiting: requests in queue, (ticks, runs, columns)."""
        site, layout, ticks = self.site, self._tiers.layout, len(trail)
        ledger = site.books.state
        ledger.born += trail.all(lambda walked: walked.attempts.fresh).sum(axis=0)
        ledger.attempts += trail.all(lambda walked: walked.attempts.all).sum(axis=0)
        both = np.empty((2, *waiting.shape))
        np.multiply(trail.all(lambda walked: walked.after[3]), layout.billed, out=both[0])
        both[1] = waiting
        if self._workers is not None and site.queue_used:
            span = site.columns.spans[Pool.WORKER]
            both[0][..., span], both[1][..., span] = self._workers.work(trail.first, ticks, counted)
        np.add.accumulate(both, axis=3, out=both)
        sums = both[..., layout.last]
        sums[..., 1:] -= both[..., layout.last[:-1]]
        used = sums[0] / layout.cores
        if counted:
            # Tick by tick, in whatever portions: the order of a sum of fractions is part of its bits.
            for total, each in ((ledger.utilisation, used), (ledger.queue, sums[1])):
                before = total[:, layout.pools]
                total[:, layout.pools] = np.add.accumulate(np.concatenate([before[None], each]))[-1]
            ledger.measured += ticks
        served = np.floor(layout.rent_up * np.minimum(used, 1.0)).astype(np.int64)
        idle = layout.rent_up - served
        spare = np.minimum(idle, layout.biggest)
        ledger.money[:, SERVED] += served.sum(axis=(0, 2))
        ledger.money[:, 1] += (idle - spare).sum(axis=(0, 2))
        ledger.money[:, 2] += spare.sum(axis=(0, 2))
        ledger.money[:, WASTE] += layout.rent_waste.sum(axis=1) * ticks
        if layout.pooled:
            ledger.money[:, SERVED] += layout.pooler * ticks

    def lost_at_most(self, run: int = 0) -> int:
        """What Score.lost cannot be above now: to be asked each tick, since it asks for nobody's fate."""
        trail = self._trail
        return self._bounds.lost(self._tiers.layout, trail, run) if trail.walked else self.score(run).lost

    def cost_at_most(self, run: int = 0) -> int:
        """What Score.cost_micro cannot be above now, likewise."""
        trail = self._trail
        return self._bounds.cost(self._tiers.layout, trail, run) if trail.walked else self.score(run).cost_micro

    def score(self, run: int = 0) -> Score:
        """Counters of a run, exact: ticks that wait for their representatives wait no longer."""
        self.catch_up()
        sealed = self.site.books.state.sealed[run]
        good = int(sealed[:, 0].sum())
        offered = int(sealed.sum())
        return Score(offered, good, offered - good, int(self.site.books.state.money[run].sum()))

    def rent(self, run: int = 0) -> int:
        """Micro-dollars that a tick costs now."""
        table = self.site.table
        machines = int((table.rent[run] * (table.condition[run] != Condition.ABSENT)).sum())
        return machines + pooler_rent(self.site, run)

    def in_flight(self, run: int = 0) -> int:
        """Requests neither answered nor lost."""
        self.catch_up()
        return self.site.in_flight(run)

    # Looking ---------------------------------------------------------------------------------------------------------

    def snapshot(self, run: int = 0) -> Snapshot:
        """All there is to see of a run."""
        self.catch_up()
        return look(self.site, run, self.rent(run))

    def happenings(self) -> list[Happening]:
        """What the model said of run 0 since the last call."""
        said = self.site.happenings
        self.site.happenings = []
        return said

    def forecast(self, seconds: Sequence[float], run: int = 0) -> list[tuple[float, float, float]]:
        """(low, high, true) total arrival rates at seconds of the plan, in requests a second, as the dial stands; of
        surges those alone that are announced."""
        at = np.array(list(seconds), dtype=np.float64)
        dial = float(self.site.timeline.dial[run])
        script, faults = self.site.script, self.scenario.faults
        known = [number for number in self.plan.surges.numbers if is_announced(script, faults, run, number)]
        everywhere = np.repeat(at[:, None], self.site.runs, axis=1)
        swell = self.plan.surges.swell(everywhere, known)
        low, high = (edge * dial for edge in self.plan.band(at, None if swell is None else swell[:, run]))
        true = self.plan.rates(everywhere, known)[:, run].sum(axis=1) * dial
        return list(zip(low.tolist(), high.tolist(), true.tolist(), strict=True))

    def planned(self, first: float, last: float) -> float:
        """Requests that the plan (not the seed) has between two seconds of it, without surges."""
        edges = np.arange(first, last, _TICK) + 0.5 * _TICK
        low, high = self.plan.band(edges)
        return float(np.add.accumulate((low + high) * (0.5 * _TICK))[-1]) if edges.size else 0.0

    def announced(self, run: int = 0) -> list[float]:
        """Seconds of the warnings that are still to come in the level's own script."""
        warns = self.site.script.warns[run]
        return sorted((warns[warns < NEVER] / cat.TICKS_PER_SECOND).tolist())

    def state_hash(self, run: int = 0) -> dict[str, str]:
        """A short hash of each subsystem's whole state, for checkpoints."""
        self.catch_up()
        return fingerprint(self.site, run)

    def fork(self) -> World:
        """An independent copy, to look ahead in."""
        return copy.deepcopy(self)
