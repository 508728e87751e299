"""A crowd in one picture, and the zoom that shows each of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import pytest

from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.fleet import Fleet, cells, draw_fleet
from scalegame.tui.widgets.panel import Inside
from tests.tui.pictures import LARGE, SIZES, SMALL, drawn, fleet, of, row_with, system
from tests.tui.stand_in import StandIn, StandInRuns, look, machine, snapshot, view

BOTH = pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
REST = [machine("balancer-1", "balancer", 0.4), machine("db-1", "database", 0.3)]


def crowded(size: int = 1000) -> Board:
    board = of([*fleet(size), *REST])
    board.select("app")
    return board


def painted(machines: int, size: tuple[int, int], glyphs: Glyphs = UNICODE) -> list[str]:
    sheet = Sheet(*size, look(glyphs))
    draw_fleet(sheet, Inside(0, 0, *size), Fleet.of(fleet(machines), glyphs), chosen=False)
    return sheet.text()


def test_a_crowd_is_counted_by_state() -> None:
    machines = [machine(f"app-{i}", "app", 0.5, waiting=2.0) for i in range(20)]
    machines += [machine("app-20", "app", 0.0, "dead"), machine("app-21", "app", 0.0, "booting")]
    machines += [machine("app-22", "app", 0.0, "booting"), machine("app-23", "app", 0.98, waiting=100.0)]
    found = Fleet.of(machines, UNICODE)
    assert found.words() == "21 up, 2 booting, 1 dead"
    assert found.hottest is not None
    assert found.hottest.name == "app-23"
    assert found.waiting == 140.0
    assert found.mean == pytest.approx((20 * 0.5 + 0.98) / 21)
    assert found.figures() == ["mean 52 %", "hottest app-23 98 %", "140 wait"]


def test_a_crowd_with_a_bad_release_is_as_busy_as_it_was() -> None:
    wrong = Fleet.of([machine(f"app-{i}", "app", 0.4 + i / 100, wrong_share=0.3) for i in range(20)], UNICODE)
    assert wrong.words() == "0 up, 20 wrong"
    assert wrong.figures()[:2] == ["mean 50 %", "hottest app-19 59 %"]


def test_one_state_is_one_word_whatever_its_figure_is() -> None:
    machines = [machine(f"app-{i}", "app", cold_factor=1.2 + i / 10, in_rotation=False) for i in range(4)]
    machines += [machine(f"app-{i}", "app", state="slow", slow_factor=float(i)) for i in range(4, 7)]
    machines += [machine(f"app-{i}", "app", 0.0, "unreachable", wrong_share=0.3) for i in range(7, 9)]
    assert Fleet.of(machines, UNICODE).words() == "0 up, 4 cold, 3 slow, 2 cut off"


@BOTH
def test_each_machine_is_a_cell_by_how_busy_it_is_or_by_its_state(glyphs: Glyphs) -> None:
    machines = [machine(f"app-{i}", "app", share) for i, share in enumerate((0.0, 0.5, 0.87, 1.0))]
    machines += [machine("app-4", "app", state="dead"), machine("app-5", "app", in_rotation=False)]
    found = Fleet.of(machines, glyphs)
    heat = glyphs.heat
    assert found.marks == [heat[0], heat[len(heat) // 2], heat[-2], heat[-1], glyphs.dead, glyphs.idle]
    assert found.inks[2:5] == [Ink.AMBER, Ink.RED, Ink.RED]
    assert not set(heat) & {glyphs.dead, glyphs.booting, glyphs.draining, glyphs.unreachable, glyphs.idle, glyphs.slow}


def test_where_not_all_have_a_cell_the_worst_of_several_shows_and_it_says_how_many() -> None:
    machines = [machine(f"app-{i}", "app", 0.2) for i in range(100)]
    machines[42] = machine("app-42", "app", 0.9, "dead")
    machines[44] = machine("app-44", "app", 0.99)
    marks, _, each = cells(Fleet.of(machines, UNICODE), 20)
    assert each == 5
    assert marks[8] == UNICODE.dead
    assert len(marks) == 20
    text = painted(1000, (40, 10))
    assert any("a cell is 4 machines" in row for row in text)
    assert not any("a cell" in row for row in painted(100, (40, 10)))


@pytest.mark.parametrize("width", [18, 30, 70])
@pytest.mark.parametrize("height", [1, 2, 3, 8, 20])
@pytest.mark.parametrize("size", [13, 200, 1000])
def test_a_crowd_stays_in_its_rows_and_its_counts_come_first(width: int, height: int, size: int) -> None:
    text = painted(size, (width, height))
    assert " up" in text[0]
    assert max(map(len, text)) <= width


@pytest.mark.parametrize("size", SIZES)
@BOTH
def test_a_thousand_machines_fit_every_screen(size: tuple[int, int], glyphs: Glyphs) -> None:
    text = system(crowded(), size, glyphs)
    dead = sum(one.state == "dead" for one in crowded().snapshot.machines)
    assert f"{glyphs.dead} {dead} dead" in row_with(text, "app")
    assert "machines" in text
    assert "up" in text


def test_a_crowd_is_one_stop_on_the_way_to_the_next_box() -> None:
    board = crowded()
    assert board.selected == "app"
    assert "app-1" not in board.places()
    board.move(1, 0)
    assert board.selected == "db-1"
    assert len(board.places()) < 10


def test_a_dozen_is_no_crowd() -> None:
    board = of([*fleet(12), *REST])
    assert "app-12" in board.places()


def test_a_crowd_of_replicas_is_a_stop_beside_its_primary() -> None:
    board = of([*(machine(f"replica-{i}", "replica") for i in range(1, 31)), machine("app-1", "app"), REST[1]])
    assert {"database", "db-1", "replica"} <= set(board.places())
    board.select("replica")
    assert board.zoom()
    assert board.selected == "replica-1"
    assert "replica 30/30" in system_of_all(board)


def system_of_all(board: Board) -> str:
    board.unzoom()
    return system(board, LARGE)


def test_zoom_shows_each_machine_and_goes_back() -> None:
    board = crowded()
    assert board.zoom()
    text = system(board, LARGE)
    assert f"System {UNICODE.own} app" in text
    assert "Esc" in text
    assert f"{UNICODE.pointer}app-1 " in text
    board.unzoom()
    assert board.selected == "app"
    assert "users" in system(board, LARGE)


@pytest.mark.parametrize("size", SIZES)
def test_the_arrows_walk_in_two_dimensions_through_the_table(size: tuple[int, int]) -> None:
    board = crowded()
    board.zoom()
    drawn(board, size)
    rows, page = board.table
    board.move(0, 1)
    assert board.selected == "app-2"
    board.move(1, 0)
    assert board.selected == f"app-{2 + rows}"
    board.turn_page(1)
    assert board.selected == f"app-{2 + rows + page}"
    board.turn_page(-1)
    board.move(-1, 0)
    assert board.selected == "app-2"
    board.move(-1, 0)
    assert board.selected == "app-2", "an edge holds"


@pytest.mark.parametrize("size", SIZES)
def test_the_last_machine_is_reached_and_seen(size: tuple[int, int]) -> None:
    board = crowded()
    board.zoom()
    for _ in range(100):
        drawn(board, size)
        board.turn_page(1)
    assert board.selected == "app-1000"
    assert f"{UNICODE.pointer}app-1000 " in system(board, size)
    drawn(board, size)
    board.move(1, 1)
    assert board.selected == "app-1000"


def test_a_machine_of_a_crowd_can_be_selected_by_name() -> None:
    board = crowded()
    board.select("app-517")
    assert (board.selected, board.zoomed) == ("app-517", "app")
    assert f"{UNICODE.pointer}app-517 " in system(board, SMALL)
    board.select("db-1")
    assert (board.selected, board.zoomed) == ("db-1", "")


def test_a_small_pool_zooms_as_well_and_its_box_is_selected_again() -> None:
    board = of([machine("app-1", "app"), machine("cache-1", "cache"), *REST])
    board.select("cache")
    assert board.zoom()
    assert board.selected == "cache-1"
    board.unzoom()
    assert board.selected == "cache"


def test_what_has_no_machines_does_not_zoom() -> None:
    board = of([machine("app-1", "app")])
    board.select("users")
    assert not board.zoom()
    assert board.zoomed == ""


def test_a_pool_that_shrinks_under_the_zoom_gives_the_picture_back() -> None:
    board = crowded(20)
    board.select("app-20")
    session = board.session
    session.shown = of(REST).view  # type: ignore[attr-defined]  # a stand-in
    board.refresh()
    assert board.zoomed == ""
    assert board.selected in board.places()


def test_the_neighbour_of_a_zoomed_pool_that_is_gone_takes_its_place() -> None:
    """Not the place that counts as many as the machine did in its pool."""
    for size in (20, 8):
        board = of([*fleet(size), machine("cache-1", "cache"), *REST])
        board.select("app-2")
        assert board.zoomed or board.zoom()
        at = board.places().index("app" if size == 20 else "app-2")
        board.session.shown = of([machine("cache-1", "cache"), *REST]).view  # type: ignore[attr-defined]  # a stand-in
        board.refresh()
        left = board.places()
        assert board.selected == left[min(at, len(left) - 1)]


def test_a_pool_that_becomes_a_crowd_takes_its_machine_along() -> None:
    board = of([*fleet(12), *REST])
    board.select("app-7")
    board.session.shown = crowded(13).view  # type: ignore[attr-defined]  # a stand-in
    board.refresh()
    assert board.selected == "app"


def cost(board: Board) -> int:
    """Lines of our code that are run for a picture and two steps."""
    count = 0

    def trace(frame: FrameType, _event: str, _arg: object) -> Callable[[FrameType, str, object], Any] | None:
        nonlocal count
        count += 1
        return trace if "scalegame" in frame.f_code.co_filename else None

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        drawn(board, LARGE)
        board.move(0, 1)
        board.move(0, -1)
    finally:
        sys.settrace(before)
    return count


def test_ten_times_the_machines_are_at_most_ten_times_the_work() -> None:
    """A scan of all machines for each of them would be a hundred times."""
    assert cost(crowded(2000)) <= 10 * cost(crowded(200))


def test_z_goes_in_and_escape_comes_back() -> None:
    session = StandIn(view(snapshot([*fleet(40), *REST])))
    app = ScalegameApp(session.level, 7, look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session))

    async def run() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            assert app.game is not None
            board = app.game.board
            await pilot.press("z", "down", "right")
            assert board.zoomed == "app"
            assert board.selected == f"app-{2 + board.table[0]}"
            keys = "\n".join(app.game._panels["keys"].text())
            assert "Esc whole system" in keys
            await pilot.press("escape")
            assert (board.zoomed, board.selected) == ("", "app")
            await pilot.press("right", "pageup", "left", "left", "left", "z")
            assert board.selected == "users"
            assert board.said is not None
            assert "no machines" in board.said.text

    asyncio.run(run())
