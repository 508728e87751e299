"""Functions whose bits are the same on every machine, built from + - x / sqrt, floor, frexp and ldexp alone.

numpy's and libm's exp and log differ between CPUs and versions; these do not. Each is tested against scipy with its
error. Curves are tables made once at import from these functions and read by linear interpolation.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LN2 = 0.6931471805599453
_LN2_HIGH = 0.693145751953125  # 20 bits: its products with small whole numbers are exact
_LN2_LOW = LN2 - _LN2_HIGH + 2.3190468138462996e-17

_SQRT_HALF = 0.7071067811865476
_ODD = [2.0 / k for k in range(19, 0, -2)]
_EXP = [1.0]
for _k in range(1, 15):
    _EXP.append(_EXP[-1] / _k)


def ln(x: Floats) -> Floats:
    """Natural logarithm of x > 0; relative error below 1e-15 of max(1, |ln x|)."""
    mantissa, exponent = np.frexp(x)
    low = mantissa < _SQRT_HALF
    mantissa = mantissa * (low + 1.0)  # exact: times 1 or 2
    z = (mantissa - 1.0) / (mantissa + 1.0)
    w = z * z
    p = w * _ODD[0]
    for odd in _ODD[1:-1]:
        p += odd
        p *= w
    p += _ODD[-1]
    result: Floats = p * z + (exponent - low) * LN2
    return result


def exp(x: Floats) -> Floats:
    """e to the x for |x| < 700; relative error below 1e-14."""
    k = np.floor(x / LN2 + 0.5)
    r = (x - k * _LN2_HIGH) - k * _LN2_LOW
    p = r * _EXP[14]
    for term in _EXP[13:0:-1]:
        p += term
        p *= r
    p += 1.0
    result: Floats = np.ldexp(p, k.astype(np.int64))
    return result


def decay(x: Floats) -> Floats:
    """e to the -x for x >= 0 in ten calls, where exp takes 36: a quotient of the second order, to the power of 32.
    Error below 1.2e-4, and of 1 - decay(x) below 1e-4 of itself where x is below 1; never above 1, never below 0."""
    step = np.minimum(x, 40.0) * (1.0 / 64.0)
    result: Floats = (1.0 - step) / (1.0 + step)
    for _ in range(5):
        result *= result
    return result


# Wichura (1988), "Algorithm AS 241: the percentage points of the normal distribution", Applied Statistics 37, PPND16.
_A = (3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3, 1.3731693765509461125e4,
      4.5921953931549871457e4, 6.7265770927008700853e4, 3.3430575583588128105e4, 2.5090809287301226727e3)  # fmt: skip
_B = (1.0, 4.2313330701600911252e1, 6.8718700749205790830e2, 5.3941960214247511077e3, 2.1213794301586595867e4,
      3.9307895800092710610e4, 2.8729085735721942674e4, 5.2264952788528545610e3)  # fmt: skip
_C = (1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
      1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2,
      7.74545014278341407640e-4)  # fmt: skip
_D = (1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1, 1.48103976427480074590e-1,
      1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9)  # fmt: skip
_E = (6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
      2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5,
      2.01033439929228813265e-7)  # fmt: skip
_F = (1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2, 7.86869131145613259100e-4,
      1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15)  # fmt: skip


def _polynomial(x: Floats, coefficients: tuple[float, ...]) -> Floats:
    p = x * coefficients[-1]
    for c in coefficients[-2:0:-1]:
        p += c
        p *= x
    p += coefficients[0]
    return p


def normal_quantile(u: Floats) -> Floats:
    """The standard normal value below which a share u lies, 0 < u < 1; relative error below 1e-14 (AS 241)."""
    q = u - 0.5
    r = 0.180625 - q * q
    z = q * _polynomial(r, _A) / _polynomial(r, _B)
    tail = np.flatnonzero(r.ravel() < 0.0)
    if tail.size:
        v = u.ravel()[tail]
        s = np.sqrt(-ln(np.minimum(v, 1.0 - v)))
        near = s - 1.6
        far = s - 5.0
        y = np.where(
            s <= 5.0, _polynomial(near, _C) / _polynomial(near, _D), _polynomial(far, _E) / _polynomial(far, _F)
        )
        z.reshape(-1)[tail] = np.where(v < 0.5, -y, y)
    return z


# Poisson ------------------------------------------------------------------------------------------------------------

SMALL_MEAN = 16.0
_GRID = 16
_WIDTH = 64


def _poisson_cdf() -> Floats:
    mean = np.arange(int(SMALL_MEAN) * _GRID + 2) / _GRID
    term = exp(-mean)
    rows = [np.zeros_like(mean), term.copy()]  # one column of 0 for P(X <= -1)
    for k in range(1, _WIDTH - 1):
        term = term * mean / k
        rows.append(rows[-1] + term)
    table: Floats = np.ascontiguousarray(np.stack(rows, axis=1)).ravel()
    return table


_CDF = _poisson_cdf()


class Standard:
    """Uniform draws and what a Poisson count makes of them that does not depend on its mean, ahead for many ticks.

    ``u``: the uniform; ``z``: its normal quantile; ``skew`` and ``curve``: the terms of the Cornish-Fisher expansion
    of a Poisson quantile (Fisher and Cornish 1960), mean + sqrt(mean) z + (z² - 1)/6 + (z - z³)/(72 sqrt(mean)).
    """

    __slots__ = ("curve", "skew", "u", "z")

    def __init__(self, u: Floats, z: Floats, skew: Floats, curve: Floats) -> None:
        self.u, self.z, self.skew, self.curve = u, z, skew, curve

    @classmethod
    def of(cls, u: Floats) -> Standard:
        z = normal_quantile(u)
        square = z * z
        return cls(u, z, (square - 1.0) / 6.0 + 0.5, (1.0 - square) * z / 72.0)

    def at(self, tick: int) -> Standard:
        """The draws of one tick, where axis 0 is the tick."""
        return Standard(self.u[tick], self.z[tick], self.skew[tick], self.curve[tick])


def poisson(mean: Floats, draw: Standard) -> Floats:
    """Whole counts (as floats) with the given means, by inversion where small, by the corrected normal where large.
    ``mean`` may lack leading axes of the draws."""
    k = near_poisson(mean, draw.z, draw.skew, draw.curve)
    small = mean < SMALL_MEAN
    if np.count_nonzero(small):
        cells = np.flatnonzero(small if small.shape == k.shape else np.broadcast_to(small, k.shape))
        flat = k.reshape(-1)
        flat[cells] = small_poisson(flat.take(cells), mean.ravel().take(cells % mean.size), draw.u.ravel().take(cells))
    return k


def near_poisson(mean: Floats, z: Floats, skew: Floats, curve: Floats) -> Floats:
    """The corrected normal's counts, see Standard: as good as exact from SMALL_MEAN on."""
    root = np.sqrt(mean)
    k = root * z
    k += mean
    k += skew
    np.maximum(root, 0.5, out=root)
    k += np.divide(curve, root, out=root) if root.shape == curve.shape else curve / root
    np.floor(k, out=k)
    np.maximum(k, 0.0, out=k)
    return k


