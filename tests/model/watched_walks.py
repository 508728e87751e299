"""Walks that are looked at while they go on: what came to a tier's machines in a tick, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.servers import Prepared, Stations
from scalegame.model.state import Machines


@dataclass(frozen=True)
class Walk:
    """All (runs, machines of the tier)."""

    stations: Stations
    table: Machines
    span: slice
    arrived: Floats
    refused: Floats
    served: Floats
    change: Floats
    """Of n."""


def watch_walks(monkeypatch: pytest.MonkeyPatch, look: Callable[[Walk], None]) -> None:
    """Have each walk looked at from now on."""
    advance = Stations.advance

    def watched(
        self: Stations, table: Machines, span: slice, ready: Prepared, arrived: Floats, *more: Any
    ) -> tuple[Floats | None, Floats]:
        before = table.n[:, span].copy()
        refused, served = advance(self, table, span, ready, arrived, *more)
        back = np.zeros(served.shape) if refused is None else refused
        look(Walk(self, table, span, arrived, back, served, table.n[:, span] - before))
        return refused, served

    monkeypatch.setattr(Stations, "advance", watched)
