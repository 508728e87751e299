"""How long one waits behind n others at a machine with c cores.

M/M/c's queue is an M/M/1 walk of the same total rate shifted by n0(c, rho) = ln C(c, rho) / ln rho, C being Erlang's
probability of waiting: P(walk >= n0) = rho**n0 = C, and beyond it both queues are geometric with ratio rho. n0 is no
whole number, so it is dithered between k = floor(n0) and k + 1 such that rho**n0 is kept in the mean.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.numbers.exact import Floats, exp, ln

_POINTS = 513
_CEILING = 0.9999


def erlang_c(cores: int, rho: Floats) -> Floats:
    """Erlang's C: the probability that an arrival waits in M/M/c at utilisations 0 < rho < 1 (recursion on B)."""
    load = cores * rho
    b = np.ones_like(rho)
    for k in range(1, cores + 1):
        b = load * b / (k + load * b)
    result: Floats = b / (1.0 - rho * (1.0 - b))
    return result


def utilisations() -> Floats:
    """Utilisations at which a curve is tabled: even in 1 - sqrt(1 - rho), so dense towards 1."""
    t = np.arange(_POINTS) / (_POINTS - 1.0)
    rho = 1.0 - (1.0 - t) * (1.0 - t)
    result: Floats = np.minimum(np.maximum(rho, 1e-6), _CEILING)
    return result


def shift_curve(waiting: Floats) -> Floats:
    """The dithered n0 on the grid, from the probability of waiting there: floor(curve + uniform) is k or k + 1 with the
    right weights. Shape (513,)."""
    rho = utilisations()
    log_rho = ln(rho)
    n0 = ln(np.maximum(waiting, 1e-290)) / log_rho
    k = np.floor(n0)
    weight = (exp((n0 - k) * log_rho) - rho) / (1.0 - rho)
    result: Floats = k + 1.0 - weight
    return result


def curve_at(table: Floats, row: Floats, rho: Floats) -> Floats:
    """Read curves of a flat table at utilisations rho (clipped to .9999); row: where each starts, as floats."""
    position = np.minimum(rho, _CEILING)
    position = np.sqrt(1.0 - position)
    position = (1.0 - position) * (_POINTS - 1.0)
    column = np.floor(position)
    at = (row + column).astype(np.int64)
    low = table.take(at)
    low += (table.take(at + 1) - low) * (position - column)
    return low


class Shifts:
    """The shift curves in use, as one flat table."""

    def __init__(self) -> None:
        self._row: dict[tuple[int, int], int] = {}
        self._table = np.zeros(0)
        self.row(1)

    def row(self, cores: int, choices: int = 1) -> int:
        """Where the curve of machines with so many cores starts (made when first asked for). With ``choices`` 2, of a
        pool in which one waits only where two such machines are both full."""
        key = (cores, choices)
        if key not in self._row:
            waiting = erlang_c(cores, utilisations())
            self._row[key] = self._table.size
            self._table = np.concatenate([self._table, shift_curve(waiting if choices == 1 else waiting * waiting)])
        return self._row[key]

    def read(self, row: Floats, rho: Floats) -> Floats:
        """The dithered n0 at utilisations rho; row as given by ``row``, as floats."""
        return curve_at(self._table, row, rho)
