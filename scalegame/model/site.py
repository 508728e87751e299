"""The site: all state of a batch of runs, and the facts that never change. What it does in a tick is in ``world``."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.balancer import Doors, Mode, office, weights
from scalegame.model.catalogue import Size
from scalegame.model.cohorts import Queue
from scalegame.model.exact import Floats
from scalegame.model.fates import Fates
from scalegame.model.herd import Factors
from scalegame.model.journeys import LANES
from scalegame.model.ledger import Books
from scalegame.model.scenario import Scenario
from scalegame.model.sessions import Home, Sessions, first_sessions
from scalegame.model.snapshot import Happening
from scalegame.model.state import (
    NEVER,
    POOL_NAMES,
    PREFIXES,
    Condition,
    Machines,
    Mask,
    Pool,
    empty_machines,
    widen,
)
from scalegame.model.traffic import Retries, Timeline, planned_requests
from scalegame.model.waiting import Shifts

_FIRST_COLUMNS = {Pool.BALANCER: 2, Pool.APP: 4, Pool.CACHE: 1, Pool.DATABASE: 1}
SERVING = (Condition.UP, Condition.DRAINING)


@dataclass(slots=True)
class UnderWay:
    """An order that takes time: a machine's own shows in its condition, the others wait here."""

    number: int
    kind: str
    """boot, resize, restart, deploy, sessions, place"""
    place: str
    text: str
    started: int
    ends: int
    """Tick; NEVER while machines still wait for their turn."""
    pool: int = -1
    serial: int = 0
    value: int = 0


