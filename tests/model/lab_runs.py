"""Labs played by many seeds at once, and what they measured, with its error.

A batch of 64 seeds costs a few times what one does, so a minute of 64 is cheaper than an hour of one.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scalegame.game.level_library import find
from scalegame.model.numbers.histogram import quantile
from scalegame.model.scenario import Scenario, Traffic
from scalegame.model.snapshot import PoolView, Snapshot
from scalegame.model.state import Pool
from scalegame.model.world import World

SEEDS = 64


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over seeds and its standard error."""

    value: float
    error: float


def estimate(values: list[float]) -> Estimate:
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return Estimate(mean, math.sqrt(variance / len(values)))


@dataclass(frozen=True)
class Played:
    """What one batch of runs measured after its warm-up. Times in seconds."""

    seconds: float
    """After the warm-up."""
    snapshots: tuple[Snapshot, ...]
    latencies: NDArray[np.float64]
    """Histograms of answered requests: (runs, buckets)."""
    waits: NDArray[np.float64]
    """Histograms of waits: (runs, pools, buckets)."""
    attempts: NDArray[np.float64]
    """Attempts, first ones and retries: (runs,)."""

    def over_seeds(self, measure: Callable[[Snapshot], float]) -> Estimate:
        return estimate([measure(snapshot) for snapshot in self.snapshots])

    def sojourn(self) -> Estimate:
        return self.over_seeds(lambda s: s.latency.mean / 1000)

    def sojourn_quantile(self, share: float) -> Estimate:
        return _quantile(self.latencies, share)

    def wait(self, pool: str = "app") -> Estimate:
        return self.over_seeds(lambda s: pool_of(s, pool).wait.mean / 1000)

    def wait_quantile(self, share: float, pool: Pool = Pool.APP) -> Estimate:
        return _quantile(self.waits[:, pool], share)

    def share_waiting(self, pool: Pool = Pool.APP) -> Estimate:
        """Who waits for more than ten microseconds."""
        counts = self.waits[:, pool]
        return estimate((1 - counts[:, 0] / counts.sum(axis=1)).tolist())

    def present(self, cores: int = 1, pool: str = "app") -> Estimate:
        """Mean number in a pool of one machine, waiting or in service."""
        return self.over_seeds(lambda s: pool_of(s, pool).queue_mean + cores * pool_of(s, pool).mean_utilisation)

    def refused(self) -> Estimate:
        return self.over_seeds(lambda s: sum(loss.count for loss in s.losses if loss.cause == "refused") / s.offered)

    def attempt_rate(self) -> Estimate:
        return estimate((self.attempts / self.seconds).tolist())

    def goodput(self) -> Estimate:
        return self.over_seeds(lambda s: s.good / self.seconds)


def _quantile(histograms: NDArray[np.float64], share: float) -> Estimate:
    """Of all runs together; its error from how much they differ."""
    each = estimate([quantile(histogram, share) / 1000 for histogram in histograms])
    return Estimate(quantile(histograms.sum(axis=0), share) / 1000, each.error)


def pool_of(snapshot: Snapshot, name: str) -> PoolView:
    return next(pool for pool in snapshot.pools if pool.name == name)


def run_to(world: World, second: float) -> World:
    while world.tick < round(second * 10):
        world.step()
    world.catch_up()
    return world


def play(scenario: Scenario, seeds: int = SEEDS) -> Played:
    """To the last arrival."""
    world = World(scenario, range(seeds))
    books = world.site.books.state
    run_to(world, scenario.warmup)
    before = books.attempts.sum(axis=1)
    run_to(world, scenario.seconds)
    return Played(
        seconds=scenario.seconds - scenario.warmup,
        snapshots=tuple(world.snapshot(run) for run in range(seeds)),
        latencies=books.latency.sum(axis=1),
        waits=books.waits,
        attempts=books.attempts.sum(axis=1) - before,
    )


@cache
def played_lab(name: str, seconds: float, warmup: float, seeds: int = SEEDS) -> Played:
    """A lab with so many measured seconds after so many of warm-up."""
    scenario = find(f"lab-{name}").scenario
    return play(dataclasses.replace(scenario, seconds=warmup + seconds, warmup=warmup), seeds)


def lab_like(name: str, **changes: object) -> Scenario:
    """A lab with other classes, traffic or start."""
    return dataclasses.replace(find(f"lab-{name}").scenario, **changes)  # type: ignore[arg-type]  # fields by name


def steady(rate: float, seconds: float = 1e6, class_name: str = "page") -> Traffic:
    return Traffic(class_name, ((0.0, rate), (seconds, rate)))
