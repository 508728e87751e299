"""One build played over many seeds at once: the runs go in lock-step, in one world, each by the rules of its own play.

A run comes out as it would alone, bit by bit; together they cost a fraction of it (see `scalegame bench`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.play import Play
from scalegame.game.played import Played, Refused
from scalegame.model.world import World

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.script import Scripted


def play_out(level: Level, seeds: Sequence[int], script: Sequence[Scripted]) -> list[Played]:
    """Play a level with the same lines on each of the seeds, to the end of all of them; results in the order of seeds.

    A refused line changes nothing, as in play.
    """
    world = World(level.scenario, seeds)
    plays = [Play(level, seed, world, run) for run, seed in enumerate(seeds)]
    refused: list[list[Refused]] = [[] for _ in seeds]
    running = list(plays)
    waiting = list(reversed(script))
    while running:
        while waiting and waiting[-1].tick <= world.tick:
            line = waiting.pop().line
            for play in running:
                why = play.do(line)
                if why:
                    refused[play.run].append(Refused(world.tick, line, why))
        world.step()
        ended = [play.run for play in running if play.after_tick()]
        if ended:
            running = [play for play in running if not play.over]
    return [Played(play.seed, play.result(), play.reason, tuple(refused[play.run])) for play in plays]
