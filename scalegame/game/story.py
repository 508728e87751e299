"""What led to what in the worst stretch of a run: causes and effects in time, and which of them the rest came of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game import signs
from scalegame.game.signs import CALM_SECONDS, ENOUGH
from scalegame.game.suspects import JOBS, SUDDEN, Step, first_cause, pool_of, target_of
from scalegame.model.catalogue import VISIBILITY_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.history import History, Second
    from scalegame.game.level import Level
    from scalegame.game.view import LogLine

NOTICEABLE = 0.01
"""Losses below this share of a second's requests are no episode."""
RECENT_SECONDS = 60
"""About a stage: the losses that spent its error budget."""
LEAD_SECONDS = 15
"""A cause is looked for this long before the first loss."""
LONGEST_CHAIN = 6
PASSING, PASSING_SECONDS = ("resize", "restart"), 15
"""Verbs that hurt until the machines have booted, and how long that is felt."""


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
    losses = signs.losses(history.seconds[episode.begin : episode.end], episode.lost)
    worst = max(losses, key=lambda loss: loss.count)
    begin = max(0, episode.begin - _lead_seconds(level, worst.cause))
    window = history.seconds[begin : episode.end]
    since, until = signs.start_of(window[0]), window[-1].seconds
    ordered = signs.orders(level, log, worst, since, until)
    steps = [
        *ordered,
        *signs.happenings(history, since, until),
        *signs.risen(history.seconds[max(0, episode.begin - LEAD_SECONDS) : episode.begin + 2]),
        *signs.down(window),
        *signs.full(window, episode.begin - begin),
        *signs.dropped(level, window, worst),
        *signs.unmanned(window, ordered, worst),
        *signs.far(level, worst),
        *signs.kept(level, log, worst),
        *losses,
        *signs.retries(window),
    ]
    # Effects are known by the second, so what was ordered or died in that second comes before what came of it.
    steps.sort(key=lambda step: (int(step.seconds), step.kind not in ("order", "event", "effect"), step.seconds))
    first = first_cause([step for step in steps if not _was_over(level, log, step, worst, window)], worst)
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


def _was_over(level: Level, log: Sequence[LogLine], step: Step, worst: Step, window: Sequence[Second]) -> bool:
    """Whether it was an order that takes machines away until they have booted, and most of the loss came later."""
    verb, *words = [*step.detail.split(), ""] if step.kind == "order" else [""]
    passes = verb in PASSING and "rolling" not in words and worst.cause not in SUDDEN
    if not passes or (verb == "resize" and _shrinks(level, log, step)):
        return False
    until = step.seconds + PASSING_SECONDS
    near = (second.losses for second in window if second.seconds <= until)
    lost = sum(
        count for losses in near for cause, place, count in losses if (cause, place) == (worst.cause, worst.place)
    )
    return lost < ENOUGH * worst.count


def _shrinks(level: Level, log: Sequence[LogLine], order: Step) -> bool:
    """Whether a pool has less afterwards than it had, as far as the orders say."""
    pool, sizes = pool_of(target_of(order.detail)), list(level.scenario.sizes)
    stood = getattr(getattr(level.scenario.start, pool, None), "size", sizes[0])
    for line in log:
        words = line.text.split()
        if line.weight == signs.ORDERED and words[0] == "resize" and pool_of(words[1]) == pool:
            if line.seconds >= order.seconds:
                break
            stood = words[2]
    return sizes.index(order.detail.split()[2]) < sizes.index(stood)
