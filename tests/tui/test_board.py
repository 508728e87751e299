"""The board: selection, the list of choices, the guide; without a terminal."""

from __future__ import annotations

from dataclasses import replace

from scalegame.tui.desk.board import Board
from scalegame.tui.desk.guide import TASKS, Guide
from tests.tui.stand_in import StandIn, crowd, machine, snapshot, view


def test_the_first_server_is_selected_at_the_start() -> None:
    assert Board.of(crowd()).selected == "app-1"


def test_arrows_walk_from_the_users_to_the_database() -> None:
    board = Board.of(crowd())
    board.move(-9, 0)
    assert board.selected == "users"
    seen = [board.selected]
    for _ in range(3):
        board.move(1, 0)
        seen.append(board.selected)
    assert seen == ["users", "balancer", "app", "cache"]
    board.move(0, 1)
    assert board.selected == "db-1"


def test_an_edge_holds() -> None:
    board = Board.of(crowd())
    board.select("db-1")
    board.move(1, 1)
    assert board.selected == "db-1"


def test_a_machine_that_is_gone_gives_way_to_its_neighbour() -> None:
    session = crowd()
    board = Board.of(session)
    board.select("app-4")
    left = [one for one in session.shown.snapshot.machines if one.name != "app-4"]
    session.shown = view(snapshot(left))
    board.refresh()
    assert board.selected in board.places()


def test_the_list_goes_round_and_closes_when_another_place_is_selected() -> None:
    board = Board.of(crowd())
    assert board.open_menu()
    board.move_menu(-1)
    assert board.menu == len(board.options) - 1
    board.select("db-1")
    assert board.menu is None


def test_nothing_to_do_opens_no_list() -> None:
    board = Board.of(crowd())
    board.select("db-1")
    assert not board.open_menu()


def test_a_refusal_is_said_and_a_taken_order_as_well() -> None:
    session = StandIn()
    board = Board.of(session)
    assert board.order("resize app-1 medium")
    assert board.said is not None
    assert board.said.weight == 3
    session.refuse = "there is no money"
    assert not board.order("resize app-1 metal")
    assert "there is no money" in board.said.text


def test_the_guide_asks_for_one_thing_at_a_time_and_goes_on_when_it_is_done() -> None:
    session = StandIn(view(snapshot([machine("app-1", "app"), machine("db-1", "database")], seconds=0.0)))
    board, guide = Board.of(session), Guide()
    guide.follow(board)
    assert "Space" in board.task
    assert board.lit == "key space"
    session.step()
    board.refresh()
    guide.follow(board)
    assert "Enter" in board.task
    assert board.lit == "place app-1"
    board.open_menu()
    guide.follow(board)
    assert board.lit == "inspector"
    board.menu = None
    guide.follow(board)
    assert board.lit == "speed"
    board.pace.speed = 2
    guide.follow(board)
    assert board.lit == "topline"
    shot = board.snapshot
    board.view = replace(board.view, snapshot=replace(shot, seconds=shot.seconds + 60))
    guide.follow(board)
    assert guide.over
    assert board.task == board.lit == ""


def test_the_guide_can_be_skipped_at_once() -> None:
    board, guide = Board.of(StandIn()), Guide()
    guide.follow(board)
    guide.skip(board)
    assert guide.over
    assert board.task == ""


def test_every_task_fits_the_smallest_screen() -> None:
    assert all(len(task.text) <= 80 - 6 for task in TASKS)
