"""The site: all state of a batch of runs, and the facts that never change. What it does in a tick is in ``world``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.automation.scaling import no_scaling
from scalegame.model.catalogue import SETTINGS, Size
from scalegame.model.columns import FIRST_COLUMNS, Columns
from scalegame.model.copies.caching import Caching
from scalegame.model.copies.keys import Keys, no_keys
from scalegame.model.data.replication import Data, first_data
from scalegame.model.failure.outages import Outages, no_outages
from scalegame.model.failure.releases import Releases, good_releases
from scalegame.model.failure.script import Script, dealt_seconds, first_script
from scalegame.model.front.balancer import Doors
from scalegame.model.homes.demands import demands_of
from scalegame.model.homes.records import Records, first_records
from scalegame.model.homes.sessions import Sessions, first_sessions
from scalegame.model.homes.uploads import Uploads, first_uploads
from scalegame.model.numbers.exact import Floats
from scalegame.model.operators.calls import Calls, close_gap, no_calls, widen_calls
from scalegame.model.queue.crew import idle_crew
from scalegame.model.queue.jobs import Jobs
from scalegame.model.queueing.cohorts import Queue
from scalegame.model.queueing.herd import Factors
from scalegame.model.queueing.waiting import Shifts
from scalegame.model.scenario import Scenario
from scalegame.model.snapshot import Happening
from scalegame.model.state import (
    NEVER,
    PLACE_NAMES,
    POOL_NAMES,
    PREFIXES,
    SERVERS,
    TIER_OF,
    Condition,
    Machines,
    Mask,
    Pool,
    Tier,
    empty_machines,
    widen,
)
from scalegame.model.traffic import Retries, Timeline, planned_requests
from scalegame.model.way.fates import Fates
from scalegame.model.way.ledger import Books

SERVING = (Condition.UP, Condition.DRAINING)
_KNOBS = {key: i for i, key in enumerate(SETTINGS)}


@dataclass(slots=True)
class UnderWay:
    """An order that takes time: a machine's own shows in its condition, the others wait here."""

    number: int
    kind: str
    """boot, remove, place, rolling, switch, sessions, uploads, data, restore, ..."""
    place: str
    text: str
    started: int
    ends: int
    """Tick; NEVER while machines still wait for their turn."""
    pool: int = -1
    serial: int = 0
    value: int = 0
    missed: tuple[str, ...] = ()
    """Of a rolling order: machines that were away when their turn came."""


