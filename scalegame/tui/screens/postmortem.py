"""The post-mortem: what it earned, why it ended as it did, the causes in time, where requests and money went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from scalegame.game.changes import before_it_broke
from scalegame.game.coach import sentence
from scalegame.game.past import Past
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.figures import clock, money
from scalegame.tui.cells.page import Page
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.desk.playable import Playable
from scalegame.tui.keys import HELP, Key, bindings
from scalegame.tui.screens.behind import Heard
from scalegame.tui.screens.whatif import CHOOSING, WhatIfScreen
from scalegame.tui.widgets.causes import Causes, draw_list, draw_rows
from scalegame.tui.widgets.ledgers import draw_losses, draw_money
from scalegame.tui.widgets.medals import draw_medals
from scalegame.tui.widgets.page_foot import PageFoot
from scalegame.tui.widgets.sections import TEXT_WIDTH, Section, draw_prose, draw_sections, is_boxed, margins
from scalegame.tui.widgets.whatifs import Choice, draw_what_ifs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.view import PostMortem

KEYS = (
    Key("enter", "{enter}", "next level", "onward", "after a win the next level, after a loss the same again"),
    Key("t", "t", "again", "again(True)", "try again: the same seed brings the same traffic and failures"),
    Key("a", "a", "new seed", "again(False)", "try again with other traffic"),
    Key("g", "g", "look around", "look_around", "the board as it was when it broke, to look at and step through"),
    Key(
        "w",
        "w",
        "what if",
        "what_if",
        "the same run with one order more, fewer or at another time: what would it have given?",
    ),
    Key("b", "b", "", "go_back", "back to before it broke, or to the chosen what-if, with what you know: practice"),
    Key("z", "z", "zoom", "zoom", "the causes in the whole run, or close up", roomy=True),
    Key("l", "l", "learn", "learn", "the page about what this level teaches"),
    Key("up,k", "", "", "scroll(-1)", ""),
    Key("down,j", "{arrows}", "scroll", "scroll(1)", "scroll", roomy=True),
    Key("pageup", "", "", "turn(-1)", ""),
    Key("pagedown,space", "", "", "turn(1)", ""),
    Key("home", "", "", "scroll(-999)", ""),
    Key("end", "", "", "scroll(999)", ""),
    HELP,
    Key("q,escape", "q", "title", "back", "back to the title"),
)
KEYS_LOST = (replace(KEYS[0], word="try again"), *(key for key in KEYS[1:] if key.action != "again(True)"))
"""The footer after a loss, where Enter is the same as t."""
HIGHEST_ROW = 3
ROWS_OF_A_SENTENCE = 10
"""From a chosen what-if to the end of what is said of it, at most."""
PLAYING_AGAIN = "Playing the run again up to where it broke"


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What the page tells."""

    session: Playable
    told: PostMortem
    whole: bool = False
    """The causes are shown in the whole run."""
    choice: Choice | None = None
    """What-ifs, where they were asked for."""

    @property
    def then(self) -> int:
        """The tick before it broke: where one can go back to."""
        return before_it_broke(self.told, self.session.history, self.session.result().ticks)[0]

    @property
    def won(self) -> bool:
        return self.session.view().outcome == "won"


def paint_post_mortem(sheet: Sheet, after: Aftermath, window: int) -> tuple[int, list[int]]:
    """The page for a screen of ``window`` rows; its length, and the rows at which something begins. Rows to spare go to
    the plots."""
    boxed = is_boxed(sheet)
    causes = Causes(after.told, after.session.stages(), after.won, after.whole, strip=boxed)

    def length(airy: bool) -> int:
        return _paint(Sheet(sheet.width, sheet.height, sheet.look), after, causes, airy=airy)[0]

    used = length(airy=boxed)
    airy = boxed and used <= window
    if airy != boxed:
        used = length(airy=False)
    spare = max(window - used, 0) // max(len(after.told.history), 1)
    return _paint(sheet, after, replace(causes, row_height=min(1 + spare, HIGHEST_ROW)), airy=airy)


