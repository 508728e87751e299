"""The app: its start and its end, what the player likes, the terminal, the palette. Which screen is shown is said in
``shown``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import constants, events
from textual.app import SystemCommand
from textual.binding import BindingType

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.pen import Pen
from scalegame.tui.cells.theme import Depth, Look, for_textual
from scalegame.tui.keys import EVERYWHERE, HELP, LEARN, SETTINGS, Key, bindings
from scalegame.tui.runs import KeptRuns, Runs
from scalegame.tui.screens.modal import QuestionScreen, TooSmallScreen
from scalegame.tui.screens.title import TitleScreen
from scalegame.tui.settings import Preferences, SettingsFile, Surroundings
from scalegame.tui.shown import ShownScreens
from scalegame.tui.terminal.driver import SIGNALS, PacedDriver
from scalegame.tui.terminal.flow import FlowControl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.driver import Driver
    from textual.screen import Screen

    from scalegame.game.level import Level


class ScalegameApp(ShownScreens):
    """The game in a terminal.

    ``clock`` gives seconds; without ``autostart`` no timer ever runs and whoever holds the app calls ``step``.
    """

    TITLE = "scalegame"
    CSS_PATH = Path(__file__).with_name("scalegame.tcss")
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = bindings(EVERYWHERE, priority=True)

    def __init__(
        self,
        level: Level | str | None,
        seed: int | None,
        look: Look,
        *,
        clock: Callable[[], float] = time.monotonic,
        autostart: bool = True,
        runs: Runs | None = None,
        preferences: Preferences | None = None,
        driver: type[Driver] | None = None,
    ) -> None:
        self.look = look
        self.preferences = Preferences.around(look) if preferences is None else preferences
        self.clock = clock
        self.autostart = autostart
        self.flow = FlowControl(clock)
        self.pen = Pen(self)
        self.runs: Runs = KeptRuns() if runs is None else runs
        self.given = []
        self.fault: Exception | None = None
        """What went wrong in the game itself, if anything did; the app is over then."""
        self._level = level
        self._seed = seed
        # TEXTUAL_DRIVER names another one: `textual serve` draws in a browser.
        ours = driver or (None if constants.DRIVER else PacedDriver)
        super().__init__(driver_class=ours, ansi_color=True if look.depth is Depth.MONO else None)
        self._dress(look)

    # Start and end

    def on_mount(self) -> None:
        if isinstance(self._driver, PacedDriver):
            loop = asyncio.get_running_loop()
            for number in SIGNALS:
                with contextlib.suppress(NotImplementedError):  # the loop of Windows takes none
                    loop.add_signal_handler(number, self.leave, 128 + number)
        self.push_screen(TitleScreen(self.look))
        if self.preferences.trouble:
            self.notify(self.preferences.trouble, title="Settings", severity="warning", timeout=12, markup=False)
        self.call_after_refresh(self._opening)

    def _handle_exception(self, error: Exception) -> None:
        self.fault = self.fault or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Textual would print pages of locals into the player's shell; who called `run_game` says it in a line."""
        self.runs.close()
        self._close_messages_no_wait()

    def action_help(self) -> None:
        self.show_help()

    def action_leave_now(self) -> None:
        self.leave()

    async def action_quit(self) -> None:
        """Leave, with a question while a run is on."""
        if self.game is None or isinstance(self.screen, TooSmallScreen):
            self.leave()
        elif not isinstance(self.screen, QuestionScreen):
            self.pause_game()
            self.ask_to_leave(quit_all=True)

    def action_suspend_process(self) -> None:
        """Ctrl-Z. The clock stops first: a frame into a terminal that is given away can lock the writer up."""
        self.pause_game("the clock stood while you were away: Space goes on")
        super().action_suspend_process()

    def action_command_palette(self) -> None:
        """Ctrl-P, where there is room for it."""
        if not isinstance(self.screen, TooSmallScreen):
            super().action_command_palette()

    def action_help_quit(self) -> None:
        """Ctrl-C, where nothing is to be copied."""
        self.run_worker(self.action_quit())

    # What is liked

    def wear(self, look: Look) -> None:
        """Draw everything in another look from now on, on all screens."""
        self.look = look
        self._dress(look)
        for screen in self.screen_stack:
            for canvas in screen.query(Canvas):
                canvas.wear(look)

    def _dress(self, look: Look) -> None:
        """Textual's own widgets in the look's colours; they move where the player's marks do."""
        theme = for_textual(look.theme, look.depth)
        self.register_theme(theme)
        self.theme = theme.name
        self.animation_level = constants.TEXTUAL_ANIMATIONS if look.animated else "none"

    def ring(self) -> None:
        """The terminal's bell, for who wants to hear trouble."""
        if self.preferences.settings.bell:
            self.bell()

    def prefer(self) -> None:
        """Take on the settings as they stand now."""
        self.wear(self.preferences.look())
        if isinstance(self._driver, PacedDriver):
            self._driver.use_mouse(self.preferences.uses_mouse)

    # The terminal

    def send(self, text: str) -> None:
        """Control sequences and characters, straight to the terminal."""
        if self._driver is not None:
            self._driver.write(text)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.width, event.size.height)

    def on_app_blur(self) -> None:
        if self.preferences.settings.pause_away:
            self.pause_game("the clock stood while you were away: Space goes on")

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:  # noqa: ARG002 - Textual's own
        """The palette: everything that can be done now, with its price, and the screens' own keys."""
        game = self.game
        if game is not None:
            from scalegame.tui.desk.suggesting import offers
            from scalegame.tui.keys import for_palette

            for line, text in offers(game.board):
                yield SystemCommand(line, text, lambda line=line: game.give(line))
            for title, text, key in for_palette(self.look.glyphs):
                yield SystemCommand(title, text, lambda key=key: self.simulate_key(key))
        yield SystemCommand("Learn", _sentence(LEARN), self.open_learn)
        yield SystemCommand("Glossary", "Every word in a sentence, and the level that shows it", self.open_glossary)
        yield SystemCommand("Help", _sentence(HELP), self.show_help)
        yield SystemCommand("Settings", _sentence(SETTINGS), self.action_settings)
        yield SystemCommand("Quit", "Leave the game", lambda: self.run_worker(self.action_quit()))


def _sentence(key: Key) -> str:
    """What a key does, as the palette says it."""
    return key.long[:1].upper() + key.long[1:]


def run_game(level: Level | str | None, seed: int | None, *, ascii: bool, mouse: bool) -> int:  # noqa: A002 - the flag's name
    """Play on this terminal; the exit status: 0, or 128 + the number of the signal that ended it.

    A level by its id is read after the first paint: checking its keys takes longer than that.

    Raises whatever went wrong in the game itself, once the terminal is restored.
    """
    surroundings = Surroundings.detect(os.environ, ascii=ascii, mouse=mouse)
    preferences = Preferences(surroundings, SettingsFile.of_user())
    app = ScalegameApp(level, seed, preferences.look(), preferences=preferences)
    app.run(mouse=preferences.uses_mouse)
    if app.fault is not None:
        raise app.fault
    return app.return_code or 0
