"""A machine that dies for good, in an experiment."""

from __future__ import annotations

import pytest

from scalegame.model.snapshot import Snapshot
from scalegame.model.world import World
from tests.model.test_bits import PLAYS, play_on


def after_kill(world: World, name: str, ticks: int = 40) -> Snapshot:
    world.kill(name)
    play_on(world, {}, ticks=world.tick + ticks)
    return world.snapshot()


@pytest.mark.parametrize("name", PLAYS)
def test_a_machine_of_any_pool_of_any_world_can_die_for_good_and_all_is_still_counted(name: str) -> None:
    scenario, script = PLAYS[name]
    world = World(scenario, [7])
    play_on(world, script, ticks=62)
    before = world.state_hash()
    one_of_each = {machine.pool: machine for machine in world.snapshot().machines}
    for machine in one_of_each.values():
        then = after_kill(world.fork(), machine.name)
        # A standby takes over the name with the work; whoever was to leave is gone.
        taken = {machine.name, machine.name.replace("db", "standby")}
        here = [one.state for one in then.machines if one.name in taken]
        assert "dead" in here or not here
        assert sum(loss.count for loss in then.losses) == then.lost
    assert world.state_hash() == before


def test_nobody_repairs_it_and_its_pool_goes_on_without() -> None:
    scenario, _ = PLAYS["shop"]
    world = World(scenario, [7])
    play_on(world, {}, ticks=20)
    then = after_kill(world, "app-1", ticks=400)
    (dead,) = (one for one in then.machines if one.name == "app-1")
    assert dead.state == "dead"
    assert not dead.in_rotation


def test_a_machine_that_does_not_stand_cannot_die() -> None:
    with pytest.raises(KeyError):
        World(PLAYS["shop"][0], [7]).kill("app-99")
