"""The result of a run and its medals: uptime and cost, each against par on its own.

Gold is par. Silver and bronze allow a multiple of the lost share that gold allows, and of its cost (the catalogue says
which). A lost level has no medals. Par comes from runs without `launch`: a launched level ends earlier and pays less
rent, so it has no cost medal (its board is speed); its uptime medal stands, since launching only makes that harder.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.model.catalogue import BRONZE_COST, BRONZE_DOWNTIME, SILVER_COST, SILVER_DOWNTIME

if TYPE_CHECKING:
    from scalegame.game.level import Par
    from scalegame.game.view import Medal, Outcome


@dataclass(frozen=True, slots=True)
class Result:
    """What a run file claims and `verify` computes again: whole numbers and names only."""

    outcome: Outcome
    uptime_ppm: int | None
    """Good in a million offered, rounded down; None where nothing was offered."""
    cost_micro: int
    ticks: int
    offered: int
    good: int
    lost: int
    commands: int
    """Those taken."""
    launches: int

    @property
    def uptime(self) -> float | None:
        """good / offered."""
        return self.good / self.offered if self.offered else None


def percent(share: float | None) -> str:
    """'99.87 %', rounded down, so that 100.00 % means all of them; '--' where there is no share."""
    if share is None:
        return "--"
    # A hair's breadth more: 0.57 * 10,000 is not 5,700 in binary.
    hundredths = math.floor(share * 10_000 + 1e-6)
    return f"{(hundredths if share >= 1.0 else min(hundredths, 9_999)) / 100:.2f} %"


def uptime_text(share: float | None) -> str:
    """The same, and all of them are '100 %'."""
    return "100 %" if share is not None and share >= 1.0 else percent(share)


def medals(result: Result, par: Par) -> tuple[Medal, Medal]:
    """The medals for uptime and for cost."""
    if result.outcome != "won":
        return "none", "none"
    cost = None if result.launches or par.cost is None else par.cost
    return _for_uptime(result, par.uptime), _for_cost(result.cost_micro / 1e6, cost)


def uptime_asked(par: float) -> tuple[tuple[Medal, float], ...]:
    """(medal, the uptime that it asks for), the best first."""
    allowed = 1.0 - par
    return ("gold", par), ("silver", 1.0 - SILVER_DOWNTIME * allowed), ("bronze", 1.0 - BRONZE_DOWNTIME * allowed)


def cost_asked(par: float) -> tuple[tuple[Medal, float], ...]:
    """(medal, the dollars that may be spent for it), the best first."""
    return ("gold", par), ("silver", SILVER_COST * par), ("bronze", BRONZE_COST * par)


def _for_uptime(result: Result, par: float | None) -> Medal:
    if par is None or result.uptime is None:
        return "none"
    uptime = result.uptime
    return next((medal for medal, asked in uptime_asked(par) if uptime >= asked), "none")


def _for_cost(dollars: float, par: float | None) -> Medal:
    if par is None:
        return "none"
    return next((medal for medal, asked in cost_asked(par) if dollars <= asked), "none")
