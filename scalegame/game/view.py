"""What the game shows of a session at one moment: the model's snapshot, and the rules' own figures around it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scalegame.model.snapshot import Snapshot

NO_LIMIT = 1e9
"""Milliseconds from which on a promise about latency is none."""

Outcome = Literal["running", "won", "lost"]
Medal = Literal["gold", "silver", "bronze", "none"]


@dataclass(frozen=True, slots=True)
class LogLine:
    seconds: float
    weight: int
    """0 routine, 1 warning, 2 trouble, 3 the player's own command, 4 a refusal."""
    text: str


@dataclass(frozen=True, slots=True)
class StageView:
    number: int
    """1-based."""
    count: int
    """Of all stages; 0 where they have no end."""
    title: str
    starts: float
    ends: float
    budget_left: float
    """Share of this stage's error budget that is left, 0..1; 1 where the level has none."""
    budget_requests: int
    """The stage's error budget in requests, with what was carried over."""

    @property
    def alone(self) -> bool:
        """It is the level's only one."""
        return self.count == 1

    @property
    def endless(self) -> bool:
        """More of them come than anybody will see."""
        return self.count == 0

    @property
    def is_last(self) -> bool:
        return self.number == self.count

    @property
    def place(self) -> str:
        """'3/5'; '7' where there is no end."""
        return f"{self.number}/{self.count}" if self.count else str(self.number)


@dataclass(frozen=True, slots=True)
class BudgetView:
    """The running stage's error budget, and how fast it goes."""

    left: int
    """Requests that may still be lost."""
    burn: float
    """The loss rate of the last seconds as a multiple of the one at which ``left`` would just last to the stage's end:
    0 loses nothing, above 1 the budget is spent before; infinity has nothing left to lose. A stage's last seconds count
    as five."""
    gone_in: float | None
    """Seconds until it is spent at this rate; None where it lasts for the stage."""


@dataclass(frozen=True, slots=True)
class PurseView:
    """How long the purse lasts at what is burned now."""

    empty_in: float | None
    """Seconds, the grants to come counted in; None where it lasts to the last arrival and, once the level drains, for
    as long as it may."""
    grant: float
    """Dollars of the next grant; 0 where none comes."""
    grant_in: float | None
    """Seconds until it comes."""


@dataclass(frozen=True, slots=True)
class ForecastPoint:
    seconds: float
    low: float
    high: float
    """Requests a second in all: the band."""
    exact: float | None
    """The true rate, where it is announced already."""

    @property
    def expected(self) -> float:
        """The rate to plan for: the true one where it is announced, else the band's upper edge."""
        return self.high if self.exact is None else self.exact


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order would cost, before it is bought."""

    price_change: float
    """Dollars a minute, negative where it saves."""
    once: float
    """Dollars at once."""
    delay: float
    """Seconds until it is done."""
    downtime: float
    """Seconds that the place does not answer."""
    consequence: str
    """One plain clause: 'logs out 33 % of the users', 'drops 41 requests under way'; may be empty."""


NOTHING = Quote(0.0, 0.0, 0.0, 0.0, "")
"""What costs and harms nothing, or cannot be had."""


@dataclass(frozen=True, slots=True)
class Option:
    """Something that can be done at a place."""

    key: str
    """A single key, or '' where there is none."""
    label: str
    """'resize to large', 'add one'."""
    command: str
    """The line it stands for: 'resize app large'."""
    quote: Quote
    refusal: str | None
    """Why not, in a sentence; None where it can be bought now."""


@dataclass(frozen=True, slots=True)
class RuleView:
    """A rule of the runbook."""

    number: int
    text: str
    """The line that it was given as."""
    holds: float
    """Seconds that its condition has held; 0 while it does not."""
    armed: bool
    """It will act; False after it did, until its condition is false again."""
    acted: int
    """How often it has."""
    refusal: str
    """Why its order was refused when it tried last; empty where it was not."""


@dataclass(frozen=True, slots=True)
class View:
    snapshot: Snapshot
    level_id: str
    title: str
    total_seconds: float
    """Of the level's stages; draining comes after. Without end: of those that can be seen from here."""
    draining: bool
    stage: StageView
    slo_uptime: float
    """0..1; 0 where the level cannot be lost by it."""
    slo_latency_ms: float
    uptime: float | None
    """good / offered; None where nothing was offered."""
    purse: float | None
    """Dollars left; None is unlimited."""
    burn: float
    """Dollars a minute, rent alone."""
    outcome: Outcome
    reason: str
    """One sentence; empty while running."""
    warning: str
    """'', or which place is amber or red and why, in one line ('app-1 is at 93 %: it will refuse soon')."""
    warning_level: int
    """0 calm, 1 amber, 2 red."""
    can_launch: str | None
    """None where `launch` would be taken now, else the sentence why not."""
    rules: tuple[RuleView, ...] = ()
    budget: BudgetView | None = None
    """None where the level cannot be lost by its SLO."""
    purse_ahead: PurseView | None = None
    """None where the purse is unlimited."""
    earning: float | None = None
    """Dollars a minute that good answers bring, over the last seconds; None where they bring nothing."""


@dataclass(frozen=True, slots=True)
class CauseStep:
    seconds: float
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class PostMortem:
    """Why it ended as it did."""

    headline: str
    """'One box: the error budget was spent at 02:41, in stage 4'."""
    why: tuple[str, ...]
    """Sentences; the first names the cause."""
    chain: tuple[CauseStep, ...]
    """The causes in time."""
    losses: tuple[tuple[str, str, int, float], ...]
    """(cause, place, requests, share of all lost), most first; sums exactly."""
    money: tuple[tuple[str, float], ...]
    """(purpose, dollars); sums exactly to cost."""
    uptime: float | None
    cost: float
    uptime_medal: Medal
    cost_medal: Medal
    par_uptime: float | None
    par_cost: float | None
    lesson: str
    """The one paragraph this was about."""
    history: tuple[tuple[str, tuple[float, ...]], ...]
    """(name, one value a second): 'traffic', 'retries' (share of all attempts) where there were any, 'lost', and the
    utilisation of each pool: for plots. Not a number where a pool stood and none of its machines answered."""
    first: int | None = None
    """Which of the chain the rest came of; None where there is no chain."""
    earned: float | None = None
    """Dollars that good answers brought; None where they bring nothing."""
    survived: float | None = None
    """Seconds until a level without end was lost; None where it has one."""
    good: int = 0
    """Good answers."""
    practice: bool = False
    """It went back in another run: no first try, and no medal."""
