"""Surges: for some time more of a class come than the plan says, for reasons of their own.

What a surge multiplies is a matter of the plan's seconds alone: with what a launch leaves out, it is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.scenario import Scenario

RISE_SHARE = 0.2
"""Of its time, in which it rises in a straight line, and as much in which it falls."""


@dataclass(frozen=True, slots=True)
class _Surge:
    number: int
    """Of the fault."""
    kind: int
    """The class."""
    begins: Floats
    """Second of the plan, (runs,)."""
    lasts: float
    factor: float


class Surges:
    """Of a batch."""

    def __init__(self, scenario: Scenario, dealt: Sequence[Sequence[float]]) -> None:
        """dealt: the plan's seconds of each run's faults, (runs, faults)."""
        names = [kind.name for kind in scenario.classes]
        self.classes = len(names)
        self._surges = [
            _Surge(
                number,
                names.index(fault.target),
                np.array([seconds[number] for seconds in dealt]),
                fault.lasts,
                fault.factor,
            )
            for number, fault in enumerate(scenario.faults)
            if fault.kind == "surge" and fault.target in names and fault.lasts > 0.0
        ]

    @property
    def numbers(self) -> list[int]:
        """Which of the scenario's faults they are."""
        return [surge.number for surge in self._surges]

    def swell(self, plan_seconds: Floats, known: Sequence[int] | None = None) -> Floats | None:
        """How many come against the plan, (ticks, runs, classes), at seconds of the plan, (ticks, runs); known: numbers
        of the surges that count, all if not given. None where there are none. Two at once multiply."""
        counting = [surge for surge in self._surges if known is None or surge.number in known]
        if not counting:
            return None
        result = np.ones((*plan_seconds.shape, self.classes))
        for surge in counting:
            into = (plan_seconds - surge.begins) / (RISE_SHARE * surge.lasts)
            left = 1.0 / RISE_SHARE - into
            height = np.minimum(np.maximum(np.minimum(into, left), 0.0), 1.0)
            result[:, :, surge.kind] *= 1.0 + (surge.factor - 1.0) * height
        return result
