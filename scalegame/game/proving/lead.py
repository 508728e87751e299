"""How long before the first loss a player is warned where nothing is done, and how long the remedies take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.play import Play
from scalegame.game.saturation import AHEAD_SECONDS, Foresight, warning_of
from scalegame.game.session import Session
from scalegame.game.story import NOTICEABLE
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.model.world import World

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.proving.builds import Build
    from scalegame.model.world import Score

REMEMBERED_SECONDS = 60.0
"""A warning further back than this was about something else."""
DECIDING_SECONDS = 5.0
"""What a player needs besides the remedy's own delay."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Of one seed. Seconds of the level."""

    seed: int
    warned: float | None
    """The first warning before the loss; None where there was none."""
    lost: float | None
    """When the first second began in which a noticeable share was lost; None where there was none."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """An order of a build that wins."""

    second: float
    delay: float
    """Seconds until it is done, as it was quoted then."""


def leads(level: Level, seeds: Sequence[int]) -> list[Lead]:
    """Play the level on each of the seeds without any order, until something is lost."""
    world = World(level.scenario, seeds)
    watches = [_Watch(Play(level, seed, world, run)) for run, seed in enumerate(seeds)]
    watching = list(watches)
    while watching:
        world.step()
        for watch in watching:
            watch.after_tick()
        watching = [watch for watch in watching if not watch.done]
    return [watch.lead() for watch in watches]


def remedies(level: Level, build: Build, seed: int) -> tuple[Remedy, ...]:
    """The orders of a build with their delays, as they come on one seed."""
    session = Session(level, seed, keep_history=False)
    found = []
    waiting = list(reversed(build.script))
    while waiting and not session.over:
        while waiting and waiting[-1].tick <= session.tick:
            line = waiting.pop().line
            option = session.weigh(line)
            if option.refusal is None:
                found.append(Remedy(session.tick / TICKS_PER_SECOND, option.quote.delay))
            session.do(line)
        session.step()
    return tuple(found)


def needed_before(lost: float, builds: Sequence[Sequence[Remedy]]) -> float:
    """Seconds that the quickest of the builds needs to be ready for a loss: its longest order of the last minute
    before, or its first where it gives none before."""
    return min(
        max((one.delay for one in orders if lost - REMEMBERED_SECONDS <= one.second < lost), default=orders[0].delay)
        for orders in builds
        if orders
    )


class _Watch:
    """Looks at one run once a second, as a board does."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self._foresight = Foresight()
        self._before: Score = play.world.score(play.run)
        self._warned = [*play.world.announced(play.run)]
        self._lost: float | None = None

    @property
    def done(self) -> bool:
        return self._lost is not None or self.play.over

    def after_tick(self) -> None:
        play = self.play
        play.after_tick()
        if play.tick % TICKS_PER_SECOND and not play.over:
            return
        world, run = play.world, play.run
        score, before = world.score(run), self._before
        offered, lost = score.offered - before.offered, score.lost - before.lost
        self._before = score
        if lost and lost >= NOTICEABLE * offered:
            self._lost = (play.tick - 1) // TICKS_PER_SECOND
            return
        snapshot = world.snapshot(run)
        self._foresight.see(snapshot.signals.saturation, play.growth(AHEAD_SECONDS))
        if warning_of(snapshot, self._foresight.ahead)[1]:
            self._warned.append(play.tick / TICKS_PER_SECOND)

    def lead(self) -> Lead:
        return Lead(self.play.seed, min(self._near(), default=None), self._lost)

    def _near(self) -> Iterator[float]:
        if self._lost is not None:
            yield from (at for at in self._warned if self._lost - REMEMBERED_SECONDS <= at <= self._lost)
