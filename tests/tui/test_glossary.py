"""The glossary: every idea of the lesson, each with the level that shows it, as far as that level is there."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.game.level_library import Listing, find, library
from scalegame.model import catalogue
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.concepts.glossary import found, glossary
from scalegame.tui.concepts.shelf import CONCEPTS
from scalegame.tui.concepts.term import Term
from scalegame.tui.screens import glossary as screens
from scalegame.tui.screens.glossary import GlossaryScreen, Words, level_line
from scalegame.tui.screens.learn import LearnScreen
from tests.tui.campaign_levels import CAMPAIGN, CHALLENGES
from tests.tui.stand_in import StandIn, StandInRuns, look

LESSON = (
    "scaling", "vertical scaling", "scaling up", "horizontal scaling", "scaling out", "ceiling", "downtime",
    "single point of failure", "stateless", "stateful", "session", "shared cache", "signed token", "persistent data",
    "object storage", "disposable", "interchangeable", "state is the hard part", "load balancer", "health check",
    "layer 4", "layer 7", "TCP", "HTTPS", "path", "Service", "Ingress", "cache", "CDN", "edge", "application cache",
    "Redis", "Memcached", "database pages", "cache invalidation", "stale", "freshness", "asynchronous", "queue",
    "message", "SQS", "RabbitMQ", "Kafka", "worker", "spike absorption", "shock absorber", "decoupling", "resilience",
    "idempotency", "design for failure", "something is always broken", "redundancy", "graceful degradation", "multi-AZ",
    "autoscaling", "ephemeral",
)  # fmt: skip
"""The terms of the lesson's paragraphs and bullets, as they stand there."""

TERMS = glossary()
EACH = pytest.mark.parametrize("term", TERMS, ids=[term.name for term in TERMS])


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


@pytest.mark.parametrize("idea", LESSON)
def test_every_idea_of_the_lesson_is_found(idea: str) -> None:
    assert found(TERMS, idea)


def test_no_word_stands_twice_and_all_are_in_the_order_of_the_alphabet() -> None:
    names = [term.name.casefold() for term in TERMS]
    assert names == sorted(set(names))


def test_no_two_words_have_the_same_names_outside() -> None:
    assert len({term.outside for term in TERMS}) == len(TERMS)


@EACH
def test_a_word_is_said_in_a_few_sentences_with_its_names_its_page_and_a_level(term: Term) -> None:
    assert term.says.endswith(".")
    assert 60 < len(term.says) < 260
    assert term.outside
    assert term.concept in {concept.id for concept in CONCEPTS}
    assert term.level in (*CAMPAIGN, *CHALLENGES)


def test_every_level_that_is_there_is_shown_by_some_word() -> None:
    shown = {term.level for term in TERMS}
    assert shown == {*CAMPAIGN, *CHALLENGES}
    assert {listing.id for listing in library() if listing.pack == "campaign"} <= shown


@pytest.mark.parametrize("name", ["retry storm", "circuit breaker", "graceful degradation"])
def test_what_users_who_ask_again_do_is_shown_where_they_ask_again(name: str) -> None:
    (term,) = (term for term in TERMS if term.name == name)
    level = find(term.level)
    assert any(kind.retries is not None for kind in level.scenario.classes)
    orders = " ".join(command for proof in level.proofs for command in proof.commands)
    assert "set breaker on" in orders
    assert "set shed" in orders
    assert level_line(term) == (f"challenge, {level.title}", True)


def test_a_level_that_is_not_installed_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    there = (Listing("a", "First", "campaign", ""), Listing("one-box", "One box", "campaign", ""))
    monkeypatch.setattr(screens, "library", lambda: there)
    (here,) = (term for term in TERMS if term.name == "downtime")
    (missing,) = (term for term in TERMS if term.name == "layer 7")
    assert level_line(here) == ("level 2, One box", True)
    assert level_line(missing) == ("the-front-door, which is not among the levels installed here", False)


