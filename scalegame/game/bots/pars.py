"""What gold should ask for: the best of the bots and of the builds kept beside a level, on most of many seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.bots.finding import SHIPPED
from scalegame.game.bots.many_seeds import MOST_SHARE, Standing, Who
from scalegame.game.score import percent

if TYPE_CHECKING:
    from scalegame.game.level import Level

UPTIME_STEPS = 1000
"""Par is rounded to so many parts of one, down: whoever it was made from reaches it."""
COST_STEPS = 20
"""And to so many parts of a dollar, up."""
FORESEEING = ("greedy",)
"""Who knows what the seed brings shows what is possible; a par is what can be done without."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Pars, and from whom."""

    uptime: float
    uptime_by: Standing
    cost: float
    cost_by: Standing


def players(level: Level) -> list[Who]:
    """Who is asked: the bots that come with the game and need no file, and the level's own builds that are to win,
    those that launch left out, since they pay less rent."""
    bots = [name for name in SHIPPED if name not in ("do-nothing", "runbook")]
    return [
        *bots,
        *(
            proof
            for proof in level.proofs
            if proof.outcome == "won" and not any(line.split()[1:2] == ["launch"] for line in proof.commands)
        ),
    ]


def proposal(standings: Sequence[Standing]) -> Proposal | None:
    """The highest uptime and the lowest cost that anybody holds on most seeds who does not know them; None where nobody
    wins on most."""
    able = [one for one in standings if one.cost_held < math.inf and one.name not in FORESEEING]
    if not able:
        return None
    up, cheap = max(able, key=lambda one: one.uptime_held), min(able, key=lambda one: one.cost_held)
    # A hair's breadth is taken off before rounding: 0.995 * 1000 is not 995 in binary.
    uptime = math.floor(up.uptime_held * UPTIME_STEPS + 1e-9) / UPTIME_STEPS
    cost = math.ceil(cheap.cost_held * COST_STEPS - 1e-9) / COST_STEPS
    return Proposal(uptime, up, cost, cheap)


def proposal_text(found: Proposal) -> str:
    """To be pasted into the level file."""
    return "\n".join(
        (
            "[par]",
            f"uptime = {found.uptime:.3f}  # {_by(found.uptime_by)}",
            f"cost = {found.cost:.2f}  # {_by(found.cost_by)}",
        )
    )


def standing_row(standing: Standing) -> str:
    """A line of the table of who came to what: 80 columns."""
    won = f"{standing.won:>4} of {len(standing.played)}"
    name = f"{standing.name}, knowing the seed" if standing.name in FORESEEING else standing.name
    if standing.cost_held == math.inf:
        return f"{name[:44]:<44} {won:>11}         -        -"
    return f"{name[:44]:<44} {won:>11} {percent(standing.uptime_held):>9} {_dollars(standing.cost_held):>8}"


TABLE_HEAD = f"{f'held on {100 * MOST_SHARE:.0f} % of the seeds':<44} {'won':>11} {'uptime':>9} {'cost':>8}"


def _dollars(amount: float) -> str:
    return f"${amount:.2f}"


def _by(standing: Standing) -> str:
    return f"{standing.name}, won on {standing.won} of {len(standing.played)} seeds"
