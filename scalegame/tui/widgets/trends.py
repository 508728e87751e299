"""What the last seconds say beside the moment: since when, and whether it grows. Read from the session's history."""

from __future__ import annotations

import itertools

from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.tui.desk.board import Board

LOOK_BACK_SECONDS = 8


def since(board: Board, place: str, *kinds: str) -> float | None:
    """The second of the last happening of these kinds at a place; None where the history has none."""
    for happening in reversed(board.session.history.happenings):
        if happening.place == place and happening.kind in kinds:
            return happening.tick / TICKS_PER_SECOND
    return None


def growth(board: Board, pool: str) -> float | None:
    """How many more wait there each second, over the last ones; below 0 where the queue drains, None where nobody
    knows yet."""
    seconds = board.session.history.seconds
    last = list(itertools.islice(reversed(seconds), LOOK_BACK_SECONDS))
    waiting = [one.waiting for second in last for one in second.pools if one.name == pool]
    if len(waiting) < LOOK_BACK_SECONDS:
        return None
    return (waiting[0] - waiting[-1]) / (len(waiting) - 1)
