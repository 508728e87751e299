"""X-ray, orders under way, toasts, palette and the command line by keys; no timer runs."""

from __future__ import annotations

from dataclasses import replace

from textual import events
from textual.pilot import Pilot

from scalegame.game.view import LogLine, Option, Quote
from scalegame.model.snapshot import OrderView
from scalegame.tui.app import ScalegameApp
from scalegame.tui.desk.toasts import STAY_SECONDS
from scalegame.tui.screens.playing import LOOK_FRAMES
from tests.tui.stand_in import OPTIONS, StandIn, machine, snapshot, view
from tests.tui.test_screens import Wall, board_of, play, shown

BOOT = OrderView(3, "boot app-2", "app-2", 4.0, 6.0)


def waiting() -> StandIn:
    """Something under way that can be cancelled."""
    machines = [machine("app-1", "app", 0.71), machine("db-1", "database", 0.35)]
    free = Option("", "", "cancel 3", Quote(0.0, 0.0, 0.0, 0.0, ""), None)
    return StandIn(view(snapshot(machines, orders=(BOOT,))), options=(*OPTIONS, free))


def test_x_asks_beside_the_screen_and_the_answer_comes_up() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("x")
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert "points of uptime" in shown(app, "inspector")
        await pilot.press("escape")
        await pilot.pause()
        assert "points of uptime" not in shown(app, "inspector")

    play(StandIn(), script)


def test_x_on_many_says_to_pick_one() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        board_of(app).board.select("users")
        await pilot.press("x")
        await pilot.pause()
        assert "pick one machine for X-ray" in shown(app, "message")
        assert board_of(app).board.xray is None

    play(StandIn(), script)


def test_x_again_asks_anew() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("x")
        await app.workers.wait_for_complete()
        session.step()
        await pilot.press("full_stop", "x")
        await app.workers.wait_for_complete()
        experiment = board_of(app).board.xray
        assert experiment is not None
        assert experiment.tick == session.shown.snapshot.tick

    play(session, script)


def test_v_lists_what_is_under_way_and_enter_takes_it_back() -> None:
    session = waiting()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert "boot app-2" in shown(app, "log"), "seen without a key"
        await pilot.press("v")
        await pilot.pause()
        assert "under way" in shown(app, "inspector")
        assert "cancel the order" in shown(app, "keys")
        await pilot.press("enter")
        assert session.given == ["cancel 3"]
        await pilot.press("escape")
        await pilot.pause()
        assert "resize to medium" in shown(app, "inspector")

    play(session, script)


