"""Who is in a queue, by class: nobody is lost or made up, however long a pool rests."""

from __future__ import annotations

import numpy as np
import pytest

from scalegame.model.orders import MoveSessions, Order, PlaceBalancer, Remove
from scalegame.model.queueing.cohorts import RING, Queue
from scalegame.model.world import World
from tests.model.small_worlds import shop


def came(*counts: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of one run's only machine."""
    return np.array([[counts]])


def test_who_comes_first_leaves_first() -> None:
    queue = Queue(runs=1, machines=1, classes=2)
    queue.arrive(1, came(3, 0))
    assert queue.leave(1, np.array([[1.0]])).tolist() == [[[1, 0]]]
    queue.arrive(2, came(0, 5))
    assert queue.leave(2, np.array([[4.0]])).tolist() == [[[2, 2]]]


@pytest.mark.parametrize("rest", [1, RING - 1, RING, RING + 7, 3 * RING])
def test_a_pool_that_rested_serves_whom_it_gets(rest: int) -> None:
    """A ring that stood still went on from what it held a lap ago."""
    queue = Queue(runs=1, machines=1, classes=2)
    for tick in range(50):
        queue.arrive(tick, came(4, 2))
        queue.leave(tick, np.array([[6.0]]))
    for tick in range(50, 50 + rest):
        queue.rest(tick)
    queue.arrive(50 + rest, came(5, 1))
    assert queue.leave(50 + rest, np.array([[6.0]])).tolist() == [[[5, 1]]]


@pytest.mark.slow
def test_a_tier_that_stands_again_after_a_long_rest_is_the_same_alone_and_among_others() -> None:
    """Alone its pool is not walked meanwhile; among others it is."""
    scenario = shop(rate=30, size="small", machines=2, sessions="cache", faults=False, seconds=150)
    script: dict[int, Order] = {
        40: MoveSessions("token"),
        140: Remove("balancer"),
        1300: PlaceBalancer("l7", "round-robin", 1, "small"),
        1310: MoveSessions("cache"),
    }
    alone, among = World(scenario, [7]), World(scenario, [3, 7])
    for tick in range(1500):
        if tick in script:
            assert alone.refusal(script[tick]) is None
            alone.apply(script[tick])
            among.apply(script[tick], 1)
        alone.step()
        among.step()
    assert alone.state_hash() == among.state_hash(1)
    assert alone.snapshot() == among.snapshot(1)
