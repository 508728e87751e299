"""The help starts with what has the focus, and knows all that the game's tables know."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import get_args

import pytest
from textual.app import App
from textual.binding import Binding
from textual.pilot import Pilot
from textual.screen import Screen

from scalegame.game.command import VERBS
from scalegame.game.watched import GAME_FIGURES
from scalegame.model.automation.figures import POOL_FIGURES, RUN_FIGURES
from scalegame.model.catalogue import FAULT_SECONDS, LADDER, SETTINGS
from scalegame.model.out_there import OUT_THERE
from scalegame.model.snapshot import MachineState
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.page import LONGEST
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.desk.board import USERS, Board
from scalegame.tui.keys import EVERYWHERE, GAME
from scalegame.tui.screens.help import HelpScreen, found, paint_topic
from scalegame.tui.topics.about import KINDS, board_topic
from scalegame.tui.topics.contract import Part, Topic, topic_of
from scalegame.tui.topics.pages import marks, pages, signs
from scalegame.tui.widgets.log import mark as log_mark
from scalegame.tui.widgets.states import state_mark
from tests.tui.stand_in import StandIn, StandInRuns, crowd, level, look, machine, snapshot, view

WIDTHS = [74, 114]
"""Inside the help's box on the smallest and on a wide terminal."""


def play(session: StandIn, script: object, keys: str = "enter") -> None:
    app = ScalegameApp(
        session.level, session.seed, look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session)
    )

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press(*keys.split())
            await pilot.pause()
            await script(app, pilot)  # type: ignore[operator]  # a coroutine of the test

    asyncio.run(run())


def help_shown(app: ScalegameApp) -> str:
    assert isinstance(app.screen, HelpScreen)
    return "\n".join(app.screen._page.text())


def painted(topic: Topic, width: int = 74) -> str:
    sheet = Sheet(width, LONGEST, look())
    assert paint_topic(sheet, topic) < LONGEST
    return "\n".join(sheet.text())


def flowed(text: str) -> str:
    """Without line breaks, so that a sentence can be looked for however it was wrapped."""
    return " ".join(text.split())


# What has the focus


def about(place: str, session: StandIn | None = None) -> str:
    board = Board.of(session or crowd())
    board.select(place)
    assert board.selected == place
    return flowed(painted(board_topic(board)))


def test_of_a_server_it_says_what_slows_it_its_keys_its_commands_and_its_names_outside() -> None:
    text = about("app-2")
    assert "hold" in text
    assert "held slots" in text
    assert "u resize to medium: +$0.26/min" in text
    assert "restart MACHINE" in text
    assert OUT_THERE["pool"] in text
    assert "Now: " in text


def test_a_key_that_is_refused_says_why() -> None:
    assert "add one: without a balancer nobody sends it traffic" in about("app-1", StandIn())


@pytest.mark.parametrize(
    ("place", "word"),
    [
        (USERS, "Everybody who wants something"),
        ("balancer", "HAProxy"),
        ("cache", "Redis"),
        ("db-1", "PostgreSQL"),
    ],
)
def test_each_kind_of_place_has_its_own_page(place: str, word: str) -> None:
    played = level(unlocked=None)
    session = crowd()
    session.level = played
    assert word in about(place, session)


def test_what_is_not_placed_yet_is_explained_as_well() -> None:
    session = StandIn(played=level(unlocked=("place cache", "place balancer")))
    assert "Memcached" in about("cache", session)
    assert "place cache" in about("cache", session)


def test_only_commands_of_this_level_are_told_of_a_place() -> None:
    assert "autoscale POOL" not in about("app-1", StandIn())
    free = StandIn(played=level(unlocked=None))
    assert "autoscale POOL" in about("app-1", free)
    assert "set retries.database" in about("app-1", free)


def test_every_kind_names_commands_knobs_and_words_that_there_are() -> None:
    verbs, knobs = {verb.name for verb in VERBS}, {key.split(".")[0] for key in SETTINGS}
    for name, kind in KINDS.items():
        assert set(kind.verbs) <= verbs, name
        assert set(kind.knobs) <= knobs, name
        assert set(kind.outside) <= set(OUT_THERE), name
        assert kind.slow, name


def test_a_placed_pool_is_explained_as_servers_are() -> None:
    session = StandIn(view(snapshot([machine("images-1", "images"), machine("db-1", "database")])))
    assert "Machines that run your code" in about("images-1", session)


def test_with_the_list_open_it_starts_with_the_lit_row_and_its_price() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("enter", "question_mark")
        await pilot.pause()
        text = flowed(help_shown(app))
        assert "What can be done with app-1" in text
        assert "resize app-1 medium. +$0.26/min" in text

    play(StandIn(), script)


def test_with_the_orders_open_enter_cancels_and_buys_nothing() -> None:
    board = Board.of(crowd())
    assert board.open_orders()
    text = flowed(painted(board_topic(board)))
    assert "cancels the lit order" in text
    assert "add app" in text
    assert "buys" not in text.casefold()


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_the_marks_page_knows_every_mark_of_a_machine_and_of_the_log(glyphs: Glyphs) -> None:
    states = [machine("app-1", "app", 0.4, state) for state in get_args(MachineState)]
    more = (
        machine("app-1", "app", 0.87), machine("app-1", "app", 0.99), machine("app-1", "app", cold_factor=1.5),
        machine("app-1", "app", wrong_share=0.3), machine("app-1", "app", in_rotation=False),
    )  # fmt: skip
    told = {word for word, _ in (*marks(glyphs), *signs(glyphs))}
    assert {state_mark(one, glyphs)[0] for one in (*states, *more)} <= told
    assert {log_mark(weight, glyphs) for weight in range(5)} <= told


