"""Recorded seconds, as a test wants them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scalegame.game.history import History, Second, Seconds
from scalegame.game.view import View
from scalegame.model.snapshot import Latency
from tests.tui.stand_in import CALM, StandIn


def second(at: float = 1.0, p99: float | None = None, **more: object) -> Second:
    """A calm one."""
    latency = CALM if p99 is None else Latency(p99 / 4, p99 / 8, p99 / 2, p99)
    plain = Second(
        at, 240.0, 240.0, 0.0, 0.0, latency, (), (), 0,
        tightest="app-1", saturation=0.5, tight_since=0.0, budget_left=0.8, purse=3.0,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are Second's own fields


def remembering(seconds: Iterable[Second], shown: View | None = None) -> StandIn:
    """A session with this history."""
    session = StandIn(shown)
    session.history = History(Seconds(seconds))
    return session
