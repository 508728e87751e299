"""The title: the campaign as a map that fits, what is to be played next, and where keys and clicks lead."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
from textual.pilot import Pilot

from scalegame.game.level_library import Listing, Outline
from scalegame.game.progress import Best
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import ASCII
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.screens.title import TitleScreen
from scalegame.tui.title.campaign_map import NEXT, Stop, draw_map, height_of, road
from scalegame.tui.title.nameplate import draw_skyline
from scalegame.tui.title.panel import LEVEL
from tests.tui.stand_in import StandIn, StandInRuns, look

TITLES = (
    "One box", "The biggest box", "Who am I again?", "The front door", "Don't ask twice", "Closer to you",
    "Yesterday's price", "Not now", "Twice is once", "Something is always broken", "The hard part", "Launch day",
)  # fmt: skip
STORY = "Your shop runs on one small machine under your desk: pages, data, everything. Then it is found."
SIZES = [(80, 24), (120, 40), (160, 50)]


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def campaign(count: int) -> list[Listing]:
    return [Listing(f"level-{index + 1}", title, "campaign", "") for index, title in enumerate(TITLES[:count])]


SANDBOX = Listing("sandbox", "Sandbox", "challenges", "")

Script = Callable[[ScalegameApp, Pilot[int], TitleScreen], Awaitable[None]]


def on_title(
    script: Script,
    listings: Sequence[Listing],
    standings: dict[str, Best] | None = None,
    left: str | None = None,
    size: tuple[int, int] = (80, 24),
    here: Look | None = None,
    daily: Listing | None = None,
) -> None:
    """Show these levels on the title and run the script."""
    session = StandIn()
    app = ScalegameApp(
        session.level, 7, here or look(), clock=lambda: 0.0, autostart=False, runs=StandInRuns(session)
    )  # fmt: skip
    outlines = {listing.id: Outline(STORY, 190.0, 0.955, 13.5) for listing in [*listings, *([daily] if daily else [])]}

    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await pilot.pause()
            await pilot.press("q")
            await pilot.pause()
            await app.workers.wait_for_complete()
            title = app.screen
            assert isinstance(title, TitleScreen)
            title.show(listings, standings or {}, outlines, left, daily)
            await pilot.pause()
            await script(app, pilot, title)

    asyncio.run(run())


def shown(title: TitleScreen) -> str:
    return "\n".join(title.panel.text())


def chosen(title: TitleScreen) -> str:
    return title.panel.chosen.removeprefix(LEVEL)


def stops(count: int, won: int = 0) -> list[Stop]:
    return [
        Stop(f"{LEVEL}{index}", index + 1, title, *(("gold", "silver") if index < won else ("", "")))
        for index, title in enumerate(TITLES[:count])
    ]


class TestTheMap:
    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("count", [3, 12])
    def test_every_level_has_its_number_title_and_both_medals(self, count: int, size: tuple[int, int]) -> None:
        async def script(_: ScalegameApp, __: Pilot[int], title: TitleScreen) -> None:
            text = shown(title)
            for number, name in enumerate(TITLES[:count], 1):
                assert f"({number})" in text
                assert name.split()[0] in text
            assert text.count("★") + text.count("☆") >= 2 * (count - 1)

        on_title(script, [*campaign(count), SANDBOX], size=size)

    @pytest.mark.parametrize(("width", "height"), [(76, 11), (116, 17), (132, 22)])
    @pytest.mark.parametrize("count", range(1, 25))
    def test_nothing_lies_on_anything_else_or_beyond_the_edge(self, count: int, width: int, height: int) -> None:
        laid = road(stops(count), width, height)
        sheet = Sheet(width + 4, 40, look())
        draw_map(sheet, 2, 0, height_of(laid, height), laid, "", "")
        text = sheet.text()
        assert all(not line for line in text[height_of(laid, height) :])
        for index in [place for row in laid.rows for place in row]:
            row, _ = laid.place(index)
            if laid.long or row < (height + 1) // 4:
                assert any(f"({index + 1})" in line for line in text)

    def test_a_wide_screen_shows_one_row_from_left_to_right(self) -> None:
        assert road(stops(12), 116, 17).rows == (tuple(range(12)),)

    def test_a_small_one_winds_in_three(self) -> None:
        assert road(stops(12), 76, 11).rows == ((0, 1, 2, 3), (7, 6, 5, 4), (8, 9, 10, 11))

    def test_arrows_follow_the_winding_road_and_go_up_and_down(self) -> None:
        laid = road(stops(12), 76, 11)
        assert [laid.beside(3, 1, 0), laid.beside(4, -1, 0), laid.beside(7, -1, 0)] == [4, 5, 8]
        assert [laid.beside(1, 0, 1), laid.beside(6, 0, -1), laid.beside(9, 0, 1)] == [6, 1, None]
        assert [laid.beside(0, -1, 0), laid.beside(11, 1, 0)] == [0, 11]

    def test_a_last_row_that_is_short_hangs_on_the_end_of_the_road(self) -> None:
        laid = road(stops(5), 76, 11)
        assert laid.rows[1] == (4,)
        assert [laid.beside(3, 0, 1), laid.beside(4, 0, -1)] == [4, 3]

    def test_medals_differ_by_mark_and_letter_not_by_colour_alone(self) -> None:
        laid = road(stops(12, won=2), 76, 11)
        sheet = Sheet(80, 12, look())
        draw_map(sheet, 2, 0, 11, laid, "", "")
        assert "up ★G cost ★S" in sheet.text()[2]
        assert "up ☆ cost ☆" in sheet.text()[2]

    def test_the_road_is_whole_as_far_as_it_was_travelled(self) -> None:
        laid = road(stops(3, won=1), 76, 11)
        sheet = Sheet(80, 12, look())
        draw_map(sheet, 2, 0, 4, laid, "", "")
        line = sheet.text()[0]
        assert "─" in line[: line.index("(2)")]
        assert "─" not in line[line.index("(2)") :]
        assert "┄" in line[line.index("(2)") :]


class TestTheSkyline:
    def test_lights_go_on_with_the_medals(self) -> None:
        def lit(share: float) -> int:
            sheet = Sheet(76, 1, look())
            draw_skyline(sheet, 0, 0, 76, 1, share)
            return sheet.inks[0].count(Ink.CALM)

        assert 0 < lit(0.0) < lit(0.4) < lit(1.0)
        assert lit(1.0) >= 70


@pytest.mark.parametrize("size", SIZES)
def test_the_next_level_is_chosen_and_says_so(size: tuple[int, int]) -> None:
    async def script(_: ScalegameApp, __: Pilot[int], title: TitleScreen) -> None:
        assert chosen(title) == "level-2"
        text = shown(title)
        assert NEXT in text
        assert "▶The biggest" in text

    on_title(
        script, campaign(3), {"level-1": Best(True, uptime=0.99, cost_micro=3_000_000, uptime_medal="gold")}, size=size
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_chosen_level_shows_its_story_and_how_far_one_got(size: tuple[int, int]) -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        await pilot.press("left")
        text = " ".join(shown(title).split())
        assert "takes 03:10" in text
        assert "Your shop runs on one small machine under your desk: pages, data, everything." in text
        assert "Then it is found" not in text
        assert "uptime 99.61 % ★ silver (gold 95.50 %)" in text
        assert "cost $13.80 ★ bronze (gold $13.50)" in text

    best = Best(True, uptime=0.9961, cost_micro=13_800_000, uptime_medal="silver", cost_medal="bronze")
    on_title(script, campaign(3), {"level-1": best}, size=size)


@pytest.mark.parametrize("size", SIZES)
def test_in_ascii_the_title_has_only_ascii(size: tuple[int, int]) -> None:
    async def script(_: ScalegameApp, __: Pilot[int], title: TitleScreen) -> None:
        text = shown(title)
        assert text.isascii()
        assert "?" not in text.replace("? help", "").replace("?  help", "").replace("again?", "")

    on_title(
        script, [*campaign(12), SANDBOX], {"level-1": Best(True, uptime_medal="gold")}, size=size, here=look(ASCII)
    )


@pytest.mark.parametrize("size", SIZES)
def test_arrows_lead_from_the_map_to_the_menu_and_back(size: tuple[int, int]) -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        await pilot.press("right")
        assert chosen(title) == "level-2"
        await pilot.press("down")
        assert chosen(title) == "sandbox"
        await pilot.press("down")
        assert chosen(title) == "key c"
        await pilot.press("up", "up")
        assert chosen(title) == "level-2"

    on_title(script, [*campaign(3), SANDBOX], left="One box, at 00:40", size=size)


def test_enter_plays_what_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(ScalegameApp, "open_level", lambda _, name, seed=None: opened.append(name))  # noqa: ARG005 - its own

    async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        await pilot.press("right", "enter")
        assert opened == ["level-2"]
        line = next(y for y, text in enumerate(title.panel.text()) if "(3)" in text)
        at = (title.panel.text()[line].index("(3)"), line)
        await pilot.click(title.panel, offset=at)
        assert (chosen(title), opened) == ("level-3", ["level-2"])
        await pilot.click(title.panel, offset=at)
        assert opened == ["level-2", "level-3"]

    on_title(script, campaign(3))


def test_the_run_that_was_left_is_gone_on_with_by_key_and_menu(monkeypatch: pytest.MonkeyPatch) -> None:
    resumed: list[int] = []
    monkeypatch.setattr(ScalegameApp, "resume", lambda _: resumed.append(1))

    async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        assert "One box, at 00:40" in shown(title)
        await pilot.press("c")
        await pilot.press("down", "enter")
        await pilot.pause()
        assert len(resumed) == 2

    on_title(script, campaign(3), left="One box, at 00:40")


def test_there_is_no_word_of_a_run_where_none_was_left() -> None:
    async def script(_: ScalegameApp, __: Pilot[int], title: TitleScreen) -> None:
        assert "continue" not in shown(title)

    on_title(script, campaign(3))


def test_settings_open_by_key_and_from_the_menu() -> None:
    async def script(app: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        assert "settings" in shown(title)
        await pilot.press("s")
        await pilot.pause()
        assert app.screen is not title

    on_title(script, campaign(3))


def test_without_a_campaign_the_way_to_a_file_is_named() -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        assert "No campaign is installed here" in shown(title)
        assert "scalegame play PATH" in shown(title)
        await pilot.press("down", "up", "left", "right")

    on_title(script, [])


def test_what_the_player_chose_stays_chosen_when_medals_are_read() -> None:
    async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        await pilot.press("right", "right")
        title.show(campaign(3), {"level-1": Best(True, uptime_medal="gold", cost_medal="gold")}, {}, None)
        assert chosen(title) == "level-3"

    on_title(script, campaign(3))


def test_many_challenges_are_one_row_with_the_chosen_among_them() -> None:
    others = [Listing(f"c-{number}", f"Challenge number {number}", "challenges", "") for number in range(12)]

    async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
        await pilot.press("down")
        for _press in range(11):
            await pilot.press("right")
        assert chosen(title) == "c-11"
        assert "▶ Challenge number 11" in shown(title)

    on_title(script, [*campaign(3), *others])


DAILY = Listing("daily-2026-11-27", "Daily 27 Nov: Exam results", "challenges", "")
ENDLESS = Listing("endless", "Endless", "challenges", "")


class TestTheDailyAndEndless:
    @pytest.mark.parametrize("size", SIZES)
    def test_come_first_beside_the_campaign_with_their_keys(self, size: tuple[int, int]) -> None:
        async def script(_: ScalegameApp, __: Pilot[int], title: TitleScreen) -> None:
            row = next(line for line in shown(title).splitlines() if "challenges" in line)
            assert row.split()[1:] == ["d", "Daily", "27", "Nov", "e", "Endless", "Sandbox"]

        on_title(script, [*campaign(3), SANDBOX, ENDLESS], daily=DAILY, size=size)

    @pytest.mark.parametrize(("key", "level"), [("d", DAILY.id), ("e", ENDLESS.id)])
    def test_open_by_key(self, key: str, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
        opened: list[str] = []
        monkeypatch.setattr(ScalegameApp, "open_level", lambda _, name: opened.append(name))

        async def script(_: ScalegameApp, pilot: Pilot[int], __: TitleScreen) -> None:
            await pilot.press(key)
            assert opened == [level]

        on_title(script, [*campaign(3), ENDLESS], daily=DAILY)

    @pytest.mark.parametrize("size", SIZES)
    def test_show_the_best_that_was_reached(self, size: tuple[int, int]) -> None:
        best = {
            DAILY.id: Best(True, False, 0.9987, 14_200_000, "gold", "silver"),
            ENDLESS.id: Best(lost=True, longest_ticks=7_610, most_good=900_000),
        }

        async def script(_: ScalegameApp, pilot: Pilot[int], title: TitleScreen) -> None:
            await pilot.press("down")
            assert chosen(title) == DAILY.id
            assert "Daily 27 Nov: Exam results" in shown(title)
            assert "99.87 %" in shown(title)
            await pilot.press("right")
            assert chosen(title) == ENDLESS.id
            for part in ("longest 12:41", "most good answers 900k"):
                assert part in shown(title)

        on_title(script, [*campaign(3), ENDLESS], best, daily=DAILY, size=size)
