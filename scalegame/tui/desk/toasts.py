"""Incidents as short cards: what the log says of trouble, held up for some seconds and then gone. No drawing here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalegame.game.view import LogLine

MOST = 3
STAY_SECONDS = {1: 6.0, 2: 10.0}
"""Of wall time, by weight: a warning, trouble. They stay while the clock stands."""
HINT = "Hint:"
HINT_STAYS = 16.0
"""A hint is longer, and nothing happens while it is read."""
_NUMBERS = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True, slots=True)
class Toast:
    text: str
    weight: int
    """0 a hint, 1 warning, 2 trouble."""
    seconds_left: float
    count: int = 1
    """How often the like of it came while it stood there."""


@dataclass(slots=True)
class Toasts:
    """Hears a log from some line on."""

    heard: int = 0
    """Lines of the log that are no news any more."""
    cards: list[Toast] = field(default_factory=list)
    """Newest first."""
    hint: Toast | None = None
    """Stands below them; no incident pushes it away."""

    def hear(self, log: Sequence[LogLine]) -> None:
        """Put up what is new and worth it."""
        for line in log[self.heard :]:
            if line.weight in STAY_SECONDS:
                self._put_up(line)
        self.heard = len(log)

    def _put_up(self, line: LogLine) -> None:
        """On top; the like of it that stands there already is counted and not repeated."""
        count = 1
        for card in self.cards:
            if _kind(card.text) == _kind(line.text):
                count += card.count
        self.cards = [card for card in self.cards if _kind(card.text) != _kind(line.text)]
        self.cards.insert(0, Toast(line.text, line.weight, STAY_SECONDS[line.weight], count))
        del self.cards[MOST:]

    def put_up_hint(self, text: str) -> None:
        """Commands stand in it as they are typed, without the marks of a level's text."""
        self.hint = Toast(f"{HINT} {text.replace('`', '')}", 0, HINT_STAYS)

    def pass_time(self, seconds: float) -> None:
        """So much wall time went by while the clock ran."""
        left = (replace(card, seconds_left=card.seconds_left - seconds) for card in self.cards)
        self.cards = [card for card in left if card.seconds_left > 0]
        if self.hint is not None:
            self.hint = replace(self.hint, seconds_left=self.hint.seconds_left - seconds)
            self.hint = self.hint if self.hint.seconds_left > 0 else None

    def dismiss(self) -> bool:
        """Take all down; whether there were any."""
        there = bool(self.cards) or self.hint is not None
        self.cards.clear()
        self.hint = None
        return there


def _kind(text: str) -> str:
    """What two lines have in common that differ by whom it befell and by numbers."""
    return _NUMBERS.sub("#", text)
