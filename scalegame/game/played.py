"""What came of a run that nobody watched: a build's, a bot's, or that of a file of commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.score import Result


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that was not taken."""

    tick: int
    line: str
    why: str

    @property
    def seconds(self) -> float:
        return self.tick / TICKS_PER_SECOND


@dataclass(frozen=True, slots=True)
class Played:
    """How somebody did on one seed."""

    seed: int
    result: Result
    reason: str
    """Why it ended, in a sentence."""
    refused: tuple[Refused, ...] = ()

    @property
    def won(self) -> bool:
        return self.result.outcome == "won"
