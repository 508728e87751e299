"""What broke first: the right answer is the post-mortem's own first cause, and the run answers all others."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.game.diagnosis import MOST_ANSWERS, Question, question_of
from scalegame.game.history import History, PoolSecond, Second
from scalegame.game.options import EVERYWHERE
from scalegame.game.session import Session
from scalegame.game.signs import YOU
from scalegame.game.view import CauseStep, PostMortem
from scalegame.model.snapshot import Latency
from tests.game.played_levels import CALM, FLOOD, make_level


@pytest.fixture(scope="module")
def lost() -> Session:
    """A small server and a big database, far too many users."""
    session = Session(make_level(CALM, FLOOD, db_read_ms=1, more='[start.pools.database]\nsize = "large"'), 3)
    while not session.over:
        session.step()
    assert session.outcome == "lost"
    return session


def asked(session: Session, told: PostMortem | None = None) -> Question:
    question = question_of(told or session.post_mortem(), session.history)
    assert question is not None
    return question


def test_the_right_answer_is_the_first_cause_of_the_post_mortem(lost: Session) -> None:
    told = lost.post_mortem()
    assert told.first is not None
    first = told.chain[told.first]
    right = asked(lost).right
    assert right.place == "app"
    assert first.text[1:] in right.remark
    assert f"{int(first.seconds) // 60:02}:{int(first.seconds) % 60:02}" in right.remark


def test_the_others_stand_here_or_could_have_done_it_and_none_is_asked_twice(lost: Session) -> None:
    places = [answer.place for answer in asked(lost).answers]
    assert 2 < len(places) <= MOST_ANSWERS
    assert len(set(places)) == len(places)
    assert set(places) <= {"app", "database", EVERYWHERE, YOU}
    assert sum(answer.right for answer in asked(lost).answers) == 1


def test_each_answer_says_what_it_was_with_the_runs_own_figures(lost: Session) -> None:
    remarks = {answer.place: answer.remark for answer in asked(lost).answers}
    assert all(remark.endswith(".") for remark in remarks.values())
    assert "% busy: it had room" in remarks["database"]
    assert remarks[YOU].startswith("No order of yours")


def test_what_came_of_it_is_told_from_what_came_before(lost: Session) -> None:
    told = lost.post_mortem()
    chain = (
        CauseStep(20.0, EVERYWHERE, "traffic rose from 50 to 900 requests a second"),
        CauseStep(22.0, "db-1", "db-1 died"),
        CauseStep(25.0, "app", "app was 99 % busy"),
    )
    question = asked(lost, replace(told, chain=chain, first=1))
    remarks = {answer.place: answer.remark for answer in question.answers}
    assert question.right.place == "database"
    assert remarks["database"] == "Db-1 died, at 00:22."
    assert remarks["app"] == "That came of it later. App was 99 % busy, at 00:25."
    assert remarks[EVERYWHERE].startswith("That came before")


def test_the_order_of_the_answers_gives_nothing_away(lost: Session) -> None:
    told = lost.post_mortem()
    orders = []
    for place in ("app", "database", EVERYWHERE, YOU):
        question = asked(lost, replace(told, chain=(CauseStep(21.0, place, "it broke"),), first=0))
        assert question.right.place == place
        orders.append([answer.place for answer in question.answers])
    assert orders == [[EVERYWHERE, "app", "database", YOU]] * 4


def test_what_is_no_pool_is_an_answer_where_it_is_the_right_one_and_takes_no_others_place(lost: Session) -> None:
    chain = tuple(
        CauseStep(22.0 + at, place, "it went") for at, place in enumerate(("zone a", "queue", "cdn", "storage"))
    )
    question = asked(lost, replace(lost.post_mortem(), chain=chain, first=0))
    assert question.right.place == "zone a"
    places = [answer.place for answer in question.answers]
    assert len(places) == MOST_ANSWERS
    assert set(places) == {"zone a", "app", "database", EVERYWHERE}


def test_a_pool_that_was_partly_gone_is_said_to_be(lost: Session) -> None:
    second = Second(22.0, 10.0, 5.0, 5.0, 0.0, Latency(1.0, 1.0, 1.0, 1.0), (
        PoolSecond("app", 2, 2, 0.99, 5.0), PoolSecond("images", 3, 1, float("nan"), 0.0)), (), 0)  # fmt: skip
    history = History()
    history.seconds.append(second)
    told = replace(lost.post_mortem(), chain=(CauseStep(22.0, "app-2", "app was full"),), first=0)
    question = question_of(told, history)
    assert question is not None
    assert question.right.place == "app"
    (images,) = (answer for answer in question.answers if answer.place == "images")
    assert images.remark.startswith("1 of 3 machines of images answered")


def test_where_nothing_broke_there_is_nothing_to_ask(lost: Session) -> None:
    assert question_of(replace(lost.post_mortem(), chain=(), first=None), lost.history) is None
