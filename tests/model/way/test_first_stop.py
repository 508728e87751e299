"""What is worked out for the first tier before its tick comes to the same as in the tick."""

from __future__ import annotations

import pytest

from scalegame.model.orders import Add, Order, PlaceBalancer, Set
from scalegame.model.scenario import Scenario
from scalegame.model.way import tiers
from scalegame.model.world import World
from tests.model.lab_runs import lab_like

PLAYS: dict[str, tuple[Scenario, tuple[Order, ...]]] = {
    "a lone server": (lab_like("mm1-90"), ()),
    "servers picked at random, one more of them in the middle of a block": (lab_like("two-tiers"), (Add("app"),)),
    "a balancer that is placed": (lab_like("two-tiers"), (PlaceBalancer("l4", "random", 1, "small"),)),
    "time-outs and retries": (lab_like("retry-storm"), ()),
    "shedding": (lab_like("mm1-95"), (Set("shed", 20.0),)),
}


def played(name: str) -> dict[str, str]:
    """The state of three runs after 20 s, of which one gets the orders at 3.7 s."""
    scenario, orders = PLAYS[name]
    world = World(scenario, [1, 2, 3])
    for tick in range(200):
        if tick == 37:
            for order in orders:
                assert world.refusal(order, 1) is None
                world.apply(order, 1)
        world.step()
    world.catch_up()
    return world.state_hash()


@pytest.mark.parametrize("name", PLAYS)
def test_ahead_and_in_the_tick_are_the_same(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    ahead = played(name)
    monkeypatch.setattr(tiers, "foresee", lambda *_: None)
    assert played(name) == ahead


def test_it_is_worked_out_ahead() -> None:
    world = World(lab_like("two-tiers"), [1])
    for _ in range(10):
        world.step()
    known = world._tiers._first_stop
    assert known is not None
    assert known.split is not None
