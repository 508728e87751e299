"""The bridge-reflected walk: a queue over one tick, exact in law given how many came and how many could have left.

In a tick a requests arrive and d could be served if there were always work. The path of arrivals minus services is a
bridge from 0 to a - d; where it would take the queue below 0, a service found nobody. How far below 0 the bridge dips,
M, has a law by the reflection principle (Feller, "An Introduction to Probability Theory" I, III.2):

    P(M >= k) = a! d! / ((a + k)! (d - k)!)            for k > max(0, d - a)

All counts are whole numbers kept as float64: exact up to 2**53 and without casts between integers and floats.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from scalegame.model.numbers.exact import Floats, ln

_SMALL = 24
_NOWHERE: NDArray[np.intp] = np.zeros(0, dtype=np.intp)


def _dip_table() -> Floats:
    """P(M >= k) for a, d, k below 24, flat: index (a x 24 + d) x 26 + k. 1 at k <= max(0, d - a), 0 beyond d."""
    table = np.zeros((_SMALL, _SMALL, _SMALL + 2))
    for a in range(_SMALL):
        for d in range(_SMALL):
            certain = max(0, d - a)
            table[a, d, : certain + 1] = 1.0
            p = 1.0
            for k in range(1, d + 1):
                p *= (d - k + 1) / (a + k)
                if k > certain:
                    table[a, d, k] = p
    return table.ravel()


_DIP = _dip_table()


def dip(
    a: Floats,
    d: Floats,
    u: Floats,
    e: Floats,
    half: Floats | None = None,
    root: Floats | None = None,
    *,
    few: bool = True,
) -> Floats:
    """How far the bridge of ``a`` arrivals and ``d`` possible services dips below its start: whole, max(0, d-a)..d.

    u: uniforms, e: as ``exponents`` gives them, of the same shape. Closed form for a Brownian bridge whose variance is
    the logarithmic mean of a + 1/2 and d + 1/2 (the mean within 1.2 % from 20 on), corrected by the exact law where
    both are small. Where d is known ahead: half and root as ``halves`` gives them, few: some d is small.
    """
    if half is None or root is None:
        half, root = halves(d)
    x = d - a
    start = a + 0.5
    # (2 sqrt(AD) + (A + D)/2)/3 is the logarithmic mean; four times it, times -ln u.
    variance = np.sqrt(start)
    variance *= root
    variance += start
    variance += half
    variance *= e
    variance += x * x
    m = np.sqrt(variance, out=variance)
    m += x  # at least |x| + x, so the floor below is at least max(0, d - a)
    m *= 0.5
    np.floor(m, out=m)
    np.minimum(m, d, out=m)
    if few:
        cells = few_at(a, d)
        if cells.size:
            flat = m.reshape(-1)
            flat[cells] = exact_dip(flat.take(cells), *(v.ravel().take(cells) for v in (a, d, u)))
    return m


def few_at(a: Floats, d: Floats) -> NDArray[np.intp]:
    """Where the closed form needs the exact law, as flat indices."""
    small = a < _SMALL
    if not np.count_nonzero(small):
        return _NOWHERE
    small &= d < _SMALL
    small &= d > 0.0  # idle machines pass by
    return np.flatnonzero(small)


def exponents(u: Floats) -> Floats:
    """Two thirds of -ln u, as ``dip`` wants them."""
    return ln(u) * (-2.0 / 3.0)


def halves(d: Floats) -> tuple[Floats, Floats]:
    """d + 1/2 and four times its root."""
    half = d + 0.5
    root = np.sqrt(half)
    root *= 4.0
    return half, root


def few_of(d: Floats) -> list[bool]:
    """Whether some count of each tick, the first axis, is so small that its dips need the exact law."""
    small = (d > 0.0) & (d < _SMALL)
    return [bool(some) for some in np.logical_or.reduce(small.reshape(d.shape[0], -1), axis=1)]


def exact_dip(guess: Floats, a: Floats, d: Floats, u: Floats) -> Floats:
    """One step from the closed form's dip towards the exact law, where both counts are small. All 1-d."""
    at = a * _SMALL
    at += d
    at *= _SMALL + 2
    at += guess
    index = at.astype(np.int64)
    dipped = guess - (u >= _DIP.take(index))
    dipped += u < _DIP.take(index + 1)
    return dipped
