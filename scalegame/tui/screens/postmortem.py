"""The post-mortem: why it ended as it did, the causes in time, where requests and money went, and what it earned."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.tui.board import Playable
from scalegame.tui.canvas import Canvas
from scalegame.tui.figures import clock, money, percent, uptime
from scalegame.tui.keys import Key, bindings
from scalegame.tui.page import Page
from scalegame.tui.screens.briefing import KeysLine
from scalegame.tui.sheet import Sheet, wrap
from scalegame.tui.theme import Ink, Look
from scalegame.tui.widgets.plot import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.view import PostMortem
    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("enter", "{enter}", "next level", "onward", "after a win the next level, after a loss the same again"),
    Key("t", "t", "try again, same traffic", "again(True)", "the same seed brings the same traffic and failures"),
    Key("a", "a", "another seed", "again(False)", "the same level with other traffic"),
    Key("up,k", "", "", "scroll(-1)", ""),
    Key("down,j", "{arrows}", "scroll", "scroll(1)", "scroll"),
    Key("pageup,b", "", "", "scroll(-12)", ""),
    Key("pagedown,space", "", "", "scroll(12)", ""),
    Key("question_mark", "?", "help", "help", "all keys, and how time and money go"),
    Key("q,escape", "q", "title", "back", "back to the title"),
)
KEYS_LOST = (replace(KEYS[0], word="try again"), *(key for key in KEYS[1:] if key.action != "again(True)"))
"""The footer after a loss, where Enter is the same as t."""
RATES = ("traffic", "lost")
"""Series drawn by their own top; the others are shares of 1."""
NAME_WIDTH = 10
SIDE_BY_SIDE = 100
"""Columns from which the two ledgers stand beside each other."""


def paint_post_mortem(sheet: Sheet, session: Playable, told: PostMortem) -> int:
    """The page; returns its length."""
    width = min(sheet.width - 4, 116)
    x = (sheet.width - width) // 2
    won = session.view().outcome == "won"
    y = _headline(sheet, x, 1, width, told, won)
    y = _medals(sheet, x, y, width, told)
    y = _heading(sheet, x, y, width, "What happened" if won else "Why")
    for sentence in told.why:
        for line in wrap(sentence, min(width, 96)):
            sheet.put(x, y, line, Ink.TEXT)
            y += 1
    y = _chain(sheet, x, y + 1, width, told)
    y = _history(sheet, x, y, width, told)
    if width >= SIDE_BY_SIDE:
        half = width // 2 - 2
        y = max(_losses(sheet, x, y, half, told), _money(sheet, x + half + 4, y, width - half - 4, told))
    else:
        y = _money(sheet, x, _losses(sheet, x, y, width, told), width, told)
    if told.lesson:
        y = _heading(sheet, x, y, width, "The lesson")
        for line in wrap(told.lesson, min(width, 92)):
            sheet.put(x, y, line, Ink.STRONG)
            y += 1
    return y + 1


def _heading(sheet: Sheet, x: int, y: int, width: int, text: str) -> int:
    sheet.put(x, y, sheet.look.glyphs.horizontal * width, Ink.FAINT)
    sheet.put(x + 1, y, f" {text} ", Ink.HEADING)
    return y + 1


def _headline(sheet: Sheet, x: int, y: int, width: int, told: PostMortem, won: bool) -> int:
    glyphs = sheet.look.glyphs
    mark, ink = (glyphs.medal, Ink.CALM) if won else (glyphs.lost, Ink.RED)
    sheet.put(x, y, mark, ink)
    for line in wrap(told.headline, width - 2):
        sheet.put(x + 2, y, line, Ink.STRONG)
        y += 1
    return y + 1


def _medals(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    glyphs = sheet.look.glyphs
    rows = (
        (
            "uptime",
            uptime(told.uptime),
            told.uptime_medal,
            None if told.par_uptime is None else uptime(told.par_uptime),
        ),
        ("cost", money(told.cost), told.cost_medal, None if told.par_cost is None else money(told.par_cost)),
    )
    for name, figure, medal, par in rows:
        sheet.put(x, y, name, Ink.DIM)
        sheet.put(x + NAME_WIDTH, y, figure, Ink.STRONG)
        mark = glyphs.medal if medal != "none" else glyphs.no_medal
        sheet.put(
            x + 22, y, f"{mark} {medal if medal != 'none' else 'no medal'}", Ink.MONEY if medal != "none" else Ink.DIM
        )
        if par is not None:
            sheet.put(x + 36, y, f"gold at {par}", Ink.DIM, width - 36)
        y += 1
    return y + 1


def _chain(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """The causes in time, each leading to the next."""
    glyphs = sheet.look.glyphs
    for index, step in enumerate(told.chain):
        sheet.put(x, y, clock(step.seconds), Ink.DIM)
        sheet.put(x + 6, y, glyphs.busy if index == 0 else glyphs.head_down, Ink.AMBER if index == 0 else Ink.FAINT)
        sheet.put(x + 8, y, step.place, Ink.STRONG, 12)
        for line in wrap(step.text, width - 21):
            sheet.put(x + 21, y, line, Ink.TEXT)
            y += 1
    return y + 1 if told.chain else y


def _history(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """A row a series over the whole run, the causes marked beneath."""
    room = width - NAME_WIDTH
    length = max((len(values) for _, values in told.history), default=0)
    if length < 2 or room < 10:
        return y
    for name, values in told.history:
        shown = [_between(values, at / room, (at + 1) / room) for at in range(room)]
        top = max(shown, default=0.0) if name in RATES else 1.0
        sheet.put(x, y, name, Ink.DIM, NAME_WIDTH - 1)
        columns(sheet, x + NAME_WIDTH, y, 1, shown, top, Ink.AMBER if name == "lost" else Ink.CALM)
        y += 1
    for step in told.chain:
        column = min(int(step.seconds / length * room), room - 1)
        sheet.put(x + NAME_WIDTH + column, y, sheet.look.glyphs.head_up, Ink.AMBER)
    sheet.put(x, y, "00:00", Ink.DIM)
    sheet.put_right(x + width, y, clock(length), Ink.DIM)
    return y + 2


def _between(values: Sequence[float], begin: float, end: float) -> float:
    """The highest value in a stretch of a series, both given as shares of its length."""
    first = int(begin * len(values))
    return max(values[first : max(int(end * len(values)), first + 1)], default=0.0)


def _losses(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """Where the requests went; the rows sum to all that was lost."""
    y = _heading(sheet, x, y, width, "Lost requests")
    for cause, place, requests, share in told.losses:
        _row(sheet, x, y, width, f"{cause}, {place}" if place else cause, f"{requests:,}", percent(share))
        y += 1
    total = sum(row[2] for row in told.losses)
    _row(sheet, x, y, width, "all" if told.losses else "none", f"{total:,}", "")
    return y + 2


def _money(sheet: Sheet, x: int, y: int, width: int, told: PostMortem) -> int:
    """Where the dollars went; the rows sum to the cost."""
    y = _heading(sheet, x, y, width, "Money")
    for purpose, dollars in told.money:
        _row(sheet, x, y, width, purpose, money(dollars), percent(dollars / told.cost) if told.cost else "")
        y += 1
    _row(sheet, x, y, width, "all", money(told.cost), "")
    return y + 2


def _row(sheet: Sheet, x: int, y: int, width: int, name: str, figure: str, share: str) -> None:
    total = name in ("all", "none")
    end = min(width, 54)
    sheet.put(x, y, name, Ink.STRONG if total else Ink.TEXT, end - 20)
    sheet.put_right(x + end - 9, y, figure, Ink.STRONG)
    sheet.put_right(x + end, y, share, Ink.DIM)


class PostMortemScreen(Screen[None]):
    """The end of a run."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    app: ScalegameApp

    def __init__(self, session: Playable, look: Look) -> None:
        super().__init__(id="post-mortem")
        self.session = session
        told = session.post_mortem()
        self._page = Page(look, lambda sheet: paint_post_mortem(sheet, session, told))
        self._keys = KeysLine(look, KEYS if session.view().outcome == "won" else KEYS_LOST)

    def compose(self) -> ComposeResult:
        yield self._page
        yield self._keys

    def text(self) -> list[str]:
        """What is shown of the page."""
        return self._page.text()

    def action_onward(self) -> None:
        if self.session.view().outcome == "won":
            self.app.open_next(self.session.level.id)
        else:
            self.action_again(same=True)

    def action_again(self, same: bool) -> None:
        self.app.brief(self.session.level, self.session.seed if same else None)

    def action_scroll(self, rows: int) -> None:
        self._page.scroll(rows)

    def action_help(self) -> None:
        self.app.show_help()

    def action_back(self) -> None:
        self.app.show_title()

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        self.app.simulate_key(event.action.removeprefix("key "))
