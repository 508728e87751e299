"""Keys and what they do, on the screens themselves; no timer runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest
from textual import events
from textual.pilot import Pilot

from scalegame.tui.app import ScalegameApp
from scalegame.tui.keys import GAME
from scalegame.tui.screens.game import GameScreen
from tests.tui.stand_in import StandIn, StandInRuns, level, look

Play = Callable[[ScalegameApp, Pilot[int]], Awaitable[None]]


class Wall:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def play(
    session: StandIn, script: Play, size: tuple[int, int] = (80, 24), wall: Wall | None = None, keys: str = "enter"
) -> ScalegameApp:
    """Open the briefing of a session, press ``keys``, run the script."""
    app = ScalegameApp(
        session.level, session.seed, look(), clock=wall or Wall(), autostart=False, runs=StandInRuns(session)
    )

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press(*keys.split())
            await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())
    return app


def board_of(app: ScalegameApp) -> GameScreen:
    assert app.game is not None
    return app.game


def shown(app: ScalegameApp, name: str) -> str:
    return "\n".join(board_of(app)._panels[name].text())


def test_enter_in_the_briefing_opens_the_board_with_the_clock_standing() -> None:
    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        assert not board_of(app).board.pace.running
        assert "The clock stands" in shown(app, "message")

    session = StandIn()
    session.shown = replace(session.shown, snapshot=replace(session.shown.snapshot, tick=0, seconds=0.0))
    play(session, script)


def test_space_in_the_briefing_runs_it() -> None:
    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        assert board_of(app).board.pace.running

    play(StandIn(), script, keys="space")


def test_the_clock_makes_ticks_of_wall_time_and_speed_makes_more() -> None:
    wall = Wall()
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        before = session.shown.snapshot.tick
        await pilot.press("space")
        for _ in range(10):
            wall.now += 0.1
            board_of(app).frame()
        assert session.shown.snapshot.tick == before + 10
        await pilot.press("3")
        wall.now += 0.1
        board_of(app).frame()
        assert session.shown.snapshot.tick == before + 14
        await pilot.press("space")
        wall.now += 5
        board_of(app).frame()
        assert session.shown.snapshot.tick == before + 14

    play(session, script, wall=wall)


def test_a_dot_is_one_step() -> None:
    session = StandIn()

    async def script(_: ScalegameApp, pilot: Pilot[int]) -> None:
        before = session.shown.snapshot.tick
        await pilot.press("full_stop")
        assert session.shown.snapshot.tick == before + 1

    play(session, script)


def test_amber_drops_the_speed_and_says_so() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("3")
        session.shown = replace(session.shown, warning="app-1 is at 86 %: requests begin to queue", warning_level=1)
        app.step()
        await pilot.pause()
        assert board_of(app).board.pace.speed == 1
        assert "back to 1x" in shown(app, "message")

    play(session, script)


def test_buying_from_the_list_takes_two_keys_and_shows_the_price_first() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("enter")
        await pilot.pause()
        assert "+$0.26/min" in shown(app, "inspector")
        assert session.given == []
        await pilot.press("enter")
        assert session.given == ["resize app-1 medium"]
        assert board_of(app).board.menu is None

    play(session, script)


def test_the_letter_beside_a_choice_does_it() -> None:
    session = StandIn()

    async def script(_: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("r")
        assert session.given == ["restart app-1"]

    play(session, script)


def test_the_command_line_shows_the_cost_of_what_is_typed_and_tab_completes() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"resize", "space", *"app-1", "space", *"med", "tab")
        await pilot.pause()
        assert board_of(app)._input.value == "resize app-1 medium "
        await pilot.press("backspace")
        await pilot.pause()
        assert "+$0.26/min" in shown(app, "keys")
        await pilot.press("enter")
        await pilot.pause()
        assert session.given == ["resize app-1 medium"]
        assert app.focused is None

    play(session, script)


def test_letters_in_the_command_line_are_no_orders() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("colon", "r", "q", "space")
        assert session.given == []
        await pilot.press("escape")
        await pilot.pause()
        assert app.focused is None
        assert isinstance(app.screen, GameScreen)

    play(session, script)


def test_a_refusal_of_the_world_is_said_in_its_own_words() -> None:
    session = StandIn()
    session.refuse = "the purse holds $0.10"

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("u")
        await pilot.pause()
        assert "the purse holds $0.10" in shown(app, "message")

    play(session, script)


def test_leaving_asks_first_and_no_means_go_on() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("q")
        await pilot.pause()
        assert "Leave" in "\n".join(app.screen.query("#question").first().text())  # type: ignore[attr-defined]  # a Canvas
        await pilot.press("n")
        await pilot.pause()
        assert isinstance(app.screen, GameScreen)
        await pilot.press("q", "y")
        await pilot.pause()
        assert app.screen.id == "title"

    play(StandIn(), script)


@pytest.mark.parametrize("size", [(79, 24), (80, 23), (20, 5), (1, 1)])
def test_a_window_that_shrinks_in_mid_game_shows_a_notice_and_comes_back(size: tuple[int, int]) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("space")
        await pilot.resize_terminal(*size)
        await pilot.pause()
        assert app.screen.id == "too-small"
        assert not board_of(app).board.pace.running
        await pilot.resize_terminal(80, 24)
        await pilot.pause()
        assert isinstance(app.screen, GameScreen)

    play(StandIn(), script)


def test_a_window_that_grows_shows_more_at_once() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert "(2 more)" in shown(app, "inspector")
        await pilot.resize_terminal(140, 45)
        await pilot.pause()
        assert "(2 more)" not in shown(app, "inspector")
        assert board_of(app)._panels["signals"].size.height > 10

    play(StandIn(), script)


def test_losing_the_focus_pauses() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("space")
        app.on_app_blur()
        assert not board_of(app).board.pace.running

    play(StandIn(), script)


def test_the_tour_lights_its_control_and_escape_ends_it() -> None:
    session = StandIn(played=level(guide=True))

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert board_of(app).board.task
        await pilot.press("escape")
        await pilot.pause()
        assert not board_of(app).board.task
        assert board_of(app).board.lit == ""

    play(session, script)


def test_every_key_of_the_footer_is_bound() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:  # noqa: ARG001 - as all scripts
        screen = board_of(app)
        for key in GAME:
            action = key.action.partition("(")[0]
            owner, _, name = action.rpartition(".")
            assert hasattr(app if owner == "app" else screen, f"action_{name}"), key

    play(StandIn(), script)


def test_the_palette_offers_what_can_be_done_with_its_price() -> None:
    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        offers = {command.title: command.help for command in app.get_system_commands(app.screen)}
        assert "+$0.26/min" in offers["resize app-1 medium"]
        assert "purse" in offers["resize app-1 large"]

    play(StandIn(), script)


def test_a_click_selects_and_a_second_click_buys() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        panel = board_of(app)._panels["system"]
        row = next(y for y, text in enumerate(panel.text()) if "db-1" in text)
        await pilot.click(panel, offset=(panel.text()[row].index("db-1"), row))
        await pilot.pause()
        assert board_of(app).board.selected == "db-1"
        await pilot.press("left")
        inspector = board_of(app)._panels["inspector"]
        row = next(y for y, text in enumerate(inspector.text()) if "resize to medium" in text)
        await pilot.click(inspector, offset=(6, row))
        await pilot.pause()
        assert session.given == []
        row = next(y for y, text in enumerate(inspector.text()) if "resize to medium" in text)
        await pilot.click(inspector, offset=(6, row))
        await pilot.pause()
        assert session.given == ["resize app-1 medium"]

    play(session, script)


def test_a_screen_opens_once_however_fast_its_key_is_pressed() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        for key in ("f2", "f2", "f2", "f1", "f2", "f1"):
            app.post_message(events.Key(key, None))
        for _ in range(8):
            await pilot.pause()
        assert app.fault is None
        ids = [screen.id for screen in app.screen_stack]
        assert len(ids) == len(set(ids))

    play(StandIn(), script)


def test_a_clock_that_is_stopped_leaves_the_newest_picture_behind() -> None:
    wall = Wall()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        game = board_of(app)
        await pilot.press("space")
        for _ in range(5):
            wall.now += 0.1
            game.frame()
        await pilot.press("space")
        await pilot.pause()
        assert game.board.snapshot.tick == game.board.session.view().snapshot.tick

    play(StandIn(), script, wall=wall)


def test_the_notice_of_a_window_that_is_too_small_never_stays_over_a_big_one() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.resize_terminal(60, 20)
        await pilot.press("ctrl+p", "f1", "f2")
        await pilot.resize_terminal(120, 40)
        await pilot.pause()
        assert app.screen.id == "game"
        await pilot.resize_terminal(60, 20)
        await pilot.press("ctrl+q")
        assert app.return_code == 0, "there is no room for a question"

    play(StandIn(), script)
