"""The keys of a level file, their meaning, defaults and bounds: pydantic for the checks, and the JSON Schema from it.

Import late: pydantic takes longer to import than the game may take to its first paint. Every number is finite, 0 or
more and at most 1e12; keys that begin with ``x_`` are the author's own and are taken out before the models see them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from scalegame.game.level_values import (
    ID,
    LARGEST,
    NAME,
    UNLOCKS,
    ChanceKind,
    Cores,
    Count,
    Growth,
    Items,
    Length,
    Line,
    MedalName,
    Mtbf,
    Name,
    Number,
    Point,
    Seed,
    Service,
    Share,
    Skew,
    Text,
    Title,
    Unlock,
    Whole,
    Zipf,
)
from scalegame.model.catalogue import BAD_DEPLOYS, LADDER
from scalegame.model.scenario import (
    Algorithm,
    BalancerKind,
    DataHome,
    FaultKind,
    Protocol,
    SessionHome,
    UploadHome,
)
from scalegame.model.state import ZONES


class Table(BaseModel):
    """A TOML table: unknown keys are errors, nothing is converted from another type."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, json_schema_extra={"patternProperties": {"^x_": {}}}
    )


class Slo(Table):
    """What is promised to the users."""

    latency_ms: Number = Field(LARGEST, description="a later answer is lost; absent: none is too late")
    uptime: Share = Field(0.0, description="the error budget is 1 - uptime; 0: the level cannot be lost by it")


class Budget(Table):
    """The purse."""

    money: Number | None = Field(None, description="dollars at the start; absent: unlimited")
    earn_per_million: Number = Field(0.0, description="dollars that a million good answers earn; they come each second")


class Endless(Table):
    """The stages come again and again, each round with more traffic, until the level is lost."""

    growth: Growth = Field(description="each round brings so many times the requests of the one before")


class Par(Table):
    """What gold asks for; a medal without par is not given."""

    uptime: Share | None = Field(None, description="at least")
    cost: Number | None = Field(None, description="dollars, at most")


class RetriesKeys(Table):
    """What a client does after a time-out or an error."""

    max: Whole = Field(description="attempts after the first")
    backoff_ms: Number = Field(0.0, description="wait before the next attempt")
    jitter: bool = Field(True, description="exponential with backoff_ms as its mean, else fixed")


class ClassKeys(Table):
    """One kind of request."""

    path: Line = Field("/", description="what the balancer sees of it")
    cpu_ms: Number = Field(0.0, description="mean work of one core of an app machine")
    db_read_ms: Number = Field(0.0, description="mean work of one core of a database machine; 0 is none")
    db_write_ms: Number = Field(0.0, description="as db_read_ms, for writes")
    service: Service = Field(1.0, description="how work varies: scv is its squared coefficient of variation")
    timeout_ms: Length | None = Field(None, description="the client gives up; absent: it waits for ever")
    retries: RetriesKeys | None = Field(None, description="absent: it never tries again")
    session: bool = Field(False, description="needs the user's session")
    protocol: Protocol = Field("http", description="tcp: no http, so that L7 can only tunnel it; it has no paths")
    fan_out: bool = Field(False, description="asks all shards of the database, each for the whole work")
    skew: Skew = Field(0.0, description="how unevenly its keys are asked for: Zipf's exponent, 0 is evenly")
    job_ms: Number = Field(
        0.0, description="mean work that need not happen now: inline a server does it, queued a worker; 0 is none"
    )
    job_seconds: Length = Field(
        LARGEST,
        description="a queued job done later than this after its acceptance is lost; absent: when the drain ends",
    )
    doubles: bool = Field(False, description="doing the job twice does no harm")
    poison: Share = Field(0.0, description="share of the messages that no worker can handle")
    job_crash: Share = Field(0.0, description="share of the deliveries at which the worker's process dies on the job")
    reads: Name | None = Field(None, description="the data set that an answer is a copy of; absent: no cache answers")
    writes: Name | None = Field(None, description="the data set of which each request changes one item")
    stale_ms: Number = Field(LARGEST, description="an answer out of date for longer is lost; absent: none is")
    ttl: Number = Field(0.0, description="seconds that copies may be used at the start; 0: for ever (set ttl.CLASS)")
    static: bool = Field(False, description="the same for every user: a CDN may answer")
    kb: Number = Field(0.0, description="kilobytes of an answer; absent: item_kb of what the class reads")
    far: Share = Field(0.0, description="share of the requests that come from far away")
    uploads_kb: Number = Field(0.0, description="each request leaves a file of this size; 0 is none")
    downloads_kb: Number = Field(0.0, description="each request asks for an uploaded file, of this size; 0 is none")


