"""Words of the glossary: copies, work for later, failure, and the data behind it all."""

from __future__ import annotations

from scalegame.game import rules_of_thumb as rules
from scalegame.model import catalogue as cat
from scalegame.model.out_there import OUT_THERE
from scalegame.tui.cells.figures import duration, money
from scalegame.tui.concepts.page import ms, share, times
from scalegame.tui.concepts.term import Term


def copies() -> tuple[Term, ...]:
    return (
        Term(
            "cache",
            "A fast store that keeps an answer that was dear, to give it again. Few things are asked for most of the"
            f" time: of 100,000 items the top 1 % get {share(rules.asked_of_the_top(100_000, 1.0, 0.01))} of the"
            " requests.",
            "memoisation, cache-aside, read-through; a browser has one, too",
            "caching",
            "dont-ask-twice",
            ("caching",),
        ),
        Term(
            "application cache",
            f"Memory beside the servers, shared by them, for results of queries and sessions: {ms(cat.CACHE_LOOKUP_MS)}"
            f" a look-up, {share(cat.CACHE_MEMORY_SHARE)} of a machine's memory for entries.",
            OUT_THERE["cache"],
            "caching",
            "dont-ask-twice",
            ("Redis", "Memcached"),
        ),
        Term(
            "database pages",
            f"The database keeps what it read lately in {share(cat.PAGES_MEMORY_SHARE)} of its own memory; what is not"
            f" there comes from the disk, {ms(cat.DISK_MS)} a page. More memory there is a cache as well.",
            "shared_buffers in PostgreSQL, the InnoDB buffer pool",
            "caching",
            "dont-ask-twice",
            ("buffer", "pages"),
        ),
        Term(
            "cold cache",
            "An empty one answers nothing: after a start, a flush or a change of what is popular, all that it kept away"
            " meets the database at once.",
            "a cache stampede, thundering herd, dog-piling; request coalescing is the remedy",
            "caching",
            "dont-ask-twice",
            ("stampede", "warm-up", "coalescing"),
        ),
        Term(
            "CDN",
            f"Copies of what is the same for everybody, at {cat.CDN_LOCATIONS} edges near the users:"
            f" {ms(cat.EDGE_MS)} away, where the way to us is {ms(cat.FAR_MS)} longer for those who are far;"
            f" ${cat.CDN_PRICE_PER_GB:g} a gigabyte.",
            OUT_THERE["CDN"],
            "caching",
            "closer-to-you",
            ("content delivery network", "edge", "static"),
        ),
        Term(
            "staleness",
            "A copy is what was true when it was made. Speed is bought with freshness, and how old an answer may be has"
            " to be decided for each kind of data: a picture is not a price.",
            "eventual consistency, stale-while-revalidate",
            "caching",
            "yesterdays-price",
            ("stale", "freshness", "out of date"),
        ),
        Term(
            "cache invalidation",
            "To drop or renew copies of what has changed: let them expire, or purge them when something is written,"
            f" {ms(cat.PURGE_CPU_MS)} of a core for each write. It is the hard half of caching.",
            "surrogate keys and cache tags; one of the two hard problems of computer science",
            "caching",
            "yesterdays-price",
            ("purge", "invalidation"),
        ),
        Term(
            "TTL",
            "Seconds that a copy may be used. An item asked for once a second is answered"
            f" {share(rules.kept_by_ttl(1.0, 10.0))} from a copy that lives 10 s, and is up to 10 s out of date.",
            "Cache-Control: max-age; EXPIRE in Redis",
            "caching",
            "yesterdays-price",
            ("time to live", "expiry"),
        ),
    )


def later() -> tuple[Term, ...]:
    return (
        Term(
            "asynchronous work",
            "What the user need not wait for: a mail, a thumbnail, a report. Inline it holds a slot that quick requests"
            " need; noted down, it is answered with 'accepted' at once.",
            "background jobs, async tasks; HTTP 202",
            "queues",
            "not-now",
            ("async", "inline", "slow work"),
        ),
        Term(
            "queue",
            f"A buffer of messages, each a piece of work: the servers put one there for {ms(cat.ENQUEUE_CPU_MS)} of a"
            f" core, workers take them at their own pace. {money(cat.QUEUE_PRICE_PER_MILLION)} a million.",
            OUT_THERE["queue"],
            "queues",
            "not-now",
            ("message", "buffer"),
        ),
        Term(
            "worker",
            "A machine that takes messages off a queue and does the work. There have to be enough for the mean; more of"
            " them only make the queue shorter sooner.",
            OUT_THERE["workers"],
            "queues",
            "not-now",
            ("consumer", "pool of workers"),
        ),
        Term(
            "spike absorption",
            "A rush makes the queue longer instead of the service slower, and it drains when the rush is over. The log"
            f" warns when a job has waited for {share(cat.BACKLOG_WARNING_SHARE)} of the time that it has.",
            "load levelling, a shock absorber",
            "queues",
            "not-now",
            ("burst", "shock absorber"),
        ),
        Term(
            "decoupling",
            "Two tiers that need not be up, nor grow, at the same time: while the workers are away, messages wait"
            " safely where they are.",
            "loose coupling, event-driven architecture",
            "queues",
            "not-now",
            ("independent",),
        ),
        Term(
            "redelivery",
            "A message whose worker died comes back and another does it, after"
            f" {duration(cat.VISIBILITY_SECONDS)} unless you set less; after {cat.MAX_RECEIVES} deliveries in vain it"
            " is a dead letter.",
            "SQS visibility time-out, RabbitMQ redelivery; at-least-once delivery",
            "queues",
            "twice-is-once",
            ("resilience", "visibility", "at least once", "dead letter", "retry"),
        ),
        Term(
            "idempotency",
            f"Done twice counts once. About {share(cat.CRASHED_JOB_SHARE)} of what a dying worker had in hand had its"
            f" effect already, so a payment needs a key that is looked up first: {ms(cat.DEDUPE_CPU_MS)} a job.",
            "an Idempotency-Key, SQS FIFO deduplication, upserts",
            "queues",
            "twice-is-once",
            ("idempotent", "twice", "duplicates"),
        ),
    )


