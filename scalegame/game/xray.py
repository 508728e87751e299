"""X-ray: what the next half minute would cost if a machine died now and did not come back by itself.

What the player's own rules would do about it is done.

Two forks of a session go on side by side, one untouched and one without the machine. Whoever asked steps them, where
and when it suits: a session is deterministic, so the answer for a moment is always the same.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.score import uptime_text
from scalegame.game.signs import clause
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.score import Result
    from scalegame.game.session import Session

AHEAD_SECONDS = 30
NOTICED_POINTS = 0.05
"""Points of uptime; below it the two futures differ by chance more than by the machine."""
LASTING_SECONDS = 5
"""What is still lost in the last of them goes on beyond them."""
LASTING_SHARE = 0.2
"""Of the mean loss a second, from which on it is said to go on."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What would happen without a machine."""

    machine: str
    tick: int
    """The moment it is about."""
    seconds: float
    """Looked ahead: fewer where either run was over before."""
    uptime: float | None
    """Good of what is offered in those seconds, if nothing happens; None where nothing is offered."""
    uptime_without: float | None
    lost: int
    """Requests that are lost besides; below 0 where chance made it fewer."""
    budget_share: float
    """Those, as a share of the running stage's error budget; 0 where it has none."""
    cause: str
    """Of most of them; empty where nothing more is lost."""
    place: str
    by_second: tuple[int, ...]
    """Requests lost besides in each of the seconds."""
    ends: str
    """Why the level would be lost within those seconds; empty where it would not, or would be all the same."""
    lost_anyway: bool = False
    """The level would be lost within them in any case."""

    @property
    def points(self) -> float | None:
        """Points of uptime, below 0 where it is worse; None where nothing is offered."""
        if self.uptime is None or self.uptime_without is None:
            return None
        return 100 * (self.uptime_without - self.uptime)

    @property
    def noticed(self) -> bool:
        """Whether anybody would notice."""
        points = self.points
        return bool(self.ends) or (points is not None and points <= -NOTICED_POINTS and self.lost > 0)

    @property
    def lasts(self) -> bool:
        """Requests are lost at the end of those seconds still, and so beyond them."""
        last = self.by_second[-LASTING_SECONDS:]
        return sum(last) > LASTING_SHARE * self.lost * len(last) / max(len(self.by_second), 1)

    @property
    def over_after(self) -> int:
        """Seconds after which nearly all of it is lost."""
        left = 0.95 * self.lost
        for second, lost in enumerate(self.by_second, 1):
            left -= lost
            if left <= 0:
                return second
        return len(self.by_second)

    @property
    def headline(self) -> str:
        """The answer, in points of uptime."""
        points = self.points
        if self.ends:
            return f"the level would be lost in {self.seconds:.0f} s: {self.ends}"
        if points is None:
            return f"nothing is offered in the next {self.seconds:g} s: nobody would notice"
        if not self.noticed:
            return f"nobody would notice: {uptime_text(self.uptime_without)} good over the next {self.seconds:g} s"
        change = f"{uptime_text(self.uptime)} to {uptime_text(self.uptime_without)} over {self.seconds:g} s"
        return (
            f"\u2212{-points:.1f} points of uptime: {change}"
            if points <= -1
            else f"\u2212{-points:.2f} points: {change}"
        )

    @property
    def details(self) -> str:
        """What it would cost, and why; mostly empty where nobody would notice."""
        anyway = f"the level is lost in {self.seconds:.0f} s, with it or without" if self.lost_anyway else ""
        if not self.noticed:
            return anyway
        budget = f", {100 * self.budget_share:.0f} % of this stage's error budget" if self.budget_share else ""
        parts = [f"{self.lost:,} more requests lost{budget}"] if self.lost > 0 else []
        if self.cause:
            parts.append(f"mostly: {clause(self.cause, self.place)}")
        if anyway:
            parts.append(anyway)
        elif self.ends:
            pass
        elif self.lasts:
            parts.append("and it goes on")
        else:
            parts.append(f"over after {self.over_after} s")
        return "; ".join(parts)


class XRay:
    """The experiment. ``step`` until it is done; ``finding`` is the answer then."""

    def __init__(self, fork: Session, machine: str) -> None:
        """``fork`` is the experiment's own. KeyError: there is no such machine."""
        if all(one.name != machine for one in fork.view().snapshot.machines):
            raise KeyError(machine)
        self.machine = machine
        self.tick = fork.tick
        self.finding: Finding | None = None
        self._allowed = fork.view().stage.budget_requests if fork.view().slo_uptime else 0
        self._untouched = fork
        self._without: Session | None = None
        self._before = fork.result()
        self._ledger = _losses(fork)
        self._by_second: list[int] = []

    @property
    def done(self) -> float:
        """0..1."""
        if self.finding is not None:
            return 1.0
        return (self._untouched.tick - self.tick) / (AHEAD_SECONDS * TICKS_PER_SECOND)

    def step(self) -> bool:
        """A tick of both futures; False once there is an answer."""
        if self.finding is not None:
            return False
        if self._without is None:
            # Here and not at the start: copying takes longer than a tick, and whoever asked is drawing a screen.
            self._without = self._untouched.fork(keep_history=False)
            self._without.world.kill(self.machine)
        untouched, without = self._untouched, self._without
        if not (untouched.over or without.over):
            untouched.step()
            without.step()
        ticks = untouched.tick - self.tick
        over = untouched.over or without.over or ticks >= AHEAD_SECONDS * TICKS_PER_SECOND
        if over or ticks % TICKS_PER_SECOND == 0:
            more = without.result().lost - untouched.result().lost
            self._by_second.append(more - sum(self._by_second))
        if over:
            self.finding = self._compare(untouched, without)
        return not over

    def _compare(self, untouched: Session, without: Session) -> Finding:
        before, one, other = self._before, untouched.result(), without.result()
        lost = other.lost - one.lost
        more = (_losses(without) - self._ledger) - (_losses(untouched) - self._ledger)
        (cause, place), _ = more.most_common(1)[0] if more else (("", ""), 0)
        return Finding(
            machine=self.machine,
            tick=self.tick,
            seconds=(untouched.tick - self.tick) / TICKS_PER_SECOND,
            uptime=_share(before, one),
            uptime_without=_share(before, other),
            lost=lost,
            budget_share=lost / self._allowed if self._allowed else 0.0,
            cause=cause,
            place=place,
            by_second=tuple(self._by_second),
            ends=without.reason if without.outcome == "lost" and untouched.outcome != "lost" else "",
            lost_anyway=untouched.outcome == "lost",
        )


def _losses(session: Session) -> Counter[tuple[str, str]]:
    return Counter({(loss.cause, loss.place): loss.count for loss in session.view().snapshot.losses})


def _share(before: Result, after: Result) -> float | None:
    """Good of what was offered between two results."""
    offered = after.offered - before.offered
    return (after.good - before.good) / offered if offered else None
