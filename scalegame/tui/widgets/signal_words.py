"""What the signals say in words and figures: one way of saying it for every size, the shorter ones for short rows."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.forecast import peak_ahead
from scalegame.game.saturation import next_tightest
from scalegame.game.view import NO_LIMIT
from scalegame.tui.cells.figures import brief_latency, clock, count, money, percent, rate, small_share, time_left
from scalegame.tui.cells.theme import Ink
from scalegame.tui.widgets.loudness import budget_share_ink, is_trouble, saturation_ink

if TYPE_CHECKING:
    from scalegame.game.view import View
    from scalegame.tui.desk.board import Board

RETRIES_WORTH_A_WORD = 0.05
"""Of all attempts: from here on they are load of their own."""
HIGHER = 1.05
"""A peak is so many times what comes now."""


@dataclass(frozen=True, slots=True)
class Signal:
    """What is said of one of them. Where there are several ways to say it, the longest comes first."""

    name: str
    figures: tuple[str, ...]
    """How it stands now."""
    remarks: tuple[str, ...]
    """What stands at the right."""
    ink: Ink
    """How loud it is."""
    remark_ink: Ink = Ink.DIM
    brief: tuple[str, ...] = ()
    """The figures of a single row with a plot, where they are others."""
    aside: tuple[str, ...] = ()
    """The remark of such a row, where it is another."""
    more: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    """A second line where there are rows for it: what stands at its left and at its right."""


def traffic(board: Board) -> Signal:
    """Offered, lost, good; the peak to come, and how much of it is asked again."""
    now = board.snapshot.signals
    offered, lost = rate(now.offered_rate), f"lost {rate(now.lost_rate)}" if now.lost_rate > 0 else "none lost"
    retries = board.snapshot.retry_share
    again = (f"{percent(retries)} are retries",) if retries >= RETRIES_WORTH_A_WORD else ()
    good = f"good {rate(now.good_rate)}"
    peak = _peak(board)
    return Signal(
        "traffic",
        (offered,),
        (lost,),
        Ink.CALM,
        Ink.AMBER if now.lost_rate > 0 else Ink.DIM,
        brief=(f"{offered} {lost}", offered),
        aside=again or peak,
        more=((*(f"{good}  {word}" for word in again), *again, good), peak),
    )


def _peak(board: Board) -> tuple[str, ...]:
    """The busiest moment ahead, where it is busier than now."""
    now = board.snapshot.seconds
    point = peak_ahead(board.forecast, now)
    if point is None or point.expected < board.snapshot.signals.offered_rate * HIGHER:
        return ("no higher peak ahead", "no peak ahead")
    how_much = f"{'≤' if point.exact is None else ''}{count(point.expected)}"
    when = time_left(point.seconds - now)
    return (f"peak {how_much}/s in {when}", f"peak {how_much} in {when}", f"peak {how_much}")


def latency(board: Board) -> Signal:
    """The three percentiles, and the limit or for how long it has been passed."""
    seen = board.snapshot.signals.latency
    limit = board.view.slo_latency_ms
    three = [brief_latency(value) for value in (seen.p50, seen.p95, seen.p99)]
    unit = "" if any(text.endswith("s") for text in three) else " ms"
    plain = " ".join(three)
    named = "  ".join(f"p{name} {text:>4}" for name, text in zip((50, 95, 99), three, strict=True))
    figures = (f"{named}{unit}", f"p50/95/99 {plain}{unit}", f"p50/95/99 {plain}", plain)
    brief = (f"{plain}{unit}", plain)
    if limit >= NO_LIMIT:
        return Signal("latency", figures, ("",), Ink.CALM, brief=brief, aside=("p50 p95 p99",))
    allowed = f"{limit / 1000:g} s" if limit >= 1000 else f"{limit:g} ms"
    if math.isfinite(seen.p99) and seen.p99 > limit:
        time = time_left(_over(board))
        ink = Ink.RED if seen.p95 > limit else Ink.AMBER
        return Signal("latency", figures, (f"p99 over {allowed} for {time}", f"over for {time}", ""), ink, ink, brief)
    aside = (f"p50 p95 p99, limit {allowed}", f"limit {allowed}")
    return Signal("latency", figures, (f"limit {allowed}", ""), Ink.CALM, brief=brief, aside=aside)


def _over(board: Board) -> float:
    """Seconds that p99 has been above the limit without a break."""
    seconds = board.session.history.seconds
    since = seconds[-1].slow_since if seconds else math.nan
    return seconds[-1].seconds - since if math.isfinite(since) else 0.0


def errors(board: Board) -> Signal:
    """The share lost, and its causes, most first."""
    now = board.snapshot.signals
    settled = now.good_rate + now.lost_rate
    share = now.lost_rate / settled if settled > 0 else 0.0
    causes = [f"{rate(value)} {cause}" for cause, value in board.snapshot.lost_by_cause_rate]
    remarks = [
        ", ".join(causes[:shown]) + (f", +{len(causes) - shown}" if shown < len(causes) else "")
        for shown in range(min(len(causes), 4), 0, -1)
    ]
    ink = Ink.RED if is_trouble(share) else Ink.AMBER if share > 0 else Ink.CALM
    return Signal("errors", (small_share(share),), (*remarks, "") if remarks else ("none",), ink)


def tightest(board: Board) -> Signal:
    """The place that will be full first, since when it is that, and what would be next."""
    now = board.snapshot.signals
    if not now.tightest:
        return Signal("tightest", ("--",), ("nothing is up",), Ink.RED, Ink.RED)
    seconds = board.session.history.seconds
    since = (f"since {clock(seconds[-1].tight_since)}",) if seconds else ()
    second = next_tightest(board.snapshot)
    then = (f"then {second[0]} {percent(second[1])}",) if second is not None else ()
    both = (f"{since[0]}, {then[0]}",) if since and then else ()
    figure = f"{now.tightest} {percent(now.saturation)}"
    return Signal("tightest", (figure,), (*both, *since, *then, ""), saturation_ink(now.saturation))


def budget(board: Board) -> Signal | None:
    """What this stage may still lose, and whether that lasts; None where the level has no budget."""
    left = board.view.budget
    if left is None:
        return None
    stage = board.view.stage
    share, few = percent(stage.budget_left), count(left.left)
    figures = (f"{share}  {few} of {count(stage.budget_requests)} left", f"{share} {few} left", share)
    remarks: tuple[str, ...]
    if left.gone_in is None:
        remarks = (f"burns {left.burn:.1f}x, lasts", "lasts") if left.burn >= 0.05 else ("lasts",)
    else:
        gone = f"gone in {time_left(left.gone_in)}"
        times = burn_text(left.burn)
        remarks = (f"burns {times}: {gone}", f"{times} {gone}", gone)
    ink = budget_ink(board.view)
    return Signal("budget", figures, remarks, ink, Ink.DIM if left.gone_in is None else ink)


def burn_text(multiple: float) -> str:
    """'3.2x', '41x'; beyond a hundred nobody counts."""
    return f"{multiple:.1f}x" if multiple < 9.95 else f"{multiple:.0f}x" if multiple < 99.5 else ">99x"


def budget_ink(view: View) -> Ink:
    """Red where little is left or it is gone within a quarter of a minute, amber where it does not last."""
    ink, gone_in = budget_share_ink(view.stage.budget_left), view.budget.gone_in if view.budget is not None else None
    if ink == Ink.RED or (gone_in is not None and gone_in < 15.0):
        return Ink.RED
    return Ink.AMBER if gone_in is not None else ink


def purse(board: Board) -> Signal | None:
    """What is left, what burns it, and how long it lasts; None where nobody counts it."""
    view = board.view
    if view.purse is None or view.purse_ahead is None:
        return None
    ahead = view.purse_ahead
    burn = per_minute(view, money)
    figures = (f"{money(view.purse)}  {burn}", f"{money(view.purse)} {burn}", money(view.purse))
    lasts = (f"lasts {time_left(ahead.empty_in)}",) if ahead.empty_in is not None else ("lasts",)
    grant = (f"+{money(ahead.grant)} in {time_left(ahead.grant_in)}",) if ahead.grant_in is not None else ()
    both = (f"{grant[0]}, {lasts[0]}",) if grant else ()
    remarks = (*both, *lasts, "") if ahead.empty_in is not None else (*both, *grant, *lasts, "")
    ink = purse_ink(view)
    return Signal("purse", figures, remarks, ink, Ink.DIM if ink == Ink.MONEY else ink)


def per_minute(view: View, text: Callable[[float], str]) -> str:
    """What a minute does to the purse: '−$4.20/min', '+$4.20/min' where more is earned than burned, '$0/min'."""
    change = (view.earning or 0.0) - view.burn
    if change > 0.0:
        return f"+{text(-change).removeprefix('−')}/min"
    return f"{text(change)}/min" if change < 0.0 else "$0/min"


def purse_ink(view: View) -> Ink:
    """By how long the purse lasts, the grants to come counted in."""
    empty_in = view.purse_ahead.empty_in if view.purse_ahead is not None else None
    if empty_in is None:
        return Ink.MONEY
    return Ink.RED if empty_in < 15.0 else Ink.AMBER if empty_in < 45.0 else Ink.MONEY


def fitting(ways: Sequence[str], room: int) -> str:
    """The first way to say it that fits, else the last."""
    return next((way for way in ways if len(way) <= room), ways[-1] if ways else "")
