"""The title: the campaign with its medals. Small on purpose: it is painted before numpy or a level is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.tui.canvas import Canvas
from scalegame.tui.keys import Key, bindings, draw_keys
from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Ink, Look

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scalegame.game.level_library import Listing
    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("up,k", "{arrows}", "choose", "move(-1)", "choose a level"),
    Key("down,j", "", "", "move(1)", ""),
    Key("enter,space", "{enter}", "play", "open", "read its briefing"),
    Key("c", "c", "continue", "resume", "go on with the run that was left"),
    Key("s", "s", "settings", "app.settings", "theme, marks, speed, motion and manners"),
    Key("question_mark", "?", "help", "help", "all keys, and how time and money go"),
    Key("q,escape", "q", "quit", "app.quit", "leave the game"),
)

NAME = (
    "╭─╴ ╭─╴ ╭─╮ ╷   ╭─╴ ╭─╴ ╭─╮ ╭┬╮ ╭─╴",
    "╰─╮ │   ├─┤ │   ├╴  │╶╮ ├─┤ │││ ├╴ ",
    "╶─╯ ╰─╴ ╵ ╵ ╰─╴ ╰─╴ ╰─╯ ╵ ╵ ╵ ╵ ╰─╴",
)
SKYLINE = (1, 1, 1, 2, 1, 2, 2, 1, 3, 2, 2, 3, 2, 4, 3, 3, 4, 3, 5, 4, 4, 5, 4, 6, 5, 5, 7, 6, 6, 7, 7, 8, 7, 8, 8)
"""One box to a million, under the name."""

Medals = tuple[str, str]
"""For uptime and for cost, as game.view.Medal."""


class TitlePanel(Canvas):
    """The list of levels; ``listings`` is None while it is being read."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, name="title-panel")
        self.listings: Sequence[Listing] | None = None
        self.medals: Mapping[str, Medals] = {}
        self.chosen = 0
        self.left: str | None = None
        """The run that could be gone on with."""

    def draw(self, sheet: Sheet) -> None:
        x = max((sheet.width - 64) // 2, 1)
        y = max(min((sheet.height - 22) // 2, 5), 1)
        y = _name(sheet, x, y)
        sheet.put(x, y, "You run a web service. Traffic grows, machines die, money is short.", Ink.DIM, sheet.width - x)
        y += 2
        if self.listings is None:
            sheet.put(x, y, "…", Ink.DIM)
        elif not self.listings:
            sheet.put(x, y, "No campaign is installed here. A level file can be played by its path:", Ink.TEXT)
            sheet.put(x, y + 1, "scalegame play PATH", Ink.STRONG)
        else:
            self._levels(sheet, x, y, self.listings)
        if self.left:
            end = sheet.put(x, sheet.height - 3, "c", Ink.KEY)
            sheet.put(end, sheet.height - 3, f" continues {self.left}", Ink.TEXT, sheet.width - end)
            sheet.zone(x, sheet.height - 3, 40, "key c")
        draw_keys_row(sheet, [key for key in KEYS if self.left or key.action != "resume"])

    def _levels(self, sheet: Sheet, x: int, y: int, listings: Sequence[Listing]) -> None:
        room = max(sheet.height - y - 4, 1)
        first = min(max(self.chosen - room // 2, 0), max(len(listings) - room, 0))
        glyphs = sheet.look.glyphs
        pack = ""
        for index, listing in enumerate(listings[first : first + room], first):
            row = y + index - first
            chosen = index == self.chosen
            if chosen:
                sheet.tint(x - 1, row, 66, Ink.CHOSEN)
            ink = Ink.CHOSEN if chosen else Ink.TEXT
            number = f"{index + 1:>2}" if listing.pack == "campaign" else "  "
            sheet.put(x - 1, row, f"{glyphs.pointer if chosen else ' '}{number}  {listing.title}", ink, 44)
            if listing.pack not in ("campaign", pack):
                sheet.put(x + 30, row, listing.pack, Ink.CHOSEN_DIM if chosen else Ink.DIM)
            pack = listing.pack
            for place, medal in zip((44, 55), self.medals.get(listing.id, ("", "")), strict=True):
                _medal(sheet, x + place, row, medal, chosen)
            sheet.zone(x - 1, row, 66, f"level {index}")
        if any(self.medals.get(listing.id) for listing in listings):
            sheet.put(x + 44, y - 1, "uptime", Ink.DIM)
            sheet.put(x + 55, y - 1, "cost", Ink.DIM)


def draw_keys_row(sheet: Sheet, keys: Sequence[Key]) -> None:
    """The footer in a canvas' last row."""
    row = Sheet(sheet.width, 1, sheet.look)
    draw_keys(row, keys)
    sheet.characters[-1], sheet.inks[-1] = row.characters[0], row.inks[0]
    for zone in row.zones:
        sheet.zone(zone.x, sheet.height - 1, zone.width, zone.action)


def _name(sheet: Sheet, x: int, y: int) -> int:
    glyphs = sheet.look.glyphs
    if glyphs.ascii:
        sheet.put(x, y, "S C A L E G A M E", Ink.STRONG)
        y += 1
    else:
        for offset, line in enumerate(NAME):
            sheet.put(x, y + offset, line, Ink.STRONG)
        y += len(NAME)
    steps = len(glyphs.levels) - 1
    skyline = "".join(glyphs.levels[min(max(height * steps // 8, 1), steps)] for height in SKYLINE)
    sheet.put(x, y, skyline, Ink.CALM)
    return y + 1


def _medal(sheet: Sheet, x: int, y: int, medal: str, chosen: bool) -> None:
    if medal:
        won = medal != "none"
        mark = sheet.look.glyphs.medal if won else sheet.look.glyphs.no_medal
        plain = Ink.CHOSEN if chosen else Ink.MONEY if won else Ink.DIM
        sheet.put(x, y, f"{mark} {medal if won else ''}", plain)


class TitleScreen(Screen[None]):
    """Choose a level."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    app: ScalegameApp

    def __init__(self, look: Look) -> None:
        super().__init__(id="title")
        self._panel = TitlePanel(look)

    def compose(self) -> ComposeResult:
        yield self._panel

    @property
    def listings(self) -> Sequence[Listing] | None:
        """None while nobody has read them."""
        return self._panel.listings

    def show(self, listings: Sequence[Listing], medals: Mapping[str, Medals], left: str | None = None) -> None:
        """The levels are known now, and the run that was left. The first level without a medal is chosen."""
        panel = self._panel
        panel.listings, panel.medals, panel.left = listings, medals, left
        panel.chosen = next((i for i, listing in enumerate(listings) if listing.id not in medals), 0)
        panel.repaint()

    def action_move(self, down: int) -> None:
        if self._panel.listings:
            self._panel.chosen = (self._panel.chosen + down) % len(self._panel.listings)
            self._panel.repaint()

    def action_open(self) -> None:
        if self._panel.listings:
            self.app.open_level(self._panel.listings[self._panel.chosen].id)

    def action_resume(self) -> None:
        if self._panel.left:
            self.app.resume()

    def action_help(self) -> None:
        self.app.show_help()

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb == "level":
            if self._panel.chosen == int(rest):
                self.action_open()
            self._panel.chosen = int(rest)
            self._panel.repaint()
        elif verb == "key":
            self.app.simulate_key(rest)
