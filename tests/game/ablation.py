"""Runs that are played again with one thing taken away, to see whether what was lost goes with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from scalegame.game.level import Level
from scalegame.game.session import Session
from scalegame.model.catalogue import Size

Orders = Sequence[tuple[int, str]]
ROOM = 6
"""Times as many cores and slots."""


def play(level: Level, seed: int, orders: Orders = (), *, strict: bool = True) -> Session:
    """To the end, with orders by tick; not ``strict``, one that is refused is left out."""
    session = Session(level, seed)
    waiting = list(orders)
    while not session.over:
        while waiting and waiting[0][0] <= session.tick:
            refusal = session.do(waiting.pop(0)[1])
            assert refusal is None or not strict, refusal
        session.step()
    return session


def lost_between(session: Session, begin: float, end: float, causes: Sequence[str] = ()) -> int:
    """Requests lost in these seconds, of all causes or of some."""
    return sum(
        count
        for second in session.history.seconds
        if begin <= second.seconds <= end
        for cause, _, count in second.losses
        if not causes or cause in causes
    )


@dataclass(frozen=True, slots=True)
class Ablation:
    """Which of these is taken away."""

    orders: frozenset[int] = frozenset()
    """Positions of the player's orders."""
    faults: frozenset[int] = frozenset()
    """Positions of the level's events."""
    full: str = ""
    """The pool that gets more room."""
    classes: tuple[tuple[str, float], ...] = ()
    """What all classes are otherwise: fields of a request class, and values."""

    def of(self, level: Level, seed: int, orders: Orders) -> Session:
        kept = [order for at, order in enumerate(orders) if at not in self.orders]
        scenario = level.scenario
        faults = tuple(fault for at, fault in enumerate(scenario.faults) if at not in self.faults)
        scenario = replace(scenario, faults=faults)
        fields = dict(self.classes)
        otherwise = tuple(replace(kind, **fields) for kind in scenario.classes)  # type: ignore[arg-type]  # fields by name
        scenario = replace(scenario, classes=otherwise)
        level = replace(level, scenario=scenario)
        return play(roomier(level, self.full) if self.full else level, seed, kept, strict=False)


def roomier(level: Level, pool: str) -> Level:
    """The same level, whose machines of a pool, at the start, do much more: that its size is full is no more."""
    start, sizes = level.scenario.start, dict(level.scenario.sizes)

    def bigger(size: Size) -> Size:
        return replace(
            size, cores=size.cores * ROOM, slots=size.slots * ROOM, backlog=size.backlog * ROOM,
            memory_gb=size.memory_gb * ROOM, contention=0.0,
        )  # fmt: skip

    plan = start.balancer if pool == "balancer" else getattr(start, pool, None)
    if plan is None:
        # Ordered by the player: all sizes.
        sizes = {name: bigger(size) for name, size in sizes.items()}
    else:
        roomy = bigger(sizes[plan.size])
        sizes["roomy"] = replace(roomy, name="roomy")
        start = replace(start, **{pool: replace(plan, size="roomy")})  # type: ignore[arg-type]  # a field by its name
    return replace(level, scenario=replace(level.scenario, sizes=sizes, start=start))
