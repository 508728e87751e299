"""What a bot or a build comes to over many seeds: how often it wins, what it holds on most of them, and its worst."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

from scalegame.game.bots.finding import bot_called
from scalegame.game.bots.playing import play
from scalegame.game.bots.runbook_file import RunbookFile
from scalegame.game.level import Proof
from scalegame.game.proving.builds import script_of
from scalegame.game.proving.jobs import Job, do_all, shares
from scalegame.game.report import percent
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
    results: tuple[tuple[int, Result], ...]
    """(seed, result), in the order of the seeds."""
    rules: int | None = None
    """Of a runbook; None is of no concern."""

    @property
    def won(self) -> int:
        return sum(result.outcome == "won" for _, result in self.results)

    @property
    def worst(self) -> tuple[int, Result]:
        """(seed, result): lost before won, then the lowest uptime, then the dearest; the first of equals."""
        return min(self.results, key=lambda one: _goodness(one[1]))

    @property
    def score(self) -> tuple[bool, float, int]:
        """What runbooks are ranked by, the higher the better: whether the worst seed is won, its uptime, and how few
        rules it needs (as a number below 0)."""
        won, uptime, _ = _goodness(self.worst[1])
        return won, uptime, -(self.rules or 0)

    @property
    def uptime_held(self) -> float:
        """The uptime that is reached on most of the seeds, lost ones counting as 0."""
        uptimes = sorted((_uptime(result) for _, result in self.results), reverse=True)
        return uptimes[_last_of_most(len(uptimes))]

    @property
    def cost_held(self) -> float:
        """Dollars that are enough on most of the seeds; infinite where it wins on fewer. A launched level ends earlier
        and is no measure."""
        costs = sorted(
            result.cost_micro / 1e6 if result.outcome == "won" and not result.launches else math.inf
            for _, result in self.results
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
            yield Standing(who.name, tuple(_built(level, who, seeds, executor, workers)))
            continue
        bot = bot_called(who, seeds[0])
        rules = bot.rules if isinstance(bot, RunbookFile) else None
        spread: Callable[..., Iterable[Result]] = executor.map if executor else map
        yield Standing(who, tuple(zip(seeds, spread(partial(_result, level, who), seeds), strict=True)), rules)


def _built(
    level: Level, proof: Proof, seeds: Sequence[int], executor: Executor | None, workers: int
) -> Iterator[tuple[int, Result]]:
    """A build's runs, which go in lock-step: nobody has to look at them on the way."""
    jobs = [Job(level.text, script_of(proof), portion) for portion in shares(seeds, workers)]
    for done in do_all(executor, jobs, lambda: None):
        for played in done.played:
            yield played.seed, played.result


def _result(level: Level, call: str, seed: int) -> Result:
    """A bot's run."""
    session = Session(level, seed, keep_history=False)
    play(session, bot_called(call, seed))
    return session.result()


def _last_of_most(count: int) -> int:
    """Of so many, sorted from the best: the last that belongs to most of them."""
    return math.ceil(MOST_SHARE * count) - 1


def _uptime(result: Result) -> float:
    uptime = 1.0 if result.uptime is None else result.uptime
    return uptime if result.outcome == "won" else 0.0


def _goodness(result: Result) -> tuple[bool, float, float]:
    return result.outcome == "won", 1.0 if result.uptime is None else result.uptime, -result.cost_micro


def standing_lines(standing: Standing) -> list[str]:
    """A standing, said to people."""
    seed, worst = standing.worst
    count = len(standing.results)
    uptime = "nothing offered" if worst.uptime is None else f"{percent(worst.uptime)} up"
    rules = "" if standing.rules is None else f", with {standing.rules} rule{'s' * (standing.rules != 1)}"
    lines = [
        f"{standing.name}: won on {standing.won} of {count} seeds{rules}",
        f"the worst is seed {seed}: {worst.outcome}, {uptime}, ${worst.cost_micro / 1e6:.2f}",
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
            "seed": seed,
            "outcome": result.outcome,
            "uptime": result.uptime,
            "cost": result.cost_micro / 1e6,
            "offered": result.offered,
            "good": result.good,
            "lost": result.lost,
            "commands": result.commands,
        }
        for seed, result in standing.results
    ]
    worst = standing.worst[0]
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
