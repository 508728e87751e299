"""All that a screen, a bot, a host or a test may see of a world: frozen, numbers and names, made when asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MachineState = Literal[
    "up", "booting", "resizing", "restarting", "draining", "deploying", "dead", "slow", "unreachable"
]

TierName = Literal["door", "servers", "cache", "data", "workers"]

BreakerState = Literal["closed", "open", "half-open"]

CAUSES = (
    "late", "time-out", "refused", "down", "crash", "logged-out", "leaked", "wrong", "shed", "breaker", "missing",
    "stale", "job-late", "done-twice", "dead-letter",
)  # fmt: skip
"""Why a request is lost: answered after the SLO's latency; given up by the client; no room; sent to a machine that does
not answer; on a machine that died; its user's session is unknown where it landed; made with a stolen token; answered
wrongly by a bad release; shed at the door; not sent on by an open breaker; the file or the data it asks for is not
where it landed, or lost; answered with what is out of date; accepted, and then its job was not done in time, or done
twice, or given up after the most deliveries."""

PURPOSES = ("served", "headroom", "redundancy", "waste")
"""What a dollar bought: cores at work; idle cores; idle cores that could stand in for the pool's biggest machine,
and what goes between zones; machines that were booting, resizing, dead, or billed after they were gone."""


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds; NaN where nothing was answered."""

    mean: float
    p50: float
    p95: float
    p99: float


@dataclass(frozen=True, slots=True)
class MachineView:
    name: str
    pool: str
    size: str
    cores: int
    slots: int
    backlog: int
    state: MachineState
    seconds_left: float
    """Until the state ends; 0 where it does not end by itself."""
    utilisation: float
    """Share of the cores at work, 0..1, over the last second."""
    waiting: float
    """Requests that wait for a core or a slot."""
    held: float
    """Slots held by requests that wait for downstream."""
    users: float
    """Sessions whose home is this machine."""
    arrival_rate: float
    """Requests a second, over the last second."""
    in_rotation: bool
    """The balancer sends it traffic."""
    price: float
    slow_factor: float
    zone: str = "a"
    cold_factor: float = 1.0
    """Work takes this many times as long while it warms up after a start."""
    seconds_cold: float = 0.0
    """Until it is warm."""
    wrong_share: float = 0.0
    """Of its answers: its release is bad."""
    carts: float = 0.0
    """Of those users: carts with something in them."""
    files: float = 0.0
    """Uploaded files on this machine's disk that somebody still asks for."""
    data_share: float = 0.0
    """Share of the service's data that is on this machine."""
    mtbf_seconds: float | None = None
    """Mean game time between its crashes; None where none comes by chance."""
    lost_with_it: str = ""
    """What goes with it for good, should it never come back: 'logs out 33 % of the users, loses 12 % of the data'."""


@dataclass(frozen=True, slots=True)
class PoolView:
    name: str
    tier: TierName
    """Where on a request's way it stands."""
    machines: int
    up: int
    utilisation: float
    """Of the cores that are up, over the last second."""
    waiting: float
    arrival_rate: float
    mean_utilisation: float
    """Since the warm-up."""
    queue_mean: float
    """Mean number waiting in the whole pool, since the warm-up."""
    wait: Latency
    """Wait for a core or a slot, since the warm-up."""


@dataclass(frozen=True, slots=True)
class QueuedClassView:
    """A class whose jobs are left to the queue, or were."""

    name: str
    queued: bool
    """False: it is done inline again, and what it has in the queue is worked off."""
    inside: int
    """Its messages that are not deleted."""
    oldest_seconds: float
    """Age of the oldest that waits for a worker; 0 where none does."""
    due_seconds: float
    """Until a job must be done."""
    idempotent: bool
    sojourn: Latency
    """From acceptance until the job is done."""


