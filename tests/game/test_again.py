"""A run that is played again is ordered the same at the same ticks, or it is said that it is not the same."""

from __future__ import annotations

import pytest

from scalegame.game.again import by_tick, play_again
from scalegame.game.session import Session
from tests.game.played_levels import make_level

ORDERS = ((5, "resize app medium"), (7, "restart app-1"), (7, "restart db-1"))


def test_what_was_ordered_at_a_tick_stays_in_its_order() -> None:
    assert by_tick(ORDERS) == {5: ["resize app medium"], 7: ["restart app-1", "restart db-1"]}


def test_an_order_that_was_taken_and_is_refused_now_is_no_run_of_this_level() -> None:
    session, orders = Session(make_level(), 1), by_tick([(2, "resize app gigantic")])
    play_again(session, orders)
    play_again(session, orders)
    with pytest.raises(RuntimeError, match=r"at tick 2 .* was taken, and now it is not"):
        play_again(session, orders)
