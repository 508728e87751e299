"""Every number a player sees: sizes, prices, delays. No other file holds one; help and briefing are made from here.

Units: milliseconds for work, seconds of game time for what operators do, dollars a minute for rent.
"""

from __future__ import annotations

from dataclasses import dataclass

TICK_SECONDS = 0.1
TICKS_PER_SECOND = 10

OPERATIONS_FACTOR = 20
"""Queueing runs in true milliseconds; what operators wait for (boot, resize, checks, failover) is this many times
faster than outside, all by the same factor, so that a boot is slower than a detection as it is out there."""


@dataclass(frozen=True, slots=True)
class Size:
    """A kind of machine that can be rented."""

    name: str
    cores: int
    slots: int
    """Requests held at once: on a core, waiting for one, or waiting for an answer from downstream."""
    backlog: int
    """Requests that wait for a slot; one more is refused."""
    price: float
    """Dollars a minute."""
    memory_gb: float = 0.0
    contention: float = 0.0
    """What each core beyond the first makes work longer by: see ``stretch``."""
    mtbf_seconds: float | None = None
    """Mean game time between failures; None is never."""
    known_as: str = ""
    """What to look for outside."""

    @property
    def stretch(self) -> float:
        """Work takes so many times as long as on one core: locks, memory bandwidth (Amdahl's sigma)."""
        return 1.0 + self.contention * (self.cores - 1)


def _ladder() -> tuple[Size, ...]:
    rows = (  # name, cores, memory, dollars a minute, called out there
        ("small", 2, 4, 0.26, "EC2 c7g.large"),
        ("medium", 4, 8, 0.52, "EC2 c7g.xlarge"),
        ("large", 8, 16, 1.04, "EC2 c7g.2xlarge"),
        ("xlarge", 16, 32, 2.08, "EC2 c7g.4xlarge"),
        ("huge", 32, 64, 4.60, "EC2 c7g.8xlarge"),
        ("metal", 64, 128, 10.40, "EC2 c7g.metal"),
    )
    return tuple(
        Size(
            name,
            cores,
            slots=16 * cores,
            backlog=16 * cores,
            price=price,
            memory_gb=memory,
            contention=0.004,
            mtbf_seconds=3600.0,
            known_as=known_as,
        )
        for name, cores, memory, price, known_as in rows
    )


LADDER = _ladder()
"""The sizes in order; the last is the ceiling."""

WIRE = Size("wire", cores=1, slots=10**12, backlog=0, price=0.0, known_as="a patch cable")
"""The lab's balancer: no work, no limit, no price."""

SIZES: dict[str, Size] = {size.name: size for size in (*LADDER, WIRE)}

BOOT_SECONDS = 6.0
RESIZE_SECONDS = 8.0
RESTART_SECONDS = 6.0
REPAIR_SECONDS = 30.0
"""A crashed machine that nobody restarts comes back by itself after this long."""
DEPLOY_SECONDS = 4.0
"""One machine's share of a rolling deploy: drained, replaced, back."""
ROLLBACK_SECONDS = 2.0
"""The same for going back: the last release is on the machine still."""
DISK_REPAIR_SECONDS = 45.0
"""A machine whose disk died comes back by itself, with an empty one, after this long."""
DRAIN_SECONDS = 2.0
PLACE_SECONDS = 4.0
WARMUP_SECONDS = 3.0
WARMUP_FACTOR = 1.6
WARMUP_STEPS = 3
"""A server that has just started takes so many times as long for everything, and less in steps: caches are empty, code
is not compiled yet, connections are not open."""
CROSS_ZONE_MS = 1.0
CROSS_ZONE_PRICE = 0.50
"""From one zone to another: a hop there and back, and dollars for each million requests that make it."""
MIGRATION_SECONDS = 8.0
"""Moving the sessions to another home; until then they live where they were."""
MINIMUM_BILLED_SECONDS = 30.0

