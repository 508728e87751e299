"""Words of the glossary: capacity, where state lives, what stands before the servers."""

from __future__ import annotations

from scalegame.game import rules_of_thumb as rules
from scalegame.model import catalogue as cat
from scalegame.model.out_there import OUT_THERE
from scalegame.tui.cells.figures import duration, money, percent
from scalegame.tui.concepts.page import ms, per_minute, share, times
from scalegame.tui.concepts.term import Term


def capacity() -> tuple[Term, ...]:
    small, biggest = cat.LADDER[0], cat.LADDER[-1]
    lead = cat.AUTOSCALER_LOOKS_SECONDS + cat.BOOT_SECONDS
    return (
        Term(
            "scaling",
            "To bear more load without falling over: more users, more requests, more data. There are two ways, a bigger"
            " machine and more of them; the last level asks for both, and for the order in which to pay for them.",
            "capacity planning, performance engineering",
            "scale-up",
            "launch-day",
            ("load", "capacity"),
        ),
        Term(
            "vertical scaling",
            "The same machine, but bigger: a reboot, and nothing else has to change."
            f" A {small.name} one has {small.cores} cores for {per_minute(small.price)}.",
            "scaling up; another instance type in the cloud",
            "scale-up",
            "one-box",
            ("scale up", "scaling up", "bigger"),
        ),
        Term(
            "downtime",
            "The time in which a place answers nobody. Whoever asks meanwhile is lost, so a reboot costs little in a"
            f" quiet minute: a resize takes {duration(cat.RESIZE_SECONDS)}, a restart {duration(cat.RESTART_SECONDS)}.",
            "a maintenance window",
            "scale-up",
            "one-box",
            ("reboot", "resize"),
        ),
        Term(
            "utilisation",
            "The share of the time that the cores are at work. At half of it hardly anybody waits; on one core the mean"
            f" wait is {times(rules.mean_wait(1, cat.RED_SATURATION))} the work at {percent(cat.RED_SATURATION)}.",
            "saturation, the USE method, M/M/c",
            "queueing",
            "one-box",
            ("queueing", "waiting", "latency", "saturation"),
        ),
        Term(
            "ceiling",
            f"There is a biggest machine: here {biggest.name}, {biggest.cores} cores for {per_minute(biggest.price)},"
            f" at {times(biggest.price / biggest.cores / (small.price / small.cores))} the price of a core."
            " What it cannot bear no single machine can.",
            "the largest instance type that a cloud rents out",
            "scale-up",
            "the-biggest-box",
            ("limit", "biggest machine"),
        ),
        Term(
            "single point of failure",
            "The one thing without which nothing works: when it dies, everything dies with it, for"
            f" {duration(cat.REPAIR_SECONDS)} if nobody restarts it. One balancer is such a thing, and one database.",
            "SPOF; bus factor, where it is a person",
            "failure",
            "the-biggest-box",
            ("SPOF",),
        ),
        Term(
            "horizontal scaling",
            "More machines, with the load spread over them. There is no biggest size any more, and when one of four"
            f" dies the others get {share(rules.more_after_a_death(4))} more each; the price is that something has to"
            " deal the requests out, and that nobody may depend on which one answers.",
            "scaling out; " + OUT_THERE["pool"],
            "scale-out",
            "the-biggest-box",
            ("scale out", "scaling out", "replicas of servers"),
        ),
        Term(
            "autoscaling",
            "A rule that orders and dismisses disposable servers to keep them at a target. It is late by a look and a"
            f" boot, {duration(lead)} here: at {cat.AUTOSCALER_OFFERED_TARGET:g} % the load may meanwhile rise to"
            f" {times(100.0 / cat.AUTOSCALER_OFFERED_TARGET)}.",
            OUT_THERE["autoscale"],
            "autoscaling",
            "launch-day",
            ("elasticity",),
        ),
        Term(
            "headroom",
            "What is paid for and not needed yet: the room for a spike, for a death, or for what comes while machines"
            f" boot ({duration(cat.BOOT_SECONDS)}). The money ledger says what it cost.",
            "over-provisioning, spare capacity",
            "scale-out",
            "launch-day",
            ("spare",),
        ),
    )


