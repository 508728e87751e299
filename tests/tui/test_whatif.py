"""What-ifs on the post-mortem: asked for by a key, chosen like a list, and gone back to as a run of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.game.changes import Change
from scalegame.game.past import PastRun
from scalegame.game.progress import ProgressFile
from scalegame.game.recording import run_files
from scalegame.game.replay import verify
from scalegame.game.run_file import read
from scalegame.game.session import Session
from scalegame.game.whatif import WhatIf, WhatIfs, back_to, ranked
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.runs import KeptRuns
from scalegame.tui.screens.postmortem import PostMortemScreen
from scalegame.tui.widgets.whatifs import Choice, draw_what_ifs
from tests.game.ablation import play
from tests.game.test_whatif import LEVEL, ORDERS
from tests.tui.ended import waits_for_the_help_to_close
from tests.tui.stand_in import look

Script = Callable[[ScalegameApp, Pilot[int], PostMortemScreen], Awaitable[None]]


@cache
def lost() -> Session:
    return play(LEVEL, 1, ORDERS)


@pytest.fixture(autouse=True)
def _state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def after(script: Script, size: tuple[int, int] = (80, 24), glyphs: Glyphs = UNICODE) -> None:
    """Show the end of the run, and run the script there."""
    app = ScalegameApp(LEVEL, 1, look(glyphs), clock=lambda: 0.0, autostart=False, runs=KeptRuns())

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            app.show_post_mortem(lost())
            await pilot.pause()
            page = app.screen
            assert isinstance(page, PostMortemScreen)
            await script(app, pilot, page)

    asyncio.run(run())


async def asked(app: ScalegameApp, pilot: Pilot[int], *keys: str) -> None:
    """Press keys and wait until what they began is done."""
    await pilot.press(*keys)
    await app.workers.wait_for_complete()
    await pilot.pause()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_w_finds_them_and_shows_the_best_with_its_sentence(size: tuple[int, int], glyphs: Glyphs) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], page: PostMortemScreen) -> None:
        await asked(app, pilot, "w")
        choice = page.choice
        assert choice is not None
        text = " ".join(" ".join(page.text()).split())
        assert "What if" in text
        assert f"{choice.tried} tried" in text
        for one in choice.found:
            assert one.change.words.replace("`", "").partition(" ")[2] in text
            assert f"+{one.saved:,}" in text
        assert glyphs is UNICODE or text.isascii()
        assert choice.found[0].sentence.split("`")[2].split()[-1] in text
        assert "back to then" in page.foot.text()[0]

    after(script, size, glyphs)


def test_a_level_that_is_won_for_fewer_answers_shows_them_with_one_sign() -> None:
    run = lost().result()
    won = replace(run, outcome="won", ticks=run.ticks + 100)
    (one,) = ranked([WhatIf(Change("add", "add app", 100), run, won, saved=-1234, dear=-420_000)])
    sheet = Sheet(80, 12, look())
    draw_what_ifs(sheet, 0, 0, 80, Choice(100, (one,), 1))
    row = next(row for row in sheet.text() if "add app" in row)
    assert row.split()[-5:-3] == ["−1,234", "−$0.42"]


def test_the_arrows_choose_and_escape_gives_the_keys_back_to_the_page() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], page: PostMortemScreen) -> None:
        await asked(app, pilot, "w")
        assert page.choice is not None
        assert page.choice.at == 1
        await pilot.press("up")
        assert page.choice.at == 0
        assert "It is practice" in " ".join(" ".join(page.text()).split())
        await pilot.press("up", *["down"] * 9)
        assert page.choice.at == len(page.choice.found)
        await pilot.press("escape")
        assert not page.choosing
        assert app.screen is page
        assert "w what if" in page.foot.text()[0]
        await pilot.press("w")
        assert page.choice.at == 1

    after(script)


def test_while_they_are_played_the_footer_says_how_far_and_escape_stops_it(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped = threading.Event()
    steps = 0

    def slow(_: WhatIfs) -> bool:
        nonlocal steps
        steps += 1
        if steps > 1:
            stopped.wait(60)
        return True

    monkeypatch.setattr(WhatIfs, "step", slow)
    monkeypatch.setattr(WhatIfs, "done", 0.25)

    async def script(app: ScalegameApp, pilot: Pilot[int], page: PostMortemScreen) -> None:
        await pilot.press("w")
        await pilot.pause()
        while "25 %" not in page.foot.text()[0]:
            await pilot.pause()
        assert "Esc stops" in page.foot.text()[0]
        await pilot.press("down", "escape")
        stopped.set()
        assert app.screen is page
        assert page.choice is None
        assert "w what if" in page.foot.text()[0]

    after(script)


def test_enter_goes_back_to_then_and_what_is_played_on_is_practice_in_a_file_of_its_own() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], page: PostMortemScreen) -> None:
        await asked(app, pilot, "w")
        assert page.choice is not None
        best = page.choice.found[0]
        await asked(app, pilot, "enter")
        game = app.game
        assert game is not None, "it is live"
        session = game.board.session
        assert isinstance(session, Session)
        assert session.tick == best.change.begins
        assert session.commands == [order for order in lost().commands if order[0] < session.tick]
        assert not game.board.pace.running
        assert best.change.line in "\n".join(game._panels["message"].text())
        app.step(1000)
        await pilot.pause()
        ended = app.screen
        assert isinstance(ended, PostMortemScreen)
        assert any("practice" in row for row in ended.text())

    after(script)
    (path,) = run_files()
    assert read(path).header.parent == lost().state()
    assert verify(path).outcome in ("won", "lost")
    assert ProgressFile.of_user().read() == ({}, "")


def test_b_goes_back_to_before_it_broke() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], _: PostMortemScreen) -> None:
        await asked(app, pilot, "b")
        game = app.game
        assert game is not None
        told = lost().post_mortem()
        assert told.first is not None
        assert game.board.view.snapshot.seconds <= told.chain[told.first].seconds - 15

    after(script)


def test_a_click_chooses_and_a_second_one_goes_back() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], page: PostMortemScreen) -> None:
        await asked(app, pilot, "w")
        page.press_row(0)
        assert page.choice is not None
        assert page.choice.at == 0
        page.press_row(0)
        await app.workers.wait_for_complete()
        await pilot.pause()
        assert app.game is not None

    after(script)


def test_nobody_is_called_away_from_the_help_by_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    enough = threading.Event()

    def slow(run: PastRun, tick: int, heard: Callable[[float], bool]) -> Session | None:
        enough.wait(60)
        return back_to(run, tick, heard)

    monkeypatch.setattr("scalegame.tui.screens.whatif.back_to", slow)

    async def script(app: ScalegameApp, pilot: Pilot[int], page: PostMortemScreen) -> None:
        await waits_for_the_help_to_close(app, pilot, page, "b", enough)

    after(script)
