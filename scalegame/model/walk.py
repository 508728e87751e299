"""The bridge-reflected walk: a queue over one tick, exact in law given how many came and how many could have left.

In a tick a requests arrive and d could be served if there were always work. The path of arrivals minus services is a
bridge from 0 to a - d; where it would take the queue below 0, a service found nobody. How far below 0 the bridge dips,
M, has a law by the reflection principle (Feller, "An Introduction to Probability Theory" I, III.2):

    P(M >= k) = a! d! / ((a + k)! (d - k)!)            for k > max(0, d - a)

All counts are whole numbers kept as float64: exact up to 2**53 and without casts between integers and floats.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.exact import Floats

_SMALL = 24


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


def dip(a: Floats, d: Floats, u: Floats, e: Floats) -> Floats:
    """How far the bridge of ``a`` arrivals and ``d`` possible services dips below its start: whole, max(0, d-a)..d.

    u: uniforms, e: -ln u, of the same shape. Closed form for a Brownian bridge whose variance is the logarithmic mean
    of a + 1/2 and d + 1/2 (the mean within 1.2 % from 20 on), corrected by the exact law where both are small.
    """
    x = d - a
    half_a = a + 0.5
    half_d = d + 0.5
    variance = half_a * half_d
    np.sqrt(variance, out=variance)
    variance *= 4.0
    variance += half_a
    variance += half_d
    variance *= e
    variance *= 2.0 / 3.0  # 4 (2 sqrt(AD) + (A + D)/2)/3 e: four times the logarithmic mean, times -ln u
    variance += x * x
    m = np.sqrt(variance, out=variance)
    m += x  # at least |x| + x, so the floor below is at least max(0, d - a)
    m *= 0.5
    np.floor(m, out=m)
    np.minimum(m, d, out=m)
    exact = (half_a < _SMALL) & (
        np.abs(half_d - 0.5 * _SMALL) < 0.5 * _SMALL - 0.5
    )  # d from 1 to 23: idle machines pass by
    if np.count_nonzero(exact):
        small_a = np.minimum(a, _SMALL - 1.0)
        small_d = np.minimum(d, _SMALL - 1.0)
        at = ((small_a * _SMALL + small_d) * (_SMALL + 2) + np.minimum(m, _SMALL)).astype(np.int64)
        step = (u < _DIP.take(at + 1)) * 1.0
        step -= u >= _DIP.take(at)
        m += step * exact
    return m
