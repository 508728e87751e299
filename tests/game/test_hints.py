"""A hint comes after a while of trouble, one after another with a rest between, and never twice."""

from __future__ import annotations

import pytest

from scalegame.game.hints import Given, Hints, in_trouble
from scalegame.game.history import Second
from scalegame.game.session import Session
from scalegame.model.catalogue import HINT_AFTER_SECONDS, HINT_LOSSES, HINT_RESTS_SECONDS, RED_SATURATION
from scalegame.model.snapshot import Latency
from tests.game.played_levels import CALM, FLOOD, make_level

AFTER, RESTS = int(HINT_AFTER_SECONDS), int(HINT_RESTS_SECONDS)


def second(at: float, *, lost: float = 0.0, saturation: float = 0.5, offered: float = 100.0) -> Second:
    return Second(at, offered, offered - lost, lost, 0.0, Latency(1.0, 1.0, 1.0, 1.0), (), (), 0, "app-1", saturation)


def troubled(begin: int, end: int) -> list[Second]:
    """The seconds that end from ``begin`` to ``end``, all of them bad."""
    return [second(float(at), lost=50.0) for at in range(begin, end + 1)]


def calm(begin: int, end: int) -> list[Second]:
    return [second(float(at)) for at in range(begin, end + 1)]


def moments(seconds: list[Second], *texts: str) -> list[tuple[float, str]]:
    hints = Hints(texts)
    found = hints.follow(seconds)
    assert found == hints.given
    return [(hint.seconds, hint.text) for hint in found]


def test_a_hint_comes_once_the_trouble_has_lasted() -> None:
    assert moments(troubled(1, AFTER - 1), "a") == []
    assert moments(troubled(1, AFTER), "a") == [(AFTER, "a")]


def test_a_calm_second_begins_the_wait_anew() -> None:
    broken = [*troubled(1, AFTER - 1), *calm(AFTER, AFTER), *troubled(AFTER + 1, 2 * AFTER - 1)]
    assert moments(broken, "a") == []


def test_one_comes_after_another_with_a_rest_between_and_none_twice() -> None:
    assert moments(troubled(1, 1000), "a", "b") == [(AFTER, "a"), (AFTER + RESTS, "b")]


def test_after_a_rest_the_trouble_has_to_last_again() -> None:
    later = [*troubled(1, AFTER), *calm(AFTER + 1, AFTER + RESTS), *troubled(AFTER + RESTS + 1, 3 * AFTER + RESTS)]
    assert moments(later, "a", "b") == [(AFTER, "a"), (2 * AFTER + RESTS, "b")]


def test_it_does_not_matter_in_how_many_looks_the_seconds_are_seen() -> None:
    seconds = troubled(1, 60)
    hints = Hints(("a", "b", "c"))
    for upto in range(0, 61, 7):
        hints.follow(seconds[:upto])
    hints.follow(seconds)
    assert hints.given == Hints(("a", "b", "c")).follow(seconds)


def test_time_in_which_none_is_wanted_does_not_count() -> None:
    hints, seconds = Hints(("a",)), troubled(1, 100)
    assert hints.follow(seconds[:50], wanted=False) == []
    assert hints.follow(seconds) == [Given(50.0 + AFTER, "a")]


def test_a_level_without_hints_has_none() -> None:
    assert moments(troubled(1, 100)) == []
    assert Hints(()).left == 0


@pytest.mark.parametrize(
    ("seen", "bad"),
    [
        (second(1.0, saturation=RED_SATURATION), True),
        (second(1.0, saturation=RED_SATURATION - 0.01), False),
        (second(1.0, lost=100.0 * HINT_LOSSES), False),
        (second(1.0, lost=100.0 * HINT_LOSSES + 0.1), True),
        (second(1.0, offered=0.0), False),
        (second(1.0, offered=0.0, lost=5.0), True),
    ],
)
def test_trouble_is_red_or_losses_worth_a_word(seen: Second, bad: bool) -> None:
    assert in_trouble(seen) is bad


def test_following_a_run_leaves_its_state_alone() -> None:
    level = make_level(CALM, FLOOD, uptime=0.0)
    alone, followed, hints = Session(level, 3), Session(level, 3), Hints(("a", "b"))
    while not alone.over:
        alone.step()
        followed.step()
        hints.follow(followed.history.seconds)
    assert hints.given
    assert followed.state() == alone.state()
