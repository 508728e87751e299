"""The post-mortem: where it broke, what led to what, and what a player should take home from it.

Everything said here is read off the second-by-second history; nothing is guessed.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scalegame.game.options import EVERYWHERE
from scalegame.game.score import medals
from scalegame.game.stages import clock_text
from scalegame.game.view import CauseStep, PostMortem
from scalegame.model.catalogue import RED_SATURATION, TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.history import History, Second
    from scalegame.game.level import Level
    from scalegame.game.score import Result
    from scalegame.game.view import LogLine
    from scalegame.model.snapshot import Snapshot

FULL_STOP = "."
YOU = "you"
HARMFUL = ("resize", "restart", "remove", "move", "deploy")
"""Verbs that take something away from users while they are carried out."""
HERALDS = ("omen", "check")
"""Kinds of happenings that foretell or notice a cause and are none."""
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
MOST_SENTENCES = 3
WORTH_A_WORD = 0.05
"""Of an episode's losses; a smaller share has no step of its own."""
SUDDEN = ("down", "crash", "logged-out", "leaked", "wrong", "missing")
"""Causes of loss that follow at once when a machine or a session goes."""

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
    "job-late": "jobs ran out of time at the {place}",
    "done-twice": "the {place} did jobs twice that must be done once",
    "dead-letter": "the {place} gave messages up after too many deliveries",
    "missing": "{place} did not have the files or the data that were asked for",
}
"""What each cause of loss means, as a clause."""

BOUGHT = {
    "served": "cores at work",
    "headroom": "cores that stood idle",
    "redundancy": "spare machines",
    "waste": "booting or dead machines",
    "setup": "one-off costs",
}
"""What a dollar of each purpose went on."""


@dataclass(frozen=True, slots=True)
class _Episode:
    """A run of seconds with noticeable losses: positions in the history, the second one exclusive."""

    begin: int
    end: int
    lost: int


@dataclass(frozen=True, slots=True)
class _Step:
    """A cause or effect, and what kind of thing it is."""

    kind: Literal["order", "event", "rise", "down", "full", "loss", "retries"]
    seconds: float
    place: str
    text: str
    cause: str = ""
    """Of a loss."""
    count: int = 0


@dataclass(frozen=True, slots=True)
class _Story:
    steps: tuple[_Step, ...]
    """In time."""
    first: _Step
    """The one that the rest came of."""


def post_mortem(
    level: Level,
    result: Result,
    reason: str,
    snapshot: Snapshot,
    money: Sequence[tuple[str, int]],
    history: History,
    log: Sequence[LogLine],
    earned: float | None = None,
) -> PostMortem:
    """Explain a run that is over (or the run so far). ``earned``: dollars by good answers, where they bring any."""
    episode = _worst_episode(history.seconds, ends=result.outcome == "lost" and "budget" in reason)
    story = _story(history, log, episode) if episode else None
    uptime_medal, cost_medal = medals(result, level.par)
    total = sum(loss.count for loss in snapshot.losses)
    losses = sorted(snapshot.losses, key=lambda loss: (-loss.count, loss.cause, loss.place))
    return PostMortem(
        headline=_headline(level, result, reason),
        why=tuple(_why(result, reason, snapshot, money, story)),
        chain=tuple(CauseStep(step.seconds, step.place, step.text) for step in story.steps) if story else (),
        losses=tuple((loss.cause, loss.place, loss.count, loss.count / total) for loss in losses if loss.count),
        money=tuple((purpose, amount / 1e6) for purpose, amount in money),
        uptime=result.uptime,
        cost=result.cost_micro / 1e6,
        uptime_medal=uptime_medal,
        cost_medal=cost_medal,
        par_uptime=level.par.uptime,
        par_cost=level.par.cost,
        lesson=level.lesson,
        history=history.series(),
        first=story.steps.index(story.first) if story else None,
        earned=earned,
        survived=result.ticks / TICKS_PER_SECOND if level.endless else None,
        good=result.good,
    )