L4_CPU_MS = 0.01
L7_CPU_MS = 0.05
"""Reading a request costs L7 five times what passing packets on costs L4."""
TCP_TUNNEL_CPU_MS = 0.25
"""What is no http L7 can only carry through user space, byte by byte; L4 does not see the difference."""
TLS_CPU_MS = 0.2
"""Reading what users encrypted, for each request: handshakes that last for several, and the bytes."""
TOKEN_CHECK_CPU_MS = 0.8
"""Checking a signed token on an app machine's core, for each request that needs a session."""
TOKEN_RENEW_CPU_MS = 1.0
"""Signing a new one; each user needs one whenever the old has expired (`set token.life`)."""
CACHE_LOOKUP_CPU_MS = 0.1
CACHE_LOOKUP_MS = 1.0
"""A session looked up in the cache: work on a core there, and the round trip."""
EDGE_MS = 8.0
"""A round trip to the nearest edge of the CDN."""
FAR_MS = 160.0
"""What a round trip takes longer for a user who is far away from everything but an edge of the CDN."""
CDN_LOCATIONS = 8
"""Edges of the CDN; each has copies of its own and asks the origin for them."""
CDN_PRICE_PER_GB = 0.085
"""Dollars for each gigabyte that leaves the CDN (CloudFront, Fastly, Cloudflare: the first price of the list)."""
PLACE_CDN_SECONDS = 6.0
CACHE_MEMORY_SHARE = 0.75
"""Of a cache's memory, what may be entries (Redis: maxmemory)."""
SESSION_KB = 4.0
"""A user's session in the cache: it shares the memory with what is cached."""
COALESCING_MEMORY_SHARE = 0.15
"""Of that memory, what coalescing takes: a lock and a list of those who wait for each entry."""
PURGE_CPU_MS = 0.5
"""On an app machine's core, for each write while writes purge copies: to find out which keys are out of date, and say
so to the cache and the CDN. The look-up's price comes on top at the cache."""
PAGES_MEMORY_SHARE = 0.75
"""Of a database's memory, what holds pages (PostgreSQL: shared_buffers and the file cache; InnoDB: buffer pool)."""
DISK_MS = 2.0
"""A page that is not in memory is read from disk, and the query waits with what it holds."""
REVOKE_SECONDS = 2.0
"""A leaked session that lives on our side is revoked within this time."""
THINK_SECONDS = 4.0
"""Mean time between two requests of one user: users = session requests a second x this."""
VISIT_SECONDS = 30.0
"""Mean time until a user leaves and another comes, who may be sent anywhere."""
CART_SHARE = 0.3
"""Share of the users who have something in their cart; it lies where their session lies."""

DISK_CPU_MS_PER_MB = 4.0
"""Writing an uploaded file to a server's own disk, or sending it from there: work on the server's core."""
OBJECT_CPU_MS_PER_MB = 2.0
OBJECT_STORE_MS = 30.0
"""The same with object storage (S3, GCS, MinIO): work on the core, and the round trip for each file."""
OBJECT_PRICE_PER_GB_MOVED = 0.20
OBJECT_PRICE_PER_GB_MINUTE = 0.02
"""Dollars for each gigabyte in or out of object storage, and for one that lies there a minute."""
UPLOAD_INTEREST_SECONDS = 60.0
"""Mean time for which somebody asks for an uploaded file; then it is deleted."""
UPLOAD_COPY_GB_PER_SECOND = 0.1
"""Moving files between disks and object storage takes MIGRATION_SECONDS and this."""

DATA_MIGRATION_SECONDS = 12.0
"""Copying the data from a box into a database or back; until then it stays where it was."""
DATA_TURNOVER_SECONDS = 120.0
"""Mean age at which what was written is written anew; the share of what is asked for that is younger than t is
1 - exp(-t / this)."""
RESTORE_SECONDS = 40.0
"""Reading back last night's backup after the disk with the data is lost."""
OFFICE_SHARE = 0.15
"""With ip-hash, one office behind a single address sends this share of all requests."""

ENQUEUE_CPU_MS = 0.5
"""Putting a message on the queue, on an app machine's core."""
DEDUPE_CPU_MS = 4.0
"""What an idempotent handler adds to each job on a worker's core: a key written down before the work, and looked up
again. The keys lie beside the queue, where nothing is short; the database does not feel them."""
VISIBILITY_SECONDS = 30.0
"""Until a message that a worker took and did not delete is visible again (SQS: visibility time-out; RabbitMQ: the
channel closes, or consumer_timeout; Kafka: max.poll.interval.ms)."""
MAX_RECEIVES = 5
"""Deliveries after which a message is a dead letter (SQS: maxReceiveCount; RabbitMQ: delivery-limit of quorum
queues)."""
CRASHED_JOB_SHARE = 0.5
"""Of the jobs that a dead worker had in hand, those that had their effect before (the mail is sent, the card charged)
and are done again. Where in the job the effect is differs; on average half of the work was done."""
BACKLOG_WARNING_SHARE = 0.5
"""The log warns once a job has waited for this share of the time that it has."""
QUEUE_PRICE_PER_MILLION = 0.40
"""Dollars for a million messages accepted. The queue is a service: no machine, nothing to resize (SQS; RabbitMQ and
Kafka where one runs it oneself)."""

