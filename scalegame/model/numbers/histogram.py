"""Latency histograms with logarithmic buckets: 400 of ratio 1.041 from 10 microseconds to 92 seconds.

A quantile read between two bucket edges is within 4.1 % of the true one at worst, .15 % where the curve is smooth.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scalegame.model.numbers.exact import Floats
from scalegame.model.snapshot import Latency

BUCKETS = 400
_RATIO = 1.041
_FIRST_MS = 0.01


def _edges() -> Floats:
    edges = [_FIRST_MS]
    for _ in range(BUCKETS - 1):
        edges.append(edges[-1] * _RATIO)
    return np.array(edges)


EDGES_MS = _edges()
"""Lower edges of buckets 1..400; bucket 0 is everything below the first, among it a wait of exactly 0."""


# A double's exponent and the first six bits of its mantissa: cells so narrow that each holds one edge at most.
_CELL_BITS = 46
_FIRST_CELL = int(np.array(_FIRST_MS).view(np.int64)) >> _CELL_BITS
_CELL_STARTS = (
    np.arange(_FIRST_CELL, (int(np.array(EDGES_MS[-1]).view(np.int64)) >> _CELL_BITS) + 2) << _CELL_BITS
).view(np.float64)
_BELOW = np.minimum(EDGES_MS.searchsorted(_CELL_STARTS, side="right"), BUCKETS - 1)
_NEXT = np.append(EDGES_MS[: BUCKETS - 1], np.inf)[_BELOW]


def bucket(milliseconds: Floats) -> NDArray[np.int64]:
    """The bucket of each latency: 0 below 10 microseconds, the last for everything beyond the scale. 1-d, 0 or more."""
    cell = milliseconds.view(np.int64) >> _CELL_BITS
    cell -= _FIRST_CELL
    np.maximum(cell, 0, out=cell)
    np.minimum(cell, _BELOW.size - 1, out=cell)
    result: NDArray[np.int64] = _BELOW.take(cell)
    result += milliseconds >= _NEXT.take(cell)
    return result


def quantile(counts: Floats, share: float) -> float:
    """The latency in milliseconds below which ``share`` of the counts lies; NaN where there are none."""
    return _quantile(counts.cumsum(), share)


def latency(counts: Floats, total_ms: float) -> Latency:
    """Mean and percentiles of a histogram (shape (400,)) and the sum of its latencies."""
    running = counts.cumsum()
    answered = float(running[-1])
    mean = total_ms / answered if answered > 0.0 else float("nan")
    return Latency(mean, _quantile(running, 0.5), _quantile(running, 0.95), _quantile(running, 0.99))


def _quantile(running: Floats, share: float) -> float:
    """The same of the counts' running sum."""
    total = float(running[-1])
    if total <= 0.0:
        return float("nan")
    target = share * total
    at = int(running.searchsorted(target, side="left"))
    if at == 0:
        return 0.0
    if at == BUCKETS - 1:
        return float(EDGES_MS[-1])
    before = float(running[at - 1])
    inside = (target - before) / (float(running[at]) - before)
    low, high = float(EDGES_MS[at - 1]), float(EDGES_MS[at])
    return low + (high - low) * inside
