"""The briefing: what is known before the doors open."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from scalegame.game.command import VERBS
from scalegame.game.level import Level, Par, Stage
from scalegame.game.level_library import find, library
from scalegame.game.session import Session
from scalegame.model.scenario import RequestClass
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.page import LONGEST
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.screens.briefing import HIGHEST_PLOT, LOWEST_PLOT, BriefingScreen, paint_briefing, verbs
from tests.tui.stand_in import StandIn, StandInRuns, level, look

SIZES = [(80, 24), (120, 40), (160, 50)]


def promised(**more: object) -> Level:
    """A level with grants, par and an announcement."""
    stages = (
        Stage("Quiet", 52.5, 0.0, news="A release is announced for 01:15."),
        Stage("Word", 52.5, 52.5, grant=1.1),
        Stage("Press", 52.5, 105.0, grant=1.2),
        Stage("Front page", 52.5, 157.5),
    )
    return replace(level(stages=stages, par=Par(0.955, 2.1)), **more)  # type: ignore[arg-type]  # Level's own fields


def paint(played: Level, size: tuple[int, int], glyphs: Glyphs = UNICODE) -> tuple[Sheet, list[str]]:
    sheet = Sheet(size[0], LONGEST, look(glyphs))
    length = paint_briefing(sheet, StandIn(played=played), size[1] - 1)
    return sheet, sheet.text()[:length]


@pytest.mark.parametrize("size", SIZES)
def test_all_that_is_fixed_before_it_starts_is_seen_without_scrolling(size: tuple[int, int]) -> None:
    _, rows = paint(promised(), size)
    assert len(rows) <= size[1] - 1
    text = " ".join(" ".join(rows).split())
    for part in (
        "One box", "campaign, seed 7", "Your shop runs on one small machine.", "New A bigger machine does more",
        "Now A release is announced for 01:15.", "Traffic expected", "99 % good", "300 may be lost in stage 1",
        "uptime 95.50 %, cost $2.10", "$4.50, burns $1.30/min", "1 small app, 1 small database", "page", "resize",
        "restart", "+$1.10", "+$1.20", "1 Quiet", "4 Front page",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize("size", SIZES)
def test_the_forecast_has_a_scale_and_the_times_at_which_stages_start(size: tuple[int, int]) -> None:
    _, rows = paint(promised(), size)
    text = "\n".join(rows)
    assert "600/s" in text
    assert "0/s" in text
    axis = next(row for row in rows if "┬00:00" in row)
    for moment in ("┬00:52", "┬01:45", "┬02:37"):
        assert moment in axis
    names = rows[rows.index(axis) + 1]
    assert abs(names.index("3 Press") - axis.index("┬01:45")) <= 1


def test_rows_to_spare_go_to_the_forecast_which_always_has_a_middle() -> None:
    heights = []
    for height in range(24, 60):
        _, rows = paint(promised(), (80, height))
        top = next(y for y, row in enumerate(rows) if "600/s" in row)
        axis = next(y for y, row in enumerate(rows) if "┬00:00" in row)
        heights.append(axis - top)
        assert "300/s" in rows[(top + axis) // 2]
    assert heights == sorted(heights)
    assert heights[0] >= LOWEST_PLOT
    assert heights[-1] == HIGHEST_PLOT


def test_wide_screens_say_what_each_order_does_and_how_long_the_purse_lasts() -> None:
    _, rows = paint(promised(), (120, 40))
    text = "\n".join(rows)
    for verb in VERBS:
        if verb.name in ("resize", "restart"):
            assert f"{verb.name:<16}{verb.meaning}" in text
    assert "enough for 03:27" in text
    assert "page: 8 ms of a core" in text


WORK = (
    RequestClass("page", cpu_ms=2.0, db_read_ms=3.0, db_write_ms=1.0, stale_ms=4000.0),
    RequestClass("photo", cpu_ms=0.5, job_ms=100.0, job_seconds=45.0),
)


def test_what_a_request_takes_of_the_database_and_what_could_wait_is_told_before_it_is_met() -> None:
    played = promised()
    played = replace(played, scenario=replace(played.scenario, classes=WORK))
    small = "\n".join(paint(played, (80, 24))[1])
    assert "page 2 ms+4 db, photo 0.5 ms+100 job" in small
    wide = " ".join(" ".join(paint(played, (160, 50))[1]).split())
    assert "page: 2 ms of a core, 4 ms of the database, at most 4 s out of" in wide
    assert "photo: 0.5 ms of a core, a job of 100 ms in 45 s" in wide


def test_what_can_be_ordered_goes_before_what_a_request_takes_behind_its_server() -> None:
    many = tuple(replace(WORK[1], name=f"picture-{number}") for number in range(3))
    given_up = set()
    for length in range(1, 40):
        played = promised(story="A sentence of a long story. " * length)
        played = replace(played, scenario=replace(played.scenario, classes=many))
        _, rows = paint(played, (80, 24))
        text = "\n".join(rows)
        if len(rows) <= 23:
            given_up.add(("resize · restart" in text, "+100 job" in text))
    assert given_up >= {(True, True), (True, False)}


def test_orders_of_later_levels_are_not_listed() -> None:
    known = [verb.name for verb in verbs(StandIn(played=promised(unlocked=("resize", "place cache", "cancel"))))]
    assert known == [verb.name for verb in VERBS if verb.name in ("resize", "place cache", "cancel", "launch")]
    _, rows = paint(promised(unlocked=None), (80, 24))
    assert any("everything there is" in row for row in rows)


def test_a_command_in_the_text_looks_like_one() -> None:
    sheet, rows = paint(promised(new="`resize app SIZE` makes it bigger."), (80, 24))
    y = next(y for y, row in enumerate(rows) if "resize app SIZE makes it bigger." in row)
    assert sheet.inks[y][rows[y].index("resize")] == Ink.OWN
    assert sheet.inks[y][rows[y].index("makes")] == Ink.STRONG


@pytest.mark.parametrize("size", SIZES)
def test_in_ascii_it_is_ascii(size: tuple[int, int]) -> None:
    _, rows = paint(promised(), size, ASCII)
    assert "".join(rows).isascii()


def test_a_level_without_money_stages_or_promise_has_a_briefing_too() -> None:
    free = level(stages=(Stage("", 210.0, 0.0),), money=None, slo_uptime=0.0)
    for size in SIZES:
        _, rows = paint(free, size)
        text = "\n".join(rows)
        assert "purse" not in text
        assert "promise" not in text
        assert "+$" not in text


@pytest.mark.parametrize("name", [listing.id for listing in library() if listing.pack != "lab"])
def test_the_real_levels_fit_where_they_are_meant_to(name: str) -> None:
    session = Session(find(name), 3)
    sheet = Sheet(120, LONGEST, look())
    assert paint_briefing(sheet, session, 39) <= 39
    assert not any("…" in row for row in sheet.text())
    small = Sheet(80, LONGEST, look())
    assert paint_briefing(small, session, 23) <= 23
    rows = small.text()
    axis = next(y for y, row in enumerate(rows) if "┬00:00" in row)
    # A stage may be too short for its name; nothing else is cut off.
    assert not any("…" in row for row in rows[: axis + 1] + rows[axis + 2 :])


def test_where_rows_are_short_orders_are_counted_before_anything_is_cut_off() -> None:
    many = ("add", "remove", "place", "move", "set", "deploy", "resize", "restart", "route")
    pages = [
        paint(promised(story="A sentence of a long story. " * number, unlocked=many), (80, 24))[1]
        for number in range(1, 40)
    ]
    fitting = [rows for rows in pages if len(rows) <= 23]
    assert any("place balancer" in row for row in fitting[0])
    assert any("kinds, told on the board by ?" in row for row in fitting[-1])


@pytest.mark.parametrize("length", [1, 60])
def test_a_page_that_is_too_long_says_how_it_goes_on_beside_all_its_keys(length: int) -> None:
    session = StandIn(played=promised(story="A sentence of a long story. " * length))
    app = ScalegameApp(session.level, 7, look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session))

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            screen = app.screen
            assert isinstance(screen, BriefingScreen)
            keys, page = screen._keys.text()[0], screen._page
            assert all(word in keys for word in ("open the board", "Space run it", "? help", "q back"))
            assert ("scroll" in keys) == (length > 1)
            assert ("more below: PgDn" in page.text()[-1]) == (length > 1)
            await pilot.press("pagedown", "pagedown", "pagedown")
            await pilot.pause()
            assert any("orders" in row for row in page.text())

    asyncio.run(run())
