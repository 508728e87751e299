"""A store of copies, request by request: the plain simulation that the model's groups are held against."""

from __future__ import annotations

import heapq
from collections import OrderedDict
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Case:
    """A data set under a store. Seconds, requests and writes a second, items."""

    items: int = 2000
    zipf: float = 1.0
    rate: float = 1000.0
    seconds: float = 40.0
    room: int = 0
    ttl: float = 0.0
    resets: bool = False
    fetch: float = 0.0
    writes: float = 0.0
    purges: bool = False
    tolerance: float = 0.0
    parts: int = 10
    """Figures are given for so many equal stretches of time."""


@dataclass(frozen=True)
class Seen:
    """Shape (parts,): shares of the requests; of the hits, those out of date for longer than tolerated."""

    hit: Shares
    fetch: Shares
    stale: Shares


def simulate(case: Case, seed: int = 1) -> Seen:
    """One fetch at a time for an item."""
    draws = np.random.default_rng(seed)
    mass = np.arange(1, case.items + 1, dtype=np.float64) ** -case.zipf
    upto = np.cumsum(mass / mass.sum())
    events: list[tuple[float, int, int]] = []
    for write, rate in ((0, case.rate), (1, case.writes)):
        count = draws.poisson(rate * case.seconds)
        when = (draws.random(count) * case.seconds).tolist()
        asked = np.searchsorted(upto, draws.random(count)).tolist()
        events += zip(when, [write] * count, asked, strict=True)
    events.sort()
    counts = np.zeros((4, case.parts))
    held: OrderedDict[int, float] = OrderedDict()
    changed: dict[int, float] = {}
    returning: list[tuple[float, int]] = []
    fetching: set[int] = set()
    for now, write, item in events:
        while returning and returning[0][0] <= now:
            when, back = heapq.heappop(returning)
            fetching.discard(back)
            held[back] = when
            changed.pop(back, None)
            if case.room and len(held) > case.room:
                held.popitem(last=False)
        if write:
            if case.purges:
                held.pop(item, None)
            elif item in held:
                changed.setdefault(item, now)
            continue
        part = min(int(now / case.seconds * case.parts), case.parts - 1)
        counts[0, part] += 1
        if item in held and case.ttl and now - held[item] > case.ttl:
            del held[item]
        if item in held:
            counts[1, part] += 1
            held.move_to_end(item)
            counts[3, part] += now - changed.get(item, now) > case.tolerance
            if case.resets:
                held[item] = now
        elif item not in fetching:
            counts[2, part] += 1
            fetching.add(item)
            heapq.heappush(returning, (now + draws.exponential(case.fetch) if case.fetch else now, item))
    return Seen(counts[1] / counts[0], counts[2] / counts[0], counts[3] / np.maximum(counts[1], 1))