@dataclass(frozen=True, slots=True)
class QueueView:
    """The message queue. Counts of messages are since the start, times since the warm-up."""

    depth: int
    """Messages that wait for a worker."""
    oldest_seconds: float
    """Age of the oldest of them; 0 where none waits."""
    in_work: int
    """Worker cores at work on messages, those included that lost theirs to the visibility time-out."""
    invisible: int
    """Messages that a worker took and dropped; they come back at their visibility time-out."""
    accepted: int
    redelivered: int
    """Deliveries that were not their message's first."""
    duplicates: int
    """Jobs done that were done already."""
    dead_letters: int
    """Messages given up after the most receives."""
    wait: Latency
    """From acceptance until a worker has it."""
    sojourn: Latency
    """From acceptance until the job is done."""
    classes: tuple[QueuedClassView, ...] = ()
    visibility_seconds: float = 0.0
    most_receives: int = 0
    price: float = 0.0
    """Dollars a minute that its messages cost now; it is in the snapshot's price."""
    absorbed: int = 0
    """Jobs that came once more, and that an idempotent handler did not do again."""
    accepted_rate: float = 0.0
    """Messages a second, over the last second."""


@dataclass(frozen=True, slots=True)
class CallsView:
    """Calls to the database where time-outs, retries or a breaker are in use; over the last second."""

    breaker: BreakerState
    rate: float
    """Calls a second, first ones and retries."""
    retry_share: float
    """Retries' share of them."""
    time_out_rate: float
    """Calls a second whose callers gave up."""
    failing: float
    """Share of the calls in the breaker's window that failed."""
    wasted: float
    """Calls that the database works on still, and nobody waits for."""


@dataclass(frozen=True, slots=True)
class ClassView:
    name: str
    offered: int
    good: int
    lost: int
    latency: Latency
    """Of answered requests, since the warm-up."""


@dataclass(frozen=True, slots=True)
class Signals:
    """The four golden signals over the last second."""

    offered_rate: float
    """First attempts a second."""
    attempt_rate: float
    """First attempts and retries a second."""
    good_rate: float
    lost_rate: float
    latency: Latency
    saturation: float
    """Utilisation of the tightest place, smoothed."""
    tightest: str
    """Its name: a machine."""


@dataclass(frozen=True, slots=True)
class OrderView:
    """Something under way."""

    number: int
    text: str
    place: str
    seconds_left: float
    seconds: float
    kind: str = ""
    """As site.UnderWay has it."""


@dataclass(frozen=True, slots=True)
class AutoscalerView:
    """An autoscaler, with what it was told and what it wants."""

    pool: str
    low: int
    high: int
    target: float
    """Utilisation to keep, 0..1."""
    machines: int
    """Up, or on their way."""
    need: int
    """What it wanted at its last look."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something the model says aloud: a machine crashed, booted, a check noticed. ``weight``: 0 routine, 1 warning,
    2 trouble."""

    tick: int
    weight: int
    place: str
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Loss:
    cause: str
    place: str
    count: int


@dataclass(frozen=True, slots=True)
class FrontView:
    """How requests find their machine."""

    routes: tuple[tuple[str, str], ...] = ()
    """(start of a path, pool) of what an L7 balancer sends elsewhere than to app, longest path first."""
    tls: tuple[str, ...] = ()
    """Who reads what users encrypted and pays for it, "balancer" and "servers"; empty where they come in clear."""
    crossing_rate: float = 0.0
    """Requests a second that go from one zone to another."""
    crossing_price: float = 0.0
    """What they cost, dollars a minute; it is in ``price``."""


@dataclass(frozen=True, slots=True)
class StoreView:
    """A machine of the database."""

    name: str
    role: Literal["primary", "replica", "standby"]
    stands_for: str
    """Of a standby: the primary that it can take over from; else empty."""
    share: float
    """Of all calls that are expected, 0..1."""
    lag_seconds: float
    """Of a replica: the age of what it shows."""
    replay: float
    """Of a replica: cores that replay what was written."""
    connections: int
    connections_most: int | None
    """None: no limit."""


@dataclass(frozen=True, slots=True)
class DataView:
    """How the database's machines share the work."""

    shards: int = 0
    """Machines that the data is spread over; 0 where there is no database."""
    stores: tuple[StoreView, ...] = ()
    pooler: bool = False
    unconnected: tuple[str, ...] = ()
    """Servers that found no connection left."""


