"""The plots of the golden signals, the error budget and the purse, each drawn into a rectangle of any size.

Latency, errors and saturation show the last minute; traffic, budget and purse the course of the level, with what is
known of its rest. Everything is told apart by its mark as well as by its ink.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from scalegame.game.view import NO_LIMIT
from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION
from scalegame.tui.cells.figures import brief, count, money
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.course import Course, recent
from scalegame.tui.widgets.loudness import budget_share_ink, is_trouble, saturation_ink
from scalegame.tui.widgets.panel import Inside
from scalegame.tui.widgets.plot import LogScale, Plot, above, nice_top, part_of

if TYPE_CHECKING:
    from scalegame.game.history import Second
    from scalegame.tui.desk.board import Board

GUTTER = 6
"""Columns left of a plot for its scale."""
LEAST_SHOWN = 0.001
"""The errors' scale begins here: a lost request in a thousand is seen."""
LOST_SHOWN = 0.0005
"""Of a column of traffic: less than one in two thousand is no mark, the errors' own plot shows it."""
DECADES_BELOW = 50.0
"""The latency's scale begins at a decade that lies so many times below the limit, at most."""

Percentiles = tuple[float, float, float]
"""p50, p95, p99 in milliseconds."""
Trace = Callable[[Sheet, "Board", Inside, bool], None]
"""Draws a plot, with or without a gutter for its scale."""


def lost_share(seconds: Iterable[Second]) -> float:
    """Of what was settled in these seconds; NaN where nothing was."""
    good = lost = 0.0
    for second in seconds:
        good += second.good
        lost += second.lost
    return lost / (good + lost) if good + lost > 0 else math.nan


def latency_scale(seen: Sequence[Percentiles], limit: float) -> LogScale:
    """Around the limit, and as high as what was seen."""
    top = max((p99 for _, _, p99 in seen if p99 == p99), default=0.0)
    if limit < NO_LIMIT:
        low = 10.0 ** math.floor(math.log10(limit / DECADES_BELOW) + 1e-9)
        return LogScale(low, above(max(limit * 1.3, top)))
    bottom = min((p50 for p50, _, _ in seen if p50 == p50), default=1.0)
    low = 10.0 ** math.floor(math.log10(max(bottom, 0.01)) + 1e-9)
    return LogScale(low, above(max(low * 10.0, top)))


