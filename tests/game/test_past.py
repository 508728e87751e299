"""Looking around in a run that is over: it is the same run, bit by bit, and nothing in it can be changed."""

from __future__ import annotations

import pytest

from scalegame.game.level import Level
from scalegame.game.past import MOST_COPIES, MOST_TRAIL, Past, moments
from scalegame.game.session import Session
from tests.game.played_levels import BUSY, CALM, FLOOD, make_level, stage

ORDERS = {0: "resize app medium", 153: "restart app-1", 370: "resize app-1 large"}


def played(level: Level | None = None, orders: dict[int, str] | None = None) -> Session:
    """A run to its end, with orders by tick."""
    session = Session(level or make_level(CALM, FLOOD), 1)
    while not session.over:
        for line in filter(None, [(orders or {}).get(session.tick)]):
            assert session.do(line) is None
        session.step()
    return session


def state_at(run: Session, tick: int) -> str:
    """The state of the run as it was, played by the side."""
    again = Session(run.level, run.seed)
    orders = dict(run.commands)
    while again.tick < tick and not again.over:
        if again.tick in orders:
            assert again.do(orders[again.tick]) is None
        again.step()
    return again.state()


def past_of(run: Session) -> Past:
    past = Past(run)
    assert past.prepare(lambda _: True)
    return past


def test_it_stands_where_it_broke_in_the_same_state() -> None:
    run = played(orders=ORDERS)
    told = run.post_mortem()
    past = past_of(run)
    assert told.first is not None
    assert past.moments[past.begins_at].text == told.chain[told.first].text
    assert past.seconds == past.moments[past.begins_at].seconds == told.chain[told.first].seconds
    assert past.state() == state_at(run, past.tick)


@pytest.mark.parametrize("tick", [0, 153, 154, 371])
def test_any_tick_can_be_gone_to_forth_and_back(tick: int) -> None:
    run = played(make_level(stage("only", 42, (60, 60)), uptime=0.2), ORDERS)
    past = past_of(run)
    past.go(past.last_tick)
    past.go(tick)
    assert (past.tick, past.state()) == (tick, state_at(run, tick))
    past.go(tick + 5)
    past.go(tick)
    assert past.state() == state_at(run, tick)


def test_what_was_ordered_is_carried_out_by_the_step_after_it() -> None:
    run = played(make_level(stage("only", 42, (60, 60)), uptime=0.2), ORDERS)
    past = past_of(run)
    past.go(153)
    assert len(past.commands) == 1
    assert past.view().snapshot.machines[0].state == "up"
    past.step()
    assert past.commands == run.commands[:2]
    assert past.view().snapshot.machines[0].state != "up"
    assert any(line.text == "restart app-1" for line in past.log)


def test_at_the_end_it_is_the_run_that_was_played() -> None:
    run = played(orders=ORDERS)
    past = past_of(run)
    while not past.over:
        past.step()
    assert past.state() == run.state()
    assert past.result() == run.result()
    past.step()
    assert past.tick == run.tick


def test_orders_are_refused_in_a_sentence_and_change_nothing() -> None:
    past = past_of(played(orders=ORDERS))
    before = past.state(), len(past.log), past.tick
    assert past.do("add app 2") == f"this is how it was at 00:{int(past.seconds):02d}: nothing can be changed"
    assert past.weigh("restart app-1").refusal == past.do("")
    assert "no " in (past.weigh("resize app gigantic").refusal or ""), "what was wrong then is still told"
    assert (past.state(), len(past.log), past.tick) == before


def test_the_copies_are_few_however_long_it_was_and_however_often_it_goes_back() -> None:
    run = played(make_level(stage("long", 80, (20, 20))))
    past = past_of(run)
    past.go(past.last_tick)
    for tick in range(past.last_tick, 0, -20):
        past.go(tick)
    assert len(past._copies) <= MOST_COPIES + len(past.moments) + 1
    assert len(past._trail) <= MOST_TRAIL


def test_going_back_second_by_second_plays_hardly_anything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    run = played(make_level(stage("long", 60, (20, 20))))
    past = past_of(run)
    past.go(600)
    steps = 0
    original = Session.step

    def counted(session: Session) -> None:
        nonlocal steps
        steps += 1
        original(session)

    monkeypatch.setattr(Session, "step", counted)
    for tick in range(590, 400, -10):
        past.go(tick)
    assert steps < 2 * (600 - 400)


def test_it_can_be_called_off() -> None:
    run = played()
    past = Past(run)
    told: list[float] = []

    def heard(share: float) -> bool:
        told.append(share)
        return len(told) < 3

    assert not past.prepare(heard)
    assert told == sorted(told)
    assert past.tick < past.moments[past.begins_at].tick


def test_each_cause_is_a_moment_at_the_end_of_its_second_and_an_order_just_before_it_is_carried_out() -> None:
    run = played(make_level(stage("only", 40, (150, 150)), uptime=0.98), {100: "resize app medium"})
    found, first = moments(run)
    chain = run.post_mortem().chain
    assert [moment.text for moment in found] == [step.text for step in chain]
    assert found[first].text.startswith("you ordered")
    assert found[first].tick == 100
    later = chain[first + 1]
    assert later.seconds == found[first + 1].seconds
    assert found[first + 1].tick == min(int(later.seconds) * 10 + 10, run.tick)


def test_the_figures_of_a_second_are_there_where_it_is_looked_at() -> None:
    run = played()
    told = run.post_mortem()
    past = past_of(run)
    assert told.first is not None
    broke = told.chain[told.first]
    assert broke.text.startswith("app was "), "a figure"
    assert past.seconds == int(broke.seconds) + 1
    assert past.history.seconds[-1] == run.history.seconds[int(broke.seconds)]


def test_jumping_from_cause_to_cause_keeps_apart_what_happened_in_one_second() -> None:
    crash = '[[fault]]\nkind = "crash"\nseconds = 20\n'
    past = past_of(played(make_level(stage("only", 40, (185, 185)), uptime=0.9, more=crash)))
    for index in range(len(past.moments)):
        past.jump(index)
        assert past.moment == index
        assert past.tick == past.moments[index].tick
    past.go(0)
    assert past.moment is None


def test_without_a_cause_it_is_the_busiest_second_of_a_win_and_the_last_of_an_empty_purse() -> None:
    won = played(make_level(CALM, BUSY))
    (moment,), _ = moments(won)
    assert moment.text.startswith("the busiest second")
    assert 200 <= moment.tick <= 400
    broke = played(make_level(stage("only", 200, (5, 5)), money=0.26, size="medium"))
    assert broke.outcome == "lost"
    (moment,), _ = moments(broke)
    assert moment.tick == broke.tick - 1
    assert not past_of(broke).over
