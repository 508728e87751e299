"""Which shard has what: keys asked for by Zipf's law, dealt to the shards by their hash.

A hash spreads the keys evenly but not what is asked of them: the shard that has the most popular key is hot, and since
a key is in one place, no number of shards makes that key's share smaller.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from scalegame.model.catalogue import SHARD_KEYS
from scalegame.model.numbers.draws import Stream, hash_words, stream_base
from scalegame.model.numbers.exact import Floats, exp, ln


@lru_cache(maxsize=64)
def _popularity(skew: float) -> Floats:
    """Shares of the keys in what is asked for, the most popular first."""
    weight = exp(-skew * ln(np.arange(1.0, SHARD_KEYS + 1.0)))
    result: Floats = weight / np.add.accumulate(weight)[-1]
    return result


@lru_cache(maxsize=4096)
def shard_shares(seed: int, skew: float, shards: int) -> Floats:
    """Shares of the shards in a class's calls, (shards,): what their keys are asked for. A skew of 0 is even."""
    if shards == 1 or skew == 0.0:
        return np.full(shards, 1.0 / shards)
    keys = np.arange(SHARD_KEYS, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    home = hash_words(keys + np.uint64(stream_base(seed, Stream.SHARDS))) % np.uint64(shards)
    share = np.bincount(home.astype(np.int64), _popularity(skew), shards)
    result: Floats = share / np.add.accumulate(share)[-1]
    return result