def _paint(sheet: Sheet, after: Aftermath, causes: Causes, *, airy: bool) -> tuple[int, list[int]]:
    """The page; ``airy`` has empty rows between what does not belong together."""
    told, score = after.told, after.session.result()
    x, width = margins(sheet)
    y = _headline(sheet, x, 0, width, after) + (1 if airy else 0)
    y = draw_medals(sheet, x, y, width, told, won=after.won, launched=score.launches > 0)
    stops = [0]

    def why(sheet: Sheet, x: int, y: int, width: int) -> int:
        y = _why(sheet, x, y, width, told)
        y = draw_rows(sheet, x, y + 1 if airy else y, width, causes)
        stops.append(y)
        return draw_list(sheet, x, y, width, told)

    choice = after.choice

    def what_if(sheet: Sheet, x: int, y: int, width: int) -> int:
        return y if choice is None else draw_what_ifs(sheet, x, y, width, choice)

    def losses(sheet: Sheet, x: int, y: int, width: int) -> int:
        return draw_losses(sheet, x, y, width, told)

    def spent(sheet: Sheet, x: int, y: int, width: int) -> int:
        return draw_money(sheet, x, y, width, told)

    def lesson(sheet: Sheet, x: int, y: int, width: int) -> int:
        return draw_prose(sheet, x, y, min(width, TEXT_WIDTH), told.lesson, Ink.STRONG)

    def onward(sheet: Sheet, x: int, y: int, width: int) -> int:
        return _next(sheet, x, y, width, after)

    lost = f"{score.lost:,} of {score.offered:,}" if score.offered else ""
    purse = after.session.view().purse
    left = "" if purse is None else f"{money(purse)} left"
    rows = [
        [Section("What happened" if after.won else "Why", why)],
        *([] if choice is None else [[Section("What if", what_if, f"{choice.tried} tried, best first")]]),
        [Section("Requests lost", losses, lost), Section("Money spent", spent, left)],
        [*([Section("The lesson", lesson)] if told.lesson else []), Section("Next", onward)],
    ]
    for row in rows:
        for part in [row] if is_boxed(sheet) else [[section] for section in row]:
            stops.append(y)
            y = draw_sections(sheet, x, y, width, part)
    return y, stops


def _headline(sheet: Sheet, x: int, y: int, width: int, after: Aftermath) -> int:
    glyphs = sheet.look.glyphs
    if after.won:
        start = sheet.put(x, y, f" {glyphs.medal} won ", Ink.CHOSEN) + 1
    else:
        start = sheet.put(x, y, f" {glyphs.lost} lost ", Ink.LIT) + 1
    for line in wrap(after.told.headline, width - (start - x)):
        sheet.put(start, y, line, Ink.STRONG)
        y += 1
    return y


