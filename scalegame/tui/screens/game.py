"""The game itself: the panels around one board, every key, and the mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType

from scalegame.tui.cells.canvas import Canvas
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

LIST_PAGE = 6
"""Rows that a page key goes in a list."""


class GameScreen(AskingScreen):
    """One session on the board."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(GAME)
    TOP: ClassVar[type[Panel]] = TopLine
    MESSAGE: ClassVar[type[Panel]] = MessageRow
    KEYS: ClassVar[type[Panel]] = KeyRow
    AUTO_FOCUS = ""
    """Nothing: keys belong to the board until `:` is pressed."""
    app: ScalegameApp

    # What is on it

    def compose(self) -> ComposeResult:
        look, board = self._look, self.board
        yield self.TOP(look, board, name="topline")
        yield SystemPanel(look, board, name="system")
        yield SignalsPanel(look, board, name="signals")
        yield InspectorPanel(look, board, name="inspector")
        yield LogPanel(look, board, name="log")
        yield self.MESSAGE(look, board, name="message")
        yield CommandLine(
            lambda line: lines_after(board, line), self.give, self._close_command, self.app.given, name="command"
        )
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
        self.begin_frames()

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
            self.give(chosen.command)
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
        self.give("launch")

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
        if self.app.screen is not self:
            # Typed ahead of a screen that has come over this one since: a question, the help, the end.
            event.stop()
            event.prevent_default()
            return
        if await self.types(event):
            return
        option = next((one for one in self.board.options if one.key and one.key == event.character), None)
        binding = next(iter(self._bindings.key_to_bindings.get(event.key, ())), None)
        if option is None and binding is None:
            return
        event.stop()
        event.prevent_default()
        if option is not None:
            self.give(option.command)
        elif binding is not None:
            await self.run_action(binding.action)

    def give(self, line: str) -> None:
        """Give a command."""
        taken = self.board.order(line)
        self._said_at = self._frames
        if taken:
            if not self.board.orders_open:
                self.board.close_menu()
            if self.guide is not None:
                self.guide.orders += 1
        self._changed()

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
