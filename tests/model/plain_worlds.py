"""Worlds with one thing in them: a pool, a class, steady traffic. What a test adds is what it is about."""

from __future__ import annotations

from scalegame.model.catalogue import SIZES, Size
from scalegame.model.orders import Order
from scalegame.model.scenario import (
    Algorithm,
    BalancerPlan,
    Fault,
    PoolPlan,
    RequestClass,
    Retries,
    Scenario,
    SessionHome,
    Start,
    Traffic,
)
from scalegame.model.snapshot import MachineView, Snapshot
from scalegame.model.world import World

LAB = Size("lab", cores=1, slots=10**6, backlog=0, price=1.0)


def pool(
    machines: int = 1,
    *,
    rate: float = 50.0,
    cpu_ms: float = 10.0,
    db_ms: float = 0.0,
    algorithm: Algorithm | None = None,
    kind: str = "l4",
    size: Size = LAB,
    database: Size | None = None,
    session: bool = False,
    sessions: SessionHome = "memory",
    cache: bool = False,
    timeout_ms: float | None = None,
    retries: Retries | None = None,
    faults: tuple[Fault, ...] = (),
    random_faults: bool = False,
    seconds: float = 1000.0,
) -> Scenario:
    return Scenario(
        seconds=seconds,
        classes=(
            RequestClass(
                "page", cpu_ms=cpu_ms, db_read_ms=db_ms, session=session, timeout_ms=timeout_ms, retries=retries
            ),
        ),
        traffic=(Traffic("page", ((0.0, rate), (seconds, rate))),),
        start=Start(
            app=PoolPlan(size.name, machines),
            database=None if database is None else PoolPlan(database.name),
            cache=PoolPlan("small") if cache else None,
            balancer=None if algorithm is None else BalancerPlan(kind, algorithm, 1, "wire"),  # type: ignore[arg-type]  # l4 or l7
            sessions=sessions,
        ),
        sizes={**SIZES, size.name: size, **({database.name: database} if database else {})},
        ladder=(size.name, "small", "medium", "large", "xlarge", "huge", "metal"),
        faults=faults,
        random_faults=random_faults,
    )


def after(scenario: Scenario, seconds: float, seeds: int = 1) -> World:
    return go_on(World(scenario, range(1, seeds + 1)), seconds)


def go_on(world: World, seconds: float) -> World:
    for _ in range(round(seconds * 10)):
        world.step()
    return world


def give(world: World, order: Order) -> None:
    assert world.refusal(order) is None
    world.apply(order)


def machine(seen: Snapshot, name: str) -> MachineView:
    return next(view for view in seen.machines if view.name == name)


def lost(seen: Snapshot, cause: str) -> int:
    return sum(loss.count for loss in seen.losses if loss.cause == cause)


def seconds_until(world: World, name: str, state: str, most: float = 60.0) -> float:
    """How long from now until a machine is in that state."""
    start = world.tick
    while machine(world.snapshot(), name).state != state:
        world.step()
        assert world.tick - start <= most * 10
    return (world.tick - start) / 10