def failing() -> tuple[Term, ...]:
    mtbf = cat.LADDER[0].mtbf_seconds
    often = "never" if mtbf is None else f"about every {duration(mtbf / 100)}"
    once = "never" if mtbf is None else f"about once in {duration(mtbf)}"
    budget = cat.CARRIED_SHARE
    return (
        Term(
            "design for failure",
            f"One machine dies {once}; of a hundred, one does {often}. Failure is not the exception but the weather:"
            " things break all the time, and the aim is that users do not notice.",
            "chaos engineering, the fallacies of distributed computing",
            "failure",
            "something-is-always-broken",
            ("failure", "something is always broken", "MTBF"),
        ),
        Term(
            "redundancy",
            "More than one of everything that must not be lost, with room for the share of the one that dies. Of three"
            f" machines each may be {share(1 - 1 / 3)} busy, no more.",
            "N+1, active-active, failover pairs",
            "failure",
            "something-is-always-broken",
            ("copies", "N+1"),
        ),
        Term(
            "multi-AZ",
            "Machines in several zones, each with power and network of its own: an outage of"
            f" {duration(cat.ZONE_OUTAGE_SECONDS)} takes a part along, not all. Between zones a hop costs"
            f" {ms(cat.CROSS_ZONE_MS)}, and a million of them {money(cat.CROSS_ZONE_PRICE)}.",
            OUT_THERE["zone"],
            "failure",
            "something-is-always-broken",
            ("availability zone", "zone"),
        ),
        Term(
            "graceful degradation",
            "To do less instead of nothing: give up early, answer a part, turn some away with a quick 'no' so that the"
            " rest is answered in time.",
            OUT_THERE["load shedding"],
            "patience",
            "retry-storm",
            ("load shedding", "time-out", "degrade"),
        ),
        Term(
            "retry storm",
            "Who had no answer asks again, and the attempts add to what was too much already: with three retries and"
            f" every call failing it is {times(rules.attempts(1.0, 3))} the load, and it outlives its cause.",
            OUT_THERE["time-outs and retries"],
            "patience",
            "retry-storm",
            ("retries", "back-off", "jitter"),
        ),
        Term(
            "circuit breaker",
            "Where most calls fail, it fails all of them at once for a while and then lets"
            f" {share(cat.BREAKER_PROBES)} pass to see. The other side gets room to recover.",
            OUT_THERE["breaker"],
            "patience",
            "retry-storm",
            ("breaker",),
        ),
        Term(
            "error budget",
            "What the promise leaves over: at 99 % one request in a hundred may be lost. It pays for reboots, releases"
            f" and bets; {share(budget)} of what a stage leaves is carried over, and when it is gone the level is.",
            OUT_THERE["error budget"],
            "slo",
            "one-box",
            ("SLO", "uptime", "promise"),
        ),
    )


def data() -> tuple[Term, ...]:
    return (
        Term(
            "state is the hard part",
            "Stateless servers do not abolish state, they move it into the database and the cache. Those cannot just be"
            " cloned: two copies have to agree. All other scaling ends there.",
            OUT_THERE["database"],
            "database",
            "the-hard-part",
            ("persistent data", "database"),
        ),
        Term(
            "read replica",
            f"A copy of the database that answers reads, {ms(cat.REPLICATION_MS)} behind at least and more when it is"
            f" busy. It takes no writes, and has to replay them all at {share(cat.REPLAY_SHARE)} of their work.",
            OUT_THERE["read replica"],
            "database",
            "the-hard-part",
            ("replication", "lag"),
        ),
        Term(
            "standby and failover",
            f"A second database that hears of every write ({ms(cat.STANDBY_MS)} more each) and takes over when the"
            f" first dies, within {duration(cat.FAILOVER_SECONDS)} of the notice.",
            OUT_THERE["standby"],
            "database",
            "the-hard-part",
            ("failover", "primary"),
        ),
        Term(
            "sharding",
            "The data split by a key over several databases, writes too. Questions to all parts wait for the slowest, a"
            f" popular key makes one of them hot, and the split takes {duration(cat.RESHARD_SECONDS)}.",
            OUT_THERE["shards"],
            "database",
            "the-hard-part",
            ("shard", "partitioning"),
        ),
        Term(
            "connection pool",
            f"Each server keeps {cat.CONNECTIONS_PER_SERVER} connections to the database, which has room for"
            f" {cat.CONNECTIONS_PER_GB} a gigabyte: what scales out in front presses on what does not. A pooler shares"
            " a few among all.",
            OUT_THERE["pooler"],
            "database",
            "the-hard-part",
            ("connections", "pooler"),
        ),
    )
