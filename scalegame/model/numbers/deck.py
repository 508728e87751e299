"""A deck of sheets: draws of representatives in their final form, made once and dealt by key.

What a representative draws depends on no state, only how it is used does. So there is one deck of shuffled strata for
all runs, and a tick of a run deals itself a sheet a hop: a hash of (seed, stream, tick, hop and class) picks it. Over
the whole deck each draw has its law's exact quantiles, one in each of SHEETS x LANES strata; which draws meet on a
sheet is left to the shuffle. A draw costs a look-up then, not a hash and a quantile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from scalegame.model.numbers.draws import GOLDEN, Stream, Words, hash_words, stream_base
from scalegame.model.numbers.exact import Floats, Standard, gamma, gamma_place, ln, normal_quantile
from scalegame.model.queueing.walk import exponents
from scalegame.model.state import Whole

_LANE_BITS = 5
LANES = 1 << _LANE_BITS
"""Representatives a class and tick, at most: as many draws has a sheet of each kind."""
_SHEET_BITS = 9
SHEETS = 1 << _SHEET_BITS
_STRIDE = 13
"""Coprime to LANES: neighbours on the same machine get moments all over the tick."""

WAY = 6
"""Rows of a sheet for the whole way: the share of the tick gone by at arrival, then uniforms."""
(CAME_Z, CAME_SKEW, CAME_CURVE, GONE_Z, GONE_SKEW, GONE_CURVE, DIP_E, SHIFT, SERVICE,
 CAME_U, GONE_U, DIP_U, WAIT_Z, WAIT_PLACE, ROUND_CAME, ROUND_GONE) = range(16)  # fmt: skip
"""Rows of a sheet for a hop: arrivals and services until the moment (as exact.Standard), the dip (as walk.dip), the
shift's dither, the wait's normal score and its place in gamma's table, uniforms for cutting to whole units, and a
service of mean 1, exponential."""
ALWAYS = 9
"""So many of them, the first, are asked by everyone who visits a machine, the others by some."""


def _shuffled(rows: int, first: int) -> Floats:
    """Uniforms (rows, SHEETS, LANES): each row holds each of SHEETS x LANES strata's middles once.

    Each lane takes its own strata, in an order of its own: odd multipliers and shifts mix the bits one to one.
    """
    lanes = np.arange(first * LANES, (first + rows) * LANES, dtype=np.uint64).reshape(rows, 1, LANES)
    mask = np.uint64(SHEETS - 1)
    at = np.arange(SHEETS, dtype=np.uint64)[None, :, None] + np.zeros((rows, 1, LANES), dtype=np.uint64)
    for part in range(5):
        words = hash_words(lanes + np.uint64(stream_base(0, Stream.DECK, part)))
        at *= words | np.uint64(1)
        at += words >> np.uint64(40)
        at &= mask
        at ^= at >> np.uint64(_SHEET_BITS // 2)
    within = (np.arange(LANES) + 0.5) / LANES
    result: Floats = (at.astype(np.float64) + within) * (1.0 / SHEETS)
    return result


@cache
def way_rows() -> Floats:
    """(WAY, SHEETS x LANES)."""
    rows = _shuffled(WAY, 0)
    order = (np.arange(LANES) * _STRIDE) % LANES
    rows[0] = (order + rows[0]) * (1.0 / LANES)
    return rows.reshape(WAY, -1)


@cache
def hop_rows() -> Floats:
    """(rows, SHEETS x LANES), named above."""
    u = _shuffled(8, WAY).reshape(8, -1)
    came, gone = Standard.of(u[0]), Standard.of(u[1])
    z = normal_quantile(u[4])
    return np.stack(
        [
            *(came.z, came.skew, came.curve),
            *(gone.z, gone.skew, gone.curve),
            *(exponents(u[2]), u[3], -ln(u[7])),
            *(came.u, gone.u, u[2]),
            *(z, gamma_place(z)),
            *(u[5], u[6]),
        ]
    )


@cache
def service_row(scv: float) -> Floats:
    """Service times of mean 1, (SHEETS x LANES,)."""
    if scv == 1.0:
        exponential: Floats = hop_rows()[SERVICE]
        return exponential
    u, v = _shuffled(2, WAY + 7).reshape(2, -1)
    return service_multiples(u, v, scv)


def service_multiples(u: Floats, v: Floats, scv: float) -> Floats:
    """Service times of mean 1 from uniforms: constant, gamma below an scv of 1, exponential, balanced two-phase
    hyperexponential above (Morse 1958; phase i with probability p_i and mean 1/(2 p_i))."""
    if scv == 0.0:
        return np.ones_like(u)
    if scv < 1.0:
        mild: Floats = gamma(np.full_like(u, 1.0 / scv), normal_quantile(u)) * scv
        return mild
    if scv == 1.0:
        return -ln(u)
    root = float(np.sqrt((scv - 1.0) / (scv + 1.0)))
    p = 0.5 * (1.0 + root)
    result: Floats = -ln(u) * np.where(v < p, 0.5 / p, 0.5 / (1.0 - p))
    return result


@dataclass(slots=True)
class Hand:
    """Where in the deck the draws of representatives stand."""

    sheets: Whole
    """As dealt: (cells,)."""
    index: Whole | None = None
    """cell x LANES + lane of each representative; None where every lane of every cell is there, in order."""

    def part(self, start: int, end: int) -> Hand:
        """The draws of some representatives, in whole sheets."""
        if self.index is None:
            return Hand(self.sheets[start // LANES : end // LANES])
        return Hand(self.sheets, self.index[start:end])

    def read(self, rows: Floats) -> Floats:
        """(rows, representatives)."""
        if self.index is None:
            whole: Floats = rows.reshape(len(rows), SHEETS, LANES).take(self.sheets, axis=1).reshape(len(rows), -1)
            return whole
        return rows.take(self._place(self.index), axis=1)

    def some(self, row: Floats, who: Whole) -> Floats:
        """One row, for some of them."""
        drawn: Floats = row.take(self._place(who if self.index is None else self.index.take(who)))
        return drawn

    def _place(self, index: Whole) -> Whole:
        place: Whole = self.sheets.take(index >> _LANE_BITS)
        place <<= _LANE_BITS
        place |= index & (LANES - 1)
        return place


class Dealer:
    """Deals sheets to the ticks of runs."""

    def __init__(self, seeds: NDArray[np.int64], classes: int) -> None:
        self.classes = classes
        self._bases: dict[int, Words] = {}
        self._seeds = seeds.tolist()

    def _base(self, hop: int) -> Words:
        if hop not in self._bases:
            self._bases[hop] = np.array(
                [stream_base(seed, Stream.REPRESENTATIVE, hop) for seed in self._seeds], dtype=np.uint64
            )
        return self._bases[hop]

    def deal(self, first: int, ticks: int, hops: list[int]) -> Whole:
        """The sheets of ticks first.., flat over (ticks, runs, classes) for each of the hops."""
        count = np.arange(first, first + ticks, dtype=np.uint64)[:, None] << np.uint64(16)
        index: Words = (count + np.arange(self.classes, dtype=np.uint64))[:, None, :].astype(np.uint64)
        index *= np.uint64(GOLDEN)
        base = np.stack([self._base(hop) for hop in hops])[:, None, :, None]
        counters: Words = index + base
        words = hash_words(counters) >> np.uint64(64 - _SHEET_BITS)
        sheets: Whole = words.astype(np.int64).reshape(len(hops), -1)
        return sheets
