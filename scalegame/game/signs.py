"""Signs of what went wrong in a stretch of a run: steps that can be causes, and what came of them.

Everything is read off the second-by-second history and the log; nothing is guessed.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING

from scalegame.game.options import EVERYWHERE
from scalegame.game.suspects import COPYING, HARMFUL, JOBS, QUEUING, Kind, Step, bears_on, pool_of
from scalegame.model.catalogue import FAR_MS, RED_SATURATION, SETTINGS, TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scalegame.game.history import History, Second
    from scalegame.game.level import Level
    from scalegame.game.view import LogLine

YOU = "you"
"""The place of an order."""
TIME_TO_LIVE = re.compile(r"set ttl(?:\.(\S+))? ([\d.]+)$")
BALANCER, WORKER, QUEUE, PURGE = "balancer", "worker", "queue", "cache.purge"
ORDERED, TROUBLE = 3, 2
"""Weights of a line of the log that is the player's own, and of a happening that is trouble."""
HERALDS = ("omen", "check", "backlog", "autoscaler")
"""Kinds of happenings that foretell or notice a cause and are none."""
CHANGES = ("rewrite", "shift")
"""Kinds of happenings that are worth a step though they are routine."""
BY_ITSELF = (
    "crash", "disk-loss", "slow", "blip", "zone-outage", "outage", "cache-flush", "flush", "bad-deploy", "deploy",
    "bad release", "leak", "shift", "rewrite",
)  # fmt: skip
"""Kinds of happenings that come of nothing else; a machine that stops does so by itself where it is trouble."""
RISE_SECONDS, NOTABLE_RISE = 5, 1.25
"""Traffic that grows by so much in so many seconds is worth a word."""
MISSED = 0.02
"""Of the requests: so many more that find no copy are worth a word."""
NOISE = 4.0
"""A rise within so many standard deviations of a Poisson count is none."""
RETRY_STORM = 0.25
CALM_SECONDS = 5
"""This long without noticeable losses ends an episode; who had room for so long has to be full anew."""
ENOUGH = 0.5
"""Of a kind of loss: what accounts for so much of it can be its cause."""
WORTH_A_WORD = 0.05
"""Of an episode's losses; a smaller share has no step of its own."""

SAID = {
    "late": "{place} answered too late",
    "time-out": "clients of {place} gave up waiting",
    "refused": "{place} had no room left and refused",
    "down": "requests hit {place} while it did not answer",
    "crash": "requests died with {place}",
    "logged-out": "users were logged out at {place}",
    "leaked": "a stolen login was used at {place}",
    "wrong": "a bad release of {place} answered wrongly",
    "shed": "{place} turned requests away to stay alive",
    "breaker": "the breaker kept requests from {place}",
    "stale": "answers of {place} were out of date",
    "job-late": "jobs ran out of time at the {place}",
    "done-twice": "the {place} did jobs twice that must be done once",
    "dead-letter": "the {place} gave messages up after too many deliveries",
    "missing": "{place} did not have the files or the data that were asked for",
}
"""What each cause of loss means, as a clause."""


def clause(cause: str, place: str) -> str:
    """What a loss means: 'app answered too late'."""
    return SAID.get(cause, cause + " at {place}").format(place=place)


def start_of(second: Second) -> float:
    """When it began: the last one of a game may be cut short."""
    return math.ceil(second.seconds) - 1.0


def orders(level: Level, log: Sequence[LogLine], worst: Step, since: float, until: float) -> list[Step]:
    """What the player ordered that can have to do with it. How old a copy may get was mostly said long before."""
    given = [
        Step("order", line.seconds, YOU, f'you ordered "{line.text}"', detail=line.text)
        for line in log
        if line.weight == ORDERED and line.seconds <= until
    ]
    if worst.cause != "stale":
        near = (step for step in given if step.seconds >= since)
        return [step for step in near if bears_on(step, worst) or step.detail.split()[0] in HARMFUL]
    aging = _aging(level, given)
    before = [step for step in aging if step.seconds <= worst.seconds + 1]
    return [step for step in aging if step.seconds >= since or step in before[-1:]]


