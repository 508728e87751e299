"""After the first loss of a level about finding what broke, the player is asked before being told."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.game.diagnosis import Question, question_of
from scalegame.game.level import Level
from scalegame.game.session import Session
from scalegame.game.view import PostMortem
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.screens.diagnosis import Asked, DiagnosisScreen
from tests.game.played_levels import CALM, FLOOD, make_level
from tests.tui.stand_in import look

LOSING = make_level(CALM, FLOOD, db_read_ms=1, top="diagnosis = true", more='[start.pools.database]\nsize = "large"')


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def play(script: Callable[[ScalegameApp, Pilot[int]], Awaitable[None]], level: Level = LOSING, times: int = 1) -> None:
    """Lose a level so many times, the last time on the screen that the script sees."""
    app = ScalegameApp(level, 3, look(), clock=lambda: 0.0, autostart=False)

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for turn in range(times):
                if turn:
                    app.brief(level, 3)
                    await pilot.pause()
                await pilot.press("enter")
                await pilot.pause()
                app.step(600)
                await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())


def shown(app: ScalegameApp) -> str:
    assert isinstance(app.screen, DiagnosisScreen)
    return "\n".join(app.screen.panel.text())


def test_it_asks_then_says_whether_it_was_right_then_shows_the_page() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        text = shown(app)
        assert "What broke first?" in text
        assert "the servers" in text
        assert "It was:" not in text
        await pilot.press("down", "down", "enter")
        await pilot.pause()
        assert "No." in shown(app)
        assert "it had room" in shown(app), "it was the database that was chosen"
        assert "It was:" in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert app.screen.id == "post-mortem"

    play(script)


def test_a_number_answers_and_the_right_one_is_said_to_be() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("2")
        await pilot.pause()
        assert "Right." in shown(app)
        assert "It was:" not in shown(app)

    play(script)


def test_esc_leads_to_the_page_at_once() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert "Esc tell me" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.id == "post-mortem"

    play(script)


@pytest.mark.parametrize(
    ("level", "times"), [(LOSING, 2), (replace(LOSING, diagnosis=False), 1)], ids=["again", "other"]
)
def test_a_second_loss_and_other_levels_are_told_at_once(level: Level, times: int) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert app.screen.id == "post-mortem"
        await pilot.pause()

    play(script, level, times)


def asked() -> tuple[PostMortem, Question]:
    """What a lost run tells, and what is asked about it."""
    session = Session(LOSING, 3)
    while not session.over:
        session.step()
    told = session.post_mortem()
    question = question_of(told, session.history)
    assert question is not None
    return told, question


def test_of_more_signals_than_there_is_room_for_those_that_moved_are_shown_in_their_order() -> None:
    told, question = asked()
    flat = [(f"calm-{number}", (0.2, 0.2, 0.2)) for number in range(6)]
    history = (("traffic", (10.0, 50.0, 90.0)), *flat, ("images", (0.1, 0.5, 0.9)), ("gone", (0.2, math.nan, 0.2)))
    panel = Asked(look(), "The test", replace(told, history=history), question)
    sheet = Sheet(80, 24, look())
    panel.draw(sheet)
    rows = [row.split()[0] for row in sheet.text()[2:9]]
    assert [rows[0], *rows[-2:]] == ["traffic", "images", "gone"]


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("answered", [False, True])
def test_all_of_it_fits(size: tuple[int, int], glyphs: Glyphs, answered: bool) -> None:
    told, question = asked()
    panel = Asked(look(glyphs), "The test", told, question)
    panel.answered = answered
    sheet = Sheet(*size, look(glyphs))
    panel.draw(sheet)
    text = "\n".join(sheet.text())
    assert "…" not in text
    assert ("It was:" in text) == answered
    assert all(answer.text in text for answer in question.answers)
    assert "database" in text
    assert glyphs is UNICODE or text.isascii()
