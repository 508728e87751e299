"""Several classes in one queue: who waits how long, and who is served."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scalegame.model.catalogue import Size
from scalegame.model.orders import PlaceBalancer
from scalegame.model.queueing.cohorts import Queue
from scalegame.model.scenario import RequestClass, Traffic
from scalegame.model.state import Tier
from tests.model.lab_runs import Played, estimate, play
from tests.model.plain_worlds import after, give, go_on, pool

LIGHT, HEAVY = 1.0, 10.0


def mixed(light: float, heavy: float, seconds: float = 60.0) -> Played:
    """One core, so many requests a second of 1 and of 10 ms."""
    scenario = dataclasses.replace(
        pool(),
        classes=(RequestClass("heavy", cpu_ms=HEAVY), RequestClass("light", cpu_ms=LIGHT)),
        traffic=(
            Traffic("heavy", ((0.0, heavy), (1000.0, heavy))),
            Traffic("light", ((0.0, light), (1000.0, light))),
        ),
        seconds=15 + seconds,
        warmup=15.0,
    )
    return play(scenario, seeds=32)


def pollaczek_khinchine(light: float, heavy: float) -> float:
    """Mean wait in seconds: lambda E[S²] / (2 (1 - rho)), exponential within a class."""
    busy = (light * LIGHT + heavy * HEAVY) / 1000
    return (light * 2 * LIGHT**2 + heavy * 2 * HEAVY**2) / 1e6 / (2 * (1 - busy))


@pytest.mark.parametrize(("light", "heavy"), [(50, 50), (70, 70), (360, 40), (40, 80)])
def test_a_mix_waits_for_its_heavy_class(light: float, heavy: float) -> None:
    """Ten times the work in one request of ten doubles the wait: the mean alone says nothing."""
    wait = mixed(light, heavy).wait()
    exact = pollaczek_khinchine(light, heavy)
    assert abs(wait.value - exact) <= 0.08 * exact + 2 * wait.error


def test_all_classes_wait_alike_and_are_served_as_they_are() -> None:
    """First come, first served: what differs is a request's own service."""
    seen = mixed(70, 70).snapshots
    heavy, light = (estimate([s.classes[k].latency.mean for s in seen]) for k in (0, 1))
    assert heavy.value - light.value == pytest.approx(HEAVY - LIGHT, rel=0.05)


def test_utilisation_is_the_work_that_comes() -> None:
    played = mixed(70, 70)
    assert played.over_seeds(lambda s: s.pools[0].mean_utilisation).value == pytest.approx(0.77, abs=0.01)


def test_only_those_who_call_the_database_arrive_there() -> None:
    database = Size("lab-db", cores=1, slots=10**6, backlog=0, price=0.0)
    scenario = dataclasses.replace(
        pool(database=database),
        classes=(RequestClass("page", cpu_ms=2), RequestClass("search", cpu_ms=2, db_read_ms=4)),
        traffic=(
            Traffic("page", ((0.0, 120.0), (1000.0, 120.0))),
            Traffic("search", ((0.0, 60.0), (1000.0, 60.0))),
        ),
    )
    world = after(scenario, 60, seeds=8)
    rates = [next(p for p in world.snapshot(run).pools if p.name == "database").mean_utilisation for run in range(8)]
    assert estimate(rates).value == pytest.approx(60 * 0.004, rel=0.05)


def test_a_queue_serves_the_oldest_first_and_loses_nobody() -> None:
    """Three ticks of arrivals, then departures across their borders."""
    queue = Queue(runs=1, machines=1, classes=2)
    arrivals = [[3.0, 1.0], [0.0, 4.0], [2.0, 0.0]]
    left = np.zeros(2)
    for tick, counts in enumerate(arrivals, start=1):
        queue.arrive(tick, np.array([[counts]]))
        left += queue.leave(tick, np.array([[1.0]]))[0, 0]
    assert left.sum() == 3
    queue.arrive(4, np.zeros((1, 1, 2)))
    left += queue.leave(4, np.array([[5.0]]))[0, 0]
    assert left.tolist() == [3.0, 5.0]
    queue.arrive(5, np.zeros((1, 1, 2)))
    left += queue.leave(5, np.array([[2.0]]))[0, 0]
    assert left.tolist() == [5.0, 5.0]


def test_the_mix_at_the_head_is_that_of_the_oldest() -> None:
    """A whole tick of a thousand of the first class stands before a thousand of the second."""
    queue = Queue(runs=1, machines=1, classes=2)
    queue.arrive(1, np.array([[[1000.0, 0.0]]]))
    queue.leave(1, np.zeros((1, 1)))
    queue.arrive(2, np.array([[[0.0, 1000.0]]]))
    queue.leave(2, np.zeros((1, 1)))
    even = np.array([[[0.5, 0.5]]])
    assert queue.mix(3, even)[0, 0] == pytest.approx([1, 0], abs=0.03)
    queue.arrive(3, np.zeros((1, 1, 2)))
    queue.leave(3, np.array([[1500.0]]))
    assert queue.mix(4, even)[0, 0] == pytest.approx([0, 1], abs=0.03)
    queue.arrive(4, np.zeros((1, 1, 2)))
    queue.leave(4, np.array([[500.0]]))
    assert queue.mix(5, even)[0, 0] == pytest.approx([0.5, 0.5])


def test_a_change_of_algorithm_keeps_everybody_in_the_queue() -> None:
    """Three machines' queues become a common one and are dealt out again, class by class."""
    scenario = dataclasses.replace(
        pool(3, algorithm="round-robin"),
        classes=(RequestClass("page", cpu_ms=10), RequestClass("search", cpu_ms=10)),
        traffic=(
            Traffic("page", ((0.0, 300.0), (1000.0, 300.0))),
            Traffic("search", ((0.0, 100.0), (1000.0, 100.0))),
        ),
    )
    world = after(scenario, 6)

    def waiting() -> float:
        return sum(view.waiting for view in world.snapshot().machines)

    def of_classes() -> list[float]:
        tier = world.site.columns.tiers[Tier.SERVERS]
        machines = range(tier.stop - tier.start)
        queue = world.site.queues[Tier.SERVERS]
        each = [queue.content(0, machine, world.tick) for machine in machines]
        return [float(count) for count in np.sum(each, axis=0)]

    before = waiting()
    assert before > 400
    for algorithm in ("least-connections", "random", "two-choices", "round-robin"):
        give(world, PlaceBalancer("l4", algorithm))
        go_on(world, 0.1)
        assert waiting() == pytest.approx(before, abs=80)
        page, search = of_classes()
        assert page + search == pytest.approx(waiting(), abs=10)
        assert page / search == pytest.approx(3, rel=0.25)
