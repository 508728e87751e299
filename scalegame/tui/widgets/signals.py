"""The signals panel: traffic, latency, errors, saturation, error budget and purse, each with its figure and its plot.

How many rows each of them gets depends on the panel's size and on the level alone, never on the figures: what is looked
at in trouble must stand where it stood before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scalegame.tui.cells.figures import rate
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.course import recent_step
from scalegame.tui.widgets import signal_words
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, Panel, frame
from scalegame.tui.widgets.signal_words import Signal, fitting
from scalegame.tui.widgets.traces import (
    GUTTER,
    Trace,
    draw_budget,
    draw_errors,
    draw_latency,
    draw_purse,
    draw_stages,
    draw_tightest,
    draw_traffic,
)

NAME_WIDTH = 9
"""A name, and in its last cell the mark of how loud it is."""
WIDE_ROW = 60
"""Columns from which a row has room for a remark."""
FIGURE_WIDTH, REMARK_WIDTH = 19, 27
"""Of a wide row."""
CAUSE_WIDTH = 24
"""Of a cause with its rate and its bar."""
CAUSES_FROM = 4
"""Rows from which the errors have one for their causes, where at least two of them stand beside each other."""
STAGES_FROM = 6
"""Rows from which the traffic has one for the stages' numbers."""
ROOMY_WIDTH = 44
"""Columns from which the legend is complete."""


@dataclass(frozen=True, slots=True)
class Topic:
    """One of the signals."""

    says: Callable[[Board], Signal | None]
    trace: Trace
    figure_width: int
    """Of a narrow row; 0: there it is words alone."""
    foot: Foot | None = None
    """What has the last row of a block that is large enough."""


@dataclass(frozen=True, slots=True)
class Foot:
    """A row below a plot."""

    draw: Callable[[Sheet, Board, Inside], None]
    rows: int
    """Of the block, from which on it is there."""
    width: int = 0
    """The same in columns."""