def _why(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """The reasons in sentences, without what the numbered list says in the same words."""
    listed = {sentence(step.text, step.seconds) for step in told.chain}
    told_here = [text for text in told.why if text not in listed]
    for index, text in enumerate(told_here):
        for line in wrap(text, min(width, TEXT_WIDTH)):
            sheet.put(x, y, line, Ink.TEXT if index else Ink.STRONG)
            y += 1
    return y


def _next(sheet: Sheet, x: int, y: int, width: int, after: Aftermath) -> int:
    """What can be done from here, each with its key."""
    glyphs = sheet.look.glyphs
    chain, first = after.told.chain, after.told.first
    moment = f"as it was at {clock(chain[first].seconds)}" if first is not None else "as it was"
    rows = [
        (
            "enter",
            "Enter" if glyphs.ascii else glyphs.enter,
            "the next level" if after.won else "try again, the same traffic",
        ),
        *([("t", "t", "once more, the same traffic")] if after.won else []),
        *([("a", "a", "once more, with another seed")] if after.session.level.seed is None else []),
        ("g", "g", f"look around on the board {moment}"),
        ("w", "w", "what if you had ordered otherwise"),
        ("b", "b", f"back to {clock(after.then / TICKS_PER_SECOND)} with what you know"),
        *([("z", "z", "the causes close up" if after.whole else "the causes in the whole run")] if chain else []),
    ]
    for key, label, text in rows:
        end = sheet.put(sheet.put(x, y, f"{label:<7}", Ink.KEY), y, text, Ink.TEXT, width - 7)
        sheet.zone(x, y, end - x, f"key {key}")
        y += 1
    return y


class PostMortemScreen(WhatIfScreen):
    """The end of a run."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)

    def __init__(self, session: Playable, look: Look) -> None:
        super().__init__(id="post-mortem")
        self.session = session
        self._after = Aftermath(session, session.post_mortem())
        self.then = self._after.then
        self._past: Past | None = None
        self._stops: list[int] = []
        self._row: int | None = None
        """Of the chosen what-if on the page."""
        self._page = Page(look, self._paint, more="more below: Space")
        self.foot = PageFoot(look, self._keys())

    def compose(self) -> ComposeResult:
        yield self._page
        yield self.foot

    def _keys(self) -> Sequence[Key]:
        """The footer: without a chain there is nothing to zoom into, and a level that has its own seed has no other."""
        if self.choosing:
            return CHOOSING
        keys = KEYS if self._after.won else KEYS_LOST
        chain, seed = self._after.told.chain, self.session.level.seed
        left_out = {"" if chain else "zoom", "" if seed is None else "again(False)"}
        return [key for key in keys if not key.action or key.action not in left_out]

    def offer_keys(self) -> None:
        self.foot.offer(self._keys())

    def text(self) -> list[str]:
        """What is shown of the page."""
        return self._page.text()

    def _paint(self, sheet: Sheet) -> int:
        length, self._stops = paint_post_mortem(sheet, self._after, self._page.size.height)
        chosen = f"what {self.choice.at}" if self.choice is not None else ""
        self._row = next((zone.y for zone in sheet.zones if zone.action == chosen), None)
        return length

    # What comes next

    def action_onward(self) -> None:
        if self.choosing:
            self.action_go_back()
        elif self._after.won:
            self.app.open_next(self.session.level.id)
        else:
            self.action_again(same=True)

    def action_again(self, same: bool) -> None:
        self.app.brief(self.session.level, self.session.seed if same else None)

    def action_help(self) -> None:
        self.app.show_help()

    def action_learn(self) -> None:
        self.app.open_learn(self.session.level.id)

    def action_back(self) -> None:
        """Stop what is under way, leave the list, or leave."""
        if not self.stop() and not self.leave_list():
            self.app.show_title()

    def show_choice(self, *, moved: bool) -> None:
        self._after = replace(self._after, choice=self.choice)
        self._page.repaint()
        if moved and self._row is not None:
            self._page.reveal(self._row - 1, self._row + ROWS_OF_A_SENTENCE)

    # The page

    def action_scroll(self, rows: int) -> None:
        if not self.move_choice(rows):
            self._page.scroll(rows)

    def action_turn(self, pages: int) -> None:
        self._page.turn(pages, self._stops)

    def action_zoom(self) -> None:
        if not self._after.told.chain:
            return
        self._after = replace(self._after, whole=not self._after.whole)
        self._page.repaint()

    # Looking around

    def action_look_around(self) -> None:
        """Open the board as it was; the first time the run has to be played again for that."""
        if self._past is not None:
            self._look_around(self._past)
        else:
            self.behind(PLAYING_AGAIN, self._play_again, self._look_around)

    def _play_again(self, heard: Heard) -> Past | None:
        past = Past(self.session)
        return past if past.prepare(heard) else None

    def _look_around(self, past: Past) -> None:
        from scalegame.tui.screens.past import PastScreen

        self._past = past
        app = self.app
        app.open_over(PastScreen(past, app.look, app.clock, app.flow.may_draw, autostart=app.autostart))

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb == "what":
            self.press_row(int(rest))
        else:
            self.app.simulate_key(rest)
