"""Releases: what the machines of a pool run. A bad one answers some requests wrongly, or takes longer for all of them;
the next release or going back to the last one is the remedy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Mask, Pool, Whole


@dataclass
class Releases:
    """What a machine of each pool gets that boots or is deployed to now, and what it would get after a rollback.
    Shape (runs, pools)."""

    wrong: Floats
    """Share of its answers that are wrong."""
    factor: Floats
    """Its work takes this many times as long."""
    last_wrong: Floats
    last_factor: Floats
    kept: Mask
    """There is a last release to go back to."""
    ordered: Whole
    """Releases that were ordered, ever: the number that chance knows the next one by."""


def good_releases(runs: int) -> Releases:
    shape = (runs, len(Pool))
    return Releases(
        wrong=np.zeros(shape),
        factor=np.ones(shape),
        last_wrong=np.zeros(shape),
        last_factor=np.ones(shape),
        kept=np.zeros(shape, dtype=np.bool_),
        ordered=np.zeros(shape, dtype=np.int64),
    )


def publish(releases: Releases, run: int, pool: Pool, wrong: float, factor: float) -> None:
    """A new release; the one before it can be gone back to."""
    releases.last_wrong[run, pool] = releases.wrong[run, pool]
    releases.last_factor[run, pool] = releases.factor[run, pool]
    releases.kept[run, pool] = True
    releases.wrong[run, pool] = wrong
    releases.factor[run, pool] = factor


def halt(releases: Releases, run: int, pool: Pool) -> None:
    """The last release is the one that machines get; those that have the new one may be rolled back to it."""
    releases.wrong[run, pool] = releases.last_wrong[run, pool]
    releases.factor[run, pool] = releases.last_factor[run, pool]


def roll_back(releases: Releases, run: int, pool: Pool) -> None:
    """The last release is the one that machines get; there is none before it."""
    halt(releases, run, pool)
    releases.kept[run, pool] = False
