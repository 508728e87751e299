"""What is set is shown at once, kept, found again, and never costs a player a traceback or a file."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.glyphs import ASCII, UNICODE
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Depth, Ink, Look, palette
from scalegame.tui.cells.themes import DAY, NIGHT, THEMES
from scalegame.tui.screens.settings import SettingsScreen, draw_settings
from scalegame.tui.settings import CHOICES, Preferences, Settings, SettingsFile, Surroundings, understood
from tests.tui.stand_in import StandIn, StandInRuns

Play = Callable[[ScalegameApp, Pilot[int]], Awaitable[None]]


def play(script: Play, file: SettingsFile | None = None, surroundings: Surroundings | None = None) -> ScalegameApp:
    """The board of a stand-in, with the settings of a file, on a terminal of 80x24."""
    session = StandIn()
    preferences = Preferences(surroundings or Surroundings(), file)
    app = ScalegameApp(
        session.level, session.seed, preferences.look(), clock=lambda: 0.0, autostart=False,
        runs=StandInRuns(session), preferences=preferences,
    )  # fmt: skip

    async def run() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await pilot.press("enter")
            await pilot.pause()
            await script(app, pilot)

    asyncio.run(run())
    return app


@pytest.fixture
def file(tmp_path: Path) -> SettingsFile:
    return SettingsFile(tmp_path / "somewhere" / "settings.json")


def settings_shown(app: ScalegameApp) -> str:
    assert isinstance(app.screen, SettingsScreen)
    return "\n".join(app.screen.text())


# On the screen


def test_f2_opens_the_settings_over_the_board_and_stops_the_clock() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("space", "f2")
        await pilot.pause()
        assert "How it looks" in settings_shown(app)
        assert app.game is not None
        assert not app.game.board.pace.running
        await pilot.press("f2")
        assert app.screen is app.game

    play(script)


def test_a_theme_chosen_by_keys_shows_on_every_screen_at_once() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f2", "right")
        await pilot.pause()
        assert "day" in settings_shown(app)
        canvases = [canvas for screen in app.screen_stack for canvas in screen.query(Canvas)]
        assert len({canvas.screen.id for canvas in canvases}) >= 3, "title, board and settings"
        assert all(canvas.look.theme is DAY for canvas in canvases)
        assert app.theme == "day"
        assert app.screen.styles.background.hex.lower() == DAY.ground
        await pilot.press("escape")
        await pilot.pause()
        assert app.game is not None
        strip = app.game._panels["system"].render_line(0)
        assert all(segment.style in palette(Depth.FULL, DAY) for segment in strip)

    play(script)


def test_what_is_opened_later_wears_the_theme_as_well() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f2", "right", "escape", "question_mark")
        await pilot.pause()
        assert {canvas.look.theme for canvas in app.screen.query(Canvas)} == {DAY}

    play(script)


def test_what_was_chosen_by_keys_is_there_after_a_restart(file: SettingsFile) -> None:
    async def choose(_: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f2", "right", "right", "down", "right", "right", "down", "down", "left", "escape")

    async def look_again(app: ScalegameApp, _: Pilot[int]) -> None:
        assert app.look.theme.name == "contrast"
        assert app.look.glyphs is ASCII
        assert app.game is not None
        assert app.game.board.pace.speed == 4

    play(choose, file)
    play(look_again, file)
    assert json.loads(file.path.read_text("utf-8"))["version"] == 1


def test_all_settings_go_back_to_the_first_ones_with_one_key(file: SettingsFile) -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f2", "left", "down", "right", "d")
        await pilot.pause()
        assert app.preferences.settings == Settings()
        assert app.look.theme is NIGHT

    play(script, file)
    assert file.read() == (Settings(), "")


def test_leaving_asks_no_question_where_none_is_wanted() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        app.preferences.change(replace(Settings(), ask=False))
        await pilot.press("q")
        await pilot.pause()
        assert app.game is None

    play(script)


def test_looking_away_stops_the_clock_unless_the_player_wants_it_to_go_on() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        assert app.game is not None
        pace = app.game.board.pace
        app.preferences.change(replace(Settings(), pause_away=False))
        await pilot.press("space")
        app.on_app_blur()
        assert pace.running
        app.preferences.change(Settings())
        app.on_app_blur()
        assert not pace.running

    play(script)


def test_the_bell_rings_once_when_a_warning_turns_red_and_only_where_it_is_wanted() -> None:
    rung: list[bool] = []

    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        app.bell = lambda: rung.append(True)  # type: ignore[method-assign]
        assert app.game is not None
        session = app.game.board.session
        assert isinstance(session, StandIn)
        for wanted, level in ((False, 0), (False, 2), (True, 0), (True, 1), (True, 2), (True, 2)):
            app.preferences.change(replace(Settings(), bell=wanted))
            session.shown = replace(session.shown, warning="app-1 is at 93 %", warning_level=level)
            app.step()

    play(script)
    assert rung == [True]


def test_motion_off_stills_the_links_and_textuals_own_animations() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f2", "down", "down", "right")
        await pilot.pause()
        assert not app.look.animated
        assert app.animation_level == "none"

    play(script)


def test_clicks_choose_and_then_change() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f2")
        await pilot.pause()
        rows = settings_shown(app).splitlines()
        row = next(y for y, text in enumerate(rows) if "bell" in text)
        await pilot.click("#settings-panel", offset=(6, row))
        await pilot.click("#settings-panel", offset=(6, row))
        await pilot.pause()
        assert app.preferences.settings.bell

    play(script)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (160, 50)])
@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_every_choice_with_its_words_fits_on_the_screen(size: tuple[int, int], glyphs: object) -> None:
    preferences = Preferences(Surroundings())
    for at, choice in enumerate(CHOICES):
        for _ in choice.values:
            preferences.settings = choice.turned(preferences.settings, 1)
            sheet = Sheet(*size, Look.of(glyphs, Depth.FULL))  # type: ignore[arg-type]  # a set of glyphs
            draw_settings(sheet, preferences, at)
            text = "\n".join(sheet.text())
            assert choice.shown(preferences.settings) in text
            assert "~" not in text or glyphs is ASCII
            assert "…" not in text, "nothing is cut off"
            assert "Esc back" in sheet.text()[-1].replace("  ", " ")


def test_the_sample_shows_every_state_without_colour() -> None:
    sheet = Sheet(80, 24, Look.of(UNICODE, Depth.MONO))
    draw_settings(sheet, Preferences(Surroundings(Depth.MONO)), 0)
    text = "\n".join(sheet.text())
    for word in ("up", "busy", "full", "booting", "dead", "ahead", "limit", "resize", "press Space"):
        assert word in text
    assert "NO_COLOR is set" in text
    assert any(ink == Ink.CHOSEN for row in sheet.inks for ink in row)


# Flags and the environment


def test_flags_and_environment_win_over_what_is_set() -> None:
    wanted = Settings(theme="day", glyphs="unicode", motion=True, mouse=True)
    around = Surroundings(Depth.MONO, ascii=True, still=True, mouse=False)
    look = around.look(wanted)
    assert look.glyphs is ASCII
    assert not look.animated
    assert look.styles == palette(Depth.MONO)
    assert not around.uses_mouse(wanted)
    assert all(around.overrules(field) for field in ("theme", "glyphs", "motion", "mouse"))
    assert not any(Surroundings().overrules(choice.field) for choice in CHOICES)


def test_the_environment_is_read_as_textual_reads_it() -> None:
    still = {"TERM": "tmux-256color", "LANG": "C.UTF-8", "TEXTUAL_ANIMATIONS": "None"}
    around = Surroundings.detect(still, ascii=False, mouse=True)
    assert around.still
    assert around.depth is Depth.FULL
    assert not Surroundings.detect({"TEXTUAL_ANIMATIONS": "basic"}, ascii=False, mouse=True).still


def test_unicode_can_be_asked_for_where_the_locale_denies_it_but_not_where_the_stream_cannot_carry_it() -> None:
    wanted = Settings(glyphs="unicode")
    assert Surroundings(glyphs=ASCII, utf8=True).look(wanted).glyphs is UNICODE
    assert Surroundings(glyphs=ASCII, utf8=False).look(wanted).glyphs is ASCII


# The file


def test_no_file_means_the_games_own_settings_and_no_word_about_it(file: SettingsFile) -> None:
    assert file.read() == (Settings(), "")
    assert not file.path.parent.exists()


def test_every_value_of_every_choice_comes_back_from_the_file(file: SettingsFile) -> None:
    for choice in CHOICES:
        settings = Settings()
        for _ in choice.values:
            settings = choice.turned(settings, 1)
            assert file.write(settings) == ""
            assert file.read() == (settings, "")
        assert settings == Settings(), "round at the end"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x00\xff\xfe", b"theme = 'day'", b"[]", b"null", b'{"theme": "day"}', b'{"version": 2, "theme": "day"}',
        b'{"version": true}', b'{"version": "1"}', b"[" * 10_000, b" " * 20_000 + b"{}",
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_understood_is_set_aside_in_a_line_and_never_lost(
    file: SettingsFile, data: bytes
) -> None:
    file.path.parent.mkdir()
    file.path.write_bytes(data)
    settings, said = file.read()
    assert settings == Settings()
    assert "settings.json" in said
    assert "settings.old-1.json" in said
    assert "\n" not in said
    assert not file.path.exists()
    assert (file.path.parent / "settings.old-1.json").read_bytes() == data
    assert file.read() == (Settings(), ""), "said once"


def test_what_is_said_of_a_file_stays_on_its_line() -> None:
    for strange in ({"version": 1, "x\n\u001b[31m": 1}, {"version": "1\n2"}):
        assert understood(json.dumps(strange).encode())[1].isprintable()


def test_of_a_file_with_a_strange_value_the_rest_counts_and_the_whole_is_kept(file: SettingsFile) -> None:
    file.path.parent.mkdir()
    odd = {"version": 1, "theme": "day", "glyphs": "cuneiform", "speed": True, "colour": "mauve"}
    text = json.dumps(odd)
    file.path.write_text(text, "utf-8")
    settings, said = file.read()
    assert settings == Settings(theme="day")
    assert "glyphs" in said
    assert (file.path.parent / "settings.old-1.json").read_text("utf-8") == text
    assert file.read() == (settings, "")


def test_a_second_bad_file_does_not_take_the_place_of_the_first(file: SettingsFile) -> None:
    file.path.parent.mkdir()
    for number in (1, 2):
        file.path.write_text(f"bad {number}", "utf-8")
        file.read()
    assert (file.path.parent / "settings.old-1.json").read_text("utf-8") == "bad 1"
    assert (file.path.parent / "settings.old-2.json").read_text("utf-8") == "bad 2"


def test_a_folder_where_nothing_can_be_written_is_a_sentence_and_play_goes_on(tmp_path: Path) -> None:
    in_the_way = tmp_path / "in-the-way"
    in_the_way.write_text("", "utf-8")

    async def script(app: ScalegameApp, pilot: Pilot[int]) -> None:
        await pilot.press("f2", "right")
        await pilot.pause()
        assert "not kept" in settings_shown(app)
        assert app.look.theme is DAY

    play(script, SettingsFile(in_the_way / "settings.json"))


def test_a_folder_in_the_files_place_is_a_sentence(tmp_path: Path) -> None:
    settings, said = SettingsFile(tmp_path).read()
    assert settings == Settings()
    assert "cannot be read" in said


def test_trouble_with_the_file_is_shown_at_the_start(file: SettingsFile) -> None:
    file.path.parent.mkdir()
    file.path.write_text("{", "utf-8")

    async def script(app: ScalegameApp, _: Pilot[int]) -> None:
        assert ["settings.old-1.json" in str(note.message) for note in app._notifications] == [True]

    play(script, file)


def test_every_named_setting_is_a_choice_and_every_theme_a_value() -> None:
    assert [choice.field for choice in CHOICES] == list(Settings.__slots__)
    assert [value for value, _ in CHOICES[0].values] == list(THEMES)
    assert understood(b'{"version": 1}') == (Settings(), "")