@dataclass(frozen=True, slots=True)
class ShelfView:
    """What a store keeps of a class of requests, or of a data set where it keeps pages. Over the last second."""

    name: str
    hit_share: float
    """Of what was asked, 0..1."""
    asked_rate: float
    """Requests a second."""
    stale_share: float
    """Of what it answers, what has been out of date for longer than the class tolerates."""
    write_rate: float
    """Writes a second to the data behind it, over some seconds."""
    ttl_seconds: float
    """0 is for ever."""


@dataclass(frozen=True, slots=True)
class CopiesView:
    """A store of copies, over the last second."""

    place: str
    """cdn, cache, pages in the memory of the database or of the boxes that have the data, replica: those in the
    replicas' memory, each its own."""
    hit_share: float
    asked_rate: float
    fetch_rate: float
    """Requests a second that went on to the origin: to the servers, the database, the disk."""
    stale_share: float
    entries: float
    kilobytes: float
    capacity_kilobytes: float | None
    """None: no limit."""
    session_kilobytes: float
    """What users' sessions take of the same memory; it is not in ``kilobytes``."""
    price: float
    """Dollars a minute beyond the rent of machines; it is in the snapshot's ``price``."""
    shelves: tuple[ShelfView, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    tick: int
    seconds: float
    offered: int
    """Requests whose fate is sealed, since the warm-up: good + lost."""
    good: int
    lost: int
    in_flight: int
    signals: Signals
    latency: Latency
    """Of all answered requests since the warm-up."""
    classes: tuple[ClassView, ...]
    pools: tuple[PoolView, ...]
    """balancer, app, cache, database: those that stand, in a request's order."""
    machines: tuple[MachineView, ...]
    losses: tuple[Loss, ...]
    """The ledger since the warm-up; the counts sum to ``lost``."""
    cost_micro: int
    """Micro-dollars spent since the start."""
    money_micro: tuple[tuple[str, int], ...]
    """(purpose, micro-dollars), in the order of PURPOSES; sums to cost_micro."""
    price: float
    """Dollars a minute now."""
    orders: tuple[OrderView, ...]
    sessions: str
    """Where the users' sessions live: memory, sticky, cache or token; empty where nothing needs one."""
    balancer_kind: str | None
    balancer_algorithm: str | None
    lost_by_cause_rate: tuple[tuple[str, float], ...]
    """(cause, lost a second) over the last second, those above 0, most first."""
    retry_share: float
    """Retries' share of all attempts, over the last second."""
    front: FrontView = FrontView()
    database: DataView = DataView()
    settings: tuple[tuple[str, str], ...] = ()
    """(key, value) of what `set` has changed, as a player writes it."""
    autoscalers: tuple[AutoscalerView, ...] = ()
    calls: CallsView | None = None
    """None where no time-out, retry or breaker of the operator's is in use."""
    queue: QueueView | None = None
    """The message queue; None where nothing was ever left to one."""
    copies: tuple[CopiesView, ...] = ()
    """What keeps copies: cdn, cache, pages, replica, those that stand."""
    zones_out: tuple[tuple[str, float], ...] = ()
    """(zone, seconds until it is back)."""
    uploads: str = ""
    """Where uploaded files are written: disk or object; empty where nobody uploads."""
    data: str = ""
    """Where the service's data lies: box or database; empty where nothing needs it."""
    files_stored: float = 0.0
    """Files in object storage that somebody still asks for."""
    storage_price: float = 0.0
    """Dollars a minute that object storage costs now."""
    files_lost: float = 0.0
    """Files that were lost so far."""
    leak_share: float = 0.0
    """Share of the requests that need a session which thieves make now."""
    leak_seconds: float = 0.0
    """Until the last stolen login works no more; 0 where none does."""
    sessions_evicted: float = 0.0
    """Share of the sessions that the cache has no room for."""
    data_lost: float = 0.0
    """Share of the data that is lost now: until a backup is read back, or for good."""
