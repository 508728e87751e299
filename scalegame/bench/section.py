"""What a part of the benchmark hands over: a table for people, figures with their targets, and data for machines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

Verdict = Literal["pass", "miss", "not measured"]


HOW_TO_GET = "in a clone of the project: python -m pip install '.[bench]'"
"""What a part joins or needs and is not installed."""


class BenchError(Exception):
    """A call that cannot be done, or a part that cannot be measured here: one line, with what to do about it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How much is measured."""

    quick: bool = False
    """Fewer repeats and shorter stretches: a look, not a figure to quote."""
    level: str | None = None
    """The only level to verify and draw, an id or a path; None is what stands in the campaign."""

    @property
    def repeats(self) -> int:
        """Rounds of an interleaved measurement; the median is quoted."""
        return 3 if self.quick else 7


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was promised."""

    name: str
    value: float | None
    """None where it could not be measured."""
    target: float
    at_most: bool
    """Whether the target is a ceiling; else it is a floor."""
    show: Callable[[float], str]
    """The number in words with its unit: '1/62', '8.5 % of a core'."""

    @property
    def verdict(self) -> Verdict:
        if self.value is None:
            return "not measured"
        kept = self.value <= self.target if self.at_most else self.value >= self.target
        return "pass" if kept else "miss"


@dataclass(frozen=True, slots=True)
class Section:
    """The outcome of a part."""

    title: str
    columns: tuple[str, ...]
    """The first is the row's name, the others are numbers."""
    rows: tuple[tuple[str, ...], ...]
    figures: tuple[Figure, ...]
    data: dict[str, object]
    """Plain JSON values, units in the names of the keys."""
    notes: tuple[str, ...] = field(default=())
    """How it was measured and what is missing, a sentence each."""


class Progress(Protocol):
    """Who is told what is being measured; never called inside a measured stretch."""

    def begin(self, what: str, steps: int) -> None:
        """A part begins and will ``step`` so often."""

    def step(self, what: str) -> None:
        """One more of its steps is done; ``what`` names it."""


def plain(digits: int, unit: str) -> Callable[[float], str]:
    """Words for a number: '1.42x', '61,000 B/s'."""
    return lambda value: f"{value:,.{digits}f}{unit}"
