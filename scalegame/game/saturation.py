"""The warning before a place is full: it leads the first loss, so that nothing saturates unwarned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION, RESIZE_SECONDS

CALM_SECONDS = 10
"""A place that hovers about a threshold is told once, not each time it crosses."""

AHEAD_SECONDS = RESIZE_SECONDS + 5.0
"""The cheapest remedy of all levels takes so long, and a player needs a moment to decide."""
SMOOTHED_SECONDS = 5
LEAST_SATURATION = 0.5
"""Below it what the forecast makes of it is too rough to be said."""

if TYPE_CHECKING:
    from scalegame.model.snapshot import Snapshot


def warning_of(snapshot: Snapshot, ahead: float = 0.0) -> tuple[str, int]:
    """The warning line and its level: 0 calm, 1 amber, 2 red, by the utilisation of the tightest place; amber also
    where it is still low, and will be high in AHEAD_SECONDS (``ahead``, 0 where nothing is to be said of that)."""
    tight, share = snapshot.signals.tightest, snapshot.signals.saturation
    if not tight or not max(share, ahead) >= AMBER_SATURATION:
        return "", 0
    if share >= RED_SATURATION:
        return f"{tight} is at {100 * share:.0f} %: it will soon be too slow, then refuse", 2
    if share >= AMBER_SATURATION:
        return f"{tight} is at {100 * share:.0f} %: requests begin to queue there", 1
    then = "full" if ahead >= 1.0 else f"at {100 * ahead:.0f} %"
    return f"{tight} is at {100 * share:.0f} %: with the traffic to come it is {then} in {AHEAD_SECONDS:.0f} s", 1


class Foresight:
    """What the forecast makes of the utilisation there is: traffic that grows by half makes it half again as high."""

    def __init__(self) -> None:
        self._recent: tuple[float, ...] = ()
        """Utilisation of the tightest place in the last seconds."""
        self._warned = False
        self.ahead = 0.0
        """What it will be at in AHEAD_SECONDS, where that is worth a warning; else 0."""

    def see(self, saturation: float, growth: float) -> None:
        """Once a second. growth: traffic in AHEAD_SECONDS by the forecast, over what it is by the forecast now."""
        self._recent = (*self._recent, saturation)[-SMOOTHED_SECONDS:]
        smooth = sum(self._recent) / len(self._recent)
        ahead = smooth * growth
        # Once said it stays until it is well below: a warning that comes and goes helps nobody.
        bound = AMBER_SATURATION if self._warned else RED_SATURATION
        enough = len(self._recent) == SMOOTHED_SECONDS and smooth >= LEAST_SATURATION
        self._warned = enough and ahead >= bound
        self.ahead = ahead if self._warned else 0.0


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
