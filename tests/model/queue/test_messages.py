"""Messages in a queue: first come, first served, and nobody is lost however long the queue gets."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.model.queue.messages import Backlog, Lots
from scalegame.model.queueing.cohorts import RING


def taken(lots: Lots) -> list[tuple[int, int, int, float]]:
    """(run, tick, class, how many)."""
    return list(zip(lots.run.tolist(), lots.tick.tolist(), lots.kind.tolist(), lots.weight.tolist(), strict=True))


def test_who_comes_first_leaves_first() -> None:
    queue = Backlog(1, 2)
    queue.put(3, np.array([[2.0, 0.0]]))
    queue.put(4, np.array([[0.0, 5.0]]))
    assert taken(queue.take(np.array([4.0]))) == [(0, 3, 0, 2.0), (0, 4, 1, 2.0)]
    assert queue.held().tolist() == [[0.0, 3.0]]


def test_nobody_leaves_who_is_not_there() -> None:
    queue = Backlog(1, 1)
    queue.put(0, np.array([[2.0]]))
    assert taken(queue.take(np.array([9.0]))) == [(0, 0, 0, 2.0)]
    assert taken(queue.take(np.array([9.0]))) == []


def test_a_part_of_a_tick_has_its_classes_in_their_shares() -> None:
    queue = Backlog(1, 2)
    queue.put(0, np.array([[30.0, 10.0]]))
    assert taken(queue.take(np.array([20.0]))) == [(0, 0, 0, 15.0), (0, 0, 1, 5.0)]


def test_each_run_has_its_own_queue() -> None:
    queue = Backlog(2, 1)
    queue.put(0, np.array([[1.0], [4.0]]))
    queue.put(1, np.array([[1.0], [4.0]]))
    assert taken(queue.take(np.array([2.0, 3.0]))) == [(0, 0, 0, 1.0), (0, 1, 0, 1.0), (1, 0, 0, 3.0)]
    assert queue.state.head.tolist() == [1, 0]


def test_what_waits_longer_than_the_ring_remembers_counts_as_that_old() -> None:
    queue = Backlog(1, 1)
    for tick in range(RING + 10):
        queue.put(tick, np.array([[1.0]]))
    assert queue.held().tolist() == [[RING + 10.0]]
    assert queue.state.head.tolist() == [10]
    assert taken(queue.take(np.array([12.0])))[:2] == [(0, 10, 0, 11.0), (0, 11, 0, 1.0)]


def test_a_queue_that_was_empty_for_long_begins_anew() -> None:
    queue = Backlog(1, 1)
    queue.put(0, np.array([[1.0]]))
    queue.take(np.array([1.0]))
    queue.put(5 * RING, np.array([[3.0]]))
    assert taken(queue.take(np.array([3.0]))) == [(0, 5 * RING, 0, 3.0)]


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 25)), max_size=40))
def test_any_queue_is_first_come_first_served(script: list[tuple[int, int, int]]) -> None:
    """Against a list of single messages; a run beside it takes nothing. Within a tick the classes have no order."""
    queue = Backlog(2, 2)
    there: list[int] = []
    of_class = np.zeros(2)
    for tick, (first, second, amount) in enumerate(script):
        queue.put(tick, np.array([[first, second], [1, 0]], dtype=float))
        there += [tick] * (first + second)
        of_class += [first, second]
        lots = queue.take(np.array([amount, 0.0]))
        left = [tick for tick, n in zip(lots.tick.tolist(), lots.weight.tolist(), strict=True) for _ in range(int(n))]
        assert left == there[:amount]
        assert not lots.run.any()
        there = there[amount:]
        of_class -= np.bincount(lots.kind, lots.weight, 2)
        assert queue.held().tolist() == [of_class.tolist(), [tick + 1.0, 0.0]]
        assert not there or queue.state.head[0] == there[0]


def test_pieces_are_single_messages_where_they_are_few_and_whole_where_they_are_many() -> None:
    lots = Lots(np.array([0, 0, 1]), np.zeros(3, dtype=np.int64), np.array([1, 2, 2]), np.array([2.0, 1.0, 100.0]))
    lot, weight, number = lots.pieces(8, 2)
    assert lot.tolist() == [0, 0, 1, *[2] * 8]
    assert weight.tolist() == [1, 1, 1, *[13] * 7, 9]
    assert number.tolist() == [0, 1, 2, *range(8)]
