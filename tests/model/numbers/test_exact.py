"""The exact functions against the standard library, each with the error that its docstring states."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

import numpy as np
import pytest

from scalegame.model.numbers.exact import Floats, Standard, decay, exp, gamma, ln, normal_quantile, poisson

SPREAD = np.concatenate(
    [np.geomspace(1e-300, 1e300, 2001), np.linspace(0.5, 2.0, 1001), 1 + np.geomspace(1e-15, 0.3, 200)]
)


def test_ln_is_within_its_error() -> None:
    ours = ln(SPREAD)
    for x, y in zip(SPREAD.tolist(), ours.tolist(), strict=True):
        assert abs(y - math.log(x)) <= 1e-15 * max(1.0, abs(math.log(x)))


def test_ln_of_one_is_nothing() -> None:
    assert ln(np.array([1.0]))[0] == 0.0


def test_exp_is_within_its_error() -> None:
    x = np.concatenate([np.linspace(-699, 699, 3001), np.linspace(-1, 1, 1001)])
    for power, y in zip(x.tolist(), exp(x).tolist(), strict=True):
        assert abs(y / math.exp(power) - 1) <= 1e-14


def test_decay_is_within_its_error() -> None:
    x = np.concatenate([np.geomspace(1e-9, 1.0, 500), np.linspace(1.0, 1e6, 5001), [0.0]])
    off = np.abs(decay(x) - exp(-np.minimum(x, 600.0)))
    assert off.max() < 1.2e-4
    near = (x <= 1.0) & (x > 1e-6)
    assert (off[near] / (1.0 - exp(-x[near]))).max() < 1e-4
    assert decay(x).min() >= 0.0
    assert decay(np.zeros(1))[0] == 1.0


def test_ln_undoes_exp() -> None:
    x = np.linspace(-600, 600, 999)
    assert np.abs(ln(exp(x)) - x).max() < 1e-12


def test_the_normal_quantile_is_within_its_error() -> None:
    shares = np.concatenate([np.linspace(0.001, 0.999, 999), np.geomspace(1e-15, 1e-3, 60)])
    ours = normal_quantile(shares)
    for share, z in zip(shares.tolist(), ours.tolist(), strict=True):
        assert z == pytest.approx(NormalDist().inv_cdf(share), rel=1e-14, abs=1e-15)


def test_the_normal_quantile_is_odd() -> None:
    shares = np.linspace(0.01, 0.49, 49)
    assert normal_quantile(shares) == pytest.approx(-normal_quantile(1 - shares), rel=1e-13)


def grid(count: int) -> Floats:
    """Uniforms in the middle of equal cells."""
    result: Floats = (np.arange(count) + 0.5) / count
    return result


def poisson_quantiles(mean: float, shares: list[float]) -> list[int]:
    """By summing the exact law, for rising shares."""
    result, k = [], 0
    term = below = math.exp(-mean)
    for share in shares:
        while share >= below:
            k += 1
            term *= mean / k
            below += term
        result.append(k)
    return result


@pytest.mark.parametrize("mean", [0.0625, 0.5, 1.0, 3.0, 7.9375, 15.9375])
def test_small_poisson_counts_are_the_exact_quantiles(mean: float) -> None:
    """Where the mean lies on the table's grid; between its points the law is a straight mix."""
    u = grid(4000)
    ours = poisson(np.full(u.size, mean), Standard.of(u))
    assert ours.tolist() == poisson_quantiles(mean, u.tolist())


@pytest.mark.parametrize("mean", [0.01, 0.37, 5.29, 11.11])
def test_small_poisson_counts_between_the_grid_keep_mean_and_variance(mean: float) -> None:
    u = grid(200_000)
    ours = poisson(np.full(u.size, mean), Standard.of(u))
    assert ours.mean() == pytest.approx(mean, rel=1e-3)
    # A mix of two neighbours' laws spreads more than the law between them, by a sixteenth at most.
    assert ours.var() == pytest.approx(mean, rel=5e-3 if mean > 0.0625 else 0.0625)


@pytest.mark.parametrize("mean", [16.0, 25.0, 100.0, 500.0])
def test_large_poisson_counts_are_at_most_one_off(mean: float) -> None:
    u = grid(4000)
    ours = poisson(np.full(u.size, mean), Standard.of(u))
    off = ours - np.array(poisson_quantiles(mean, u.tolist()))
    assert np.abs(off).max() <= 1
    assert (off != 0).mean() < 0.02
    assert abs(off.mean()) < 0.005


@pytest.mark.parametrize("mean", [1e4, 1e6, 1e9])
def test_huge_poisson_counts_keep_their_moments(mean: float) -> None:
    ours = poisson(np.full(20_000, mean), Standard.of(grid(20_000)))
    assert (ours == np.floor(ours)).all()
    assert ours.mean() == pytest.approx(mean, abs=0.02 * math.sqrt(mean))
    assert ours.var() == pytest.approx(mean, rel=0.01)


def test_nothing_comes_where_nothing_is_expected() -> None:
    assert not poisson(np.zeros(1000), Standard.of(grid(1000))).any()


@pytest.mark.parametrize("shape", [1, 2, 3, 5, 10, 24])
def test_small_gamma_shapes_keep_mean_and_variance(shape: int) -> None:
    """Drawn at normal scores up to four: the table ends there, where less than one in 30,000 lies."""
    draws = gamma(np.full(200_000, float(shape)), normal_quantile(grid(200_000)))
    assert draws.mean() == pytest.approx(shape, rel=2e-3)
    assert draws.var() == pytest.approx(shape, rel=0.01)


@pytest.mark.parametrize("shape", [25, 100, 10_000])
def test_large_gamma_shapes_keep_mean_and_variance(shape: int) -> None:
    draws = gamma(np.full(200_000, float(shape)), normal_quantile(grid(200_000)))
    assert draws.mean() == pytest.approx(shape, rel=1e-3)
    assert draws.var() == pytest.approx(shape, rel=0.01)


def erlang_below(shape: int, x: float) -> float:
    """P(Gamma(shape) <= x) for a whole shape: no fewer than ``shape`` of a Poisson count of mean x."""
    term = Fraction(1)
    total = Fraction(0)
    for k in range(shape):
        total += term
        term = term * Fraction(x) / (k + 1)
    return 1 - float(total) * math.exp(-x)


@pytest.mark.parametrize("shape", [1, 2, 4, 9, 17, 24, 40])
def test_gamma_draws_are_quantiles(shape: int) -> None:
    shares = np.array([0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999])
    draws = gamma(np.full(shares.size, float(shape)), normal_quantile(shares))
    for share, x in zip(shares.tolist(), draws.tolist(), strict=True):
        assert erlang_below(shape, x) == pytest.approx(share, abs=1.5e-3)


def test_a_wait_behind_one_is_exponential() -> None:
    shares = np.array([0.1, 0.5, 0.9, 0.99])
    draws = gamma(np.ones(4), normal_quantile(shares))
    assert draws == pytest.approx(-np.log(1 - shares), rel=5e-3)