def draw_causes(sheet: Sheet, board: Board, at: Inside) -> None:
    """The most frequent causes beside each other, each with its rate and a bar for its share of all that is lost."""
    lost = board.snapshot.lost_by_cause_rate
    total = sum(value for _, value in lost)
    width = at.width // (at.width // CAUSE_WIDTH)
    for index, (cause, value) in enumerate(lost[: at.width // CAUSE_WIDTH]):
        x = at.x + index * width
        sheet.put(x, at.y, cause, Ink.TEXT, 11)
        sheet.put_right(x + 18, at.y, rate(value), Ink.STRONG)
        sheet.bar(x + 19, at.y, width - 20, value / total, Ink.AMBER)


TOPICS = {
    "traffic": Topic(signal_words.traffic, draw_traffic, 8, Foot(draw_stages, STAGES_FROM)),
    "latency": Topic(signal_words.latency, draw_latency, 14),
    "errors": Topic(signal_words.errors, draw_errors, 8, Foot(draw_causes, CAUSES_FROM, 2 * CAUSE_WIDTH)),
    "tightest": Topic(signal_words.tightest, draw_tightest, 15),
    "budget": Topic(signal_words.budget, draw_budget, 0),
    "purse": Topic(signal_words.purse, draw_purse, 0),
}
"""From top to bottom."""
GIVES_WAY = ("purse", "budget", "tightest", "traffic", "errors")
"""Where there is not even a row each: the top line has the purse and the budget, and trouble is seen in the rest."""
GROWTH = (
    ("latency", 4), ("traffic", 4), ("errors", 2), ("tightest", 2), ("traffic", 5), ("latency", 5), ("budget", 2),
    ("errors", 3), ("tightest", 3), ("purse", 2), ("errors", 4), ("traffic", 6), ("latency", 7), ("traffic", 7),
    ("tightest", 4), ("budget", 3), ("purse", 3), ("errors", 6), ("latency", 9), ("traffic", 9), ("tightest", 6),
    ("budget", 4), ("purse", 4), ("latency", 12), ("traffic", 12), ("errors", 8), ("tightest", 8),
)  # fmt: skip
"""What more rows are given to, in turn: (topic, rows that it then has)."""


def rows_of(height: int, budget: bool, purse: bool) -> dict[str, int]:
    """How many rows each topic gets, from top to bottom; those without a row are left out."""
    rows = {name: 1 for name in TOPICS if (name != "budget" or budget) and (name != "purse" or purse)}
    for name in GIVES_WAY:
        if len(rows) > height:
            rows.pop(name, None)
    if len(rows) > height:
        return {}
    left = height - len(rows)
    for name, wanted in GROWTH:
        more = wanted - rows.get(name, wanted)
        if 0 < more <= left:
            rows[name] = wanted
            left -= more
    return rows


def draw_signals(sheet: Sheet, board: Board) -> None:
    """Blocks of words and a plot where there is room, else a row each."""
    boxed = sheet.height >= BOX_HEIGHT
    inside = frame(sheet, "Signals", boxed=boxed, note=_span_note(sheet, boxed))
    if inside.width < NAME_WIDTH:
        return
    rows = rows_of(inside.height, board.view.budget is not None, board.view.purse_ahead is not None)
    y = inside.y
    blocks = False
    for name, height in rows.items():
        topic = TOPICS[name]
        signal = topic.says(board)
        if signal is not None:
            at = Inside(inside.x, y, inside.width, height)
            if height == 1:
                _row(sheet, board, at, topic, signal)
            else:
                _block(sheet, board, at, topic, signal)
                blocks = True
        y += height
    if boxed and blocks:
        _legend(sheet)


def _span_note(sheet: Sheet, boxed: bool) -> str:
    """How much time the plots of the last minute show; rows in which each has another width say nothing."""
    width = sheet.width - 4 - GUTTER
    return f"last {width * recent_step(width)} s" if boxed and width > 0 else ""


def _legend(sheet: Sheet) -> None:
    """What the marks are, in the frame's lower edge, which has nothing else to say."""
    glyphs = sheet.look.glyphs
    line = glyphs.trace[-1]
    lost = glyphs.shade if glyphs.few == glyphs.shade else glyphs.few + glyphs.shade
    entries = [(lost, "lost", Ink.RED), (glyphs.span, "p50–p95", Ink.CALM), (line, "p99", Ink.STRONG)]
    if sheet.width >= ROOMY_WIDTH:
        entries.insert(1, (glyphs.track, "forecast", Ink.PLAN))
    x = 2
    for mark, words, ink in entries:
        sheet.put(x, sheet.height - 1, f" {mark} {words} ", Ink.DIM, sheet.width - 2 - x)
        sheet.tint(x + 1, sheet.height - 1, len(mark), ink)
        x += len(mark) + len(words) + 3


def _name(sheet: Sheet, at: Inside, signal: Signal) -> None:
    """The name, and after it the marks that machines in such a state have: loudness is seen without colour."""
    sheet.put(at.x, at.y, signal.name, Ink.DIM, at.width)
    glyphs = sheet.look.glyphs
    mark = {Ink.AMBER: glyphs.busy, Ink.RED: glyphs.full}.get(signal.ink, "")
    sheet.put(at.x + len(signal.name), at.y, mark, signal.ink, 1)


def _ink(signal: Signal) -> Ink:
    return Ink.STRONG if signal.ink in (Ink.CALM, Ink.MONEY) else signal.ink


def _row(sheet: Sheet, board: Board, at: Inside, topic: Topic, signal: Signal) -> None:
    """Name, figure, plot and, where the row is wide, a remark."""
    wide = at.width >= WIDE_ROW
    if not wide and not topic.figure_width:
        _head(sheet, at, signal)
        return
    _name(sheet, at, signal)
    x = at.x + NAME_WIDTH
    width = min(FIGURE_WIDTH - 1 if wide else topic.figure_width, at.right - x)
    sheet.put(x, at.y, fitting(signal.brief or signal.figures, width), _ink(signal), width)
    right = at.right
    if wide:
        right -= REMARK_WIDTH + 1
        remark = fitting(signal.aside or signal.remarks, REMARK_WIDTH)
        sheet.put(right + 1, at.y, remark, Ink.DIM if signal.aside else signal.remark_ink, REMARK_WIDTH)
    x += width + 1
    if right - x >= 4:
        topic.trace(sheet, board, Inside(x, at.y, right - x, 1), False)


def _head(sheet: Sheet, at: Inside, signal: Signal) -> None:
    """A row of words: the figure at the left, the remark at the right. The shortest remark goes before a longer
    figure."""
    _name(sheet, at, signal)
    x = at.x + NAME_WIDTH
    room = max(at.right - x, 0)
    least = min((len(words) for words in signal.remarks), default=0)
    figure = fitting(signal.figures, room - least - 1 if least else room)
    end = sheet.put(x, at.y, figure, _ink(signal), room)
    words = fitting(signal.remarks, at.right - end - 1)
    if words and len(words) < at.right - end:
        sheet.put_right(at.right, at.y, words, signal.remark_ink)


def _block(sheet: Sheet, board: Board, at: Inside, topic: Topic, signal: Signal) -> None:
    """A row of words, where there is more to say a second one, and beneath them the plot."""
    _head(sheet, at, signal)
    y, bottom = at.y + 1, at.bottom
    if signal.more[0] and at.height > 3:
        right = fitting(signal.more[1], at.width - len(signal.more[0][-1]) - 1)
        x = sheet.put_right(at.right, y, right, Ink.PLAN)
        sheet.put(at.x, y, fitting(signal.more[0], x - at.x - 1), Ink.DIM, max(x - at.x - 1, 0))
        y += 1
    foot = topic.foot
    if foot is not None and at.height >= foot.rows and at.width >= foot.width:
        bottom -= 1
        foot.draw(sheet, board, Inside(at.x, bottom, at.width, 1))
    topic.trace(sheet, board, Inside(at.x, y, at.width, bottom - y), True)


class SignalsPanel(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_signals(sheet, self.board)
