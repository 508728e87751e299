"""Level 1 played by keys on the real game, to a loss and to a win."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.game.level_library import find
from scalegame.game.run_file import read
from scalegame.model.catalogue import HINT_AFTER_SECONDS
from scalegame.tui.app import ScalegameApp
from scalegame.tui.screens.help import HelpScreen
from scalegame.tui.screens.postmortem import PostMortemScreen
from tests.tui.stand_in import look

SEED = 3
MOST_HUNDREDS = 40


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def play(script: Callable[[ScalegameApp, Pilot[int]], Awaitable[None]], seed: int | None = SEED) -> None:
    app = ScalegameApp(find("one-box"), seed, look(), clock=lambda: 0.0, autostart=False)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())


def to_the_end(app: ScalegameApp) -> None:
    for _ in range(MOST_HUNDREDS):
        game = app.game
        if game is None or game.board.session.over:
            return
        game.step(100)
    raise AssertionError("the level does not end")


async def ending(app: ScalegameApp, pilot: Pilot[int]) -> str:
    """The whole post-mortem as text."""
    await pilot.pause()
    screen = app.screen
    assert isinstance(screen, PostMortemScreen)
    text = "\n".join(screen.text())
    for _ in range(4):
        await pilot.press("pagedown")
        await pilot.pause()
        text += "\n".join(screen.text())
    return text


@pytest.mark.slow
def test_doing_nothing_loses_and_the_post_mortem_says_why(tmp_path: Path) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.step(1)
        to_the_end(app)
        text = await ending(app, pilot)
        assert "the error budget was spent" in text
        assert "no medal" in text
        assert "app" in text
        assert "Requests lost" in text
        assert "Scaling up is the right first move" in text

    play(script)
    (kept,) = (tmp_path / "scalegame" / "runs").glob("*.run")
    run = read(kept)
    assert run.end is not None
    assert run.end.result.outcome == "lost"


@pytest.mark.slow
def test_two_bigger_machines_in_time_win_by_keys_alone(tmp_path: Path) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("u")
        app.step(605)
        await pilot.pause()
        await pilot.press("enter", "enter")
        to_the_end(app)
        text = await ending(app, pilot)
        assert "gold" in text
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.id == "briefing", "Enter goes on to the next level"

    play(script)
    (kept,) = (tmp_path / "scalegame" / "runs").glob("*.run")
    run = read(kept)
    assert [line for _, line in run.commands] == ["resize app-1 medium", "resize app-1 large"]
    assert run.end is not None
    assert run.end.result.outcome == "won"


@pytest.mark.slow
def test_try_again_brings_the_same_seed_and_another_seed_another() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        to_the_end(app)
        await pilot.pause()
        await pilot.press("t")
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        assert app.game is not None
        assert app.game.board.session.seed == SEED
        to_the_end(app)
        await pilot.pause()
        await pilot.press("a", "enter")
        await pilot.pause()
        assert app.game is not None
        assert app.game.board.session.seed != SEED

    play(script)


def test_a_run_that_is_left_stays_in_its_file_and_goes_on_from_there(tmp_path: Path) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("u")
        app.step(40)
        await pilot.press("q", "y")
        await pilot.pause()
        assert app.screen.id == "title"
        await app.workers.wait_for_complete()
        await pilot.press("c")
        await pilot.pause()
        assert app.game is not None
        assert app.game.board.snapshot.tick == 40
        app.step(10)

    play(script)
    (kept,) = (tmp_path / "scalegame" / "runs").glob("*.run")
    run = read(kept)
    assert run.end is None
    assert run.last_tick == 50
    assert [line for _, line in run.commands] == ["resize app-1 medium"]


def test_a_state_folder_that_cannot_be_written_stops_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.step(20)
        await pilot.pause()
        assert app.game is not None
        assert any("not saved" in line.text for line in app.game.board.session.log)

    play(script)


def test_a_name_that_looks_like_markup_is_said_as_it_is() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.open_level("[/red]")
        await pilot.pause()
        assert app.fault is None
        assert [notice.markup for notice in app._notifications] == [False]

    play(script)


def test_who_never_played_goes_straight_to_the_first_briefing() -> None:
    app = ScalegameApp(None, None, look(), clock=lambda: 0.0, autostart=False)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.pause()
            assert app.screen.id == "briefing"
            await pilot.press("q")
            await pilot.pause()
            assert app.screen.id == "title"

    asyncio.run(run())


def test_a_hint_comes_up_in_trouble_stands_in_the_help_and_can_be_switched_off() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert app.game is not None
        board = app.game.board
        app.preferences.settings = replace(app.preferences.settings, hints=False)
        app.step(900)
        assert not board.hints.given
        app.preferences.settings = replace(app.preferences.settings, hints=True)
        app.step(int(10 * HINT_AFTER_SECONDS))
        (hint,) = board.hints.given
        assert hint.text == board.session.level.hints[0]
        assert hint.text[:20] in " ".join(app.game._panels["system"].text())
        await pilot.press("question_mark", "slash", *"reboot")
        await pilot.pause()
        assert isinstance(app.screen, HelpScreen)
        assert "Hints you had" in "\n".join(app.screen._page.text())
        await pilot.press("escape", "escape", "escape")
        await pilot.pause()
        assert hint.text[:20] not in " ".join(app.game._panels["system"].text()), "Esc takes it down"

    play(script)
