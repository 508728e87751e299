"""What lies over a screen: a question, the help, and the notice that the terminal is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

from scalegame.tui.canvas import Canvas
from scalegame.tui.keys import GAME, Key, bindings
from scalegame.tui.page import Page
from scalegame.tui.sheet import Sheet, wrap
from scalegame.tui.theme import Ink, Look

if TYPE_CHECKING:
    from scalegame.tui.app import ScalegameApp

SMALLEST = (80, 24)
"""Columns and rows in which all of the game can be played."""


class Question(Canvas):
    """A question and its two answers in a box."""

    def __init__(self, look: Look, question: str, remark: str) -> None:
        super().__init__(look, id="question")
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


HELP_KEYS = (
    Key("escape,question_mark,q,enter", "Esc", "close", "close", "close the help"),
    Key("up,k", "", "", "scroll(-1)", ""),
    Key("down,j", "", "", "scroll(1)", ""),
    Key("pageup", "", "", "scroll(-10)", ""),
    Key("pagedown,space", "", "", "scroll(10)", ""),
)


def rules() -> list[tuple[str, str]]:
    """(heading, prose) about time and money, with the catalogue's own numbers."""
    from scalegame.model import catalogue as numbers

    return [
        ("Time", "At 1x a second of the game is a second. Requests queue in true milliseconds; what operators wait for (boot"
         f" {numbers.BOOT_SECONDS:g} s, resize {numbers.RESIZE_SECONDS:g} s, restart {numbers.RESTART_SECONDS:g} s) is"
         f" {numbers.OPERATIONS_FACTOR} times faster than outside, all by the same factor. Speed never changes an outcome."),
        ("Uptime", "A request is good when it is answered in time, and lost when it is late, refused, dropped or logged out."
         " Each stage allows so many lost requests: the budget bar. When it is spent, the level ends."),
        ("Money", "A machine is paid by the minute from the moment it is ordered, for"
         f" {numbers.MINIMUM_BILLED_SECONDS:g} s at least. Each stage may bring money. An empty purse ends the level."),
        ("Warnings", f"Amber from {numbers.AMBER_SATURATION * 100:g} %, red from {numbers.RED_SATURATION * 100:g} % of the"
         " tightest place. Amber drops the speed to 1x."),
    ]  # fmt: skip


def paint_help(sheet: Sheet) -> int:
    """The page; returns its length."""
    glyphs = sheet.look.glyphs
    y = 1
    sheet.put(2, y, "Keys", Ink.HEADING)
    y += 1
    for key in GAME:
        if key.long:
            sheet.put(4, y, key.label(glyphs), Ink.KEY, 8)
            for line in wrap(key.long, sheet.width - 16):
                sheet.put(13, y, line, Ink.TEXT)
                y += 1
    sheet.put(4, y, "letters", Ink.KEY)
    sheet.put(13, y, "what stands beside a choice in the inspector does it at once", Ink.TEXT, sheet.width - 15)
    y += 2
    for heading, prose in rules():
        sheet.put(2, y, heading, Ink.HEADING)
        for line in wrap(prose, sheet.width - 16):
            sheet.put(13, y, line, Ink.TEXT)
            y += 1
        y += 1
    marks = ((glyphs.up, "up"), (glyphs.busy, "busy"), (glyphs.full, "full"), (glyphs.booting, "not ready"),
             (glyphs.draining, "no traffic"), (glyphs.slow, "slow"), (glyphs.dead, "dead"), (glyphs.waiting, "waiting"))  # fmt: skip
    sheet.put(2, y, "Marks", Ink.HEADING)
    x = 13
    for mark, word in marks:
        if x + len(word) + 3 > sheet.width - 2:
            x, y = 13, y + 1
        x = sheet.put(sheet.put(x, y, mark, Ink.STRONG) + 1, y, word, Ink.DIM) + 2
    return y + 2


class HelpPage(Page):
    """The help in a box of its own."""

    def draw(self, sheet: Sheet) -> None:
        super().draw(sheet)
        sheet.frame(0, 0, sheet.width, sheet.height, Ink.FAINT)
        sheet.put(2, 0, " Help ", Ink.HEADING)
        sheet.put_right(sheet.width - 2, sheet.height - 1, " Esc closes, arrows scroll ", Ink.DIM)


class HelpScreen(ModalScreen[None]):
    """All keys and the rules, over whatever was shown."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(HELP_KEYS)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._page = HelpPage(look, paint_help, id="help")

    def compose(self) -> ComposeResult:
        yield self._page

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, rows: int) -> None:
        self._page.scroll(rows)


class Notice(Canvas):
    """Too small."""

    def draw(self, sheet: Sheet) -> None:
        lines = (f"{sheet.width}x{sheet.height} is too small", f"the game needs {SMALLEST[0]}x{SMALLEST[1]}", "make the window bigger",
                 "", "the clock stands; q leaves")  # fmt: skip
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
        yield Notice(self._look)
