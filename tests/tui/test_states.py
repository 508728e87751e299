"""What state a machine is in: a mark and a word of its own each, in both sets of marks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.model.catalogue import RESIZE_SECONDS, RESTART_SECONDS
from scalegame.model.snapshot import MachineState, OrderView
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.roster import Roster
from scalegame.tui.desk.under_way import under_way
from scalegame.tui.widgets.states import SHORT, serves, state_mark
from tests.tui.pictures import LARGE, SIZES, of, row_with, system
from tests.tui.stand_in import StandIn, machine, snapshot, view

STATES: dict[str, dict[str, object]] = {
    "up": {},
    "busy": {"utilisation": 0.87},
    "full": {"utilisation": 0.96},
    "booting": {"state": "booting", "seconds_left": 4.0},
    "resizing": {"state": "resizing", "seconds_left": 4.0},
    "restarting": {"state": "restarting", "seconds_left": 4.0},
    "draining": {"state": "draining"},
    "deploying": {"state": "deploying", "seconds_left": 4.0},
    "dead": {"state": "dead"},
    "slow 2.3x": {"state": "slow", "slow_factor": 2.3},
    "cold 1.8x": {"cold_factor": 1.8},
    "cut off": {"state": "unreachable", "seconds_left": 3.0},
    "no traffic": {"in_rotation": False},
    "wrong 30%": {"wrong_share": 0.3},
}


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_every_state_has_a_mark_of_its_own_and_its_word(glyphs: Glyphs) -> None:
    marks = {}
    for word, how in STATES.items():
        mark, said, _ = state_mark(machine("app-1", "app", **how), glyphs)  # type: ignore[arg-type]  # its fields
        assert said == word
        marks[mark] = word
    assert len(marks) == len(STATES)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("word", STATES)
def test_every_state_is_read_in_the_picture_without_colour(word: str, size: tuple[int, int], glyphs: Glyphs) -> None:
    one = machine("app-1", "app", **STATES[word])  # type: ignore[arg-type]  # its fields
    row = row_with(system(of([one, machine("db-1", "database")]), size, glyphs), "app-1")
    mark, _, _ = state_mark(one, glyphs)
    assert mark in row
    if size == LARGE or not serves(one):
        assert word in row or SHORT.get(word, word) in row


def test_words_stand_beside_marks_where_there_is_room() -> None:
    for word, how in STATES.items():
        text = system(of([machine("app-1", "app", **how), machine("db-1", "database")]), (150, 30))  # type: ignore[arg-type]
        assert word in row_with(text, "app-1")


def test_what_ends_by_itself_shows_how_much_of_it_is_over() -> None:
    left = machine("app-1", "app", state="booting", seconds_left=1.5)
    order = OrderView(3, "boot app-1", "app-1", 1.5, 6.0)
    board = of([left, machine("db-1", "database")], orders=(order,))
    assert board.roster.progress(left) == pytest.approx(0.75)
    row = row_with(system(board, LARGE), "app-1")
    assert "booting 1.5 s" in row
    assert UNICODE.eighths[-1] * 2 in row
    assert UNICODE.track in row


def test_without_an_order_the_longest_wait_seen_is_the_whole() -> None:
    session = StandIn(view(snapshot([machine("app-1", "app", state="restarting", seconds_left=8.0)])))
    board = Board.of(session)
    assert board.roster.progress(board.snapshot.machines[0]) == 0.0
    later = replace(session.shown.snapshot.machines[0], seconds_left=2.0)
    session.shown = view(snapshot([later]))
    board.refresh()
    assert board.roster.progress(later) == pytest.approx(0.75)
    again = replace(later, state="deploying", seconds_left=4.0)
    assert Roster(snapshot([again]), board.roster).progress(again) == 0.0


def test_the_machines_own_bar_and_the_list_of_what_is_under_way_say_the_same_of_a_reboot() -> None:
    """Also where it was not seen to begin, as in a game that goes on."""
    reboots: tuple[tuple[MachineState, float], ...] = (("resizing", RESIZE_SECONDS), ("restarting", RESTART_SECONDS))
    for state, whole in reboots:
        for left in (whole + 2.0, whole / 4, 0.0):
            one = machine("app-1", "app", state=state, seconds_left=left)
            board = of([one, machine("db-1", "database")])
            (errand,) = under_way(board.roster)
            assert errand.done == board.roster.progress(one)
            assert errand.done == pytest.approx(max(1.0 - left / whole, 0.0))