def state() -> tuple[Term, ...]:
    life = cat.SETTINGS["token.life"].start
    return (
        Term(
            "statelessness",
            "A server that keeps nothing between two requests: any of them can answer anybody, and one may be added,"
            " replaced or lost. It is what makes scaling out work at all.",
            "a factor of the twelve-factor app: stateless processes; Kubernetes pods",
            "statelessness",
            "who-am-i-again",
            ("stateless",),
        ),
        Term(
            "stateful server",
            "It remembers its users in its own memory, and does not go with having several:"
            f" of two servers {share(rules.strangers(2))} of the clicks meet the one that never heard of the user, of"
            f" four {share(rules.strangers(4))}.",
            "in-process sessions: PHP files, servlet HttpSession",
            "statelessness",
            "who-am-i-again",
            ("state", "logged out"),
        ),
        Term(
            "session",
            "What is to be remembered of a user between two requests: who is logged in, what is in the basket. It has"
            " to live somewhere: in the server, in a shared cache, or with the user.",
            "a session cookie and a session store",
            "statelessness",
            "who-am-i-again",
            ("login", "basket", "cart"),
        ),
        Term(
            "sticky session",
            "The balancer sends each user to the same server again. It hides the state and does not move it: a lost or"
            " replaced server still takes its users' logins along.",
            OUT_THERE["sticky sessions"],
            "statelessness",
            "who-am-i-again",
            ("affinity",),
        ),
        Term(
            "shared store",
            f"State moved out of the servers to where all of them find it. A session in the cache costs"
            f" {ms(cat.CACHE_LOOKUP_MS)} a request and {cat.SESSION_KB:g} kB a user, and now everybody depends on that"
            " cache.",
            "Redis as a session store",
            "statelessness",
            "who-am-i-again",
            ("session store", "shared cache"),
        ),
        Term(
            "signed token",
            f"The users carry their session themselves, signed so that they cannot change it."
            f" Checking it takes {ms(cat.TOKEN_CHECK_CPU_MS)} of a core, and a stolen one works until it expires, after"
            f" {duration(life)} unless you set another life.",
            OUT_THERE["signed token"],
            "statelessness",
            "who-am-i-again",
            ("token", "JWT"),
        ),
        Term(
            "disposable server",
            "Identical to all others, and nothing of value in it: kill one, add ten. A rolling deploy replaces them one"
            f" by one, {duration(cat.DEPLOY_SECONDS)} each, and nobody notices.",
            "cattle, not pets; a Kubernetes pod, which is ephemeral",
            "statelessness",
            "who-am-i-again",
            ("disposable", "ephemeral", "interchangeable"),
        ),
        Term(
            "object storage",
            "A home for files outside the servers, so that no dead disk takes uploads along:"
            f" {ms(cat.OBJECT_STORE_MS)} a file and {money(cat.OBJECT_PRICE_PER_GB_MOVED)} a gigabyte moved.",
            OUT_THERE["object storage"],
            "statelessness",
            "closer-to-you",
            ("uploads", "S3", "files"),
        ),
    )


def front() -> tuple[Term, ...]:
    interval, threshold = (cat.SETTINGS[f"health.{key}"].start for key in ("interval", "threshold"))
    return (
        Term(
            "load balancer",
            "One front door that takes every request and hands it to one of the servers that are well. It can die like"
            " any machine, which is why there is a pair of them.",
            "a reverse proxy; a pair shares one address by keepalived and VRRP, or by DNS",
            "load-balancing",
            "the-front-door",
            ("balancer", "reverse proxy"),
        ),
        Term(
            "layer 4",
            "The balancer passes connections on by address and port and does not look inside:"
            f" {ms(cat.L4_CPU_MS)} a request, any protocol, and no idea what is asked for.",
            OUT_THERE["L4 balancer"],
            "load-balancing",
            "the-front-door",
            ("L4", "TCP", "transport"),
        ),
        Term(
            "layer 7",
            f"The balancer reads the request, so it can choose by path, header or cookie. That costs"
            f" {ms(cat.L7_CPU_MS)}, {times(cat.L7_CPU_MS / cat.L4_CPU_MS)} what passing it on does, and"
            f" {ms(cat.TLS_CPU_MS)} more where it is encrypted.",
            OUT_THERE["L7 balancer"],
            "load-balancing",
            "the-front-door",
            ("L7", "HTTP", "TLS", "HTTPS", "path"),
        ),
        Term(
            "health check",
            f"The balancer asks each server every {duration(interval)} and leaves it out after {threshold:g} failures."
            " Until then the dead one gets its share, and a slow one passes all the same.",
            OUT_THERE["health check"],
            "load-balancing",
            "the-front-door",
            ("probe", "routing around"),
        ),
    )