class DataKeys(Table):
    """A data set: items of one kind, of which caches hold copies."""

    items: Items = Field(description="how many")
    zipf: Zipf = Field(1.0, description="the item of rank i is asked for in proportion to i^-zipf; 0: all alike")
    item_kb: Length = Field(4.0, description="kilobytes of a copy")
    shift_seconds: Number = Field(0.0, description="what is popular changes every so often; 0 is never")
    shift_share: Share = Field(0.0, description="so much of it, to items that nobody had asked for")


class TrafficKeys(Table):
    """The arrivals of one class."""

    class_: Name = Field(alias="class", description="a name of [classes]")
    rate: list[Point] = Field(
        min_length=1,
        max_length=1000,
        description="[second, requests a second], straight lines between, nothing outside; the same second twice is a"
        " step, a single pair holds to the end. Seconds from the start of the level, or of its stage",
    )
    arrivals: Literal["poisson", "even"] = Field("poisson", description="even: the same number every tick")
    band: Share = Field(0.0, description="the seed picks the true curve within rate x (1 - band) and rate x (1 + band)")


class StageKeys(Table):
    """A stretch of a played level."""

    title: Title = Field(description="shown in the top line")
    seconds: Length = Field(description="its length")
    grant: Number = Field(0.0, description="dollars that come with its start")
    news: Line = Field("", description="said in the log when it starts")
    traffic: list[TrafficKeys] = Field(default=[], max_length=32, description="seconds from the stage's start")


class BalancerKeys(Table):
    """What stands before the app machines."""

    kind: BalancerKind = Field("l4", description="l4 passes packets on, l7 reads requests")
    algorithm: Algorithm = Field("round-robin", description="who gets the next request")
    machines: Count = Field(1, description="how many of them")
    size: Name = Field("small", description='a size; "wire" is the lab\'s: no work, no limit, no price')


class PoolKeys(Table):
    """Machines that do the same work."""

    size: Name = Field(description="a size of the catalogue or of [sizes]")
    machines: Count = Field(1, description="how many of them")


class PoolsKeys(Table):
    """What stands at the start."""

    app: PoolKeys
    database: PoolKeys | None = Field(None, description="what app machines wait for; its machines are shards")
    replica: PoolKeys | None = Field(None, description="machines that read what the database wrote")
    standby: PoolKeys | None = Field(None, description="a machine for each shard that takes over when it dies")
    worker: PoolKeys | None = Field(None, description="machines that do what is queued")
    cache: PoolKeys | None = Field(None, description="holds sessions where start.sessions is cache")


class StartKeys(Table):
    """The system at second 0."""

    network_ms: Number = Field(0.0, description="a round trip, client to front door and between tiers")
    sessions: SessionHome = Field("memory", description="where the users' sessions live")
    queued: list[Name] = Field(default=[], max_length=32, description="classes whose job is left to the queue")
    cdn: bool = Field(False, description="a CDN stands, and keeps all that is static")
    zones: Annotated[int, Field(ge=1, le=len(ZONES))] = Field(
        1, description="the machines of each pool stand in so many zones, in turn: a, b, c"
    )
    uploads: UploadHome = Field("disk", description="where uploaded files lie: each server's disk, or object storage")
    data: DataHome | None = Field(
        None,
        description="what db_read_ms and db_write_ms ask: the server itself, or a database; absent: a database"
        " where one stands, else the box",
    )
    tls: bool = Field(False, description="users come encrypted: somebody pays for reading that")
    balancer: BalancerKeys | None = Field(None, description="absent: only the first machine of a pool gets traffic")
    pools: PoolsKeys


class SizeKeys(Table):
    """A size of machine, added to the catalogue or in place of the one of that name."""

    cores: Cores = Field(description="whole cores")
    slots: Count = Field(
        int(LARGEST), description="requests held at once: served, or waiting for a core or for downstream"
    )
    backlog: Whole = Field(0, description="requests waiting for a slot; one more is refused")
    price: Number = Field(0.0, description="dollars a minute")
    memory_gb: Number = Field(0.0, description="gigabytes")
    contention: Share = Field(0.0, description="work takes 1 + contention x (cores - 1) times as long")
    mtbf: Mtbf = Field(None, description='mean seconds between failures, or "never"')
    known_as: Line = Field("", description="what it is called outside the game")


class FaultsKeys(Table):
    """Failures by chance."""

    random: bool = Field(False, description="machines, zones and releases fail by chance")
    every: dict[ChanceKind, Mtbf] = Field(
        default={},
        description="mean seconds between two of a kind at one machine, or in one zone, in place of the game's own",
    )
    bad_deploys: Share = Field(BAD_DEPLOYS, description="share of the releases that turn out bad")


