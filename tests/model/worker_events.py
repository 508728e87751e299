"""Message queue and workers event by event: the slow, plain programme that the queues' model is held against.

One queue, first come first served; a message that was not deleted within the visibility time-out is back at its old
place; a late worker still deletes it as long as nobody has taken it since.
"""

from __future__ import annotations

import heapq
import random
from dataclasses import dataclass, field
from itertools import count

from scalegame.model.catalogue import CRASHED_JOB_SHARE


@dataclass(slots=True)
class Message:
    kind: int
    born: float
    receives: int = 0
    visible: bool = True
    deleted: bool = False
    done: list[float] = field(default_factory=list)
    effects: int = 0
    """How often the job had its effect: done, or almost, when the worker's process died."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Means over all messages that were accepted after the warm-up."""

    wait: float
    """Until the first delivery."""
    sojourn: float
    """Until the job is first done; of those that ever are."""
    deliveries: float
    twice: float
    """Share of the jobs that had their effect more than once."""
    dead: float
    """Share of the messages that became dead letters."""


def simulate(
    rates: list[float],
    seconds_of_work: list[float],
    cores: int,
    *,
    visibility: float = 1e9,
    most_receives: int = 10**9,
    failing: float = 0.0,
    until: float = 1000.0,
    warmup: float = 0.0,
    outage: tuple[float, float] = (1e9, 1e9),
    seed: int = 1,
) -> Outcome:
    """Poisson arrivals by class, exponential work; nobody begins within the outage."""
    chance = random.Random(seed)  # noqa: S311  # a simulation's, no secret's
    order = count()
    events: list[tuple[float, int, str, Message, int]] = []
    for kind, rate in enumerate(rates):
        moment = chance.expovariate(rate)
        while moment < until:
            events.append((moment, next(order), "accepted", Message(kind, moment), 0))
            moment += chance.expovariate(rate)
    events.append((outage[1], next(order), "back", Message(0, 0.0), 0))
    heapq.heapify(events)
    queue: list[tuple[float, int, Message]] = []
    every: list[Message] = []
    waits: list[float] = []
    dead, free = 0, cores
    while events:
        now, _, what, message, delivery = heapq.heappop(events)
        if what == "accepted":
            every.append(message)
            heapq.heappush(queue, (message.born, next(order), message))
        elif what == "visible" and not message.deleted and message.receives == delivery:
            if message.receives >= most_receives:
                message.deleted = True
                dead += message.born >= warmup
            else:
                message.visible = True
                heapq.heappush(queue, (message.born, next(order), message))
        elif what == "done":
            free += 1
            if delivery > 0:
                message.effects += 1
                message.done.append(now)
                message.deleted |= message.receives == delivery
        while free and queue and not outage[0] <= now < outage[1]:
            _, _, taken = heapq.heappop(queue)
            if taken.deleted:
                continue
            taken.receives += 1
            taken.visible = False
            if taken.receives == 1 and taken.born >= warmup:
                waits.append(now - taken.born)
            free -= 1
            fails = chance.random() < failing
            taken.effects += fails and chance.random() < CRASHED_JOB_SHARE
            ends = now + chance.expovariate(1.0) * seconds_of_work[taken.kind]
            heapq.heappush(events, (ends, next(order), "done", taken, -1 if fails else taken.receives))
            heapq.heappush(events, (now + visibility, next(order), "visible", taken, taken.receives))
    counted = [message for message in every if message.born >= warmup]
    done = [message for message in counted if message.done]
    return Outcome(
        wait=sum(waits) / len(waits),
        sojourn=sum(min(message.done) - message.born for message in done) / len(done),
        deliveries=sum(message.receives for message in counted) / len(counted),
        twice=sum(message.effects > 1 for message in counted) / len(counted),
        dead=dead / len(counted),
    )
