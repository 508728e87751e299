"""Worlds with data that caches may keep copies of: one shop, its goods and its pictures. What a test adds is what it is
about."""

from __future__ import annotations

from scalegame.game.command import parse
from scalegame.model.catalogue import SIZES, Size
from scalegame.model.scenario import DataSet, Fault, PoolPlan, RequestClass, Scenario, Start, Traffic
from scalegame.model.snapshot import CopiesView
from scalegame.model.world import World
from tests.model.plain_worlds import go_on

BIG = Size("big", cores=32, slots=10**6, backlog=0, price=1.0)
PAIR = Size("pair", cores=2, slots=200, backlog=200, price=1.0)
"""A database that can do with 2,000 ms of work a second; how much it remembers is its size's memory."""


def shop(
    *,
    rate: float = 300.0,
    writes: float = 0.0,
    pictures: float = 0.0,
    read_ms: float = 5.0,
    items: int = 2000,
    stale_ms: float = 1e12,
    ttl: float = 0.0,
    cache: bool = False,
    cdn: bool = False,
    far: float = 0.0,
    memory_gb: float = 0.0,
    item_kb: float = 4.0,
    session: bool = False,
    faults: tuple[Fault, ...] = (),
    seconds: float = 1000.0,
) -> Scenario:
    """Goods that are read from the database, orders that write them, pictures that are the same for all."""
    flows = {"goods": rate, "order": writes, "picture": pictures}
    small = Size("shelf", cores=2, slots=10**6, backlog=0, price=0.5, memory_gb=1.0)
    pair = Size("pair", cores=2, slots=200, backlog=200, price=1.0, memory_gb=memory_gb)
    return Scenario(
        seconds=seconds,
        classes=(
            RequestClass("goods", cpu_ms=1, db_read_ms=read_ms, reads="goods", stale_ms=stale_ms, ttl=ttl,
                         session=session),
            RequestClass("order", "/order", cpu_ms=1, db_write_ms=1, writes="goods"),
            RequestClass("picture", "/img", cpu_ms=1, reads="pictures", static=True, kb=100.0, far=far, ttl=ttl),
        ),
        traffic=tuple(Traffic(name, ((0.0, flow), (seconds, flow))) for name, flow in flows.items() if flow),
        start=Start(
            app=PoolPlan("big"), database=PoolPlan("pair"), cache=PoolPlan("shelf") if cache else None, cdn=cdn,
            network_ms=10.0, sessions="cache" if session else "memory",
        ),
        slo_latency_ms=500.0,
        sizes={**SIZES, "big": BIG, "pair": pair, "shelf": small},
        ladder=("shelf", "small", "medium", "large"),
        faults=faults,
        data=(DataSet("goods", items, 1.0, item_kb), DataSet("pictures", 500, 1.0, 100.0)),
    )  # fmt: skip


def say(world: World, *lines: str) -> World:
    """Give orders as a player types them."""
    for line in lines:
        command = parse(line)
        assert world.refusal(command) is None, world.refusal(command)  # type: ignore[arg-type]  # no launch, no rule
        world.apply(command)  # type: ignore[arg-type]  # as above
    return world


def refusal(world: World, line: str) -> str | None:
    return world.refusal(parse(line))  # type: ignore[arg-type]  # no launch, no rule


def consequence(world: World, line: str) -> str:
    return world.quote(parse(line)).consequence  # type: ignore[arg-type]  # no launch, no rule


def copies(world: World, place: str) -> CopiesView:
    return next(store for store in world.snapshot().copies if store.place == place)


def used(world: World, pool: str) -> float:
    """Mean utilisation of a pool over the next ten seconds."""
    seen = []
    for _ in range(10):
        go_on(world, 1)
        seen.append(next(view.utilisation for view in world.snapshot().pools if view.name == pool))
    return sum(seen) / len(seen)


def lost_in(world: World, seconds: float, cause: str | None = None, place: str | None = None) -> float:
    """Share of the requests of the next seconds that are lost, for that cause and there."""

    def so_far() -> tuple[int, int]:
        seen = world.snapshot()
        here = [loss.count for loss in seen.losses if cause in (None, loss.cause) and place in (None, loss.place)]
        return sum(here), seen.offered

    lost, offered = so_far()
    go_on(world, seconds)
    after, all_after = so_far()
    return (after - lost) / (all_after - offered)
