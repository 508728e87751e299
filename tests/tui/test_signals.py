"""What the signals panel says and shows, as text: no terminal, no colour."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.game.history import History, Second, Seconds
from scalegame.game.view import BudgetView, PurseView, StageView, View
from scalegame.model.snapshot import Latency, Signals
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.panel import Inside
from scalegame.tui.widgets.signals import TOPICS, draw_signals, rows_of
from scalegame.tui.widgets.traces import (
    Trace,
    draw_budget,
    draw_errors,
    draw_latency,
    draw_purse,
    draw_stages,
    draw_tightest,
    draw_traffic,
)
from tests.tui.seconds import remembering, second
from tests.tui.stand_in import CALM, StandIn, crowd, level, look, machine, snapshot, view

SMALL, LARGE, HUGE = (80, 5), (36, 19), (56, 24)
NOTHING = Latency(math.nan, math.nan, math.nan, math.nan)
MINUTE = [second(at=index + 1.0) for index in range(74)]


def panel(board: Board, size: tuple[int, int] = LARGE, glyphs: Glyphs = UNICODE) -> list[str]:
    sheet = Sheet(*size, look(glyphs))
    draw_signals(sheet, board)
    return sheet.text()


def plotted(
    trace: Trace, board: Board, height: int = 4, width: int = 40, glyphs: Glyphs = UNICODE, *, gutter: bool = True
) -> list[str]:
    sheet = Sheet(width, height, look(glyphs))
    trace(sheet, board, Inside(0, 0, width, height), gutter)
    return ["".join(row) for row in sheet.characters]


def shown(signals: Signals | None = None, **more: object) -> View:
    """One box, with other signals or another view around it."""
    shot = snapshot([machine("app-1", "app", 0.71), machine("db-1", "database", 0.35)])
    return view(replace(shot, signals=signals) if signals is not None else shot, **more)


def row_of(rows: Sequence[str], words: str) -> str:
    return next(row for row in rows if words in row)


class TestThePanel:
    @pytest.mark.parametrize("size", [SMALL, LARGE, HUGE, (40, 19), (36, 14), (118, 5)])
    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
    def test_the_four_golden_signals_are_there_at_every_size(self, size: tuple[int, int], glyphs: Glyphs) -> None:
        text = "\n".join(panel(Board.of(crowd()), size, glyphs))
        for part in ("traffic", "240/s", "lost 1/s", "latency", "18", "61", "140", "errors", "0.42 %", "app-3 98 %"):
            assert part in text

    @pytest.mark.parametrize("size", [LARGE, HUGE, (36, 14)])
    def test_larger_ones_show_budget_and_purse_as_well(self, size: tuple[int, int]) -> None:
        text = "\n".join(panel(Board.of(crowd()), size))
        for part in ("good 239/s", "budget   58 %", "174", "purse    $3.18", "lasts"):
            assert part in text

    def test_loudness_is_a_mark_and_not_colour_alone(self) -> None:
        rows = panel(Board.of(crowd()))
        assert f"errors{UNICODE.busy}" in row_of(rows, "errors")
        assert f"tightest{UNICODE.full}" in row_of(rows, "tightest")
        assert "latency  " in row_of(rows, "latency")

    @given(height=st.integers(0, 40), budget=st.booleans(), purse=st.booleans())
    def test_rows_are_given_out_and_never_more_than_there_are(self, height: int, budget: bool, purse: bool) -> None:
        rows = rows_of(height, budget, purse)
        assert sum(rows.values()) <= height
        assert ("budget" in rows) <= budget
        assert ("purse" in rows) <= purse
        assert list(rows) == [name for name in TOPICS if name in rows]
        if height >= 6:
            assert len(rows) == 4 + budget + purse

    def test_latency_and_errors_stay_longest(self) -> None:
        assert list(rows_of(2, True, True)) == ["latency", "errors"]
        assert list(rows_of(4, True, True)) == ["traffic", "latency", "errors", "tightest"]

    def test_no_figure_moves_a_row(self) -> None:
        """Where each signal stands is the same on a calm and on a terrible day."""
        terrible = Signals(1e6, 2e6, 3.0, 999_997.0, Latency(9e4, 4e4, 9e4, 9e5), 1.0, "app-1")
        shot = replace(shown(terrible).snapshot, lost_by_cause_rate=(("time-out", 9e5), ("late", 9e4), ("down", 9e3)))
        worse = view(shot, budget=BudgetView(0, math.inf, 0.0), purse_ahead=PurseView(3.0, 0.0, None))
        for size in (SMALL, LARGE, HUGE):
            calm, trouble = (panel(Board.of(StandIn(one)), size) for one in (shown(), worse))
            for name in TOPICS:
                there = [[index for index, row in enumerate(rows) if name in row] for rows in (calm, trouble)]
                assert there[0] == there[1]

    def test_a_level_that_counts_nothing_gives_its_rows_to_others(self) -> None:
        rows = panel(Board.of(StandIn(shown(budget=None, purse_ahead=None, purse=None, slo_uptime=0.0))))
        assert not any("budget" in row or "purse" in row for row in rows)

    def test_the_legend_tells_the_marks(self) -> None:
        legend = panel(Board.of(crowd()))[-1]
        for mark, words in ((UNICODE.shade, "lost"), (UNICODE.span, "p50–p95"), (UNICODE.trace[-1], "p99")):
            assert f"{mark} {words}" in legend
        assert f"{ASCII.trace[-1]} p99" in panel(Board.of(crowd()), LARGE, ASCII)[-1]


class TestTraffic:
    def test_what_was_lost_stands_on_what_was_good_as_another_mark(self) -> None:
        lossy = [second(at=index + 1.0, good=120.0, lost=120.0 if index >= 40 else 0.0) for index in range(74)]
        rows = plotted(draw_traffic, Board.of(remembering(lossy)))
        marks = "".join(rows)
        assert UNICODE.shade in marks
        first = min(row.index(UNICODE.shade) for row in rows if UNICODE.shade in row)
        assert first == 6 + 34 * 40 // 210, "from the column of the second it began in"
        for column in range(first, 6 + 34 * 74 // 210):
            above = [row[column] for row in rows]
            assert above.index(UNICODE.shade) < max(index for index, glyph in enumerate(above) if glyph in "▁▂▃▄▅▆▇█")

    def test_one_lost_in_a_thousand_is_seen_and_does_not_look_like_half(self) -> None:
        few, much = (
            "".join(
                plotted(draw_traffic, Board.of(remembering(replace(one, good=240 - lost, lost=lost) for one in MINUTE)))
            )
            for lost in (0.24, 120.0)
        )
        assert UNICODE.few in few
        assert UNICODE.shade not in few
        assert UNICODE.shade in much
        assert UNICODE.few not in "".join(plotted(draw_traffic, Board.of(remembering(MINUTE))))

    @pytest.mark.parametrize("height", [1, 3])
    def test_now_is_a_line_between_what_was_and_what_will_be(self, height: int) -> None:
        rows = plotted(draw_traffic, Board.of(remembering(MINUTE)), height)
        now = 6 + math.ceil(74 / 210 * 34)
        assert {row[now] for row in rows} == {UNICODE.vertical}
        assert rows[-1][now - 1] in UNICODE.levels.strip()

    def test_what_is_announced_is_a_line_and_what_is_not_a_band(self) -> None:
        rows = plotted(draw_traffic, Board.of(remembering(MINUTE)))
        now = 6 + math.ceil(74 / 210 * 34)
        exact = max(row.rfind(UNICODE.flow) for row in rows)
        first_shaded = min(row.index(UNICODE.track) for row in rows if UNICODE.track in row)
        assert now < exact < first_shaded

    def test_the_stages_borders_are_marked_and_numbered(self) -> None:
        session = remembering(MINUTE)
        later = replace(session.shown.stage, number=3, starts=105.0, ends=157.5)
        session.stages = lambda: [session.shown.stage, later]  # type: ignore[method-assign]
        board = Board.of(session)
        column = 6 + 34 // 2
        assert UNICODE.dashed_down in {row[column] for row in plotted(draw_traffic, board)}
        sheet = Sheet(40, 1, look())
        draw_stages(sheet, board, Inside(0, 0, 40, 1))
        assert sheet.text()[0][column] == "3"

    def test_the_peak_to_come_is_a_number(self) -> None:
        # The stand-in's band rises to 260 + 1.4 x 209 at the level's end.
        assert "peak ≤553/s in 2:16" in panel(Board.of(crowd()), HUGE)[2]

    def test_where_no_higher_peak_comes_that_is_said(self) -> None:
        busy = replace(crowd().shown.snapshot.signals, offered_rate=5000.0)
        session = StandIn(shown(busy))
        assert "no higher peak ahead" in panel(Board.of(session), HUGE)[2]

    @pytest.mark.parametrize(
        ("most", "label"),
        [(900.0, "1,000"), (9_900.0, "10k"), (14_000.0, "15k"), (140_000.0, "150k"), (1.3e6, "1.50M")],
    )
    def test_the_scales_label_is_never_cut(self, most: float, label: str) -> None:
        session = remembering(second(at=index + 1.0, offered=most) for index in range(74))
        assert plotted(draw_traffic, Board.of(session))[0][:6].strip() == label

    def test_retries_are_load_of_their_own(self) -> None:
        assert "14 % are retries" in row_of(panel(Board.of(crowd()), HUGE), "good")
        assert "14 % are retries" in row_of(panel(Board.of(crowd()), SMALL), "traffic")


class TestLatency:
    def test_a_p99_of_exactly_the_limit_sits_on_the_limits_row(self) -> None:
        for limit in (100.0, 250.0, 500.0, 1000.0, 1700.0):
            for height in range(2, 9):
                for glyphs in (UNICODE, ASCII):
                    session = remembering([second(p99=limit)] * 74, shown(slo_latency_ms=limit))
                    rows = plotted(draw_latency, Board.of(session), height, glyphs=glyphs)
                    label = "<" if glyphs.ascii else "≤"
                    row = row_of(rows, label)
                    assert row.rstrip()[-1] in glyphs.trace

    def test_the_scale_has_a_tick_a_decade(self) -> None:
        session = remembering([second(p99=300.0)] * 74)
        rows = plotted(draw_latency, Board.of(session), 6)
        labels = [row[:5].strip() for row in rows]
        assert [label for label in labels if label] == ["≤1s", "0.1s", "10ms"]
        assert UNICODE.limit * 20 in row_of(rows, "≤1s")

    def test_each_decade_is_as_far_from_the_next(self) -> None:
        heights = []
        for p99 in (30.0, 300.0, 3000.0):
            rows = plotted(draw_latency, Board.of(remembering([second(p99=p99)] * 74)), 10)
            heights.append(next(index for index, row in enumerate(rows) if row[-1] in UNICODE.trace))
        assert heights[0] - heights[1] == pytest.approx(heights[1] - heights[2], abs=1)

    def test_the_three_percentiles_are_told_apart_without_colour(self) -> None:
        board = Board.of(remembering([second(p99=800.0)] * 74))
        for glyphs in (UNICODE, ASCII):
            last = [row[-1] for row in plotted(draw_latency, board, 8, glyphs=glyphs)]
            top = next(index for index, glyph in enumerate(last) if glyph not in {" ", glyphs.limit})
            assert last[top] in glyphs.trace, "p99 lies on top"
            assert glyphs.span in last[top + 1 :], "p50 to p95 beneath it"
            assert last[-1] == " ", "and nothing below p50"

    def test_a_second_without_an_answer_is_a_gap(self) -> None:
        silent = [*MINUTE[:-10], *(replace(one, latency=NOTHING) for one in MINUTE[-10:])]
        session = remembering(silent, shown(Signals(240.0, 240.0, 0.0, 240.0, NOTHING, 0.0, "app-1")))
        rows = plotted(draw_latency, Board.of(session), 4)
        assert {row[-1] for row in rows} <= {" ", UNICODE.limit}
        assert "-- -- --" in row_of(panel(Board.of(session), SMALL), "latency")

    def test_in_one_row_what_is_over_the_limit_has_its_own_mark(self) -> None:
        slow = [*MINUTE[:-30], *(second(at=index + 45.0, p99=1400.0, slow_since=44.0) for index in range(30))]
        latency = Latency(300.0, 120.0, 900.0, 1400.0)
        session = remembering(slow, shown(Signals(240.0, 240.0, 200.0, 40.0, latency, 0.7, "app-1")))
        row = row_of(panel(Board.of(session), SMALL), "latency")
        assert row.count(UNICODE.head_up) == 11 + 1, "half a minute in columns of 3 s, and the name's own mark"
        assert "p99 over 1 s for 0:30" in row
        assert "120 900 1.4s" in row

    def test_how_long_it_is_over_the_limit_has_no_end(self) -> None:
        latency = Latency(300.0, 120.0, 900.0, 1400.0)
        session = remembering(
            [second(at=index + 1.0, p99=1400.0, slow_since=4.0) for index in range(304)],
            shown(Signals(240.0, 240.0, 200.0, 40.0, latency, 0.7, "app-1")),
        )
        assert "p99 over 1 s for 5:00" in row_of(panel(Board.of(session), SMALL), "latency")

    @pytest.mark.parametrize("limit", [1.0, 12.5, 75.0, 99.5, 125.0, 250.0, 999.0, 1250.0, 1700.0, 12_500.0, 150_000.0])
    @pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
    def test_no_label_of_the_scale_is_cut(self, limit: float, glyphs: Glyphs) -> None:
        session = remembering([second(p99=limit / 2)] * 74, shown(slo_latency_ms=limit))
        labels = [row[:6] for row in plotted(draw_latency, Board.of(session), 12, glyphs=glyphs)]
        assert any(label.strip()[:1] == glyphs.plain("≤") for label in labels)
        assert not any(glyphs.plain("…") in label for label in labels)

    def test_exactly_the_limit_is_not_over_it(self) -> None:
        session = remembering(
            [second(p99=1000.0)] * 74, shown(Signals(9.0, 9.0, 9.0, 0.0, Latency(1, 2, 3, 1000.0), 0.1, "app-1"))
        )
        row = row_of(panel(Board.of(session), SMALL), "latency")
        assert UNICODE.head_up not in row
        assert "limit 1 s" in row

    def test_without_a_limit_there_is_no_line(self) -> None:
        session = remembering(MINUTE, shown(slo_latency_ms=1e9))
        for height in (1, 5):
            assert UNICODE.limit not in "".join(plotted(draw_latency, Board.of(session), height))
        assert "limit" not in "".join(panel(Board.of(session)))


class TestErrors:
    def test_one_in_a_thousand_is_seen_and_a_hundred_times_that_is_higher(self) -> None:
        tops = []
        for lost in (0.24, 24.0):
            lossy = [second(at=index + 1.0, good=240.0 - lost, lost=lost) for index in range(74)]
            rows = plotted(draw_errors, Board.of(remembering(lossy, shown(slo_uptime=0.0))), 6)
            tops.append(min(index for index, row in enumerate(rows) if row[-1] != " "))
        assert tops == [5, 2]

    def test_nothing_lost_draws_nothing(self) -> None:
        rows = plotted(draw_errors, Board.of(remembering(MINUTE)), 1)
        assert not rows[0].strip()

    def test_what_the_budget_allows_is_a_line_with_its_share(self) -> None:
        rows = plotted(draw_errors, Board.of(remembering(MINUTE, shown(slo_uptime=0.92))), 3)
        assert UNICODE.limit * 10 in row_of(rows, "≤8%")

    def test_causes_are_named_most_first_as_many_as_fit(self) -> None:
        causes = (("late", 90.0), ("logged-out", 24.0), ("refused", 3.0))
        shot = replace(shown().snapshot, lost_by_cause_rate=causes)
        board = Board.of(StandIn(view(shot)))
        assert "90/s late, +2" in row_of(panel(board), "errors")
        assert "90/s late, +2" in row_of(panel(board, SMALL), "errors")
        wide = panel(board, HUGE)
        assert "90/s late, 24/s logged-out, +1" in row_of(wide, "errors")
        bars = next(row for row in wide if "logged-out" in row and "errors" not in row)
        assert bars.index("late ") < bars.index("logged-out")
        assert "90/s ████▋░" in bars

    def test_the_worst_of_the_last_minute_stands_beside_the_small_plot(self) -> None:
        lossy = [*MINUTE[:-2], *(replace(one, good=230.16, lost=9.84) for one in MINUTE[-2:])]
        assert plotted(draw_errors, Board.of(remembering(lossy)), 1)[0].startswith(" 4.1%")


class TestSaturation:
    def test_what_is_over_a_threshold_covers_its_line(self) -> None:
        rows = {}
        for share in (0.84, 0.85, 0.90):
            session = remembering([second(at=index + 1.0, saturation=share) for index in range(74)])
            rows[share] = [row[-1] for row in plotted(draw_tightest, Board.of(session), 4)]
        assert rows[0.84][:2] == [UNICODE.limit, UNICODE.limit]
        assert rows[0.85][0] == UNICODE.limit
        assert rows[0.85][1] in "▁▂▃▄▅▆▇█"
        assert rows[0.90][0] in "▁▂▃▄▅▆▇█"

    def test_the_thresholds_are_labelled(self) -> None:
        rows = plotted(draw_tightest, Board.of(remembering(MINUTE)), 4)
        assert rows[0].startswith(" 90 %")
        assert rows[1].startswith(" 85 %")
        assert plotted(draw_tightest, Board.of(remembering(MINUTE)), 2)[0].startswith(" 85 %")

    def test_since_when_and_what_comes_next(self) -> None:
        session = remembering([second(at=74.0, tight_since=41.0)], crowd().shown)
        row = row_of(panel(Board.of(session), HUGE), "tightest")
        assert "since 00:41, then database 58 %" in row
        assert "since 00:41" in row_of(panel(Board.of(session)), "tightest")

    def test_where_nothing_is_up_that_is_said(self) -> None:
        session = StandIn(shown(Signals(9.0, 9.0, 0.0, 9.0, NOTHING, 0.0, "")))
        assert "nothing is up" in row_of(panel(Board.of(session)), "tightest")


class TestBudgetAndPurse:
    def test_a_budget_that_does_not_last_says_how_fast_it_goes_and_when_it_is_gone(self) -> None:
        burning = shown(budget=BudgetView(174, 3.2, 12.0))
        for size, words in ((HUGE, "3.2x gone in 0:12"), (LARGE, "3.2x gone in 0:12"), ((36, 14), "3.2x gone in 0:12")):
            assert words in row_of(panel(Board.of(StandIn(burning)), size), "budget")
        assert "burns 0.1x, lasts" in row_of(panel(Board.of(crowd()), (80, 24)), "budget")

    def test_the_way_to_an_empty_budget_is_drawn_ahead_of_now(self) -> None:
        burning = shown(budget=BudgetView(174, 3.2, 60.0))
        row = plotted(draw_budget, Board.of(remembering(MINUTE, burning)), 1)[0]
        now, gone = row.index(UNICODE.vertical), row.index(UNICODE.lost)
        assert gone == 6 + int((74 + 60) / 210 * 34)
        assert set(row[now + 1 : gone]) == {UNICODE.plan}
        assert UNICODE.lost not in plotted(draw_budget, Board.of(remembering(MINUTE)), 1)[0]

    def test_the_budget_is_drawn_as_it_stood(self) -> None:
        seconds = [second(at=index + 1.0, budget_left=1.0 - index / 100) for index in range(74)]
        row = plotted(draw_budget, Board.of(remembering(seconds)), 1)[0]
        heights = [UNICODE.levels.index(glyph) for glyph in row[6 : row.index(UNICODE.vertical)]]
        assert heights == sorted(heights, reverse=True)
        assert (heights[0], heights[-1]) == (8, 2)

    def test_grants_are_steps_behind_and_marks_ahead(self) -> None:
        seconds = [second(at=index + 1.0, purse=1.0 if index < 50 else 3.0) for index in range(74)]
        session = remembering(seconds)
        stages = [replace(stage, grant=2.0) for stage in session.level.stages]
        session.level = level(stages=tuple(stages))
        session.stages = lambda: [  # type: ignore[method-assign]
            StageView(index + 1, 4, "", stage.start, stage.start + stage.seconds, 1.0, 9)
            for index, stage in enumerate(stages)
        ]
        row = plotted(draw_purse, Board.of(session), 1)[0]
        past = row[6 : row.index(UNICODE.vertical)]
        assert len(set(past)) == 2
        assert UNICODE.levels.index(past[0]) < UNICODE.levels.index(past[-1])
        assert [index for index, glyph in enumerate(row) if glyph == "+"] == [6 + 17, 6 + 25]

    @pytest.mark.parametrize(("purse", "label"), [(0.4, "$0.40"), (140.0, "$150"), (1_400.0, "$1.5k"), (14e3, "$15k")])
    def test_the_purses_scale_is_whole(self, purse: float, label: str) -> None:
        session = remembering([second(at=index + 1.0, purse=purse) for index in range(74)], shown(purse=purse))
        assert plotted(draw_purse, Board.of(session))[0][:6].strip() == label

    def test_the_purse_says_how_long_it_lasts_and_what_comes_in(self) -> None:
        short = shown(purse_ahead=PurseView(80.0, 5.0, 92.0))
        assert "lasts 1:20" in row_of(panel(Board.of(StandIn(short)), HUGE), "purse")
        granted = shown(purse_ahead=PurseView(None, 5.0, 12.0))
        assert "+$5.00 in 0:12, lasts" in row_of(panel(Board.of(StandIn(granted)), HUGE), "purse")


numbers = st.one_of(st.just(0.0), st.just(math.nan), st.floats(0.0, 1e7), st.just(1e15))
rates = st.one_of(st.just(0.0), st.floats(0.0, 1e7), st.just(1e15))
latencies = st.tuples(numbers, numbers, numbers).map(lambda three: Latency(three[0], *sorted(three)))
recorded = st.builds(
    second,
    offered=rates,
    good=rates,
    lost=rates,
    latency=latencies,
    saturation=st.floats(0.0, 1.0),
    budget_left=st.one_of(st.just(math.nan), st.floats(0.0, 1.0)),
    purse=st.one_of(st.just(math.nan), st.floats(0.0, 1e9)),
)


@settings(max_examples=150, deadline=None)
@given(
    seconds=st.lists(recorded, max_size=8),
    times=st.integers(1, 60),
    width=st.integers(1, 130),
    height=st.integers(1, 50),
    glyphs=st.sampled_from([UNICODE, ASCII]),
    limit=st.sampled_from([1.0, 500.0, 1000.0, 1e9]),
    total=st.sampled_from([0.0, 30.0, 210.0, 7200.0]),
    now=st.floats(0.0, 8000.0),
    gone_in=st.sampled_from([None, 0.0, 40.0, 1e9]),
    lost=st.lists(st.floats(0.01, 1e7), max_size=5),
)
def test_any_history_in_any_size_stays_inside_the_sheet(
    seconds: list[Second], times: int, width: int, height: int, glyphs: Glyphs, limit: float, total: float, now: float,
    gone_in: float | None, lost: list[float],
) -> None:  # fmt: skip
    last = seconds[-1] if seconds else second()
    signals = Signals(last.offered, last.offered, last.good, last.lost, last.latency, last.saturation, "app-1")
    shot = snapshot([machine("app-1", "app")], seconds=now, signals=signals)
    shot = replace(shot, lost_by_cause_rate=tuple((f"cause-{index}", value) for index, value in enumerate(lost)))
    told = view(
        shot, total_seconds=total, slo_latency_ms=limit, budget=BudgetView(9, 2.0, gone_in),
        purse_ahead=PurseView(gone_in, 5.0, gone_in),
    )  # fmt: skip
    session = StandIn(told)
    session.history = History(Seconds(replace(one, seconds=index + 1.0) for index, one in enumerate(seconds * times)))
    sheet = Sheet(width, height, look(glyphs))
    draw_signals(sheet, Board.of(session))
    assert [len(row) for row in sheet.characters] == [width] * height
    assert [len(row) for row in sheet.inks] == [width] * height
    assert all(len(cell) == 1 for row in sheet.characters for cell in row)
    assert {ink for row in sheet.inks for ink in row} <= set(Ink)
    if glyphs.ascii:
        assert "".join(sheet.text()).isascii()


class Hour(Seconds):
    """A history that may be cut, and not walked from end to end."""

    def __iter__(self) -> Iterator[Second]:
        raise AssertionError("the whole history was walked")


@pytest.mark.parametrize("size", [SMALL, LARGE, HUGE])
def test_an_hour_of_history_is_never_walked(size: tuple[int, int]) -> None:
    hour = Hour([second(at=1.0)] * 3600)
    session = StandIn(view(snapshot([machine("app-1", "app")], seconds=3600.0), total_seconds=7200.0))
    session.history = History(hour)
    text = "\n".join(panel(Board.of(session), size))
    assert UNICODE.vertical in text
    with pytest.raises(AssertionError):
        max(second.offered for second in hour)


def test_calm_is_what_the_stand_in_says() -> None:
    """The figures above are these."""
    assert (CALM.p50, CALM.p95, CALM.p99) == (18.0, 61.0, 140.0)
