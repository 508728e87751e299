"""What led to what in the worst stretch of a run: causes and effects in time, and which of them the rest came of.

Everything in it is read off the second-by-second history and the log; nothing is guessed.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.options import EVERYWHERE
from scalegame.game.suspects import COPYING, HARMFUL, JOBS, Kind, Step, bears_on, first_cause, pool_of
from scalegame.model.catalogue import RED_SATURATION, SETTINGS, TICKS_PER_SECOND, VISIBILITY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scalegame.game.history import History, Second
    from scalegame.game.level import Level
    from scalegame.game.view import LogLine
    from scalegame.model.snapshot import Happening

YOU = "you"
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
NOISE = 4.0
"""A rise within so many standard deviations of a Poisson count is none."""
NOTICEABLE = 0.01
"""Losses below this share of a second's requests are no episode."""
RETRY_STORM = 0.25
RECENT_SECONDS = 60
"""About a stage: the losses that spent its error budget."""
CALM_SECONDS = 5
"""This long without noticeable losses ends an episode."""
LEAD_SECONDS = 15
"""A cause is looked for this long before the first loss."""
LONGEST_CHAIN = 6
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


@dataclass(frozen=True, slots=True)
class Episode:
    """A run of seconds with noticeable losses: positions in the history, the second one exclusive."""

    begin: int
    end: int
    lost: int


@dataclass(frozen=True, slots=True)
class Story:
    steps: tuple[Step, ...]
    """In time."""
    first: Step
    """The one that the rest came of."""


def clause(cause: str, place: str) -> str:
    """What a loss means: 'app answered too late'."""
    return SAID.get(cause, cause + " at {place}").format(place=place)


def worst_episode(seconds: Sequence[Second], *, ends: bool) -> Episode | None:
    """The episode with the most losses; where spent budget ``ends`` the run, of the last minute or so: the last straw
    is seldom the load."""
    episodes: list[Episode] = []
    begin, calm, lost = -1, 0, 0
    for position, second in enumerate(seconds):
        count = sum(count for _, _, count in second.losses)
        if count and count >= NOTICEABLE * second.offered:
            begin = position if begin < 0 else begin
            calm = 0
        elif begin >= 0:
            calm += 1
        if begin >= 0:
            lost += count
            if calm >= CALM_SECONDS:
                episodes.append(Episode(begin, position + 1 - calm, lost))
                begin, calm, lost = -1, 0, 0
    if begin >= 0:
        episodes.append(Episode(begin, len(seconds) - calm, lost))
    if not episodes:
        return None
    late = [episode for episode in episodes if episode.end >= len(seconds) - RECENT_SECONDS]
    return max(late or episodes if ends else episodes, key=lambda episode: episode.lost)


def story_of(level: Level, history: History, log: Sequence[LogLine], episode: Episode) -> Story:
    """Causes and effects of an episode in time, and the first cause among them."""
    losses = _losses(history.seconds[episode.begin : episode.end], episode.lost)
    worst = max(losses, key=lambda loss: loss.count)
    begin = max(0, episode.begin - _lead_seconds(level, worst.cause))
    window = history.seconds[begin : episode.end]
    since, until = _start(window[0]), window[-1].seconds
    steps = [
        *_orders(log, worst, since, until),
        *_happenings(history.happenings, since, until),
        *_risen(history.seconds[max(0, episode.begin - LEAD_SECONDS) : episode.begin + 2]),
        *_down(window),
        *_full(window, episode.begin - begin),
        *_dropped(level, window, worst),
        *losses,
        *_retries(window),
    ]
    # Effects are known by the second, so what was ordered or died in that second comes before what came of it.
    steps.sort(key=lambda step: (int(step.seconds), step.kind not in ("order", "event", "effect"), step.seconds))
    first = first_cause(steps, worst)
    start = max(0, min(steps.index(first) - 2, len(steps) - LONGEST_CHAIN))
    chain = steps[start : start + LONGEST_CHAIN]
    # The worst of it has to be told, however much lies between.
    return Story(tuple(chain if worst in chain else [*chain[:-1], worst]), first)


def _lead_seconds(level: Level, cause: str) -> int:
    """How long before the first loss its cause can lie: a job is late long after it was left undone."""
    if cause == "job-late":
        longest = max((kind.job_seconds for kind in level.scenario.classes if kind.job_ms), default=0.0)
        return LEAD_SECONDS + int(min(longest, level.seconds))
    return LEAD_SECONDS + (int(VISIBILITY_SECONDS) if cause in JOBS else 0)


