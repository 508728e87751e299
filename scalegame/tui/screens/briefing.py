"""The briefing: the story, what is new, the traffic that is expected, the money, and what is promised to the users."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.game.command import VERBS, is_unlocked
from scalegame.game.view import NO_LIMIT
from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.figures import clock, count, duration, money, rate
from scalegame.tui.cells.page import Page
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.desk.board import whole_forecast
from scalegame.tui.desk.playable import Playable
from scalegame.tui.keys import HELP, Key, bindings
from scalegame.tui.widgets.axis import Axis, draw_axis
from scalegame.tui.widgets.page_foot import PageFoot
from scalegame.tui.widgets.plot import band, nice_top
from scalegame.tui.widgets.sections import TEXT_WIDTH, Section, draw_prose, draw_sections, is_boxed, margins

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.command import Verb
    from scalegame.model.scenario import RequestClass
    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("enter", "{enter}", "open the board, paused", "open(False)", "look around first"),
    Key("space", "Space", "run it", "open(True)", "open the board and let the clock run"),
    Key("up,k", "", "", "scroll(-1)", ""),
    Key("down,j", "{up_down}", "scroll", "scroll(1)", "the rest of a long page (PgUp and PgDn as well)"),
    Key("pageup", "", "", "scroll(-12)", ""),
    Key("pagedown", "", "", "scroll(12)", ""),
    HELP,
    Key("q,escape", "q", "back", "back", "back to the title"),
)
FITTING = tuple(key for key in KEYS if key.word != "scroll")
"""The footer where all of the page is seen."""
SCALE_WIDTH = 9
"""Cells left of a plot, for its scale."""
LABEL_WIDTH = 9
"""Cells of a fact's name."""
LOWEST_PLOT, GOOD_PLOT, HIGHEST_PLOT = 4, 8, 14
"""Rows; a screen of boxes leaves out something else before its forecast is lower than the middle one."""
MOST_VERBS = 20
"""That are ever shown with what they do."""
VERB_WIDTH = 16


@dataclass(frozen=True, slots=True)
class Room:
    """What there is room for, on a screen of some height."""

    airy: bool
    """Empty rows between what does not belong together."""
    meanings: bool
    """What each order does, not its name alone."""
    opening: bool
    """What is told when the level starts."""
    orders: bool = True
    """What can be ordered; else how many kinds of orders there are."""
    work: bool = True
    """What a request takes behind its server; else of a core alone."""


