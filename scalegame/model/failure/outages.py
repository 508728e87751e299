"""Zones that are out: buildings whose machines share a power line, a network and a fate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.state import NEVER, ZONES, Whole


@dataclass
class Outages:
    """Shape (runs, zones)."""

    fails: Whole
    """The tick at which a zone will go out by chance."""
    until: Whole
    """The tick at which it is back; NEVER where it is not out."""


def no_outages(runs: int) -> Outages:
    shape = (runs, len(ZONES))
    return Outages(np.full(shape, NEVER, dtype=np.int64), np.full(shape, NEVER, dtype=np.int64))


def zone_back(outages: Outages, run: int, zone: int) -> int | None:
    """The tick at which a zone that is out will be back; None where it is not out."""
    until = int(outages.until[run, zone])
    return None if until == NEVER else until