# The database.
REPLICATION_MS = 20.0
"""A write is on its way to a replica for so long at least."""
REPLAY_SHARE = 0.5
"""Replaying a write takes a replica this share of its work, nothing being parsed and planned, but on one core only."""
MOST_REPLICAS = 15
SEED_SECONDS = 10.0
"""A replica or standby boots and copies all data before it is of use."""
STANDBY_MS = 2.0
"""With a standby each write waits for its word too: a round trip to another building."""
FAILOVER_SECONDS = 4.0
"""From the health check's notice until the standby is the primary."""
RESHARD_SECONDS = 15.0
RESHARD_DRAG = 1.25
"""While data moves between shards, work there takes this many times as long."""
MOST_SHARDS = 16
SHARD_KEYS = 4096
"""Keys that the data is asked for by; their hash says which shard has them."""
CONNECTIONS_PER_SERVER = 20
"""Each app machine opens a pool of so many connections to each database machine."""
CONNECTIONS_PER_GB = 50
"""So many can be open at once for each gigabyte of the database machine's memory."""
CONNECTIONS_FREE = 100
CONNECTION_COST = 0.0004
"""Each open connection beyond the first CONNECTIONS_FREE makes all work there take that much longer: every snapshot
looks through all of them."""
POOLER_MS = 0.5
"""What a call waits longer behind a pooler."""
POOLER_CONNECTIONS_PER_CORE = 4
"""What the pooler opens, however many servers there are."""
POOLER_PRICE = 0.05
"""Dollars a minute for each core of the database."""

SETUP_PRICES: dict[str, float] = {
    "shard": 3.0,
    "deploy": 0.0,
    "move sessions memory": 0.0,
    "move sessions sticky": 0.0,
    "move sessions cache": 1.0,
    "move sessions token": 1.5,
    "move uploads disk": 0.0,
    "move uploads object": 0.5,
    "move data box": 0.0,
    "move data database": 1.0,
}
"""Dollars, once."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Something that `set` reaches."""

    key: str
    low: float
    high: float
    whole: bool
    unit: str
    meaning: str
    start: float
    """Before anybody sets it."""
    words: tuple[str, ...] = ()
    """What players write for 0, 1, ... where it is no number."""
    per_class: bool = False
    """Each class has its own: `set key.class value`; without a class it is set for all of them."""

    def text(self, value: float) -> str:
        """A value as players write it: a word, or a number, with % where that is the unit."""
        if self.words:
            return self.words[int(value)]
        number = f"{value:.3f}".rstrip("0").rstrip(".")
        return f"{number}%" if self.unit == "%" else number

    def told(self, value: float) -> str:
        """The same with its unit: '100 milliseconds', '50%', 'off'."""
        return self.text(value) if self.words or self.unit in ("", "%") else f"{self.text(value)} {self.unit}"

    @property
    def range_text(self) -> str:
        """What a value may be: 'on or off', 'a number from 0.1 to 60 seconds'."""
        if self.words:
            return " or ".join(self.words)
        kind = "a whole number" if self.whole else "a number"
        return f"{kind} from {self.low:g} to {self.high:g} {self.unit}"

    def holds(self, value: float) -> bool:
        """Whether it can be set to this."""
        return self.low <= value <= self.high and (value == int(value) or not (self.whole or self.words))


