"""The warning before a place is full: it leads the first loss, so that nothing saturates unwarned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION

CALM_SECONDS = 10
"""A place that hovers about a threshold is told once, not each time it crosses."""

if TYPE_CHECKING:
    from scalegame.model.snapshot import Snapshot


def warning_of(snapshot: Snapshot) -> tuple[str, int]:
    """The warning line and its level: 0 calm, 1 amber, 2 red, by the smoothed utilisation of the tightest place."""
    tight, share = snapshot.signals.tightest, snapshot.signals.saturation
    if not tight or not share >= AMBER_SATURATION:
        return "", 0
    if share < RED_SATURATION:
        return f"{tight} is at {100 * share:.0f} %: requests begin to queue there", 1
    return f"{tight} is at {100 * share:.0f} %: it will soon be too slow, then refuse", 2


def next_tightest(snapshot: Snapshot) -> tuple[str, float] | None:
    """(pool, utilisation) of the fullest pool that the tightest machine does not stand in; None where there is none.
    What waits for workers waits safely: they are never the tightest."""
    first = next((machine.pool for machine in snapshot.machines if machine.name == snapshot.signals.tightest), "")
    others = [(pool.name, pool.utilisation) for pool in snapshot.pools if pool.name != first and pool.tier != "workers"]
    return max(others, key=lambda found: found[1], default=None)


class Alarm:
    """When the warning is worth a line in the log: as it rises, and again only after it was calm for a while."""

    def __init__(self) -> None:
        self._told = 0
        self._calm = 0

    def rings(self, level: int) -> bool:
        """Asked once a second with the level of the warning."""
        self._calm = self._calm + 1 if level == 0 else 0
        if self._calm >= CALM_SECONDS:
            self._told = 0
        rose = level > self._told
        self._told = max(self._told, level)
        return rose
