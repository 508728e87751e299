"""What the disk makes of work on data: a page that is not in memory is read from there, and the query waits with what
it holds. So it goes at the database, at its replicas, and on the boxes that have the data themselves.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import Caching
from scalegame.model.homes.sessions import in_order
from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Pool

_DISK_SECONDS = cat.DISK_MS / 1000.0


def disk_factor(caching: Caching, run: int | slice) -> Floats:
    """By how much the database's work is stretched by reads from disk, on average: (runs,), or one number."""
    return _stretched(caching, run, caching.pages, caching.state.calls[run])


def replicas_factor(caching: Caching, run: int | slice) -> Floats:
    """The same of the replicas, which have pages of their own."""
    return _stretched(caching, run, caching.copied_pages, caching.state.copied_calls[run])


FACTORS: dict[Pool, Callable[[Caching, int | slice], Floats]] = {
    Pool.DATABASE: disk_factor,
    Pool.REPLICA: replicas_factor,
}
"""Of the machines that have a disk to wait for."""


def _stretched(caching: Caching, run: int | slice, pages: slice, calls: Floats) -> Floats:
    work = in_order(calls * caching.work)
    disk = in_order(calls * _missed(caching, run, pages) * caching.reading) * _DISK_SECONDS
    return np.where(work > 0.0, 1.0 + disk / np.maximum(work, 1e-300), 1.0)


def _missed(caching: Caching, run: int | slice, pages: slice) -> Floats:
    """Share of each class's reads that do not find their page, (runs, classes)."""
    result = np.zeros((*caching.state.calls[run].shape[:-1], len(caching.classes)))
    for number in range(pages.stop - pages.start):
        part = caching.state.fetch[run, pages.start + number]
        result += part[..., None] * caching.readers[:, number]
    return result


def box_seconds(caching: Caching, run: int | slice) -> Floats:
    """What a request of each class takes of a box that has the data itself, in seconds of a core's work on it: (runs,
    classes). What the cache answers takes nothing."""
    asks = np.ones((*caching.state.calls[run].shape[:-1], len(caching.classes)))
    asks[..., caching.cache_classes] = np.minimum(caching.state.fetch[run, caching.cache], 1.0)
    reads = caching.read_work + _missed(caching, run, caching.pages) * caching.reading * _DISK_SECONDS
    result: Floats = asks * reads + (caching.work - caching.read_work)
    return result
