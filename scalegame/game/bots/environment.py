"""A level as a gymnasium environment, for agents that learn. Needs the extra: pip install 'scalegame[gym]'.

    env = gymnasium.make("scalegame.game.bots.environment:scalegame/Level-v0", level="the-biggest-box")

- A step is a second of game time. ``reset(seed=N)`` plays the level's seed N; without a seed one is drawn.
- **Observation**: a Box of ``FIGURES``, each 0..1, float32; the same for every level.
- **Action**: Discrete; ``action_lines(level)`` says which command line each number is, 0 being none. A line that is
  refused changes nothing; ``info["refusal"]`` says why.
- **Reward** of a step: the good requests of it as a share of all that the level plans, less the dollars of it as a
  share of all that the level gives (nothing, where money is unlimited); 1 less where the level is lost by it. A run
  without a lost request that spends half of its money comes to 0.5.
- An endless level's shares are of what is seen of it at the start: later on a reward may be more than that.
- It terminates with the level, won or lost, and truncates never: what is not settled when the drain ends is lost.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, SupportsInt

import gymnasium
import numpy as np
from gymnasium import spaces
from numpy.typing import NDArray

from scalegame.game.command import is_unlocked, parse, verb_of
from scalegame.game.forecast import planned_requests
from scalegame.game.level_library import find
from scalegame.game.session import Session
from scalegame.game.words import CommandError
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.model.scenario import LARGEST_SEED

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.score import Result
    from scalegame.game.view import View
    from scalegame.model.snapshot import PoolView

ENVIRONMENT = "scalegame/Level-v0"

AHEAD_SECONDS = (5, 10, 20, 40)
POOLS = ("balancer", "app", "cache", "database", "replica", "worker")
"""Those with figures of their own; placed pools have none."""
MANY_MACHINES, MANY_WAITING, MANY_ORDERS = 8.0, 100.0, 4.0
"""A count n is shown as n / (n + many): 0.5 is many."""

FIGURES = (
    "time: share of the level that is over",
    "stage_time: share of the running stage that is over",
    "budget_left: share of the stage's error budget",
    "purse_left: share of all the money that the level gives",
    "purse_lasts: share of the time to the level's end that it lasts at today's rent, 1 where it does",
    "offered: requests a second, 0.5 being the busiest second of the forecast",
    *(f"offered_in_{seconds}: what is expected in {seconds} s, likewise" for seconds in AHEAD_SECONDS),
    "good: share of the requests of the last second; 1 where there were none",
    "latency: p95 over the SLO's latency, 0.5 being equal",
    "saturation: of the tightest place",
    "warning: 0 calm, 0.5 amber, 1 red",
    "orders: under way, as a count",
    *(
        f"{pool}.{figure}"
        for pool in POOLS
        for figure in ("machines: as a count", "up: share of them", "utilisation: over the last second",
                       "waiting: requests, as a count")
    ),
)  # fmt: skip
"""What each place of an observation holds."""


def action_lines(level: Level) -> tuple[str, ...]:
    """The command line of each action: those of a fixed list that the level has unlocked. The first is none."""
    ladder, start = level.scenario.ladder, level.scenario.start
    has_data = start.database is not None or _is_unlocked("move data database", level)
    lines = [
        *(f"resize app {size}" for size in ladder),
        *(f"resize database {size}" for size in ladder if has_data),
        "add app", "remove app", "add worker", "remove worker", "add cache", "remove cache", "add balancer",
        "place balancer l4", "place balancer l7", "place cache", "place cdn",
        "add replica", "remove replica", "add standby", "set pooler on",
        "move sessions sticky", "move sessions cache", "move sessions token", "move uploads object",
        "move data database", "autoscale app 1 8 70%", "autoscale app off", "deploy app rollback",
        *(f"place queue for={kind.name}" for kind in level.scenario.classes if kind.job_ms),
        "restart app-1",
    ]  # fmt: skip
    return ("", *(line for line in lines if _is_unlocked(line, level)))


def _is_unlocked(line: str, level: Level) -> bool:
    try:
        return is_unlocked(verb_of(parse(line)), level.unlocked)
    except CommandError:  # a level may name a size or a class that the language cannot say
        return False


class LevelEnvironment(gymnasium.Env[NDArray[np.float32], SupportsInt]):
    """See the module. ``level``: an id, a path, or a Level. LevelError: there is none, or it is wrong."""

    metadata: dict[str, Any] = {"render_modes": []}  # noqa: RUF012 - as gymnasium declares it

    def __init__(self, level: str | Level = "one-box", render_mode: str | None = None) -> None:
        if render_mode is not None:
            raise ValueError("a level is not rendered here: write its run file, and watch that")
        self.render_mode = None
        self.level = find(level) if isinstance(level, str) else level
        self.lines = action_lines(self.level)
        self.session = Session(self.level, 0, keep_history=False)
        """The run, with its commands."""
        self.observation_space = spaces.Box(0.0, 1.0, (len(FIGURES),), np.float32)
        self.action_space = spaces.Discrete(len(self.lines))
        # As far as is seen from the start: a level without end plans more than anybody ever serves.
        seen, stages = self.session.view().total_seconds, self.level.stages[: len(self.session.stages())]
        points = self.session.forecast(range(math.ceil(seen)))
        self._busiest = max((point.high for point in points), default=0.0)
        self._planned = planned_requests(self.session.world, 0.0, seen)
        given = math.fsum(stage.grant for stage in stages)
        self._money = None if self.level.money is None else self.level.money + given

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[NDArray[np.float32], dict[str, Any]]:
        """A new run, before its first tick."""
        super().reset(seed=seed, options=options)
        drawn = int(self.np_random.integers(2**31)) if seed is None else seed % (LARGEST_SEED + 1)
        self.session = Session(self.level, drawn, keep_history=False)
        return self._observation(), self._info("", None)

    def step(self, action: SupportsInt) -> tuple[NDArray[np.float32], float, bool, bool, dict[str, Any]]:
        """Say the action's line, and let a second pass."""
        session, line = self.session, self.lines[int(action)]
        before, over = session.result(), session.over
        refusal = session.do(line) if line else None
        for _ in range(TICKS_PER_SECOND):
            session.step()
        reward = self._reward(before, session.result(), lost=session.outcome == "lost" and not over)
        return self._observation(), reward, session.over, False, self._info(line, refusal)

    def _reward(self, before: Result, after: Result, *, lost: bool) -> float:
        good = (after.good - before.good) / self._planned if self._planned else 0.0
        spent = (after.cost_micro - before.cost_micro) / 1e6
        return good - (spent / self._money if self._money else 0.0) - float(lost)

    def _info(self, line: str, refusal: str | None) -> dict[str, Any]:
        result = self.session.result()
        return {
            "seed": self.session.seed,
            "command": line,
            "refusal": refusal or "",
            "outcome": result.outcome,
            "good": result.good,
            "lost": result.lost,
            "cost": result.cost_micro / 1e6,
        }

    def _observation(self) -> NDArray[np.float32]:
        view = self.session.view()
        pools = {pool.name: pool for pool in view.snapshot.pools}
        figures = [*self._course(view), *self._traffic(view), *_signals(view)]
        for name in POOLS:
            figures += _pool(pools.get(name))
        return np.clip(np.nan_to_num(np.array(figures, np.float32)), 0.0, 1.0)

    def _course(self, view: View) -> list[float]:
        """How far it is, and what is left."""
        now, stage = view.snapshot.seconds, view.stage
        ahead = view.purse_ahead
        lasts = 1.0
        if ahead is not None and ahead.empty_in is not None:
            lasts = ahead.empty_in / max(view.total_seconds - now, 1.0)
        return [
            now / view.total_seconds,
            (now - stage.starts) / max(stage.ends - stage.starts, 1.0),
            stage.budget_left,
            1.0 if view.purse is None or not self._money else view.purse / self._money,
            lasts,
        ]

    def _traffic(self, view: View) -> list[float]:
        """What comes, and what will."""
        points = self.session.forecast([view.snapshot.seconds + seconds for seconds in AHEAD_SECONDS])
        rates = [view.snapshot.signals.offered_rate, *(point.expected for point in points)]
        return [0.5 * rate / self._busiest if self._busiest else 0.0 for rate in rates]


def _signals(view: View) -> list[float]:
    signals = view.snapshot.signals
    settled = signals.good_rate + signals.lost_rate
    return [
        signals.good_rate / settled if settled else 1.0,
        _squeezed(signals.latency.p95, view.slo_latency_ms),
        signals.saturation,
        view.warning_level / 2,
        _squeezed(len(view.snapshot.orders), MANY_ORDERS),
    ]


def _pool(pool: PoolView | None) -> list[float]:
    if pool is None or not pool.machines:
        return [0.0, 0.0, 0.0, 0.0]
    return [
        _squeezed(pool.machines, MANY_MACHINES),
        pool.up / pool.machines,
        pool.utilisation,
        _squeezed(pool.waiting, MANY_WAITING),
    ]


def _squeezed(value: float, half: float) -> float:
    """0..1 for 0 and more: 0.5 at ``half``; 0 where there is no value."""
    return value / (value + half) if value > 0 else 0.0


if ENVIRONMENT not in gymnasium.registry:
    gymnasium.register(ENVIRONMENT, f"{__name__}:{LevelEnvironment.__name__}")
