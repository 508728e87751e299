"""The bot that does what most autoscaling rules do: more above a mark, less below another, and rest in between."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.bots.bot import Bot
from scalegame.game.options import EVERYWHERE
from scalegame.model.catalogue import AMBER_SATURATION, TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.bots.desk import Desk
    from scalegame.game.view import Option
    from scalegame.model.snapshot import PoolView

LOW = 0.4
"""Utilisation below which a machine too many is taken away."""
LEFT_BUSY = 0.65
"""The others may be as busy as this afterwards."""
HIGH_LOOKS, LOW_LOOKS = 2, 10
"""So many looks in a row, a second apart, make it act."""
RESTS_SECONDS = 12.0
"""A pool is left alone for this long after it was changed: a server boots, warms up, and shows in the figures."""


@dataclass(slots=True)
class _Watched:
    """What is remembered of a pool."""

    above: int = 0
    below: int = 0
    rests_until: int = 0
    """Tick."""


class Threshold(Bot):
    """Watches each pool by itself, and uses what the level has unlocked. Steps without a reboot go first, then the
    cheapest; one that the purse does not carry to the level's end is not taken."""

    name = "threshold"

    def __init__(self, seed: int, told: str) -> None:
        super().__init__(seed, told)
        self._pools: dict[str, _Watched] = {}

    def observe(self, desk: Desk) -> Sequence[str]:
        lines: list[str] = []
        for pool in desk.view.snapshot.pools:
            watched = self._pools.setdefault(pool.name, _Watched())
            watched.above = watched.above + 1 if pool.utilisation > AMBER_SATURATION else 0
            watched.below = watched.below + 1 if pool.utilisation < LOW else 0
            if desk.tick < watched.rests_until:
                continue
            taken: list[str] = []
            if watched.above >= HIGH_LOOKS:
                taken = _more(pool, desk)
            elif watched.below >= LOW_LOOKS:
                taken = _less(pool, desk)
            if taken:
                watched.rests_until = desk.tick + round(RESTS_SECONDS * TICKS_PER_SECOND)
                lines += taken
        return lines


def _more(pool: PoolView, desk: Desk) -> list[str]:
    """The lines of the best step up; none where there is no step."""
    steps = [
        [option]
        for option in desk.options(pool.name)
        if _can_be_had(option) and option.command.startswith(("add ", "resize ")) and option.quote.price_change > 0
    ]
    if pool.tier == "servers" and desk.view.snapshot.balancer_kind is None:
        # Without a balancer only the first machine gets traffic: a second one needs a front door, in the same breath.
        door = next((option for option in desk.options(EVERYWHERE) if option.command == "place balancer l4"), None)
        usable = door is not None and _can_be_had(door)
        steps = [
            [door, *step] if door is not None and step[0].command.startswith("add ") else step
            for step in steps
            if usable or not step[0].command.startswith("add ")
        ]
    for step in sorted(steps, key=_price):
        if desk.purse_lasts(step[-1].quote):
            return [option.command for option in step]
    return []


def _less(pool: PoolView, desk: Desk) -> list[str]:
    """The line that takes the newest machine away, where nobody would miss it."""
    left = pool.up - 1
    if pool.tier not in ("servers", "workers") or pool.up < pool.machines or left < 1:
        return []
    if pool.utilisation * pool.up / left > LEFT_BUSY:
        return []
    for option in desk.options(pool.name):
        if option.command.startswith("remove ") and _can_be_had(option) and not option.quote.consequence:
            return [option.command]
    return []


def _can_be_had(option: Option) -> bool:
    return option.refusal is None


def _price(step: Sequence[Option]) -> tuple[bool, float, float]:
    """What is better comes first."""
    dollars = math.fsum(option.quote.price_change for option in step)
    return any(option.quote.downtime > 0 for option in step), dollars, math.fsum(one.quote.once for one in step)
