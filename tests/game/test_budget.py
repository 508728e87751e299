"""The error budget: own share and half of what was left, spent when more is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scalegame.game.budget import ErrorBudget


def test_a_stage_may_lose_what_the_slo_leaves_of_its_forecast() -> None:
    budget = ErrorBudget(0.9)
    budget.begin(100, lost=0)
    assert budget.allowed == 10  # 1 - 0.9 is a hair less than 0.1: cut off it would be 9


def test_it_is_spent_by_the_first_request_too_many() -> None:
    budget = ErrorBudget(0.99)
    budget.begin(1000, lost=0)
    assert not budget.spent(10)
    assert budget.spent(11)
    assert budget.share_left(10) == 0.0
    assert budget.share_left(4) == 0.6


def test_half_of_what_is_left_carries_over() -> None:
    budget = ErrorBudget(0.99)
    budget.begin(1000, lost=0)
    budget.begin(2000, lost=4)
    assert (budget.carried, budget.own, budget.left(4)) == (3, 20, 23)


def test_a_launched_stage_earns_only_what_it_served() -> None:
    budget = ErrorBudget(0.99)
    budget.begin(10_000, lost=0)
    budget.cut(2_000)
    budget.begin(10_000, lost=0)
    assert budget.allowed == 100 + 10


def test_without_an_slo_nothing_is_ever_spent() -> None:
    budget = ErrorBudget(0.0)
    budget.begin(1000, lost=0)
    assert not budget.spent(10**9)
    assert budget.share_left(10**9) == 1.0


@given(
    st.floats(0.5, 0.9999),
    st.lists(st.tuples(st.integers(0, 100_000), st.floats(0, 1)), min_size=1, max_size=6),
)
def test_whoever_stays_within_each_stage_keeps_the_slo_of_the_forecast(
    slo: float, stages: list[tuple[int, float]]
) -> None:
    """Carrying over never lets more be lost in all than the SLO allows of all forecasts."""
    budget, lost = ErrorBudget(slo), 0
    for forecast, greed in stages:
        budget.begin(forecast, lost)
        lost += int(budget.left(lost) * greed)
        assert not budget.spent(lost)
    allowed = (1 - slo) * sum(forecast for forecast, _ in stages)
    assert lost <= allowed + 0.5 * len(stages)
