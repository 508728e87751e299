"""Zipf's law in groups of ranks."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scalegame.model.copies.popularity import GROUPS, MOST_ITEMS, zipf


def single_items(items: int, alpha: float) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    mass = np.arange(1, items + 1, dtype=np.float64) ** -alpha
    result: np.ndarray[tuple[int], np.dtype[np.float64]] = mass / mass.sum()
    return result


@given(items=st.integers(1, MOST_ITEMS), alpha=st.floats(0, 3))
def test_every_item_is_in_one_group_and_every_request_is_for_one(items: int, alpha: float) -> None:
    law = zipf(items, alpha)
    assert law.items.shape == law.share.shape == (GROUPS,)
    assert law.items.sum() == items
    assert law.share.sum() == pytest.approx(1, abs=1e-9)
    assert (law.share >= 0).all()


@given(items=st.integers(1, MOST_ITEMS), alpha=st.floats(0.01, 3))
def test_no_group_is_more_popular_than_the_one_before(items: int, alpha: float) -> None:
    law = zipf(items, alpha)
    each, items_there = law.each[law.items > 0], law.items[law.items > 0]
    # Shares are differences of running totals: the last ones of a steep law are what rounding leaves of them.
    rounding = 4 * np.finfo(float).eps / items_there[1:]
    assert (np.diff(each) <= 1e-12 * each[:-1] + rounding).all()


@pytest.mark.parametrize("alpha", [0.0, 0.5, 0.999999999, 1.0, 1.0001, 1.2, 3.0])
@pytest.mark.parametrize("items", [1, 7, 32, 33, 100, 5000, 300_000])
def test_a_group_has_the_requests_of_its_items(items: int, alpha: float) -> None:
    law = zipf(items, alpha)
    upto = np.cumsum(law.items).astype(int)
    exact = np.cumsum(single_items(items, alpha))[upto - 1]
    assert np.cumsum(law.share) == pytest.approx(exact, abs=1e-11)


def test_few_items_have_a_group_each() -> None:
    law = zipf(3, 1.0)
    assert law.items.tolist()[:4] == [1, 1, 1, 0]
    assert law.share[:4] == pytest.approx([6 / 11, 3 / 11, 2 / 11, 0])


@pytest.mark.parametrize(("items", "alpha"), [(0, 1.0), (MOST_ITEMS + 1, 1.0), (10, -0.1), (10, 3.1)])
def test_what_is_outside_is_refused(items: int, alpha: float) -> None:
    with pytest.raises(ValueError, match="Zipf's law is here for"):
        zipf(items, alpha)
