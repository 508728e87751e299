"""The help: first what has the focus, then a page each for what is the same everywhere: keys, rules, marks, commands.

Everything on it comes from the tables that the game itself works by.
"""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.page import Page
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.keys import Key, bindings
from scalegame.tui.screens.searching import Searching
from scalegame.tui.topics.contract import Part, Topic
from scalegame.tui.topics.pages import pages

HELP_KEYS = (
    Key("escape,question_mark,q,enter", "Esc", "close", "close", "close the help; out of a search first"),
    Key("right,tab,l", "Tab", "next page", "turn(1)", "the next page of the help"),
    Key("left,shift+tab,h", "", "", "turn(-1)", "the page before"),
    Key("up,k", "", "", "scroll(-1)", "scroll up"),
    Key("down,j", "", "", "scroll(1)", "scroll down"),
    Key("pageup,b", "", "", "scroll(-10)", "a screenful up"),
    Key("pagedown,space", "", "", "scroll(10)", "a screenful down"),
    Key("home,g", "", "", "scroll(-1000)", "to the top"),
    Key("end,G", "", "", "scroll(1000)", "to the end"),
    Key("slash", "/", "search", "search", "search all pages"),
)
WORD_COLUMN = 16
"""Cells: words up to this long stand beside their meaning, longer ones above it."""


def paint_topic(sheet: Sheet, topic: Topic) -> int:
    """One page; returns its length."""
    y = 0
    for part in topic.parts:
        y = _part(sheet, y, part)
    return y - 1


def _part(sheet: Sheet, y: int, part: Part) -> int:
    """A heading with what belongs to it; the row after it and a blank one."""
    sheet.put(1, y, part.heading, Ink.HEADING, sheet.width - 2)
    y += 1
    for paragraph in part.prose:
        for line in wrap(paragraph, sheet.width - 4):
            sheet.put(2, y, line, Ink.TEXT)
            y += 1
    longest = max((len(sheet.look.glyphs.plain(word)) for word, _ in part.rows), default=0)
    beside = longest <= WORD_COLUMN
    x = 2 + longest + 2 if beside else 6
    for word, meaning in part.rows:
        sheet.put(2, y, word, Ink.KEY, sheet.width - 3)
        y += 0 if beside else 1
        for line in wrap(meaning, sheet.width - x - 2) or [""]:
            sheet.put(x, y, line, Ink.TEXT)
            y += 1
    return y + 1


def found(topics: tuple[Topic, ...], wanted: str) -> Topic:
    """What of all pages has the words in it, under the headings that it stood under."""
    words = wanted.casefold().split()

    def fits(*texts: str) -> bool:
        whole = " ".join(texts).casefold()
        return all(word in whole for word in words)

    parts: list[Part] = []
    for topic in topics:
        for part in topic.parts:
            prose = tuple(text for text in part.prose if fits(part.heading, text))
            rows = tuple(row for row in part.rows if fits(part.heading, *row))
            if prose or rows:
                parts.append(Part(f"{topic.name}: {part.heading}", prose, rows))
    if not parts:
        parts.append(Part(f'Nothing here says "{wanted}"'))
    return Topic("Search", tuple(parts))


class HelpPage(Page):
    """A page of the help in a box, with the line of contents above it."""

    TOP = 3
    """Rows above the page: the box's edge, the contents, a rule."""

    def __init__(self, look: Look, topics: tuple[Topic, ...]) -> None:
        super().__init__(look, self._topic, name="help")
        self.topics = topics
        self.at = 0
        self.searching = False
        """The keys go into the search."""
        self.wanted = ""

    def _topic(self, sheet: Sheet) -> int:
        return paint_topic(sheet, found(self.topics, self.wanted) if self.wanted else self.topics[self.at])

    def draw(self, sheet: Sheet) -> None:
        inside = Sheet(max(sheet.width - 2, 0), max(sheet.height - self.TOP - 1, 0), sheet.look)
        super().draw(inside)
        for y in range(inside.height):
            sheet.characters[y + self.TOP][1:-1] = inside.characters[y]
            sheet.inks[y + self.TOP][1:-1] = inside.inks[y]
        sheet.frame(0, 0, sheet.width, sheet.height, Ink.FAINT)
        sheet.put(2, 0, " Help ", Ink.HEADING)
        sheet.put(1, 2, sheet.look.glyphs.horizontal * (sheet.width - 2), Ink.FAINT)
        if self.searching or self.wanted:
            self._search_line(sheet)
        else:
            self._contents(sheet)

    def _contents(self, sheet: Sheet) -> None:
        x = 2
        for index, topic in enumerate(self.topics):
            end = sheet.put(x, 1, f" {topic.name} ", Ink.CHOSEN if index == self.at else Ink.DIM, sheet.width - 1 - x)
            sheet.zone(x, 1, end - x, f"page {index}")
            x = end
        sheet.put_right(sheet.width - 2, sheet.height - 1, " Tab next page  / search  Esc closes ", Ink.DIM)

    def _search_line(self, sheet: Sheet) -> None:
        end = sheet.put(sheet.put(2, 1, "/", Ink.KEY) + 1, 1, self.wanted, Ink.STRONG)
        if self.searching:
            sheet.put(end, 1, " ", Ink.CHOSEN)
        keys = "Enter keeps what is found" if self.searching else "/ search again"
        sheet.put_right(sheet.width - 2, sheet.height - 1, f" {keys}  Esc back to the pages ", Ink.DIM)


class HelpScreen(Searching, ModalScreen[None]):
    """Over whatever was shown; opens at ``topic``."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(HELP_KEYS)

    def __init__(self, look: Look, topic: Topic) -> None:
        super().__init__(id="help-screen")
        self._page = HelpPage(look, (topic, *pages(look.glyphs)))

    def compose(self) -> ComposeResult:
        yield self._page

    def action_close(self) -> None:
        if self.wanted or self.searching:
            self.search("", searching=False)
        else:
            self.dismiss(None)

    def action_turn(self, pages_on: int) -> None:
        page = self._page
        page.at = (page.at + pages_on) % len(page.topics)
        self.search("", searching=False)

    def action_scroll(self, rows: int) -> None:
        self._page.scroll(rows)

    def searched(self) -> None:
        self._page.wanted, self._page.searching = self.wanted, self.searching
        self._page.to_top()

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb == "page":
            self.action_turn(int(rest) - self._page.at)
