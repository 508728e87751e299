"""A run that is over, to look around in: played again to any moment of it, and never changed.

The same level, seed and commands give the same run, so the past need not be kept while a level is played: it is played
again, faster, when somebody wants to see it. Copies of it on the way make going back cheap.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from scalegame.game.again import by_tick, play_again
from scalegame.game.session import Session
from scalegame.game.signs import YOU
from scalegame.game.stages import clock_text
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scalegame.game.history import History
    from scalegame.game.level import Level
    from scalegame.game.score import Result
    from scalegame.game.view import ForecastPoint, LogLine, Option, PostMortem, StageView, View
    from scalegame.game.xray import XRay

MOST_COPIES = 8
"""Kept over a whole run, half a megabyte to one and a half each; between two of them it is played again."""
MOST_TRAIL = 6
"""Copies a second apart that are made while it goes back, so that the next seconds back cost nothing."""
HEARD_TICKS = 5
"""Whoever waits is told how far it is after so many ticks."""


class PastRun(Protocol):
    """What has to be known of a run to see it again."""

    @property
    def level(self) -> Level: ...
    @property
    def seed(self) -> int: ...
    @property
    def commands(self) -> Sequence[tuple[int, str]]: ...
    @property
    def history(self) -> History: ...
    def result(self) -> Result: ...
    def post_mortem(self) -> PostMortem: ...
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Moment:
    """Where it is worth looking."""

    tick: int
    """Ticks that are done when it is looked at."""
    seconds: float
    """When it was: what is counted by the second is seen when that second is over."""
    text: str
    """What is to be seen."""
    place: str = ""
    """Where: a machine, a pool; empty where it is nowhere in particular."""


def moments(run: PastRun) -> tuple[tuple[Moment, ...], int]:
    """The causes of what went wrong, in time, and which of them the rest came of; where nothing did, the one moment
    that is worth most."""
    told, ticks = run.post_mortem(), run.result().ticks
    if told.chain:
        found = [
            Moment(min(_seen(step.seconds, order=step.place == YOU), ticks), step.seconds, step.text, step.place)
            for step in told.chain
        ]
        return tuple(found), told.first or 0
    seconds = run.history.seconds
    if not seconds:
        return (Moment(ticks, ticks / TICKS_PER_SECOND, "the end"),), 0
    if run.result().outcome == "lost":
        last = max(ticks - 1, 0)
        return (Moment(last, last / TICKS_PER_SECOND, "the last tick before it was over"),), 0
    worst = max(range(len(seconds)), key=lambda at: seconds[at].lost)
    text = f"the worst second: {sum(count for _, _, count in seconds[worst].losses):,} lost"
    if not seconds[worst].losses:
        worst = max(
            range(len(seconds)), key=lambda at: max((pool.utilisation for pool in seconds[at].pools), default=0)
        )
        text = "the busiest second; nothing was lost in this run"
    return (Moment(min(_seen(float(worst), order=False), ticks), float(worst), text),), 0


def _seen(seconds: float, *, order: bool) -> int:
    """The tick at which something can be seen. Figures are of the last second, so that is when its own is over; what
    was ordered is shown just before it is carried out, or a step forward would not show what it did."""
    tick = round(seconds * TICKS_PER_SECOND)
    return tick if order else (tick // TICKS_PER_SECOND + 1) * TICKS_PER_SECOND


class Past:
    """A finished run at one of its moments. Everything can be looked at as in a session that is on, orders are refused,
    and ``step`` goes on as it went then, with what was ordered then."""

    def __init__(self, run: PastRun) -> None:
        """Stands at the start; see ``prepare``."""
        self.moments, self.begins_at = moments(run)
        self.last_tick = run.result().ticks
        self._session = Session(run.level, run.seed)
        self._orders = by_tick(run.commands)
        self._every = max(math.ceil(self.last_tick / MOST_COPIES / TICKS_PER_SECOND), 1) * TICKS_PER_SECOND
        """Ticks between two copies."""
        self._at: int | None = None
        """The moment that was jumped to: several can have the same tick."""
        self._copies: dict[int, Session] = {}
        self._trail: dict[int, Session] = {}
        """Where it was gone back to last."""
        self._keep(self._copies)

    def prepare(self, heard: Callable[[float], bool]) -> bool:
        """Play it once up to its last moment and stand where it broke. ``heard`` is told the share that is done and
        says whether to go on; returns whether it did to the end."""
        last = max(moment.tick for moment in self.moments)
        copied = {moment.tick for moment in self.moments}
        while self.tick < last and not self._session.over:
            if self.tick % HEARD_TICKS == 0 and not heard(self.tick / last):
                return False
            self._on()
            if self.tick in copied:
                self._keep(self._copies)
        self.jump(self.begins_at)
        return True

    # Where in time

    @property
    def tick(self) -> int:
        """Ticks done; what was ordered at this tick is still to come."""
        return self._session.tick

    @property
    def seconds(self) -> float:
        return self.tick / TICKS_PER_SECOND

    @property
    def over(self) -> bool:
        """Nothing comes after this."""
        return self._session.over or self.tick >= self.last_tick

    @property
    def moment(self) -> int | None:
        """Which of the moments it is, or which was the last; None before the first."""
        if self._at is not None and self.moments[self._at].tick == self.tick:
            return self._at
        passed = [index for index, moment in enumerate(self.moments) if moment.tick <= self.tick]
        return passed[-1] if passed else None

    def jump(self, index: int) -> None:
        """Go to one of the moments."""
        self._at = index
        self.go(self.moments[index].tick)

    def go(self, tick: int) -> None:
        """Be at another tick; back is as good as forward, and both are played from the nearest copy before it."""
        tick = min(max(tick, 0), self.last_tick)
        known = self._copies | self._trail
        nearest = max(at for at in known if at <= tick)
        back = tick < self.tick
        if back or nearest > self.tick:
            self._session = known[nearest].fork()
        trail_from = tick - MOST_TRAIL * TICKS_PER_SECOND if back else tick
        while self.tick < tick and not self._session.over:
            if self.tick >= trail_from and self.tick % TICKS_PER_SECOND == 0 and self.tick not in known:
                self._keep(self._trail)
            self._on()
        for oldest in list(self._trail)[:-MOST_TRAIL]:
            del self._trail[oldest]

    def step(self) -> None:
        """One tick, as it was then."""
        if not self.over:
            self._on()

    def _on(self) -> None:
        """Carry out what was ordered at this tick, and let it pass."""
        play_again(self._session, self._orders)
        if self.tick % self._every == 0 and self.tick not in self._copies:
            self._keep(self._copies)

    def _keep(self, where: dict[int, Session]) -> None:
        where[self.tick] = self._session.fork()

    # What can be seen: as in a session

    @property
    def level(self) -> Level:
        return self._session.level

    @property
    def seed(self) -> int:
        return self._session.seed

    @property
    def commands(self) -> Sequence[tuple[int, str]]:
        return self._session.commands

    @property
    def log(self) -> Sequence[LogLine]:
        return self._session.log

    @property
    def history(self) -> History:
        return self._session.history

    def view(self) -> View:
        return self._session.view()

    def options(self, place: str) -> Sequence[Option]:
        """What could have been done, at the prices of then."""
        return self._session.options(place)

    def xray(self, machine: str) -> XRay:
        """What the half minute after this moment would have cost without a machine."""
        return self._session.xray(machine)

    def weigh(self, line: str) -> Option:
        """What a line means, and that it comes too late."""
        option = self._session.weigh(line)
        return option if option.refusal is not None else replace(option, refusal=self.do(line))

    def forecast(self, seconds: Sequence[float]) -> Sequence[ForecastPoint]:
        return self._session.forecast(seconds)

    def stages(self) -> Sequence[StageView]:
        return self._session.stages()

    def result(self) -> Result:
        return self._session.result()

    def post_mortem(self) -> PostMortem:
        return self._session.post_mortem()

    def state(self) -> str:
        return self._session.state()

    def fork(self) -> Session:
        """A session that goes on from here by itself, without what was ordered then."""
        return self._session.fork()

    def do(self, line: str) -> str:  # noqa: ARG002 - as a session's, and the same for every line
        """Refuses."""
        return f"this is how it was at {clock_text(self.seconds)}: nothing can be changed"
