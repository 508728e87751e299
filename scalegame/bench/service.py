"""The system that the engines are compared on: a balancer that picks at random, app machines, and a database.

A Jackson network, so theory knows its answer: a tier with c cores a machine is an M/M/c queue of its own. Rates
change, the load does not: the work of a request shrinks as the rate grows, so each tier is 70 % busy at any rate and
all figures are the same in units of the service time. The balancer takes no time, here and in the peers: what is
compared is two queues a request and a choice, the least that any of the engines can do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalegame.game.level import Level

UTILISATION = 0.7
SECONDS = 80_000
"""The level's length: longer than all repeats together, less than the day that a level may last."""
WARMUP = 16
"""Seconds of game time stepped before anything is measured: longer than any queue of it remembers."""


@dataclass(frozen=True, slots=True)
class Service:
    """``rate`` requests a second in all, spread over ``servers`` app machines."""

    rate: float
    servers: int = 3
    app_cores: int = 4
    database_cores: int = 8

    @property
    def app_seconds(self) -> float:
        """Mean work of a request on a core of an app machine."""
        return UTILISATION * self.servers * self.app_cores / self.rate

    @property
    def database_seconds(self) -> float:
        """Mean work of a request on a core of the database."""
        return UTILISATION * self.database_cores / self.rate

    @property
    def mean_response(self) -> float:
        """Seconds from end to end by theory: the sum of two M/M/c sojourns (Jackson 1957, Erlang's C)."""
        import numpy as np

        from scalegame.model.queueing.waiting import erlang_c

        def sojourn(cores: int, work: float) -> float:
            waits = float(erlang_c(cores, np.array([UTILISATION]))[0])
            return work + waits * work / (cores * (1.0 - UTILISATION))

        return sojourn(self.app_cores, self.app_seconds) + sojourn(self.database_cores, self.database_seconds)

    def level(self, algorithm: str = "random", *, as_played: bool = False) -> Level:
        """The system as a level, as an author would write it. ``as_played`` gives its machines what theory leaves out
        and machines of the game have: finite slots and backlogs, and for a balancer the smallest size that bears it."""
        from scalegame.game.level_file import read_level
        from scalegame.model.catalogue import L4_CPU_MS, LADDER, WIRE

        busy_cores = self.rate * L4_CPU_MS / 1000.0
        bearing = (size for size in LADDER if busy_cores <= UTILISATION * size.cores)
        smallest, balancer = LADDER[0], next(bearing, LADDER[-1]) if as_played else WIRE

        def rooms(cores: int) -> str:
            if not as_played:
                return ""
            factor = cores // smallest.cores
            return f"slots = {smallest.slots * factor}\nbacklog = {smallest.backlog * factor}"

        return read_level(
            f"""
format = 1
id = "bench"
title = "{self.rate:g} requests a second"
seconds = {SECONDS}
warmup = {WARMUP}

[classes.page]
cpu_ms = {self.app_seconds * 1000!r}
db_read_ms = {self.database_seconds * 1000!r}

[[traffic]]
class = "page"
rate = [[0, {self.rate!r}], [{SECONDS}, {self.rate!r}]]

[start]
balancer = {{ kind = "l4", algorithm = "{algorithm}", size = "{balancer.name}" }}

[start.pools.app]
size = "bench-app"
machines = {self.servers}

[start.pools.database]
size = "bench-database"

[sizes.bench-app]
cores = {self.app_cores}
{rooms(self.app_cores)}

[sizes.bench-database]
cores = {self.database_cores}
{rooms(self.database_cores)}
""",
            "the level of the benchmark",
        )
