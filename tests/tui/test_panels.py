"""What each panel says, as text: no terminal, no colour."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from scalegame.game.view import Quote
from scalegame.model.scenario import RequestClass
from scalegame.model.snapshot import (
    CallsView,
    CopiesView,
    DataView,
    FrontView,
    MachineView,
    QueueView,
    ShelfView,
    StoreView,
)
from scalegame.tui.cells.glyphs import UNICODE
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.desk.board import USERS, Board
from scalegame.tui.desk.prices import cost
from scalegame.tui.widgets.footer import draw_message
from scalegame.tui.widgets.inspector import draw_inspector
from scalegame.tui.widgets.log import draw_log
from tests.tui.stand_in import CALM, OPTIONS, StandIn, crowd, level, look, machine, pool, snapshot, view

LARGE = (84, 20)


def inspector(board: Board, size: tuple[int, int] = LARGE) -> str:
    sheet = Sheet(*size, look())
    draw_inspector(sheet, board)
    return "\n".join(sheet.text())


def test_the_inspector_names_price_delay_and_downtime_before_you_buy() -> None:
    row = next(row for row in inspector(Board.of(StandIn())).splitlines() if "resize to medium" in row)
    for part in ("u", "+$0.26/min", "8 s down", "drops 9 under way"):
        assert part in row
    option = replace(OPTIONS[0], quote=Quote(0.26, 6.0, 9.0, 2.0, ""))
    assert cost(option) == "+$0.26/min  $6.00 once  in 9 s  2 s down"


def test_what_cannot_be_bought_says_why_in_its_row() -> None:
    row = next(row for row in inspector(Board.of(StandIn())).splitlines() if "resize to large" in row)
    assert "costs more than the purse holds" in row
    assert UNICODE.refused in row


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"utilisation": 0.3}, "keeps up"),
        ({"utilisation": 0.95, "waiting": 24.0}, "all 2 cores are busy; a request waits 200 ms"),
        ({"utilisation": 0.2, "held": 30.0}, "held by requests that wait for the database"),
        ({"waiting": 31.0}, "full: 31 wait where 64 fit"),
        ({"state": "slow", "slow_factor": 2.3}, "2.3x as long"),
        ({"state": "dead", "seconds_left": 12.0}, "back by itself in 12 s"),
        ({"state": "resizing", "seconds_left": 3.0}, "answers nobody"),
        ({"in_rotation": False}, "failed its health checks"),
        ({"state": "unreachable", "seconds_left": 4.0}, "cut off"),
        ({"wrong_share": 0.3}, "bad release: 30 % of its answers are wrong"),
        ({"cold_factor": 1.8, "seconds_cold": 3.0}, "cold after its start: work takes 1.8x"),
    ],
)
def test_why_a_machine_is_slow_is_one_line(how: dict[str, object], reason: str) -> None:
    machines = [machine("app-1", "app", **how), machine("db-1", "database", 0.5)]  # type: ignore[arg-type]  # its fields
    assert reason in inspector(Board.of(StandIn(view(snapshot(machines)))))


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ({"breaker": "open"}, "the breaker before it is open"),
        ({"breaker": "half-open"}, "lets a few calls pass"),
        ({"wasted": 400.0}, "works on 400 calls that nobody waits for"),
    ],
)
def test_what_guards_the_database_is_said_there(how: dict[str, object], reason: str) -> None:
    calls = replace(CallsView("closed", 240.0, 0.75, 180.0, 0.9, 0.0), **how)  # type: ignore[arg-type]  # its fields
    board = Board.of(StandIn(view(snapshot([machine("app-1", "app"), machine("db-1", "database")], calls=calls))))
    board.select("db-1")
    assert reason in inspector(board)


def replicated(**more: object) -> Board:
    """A primary and a replica, of which the database says more."""
    stores = (
        StoreView("db-1", "primary", "", 0.4, 0.0, 0.0, 40, 100),
        replace(StoreView("replica-1", "replica", "", 0.6, 0.0, 0.2, 40, 100), **more),  # type: ignore[arg-type]  # its fields
    )
    machines = [machine("app-1", "app"), machine("db-1", "database"), machine("replica-1", "replica", zone="b")]
    return Board.of(StandIn(view(snapshot(machines, database=DataView(1, stores, unconnected=("app-1",))))))


def test_how_often_a_machine_fails_is_said_where_chance_may_strike() -> None:
    for seconds, said in ((3600.0, True), (None, False)):
        mortal = machine("app-1", "app", mtbf_seconds=seconds)
        text = inspector(Board.of(StandIn(view(snapshot([mortal])))))
        assert ("fails about once in 60 min" in text) == said


def test_a_replica_that_lags_says_how_old_its_answers_are() -> None:
    board = replicated(lag_seconds=3.0)
    board.select("replica-1")
    text = inspector(board)
    assert "what it shows is 3 s old" in text
    assert "lag 3.0 s" in text
    assert "40 of 100 connections" in text
    assert "zone b" in text


def test_a_server_without_a_connection_says_so() -> None:
    board = replicated()
    board.select("app-1")
    assert "no connection to the database" in inspector(board)


@pytest.mark.parametrize(
    ("selected", "said"),
    [("balancer", "/img goes to images; TLS ends at the balancer and the servers"), ("images", "/img comes here")],
)
def test_a_pool_says_which_paths_lead_there(selected: str, said: str) -> None:
    machines = [machine("balancer-1", "balancer"), machine("app-1", "app"), machine("images-1", "images")]
    shot = snapshot(machines)
    front = FrontView(routes=(("/img", "images"),), tls=("balancer", "servers"))
    pools = (*shot.pools, pool("images", machines))
    board = Board.of(StandIn(view(replace(shot, front=front, pools=pools))))
    text = " ".join(inspector(replace(board, selected=selected), (200, 20)).split())
    assert said in text


@pytest.mark.parametrize("selected", ["users", "balancer"])
def test_what_crosses_zones_is_seen_with_its_price(selected: str) -> None:
    machines = [machine("balancer-1", "balancer"), machine("app-1", "app")]
    front = FrontView(crossing_rate=230.0, crossing_price=0.12)
    board = Board.of(StandIn(view(replace(snapshot(machines), front=front))))
    text = " ".join(inspector(replace(board, selected=selected), (200, 20)).split())
    assert "230/s cross zones for $0.12/min" in text


def test_the_small_inspector_tells_how_many_choices_it_hides() -> None:
    assert "all 4 choices (2 more)" in inspector(Board.of(StandIn()), (80, 5))


def test_the_log_keeps_the_newest_lines_and_wraps_long_ones() -> None:
    session = StandIn()
    session.log = [replace(session.log[0], text=f"line {n} " + "and on " * 8) for n in range(9)]
    sheet = Sheet(40, 8, look())
    draw_log(sheet, Board.of(session))
    text = "\n".join(sheet.text())
    assert "line 8" in text
    assert "line 0" not in text
    assert text.count("and on") > 8


def test_the_guides_task_goes_before_the_warning() -> None:
    board = Board.of(crowd())
    sheet = Sheet(80, 1, look())
    draw_message(sheet, board)
    assert "it will refuse soon" in sheet.text()[0]
    board.task = "Press Space"
    sheet = Sheet(80, 1, look())
    draw_message(sheet, board)
    assert "Press Space" in sheet.text()[0]


def edged(machines: Sequence[MachineView] = (), **more: object) -> Board:
    """A shop of pictures and of work that can wait."""
    scenario = replace(
        level().scenario,
        classes=(RequestClass("picture", static=True, reads="pictures"), RequestClass("video", job_ms=400.0)),
    )
    machines = machines or [machine("app-1", "app"), machine("db-1", "database")]
    shot = snapshot(machines, **more)  # type: ignore[arg-type]  # its fields
    session = StandIn(view(shot), played=level(scenario=scenario, unlocked=None))
    return Board.of(session)


def test_what_has_no_machines_has_its_box_before_and_after_it_stands() -> None:
    board = edged()
    assert {"cdn", "queue"} <= set(board.places())
    edge = CopiesView("cdn", 0.83, 400.0, 68.0, 0.0, 900.0, 5000.0, None, 0.0, 0.4, ())
    queue = QueueView(120, 9.0, 4, 0, 900, 3, 1, 2, CALM, CALM)
    board = edged(copies=(edge,), queue=queue, uploads="object", files_stored=320.0)
    for place, said in (("cdn", "83 % of 400/s hit"), ("queue", "3 delivered again"), ("storage", "320 files")):
        board.select(place)
        assert said in inspector(board)


SHELVES = (
    ShelfView("page", 0.93, 400.0, 0.02, 20.0, 60.0),
    ShelfView("search", 0.41, 120.0, 0.0, 0.0, 0.0),
)


def keeping(place: str, pool_name: str, **more: object) -> Board:
    """A store of copies of two classes, in the memory of one machine."""
    name = {"database": "db"}.get(pool_name, pool_name) + "-1"
    machines = [machine(at, of) for at, of in {"app-1": "app", name: pool_name}.items()]
    store = CopiesView(place, 0.8, 520.0, 104.0, 0.01, 900.0, 120_000.0, 3_000_000.0, 40_000.0, 0.0, SHELVES)
    shot = snapshot(machines, copies=(store,), **more)  # type: ignore[arg-type]  # its fields
    return replace(Board.of(StandIn(view(shot))), selected=name)


@pytest.mark.parametrize(("place", "pool_name"), [("cache", "cache"), ("pages", "database"), ("replica", "replica")])
def test_what_keeps_copies_says_what_it_holds_and_of_which_class(place: str, pool_name: str) -> None:
    text = inspector(keeping(place, pool_name))
    assert "holds 120 MB of 3.0 GB" in text
    assert "page     93 % of 400/s" in text
    assert "20 writes/s" in text
    assert ("kept 60 s  2 % too old" in text) == (place == "cache")
    assert ("kept for ever" in text) == (place == "cache")


def test_where_the_data_is_on_the_box_so_are_its_pages() -> None:
    assert "holds 120 MB of 3.0 GB" in inspector(keeping("pages", "app", data="box"))
    assert "holds 120 MB" not in inspector(keeping("pages", "app", data="database"))


def test_what_a_store_holds_leaves_room_for_the_choices() -> None:
    board = keeping("pages", "app", data="box")
    for height in range(5, 20):
        text = inspector(board, (84, height))
        assert "resize to medium" in text


def test_a_database_that_waits_for_its_disk_says_so() -> None:
    db = replace(machine("db-1", "database"), cold_factor=1.9)
    board = Board.of(StandIn(view(snapshot([machine("app-1", "app"), db]))))
    board.select("db-1")
    assert "with reads from disk work takes 1.9x" in inspector(board)


def test_a_cache_that_is_too_small_for_the_sessions_says_so() -> None:
    shot = snapshot([machine("app-1", "app"), machine("cache-1", "cache")], sessions="cache", sessions_evicted=0.3)
    board = replace(Board.of(StandIn(view(shot))), selected="cache-1")
    assert "30 % of the sessions find no room" in inspector(board)


def test_the_users_say_that_a_thief_is_among_them() -> None:
    shot = snapshot([machine("app-1", "app")], leak_share=0.1, leak_seconds=12.0)
    board = replace(Board.of(StandIn(view(shot))), selected=USERS)
    assert "10 % of those with a session are a thief's, for 12 s more" in " ".join(inspector(board, (200, 20)).split())
