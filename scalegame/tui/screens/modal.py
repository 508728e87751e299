"""What lies over a screen: a question, and the notice that the terminal is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look

if TYPE_CHECKING:
    from scalegame.tui.app import ScalegameApp

SMALLEST = (80, 24)
"""Columns and rows in which all of the game can be played."""


class Question(Canvas):
    """A question and its two answers in a box."""

    def __init__(self, look: Look, question: str, remark: str) -> None:
        super().__init__(look, name="question")
        self._question, self._remark = question, remark

    def draw(self, sheet: Sheet) -> None:
        sheet.frame(0, 0, sheet.width, sheet.height, Ink.AMBER)
        sheet.put(3, 1, self._question, Ink.STRONG, sheet.width - 6)
        for offset, line in enumerate(wrap(self._remark, sheet.width - 6, 2)):
            sheet.put(3, 2 + offset, line, Ink.DIM)
        end = sheet.put(3, 5, "y", Ink.KEY)
        end = sheet.put(end, 5, " yes, leave", Ink.TEXT)
        sheet.zone(3, 5, end - 3, "key y")
        start = end + 4
        end = sheet.put(sheet.put(start, 5, "n", Ink.KEY), 5, " no, go on", Ink.TEXT)
        sheet.zone(start, 5, end - start, "key n")


class QuestionScreen(ModalScreen[bool]):
    """Asks; True is yes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "yes", show=False),
        Binding("n,escape,q,space", "answer(False)", "no", show=False),
    ]
    app: ScalegameApp

    def __init__(self, look: Look, question: str, remark: str) -> None:
        super().__init__()
        self._canvas = Question(look, question, remark)

    def compose(self) -> ComposeResult:
        yield self._canvas

    def action_answer(self, yes: bool) -> None:
        self.dismiss(yes)

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        self.app.simulate_key(event.action.removeprefix("key "))


class Notice(Canvas):
    """Too small."""

    def draw(self, sheet: Sheet) -> None:
        lines = (
            f"{sheet.width}x{sheet.height} is too small",
            f"the game needs {SMALLEST[0]}x{SMALLEST[1]}",
            "make the window bigger",
            "",
            "the clock stands; q leaves",
        )
        top = max((sheet.height - len(lines)) // 2, 0)
        for offset, line in enumerate(lines):
            sheet.put(
                max((sheet.width - len(line)) // 2, 0), top + offset, line, Ink.AMBER if offset == 0 else Ink.TEXT
            )


class TooSmallScreen(ModalScreen[None]):
    """Covers everything until there is room again."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q,ctrl+q,ctrl+c", "app.leave_now", "leave", show=False)]

    def __init__(self, look: Look) -> None:
        super().__init__(id="too-small")
        self._look = look

    def compose(self) -> ComposeResult:
        yield Notice(self._look, name="notice")
