"""Bots as other packages would have them, good and bad."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import EntryPoint
from itertools import repeat

import pytest

from scalegame.game.bots import finding
from scalegame.game.bots.bot import GROUP, Bot
from scalegame.game.bots.desk import Desk


class Plain(Bot):
    """Takes neither the seed nor anything told."""

    name = "plain"

    def observe(self, desk: Desk) -> Sequence[str]:  # noqa: ARG002 - as the protocol has it
        return []


class Telling(Bot):
    """Says what it is told, at each look."""

    name = "telling"

    def __init__(self, seed: int, told: str) -> None:
        self.seed, self.told = seed, told

    def observe(self, desk: Desk) -> Sequence[str]:  # noqa: ARG002 - as the protocol has it
        return [self.told]


class Falling(Telling):
    name = "falling"

    def observe(self, desk: Desk) -> Sequence[str]:
        if desk.tick >= 30:
            raise ValueError("no such\nmachine")
        return []


class Chatty(Telling):
    name = "chatty"

    def observe(self, desk: Desk) -> Sequence[str]:  # noqa: ARG002 - as the protocol has it
        return repeat("add app")  # type: ignore[return-value]


class Mumbling(Telling):
    name = "mumbling"

    def observe(self, desk: Desk) -> Sequence[str]:  # noqa: ARG002 - as the protocol has it
        return [3]  # type: ignore[list-item]


class Nameless:
    def __init__(self, seed: int, told: str) -> None: ...


def install(monkeypatch: pytest.MonkeyPatch, **bots: str) -> None:
    """Let other packages have these bots: name -> 'module:attribute', or an attribute of this module."""
    points = [EntryPoint(name, where if ":" in where else f"{__name__}:{where}", GROUP) for name, where in bots.items()]
    monkeypatch.setattr(finding, "entry_points", lambda group: [point for point in points if point.group == group])
