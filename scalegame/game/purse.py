"""The purse: what was given, what was paid at once, what is left after rent; whole micro-dollars, so sums are exact."""

from __future__ import annotations

from dataclasses import dataclass, field

MICRO = 1_000_000
SETUP = "setup"
"""The money ledger's own purpose for what is paid at once and is no rent."""


def micro(dollars: float) -> int:
    """Dollars as whole micro-dollars."""
    return round(dollars * MICRO)


@dataclass(slots=True)
class Purse:
    given: int | None
    """Opening purse, grants and earnings so far; None is unlimited."""
    setup: int = 0
    """One-off costs so far."""
    earned: int = field(default=0, repr=False)
    """By good answers so far. It is a part of what was given, and so of the state that is hashed."""

    def grant(self, dollars: float) -> None:
        """A stage's grant comes in."""
        if self.given is not None:
            self.given += micro(dollars)

    def earn(self, good: int, a_million: int) -> None:
        """What ``good`` answers in all have brought by now, at so much ``a_million`` of them, comes in."""
        earned = good * a_million // 1_000_000
        if self.given is not None:
            self.given += earned - self.earned
        self.earned = earned

    def pay(self, dollars: float) -> None:
        """A one-off cost."""
        self.setup += micro(dollars)

    def spent(self, rent: int) -> int:
        """All costs, ``rent`` being what the machines cost so far."""
        return rent + self.setup

    def left(self, rent: int) -> int | None:
        """None is unlimited; below 0 where the last bill could not be paid in full."""
        return None if self.given is None else self.given - self.spent(rent)

    def is_empty(self, rent: int) -> bool:
        """Whether a bill could not be paid."""
        return self.given is not None and self.given < self.spent(rent)
