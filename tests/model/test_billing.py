"""The minimum: a machine is billed for 30 s at least, whatever becomes of it meanwhile."""

from __future__ import annotations

import pytest

from scalegame.model.catalogue import MINIMUM_BILLED_SECONDS, SIZES
from scalegame.model.orders import Add, Order, Remove, Resize
from scalegame.model.world import World
from tests.model.plain_worlds import after, give, go_on, pool

SMALL, METAL = SIZES["small"].price / 60, SIZES["metal"].price / 60
"""Dollars a second."""


def spent(orders: list[tuple[float, Order]], seconds: float = 60.0) -> float:
    """Dollars that a run costs more than one with the same first machine and no orders."""
    world = after(pool(1, rate=10, algorithm="round-robin", size=SIZES["small"]), 0)
    for at, order in orders:
        go_on(world, at - world.tick / 10)
        give(world, order)
    go_on(world, seconds - world.tick / 10)
    return world.snapshot().cost_micro / 1e6 - SMALL * seconds


def money_sums(world: World) -> bool:
    seen = world.snapshot()
    return sum(amount for _, amount in seen.money_micro) == seen.cost_micro


def test_a_machine_that_was_big_for_a_moment_is_paid_for_as_such_for_the_minimum() -> None:
    up_and_down = spent([(0, Resize("app", "metal")), (8.2, Resize("app", "small"))])
    assert up_and_down == pytest.approx((METAL - SMALL) * MINIMUM_BILLED_SECONDS, rel=0.01)


def test_so_is_a_new_one() -> None:
    added = spent([(0, Add("app", 1, "metal")), (6.2, Resize("app-2", "small"))])
    assert added == pytest.approx(METAL * MINIMUM_BILLED_SECONDS + SMALL * (60 - MINIMUM_BILLED_SECONDS), rel=0.01)


def test_going_up_costs_nothing_beside_the_new_size() -> None:
    added = spent([(0, Add("app", 1, "small")), (7, Resize("app-2", "metal"))])
    assert added == pytest.approx(SMALL * 7 + METAL * 53, rel=0.01)


def test_after_the_minimum_going_down_is_free() -> None:
    added = spent([(0, Add("app", 1, "metal")), (35, Resize("app-2", "small"))])
    assert added == pytest.approx(METAL * 35 + SMALL * 25, rel=0.01)


def test_who_goes_down_and_then_away_pays_both_minimums_and_no_more() -> None:
    added = spent([(0, Add("app", 1, "metal")), (7, Resize("app-2", "small")), (8, Remove("app-2"))])
    first, second = METAL * MINIMUM_BILLED_SECONDS, SMALL * (7 + MINIMUM_BILLED_SECONDS)
    assert added == pytest.approx(first + second - SMALL * MINIMUM_BILLED_SECONDS, rel=0.01)


def test_the_quote_says_what_is_left_and_the_ledger_sums() -> None:
    world = after(pool(1, rate=10, algorithm="round-robin", size=SIZES["small"]), 1)
    give(world, Add("app", 1, "metal"))
    go_on(world, 10)
    left = (METAL - SMALL) * (MINIMUM_BILLED_SECONDS - 10)
    assert f"bills ${left:.2f} that are left of the minimum" in world.quote(Resize("app-2", "small")).consequence
    give(world, Resize("app-2", "small"))
    go_on(world, 3)
    assert money_sums(world)
