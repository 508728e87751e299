"""The title: the campaign as a map with its medals. Small on purpose: it is painted before numpy or a level is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.theme import Look
from scalegame.tui.keys import HELP, LEARN, SETTINGS, Key, bindings
from scalegame.tui.title.panel import LEVEL, TitlePanel

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalegame.game.level_library import Listing, Outline
    from scalegame.game.progress import Best
    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("left", "{arrows}", "choose", "move(-1, 0)", "choose a level on the map, or what stands below it"),
    Key("right", "", "", "move(1, 0)", ""),
    Key("up,k", "", "", "move(0, -1)", ""),
    Key("down,j", "", "", "move(0, 1)", ""),
    Key("enter,space", "{enter}", "open", "open", "read the briefing of what is chosen"),
    Key("c", "c", "continue", "resume", "go on with the run that was left"),
    Key("d", "d", "daily", "beside('d')", "today's level, the same for all"),
    Key("e", "e", "endless", "beside('e')", "a level that grows until it is lost"),
    LEARN,
    SETTINGS,
    HELP,
    Key("q,escape", "q", "quit", "app.quit", "leave the game"),
)
FOOTER = [key for key in KEYS if key.action in ("move(-1, 0)", "open", "app.quit")]
"""The others stand in the menu."""


class TitleScreen(Screen[None]):
    """Choose a level."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    app: ScalegameApp

    def __init__(self, look: Look) -> None:
        super().__init__(id="title")
        self.panel = TitlePanel(look, FOOTER)

    def compose(self) -> ComposeResult:
        yield self.panel

    @property
    def listings(self) -> Sequence[Listing] | None:
        """None while nobody has read them."""
        return self.panel.listings

    def show(
        self,
        listings: Sequence[Listing],
        standings: Mapping[str, Best],
        outlines: Mapping[str, Outline],
        left: str | None = None,
        daily: Listing | None = None,
    ) -> None:
        """The levels are known now, and how far the player got in them. What is to be played next is chosen, unless the
        player has chosen already."""
        panel = self.panel
        untouched = panel.chosen in ("", panel.following) or panel.chosen not in self._known(panel)
        panel.listings, panel.standings, panel.outlines, panel.left = listings, standings, outlines, left
        panel.daily = daily
        if untouched or panel.chosen not in self._known(panel):
            first = next(iter(self._known(panel)), "")
            self._choose(panel.following or first)
        panel.repaint()

    @staticmethod
    def _known(panel: TitlePanel) -> list[str]:
        """Everything that can be chosen."""
        found = [LEVEL + listing.id for listing in panel.listings or ()]
        return [*found, *(entry.action for entry in [*panel.challenges(), *panel.entries()])]

    def _choose(self, action: str) -> None:
        panel = self.panel
        panel.chosen = action
        if any(stop.action == action for stop in panel.stops()):
            panel.last_stop = action

    def action_move(self, across: int, down: int) -> None:
        self._choose(self.panel.beside(across, down))
        self.panel.repaint()

    def action_open(self) -> None:
        verb, _, rest = self.panel.chosen.partition(" ")
        if verb == "level":
            self.app.open_level(rest)
        elif verb == "key":
            self.app.simulate_key(rest)

    def action_resume(self) -> None:
        if self.panel.left:
            self.app.resume()

    def action_beside(self, key: str) -> None:
        """Open the level beside the campaign that has this key, where it is there."""
        found = next((entry.action for entry in self.panel.challenges() if entry.key == key), None)
        if found is not None:
            self.app.open_level(found.removeprefix(LEVEL))

    def action_learn(self) -> None:
        self.app.open_learn(None)

    def action_help(self) -> None:
        self.app.show_help()

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        if event.action == self.panel.chosen and event.action.startswith(LEVEL):
            self.action_open()
        elif event.action.startswith(LEVEL):
            self._choose(event.action)
            self.panel.repaint()
        else:
            self.app.simulate_key(event.action.removeprefix("key "))
