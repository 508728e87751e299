"""Each screen as a picture, at the smallest size and at the one it was designed for.

Few on purpose: a change of look is seen here once; what a panel says is tested as text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from scalegame.game.level_library import Listing, Outline
from scalegame.game.progress import Best
from scalegame.model.snapshot import MachineState
from scalegame.tui.app import ScalegameApp
from scalegame.tui.screens.title import TitleScreen
from tests.tui.ended import Ended
from tests.tui.stand_in import StandIn, StandInRuns, crowd, look, machine, snapshot, view
from tests.tui.test_past import lost, page_of, ready

SIZES = [(80, 24), (120, 40)]
Snap = Callable[..., bool]


@pytest.fixture(autouse=True)
def _still(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def app_of(session: StandIn) -> ScalegameApp:
    app = ScalegameApp(
        session.level, session.seed, look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session)
    )
    app.animation_level = "none"
    return app


def pressing(*keys: str) -> Callable[[Pilot[Any]], Awaitable[None]]:
    """Presses keys one after the other, from the briefing on."""

    async def before(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        for key in keys:
            await pilot.press({" ": "space"}.get(key, key))
            await pilot.pause()

    return before


@pytest.mark.parametrize("size", SIZES)
def test_title(snap_compare: Snap, size: tuple[int, int]) -> None:
    app = app_of(StandIn())
    listings = [
        Listing(name, title, pack, "")
        for name, title, pack in (
            ("one-box", "One box", "campaign"),
            ("the-biggest-box", "The biggest box", "campaign"),
            ("who-am-i-again", "Who am I again?", "campaign"),
            ("hug-of-death", "Hug of death", "challenges"),
        )
    ]

    async def before(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press("q")
        await pilot.pause()
        await app.workers.wait_for_complete()
        title = app.screen
        assert isinstance(title, TitleScreen)
        outline = Outline("Your shop runs on one small machine. A newsletter goes out tonight.", 180.0, 0.955, 2.1)
        best = Best(True, uptime=0.9971, cost_micro=3_140_000, uptime_medal="gold")
        title.show(listings, {"one-box": best}, {listing.id: outline for listing in listings})

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_briefing(snap_compare: Snap, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await pilot.pause()

    assert snap_compare(app_of(StandIn()), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_the_board_with_every_tier(snap_compare: Snap, size: tuple[int, int]) -> None:
    async def before(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("down", "down", "enter", "down")
        await pilot.pause()

    assert snap_compare(app_of(crowd()), terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_post_mortem(snap_compare: Snap, size: tuple[int, int]) -> None:
    session = Ended()
    app = app_of(session)

    async def before(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        app.show_post_mortem(session)
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_help_lies_over_the_board(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(app_of(StandIn()), terminal_size=size, run_before=pressing("enter", "question_mark"))


@pytest.mark.parametrize("size", SIZES)
def test_a_question_lies_over_the_board(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(app_of(StandIn()), terminal_size=size, run_before=pressing("enter", "q"))


@pytest.mark.parametrize("size", SIZES)
def test_settings(snap_compare: Snap, size: tuple[int, int]) -> None:
    assert snap_compare(app_of(StandIn()), terminal_size=size, run_before=pressing("f2", "right"))


@pytest.mark.parametrize("size", SIZES)
def test_learn(snap_compare: Snap, size: tuple[int, int]) -> None:
    app = app_of(StandIn())

    async def before(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        app.open_learn("load-balancing")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_a_crowd_zoomed_into(snap_compare: Snap, size: tuple[int, int]) -> None:
    states: tuple[MachineState, ...] = ("up", "up", "up", "slow", "booting", "dead", "draining")
    servers = [
        machine(f"app-{number}", "app", number % 101 / 100, states[number % 7], waiting=number % 13)
        for number in range(1, 401)
    ]
    session = StandIn(view(snapshot([machine("balancer-1", "balancer"), *servers, machine("db-1", "database")])))
    run_before = pressing("enter", "z", "down", "right")
    assert snap_compare(app_of(session), terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", SIZES)
def test_a_command_that_is_typed(snap_compare: Snap, size: tuple[int, int]) -> None:
    run_before = pressing("enter", "colon", *"resize app-1 m")
    assert snap_compare(app_of(StandIn()), terminal_size=size, run_before=run_before)


@pytest.mark.parametrize("size", SIZES)
def test_the_board_as_it_was_when_it_broke(snap_compare: Snap, size: tuple[int, int]) -> None:
    session, past = lost(), ready()
    past.jump(past.begins_at)
    app = app_of(StandIn())

    async def before(pilot: Pilot[Any]) -> None:
        await pilot.pause()
        app.show_post_mortem(session)
        await pilot.pause()
        page_of(app)._past = past
        await pilot.press("g")
        await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=before)
