"""What the model is told before the first tick: plain frozen data, no file, no defaults of a file format."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from scalegame.model.catalogue import BAD_DEPLOYS, SIZES, Size

SessionHome = Literal["memory", "sticky", "cache", "token"]
UploadHome = Literal["disk", "object"]
DataHome = Literal["box", "database"]
BalancerKind = Literal["l4", "l7"]
Zone = Literal["a", "b", "c"]
Protocol = Literal["http", "tcp"]
Algorithm = Literal["random", "round-robin", "least-connections", "two-choices", "ip-hash"]
FaultKind = Literal[
    "crash", "disk-loss", "slow", "blip", "zone-outage", "cache-flush", "bad-deploy", "deploy", "leak", "shift",
    "rewrite", "surge",
]  # fmt: skip

LARGEST_SEED = 2**53
"""Draws are keyed by whole numbers from 0 to this: a JSON reader of any language keeps them exactly."""


@dataclass(frozen=True, slots=True)
class Retries:
    """What a client does after a time-out or an error: up to ``max`` more attempts, ``backoff_ms`` after each failure
    (the mean of an exponential with jitter, else fixed)."""

    max: int
    backoff_ms: float
    jitter: bool = True


@dataclass(frozen=True, slots=True)
class RequestClass:
    """One kind of request."""

    name: str
    path: str = "/"
    cpu_ms: float = 0.0
    db_read_ms: float = 0.0
    db_write_ms: float = 0.0
    scv: float = 1.0
    """Squared coefficient of variation of the service time: 1 exponential, 0 deterministic."""
    timeout_ms: float | None = None
    retries: Retries | None = None
    session: bool = False
    job_ms: float = 0.0
    """Slow work that need not happen now: inline it holds its app machine's slot and core, queued a worker does it."""
    job_seconds: float = 1e12
    """A queued job that is done later than this after its acceptance is lost; so is what is not done when the level's
    drain ends."""
    doubles: bool = False
    """Doing the job twice does no harm."""
    poison: float = 0.0
    """Share of the messages that no worker can handle."""
    job_crash: float = 0.0
    """Share of the deliveries at which the worker's process dies on the job."""
    protocol: Protocol = "http"
    """tcp is no http: a balancer that reads requests can only pass its bytes on, at a price."""
    reads: str = ""
    """The data set that an answer is a copy of; none: no cache can answer."""
    writes: str = ""
    """The data set of which each request changes one item."""
    stale_ms: float = 1e12
    """An answer that has been out of date for longer than this is lost."""
    ttl: float = 0.0
    """Seconds that copies may be used, at the start; 0 is for ever."""
    static: bool = False
    """The same for every user: a CDN may answer."""
    kb: float = 0.0
    """Size of an answer; 0: of the data set's items."""
    far: float = 0.0
    """Share of the requests that come from far away."""
    uploads_kb: float = 0.0
    """Each request leaves a file of this size."""
    downloads_kb: float = 0.0
    """Each request asks for an uploaded file, of this size."""
    fan_out: bool = False
    """Asks for what lies on every shard: each does the whole work, the slowest answers."""
    skew: float = 0.0
    """How unevenly its keys are asked for: Zipf's exponent, 0 is evenly (see shards)."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """Items of one kind, some asked for more often than others."""

    name: str
    items: int
    zipf: float = 1.0
    """The item of rank i is asked for in proportion to i^-zipf."""
    item_kb: float = 4.0
    shift_seconds: float = 0.0
    """What is popular changes every so often; 0 is never."""
    shift_share: float = 0.0
    """So much of it, to items that nobody had asked for."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """A class's arrival rate as straight lines between (second from the start of the level, requests a second)."""

    class_name: str
    rate: tuple[tuple[float, float], ...]
    arrivals: Literal["poisson", "even"] = "poisson"
    band: float = 0.0
    """The seed picks the true curve within rate x (1 ± band)."""


@dataclass(frozen=True, slots=True)
class PoolPlan:
    size: str
    machines: int = 1


@dataclass(frozen=True, slots=True)
class BalancerPlan:
    kind: BalancerKind = "l4"
    algorithm: Algorithm = "round-robin"
    machines: int = 1
    size: str = "small"


@dataclass(frozen=True, slots=True)
class Start:
    app: PoolPlan
    database: PoolPlan | None = None
    """Its machines are shards."""
    replica: PoolPlan | None = None
    standby: PoolPlan | None = None
    """One machine for each shard, however many the plan says."""
    cache: PoolPlan | None = None
    balancer: BalancerPlan | None = None
    network_ms: float = 0.0
    sessions: SessionHome = "memory"
    zones: int = 1
    """The machines of each pool stand in so many zones, in turn."""
    cdn: bool = False
    """A CDN stands, and keeps all that it can."""
    tls: bool = False
    """Users come encrypted, and somebody has to pay for reading them."""
    worker: PoolPlan | None = None
    queued: tuple[str, ...] = ()
    """Classes whose job is left to the queue."""
    uploads: UploadHome = "disk"
    data: DataHome | None = None
    """None: in the database where one stands, else on the box."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A scripted event. ``target`` is a pool or a machine; of a pool, the seed picks the machine. deploy and bad-deploy
    take all of it, one by one, blip and cache-flush all at once; zone-outage takes a zone by its letter, or that of the
    machine. shift and rewrite take a data set: other items become popular; every item is written, one after another.
    surge takes a class: more of it come than the traffic says."""

    kind: FaultKind
    seconds: float
    target: str = "app"
    factor: float = 1.0
    """slow, bad-deploy: work takes this many times as long; surge: so many times as many come."""
    lasts: float = 0.0
    """slow, blip, zone-outage, rewrite, surge: seconds."""
    share: float = 0.0
    """leak: share of session requests that are the thief's; bad-deploy: share of the answers that are wrong; shift:
    share of what is popular that is so no more."""
    warning: str = ""
    warning_seconds: float = 0.0
    """``warning`` appears in the log this long before."""
    news: str = ""
    shuffle: str = ""
    """Faults of the same word are a group: the seed deals their seconds out among them. Empty: it has its own."""


@dataclass(frozen=True, slots=True)
class Scenario:
    seconds: float
    classes: tuple[RequestClass, ...]
    traffic: tuple[Traffic, ...]
    start: Start
    slo_latency_ms: float = 1e12
    warmup: float = 0.0
    sizes: dict[str, Size] = field(default_factory=lambda: dict(SIZES))
    ladder: tuple[str, ...] = ("small", "medium", "large", "xlarge", "huge", "metal")
    """Names a player may resize to, in order: the last is the level's ceiling."""
    faults: tuple[Fault, ...] = ()
    random_faults: bool = False
    data: tuple[DataSet, ...] = ()
    dial: bool = False
    """Players may turn the load: `set load 250%`."""
    fault_seconds: dict[str, float | None] = field(default_factory=dict)
    """With random faults: mean seconds between two of a kind, in place of the catalogue's; None is never."""
    bad_deploys: float = BAD_DEPLOYS
    """With random faults: share of the releases that turn out bad."""


def shifts(scenario: Scenario) -> list[Fault]:
    """What becomes popular by itself, as events: see DataSet.shift_seconds."""
    return [
        Fault("shift", number * data.shift_seconds, data.name, share=data.shift_share)
        for data in scenario.data
        if data.shift_seconds > 0.0
        for number in range(1, int(scenario.seconds / data.shift_seconds) + 1)
    ]
