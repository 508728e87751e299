"""What lets many servers be one service: a balancer before them, and no memory in them."""

from __future__ import annotations

from scalegame.game import rules_of_thumb as rules
from scalegame.model import catalogue as cat
from scalegame.tui.cells.figures import count, duration, money
from scalegame.tui.concepts.page import Concept, Facts, Page, Picture, Table, fact, ms, per_minute, share


def load_balancing() -> Page:
    interval, threshold = (cat.SETTINGS[f"health.{key}"].start for key in ("interval", "threshold"))
    l4, l7 = cat.L4_CPU_MS, cat.L7_CPU_MS
    small = cat.LADDER[0]
    return Page(
        what="A front door that takes every request and hands it to a server that is well. L4 looks at addresses and"
        " ports and passes packets on: it is quick, and carries anything. L7 reads the request itself, so it can send"
        " paths to different pools, keep a user with one server by a cookie, and end the encryption; reading costs it"
        " work. Health checks find the servers that do not answer and leave them out. How the door chooses matters"
        " when servers are not alike: a rule that looks at who is busy goes round a slow one, a fixed turn feeds it"
        " all the same.",
        numbers=(
            Table(
                ("", "work a request", f"a {small.name} one carries"),
                tuple(
                    (kind, ms(cpu), f"{count(small.cores * 1000.0 / cpu)}/s")
                    for kind, cpu in (
                        ("L4", l4),
                        ("L7", l7),
                        ("L7, plain TCP", cat.TCP_TUNNEL_CPU_MS),
                        ("L7, encrypted", l7 + cat.TLS_CPU_MS),
                    )
                ),
            ),
            Facts(
                (
                    fact("round-robin", "each in turn: even counts, whatever a request costs"),
                    fact("random", "any of them: even in the long run, in clumps before"),
                    fact("least-connections", "whoever has the fewest requests: best, and avoids the slow"),
                    fact("two-choices", "the less busy of two picked blindly: nearly as good, needs to know little"),
                    fact(
                        "ip-hash",
                        f"by the user's address: an office of {share(cat.OFFICE_SHARE)} of all is one server's",
                    ),
                )
            ),
            Facts(
                (
                    fact(
                        "a dead server is noticed",
                        f"after {threshold:g} checks, {duration(interval)} apart: until then its share of the requests"
                        " is lost",
                    ),
                    fact("placing a balancer takes", duration(cat.PLACE_SECONDS)),
                )
            ),
        ),
        bites=(
            "a server has died and the check has not noticed yet: to least-connections it looks idle.",
            "servers are not alike, and round-robin deals the slow one as much as the quick ones.",
            "heavy paths and light ones share a pool: the light ones wait.",
            "there is one balancer, and it dies.",
        ),
    )


def statelessness() -> Page:
    life = cat.SETTINGS["token.life"].start
    setup = cat.SETUP_PRICES
    return Page(
        what="A server that keeps nothing between two requests can be swapped for any other: added, replaced, lost,"
        " and nobody notices. So what has to be remembered moves out: who is logged in and what is in the basket, the"
        " files that users leave, the data itself. It does not vanish. Each new home has its own price, and the"
        " shared ones become what everybody depends on.",
        picture=Picture(
            (
                "app-1 ─╮",
                "app-2 ─┼──▶ the state: cache, object storage, database",
                "app-3 ─╯",
            )
        ),
        numbers=(
            Table(
                ("servers", "requests that meet a stranger"),
                tuple((f"{number}", share(rules.strangers(number))) for number in (2, 3, 4, 10)),
                "with sessions in memory and requests dealt out evenly",
            ),
            Facts(
                (
                    fact("sessions: memory", "free; lost with the server"),
                    fact("sessions: sticky", "free; each user keeps to one server, and is lost with it"),
                    fact(
                        "sessions: cache",
                        f"{ms(cat.CACHE_LOOKUP_MS)} and {ms(cat.CACHE_LOOKUP_CPU_MS)} of the cache's work a request,"
                        f" {cat.SESSION_KB:g} kB a user, and the cache's rent",
                    ),
                    fact(
                        "sessions: token",
                        f"{ms(cat.TOKEN_CHECK_CPU_MS)} of a server's work a request; a stolen one works until it"
                        f" expires, {duration(life)} unless set",
                    ),
                    fact(
                        "moving sessions",
                        f"{duration(cat.MIGRATION_SECONDS)}, {money(setup['move sessions cache'])} into the cache,"
                        f" {money(setup['move sessions token'])} into tokens",
                    ),
                    fact("files: own disk", f"{ms(cat.DISK_CPU_MS_PER_MB)} of work a megabyte; lost with the disk"),
                    fact(
                        "files: object storage",
                        f"{ms(cat.OBJECT_CPU_MS_PER_MB)} a megabyte, {ms(cat.OBJECT_STORE_MS)} a file,"
                        f" {money(cat.OBJECT_PRICE_PER_GB_MOVED)} a gigabyte moved,"
                        f" {per_minute(cat.OBJECT_PRICE_PER_GB_MINUTE)} for each that lies there",
                    ),
                    fact(
                        "data: into a database",
                        f"{duration(cat.DATA_MIGRATION_SECONDS)}; a lost box takes {duration(cat.RESTORE_SECONDS)} to"
                        " restore from last night",
                    ),
                )
            ),
        ),
        bites=(
            "a second server is added, and every other click finds nobody who knows the user.",
            "a release replaces the servers one by one, with all that they remembered.",
            "the cache with the sessions dies: everybody is logged out at once.",
            "a token is stolen: nothing on our side can call it back.",
        ),
    )


CONCEPTS = (
    Concept(
        "load-balancing",
        "Load balancing",
        "who gets the next request",
        ("L4 balancer", "L7 balancer", "health check"),
        "lab-try-load-balancing",
        ("the-front-door",),
        load_balancing,
    ),
    Concept(
        "statelessness",
        "Statelessness",
        "servers that can be swapped for each other",
        ("sticky sessions", "signed token", "cache", "object storage"),
        "lab-try-statelessness",
        ("who-am-i-again",),
        statelessness,
    ),
)
