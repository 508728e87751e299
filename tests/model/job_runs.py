"""Queues and workers alone, without the tiers before them: so many messages a second for so many workers."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.queue.job_books import Ending
from scalegame.model.queue.jobs import Jobs
from scalegame.model.queueing.waiting import Shifts
from scalegame.model.scenario import RequestClass
from tests.model.lab_runs import Estimate, estimate


def of_seconds(*work: float, **keys: object) -> tuple[RequestClass, ...]:
    """A class of jobs for each mean of work on a core."""
    return tuple(
        RequestClass(f"job-{number}", job_ms=seconds * 1000, **keys)  # type: ignore[arg-type]  # fields by name
        for number, seconds in enumerate(work)
    )


def hire(classes: tuple[RequestClass, ...], seeds: int = 16) -> Jobs:
    return Jobs(classes, np.arange(seeds), Shifts())


def work_through(
    jobs: Jobs,
    rates: list[float],
    cores: float | Callable[[int], float],
    seconds: float,
    *,
    warmup: float = 0.0,
    to_the_end: bool = False,
    tick: int = 0,
) -> int:
    """Poisson messages a second by class for ``seconds``, then none; until then, or until all are sealed. cores: of all
    workers, or by tick. Returns the tick after."""
    chance = np.random.default_rng(1)
    first, last = tick, tick + round(seconds * 10)
    pace = np.ones(jobs.runs)
    while tick < last or (to_the_end and jobs.inside().any()):
        came = none(jobs)
        if tick < last:
            came += chance.poisson(np.array(rates) * 0.1, (jobs.runs, len(rates)))
        up = cores(tick) if callable(cores) else cores
        jobs.step(tick, came, np.full(jobs.runs, float(up)), pace, tick - first >= warmup * 10)
        tick += 1
        assert tick < last + 20_000, "the queue does not drain"
    return tick


def none(jobs: Jobs) -> Floats:
    return np.zeros((jobs.runs, jobs.classes))


def mean_wait(jobs: Jobs) -> Estimate:
    state = jobs.books.state
    return estimate((state.waits_ms / state.waits.sum(axis=1) / 1000).tolist())


def mean_sojourn(jobs: Jobs) -> Estimate:
    state = jobs.books.state
    return estimate((state.sojourn_ms.sum(axis=1) / state.sojourn.sum(axis=(1, 2)) / 1000).tolist())


def per_message(jobs: Jobs, counts: Floats) -> Estimate:
    """counts: (runs, classes)."""
    return estimate((counts.sum(axis=1) / jobs.books.state.accepted.sum(axis=1)).tolist())


@cache
def at_least_once(failing: float, most_receives: int) -> tuple[Estimate, Estimate]:
    """Deliveries a message and the share of dead letters: a second of work, three of visibility, a worker for all."""
    jobs = hire(of_seconds(1.0, job_crash=failing), seeds=64)
    jobs.terms.visibility[:] = 3.0
    jobs.terms.most_receives[:] = most_receives
    work_through(jobs, [1000.0], 10_000, 40, to_the_end=True)
    state = jobs.books.state
    return per_message(jobs, state.deliveries), per_message(jobs, state.dead_letters)


def agree(ours: Estimate, exact: float, tolerance: float, error: float = 0.0) -> None:
    allowed = tolerance * abs(exact) + 2 * math.hypot(ours.error, error)
    assert abs(ours.value - exact) <= allowed, f"{ours.value:.5g} for {exact:.5g}, allowed {allowed:.2g}"


def endings(jobs: Jobs) -> dict[Ending, float]:
    """How jobs of all runs and classes ended, as shares."""
    sealed = jobs.books.state.sealed.sum(axis=(0, 1))
    return {ending: float(sealed[ending] / sealed.sum()) for ending in Ending}
