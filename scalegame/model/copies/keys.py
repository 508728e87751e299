"""Which machine of the cache has which key: its hash says so, and where the machines change, keys change theirs.

What the machine holds that had a key before is never asked for again: copies are fetched anew, and users whose session
it was are logged out.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import gcd

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Mask, Whole


@dataclass
class Keys:
    """As they are dealt now. Shape (runs,)."""

    machines: Whole
    """Of the cache, those that answer."""
    modulo: Mask
    """By the hash modulo the number of machines; else consistently."""
    kilobytes: Floats
    """What the machines have room for."""


def no_keys(runs: int) -> Keys:
    return Keys(np.zeros(runs, dtype=np.int64), np.zeros(runs, dtype=np.bool_), np.zeros(runs))


def moved_share(before: int, after: int, *, consistent: bool) -> float:
    """Of all keys, the share that another machine answers for when a pool of ``before`` machines becomes one of
    ``after``. Consistent hashing moves what the machines that came or went answer for (Karger et al. 1997); with the
    hash modulo the number of machines a key stays if both remainders are the same."""
    if consistent:
        return abs(after - before) / max(before, after)
    common = before * after // gcd(before, after)
    return 1.0 - min(before, after) / common


def dealt_anew_share(machines: int) -> float:
    """The same when the hash itself is another: a key stays where it was by luck alone."""
    return 1.0 - 1.0 / max(machines, 1)


def deal(keys: Keys, run: int, machines: int, *, modulo: bool) -> float:
    """So many machines answer now. Returns the share of what they hold that another is asked for from now on; what a
    machine that went took along is not in it."""
    before, was_modulo = int(keys.machines[run]), bool(keys.modulo[run])
    keys.machines[run], keys.modulo[run] = machines, modulo
    if not before or not machines:
        return 0.0
    if modulo == was_modulo:
        moved = moved_share(before, machines, consistent=not modulo)
    else:
        moved = dealt_anew_share(max(before, machines))
    gone = max(before - machines, 0) / before
    return max(moved - gone, 0.0) / (1.0 - gone)
