"""What is kept of each second for the plots."""

from __future__ import annotations

import math

from scalegame.game.session import Session
from tests.game.played_levels import BUSY, CALM, make_level


def played(seconds: float, **parts: object) -> Session:
    session = Session(make_level(CALM, BUSY, **parts), 1)
    for _ in range(round(seconds * 10)):
        session.step()
    return session


def test_budget_and_purse_are_kept_as_they_stood() -> None:
    session = played(21)
    last = session.history.seconds[-1]
    assert last.seconds == 21.0
    assert last.budget_left == session.view().stage.budget_left
    assert last.purse == session.view().purse
    before = session.history.seconds[-3]
    assert last.purse > before.purse, "the grant of the second stage came in"


def test_what_a_level_does_not_have_is_no_number() -> None:
    last = played(3, money=None, uptime=0).history.seconds[-1]
    assert math.isnan(last.budget_left)
    assert math.isnan(last.purse)


def test_the_tightest_place_is_kept_with_the_second_it_became_that() -> None:
    session = played(12)
    seconds = session.history.seconds
    assert [second.tightest for second in seconds] == ["app-1"] * 12
    assert {second.tight_since for second in seconds} == {0.0}
    assert seconds[-1].saturation == session.view().snapshot.signals.saturation


def test_machines_of_a_pool_that_take_turns_do_not_begin_anew() -> None:
    session = played(1)
    session.do("place balancer l4")
    session.do("add app 2")
    for _ in range(250):
        session.step()
    seconds = session.history.seconds
    assert len({second.tightest for second in seconds}) > 1
    assert seconds[-1].tight_since == 0.0


def test_a_fork_goes_on_with_a_history_of_its_own() -> None:
    session = played(12)
    other = session.fork()
    for _ in range(20):
        other.step()
    assert len(session.history.seconds) == 12
    assert len(other.history.seconds) == 14
    assert other.history.seconds[-1].tight_since == 0.0