class Site:
    """Arrays and lists of a batch. ``columns`` says which columns of ``table`` are whose."""

    def __init__(self, scenario: Scenario, seeds: NDArray[np.int64]) -> None:
        self.scenario = scenario
        self.seeds = seeds
        self.runs = len(seeds)
        self.classes = len(scenario.classes)
        self.planned = planned_requests(scenario)
        self.demands = demands_of(scenario.classes)
        self.tick = 0
        self.sizes: list[Size] = list(scenario.sizes.values())
        self.size_index = {size.name: i for i, size in enumerate(self.sizes)}
        self.shifts = Shifts()
        self.factors = Factors()
        self.shift_rows = np.array([float(self.shifts.row(size.cores)) for size in self.sizes])
        self.columns = Columns(FIRST_COLUMNS)
        self.table: Machines = empty_machines(self.runs, self.columns.width)
        self.queues = {
            tier: Queue(self.runs, span.stop - span.start, self.classes) for tier, span in self.columns.tiers.items()
        }
        self.books = Books(self.runs, self.classes)
        self.retries = Retries(scenario.classes, seeds)
        self.fates = Fates(self.books, self.retries, scenario)
        queueable = any(c.job_ms > 0.0 for c in scenario.classes)
        self.jobs = Jobs(scenario.classes, seeds, self.shifts) if queueable else None
        """The message queue; None where no class has a job."""
        self.crew = idle_crew(self.runs)
        self.queue_used = False
        """Some run has left jobs to the queue: from then on it is looked after in all of them."""
        self.timeline = Timeline(skipped=np.zeros(self.runs, dtype=np.int64), dial=np.ones(self.runs))
        self.doors = Doors(
            kind=np.zeros(self.runs, dtype=np.int64),
            mode=np.zeros(self.runs, dtype=np.int64),
            dealt=np.zeros((self.runs, self.classes)),
            listed=np.zeros((self.runs, len(Pool)), dtype=np.int64),
        )
        self.paths: list[dict[str, Pool]] = [{} for _ in range(self.runs)]
        """What an L7 balancer sends elsewhere than to app: the start of a path -> pool."""
        self.placed: list[dict[Pool, str]] = [{} for _ in range(self.runs)]
        """Names of the pools that were placed."""
        self.sessions: Sessions = first_sessions(
            self.runs, scenario.start.sessions, sum(fault.kind == "leak" for fault in scenario.faults)
        )
        self.uploads: Uploads = first_uploads(self.runs, scenario.start.uploads)
        self.records: Records = first_records(self.runs, scenario.start)
        self.database: Data = first_data(self.runs)
        self.caching = Caching(scenario, self.runs) if any(kind.reads for kind in scenario.classes) else None
        """What keeps copies; None where nobody reads a data set."""
        self.keys: Keys = no_keys(self.runs)
        self.knobs: Floats = np.tile([[setting.start] for setting in SETTINGS.values()], (1, self.runs))
        """What `set` reaches, (settings, runs); see ``knob``."""
        self.class_knobs: Floats = np.tile(self.knobs[:, :, None], (1, 1, self.classes))
        """The same for what each class has its own of, (settings, runs, classes)."""
        self.scaling = no_scaling(self.runs)
        self.next_look = NEVER
        """The next tick at which an autoscaler looks."""
        data = self.columns.tiers[Tier.DATA]
        self.calls: Calls = no_calls(self.runs, self.classes, data.stop - data.start + 1)
        self.outages: Outages = no_outages(self.runs)
        self.releases: Releases = good_releases(self.runs)
        self.last_serial = np.zeros((self.runs, len(Pool)), dtype=np.int64)
        self.next_order = np.ones(self.runs, dtype=np.int64)
        self.dealt = [dealt_seconds(scenario.faults, seed) for seed in seeds.tolist()]
        """Of each run, see dealt_seconds."""
        self.script: Script = first_script(scenario.faults, self.dealt)
        self.under_way: list[list[UnderWay]] = [[] for _ in range(self.runs)]
        self.happenings: list[Happening] = []
        self.next_due = 0
        """The next tick at which something is due (see schedule)."""
        self.changed = True
        """Something about some run is not what the prepared arrays say."""
        self.altered: Mask = np.ones(self.runs, dtype=np.bool_)
        """Those runs, (runs,)."""

    def alter(self, run: int) -> None:
        """Something about a run is not what the prepared arrays say."""
        self.changed = self.altered[run] = True

    # Names -----------------------------------------------------------------------------------------------------------

    def pool_name(self, run: int, pool: Pool) -> str:
        """What players call a pool."""
        return POOL_NAMES[pool] or self.placed[run].get(pool, "")

    def pool_named(self, run: int, name: str) -> Pool | None:
        """The pool that a run calls so, whether or not machines stand in it; None where there is none."""
        if name and name in POOL_NAMES:
            return Pool(POOL_NAMES.index(name))
        return next((pool for pool, placed in self.placed[run].items() if placed == name), None)

    def unroute(self, run: int, pool: Pool) -> None:
        """No path leads to a pool any more."""
        self.paths[run] = {path: to for path, to in self.paths[run].items() if to != pool}

    def place_name(self, run: int, place: int) -> str:
        """What the ledger calls a place."""
        return PLACE_NAMES[place] or self.pool_name(run, Pool(place))

    def name(self, run: int, column: int) -> str:
        """A machine's name, such as app-3."""
        pool = self.pool_of(column)
        return f"{PREFIXES[pool] or self.pool_name(run, pool)}-{int(self.table.serial[run, column])}"

    def find(self, run: int, name: str) -> int | None:
        """The column of a machine by its name."""
        prefix, _, number = name.rpartition("-")
        if not prefix or not number.isdigit() or len(number) > 9:
            return None
        pool = Pool(PREFIXES.index(prefix)) if prefix in PREFIXES else self.pool_named(run, prefix)
        if pool is None or (PREFIXES[pool] or prefix) != prefix:
            return None
        for column in self.machines(run, pool):
            if int(self.table.serial[run, column]) == int(number):
                return column
        return None

    def knob(self, key: str) -> Floats:
        """A setting of all runs, (runs,), to read and to write."""
        values: Floats = self.knobs[_KNOBS[key]]
        return values

    def class_knob(self, key: str) -> Floats:
        """A setting that each class has its own of, (runs, classes), to read and to write."""
        values: Floats = self.class_knobs[_KNOBS[key]]
        return values

    # Columns ---------------------------------------------------------------------------------------------------------

    def machines(self, run: int, pool: Pool) -> list[int]:
        """Columns of the pool's machines, oldest first."""
        span = self.columns.spans[pool]
        here = np.flatnonzero(self.table.condition[run, span] != Condition.ABSENT)
        return [span.start + int(c) for c in here]

    def servers(self, run: int) -> list[int]:
        """Columns of all machines that run the application, whatever their pool."""
        return [column for pool in SERVERS for column in self.machines(run, pool)]

    def pool_of(self, column: int) -> Pool:
        """The pool of a column."""
        return Pool(int(self.columns.pool_at[column]))

    def local(self, column: int) -> int:
        """A column counted within its tier."""
        first: int = self.columns.tiers[TIER_OF[self.pool_of(column)]].start
        return column - first

    def queue_of(self, column: int) -> Queue:
        """The tier's queue that a column belongs to."""
        return self.queues[TIER_OF[self.pool_of(column)]]

    def _widen(self, pool: Pool) -> None:
        tier = TIER_OF[pool]
        first = self.columns.tiers[tier].start
        self.columns, at, by = self.columns.widened(pool)
        self.table = widen(self.table, at, by)
        self.queues[tier].widen(at - first, by)
        if tier == Tier.DATA:
            widen_calls(self.calls, at - first, by)

    # Machines --------------------------------------------------------------------------------------------------------

    def install(self, run: int, pool: Pool, size: int, condition: Condition, due: int, zone: int = 0) -> int:
        """Put a new machine at the end of its pool; returns its column."""
        taken = self.machines(run, pool)
        column = taken[-1] + 1 if taken else self.columns.spans[pool].start
        if column >= self.columns.spans[pool].stop:
            self._widen(pool)
        table = self.table
        for field, value in (
            ("condition", int(condition)),
            ("due", due),
            ("fails", NEVER),
            ("ails", NEVER),
            ("ailment", 0),
            ("blip_until", NEVER),
            ("notice", NEVER),
            ("ordered", self.tick),
            ("slow", 1.0),
            ("slow_until", NEVER),
            ("release_factor", 1.0),
            ("wrong", 0.0),
            ("drag", 1.0),
            ("cold", 1.0),
            ("warmer", NEVER),
            ("zone", zone),
            ("listed", 0),
            ("n", 0.0),
            ("ladder", 1.0),
            ("carry_in", 0.0),
            ("carry_out", 0.0),
            ("carry_served", 0.0),
            ("rho", 0.0),
            ("rate_in", 0.0),
            ("rate_mean", 0.0),
            ("busy", 0.0),
            ("held", 0.0),
            ("users", 0.0),
            ("files", 0.0),
            ("data", 0.0),
            ("blank", 0.0),
            ("fanned", 0.0),
            ("applied", 0.0),
            ("behind", 0),
            ("lag", 0.0),
            ("replay", 0.0),
            ("hampered", 1.0),
            ("allowed", 1e12),
            ("queued", 0),
            ("in_rotation", condition == Condition.UP),
        ):
            getattr(table, field)[run, column] = value
        self.last_serial[run, pool] += 1
        table.serial[run, column] = self.last_serial[run, pool]
        self.fit(run, column, size)
        self.queue_of(column).clear(run, self.local(column), self.tick)
        self.alter(run)
        return column

    def fit(self, run: int, column: int, size: int) -> None:
        """Give a machine the figures of a size."""
        table, kind = self.table, self.sizes[size]
        table.size[run, column] = size
        table.next_size[run, column] = size
        table.cores[run, column] = kind.cores
        table.slots[run, column] = kind.slots
        table.room[run, column] = kind.slots + kind.backlog
        table.stretch[run, column] = kind.stretch
        table.shift[run, column] = self.shift_rows[size]
        table.rent[run, column] = rent_of(kind)
        self.alter(run)

    def uninstall(self, run: int, column: int) -> None:
        """Take a machine away and close the gap, so that a pool's machines stay in the order of their age."""
        span = self.columns.spans[self.pool_of(column)]
        order = [c for c in range(span.start, span.stop) if c != column] + [column]
        gap = empty_machines(1, 1)
        for field, values in vars(self.table).items():
            values[run, span] = values[run, order]
            values[run, span.stop - 1] = getattr(gap, field)[0, 0]
        state = self.queue_of(column).state
        first = column - self.local(column)
        here = slice(span.start - first, span.stop - first)
        moved = [c - first for c in order]
        for held in (state.curve, state.left, state.head):
            held[run, here] = held[run, moved]
        if TIER_OF[self.pool_of(column)] == Tier.DATA:
            close_gap(self.calls, run, column - first, span.stop - 1 - first)
        self.alter(run)

    def empty(self, run: int, column: int) -> None:
        """Everything in a machine's queue is gone."""
        table = self.table
        for field in (
            "n",
            "carry_in",
            "carry_out",
            "carry_served",
            "rho",
            "rate_in",
            "rate_mean",
            "busy",
            "held",
            "fanned",
        ):
            getattr(table, field)[run, column] = 0.0
        table.cold[run, column], table.warmer[run, column] = 1.0, NEVER
        table.allowed[run, column] = 1e12
        self.queue_of(column).clear(run, self.local(column), self.tick)

    def serving(self) -> Floats:
        """1 where a machine works, (runs, columns)."""
        condition = self.table.condition
        result: Floats = ((condition == Condition.UP) | (condition == Condition.DRAINING)) * 1.0
        return result

    def reached(self) -> Floats:
        """1 where the network gets to a machine, (runs, columns)."""
        result: Floats = (self.table.blip_until == NEVER) * 1.0
        return result

    # Orders under way ------------------------------------------------------------------------------------------------

    def rolling(self, run: int, pool: Pool) -> UnderWay | None:
        """The rolling order that is under way for a pool."""
        return next((o for o in self.under_way[run] if o.kind == "rolling" and o.pool == pool), None)

    def own_order(self, run: int, column: int, kind: str) -> UnderWay | None:
        """The order of that kind (boot, remove) that a machine is under way by."""
        pool, serial = int(self.pool_of(column)), int(self.table.serial[run, column])
        orders = self.under_way[run]
        return next((o for o in orders if o.kind == kind and o.pool == pool and o.serial == serial), None)

    def drop(self, run: int, order: UnderWay | None) -> None:
        """An order is under way no longer."""
        if order is not None:
            self.under_way[run].remove(order)

    def in_flight(self, run: int) -> int:
        """Requests neither answered nor lost, and those that are answered and whose job has not ended."""
        return self.fates.in_flight(run) + (0 if self.jobs is None else self.jobs.in_flight(run))

    def say(self, run: int, weight: int, place: str, kind: str, text: str) -> None:
        """Aloud, for run 0's log."""
        if run == 0:
            self.happenings.append(Happening(self.tick, weight, place, kind, text))


def key_of(site: Site, run: int, column: int) -> int:
    """What a machine's own draws and requests are known by: its pool and its serial number."""
    return (int(site.pool_of(column)) << 20) + int(site.table.serial[run, column])


def rent_of(size: Size) -> int:
    """Micro-dollars a tick."""
    return int(size.price * 1_000_000 / 600 + 0.5)
