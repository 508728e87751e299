"""Queueing itself, and the two ways to get more: a bigger machine, more machines."""

from __future__ import annotations

from scalegame.game import rules_of_thumb as rules
from scalegame.model import catalogue as cat
from scalegame.tui.cells.figures import count, duration, money, percent, rate
from scalegame.tui.concepts.page import Concept, Curve, Facts, Page, Picture, Table, fact, ms, per_minute, share, times

CURVE_POINTS = 64
CURVE_END = 0.96
CURVE_TOP = 20.0
"""Multiples of the work: more than anybody waits for."""
LITTLE_RATE, LITTLE_MS = 1000.0, 50.0
"""To reckon with."""


def queueing() -> Page:
    amber, red = cat.AMBER_SATURATION, cat.RED_SATURATION
    ends = [CURVE_END * (point + 0.5) / CURVE_POINTS for point in range(CURVE_POINTS)]
    samples = (0.5, 0.7, amber, red, 0.95)
    cores = (1, cat.LADDER[0].cores, cat.LADDER[2].cores, cat.LADDER[-1].cores)
    marks = tuple((at / CURVE_END, percent(at)) for at in (0.25, 0.5, 0.75, red))
    return Page(
        what="Requests come whenever they like, so some find every core busy and have to wait. How many do depends on"
        " the utilisation: the share of the time that the cores are at work. At half of it hardly anybody waits; near"
        " all of it the queue hardly ever empties. A mean hides that: look at p99, which only one request in a"
        " hundred exceeds, because someone who loads many pages meets it often. Little's law ties the three together:"
        " requests inside = requests a second x seconds that each stays.",
        picture=Picture(("one core:   wait = work x u / (1 - u)        u = utilisation, 0 to 1",)),
        numbers=(
            Curve(
                "mean wait on one core, in multiples of the work, by utilisation",
                tuple(rules.mean_wait(1, at) for at in ends),
                CURVE_TOP,
                times(CURVE_TOP),
                marks,
                amber / CURVE_END,
            ),
            Table(
                ("utilisation", *(f"{number} core{'s' if number > 1 else ''}" for number in cores), "p99, 1 core"),
                tuple(
                    (
                        percent(at),
                        *(times(rules.mean_wait(number, at)) for number in cores),
                        times(rules.slow_wait(1, at, 0.99)),
                    )
                    for at in samples
                ),
                "mean wait in multiples of the work: many cores behind one queue can be kept busier",
            ),
            Facts(
                (
                    fact(
                        "Little's law",
                        f"at {rate(LITTLE_RATE)} and {ms(LITTLE_MS)} each, {count(LITTLE_RATE * LITTLE_MS / 1000)}"
                        " requests are inside at any time",
                    ),
                    fact(
                        "the board warns", f"amber from {percent(amber)}, red from {percent(red)}: the tightest place"
                    ),
                )
            ),
        ),
        bites=(
            "a plan fills the machines to the brim: the last few per cent cost more waiting than all before.",
            "work varies a lot: one long request makes everybody behind it late.",
            "what waits holds a slot and memory: a queue in one place fills the places before it.",
        ),
    )


def scale_up() -> Page:
    ladder = cat.LADDER
    small, biggest = ladder[0], ladder[-1]
    return Page(
        what="The same machine, but bigger: more cores, more memory, more slots for requests at once. It is the first"
        " thing to try, since nothing else has to change: no balancer, no second copy of anything. It has a price,"
        " though: changing the size is a reboot, and who comes meanwhile is turned away. And it ends: above the"
        " biggest size there is none, and one machine that carries everything takes everything along when it dies.",
        numbers=(
            Table(
                ("size", "cores", "memory", "slots", "price", "known as"),
                tuple(
                    (
                        size.name,
                        f"{size.cores}",
                        f"{size.memory_gb:g} GB",
                        f"{size.slots:,}",
                        per_minute(size.price),
                        size.known_as,
                    )
                    for size in ladder
                ),
            ),
            Facts(
                (
                    fact("a resize takes", f"{duration(cat.RESIZE_SECONDS)} in which the machine serves nobody"),
                    fact(
                        "a core costs",
                        f"{per_minute(small.price / small.cores)} at {small.name},"
                        f" {per_minute(biggest.price / biggest.cores)} at {biggest.name}",
                    ),
                    fact(
                        "many cores",
                        f"get in each other's way: work takes {times(biggest.stretch)} as long at {biggest.name} as on"
                        " one",
                    ),
                    fact("billed", f"from the order on, for {duration(cat.MINIMUM_BILLED_SECONDS)} at least"),
                )
            ),
        ),
        bites=(
            "the reboot falls into a busy minute.",
            "the biggest size is not enough, and nothing was prepared for a second machine.",
            "the only machine dies.",
        ),
    )


def scale_out() -> Page:
    some = (2, 3, 4, 8)
    pool = Picture(
        (
            "                      ╭──▶ app-1",
            "users ──▶ balancer ───┼──▶ app-2",
            "                      ╰──▶ app-3",
        )
    )
    return Page(
        what="More machines of the same kind, and the load spread over them. There is no biggest size any more,"
        " machines come and go without a reboot of the others, and when one dies the rest carry on, as long as they"
        " have the room. It asks for two things: something that deals the requests out, and servers that can stand in"
        " for each other, which means that none of them keeps what the next request needs.",
        picture=pool,
        numbers=(
            Table(
                ("machines", "if one dies, each other gets", "so plan for at most"),
                tuple(
                    (f"{count}", f"{share(rules.more_after_a_death(count))} more", share(1 - 1 / count))
                    for count in some
                ),
                "busy before the death, so that the others are just not full after it",
            ),
            Facts(
                (
                    fact("a new machine boots", duration(cat.BOOT_SECONDS)),
                    fact(
                        "then it is cold",
                        f"work takes {times(cat.WARMUP_FACTOR)} as long at first, for {duration(cat.WARMUP_SECONDS)}",
                    ),
                    fact("one that leaves", f"finishes what it has for {duration(cat.DRAIN_SECONDS)}"),
                    fact(
                        "out of its zone",
                        f"a hop costs {ms(cat.CROSS_ZONE_MS)} and {money(cat.CROSS_ZONE_PRICE)} a million requests",
                    ),
                )
            ),
        ),
        bites=(
            "there is no balancer: the second machine stands idle.",
            "sessions live in the servers' memory: users land on strangers.",
            "something behind the servers does not scale with them: each opens its own connections to the database.",
        ),
    )


CONCEPTS = (
    Concept("queueing", "Queueing", "why nearly full is too full", (), "lab-try-queueing", (), queueing),
    Concept(
        "scale-up",
        "Scaling up",
        "a bigger machine, a reboot, a ceiling",
        ("sizes",),
        "lab-try-scale-up",
        ("one-box",),
        scale_up,
    ),
    Concept(
        "scale-out",
        "Scaling out",
        "more machines, and room for the one that dies",
        ("pool", "zone"),
        "lab-try-scale-out",
        ("the-biggest-box",),
        scale_out,
    ),
)
