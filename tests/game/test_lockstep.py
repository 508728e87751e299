"""Runs in lock-step are the runs that they would be alone."""

from __future__ import annotations

from scalegame.game.again import by_tick
from scalegame.game.lockstep import Lockstep, play_out
from scalegame.game.script import read_script
from scalegame.game.session import Session
from tests.game.played_levels import BUSY, CALM, FLOOD, make_level, stage

LEVEL = make_level(CALM, BUSY, FLOOD, stage("night", 10, (40, 40)), money=3, uptime=0.9)
BUILD = read_script(
    "2 resize app medium\n12 launch\n18 place balancer l4\n20 add app 2\nwhen app.utilisation > 85% for 2 do add app",
    "build",
)
SEEDS = (5, 1, 33)


def alone(seed: int) -> Session:
    session = Session(LEVEL, seed)
    waiting = list(BUILD)
    while not session.over:
        while waiting and waiting[0].tick <= session.tick:
            session.do(waiting.pop(0).line)
        session.step()
    return session


def test_each_run_among_others_ends_as_it_does_alone() -> None:
    for played, seed in zip(play_out(LEVEL, SEEDS, BUILD), SEEDS, strict=True):
        session = alone(seed)
        assert (played.seed, played.result, played.reason) == (seed, session.result(), session.reason)


def test_a_run_that_is_over_keeps_its_figures_while_others_go_on() -> None:
    ends = {played.result.ticks for played in play_out(LEVEL, range(8), BUILD)}
    assert len(ends) > 1
    early = min(play_out(LEVEL, range(8), BUILD), key=lambda played: played.result.ticks)
    assert early.result == alone(early.seed).result()


def test_each_can_have_lines_of_its_own() -> None:
    together = Lockstep(
        LEVEL, [(1, by_tick([(20, "resize app medium")])), (1, {}), (1, by_tick([(20, "restart app-9")]))]
    )
    while not together.over:
        together.step()
    ordered, left_alone, refused = together.plays
    assert ordered.commands == [(20, "resize app medium")]
    assert ordered.result() != left_alone.result() == refused.result()
    assert [[one.line for one in lines] for lines in together.refused] == [[], [], ["restart app-9"]]


def test_what_is_refused_is_told_with_its_reason() -> None:
    (played,) = play_out(LEVEL, [1], read_script("1 resize app metal\n2 resize app medium", "build"))
    assert [(refused.tick, refused.line) for refused in played.refused] == [(10, "resize app metal")]
    assert "$" in played.refused[0].why
    assert played.result.commands == 1
