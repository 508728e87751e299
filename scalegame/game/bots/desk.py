"""What a bot sits at: everything that a player may see and ask, and nothing that changes the run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.burn import empty_in
from scalegame.game.purse import micro
from scalegame.game.view import NOTHING
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.level import Level
    from scalegame.game.session import Session
    from scalegame.game.view import ForecastPoint, Option, Outcome, Quote, StageView, View

FURTHEST_SECONDS = 60.0
"""No look ahead goes further."""
LAST_SECONDS = 5.0
"""A look ahead tells how fast requests are lost in its last seconds: where it leads to."""
SPARE_SECONDS = 5.0
"""Of rent that a purse should hold beyond the last arrival: the level ends when the last request is settled."""


@dataclass(frozen=True, slots=True)
class Ahead:
    """What would come of some lines, counted from now."""

    good: int
    lost: int
    cost_micro: int
    """Of the time looked at: rent, and what was paid at once."""
    outcome: Outcome
    losing: float
    """Requests lost a second in the last LAST_SECONDS of it."""
    refused: int
    """Lines that were not taken."""

    @property
    def offered(self) -> int:
        return self.good + self.lost


class Desk:
    """A session, to be looked at."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @property
    def view(self) -> View:
        """What the screen shows; made when it is asked for."""
        return self._session.view()

    @property
    def tick(self) -> int:
        return self._session.tick

    @property
    def level(self) -> Level:
        """What its file and the briefing say."""
        return self._session.level

    def options(self, place: str) -> Sequence[Option]:
        """What can be done at a machine, a pool, or 'users' (the whole system), with what it costs and why not."""
        return self._session.options(place)

    def weigh(self, line: str) -> Option:
        """A line's meaning, price and refusal."""
        return self._session.weigh(line)

    def forecast(self, seconds: Sequence[float]) -> Sequence[ForecastPoint]:
        """Traffic to come (or gone) at each of these seconds of the level: the band, and what is announced of it."""
        return self._session.forecast(seconds)

    def stages(self) -> Sequence[StageView]:
        """All stages as they stand now."""
        return self._session.stages()

    def purse_lasts(self, quote: Quote = NOTHING) -> bool:
        """Whether the purse carries what stands, and this besides, to the level's end, without one as far as is seen;
        grants come in on their way."""
        view = self.view
        if view.purse is None:
            return True
        now = self.tick / TICKS_PER_SECOND
        stages = self.stages()
        ahead = zip(stages[view.stage.number :], self.level.stages[view.stage.number : len(stages)], strict=True)
        grants = [(seen.starts - now, micro(stage.grant)) for seen, stage in ahead if stage.grant > 0]
        left = micro(view.purse - quote.once)
        end = max(view.total_seconds - now, 0.0) + SPARE_SECONDS
        return (
            left >= 0
            and empty_in(left, micro(view.burn + quote.price_change - (view.earning or 0.0)), grants, end) is None
        )

    def ahead(self, lines: Sequence[str], seconds: float) -> Ahead:
        """What would come of these lines, said now, in so many seconds without another. Played on a fork of the world,
        as the X-ray is, and so with the traffic and the faults that will really come: a bot that asks for it knows more
        than the forecast says. It costs as much time as playing those seconds.

        ValueError: further than FURTHEST_SECONDS.
        """
        if not 0 <= seconds <= FURTHEST_SECONDS:
            raise ValueError(f"{seconds:g} s are too far ahead: {FURTHEST_SECONDS:g} s at most")
        fork = self._session.fork(keep_history=False)
        before = fork.result()
        refused = sum(fork.do(line) is not None for line in lines)
        last = fork.tick + round(seconds * TICKS_PER_SECOND)
        mark, lost_then = max(last - round(LAST_SECONDS * TICKS_PER_SECOND), fork.tick), before.lost
        while fork.tick < last and not fork.over:
            if fork.tick == mark:
                lost_then = fork.result().lost
            fork.step()
        after = fork.result()
        lately = after.lost - lost_then if fork.tick > mark else 0
        return Ahead(
            after.good - before.good,
            after.lost - before.lost,
            after.cost_micro - before.cost_micro,
            after.outcome,
            lately * TICKS_PER_SECOND / max(fork.tick - mark, 1),
            refused,
        )
