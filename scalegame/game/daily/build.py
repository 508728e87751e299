"""A day played through on paper: the machines that its traffic takes, when to order them, and what that costs.

The paper knows mean work and prices, no queues and no chance: `prove` and the tests hold what it says against play.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

from scalegame.game.daily.parts import BESIDE, Business, Course, Hours
from scalegame.model.catalogue import ENQUEUE_CPU_MS, MINIMUM_BILLED_SECONDS, SETUP_PRICES, SIZES

BAND = 0.08
"""The seed's curve stays so close to the plan."""
BUSY, WORKERS_BUSY = 0.72, 0.8
"""Of a machine's cores and of a worker's, at the peak of the band: what is above waits too long."""
AHEAD_SECONDS = 12
"""A machine is ordered so long before its stage: it boots, it warms up, and a few seconds are left."""
SLOW_SECONDS = 35
"""Of the second stage."""
SMALL_PURSE, STEADY_PURSE = 1.3, 1.2
"""Of what the build costs in the first stage, and in the later ones: room for another build, not for a bigger one."""
COST_ROOM = 1.05
"""Gold for cost allows so much of what the build costs on paper."""


@dataclass(frozen=True, slots=True)
class Rent:
    """Of machines that are paid for from a second of the level to its end."""

    since: float
    price: float
    """Dollars a minute."""


@dataclass(frozen=True, slots=True)
class Build:
    """The reference, and the money that goes with it."""

    commands: tuple[str, ...]
    money: tuple[float, ...]
    """Dollars that each stage brings; the first is the opening purse."""
    cost: float
    """Dollars, at most, for gold."""


def served(business: Business, size: str, *, grown: bool) -> float:
    """Requests a second that keep all cores of one machine at work, before the business's step or after it."""
    cores = SIZES[size].cores
    work = 0.0
    for kind in business.kinds:
        own = kind.cpu_ms
        if grown and kind.session:
            own += business.request_ms
        if kind.job_ms:
            own += ENQUEUE_CPU_MS if grown else kind.job_ms
        work += kind.share * own
    return cores * 1000.0 / (work * (1.0 + SIZES[size].contention * (cores - 1)))


def rates(business: Business, course: Course, size: str) -> list[list[tuple[float, int]]]:
    """Of each stage: (second of it, requests a second in all). Until the second stage has run for a while the multiples
    are of what the business serves without its step: who has not made it yet is warned in time."""
    before, after = (served(business, size, grown=grown) for grown in (False, True))
    curves: list[list[tuple[float, int]]] = []
    for number, hours in enumerate(course.stages):
        grown = [number > 1 or (number == 1 and second > SLOW_SECONDS) for second, _ in hours.points]
        curves.append(
            [
                (second, round(multiple * (after if later else before)))
                for (second, multiple), later in zip(hours.points, grown, strict=True)
            ]
        )
    return curves


def build(business: Business, course: Course, size: str, mishap_stage: int) -> Build:
    """The reference of a day: the business's step in the first stage, then before each stage the machines it takes."""
    price = SIZES[size].price
    commands = list(business.step)
    stepped = float(commands[0].split()[0])
    # The app's first machine, and what stands beside it.
    rents = [Rent(0.0, price)] * (1 + business.database) + [Rent(0.0, SIZES[BESIDE].price)] * bool(business.door)
    rents += [Rent(stepped, SIZES[BESIDE].price) for _ in business.needs]
    once = sum(SETUP_PRICES[key] for key in business.once)
    begin, stand, workers = 0.0, 1, 0
    borders = [0.0]
    for number, hours in enumerate(course.stages):
        when = max(begin - AHEAD_SECONDS, stepped + 1.0)
        wanted = _workers(business, hours, size)
        if wanted > workers:
            commands.append(f"{when:g} add worker {wanted - workers} size={size}")
            rents.append(Rent(when, price * (wanted - workers)))
            workers = wanted
        wanted = math.ceil(hours.peak * (1.0 + BAND) / BUSY) + (number == mishap_stage) if number else 1
        if wanted > stand:
            commands.append(f"{when:g} add app {wanted - stand} size={size}")
            rents.append(Rent(when, price * (wanted - stand)))
            stand = wanted
        begin += hours.seconds
        borders.append(begin)
    stages = list(pairwise(borders))
    spent = [sum(_paid(rent, first, last) for rent in rents) for first, last in stages]
    # What is ordered is refused unless its minimum can be paid.
    minimum = MINIMUM_BILLED_SECONDS / 60.0
    asked = [sum(rent.price * minimum for rent in rents if first < rent.since < last) for first, last in stages]
    money = [STEADY_PURSE * paid + minimal for paid, minimal in zip(spent, asked, strict=True)]
    money[0] += (SMALL_PURSE - STEADY_PURSE) * spent[0] + once
    return Build(
        tuple(commands), tuple(math.ceil(dollars * 10.0) / 10.0 for dollars in money),
        math.ceil((sum(spent) + once) * COST_ROOM * 20.0) / 20.0,
    )  # fmt: skip


def _workers(business: Business, hours: Hours, size: str) -> int:
    """Workers that do the queued jobs of a stage's peak as they come."""
    job_ms = sum(kind.share * kind.job_ms for kind in business.kinds if kind.name == business.queues)
    cores = served(business, size, grown=True) * hours.peak * (1.0 + BAND) * job_ms / 1000.0
    return math.ceil(cores / (WORKERS_BUSY * SIZES[size].cores))


def _paid(rent: Rent, first: float, last: float) -> float:
    """Dollars between two seconds of the level."""
    return rent.price * max(last - max(first, rent.since), 0.0) / 60.0
