"""What is played to prove a level."""

from __future__ import annotations

from dataclasses import replace

from scalegame.game.proving.builds import Build, builds
from tests.game.proving.hand_made import CHEAP, GOOD, IDLE, level_with


def lines(build: Build) -> list[tuple[int, str]]:
    return [(order.tick, order.line) for order in build.script]


def test_beside_its_own_builds_a_level_is_played_in_all_lazy_ways() -> None:
    level = level_with(replace(GOOD, commands=("5 place balancer l4", "9.5 add app 2")), IDLE)
    level = replace(level, teaches=("place balancer",))
    played = builds(level)
    assert [build.kind for build in played] == [
        "proof", "proof", "nothing", "biggest", "biggest", "without", "at-once",
    ]  # fmt: skip
    assert lines(played[2]) == []
    assert lines(played[5]) == [(95, "add app 2")]
    assert lines(played[6]) == [(0, "place balancer l4"), (0, "add app 2")]
    assert played[5].name == "without place balancer: good"


def test_the_biggest_machines_are_asked_for_until_the_purse_can_pay_them() -> None:
    level = replace(level_with(GOOD), teaches=("place balancer",))
    first, second = (build for build in builds(level) if build.kind == "biggest")
    assert lines(first)[:2] == [(0, "resize app metal"), (50, "resize app metal")]
    assert lines(second)[0] == (200, "resize app metal")


def test_where_resizing_is_the_lesson_the_biggest_machine_may_win() -> None:
    assert not [build for build in builds(level_with(GOOD)) if build.kind == "biggest"]


def test_builds_that_lose_are_not_made_lazier() -> None:
    kinds = [build.kind for build in builds(level_with(IDLE, CHEAP))]
    assert kinds.count("without") == kinds.count("at-once") == 1


def test_a_level_for_looking_is_its_own_builds_only() -> None:
    looking = replace(level_with(GOOD, IDLE), pack="lab")
    assert [build.kind for build in builds(looking)] == ["proof", "proof"]