def _headline(level: Level, result: Result, reason: str) -> str:
    name = level.title if level.title.endswith(("?", "!")) else f"{level.title}:"
    if result.outcome == "lost":
        return f"{name} {reason}"
    share = "nothing was offered" if result.uptime is None else f"{100 * result.uptime:.2f} % up"
    word = "won" if result.outcome == "won" else "still running"
    return f"{name} {word}, {share} for ${result.cost_micro / 1e6:.2f}"


def _worst_episode(seconds: Sequence[Second], *, ends: bool) -> _Episode | None:
    """The episode with the most losses; where spent budget ``ends`` the run, of the last minute or so: the last straw
    is seldom the load."""
    episodes: list[_Episode] = []
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
                episodes.append(_Episode(begin, position + 1 - calm, lost))
                begin, calm, lost = -1, 0, 0
    if begin >= 0:
        episodes.append(_Episode(begin, len(seconds) - calm, lost))
    if not episodes:
        return None
    late = [episode for episode in episodes if episode.end >= len(seconds) - RECENT_SECONDS]
    return max(late or episodes if ends else episodes, key=lambda episode: episode.lost)


def _story(history: History, log: Sequence[LogLine], episode: _Episode) -> _Story:
    """Causes and effects of an episode in time, and the first cause among them."""
    begin = max(0, episode.begin - LEAD_SECONDS)
    window = history.seconds[begin : episode.end]
    since, until = _start(window[0]), window[-1].seconds
    steps = [
        _Step("order", line.seconds, YOU, f'you ordered "{line.text}"')
        for line in log
        if line.weight == 3 and line.text.split()[0] in HARMFUL and since <= line.seconds <= until
    ]
    steps += [
        _Step("event", happening.tick / TICKS_PER_SECOND, happening.place, happening.text)
        for happening in history.happenings
        if happening.weight and happening.kind not in HERALDS and since <= happening.tick / TICKS_PER_SECOND <= until
    ]
    losses = _losses(window, episode.lost)
    steps += [
        *_risen(history.seconds[begin : episode.begin + 2]),
        *_down(window),
        *_full(window),
        *losses,
        *_retries(window),
    ]
    # Effects are known by the second, so what was ordered or died in that second comes before what came of it.
    steps.sort(key=lambda step: (int(step.seconds), step.kind not in ("order", "event"), step.seconds))
    first = _first_cause(steps, max(losses, key=lambda loss: loss.count))
    start = max(0, min(steps.index(first) - 2, len(steps) - LONGEST_CHAIN))
    return _Story(tuple(steps[start : start + LONGEST_CHAIN]), first)


def _start(second: Second) -> float:
    """When it began: the last one of a game may be cut short."""
    return math.ceil(second.seconds) - 1.0


def _first_cause(steps: Sequence[_Step], worst: _Step) -> _Step:
    """What the worst of the losses came of: more traffic is what a level is about, so it is never the cause by itself.

    Requests are lost at once where a machine goes, so its going is the last thing before; a queue takes time to fill.
    """
    before = [step for step in steps if step.seconds <= worst.seconds + 1]
    sudden = [step for step in before if step.kind in ("order", "event")]
    if worst.cause in SUDDEN and sudden:
        # What was ordered or announced, and what it did to each machine, follow closely: it is the first of them.
        return next(step for step in sudden if step.seconds >= sudden[-1].seconds - CALM_SECONDS)
    if worst.cause in SUDDEN:
        return next((step for step in before if step.kind == "down"), worst)
    return next((step for step in before if step.kind in ("order", "event", "full")), worst)


def _risen(window: Sequence[Second]) -> list[_Step]:
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
    return [_Step("rise", before.seconds, EVERYWHERE, text)]


def _full(window: Sequence[Second]) -> list[_Step]:
    """The first two seconds in a row in which a pool had hardly a core to spare: one alone is chance."""
    steps: dict[str, _Step] = {}
    for before, now in itertools.pairwise(window):
        busy = {pool.name for pool in before.pools if pool.utilisation >= RED_SATURATION}
        for pool in now.pools:
            if pool.name in busy and pool.name not in steps and pool.utilisation >= RED_SATURATION:
                waiting = f", {pool.waiting:,.0f} requests waiting" if pool.waiting >= 1 else ""
                text = f"{pool.name} was {100 * pool.utilisation:.0f} % busy{waiting}"
                steps[pool.name] = _Step("full", _start(before), pool.name, text)
    return list(steps.values())


