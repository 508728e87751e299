"""The system's picture as a whole, as text: what is seen of a system at each size, and that nothing is hidden."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.game.history import History, Second
from scalegame.model.snapshot import MachineState, MachineView
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.theme import Depth, Ink
from scalegame.tui.desk.board import USERS, Board
from scalegame.tui.widgets.links import Links
from scalegame.tui.widgets.system import SystemPanel
from tests.tui.pictures import (
    EDGE,
    LARGE,
    MIDDLE,
    QUEUE,
    SIZES,
    SMALL,
    STATES,
    drawn,
    everything,
    of,
    row_with,
    shop,
    system,
)
from tests.tui.stand_in import CALM, StandIn, crowd, level, look, machine, snapshot, view

BOTH = pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
ALL_SIZES = pytest.mark.parametrize("size", SIZES)


@ALL_SIZES
@BOTH
def test_every_machine_shows_its_bar_number_and_state(size: tuple[int, int], glyphs: Glyphs) -> None:
    text = system(Board.of(crowd()), size, glyphs)
    for name, number in (("app-1", "71%"), ("app-2", "88%"), ("app-3", "98%"), ("cache", "12%"), ("db-1", "58%")):
        assert any(name in row and number in row for row in text.splitlines())
    assert "boot" in row_with(text, "app-4")
    assert "4 s" in row_with(text, "app-4")


@ALL_SIZES
def test_a_number_waiting_stands_beside_its_machine(size: tuple[int, int]) -> None:
    assert f"{UNICODE.waiting}61" in row_with(system(Board.of(crowd()), size), "app-3")


@ALL_SIZES
@BOTH
def test_nothing_is_cut_off_with_every_tier_placed(size: tuple[int, int], glyphs: Glyphs) -> None:
    text = system(everything(), size, glyphs)
    for name in ("users", "L7", "app-1", "app-2", "app-3", "app-4", "images", "cache", "db-1", "replica", "standby-1"):
        assert name in text
    for fact in (
        "83 % hit",
        "320 files",
        "120",
        "9 s old",
        "in cache",
        "least conn.",
        "61",
        "20%",
        "58%",
        "47%",
        "66%",
    ):
        assert fact in text, fact


def test_on_a_large_screen_each_machine_tells_more_of_itself() -> None:
    assert "2 cores" not in system(everything(), SMALL)
    text = system(everything(), LARGE)
    assert "2 cores" in text
    assert "120/s" in text


def test_every_tier_says_what_it_is_about() -> None:
    text = system(everything(), (150, 40))
    for fact in (
        "L7 balancer", "least conn.", "a pair", "sessions in cache", "files elsewhere", "61 % hits", "120 MB kept",
        "40 of 100 conn.", "3.0 s behind", "stands by for db-1", "120 wait", "oldest 9 s", "4 in work", "83 % hits",
        "$0.40/min", "320 files",
    ):  # fmt: skip
        assert fact in text, fact


def test_a_tier_that_is_all_down_breaks_its_link_and_says_so() -> None:
    board = of([machine("app-1", "app", state="dead"), machine("db-1", "database")])
    for size in SIZES:
        text = system(board, size)
        assert f"{UNICODE.dead} dead" in text
        assert f"{UNICODE.flows[2]} {UNICODE.dead}" in row_with(text, "/s ")
        assert "down" in row_with(text, USERS)


@BOTH
def test_a_place_in_trouble_has_it_in_its_title_and_on_its_edge(glyphs: Glyphs) -> None:
    hurt = [machine("app-1", "app", 0.5), machine("app-2", "app", state="dead"), machine("db-1", "database", 0.97)]
    for size in SIZES:
        sheet, _ = drawn(of(hurt), size, glyphs)
        text = sheet.text()
        for word, title in ((f"{glyphs.dead} 1 dead", " app "), (f"{glyphs.full} full", " database ")):
            y = next(at for at, row in enumerate(text) if title in row)
            assert word in text[y]
            assert sheet.inks[y][text[y].index(title)] != Ink.FAINT
        assert any(Ink.RED in row for row in sheet.inks)


def test_a_system_on_its_way_up_is_no_alarm() -> None:
    board = of([machine("app-1", "app", 0.5), machine("app-2", "app", 0.0, "booting", seconds_left=3.0)])
    title = row_with(system(board, LARGE), " app ")
    assert "1 of 2 up" in title
    assert not {UNICODE.dead, UNICODE.busy, UNICODE.full} & set(title)


def lossy(place: str) -> Board:
    """40 requests a second were refused at a place in the last second."""
    board = everything()
    now = board.snapshot.seconds
    board.session.history.seconds.append(Second(now, 0.0, 0.0, 40.0, 0.0, CALM, (), (("refused", place, 40),), 0))
    return board


@pytest.mark.parametrize("place", ["app", "replica", "worker"])
def test_what_is_lost_leaves_where_it_is_lost(place: str) -> None:
    text = system(lossy(place), (150, 40))
    assert f"{UNICODE.lost} 40/s refused" in text
    assert f"{UNICODE.lost} 40/s" not in system(everything(), (150, 40))


def test_what_is_lost_is_told_on_the_smallest_screen_as_well() -> None:
    assert f"{UNICODE.lost} 40/s" in row_with(system(lossy("app"), SMALL), " app ")


def test_an_old_loss_is_not_told_as_a_new_one() -> None:
    board = lossy("app")
    board.view = replace(board.view, snapshot=replace(board.snapshot, seconds=board.snapshot.seconds + 30))
    assert f"{UNICODE.lost} 40/s" not in system(board, LARGE)


@BOTH
def test_retries_come_back_to_the_users(glyphs: Glyphs) -> None:
    again = of([machine("balancer-1", "balancer"), machine("app-1", "app")], retry_share=0.25)
    for size in SIZES:
        sheet, links = drawn(again, size, glyphs)
        assert "+60" in "\n".join(sheet.text())
        assert any(mark == glyphs.moving[2] for _, _, mark, _ in links.flow(0))
    calm, links = drawn(of([machine("balancer-1", "balancer"), machine("app-1", "app")]), LARGE, glyphs)
    assert "again" not in "\n".join(calm.text())


def test_what_can_be_placed_has_its_slot_and_the_way_past_it_is_open() -> None:
    board = Board.of(StandIn(played=level(unlocked=("resize", "place"))))
    for size in SIZES:
        text = system(board, size)
        assert text.count("not placed") == 2
        way = row_with(text, "240/s")
        assert UNICODE.flows[2] * 4 in way.replace(UNICODE.moving[0], UNICODE.flows[2])
    assert "balancer" in board.places()


def test_what_the_level_does_not_teach_yet_is_not_shown() -> None:
    assert "balancer" not in system(Board.of(StandIn()))


def test_what_has_no_machines_has_its_box_before_it_stands() -> None:
    board = shop()
    assert {"cdn", "queue"} <= set(board.places())
    for size in SIZES:
        assert "cdn" in system(board, size)


def test_a_database_that_waits_for_its_disk_says_so() -> None:
    db = machine("db-1", "database", cold_factor=1.9)
    assert "disk 1.9x" in system(of([machine("app-1", "app"), db]), (160, 40))


def test_zones_are_named_where_there_are_several() -> None:
    board = of([machine("app-1", "app"), machine("app-2", "app", zone="b"), machine("db-1", "database")])
    for size in SIZES:
        assert "app-2 b" in system(board, size)
    assert "app-2 a" not in system(of([machine("app-1", "app"), machine("app-2", "app")]), LARGE)


@ALL_SIZES
@pytest.mark.parametrize("depth", list(Depth))
def test_the_selected_row_is_marked_over_its_whole_width(size: tuple[int, int], depth: Depth) -> None:
    board = Board.of(crowd())
    board.select("app-2")
    sheet, _ = drawn(board, size, depth=depth)
    y = next(at for at, row in enumerate(sheet.text()) if "app-2" in row)
    start = sheet.text()[y].index(f"{UNICODE.pointer}app-2")
    row = sheet.inks[y][start : start + 20]
    bar = [at for at, cell in enumerate(sheet.characters[y][start : start + 20]) if cell in f"{UNICODE.eighths[1:]}░"]
    assert all(ink == Ink.CHOSEN for at, ink in enumerate(row) if at not in bar)
    assert all(row[at] in (Ink.AMBER, Ink.TRACK) for at in bar), "a bar in reverse would look empty where it is full"


@ALL_SIZES
def test_a_selected_box_is_marked_in_its_title(size: tuple[int, int]) -> None:
    board = Board.of(crowd())
    board.select("app")
    sheet, _ = drawn(board, size)
    assert f"{UNICODE.pointer}app" in "\n".join(sheet.text())
    assert any(Ink.CHOSEN in row for row in sheet.inks)


def test_a_flow_in_the_first_row_leaves_the_title_alone() -> None:
    assert system(everything(), SMALL).splitlines()[0].strip("─") == " System "


def test_nothing_jumps_while_numbers_change() -> None:
    def places(scale: float) -> list[tuple[int, int, str]]:
        board = everything()
        machines = [
            replace(one, utilisation=min(one.utilisation * scale, 1.0), waiting=one.waiting * scale**4, users=40.0)
            for one in board.snapshot.machines
        ]
        board.view = replace(board.view, snapshot=replace(board.snapshot, machines=tuple(machines)))
        return [(zone.x, zone.y, zone.action) for zone in drawn(board, LARGE)[0].zones]

    assert places(0.1) == places(1.0) == places(2.0)


def test_arrows_go_straight_across_the_picture() -> None:
    board = everything()
    drawn(board, LARGE)
    board.select("db-1")
    board.move(-1, 0)
    at_left = board.rows[board.selected]
    assert abs(at_left - board.rows["db-1"]) <= min(
        abs(board.rows[f"app-{i}"] - board.rows["db-1"]) for i in (1, 2, 3, 4)
    )


def test_a_panel_flows_by_the_tick_until_it_is_given_frames() -> None:
    board = everything()
    panel = SystemPanel(replace(look(), animated=True), board, name="system")
    sheet, _ = drawn(board, LARGE)
    panel.draw(sheet)
    first, later = list(panel.flow(0)), list(panel.flow(2))
    assert panel.frame == 2
    assert [cell[:2] for cell in first] == [cell[:2] for cell in later]
    assert first != later
    again, _ = drawn(board, LARGE)
    panel.draw(again)
    shown = {(x, y): again.characters[y][x] for x, y, _, _ in later}
    assert shown == {(x, y): mark for x, y, mark, _ in later}


def test_without_motion_all_stands_still() -> None:
    panel = SystemPanel(look(), everything(), name="system")
    sheet, _ = drawn(panel.board, LARGE)
    panel.draw(sheet)
    assert list(panel.flow(0)) == list(panel.flow(7))


def any_machine(name: str, pool: str) -> st.SearchStrategy[MachineView]:
    return st.builds(
        machine, st.just(name), st.just(pool), st.floats(0.0, 1.0), st.sampled_from(STATES),
        waiting=st.sampled_from([0.0, 7.0, 1900.0]), in_rotation=st.booleans(), zone=st.sampled_from("ab"),
        seconds_left=st.sampled_from([0.0, 3.5, 140.0]), wrong_share=st.sampled_from([0.0, 0.0, 0.3]),
    )  # fmt: skip


@st.composite
def systems(draw: st.DrawFn) -> Board:
    """Any number of machines of any tiers in any states, something selected, zoomed or not."""
    machines: list[MachineView] = []
    for pool in ("balancer", "app", "images", "cache", "database", "replica", "standby", "worker"):
        most = 40 if pool in ("app", "replica", "worker") else 14
        count = draw(st.integers(1 if pool == "app" else 0, most))
        name = "db" if pool == "database" else pool
        machines += [draw(any_machine(f"{name}-{number}", pool)) for number in range(1, count + 1)]
    board = shop(machines, retry_share=draw(st.sampled_from([0.0, 0.4])), uploads=draw(st.sampled_from(["", "object"])))
    board.select(draw(st.sampled_from(board.places())))
    if draw(st.booleans()) and board.zoom():
        board.select(draw(st.sampled_from(board.stops())))
    return board


@given(systems(), st.integers(80, 170), st.integers(8, 50), st.sampled_from([UNICODE, ASCII]), st.integers(0, 1000))
@settings(max_examples=25, deadline=None)
def test_any_system_fits_any_sheet_and_never_hides_what_is_selected(
    board: Board, width: int, height: int, glyphs: Glyphs, frame: int
) -> None:
    sheet, links = drawn(board, (width, height), glyphs, frame=frame)
    places = [zone for zone in sheet.zones if zone.action.partition(" ")[2] == board.selected]
    assert places
    assert all(zone.x + zone.width <= width and zone.y + zone.height <= height for zone in places)
    assert any(Ink.CHOSEN in sheet.inks[zone.y][zone.x : zone.x + zone.width] for zone in places)
    for x, y, mark, ink in links.flow(frame):
        assert (sheet.characters[y][x], sheet.inks[y][x]) == (mark, ink), "nothing lies over what moves"
    assert all(len(row) == width for row in sheet.characters)
    assert glyphs is UNICODE or all("".join(row).isascii() for row in sheet.characters)


@given(st.integers(0, 79), st.integers(0, 7))
@settings(max_examples=30, deadline=None)
def test_where_there_is_no_room_nothing_fails(width: int, height: int) -> None:
    drawn(everything(), (width, height))


def test_a_history_that_is_not_kept_tells_no_losses() -> None:
    session = StandIn(view(snapshot([machine("app-1", "app")])))
    session.history = History()
    assert "loses" not in system(Board.of(session), MIDDLE)


@pytest.mark.parametrize("height", range(5, 12))
def test_a_machine_stands_in_the_picture_once_however_few_rows_there_are(height: int) -> None:
    servers = [machine(f"app-{number}", "app", 0.3) for number in range(1, 7)]
    others = [machine("images-1", "images"), machine("images-2", "images"), machine("db-1", "database")]
    board = of([*servers, *others])
    board.select("app-1")
    text = system(board, (80, height))
    assert text.count("app-1") == 1
    assert "System" in text
    assert "users" in text


@pytest.mark.parametrize("size", [(80, 8), (84, 12), MIDDLE, LARGE])
@pytest.mark.parametrize("edge", ["no cdn", "cdn not placed", "cdn"])
@pytest.mark.parametrize("balancers", [1, 2])
def test_while_the_first_balancer_boots_requests_go_past_it(size: tuple[int, int], edge: str, balancers: int) -> None:
    booting = [
        machine(f"balancer-{number}", "balancer", 0.0, "booting", seconds_left=3.0, arrival_rate=0.0)
        for number in range(1, balancers + 1)
    ]

    def standing(doors: list[MachineView], **kind: None) -> tuple[str, Links]:
        machines = [*doors, machine("app-1", "app", 0.4), machine("db-1", "database")]
        copies = (replace(EDGE, asked_rate=40.0, fetch_rate=20.0),) if edge == "cdn" else ()
        board = of(machines, **kind) if edge == "no cdn" else shop(machines, copies=copies, **kind)
        sheet, links = drawn(board, size)
        return "\n".join(sheet.text()), links

    text, links = standing(booting, balancer_kind=None, balancer_algorithm=None)
    assert "down" not in text
    for number in range(1, balancers + 1):
        assert f"{number} {UNICODE.booting} boot" in text, "and nothing lies over what boots"
    box = row_with(text, "balancer").index("balancer")
    moving = {x for frame in range(40) for x, _, mark, _ in links.flow(frame) if mark == UNICODE.moving[0]}
    assert min(moving) < box < max(moving), "it goes on behind the box"
    gone, _ = standing([replace(one, state="dead") for one in booting])
    assert "down" in gone, "one that has stood, and died, is a broken way"


def working(workers: int, state: MachineState = "up") -> Board:
    """Work that is left to a queue, and workers that are in some state."""
    machines = [machine("app-1", "app"), machine("db-1", "database")]
    machines += [machine(f"worker-{number}", "worker", 0.5, state) for number in range(1, workers + 1)]
    return shop(machines, queue=replace(QUEUE, accepted_rate=30.0))


@pytest.mark.parametrize("size", [MIDDLE, LARGE])
@BOTH
def test_servers_feed_the_queue_and_the_queue_its_workers(size: tuple[int, int], glyphs: Glyphs) -> None:
    text = system(working(2), size, glyphs).splitlines()
    queue, workers = (next(at for at, row in enumerate(text) if name in row) for name in (" queue", " worker"))
    column = text[workers].index(" worker")
    assert "30" in "".join(row[column - 12 : column] for row in text[queue - 1 : queue + 3])
    assert glyphs.head_down in text[workers - 1][column:]
    fed = [row[: column + 1] for row in text[workers:]]
    assert not any(glyphs.head in row[column - 2 :] for row in fed), "no server sends anything to a worker"


@pytest.mark.parametrize("size", [MIDDLE, LARGE])
def test_workers_that_died_break_the_way_from_the_queue_alone(size: tuple[int, int]) -> None:
    text = system(working(2, "dead"), size)
    assert "nobody answers" not in text
    assert "no answer" not in text
    title = next(at for at, row in enumerate(text.splitlines()) if " worker" in row)
    assert f"{UNICODE.dead} down" in text.splitlines()[title]
    assert UNICODE.dead in text.splitlines()[title - 1]


def test_the_first_dead_letter_moves_nothing() -> None:
    def places(dead: int) -> list[tuple[int, int, int, int, str]]:
        board = working(2)
        shot = replace(board.snapshot, queue=replace(QUEUE, dead_letters=dead))
        board.view = replace(board.view, snapshot=shot)
        return [
            (zone.x, zone.y, zone.width, zone.height, zone.action)
            for size in ((104, 25), (140, 40))
            for zone in drawn(board, size)[0].zones
        ]

    assert places(0) == places(1)


@BOTH
def test_retries_come_back_where_nothing_stands_at_the_door(glyphs: Glyphs) -> None:
    machines = [machine("app-1", "app"), machine("db-1", "database")]
    for size in SIZES:
        _, links = drawn(of(machines, retry_share=0.25), size, glyphs)
        assert any(mark == glyphs.moving[2] for _, _, mark, _ in links.flow(0))
        _, links = drawn(of(machines), size, glyphs)
        assert not any(mark == glyphs.moving[2] for _, _, mark, _ in links.flow(0))


def test_what_is_wrong_is_said_in_whole_words_or_by_its_mark_alone() -> None:
    """'not up' and 'cut off' have no halves."""
    cut = [machine("app-1", "app"), machine("app-2", "app", 0.0, "unreachable"), machine("db-1", "database")]
    down = [machine("app-1", "app"), machine("db-1", "database", 0.0, "restarting", seconds_left=3.0)]
    down += [machine("balancer-1", "balancer", 0.0, "booting", seconds_left=3.0)]
    for width in range(80, 120):
        titles = row_with(system(of(cut), (width, 12)), " app ")
        for name in (" database ", "balancer "):
            titles += row_with(system(of(down, balancer_kind=None, balancer_algorithm=None), (width, 12)), name)
        assert "cut" not in titles.replace("cut off", "")
        assert "not" not in titles.replace("not up", "")
