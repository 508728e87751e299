"""The four golden signals: traffic, latency, errors, saturation; each a figure and a plot over time."""

from __future__ import annotations

import math
from dataclasses import dataclass

from scalegame.game.history import Second
from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION
from scalegame.tui.board import Board
from scalegame.tui.figures import milliseconds, percent, rate
from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Ink
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, Panel, frame
from scalegame.tui.widgets.plot import band, columns, expected, nice_top

AMBER_SHARE = AMBER_SATURATION
RED_SHARE = RED_SATURATION


@dataclass(frozen=True, slots=True)
class Signal:
    """One row or block: its name, its figure now, a remark, and how loud it is."""

    name: str
    figure: str
    remark: str
    ink: Ink


def signals(board: Board) -> tuple[Signal, Signal, Signal, Signal]:
    """What the four signals say now."""
    now = board.snapshot.signals
    view = board.view
    limit = view.slo_latency_ms
    late = math.isfinite(now.latency.p99) and now.latency.p99 > limit
    slow = math.isfinite(now.latency.p95) and now.latency.p95 > limit
    attempts = now.good_rate + now.lost_rate
    share = now.lost_rate / attempts if attempts > 0 else 0.0
    causes = ", ".join(f"{rate(value)} {cause}" for cause, value in board.snapshot.lost_by_cause_rate[:2])
    retries = f"{percent(board.snapshot.retry_share)} are retries" if board.snapshot.retry_share >= 0.005 else ""
    hot = Ink.RED if now.saturation >= RED_SHARE else Ink.AMBER if now.saturation >= AMBER_SHARE else Ink.CALM
    triple = " ".join(milliseconds(value) for value in (now.latency.p50, now.latency.p95, now.latency.p99))
    return (
        Signal("traffic", rate(now.offered_rate), retries or f"good {rate(now.good_rate)}", Ink.CALM),
        Signal(
            "latency",
            f"{triple} ms",
            _limit(limit),
            Ink.RED if slow else Ink.AMBER if late else Ink.CALM,
        ),
        Signal(
            "errors",
            f"{share * 100:.1f} %" if share < 0.0995 else percent(share),
            causes or "none",
            Ink.RED if share > 0.02 else Ink.AMBER if share > 0 else Ink.CALM,
        ),
        Signal("tightest", f"{now.tightest} {percent(now.saturation)}" if now.tightest else "--", "", hot),
    )


def _limit(milliseconds_allowed: float) -> str:
    if milliseconds_allowed >= 1e9:
        return "p50 p95 p99"
    return (
        f"limit {milliseconds_allowed / 1000:g} s"
        if milliseconds_allowed >= 1000
        else f"limit {milliseconds_allowed:g} ms"
    )


def draw_signals(sheet: Sheet, board: Board) -> None:
    """Blocks of a headline and a plot where there is room, else a row each."""
    inside = frame(sheet, "Signals", boxed=sheet.height >= BOX_HEIGHT)
    now = signals(board)
    block = inside.height // 4
    if block >= 3:
        y = inside.y
        for index, signal in enumerate(now):
            # Rows that are left over go to the upper plots, so that the last one ends where the panel does.
            height = block + (1 if index < inside.height % 4 else 0)
            _block(sheet, board, Inside(inside.x, y, inside.width, height), index, signal)
            y += height
        return
    shown = now[:3] if inside.height < 4 else now
    for index, signal in enumerate(shown[: inside.height]):
        _row(sheet, board, Inside(inside.x, inside.y + index, inside.width, 1), index, signal)


def _row(sheet: Sheet, board: Board, at: Inside, index: int, signal: Signal) -> None:
    plot_x, plot_width = at.x + 28, at.width - 28 - 24
    sheet.put(at.x, at.y, signal.name, Ink.DIM)
    sheet.put(at.x + 9, at.y, signal.figure, signal.ink if signal.ink != Ink.CALM else Ink.STRONG, 18)
    _plot(sheet, board, Inside(plot_x, at.y, plot_width, 1), index, signal.ink)
    sheet.put(at.right - 22, at.y, signal.remark, Ink.DIM, 22)


def _block(sheet: Sheet, board: Board, at: Inside, index: int, signal: Signal) -> None:
    x = sheet.put(at.x, at.y, signal.name, Ink.DIM) + 2
    x = sheet.put(x, at.y, signal.figure, signal.ink if signal.ink != Ink.CALM else Ink.STRONG, at.right - x)
    if len(signal.remark) + 2 <= at.right - x:
        sheet.put_right(at.right, at.y, signal.remark, Ink.DIM)
    height = at.height - 1 if at.height < 6 else at.height - 2
    _plot(sheet, board, Inside(at.x, at.y + 1, at.width, height), index, signal.ink)


def _plot(sheet: Sheet, board: Board, at: Inside, index: int, ink: Ink) -> None:
    if at.width < 4 or at.height < 1:
        return
    if index == 0:
        _traffic(sheet, board, at)
        return
    seconds = board.session.history.seconds[-at.width :]
    values = [_value(second, index) for second in seconds]
    finite = [value for value in values if math.isfinite(value)]
    limit = board.view.slo_latency_ms
    if index == 1:
        top = nice_top(max([*finite, limit if limit < 1e9 else 1.0]))
    elif index == 2:
        top = max([*finite, 0.05])
    else:
        top = 1.0
    # What went wrong before stays amber in the plot, also while nothing does now.
    ink = Ink.AMBER if index == 2 and ink == Ink.CALM else ink
    columns(sheet, at.right - len(values), at.y, at.height, values, top, ink)


def _value(second: Second, index: int) -> float:
    if index == 1:
        return second.latency.p99
    if index == 2:
        total = second.good + second.lost
        return second.lost / total if total > 0 else 0.0
    return max((pool.utilisation for pool in second.pools), default=0.0)


def _traffic(sheet: Sheet, board: Board, at: Inside) -> None:
    """The whole level from left to right: what came, and what is forecast, exact where it is announced."""
    total = board.view.total_seconds
    seconds = board.session.history.seconds
    now = board.snapshot.seconds
    points = board.forecast
    # A column before now shows the busiest of its seconds; one after it, the forecast's point at its middle.
    past: list[float] = []
    for column in range(at.width):
        begin, end = (int(total * edge / at.width) for edge in (column, column + 1))
        here = [second.offered for second in seconds[begin : max(end, begin + 1)]]
        if not here or total * column / at.width >= now:
            break
        past.append(max(here))
    ahead = [points[min(int((column + 0.5) / at.width * len(points)), len(points) - 1)]
             for column in range(len(past), at.width)] if points else []  # fmt: skip
    top = nice_top(max([*past, *(expected(point) for point in points), 1.0]))
    columns(sheet, at.x, at.y, at.height, past, top, Ink.CALM)
    band(sheet, at.x + len(past), at.y, at.height, ahead, top)


class SignalsPanel(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_signals(sheet, self.board)
