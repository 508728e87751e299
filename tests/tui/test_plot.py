"""What plots show: scales, marks, columns of time."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pytest

from scalegame.game.forecast import peak_ahead
from scalegame.game.view import ForecastPoint
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.course import Course, recent, recent_step, shown_span
from scalegame.tui.widgets.plot import LogScale, Plot, above, band, columns, nice_top, part_of
from tests.tui.seconds import second
from tests.tui.stand_in import look, machine, snapshot, view


def drawn(plot: Plot, glyphs: Glyphs = UNICODE) -> list[str]:
    sheet = Sheet(plot.width, plot.height, look(glyphs))
    plot.put(sheet, 0, 0)
    return sheet.text()


class TestScales:
    @pytest.mark.parametrize(("value", "part"), [(1.0, 0), (10.0, 0), (99.0, 9), (100.0, 10), (999.0, 19), (1e6, 19)])
    def test_each_decade_is_as_high_as_the_others(self, value: float, part: int) -> None:
        assert LogScale(10.0, 1000.0).part(value, 20) == part

    def test_the_ticks_are_the_powers_of_ten(self) -> None:
        assert LogScale(10.0, 3000.0).decades() == [10.0, 100.0, 1000.0]
        assert LogScale(0.001, 1.0).decades() == [0.001, 0.01, 0.1, 1.0]

    @pytest.mark.parametrize(("value", "top"), [(0.9, 1.0), (1.0, 1.0), (2.0, 3.0), (3.1, 10.0), (650.0, 1000.0)])
    def test_a_log_scale_ends_at_one_or_three(self, value: float, top: float) -> None:
        assert above(value) == pytest.approx(top)

    @pytest.mark.parametrize(("value", "top"), [(0.0, 1.0), (math.nan, 1.0), (833.0, 1000.0), (1000.0, 1000.0)])
    def test_a_linear_one_ends_at_a_round_number(self, value: float, top: float) -> None:
        assert nice_top(value) == top

    def test_a_little_never_looks_like_nothing(self) -> None:
        assert [part_of(value, 100.0, 8) for value in (0.0, 0.01, 50.0, 100.0, 900.0, math.nan)] == [0, 1, 4, 8, 8, 0]


class TestMarks:
    def test_columns_stand_on_the_lowest_row(self) -> None:
        plot = Plot(UNICODE, 4, 2)
        plot.columns(0, [0, 1, 8, 12], [Ink.CALM] * 4)
        assert drawn(plot) == ["   ▄", " ▁██"]

    def test_columns_have_as_many_steps_in_ascii(self) -> None:
        plot = Plot(ASCII, 4, 2)
        plot.columns(0, [0, 1, 8, 12], [Ink.CALM] * 4)
        assert drawn(plot, ASCII) == ["   =", " .##"]

    def test_a_line_moves_by_parts_of_a_cell(self) -> None:
        plot, scale = Plot(UNICODE, 6, 2), LogScale(1.0, 10.0**6)
        for column in range(6):
            plot.trace(column, scale, 10.0**column, Ink.STRONG)
        assert drawn(plot) == ["   ▁─▔", "▁─▔"]

    def test_a_span_reaches_from_cell_to_part(self) -> None:
        plot = Plot(UNICODE, 3, 4)
        plot.span(0, 0.25, 0.625, Ink.CALM)
        plot.span(1, 0.0, 1.0, Ink.CALM)
        plot.span(2, 0.9, 0.9, Ink.CALM)
        assert drawn(plot) == [" █▅", "▄█", "██", " █"]

    def test_words_stand_only_where_there_is_nothing_to_hide(self) -> None:
        plot = Plot(UNICODE, 8, 1)
        plot.across(0, "┄", Ink.DIM)
        plot.mark(7, 0, "█", Ink.CALM)
        plot.words(1, 0, "limit", Ink.DIM, "┄")
        plot.words(3, 0, "other", Ink.DIM, "┄")
        assert drawn(plot) == ["┄limit┄█"]

    def test_a_band_is_shaded_and_what_is_announced_is_a_line(self) -> None:
        sheet = Sheet(2, 3, look())
        band(sheet, 0, 0, 3, [ForecastPoint(0.0, 20.0, 60.0, None), ForecastPoint(1.0, 20.0, 60.0, 50.0)], 90.0)
        assert sheet.text() == ["░", "░━", "░"]

    def test_what_lies_outside_a_sheet_is_left_out(self) -> None:
        sheet = Sheet(3, 1, look())
        columns(sheet, -2, 0, 1, [1.0, 1.0, 1.0], 1.0, Ink.CALM)
        columns(sheet, 2, 0, 2, [1.0, 1.0], 1.0, Ink.CALM)
        assert sheet.text() == ["█ █"]


def at(seconds: float, total: float = 200.0) -> Course:
    shown = view(snapshot([machine("app-1", "app")], seconds=seconds), total_seconds=total)
    return Course.of(shown, 20)


class TestTime:
    def test_the_course_of_a_level_is_all_of_it(self) -> None:
        course = at(55.0)
        assert (course.begin, course.a_column, course.ahead) == (0.0, 10.0, 6)
        assert course.column(50.0) == 5
        assert at(0.0).ahead == 0
        assert at(230.0).ahead == 20

    def test_a_long_level_is_shown_in_part_with_now_inside(self) -> None:
        for seconds in (0.0, 100.0, 3000.0, 7200.0):
            course = at(seconds, total=7200.0)
            assert 0 <= course.begin <= seconds
            assert course.a_column == 12.0
        assert at(3000.0, total=7200.0).ahead == pytest.approx(12, abs=1)

    def test_columns_of_a_long_level_keep_their_borders_while_time_goes_on(self) -> None:
        assert {at(3000.0 + step / 10, total=7200.0).begin % 12.0 for step in range(300)} == {0.0}

    def test_every_recorded_second_stands_in_one_column(self) -> None:
        seconds = [second(at=index + 1.0) for index in range(55)]
        past = at(55.0).past(seconds)
        assert [len(cell) for cell in past] == [10] * 5 + [5]
        assert [one for cell in past for one in cell] == seconds

    def test_the_forecast_begins_where_the_past_ends(self) -> None:
        points = [ForecastPoint(index + 0.5, index, index, None) for index in range(200)]
        coming = at(55.0).coming(points)
        assert [round(point.low) for point in coming][:2] == [64, 74]
        assert len(coming) == 14
        assert at(55.0).coming([]) == []

    def test_the_last_minute_moves_by_whole_columns(self) -> None:
        seconds: list[float] = []
        shapes: list[Sequence[int]] = []
        for count in range(80, 86):
            cells = recent([second(at=index + 1.0) for index in range(count)], 20)
            seconds.append(cells[0][0].seconds)
            shapes.append([len(cell) for cell in cells[-2:]])
        assert recent_step(20) == 3
        assert seconds == [22.0, 22.0, 25.0, 25.0, 25.0, 28.0]
        assert shapes == [[3, 2], [3, 3], [3, 1], [3, 2], [3, 3], [3, 1]]

    def test_a_short_history_leaves_the_left_empty(self) -> None:
        assert len(recent([second(at=1.0)], 20)) == 1
        assert recent([], 20) == []

    def test_a_level_of_no_length_has_a_second_to_draw(self) -> None:
        assert shown_span(view(snapshot([machine("app-1", "app")]), total_seconds=0.0)) == (0.0, 1.0)


def test_the_peak_ahead_is_what_has_to_be_planned_for() -> None:
    points = [
        ForecastPoint(0.0, 90.0, 900.0, None),
        ForecastPoint(10.0, 90.0, 300.0, 120.0),
        ForecastPoint(20.0, 90.0, 200.0, None),
    ]
    peak = peak_ahead(points, 5.0)
    assert peak is not None
    assert (peak.seconds, peak.expected) == (20.0, 200.0)
    assert peak_ahead(points, 20.0) is None