SETTINGS: dict[str, Setting] = {
    setting.key: setting
    for setting in (
        Setting("health.interval", 0.1, 60.0, False, "seconds", "time between two health checks of a machine", 0.5),
        Setting(
            "health.threshold", 1, 20, True, "checks", "failed checks in a row until the balancer leaves it out", 3
        ),
        Setting(
            "balancer.weights",
            0,
            1,
            True,
            "",
            "how many requests a server gets: all the same, or by its cores",
            0,
            words=("even", "cores"),
        ),
        Setting(
            "balancer.hash",
            0,
            1,
            True,
            "",
            "how addresses find their server when servers come and go",
            0,
            words=("modulo", "consistent"),
        ),
        Setting(
            "tls",
            0,
            1,
            True,
            "",
            "where what users encrypted is read behind L7; the servers read it again or not",
            1,
            words=("servers", "balancer"),
        ),
        Setting(
            "timeout.database",
            0,
            10_000,
            False,
            "milliseconds",
            "a server gives a call to the database up after this and frees the slot, the database works on; 0 waits for"
            " ever (out there: a gRPC deadline, a statement time-out)",
            0,
        ),
        Setting(
            "retries.database",
            0,
            5,
            True,
            "retries",
            "how often a server tries a failed call to the database again (out there: resilience4j, Envoy's retry"
            " policy)",
            0,
        ),
        Setting(
            "retries.backoff",
            0,
            10_000,
            False,
            "milliseconds",
            "wait before the first retry to the database, twice as long before each next one",
            100,
        ),
        Setting(
            "retries.jitter",
            0,
            1,
            True,
            "",
            "waits before retries are drawn at random, so that those who failed together do not come back together",
            1,
            words=("off", "on"),
        ),
        Setting(
            "retries.budget",
            0,
            100,
            False,
            "%",
            "retries to the database at most so many per cent of its calls, 0 is without a limit (out there: gRPC's"
            " retry throttling, Envoy's retry budget)",
            0,
        ),
        Setting(
            "breaker",
            0,
            1,
            True,
            "",
            "where too many calls to the database fail, fail them at once for a while, then let a few pass to see (out"
            " there: Hystrix, resilience4j, Envoy's outlier detection)",
            0,
            words=("off", "on"),
        ),
        Setting("breaker.threshold", 1, 100, False, "%", "share of failed calls that opens the breaker", 50),
        Setting("breaker.open", 0.5, 60, False, "seconds", "how long an open breaker lets no call pass", 5),
        Setting(
            "shed",
            0,
            10_000,
            False,
            "milliseconds",
            "turn away at the servers' door, with a cheap 503, what would wait longer than this; 0 takes everything"
            " (out there: Envoy's admission control, CoDel, nginx limit_req)",
            0,
            per_class=True,
        ),
        Setting(
            "shed.retry-after",
            0,
            30,
            False,
            "seconds",
            "the 503 says to come back no sooner than this (HTTP's Retry-After); 0 says nothing",
            0,
        ),
        Setting(
            "queue.visibility",
            0.1,
            600.0,
            False,
            "seconds",
            "until a message that a worker took and did not delete comes back (SQS visibility time-out, RabbitMQ "
            "consumer_timeout, Kafka max.poll.interval.ms): shorter than a job, and the job is done twice",
            VISIBILITY_SECONDS,
        ),
        Setting(
            "queue.max-receives",
            1,
            100,
            True,
            "deliveries",
            "after which a message is a dead letter (SQS maxReceiveCount, RabbitMQ delivery-limit, Kafka: a "
            "dead-letter topic)",
            MAX_RECEIVES,
        ),
        Setting(
            "queue.idempotent",
            0,
            1,
            True,
            "",
            f"a job done twice counts once, for {DEDUPE_CPU_MS:g} ms more of a worker's core a job: a key is written "
            "down first, beside the queue, not in the database (SQS FIFO deduplication id, Kafka idempotent producer, "
            "an Idempotency-Key in Redis)",
            0,
            words=("off", "on"),
            per_class=True,
        ),
        Setting(
            "load", 0, 1_000_000, False, "%", "how many come, against what the level plans, where there is a dial", 100
        ),
        Setting(
            "ttl",
            0,
            86_400,
            False,
            "seconds",
            "how long a copy may be used (Cache-Control: max-age); 0 is for ever",
            0,
            per_class=True,
        ),
        Setting(
            "cache.purge",
            0,
            1,
            False,
            "",
            "a write takes the copies of what it changed out of the cache and the CDN (out there: surrogate keys, cache"
            " tags); costs work",
            0,
            ("off", "on"),
        ),
        Setting(
            "cache.coalesce",
            0,
            1,
            False,
            "",
            "one fetch at a time for a key, the others wait for it; costs memory",
            0,
            ("off", "on"),
        ),
        Setting(
            "cache.hash",
            0,
            1,
            False,
            "",
            "which cache machine has a key: as the pool changes, modulo moves most",
            0,
            ("consistent", "modulo"),
        ),
        Setting(
            "token.life",
            1.0,
            3600.0,
            False,
            "seconds",
            "until a token expires, a stolen one too (JWT exp); then a new one is signed, which costs a core",
            20.0,
        ),
        Setting(
            "replica.reads", 0, 100, False, "%", "share of the reads that goes to the replicas where there are any", 100
        ),
        Setting(
            "replica.max-lag",
            0,
            600,
            False,
            "seconds",
            "a replica further behind is not read from (ProxySQL max_replication_lag); 0 is never",
            0,
        ),
        Setting(
            "pooler",
            0,
            1,
            True,
            "",
            "a pooler shares a few connections to the database among all servers (PgBouncer, RDS Proxy)",
            0,
            words=("off", "on"),
        ),
    )
}


