"""Where a level's stages begin and end in ticks, and how `launch` pulls the rest of them forward."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from scalegame.game.view import StageView
from scalegame.model.catalogue import STAGES_AHEAD, TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.budget import ErrorBudget
    from scalegame.game.level import Stage


def tick_at(seconds: float) -> int:
    """The tick at or after a second of game time, as it is written: the binary fraction of 0.3 is no later than 0.3."""
    return math.ceil(Decimal(repr(seconds)) * TICKS_PER_SECOND)


def clock_text(seconds: float) -> str:
    """'02:41'."""
    whole = int(seconds)
    return f"{whole // 60:02d}:{whole % 60:02d}"


class StageClock:
    """Which stage runs. Ticks count from the start of the level, as played."""

    def __init__(self, stages: Sequence[Stage], *, endless: bool = False) -> None:
        """``endless``: there are more stages than anybody comes to, and nobody is told of the last."""
        self.stages = tuple(stages)
        self.endless = endless
        self.index = 0
        """Of the running stage; the last one keeps running while the level drains."""
        starts = [tick_at(stage.start) for stage in self.stages]
        self.borders = [*starts, tick_at(self.stages[-1].start + self.stages[-1].seconds)]
        """Each stage's first tick, then the tick after the last arrival."""
        self.skipped = 0
        """Ticks of the plan that launches have left out so far: planned tick = tick + skipped."""

    @property
    def stage(self) -> Stage:
        return self.stages[self.index]

    @property
    def starts(self) -> int:
        return self.borders[self.index]

    @property
    def ends(self) -> int:
        return self.borders[self.index + 1]

    @property
    def last_arrival(self) -> int:
        """The tick after which no traffic comes."""
        return self.borders[-1]

    @property
    def known(self) -> int:
        """How many stages there are to see: all of them, or without end those up to STAGES_AHEAD from now."""
        return min(self.index + STAGES_AHEAD, len(self.stages)) if self.endless else len(self.stages)

    @property
    def horizon(self) -> int:
        """The tick after the last stage that is known."""
        return self.borders[self.known]

    @property
    def is_last(self) -> bool:
        return self.index == len(self.stages) - 1

    def advance(self, tick: int) -> bool:
        """Step into the next stage if it starts at this tick; whether it did."""
        if self.is_last or tick < self.ends:
            return False
        self.index += 1
        return True

    def launch(self, tick: int) -> int:
        """Let the next stage start at this tick; all later borders move as much. Gives the ticks left out."""
        left_out = self.ends - tick
        for later in range(self.index + 1, len(self.borders)):
            self.borders[later] -= left_out
        self.skipped += left_out
        return left_out

    def copy(self) -> StageClock:
        other = StageClock(self.stages, endless=self.endless)
        other.index, other.borders, other.skipped = self.index, list(self.borders), self.skipped
        return other


def stage_view(clock: StageClock, index: int, budget: ErrorBudget, lost: int) -> StageView:
    """A stage as a screen shows it; ``lost`` counts requests since the start."""
    running = index == clock.index
    return StageView(
        number=index + 1,
        count=0 if clock.endless else len(clock.stages),
        title=clock.stages[index].title,
        starts=clock.borders[index] / TICKS_PER_SECOND,
        ends=clock.borders[index + 1] / TICKS_PER_SECOND,
        budget_left=budget.share_left(lost) if running else float(index > clock.index),
        budget_requests=budget.allowed if running else 0,
    )
