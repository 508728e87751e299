"""The bot that tries what can be done on copies of the world, and does what saves most.

Its objective, at each look, from ``HORIZON_SECONDS`` ahead with nothing done and with each thing that could be:

- Where doing nothing loses more than ``TOLERATED`` of the requests (or the level): of what saves at least
  ``WORTH_SHARE`` as many good requests as the best does, that with the most **good requests saved per dollar** more
  that it costs in that time, a cent at least. The losses of the last seconds count as if they went on for
  ``GOES_ON_SECONDS``, or as long as the level does, or no reboot would ever seem worth it. What loses the level within
  the time looked at is worse than all else.
- Where it does not, and no growth is forecast: what saves the most dollars and loses no more than is tolerated.

What the purse does not carry to the level's end is not tried. It sees its futures as they will really be (see
Desk.ahead), so its runs are what a player can come to who knows the seed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from scalegame.game.bots.bot import Bot
from scalegame.game.options import EVERYWHERE
from scalegame.game.view import Quote
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.bots.desk import Ahead, Desk
    from scalegame.game.view import Option

LOOKS_SECONDS = 4
HORIZON_SECONDS = 20.0
"""Longer than any boot or reboot, so that what they are good for shows."""
MOST_TRIED = 10
"""At a look, the cheapest first: with the horizon it bounds the work."""
GOES_ON_SECONDS = 60.0
RESTS_SECONDS = 8
"""After an order, for it to be carried out."""
TOLERATED = 0.01
"""Share of the requests that may be lost without anybody doing something."""
WORTH_SHARE = 0.5
LEAST_DOLLARS = 0.01
BUSY, IDLE = 0.6, 0.5
"""Utilisation above which a pool may be in trouble, and below which it may be too big."""
GROWTH_SECONDS = 60
"""Nothing is taken away where the forecast has more than now within this time."""

_HELP = ("add ", "resize ", "place balancer l4", "place balancer l7", "place c", "place q", "move ", "restart ")
"""How lines that may help begin; knobs and rules are left alone."""
_SAVE = ("remove ", "resize ")


class Greedy(Bot):
    name = "greedy"
    every = LOOKS_SECONDS * TICKS_PER_SECOND

    def __init__(self, seed: int, told: str) -> None:
        super().__init__(seed, told)
        self._rests_until = 0
        """Tick."""

    def observe(self, desk: Desk) -> Sequence[str]:
        if desk.tick < self._rests_until:
            return ()
        nothing = desk.ahead((), HORIZON_SECONDS)
        if nothing.outcome == "lost" or nothing.lost > TOLERATED * nothing.offered:
            taken = _rescue(desk, nothing)
        else:
            taken = _saving(desk, nothing)
        if taken:
            self._rests_until = desk.tick + RESTS_SECONDS * TICKS_PER_SECOND
        return taken


def _rescue(desk: Desk, nothing: Ahead) -> Sequence[str]:
    """What saves most good requests per dollar; empty where nothing helps."""
    tried = [(lines, desk.ahead(lines, HORIZON_SECONDS)) for lines in _helping(desk)]
    if nothing.outcome == "lost":
        # Whatever survives has played longer than doing nothing, so their losses are not to be compared.
        tried = [(lines, ahead) for lines, ahead in tried if ahead.outcome != "lost"] or tried
    else:
        tried = [(lines, ahead) for lines, ahead in tried if ahead.outcome != "lost"]
    left = desk.view.total_seconds - desk.tick / TICKS_PER_SECOND - HORIZON_SECONDS
    goes_on = min(max(left, 0.0), GOES_ON_SECONDS)
    saved = [_worth(ahead, goes_on) - _worth(nothing, goes_on) for _, ahead in tried]
    most = max(saved, default=0)
    if most <= TOLERATED * nothing.offered:
        return ()
    worth = [
        (good / max((ahead.cost_micro - nothing.cost_micro) / 1e6, LEAST_DOLLARS), lines)
        for good, (lines, ahead) in zip(saved, tried, strict=True)
        if good >= WORTH_SHARE * most
    ]
    return max(worth, key=lambda one: one[0])[1]


def _worth(ahead: Ahead, goes_on: float) -> float:
    """Good requests, less those that will be lost if it goes on like this for so many seconds."""
    return ahead.good - ahead.losing * goes_on


def _saving(desk: Desk, nothing: Ahead) -> Sequence[str]:
    """What saves most dollars at no harm; empty where nothing does, or more traffic is to come."""
    now = desk.tick // TICKS_PER_SECOND
    here, *later = desk.forecast(range(now, now + GROWTH_SECONDS, 5))
    if any(point.expected > here.expected for point in later):
        return ()
    allowed = nothing.lost + TOLERATED * nothing.offered
    best: tuple[int, Sequence[str]] = (0, ())
    for lines in _sparing(desk):
        ahead = desk.ahead(lines, HORIZON_SECONDS)
        saved = nothing.cost_micro - ahead.cost_micro
        if ahead.outcome != "lost" and ahead.lost <= allowed and saved > best[0]:
            best = saved, lines
    return best[1]


def _helping(desk: Desk) -> list[Sequence[str]]:
    """What may help where it is busy, and in the system as a whole; the cheapest of it."""
    snapshot = desk.view.snapshot
    tightest = {machine.pool for machine in snapshot.machines if machine.name == snapshot.signals.tightest}
    dead = [machine.name for machine in snapshot.machines if machine.state == "dead"]
    busy = [pool.name for pool in snapshot.pools if pool.name in tightest or not pool.utilisation <= BUSY]
    door: Option | None = None
    found: dict[str, tuple[float, Sequence[str]]] = {}
    for place in (EVERYWHERE, *dead, *busy):
        for option in _open(desk, place, _HELP):
            line = option.command
            lines: tuple[str, ...] = (line,)
            price = option.quote.price_change + option.quote.once
            if line == "place balancer l4":
                door = option
            elif line.startswith("add ") and door is not None and snapshot.balancer_kind is None:
                # Alone neither helps: a second server gets no traffic, and a front door spreads none over one.
                lines = (door.command, line)
                price += door.quote.price_change
            if desk.purse_lasts(Quote(price, 0.0, 0.0, 0.0, "")):
                found.setdefault(line, (price, lines))
    cheapest = sorted(found.values(), key=lambda one: one[0])[:MOST_TRIED]
    return [lines for _, lines in cheapest]


def _sparing(desk: Desk) -> list[Sequence[str]]:
    """What may be too much; the dearest of it."""
    pools = desk.view.snapshot.pools
    idle = [pool.name for pool in pools if pool.tier in ("servers", "workers") and pool.utilisation < IDLE]
    options = {option.command: option for place in idle for option in _open(desk, place, _SAVE)}
    dearest = sorted((one for one in options.values() if one.quote.price_change < 0), key=_change)[:MOST_TRIED]
    return [(option.command,) for option in dearest]


def _open(desk: Desk, place: str, begins: tuple[str, ...]) -> Iterator[Option]:
    for option in desk.options(place):
        if option.refusal is None and option.command.startswith(begins):
            yield option


def _change(option: Option) -> float:
    return option.quote.price_change if math.isfinite(option.quote.price_change) else 0.0
