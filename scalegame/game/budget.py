"""The error budget: how many requests a stage may lose. It is the health bar; spent, it ends the level."""

from __future__ import annotations

from dataclasses import dataclass

from scalegame.model.catalogue import CARRIED_SHARE


@dataclass(slots=True)
class ErrorBudget:
    """In whole requests. Where the SLO is 0 there is none, and nothing is ever spent."""

    slo: float
    """Share of requests that must be good, 0..1."""
    own: int = 0
    """What the running stage brought."""
    carried: int = 0
    """What was left of the stages before, halved at each border."""
    lost_before: int = 0
    """Requests lost until the running stage began."""

    @property
    def allowed(self) -> int:
        """What the running stage may lose."""
        return self.own + self.carried

    def begin(self, forecast: float, lost: int) -> None:
        """A stage begins: its forecast in requests, and what was lost until now."""
        self.carried = int(max(0, self.left(lost)) * CARRIED_SHARE)
        self.own = self._share_of(forecast)
        self.lost_before = lost

    def cut(self, forecast: float) -> None:
        """The running stage ends early and brought only this forecast: requests that never came earn nothing."""
        self.own = min(self.own, self._share_of(forecast))

    def left(self, lost: int) -> int:
        """Requests that may still be lost; below 0 where the budget is overspent."""
        return self.allowed - (lost - self.lost_before)

    def spent(self, lost: int) -> bool:
        """Whether more was lost than the stage may lose."""
        return self.slo > 0 and self.left(lost) < 0

    def share_left(self, lost: int) -> float:
        """0..1; 1 where there is no budget."""
        if self.slo <= 0:
            return 1.0
        return max(0, self.left(lost)) / self.allowed if self.allowed else float(self.left(lost) == 0)

    def _share_of(self, forecast: float) -> int:
        # Rounded, not cut off: 1 − 0.9 is a hair less than 0.1.
        return round((1.0 - self.slo) * forecast) if self.slo > 0 else 0