def _start(second: Second) -> float:
    """When it began: the last one of a game may be cut short."""
    return math.ceil(second.seconds) - 1.0


def _orders(log: Sequence[LogLine], worst: Step, since: float, until: float) -> list[Step]:
    """What the player ordered that can have to do with it. How old a copy may get was mostly said long before."""
    given = [
        Step("order", line.seconds, YOU, f'you ordered "{line.text}"', detail=line.text)
        for line in log
        if line.weight == ORDERED and line.seconds <= until
    ]
    if worst.cause != "stale":
        near = (step for step in given if step.seconds >= since)
        return [step for step in near if bears_on(step, worst) or step.detail.split()[0] in HARMFUL]
    aging = _aging(given)
    before = [step for step in aging if step.seconds <= worst.seconds + 1]
    return [step for step in aging if step.seconds >= since or step in before[-1:]]


def _aging(orders: Sequence[Step]) -> list[Step]:
    """Orders that let answers get older: purging helps, and counts only where it is turned off that was on."""
    setting = SETTINGS[PURGE]
    stands = setting.text(setting.start)
    found: list[Step] = []
    for order in orders:
        before = stands
        if order.detail.startswith(f"set {PURGE} "):
            stands = order.detail.split()[-1]
        if COPYING.match(order.detail) and (PURGE not in order.detail or (before, stands) == ("on", "off")):
            found.append(order)
    return found


def _happenings(happenings: Sequence[Happening], since: float, until: float) -> Iterator[Step]:
    """What befell the system, and what was said aloud of what followed from it."""
    for happening in happenings:
        seconds = happening.tick / TICKS_PER_SECOND
        worth = happening.weight or happening.kind in CHANGES
        if worth and happening.kind not in HERALDS and since <= seconds <= until:
            died = happening.kind == "stop" and happening.weight >= TROUBLE
            kind: Kind = "event" if died or happening.kind in BY_ITSELF else "effect"
            yield Step(kind, seconds, happening.place, happening.text, detail=happening.kind)


def _risen(window: Sequence[Second]) -> list[Step]:
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


def _full(window: Sequence[Second], losing: int) -> list[Step]:
    """The first two seconds in a row in which a pool, or one machine of several, had hardly a core to spare: one alone
    is chance, unless something is lost in it. ``losing`` is the position of the first loss."""
    steps: dict[str, Step] = {}
    before: set[str] = set()
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
            steps[place] = Step("full", _start(begun), place, text)
        before = set(busy)
    return list(steps.values())


def _dropped(level: Level, window: Sequence[Second], worst: Step) -> list[Step]:
    """The first second in which messages lay invisible whose worker's process had died on the job, where enough of them
    did to be what was lost. A message lies so for one visibility time-out."""
    deadly = [kind.name for kind in level.scenario.classes if kind.job_crash or kind.poison]
    lying = [second for second in window if second.dropped]
    if not deadly or not lying:
        return []
    if sum(second.dropped / second.visibility for second in lying) < ENOUGH * worst.count:
        return []
    text = f"workers' processes died on {' and '.join(deadly)} jobs, which came back after {lying[0].visibility:g} s"
    return [Step("dropped", _start(lying[0]), QUEUE, text)]


def _down(window: Sequence[Second]) -> list[Step]:
    """The first second in which a pool that had served had no machine that answered: one that is still being built is
    nobody's loss."""
    steps: dict[str, Step] = {}
    served: set[str] = set()
    for second in window:
        for pool in second.pools:
            if pool.up:
                served.add(pool.name)
            elif pool.name in served and pool.machines and pool.name not in steps:
                steps[pool.name] = Step("down", _start(second), pool.name, f"no machine of {pool.name} answered")
    return list(steps.values())


def _losses(window: Sequence[Second], lost: int) -> list[Step]:
    """Where each kind of loss that mattered began."""
    begun: dict[tuple[str, str], float] = {}
    counts: Counter[tuple[str, str]] = Counter()
    for second in window:
        for cause, place, count in second.losses:
            begun.setdefault((cause, place), _start(second))
            counts[cause, place] += count
    most = max(counts.values())
    return [
        Step("loss", begun[cause, place], place, f"{clause(cause, place)}: {count:,} lost", cause, count)
        for (cause, place), count in counts.items()
        if count >= min(WORTH_A_WORD * lost, most)
    ]


def _retries(window: Sequence[Second]) -> list[Step]:
    for second in window:
        if second.retry_share >= RETRY_STORM:
            text = f"retries were {100 * second.retry_share:.0f} % of all attempts, load upon load"
            return [Step("retries", _start(second), EVERYWHERE, text)]
    return []
