"""What the stores of copies of a world are told and have come to: the state beside what they hold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Mask, Whole


@dataclass
class Keeping:
    """What players chose, and what the last ticks came to. Shares are of the requests for a shelf."""

    cdn: Mask
    """It stands, (runs,)."""
    chosen: Mask
    """The store keeps this, (runs, shelves)."""
    cache_up: Mask
    """A machine of the cache answers, (runs,)."""
    replicas: Whole
    """Those that work, (runs,)."""
    on_box: Mask
    """The pages are those of the boxes, (runs,)."""
    box_seconds: Floats
    """A box's work on the data for a request of each class, as it was told last (see disk): (runs, classes)."""
    hit: Floats
    wait: Floats
    fetch: Floats
    """Of the last tick, as contents.Answers: (runs, shelves)."""
    stale: Floats
    """Of what is answered, what has been out of date for too long: (runs, shelves)."""
    asked: Floats
    """Requests a second for each shelf, over the last second: (runs, shelves)."""
    answered: Floats
    fetched: Floats
    rate: Floats
    """Requests a second of each class, over some seconds: (runs, classes)."""
    calls: Floats
    """Of them, those that went on to the data; without those that went to replicas."""
    copied_calls: Floats
    """Those."""
    wrote: Floats
    """Requests a second that write, over some seconds, by what is on the shelf: (runs, shelves)."""
    edge_carry: Floats
    """Fractions of a request that are left over, (runs, classes)."""
    data_carry: Floats
    rewriting: Whole
    """The tick up to which each data set is written from end to end, (runs, data sets)."""
    rewrite_ticks: Whole
    """How long that takes in all."""
    owed: Whole
    """Of the CDN's price what is no whole micro-dollar yet, in nano-dollars: (runs,)."""
    edge_bill: Floats
    """Dollars a minute of the CDN, over some seconds: (runs,)."""


def first_keeping(runs: int, shelves: int, sets: int, on_disk: slice, work: Floats) -> Keeping:
    """Nothing is kept but pages. shelves, sets: how many there are; on_disk: the shelves of pages; work: of each class
    on the data, in seconds, (classes,)."""
    shape, kinds = (runs, shelves), (runs, work.size)
    chosen = np.zeros(shape, dtype=np.bool_)
    chosen[:, on_disk] = True
    return Keeping(
        cdn=np.zeros(runs, dtype=np.bool_),
        chosen=chosen,
        cache_up=np.zeros(runs, dtype=np.bool_),
        replicas=np.zeros(runs, dtype=np.int64),
        on_box=np.zeros(runs, dtype=np.bool_),
        box_seconds=np.tile(work, (runs, 1)),
        hit=np.zeros(shape),
        wait=np.zeros(shape),
        fetch=np.ones(shape),
        stale=np.zeros(shape),
        asked=np.zeros(shape),
        answered=np.zeros(shape),
        fetched=np.zeros(shape),
        rate=np.zeros(kinds),
        calls=np.zeros(kinds),
        copied_calls=np.zeros(kinds),
        wrote=np.zeros(shape),
        edge_carry=np.zeros(kinds),
        data_carry=np.zeros(kinds),
        rewriting=np.zeros((runs, sets), dtype=np.int64),
        rewrite_ticks=np.ones((runs, sets), dtype=np.int64),
        owed=np.zeros(runs, dtype=np.int64),
        edge_bill=np.zeros(runs),
    )


@dataclass(frozen=True, slots=True)
class Memory:
    """What of a run's machines' memory there is to hold something, in kilobytes."""

    caches: int
    """Machines of the cache that are up."""
    moved: float
    """Of what they hold, the share that another is asked for from now on: it is not found there."""
    pages_kb: float
    """Of all that have the data: the database, or the boxes."""
    on_box: bool
    replicas_kb: list[float]
    """Of each."""
