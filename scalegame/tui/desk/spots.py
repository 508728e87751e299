"""The boxes of the picture and what stands in them: a snapshot's pools and services, in a request's order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.tui.cells.figures import count, duration, percent

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.model.snapshot import PoolView, Snapshot, TierName

COLUMNS: tuple[tuple[TierName, ...], ...] = (("door",), ("servers",), ("cache", "data", "workers"))
"""The tiers, from left to right in a request's order; the cache stands above the database, the workers below it."""
OFFERED: dict[TierName, str] = {"door": "balancer", "cache": "cache"}
"""What has a place in the picture before it stands."""
BACKLOG_SECONDS = 5.0
"""A message that is older makes the queue's box amber."""
CROWD = 12
"""Machines of a pool up to which each is drawn and walked through; a bigger one is a crowd: one stop, and one picture
of all. A fixed number and not what happens to fit, so that neither keys nor picture change with the window."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A box of the picture: a pool, the pools that hold the data together, or a service without machines of ours. No
    pools and no note where nothing stands yet."""

    name: str
    tier: TierName
    pools: tuple[PoolView, ...] = ()
    note: str = ""
    """What a service is at, in a few words."""
    brief: str = ""
    """The same where there is less room for it."""
    flow: float = 0.0
    """Requests a second that a service takes."""
    troubled: bool = False

    @property
    def placed(self) -> bool:
        return bool(self.pools or self.note)

    @property
    def up(self) -> int:
        """Machines that answer."""
        return sum(pool.up for pool in self.pools)

    @property
    def size(self) -> int:
        """All machines."""
        return sum(pool.machines for pool in self.pools)

    @property
    def load(self) -> float:
        """Utilisation of its fullest pool: how much more could come."""
        return max((pool.utilisation for pool in self.pools), default=0.0)

    @property
    def inflow(self) -> float:
        """Requests a second."""
        return self.flow + sum(pool.arrival_rate for pool in self.pools)

    @property
    def answers(self) -> bool:
        """Something takes what comes: a service always does."""
        return self.up > 0 or not self.pools


def crowded(pool: PoolView) -> bool:
    """Too many machines to be walked through one by one."""
    return pool.machines > CROWD


def offered(level: Level, name: str) -> bool:
    """Whether this level lets the player place what does not stand yet."""
    return level.unlocked is None or "place" in level.unlocked or f"place {name}" in level.unlocked


def spots(snapshot: Snapshot, level: Level) -> list[list[Spot]]:
    """The boxes of the picture, in columns from left to right."""
    columns = [[spot for tier in group for spot in _spots(tier, snapshot, level)] for group in COLUMNS]
    return [column for column in columns if column]


def _spots(tier: TierName, snapshot: Snapshot, level: Level) -> list[Spot]:
    pools = tuple(pool for pool in snapshot.pools if pool.tier == tier)
    if tier == "servers":
        return [Spot(pool.name, tier, (pool,)) for pool in pools]
    return [*_services(tier, snapshot, level), *_standing(tier, pools, level)]


def _standing(tier: TierName, pools: tuple[PoolView, ...], level: Level) -> list[Spot]:
    if pools:
        return [Spot(pools[0].name, tier, pools)]
    name = OFFERED.get(tier)
    return [Spot(name, tier)] if name is not None and offered(level, name) else []


def _services(tier: TierName, snapshot: Snapshot, level: Level) -> list[Spot]:
    """What does its work without a machine of ours."""
    classes = level.scenario.classes
    if tier == "door" and any(kind.static for kind in classes):
        edge = next((store for store in snapshot.copies if store.place == "cdn"), None)
        if edge is not None:
            return [Spot("cdn", tier, note=f"{percent(edge.hit_share)} hits", flow=edge.asked_rate)]
        return [Spot("cdn", tier)] if offered(level, "cdn") else []
    if tier == "data" and snapshot.uploads == "object":
        return [Spot("storage", tier, note=f"{count(snapshot.files_stored)} files")]
    if tier == "workers" and any(kind.job_ms for kind in classes):
        queue = snapshot.queue
        if queue is not None:
            old = queue.oldest_seconds >= BACKLOG_SECONDS
            age = f", {duration(queue.oldest_seconds)} old" if old else ""
            brief = f"{count(queue.depth)}, {duration(queue.oldest_seconds)} old" if old else ""
            note = f"{count(queue.depth)} wait{age}"
            return [Spot("queue", tier, note=note, brief=brief, flow=queue.accepted_rate, troubled=old)]
        return [Spot("queue", tier)] if offered(level, "queue") else []
    return []
