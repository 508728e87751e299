"""How loud a figure is drawn: calm, amber or red, by the same bounds wherever it stands."""

from __future__ import annotations

from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION
from scalegame.tui.cells.theme import Ink


def saturation_ink(share: float) -> Ink:
    """Of a place that is so full, 0..1."""
    return Ink.RED if share >= RED_SATURATION else Ink.AMBER if share >= AMBER_SATURATION else Ink.CALM


def budget_share_ink(left: float) -> Ink:
    """Of what is left of an error budget, 0..1."""
    return Ink.CALM if left > 0.5 else Ink.AMBER if left > 0.2 else Ink.RED


def is_trouble(lost: float) -> bool:
    """A share of lost requests that is red."""
    return lost > 0.02
