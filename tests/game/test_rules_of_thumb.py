"""The formulas of the learn pages, against values that can be worked out by hand or stand in the oracle."""

from __future__ import annotations

import math

import pytest

from scalegame.game import rules_of_thumb as rules


@pytest.mark.parametrize(("cores", "utilisation", "waiting"), [(1, 0.5, 0.5), (2, 0.8, 32 / 45), (10, 0.8, 0.40918)])
def test_who_waits_is_erlangs_c(cores: int, utilisation: float, waiting: float) -> None:
    assert rules.waiting_share(cores, utilisation) == pytest.approx(waiting, rel=1e-4)


@pytest.mark.parametrize("utilisation", [0.5, 0.8, 0.9, 0.95])
def test_on_one_core_the_wait_is_u_over_1_minus_u(utilisation: float) -> None:
    assert rules.mean_wait(1, utilisation) == pytest.approx(utilisation / (1 - utilisation))


def test_the_slow_wait_is_the_oracles_p99() -> None:
    """mmc-033: two cores, work of 50 ms, 80 % busy: 99 % wait at most 533 ms."""
    assert 0.05 * rules.slow_wait(2, 0.8, 0.99) == pytest.approx(0.53303, rel=1e-4)


def test_where_nearly_nobody_waits_the_slow_wait_is_none() -> None:
    assert rules.slow_wait(64, 0.3, 0.99) == 0.0


def test_of_one_item_a_copy_answers_all_but_the_first_in_each_ttl() -> None:
    assert rules.kept_by_ttl(1.0, 9.0) == pytest.approx(0.9)


def test_the_top_of_zipf_is_summed_rank_by_rank() -> None:
    whole = sum(1 / rank for rank in range(1, 1001))
    assert rules.asked_of_the_top(1000, 1.0, 0.005) == pytest.approx(sum(1 / rank for rank in range(1, 6)) / whole)
    assert rules.asked_of_the_top(1000, 1.0, 1.0) == pytest.approx(1.0)
    assert rules.asked_of_the_top(1000, 0.0, 0.25) == pytest.approx(0.25)


def test_attempts_are_a_geometric_sum() -> None:
    assert [rules.attempts(0.0, 3), rules.attempts(1.0, 3), rules.attempts(0.5, 2)] == [1.0, 4.0, 1.75]


def test_redundancy_multiplies_what_is_down() -> None:
    up = rules.up_share(3600.0, 30.0)
    assert rules.all_down(2, up) == pytest.approx((30 / 3630) ** 2)


def test_what_never_fails_is_always_up() -> None:
    assert rules.up_share(None, 30.0) == 1.0


def test_shares_of_machines() -> None:
    assert rules.strangers(4) == 0.75
    assert math.isclose(rules.more_after_a_death(3), 0.5)