def test_delete_takes_back_too_and_does_nothing_elsewhere() -> None:
    session = waiting()

    async def script(_: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("delete", "backspace")
        assert session.given == []
        await pilot.press("v", "backspace")
        assert session.given == ["cancel 3"]

    play(session, script)


def test_letters_act_while_a_list_is_open() -> None:
    session = StandIn()

    async def script(_: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("enter", "end", "home", "pagedown", "pageup", "r")
        assert session.given == ["restart app-1"]

    play(session, script)


def test_a_toast_stays_while_the_clock_stands_and_goes_while_it_runs() -> None:
    wall = Wall()
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        session.log.append(LogLine(75.0, 2, "app-1 died: 3 requests are lost"))
        await pilot.press("full_stop")
        await pilot.pause()
        assert "app-1 died" in shown(app, "system")
        for _ in range(40):
            wall.now += 1.0
            board_of(app).frame()
        assert "app-1 died" in shown(app, "system")
        await pilot.press("space")
        for _ in range(round(STAY_SECONDS[2]) + LOOK_FRAMES):
            wall.now += 1.0
            board_of(app).frame()
        assert "app-1 died" not in shown(app, "system")

    play(session, script, wall=wall)


def test_escape_takes_toasts_down() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        session.log.append(LogLine(75.0, 2, "app-1 died: 3 requests are lost"))
        await pilot.press("full_stop", "escape")
        await pilot.pause()
        assert "app-1 died" not in shown(app, "system")

    play(session, script)


def test_the_palette_has_the_boards_own_keys() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        found = {command.title: command for command in app.get_system_commands(app.screen)}
        assert "X-ray (x)" in found
        found["X-ray (x)"].callback()
        await pilot.pause()
        await app.workers.wait_for_complete()
        assert board_of(app).board.xray is not None

    play(StandIn(), script)


def test_tab_goes_through_what_fits_and_the_list_lights_it() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"re", "tab")
        await pilot.pause()
        line = board_of(app)._input
        assert line.value == "res"
        await pilot.press("tab")
        await pilot.pause()
        assert line.value == "resize "
        assert "1 of 2" in shown(app, "inspector")
        await pilot.press("tab")
        await pilot.pause()
        assert line.value == "restart "
        await pilot.press("shift+tab", *"app-1")
        await pilot.pause()
        assert line.value == "resize app-1"

    play(StandIn(), script)


def test_up_brings_back_lines_that_begin_as_this_one() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        for text in ("restart app-1", "resize app-1 medium", "add app"):
            await pilot.press("colon", *(("space" if letter == " " else letter) for letter in text), "enter")
        await pilot.press("colon", "up")
        await pilot.pause()
        line = board_of(app)._input
        assert line.value == "add app"
        await pilot.press("escape", "colon", *"res", "up")
        await pilot.pause()
        assert line.value == "resize app-1 medium"
        await pilot.press("up", "up")
        await pilot.pause()
        assert line.value == "restart app-1"
        await pilot.press("down", "down")
        await pilot.pause()
        assert line.value == "res"

    play(StandIn(), script)


def test_escape_keeps_nothing() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("colon", *"restart", "escape", "colon")
        await pilot.pause()
        assert board_of(app)._input.value == ""
        await pilot.press("up")
        assert board_of(app)._input.value == ""
        assert session.given == []

    play(session, script)


def test_the_keys_behind_a_colon_and_behind_enter_go_where_they_are_meant() -> None:
    """Typed ahead, or pasted: no letter of a command is taken for an order, nor a key of the board for a letter."""
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        for key in (*":urn", "enter", *":add", "space", *"app", "enter", "r"):
            app.post_message(events.Key(key, " " if key == "space" else key if len(key) == 1 else None))
        for _ in range(4):
            await pilot.pause()
        assert session.given == ["urn", "add app", "restart app-1"]

    play(session, script)


def test_a_refused_choice_without_a_command_says_why() -> None:
    machines = [machine("app-1", "app", state="resizing", seconds_left=3.0), machine("db-1", "database")]
    session = StandIn(view(snapshot(machines)))

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("v", "enter")
        await pilot.pause()
        assert "a reboot cannot be taken back" in shown(app, "message")
        assert session.given == []

    play(session, script)


def test_on_a_wide_board_nothing_moves_when_something_is_under_way() -> None:
    session = waiting()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        panels = board_of(app)._panels
        before = {name: panel.region for name, panel in panels.items()}
        assert "boot app-2" in shown(app, "log")
        session.shown = replace(session.shown, snapshot=replace(session.shown.snapshot, orders=()))
        app.step()
        await pilot.pause()
        assert "boot app-2" not in shown(app, "log")
        assert {name: panel.region for name, panel in panels.items()} == before

    play(session, script, size=(120, 40))


def test_keys_that_come_in_one_go_act_in_their_order() -> None:
    """On a slow link: what moves the selection comes before the letter that acts on what is selected."""
    machines = [machine("app-1", "app"), machine("app-2", "app"), machine("db-1", "database")]
    session = StandIn(view(snapshot(machines)))
    told: list[str] = []

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        board = board_of(app).board
        board.select("app-1")
        session.do = lambda line: told.append(f"{line} on {board.selected}")  # type: ignore[method-assign]  # a spy
        for key in ("down", "r", "question_mark", "r"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        for _ in range(4):
            await pilot.pause()
        assert told == ["restart app-1 on app-2"], "and what was typed behind ? is not meant for the board"

    play(session, script)


def test_what_was_typed_in_an_earlier_level_comes_back() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.given.append("Add app 3")
        await pilot.press("colon", "a", "up")
        await pilot.pause()
        assert board_of(app)._input.value == "Add app 3"

    play(session, script)


def test_the_price_of_what_is_typed_is_that_of_now() -> None:
    wall = Wall()
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("space", "colon", *"resize", "space", *"app-1", "space", *"large")
        await pilot.pause()
        assert "costs more than the purse holds" in shown(app, "keys")
        session.allow("resize app-1 large")
        for _ in range(40):
            wall.now += 0.1
            board_of(app).frame()
        assert "costs more than the purse holds" not in shown(app, "keys")
        assert "Enter: " in shown(app, "keys")

    play(session, script, wall=wall)


def test_what_is_typed_behind_a_question_is_not_meant_for_the_board() -> None:
    session = StandIn()

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        for key, letter in (("q", "q"), ("colon", ":"), ("r", "r")):
            app.post_message(events.Key(key, letter))
        for _ in range(4):
            await pilot.pause()
        assert not board_of(app)._input.display
        assert session.given == []

    play(session, script)