def _aging(level: Level, orders: Sequence[Step]) -> list[Step]:
    """Orders that let answers get older: purging helps, and counts only where it is turned off that was on; so does a
    time to live, where it was shorter."""
    setting, ages = SETTINGS[PURGE], _Ages(level)
    stands = setting.text(setting.start)
    found: list[Step] = []
    for order in orders:
        before = stands
        if order.detail.startswith(f"set {PURGE} "):
            stands = order.detail.split()[-1]
        older = ages.hear(order.detail)
        if COPYING.match(order.detail) and older and (PURGE not in order.detail or (before, stands) == ("on", "off")):
            found.append(order)
    return found


class _Ages:
    """How long copies for each class may be used, as orders come; for ever is infinite."""

    def __init__(self, level: Level) -> None:
        self.seconds = {kind.name: kind.ttl or math.inf for kind in level.scenario.classes if kind.reads or kind.static}

    def hear(self, line: str) -> bool:
        """Take an order in; False where it has copies live as long as before, or shorter."""
        told = TIME_TO_LIVE.match(line)
        if told is None:
            return True
        of_class, seconds = told[1], float(told[2]) or math.inf
        before = dict(self.seconds)
        self.seconds.update((name, seconds) for name in before if of_class in (None, name))
        return any(self.seconds[name] > before[name] for name in before)


def kept(level: Level, log: Sequence[LogLine], worst: Step) -> list[Step]:
    """Copies that may be used for longer than answers may be old, where they were."""
    if worst.cause != "stale":
        return []
    ages = _Ages(level)
    for line in log:
        if line.weight == ORDERED and line.seconds <= worst.seconds:
            ages.hear(line.text)
    scenario = level.scenario
    written = {kind.writes for kind in scenario.classes} | {fault.target for fault in scenario.faults}
    fresh = {kind.name: kind.stale_ms / 1000.0 for kind in scenario.classes if kind.reads in written}
    old = {name: seconds for name, seconds in ages.seconds.items() if seconds > fresh.get(name, math.inf)}
    if not old:
        return []
    longest = max(old.values())
    lives = "for ever" if longest == math.inf else f"for {longest:g} s"
    text = f"copies for {' and '.join(old)} were kept {lives}, and what they are copies of had changed"
    return [Step("kept", worst.seconds, worst.place, text)]


def happenings(history: History, since: float, until: float) -> Iterator[Step]:
    """What befell the system, and what was said aloud of what followed from it."""
    for happening in history.happenings:
        seconds = happening.tick / TICKS_PER_SECOND
        worth = happening.weight or happening.kind in CHANGES
        if worth and happening.kind not in HERALDS and since <= seconds <= until:
            died = happening.kind == "stop" and happening.weight >= TROUBLE
            kind: Kind = "event" if died or happening.kind in BY_ITSELF else "effect"
            if happening.kind == "shift" and not _missed(history.seconds, int(seconds)):
                kind = "rise"
            yield Step(kind, seconds, happening.place, happening.text, detail=happening.kind)


def _missed(seconds: Sequence[Second], at: int) -> bool:
    """Whether more than before was asked for from a second on that no copy was there for: without copies, what is
    popular makes no difference."""
    shares = [second.fetched / max(second.offered, 1.0) for second in seconds[max(at - 1, 0) : at + RISE_SECONDS]]
    return bool(shares) and max(shares) >= max(NOTABLE_RISE * shares[0], shares[0] + MISSED)


def risen(window: Sequence[Second]) -> list[Step]:
    """The steepest rise of traffic before the losses, where it is worth a word."""
    rises = [
        (after.offered - before.offered, before, after)
        for before, after in zip(window, window[RISE_SECONDS:], strict=False)
        if after.offered >= max(NOTABLE_RISE * before.offered, before.offered + NOISE * math.sqrt(before.offered)) > 0
    ]
    if not rises:
        return []
    _, before, after = max(rises, key=lambda rise: rise[0])
    text = f"traffic rose from {before.offered:,.0f} to {after.offered:,.0f} requests a second"
    return [Step("rise", before.seconds, EVERYWHERE, text)]


