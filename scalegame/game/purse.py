"""The purse: what was given, what was paid at once, what is left after rent; whole micro-dollars, so sums are exact."""

from __future__ import annotations

from dataclasses import dataclass

MICRO = 1_000_000
SETUP = "setup"
"""The money ledger's own purpose for what is paid at once and is no rent."""


def micro(dollars: float) -> int:
    """Dollars as whole micro-dollars."""
    return round(dollars * MICRO)


@dataclass(slots=True)
class Purse:
    given: int | None
    """Opening purse and grants so far; None is unlimited."""
    setup: int = 0
    """One-off costs so far."""

    def grant(self, dollars: float) -> None:
        """A stage's grant comes in."""
        if self.given is not None:
            self.given += micro(dollars)

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
