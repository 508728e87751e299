"""How fast the error budget and the purse go: figures that a screen only has to draw.

Both are measured against what is known now: losses of the last seconds, machines as they are rented, grants as they are
planned. Neither guesses at traffic or at what the player will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.purse import MICRO, micro
from scalegame.game.stages import tick_at
from scalegame.game.view import BudgetView, PurseView
from scalegame.model.catalogue import DRAIN_SECONDS_AT_MOST, LAUNCH_KEPT_SECONDS, TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.budget import ErrorBudget
    from scalegame.game.stages import StageClock

SHORTEST_SECONDS = LAUNCH_KEPT_SECONDS
"""A budget is asked to last this long at least: a stage's last second must not look like an endless supply, and the
rate itself is measured over as many."""


def loss_rate(recent: Sequence[tuple[int, int]], lost: int, tick: int) -> float:
    """Requests lost a second. ``recent``: (good, lost) at the start and after whole seconds, the last of them the last
    whole second before ``tick``; ``lost``: at ``tick``."""
    return _rate(recent, lost - recent[0][1], tick)


def good_rate(recent: Sequence[tuple[int, int]], good: int, tick: int) -> float:
    """Good answers a second; as loss_rate."""
    return _rate(recent, good - recent[0][0], tick)


def _rate(recent: Sequence[tuple[int, int]], count: int, tick: int) -> float:
    """``count`` requests since the oldest of ``recent``, a second."""
    begin = (tick // TICKS_PER_SECOND - (len(recent) - 1)) * TICKS_PER_SECOND
    return count * TICKS_PER_SECOND / (tick - begin) if tick > begin else 0.0


def budget_view(budget: ErrorBudget, clock: StageClock, tick: int, lost: int, rate: float) -> BudgetView | None:
    """The running stage's error budget, ``rate`` requests being lost a second; None where the level has none."""
    if budget.slo <= 0:
        return None
    left = max(0, budget.left(lost))
    seconds = (clock.ends - tick) / TICKS_PER_SECOND
    multiple = burn_multiple(left, rate, seconds)
    # Past a stage's end there is another budget; past the last one's there is no other.
    ahead = seconds if seconds > 0.0 else SHORTEST_SECONDS
    gone_in = left / rate if rate > 0.0 and left < rate * ahead else None
    return BudgetView(left, multiple, gone_in)


def burn_multiple(left: float, rate: float, seconds: float) -> float:
    """How many times too fast ``left`` requests go at ``rate`` a second if they are to last for ``seconds``: 1 just
    lasts, 0 loses nothing, infinity has nothing left to lose."""
    if rate <= 0.0:
        return 0.0
    return rate * max(seconds, SHORTEST_SECONDS) / left if left > 0 else float("inf")


def purse_view(left: int | None, clock: StageClock, tick: int, a_minute: float) -> PurseView | None:
    """The purse of ``left`` micro-dollars while ``a_minute`` dollars more are burned than earned; None where it is
    unlimited."""
    if left is None:
        return None
    ahead = range(clock.index + 1, clock.known)
    grants = [
        ((clock.borders[stage] - tick) / TICKS_PER_SECOND, micro(clock.stages[stage].grant))
        for stage in ahead
        if clock.stages[stage].grant > 0
    ]
    when, grant = grants[0] if grants else (None, 0)
    # What drains is billed, too; for how long nobody knows before it does. Without end it is looked as far as is seen.
    last = clock.horizon
    until = last if tick < last else last + tick_at(DRAIN_SECONDS_AT_MOST)
    end = max(until - tick, 0) / TICKS_PER_SECOND
    return PurseView(empty_in(max(0, left), micro(a_minute), grants, end), grant / MICRO, when)


def empty_in(left: int, a_minute: int, grants: Sequence[tuple[float, int]], end: float) -> float | None:
    """Seconds until ``left`` is gone at ``a_minute``, all in one unit of money; None where it lasts for ``end``
    seconds. ``grants``: (in seconds, how much), in the order of time."""
    if a_minute <= 0:
        return None
    now, balance = 0.0, float(left)
    for when, grant in (*grants, (end, 0)):
        gone = now + balance * 60.0 / a_minute
        if gone < when:
            return gone
        balance -= a_minute * (when - now) / 60.0
        balance += grant
        now = when
    return None
