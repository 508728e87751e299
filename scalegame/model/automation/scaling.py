"""What the autoscalers of a batch were told and what they know: see ``autoscaler`` for what they do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.state import NEVER, Pool, Whole

UNLIMITED = 1 << 60
"""Micro-dollars of a run that nobody has given a purse."""


@dataclass
class Scaling:
    """Shapes (runs, pools) but for the purse, which is each run's."""

    low: Whole
    high: Whole
    """Fewest and most machines; both 0 where the pool has no autoscaler."""
    target: Floats
    """Utilisation to keep, 0..1."""
    load: Floats
    """Cores at work, smoothed over the last looks."""
    need: Whole
    """Machines that it wanted when it looked last."""
    below: Whole
    """The tick since which there are too many; NEVER while there are not."""
    most: Whole
    """The most that were needed since then."""
    rest: Whole
    """The tick until which it orders nothing more, since its last order was refused."""
    purse: Whole
    """Micro-dollars that may be spent in all, (runs,): the rules of the game say so, the model knows no purse."""

    def forget(self, run: int, pool: Pool) -> None:
        """The pool has no autoscaler any more."""
        self.set(run, pool, 0, 0, 0.0)

    def set(self, run: int, pool: Pool, low: int, high: int, target: float) -> None:
        """Begin anew with these limits."""
        for held, value in ((self.low, low), (self.high, high), (self.need, low), (self.most, 0), (self.rest, 0)):
            held[run, pool] = value
        self.target[run, pool] = target
        self.load[run, pool] = 0.0
        self.below[run, pool] = NEVER


def no_scaling(runs: int) -> Scaling:
    """No pool has an autoscaler, and no run a purse."""

    def whole(value: int = 0) -> Whole:
        return np.full((runs, len(Pool)), value, dtype=np.int64)

    def floats() -> Floats:
        return np.zeros((runs, len(Pool)))

    return Scaling(
        low=whole(),
        high=whole(),
        target=floats(),
        load=floats(),
        need=whole(),
        below=whole(NEVER),
        most=whole(),
        rest=whole(),
        purse=np.full(runs, UNLIMITED, dtype=np.int64),
    )
