"""Which level the benchmark plays: the one that was asked for, or the campaign's first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.bench.section import BenchError, Settings

if TYPE_CHECKING:
    from scalegame.game.level import Level

LAB = "lab-two-tiers"
"""Played where the campaign is empty."""


def chosen(settings: Settings) -> Level:
    """Raises BenchError: there is no such level, or it is broken."""
    from scalegame.game.level import LevelError
    from scalegame.game.level_library import find, library

    campaign = (listing.id for listing in library() if listing.pack == "campaign")
    try:
        return find(settings.level or next(campaign, LAB))
    except LevelError as error:
        raise BenchError(error.lines[0]) from error


def reference(level: Level) -> str:
    """What `scalegame play` and `run` take for this level."""
    return level.path
