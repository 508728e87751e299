"""The boards that are measured, as programmes: `python -m scalegame.bench.boards BOARD`.

All play the busiest world. ``ours`` is the game's own board, ``stock`` the same from Textual's widgets, ``still`` only
plays and shows nothing: what the others take beyond it is drawing. ``hurried`` is ours with a clock that never waits.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import App, ComposeResult
from textual.widgets import Static

from scalegame.bench.busiest import busiest
from scalegame.tui.app import ScalegameApp
from scalegame.tui.desk.pace import FRAME_SECONDS
from scalegame.tui.runs import UnkeptRuns
from scalegame.tui.settings import Settings, Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalegame.game.session import Session


class OursApp(ScalegameApp):
    """The game, opened on a board that runs."""

    def __init__(
        self, session: Session, clock: Callable[[], float] = time.monotonic, *, autostart: bool = True
    ) -> None:
        look = Surroundings.detect(os.environ, ascii=False, mouse=True).look(Settings())
        super().__init__(None, None, look, clock=clock, autostart=autostart, runs=UnkeptRuns())
        self._session = session

    def _opening(self) -> None:
        self.start_game(self._session, run=True)


class FrameClock:
    """Goes a frame's time on, whenever it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class HurriedApp(OursApp):
    """Every frame of a long game, as fast as this machine plays and its terminal reads."""

    def __init__(self, session: Session) -> None:
        frame_clock = FrameClock()
        super().__init__(session, frame_clock, autostart=False)
        self._frame_clock = frame_clock

    def _opening(self) -> None:
        super()._opening()
        self._hurry()

    @work
    async def _hurry(self) -> None:
        while (game := self.game) is not None:
            if game.board.pace.running and self.flow.may_draw():
                self._frame_clock.now += FRAME_SECONDS
                game.frame()
            await asyncio.sleep(0)


class StillApp(App[None]):
    """Plays, and shows that it does with one word."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def compose(self) -> ComposeResult:
        yield Static("playing")

    def on_mount(self) -> None:
        self.set_interval(FRAME_SECONDS, self._session.step)


def app_of(board: str, session: Session) -> App[Any]:
    """Raises KeyError for a board that there is not."""
    if board == "stock":
        # Only here: its widgets take memory that the others must not be charged with.
        from scalegame.bench.stock_board import StockBoard

        return StockBoard(session)
    apps: dict[str, Callable[[Session], App[Any]]] = {"ours": OursApp, "still": StillApp, "hurried": HurriedApp}
    return apps[board](session)


if __name__ == "__main__":
    shown = app_of(sys.argv[1], busiest())
    shown.run()
    if isinstance(shown, ScalegameApp) and shown.fault is not None:
        raise shown.fault