NUMBERS = [
    ("downtime", "RESIZE_SECONDS"), ("single point of failure", "REPAIR_SECONDS"),
    ("autoscaling", "BOOT_SECONDS"),
    ("shared store", "SESSION_KB"), ("signed token", "TOKEN_CHECK_CPU_MS"), ("object storage", "OBJECT_STORE_MS"),
    ("layer 4", "L4_CPU_MS"), ("layer 7", "TLS_CPU_MS"), ("application cache", "CACHE_LOOKUP_MS"), ("CDN", "FAR_MS"),
    ("cache invalidation", "PURGE_CPU_MS"), ("redelivery", "VISIBILITY_SECONDS"), ("idempotency", "DEDUPE_CPU_MS"),
    ("multi-AZ", "ZONE_OUTAGE_SECONDS"), ("circuit breaker", "BREAKER_PROBES"), ("read replica", "REPLICATION_MS"),
    ("standby and failover", "FAILOVER_SECONDS"), ("sharding", "RESHARD_SECONDS"),
    ("connection pool", "CONNECTIONS_PER_SERVER"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "number"), NUMBERS, ids=[number for _, number in NUMBERS])
def test_a_number_is_the_catalogues_own(name: str, number: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, number, 77.0)
    (term,) = (term for term in glossary() if term.name == name)
    assert "7" in term.says
    assert term.says not in {one.says for one in TERMS}


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
@pytest.mark.parametrize("size", [(80, 23), (120, 39)])
def test_every_word_fits(size: tuple[int, int], glyphs: Glyphs) -> None:
    for index, term in enumerate(TERMS):
        words = Words(look(glyphs))
        words.chosen = index
        sheet = Sheet(*size, look(glyphs))
        words.draw(sheet)
        text = "\n".join(sheet.text())
        assert "…" not in text, term.name
        assert "What shows it" in text, term.name
        level = level_line(term)[0].split()[-1]
        assert level in text, term.name
        assert glyphs is UNICODE or text.isascii(), term.name


def play(script: Callable[[ScalegameApp, Pilot[int]], Awaitable[None]], keys: str = "q l g") -> None:
    session = StandIn()
    app = ScalegameApp(
        session.level, 7, look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session, StandIn())
    )

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            for key in keys.split():
                await pilot.press(key)
                await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())


def shown(app: ScalegameApp) -> str:
    assert isinstance(app.screen, GlossaryScreen)
    return "\n".join([*app.screen.words.text(), *app.screen.foot.text()])


def test_a_search_finds_other_words_for_it_and_esc_leads_back_step_by_step() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"jwt", "enter")
        await pilot.pause()
        assert "signed token" in shown(app)
        assert "1 found" in shown(app)
        assert "autoscaling" not in shown(app)
        await pilot.press("slash", *"lqx")
        await pilot.pause()
        assert 'Nothing here says "lqx"' in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert "autoscaling" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, LearnScreen)

    play(script)


def test_from_a_word_to_its_page() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"idempotency", "enter", "l")
        await pilot.pause()
        assert isinstance(app.screen, LearnScreen)
        assert app.screen.concept.id == "queues"
        assert app.screen.reading

    play(script)


def test_from_a_word_to_the_level_that_shows_it() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("slash", *"downtime", "enter", "enter")
        await pilot.pause()
        assert app.screen.id == "briefing"
        assert isinstance(app.runs, StandInRuns)
        assert app.runs.asked[-1] == ("one-box", None)

    play(script)


def test_a_level_that_is_not_there_cannot_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screens, "library", lambda: ())

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert "its level" not in shown(app)
        await pilot.press("enter")
        await pilot.pause()
        assert "dont-ask-twice, which is not among the levels" in shown(app)

    play(script)


def test_the_palette_opens_it_over_a_run_and_the_page_of_a_word_after_it() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert any(command.title == "Glossary" for command in app.get_system_commands(app.screen))
        app.open_glossary()
        app.open_glossary()
        await pilot.pause()
        assert app.game is not None
        assert not app.game.board.pace.running
        await pilot.press("l")
        await pilot.pause()
        assert isinstance(app.screen, LearnScreen)

    play(script, keys="enter space")
