"""What can be ordered of a world: the meaning of a command line, without its text and without its price check."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from scalegame.model.scenario import Algorithm, BalancerKind, DataHome, SessionHome, UploadHome, Zone


@dataclass(frozen=True, slots=True)
class Resize:
    """Resize a machine, or each of a pool's: all at once, or one after another with ``rolling``."""

    target: str
    size: str
    rolling: bool = False


@dataclass(frozen=True, slots=True)
class Add:
    """Without a zone they go where the pool has fewest."""

    pool: str
    count: int = 1
    size: str | None = None
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Remove:
    """A machine by name, or the newest ``count`` of a pool, which without a count is one; the balancer, the cache and
    pools that were placed go as a whole, and so does the CDN. With a class, what the cache or the CDN keeps of it."""

    target: str
    count: int | None = None
    of_class: str | None = None


@dataclass(frozen=True, slots=True)
class Restart:
    machine: str


@dataclass(frozen=True, slots=True)
class PlaceBalancer:
    kind: BalancerKind
    algorithm: Algorithm | None = None
    """None keeps what stands, round-robin at first."""
    machines: int | None = None
    size: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceCache:
    """Without a class: for all that can be looked up there. What stands keeps what it kept."""

    size: str | None = None
    ttl: float | None = None
    """Seconds; 0 is for ever, None leaves it as it is."""
    of_class: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceCdn:
    """Likewise, for what is the same for every user."""

    ttl: float | None = None
    of_class: str | None = None


@dataclass(frozen=True, slots=True)
class Purge:
    """A store forgets all it holds, or all of a class."""

    store: Literal["cdn", "cache"]
    of_class: str | None = None


@dataclass(frozen=True, slots=True)
class PlacePool:
    """Machines beside app, for what an L7 balancer sends there; one at first."""

    name: str
    size: str | None = None
    machines: int | None = None
    zone: Zone | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Send what is under a path to a pool; to app is back again."""

    path: str
    pool: str


@dataclass(frozen=True, slots=True)
class Shard:
    """Spread the data over so many database machines; 1 brings it together again."""

    shards: int


@dataclass(frozen=True, slots=True)
class PlaceQueue:
    """Leave a class's jobs to the message queue."""

    of_class: str


@dataclass(frozen=True, slots=True)
class RemoveQueue:
    """Do the jobs of a class, or of all, inline again. What is in the queue is still worked off."""

    of_class: str | None = None


@dataclass(frozen=True, slots=True)
class MoveSessions:
    home: SessionHome


@dataclass(frozen=True, slots=True)
class MoveUploads:
    home: UploadHome


@dataclass(frozen=True, slots=True)
class MoveData:
    home: DataHome


@dataclass(frozen=True, slots=True)
class Deploy:
    """A new release, or with ``rollback`` the one before, one machine after another."""

    pool: str
    rollback: bool = False


@dataclass(frozen=True, slots=True)
class Set:
    """Turn a knob: ``key`` is one of catalogue.SETTINGS, with ``.class`` behind it where each class has its own; of
    words, ``value`` is the number."""

    key: str
    value: float


@dataclass(frozen=True, slots=True)
class Autoscale:
    """Keep a pool at ``target`` percent utilisation with ``low`` to ``high`` machines, or leave it alone (``off``)."""

    pool: str
    low: int | None = None
    high: int | None = None
    target: float | None = None
    off: bool = False


@dataclass(frozen=True, slots=True)
class Cancel:
    """Take back an order that has not finished (``order`` as shown in the snapshot, say 3)."""

    order: int


Order: TypeAlias = (
    Resize
    | Add
    | Remove
    | Restart
    | Shard
    | PlaceBalancer
    | PlacePool
    | Route
    | PlaceCache
    | PlaceQueue
    | RemoveQueue
    | PlaceCdn
    | Purge
    | MoveSessions
    | MoveUploads
    | MoveData
    | Deploy
    | Set
    | Autoscale
    | Cancel
)
