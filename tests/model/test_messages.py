"""Messages in a queue: first come, first served, and nobody is lost however long the queue gets."""

from __future__ import annotations

import numpy as np

from scalegame.model.cohorts import RING
from scalegame.model.messages import Backlog, Lots


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


def test_pieces_are_single_messages_where_they_are_few_and_whole_where_they_are_many() -> None:
    lots = Lots(np.array([0, 0, 1]), np.zeros(3, dtype=np.int64), np.array([1, 2, 2]), np.array([2.0, 1.0, 100.0]))
    lot, weight, number = lots.pieces(8, 2)
    assert lot.tolist() == [0, 0, 1, *[2] * 8]
    assert weight.tolist() == [1, 1, 1, *[13] * 7, 9]
    assert number.tolist() == [0, 1, 2, *range(8)]
