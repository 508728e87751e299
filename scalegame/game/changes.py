"""One command more, fewer or at another time: what a player could have done otherwise before it broke."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scalegame.game.options import EVERYWHERE
from scalegame.game.signs import YOU
from scalegame.game.stages import clock_text
from scalegame.game.story import LEAD_SECONDS
from scalegame.game.suspects import pool_of
from scalegame.model.catalogue import AMBER_SATURATION, TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scalegame.game.history import History
    from scalegame.game.view import Option, PostMortem

MOST_CHANGES = 18
"""Played again at most: they share one world, and each costs."""
MOST_OWN = 4
"""Of the player's own commands, the last before it broke."""
OWN_SECONDS = 120
"""So long before it broke they can lie."""
LONGEST_LEAD = 60
LATER = (1, 3)
"""Times LEAD_SECONDS that one of them is put off."""
LEFT_ALONE = ("launch", "cancel", "restart")
"""Verbs that are not tried as one command more: they build nothing."""


@dataclass(frozen=True, slots=True)
class Change:
    """What is done otherwise, and nothing else."""

    kind: Literal["add", "drop", "move"]
    line: str
    tick: int
    """When the line is given; of a dropped one, when it was."""
    was: int = 0
    """When a moved one was given."""

    @property
    def begins(self) -> int:
        """The tick from which on the run is another one."""
        return min(self.tick, self.was) if self.kind == "move" else self.tick

    @property
    def words(self) -> str:
        """'With `add app` at 01:10', 'Without `restart app-1` at 01:40'."""
        at = clock_text(self.tick / TICKS_PER_SECOND)
        if self.kind == "drop":
            return f"Without `{self.line}` at {at}"
        instead = f" instead of {clock_text(self.was / TICKS_PER_SECOND)}" if self.kind == "move" else ""
        return f"With `{self.line}` at {at}{instead}"

    def applied(self, orders: Sequence[tuple[int, str]]) -> list[tuple[int, str]]:
        """The orders of a run with this change, in time; what is given at the same tick comes before those of then."""
        old = (self.was, self.line) if self.kind == "move" else (self.tick, self.line)
        kept = list(orders)
        if self.kind != "add":
            kept.remove(old)
        if self.kind != "drop":
            at = next((index for index, (tick, _) in enumerate(kept) if tick >= self.tick), len(kept))
            kept.insert(at, (self.tick, self.line))
        return kept


def before_it_broke(told: PostMortem, history: History, ticks: int) -> list[int]:
    """Ticks at which it could have been helped, in time: first by the lead that the warning gave before the cause that
    the rest came of, or before the busiest second of a run without one; the last when it broke. Money comes between."""
    if told.first is not None:
        broke = told.chain[told.first].seconds
    else:
        tightest = [second.saturation for second in history.seconds]
        broke = float(tightest.index(max(tightest))) if tightest else ticks / TICKS_PER_SECOND
    last = round(broke * TICKS_PER_SECOND)
    first = max(last - lead_seconds(history, broke) * TICKS_PER_SECOND, 0)
    return sorted({first, (first + last) // 2, last})


def lead_seconds(history: History, broke: float) -> int:
    """How long before it the warning stood without a break; as far as a cause is looked for where there was none."""
    warned = 0
    for second in reversed(history.seconds[max(int(broke) - LONGEST_LEAD, 0) : int(broke)]):
        if second.saturation < AMBER_SATURATION:
            break
        warned += 1
    return max(warned, LEAD_SECONDS)


def of_the_players(orders: Sequence[tuple[int, str]], then: int, lead: int, ended: int) -> Iterator[Change]:
    """The player's own last commands: left out, or given earlier by the lead that the warning gave, what came after
    ``then`` at it; or later. ended: the tick at which the run was over; all in ticks."""
    near = [order for order in orders if order[0] >= then - OWN_SECONDS * TICKS_PER_SECOND]
    for tick, line in near[-MOST_OWN:]:
        if line == "launch" or line.startswith("cancel"):
            continue
        yield Change("drop", line, tick)
        earlier = then if tick > then else max(tick - lead, 0)
        later = (tick + times * LEAD_SECONDS * TICKS_PER_SECOND for times in LATER)
        for moved in (earlier, *later):
            if moved != tick and moved < ended:
                yield Change("move", line, moved, was=tick)


def places_of(told: PostMortem, tightest: str) -> list[str]:
    """Where something could have been ordered, the likeliest first: what the causes are about, what was tightest, and
    the system as a whole."""
    chain = [pool_of(step.place) for step in told.chain]
    first = [chain[told.first]] if told.first is not None else []
    return [place for place in dict.fromkeys([*first, *chain, pool_of(tightest), EVERYWHERE]) if place and place != YOU]


def added(offers: Sequence[Sequence[Option]], then: int) -> Iterator[Change]:
    """What could be bought at that tick, of what is offered at each of the places in turn."""
    seen: set[str] = set()
    longest = max((len(options) for options in offers), default=0)
    for rank in range(longest):
        for options in offers:
            option = options[rank] if rank < len(options) else None
            if option is None or option.refusal is not None or option.command in seen:
                continue
            seen.add(option.command)
            if option.command.split()[0] not in LEFT_ALONE:
                yield Change("add", option.command, then)


def chosen(own: Iterable[Change], offers: Sequence[Sequence[Change]]) -> list[Change]:
    """Those that are tried: the player's own first, then what could be bought, each line when it first could."""
    tried = list(own)
    lines = {change.line for change in tried}
    for change in itertools.chain.from_iterable(offers):
        if len(tried) < MOST_CHANGES and change.line not in lines:
            lines.add(change.line)
            tried.append(change)
    return tried
