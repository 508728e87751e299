"""The same run gives the same bits: in another process, among other runs, on another CPU, and after a fork.

After a change of results raise RULES in world.py and renew the golden hashes with

    python -m tests.model.test_bits
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from scalegame.model.orders import (
    Add,
    Deploy,
    MoveSessions,
    MoveUploads,
    Order,
    PlaceBalancer,
    PlaceCdn,
    PlacePool,
    PlaceQueue,
    Purge,
    Remove,
    RemoveQueue,
    Resize,
    Route,
    Set,
)
from scalegame.model.scenario import Scenario
from scalegame.model.world import RULES, World
from tests.model.small_worlds import shop, store

GOLDEN = Path(__file__).with_name("golden_hashes.json")
TICKS = 115

PLAYS: dict[str, tuple[Scenario, dict[int, Order]]] = {
    "shop": (shop(), {5: Add("app", 4), 30: MoveSessions("token"), 50: Remove("app", 2)}),
    "one-box": (shop(algorithm=None, machines=1, scv=0.0, faults=False), {10: Resize("app-1", "medium")}),
    "pooled": (shop(algorithm="two-choices", rate=200, size="small", scv=4.0), {20: Deploy("app")}),
    "sticky": (shop(algorithm="ip-hash", kind="l7", sessions="sticky"), {15: Set("health.interval", 2.0)}),
    "addresses": (
        shop(algorithm="ip-hash", rate=150, machines=3, size="small"),
        {9: Add("app", 1), 80: Set("balancer.hash", 1), 90: Remove("app-1"), 100: PlaceBalancer("l7", "round-robin")},
    ),
    "pools": (
        shop(kind="l7", size="small", rate=200),
        {5: PlacePool("images", "small", 2, "b"), 66: Route("/img", "images"), 95: Remove("images")},
    ),
    "replicas": (
        store(replicas=2, standby=True),
        {4: Set("replica.reads", 80.0), 40: Set("replica.max-lag", 0.2), 60: Set("pooler", 1.0)},
    ),
    "shards": (store(shards=3, standby=True), {30: Resize("db-2", "medium")}),
    "queue": (
        shop(jobs=True),
        {
            5: PlaceQueue("mail"),
            15: Set("queue.visibility", 0.5),
            60: Remove("worker"),
            70: Resize("worker-2", "small"),
            80: RemoveQueue("video"),
        },
    ),
    "state": (shop(database=None, files=True, sessions="cache"), {5: Add("app", 2), 20: MoveUploads("object")}),
    "copies": (
        shop(kind="l7", size="small", rate=200, copies=True, sessions="cache"),
        {5: PlaceCdn(), 20: Add("cache", 2), 40: Set("cache.purge", 1.0), 60: Set("ttl.page", 2.0), 90: Purge("cdn")},
    ),
    "front": (shop(algorithm=None, rate=300, size="large"), {8: PlaceBalancer("l7", "least-connections", 2, "small")}),
}


@cache
def played(name: str, seed: int = 7) -> dict[str, str]:
    """The state after a play, a hash a subsystem."""
    scenario, script = PLAYS[name]
    world = World(scenario, [seed])
    play_on(world, script)
    return world.state_hash()


def play_on(world: World, script: dict[int, Order], run: int = 0, ticks: int = TICKS) -> None:
    for tick in range(world.tick, ticks):
        if tick in script:
            assert world.refusal(script[tick], run) is None
            world.apply(script[tick], run)
        world.step()
    world.catch_up()


def in_another_process(**environment: str) -> dict[str, dict[str, str]]:
    code = (
        "import json; from tests.model.test_bits import PLAYS, played; print(json.dumps({n: played(n) for n in PLAYS}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, dict[str, str]] = json.loads(done.stdout)
    return result


def other_cpu_names() -> str:
    """What numpy calls the features that it is to leave alone here."""
    newer = tuple(int(part) for part in np.__version__.split(".")[:2]) >= (2, 4)
    return (
        "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"
        if newer
        else "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX AVX512_CLX AVX512_CNL"
    )


@pytest.mark.parametrize("name", PLAYS)
def test_a_run_gives_the_golden_bits(name: str) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert golden["rules"] == RULES, "results changed: renew the golden hashes as the docstring says"
    assert played(name) == golden["plays"][name]


@pytest.mark.slow
def test_an_older_cpu_gives_the_same_bits() -> None:
    here = {name: played(name) for name in PLAYS}
    assert in_another_process(NPY_DISABLE_CPU_FEATURES=other_cpu_names()) == here


@pytest.mark.slow
@pytest.mark.parametrize("seed", ["1", "4711"])
def test_the_order_of_hashes_does_not_matter(seed: str) -> None:
    assert in_another_process(PYTHONHASHSEED=seed) == {name: played(name) for name in PLAYS}


@pytest.mark.parametrize("name", PLAYS)
def test_a_run_alone_is_the_run_among_others(name: str) -> None:
    """The others have other seeds and build other things: pools that grow past their columns, balancers, sessions."""
    scenario, script = PLAYS[name]
    crowd = World(scenario, [3, 7, 11])
    others: dict[int, list[tuple[int, Order]]] = {
        2: [(0, Add("app", 9, "small")), (0, Remove("replica")), (2, Add("replica", 2)), (2, Add("standby"))],
        3: [(0, Add("standby")), (2, Set("pooler", 1.0)), (2, Set("replica.max-lag", 1.0))],
        12: [(2, PlaceBalancer("l7", "two-choices", 2, "medium"))],
        14: [(0, Add("app", 1, "large", "c")), (0, Set("balancer.weights", 1.0))],
        18: [(2, PlacePool("api", "small", 2, "b"))],
        25: [(0, Resize("app-1", "large"))],
        33: [(2, MoveSessions("cache"))],
        60: [(0, Remove("app", 3))],
        84: [(2, Route("/img", "api")), (0, MoveSessions("sticky"))],
    }
    for tick in range(TICKS):
        for run, order in others.get(tick, []):
            if crowd.refusal(order, run) is None:
                crowd.apply(order, run)
        if tick in script:
            crowd.apply(script[tick], 1)
        crowd.step()
    assert crowd.state_hash(1) == played(name)


@pytest.mark.parametrize("name", PLAYS)
def test_a_fork_has_the_same_future_and_leaves_the_present_alone(name: str) -> None:
    scenario, script = PLAYS[name]
    world = World(scenario, [7])
    play_on(world, script, ticks=60)
    now = world.state_hash()
    fork = world.fork()
    play_on(fork, script)
    assert world.state_hash() == now
    play_on(world, script)
    assert world.state_hash() == fork.state_hash() == played(name)


def test_a_fork_that_is_built_on_goes_its_own_way() -> None:
    world = World(shop(), [7])
    play_on(world, {}, ticks=20)
    fork = world.fork()
    fork.apply(Add("app", 3))
    play_on(fork, {}, ticks=40)
    play_on(world, {}, ticks=40)
    assert len(fork.snapshot().machines) == len(world.snapshot().machines) + 3
    assert fork.state_hash()["machines"] != world.state_hash()["machines"]


def test_seeds_differ() -> None:
    assert played("shop", 7)["ledger"] != played("shop", 8)["ledger"]


def test_looking_changes_nothing() -> None:
    scenario, script = PLAYS["shop"]
    world = World(scenario, [7])
    for tick in range(TICKS):
        if tick in script:
            world.apply(script[tick])
        world.quote(Resize("app", "large"))
        world.forecast([1.0, 5.0])
        world.step()
        world.snapshot()
        world.happenings()
        world.state_hash()
    assert world.state_hash() == played("shop")


def test_what_comes_does_not_depend_on_what_is_built() -> None:
    """First attempts are the seed's alone."""
    built, bare = World(shop(), [5]), World(shop(), [5])
    play_on(built, {3: Add("app", 6), 40: MoveSessions("token")})
    play_on(bare, {})
    assert built.site.books.state.born.tolist() == bare.site.books.state.born.tolist()


if __name__ == "__main__":
    hashes = {"rules": RULES, "plays": {name: played(name) for name in PLAYS}}
    GOLDEN.write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")
