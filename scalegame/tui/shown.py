"""Which screen is shown, and what lies over it. Screens are imported when they are opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual import work
from textual.app import App

from scalegame.tui.screens.modal import SMALLEST, QuestionScreen, TooSmallScreen
from scalegame.tui.screens.title import TitleScreen

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.screen import Screen

    from scalegame.game.level import Level
    from scalegame.game.level_library import Listing
    from scalegame.tui.cells.theme import Look
    from scalegame.tui.desk.playable import Playable
    from scalegame.tui.runs import Runs
    from scalegame.tui.screens.game import GameScreen
    from scalegame.tui.settings import Preferences
    from scalegame.tui.terminal.flow import FlowControl


def _on_the_map() -> list[Listing]:
    """The levels that the title lists."""
    from scalegame.game.level_library import library

    return [listing for listing in library() if listing.pack != "lab"]


class ShownScreens(App[int]):
    """An app with the title beneath everything."""

    look: Look
    preferences: Preferences
    clock: Callable[[], float]
    autostart: bool
    flow: FlowControl
    runs: Runs
    given: list[str]
    """Commands that were typed since the start, for the command line's Up."""
    _level: Level | str | None
    _seed: int | None
    _said_of_medals: str = ""

    # The title, and what comes first

    def _opening(self) -> None:
        """After the first paint: what was asked for, or the first level for whoever never played, or the list."""
        if isinstance(self._level, str):
            self.open_level(self._level, self._seed)
            return
        if self._level is not None:
            self.brief(self._level, self._seed)
            return
        listings = _on_the_map()
        campaign = [listing for listing in listings if listing.pack == "campaign"]
        self._title().show(listings, {}, {}, daily=self._daily())
        if campaign and not self.runs.played_before():
            self.open_level(campaign[0].id)
        elif listings:
            self._read_medals()

    @work(thread=True, exclusive=True)
    def _read_medals(self) -> None:
        """Read beside the screen how far the player got, and show the title again with it."""
        from scalegame.game.level_library import outline
        from scalegame.game.progress import shipped

        listings, daily = _on_the_map(), self._daily()
        outlines = {listing.id: outline(listing) for listing in [*listings, daily]}
        progress, trouble = self.runs.progress()
        found, left = shipped(progress, outlines), self.runs.unfinished()
        self.call_from_thread(lambda: self._title().show(listings, found, outlines, left, daily))
        if trouble:
            self.call_from_thread(lambda: self._say_of_medals(trouble))

    def _daily(self) -> Listing:
        """Today's level."""
        from scalegame.game.level_library import daily_listing, today

        return daily_listing(today())

    def _say_of_medals(self, trouble: str) -> None:
        """Once, however often it is met."""
        if trouble == self._said_of_medals:
            return
        self._said_of_medals = trouble
        self.notify(trouble, title="Progress", severity="warning", timeout=12, markup=False)

    def _title(self) -> TitleScreen:
        title = self.screen_stack[1]
        if not isinstance(title, TitleScreen):
            raise TypeError("the title lies under all screens")
        return title

    def leave(self, status: int = 0) -> None:
        """End the app; what was played is in the run file already."""
        game = self.game
        if game is not None:
            game.pause()
            self.runs.close()
        self.exit(status, return_code=status)

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

    def play_on(self, session: Playable, said: str) -> None:
        """Open the board in the midst of a run that went back in another; ``said`` is where that is."""
        self.runs.adopt(session)
        self.start_game(session, run=False)
        game = self.game
        if game is not None:
            game.begin_late(said)

    def show_post_mortem(self, session: Playable) -> None:
        from scalegame.tui.screens.postmortem import PostMortemScreen

        first_loss, trouble = self.runs.ended(session)
        self._show(PostMortemScreen(session, self.look))
        if first_loss and session.level.diagnosis:
            self._ask_first(session)
        if trouble:
            self._say_of_medals(trouble)

    def _ask_first(self, session: Playable) -> None:
        """What broke first? Over the page that tells it, where there is something to be found."""
        from scalegame.game.diagnosis import question_of
        from scalegame.tui.screens.diagnosis import DiagnosisScreen

        told = session.post_mortem()
        question = question_of(told, session.history)
        if question is not None:
            self.open_over(DiagnosisScreen(self.look, session.level.title, told, question))

    def show_title(self) -> None:
        self._show(None)
        self._read_medals()

    def resume(self) -> None:
        """Go on with the run that was left; where that cannot be, say why."""
        from scalegame.game.run_file import RunFileError

        try:
            session = self.runs.resume()
        except RunFileError as error:
            self.notify(error.sentence, title="This run cannot go on", severity="error", timeout=12, markup=False)
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
            self.open_over(HelpScreen(self.look, topic_of(self.screen)))

    def action_settings(self) -> None:
        """F2: the settings over whatever is shown, or back."""
        from scalegame.tui.screens.settings import SettingsScreen

        if isinstance(self.screen, SettingsScreen):
            self.screen.dismiss(None)
        elif not isinstance(self.screen, TooSmallScreen):
            self.pause_game()
            self.open_over(SettingsScreen(self.look, self.preferences))

    def open_learn(self, about: str | None = None) -> None:
        """Show the page of a concept, by its id or by that of a level that is about it; the list where None."""
        from scalegame.tui.screens.learn import LearnScreen

        self.pause_game()
        self.open_over(LearnScreen(self.look, about))

    def open_glossary(self) -> None:
        """Every word; from there to the page of one."""
        from scalegame.tui.screens.glossary import GlossaryScreen
        from scalegame.tui.screens.learn import LearnScreen

        def read_on(about: str | None) -> None:
            if about is not None and isinstance(self.screen, LearnScreen):
                self.screen.read(about)
            elif about is not None:
                self.open_learn(about)

        self.pause_game()
        if not any(there.id == "glossary" for there in self.screen_stack):
            self.push_screen(GlossaryScreen(self.look), read_on)

    def try_level(self, name: str) -> None:
        """Open the level of a page; where a run is on, ask first."""
        if self.game is None:
            self.open_level(name)
        else:
            self._leave_run(lambda: self.open_level(name))

    def ask_to_leave(self, *, quit_all: bool = False) -> None:
        """Leave the run for the title, or altogether."""
        self._leave_run(self.leave if quit_all else self.show_title)

    def _leave_run(self, then: Callable[[], None]) -> None:
        """Ask before a run is left, unless that is unwanted; it stays in its file either way."""

        def answered(yes: bool | None) -> None:
            if yes and self.game is not None:
                self.runs.close()
                then()

        if self.preferences.settings.ask:
            remark = "It stays in its file as far as you came: c on the title goes on with it."
            self.push_screen(QuestionScreen(self.look, "Leave this run?", remark), answered)
        else:
            answered(True)

    def open_level(self, name: str, seed: int | None = None) -> None:
        """Show the briefing of a level by its id; where its file is broken, say so."""
        from scalegame.game.level import LevelError
        from scalegame.game.level_library import find

        try:
            level = find(name)
        except LevelError as error:
            title = f"{name} cannot be played"
            self.notify("\n".join(error.lines[:4]), title=title, severity="error", timeout=12, markup=False)
            return
        self.brief(level, seed)

    def open_next(self, name: str) -> None:
        """The level after this one in the campaign; after the last the title, after a lab the page it belongs to."""
        from scalegame.game.level_library import library
        from scalegame.tui.concepts.shelf import concept_of

        campaign = [listing.id for listing in library() if listing.pack == "campaign"]
        at = campaign.index(name) + 1 if name in campaign else len(campaign)
        if at < len(campaign):
            self.open_level(campaign[at])
            return
        self.show_title()
        concept = concept_of(name)
        if concept is not None and concept.lab == name:
            self.open_learn(name)

    def _show(self, screen: Screen[Any] | None) -> None:
        """Put a screen over the title instead of whatever lies there; None leaves the title."""
        while len(self.screen_stack) > 2:
            self.pop_screen()
        if screen is not None:
            self.open_over(screen)
        self._fit(self.size.width, self.size.height)

    def open_over(self, screen: Screen[Any]) -> None:
        """Put a screen on top, unless one of its kind is open; one that is just leaving goes before."""
        if any(there.id == screen.id for there in self.screen_stack):
            return
        if any(there.id == screen.id for there in self.children):
            self.call_later(self.open_over, screen)
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

    def _fit(self, width: int, height: int) -> None:
        """Cover everything while the terminal is too small."""
        small = width < SMALLEST[0] or height < SMALLEST[1]
        covered = isinstance(self.screen, TooSmallScreen)
        if small and not covered:
            self.pause_game("the clock stood while the window was too small")
            self.open_over(TooSmallScreen(self.look))
        elif covered and not small:
            self.pop_screen()
