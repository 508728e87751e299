"""What-ifs are the run itself with one thing otherwise, ranked by what they save per dollar; and one can go back."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from scalegame.game.changes import Change, before_it_broke, chosen, of_the_players
from scalegame.game.level_library import find
from scalegame.game.recording import Recording
from scalegame.game.replay import resume, verify
from scalegame.game.run_file import read
from scalegame.game.score import Result
from scalegame.game.session import Session
from scalegame.game.whatif import MOST_SHOWN, WhatIf, WhatIfs, back_to, ranked
from tests.game.ablation import play
from tests.game.played_levels import make_level, stage

LEVEL = make_level(stage("calm", 20, (60, 100)), stage("crowd", 30, (100, 260), grant=1), money=3, uptime=0.93)
ORDERS = ((50, "place balancer l4"), (250, "restart app-1"))


@cache
def lost() -> Session:
    run = play(LEVEL, 1, ORDERS)
    assert run.outcome == "lost"
    return run


@cache
def answer() -> WhatIfs:
    experiment = WhatIfs(lost())
    while experiment.step():
        pass
    return experiment


def test_each_is_the_run_that_comes_of_these_orders() -> None:
    for one in answer().found:
        again = play(LEVEL, 1, one.change.applied(lost().commands), strict=False)
        assert again.result() == one.result, one.sentence
    assert lost().result() == answer().found[0].run


def test_a_handful_are_shown_of_more_that_were_tried_and_the_best_stand_first() -> None:
    found = answer().found
    assert 1 <= len(found) <= MOST_SHOWN
    assert answer().tried > len(found)
    assert [one.per_dollar for one in found] == sorted((one.per_dollar for one in found), reverse=True)
    assert any(one.change == Change("drop", "restart app-1", 250) for one in found), "it broke by that"


def test_the_answer_is_always_the_same() -> None:
    again = WhatIfs(lost())
    while again.step():
        pass
    assert again.found == answer().found


def test_it_goes_in_portions_and_says_how_far_it_is() -> None:
    experiment = WhatIfs(lost())
    shares = [experiment.done]
    while experiment.step():
        shares.append(experiment.done)
    assert shares == sorted(shares)
    assert shares[0] == 0.0
    assert shares[-1] < 1.0
    assert experiment.done == 1.0
    assert len(shares) > lost().tick


def test_the_run_that_is_played_again_is_left_as_it_was() -> None:
    before = lost().state(), len(lost().log)
    assert answer().found
    assert (lost().state(), len(lost().log)) == before


# Which are tried


def test_own_commands_are_left_out_put_off_or_given_before_it_broke() -> None:
    changes = list(of_the_players([(100, "launch"), (300, "add app"), (500, "restart app-1")], 400, 200, 700))
    assert changes == [
        Change("drop", "add app", 300),
        Change("move", "add app", 100, was=300),
        Change("move", "add app", 450, was=300),
        Change("drop", "restart app-1", 500),
        Change("move", "restart app-1", 400, was=500),
        Change("move", "restart app-1", 650, was=500),
    ]


def test_what_could_be_bought_is_tried_once_when_it_first_could() -> None:
    own = [Change("drop", "add app", 300)]
    early, late = [Change("add", "resize app large", 300)], [
        Change("add", "resize app large", 400), Change("add", "add app", 400), Change("add", "place cache", 400),
    ]  # fmt: skip
    assert chosen(own, [early, late]) == [*own, *early, late[2]]


def test_only_what_this_level_lets_a_player_do_is_tried() -> None:
    level = replace(LEVEL, unlocked=("resize", "restart"))
    experiment = WhatIfs(play(level, 1, ORDERS[1:]))
    while experiment.step():
        pass
    assert experiment.found
    assert {one.change.line.split()[0] for one in experiment.found} <= {"resize", "restart"}


def test_it_is_looked_for_before_it_broke() -> None:
    told = lost().post_mortem()
    assert told.first is not None
    moments = before_it_broke(told, lost().history, lost().tick)
    assert moments[0] <= told.chain[told.first].seconds * 10 - 150
    assert moments[-1] == told.chain[told.first].seconds * 10


def test_changes_are_made_to_the_orders_and_nothing_else() -> None:
    orders = [(10, "add app"), (20, "restart app-1")]
    assert Change("add", "add worker", 10).applied(orders) == [(10, "add worker"), *orders]
    assert Change("drop", "add app", 10).applied(orders) == orders[1:]
    assert Change("move", "add app", 30, was=10).applied(orders) == [orders[1], (30, "add app")]


# In words and in order

RUN = Result("lost", 900_000, 2_000_000, 1160, 10_000, 9_000, 1_000, 1, 0)
WON = Result("won", 990_000, 4_000_000, 1800, 20_000, 19_800, 200, 2, 0)


def what_if(saved: int, dear: int, line: str = "add app", result: Result = WON, run: Result = RUN) -> WhatIf:
    return WhatIf(Change("add", line, 700), run, result, saved, dear)


def test_each_is_a_sentence() -> None:
    assert what_if(2140, 420_000).sentence == (
        "With `add app` at 01:10, 2,140 requests more would have been answered for $0.42 more: the level would have"
        " been won."
    )
    assert what_if(1, 0, result=replace(RUN, ticks=1400)).sentence == (
        "With `add app` at 01:10, 1 request more would have been answered for the same money: the level would have been"
        " lost all the same, at 02:20 instead of 01:56."
    )
    dropped = WhatIf(Change("drop", "restart app-1", 1000), RUN, replace(RUN), 300, -100_000)
    assert dropped.sentence == (
        "Without `restart app-1` at 01:40, 300 requests more would have been answered for $0.10 less: the level would"
        " have been lost all the same."
    )
    moved = WhatIf(Change("move", "add app", 700, was=1000), WON, replace(WON, uptime_ppm=0, good=20_000), 200, 0)
    assert moved.sentence == (
        "With `add app` at 01:10 instead of 01:40, 200 requests more would have been answered for the same money:"
        " 100.00 % up instead of 99.00 %."
    )


def test_what_costs_no_more_stands_first_then_what_saves_most_per_dollar() -> None:
    dear, cheap = what_if(900, 900_000, "a"), what_if(500, 100_000, "b")
    free, cheaper = what_if(310, 0, "c"), what_if(300, -50_000, "d")
    assert ranked([dear, cheap, free, cheaper]) == (free, cheaper, cheap, dear)
    assert math.isinf(free.per_dollar)


def test_what_is_worse_or_chance_is_not_shown_and_no_line_twice() -> None:
    lost_too = replace(RUN)
    assert ranked([what_if(-5, 10, result=lost_too), what_if(19, 10, result=lost_too)]) == ()
    assert ranked([what_if(500, 100_000), what_if(900, 100_000)]) == (what_if(900, 100_000),)


def test_what_another_does_as_well_for_less_is_not_shown() -> None:
    large, huge = what_if(900, 500_000, "resize app large"), what_if(900, 2_000_000, "resize app huge")
    assert ranked([huge, large]) == (large,)
    worse = what_if(950, 400_000, "add app", result=RUN)
    assert ranked([worse, large]) == (worse, large), "it saves less for more, and the level is won by it"


def test_of_a_run_that_was_won_what_is_cheaper_and_as_good_is_worth_a_row() -> None:
    good = replace(WON, lost=0)
    assert ranked([what_if(0, -500_000, run=good, result=good)])
    assert not ranked([what_if(-1, -500_000, run=good, result=good)])


# Back to then


def test_going_back_is_the_run_as_it_was_with_what_had_been_ordered() -> None:
    session = back_to(lost(), 251, lambda _: True)
    assert session is not None
    again = Session(LEVEL, 1)
    for tick in range(251):
        for at, line in ORDERS:
            if at == tick:
                again.do(line)
        again.step()
    assert session.state() == again.state()
    assert session.parent == lost().state()
    before = back_to(lost(), 250, lambda _: True)
    assert before is not None
    assert before.commands == [ORDERS[0]], "what was ordered at that tick is still to be decided"


def test_going_back_can_be_called_off() -> None:
    assert back_to(lost(), 251, lambda share: share < 0.5) is None


def test_such_a_run_verifies_names_its_parent_and_earns_no_medal(tmp_path: Path) -> None:
    session = back_to(lost(), 200, lambda _: True)
    assert session is not None
    recording = Recording.begin(LEVEL, 1, folder=tmp_path, parent=session.parent)
    recording.so_far(session.commands, session.tick)
    session.record(recording)
    assert recording.path is not None
    recording.close()
    session, _ = resume(recording.path)
    assert session.parent == lost().state(), "also after a crash"
    assert session.tick == 200

    recording = Recording.begin(LEVEL, 1, folder=tmp_path, parent=session.parent)
    recording.so_far(session.commands, session.tick)
    session.record(recording)
    assert session.do("add app 2") is None
    while not session.over:
        session.step()
    assert session.outcome == "won"
    assert recording.path is not None
    assert read(recording.path).header.parent == lost().state()
    assert verify(recording.path) == session.result()
    told = session.post_mortem()
    assert told.practice
    assert (told.uptime_medal, told.cost_medal) == ("none", "none")


@pytest.mark.slow
def test_payments_that_came_back_too_late_are_offered_to_come_back_sooner() -> None:
    run = play(find("twice-is-once"), 34, ((400, "add worker"), (840, "restart worker-1"), (841, "add worker")))
    assert run.outcome == "lost"
    experiment = WhatIfs(run)
    while experiment.step():
        pass
    best = experiment.found[0]
    assert (best.change.line, best.result.outcome) == ("set queue.visibility 6", "won")
