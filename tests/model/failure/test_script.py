"""What a level has written down fails when it says, and after a launch as a player would think fair."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.failure.script import dealt_seconds
from scalegame.model.scenario import Fault
from scalegame.model.world import World
from tests.model.plain_worlds import go_on, pool


def told(
    faults: tuple[Fault, ...], launches: dict[float, float], seconds: float = 100.0, seed: int = 1
) -> list[tuple[float, str]]:
    """(second, 'warned' or what happened) in a plan of 100 s that is launched at these seconds to those of the plan."""
    world = World(pool(6, rate=5, algorithm="random", faults=faults, seconds=100.0), [seed])
    while world.tick < seconds * 10:
        if world.tick / 10 in launches:
            world.launch(0, launches[world.tick / 10])
        go_on(world, 0.1)
    said = {"omen": "warned", "stop": "died", "blip": "cut off"}
    return [(one.tick / 10, said[one.kind]) for one in world.happenings() if one.kind in said]


CRASH = Fault("crash", 50.0, "app-1", warning="memory errors", warning_seconds=10.0)
BLIP = Fault("blip", 55.0, "app-2", lasts=1.0)


def test_without_a_launch_it_fails_as_it_is_written() -> None:
    assert told((CRASH, BLIP), {}) == [(40.0, "warned"), (50.0, "died"), (55.0, "cut off")]


def test_a_launch_escapes_nothing_and_what_it_left_out_comes_one_after_another() -> None:
    assert told((CRASH, BLIP), {20.0: 60.0}) == [(40.0, "warned"), (50.0, "died"), (55.0, "cut off")]


def test_what_is_of_the_next_stage_comes_with_it() -> None:
    later = Fault("blip", 80.0, "app-2", lasts=1.0)
    assert told((CRASH, later), {20.0: 60.0}) == [(40.0, "warned"), (40.0, "cut off"), (50.0, "died")]


def test_a_warning_keeps_its_lead_whatever_is_launched() -> None:
    soon = dataclasses.replace(CRASH, seconds=62.0)
    assert told((soon,), {20.0: 60.0}) == [(20.0, "warned"), (30.0, "died")]


@pytest.mark.parametrize("to_second", [49.0, 60.0])
def test_what_was_announced_comes_when_it_was_announced_for(to_second: float) -> None:
    assert told((CRASH,), {45.0: to_second}) == [(40.0, "warned"), (50.0, "died")]


def test_nothing_is_escaped_by_being_done_before() -> None:
    """The level ends 10 s after the launch: what was to come within a minute comes within these."""
    first, last = Fault("crash", 40.0, "app-1"), Fault("crash", 70.0, "app-2")
    said = told((first, last), {10.0: 90.0}, seconds=20.0)
    assert [what for _, what in said] == ["died", "died"]
    assert said[0][0] == pytest.approx(15.0, abs=0.2)
    assert 19.0 < said[1][0] < 20.0


DEALT = tuple(
    dataclasses.replace(fault, shuffle="day")
    for fault in (
        Fault("crash", 30.0, "app-1", warning="memory errors", warning_seconds=10.0),
        Fault("blip", 55.0, "app-2", lasts=1.0, warning="a loose plug", warning_seconds=5.0),
        Fault("disk-loss", 80.0, "app-3"),
    )
)


def test_the_seed_deals_the_seconds_of_a_group_out_and_all_orders_come_up() -> None:
    dealt = [dealt_seconds(DEALT, seed) for seed in range(1, 101)]
    assert {tuple(sorted(seconds)) for seconds in dealt} == {(30.0, 55.0, 80.0)}
    assert len(set(dealt)) == 6
    assert all(8 <= dealt.count(order) <= 30 for order in set(dealt))


def test_who_is_of_no_group_or_of_another_keeps_out_of_the_deal() -> None:
    alone = Fault("crash", 10.0, "app-4")
    pair = (Fault("crash", 90.0, "app-5", shuffle="night"), Fault("crash", 95.0, "app-6", shuffle="night"))
    for seed in range(1, 21):
        seconds = dealt_seconds((alone, *DEALT, *pair), seed)
        assert seconds[0] == 10.0
        assert sorted(seconds[4:]) == [90.0, 95.0]
        assert seconds[1:4] == dealt_seconds((*DEALT, *pair), seed)[:3]


def test_a_warning_keeps_its_lead_wherever_it_is_dealt_to() -> None:
    crash, plug = DEALT[0], DEALT[1]
    for seed in range(1, 9):
        first, second = dealt_seconds((crash, plug), seed)
        happened = [(first - 10.0, "warned"), (first, "died"), (second - 5.0, "warned"), (second, "cut off")]
        assert told((crash, plug), {}, seed=seed) == sorted(happened)


def test_a_launch_moves_what_was_dealt_from_where_it_was_dealt_to() -> None:
    later = next(seed for seed in range(1, 99) if dealt_seconds(DEALT[:2], seed) == (55.0, 30.0))
    assert told(DEALT[:2], {5.0: 15.0}, seed=later) == [
        (15.0, "warned"), (20.0, "cut off"), (35.0, "warned"), (45.0, "died"),
    ]  # fmt: skip
