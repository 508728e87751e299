"""The game itself: one timer, a clock that makes ticks of wall time, panels around one board, and every key."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.timer import Timer

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.theme import Look
from scalegame.tui.desk.board import Board, Playable, Said
from scalegame.tui.desk.guide import Guide
from scalegame.tui.desk.lookout import seen
from scalegame.tui.desk.suggesting import lines_after
from scalegame.tui.keys import GAME, bindings
from scalegame.tui.screens.asking import AskingScreen
from scalegame.tui.widgets.command_line import CommandLine
from scalegame.tui.widgets.footer import KeyRow, MessageRow
from scalegame.tui.widgets.inspector import InspectorPanel
from scalegame.tui.widgets.log import LogPanel
from scalegame.tui.widgets.panel import Panel
from scalegame.tui.widgets.signals import SignalsPanel
from scalegame.tui.widgets.system import SystemPanel
from scalegame.tui.widgets.topline import TopLine

if TYPE_CHECKING:
    from scalegame.tui.app import ScalegameApp
    from scalegame.tui.topics.contract import Topic

FRAME_SECONDS = 0.1
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
LIST_PAGE = 6
"""Rows that a page key goes in a list."""
SAID_FRAMES = 50
"""How long the message row keeps what a command came to."""
WIDE = 110
TALL = 32
VERY_WIDE = 150


class GameScreen(AskingScreen):
    """One session on the board. Without ``autostart`` no timer runs: its holder calls ``frame`` or ``step``."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(GAME)
    LIVE: ClassVar[bool] = True
    """A run is on; else it is only looked at."""
    TOP: ClassVar[type[Panel]] = TopLine
    MESSAGE: ClassVar[type[Panel]] = MessageRow
    KEYS: ClassVar[type[Panel]] = KeyRow
    AUTO_FOCUS = ""
    """Nothing: keys belong to the board until `:` is pressed."""
    app: ScalegameApp

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

    # What is on it

    def compose(self) -> ComposeResult:
        look, board = self._look, self.board
        yield self.TOP(look, board, name="topline")
        yield SystemPanel(look, board, name="system")
        yield SignalsPanel(look, board, name="signals")
        yield InspectorPanel(look, board, name="inspector")
        yield LogPanel(look, board, name="log")
        yield self.MESSAGE(look, board, name="message")
        yield CommandLine(lambda line: lines_after(board, line), self._order, self._close_command, name="command")
        yield self.KEYS(look, board, name="keys")

    def on_mount(self) -> None:
        # In this order they are sent: on a slow link what answers a key comes first.
        self._panels = {
            name: self.query_one(f"#{name}", Canvas)
            for name in ("system", "inspector", "message", "keys", "topline", "log", "signals")
        }
        self._system = self.query_one(SystemPanel)
        self._input = self.query_one(CommandLine)
        self._input.display = False
        self.set_focus(None)
        self._arrange()
        if self._autostart:
            self._timer = self.set_interval(FRAME_SECONDS, self.frame)

    def on_resize(self) -> None:
        self._arrange()

    def _arrange(self) -> None:
        """Two columns where there is room for them, else all panels below each other; on a small screen the opened list
        takes the log's place."""
        wide = self.size.width >= WIDE and self.size.height >= TALL
        self.set_class(wide, "wide")
        self.set_class(wide and self.size.width >= VERY_WIDE, "very-wide")
        self.set_class(self.board.menu is not None or self.board.typing is not None, "menu")

    # Time

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
            board.refresh_options()
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
        if self.guide is not None:
            self.guide.follow(board)

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
        self.board.pace.pause()
        self.forget_xray()
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

    # Keys

    def action_toggle_clock(self) -> None:
        pace = self.board.pace
        self.board.said = None
        if pace.running:
            pace.pause()
        else:
            pace.run(self._clock())
        self._changed()

    def action_one_tick(self) -> None:
        if self.board.pace.running:
            self.pause("the clock stands: . is one step, Space goes on")
        else:
            self.step()

    def action_speed(self, speed: int) -> None:
        self.board.pace.speed = speed
        self._changed()

    def action_move(self, across: int, down: int) -> None:
        if self.board.menu is None:
            self.board.move(across, down)
        elif down:
            self.board.move_menu(down)
        self._changed()

    def action_zoom(self) -> None:
        if not self.board.zoom():
            self._say(f"{self.board.selected}: no machines of ours to look at", 0)
        self._changed()

    def action_page(self, pages: int) -> None:
        if self.board.menu is None:
            self.board.turn_page(pages)
        else:
            self.board.leap_menu(LIST_PAGE * pages)
        self._changed()

    def action_leap(self, rows: int) -> None:
        self.board.leap_menu(rows)
        self._changed()

    def action_enter(self) -> None:
        board = self.board
        chosen = board.chosen
        if chosen is not None and chosen.command:
            self._order(chosen.command)
            return
        if chosen is not None:
            self._say(f"{chosen.label}: {chosen.refusal}", 4)
        elif not board.open_menu():
            self._say(f"{board.selected}: nothing can be done here in this level", 4)
        self._changed()

    def action_panel(self) -> None:
        if self.board.menu is not None:
            self.board.close_menu()
        else:
            self.board.open_menu()
        self._changed()

    def action_orders(self) -> None:
        board = self.board
        if board.orders_open:
            board.close_menu()
        elif not board.open_orders():
            self._say("nothing is under way: orders that take time stand here until they are done", 0)
        self._changed()

    def action_cancel_order(self) -> None:
        if self.board.orders_open:
            self.action_enter()

    def action_back(self) -> None:
        board = self.board
        if board.menu is not None:
            board.close_menu()
        elif board.toasts.dismiss():
            pass
        elif seen(board) is not None:
            self.forget_xray()
        elif board.zoomed:
            board.unzoom()
        elif self.guide is not None and not self.guide.over:
            self.guide.skip(board)
        else:
            board.said = None
        self._changed()

    def action_launch(self) -> None:
        self._order("launch")

    def action_help(self) -> None:
        self.app.show_help()

    def help_topic(self) -> Topic:
        """What has the keys: the selected place, the list of choices, the command line."""
        from scalegame.tui.topics.about import board_topic

        return board_topic(self.board)

    async def action_leave(self) -> None:
        self.pause()
        self.app.ask_to_leave()

    async def on_key(self, event: events.Key) -> None:
        """Every key of the board, in the order in which they were pressed.

        Textual sends a key on before the one before it was acted on, and acts on bindings last: on a slow link, `down`
        and `r` would restart the machine above. So bindings are acted on here; they stand in BINDINGS for the help.
        """
        if await self.types(event):
            return
        option = next((one for one in self.board.options if one.key and one.key == event.character), None)
        binding = next(iter(self._bindings.key_to_bindings.get(event.key, ())), None)
        if option is None and binding is None:
            return
        event.stop()
        event.prevent_default()
        if self.app.screen is not self:
            # Typed ahead of a screen that has come over this one since: a question, the help, the end.
            return
        if option is not None:
            self._order(option.command)
        elif binding is not None:
            await self.run_action(binding.action)

    def _order(self, line: str) -> None:
        taken = self.board.order(line)
        self._said_at = self._frames
        if taken:
            if not self.board.orders_open:
                self.board.close_menu()
            if self.guide is not None:
                self.guide.orders += 1
        self._changed()

    def give(self, line: str) -> None:
        """Give a command from outside the board: the palette."""
        self._order(line)

    # The mouse

    @on(Canvas.Pressed)
    async def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb == "select":
            self.board.select(rest)
            self._changed()
        elif verb == "zoom":
            self.board.select(rest)
            self.action_zoom()
        elif verb == "menu":
            self.action_enter()
        elif verb == "option":
            # The first click chooses, so that a slip of the hand buys nothing; the second buys.
            index = int(rest)
            if self.board.menu == index:
                self.action_enter()
            else:
                self.board.menu = index
                self._changed()
        elif verb == "suggest":
            self._input.choose(int(rest))
        elif verb == "dismiss":
            self.board.toasts.dismiss()
            self._changed()
        elif verb == "key":
            self.app.simulate_key(rest)
