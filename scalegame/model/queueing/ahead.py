"""What machines could do in a block of ticks, drawn ahead: it does not depend on the state, or hardly ever does.

Draws are keyed by the machine, so that those who stay keep theirs when others come and go.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scalegame.model.numbers.draws import Words, uniform
from scalegame.model.numbers.exact import Floats, Standard, poisson
from scalegame.model.queueing.walk import exponents, few_of, halves


def _row(values: Floats, tick: int) -> Floats:
    row: Floats = values[tick]
    return row


class MachineDraws:
    """Of one tick, (runs, columns): possible services, the dips at the bottom and at the top (see walk.dip). Rows are
    cut out when somebody asks."""

    __slots__ = ("_ahead", "_here", "possible")

    def __init__(self, ahead: MachinesAhead, here: int) -> None:
        self._ahead, self._here = ahead, here
        self.possible: Floats | None = None if ahead.possible is None else ahead.possible[here]
        """Services drawn from ``mean``; None where they were not foreseen."""

    @property
    def service(self) -> Standard:
        return self._ahead.service.at(self._here)

    @property
    def bottom_u(self) -> Floats:
        return _row(self._ahead.bottom_u, self._here)

    @property
    def bottom_e(self) -> Floats:
        return _row(self._ahead.bottom_e, self._here)

    @property
    def top_u(self) -> Floats:
        return _row(self._ahead.top_u, self._here)

    @property
    def top_e(self) -> Floats:
        return _row(self._ahead.top_e, self._here)

    @property
    def mean(self) -> Floats:
        """Expected services, were there always work and no core without a slot."""
        return self._ahead.mean

    @property
    def need(self) -> Floats:
        """Starts that ``possible`` takes at most."""
        return _row(self._ahead.need, self._here)

    @property
    def half(self) -> Floats:
        return _row(self._ahead.half, self._here)

    @property
    def root(self) -> Floats:
        return _row(self._ahead.root, self._here)

    @property
    def few(self) -> bool:
        return self._ahead.few[self._here]


class MachinesAhead:
    """Draws of the ticks first..end-1; axis 0 of all is the tick."""

    def __init__(self, bases: list[Words], first: int, end: int, keys: Words) -> None:
        """bases: three, (runs, 1) each: services, dips at the bottom, dips at the top; keys: (runs, columns)."""
        ticks: NDArray[np.int64] = np.arange(first, end, dtype=np.int64)
        service, bottom, top = (uniform(base, ticks, keys) for base in bases)
        self.first, self.end = first, end
        self.service = Standard.of(service)
        self.bottom_u, self.bottom_e = bottom, exponents(bottom)
        self.top_u, self.top_e = top, exponents(top)
        self.forget()

    def forget(self) -> None:
        """Nothing is foreseen."""
        nothing = np.zeros((0, 0))
        self.mean = nothing
        self.possible: Floats | None = None
        self.need = self.half = self.root = nothing
        self.few: list[bool] = []

    def foresee(self, mean: Floats, cores: Floats, plain: bool) -> None:
        """Draw the possible services from a mean that stays: (runs, columns). plain: they are the walk's units."""
        self.mean = mean
        possible = poisson(mean, self.service)
        self.possible = possible
        self.need = np.maximum(possible, cores)
        if plain:
            self.half, self.root = halves(possible)
            self.few = few_of(possible)

    def at(self, tick: int) -> MachineDraws:
        """Those of one tick."""
        return MachineDraws(self, tick - self.first)
