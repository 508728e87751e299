"""The part that cannot just be copied, and the pool that follows its load by itself."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.tui.cells.figures import count, duration, money
from scalegame.tui.concepts.page import Concept, Facts, Page, Picture, Table, fact, ms, per_minute, share, times


def database() -> Page:
    each, per_gb, small = cat.CONNECTIONS_PER_SERVER, cat.CONNECTIONS_PER_GB, cat.LADDER[0]
    most = int(small.memory_gb * per_gb) // each
    return Page(
        what="When the servers remember nothing, the database remembers everything, and it cannot just be doubled:"
        " two copies have to agree. A bigger one comes first. Read replicas take reads off it, but no writes, and"
        " what they say is a little old. A standby takes every write along and is promoted when the primary dies:"
        " that is for staying up, not for speed. Shards split the data by a key, writes too, and then questions that"
        " need all parts ask all of them, and one part may be hotter than the others.",
        picture=Picture(
            (
                "writes ──▶ primary ──▶ replica  ──▶ reads, a little late",
                "              ╰──────▶ standby      takes over when it dies",
                "keys   ──▶ shard 1 │ shard 2 │ shard 3",
            )
        ),
        numbers=(
            Facts(
                (
                    fact(
                        "replication",
                        f"a write reaches a replica {ms(cat.REPLICATION_MS)} later at least; applying it takes"
                        f" {share(cat.REPLAY_SHARE)} of its work, on one core",
                    ),
                    fact(
                        "a new copy",
                        f"is of use after {duration(cat.SEED_SECONDS)}; {cat.MOST_REPLICAS} replicas at most",
                    ),
                    fact(
                        "a standby",
                        f"makes each write {ms(cat.STANDBY_MS)} longer; the failover takes"
                        f" {duration(cat.FAILOVER_SECONDS)} from the notice on",
                    ),
                    fact(
                        "sharding",
                        f"{money(cat.SETUP_PRICES['shard'])}, {duration(cat.RESHARD_SECONDS)} in which work there"
                        f" takes {cat.RESHARD_DRAG:g}x as long; {cat.MOST_SHARDS} at most",
                    ),
                    fact(
                        "connections",
                        f"each server opens {each}; beyond {cat.CONNECTIONS_FREE} they slow all work down, each by"
                        f" {share(cat.CONNECTION_COST)}",
                    ),
                    fact(
                        "a pooler",
                        f"opens {cat.POOLER_CONNECTIONS_PER_CORE} a core of the database, however many servers there"
                        f" are; {ms(cat.POOLER_MS)} a call, {per_minute(cat.POOLER_PRICE)} a core (set pooler)",
                    ),
                )
            ),
            Table(
                ("database", "memory", "connections", "servers without a pooler"),
                tuple(
                    (
                        size.name,
                        f"{size.memory_gb:g} GB",
                        count(size.memory_gb * per_gb),
                        count(size.memory_gb * per_gb // each),
                    )
                    for size in cat.LADDER
                ),
            ),
        ),
        bites=(
            "writes are what is too much: replicas take none.",
            "a replica falls behind: users do not see what they have just written.",
            "data is split early: questions to all parts get slower, not faster.",
            f"the {_ordinal(most + 1)} server finds no connection left at a {small.name} database.",
        ),
    )


def _ordinal(number: int) -> str:
    """'11th', '21st'."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number % 100 in (11, 12, 13) else ends.get(number % 10, 'th')}"


def autoscaling() -> Page:
    low, high = cat.AUTOSCALER_TARGETS
    target = cat.AUTOSCALER_OFFERED_TARGET
    boot, look = cat.BOOT_SECONDS, cat.AUTOSCALER_LOOKS_SECONDS
    return Page(
        what="A pool of servers that remember nothing can be grown and shrunk by a rule. The autoscaler looks at how"
        " busy the pool is, works out how many machines would bring it to the target, and orders or dismisses them"
        " within the bounds you set. It is always late: it has to see the load first, and then the machines have to"
        " boot. The target is what bridges that gap: the lower it is, the more room there is for what comes"
        " meanwhile, and the more stands idle.",
        picture=Picture(("machines wanted = machines x busy / target",)),
        numbers=(
            Facts(
                (
                    fact(
                        "it looks",
                        f"every {duration(look)}; the newest look counts for {share(cat.AUTOSCALER_SMOOTHING)} of what"
                        " it believes",
                    ),
                    fact(
                        "a new machine helps",
                        f"{duration(boot)} after the order, cold for {duration(cat.WARMUP_SECONDS)} more",
                    ),
                    fact("it does not add", f"until the load is {share(cat.AUTOSCALER_TOLERANCE)} above the target"),
                    fact(
                        "it takes away",
                        f"only what was too much for {duration(cat.AUTOSCALER_WINDOW_SECONDS)}, and"
                        f" {share(cat.AUTOSCALER_SHRINKS_SHARE)} of the pool at once at most, or one machine",
                    ),
                    fact("target", f"{low:g} to {high:g} %; menus offer {target:g} %"),
                    fact(
                        "each costs",
                        f"{per_minute(cat.LADDER[0].price)} for a {cat.LADDER[0].name} one,"
                        f" {duration(cat.MINIMUM_BILLED_SECONDS)} at least",
                    ),
                )
            ),
            Table(
                ("target", "until new ones help, the load may rise to"),
                tuple((f"{at:g} %", times(100.0 / at)) for at in (50.0, target, 85.0, high)),
                f"within {duration(look + boot + cat.WARMUP_SECONDS)}, before the pool is full",
            ),
        ),
        bites=(
            "the load doubles faster than a machine boots.",
            "something behind the pool is the bottleneck: more servers only press harder on it.",
            "a slow leak or bad release is paid for with machines, and nobody looks.",
            "the upper bound is forgotten, and the purse with it.",
        ),
    )


CONCEPTS = (
    Concept(
        "database",
        "The database",
        "the part that cannot just be doubled",
        ("database", "read replica", "standby", "shards", "pooler"),
        "lab-try-database",
        ("the-hard-part",),
        database,
    ),
    Concept(
        "autoscaling",
        "Autoscaling",
        "a pool that follows its load, a boot behind",
        ("autoscale", "runbook"),
        "lab-try-autoscaling",
        ("launch-day",),
        autoscaling,
    ),
)
