"""The post-mortem: where it broke, what led to what, and what a player should take home from it.

Everything said here is read off the second-by-second history; nothing is guessed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.game.level import Par
from scalegame.game.score import medals, percent
from scalegame.game.signs import clause
from scalegame.game.stages import clock_text
from scalegame.game.story import story_of, worst_episode
from scalegame.game.view import CauseStep, PostMortem
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.history import History
    from scalegame.game.level import Level
    from scalegame.game.score import Result
    from scalegame.game.story import Story
    from scalegame.game.view import LogLine
    from scalegame.model.snapshot import Snapshot

FULL_STOP = "."
MOST_SENTENCES = 3
BOUGHT = {
    "served": "cores at work",
    "headroom": "cores that stood idle",
    "redundancy": "spare machines",
    "waste": "booting or dead machines",
    "setup": "one-off costs",
}
"""What a dollar of each purpose went on."""


def post_mortem(
    level: Level,
    result: Result,
    reason: str,
    snapshot: Snapshot,
    money: Sequence[tuple[str, int]],
    history: History,
    log: Sequence[LogLine],
    earned: float | None = None,
    *,
    practice: bool = False,
) -> PostMortem:
    """Explain a run that is over (or the run so far). ``earned``: dollars by good answers, where they bring any.
    ``practice``: it went back in another run, with what was known at its end, and earns no medal."""
    episode = worst_episode(history.seconds, ends=result.outcome == "lost" and "budget" in reason)
    story = story_of(level, history, log, episode) if episode else None
    uptime_medal, cost_medal = medals(result, Par() if practice else level.par)
    total = sum(loss.count for loss in snapshot.losses)
    losses = sorted(snapshot.losses, key=lambda loss: (-loss.count, loss.cause, loss.place))
    return PostMortem(
        headline=_headline(level, result, reason),
        why=tuple(_why(result, reason, snapshot, money, story, practice=practice)),
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
        practice=practice,
    )


def _headline(level: Level, result: Result, reason: str) -> str:
    name = level.title if level.title.endswith(("?", "!")) else f"{level.title}:"
    if result.outcome == "lost":
        return f"{name} {reason}"
    share = "nothing was offered" if result.uptime is None else f"{percent(result.uptime)} up"
    word = "won" if result.outcome == "won" else "still running"
    return f"{name} {word}, {share} for ${result.cost_micro / 1e6:.2f}"


def _why(
    result: Result,
    reason: str,
    snapshot: Snapshot,
    money: Sequence[tuple[str, int]],
    story: Story | None,
    *,
    practice: bool,
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
        sentences.append(f"Of all that was lost, {count} were lost so: {clause(worst.cause, worst.place)}.")
    if result.launches and result.outcome == "won" and not practice:
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
