"""Looking around after a run: the board as it was, with its own clock to go back and forth in."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from scalegame.game.past import Past
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.tui.cells.figures import clock, money, percent, uptime
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.keys import Key, bindings, draw_keys
from scalegame.tui.screens.game import GameScreen
from scalegame.tui.widgets.footer import KeyRow, draw_message
from scalegame.tui.widgets.loudness import budget_share_ink
from scalegame.tui.widgets.panel import WIDE, Panel

if TYPE_CHECKING:
    from scalegame.tui.desk.board import Board
    from scalegame.tui.topics.contract import Topic

PAST = (
    Key("space", "Space", "replay", "toggle_clock", "let it run as it ran, or stop it"),
    Key("comma", ",", "back", "second(-1)", "one second back"),
    Key("full_stop", ".", "on", "second(1)", "one second on, with what was ordered then"),
    Key("left_square_bracket", "[ ]", "causes", "cause(-1)", "the cause before, the cause after"),
    Key("right_square_bracket", "", "", "cause(1)", ""),
    Key("left", "{arrows}", "select", "", "select another machine"),
    Key("enter", "{enter}", "choices", "", "what could have been done here, at the prices of then"),
    Key("question_mark", "?", "help", "help", "all keys"),
    Key("q,escape", "Esc", "leave", "leave", "back to the post-mortem"),
)
PAST_MENU = (
    Key("up", "{arrows}", "choose", "", ""),
    Key("escape", "Esc", "back", "", ""),
)
"""While the list of choices has the keys: nothing can be bought."""


def draw_past_line(sheet: Sheet, board: Board, past: Past) -> None:
    """The top line: that this is the past, which moment of it, and the score of then."""
    view, roomy = board.view, sheet.width >= WIDE
    state = "replaying" if board.pace.running else "frozen"
    x = sheet.put(0, 0, f" {state} {clock(past.seconds)} · Esc back ", Ink.LIT) + 2
    sheet.zone(0, 0, x - 2, "key escape")
    if roomy:
        x = sheet.put(x, 0, view.title, Ink.STRONG, 26) + 2
        x = sheet.put(x, 0, f"ended {clock(past.last_tick / TICKS_PER_SECOND)}", Ink.DIM) + 2
    if not view.stage.alone:
        x = sheet.put(x, 0, f"stage {view.stage.place}", Ink.DIM) + 2
    if roomy:
        x = sheet.put(x, 0, "uptime ", Ink.DIM)
    x = sheet.put(x, 0, uptime(view.uptime), Ink.STRONG) + 2
    if view.slo_uptime:
        left = view.stage.budget_left
        ink = budget_share_ink(left)
        x = sheet.put(x, 0, "budget ", Ink.DIM)
        x = sheet.put(sheet.bar(x, 0, 8, left, ink) + 1, 0, percent(left), ink) + 2
    if view.purse is not None:
        x = sheet.put(x, 0, money(view.purse), Ink.MONEY)
        if roomy:
            sheet.put(x, 0, " left", Ink.DIM)


def draw_moment(sheet: Sheet, board: Board, past: Past) -> None:
    """The row for messages: what a key came to, or which cause this is."""
    if board.said is not None or (board.menu is not None and board.options[board.menu].refusal):
        draw_message(sheet, board)
        return
    glyphs = sheet.look.glyphs
    index, count = past.moment, len(past.moments)
    if past.over:
        sheet.put(1, 0, f"{glyphs.paused} {board.view.reason or 'the run ends here'}", Ink.AMBER, sheet.width - 2)
    elif index is None:
        sheet.put(1, 0, f"{glyphs.note} before the first of {count} causes: ] goes there", Ink.DIM, sheet.width - 2)
    else:
        moment = past.moments[index]
        here = moment.tick == past.tick
        which = f"cause {index + 1} of {count}" if count > 1 else "here"
        text = f"{which}, {clock(moment.seconds)}: {moment.text}"
        mark = glyphs.pointer if here else glyphs.note
        ink = (Ink.RED if index == past.begins_at else Ink.AMBER) if here else Ink.DIM
        sheet.put(1, 0, f"{mark} {text if here else f'after {text}'}", ink, sheet.width - 2)


def past_of(board: Board) -> Past:
    """What a board that looks back looks at."""
    if not isinstance(board.session, Past):
        raise TypeError("this board does not look back")
    return board.session


class PastLine(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_past_line(sheet, self.board, past_of(self.board))


class MomentRow(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_moment(sheet, self.board, past_of(self.board))


class PastKeys(KeyRow):
    """The keys that go through time, where nothing is being typed."""

    def draw(self, sheet: Sheet) -> None:
        if self.board.typing is not None:
            super().draw(sheet)
        else:
            draw_keys(sheet, PAST if self.board.menu is None else PAST_MENU, running=self.board.pace.running)


class PastScreen(GameScreen):
    """The board of a run that is over. Everything can be selected, opened and read; nothing can be ordered."""

    BINDINGS: ClassVar[list[BindingType]] = bindings([key for key in PAST if key.action])
    LIVE = False
    TOP, MESSAGE, KEYS = PastLine, MomentRow, PastKeys

    def __init__(
        self,
        past: Past,
        look: Look,
        clock: Callable[[], float],
        may_draw: Callable[[], bool],
        *,
        autostart: bool,
    ) -> None:
        super().__init__(past, look, clock, may_draw, autostart=autostart)
        self._past = past
        self._leave_tour()
        self._select()

    def _end(self) -> None:
        """The run ends, and the looking does not."""
        self.forget_xray()
        if self.board.pace.running:
            self.board.pace.pause()
            self.paint()

    def help_topic(self) -> Topic:
        """How to look back, and what is selected."""
        from scalegame.tui.topics.about import past_topic

        glyphs = self.app.look.glyphs
        return past_topic(self.board, tuple((key.label(glyphs), key.long) for key in PAST if key.long))

    def action_toggle_clock(self) -> None:
        if self._past.over:
            self._say("the run ends here: , goes back, Esc leaves", 0)
            self._changed()
        else:
            super().action_toggle_clock()

    def action_second(self, seconds: int) -> None:
        """A second back or on, to a whole one."""
        now = self._past.tick
        whole = (now + TICKS_PER_SECOND) // TICKS_PER_SECOND if seconds > 0 else (now - 1) // TICKS_PER_SECOND
        self._travel(lambda: self._past.go(whole * TICKS_PER_SECOND))

    def action_cause(self, step: int) -> None:
        """The cause before or after this one."""
        past = self._past
        at = past.moment
        if at is None:
            at = -1
        elif step < 0 and past.tick > past.moments[at].tick:
            at += 1
        wanted = at + step
        if 0 <= wanted < len(past.moments):
            self._travel(lambda: past.jump(wanted))
            self._select()
            self._changed()
        else:
            self._say("that was the first of the causes" if step < 0 else "that was the last of the causes", 0)
            self._changed()

    def _select(self) -> None:
        """Select what the cause is about, where that stands on the board."""
        at = self._past.moment
        if at is not None:
            place = self._past.moments[at].place
            machines = self.board.machines(place)
            self.board.select(place if place in self.board.places() or not machines else machines[0].name)

    def _travel(self, move: Callable[[], None]) -> None:
        """Be somewhere else in time."""
        self.board.pace.pause()
        self.board.said = None
        # Its answer is about the moment that was asked about, and that may lie ahead now.
        self.forget_xray()
        move()
        self.board.refresh()
        # What lay between two moments is no news.
        self.board.toasts.dismiss()
        self.board.refresh_slow()
        self._changed()

    async def action_leave(self) -> None:
        """Back to the post-mortem, or first out of what is open on the board."""
        if self.board.menu is not None or self.board.zoomed:
            self.action_back()
        else:
            self.app.pop_screen()
