"""What machines could do in a block of ticks, drawn ahead: it does not depend on the state, or hardly ever does.

Draws are keyed by the machine, so that those who stay keep theirs when others come and go.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.draws import Words, uniform
from scalegame.model.exact import Floats, Standard, poisson
from scalegame.model.walk import exponents, few_of, halves


@dataclass(slots=True)
class MachineDraws:
    """Of one tick, (runs, columns): possible services, the dips at the bottom and at the top (see walk.dip)."""

    service: Standard
    bottom_u: Floats
    bottom_e: Floats
    top_u: Floats
    top_e: Floats
    mean: Floats
    """Expected services, were there always work and no core without a slot."""
    possible: Floats | None
    """Services drawn from that mean; None where they were not foreseen."""
    need: Floats
    """Starts that these take at most."""
    half: Floats
    root: Floats
    few: bool


class MachinesAhead:
    """Draws of the ticks first..end-1; axis 0 of all is the tick."""

    def __init__(self, bases: list[Words], first: int, end: int, keys: Words) -> None:
        """bases: three, (runs, 1) each: services, dips at the bottom, dips at the top; keys: (runs, columns)."""
        ticks: NDArray[np.int64] = np.arange(first, end, dtype=np.int64)
        service, bottom, top = (uniform(base, ticks, keys) for base in bases)
        self.first, self.end = first, end
        self._service = Standard.of(service)
        self._dips = (bottom, exponents(bottom), top, exponents(top))
        self.forget()

    def forget(self) -> None:
        """Nothing is foreseen."""
        nothing = np.zeros((0, 0))
        self._mean = nothing
        self._possible: Floats | None = None
        self._need = self._half = self._root = nothing
        self._few: list[bool] = []

    def foresee(self, mean: Floats, cores: Floats, plain: bool) -> None:
        """Draw the possible services from a mean that stays: (runs, columns). plain: they are the walk's units."""
        self._mean = mean
        possible = poisson(mean, self._service)
        self._possible = possible
        self._need = np.maximum(possible, cores)
        if plain:
            self._half, self._root = halves(possible)
            self._few = [few_of(tick) for tick in possible]

    def at(self, tick: int) -> MachineDraws:
        """Those of one tick."""
        here = tick - self.first
        bottom_u, bottom_e, top_u, top_e = (values[here] for values in self._dips)
        service, mean = self._service.at(here), self._mean
        if self._possible is None:
            return MachineDraws(service, bottom_u, bottom_e, top_u, top_e, mean, None, mean, mean, mean, True)
        possible, need = self._possible[here], self._need[here]
        if not self._few:
            return MachineDraws(service, bottom_u, bottom_e, top_u, top_e, mean, possible, need, mean, mean, True)
        half, root = self._half[here], self._root[here]
        return MachineDraws(
            service, bottom_u, bottom_e, top_u, top_e, mean, possible, need, half, root, self._few[here]
        )
