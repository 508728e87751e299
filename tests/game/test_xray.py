"""What the next half minute would cost without a machine."""

from __future__ import annotations

import pytest

from scalegame.game.session import Session
from scalegame.game.xray import AHEAD_SECONDS, Finding
from scalegame.model.catalogue import TICKS_PER_SECOND
from tests.game.played_levels import BUSY, CALM, make_level, stage

STEADY = stage("steady", 90, (100, 100))


def find(session: Session, machine: str) -> Finding:
    xray = session.xray(machine)
    while xray.step():
        pass
    assert xray.finding is not None
    return xray.finding


def after(seconds: float, session: Session) -> Session:
    for _ in range(round(seconds * TICKS_PER_SECOND)):
        session.step()
    return session


def lone() -> Session:
    """One server for all, and nothing that ends the level."""
    return after(10, Session(make_level(STEADY, uptime=0.0), 3))


def many() -> Session:
    """Six servers behind a balancer, with much room to spare."""
    level = make_level(STEADY, uptime=0.5, more='machines = 6\n[start]\nbalancer = { kind = "l7" }\n')
    return after(10, Session(level, 3))


def test_without_the_only_server_all_is_lost() -> None:
    finding = find(lone(), "app-1")
    assert finding.seconds == AHEAD_SECONDS
    assert finding.uptime == 1.0
    assert finding.uptime_without == 0.0
    assert finding.points == -100.0
    assert (finding.cause, finding.place) == ("down", "app")
    assert finding.lost == pytest.approx(100 * AHEAD_SECONDS, rel=0.1)
    assert finding.lasts
    assert "−100.0 points of uptime" in finding.headline
    assert "requests hit app while it did not answer" in finding.details


def test_one_of_many_behind_a_balancer_is_missed_only_until_its_check_notices() -> None:
    finding = find(many(), "app-3")
    assert finding.points is not None
    assert -5.0 < finding.points <= 0.0
    assert finding.over_after <= 5
    assert not finding.lasts
    assert not finding.ends


def test_who_carries_nothing_is_missed_by_nobody() -> None:
    session = many()
    assert session.do("add app") is None
    finding = find(session, "app-7")
    assert not finding.noticed
    assert "nobody would notice" in finding.headline
    assert finding.details == ""


def test_a_machine_that_boots_never_comes_up_there() -> None:
    session = many()
    assert session.do("add app") is None
    xray = session.xray("app-7")
    while xray.step():
        pass
    assert xray._without is not None
    seven = next(one for one in xray._without.view().snapshot.machines if one.name == "app-7")
    assert seven.state == "dead"
    assert all(order.place != "app-7" or order.seconds_left > 1e6 for order in xray._without.view().snapshot.orders)


def test_the_dead_stay_dead() -> None:
    xray = lone().xray("app-1")
    for _ in range(AHEAD_SECONDS * TICKS_PER_SECOND + 10):
        xray.step()
    assert xray._without is not None
    assert [one.state for one in xray._without.view().snapshot.machines] == ["dead"]


def test_the_answer_for_a_moment_is_always_the_same() -> None:
    session = many()
    assert find(session, "app-1") == find(session, "app-1")
    assert find(session, "app-1") == find(many(), "app-1")


def test_the_session_itself_goes_on_as_if_nobody_had_asked() -> None:
    session, alone = many(), many()
    before, log = session.state(), len(session.log)
    find(session, "balancer-1")
    assert session.state() == before
    assert len(session.log) == log
    assert after(8, session).state() == after(8, alone).state()


def test_how_far_it_is_can_be_seen() -> None:
    xray = lone().xray("app-1")
    seen = [xray.done]
    while xray.step():
        seen.append(xray.done)
    assert seen[0] == 0.0
    assert seen == sorted(seen)
    assert xray.done == 1.0


def test_where_the_budget_would_be_spent_the_level_would_be_lost() -> None:
    session = after(10, Session(make_level(STEADY, uptime=0.9), 3))
    finding = find(session, "app-1")
    assert "error budget" in finding.ends
    assert finding.seconds < AHEAD_SECONDS
    assert finding.budget_share == pytest.approx(1.0, abs=0.02)
    assert finding.headline == f"the level would be lost in {finding.seconds:.0f} s: {finding.ends}"


def test_where_the_level_is_lost_anyway_it_says_so() -> None:
    level = make_level(stage("flood", 60, (100, 2000)), uptime=0.99)
    session = Session(level, 3)
    while session.view().stage.budget_left > 0.6:
        session.step()
    assert session.do("add app") is None
    finding = find(session, "app-2")
    assert finding.lost_anyway
    assert not finding.ends
    assert finding.seconds < AHEAD_SECONDS
    assert "with it or without" in finding.details


def test_the_end_of_the_level_is_the_end_of_the_look_ahead() -> None:
    session = after(35, Session(make_level(CALM, BUSY, uptime=0.0), 3))
    finding = find(session, "app-1")
    assert 4.0 < finding.seconds < 10.0
    assert not finding.ends
    assert finding.points is not None


def test_after_the_last_request_nothing_can_be_missed() -> None:
    session = Session(make_level(CALM, uptime=0.0), 3)
    while not session.over:
        session.step()
    finding = find(session, "app-1")
    assert finding.points is None
    assert not finding.noticed


def test_there_is_no_answer_for_a_machine_that_does_not_stand() -> None:
    with pytest.raises(KeyError):
        lone().xray("app-9")
