"""Asked before being told: what broke first. It lies over the post-mortem until it is answered, or left."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.figures import clock
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.keys import HELP, Key, bindings, draw_keys_row
from scalegame.tui.widgets.causes import RATES
from scalegame.tui.widgets.loudness import saturation_ink

if TYPE_CHECKING:
    from scalegame.game.diagnosis import Question
    from scalegame.game.view import PostMortem
    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("up,k", "{up_down}", "choose", "move(-1)", "another answer"),
    Key("down,j", "", "", "move(1)", ""),
    Key("enter,space", "{enter}", "answer", "answer", "this was it"),
    *(Key(str(number), "", "", f"pick({number - 1})", "") for number in (1, 2, 3, 4)),
    HELP,
    Key("escape,q", "Esc", "tell me", "leave", "the page that tells, without an answer"),
)
AFTER = (Key("enter", "{enter}", "what led to what", "answer", ""), HELP)
"""The footer once it is answered."""
WIDEST = 96
LABEL_WIDTH = 10
LEAST_AXIS = 12
"""Columns of two times and a gap."""
MOST_ROWS = 7
"""Of what was seen; the signals that moved least are left out."""


class Asked(Canvas):
    """The question, what there was to be seen, and the answers; after one was chosen, what is to be said of it."""

    def __init__(self, look: Look, title: str, told: PostMortem, question: Question) -> None:
        super().__init__(look, name="diagnosis-panel")
        self._title, self._told = title, told
        self.question = question
        self.chosen = 0
        self.answered = False

    def draw(self, sheet: Sheet) -> None:
        width = min(sheet.width - 4, WIDEST)
        x, y = (sheet.width - width) // 2, 1 if sheet.height < 30 else 3
        sheet.put(x, y - 1, "What broke first?", Ink.HEADING)
        sheet.put_right(x + width, y - 1, self._title, Ink.DIM)
        sheet.put(x, y, sheet.look.glyphs.horizontal * width, Ink.FAINT)
        y = self._seen(sheet, x, y + 1, width) + 1
        for index in range(len(self.question.answers)):
            y = self._answer(sheet, x, y, width, index)
        if self.answered:
            self._verdict(sheet, x, y + 1, width)
        draw_keys_row(sheet, AFTER if self.answered else KEYS)

    def _seen(self, sheet: Sheet, x: int, y: int, width: int) -> int:
        """Each signal of the run in a row; the moment at which it broke is for the player to find."""
        seconds = max((len(values) for _, values in self._told.history), default=0)
        for name, values in _most_moved(self._told.history):
            top = _top(name, values)
            sheet.put(x, y, name, Ink.DIM, LABEL_WIDTH - 1)
            _draw_row(sheet, x + LABEL_WIDTH, y, _binned(values, width - LABEL_WIDTH), top, loud=name != "traffic")
            y += 1
        sheet.put(x + LABEL_WIDTH, y, clock(0.0), Ink.DIM)
        # Under the last column, or beside the first label where the run was shorter than that.
        shown = min(seconds, width - LABEL_WIDTH)
        sheet.put_right(x + LABEL_WIDTH + max(shown, LEAST_AXIS), y, clock(float(seconds)), Ink.DIM)
        return y + 1

    def _answer(self, sheet: Sheet, x: int, y: int, width: int, index: int) -> int:
        glyphs, answer, on = sheet.look.glyphs, self.question.answers[index], index == self.chosen
        ink, mark = Ink.CHOSEN if on else Ink.TEXT, str(index + 1)
        if self.answered:
            mark = glyphs.up if answer.right else glyphs.dead if on else " "
            ink = Ink.STRONG if answer.right else Ink.TEXT if on else Ink.DIM
        elif on:
            sheet.tint(x, y, width, Ink.CHOSEN)
            sheet.put(x, y, glyphs.pointer, Ink.CHOSEN)
        sheet.put(x + 2, y, mark, ink if self.answered or on else Ink.KEY)
        sheet.put(x + 5, y, answer.text, ink, width - 5)
        sheet.zone(x, y, width, f"pick {index}")
        return y + 1

    def _verdict(self, sheet: Sheet, x: int, y: int, width: int) -> None:
        chosen, right = self.question.answers[self.chosen], self.question.right
        told = (("Right.", chosen.remark),) if chosen.right else (("No.", chosen.remark), ("It was:", right.remark))
        for word, text in told:
            sheet.put(x, y, word, Ink.CALM if chosen.right else Ink.AMBER)
            for line in wrap(text, width - LABEL_WIDTH):
                sheet.put(x + LABEL_WIDTH, y, line, Ink.STRONG)
                y += 1


def _top(name: str, values: Sequence[float]) -> float:
    """What fills a cell of a row."""
    return max(values, default=0.0) if name in RATES else 1.0


def _most_moved(history: Sequence[tuple[str, Sequence[float]]]) -> list[tuple[str, Sequence[float]]]:
    """The rows that there is room for, in their order; what did not answer for a while moved all the way."""

    def moved(at: int) -> float:
        name, values = history[at]
        if any(math.isnan(value) for value in values):
            return 1.0
        top = _top(name, values)
        return (max(values) - min(values)) / top if top > 0 else 0.0

    shown = sorted(range(len(history)), key=moved, reverse=True)[:MOST_ROWS]
    return [history[at] for at in sorted(shown)]


def _binned(values: Sequence[float], width: int) -> list[float]:
    """So many columns at most, each the highest of its seconds; not a number where nothing answered in one of them."""
    wide = min(len(values), width)
    ends = [round(len(values) * column / wide) for column in range(wide + 1)]
    parts = [values[begin:end] for begin, end in itertools.pairwise(ends)]
    return [math.nan if any(math.isnan(value) for value in part) else max(part) for part in parts]


def _draw_row(sheet: Sheet, x: int, y: int, values: Sequence[float], top: float, *, loud: bool) -> None:
    """A column of one cell a value."""
    glyphs = sheet.look.glyphs
    steps = len(glyphs.levels) - 1
    for column, value in enumerate(values):
        if math.isnan(value):
            sheet.put(x + column, y, glyphs.lost, Ink.RED)
            continue
        share = min(value / top, 1.0) if top > 0 else 0.0
        level = glyphs.levels[math.ceil(share * steps)]
        ink = saturation_ink(share) if loud and top == 1.0 else Ink.RED if loud and share else Ink.CALM
        sheet.put(x + column, y, level, ink)


class DiagnosisScreen(Screen[None]):
    """What broke first?"""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    AUTO_FOCUS = ""
    app: ScalegameApp

    def __init__(self, look: Look, title: str, told: PostMortem, question: Question) -> None:
        super().__init__(id="diagnosis")
        self.panel = Asked(look, title, told, question)

    def compose(self) -> ComposeResult:
        yield self.panel

    def action_move(self, down: int) -> None:
        if not self.panel.answered:
            self.panel.chosen = (self.panel.chosen + down) % len(self.panel.question.answers)
            self.panel.repaint()

    def action_pick(self, index: int) -> None:
        if not self.panel.answered and index < len(self.panel.question.answers):
            self.panel.chosen = index
            self.action_answer()

    def action_answer(self) -> None:
        """Say whether it was right; once said, on to the page."""
        if self.panel.answered:
            self.dismiss(None)
        else:
            self.panel.answered = True
            self.panel.repaint()

    def action_help(self) -> None:
        self.app.show_help()

    def action_leave(self) -> None:
        self.dismiss(None)

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb == "pick":
            self.action_pick(int(rest))
        else:
            self.app.simulate_key(rest)