BOXED = (
    Room(airy=True, meanings=True, opening=True),
    Room(airy=False, meanings=True, opening=True),
    Room(airy=True, meanings=False, opening=True),
    Room(airy=False, meanings=False, opening=True),
)
"""From the roomiest on."""
NARROW = (
    Room(airy=False, meanings=False, opening=True),
    Room(airy=False, meanings=False, opening=False),
    Room(airy=False, meanings=False, opening=False, work=False),
    Room(airy=False, meanings=False, opening=False, orders=False),
    Room(airy=False, meanings=False, opening=False, orders=False, work=False),
)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that is fixed before the level starts."""

    what: str
    told: str
    ink: Ink = Ink.STRONG


def draw_forecast(sheet: Sheet, session: Playable, x: int, y: int, width: int, height: int) -> int:
    """The whole level's traffic with a scale, a time axis, the stages and their grants, without end as far as they can
    be seen; returns the row after it."""
    total = session.view().total_seconds
    stages = [stage for stage in session.level.stages if stage.start < total]
    points = whole_forecast(session, total)
    top = nice_top(max((point.expected for point in points), default=1.0))
    axis = Axis(0.0, total, x + SCALE_WIDTH, width - SCALE_WIDTH)
    for part in (0, height // 2) if height else ():
        # A label stands beside the row whose upper edge is the value.
        sheet.put_right(axis.x - 1, y + part, rate(top * (height - part) / height), Ink.DIM)
    sheet.put_right(axis.x - 1, y + height, "0/s", Ink.DIM)
    shown = [points[min(int((at + 0.5) / axis.width * len(points)), len(points) - 1)] for at in range(axis.width)]
    band(sheet, axis.x, y, height, shown, top)
    y += height
    draw_axis(sheet, y, axis, [stage.start for stage in stages])
    names = [f"{index} {stage.title}" if len(stages) > 1 else stage.title
             for index, stage in enumerate(stages, 1)]  # fmt: skip
    grants = [f"+{money(stage.grant)}" if stage.grant else "" for stage in stages]
    starts = [axis.column(stage.start) for stage in stages]
    rooms = [end - start - 1 for start, end in itertools.pairwise([*starts, axis.right + 1])]
    beside = all(len(name) + len(grant) < room for name, grant, room in zip(names, grants, rooms, strict=True))
    for name, grant, start, room in zip(names, grants, starts, rooms, strict=True):
        end = sheet.put(start, y + 1, name, Ink.TEXT, room)
        sheet.put(end + 1 if beside else start + 2, y + 1 if beside else y + 2, grant, Ink.MONEY)
    return y + (2 if beside or not any(grants) else 3)


def holdings(session: Playable, *, brief: bool = False, work: bool = True) -> list[Fact]:
    """What there is to begin with; ``brief`` leaves out what can be read on the board, and without ``work`` what a
    request takes behind its server."""
    level, view = session.level, session.view()
    rows: list[Fact] = []
    if level.money is not None:
        lasts = f", enough for {clock(level.money / view.burn * 60)}" if view.burn > 0 and not brief else ""
        rows.append(Fact("purse", f"{money(level.money)}, burns {money(view.burn)}/min{lasts}", Ink.MONEY))
    if level.earn_per_million:
        rows.append(Fact("earns", f"{money(level.earn_per_million)} a million good answers", Ink.MONEY))
    stand = Counter((machine.size, machine.pool) for machine in view.snapshot.machines)
    if stand:
        rows.append(Fact("you have", ", ".join(f"{number} {size} {pool}" for (size, pool), number in stand.items())))
    kinds = level.scenario.classes
    if brief:
        rows.append(Fact("requests", ", ".join(_asked_briefly(kind, work=work) for kind in kinds)))
    else:
        rows += [Fact("" if index else "requests", _asked(kind)) for index, kind in enumerate(kinds)]
    return rows


def _asked_briefly(kind: RequestClass, *, work: bool) -> str:
    """'pay 1 ms+8 job': all classes of a level share a row or two."""
    behind = ((kind.db_read_ms + kind.db_write_ms, "db"), (kind.job_ms, "job")) if work else ()
    return f"{kind.name} {kind.cpu_ms:g} ms" + "".join(
        f"+{milliseconds:g} {of}" for milliseconds, of in behind if milliseconds
    )


def _asked(kind: RequestClass) -> str:
    """What a request of a class takes, and how late its job and how old its answer may be."""
    until = f" in {duration(kind.job_seconds)}" if kind.job_seconds < NO_LIMIT else ""
    work = [
        (kind.cpu_ms, f"{kind.cpu_ms:g} ms of a core"),
        (kind.db_read_ms + kind.db_write_ms, f"{kind.db_read_ms + kind.db_write_ms:g} ms of the database"),
        (kind.job_ms, f"a job of {kind.job_ms:g} ms{until}"),
    ]
    parts = [words for milliseconds, words in work if milliseconds]
    parts += ["a login"] if kind.session else []
    parts += [f"at most {duration(kind.stale_ms / 1000)} out of date"] if kind.stale_ms < NO_LIMIT else []
    return f"{kind.name}: {', '.join(parts) or 'hardly any work'}"


def promises(session: Playable) -> list[Fact]:
    """What is asked of the player."""
    level, view = session.level, session.view()
    lasts = "until it is lost: the growth has no end" if level.endless else f"{clock(level.seconds)}, then drains"
    rows = [Fact("lasts", lasts)]
    if level.slo_uptime:
        late = f" within {level.slo_latency_ms / 1000:g} s" if level.slo_latency_ms < NO_LIMIT else ""
        rows.append(Fact("promise", f"{level.slo_uptime * 100:g} % good{late or ' answers'}"))
        if view.stage.budget_requests:
            stage = " in stage 1" if not view.stage.alone else ""
            rows.append(Fact("budget", f"{count(view.stage.budget_requests)} may be lost{stage}"))
    par = level.par
    gold = [f"uptime {par.uptime * 100:.2f} %"] if par.uptime is not None else []
    gold += [f"cost {money(par.cost)}"] if par.cost is not None else []
    if gold:
        rows.append(Fact("gold", ", ".join(gold)))
    return rows


def verbs(session: Playable) -> list[Verb]:
    """What can be ordered in this level, in the order of the help."""
    allowed = session.level.unlocked
    return [
        verb
        for verb in VERBS
        # What only takes back is told by its first word alone.
        if verb.name.split()[0] not in ("remove", "cancel") or " " not in verb.name
        if is_unlocked(verb, allowed)
    ]


def paint_briefing(sheet: Sheet, session: Playable, window: int) -> int:
    """The page for a screen of ``window`` rows; its length. Rows to spare go to the forecast."""
    rooms, wanted = (BOXED, GOOD_PLOT) if is_boxed(sheet) else (NARROW, LOWEST_PLOT)
    room, length = rooms[-1], 0
    for room in rooms:
        length = _paint(Sheet(sheet.width, sheet.height, sheet.look), session, 0, room)
        if length + wanted <= window:
            break
    height = min(max(window - length, LOWEST_PLOT), HIGHEST_PLOT)
    # An even number of rows has a middle to be labelled.
    return _paint(sheet, session, height - height % 2, room)


def _paint(sheet: Sheet, session: Playable, plot_height: int, room: Room) -> int:
    level, glyphs = session.level, sheet.look.glyphs
    x, width = margins(sheet)
    text_x, text_width = (x + 2, width - 4) if is_boxed(sheet) else (x, width)
    sheet.put(text_x, 0, level.title, Ink.HEADING)
    sheet.put_right(text_x + text_width, 0, f"{level.pack}, seed {session.seed}", Ink.DIM)
    sheet.put(x, 1, glyphs.horizontal * width, Ink.FAINT)
    y = 2
    # Announcements are made when the first stage opens.
    opening = level.stages[0].news if room.opening else ""
    for label, text, ink in (("", level.story, Ink.TEXT), ("New", level.new, Ink.STRONG), ("Now", opening, Ink.TEXT)):
        if text:
            start = sheet.put(text_x, y, label, Ink.AMBER) + 2 if label else text_x
            y = draw_prose(sheet, start, y, min(text_width, TEXT_WIDTH) - (start - text_x), text, ink)
            y += 1 if room.airy else 0

    def traffic(sheet: Sheet, x: int, y: int, width: int) -> int:
        return draw_forecast(sheet, session, x, y, width, plot_height)

    def have(sheet: Sheet, x: int, y: int, width: int) -> int:
        return _facts(sheet, x, y, width, holdings(session))

    def promise(sheet: Sheet, x: int, y: int, width: int) -> int:
        return _facts(sheet, x, y, width, promises(session))

    def order(sheet: Sheet, x: int, y: int, width: int) -> int:
        return _orders(sheet, x, y, width, session, meanings=room.meanings)

    legend = "the seed picks a curve in the band; a line is certain"
    y = draw_sections(sheet, x, y, width, [Section("Traffic expected", traffic, legend)], gap=0)
    if is_boxed(sheet):
        y = draw_sections(
            sheet, x, y, width, [Section("To begin with", have), Section("What is asked of you", promise)]
        )
        return draw_sections(sheet, x, y, width, [Section("What you can order", order)])
    y = _pairs(sheet, x, y, width, [*promises(session)[1:], *holdings(session, brief=True, work=room.work)])
    names = [verb.name for verb in verbs(session)]
    told = " · ".join(names) if room.orders else f"{len(names)} kinds, told on the board by ?"
    told = "everything there is: ? lists it" if level.unlocked is None else told
    return _facts(sheet, x, y, width, [Fact("orders", told, Ink.TEXT)])


def _facts(sheet: Sheet, x: int, y: int, width: int, facts: Sequence[Fact]) -> int:
    """One beneath the other."""
    for fact in facts:
        sheet.put(x, y, fact.what, Ink.DIM)
        for line in wrap(fact.told, width - LABEL_WIDTH):
            sheet.put(x + LABEL_WIDTH, y, line, fact.ink)
            y += 1
    return y


def _pairs(sheet: Sheet, x: int, y: int, width: int, facts: Sequence[Fact]) -> int:
    """Two in a row, where both are short enough for half of it."""
    half = width // 2
    waiting: list[Fact] = []
    for fact in facts:
        waiting.append(fact)
        long = len(fact.told) > half - LABEL_WIDTH - 1
        if len(waiting) == 2 and not long:
            for index, one in enumerate(waiting):
                _facts(sheet, x + index * half, y, half, [one])
            y, waiting = y + 1, []
        elif long:
            y, waiting = _facts(sheet, x, y, width, waiting), []
    return _facts(sheet, x, y, width, waiting)


def _orders(sheet: Sheet, x: int, y: int, width: int, session: Playable, *, meanings: bool) -> int:
    """The verbs, and where there is room what they do."""
    known = verbs(session)
    if not meanings or len(known) > MOST_VERBS:
        for line in wrap(" · ".join(verb.name for verb in known), min(width, TEXT_WIDTH)):
            sheet.put(x, y, line, Ink.TEXT)
            y += 1
        sheet.put(x, y, "? tells what each of them does", Ink.DIM)
        return y + 1
    for verb in known:
        sheet.put(x, y, verb.name, Ink.OWN, VERB_WIDTH - 1)
        for line in wrap(verb.meaning, width - VERB_WIDTH):
            sheet.put(x + VERB_WIDTH, y, line, Ink.TEXT)
            y += 1
    return y


class BriefingScreen(Screen[None]):
    """What is known before the doors open."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    app: ScalegameApp

    def __init__(self, session: Playable, look: Look) -> None:
        super().__init__(id="briefing")
        self.session = session
        self._page = Page(look, self._paint, more="more below: PgDn")
        self._keys = PageFoot(look, FITTING)
        self._long = False
        """The page goes on below."""

    def compose(self) -> ComposeResult:
        yield self._page
        yield self._keys

    def _paint(self, sheet: Sheet) -> int:
        window = self._page.size.height
        length = paint_briefing(sheet, self.session, window)
        if self._long != (length > window):
            self._long = length > window
            self._keys.offer(KEYS if self._long else FITTING)
        return length

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
