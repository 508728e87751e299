"""What the first tier on the way meets in a block of ticks, where only first attempts come: these are known ahead, and
neither who gets them nor how far a queue's bridge dips depends on the state. So both are worked out for all ticks at
once; in a tick they only have to be read."""

from __future__ import annotations

import numpy as np

from scalegame.model.front.balancer import Weights
from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.ahead import MachinesAhead
from scalegame.model.queueing.walk import dip
from scalegame.model.site import Site
from scalegame.model.state import Tier
from scalegame.model.way.flow import FirstStop
from scalegame.model.way.layout import Layout


def foresee(
    site: Site, layout: Layout, serving: Floats, ahead: MachinesAhead, weights: Weights, u: Floats, fresh: Floats
) -> FirstStop | None:
    """None where it depends on the state after all. serving: (runs, columns); u: of the split, (ticks, runs, classes);
    fresh: first attempts, the same."""
    if ahead.possible is None or not ahead.few:
        return None
    split = None
    if layout.door is not None:
        tier = Tier.DOOR
        came = (fresh[:, :, None, :] * layout.door[:, :, None]).transpose(0, 1, 3, 2)
    elif layout.any_sticky or layout.any_turn:
        return None
    else:
        tier = Tier.SERVERS
        counts = fresh - np.floor(fresh * layout.hole) if layout.any_hole else fresh
        came = split = _alone(counts, layout.columns) if layout.single else weights.split(counts, u)
    span = site.columns.tiers[tier]
    total = came[:, :, 0] if site.classes == 1 else came.sum(axis=2)
    if tier == Tier.DOOR or layout.gaps:
        total = total * serving[:, span]
    possible, half, root = (values[:, :, span] for values in (ahead.possible, ahead.half, ahead.root))
    dips = dip(total, possible, ahead.bottom_u[:, :, span], ahead.bottom_e[:, :, span], half, root, few=any(ahead.few))
    return FirstStop(tier, dips, split)


def _alone(counts: Floats, columns: int) -> Floats:
    """All for the first of so many machines."""
    split = np.zeros((*counts.shape, columns))
    split[..., 0] = counts
    return split
