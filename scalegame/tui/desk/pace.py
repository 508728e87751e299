"""From wall time to ticks: a fixed-step accumulator, outside the simulation, so that speed never changes an outcome."""

from __future__ import annotations

from scalegame.model.catalogue import TICKS_PER_SECOND

FRAME_SECONDS = 0.1
"""From one look at the clock to the next, and from one picture to the next."""
MOST_AT_ONCE = 12
"""Ticks made up for after a stall; the rest is forgotten, or a slow machine would fall behind ever further."""


class Pace:
    """How many ticks are due. Stands still until ``run``."""

    def __init__(self) -> None:
        self.speed = 1
        self.running = False
        self._last: float | None = None
        self._owed = 0.0

    def run(self, now: float) -> None:
        """Let the clock go, from ``now`` (seconds of any steady clock)."""
        self.running = True
        self._last = now
        self._owed = 0.0

    def pause(self) -> None:
        self.running = False
        self._last = None

    def due(self, now: float) -> int:
        """Ticks to step now."""
        if not self.running or self._last is None:
            return 0
        self._owed += max(now - self._last, 0.0) * TICKS_PER_SECOND * self.speed
        self._last = now
        # A timer that fires a millisecond early must not turn 1, 1, 1 into 0, 1, 2: half a tick is near enough.
        ticks = int(self._owed + 0.5)
        self._owed -= ticks
        if ticks > MOST_AT_ONCE:
            self._owed = 0.0
            return MOST_AT_ONCE
        return ticks
