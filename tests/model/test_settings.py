"""`set`: what its knobs do to a world, and the load's dial."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scalegame.model.catalogue import SETTINGS, Setting, setting_of
from scalegame.model.orders import Set
from scalegame.model.world import World
from tests.model.small_worlds import shop

SANDBOX = dataclasses.replace(shop(rate=200.0, size="small", faults=False), dial=True)


def born(world: World, run: int = 0) -> float:
    world.catch_up()
    return float(world.site.books.state.born[run].sum())


def test_a_dial_turned_up_brings_so_many_times_the_requests() -> None:
    world = World(SANDBOX, [1, 1])
    world.apply(Set("load", 250.0), 1)
    for _ in range(60):
        world.step()
    assert born(world, 1) / born(world, 0) == pytest.approx(2.5, rel=0.05)
    as_planned, turned = (world.forecast([3.0], run)[0] for run in (0, 1))
    assert turned == pytest.approx(tuple(2.5 * rate for rate in as_planned))


def test_a_dial_at_nothing_stops_the_traffic_at_once_and_back_again() -> None:
    world = World(SANDBOX, [1])
    for _ in range(10):
        world.step()
    world.apply(Set("load", 0.0))
    before = born(world)
    for _ in range(10):
        world.step()
    assert born(world) == before
    world.apply(Set("load", 100.0))
    world.step()
    assert born(world) > before


def test_a_dial_is_each_runs_own() -> None:
    alone, crowd = World(SANDBOX, [4]), World(SANDBOX, [4, 4, 9])
    crowd.apply(Set("load", 700.0), 1)
    for tick in range(40):
        if tick == 20:
            crowd.apply(Set("load", 10.0), 2)
        alone.step()
        crowd.step()
    assert crowd.state_hash(0) == alone.state_hash()


def test_a_level_without_a_dial_says_so() -> None:
    assert World(shop(), [1]).refusal(Set("load", 200.0)) == (
        "how many come is not yours to say here: this level has no dial"
    )


def test_what_was_set_is_seen_and_what_is_as_ever_is_not() -> None:
    world = World(SANDBOX, [1])
    assert world.snapshot().settings == ()
    world.apply(Set("health.interval", 2.5))
    world.apply(Set("load", 150.0))
    assert world.snapshot().settings == (("health.interval", "2.5"), ("load", "150%"))
    world.apply(Set("health.interval", SETTINGS["health.interval"].start))
    assert world.snapshot().settings == (("load", "150%"),)


@pytest.mark.parametrize(
    ("key", "value", "why"),
    [
        ("health.mood", 1.0, "there is no setting 'health.mood'; there are "),
        ("health.interval", 0.0, "health.interval is a number from 0.1 to 60 seconds"),
        ("health.threshold", 2.5, "health.threshold is a whole number from 1 to 20 checks"),
    ],
)
def test_a_knob_that_is_not_there_or_does_not_go_so_far(key: str, value: float, why: str) -> None:
    refusal = World(SANDBOX, [1]).refusal(Set(key, value))
    assert refusal is not None
    assert refusal.startswith(why)


def test_a_setting_of_each_class_is_named_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mood = Setting("mood", 0, 2, True, "", "for the test", 0, words=("calm", "glad", "wild"), per_class=True)
    monkeypatch.setitem(SETTINGS, "mood", mood)
    assert setting_of("mood.page") == (mood, "page")
    assert setting_of("mood") == (mood, None)
    assert setting_of("health.interval.page") is None
    assert [mood.text(value) for value in (0.0, 1.0, 2.0)] == ["calm", "glad", "wild"]
    assert not mood.holds(0.5)


def test_every_setting_starts_where_it_can_be_set_to() -> None:
    for setting in SETTINGS.values():
        assert setting.holds(setting.start), setting.key
        assert np.isfinite(setting.start)
