"""What a bot or a build comes to over many seeds: how often it wins, what it holds on most of them, and its worst."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, TypeAlias

from scalegame.game.bots.finding import bot_called
from scalegame.game.bots.playing import play
from scalegame.game.bots.runbook_file import RunbookFile
from scalegame.game.level import Proof
from scalegame.game.played import Played
from scalegame.game.proving.builds import script_of
from scalegame.game.proving.jobs import Job, do_all, do_job, shares
from scalegame.game.report import brief
from scalegame.game.score import percent
from scalegame.game.session import Session
from scalegame.model.world import RULES

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from scalegame.game.level import Level
    from scalegame.game.score import Result

MOST_SHARE = 0.75
"""What holds on so many of the seeds holds on most."""

Who: TypeAlias = str | Proof
"""A bot, as --bot calls it, or a build kept beside a level."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody came to, seed by seed."""

    name: str
    played: tuple[Played, ...]
    """In the order of the seeds."""
    rules: int | None = None
    """Of a runbook; None is of no concern."""

    @property
    def won(self) -> int:
        return sum(one.won for one in self.played)

    @property
    def worst(self) -> Played:
        """Lost before won, then the lowest uptime, then the dearest; the first of equals."""
        return min(self.played, key=_goodness)

    @property
    def uptime_held(self) -> float:
        """The uptime that is reached on most of the seeds, lost ones counting as 0."""
        uptimes = sorted((_uptime(one.result) if one.won else 0.0 for one in self.played), reverse=True)
        return uptimes[_last_of_most(len(uptimes))]

    @property
    def cost_held(self) -> float:
        """Dollars that are enough on most of the seeds; infinite where it wins on fewer. A launched level ends earlier
        and is no measure."""
        costs = sorted(
            one.result.cost_micro / 1e6 if one.won and not one.result.launches else math.inf for one in self.played
        )
        return costs[_last_of_most(len(costs))]


def standings(
    level: Level, players: Iterable[Who], seeds: Sequence[int], executor: Executor | None = None, workers: int = 1
) -> Iterator[Standing]:
    """What each of the players comes to on these seeds (at least one), one after the other; ``executor`` spreads the
    runs over so many workers, None plays them here.

    BotError: a bot cannot be had, or failed.
    """
    if not seeds:
        raise ValueError("no seeds")
    for who in players:
        if isinstance(who, Proof):
            # In lock-step: nobody has to look at a build on the way.
            jobs = [Job(level.text, script_of(who), portion) for portion in shares(seeds, workers)]
            done = do_all(executor, do_job, jobs)
            yield Standing(who.name, tuple(chain.from_iterable(one.played for one in done)))
        else:
            bot = bot_called(who, seeds[0])
            rules = bot.rules if isinstance(bot, RunbookFile) else None
            yield Standing(who, tuple(do_all(executor, partial(_bots_run, level, who), seeds)), rules)


def _bots_run(level: Level, call: str, seed: int) -> Played:
    session = Session(level, seed, keep_history=False)
    refused = play(session, bot_called(call, seed))
    return Played(seed, session.result(), session.reason, tuple(refused))


def _last_of_most(count: int) -> int:
    """Of so many, sorted from the best: the last that belongs to most of them."""
    return math.ceil(MOST_SHARE * count) - 1


def _uptime(result: Result) -> float:
    return 1.0 if result.uptime is None else result.uptime


def _goodness(one: Played) -> tuple[bool, float, float]:
    return one.won, _uptime(one.result), -one.result.cost_micro


def standing_lines(standing: Standing) -> list[str]:
    """A standing, said to people."""
    worst, count = standing.worst, len(standing.played)
    rules = "" if standing.rules is None else f", with {standing.rules} rule{'s' * (standing.rules != 1)}"
    lines = [
        f"{standing.name}: won on {standing.won} of {count} seeds{rules}",
        f"the worst is seed {worst.seed}: {brief(worst.result)}",
    ]
    if standing.cost_held < math.inf:
        lines.append(
            f"on most of them ({100 * MOST_SHARE:.0f} %) it holds {percent(standing.uptime_held)} up,"
            f" and ${standing.cost_held:.2f} are enough"
        )
    return lines


def standing_object(standing: Standing, level: Level) -> dict[str, Any]:
    """A standing for programmes: shares 0..1, dollars."""
    runs = [
        {
            "seed": one.seed,
            "outcome": one.result.outcome,
            "uptime": one.result.uptime,
            "cost": one.result.cost_micro / 1e6,
            "offered": one.result.offered,
            "good": one.result.good,
            "lost": one.result.lost,
            "commands": one.result.commands,
        }
        for one in standing.played
    ]
    worst = standing.worst.seed
    return {
        "level": level.id,
        "level_id": level.level_id,
        "rules": RULES,
        "bot": standing.name,
        "runbook_rules": standing.rules,
        "won": standing.won,
        "worst": next(run for run in runs if run["seed"] == worst),
        "runs": runs,
    }
