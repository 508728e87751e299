"""Which levels the benchmark plays: the one that was asked for, or what stands in the campaign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.bench.section import BenchError, Settings

if TYPE_CHECKING:
    from scalegame.game.level import Level

LAB = "lab-two-tiers"
"""Five machines that are busy for twenty minutes whatever is done, with no stage, purse or end."""


def check(settings: Settings) -> None:
    """Raises BenchError where the level that was asked for is none, or is broken."""
    if settings.level is not None:
        _find(settings.level)


def first(settings: Settings) -> Level:
    """The level that was asked for, or the campaign's first. Raises BenchError where it is broken."""
    return campaign(settings)[0]


def campaign(settings: Settings) -> list[Level]:
    """The level that was asked for, or the whole campaign, or the lab where there is none."""
    return [_find(name) for name in ([settings.level] if settings.level else _campaign() or [LAB])]


def _campaign() -> list[str]:
    from scalegame.game.level_library import library

    return [listing.id for listing in library() if listing.pack == "campaign"]


def _find(name: str) -> Level:
    from scalegame.game.level import LevelError
    from scalegame.game.level_library import find

    try:
        return find(name)
    except LevelError as error:
        raise BenchError(error.lines[0]) from error
