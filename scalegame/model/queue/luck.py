"""What chance gives a delivery: its service time, whether it fails, whether its message is poison, its moment.

Drawn ahead for a block of ticks when first asked for in it; keyed by the run's seed, the tick and the delivery's
number within them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.deck import service_multiples
from scalegame.model.numbers.draws import Words, uniform
from scalegame.model.numbers.exact import Floats, ln
from scalegame.model.state import Whole

LUCK_PARTS = 5
"""Streams of draws."""


@dataclass(slots=True)
class Drawn:
    """Of deliveries, 1-d."""

    multiple: Floats
    """Service time in multiples of its mean."""
    u: Floats
    """Decides whether it fails."""
    poison: Floats
    """1 where the message makes every delivery fail."""
    moment: Floats
    """Share of its tick gone by when the message was accepted."""


class Luck:
    """One source. bases: words of LUCK_PARTS streams, (LUCK_PARTS, runs); numbers go round after ``numbers`` deliveries
    of a run and tick; scvs and poison: of the classes."""

    def __init__(self, bases: Words, numbers: int, block: int, scvs: Sequence[float], poison: Floats) -> None:
        self._bases = bases[:, :, None]
        self._index = np.arange(numbers, dtype=np.uint64)
        self._block = block
        self._varied = [(k, scv) for k, scv in enumerate(scvs) if scv != 1.0]
        self._poison = poison
        self._first, self._end = 0, 0

    def of(self, tick: int, run: Whole, kind: Whole, number: Whole) -> Drawn:
        """The luck of deliveries that begin in this tick; all 1-d."""
        if not self._first <= tick < self._end:
            self._first, self._end = tick, tick + self._block
            ticks = np.arange(tick, self._end, dtype=np.int64)
            self._u = uniform(self._bases, ticks, self._index)
            self._exponential = -ln(self._u[:, 0])
        here = tick - self._first
        at = run * self._index.size + number % self._index.size
        u = self._u[here].reshape(LUCK_PARTS, -1).take(at, axis=1)
        multiple = self._exponential[here].ravel().take(at)
        for k, scv in self._varied:
            mine = np.flatnonzero(kind == k)
            if mine.size:
                multiple[mine] = service_multiples(u[0, mine], u[1, mine], scv)
        poison = (u[3] < self._poison.take(kind)) * 1.0
        return Drawn(multiple, u[2], poison, u[4])