def draw_traffic(sheet: Sheet, board: Board, at: Inside, gutter: bool) -> None:
    """What came as columns, what was lost of it as caps on them; then now, and what is forecast."""
    plot, x = _plot(sheet, at, gutter)
    course = Course.of(board.view, plot.width)
    glyphs = sheet.look.glyphs
    past = course.past(board.session.history.seconds)
    offered = [max((second.offered for second in cell), default=0.0) for cell in past]
    points = course.coming(board.forecast)
    top = nice_top(max([*offered, *(point.expected for point in board.forecast), 1.0]))
    _borders(plot, board, course, glyphs.dashed_down)
    shares = [lost_share(cell) for cell in past]
    lossy = [share >= LOST_SHOWN for share in shares]
    if plot.height == 1:
        parts = [part_of(value, top, plot.full) for value in offered]
        plot.columns(0, parts, [Ink.AMBER if lost else Ink.CALM for lost in lossy])
    else:
        good = [value * (1.0 - share) if lost else value
                for value, share, lost in zip(offered, shares, lossy, strict=True)]  # fmt: skip
        parts = [part_of(value, top, plot.full) for value in good]
        plot.columns(0, parts, [Ink.CALM] * len(parts))
        steps = len(glyphs.levels) - 1
        for column, (part, share, lost) in enumerate(zip(parts, shares, lossy, strict=True)):
            if lost:
                # A cap on what was good: the least of losses must not hide in a column's eighth, nor look like much.
                much = share * offered[column] / top * plot.height
                cells = max(round(much), 1)
                floor = min(-(-part // steps), plot.height - 1)
                glyph = glyphs.shade if much >= 0.5 else glyphs.few
                plot.stack(column, plot.height - floor - cells, cells, glyph, Ink.RED)
    plot.band(course.ahead, points, top)
    if course.ahead < plot.width:
        plot.down(course.ahead, glyphs.vertical, Ink.STRONG)
    plot.put(sheet, x, at.y)
    if gutter:
        _label(sheet, x, at.y, count(top) if len(count(top)) <= GUTTER - 1 else brief(top))
        _label(sheet, x, at.y + plot.height - 1, "0" if plot.height > 1 else "")


def draw_stages(sheet: Sheet, board: Board, at: Inside) -> None:
    """A row beneath the traffic: where each stage begins, and where now is."""
    plot, x = _plot(sheet, at, True)
    glyphs = sheet.look.glyphs
    course = Course.of(board.view, plot.width)
    plot.across(0, glyphs.horizontal, Ink.FAINT)
    for stage in board.session.stages():
        plot.mark(course.column(stage.starts), 0, str(stage.number % 10), Ink.DIM)
    plot.mark(course.ahead, 0, glyphs.head_up, Ink.STRONG)
    plot.put(sheet, x, at.y)
    sheet.put(at.x, at.y, "stage", Ink.DIM, GUTTER - 1)


def draw_latency(sheet: Sheet, board: Board, at: Inside, gutter: bool) -> None:
    """p50 to p95 as a block, p99 as a line above it, the limit as a broken line; in one row p99 alone."""
    plot, x = _plot(sheet, at, gutter)
    glyphs = sheet.look.glyphs
    limit = board.view.slo_latency_ms
    seen = [worst(cell) for cell in recent(board.session.history.seconds, plot.width)]
    scale = latency_scale(seen, limit)
    first = plot.width - len(seen)
    if plot.height == 1:
        _latency_row(plot, first, [p99 for _, _, p99 in seen], limit, scale, glyphs.head_up)
        plot.put(sheet, x, at.y)
        return
    at_limit = plot.row_of(scale, limit) if limit < NO_LIMIT else -1
    plot.across(at_limit, glyphs.limit, Ink.DIM)
    for column, (p50, p95, p99) in enumerate(seen, first):
        if math.isfinite(p99):
            plot.span(column, scale.share(p50), scale.share(p95), Ink.CALM)
            ink = Ink.RED if p95 > limit else Ink.AMBER if p99 > limit else Ink.STRONG
            plot.trace(column, scale, p99, ink)
    plot.words(1, at_limit, "limit", Ink.DIM, glyphs.limit)
    plot.put(sheet, x, at.y)
    if gutter:
        for decade in scale.decades():
            _label(sheet, x, at.y + plot.row_of(scale, decade), _short_time(decade))
        if at_limit >= 0:
            _label(sheet, x, at.y + at_limit, f"≤{_short_time(limit, 4)}", Ink.TEXT)


def _latency_row(plot: Plot, first: int, values: Sequence[float], limit: float, scale: LogScale, over: str) -> None:
    """p99 on a log scale whose top is the limit; what is over it has a mark of its own."""
    if limit >= NO_LIMIT:
        plot.columns(first, _log_parts(values, scale, plot.full), [Ink.CALM] * len(values))
        return
    below = LogScale(scale.low, limit)
    plot.columns(first, _log_parts(values, below, plot.full - 1), [Ink.CALM] * len(values))
    for column, value in enumerate(values, first):
        if value > limit:
            plot.mark(column, 0, over, Ink.AMBER)


def draw_errors(sheet: Sheet, board: Board, at: Inside, gutter: bool) -> None:
    """The share that was lost on a log scale; in several rows a line where the error budget would just last a stage."""
    plot, x = _plot(sheet, at, gutter)
    cells = recent(board.session.history.seconds, plot.width)
    shares = [lost_share(cell) for cell in cells]
    scale = LogScale(LEAST_SHOWN, 1.0)
    promised = board.view.slo_uptime
    row = plot.height - 1 - scale.part(1.0 - promised, plot.height) if 0.0 < promised < 1.0 and plot.height > 1 else -1
    plot.across(row, sheet.look.glyphs.limit, Ink.DIM)
    inks = [Ink.RED if is_trouble(share) else Ink.AMBER for share in shares]
    plot.columns(plot.width - len(cells), _log_parts(shares, scale, plot.full), inks)
    plot.put(sheet, x, at.y)
    if gutter:
        if plot.height > 1:
            _label(sheet, x, at.y, "100%")
            _label(sheet, x, at.y + plot.height - 1, "0.1%")
        else:
            worst = max((share for share in shares if share > 0), default=0.0)
            _label(sheet, x, at.y, _short_share(worst) if worst else "")
        if row >= 0:
            _label(sheet, x, at.y + row, f"≤{_short_share(1.0 - promised)}", Ink.TEXT)


def draw_tightest(sheet: Sheet, board: Board, at: Inside, gutter: bool) -> None:
    """Utilisation of the tightest place; in several rows the thresholds as lines, covered by what is above them."""
    plot, x = _plot(sheet, at, gutter)
    cells = recent(board.session.history.seconds, plot.width)
    values = [max(second.saturation for second in cell) for cell in cells]
    zones = saturation_zones(plot.height)
    for row, (threshold, _) in enumerate(zones[:-1]):
        plot.across(row, sheet.look.glyphs.limit, saturation_ink(threshold))
    parts = [_zoned(value, zones, plot.full) for value in values]
    plot.columns(plot.width - len(cells), parts, [saturation_ink(value) for value in values])
    plot.put(sheet, x, at.y)
    if gutter:
        for row, (threshold, _) in enumerate(zones[:-1]):
            _label(sheet, x, at.y + row, f"{threshold * 100:.0f} %")


def saturation_zones(height: int) -> list[tuple[float, int]]:
    """(where it begins, rows) of each stretch of the scale, from the top: what lies above a threshold has a row of its
    own, since a line at 85 and one at 90 % are else the same."""
    if height < 2:
        return [(0.0, height)]
    if height == 2:
        return [(AMBER_SATURATION, 1), (0.0, 1)]
    return [(RED_SATURATION, 1), (AMBER_SATURATION, 1), (0.0, height - 2)]


def _zoned(value: float, zones: Sequence[tuple[float, int]], full: int) -> int:
    """How many parts of a column a saturation fills; what is at a threshold or above shows in its row."""
    rows = sum(height for _, height in zones)
    end, below = 1.0, rows
    for begin, height in zones:
        below -= height
        if value >= begin:
            steps = full // rows
            share = min((value - begin) / (end - begin), 1.0)
            return below * steps + min(max(round(share * height * steps), 1 if value > 0 else 0), height * steps)
        end = begin
    return 0


def draw_budget(sheet: Sheet, board: Board, at: Inside, gutter: bool) -> None:
    """What was left of each stage's error budget; ahead, how long it lasts at the present rate."""
    plot, x = _plot(sheet, at, gutter)
    course = Course.of(board.view, plot.width)
    past = course.past(board.session.history.seconds)
    values = [cell[-1].budget_left if cell else math.nan for cell in past]
    inks = [budget_share_ink(value) for value in values]
    _borders(plot, board, course, sheet.look.glyphs.dashed_down)
    plot.columns(0, [part_of(value, 1.0, plot.full) for value in values], inks)
    budget = board.view.budget
    _until(plot, sheet, board, course, budget.gone_in if budget is not None else None)
    plot.put(sheet, x, at.y)
    if gutter:
        _label(sheet, x, at.y, "100%")


def draw_purse(sheet: Sheet, board: Board, at: Inside, gutter: bool) -> None:
    """What was in the purse; ahead the grants, and how long it lasts at what is burned now."""
    plot, x = _plot(sheet, at, gutter)
    view, glyphs = board.view, sheet.look.glyphs
    course = Course.of(view, plot.width)
    past = course.past(board.session.history.seconds)
    values = [cell[-1].purse if cell else math.nan for cell in past]
    grants = [stage.grant for stage in board.session.level.stages]
    most = max([value for value in values if math.isfinite(value)], default=0.0)
    top = nice_top(max(most, (view.purse or 0.0) + max(grants, default=0.0), 0.01))
    _borders(plot, board, course, glyphs.dashed_down)
    plot.columns(0, [part_of(value, top, plot.full) for value in values], [Ink.MONEY] * len(values))
    _until(plot, sheet, board, course, view.purse_ahead.empty_in if view.purse_ahead is not None else None)
    for stage, grant in zip(board.session.stages(), grants, strict=False):
        if grant and stage.starts > view.snapshot.seconds:
            plot.mark(course.column(stage.starts), plot.height - 1, "+", Ink.MONEY)
    plot.put(sheet, x, at.y)
    if gutter:
        _label(sheet, x, at.y, _short_money(top))


def _plot(sheet: Sheet, at: Inside, gutter: bool) -> tuple[Plot, int]:
    """An empty plot for a rectangle, and the column that it begins in."""
    x = at.x + GUTTER if gutter else at.x
    return Plot(sheet.look.glyphs, max(at.right - x, 1), max(at.height, 1)), x


def _label(sheet: Sheet, x: int, y: int, text: str, ink: Ink = Ink.DIM) -> None:
    """A scale's word, right beside its plot."""
    sheet.put(x - GUTTER, y, f"{text:>{GUTTER - 1}}", ink, GUTTER - 1)


def _borders(plot: Plot, board: Board, course: Course, glyph: str) -> None:
    """Where later stages begin."""
    for stage in board.session.stages():
        if stage.number > 1:
            plot.down(course.column(stage.starts), glyph, Ink.FAINT)


def _until(plot: Plot, sheet: Sheet, board: Board, course: Course, gone_in: float | None) -> None:
    """Now, and the way from there to where nothing is left, if it comes to that."""
    glyphs, row = sheet.look.glyphs, plot.height - 1
    if gone_in is not None:
        last = course.column(board.snapshot.seconds + gone_in)
        for column in range(course.ahead, min(last, plot.width)):
            plot.mark(column, row, glyphs.plan, Ink.PLAN)
        plot.mark(max(last, course.ahead + 1), row, glyphs.lost, Ink.RED)
    if course.ahead < plot.width:
        plot.down(course.ahead, glyphs.vertical, Ink.STRONG)


def worst(cell: Sequence[Second]) -> Percentiles:
    """The highest of each percentile over some seconds; NaN where nothing was answered."""
    p50 = p95 = p99 = math.nan
    for second in cell:
        seen = second.latency
        # A comparison with NaN is false: so the first number takes its place, and none takes that of a number.
        p50 = p50 if seen.p50 <= p50 or seen.p50 != seen.p50 else seen.p50
        p95 = p95 if seen.p95 <= p95 or seen.p95 != seen.p95 else seen.p95
        p99 = p99 if seen.p99 <= p99 or seen.p99 != seen.p99 else seen.p99
    return p50, p95, p99


def _log_parts(values: Sequence[float], scale: LogScale, full: int) -> list[int]:
    """How many parts of ``full`` a column has on a log scale; the lowest mark is its bottom, none is nothing."""
    return [1 + round(scale.share(value) * (full - 1)) if value > 0 else 0 for value in values]


def _short_time(milliseconds: float, width: int = 5) -> str:
    """At most so many cells, four or more: '10ms', '.25s', '0.5s', '1s'; what has no room in them is rounded."""
    text = ""
    for digits in (3, 2, 1):
        rounded = float(f"{milliseconds:.{digits}g}")
        text = f"{rounded:g}ms" if rounded < 99.95 else f"{rounded / 1000:g}s"
        text = text if len(text) < 5 else text.removeprefix("0")
        if len(text) <= width:
            break
    return text


def _short_share(share: float) -> str:
    """At most four cells: '.05%', '4.1%', '12%'."""
    percents = round(share * 100.0, 6)
    digits = 0 if percents >= 9.95 or percents == int(percents) else 1 if percents >= 0.095 else 2
    text = f"{percents:.{digits}f}%"
    return text if len(text) < 5 else text.lstrip("0")


def _short_money(dollars: float) -> str:
    """At most five cells: '$0.50', '$150', '$1.5k'."""
    return money(dollars) if len(money(dollars)) <= GUTTER - 1 else f"${brief(dollars)}"
