"""The glossary: every idea in a list that can be searched, and beside it what it is, its names, its page, its level."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.game.level_library import library
from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.concepts.glossary import found, glossary
from scalegame.tui.concepts.shelf import concept_of
from scalegame.tui.concepts.term import Term
from scalegame.tui.keys import HELP, Key, bindings
from scalegame.tui.screens.searching import Searching
from scalegame.tui.widgets.page_foot import PageFoot

if TYPE_CHECKING:
    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("up,k", "{up_down}", "choose", "move(-1)", "another word"),
    Key("down,j", "", "", "move(1)", ""),
    Key("pageup,b", "", "", "move(-10)", ""),
    Key("pagedown", "", "", "move(10)", ""),
    Key("home", "", "", "move(-1000)", ""),
    Key("end", "", "", "move(1000)", ""),
    Key("slash", "/", "search", "search", "search names, texts and what things are called out there"),
    Key("enter", "{enter}", "its level", "play", "open the level that shows it"),
    Key("l", "l", "its page", "read", "the page that has more of it"),
    HELP,
    Key("escape,q", "Esc", "back", "back", "out of a search, then back"),
)
LIST_WIDTH = 28
WIDEST = 92


def level_line(term: Term) -> tuple[str, bool]:
    """Which level shows it, and whether that is among those installed here."""
    for pack, called in (("campaign", "level {}"), ("challenges", "challenge")):
        for number, listing in enumerate((one for one in library() if one.pack == pack), 1):
            if listing.id == term.level:
                return f"{called.format(number)}, {listing.title}", True
    return f"{term.level}, which is not among the levels installed here", False


class Words(Canvas):
    """The list and the chosen word."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, name="glossary-panel")
        self.shown = glossary()
        self.chosen = 0
        self.wanted = ""
        self.searching = False

    @property
    def term(self) -> Term | None:
        """The chosen one; None where a search finds nothing."""
        return self.shown[self.chosen] if self.shown else None

    def draw(self, sheet: Sheet) -> None:
        sheet.put(2, 1, "Glossary", Ink.STRONG)
        sheet.put(2, 2, sheet.look.glyphs.horizontal * (sheet.width - 4), Ink.FAINT)
        if self.searching or self.wanted:
            end = sheet.put(sheet.put(LIST_WIDTH, 1, "/", Ink.KEY) + 1, 1, self.wanted, Ink.STRONG)
            if self.searching:
                sheet.put(end, 1, " ", Ink.CHOSEN)
            sheet.put_right(sheet.width - 2, 1, f"{len(self.shown)} found", Ink.DIM)
        self._list(sheet)
        if self.term is None:
            sheet.put(LIST_WIDTH, 3, f'Nothing here says "{self.wanted}"', Ink.TEXT)
        else:
            self._term(sheet, self.term)

    def _list(self, sheet: Sheet) -> None:
        rows = sheet.height - 3
        first = min(max(self.chosen - rows // 2, 0), max(len(self.shown) - rows, 0))
        for index, term in enumerate(self.shown[first : first + rows], first):
            y, on = 3 + index - first, index == self.chosen
            if on:
                sheet.tint(1, y, LIST_WIDTH - 3, Ink.CHOSEN)
                sheet.put(1, y, sheet.look.glyphs.pointer, Ink.CHOSEN)
            sheet.put(3, y, term.name, Ink.CHOSEN if on else Ink.TEXT, LIST_WIDTH - 5)
            sheet.zone(1, y, LIST_WIDTH - 3, f"word {index}")
        glyphs = sheet.look.glyphs
        if first > 0:
            sheet.put(LIST_WIDTH - 2, 3, glyphs.head_up, Ink.DIM)
        if first + rows < len(self.shown):
            sheet.put(LIST_WIDTH - 2, sheet.height - 1, glyphs.head_down, Ink.DIM)

    def _term(self, sheet: Sheet, term: Term) -> None:
        x, width = LIST_WIDTH, min(sheet.width - LIST_WIDTH - 2, WIDEST)
        concept = concept_of(term.concept)
        level, there = level_line(term)
        sheet.put(x, 3, term.name, Ink.HEADING, width)
        y = _prose(sheet, x, 5, width, term.says, Ink.TEXT)
        shows = (Ink.TEXT, "key enter") if there else (Ink.DIM, "")
        parts = (
            ("Out there", term.outside, Ink.TEXT, ""),
            ("Its page", f"{concept.title}: {concept.gist}" if concept else "", Ink.TEXT, "key l"),
            ("What shows it", level, *shows),
        )
        for heading, text, ink, action in parts:
            sheet.put(x, y + 1, heading, Ink.HEADING)
            end = _prose(sheet, x + 2, y + 2, width - 2, text, ink)
            if action:
                sheet.zone(x, y + 1, width, action, end - y - 1)
            y = end


def _prose(sheet: Sheet, x: int, y: int, width: int, text: str, ink: Ink) -> int:
    for line in wrap(text, width):
        sheet.put(x, y, line, ink)
        y += 1
    return y


class GlossaryScreen(Searching, Screen[str | None]):
    """Leaves with the id of the concept whose page is wanted, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    AUTO_FOCUS = ""
    app: ScalegameApp

    def __init__(self, look: Look) -> None:
        super().__init__(id="glossary")
        self.words = Words(look)
        self.foot = PageFoot(look, KEYS)

    def compose(self) -> ComposeResult:
        yield self.words
        yield self.foot

    def searched(self) -> None:
        words = self.words
        words.wanted, words.searching = self.wanted, self.searching
        words.shown, words.chosen = found(glossary(), self.wanted) if self.wanted else glossary(), 0
        self._show()

    def _show(self) -> None:
        term = self.words.term
        there = term is not None and level_line(term)[1]
        self.words.repaint()
        self.foot.offer([key for key in KEYS if there or key.action != "play"])

    def on_mount(self) -> None:
        self._show()

    def action_move(self, down: int) -> None:
        words = self.words
        if words.shown:
            step = (words.chosen + down) % len(words.shown) if abs(down) == 1 else words.chosen + down
            words.chosen = min(max(step, 0), len(words.shown) - 1)
            self._show()

    def action_play(self) -> None:
        term = self.words.term
        if term is not None and level_line(term)[1]:
            self.app.try_level(term.level)

    def action_read(self) -> None:
        if self.words.term is not None:
            self.dismiss(self.words.term.concept)

    def action_help(self) -> None:
        self.app.show_help()

    def action_back(self) -> None:
        if self.wanted or self.searching:
            self.search("", searching=False)
        else:
            self.dismiss(None)

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb == "word":
            self.words.chosen = int(rest)
            self._show()
        else:
            self.app.simulate_key(rest)
