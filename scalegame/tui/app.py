"""The app: which screen is shown, signals and focus, and what all screens share. Screens are imported when opened."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import constants, events, work
from textual.app import App, SystemCommand
from textual.binding import BindingType

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.pen import Pen
from scalegame.tui.cells.theme import Depth, Look, for_textual
from scalegame.tui.keys import EVERYWHERE, bindings
from scalegame.tui.runs import KeptRuns, Runs
from scalegame.tui.screens.modal import SMALLEST, QuestionScreen, TooSmallScreen
from scalegame.tui.screens.title import TitleScreen
from scalegame.tui.settings import Preferences, SettingsFile, Surroundings
from scalegame.tui.terminal.driver import SIGNALS, PacedDriver
from scalegame.tui.terminal.flow import FlowControl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.driver import Driver
    from textual.screen import Screen

    from scalegame.game.level import Level
    from scalegame.tui.desk.board import Playable
    from scalegame.tui.screens.game import GameScreen

LABS_TO_TRY = "lab-try-"
"""Begins the ids of the levels that the pages open."""


class ScalegameApp(App[int]):
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
                with contextlib.suppress(NotImplementedError):  # Windows
                    loop.add_signal_handler(number, self.leave, 128 + number)
        self.push_screen(TitleScreen(self.look))
        if self.preferences.trouble:
            self.notify(self.preferences.trouble, title="Settings", severity="warning", timeout=12)
        self.call_after_refresh(self._opening)

    def _opening(self) -> None:
        """After the first paint: what was asked for, or the first level for whoever never played, or the list."""
        if isinstance(self._level, str):
            self.open_level(self._level, self._seed)
            return
        if self._level is not None:
            self.brief(self._level, self._seed)
            return
        from scalegame.game.level_library import library
        from scalegame.tui.progress import run_files

        listings = [listing for listing in library() if listing.pack != "lab"]
        campaign = [listing for listing in listings if listing.pack == "campaign"]
        self._title().show(listings, {}, {})
        if campaign and not run_files():
            self.open_level(campaign[0].id)
        elif listings:
            self._read_medals()

    @work(thread=True, exclusive=True)
    def _read_medals(self) -> None:
        """Read the runs of the state folder beside the screen, and show the title again with what they say."""
        from scalegame.game.level_library import library, outline
        from scalegame.tui.progress import run_files, standings

        listings = [listing for listing in library() if listing.pack != "lab"]
        outlines = {listing.id: outline(listing) for listing in listings}
        found, left = standings(run_files()), self.runs.unfinished()
        self.call_from_thread(lambda: self._title().show(listings, found, outlines, left))

    def _title(self) -> TitleScreen:
        title = self.screen_stack[1]
        if not isinstance(title, TitleScreen):
            raise TypeError("the title lies under all screens")
        return title

    def _handle_exception(self, error: Exception) -> None:
        self.fault = self.fault or error
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Textual would print pages of locals into the player's shell; who called `run_game` says it in a line."""
        self.runs.close()
        self._close_messages_no_wait()

    def leave(self, status: int = 0) -> None:
        """End the app; what was played is in the run file already."""
        game = self.game
        if game is not None:
            game.pause()
            self.runs.close()
        self.exit(status, return_code=status)

    def action_help(self) -> None:
        self.show_help()

    def action_leave_now(self) -> None:
        self.leave()

    async def action_quit(self) -> None:
        """Leave, with a question while a run is on."""
        if self.game is None:
            self.leave()
        elif not isinstance(self.screen, QuestionScreen):
            self.pause_game()
            self.ask_to_leave(quit_all=True)

    def action_suspend_process(self) -> None:
        """Ctrl-Z. The clock stops first: a frame into a terminal that is given away can lock the writer up."""
        self.pause_game("the clock stood while you were away: Space goes on")
        super().action_suspend_process()

    def action_help_quit(self) -> None:
        """Ctrl-C, where nothing is to be copied."""
        self.run_worker(self.action_quit())

    # Screens

    def brief(self, level: Level, seed: int | None) -> None:
        """Show a level's briefing; a seed of None draws one."""
        from scalegame.tui.screens.briefing import BriefingScreen

        self._show(BriefingScreen(self.runs.open(level, seed), self.look))

    def start_game(self, session: Playable, *, run: bool) -> None:
        """Open the board, its clock standing unless ``run``."""
        from scalegame.tui.screens.game import GameScreen

        game = GameScreen(session, self.look, self.clock, self.flow.may_draw, autostart=self.autostart)
        game.board.pace.speed = self.preferences.settings.speed
        self.runs.begin(session)
        self._show(game)
        if run:
            self.call_after_refresh(game.action_toggle_clock)

    def show_post_mortem(self, session: Playable) -> None:
        from scalegame.tui.screens.postmortem import PostMortemScreen

        self._show(PostMortemScreen(session, self.look))

    def show_title(self) -> None:
        self._show(None)
        self._read_medals()

    def resume(self) -> None:
        """Go on with the run that was left; where that cannot be, say why."""
        from scalegame.game.run_file import RunFileError

        try:
            session = self.runs.resume()
        except RunFileError as error:
            self.notify(error.sentence, title="This run cannot go on", severity="error", timeout=12)
            return
        if session.over:
            self.show_post_mortem(session)
        else:
            self.start_game(session, run=False)

    def show_help(self) -> None:
        """The help, opened at what has the focus; where it lies open already, closed."""
        from scalegame.tui.screens.help import HelpScreen
        from scalegame.tui.topics.contract import topic_of

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss(None)
        elif not isinstance(self.screen, TooSmallScreen):
            self.pause_game()
            self._open(HelpScreen(self.look, topic_of(self.screen)))

    def action_settings(self) -> None:
        """F2: the settings over whatever is shown, or back."""
        from scalegame.tui.screens.settings import SettingsScreen

        if isinstance(self.screen, SettingsScreen):
            self.screen.dismiss(None)
        elif not isinstance(self.screen, TooSmallScreen):
            self.pause_game()
            self._open(SettingsScreen(self.look, self.preferences))

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

    def open_learn(self, about: str | None = None) -> None:
        """Show the page of a concept, by its id or by that of a level that is about it; the list where None."""
        from scalegame.tui.screens.learn import LearnScreen

        self.pause_game()
        self._open(LearnScreen(self.look, about))

    def try_level(self, name: str) -> None:
        """Open the level of a page; where a run is on, ask first."""

        def answered(yes: bool | None) -> None:
            if yes:
                self.runs.close()
                self.open_level(name)

        if self.game is None:
            self.open_level(name)
        else:
            remark = "It stays in its file as far as you came: c on the title goes on with it."
            self.push_screen(QuestionScreen(self.look, "Leave this run?", remark), answered)

    def ask_to_leave(self, *, quit_all: bool = False) -> None:
        """Ask before a run is left, unless that is unwanted; it stays in its file either way."""

        def answered(yes: bool | None) -> None:
            game = self.game
            if not yes or game is None:
                return
            self.runs.close()
            if quit_all:
                self.leave()
            else:
                self.show_title()

        if not self.preferences.settings.ask:
            answered(True)
            return
        remark = "It stays in its file as far as you came: c on the title goes on with it."
        self.push_screen(QuestionScreen(self.look, "Leave this run?", remark), answered)

    def open_level(self, name: str, seed: int | None = None) -> None:
        """Show the briefing of a level by its id; where its file is broken, say so."""
        from scalegame.game.level import LevelError
        from scalegame.game.level_library import find

        try:
            level = find(name)
        except LevelError as error:
            self.notify("\n".join(error.lines[:4]), title=f"{name} cannot be played", severity="error", timeout=12)
            return
        self.brief(level, seed)

    def open_next(self, name: str) -> None:
        """The level after this one in the campaign; after the last the title, after a lab the page it belongs to."""
        from scalegame.game.level_library import library

        campaign = [listing.id for listing in library() if listing.pack == "campaign"]
        at = campaign.index(name) + 1 if name in campaign else len(campaign)
        if at < len(campaign):
            self.open_level(campaign[at])
            return
        self.show_title()
        if name.startswith(LABS_TO_TRY):
            self.open_learn(name)

    def _show(self, screen: Screen[Any] | None) -> None:
        """Put a screen over the title instead of whatever lies there; None leaves the title."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if screen is not None:
            self._open(screen)
        self._fit(self.size.width, self.size.height)

    def _open(self, screen: Screen[Any]) -> None:
        """Put a screen on top, unless one of its kind is open; one that is just leaving goes before."""
        if any(there.id == screen.id for there in self.screen_stack):
            return
        if any(there.id == screen.id for there in self.children):
            self.call_later(self._open, screen)
        else:
            self.push_screen(screen)

    # The run on the board

    @property
    def game(self) -> GameScreen | None:
        """The board, where a run is on; even while something lies over it."""
        for screen in self.screen_stack:
            if screen.id == "game":
                from scalegame.tui.screens.game import GameScreen

                return screen if isinstance(screen, GameScreen) and screen.LIVE else None
        return None

    def pause_game(self, why: str = "") -> None:
        """Stop the clock of a run, where one is on."""
        game = self.game
        if game is not None:
            game.pause(why)

    def step(self, ticks: int = 1) -> None:
        """Ticks of the run on the board, without a clock."""
        game = self.game
        if game is not None:
            game.step(ticks)

    # The terminal

    def send(self, text: str) -> None:
        """Control sequences and characters, straight to the terminal."""
        if self._driver is not None:
            self._driver.write(text)

    def on_resize(self, event: events.Resize) -> None:
        self._fit(event.size.width, event.size.height)

    def _fit(self, width: int, height: int) -> None:
        """Cover everything while the terminal is too small."""
        small = width < SMALLEST[0] or height < SMALLEST[1]
        covered = isinstance(self.screen, TooSmallScreen)
        if small and not covered:
            self.pause_game("the clock stood while the window was too small")
            self._open(TooSmallScreen(self.look))
        elif covered and not small:
            self.pop_screen()

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
        yield SystemCommand("Learn", "A page for each idea, and a level to try it", self.open_learn)
        yield SystemCommand("Help", "All keys, and how time and money go", self.show_help)
        yield SystemCommand("Settings", "Theme, marks, speed, motion and manners", self.action_settings)
        yield SystemCommand("Quit", "Leave the game", lambda: self.run_worker(self.action_quit()))


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