class Site:
    """Arrays and lists of a batch. ``spans``: the columns of each pool; ``common``: the column in which a whole app
    pool is walked as one station (least connections, two choices), right after the app's."""

    def __init__(self, scenario: Scenario, seeds: NDArray[np.int64]) -> None:
        self.scenario = scenario
        self.seeds = seeds
        self.runs = len(seeds)
        self.classes = len(scenario.classes)
        self.planned = planned_requests(scenario)
        self.tick = 0
        self.sizes: list[Size] = list(scenario.sizes.values())
        self.size_index = {size.name: i for i, size in enumerate(self.sizes)}
        self.shifts = Shifts()
        self.factors = Factors()
        self.shift_rows = np.array([float(self.shifts.row(size.cores)) for size in self.sizes])
        self._lay_out(dict(_FIRST_COLUMNS))
        self.table: Machines = empty_machines(self.runs, self.width)
        self.queues = {pool: Queue(self.runs, self._queue_width(pool), self.classes) for pool in Pool}
        self.books = Books(self.runs, self.classes)
        self.retries = Retries(scenario.classes, seeds)
        self.fates = Fates(self.books, self.retries, self.runs, self.classes * LANES)
        self.timeline = Timeline(skipped=np.zeros(self.runs, dtype=np.int64))
        self.doors = Doors(
            kind=np.zeros(self.runs, dtype=np.int64),
            mode=np.zeros(self.runs, dtype=np.int64),
            dealt=np.zeros((self.runs, self.classes)),
        )
        self.sessions: Sessions = first_sessions(self.runs, scenario.start.sessions)
        self.health_interval = np.zeros(self.runs)
        self.health_threshold = np.zeros(self.runs)
        self.last_serial = np.zeros((self.runs, len(Pool)), dtype=np.int64)
        self.next_order = np.ones(self.runs, dtype=np.int64)
        self.next_fault = np.zeros(self.runs, dtype=np.int64)
        self.next_warning = np.zeros(self.runs, dtype=np.int64)
        self.under_way: list[list[UnderWay]] = [[] for _ in range(self.runs)]
        self.happenings: list[Happening] = []
        self.changed = True
        """Something about the machines is not what the prepared arrays say."""

    # Columns ---------------------------------------------------------------------------------------------------------

    def _lay_out(self, columns: dict[Pool, int]) -> None:
        self._columns = columns
        start = 0
        self.spans: dict[Pool, slice] = {}
        for pool in Pool:
            self.spans[pool] = slice(start, start + columns[pool])
            start += columns[pool]
            if pool == Pool.APP:
                self.common = start
                start += 1
        self.width = start
        app = self.spans[Pool.APP]
        self.app_walk = slice(app.start, self.common + 1)

    def _queue_width(self, pool: Pool) -> int:
        return self._columns[pool] + (1 if pool == Pool.APP else 0)

    def walk_span(self, pool: Pool) -> slice:
        """The columns walked for a pool: the app's with the common one."""
        return self.app_walk if pool == Pool.APP else self.spans[pool]

    def _widen(self, pool: Pool) -> None:
        by = self._columns[pool]
        self.table = widen(self.table, self.spans[pool].stop, by)
        self.queues[pool].widen(self._columns[pool], by)
        columns = dict(self._columns)
        columns[pool] += by
        self._lay_out(columns)

    def columns(self, run: int, pool: Pool) -> list[int]:
        """Columns of the pool's machines, oldest first."""
        span = self.spans[pool]
        here = np.flatnonzero(self.table.condition[run, span] != Condition.ABSENT)
        return [span.start + int(c) for c in here]

    def pool_of(self, column: int) -> Pool:
        for pool in Pool:
            if self.spans[pool].start <= column < self.spans[pool].stop:
                return pool
        return Pool.APP

    def name(self, run: int, column: int) -> str:
        return f"{PREFIXES[self.pool_of(column)]}-{int(self.table.serial[run, column])}"

    def find(self, run: int, name: str) -> int | None:
        """The column of a machine by its name."""
        prefix, _, number = name.rpartition("-")
        if prefix not in PREFIXES or not number.isdigit() or len(number) > 9:
            return None
        pool = Pool(PREFIXES.index(prefix))
        for column in self.columns(run, pool):
            if int(self.table.serial[run, column]) == int(number):
                return column
        return None

    # Machines --------------------------------------------------------------------------------------------------------

    def install(self, run: int, pool: Pool, size: int, condition: Condition, due: int) -> int:
        """Put a new machine at the end of its pool; returns its column."""
        span = self.spans[pool]
        taken = self.columns(run, pool)
        column = taken[-1] + 1 if taken else span.start
        if column >= span.stop:
            self._widen(pool)
        table = self.table
        for field, value in (
            ("condition", int(condition)),
            ("due", due),
            ("fails", NEVER),
            ("notice", NEVER),
            ("ordered", self.tick),
            ("slow", 1.0),
            ("slow_until", NEVER),
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
            ("allowed", 1e12),
            ("queued", 0),
            ("in_rotation", condition == Condition.UP),
        ):
            getattr(table, field)[run, column] = value
        self.last_serial[run, pool] += 1
        table.serial[run, column] = self.last_serial[run, pool]
        self.fit(run, column, size)
        self.queues[pool].clear(run, column - self.spans[pool].start, self.tick)
        self.changed = True
        return column

    def fit(self, run: int, column: int, size: int) -> None:
        """Give a machine the figures of a size."""
        table, kind = self.table, self.sizes[size]
        table.size[run, column] = size
        table.next_size[run, column] = size
        table.cores[run, column] = kind.cores
        table.slots[run, column] = kind.slots
        table.room[run, column] = kind.slots + kind.backlog
        table.stretch[run, column] = 1.0 + kind.contention * (kind.cores - 1)
        table.shift[run, column] = self.shift_rows[size]
        table.rent[run, column] = rent_of(kind)
        self.changed = True

    def uninstall(self, run: int, column: int) -> None:
        """Take a machine away and close the gap, so that a pool's machines stay in the order of their age."""
        pool = self.pool_of(column)
        span = self.spans[pool]
        local = column - span.start
        order = [c for c in range(span.stop - span.start) if c != local] + [local]
        gap = empty_machines(1, 1)
        for field, values in vars(self.table).items():
            values[run, span] = values[run, span][order]
            values[run, span.stop - 1] = getattr(gap, field)[0, 0]
        state = self.queues[pool].state
        full = order + list(range(len(order), state.head.shape[1]))
        state.curve[run] = state.curve[run][full]
        state.left[run] = state.left[run][full]
        state.head[run] = state.head[run][full]
        self.changed = True

    def empty(self, run: int, column: int) -> None:
        """Everything in a machine's queue is gone."""
        pool = self.pool_of(column)
        table = self.table
        for field in ("n", "carry_in", "carry_out", "carry_served", "rho", "rate_in", "rate_mean", "busy", "held"):
            getattr(table, field)[run, column] = 0.0
        table.allowed[run, column] = 1e12
        self.queues[pool].clear(run, column - self.spans[pool].start, self.tick)

    def serving(self) -> Floats:
        """1 where a machine works, (runs, columns)."""
        condition = self.table.condition
        result: Floats = ((condition == Condition.UP) | (condition == Condition.DRAINING)) * 1.0
        return result

    # Who gets traffic ------------------------------------------------------------------------------------------------

    def shares(self, run: int) -> Floats:
        """Shares of the app's machines in a run's traffic, but for sticky ownership: (app columns,)."""
        span = self.spans[Pool.APP]
        present: Mask = self.table.condition[run, span] != Condition.ABSENT
        rotation: Mask = self.table.in_rotation[run, span] & present
        mode = Mode(int(self.doors.mode[run]))
        return weights(mode, rotation, present, int(self.seeds[run]))

    def sticky(self, run: int) -> bool:
        return bool(self.sessions.home[run] == Home.STICKY) and self.doors.mode[run] != Mode.NONE

    def pooled(self, run: int) -> bool:
        """The run's app pool is walked as one station."""
        mode = self.doors.mode[run]
        return not self.sticky(run) and mode in (Mode.LEAST_CONNECTIONS, Mode.TWO_CHOICES)

    def sticky_share(self, run: int, share: Floats) -> Floats:
        """Sticky: by ownership among those in rotation; behind L4 by address, so one office is one hot machine."""
        span = self.spans[Pool.APP]
        own = self.table.users[run, span] * (share > 0.0)
        total = float(np.add.accumulate(own)[-1]) if own.size else 0.0
        if total <= 0.0:
            return share
        result: Floats = own / total
        if self.doors.kind[run] == 1 and (share > 0.0).sum() > 1:
            result = office(result, np.flatnonzero(share > 0.0), int(self.seeds[run]))
        return result

    def say(self, run: int, weight: int, place: str, kind: str, text: str) -> None:
        """Aloud, for run 0's log."""
        if run == 0:
            self.happenings.append(Happening(self.tick, weight, place, kind, text))


def rent_of(size: Size) -> int:
    """Micro-dollars a tick."""
    return int(size.price * 1_000_000 / 600 + 0.5)


def pool_by_name(name: str) -> Pool | None:
    return Pool(POOL_NAMES.index(name)) if name in POOL_NAMES else None
