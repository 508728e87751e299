"""Things break: how often, what to do about those that answer late or not at all, and how much of it is promised."""

from __future__ import annotations

from scalegame.game import rules_of_thumb as rules
from scalegame.model import catalogue as cat
from scalegame.tui.cells.figures import count, duration
from scalegame.tui.concepts.page import Concept, Facts, Page, Picture, Table, fact, share, times
from scalegame.tui.topics.chances import CHANCES

KNOBS = (
    "timeout.database",
    "retries.database",
    "retries.backoff",
    "retries.jitter",
    "retries.budget",
    "breaker",
    "shed",
    "shed.retry-after",
)


def failure() -> Page:
    size = cat.LADDER[0]
    mtbf = size.mtbf_seconds
    up = rules.up_share(mtbf, cat.REPAIR_SECONDS)

    def often(machines: int) -> str:
        return "never" if mtbf is None else duration(mtbf / machines)

    return Page(
        what="A single machine rarely fails. A hundred of them fail a hundred times as often, so in a large system"
        " something is broken at any time, and no care prevents that. The answer is to have more than one of"
        " everything that must not be lost, in more than one zone, and something that notices quickly and goes round"
        " the broken part. What is spare stands idle most of the time: that is what redundancy costs. Nobody needs to"
        " see a failure, but somebody has to have paid for it.",
        numbers=(
            Table(
                ("machines", "one crashes about every", "all of them down"),
                tuple(
                    (f"{number:,}", often(number), share(rules.all_down(number, up))) for number in (1, 2, 3, 10, 100)
                ),
                f"each once in {often(1)}, away for {duration(cat.REPAIR_SECONDS)} if nobody restarts it,"
                " independent of each other",
            ),
            Table(
                ("by chance", "at each", "about once in"),
                tuple(
                    (name, where, duration(every))
                    for kind, (name, where) in CHANCES.items()
                    if (every := cat.FAULT_SECONDS[kind]) is not None
                ),
                f"a slow one takes {times(cat.SLOW_FACTOR)} as long for {duration(cat.SLOW_SECONDS)}; a blip lasts"
                f" {duration(cat.BLIP_SECONDS)}, a zone's outage {duration(cat.ZONE_OUTAGE_SECONDS)}",
            ),
            Facts(
                (
                    fact("a restart takes", duration(cat.RESTART_SECONDS)),
                    fact("a new disk", f"comes empty, after {duration(cat.DISK_REPAIR_SECONDS)}"),
                    fact(
                        "a bad release",
                        f"{share(cat.BAD_DEPLOYS)} of them; {share(cat.BAD_RELEASE_WRONG)} of its answers are wrong;"
                        " deploy POOL rollback goes back",
                    ),
                )
            ),
        ),
        bites=(
            "there is one of something: a balancer, a database, a zone.",
            "the spare has no room for the load of the one that died.",
            "a machine is slow and not dead: the health checks pass.",
        ),
    )


def patience() -> Page:
    retries = (0, 1, 2, 3)
    failing = (0.01, 0.1, 0.5, 1.0)
    return Page(
        what="Who waits for ever for an answer holds a slot for ever. A time-out gives up; a retry asks once more,"
        " which helps when one call in a hundred fails and hurts when the other side is full: more is asked of it"
        " just when it can do less, and that alone can keep it down after the cause is gone. So wait before trying"
        " again, twice as long each time and not all at once (back-off, jitter), allow retries only as a small share"
        " of all calls, stop asking for a while where most calls fail (a breaker), and turn away early what would be"
        " answered too late (shedding). A quick 'no' is cheap, a late answer is as dear as a good one.",
        numbers=(
            Table(
                ("of the calls fail", *(f"{number} retries" if number != 1 else "1 retry" for number in retries)),
                tuple((share(part), *(times(rules.attempts(part, number)) for number in retries)) for part in failing),
                "attempts for each call: what the other side has to bear",
            ),
            Facts(
                tuple(
                    (f"set {key}", f"{setting.meaning}; at first {setting.told(setting.start)}")
                    for key in KNOBS
                    for setting in (cat.SETTINGS[key],)
                )
            ),
            Facts(
                (
                    fact(
                        "a breaker looks at",
                        f"about {duration(cat.BREAKER_WINDOW_SECONDS)} of calls, {cat.BREAKER_LEAST_CALLS:g} at least;"
                        f" when it tries again, {share(cat.BREAKER_PROBES)} pass",
                    ),
                )
            ),
        ),
        bites=(
            "a burst of some seconds is over, and the retries keep the service down.",
            "the time-out is longer than users wait: the work is done for nobody.",
            "the time-out is shorter than the work: nothing is ever answered, and everything is asked again.",
        ),
    )


def slo() -> Page:
    promises = (0.9, 0.99, 0.999, 0.9999)
    asked, minutes = 60_000.0, 600.0
    return Page(
        what="An SLO is what is promised to the users: so many of a hundred requests answered well, and in time."
        " Uptime here is good requests / all that came, not the time that a light was green. What the promise leaves"
        " over is the error budget: it may be spent on reboots, releases and bets, and each failure spends some as"
        " well. While there is much of it, move fast; when it is short, be careful; when it is gone, the level is"
        " over. Every nine more is a tenth of the budget, and costs more machines than the nine before.",
        picture=Picture(("error budget = (1 - SLO) x requests        uptime = good / offered",)),
        numbers=(
            Table(
                ("SLO", f"may be lost of {count(asked)}", f"or a silence in {duration(minutes)} of"),
                tuple(
                    (share(promise), count((1 - promise) * asked), f"{(1 - promise) * minutes:.2g} s")
                    for promise in promises
                ),
            ),
            Table(
                ("two things in a row, each up", "together"),
                tuple((share(promise), share(promise * promise)) for promise in promises),
                "a request needs both: what it passes through multiplies",
            ),
            Facts(
                (
                    fact(
                        "each stage",
                        f"has a budget of its own; {share(cat.CARRIED_SHARE)} of what is left is carried over",
                    ),
                    fact("lost is", "late, refused, dropped, timed out, logged out, too stale, done twice, shed"),
                    fact(
                        "silver and bronze",
                        f"allow {cat.SILVER_DOWNTIME:g} and {cat.BRONZE_DOWNTIME:g} times the lost share of gold, or"
                        f" {cat.SILVER_COST:g} and {cat.BRONZE_COST:g} times its cost",
                    ),
                )
            ),
        ),
        bites=(
            "an early accident has spent it, and the busy hour is still to come.",
            "a mean is promised: the users who are met by the worst do not see the mean.",
            "everything is kept so safe that nothing of the budget is used: the money was.",
        ),
    )


CONCEPTS = (
    Concept(
        "failure",
        "Failure",
        "something is always broken",
        ("zone", "health check", "rolling deploy"),
        "lab-try-failure",
        ("something-is-always-broken",),
        failure,
    ),
    Concept(
        "patience",
        "Time-outs and retries",
        "when asking again keeps a service down",
        ("time-outs and retries", "breaker", "load shedding"),
        "lab-try-patience",
        ("retry-storm",),
        patience,
    ),
    Concept(
        "slo",
        "SLO and error budget",
        "what may be lost, and what to spend it on",
        ("error budget",),
        "lab-try-slo",
        (),
        slo,
    ),
)
