"""Asked before being told: what broke first, with answers out of the run itself.

The right one is the first cause that the post-mortem found; the others stand in this system, or could have been the
player's or the users' doing. Each knows what is to be said of it, out of the same run.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.coach import sentence
from scalegame.game.options import EVERYWHERE
from scalegame.game.signs import YOU
from scalegame.game.suspects import pool_of

if TYPE_CHECKING:
    from scalegame.game.history import History, Second
    from scalegame.game.view import CauseStep, PostMortem

MOST_ANSWERS = 4

SAID = {
    EVERYWHERE: "the users: more came, or came again, than all this could bear",
    YOU: "an order of yours: it took something away while it was carried out",
}
POOLS = {
    "balancer": "the balancer: the front door itself was full, or gone",
    "app": "the servers: app had no core or slot free, or a machine was gone",
    "cache": "the cache: it was cold, full or gone",
    "database": "the database: everything behind the servers waited for it",
    "replica": "the replicas: they fell behind, or were full",
    "standby": "the standby: it had to take over",
    "worker": "the workers: too few of them for what was queued",
}
"""Of the game's own pools; of those that a level places the name has to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    place: str
    text: str
    right: bool
    remark: str
    """What is to be said of it, in a sentence or two."""


@dataclass(frozen=True, slots=True)
class Question:
    """Two to four answers in the order of a request's way, so that their order gives nothing away."""

    answers: tuple[Answer, ...]

    @property
    def right(self) -> Answer:
        return next(answer for answer in self.answers if answer.right)


def question_of(told: PostMortem, history: History) -> Question | None:
    """What to ask about a run that is over; None where the post-mortem found no first cause, as when the money ran
    out."""
    if told.first is None:
        return None
    first = told.chain[told.first]
    second = _at(history, first.seconds)
    pools = {pool.name: pool for pool in second.pools} if second is not None else {}
    true = pool_of(first.place)
    blamed = [pool_of(step.place) for step in told.chain]
    busy = sorted(pools, key=lambda name: -_busy(pools[name].utilisation))
    way = (EVERYWHERE, *pools, *([] if true in (EVERYWHERE, *pools, YOU) else [true]), YOU)
    others = [place for place in dict.fromkeys((*blamed, *busy, EVERYWHERE, YOU)) if place in way and place != true]
    chosen = {true, *others[: MOST_ANSWERS - 1]}
    steps: dict[str, CauseStep] = {}
    for step, place in zip(told.chain, blamed, strict=True):
        steps.setdefault(place, step)
    return Question(
        tuple(
            Answer(
                place,
                SAID.get(place) or POOLS.get(place, f"{place}: it was full, or gone in whole or in part"),
                place == true,
                _told(first) if place == true else _remark(place, steps.get(place), first, second),
            )
            for place in way
            if place in chosen
        )
    )


def _at(history: History, seconds: float) -> Second | None:
    """The second in which a moment lies."""
    return next((second for second in history.seconds if second.seconds >= seconds), None)


def _busy(utilisation: float) -> float:
    """Where nothing answered there is no utilisation, and nobody to be busier."""
    return 1.0 if math.isnan(utilisation) else utilisation


def _told(step: CauseStep) -> str:
    return sentence(step.text, step.seconds)


def _remark(place: str, step: CauseStep | None, first: CauseStep, second: Second | None) -> str:
    """Why it was not that: what came of it and when, or how it stood when the first thing broke."""
    if step is not None and step.seconds > first.seconds:
        return f"That came of it later. {_told(step)}"
    if step is not None:
        return f"That came before, and nothing was broken by it yet. {_told(step)}"
    pool = next((pool for pool in second.pools if pool.name == place), None) if second is not None else None
    if pool is not None and pool.up < pool.machines:
        return f"{pool.up} of {pool.machines} machines of {place} answered then, and that was not what broke first."
    if pool is not None:
        return f"When it broke, {place} was {100 * pool.utilisation:.0f} % busy: it had room."
    if place == YOU:
        return "No order of yours took anything away in that time."
    return "There was no sudden rise of the traffic before it broke."