def _down(window: Sequence[Second]) -> list[_Step]:
    """The first second in which a pool that had served had no machine, or fewer than before, that answered: one that is
    still being built is nobody's loss."""
    steps: dict[str, _Step] = {}
    served: set[str] = set()
    for second in window:
        for pool in second.pools:
            if pool.up:
                served.add(pool.name)
            if pool.name in served and pool.up < pool.machines and pool.up == 0 and pool.name not in steps:
                steps[pool.name] = _Step("down", _start(second), pool.name, f"no machine of {pool.name} answered")
    return list(steps.values())


def _losses(window: Sequence[Second], lost: int) -> list[_Step]:
    """Where each kind of loss that mattered began."""
    begun: dict[tuple[str, str], float] = {}
    counts: dict[tuple[str, str], int] = {}
    for second in window:
        for cause, place, count in second.losses:
            begun.setdefault((cause, place), _start(second))
            counts[cause, place] = counts.get((cause, place), 0) + count
    return [
        _Step("loss", begun[cause, place], place, f"{_clause(cause, place)}: {count:,} lost", cause, count)
        for (cause, place), count in counts.items()
        if count >= min(WORTH_A_WORD * lost, max(counts.values()))
    ]


def _retries(window: Sequence[Second]) -> list[_Step]:
    for second in window:
        if second.retry_share >= RETRY_STORM:
            text = f"retries were {100 * second.retry_share:.0f} % of all attempts, load upon load"
            return [_Step("retries", _start(second), EVERYWHERE, text)]
    return []


def _clause(cause: str, place: str) -> str:
    return SAID.get(cause, cause + " at {place}").format(place=place)


def _why(
    result: Result,
    reason: str,
    snapshot: Snapshot,
    money: Sequence[tuple[str, int]],
    story: _Story | None,
) -> list[str]:
    sentences: list[str] = []
    if result.outcome == "lost" and "purse" in reason:
        sentences.append(_where_the_money_went(result, money))
    if story:
        opening = "It broke here" if result.outcome == "lost" else "The worst of it began here"
        sentences.append(f"{opening}: {story.first.text.rstrip(FULL_STOP)}, at {clock_text(story.first.seconds)}.")
        others = [step for step in story.steps if step is not story.first]
        sentences += [sentence(step.text, step.seconds) for step in others[:MOST_SENTENCES]]
    elif result.lost == 0 and result.offered:
        sentences.append(f"Nothing was lost: all {result.offered:,} requests were answered in time.")
    if len(snapshot.losses) > 1:
        worst = max(snapshot.losses, key=lambda loss: loss.count)
        count = f"{worst.count:,} of {result.lost:,}"
        sentences.append(f"Of all that was lost, {count} were lost so: {_clause(worst.cause, worst.place)}.")
    if result.launches and result.outcome == "won":
        sentences.append("Launched early: the cost medal is for runs that play every stage in full.")
    if not sentences:
        sentences.append(f"{_upper(reason)}." if reason else "Nothing was offered yet.")
    return sentences


def _where_the_money_went(result: Result, money: Sequence[tuple[str, int]]) -> str:
    purpose, amount = max(money, key=lambda row: row[1])
    share = 100 * amount / result.cost_micro if result.cost_micro else 0.0
    spent = f"${result.cost_micro / 1e6:.2f} were spent, {share:.0f} % of it on {BOUGHT.get(purpose, purpose)}"
    return f"The purse was empty: {spent}."


def sentence(text: str, seconds: float) -> str:
    """A step of the chain as the reasons tell it."""
    return f"{_upper(text.rstrip(FULL_STOP))}, at {clock_text(seconds)}."


def _upper(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
