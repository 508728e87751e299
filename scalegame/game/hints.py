"""When a player who is in trouble gets the next of a level's hints.

Pure bookkeeping over the seconds of a run: it asks for nothing, changes nothing, and the same seconds bring the same
hints at the same moments. No rule of the game knows of it, so no result depends on it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.model.catalogue import HINT_AFTER_SECONDS, HINT_LOSSES, HINT_RESTS_SECONDS, RED_SATURATION

if TYPE_CHECKING:
    from scalegame.game.history import Second


@dataclass(frozen=True, slots=True)
class Given:
    """A hint, and the second of the level at which it came."""

    seconds: float
    text: str


class Hints:
    """Of one run: each of the level's hints once, in their order."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.given: list[Given] = []
        """Those that came, the first first."""
        self._texts = texts
        self._heard = 0
        """Seconds of the history that were looked at."""
        self._trouble = 0
        """Seconds in a row, up to the last one."""
        self._rests_until = 0.0

    @property
    def left(self) -> int:
        """How many there still are."""
        return len(self._texts) - len(self.given)

    def follow(self, seconds: Sequence[Second], *, wanted: bool = True) -> list[Given]:
        """Look at what is new in a run's history. Returns the hints that are due; where none are ``wanted``, the time
        does not count."""
        new = seconds[self._heard :]
        self._heard += len(new)
        if not wanted:
            self._trouble = 0
            return []
        return [hint for second in new if (hint := self._after(second)) is not None]

    def _after(self, second: Second) -> Given | None:
        self._trouble = self._trouble + 1 if in_trouble(second) else 0
        due = self._trouble >= HINT_AFTER_SECONDS and second.seconds >= self._rests_until
        if not due or not self.left:
            return None
        hint = Given(second.seconds, self._texts[len(self.given)])
        self.given.append(hint)
        self._rests_until = second.seconds + HINT_RESTS_SECONDS
        return hint


def in_trouble(second: Second) -> bool:
    """Something is as full as the red warning says, or more is lost than is worth a shrug."""
    return second.saturation >= RED_SATURATION or second.lost > HINT_LOSSES * max(second.offered, 1.0)
