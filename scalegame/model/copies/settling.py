"""Where a store of copies settles, in plain numbers: for quotes, and to hold the moving model against."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model.copies.popularity import Popularity
from scalegame.model.homes.sessions import in_order
from scalegame.model.numbers.exact import Floats, exp

_HALVINGS = 100
_SPAN = 60.0
"""The characteristic time is looked for within e^±60 s."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A data set as a store meets it."""

    popularity: Popularity
    rate: float
    """Requests a second."""
    item_kb: float = 1.0
    ttl: float = 0.0
    """Seconds from the insertion; 0 is for ever."""
    writes: float = 0.0
    """A second, each of which removes what it changes."""


def hit_shares(kinds: Sequence[Kind], capacity_kb: float) -> list[float]:
    """Of each data set's requests, the share that a store of this capacity answers once it is warm, where fetches take
    no time: Che's approximation, with a TTL by renewal of the time that an entry lives."""
    present, _ = settled_presence(kinds, capacity_kb)
    return [float(in_order(kind.popularity.share * there)) for kind, there in zip(kinds, present, strict=True)]


def settled_presence(kinds: Sequence[Kind], capacity_kb: float) -> tuple[list[Floats], float]:
    """The same as the share of the time that an item of each group is held, (groups,) for each data set, and Che's
    characteristic time in seconds."""
    low, high = -_SPAN, _SPAN
    if sum(_held(kind, high) for kind in kinds) <= capacity_kb:
        low = high
    else:
        for _ in range(_HALVINGS):
            middle = 0.5 * (low + high)
            over = sum(_held(kind, middle) for kind in kinds) > capacity_kb
            low, high = (low, middle) if over else (middle, high)
    return [_present(kind, low) for kind in kinds], float(exp(np.array([low]))[0])


def _held(kind: Kind, log_edge: float) -> float:
    return float(in_order(kind.popularity.items * _present(kind, log_edge))) * kind.item_kb


def _present(kind: Kind, log_edge: float) -> Floats:
    """The share of the time that an item is held. It goes e^(rate x edge) - 1 over the rate after it came, on average,
    if nothing else removes it sooner."""
    rate = kind.popularity.each * kind.rate
    edge = exp(np.array([log_edge]))
    idle = np.minimum(rate * edge, 600.0)
    evicted = np.where(idle > 1e-12, rate / np.maximum(exp(idle) - 1.0, 1e-300), 1.0 / edge)
    goes = evicted + kind.popularity.each * kind.writes
    lives = 1.0 / np.maximum(goes, 1e-300)
    if kind.ttl > 0.0:
        ending = np.minimum(goes * kind.ttl, 600.0)
        lives = np.where(ending > 1e-9, lives * (1.0 - exp(-ending)), kind.ttl)
    result: Floats = 1.0 - 1.0 / (1.0 + rate * lives)
    return result
