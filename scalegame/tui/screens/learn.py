"""Learn: the concepts at the left and a page of each at the right; on a small screen the list first, then the page."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.screen import Screen

from scalegame.game.level_library import library, outline
from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.page import Page
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.concepts.drawing import paint_concept
from scalegame.tui.concepts.shelf import CONCEPTS, concept_of
from scalegame.tui.keys import HELP, Key, bindings
from scalegame.tui.widgets.page_foot import PageFoot

if TYPE_CHECKING:
    from textual import events

    from scalegame.tui.app import ScalegameApp
    from scalegame.tui.concepts.page import Concept

KEYS = (
    Key("up,k", "{arrows}", "choose", "move(-1)", "another concept; on a page of its own: scroll"),
    Key("down,j", "", "", "move(1)", ""),
    Key("left,h", "", "", "turn(-1)", ""),
    Key("right", "", "", "turn(1)", ""),
    Key("pagedown,space", "Space", "scroll", "scroll(12)", "down the page"),
    Key("pageup,b", "", "", "scroll(-12)", ""),
    Key(
        "g,slash", "g", "glossary", "glossary", "every word in a sentence, to be searched, and the level that shows it"
    ),
    Key("enter", "{enter}", "try it", "enter", "open the level of this page; in a list on its own: the page"),
    HELP,
    Key("escape,q", "Esc", "back", "back", "back to the list, or to where you came from"),
)
LIST_KEYS = tuple(
    replace(key, word="read") if key.action == "enter" else key for key in KEYS if not key.action.startswith("scroll")
)
"""The footer of a list that has the screen to itself."""
LIST_WIDTH = 27
SIDE_BY_SIDE = 100
"""Columns from which list and page stand beside each other."""


def trial_of(concept: Concept) -> str:
    """What the level of a concept asks for, in its own words; empty where it is not installed."""
    listing = next((one for one in library() if one.id == concept.lab), None)
    return outline(listing).story if listing else ""


class ConceptList(Canvas):
    """The titles, one of them chosen."""

    def __init__(self, look: Look, chosen: int) -> None:
        super().__init__(look, name="concepts")
        self.chosen = chosen

    def draw(self, sheet: Sheet) -> None:
        sheet.put(2, 1, "Learn", Ink.STRONG)
        sheet.put(2, 2, sheet.look.glyphs.horizontal * (sheet.width - 4), Ink.FAINT)
        for index, concept in enumerate(CONCEPTS):
            y, on = 3 + index, index == self.chosen
            if on:
                sheet.tint(1, y, sheet.width - 2, Ink.CHOSEN)
                sheet.put(1, y, sheet.look.glyphs.pointer, Ink.CHOSEN)
            sheet.put(3, y, concept.title, Ink.CHOSEN if on else Ink.TEXT, sheet.width - 4)
            sheet.zone(1, y, sheet.width - 2, f"concept {index}")
        if sheet.width > LIST_WIDTH:
            self._gists(sheet)

    def _gists(self, sheet: Sheet) -> None:
        """Where the list has the screen to itself: what each is about."""
        for index, concept in enumerate(CONCEPTS):
            ink = Ink.CHOSEN_DIM if index == self.chosen else Ink.DIM
            sheet.put(LIST_WIDTH, 3 + index, concept.gist, ink, sheet.width - LIST_WIDTH - 2)


class LearnScreen(Screen[None]):
    """All concepts."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    AUTO_FOCUS = ""
    app: ScalegameApp

    def __init__(self, look: Look, about: str | None = None) -> None:
        """``about``: a concept's id, or that of a level that is about it."""
        super().__init__(id="learn")
        found = concept_of(about)
        self.listed = ConceptList(look, CONCEPTS.index(found) if found else 0)
        self.page = Page(look, self._paint)
        self.footer = PageFoot(look, KEYS)
        self._open = found is not None
        """On a small screen: the page and not the list."""

    @property
    def concept(self) -> Concept:
        """The one that is chosen."""
        return CONCEPTS[self.listed.chosen]

    @property
    def wide(self) -> bool:
        return self.size.width >= SIDE_BY_SIDE

    @property
    def reading(self) -> bool:
        """A page is on the screen."""
        return self.wide or self._open

    def compose(self) -> ComposeResult:
        with Horizontal(id="learn-parts"):
            yield self.listed
            yield self.page
        yield self.footer

    def _paint(self, sheet: Sheet) -> int:
        return paint_concept(sheet, self.concept, trial_of(self.concept))

    def on_mount(self) -> None:
        self._arrange()

    def on_resize(self, _: events.Resize) -> None:
        self._arrange()

    def _arrange(self) -> None:
        self.listed.display = self.wide or not self._open
        self.page.display = self.reading
        self.listed.styles.width = LIST_WIDTH if self.wide else "1fr"
        self._show()

    def _show(self) -> None:
        self.footer.offer(KEYS if self.reading else LIST_KEYS)
        for canvas in (self.listed, self.page):
            canvas.repaint()

    def _choose(self, index: int) -> None:
        if index != self.listed.chosen:
            self.listed.chosen = index
            self.page.to_top()
        self._show()

    def action_move(self, down: int) -> None:
        if self._open and not self.wide:
            self.page.scroll(down)
        else:
            self._choose((self.listed.chosen + down) % len(CONCEPTS))

    def action_turn(self, on: int) -> None:
        """The page before or after this one."""
        self._choose((self.listed.chosen + on) % len(CONCEPTS))

    def action_scroll(self, rows: int) -> None:
        self.page.scroll(rows)

    def action_enter(self) -> None:
        if self.reading:
            self.app.try_level(self.concept.lab)
        else:
            self._open = True
            self._arrange()

    def action_glossary(self) -> None:
        self.app.open_glossary()

    def read(self, about: str) -> None:
        """Show the page of a concept, by its id."""
        concept = concept_of(about)
        if concept is not None:
            self._open = True
            self._choose(CONCEPTS.index(concept))
            self._arrange()

    def action_help(self) -> None:
        self.app.show_help()

    def action_back(self) -> None:
        if self._open and not self.wide:
            self._open = False
            self._arrange()
        else:
            self.dismiss(None)

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb != "concept":
            self.app.simulate_key(rest)
            return
        again = int(rest) == self.listed.chosen
        self._choose(int(rest))
        if again and not self.reading:
            self.action_enter()