def full(window: Sequence[Second], losing: int) -> list[Step]:
    """The first two seconds in a row in which a pool, or one machine of several, had hardly a core to spare: one alone
    is chance, unless something is lost in it. ``losing`` is the position of the first loss."""
    steps: dict[str, Step] = {}
    before: set[str] = set()
    calm: Counter[str] = Counter()
    for at, now in enumerate(window):
        busy = {pool.name: pool.utilisation for pool in now.pools if pool.utilisation >= RED_SATURATION}
        waiting = {pool.name: pool.waiting for pool in now.pools}
        alone = pool_of(now.tightest)
        if now.saturation >= RED_SATURATION and alone in waiting and alone not in busy:
            busy[now.tightest] = now.saturation
        for place, share in busy.items():
            known = place in steps or pool_of(place) in steps
            if known or not (place in before or at >= losing):
                continue
            text = f"{place} was {100 * share:.0f} % busy"
            if place != pool_of(place):
                rest = "the other one stands by" if alone == BALANCER else f"the rest of {alone} was not"
                text += f", and {rest}"
            elif waiting[place] >= 1:
                text += f", {waiting[place]:,.0f} {'jobs' if place == WORKER else 'requests'} waiting"
            begun = window[at - 1] if place in before else now
            steps[place] = Step("full", start_of(begun), place, text)
        before = set(busy)
        for place in list(steps) if at < losing else ():
            # What had room again before anything was lost has to be full anew.
            calm[place] = 0 if place in busy else calm[place] + 1
            if calm[place] >= CALM_SECONDS:
                del steps[place]
    return list(steps.values())


def dropped(level: Level, window: Sequence[Second], worst: Step) -> list[Step]:
    """The first second in which messages lay invisible whose worker's process had died on the job, where enough of them
    did to be what was lost. A message lies so for one visibility time-out."""
    deadly = [kind.name for kind in level.scenario.classes if kind.job_crash or kind.poison]
    lying = [second for second in window if second.dropped]
    if not deadly or not lying:
        return []
    if sum(second.dropped / second.visibility for second in lying) < ENOUGH * worst.count:
        return []
    text = f"workers' processes died on {' and '.join(deadly)} jobs, which came back after {lying[0].visibility:g} s"
    return [Step("dropped", start_of(lying[0]), QUEUE, text)]


def unmanned(window: Sequence[Second], ordered: Sequence[Step], worst: Step) -> list[Step]:
    """A queue that nobody works off, where jobs ran out of time in it; where it was placed just then, the order says
    it."""
    if worst.cause not in JOBS or worst.place != QUEUE or any(step.detail.startswith(QUEUING) for step in ordered):
        return []
    if any(pool.up for second in window for pool in second.pools if pool.name == WORKER):
        return []
    return [Step("full", start_of(window[0]), WORKER, "there were no workers for what waits in the queue")]


def far(level: Level, worst: Step) -> list[Step]:
    """Users whose way alone takes as long as is promised, where answers came too late."""
    names = [kind.name for kind in level.scenario.classes if kind.far]
    if worst.cause != "late" or not names or level.slo_latency_ms > FAR_MS:
        return []
    text = f"users of {' and '.join(names)} are {FAR_MS:g} ms further away, and nothing near them answered"
    return [Step("far", worst.seconds, EVERYWHERE, text)]


def down(window: Sequence[Second]) -> list[Step]:
    """The first second in which a pool that had served had no machine that answered: one that is still being built is
    nobody's loss."""
    steps: dict[str, Step] = {}
    served: set[str] = set()
    for second in window:
        for pool in second.pools:
            if pool.up:
                served.add(pool.name)
            elif pool.name in served and pool.machines and pool.name not in steps:
                steps[pool.name] = Step("down", start_of(second), pool.name, f"no machine of {pool.name} answered")
    return list(steps.values())


def losses(window: Sequence[Second], lost: int) -> list[Step]:
    """Where each kind of loss that mattered began."""
    begun: dict[tuple[str, str], float] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for second in window:
        for cause, place, count in second.losses:
            begun.setdefault((cause, place), start_of(second))
            counts[cause, place] += count
    most = max(counts.values())
    return [
        Step("loss", begun[cause, place], place, f"{clause(cause, place)}: {count:,} lost", cause, count)
        for (cause, place), count in counts.items()
        if count >= min(WORTH_A_WORD * lost, most)
    ]


def retries(window: Sequence[Second]) -> list[Step]:
    for second in window:
        if second.retry_share >= RETRY_STORM:
            text = f"retries were {100 * second.retry_share:.0f} % of all attempts, load upon load"
            return [Step("retries", start_of(second), EVERYWHERE, text)]
    return []
