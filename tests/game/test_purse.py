"""The purse: whole micro-dollars, and never one that nobody gave."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scalegame.game.purse import Purse, micro


def test_what_is_left_is_what_was_given_less_rent_and_setup() -> None:
    purse = Purse(micro(10))
    purse.grant(5)
    purse.pay(6)
    assert purse.left(rent=micro(1.5)) == micro(7.5)
    assert purse.spent(rent=micro(1.5)) == micro(7.5)


def test_it_is_empty_when_a_bill_cannot_be_paid_in_full() -> None:
    purse = Purse(micro(1))
    assert not purse.is_empty(micro(1))
    assert purse.is_empty(micro(1) + 1)


def test_an_unlimited_purse_still_counts_what_was_spent() -> None:
    purse = Purse(None)
    purse.grant(5)
    purse.pay(6)
    assert purse.left(10**15) is None
    assert not purse.is_empty(10**15)
    assert purse.spent(1) == micro(6) + 1


@given(st.lists(st.floats(0, 1e6)), st.lists(st.floats(0, 1e6)), st.integers(0, 10**15))
def test_money_never_appears_from_nothing(grants: list[float], payments: list[float], rent: int) -> None:
    purse = Purse(0)
    for grant in grants:
        purse.grant(grant)
    for payment in payments:
        purse.pay(payment)
    left = purse.left(rent)
    assert left is not None
    assert left + purse.spent(rent) == sum(micro(grant) for grant in grants)
