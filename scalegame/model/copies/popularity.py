"""How often each item of a data set is asked for: Zipf's law, in groups of neighbouring ranks.

The item of rank i gets a share of the requests in proportion to i^-alpha. A billion items are 32 groups: the first
ranks alone, since most of the requests are theirs, the rest in ranges of equal ratio. An item of a group is taken to be
as popular as its group is on average.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats, exp, ln

GROUPS = 32
MOST_ITEMS = 10**9
MOST_ALPHA = 3.0

_ALONE = 8
"""Ranks with a group of their own."""
_SUMMED = 1 << 12
"""Ranks up to here are added one by one; beyond, Euler and Maclaurin are exact to 1e-13."""


@dataclass(frozen=True, slots=True)
class Popularity:
    """Shape (GROUPS,), the most popular first; groups that a small data set has no items for hold none."""

    items: Floats
    share: Floats
    """Of all requests; sums to 1."""

    @property
    def each(self) -> Floats:
        """The share of all requests that one item of the group gets."""
        result: Floats = self.share / np.maximum(self.items, 1.0)
        return result


def zipf(items: int, alpha: float) -> Popularity:
    """Of 1 to MOST_ITEMS items with an exponent of 0 (all alike) to MOST_ALPHA. Raises ValueError outside."""
    if not 1 <= items <= MOST_ITEMS or not 0.0 <= alpha <= MOST_ALPHA:
        raise ValueError(f"Zipf's law is here for 1 to {MOST_ITEMS} items and exponents of 0 to {MOST_ALPHA:g}")
    last = _last_ranks(items)
    mass = _mass(last, alpha)
    counts = np.diff(np.concatenate([[0], last])).astype(np.float64)
    empty = np.zeros(GROUPS - last.size)
    return Popularity(
        items=np.concatenate([counts, empty]), share=np.concatenate([np.diff(mass, prepend=0.0) / mass[-1], empty])
    )


def _last_ranks(items: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """The last rank of each group: 1, 2 ... 8, then in equal steps of ln rank; where steps are smaller than one rank,
    one rank."""
    if items <= GROUPS:
        return np.arange(1, items + 1, dtype=np.int64)
    steps = GROUPS - _ALONE
    ratio = ln(np.array([items / _ALONE]))
    ideal = _ALONE * exp(ratio * (np.arange(1, steps + 1) / steps))
    ranks = list(range(1, _ALONE + 1))
    for rank in ideal[:-1].tolist():
        ranks.append(max(round(rank), ranks[-1] + 1))
    return np.array([*ranks, items], dtype=np.int64)


def _mass(last: np.ndarray[tuple[int], np.dtype[np.int64]], alpha: float) -> Floats:
    """The sum of i^-alpha from 1 to each of the ranks."""
    few = min(int(last[-1]), _SUMMED)
    ranks = np.arange(1, few + 1, dtype=np.float64)
    sums = np.add.accumulate(exp(-alpha * ln(ranks)))
    mass: Floats = sums[np.minimum(last, few) - 1]
    beyond = last > few
    if np.count_nonzero(beyond):
        mass[beyond] += _tail(few, last[beyond].astype(np.float64), alpha)
    return mass


def _tail(start: int, to: Floats, alpha: float) -> Floats:
    """The sum of i^-alpha over start < i <= to, by Euler and Maclaurin: the integral, half the ends, B2/2 f'."""
    x, y = np.array([float(start)]), to
    fx, fy = exp(-alpha * ln(x)), exp(-alpha * ln(y))
    if abs(alpha - 1.0) < 1e-6:
        # The antiderivative's difference divides by 1 - alpha; near 1 it is ln(y/x) times the value in the middle.
        area = ln(y / x) * exp((1.0 - alpha) * 0.5 * (ln(x) + ln(y)))
    else:
        area = (y * fy - x * fx) / (1.0 - alpha)
    result: Floats = area + 0.5 * (fy - fx) - (alpha / 12.0) * (fy / y - fx / x)
    return result