def setting_of(key: str) -> tuple[Setting, str | None] | None:
    """What a key of `set` means: the setting, and the class where the key ends with one; None where there is none."""
    if key in SETTINGS:
        return SETTINGS[key], None
    name, _, of_class = key.rpartition(".")
    setting = SETTINGS.get(name)
    return (setting, of_class) if setting is not None and setting.per_class and of_class else None


# Autoscalers, as outside but faster by the one factor: a look every 15 s, a scale-in window of 5 minutes.
AUTOSCALER_LOOKS_SECONDS = 1.0
AUTOSCALER_SMOOTHING = 0.5
"""Weight of the newest look in the load that it acts on."""
AUTOSCALER_TOLERANCE = 0.10
"""So far above the target nothing is added."""
AUTOSCALER_WINDOW_SECONDS = 15.0
"""It takes away only what was too much for so long; refused an order, it waits so long."""
AUTOSCALER_SHRINKS_SHARE = 0.1
"""Of the pool that goes at once, one machine at least."""
AUTOSCALER_MOST_AT_ONCE = 100
AUTOSCALER_LARGEST_POOL = 1_000
AUTOSCALER_TARGETS = (10.0, 95.0)
"""Percent."""
AUTOSCALER_OFFERED_TARGET = 70.0
"""Percent that a menu offers: a third is left for what comes while machines boot."""
AUTOSCALER_OFFERS = 5
"""Times the machines that stand: the most that a menu offers."""
# What menus offer; the command line takes any.
OFFERED_TTLS = (1.0, 10.0, 60.0)
"""Seconds that a copy is kept."""
OFFERED_VISIBILITIES = (2.0, 6.0, 20.0, 60.0)
"""Seconds after which a message comes back."""
# Calls to the database.
BREAKER_WINDOW_SECONDS = 2.0
"""A breaker looks at the calls of about so long."""
BREAKER_LEAST_CALLS = 20.0
"""It does not judge by fewer calls than this in its window."""
BREAKER_PROBES = 0.05
"""Share of the calls that pass while it tries whether they are answered."""
LONGEST_BACKOFF_SECONDS = 10.0
LONGEST_CALL_SECONDS = 1000.0
BUDGET_TICKS, BUDGET_LEAST = 20.0, 20.0
"""A retry budget saves up what it gets in so many ticks, or from so many calls."""

# What fails by chance.
FAULT_SECONDS: dict[str, float | None] = {
    "disk-loss": 14_400.0,
    "slow": 5_400.0,
    "blip": 3_600.0,
    "cache-flush": 14_400.0,
    "zone-outage": 14_400.0,
}
"""Mean game time between two of a kind at one machine, or in one zone; a size's mtbf_seconds is that of crashes."""
SLOW_FACTOR, SLOW_SECONDS = 4.0, 20.0
"""A slow node: a sick disk, a noisy neighbour. Work takes so many times as long, for so long."""
BLIP_SECONDS = 4.0
"""The network does not reach a machine for this long."""
ZONE_OUTAGE_SECONDS = 25.0
BAD_DEPLOYS = 0.08
"""Share of the releases that turn out bad, where faults come by chance."""
BAD_RELEASE_WRONG = 0.3
"""Share of such a release's answers that are wrong."""

# The rules of play.
AMBER_SATURATION = 0.85
RED_SATURATION = 0.90
ANNOUNCED_SECONDS = 15.0
"""A stage's traffic is exact from this long before it starts."""
STAGES_AHEAD = 6
"""Of a level without end so many are forecast, the running one among them."""
LAUNCH_AFTER_SECONDS = 10.0
LAUNCH_KEPT_SECONDS = 5.0
"""`launch` is refused until the stage ran this long, and the last of it within the SLO."""
MOST_RULES = 20
"""Of a runbook."""
RULE_RESTS_SECONDS = 1.0
"""A rule whose order was refused waits so long at least before it tries again."""
CARRIED_SHARE = 0.5
"""Of what is left of a stage's error budget, into the next."""
DRAIN_SECONDS_AT_MOST = 120.0
"""What is not answered this long after the last arrival, or its job not done, is lost; the level ends."""
HINT_AFTER_SECONDS, HINT_RESTS_SECONDS = 8.0, 20.0
"""A level's next hint comes after so long in trouble, and so long after the one before."""
HINT_LOSSES = 0.01
"""Share of what is asked for: to lose more is trouble."""
SILVER_DOWNTIME, BRONZE_DOWNTIME = 2.0, 4.0
"""Silver and bronze allow this many times the lost share that gold allows."""
SILVER_COST, BRONZE_COST = 1.15, 1.35
"""Silver and bronze allow this many times gold's cost."""
