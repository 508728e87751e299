"""Many runs of a level at once: they go in lock-step, in one world, each by the rules of its own play.

A run comes out as it would alone, bit by bit; together they cost a fraction of it (see `scalegame bench`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.again import by_tick
from scalegame.game.play import Play
from scalegame.game.played import Played, Refused
from scalegame.model.world import World

if TYPE_CHECKING:
    from scalegame.game.again import Orders
    from scalegame.game.level import Level
    from scalegame.game.script import Scripted


class Lockstep:
    """Runs of a level side by side, each with lines of its own. Whoever asked steps them, where and when it suits."""

    def __init__(self, level: Level, runs: Sequence[tuple[int, Orders]]) -> None:
        """``runs``: (seed, orders) of each."""
        self.world = World(level.scenario, [seed for seed, _ in runs])
        self.plays = [Play(level, seed, self.world, run) for run, (seed, _) in enumerate(runs)]
        self.refused: list[list[Refused]] = [[] for _ in runs]
        """What was not taken, of each: it changed nothing, as in play."""
        self._orders = [orders for _, orders in runs]
        self._going = list(self.plays)

    @property
    def over(self) -> bool:
        """All of them are."""
        return not self._going

    def step(self) -> None:
        """A tick of those that are not over, with what is ordered at it."""
        tick = self.world.tick
        for play in self._going:
            for line in self._orders[play.run].get(tick, ()):
                why = play.do(line)
                if why:
                    self.refused[play.run].append(Refused(tick, line, why))
        self.world.step()
        ended = [play.run for play in self._going if play.after_tick()]
        if ended:
            self._going = [play for play in self._going if not play.over]


def play_out(level: Level, seeds: Sequence[int], script: Sequence[Scripted]) -> list[Played]:
    """Play a level with the same lines on each of the seeds, to the end of all; results in the order of seeds."""
    orders = by_tick((line.tick, line.line) for line in script)
    together = Lockstep(level, [(seed, orders) for seed in seeds])
    while not together.over:
        together.step()
    return [
        Played(play.seed, play.result(), play.reason, tuple(refused))
        for play, refused in zip(together.plays, together.refused, strict=True)
    ]
