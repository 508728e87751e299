"""Playing a run again: what was ordered then is ordered at the same ticks, and the same comes of it, bit by bit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalegame.game.session import Session

Orders = Mapping[int, Sequence[str]]
"""Tick -> the lines that are given before it, in their order."""


def by_tick(orders: Iterable[tuple[int, str]]) -> Orders:
    """(tick, line) of a run's commands or a script, to be found by the tick."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for tick, line in orders:
        found[tick].append(line)
    return dict(found)


def play_again(session: Session, orders: Orders) -> None:
    """A tick as it went: what was ordered at it, and the tick itself.

    RuntimeError: something was taken then, and is refused now.
    """
    tick = session.tick
    for line in orders.get(tick, ()):
        refusal = session.do(line)
        if refusal is not None:
            raise RuntimeError(f'at tick {tick} "{line}" was taken, and now it is not: {refusal}')
    session.step()
