"""A level as an environment to learn in, held to gymnasium's own rules."""

from __future__ import annotations

import math
import warnings

import gymnasium
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

from scalegame.game.bots.environment import FIGURES, LevelEnvironment, action_lines
from scalegame.game.level_library import find
from scalegame.model.scenario import LARGEST_SEED
from tests.game.bots.small_levels import rush
from tests.game.played_levels import CALM, make_level

NAME = "scalegame.game.bots.environment:scalegame/Level-v0"
"""As somebody calls it who imported gymnasium alone."""


def test_gymnasium_finds_nothing_to_complain_about() -> None:
    env = gymnasium.make(NAME, level=make_level(CALM))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_env(env.unwrapped)


def test_a_step_is_a_second_and_does_what_the_line_says() -> None:
    env = LevelEnvironment(rush())
    env.reset(seed=3)
    *_, info = env.step(env.lines.index("resize app medium"))
    assert (env.session.tick, env.session.seed, env.session.commands) == (10, 3, [(0, "resize app medium")])
    assert (info["command"], info["refusal"]) == ("resize app medium", "")


def test_a_refused_line_changes_nothing_and_says_why() -> None:
    env, still = LevelEnvironment(rush()), LevelEnvironment(rush())
    env.reset(seed=3), still.reset(seed=3)
    seen, reward, *_, info = env.step(env.lines.index("remove app"))
    nothing, same, *_ = still.step(0)
    assert info["refusal"] == "the last app server stays: somebody must answer"
    assert np.array_equal(seen, nothing)
    assert reward == same


def test_it_ends_with_the_level_and_the_reward_is_what_was_good_less_what_was_spent() -> None:
    env = LevelEnvironment(rush())
    env.reset(seed=3)
    total, over = 0.0, False
    while not over:
        seen, reward, over, truncated, info = env.step(0)
        total += reward
        assert not truncated
        assert env.observation_space.contains(seen)
    assert info["outcome"] == "lost"
    planned = 10 * 60 + 45 * 200
    assert total == pytest.approx(info["good"] / planned - info["cost"] / 4 - 1, abs=0.01)


def test_each_figure_has_its_place() -> None:
    env = LevelEnvironment(rush())
    seen, _ = env.reset(seed=3)
    place = {name.partition(":")[0]: float(value) for name, value in zip(FIGURES, seen, strict=True)}
    assert (place["time"], place["budget_left"], place["purse_left"], place["good"]) == (0, 1, 1, 1)
    assert place["app.up"] == 1
    assert place["cache.machines"] == 0
    assert 0 < place["offered_in_5"] < 0.5
    assert not math.isnan(sum(place.values()))


def test_an_endless_level_is_measured_by_what_is_seen_of_it() -> None:
    env = LevelEnvironment("endless")
    seen, _ = env.reset(seed=3)
    place = {name.partition(":")[0]: float(value) for name, value in zip(FIGURES, seen, strict=True)}
    assert 0.01 < place["offered_in_5"] < 0.5
    assert (place["purse_left"], place["purse_lasts"]) == (1, 1)
    _, reward, _, _, info = env.step(0)
    assert reward + info["cost"] / find("endless").money > 0.0005, "what is answered in a second is a share that counts"


def test_the_actions_are_what_the_level_has_unlocked() -> None:
    assert action_lines(rush(unlocked='["resize"]')) == ("", "resize app small", "resize app medium")
    assert "move sessions token" in action_lines(find("who-am-i-again"))
    assert "place queue for=photo" in action_lines(find("sandbox"))


def test_any_seed_of_gymnasium_is_one_of_the_game() -> None:
    env = LevelEnvironment(make_level(CALM))
    env.reset(seed=LARGEST_SEED + 5)
    assert env.session.seed == 4


def test_without_a_seed_the_drawn_ones_follow_from_the_first() -> None:
    seeds = []
    for _ in range(2):
        env = LevelEnvironment(make_level(CALM))
        env.reset(seed=1)
        env.reset()
        seeds.append(env.session.seed)
    assert seeds[0] == seeds[1] != 1
