"""Why a place is slow, in one line: of what is true, what tells most."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.game.history import PoolSecond, Second
from scalegame.model.snapshot import (
    AutoscalerView,
    CallsView,
    CopiesView,
    DataView,
    Happening,
    QueuedClassView,
    QueueView,
    ShelfView,
    StoreView,
)
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.places import why_place
from scalegame.tui.widgets.reasons import why
from tests.tui.stand_in import CALM, StandIn, machine, snapshot, view


def board(*machines: object, select: str = "app-1", **more: object) -> Board:
    """``machines`` beside a database that is half busy."""
    shot = snapshot([*machines, machine("db-1", "database", 0.5)], **more)  # type: ignore[list-item, arg-type]  # machines, and its fields
    return replace(Board.of(StandIn(view(shot))), selected=select)


def said(of: Board) -> str:
    here = of.machine(of.selected)
    return why(of, here) if here is not None else why_place(of)


def app(number: int = 1, utilisation: float = 0.4, **more: object) -> object:
    return machine(f"app-{number}", "app", utilisation, **more)  # type: ignore[arg-type]  # its fields


def test_slots_held_by_the_database_come_before_busy_cores() -> None:
    of = board(app(utilisation=0.95, held=28.0))
    assert said(of) == "28 of 32 slots are held by requests that wait for the database (50 % busy)"


def test_a_database_that_is_gone_is_the_reason() -> None:
    machines = [machine("app-1", "app", held=28.0), machine("db-1", "database", state="dead")]
    of = Board.of(StandIn(view(snapshot(machines))))
    assert "28 of 32 slots are held by requests that wait for the database, and none of it answers" in said(of)


def test_a_few_held_slots_are_no_trouble_yet_but_a_full_database_is_told() -> None:
    machines = [machine("app-1", "app", held=5.0), machine("db-1", "database", 0.92)]
    of = Board.of(StandIn(view(snapshot(machines))))
    assert said(of) == "keeps up so far, but 5 of 32 slots wait for the database, and that is 92 % busy"


def test_retries_are_named_as_a_share_of_the_load() -> None:
    of = board(app(utilisation=0.95, waiting=24.0), retry_share=0.4)
    assert "all 2 cores are busy" in said(of)
    assert said(of).endswith("retries are 40 % of the load")


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"sessions": "sticky"}, "sticky sessions keep users where they are"),
        ({"balancer_algorithm": "ip-hash"}, "hashed by address, an office is one user"),
        ({"balancer_algorithm": "round-robin"}, "round-robin does not ask how busy or how big it is"),
    ],
)
def test_a_server_that_gets_more_than_its_share_says_by_which_rule(more: dict[str, object], rule: str) -> None:
    servers = [app(1, 0.97, arrival_rate=300.0), app(2, 0.3, arrival_rate=60.0), app(3, 0.3, arrival_rate=40.0)]
    of = board(*servers, **more)  # type: ignore[arg-type]  # a snapshot's fields
    assert f"it gets 75 % of the requests where 33 % were fair: {rule}" in said(of)
    assert said(replace(of, selected="app")).startswith("app-1: slow: all 2 cores are busy")
    assert "fair" not in said(replace(of, selected="app-2"))


def test_a_slow_machine_says_since_when() -> None:
    of = board(app(state="slow", slow_factor=2.3))
    of.session.history.happenings.append(Happening(1220, 1, "app-1", "slow", "app-1 takes 2.3 times as long"))
    assert said(of).startswith("slow since 02:02: its work takes 2.3x as long as it should")
    of.session.history.happenings.append(Happening(1300, 2, "app-1", "bad release", "..."))
    assert said(of).startswith("slow since its release at 02:10")


def kept(hit: float, kilobytes: float, place: str = "cache") -> CopiesView:
    shelf = ShelfView("page", hit, 400.0, 0.0, 0.0, 60.0)
    return CopiesView(place, hit, 400.0, 400.0 * (1 - hit), 0.0, 900.0, kilobytes, 1e6, 0.0, 0.0, (shelf,))


def test_a_cold_cache_and_one_that_is_too_small_are_told_apart() -> None:
    cache = machine("cache-1", "cache", 0.1)
    cold = board(app(), cache, copies=(kept(0.34, 90_000.0),), select="cache-1")
    assert said(cold).startswith("cold cache: 34 % of 400/s hit so far, 264/s ask the database")
    small = board(app(), cache, copies=(kept(0.34, 990_000.0),), select="cache-1")
    assert said(small).startswith("memory too small: 990 MB are full, and 34 % of 400/s hit")
    warm = board(app(), cache, copies=(kept(0.9, 990_000.0),), select="cache-1")
    assert said(warm) == "keeps up: nobody waits"


def test_the_pool_says_what_is_wrong_with_its_only_machine() -> None:
    cache = machine("cache-1", "cache", 0.1)
    cold = board(app(), cache, copies=(kept(0.34, 90_000.0),), select="cache")
    assert said(cold) == (
        "cold cache: 34 % of 400/s hit so far, 264/s ask the database; it warms with every request;"
        " 1 of 1 up, 10 % busy"
    )


def test_connections_that_run_out_are_told_before_they_have() -> None:
    stores = (StoreView("db-1", "primary", "", 1.0, 0.0, 0.0, 95, 100),)
    of = board(app(), database=DataView(1, stores), select="db-1")
    assert said(of) == "95 of 100 connections are taken: the next server finds none; a pooler shares them"


def test_an_open_breaker_says_how_many_calls_failed() -> None:
    of = board(app(), calls=CallsView("open", 240.0, 0.0, 0.0, 0.9, 0.0), select="db-1")
    assert said(of) == "the breaker before it is open: 90 % of the calls failed; all fail at once now, none reach it"


def test_a_standby_that_takes_over_is_named_at_the_dead() -> None:
    stores = (
        StoreView("db-1", "primary", "", 1.0, 0.0, 0.0, 5, 100),
        StoreView("standby-1", "standby", "db-1", 0.0, 0.0, 0.0, 0, 100),
    )
    dead = machine("db-1", "database", state="dead", seconds_left=12.0)
    shot = snapshot([machine("app-1", "app"), dead, machine("standby-1", "standby")], database=DataView(1, stores))
    of = replace(Board.of(StandIn(view(shot))), selected="db-1")
    assert "standby-1 takes over" in said(of)


def test_a_full_balancer_of_requests_says_that_it_reads_them() -> None:
    of = board(machine("balancer-1", "balancer", 0.95, waiting=5.0), app(), select="balancer")
    assert "an L7 reads every request" in said(of)


def test_a_pool_says_which_of_it_do_not_answer() -> None:
    of = board(app(1), app(2, state="dead", seconds_left=12.0), app(3, state="booting", seconds_left=4.0), select="app")
    assert said(of).startswith("2 of 3 do not answer (app-2 dead, app-3 booting), the first is back in 4 s")


def test_an_autoscaler_at_its_limit_says_what_it_wants() -> None:
    scaler = AutoscalerView("app", 1, 2, 0.7, 2, 5)
    assert said(board(app(1), app(2), autoscalers=(scaler,), select="app")).startswith(
        "its autoscaler wants 5 machines and may have 2"
    )


def queued(depth: int, oldest: float, waiting: list[float], *, workers: bool = True) -> Board:
    of_class = QueuedClassView("video", True, depth, oldest, 90.0, False, CALM)
    queue = QueueView(depth, oldest, 4, 0, 900, 0, 0, 0, CALM, CALM, (of_class,))
    crew = [machine("worker-1", "worker", 1.0)] if workers else []
    of = board(app(), *crew, queue=queue, select="queue")
    for second, wait in enumerate(waiting):
        pools = (PoolSecond("worker", 1, 1, 1.0, wait),)
        of.session.history.seconds.append(Second(second + 1.0, 10.0, 10.0, 0.0, 0.0, CALM, pools, (), 0))
    return of


def test_too_few_workers_are_told_by_the_growing_queue() -> None:
    text = said(queued(120, 31.0, [10.0 * second for second in range(12)]))
    assert text.startswith("workers too few: 10/s more wait; the oldest has waited 31 s of 90 s")


def test_a_queue_that_drains_says_until_when() -> None:
    text = said(queued(120, 31.0, [240.0 - 10.0 * second for second in range(12)]))
    assert text.startswith("drains by 10/s, empty in about 12 s; the oldest has waited 31 s of 90 s")


def test_a_queue_without_workers_says_so() -> None:
    assert said(queued(120, 31.0, [], workers=False)).startswith("nobody works on it: there are no workers")


def test_the_users_say_what_they_lose_and_what_retries_add() -> None:
    of = board(app(), retry_share=0.4, lost_by_cause_rate=(("refused", 40.0), ("late", 8.0)), select="users")
    text = said(of)
    assert text.startswith("retries are 40 % of the load; ")
    assert text.endswith("lost: refused 40/s, late 8/s")
