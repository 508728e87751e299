"""Sessions ask for exact figures only where they matter: nobody can tell that from one that asks at every tick."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalegame.game.level import Level
from scalegame.game.level_library import find
from scalegame.game.session import Session
from scalegame.model.world import World
from tests.game.any_commands import lines
from tests.game.played_levels import BUSY, CALM, FLOOD, ORDERS, make_level, stage

QUICK = settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))

Script = dict[int, str]
"""Lines by tick."""


class Asking(World):
    """A world that bounds nothing: what it is asked it answers exactly."""

    def lost_at_most(self, run: int = 0) -> int:
        return self.score(run).lost

    def cost_at_most(self, run: int = 0) -> int:
        return self.score(run).cost_micro


def asking(level: Level, seed: int) -> Session:
    """A session that looks at the exact figures after each tick."""
    session = Session(level, seed)
    session.world.__class__ = Asking
    return session


def same(level: Level, script: Script, seed: int, ticks: int) -> Session:
    """Play both ways; all that can be seen of them is equal."""
    lazy, exact = Session(level, seed), asking(level, seed)
    for tick in range(ticks):
        if tick in script:
            assert lazy.do(script[tick]) == exact.do(script[tick])
        lazy.step()
        exact.step()
        assert (lazy.outcome, lazy.tick) == (exact.outcome, exact.tick)
        score = exact.world.score()
        assert lazy.world.lost_at_most() >= score.lost
        assert lazy.world.cost_at_most() >= score.cost_micro
    assert lazy.reason == exact.reason
    assert lazy.result() == exact.result()
    assert lazy.state_hash() == exact.state_hash()
    assert lazy.log == exact.log
    # As texts: what was not measured is NaN, which equals nothing.
    assert repr(lazy.history.seconds) == repr(exact.history.seconds)
    return lazy


def scripts(texts: st.SearchStrategy[str], ticks: int) -> st.SearchStrategy[Script]:
    return st.dictionaries(st.integers(0, ticks), texts, max_size=10)


limits = st.tuples(st.sampled_from((0.05, 0.5, 1.5, 30.0)), st.sampled_from((0.0, 0.5, 0.9, 0.99, 0.999)))
"""An opening purse and an uptime that is asked for."""


def sandbox(money: float, uptime: float) -> Level:
    return dataclasses.replace(find("sandbox"), money=money, slo_uptime=uptime)


@QUICK
@given(script=scripts(st.sampled_from(ORDERS), 300), limit=limits, seed=st.integers(0, 2**53))
def test_a_small_level_ends_at_the_same_tick_whoever_asks(
    script: Script, limit: tuple[float, float], seed: int
) -> None:
    same(make_level(CALM, BUSY, FLOOD, money=limit[0], uptime=limit[1]), script, seed, 330)


@QUICK
@given(script=scripts(lines(), 60), limit=limits, seed=st.integers(0, 2**53))
def test_whatever_is_ordered_of_everything_there_is(script: Script, limit: tuple[float, float], seed: int) -> None:
    same(sandbox(*limit), {0: "set load 300%", **script}, seed, 80)


@pytest.mark.slow
@LONG
@given(script=scripts(st.sampled_from(ORDERS), 500), limit=limits, seed=st.integers(0, 2**53))
def test_small_levels_at_length(script: Script, limit: tuple[float, float], seed: int) -> None:
    same(make_level(CALM, BUSY, FLOOD, money=limit[0], uptime=limit[1]), script, seed, 700)


@pytest.mark.slow
@LONG
@given(script=scripts(lines(), 200), limit=limits, seed=st.integers(0, 2**53))
def test_everything_there_is_at_length(script: Script, limit: tuple[float, float], seed: int) -> None:
    same(sandbox(*limit), {0: "set load 300%", **script}, seed, 260)


@pytest.mark.parametrize(("money", "uptime", "reason"), [(0.05, 0.0, "the purse was empty"), (20, 0.9, "error budget")])
def test_a_level_is_lost_in_the_very_tick_between_two_seconds(money: float, uptime: float, reason: str) -> None:
    ended = same(make_level(stage("flood", 20, (900, 900)), money=money, uptime=uptime), {}, 3, 300)
    assert ended.outcome == "lost"
    assert reason in ended.reason
    assert ended.tick % 10


def test_a_calm_service_is_asked_once_a_second() -> None:
    """An error budget of a few requests and a purse of a few seconds' rent are no reason to ask more often."""
    level = make_level(CALM, money=3, uptime=0.97)
    session = Session(level, 1)
    asked = 0
    for _ in range(150):
        session.step()
        asked += session._counted is not None
    assert asked == 15
