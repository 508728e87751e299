"""The part of the board that goes by the clock: one timer, ticks of wall time, panels that are drawn in turn."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, ClassVar

from textual.screen import Screen
from textual.timer import Timer

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.theme import Look
from scalegame.tui.desk.board import Board, Said
from scalegame.tui.desk.guide import Guide
from scalegame.tui.desk.pace import FRAME_SECONDS
from scalegame.tui.desk.playable import Playable
from scalegame.tui.widgets.panel import WIDE
from scalegame.tui.widgets.system import SystemPanel

if TYPE_CHECKING:
    from scalegame.tui.app import ScalegameApp

LOOK_FRAMES = 4
"""The world is looked at every so many frames: its figures are those of a second, and nobody reads them faster. What
flows moves in every frame."""
PACE = {"topline": (4, 0), "system": (4, 0), "message": (4, 0), "signals": (8, 1), "inspector": (8, 3), "log": (8, 5),
        "keys": (8, 7)}  # fmt: skip
"""Panel -> (frames from one drawing to the next, which of them): the dear ones in turn, so that no frame is long."""
AWAKE = ("message", "inspector")
"""What may change by itself while the clock stands."""
OPTIONS_FRAMES, FORECAST_FRAMES = 16, 32
"""What is dearer than drawing it: the quotes of all that can be done at the selected place, the traffic to come."""
SAID_FRAMES = 50
"""How long the message row keeps what a command came to."""
TALL = 32
VERY_WIDE = 150


class PlayingScreen(Screen[None]):
    """A session on a board that its clock moves. Without ``autostart`` no timer runs: its holder calls ``frame`` or
    ``step``."""

    LIVE: ClassVar[bool] = True
    """A run is on; else it is only looked at."""
    app: ScalegameApp
    _panels: dict[str, Canvas]
    """In the order in which they are sent."""
    _system: SystemPanel

    def __init__(
        self,
        session: Playable,
        look: Look,
        clock: Callable[[], float],
        may_draw: Callable[[], bool],
        *,
        autostart: bool,
    ) -> None:
        super().__init__(id="game")
        self.board = Board.of(session)
        self.guide = Guide() if session.level.guide else None
        self._look = look
        self._clock = clock
        self._may_draw = may_draw
        self._autostart = autostart
        self._timer: Timer | None = None
        self._frames = 0
        self._framed_at = clock()
        self._said_at = 0
        self._warned = 0
        self._moved = False
        """Ticks passed since the last look."""
        self._due: set[str] = set()
        """Panels whose turn came and that are not drawn yet."""
        if self.guide is not None:
            self.guide.follow(self.board)

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Two columns where there is room for them, else all panels below each other; on a small screen the opened list
        takes the log's place."""
        wide = self.size.width >= WIDE and self.size.height >= TALL
        self.set_class(wide, "wide")
        self.set_class(wide and self.size.width >= VERY_WIDE, "very-wide")
        self.set_class(self.board.menu is not None or self.board.typing is not None, "menu")

    def begin_late(self, said: str) -> None:
        """It is opened in the midst of a run."""
        self._leave_tour()
        self._say(said, 0)

    def _leave_tour(self) -> None:
        """Whoever comes late, or looks back, is past it."""
        self.guide = None
        self.board.lit = self.board.task = ""

    # Time

    def begin_frames(self) -> None:
        """All is mounted."""
        if self._autostart:
            self._timer = self.set_interval(FRAME_SECONDS, self.frame)

    def frame(self) -> None:
        """What the timer does: the ticks that are due, then a picture if the terminal has read the last ones."""
        board, now = self.board, self._clock()
        if board.pace.running:
            board.toasts.pass_time(now - self._framed_at)
        self._framed_at = now
        self._frames += 1
        self._advance(board.pace.due(now))
        if self._frames % LOOK_FRAMES == 0 or board.session.over:
            self._look_at_it()
        if board.said is not None and self._frames - self._said_at > SAID_FRAMES:
            board.said = None
        running = board.pace.running
        if running and self._frames % OPTIONS_FRAMES == 1:
            self._price()
        if running and self._frames % FORECAST_FRAMES == 2:
            board.refresh_forecast()
        self._due.update(
            name for name, (every, turn) in PACE.items() if self._frames % every == turn and (running or name in AWAKE)
        )
        if self._may_draw():
            with self.app.pen.together():
                if running:
                    self._system.retouch(self._system.flow(self._frames))
                self._paint(self._due)
            self._due.clear()
        if board.session.over:
            self._end()

    def step(self, ticks: int = 1) -> None:
        """Ticks without a clock, and one picture after them: for tests, pictures and measurements."""
        self._advance(ticks)
        self.paint()
        if self.board.session.over:
            self._end()

    def _advance(self, ticks: int) -> None:
        """That many ticks, or fewer where the run ends."""
        session = self.board.session
        for _ in range(ticks):
            if session.over:
                break
            session.step()
            self._moved = True

    def _look_at_it(self) -> None:
        """One look at the world, for all ticks since the last one."""
        if not self._moved:
            return
        self._moved = False
        board = self.board
        board.refresh()
        if board.view.warning_level > self._warned and board.pace.speed > 1:
            board.pace.speed = 1
            self._say(f"{board.view.warning}; back to 1x", board.view.warning_level)
        if board.view.warning_level > max(self._warned, 1):
            self.app.ring()
        self._warned = board.view.warning_level
        self._help_along()
        if self.guide is not None:
            self.guide.follow(board)

    def _help_along(self) -> None:
        """Put up the hint that is due, where hints are wanted."""
        wanted = self.LIVE and self.app.preferences.settings.hints
        for hint in self.board.hints.follow(self.board.session.history.seconds, wanted=wanted):
            self.board.toasts.put_up_hint(hint.text)

    def _price(self) -> None:
        """What is offered, at the prices of now."""
        self.board.refresh_options()

    def paint(self) -> None:
        """Draw what changed, anywhere, as the world is now: a clock that is stopped leaves no older picture behind."""
        self._look_at_it()
        self.board.refresh_slow()
        self._paint(self._panels)

    def _paint(self, names: Collection[str]) -> None:
        """Draw some of the panels, and send all that differs at once."""
        with self.app.pen.together():
            for name, panel in self._panels.items():
                if name in names:
                    panel.repaint()

    def pause(self, why: str = "") -> None:
        """Stop the clock; ``why`` is said."""
        if self.board.pace.running:
            self.board.pace.pause()
            if why:
                self._say(why, 0)
            self.paint()

    def _end(self) -> None:
        """The run is over."""
        self.board.pace.pause()
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self.app.show_post_mortem(self.board.session)

    def _say(self, text: str, weight: int) -> None:
        self.board.said = Said(text, weight)
        self._said_at = self._frames

    def _changed(self) -> None:
        """After a key: the guide looks, the panels show."""
        if self.guide is not None:
            self.guide.follow(self.board)
        self._arrange()
        self.paint()