def test_the_rules_say_which_runs_earn_no_medal() -> None:
    (told,) = (flowed(painted(page)) for page in pages(UNICODE) if page.name == "Rules")
    for words in ("in a level that is won", "costs the one for cost", "is practice, and earns none", "Without end"):
        assert words in told


def test_no_mark_of_a_machine_is_told_twice() -> None:
    told = [word for word, _ in marks(UNICODE)]
    assert len(told) == len(set(told))


def test_in_the_command_line_a_question_mark_or_f1_tells_the_grammar_and_esc_goes_back_to_the_line() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        for key in ("question_mark", "f1"):
            await pilot.press("colon", *"res", key)
            await pilot.pause()
            assert "The command line" in help_shown(app)
            assert "resize POOL|MACHINE SIZE" in help_shown(app)
            await pilot.press("escape")
            await pilot.pause()
            assert app.game is not None
            assert app.game._input.value == "res"
            assert app.focused is app.game._input
            await pilot.press("escape")
            await pilot.pause()

    play(StandIn(), script)


def test_the_help_stops_the_clock_and_its_own_key_closes_it() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("space", "question_mark")
        await pilot.pause()
        assert "app-1" in help_shown(app)
        assert app.game is not None
        assert not app.game.board.pace.running
        await pilot.press("question_mark")
        assert app.screen is app.game
        await pilot.press("f1", "f1")
        assert app.screen is app.game

    play(StandIn(), script)


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("", ("gold says what earns the best medal", "open the board")),
        ("f2", ("what is set counts at once", "pause when away")),
        ("q", ("medals stand beside", "choose a level")),
    ],
    ids=["briefing", "settings", "title"],
)
def test_every_screen_starts_with_itself(keys: str, words: tuple[str, ...]) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f1")
        await pilot.pause()
        text = flowed(help_shown(app)).casefold()
        assert all(word in text for word in words)

    play(StandIn(), script, keys)


def test_a_screen_says_its_topic_itself_and_one_that_does_not_has_its_keys_listed() -> None:
    class Quiet(Screen[object]):
        BINDINGS = [Binding("question_mark", "help", "all about it"), Binding("up", "go")]  # noqa: RUF012 - Textual's own

    class Talking(Quiet):
        def help_topic(self) -> Topic:
            return Topic("Here", (Part("All about me"),))

    async def run() -> None:
        app: App[None] = App()
        async with app.run_test():
            assert topic_of(Talking()).parts[0].heading == "All about me"
            assert topic_of(Quiet()).parts == (Part("Keys here", rows=(("?", "all about it"),)),)

    asyncio.run(run())


# The pages


def test_tab_turns_the_pages_and_the_contents_show_which_one_it_is() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("question_mark")
        await pilot.pause()
        names = ["Here", *(page.name for page in pages(UNICODE))]
        contents = help_shown(app).splitlines()[1]
        assert all(name in contents for name in names)
        await pilot.press("tab")
        await pilot.pause()
        assert "On the board" in help_shown(app)
        await pilot.press("left", "left")
        await pilot.pause()
        assert "PostgreSQL" in help_shown(app) or "HAProxy" in help_shown(app), "round at the ends"
        await pilot.click("#help", offset=(contents.index("Marks") + 1, 1))
        await pilot.pause()
        assert "up, all is well" in help_shown(app)

    play(StandIn(), script)


def test_a_search_looks_through_all_pages_and_its_letters_are_no_keys() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("question_mark", "slash", *"jwq", "backspace", "backspace", "backspace", *"pgbouncer")
        await pilot.pause()
        text = help_shown(app)
        assert "Out there" in text
        assert "Knobs" in text
        assert "PgBouncer" in text
        await pilot.press("enter", "escape")
        await pilot.pause()
        assert "Here" in help_shown(app).splitlines()[1]
        await pilot.press("slash", *"no such word")
        await pilot.pause()
        assert "Nothing here says" in help_shown(app)
        await pilot.press("escape", "escape")
        assert app.screen is app.game

    play(StandIn(), script)


def test_a_search_finds_all_its_words_in_any_order_and_case() -> None:
    topic = found(pages(UNICODE), "TOKEN json")
    assert [row[0] for part in topic.parts for row in part.rows] == ["signed token"]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_know_every_key_command_knob_signal_failure_size_and_word_outside(width: int) -> None:
    text = "\n".join(painted(page, width) for page in pages(UNICODE))
    line = flowed(text)
    for key in (*GAME, *EVERYWHERE):
        assert key.long in line
    for verb in VERBS:
        assert verb.usage[: width - 6] in text
        assert verb.meaning in line
    for name, setting in SETTINGS.items():
        assert f"set {name}" in text
        assert setting.meaning in line
    for name, figure in (*RUN_FIGURES.items(), *GAME_FIGURES.items()):
        assert name in text
        assert figure.meaning in line
    assert all(f"POOL.{name}" in text for name in POOL_FIGURES)
    for mean in (mean for mean in FAULT_SECONDS.values() if mean):
        assert f"about once in {mean / 60:g} min" in line
    for size in LADDER:
        assert size.known_as in text
    for word, names in OUT_THERE.items():
        assert word in text
        assert names in line


def test_the_pages_say_what_tmux_needs() -> None:
    assert "set -g focus-events on" in flowed("\n".join(painted(page) for page in pages(UNICODE)))


def test_every_page_is_ascii_in_ascii() -> None:
    for page in pages(ASCII):
        sheet = Sheet(74, LONGEST, look(ASCII))
        paint_topic(sheet, page)
        assert all(row.isascii() for row in sheet.text())


def test_a_board_with_nothing_to_be_done_has_a_topic_all_the_same() -> None:
    board = Board.of(StandIn(options=(), played=replace(level(), unlocked=())))
    assert painted(board_topic(board))