class FaultKeys(Table):
    """One scripted event."""

    kind: FaultKind = Field(description="what happens")
    seconds: Number = Field(description="when, from the start of the level")
    target: Name = Field(
        "app",
        description="a pool, where the seed picks the machine, or a machine such as app-1; deploy, bad-deploy, blip and"
        " cache-flush take all of a pool; zone-outage takes a zone by its letter, or that of the machine; shift and"
        " rewrite take a data set, surge takes a class",
    )
    factor: Length = Field(
        1.0, description="slow, bad-deploy: work takes this many times as long; surge: so many times as many come"
    )
    lasts: Number = Field(
        0.0,
        description="slow, blip, zone-outage, rewrite, surge: seconds until it is over; a surge rises for the first"
        " fifth of it, and falls for the last",
    )
    share: Share = Field(
        0.0,
        description="leak: of the session requests, the thief's; bad-deploy: of the answers, those that are wrong;"
        " shift: of what is popular, what is so no more",
    )
    warning: Line = Field("", description="said in the log before it")
    warning_seconds: Number = Field(0.0, description="how long before")
    news: Line = Field("", description="said in the log when it happens")
    shuffle: Name | Literal[""] = Field(
        "",
        description="a group's name: the seed deals the seconds of a group's faults out among them; each warning keeps"
        " its lead. Absent: it happens when it is written",
    )


class ProofKeys(Table):
    """A build that the level was made with, and what must come of it on every seed."""

    name: Title = Field(description="what the build is")
    commands: list[Line] = Field(
        default=[], max_length=200, description='as in a command file: "12.5 resize app large"'
    )
    outcome: Literal["won", "lost"] = Field(description="how it ends")
    uptime: MedalName | None = Field(None, description="the medal it takes; absent: any or none")
    cost: MedalName | None = Field(None, description="likewise")
    reference: bool = Field(False, description="the build that par is measured by")


class LevelKeys(Table):
    """A level of scalegame, format 1."""

    format: Literal[1] = Field(description="the version of these keys")
    id: str = Field(pattern=ID, description="what players type; need not be the file's name")
    title: Title = Field(description="what players read")
    seconds: Length | None = Field(None, description="length of a level without stages")
    warmup: Number = Field(0.0, description="seconds at the start that no figure counts")
    story: Text = Field("", description="the briefing: three sentences")
    new: Text = Field("", description="the one idea that is new")
    lesson: Text = Field("", description="the paragraph that the post-mortem closes with")
    hints: list[Line] = Field(default=[], max_length=20, description="each tells a little more, never the solution")
    dial: bool = Field(False, description="players may turn the load with set load; for sandboxes")
    diagnosis: bool = Field(
        False,
        description="the lesson is to find what broke: after a first loss the player is asked before being told",
    )
    guide: bool = Field(False, description="the first minute asks for one action at a time")
    unlocked: list[Unlock] | None = Field(
        None, max_length=len(UNLOCKS), description="verbs that may be used; absent: all"
    )
    teaches: list[Line] = Field(
        default=[],
        max_length=10,
        description="the tools that the lesson is about, as beginnings of lines such as place cache or set ttl: a build"
        " that leaves all of them out must not win",
    )
    ladder: list[Name] = Field(
        default=[size.name for size in LADDER],
        min_length=1,
        max_length=32,
        description="sizes to resize to, in order; the last is the ceiling",
    )
    seed: Seed | None = Field(None, description="played where nobody names another; absent: one that nobody knows")
    slo: Slo = Field(Slo())
    budget: Budget = Field(Budget())
    endless: Endless | None = Field(None, description="absent: the level ends with its last stage")
    par: Par = Field(Par())
    classes: dict[Name, ClassKeys] = Field(min_length=1, max_length=32, description="kinds of request")
    data: dict[Name, DataKeys] = Field(default={}, max_length=8, description="what classes read and write")
    traffic: list[TrafficKeys] = Field(default=[], max_length=32, description="of a level without stages")
    stage: list[StageKeys] = Field(default=[], max_length=50, description="a played level's stages, in order")
    start: StartKeys
    sizes: dict[Name, SizeKeys] = Field(default={}, max_length=32, description="this level's own sizes")
    faults: FaultsKeys = Field(FaultsKeys())
    fault: list[FaultKeys] = Field(default=[], max_length=100, description="scripted events")
    proof: list[ProofKeys] = Field(default=[], max_length=50, description="builds that prove what the level teaches")


def json_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) that editors complete level files by."""
    schema = LevelKeys.model_json_schema(by_alias=True)
    for table in ("classes", "data", "sizes"):
        keys = schema["properties"][table]
        # pydantic leaves keys of another pattern open, and would take the author's own keys for names.
        keys["patternProperties"] = {f"^(?!x_){NAME[1:]}": keys["patternProperties"][NAME], "^x_": {}}
        keys["additionalProperties"] = False
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
