"""Looking around on the board of a real run of level 1 that was lost: the past can be read, not changed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.game.level_library import find
from scalegame.game.past import Past
from scalegame.game.session import Session
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.figures import clock
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.runs import UnkeptRuns
from scalegame.tui.screens.help import HelpScreen
from scalegame.tui.screens.past import PastScreen
from scalegame.tui.screens.postmortem import PostMortemScreen
from tests.tui.stand_in import look

SEED = 3
RESTART = 1000
"""The tick of an order in the middle of the trouble."""
Script = Callable[[ScalegameApp, Pilot[int], PastScreen], Awaitable[None]]


@cache
def lost() -> Session:
    """Level 1, with one order that did not save it."""
    session = Session(find("one-box"), SEED)
    while not session.over:
        if session.tick == RESTART:
            assert session.do("restart app-1") is None
        session.step()
    return session


@cache
def ready() -> Past:
    """Played again once, and shared: each test begins where it broke."""
    past = Past(lost())
    assert past.prepare(lambda _: True)
    return past


def again_to(tick: int) -> Session:
    """The same run as it was played, up to a tick."""
    session = Session(find("one-box"), SEED)
    while session.tick < tick:
        if session.tick == RESTART:
            assert session.do("restart app-1") is None
        session.step()
    return session


def looking(script: Script, size: tuple[int, int] = (80, 24), glyphs: Glyphs = UNICODE) -> None:
    """Show the end of the run, press g, and run the script on the board that opens."""
    session = lost()
    past = ready()
    past.jump(past.begins_at)
    app = ScalegameApp(session.level, SEED, look(glyphs), clock=lambda: 0.0, autostart=False, runs=UnkeptRuns())

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.show_post_mortem(session)
            await pilot.pause()
            page_of(app)._past = past
            await pilot.press("g")
            await pilot.pause()
            await script(app, pilot, past_screen(app))

    asyncio.run(run())


def page_of(app: ScalegameApp) -> PostMortemScreen:
    assert isinstance(app.screen, PostMortemScreen)
    return app.screen


def past_screen(app: ScalegameApp) -> PastScreen:
    assert isinstance(app.screen, PastScreen)
    return app.screen


def past_on(screen: PastScreen) -> Past:
    past = screen.board.session
    assert isinstance(past, Past)
    return past


def log_of(screen: PastScreen) -> list[str]:
    return [line.text for line in screen.board.session.log]


def shown(screen: PastScreen, name: str) -> str:
    return "\n".join(screen._panels[name].text())


def test_g_plays_the_run_again_beside_the_screen_and_opens_the_board() -> None:
    session = lost()
    app = ScalegameApp(session.level, SEED, look(), clock=lambda: 0.0, autostart=False, runs=UnkeptRuns())

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            app.show_post_mortem(session)
            await pilot.pause()
            await pilot.press("g")
            await app.workers.wait_for_complete()
            await pilot.pause()
            assert past_on(past_screen(app)).tick == ready().moments[ready().begins_at].tick

    asyncio.run(run())


def test_it_stands_at_the_break_in_the_very_state_that_the_run_had_there() -> None:
    async def script(_: ScalegameApp, __: Pilot[int], screen: PastScreen) -> None:
        past = past_on(screen)
        told = lost().post_mortem()
        assert told.first is not None
        broke = told.chain[told.first]
        assert past.seconds == broke.seconds, "an order is shown just before it is carried out"
        assert past.state() == again_to(past.tick).state()
        assert shown(screen, "topline").startswith(f" frozen {clock(past.seconds)}")
        assert f"{clock(broke.seconds)}: {broke.text}" in shown(screen, "message")
        assert "Esc back" in shown(screen, "topline")
        assert broke.text in shown(screen, "message")
        assert screen.board.selected == "app-1", "what the cause is about is selected"
        assert "app-1" in shown(screen, "system")
        assert "users" in shown(screen, "system")

    looking(script)


@pytest.mark.parametrize(
    "keys", [["r"], ["u"], ["n"], ["enter", "enter"], ["colon", *"restart", "space", *"app-1", "enter"]]
)
def test_every_order_is_refused_in_a_sentence_and_changes_nothing(keys: list[str]) -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        past = past_on(screen)
        before = past.state(), past.tick, len(past.log)
        await pilot.press(*keys)
        await pilot.pause()
        assert "nothing can be changed" in shown(screen, "message")
        assert (past.state(), past.tick, len(past.log)) == before

    looking(script)


def test_escape_comes_back_to_the_page_where_it_was_and_g_to_the_moment_where_one_looked() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        tick = past_on(screen).tick
        await pilot.press("full_stop", "escape")
        await pilot.pause()
        page = page_of(app)
        assert "lost" in page.text()[0]
        await pilot.press("space")
        scrolled = page.text()
        assert "more above" in scrolled[0]
        await pilot.press("g")
        await pilot.pause()
        assert past_on(past_screen(app)).tick > tick
        await pilot.press("q")
        await pilot.pause()
        assert page_of(app).text() == scrolled

    looking(script)


def test_a_step_forward_through_an_order_carries_it_out_and_a_step_back_takes_it_back() -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        past = past_on(screen)
        past.go(RESTART)
        await pilot.press("comma", "full_stop")
        assert past.tick == RESTART
        assert "restart app-1" not in log_of(screen)
        await pilot.press("full_stop")
        assert past.tick == RESTART + 10
        assert "restart app-1" in log_of(screen)
        assert "app-1 is restarted" in shown(screen, "log")
        assert past.state() == again_to(RESTART + 10).state()
        await pilot.press("comma")
        assert past.tick == RESTART
        assert "restart app-1" not in log_of(screen)
        assert past.state() == again_to(RESTART).state()

    looking(script)


def test_brackets_go_from_cause_to_cause_and_say_where_there_is_none() -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        past = past_on(screen)
        chain = lost().post_mortem().chain
        for _step in range(len(chain)):
            await pilot.press("left_square_bracket")
        assert "first of the causes" in shown(screen, "message")
        for index, step in enumerate(chain):
            assert past.moment == index
            assert past.moments[index].seconds == step.seconds
            await pilot.press("right_square_bracket")
            if index < len(chain) - 1:
                assert f"cause {index + 2} of {len(chain)}" in shown(screen, "message")
        assert "last of the causes" in shown(screen, "message")
        await pilot.press("full_stop", "left_square_bracket")
        assert past.moment == len(chain) - 1, "from after a cause, back is to that cause"

    looking(script)


def test_space_lets_it_run_as_it_ran_to_its_end_and_no_further() -> None:
    wall = 0.0

    async def script(app: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        nonlocal wall
        past = past_on(screen)
        past.go(past.last_tick - 20)
        screen._clock = lambda: wall
        await pilot.press("space")
        assert "replaying" in shown(screen, "topline")
        for _ in range(40):
            wall += 0.1
            screen.frame()
        await pilot.pause()
        assert app.screen is screen, "the end of a replay is no new post-mortem"
        assert past.over
        assert past.state() == lost().state()
        assert "frozen" in shown(screen, "topline")
        assert "error budget was spent" in shown(screen, "message")
        await pilot.press("space")
        assert "the run ends here" in shown(screen, "message")

    looking(script)


def test_the_answer_of_an_xray_does_not_travel_along() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        for away in ("comma", "left_square_bracket"):
            await pilot.press("x")
            await app.workers.wait_for_complete()
            assert screen.board.xray is not None
            await pilot.press(away)
            assert screen.board.xray is None
        await pilot.press("x")
        past_on(screen).go(past_on(screen).last_tick)
        screen.frame()
        assert screen.board.xray is None, "nor does it stay when the run has ended"

    looking(script)


def test_the_help_is_about_looking_back_and_offers_no_orders() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        told = "\n".join(part.heading for part in screen.help_topic().parts)
        assert told.startswith("Looking back\napp-1")
        assert "Keys that act on it" not in told
        assert "Commands" not in told
        await pilot.press("question_mark")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert "one second back" in "\n".join(app.screen._page.text())

    looking(script)


def test_it_opens_in_the_look_of_now() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], _: PastScreen) -> None:
        await pilot.press("escape")
        await pilot.pause()
        app.wear(look(ASCII))
        await pilot.press("g")
        await pilot.pause()
        assert shown(past_screen(app), "system").isascii()

    looking(script)


def test_nothing_of_it_is_written_to_the_disk_and_the_app_knows_of_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))

    async def script(app: ScalegameApp, pilot: Pilot[int], _: PastScreen) -> None:
        await pilot.press("full_stop", "right_square_bracket", "comma")
        assert app.game is None
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app.return_code == 0, "leaving the past asks nothing"

    looking(script)
    assert not list(tmp_path.rglob("*.run"))


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_rows_around_the_board_fit(size: tuple[int, int], glyphs: Glyphs) -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], screen: PastScreen) -> None:
        for name in ("topline", "message", "keys"):
            row = shown(screen, name)
            assert "…" not in row
            assert not row.rstrip().endswith("~")
            assert glyphs is UNICODE or row.isascii()
        assert "budget" in shown(screen, "topline")
        for words in ("replay", "back", "causes", "select", "leave"):
            assert words in shown(screen, "keys")
        await pilot.press("enter")
        assert "buy" not in shown(screen, "keys")

    looking(script, size, glyphs)
