"""The post-mortem names the true cause, in time, with true numbers."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from scalegame.game.coach import post_mortem
from scalegame.game.session import Session
from scalegame.game.view import PostMortem
from scalegame.model.catalogue import SIZES
from tests.game.played_levels import BUSY, CALM, FLOOD, make_level, stage


def play(session: Session, orders: dict[int, str] | None = None) -> PostMortem:
    """Play to the end, with orders by tick."""
    while not session.over:
        line = (orders or {}).get(session.tick)
        if line:
            assert session.do(line) is None
        session.step()
    return session.post_mortem()


def test_a_machine_too_small_is_named_as_the_cause() -> None:
    session = Session(make_level(CALM, FLOOD), 1)
    found = play(session)
    assert found.headline == f"A test: {session.reason}"
    assert found.why[0].startswith("It broke here: app ")
    assert found.why[0].endswith("at 00:21.")
    assert found.chain[0].text.startswith("traffic rose from ")
    assert [step.place for step in found.chain[1:]] == ["app"] * len(found.chain[1:])
    assert found.lesson == "Machines are finite."


def test_the_chain_is_in_the_order_of_time() -> None:
    found = play(Session(make_level(CALM, FLOOD), 1))
    times = [step.seconds for step in found.chain]
    assert times == sorted(times)
    assert len(found.chain) >= 2


def test_a_reboot_that_you_ordered_is_told_as_yours() -> None:
    level = make_level(stage("only", 40, (150, 150)), uptime=0.98)
    found = play(Session(level, 1), {100: "resize app medium"})
    assert found.headline.startswith("A test: the error budget was spent")
    assert found.chain[0].text == 'you ordered "resize app medium"'
    assert "no machine of app answered" in [step.text for step in found.chain]


def test_a_machine_that_died_is_the_cause_even_where_it_was_busy_before() -> None:
    crash = '[[fault]]\nkind = "crash"\nseconds = 20\n'
    found = play(Session(make_level(stage("only", 40, (185, 185)), uptime=0.9, more=crash), 1))
    assert found.why[0].startswith("It broke here: app-1 died")
    assert found.why[0].endswith("at 00:20.")
    assert found.losses[0][0] == "down"


def test_an_announced_release_is_the_cause_and_not_its_announcement() -> None:
    release = (
        '[[fault]]\nkind = "deploy"\nseconds = 20\ntarget = "app"\nnews = "Release 1 goes out."\n'
        'warning = "Release 1 in 10 seconds."\nwarning_seconds = 10\n'
    )
    found = play(Session(make_level(stage("only", 40, (150, 150)), uptime=0.95, more=release), 1))
    assert found.why[0] == "It broke here: Release 1 goes out, at 00:20."


def test_a_full_database_is_the_cause_of_what_the_app_refuses() -> None:
    level = make_level(
        stage("only", 60, (60, 200)), uptime=0.9, size="large", db_read_ms=20,
        more='[start.pools.database]\nsize = "small"\n',
    )  # fmt: skip
    found = play(Session(level, 1))
    assert found.why[0].startswith("It broke here: database was ")
    assert "database" in dict(found.history)


def test_both_ledgers_sum_exactly() -> None:
    session = Session(make_level(CALM, FLOOD), 1)
    found = play(session)
    result = session.result()
    assert sum(count for _, _, count, _ in found.losses) == result.lost
    assert sum(share for _, _, _, share in found.losses) == pytest.approx(1.0)
    assert sum(dollars for _, dollars in found.money) == pytest.approx(found.cost)
    assert [count for _, _, count, _ in found.losses] == sorted((row[2] for row in found.losses), reverse=True)


def test_an_empty_purse_is_explained_by_what_it_went_on() -> None:
    minute = SIZES["medium"].price
    level = make_level(stage("only", 200, (5, 5)), money=minute / 2, size="medium")
    found = play(Session(level, 1))
    assert found.headline == "A test: the purse was empty at 00:30"
    assert found.why[0].startswith(f"The purse was empty: ${minute / 2:.2f} were spent, ")
    assert found.why[0].endswith("on cores that stood idle.")


def test_a_run_without_loss_says_so() -> None:
    found = play(Session(make_level(CALM, BUSY), 1))
    assert found.why[0].startswith("Nothing was lost: all ")
    assert found.chain == ()
    assert found.losses == ()
    assert found.headline.startswith("A test: won, 100.00 % up for $")


def test_the_headline_says_100_percent_only_where_nothing_was_lost() -> None:
    session = Session(make_level(CALM, BUSY), 1)
    play(session)
    result = replace(session.result(), offered=100_000, good=99_999, lost=1)
    snapshot = session.view().snapshot
    found = post_mortem(session.level, result, session.reason, snapshot, session.money(), session.history, session.log)
    assert found.headline.startswith("A test: won, 99.99 % up for $")


def test_medals_come_with_their_par() -> None:
    found = play(Session(make_level(top="[par]\nuptime = 0.99\ncost = 0.01\n"), 1))
    assert (found.uptime_medal, found.cost_medal) == ("gold", "none")
    assert (found.par_uptime, found.par_cost) == (0.99, 0.01)


def test_a_launched_run_is_told_why_it_has_no_cost_medal() -> None:
    found = play(Session(make_level(top="[par]\nuptime = 0.99\ncost = 50\n"), 1), {150: "launch"})
    assert (found.uptime_medal, found.cost_medal) == ("gold", "none")
    assert any("Launched early" in sentence for sentence in found.why)


def test_the_history_has_one_value_a_second_for_plots() -> None:
    session = Session(make_level(), 1)
    found = play(session)
    series = dict(found.history)
    assert list(series) == ["traffic", "lost", "app"]
    assert {len(values) for values in series.values()} == {len(session.history.seconds)}
    assert max(series["app"]) <= 1.0


def test_the_history_has_a_hole_where_no_machine_answered() -> None:
    found = play(Session(make_level(stage("only", 40, (150, 150)), uptime=0.5), 1), {100: "resize app medium"})
    assert found.first is not None
    assert found.chain[found.first].text == 'you ordered "resize app medium"'
    app = dict(found.history)["app"]
    assert all(math.isnan(value) for value in app[11:17])
    assert not any(math.isnan(value) for value in (*app[:10], *app[20:]))


def test_it_can_be_asked_before_anything_happened() -> None:
    found = Session(make_level(), 1).post_mortem()
    assert found.headline == "A test: still running, nothing was offered for $0.00"
    assert found.why == ("Nothing was offered yet.",)


def test_a_title_that_asks_needs_no_colon() -> None:
    session = Session(replace(make_level(), title="Who am I again?"), 1)
    assert session.post_mortem().headline.startswith("Who am I again? still running")
