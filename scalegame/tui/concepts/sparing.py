"""Work not done now: answered from a copy, or left for later."""

from __future__ import annotations

from scalegame.game import rules_of_thumb as rules
from scalegame.model import catalogue as cat
from scalegame.model.copies.keys import moved_share
from scalegame.tui.cells.figures import count, duration, money, rate
from scalegame.tui.concepts.page import Concept, Facts, Page, Picture, Table, fact, ms, share

ITEMS, SKEW, ITEM_KB = 100_000, 1.0, 4.0
"""A shop's catalogue, to reckon with."""


def caching() -> Page:
    sizes = cat.LADDER[:4]
    kept = cat.CACHE_MEMORY_SHARE
    return Page(
        what="An answer that was worked out once can be given again. A cache keeps copies of what was asked for"
        " lately: in the CDN, close to the users, for what is the same for all of them; in a shared memory beside the"
        " servers; in the database's own memory as pages. A few things are asked for most of the time, so a small"
        " store answers a large share. The price is age: a copy is what was true when it was made. How old is still"
        " good has to be decided for each kind of data: a picture may be a day old, a price may not.",
        picture=Picture(
            (
                "users ──▶ CDN ──▶ balancer ──▶ app ──▶ cache ──▶ database",
                "           ╰ hit: back at once          ╰ hit: no query",
            )
        ),
        numbers=(
            Table(
                (f"of {count(ITEMS)} items, the top", "get of all requests"),
                tuple((share(top), share(rules.asked_of_the_top(ITEMS, SKEW, top))) for top in (0.001, 0.01, 0.1, 0.5)),
                f"when the second is asked for half as often as the first, and so on (Zipf, exponent {SKEW:g})",
            ),
            Table(
                ("cache", "memory for copies", f"copies of {ITEM_KB:g} kB"),
                tuple(
                    (size.name, f"{size.memory_gb * kept:g} GB", count(size.memory_gb * kept * 1e6 / ITEM_KB))
                    for size in sizes
                ),
            ),
            Table(
                ("asked for", *(f"kept {duration(ttl)}" for ttl in (1.0, 10.0, 60.0))),
                tuple(
                    (rate(often), *(share(rules.kept_by_ttl(often, ttl)) for ttl in (1.0, 10.0, 60.0)))
                    for often in (0.1, 1.0, 10.0)
                ),
                "answered by the copy of one item: rate x ttl / (1 + rate x ttl)",
            ),
            Facts(
                (
                    fact(
                        "a look-up in the cache",
                        f"{ms(cat.CACHE_LOOKUP_MS)}, {ms(cat.CACHE_LOOKUP_CPU_MS)} of its work",
                    ),
                    fact(
                        "the CDN",
                        f"{ms(cat.EDGE_MS)} to the nearest of {cat.CDN_LOCATIONS} edges, where the far users' way to"
                        f" us is {ms(cat.FAR_MS)} longer; ${cat.CDN_PRICE_PER_GB:g} a gigabyte",
                    ),
                    fact("purge on write", f"{ms(cat.PURGE_CPU_MS)} of a server's work for each write"),
                    fact(
                        "pages",
                        f"{share(cat.PAGES_MEMORY_SHARE)} of a database's memory; a miss reads the disk,"
                        f" {ms(cat.DISK_MS)}",
                    ),
                    fact(
                        "one more cache machine",
                        f"of four: moves {share(moved_share(4, 5, consistent=True))} of the keys, with modulo"
                        f" {share(moved_share(4, 5, consistent=False))}",
                    ),
                )
            ),
        ),
        bites=(
            "the cache is emptied or restarted at a busy time: all it kept away meets the database at once.",
            "copies are older than the users put up with: wrong prices count as lost.",
            "what is popular changes: the store holds what was.",
            "data is written as often as it is read: copies are of no use before they are old.",
        ),
    )


def queues() -> Page:
    crash = cat.CRASHED_JOB_SHARE
    return Page(
        what="Not everything has to happen while the user waits. A mail, a thumbnail, a report can be written down as"
        " a message: the server puts it on the queue and answers at once, and workers do it at their own pace. A rush"
        " then makes the queue longer instead of the service slower, and the workers need to be enough for the mean,"
        " not for the peak. A worker that dies loses nothing: what it had in hand becomes visible again after a"
        " time-out, and another takes it. So a job can be done twice, and it had better not matter: that is"
        " idempotency.",
        picture=Picture(
            (
                "users ──▶ app ──▶ queue ≡≡≡≡≡≡ ──▶ workers ──▶ done",
                "           ╰ 'accepted', at once  ╰ late or dead: back on the queue",
            )
        ),
        numbers=(
            Facts(
                (
                    fact(
                        "visibility time-out",
                        f"{duration(cat.VISIBILITY_SECONDS)} until a message that was taken and not finished comes"
                        " back (set queue.visibility)",
                    ),
                    fact(
                        "dead letter", f"a message delivered {cat.MAX_RECEIVES} times in vain (set queue.max-receives)"
                    ),
                    fact(
                        "done twice", f"about {share(crash)} of what a dying worker had in hand had its effect already"
                    ),
                    fact(
                        "idempotent",
                        f"{ms(cat.DEDUPE_CPU_MS)} of a worker's work more for each job (set queue.idempotent)",
                    ),
                    fact("putting a message there", f"{ms(cat.ENQUEUE_CPU_MS)} of a server's work"),
                    fact(
                        "price",
                        f"{money(cat.QUEUE_PRICE_PER_MILLION)} a million messages; a service, nothing to resize",
                    ),
                    fact("the log warns", f"when a job has waited for {share(cat.BACKLOG_WARNING_SHARE)} of its time"),
                )
            ),
        ),
        bites=(
            "slow work is done inline: it holds the slots that quick requests need.",
            "the workers are too few for the mean: the queue only grows, and every job is late in the end.",
            "the visibility time-out is shorter than a job: it is handed out again while it is being done.",
            "a payment is done twice.",
        ),
    )


CONCEPTS = (
    Concept(
        "caching",
        "Caching",
        "answers given again, and how old they may be",
        ("cache", "CDN"),
        "lab-try-caching",
        ("dont-ask-twice", "closer-to-you", "yesterdays-price"),
        caching,
    ),
    Concept(
        "queues",
        "Queues and workers",
        "slow work for later, and what is done twice",
        ("queue", "workers"),
        "lab-try-queues",
        ("not-now", "twice-is-once"),
        queues,
    ),
)
