"""What is kept of each second for the plots."""

from __future__ import annotations

import math
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.game.history import KEPT_WHOLE, History, PoolSecond, Second, Seconds
from scalegame.game.session import Session
from scalegame.model.snapshot import Latency
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


def test_how_long_answers_have_been_too_late_is_kept_however_long_that_is() -> None:
    history = History()
    plain = played(3).view()
    for second in range(1, 401):
        p99 = 900.0 if second in (3, 200) else 1100.0
        signals = replace(plain.snapshot.signals, latency=Latency(300.0, 100.0, 500.0, p99))
        shot = replace(plain.snapshot, seconds=float(second), signals=signals)
        history.record(replace(plain, snapshot=shot, slo_latency_ms=1000.0), 0)
        if second == 300:
            history = history.copy()
    since = [second.slow_since for second in history.seconds]
    assert since[:2] == [0.0, 0.0]
    assert math.isnan(since[2])
    assert since[3:199] == [3.0] * 196
    assert math.isnan(since[199])
    assert since[200:] == [200.0] * 200


def test_a_fork_goes_on_with_a_history_of_its_own() -> None:
    session = played(12)
    other = session.fork()
    for _ in range(20):
        other.step()
    assert len(session.history.seconds) == 12
    assert len(other.history.seconds) == 14
    assert other.history.seconds[-1].tight_since == 0.0


numbers = st.floats(allow_nan=True, allow_infinity=False)
pools = st.builds(
    PoolSecond, st.sampled_from(["app", "database"]), st.integers(0, 9), st.integers(0, 9), numbers, numbers
)
seconds = st.builds(
    Second, numbers, numbers, numbers, numbers, numbers, st.builds(Latency, numbers, numbers, numbers, numbers),
    st.lists(pools, max_size=3).map(tuple), st.just((("late", "app", 3),)), st.integers(0, 10**12), st.just("app-1"),
    numbers, numbers, numbers, numbers, numbers, st.integers(0, 10**9), numbers,
)  # fmt: skip


@settings(deadline=None)
@given(seconds)
def test_what_is_long_ago_is_kept_to_the_bit(second: Second) -> None:
    kept = Seconds([second] * (2 * KEPT_WHOLE))
    assert len(kept) == 2 * KEPT_WHOLE
    assert repr(kept[0]) == repr(second)
    assert repr(kept[KEPT_WHOLE - 1 : KEPT_WHOLE + 1]) == repr([second, second])


def test_a_copy_goes_its_own_way() -> None:
    calm = Second(1.0, 9.0, 9.0, 0.0, 0.0, Latency(1.0, 1.0, 1.0, 1.0), (), (), 0)
    kept = Seconds([calm] * (2 * KEPT_WHOLE))
    other = kept.copy()
    other.append(calm)
    assert (len(kept), len(other)) == (2 * KEPT_WHOLE, 2 * KEPT_WHOLE + 1)
