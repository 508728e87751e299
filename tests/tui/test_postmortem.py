"""The post-mortem's page: what it earned, the causes in time, and two ledgers that add up."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.worker import WorkerCancelled

from scalegame.game.level import Par
from scalegame.game.past import Past
from scalegame.game.score import Result, medals
from scalegame.game.view import CauseStep, Outcome
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.page import LONGEST
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.screens.postmortem import Aftermath, PostMortemScreen, paint_post_mortem
from scalegame.tui.widgets.causes import Causes, apart
from scalegame.tui.widgets.ledgers import apportion, loss_rows, money_rows
from tests.tui.ended import Ended, told, waits_for_the_help_to_close
from tests.tui.stand_in import StandInRuns, level, look

SIZES = [(80, 24), (120, 40), (160, 50)]


def paint(
    session: Ended, size: tuple[int, int], glyphs: Glyphs = UNICODE, *, whole: bool = False
) -> tuple[Sheet, list[str]]:
    """The whole page, down to its end."""
    sheet = Sheet(size[0], LONGEST, look(glyphs))
    length, _ = paint_post_mortem(sheet, Aftermath(session, session.post_mortem(), whole), size[1] - 1)
    return sheet, sheet.text()[:length]


def find(rows: list[str], text: str) -> int:
    return next(y for y, row in enumerate(rows) if text in row)


@pytest.mark.parametrize("size", SIZES)
def test_it_says_how_it_ended_what_it_earned_why_and_what_to_learn(size: tuple[int, int]) -> None:
    _, rows = paint(Ended(), size)
    text = " ".join(" ".join(rows).split())
    assert "✖ lost" in rows[0]
    for part in ("uptime", "85.12 %", "no medal", "gold asks for 95.50 %", "$0.51", "gold asks for $2.10"):
        assert part in text
    assert "It broke here: app was 97 % busy, 25 requests waiting, at 01:12." in text
    assert "2,800 of 3,354 were lost so" in text
    assert "Scaling up is simple: resize does it." in text, "backticks are drawn as what they mean"


def test_at_120_columns_all_of_it_is_seen_at_once() -> None:
    _, rows = paint(Ended(), (120, 40))
    assert len(rows) <= 39
    for title in (" Why ", " Requests lost ", " Money spent ", " The lesson ", " Next "):
        assert any(title in row for row in rows)


@pytest.mark.parametrize("size", SIZES)
def test_what_the_list_says_is_not_said_twice(size: tuple[int, int]) -> None:
    _, rows = paint(Ended(), size)
    text = "\n".join(rows)
    assert text.count("had no room left and refused: 2,800 lost") == 1
    assert text.count("no machine of app answered") == 1


@pytest.mark.parametrize("size", SIZES)
def test_each_cause_has_a_number_that_stands_over_its_moment_and_in_the_list(size: tuple[int, int]) -> None:
    _, rows = paint(Ended(), size)
    marks = [(at.start(), 60 * int(at[1]) + int(at[2])) for row in rows for at in re.finditer(r"┬(\d\d):(\d\d)", row)]
    numbers = rows[find(rows, "it broke here,") + 1]
    at = [numbers.index(digit) for digit in "1234"]
    (left, begin), (right, end) = marks[0], marks[-1]
    for column, seconds in zip(at, (68, 72, 80, 102), strict=True):
        exact = left + (seconds - begin) / (end - begin) * (right - left)
        assert abs(column - exact) <= 2
    for number, words in enumerate(("traffic rose", "app was 97 %", "app had no room", "no machine of app"), 1):
        clock_time = ("01:08", "01:12", "01:20", "01:42")[number - 1]
        assert any(re.search(rf"{number} {clock_time} {words}", row) for row in rows)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_moment_it_broke_is_a_line_through_all_rows(size: tuple[int, int], glyphs: Glyphs) -> None:
    sheet, rows = paint(Ended(), size, glyphs)
    y = find(rows, "it broke here, 01:12")
    column = rows[y].index(f"{glyphs.head_down} it broke")
    bottom = find(rows, "01:20")
    assert rows[y + 1][column] == "2"
    assert bottom - y >= 6
    names = [row for row in range(y + 2, bottom) if sheet.characters[row][column] == glyphs.vertical]
    assert names == list(range(y + 2, bottom))


def test_a_pool_that_did_not_answer_is_marked_without_colour() -> None:
    _, rows = paint(Ended(), (120, 40))
    assert re.search(r"app .*✖✖✖", "\n".join(rows))
    _, rows = paint(Ended(), (120, 40), ASCII)
    assert re.search(r"app .*XXX", "\n".join(rows))


@pytest.mark.parametrize("size", SIZES)
def test_zoomed_it_shows_where_it_broke_and_else_the_whole_run(size: tuple[int, int]) -> None:
    _, close = paint(Ended(), size)
    _, whole = paint(Ended(), size, whole=True)
    assert not any("┬00:00" in row for row in close)
    assert any("┬00:00" in row for row in whole)
    assert any("stage 1  Word gets round" in row and "stage 2  Lunch break" in row for row in whole)
    assert any("stage 2  Lunch break" in row for row in close)


def test_the_stretch_begins_before_the_first_cause_and_ends_with_the_run_where_that_is_near() -> None:
    def stretch(*seconds: float, whole: bool = False) -> tuple[int, int]:
        chain = tuple(CauseStep(at, "app", "something") for at in seconds)
        history = (("traffic", (1.0,) * 300), ("lost", (0.0,) * 300))
        return Causes(told(chain=chain, history=history, first=0), (), won=False, whole=whole).stretch()

    assert stretch(100.0, 130.0) == (92, 150)
    assert stretch(200.0, 250.0) == (192, 300)
    assert stretch(100.0, 100.0) == (90, 120)
    assert stretch(2.0, 3.0) == (0, 30)
    assert stretch(100.0, whole=True) == (0, 300)
    assert stretch() == (0, 300)


def test_numbers_over_the_rows_keep_apart_and_off_what_stands_at_the_right() -> None:
    assert apart([3, 3, 4, 20], 30) == [3, 5, 7, 20]
    assert apart([28, 30, 30, 30], 30) == [24, 26, 28, 30]
    late = tuple(CauseStep(118.0, "app", f"cause {number}") for number in range(6))
    for size in SIZES:
        _, rows = paint(Ended(told(chain=late, first=0)), size)
        assert re.search(r"1 2 3 4 5 6 +highest", rows[find(rows, "it broke here,") + 1])


@pytest.mark.parametrize("size", SIZES)
def test_both_ledgers_add_up_to_the_last_request_and_cent(size: tuple[int, int]) -> None:
    _, rows = paint(Ended(), size)
    text = "\n".join(rows)
    causes = [int(row.figure.replace(",", "")) for row in loss_rows(told())]
    assert sum(causes) == 3354
    cents = [round(float(row.figure.strip("$")) * 100) for row in money_rows(told())]
    assert sum(cents) == 51
    assert text.count("$0.51") == 2, "half a cent is rounded the same way above and below"
    assert sum(row.share for row in loss_rows(told())) == 100
    assert sum(row.share for row in money_rows(told())) == 100
    for figure in ("2,800", "553", "3,354", *(row.figure for row in money_rows(told()))):
        assert figure in text
    for words in ("3,354 of 22,540", "cores at work", "cores that stood idle", "spare machines",
                  "booting or dead machines", "one-off costs"):  # fmt: skip
        assert words in text


@pytest.mark.parametrize(
    ("values", "whole"), [([1.0, 1.0, 1.0], 100), ([0.333, 0.333, 0.334], 1), ([5.0, 0.0], 7), ([0.0, 0.0], 0)]
)
def test_what_rounding_leaves_is_given_to_somebody(values: list[float], whole: int) -> None:
    parts = apportion(values, whole)
    assert sum(parts) == whole
    exact = [value / (sum(values) or 1.0) * whole for value in values]
    assert all(abs(part - share) < 1 for part, share in zip(parts, exact, strict=True))


@pytest.mark.parametrize(
    ("uptime", "cost", "rows"),
    [
        (0.9601, 2.0, ("★ gold      0.51 points better than gold asks for", "★ gold      $0.10 less than gold allows")),
        (0.9512, 2.31, ("★ silver    gold needs 0.38 points more", "★ silver    gold needs $0.21 less")),
        (0.90, 2.60, ("★ bronze    silver needs 1.00 points more", "★ bronze    silver needs $0.19 less")),
        (0.80, 9.0, ("☆ no medal  bronze needs 2.00 points more", "☆ no medal  bronze needs $6.17 less")),
    ],
)  # fmt: skip
def test_a_win_says_how_far_it_is_to_the_next_medal(uptime: float, cost: float, rows: tuple[str, str]) -> None:
    offered = 1_000_000
    result = Result("won", None, round(cost * 1e6), 0, offered, round(uptime * offered), 0, 0, 0)
    earned = medals(result, Par(0.955, 2.10))
    tells = told(uptime=uptime, cost=cost, uptime_medal=earned[0], cost_medal=earned[1])
    _, shown = paint(Ended(tells, "won"), (80, 24))
    assert "★ won" in shown[0]
    for row in rows:
        assert any(row in line for line in shown), shown[:6]


def test_a_launched_win_says_why_it_has_no_medal_for_cost() -> None:
    tells = told(uptime=0.97, uptime_medal="gold")
    _, rows = paint(Ended(tells, "won", launches=1), (80, 24))
    assert any("launched early: no medal for cost" in row for row in rows)


def test_a_win_without_loss_has_a_page_too() -> None:
    calm = told(
        why=("Nothing was lost: all 26,000 requests were answered in time.",), chain=(), losses=(), first=None,
        uptime=1.0, uptime_medal="gold", history=(("traffic", (5.0,) * 60), ("lost", (0.0,) * 60)),
    )  # fmt: skip
    for size in SIZES:
        _, rows = paint(Ended(calm, "won"), size)
        text = "\n".join(rows)
        assert "Nothing was lost: all 26,000" in text
        assert "Nothing was lost." in text
        assert "broke" not in text


@pytest.mark.parametrize("size", SIZES)
def test_in_ascii_it_is_ascii_and_as_long(size: tuple[int, int]) -> None:
    _, plain = paint(Ended(), size, ASCII)
    _, rich = paint(Ended(), size)
    assert "".join(plain).isascii()
    assert len(plain) == len(rich)


def test_hot_pools_are_loud_and_the_first_cause_is_lit() -> None:
    sheet, rows = paint(Ended(), (120, 40))
    y = find(rows, "it broke here,") + 1
    assert sheet.inks[y][rows[y].index("2")] == Ink.LIT
    app = next(at for at in range(y, len(rows)) if rows[at].lstrip("│ ").startswith("app "))
    assert Ink.RED in sheet.inks[app]


# On the screen


def on_screen(session: Ended, script: Callable[[ScalegameApp, Pilot[int]], Awaitable[None]],
              size: tuple[int, int] = (80, 24)) -> None:  # fmt: skip
    app = ScalegameApp(
        session.level, session.seed, look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session, session)
    )

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.show_post_mortem(session)
            await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())


def screen_of(app: ScalegameApp) -> PostMortemScreen:
    assert isinstance(app.screen, PostMortemScreen)
    return app.screen


def foot_of(app: ScalegameApp) -> str:
    return screen_of(app).foot.text()[0]


def test_pages_are_turned_until_there_is_nothing_below_and_back() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        screen = screen_of(app)
        assert "more below: Space" in screen.text()[-1]
        seen = set(screen.text()[:-1])
        for _ in range(9):
            if "more below" not in screen.text()[-1]:
                break
            await pilot.press("space")
            seen |= set(screen.text())
        assert "more below" not in screen.text()[-1]
        _, rows = paint(session, (80, 24))
        assert {row for row in rows if row} <= seen
        for _ in range(9):
            await pilot.press("pageup")
        assert "✖ lost" in screen.text()[0]

    session = Ended()
    on_screen(session, script)


def test_z_zooms_out_and_in_again() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        before = screen_of(app).text()
        await pilot.press("z")
        assert any("┬00:00" in row for row in screen_of(app).text())
        await pilot.press("z")
        assert screen_of(app).text() == before

    on_screen(Ended(), script)


@pytest.mark.parametrize(("width", "outcome"), [(80, "lost"), (80, "won"), (120, "won")])
def test_the_footer_shows_every_key_whole(width: int, outcome: Outcome) -> None:
    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        row = foot_of(app)
        for words in ("a new seed", "g look around", "w what if", "? help", "q title"):
            assert words in row
        assert ("⏎ next level" if outcome == "won" else "⏎ try again") in row
        assert ("t again" in row) == (outcome == "won")

    on_screen(Ended(outcome=outcome), script, (width, 30))


def test_a_level_with_a_seed_of_its_own_offers_no_other() -> None:
    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        assert "new seed" not in foot_of(app)
        assert "g look around" in foot_of(app)

    session = Ended()
    session.level = level(seed=20261128)
    _, rows = paint(session, (80, 24))
    assert not any("another seed" in row for row in rows)
    on_screen(session, script)


def test_enter_t_and_a_play_again_with_the_same_or_another_seed() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        runs = app.runs
        assert isinstance(runs, StandInRuns)
        await pilot.press("enter")
        await pilot.pause()
        assert runs.asked[-1] == ("one-box", 7)

    on_screen(Ended(), script)

    async def other(app: ScalegameApp, pilot: Pilot[int]) -> None:
        runs = app.runs
        assert isinstance(runs, StandInRuns)
        await pilot.press("a")
        await pilot.pause()
        assert runs.asked[-1] == ("one-box", None)

    on_screen(Ended(), other)


def test_while_the_run_is_played_again_the_footer_says_how_far_and_escape_stops_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stopped = threading.Event()

    def slow(_: Past, heard: Callable[[float], bool]) -> bool:
        heard(0.25)
        stopped.wait(60)
        return heard(0.5)

    monkeypatch.setattr(Past, "prepare", slow)

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        screen = screen_of(app)
        worker = screen._playing
        assert worker is None
        await pilot.press("g")
        await pilot.pause()
        worker = screen._playing
        assert worker is not None
        assert "25 %" in foot_of(app)
        assert "Esc stops" in foot_of(app)
        await pilot.press("escape")
        stopped.set()
        with pytest.raises(WorkerCancelled):
            await worker.wait()
        assert app.screen is screen
        assert "g look around" in foot_of(app)

    on_screen(Ended(), script)


def test_the_board_does_not_come_over_what_is_read_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    enough = threading.Event()

    def slow(_: Past, heard: Callable[[float], bool]) -> bool:
        enough.wait(60)
        return heard(1.0)

    monkeypatch.setattr(Past, "prepare", slow)

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await waits_for_the_help_to_close(app, pilot, screen_of(app), "g", enough)

    on_screen(Ended(), script)


def test_without_a_chain_there_is_nothing_to_zoom_into() -> None:
    calm = told(chain=(), losses=(), first=None, history=(("traffic", (5.0,) * 60), ("lost", (0.0,) * 60)))
    _, rows = paint(Ended(calm, "won"), (80, 24))
    assert not any("in the whole run" in row for row in rows)

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert "zoom" not in foot_of(app)
        before = screen_of(app).text()
        await pilot.press("z")
        assert screen_of(app).text() == before

    on_screen(Ended(calm, "won"), script)


def test_the_page_a_level_is_about_opens_where_there_are_such_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert "l learn" in foot_of(app)
        assert "q title" in foot_of(app)
        await pilot.press("l")
        assert opened == ["one-box"]

    monkeypatch.setattr(ScalegameApp, "open_learn", lambda _, about: opened.append(about), raising=False)
    on_screen(Ended(outcome="won"), script)
