"""The briefing: the story, what is new, the traffic that is expected, the money, and what is promised to the users."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.tui.board import Playable, whole_forecast
from scalegame.tui.canvas import Canvas
from scalegame.tui.figures import clock, count, money, rate
from scalegame.tui.keys import Key, bindings
from scalegame.tui.page import Page
from scalegame.tui.screens.title import draw_keys_row
from scalegame.tui.sheet import Sheet, wrap
from scalegame.tui.theme import Ink, Look
from scalegame.tui.widgets.plot import band, nice_top

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("enter", "{enter}", "open the board, paused", "open(False)", "look around first"),
    Key("space", "Space", "run it", "open(True)", "open the board and let the clock run"),
    Key("up,k", "", "", "scroll(-1)", ""),
    Key("down,j", "", "", "scroll(1)", ""),
    Key("question_mark", "?", "help", "help", "all keys, and how time and money go"),
    Key("q,escape", "q", "back", "back", "back to the title"),
)
SCALE_WIDTH = 9
TEXT_WIDTH = 92
ROOMY_HEIGHT = 30


def draw_forecast(sheet: Sheet, session: Playable, x: int, y: int, width: int, height: int) -> int:
    """The whole level's traffic with a scale, the stages' borders and their grants; returns the row after it."""
    total = session.view().total_seconds
    points = whole_forecast(session, total)
    top = nice_top(max((point.expected for point in points), default=1.0))
    plot_x, plot_width = x + SCALE_WIDTH, width - SCALE_WIDTH
    sheet.put_right(plot_x - 1, y, rate(top), Ink.DIM)
    sheet.put_right(plot_x - 1, y + height - 1, "0", Ink.DIM)
    columns = [
        points[min(int((column + 0.5) / plot_width * len(points)), len(points) - 1)] for column in range(plot_width)
    ]
    band(sheet, plot_x, y, height, columns, top)
    y += height
    sheet.put(plot_x, y, sheet.look.glyphs.horizontal * plot_width, Ink.FAINT)
    level = session.level
    for index, stage in enumerate(level.stages):
        start = plot_x + int(stage.start / total * plot_width)
        end = plot_x + int((stage.start + stage.seconds) / total * plot_width)
        room = end - start - 1
        sheet.put(start, y, "┬" if not sheet.look.glyphs.ascii else "+", Ink.DIM)
        sheet.put(start, y + 1, f"{index + 1} {stage.title}" if len(level.stages) > 1 else stage.title, Ink.TEXT, room)
        grant = f"{clock(stage.start)}  +{money(stage.grant)}" if stage.grant else clock(stage.start)
        sheet.put(start, y + 2, grant, Ink.MONEY if stage.grant else Ink.DIM, room)
    return y + 3


def promises(session: Playable) -> list[tuple[str, str]]:
    """(what, how much) of all that is fixed before the level starts."""
    level, view = session.level, session.view()
    rows = [("lasts", f"{clock(level.seconds)}, then drains")]
    if level.money is not None:
        rows.append(("purse", f"{money(level.money)} now, burns {money(view.burn)}/min"))
    if level.slo_uptime:
        late = f" within {level.slo_latency_ms / 1000:g} s" if level.slo_latency_ms < 1e9 else ""
        rows.append(("promise", f"{level.slo_uptime * 100:g} % good{late or ' answers'}"))
        if view.stage.budget_requests:
            rows.append(("budget", f"{count(view.stage.budget_requests)} may be lost in stage 1"))
    par = level.par
    if par.uptime is not None or par.cost is not None:
        gold = [f"uptime {par.uptime * 100:.2f} %"] if par.uptime is not None else []
        gold += [f"cost {money(par.cost)}"] if par.cost is not None else []
        rows.append(("gold", " · ".join(gold)))
    return rows


def paint_briefing(sheet: Sheet, session: Playable, screen_height: int) -> int:
    """The page; returns its length."""
    level = session.level
    width = min(sheet.width - 4, 116)
    x = (sheet.width - width) // 2
    text_width = min(width, TEXT_WIDTH)
    y = 1
    sheet.put(x, y, level.title, Ink.HEADING)
    sheet.put_right(x + width, y, level.pack, Ink.DIM)
    sheet.put(x, y + 1, sheet.look.glyphs.horizontal * width, Ink.FAINT)
    y += 2
    for line in wrap(level.story, text_width):
        sheet.put(x, y, line, Ink.TEXT)
        y += 1
    # Blank rows only where there are rows to spare: all that is promised has to be seen at once on a small screen.
    gap = 1 if screen_height >= ROOMY_HEIGHT else 0
    if level.new:
        y += gap
        end = sheet.put(x, y, "New  ", Ink.AMBER)
        for line in wrap(level.new, text_width - 5):
            sheet.put(end, y, line, Ink.STRONG)
            y += 1
    y += gap
    rows = promises(session)
    left = screen_height - y - (len(rows) + 1) // 2 - 4 - 2 * gap
    sheet.put(x, y, "Traffic expected", Ink.HEADING)
    sheet.put(x + 18, y, "the seed picks a curve in the band; a line is certain", Ink.DIM, width - 18)
    y = draw_forecast(sheet, session, x, y + 1, width, min(max(left, 3), 12)) + gap
    for index, (what, how_much) in enumerate(rows):
        at = x + (width // 2 if index % 2 else 0)
        sheet.put(at, y, what, Ink.DIM)
        sheet.put(at + SCALE_WIDTH, y, how_much, Ink.MONEY if what == "purse" else Ink.STRONG, width // 2 - SCALE_WIDTH)
        y += index % 2
    y += len(rows) % 2
    return y


class KeysLine(Canvas):
    """A footer of a screen that is not the game."""

    def __init__(self, look: Look, keys: Sequence[Key]) -> None:
        super().__init__(look, name="page-keys")
        self._keys = keys

    def draw(self, sheet: Sheet) -> None:
        draw_keys_row(sheet, self._keys)


class BriefingScreen(Screen[None]):
    """What is known before the doors open."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    app: ScalegameApp

    def __init__(self, session: Playable, look: Look) -> None:
        super().__init__(id="briefing")
        self.session = session
        self._page = Page(look, lambda sheet: paint_briefing(sheet, session, self._page.size.height))
        self._keys = KeysLine(look, KEYS)

    def compose(self) -> ComposeResult:
        yield self._page
        yield self._keys

    def action_open(self, run: bool) -> None:
        self.app.start_game(self.session, run=run)

    def action_scroll(self, rows: int) -> None:
        self._page.scroll(rows)

    def action_help(self) -> None:
        self.app.show_help()

    def action_back(self) -> None:
        self.app.show_title()

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        self.app.simulate_key(event.action.removeprefix("key "))
