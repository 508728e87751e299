"""The top line, as text: it is the score, and it must fit."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from scalegame.game.view import BudgetView, PurseView, StageView, View
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.topline import draw_topline
from tests.tui.stand_in import StandIn, look, machine, snapshot, view


def drawn(board: Board, width: int = 80, glyphs: Glyphs = UNICODE) -> str:
    sheet = Sheet(width, 1, look(glyphs))
    draw_topline(sheet, board)
    return sheet.text()[0]


def shown(seconds: float = 74.0, **more: object) -> Board:
    return Board.of(StandIn(view(snapshot([machine("app-1", "app")], seconds=seconds), **more)))


def long(**more: object) -> View:
    """The longest title and the largest numbers."""
    plain = view(
        snapshot([machine("app-1", "app")], seconds=5_999.0),
        title="Something is always broken", total_seconds=6_000.0,
        stage=StageView(5, 5, "", 5_000.0, 6_000.0, 1.0, 10**9), slo_uptime=0.999, uptime=0.9942,
        purse=123_456.0, burn=12_345.0,
        budget=BudgetView(10**9, 98.7, 754.0), purse_ahead=PurseView(3_599.0, 99.0, 12.0),
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are View's own fields


@pytest.mark.parametrize("width", [80, 120, 200])
def test_the_top_line_is_the_score(width: int) -> None:
    for part in ("One box", "01:14/03:30", "2/4", "99.75 %", "58 %", "$3.18", "−$1.30/min"):
        assert part in drawn(shown(), width)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_longest_title_and_the_largest_numbers_fit_80_columns(glyphs: Glyphs) -> None:
    for running in (False, True):
        board = Board.of(StandIn(long()))
        if running:
            board.pace.run(0.0)
        row = drawn(board, 80, glyphs)
        for part in ("Some", "99:59/100:00", "5/5", "99.42 %", "100 %", "12:34", "$123k", "lasts 59:59"):
            assert part in row
        assert "0 %" in row
        cut = glyphs.plain("…")
        assert row.count(cut) == 1, "nothing but the title is cut"
    roomy = drawn(Board.of(StandIn(long())), 160, glyphs)
    for part in (
        "Something is always broken",
        "stage 5/5",
        "uptime 99.42 %",
        "budget",
        "12:34",
        "12k/min",
        "lasts 59:59",
    ):
        assert part in roomy


@pytest.mark.parametrize("width", [80, 100, 120, 160, 200])
def test_no_figure_moves_another(width: int) -> None:
    calm = view(
        snapshot([machine("app-1", "app")], seconds=9.0), uptime=1.0, purse=0.5, burn=0.1,
        stage=StageView(1, 4, "", 0.0, 50.0, 0.01, 300), budget=BudgetView(1, 0.0, None),
    )  # fmt: skip
    terrible = replace(
        calm, uptime=0.0, purse=98_765.0, burn=9_876.0, stage=StageView(4, 4, "", 0.0, 50.0, 1.0, 300),
        budget=BudgetView(1, math.inf, 59.0), purse_ahead=PurseView(12.0, 0.0, None),
    )  # fmt: skip
    rows = [drawn(Board.of(StandIn(one)), width) for one in (calm, terrible)]
    for mark in ("/03:30", "/4", UNICODE.paused):
        assert rows[0].index(mark) == rows[1].index(mark)
    percents = [[index for index, glyph in enumerate(row) if glyph == "%"][-1] for row in rows]
    assert percents[0] == percents[1]


def test_a_budget_that_does_not_last_has_an_arrow_and_a_time() -> None:
    burning = shown(budget=BudgetView(174, 3.2, 40.0))
    assert f"58 % {UNICODE.head_down}0:40" in drawn(burning)
    assert f"{UNICODE.head_down}0:40 3.2x" in drawn(burning, 160)
    assert UNICODE.head_down not in drawn(shown(), 160)


def test_a_purse_that_does_not_last_says_for_how_long_it_does() -> None:
    short = shown(purse_ahead=PurseView(80.0, 0.0, None))
    assert "lasts 1:20" in drawn(short)
    assert "−$1.30/min" not in drawn(short)
    assert "−$1.30/min  lasts 1:20" in " ".join(drawn(short, 160).split("   "))


def test_how_much_of_the_stage_is_over_is_seen() -> None:
    early, late = (drawn(shown(seconds)) for seconds in (51.0, 99.0))
    assert early[early.index("2/4") + 3] == "▁"
    assert late[late.index("2/4") + 3] == "█"
    assert "stage 2/4 ██▉░░░" in drawn(shown(74.0), 160)


@pytest.mark.parametrize("width", [80, 120, 160])
def test_nothing_moves_when_a_level_of_one_stage_drains(width: int) -> None:
    only = StageView(1, 1, "", 0.0, 210.0, 0.58, 300)
    calm, draining = (drawn(shown(stage=only, draining=late), width) for late in (False, True))
    assert "drain" in draining
    assert "1/1" not in calm
    assert calm.split() == draining.replace("draining", "").replace("drain", "").split()
    for mark in ("/03:30", UNICODE.paused, "99.75 %", "$3.18"):
        assert calm.index(mark) == draining.index(mark)


def test_a_level_that_drains_says_so() -> None:
    assert "drain" in drawn(shown(draining=True))
    assert "draining" in drawn(shown(draining=True), 160)


def test_what_a_level_does_not_count_leaves_its_room_to_the_title() -> None:
    free = shown(purse=None, purse_ahead=None, slo_uptime=0.0, budget=None, title="Ten machines, least-connections")
    row = drawn(free)
    assert "Ten machines, least-connectio…" in row
    assert "$1.30/min" in row
    assert "58 %" not in row


@pytest.mark.parametrize("width", [80, 120])
def test_what_the_guide_asks_for_is_lit(width: int) -> None:
    board = shown()
    board.lit = "topline"
    sheet = Sheet(width, 1, look())
    draw_topline(sheet, board)
    assert int(Ink.LIT) in sheet.inks[0]


@pytest.mark.parametrize("width", [80, 120])
def test_without_end_there_is_no_total_and_what_is_earned_is_counted(width: int) -> None:
    stage = StageView(17, 0, "", 60.0, 120.0, 0.58, 300)
    row = drawn(shown(stage=stage, burn=1.3, earning=4.0), width)
    assert "01:14 " in row
    assert "01:14/" not in row
    assert "17/" not in row
    assert "+$2.70/min" in row
    assert "−$0.30/min" in drawn(shown(stage=stage, burn=1.3, earning=1.0), width)