def small_poisson(guess: Floats, mean: Floats, u: Floats) -> Floats:
    """Counts of means below SMALL_MEAN by inversion, one step from ``near_poisson``'s. All 1-d."""
    # The median lies below mean + 1/3 (Choi 1994), and so does all left of it: there the expansion is too high.
    guess = np.minimum(guess, np.where(u < 0.5, np.floor(mean + 1.0 / 3.0), _WIDTH - 4.0))
    position = mean * _GRID
    row = position.astype(np.int64)
    position -= row
    at = row * _WIDTH + guess.astype(np.int64)  # the column of P(X <= guess - 1)
    below = _CDF.take(at)
    below += (_CDF.take(at + _WIDTH) - below) * position
    at += 1
    upto = _CDF.take(at)
    upto += (_CDF.take(at + _WIDTH) - upto) * position
    guess += u >= upto
    guess -= u < below
    guess *= mean > 0.0
    return guess


# Gamma --------------------------------------------------------------------------------------------------------------

_SHAPES = 24
_Z_STEP = 0.0625
_Z_LIMIT = 4.0


def _gamma_table() -> Floats:
    """Quantiles of Gamma(shape) at normal scores -4..4, shape 1..24, by Newton steps on the Poisson tail."""
    z = np.arange(-_Z_LIMIT, _Z_LIMIT + _Z_STEP / 2, _Z_STEP)
    share = _normal_cdf(z)
    rows = []
    for shape in range(1, _SHAPES + 1):
        x = np.maximum(_wilson_hilferty(np.full_like(z, float(shape)), z), 1e-4 * shape)
        for _ in range(60):
            term = exp(-x)
            below = term.copy()  # P(Poisson(x) < shape) = 1 - cdf
            for k in range(1, shape):
                term = term * x / k
                below += term
            density = np.maximum(term, 1e-300)
            x = np.maximum(x - np.minimum(np.maximum((1.0 - below - share) / density, -x / 2), 1.0 + x), 1e-12)
        rows.append(x)
    table: Floats = np.ascontiguousarray(np.stack(rows)).ravel()
    return table


def _normal_cdf(z: Floats) -> Floats:
    """By bisection on normal_quantile: used once, for a table."""
    low, high = np.full_like(z, 1e-9), np.full_like(z, 1 - 1e-9)
    for _ in range(60):
        middle = 0.5 * (low + high)
        above = normal_quantile(middle) > z
        high = np.where(above, middle, high)
        low = np.where(above, low, middle)
    result: Floats = 0.5 * (low + high)
    return result


def _wilson_hilferty(shape: Floats, z: Floats) -> Floats:
    """Wilson and Hilferty (1931): Gamma(shape) is about shape (1 - 1/(9 shape) + z/(3 sqrt(shape)))³."""
    ninth = 1.0 / (9.0 * shape)
    cube = np.maximum(1.0 - ninth + z * np.sqrt(ninth), 0.0)
    result: Floats = shape * cube * cube * cube
    return result


_COLUMNS = round(2 * _Z_LIMIT / _Z_STEP) + 1
_GAMMA = _gamma_table()


def gamma_place(z: Floats) -> Floats:
    """Where normal scores stand in the table of gamma's quantiles, in columns of it."""
    position = np.minimum(np.maximum(z, -_Z_LIMIT), _Z_LIMIT)
    position += _Z_LIMIT
    position *= 1.0 / _Z_STEP
    return position


def gamma(shape: Floats, z: Floats, place: Floats | None = None) -> Floats:
    """Draws of Gamma(shape, scale 1) from normal scores z: by table where shape is a small whole number, else
    Wilson-Hilferty. Shapes below 1 are read as 1 (the caller masks them). place: gamma_place(z), where it is known."""
    position = gamma_place(z) if place is None else place
    column = np.minimum(position.astype(np.int64), _COLUMNS - 2)
    share = position - column
    whole = np.maximum(np.minimum(shape, _SHAPES), 1.0)
    column += (whole.astype(np.int64) - 1) * _COLUMNS
    draws = _GAMMA.take(column)
    draws += (_GAMMA.take(column + 1) - draws) * share
    large = shape > _SHAPES
    if np.count_nonzero(large):
        cells = np.flatnonzero(large)
        draws.reshape(-1)[cells] = _wilson_hilferty(shape.ravel().take(cells), z.ravel().take(cells))
    return draws
