"""Keyed random numbers: a draw is a pure function of (seed, stream, tick, index), so that what is offered to one build
is offered to all, and buying a machine never reshuffles a failure.

Counters hashed by splitmix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
"""

from __future__ import annotations

from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scalegame.model.numbers.exact import Floats

Words = NDArray[np.uint64]

_MASK = (1 << 64) - 1
GOLDEN = 0x9E3779B97F4A7C15
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


class Stream(IntEnum):
    """What a draw is for. A number is never used again for another purpose: runs would change."""

    ARRIVALS = 1
    FORECAST = 2
    SPLIT = 3
    SERVICE = 4
    FAILURE = 7
    TARGET = 8
    REPRESENTATIVE = 9
    DECK = 10
    JOB = 12
    SHARDS = 13
    DEAL = 14


def _mix_word(x: int) -> int:
    x = ((x ^ (x >> 30)) * int(_FIRST)) & _MASK
    x = ((x ^ (x >> 27)) * int(_SECOND)) & _MASK
    return x ^ (x >> 31)


def stream_base(seed: int, stream: Stream, part: int = 0) -> int:
    """Where a stream's counters start: a 64-bit word."""
    return _mix_word(
        (_mix_word((seed * GOLDEN) & _MASK) + int(stream) * 0xD1B54A32D192ED03 + part * 0x8CB92BA72F3D8DD7) & _MASK
    )


def hash_words(x: Words) -> Words:
    """splitmix64's finaliser."""
    x = (x ^ (x >> np.uint64(30))) * _FIRST
    x = (x ^ (x >> np.uint64(27))) * _SECOND
    return x ^ (x >> np.uint64(31))


def uniform(base: Words, ticks: NDArray[np.int64], index: Words) -> Floats:
    """Uniforms in (0, 1) of shape (ticks, *broadcast(base, index)).

    base: words from stream_base, run first; ticks: whole numbers, (ticks,) or, where runs differ, (ticks, runs); index:
    words below 2**32.
    """
    shape = np.broadcast_shapes(base.shape, index.shape)
    counter = (ticks.astype(np.uint64) << np.uint64(32)).reshape(
        ticks.shape + (1,) * (len(shape) + 1 - ticks.ndim)
    ) + index
    words = hash_words(counter * np.uint64(GOLDEN) + base)
    result: Floats = ((words >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return result


def uniform_one(seed: int, stream: Stream, tick: int, index: int, part: int = 0) -> float:
    """A single uniform, for rare events."""
    word = _mix_word(((((tick << 32) + index) * GOLDEN) + stream_base(seed, stream, part)) & _MASK)
    return ((word >> 11) + 0.5) * 2.0**-53
