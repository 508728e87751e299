"""Learn: a page for each concept that fits, with the catalogue's own numbers, and a level to try it in."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.game.level_library import find, library
from scalegame.model import catalogue
from scalegame.model.out_there import OUT_THERE
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.page import LONGEST
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.concepts.drawing import paint_concept
from scalegame.tui.concepts.page import Concept, share
from scalegame.tui.concepts.shelf import CONCEPTS, concept_of
from scalegame.tui.screens.learn import LearnScreen, trial_of
from tests.tui.campaign_levels import CAMPAIGN, CHALLENGES
from tests.tui.stand_in import StandIn, StandInRuns, look

EACH = pytest.mark.parametrize("concept", CONCEPTS, ids=[concept.id for concept in CONCEPTS])


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def painted(concept: Concept, width: int = 92, glyphs: Glyphs = UNICODE) -> list[str]:
    sheet = Sheet(width, LONGEST, look(glyphs))
    length = paint_concept(sheet, concept, trial_of(concept))
    return sheet.text()[:length]


def flat(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


def a(name: str) -> Concept:
    found = concept_of(name)
    assert found is not None
    return found


class TestAPage:
    @EACH
    @pytest.mark.parametrize("width", [80, 93, 133])
    def test_fits_its_width_and_cuts_nothing_off(self, concept: Concept, width: int) -> None:
        lines = painted(concept, width)
        assert len(lines) < 90
        assert not [line for line in lines if "…" in line]

    @EACH
    def test_has_all_its_parts(self, concept: Concept) -> None:
        text = painted(concept)
        for heading in ("In numbers", "It bites when", "Try it"):
            assert any(line.strip() == heading for line in text)

    @EACH
    def test_says_what_it_is_in_three_to_six_sentences(self, concept: Concept) -> None:
        assert 3 <= len(re.findall(r"[.!?](?: |$)", concept.page().what)) <= 6
        assert len(concept.gist) <= 50

    @EACH
    def test_names_what_it_is_called_out_there(self, concept: Concept) -> None:
        for name in concept.names:
            assert OUT_THERE[name].split(",")[0] in flat(painted(concept))
        assert concept.names or concept.id == "queueing"

    @EACH
    def test_in_ascii_has_only_ascii(self, concept: Concept) -> None:
        text = "\n".join(painted(concept, 80, ASCII))
        assert text.isascii()
        assert text.count("?") == "\n".join(painted(concept, 80)).count("?")

    @EACH
    def test_has_a_lab_of_its_own_that_nobody_loses_by_looking_on(self, concept: Concept) -> None:
        level = find(concept.lab)
        assert level.pack == "lab"
        assert level.money is None
        assert level.proofs[0].outcome == "won"
        assert not level.proofs[0].commands
        assert level.hints
        assert 120 <= level.seconds <= 240
        assert flat([level.story]) in flat(painted(concept))

    def test_no_lab_is_without_a_page(self) -> None:
        labs = {listing.id for listing in library() if listing.id.startswith("lab-try-")}
        assert labs == {concept.lab for concept in CONCEPTS}

    def test_every_level_of_the_campaign_has_its_page(self) -> None:
        levels = [level for concept in CONCEPTS for level in concept.levels]
        assert sorted(levels) == sorted((*CAMPAIGN, *CHALLENGES))
        assert {listing.id for listing in library() if listing.pack == "campaign"} <= set(levels)


NUMBERS = [
    ("queueing", "AMBER_SATURATION", 0.83),
    ("scale-up", "RESIZE_SECONDS", 77.0),
    ("scale-up", "MINIMUM_BILLED_SECONDS", 77.0),
    ("scale-out", "BOOT_SECONDS", 77.0),
    ("scale-out", "WARMUP_FACTOR", 7.7),
    ("load-balancing", "L4_CPU_MS", 0.077),
    ("load-balancing", "L7_CPU_MS", 0.077),
    ("load-balancing", "OFFICE_SHARE", 0.77),
    ("statelessness", "TOKEN_CHECK_CPU_MS", 7.7),
    ("statelessness", "SESSION_KB", 77.0),
    ("caching", "CDN_PRICE_PER_GB", 0.77),
    ("caching", "CACHE_MEMORY_SHARE", 0.77),
    ("caching", "FAR_MS", 777.0),
    ("queues", "VISIBILITY_SECONDS", 77.0),
    ("queues", "MAX_RECEIVES", 77),
    ("queues", "DEDUPE_CPU_MS", 7.7),
    ("database", "REPLICATION_MS", 77.0),
    ("database", "FAILOVER_SECONDS", 77.0),
    ("database", "CONNECTIONS_PER_SERVER", 77),
    ("autoscaling", "AUTOSCALER_WINDOW_SECONDS", 77.0),
    ("autoscaling", "BOOT_SECONDS", 77.0),
    ("failure", "REPAIR_SECONDS", 77.0),
    ("failure", "BAD_DEPLOYS", 0.77),
    ("patience", "BREAKER_WINDOW_SECONDS", 77.0),
    ("slo", "CARRIED_SHARE", 0.77),
]


@pytest.mark.parametrize(("name", "number", "value"), NUMBERS, ids=[f"{name}-{number}" for name, number, _ in NUMBERS])
def test_a_number_is_the_catalogues_own(name: str, number: str, value: float, monkeypatch: pytest.MonkeyPatch) -> None:
    before = painted(a(name))
    monkeypatch.setattr(catalogue, number, value)
    after = painted(a(name))
    assert before != after
    assert "77" in flat(after).replace(".", "") or number == "AMBER_SATURATION"


def test_the_sizes_are_the_catalogues_own(monkeypatch: pytest.MonkeyPatch) -> None:
    text = flat(painted(a("scale-up")))
    for size in catalogue.LADDER:
        assert f"{size.name} {size.cores} {size.memory_gb:g} GB {size.slots:,} ${size.price:.2f}/min" in text
    monkeypatch.setattr(catalogue, "LADDER", catalogue.LADDER[:2])
    assert "metal" not in flat(painted(a("scale-up")))


def test_the_server_that_finds_no_connection_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "the 11th server finds no connection left at a small database" in flat(painted(a("database")))
    monkeypatch.setattr(catalogue, "CONNECTIONS_PER_SERVER", 10)
    assert "the 21st server finds no connection" in flat(painted(a("database")))


def test_a_target_says_to_what_the_load_may_rise() -> None:
    text = flat(painted(a("autoscaling")))
    assert "the load may rise to" in text
    assert "50 % 2.0x" in text


def test_machines_that_never_fail_are_said_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "LADDER", tuple(replace(size, mtbf_seconds=None) for size in catalogue.LADDER))
    assert "100 never 0 %" in flat(painted(a("failure")))


def test_a_knob_stands_at_a_number_of_something() -> None:
    assert "at first 100 milliseconds" in flat(painted(a("patience")))


def test_waiting_is_the_formula_itself() -> None:
    text = flat(painted(a("queueing")))
    assert "50 % 1.0x" in text, "u / (1 - u)"
    assert "90 % 9.0x" in text


@pytest.mark.parametrize(
    ("part", "text"),
    [
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.5, "50 %"),
        (0.999, "99.9 %"),
        (0.004, "0.4 %"),
        (1e-9, "under 0.0001 %"),
        (0.99996, "99.996 %"),
        (0.99179, "99.17 %"),
        (0.999998, "99.9998 %"),
    ],
)
def test_a_share_has_the_digits_that_tell_it_from_none_and_all(part: float, text: str) -> None:
    assert share(part) == text


Script = Callable[[ScalegameApp, Pilot[int]], Awaitable[None]]


def play(script: Script, size: tuple[int, int] = (80, 24), keys: str = "q l") -> None:
    session = StandIn()
    app = ScalegameApp(
        session.level, 7, look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session, StandIn(), StandIn())
    )

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            for key in keys.split():
                await pilot.press(key)
                await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())


def learn_of(app: ScalegameApp) -> LearnScreen:
    assert isinstance(app.screen, LearnScreen)
    return app.screen


def shown(app: ScalegameApp) -> str:
    """All that is on the screen, canvas by canvas."""
    return "\n".join(
        "\n".join(canvas.text())
        for canvas in (learn_of(app).listed, learn_of(app).page, learn_of(app).footer)
        if canvas.display
    )


def test_a_small_screen_has_the_list_first_and_then_the_page() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert all(concept.title in shown(app) for concept in CONCEPTS)
        assert "In numbers" not in shown(app)
        await pilot.press("down", "enter")
        await pilot.pause()
        assert "In numbers" in shown(app)
        assert "Caching" not in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "In numbers" not in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.id == "title"

    play(script)


def test_a_wide_one_has_both_beside_each_other() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert "In numbers" in shown(app)
        assert "Caching" in shown(app)
        await pilot.press("down")
        await pilot.pause()
        assert learn_of(app).concept.id == "scale-up"
        assert "c7g" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert app.screen.id == "title"

    play(script, size=(120, 40))


def test_another_page_begins_at_its_top() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("enter", "pagedown")
        await pilot.pause()
        assert "more above" in shown(app)
        await pilot.press("right")
        await pilot.pause()
        assert "more above" not in shown(app)
        assert learn_of(app).concept.id == "scale-up"

    play(script)


def test_a_click_chooses_and_a_second_one_opens() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        listed = learn_of(app).listed
        line = next(y for y, text in enumerate(listed.text()) if "Caching" in text)
        await pilot.click(listed, offset=(5, line))
        await pilot.pause()
        assert learn_of(app).concept.id == "caching"
        await pilot.click(listed, offset=(5, line))
        await pilot.pause()
        assert "Zipf" in shown(app)

    play(script)


def test_try_it_opens_the_level_of_the_page() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("down", "enter", "enter")
        await pilot.pause()
        assert app.screen.id == "briefing"
        assert isinstance(app.runs, StandInRuns)
        assert app.runs.asked[-1] == ("lab-try-scale-up", None)

    play(script)


def test_a_level_leads_to_the_page_that_it_is_about() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.open_learn("who-am-i-again")
        await pilot.pause()
        assert learn_of(app).concept.id == "statelessness"
        assert "In numbers" in shown(app)

    play(script, keys="q")


def test_after_a_lab_comes_its_page_again() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.open_next("lab-try-caching")
        await pilot.pause()
        assert learn_of(app).concept.id == "caching"
        await pilot.press("escape", "escape")
        await pilot.pause()
        assert app.screen.id == "title"

    play(script, keys="q")


def test_in_mid_game_trying_asks_before_the_run_is_left() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.open_learn("caching")
        await pilot.pause()
        assert app.game is not None
        assert not app.game.board.pace.running
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("n")
        await pilot.pause()
        assert app.game is not None
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("y")
        await pilot.pause()
        assert app.screen.id == "briefing"

    play(script, keys="enter space")


def test_the_palette_knows_the_way() -> None:
    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        assert any(command.title == "Learn" for command in app.get_system_commands(app.screen))

    play(script, keys="q")
