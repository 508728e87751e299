"""What the title shows: name, map of the campaign, what is chosen, menu; and where the arrows lead on it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.figures import clock, count, money, uptime
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.keys import HELP, LEARN, SETTINGS, Key, draw_keys_row
from scalegame.tui.title.campaign_map import Road, Stop, draw_map, draw_medal, height_of, road
from scalegame.tui.title.nameplate import NAME_HEIGHT, NAME_WIDTH, draw_name, draw_skyline

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.level_library import Listing, Outline
    from scalegame.game.progress import Best

TAGLINE = ("You run a web service. Traffic grows,", "machines die, money is short.")
WIDEST = 132
TALL = 34
"""Rows from which the skyline has several and the menu a row for each entry."""
BIG = 46
"""Rows from which the skyline is higher still."""
DETAIL_ROWS = 3
LEVEL = "level "
"""Begins the action of a level; its id follows. A first click chooses it, a second opens it."""
ENDLESS = "endless"
"""The id of the level that ends when it is lost."""
WORTH = {"gold": 3, "silver": 2, "bronze": 1}
"""Of the skyline's lights."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the menu below the map."""

    action: str
    key: str
    word: str
    remark: str

    @property
    def label(self) -> str:
        """The key, where there is one, and the word."""
        return f"{self.key} {self.word}".lstrip()


@dataclass(frozen=True, slots=True)
class Layout:
    """What stands in which row; the map as it is laid out, None where there is no campaign."""

    tall: bool
    road: Road | None
    skyline: int
    """Rows of it."""
    head: int
    map: int
    map_rows: int
    detail: int
    menu: int


class TitlePanel(Canvas):
    """Name, map, what is chosen, menu. ``listings`` is None while they are being read."""

    def __init__(self, look: Look, footer: Sequence[Key]) -> None:
        """``footer``: the keys that do not stand in the menu."""
        super().__init__(look, name="title-panel")
        self._footer = footer
        self.listings: Sequence[Listing] | None = None
        self.standings: Mapping[str, Best] = {}
        self.outlines: Mapping[str, Outline] = {}
        self.chosen = ""
        """The action of what is selected."""
        self.last_stop = ""
        """The stop that was chosen last: where the way up from the menu leads."""
        self.left: str | None = None
        """The run that could be gone on with."""
        self.daily: Listing | None = None
        """Today's level; None where nobody said what day it is."""

    # What is there

    def of_pack(self, campaign: bool) -> list[Listing]:
        return [one for one in self.listings or () if (one.pack == "campaign") == campaign]

    def stops(self) -> list[Stop]:
        """The campaign's levels, with the best medals."""
        found: list[Stop] = []
        for index, listing in enumerate(self.of_pack(campaign=True)):
            best = self.standings.get(listing.id)
            medals = (best.uptime_medal, best.cost_medal) if best else ("", "")
            found.append(Stop(LEVEL + listing.id, index + 1, listing.title, *medals))
        return found

    @property
    def following(self) -> str:
        """The action of the level to play next: the first that was not won; none where all are."""
        return next((stop.action for stop in self.stops() if not stop.won), "")

    def entries(self) -> list[Entry]:
        """The menu, in the order of its rows."""
        found = [Entry("key c", "c", "continue", self.left)] if self.left else []
        return found + [Entry(f"key {key.first}", key.shown, key.word, key.long) for key in (LEARN, SETTINGS, HELP)]

    def challenges(self) -> list[Entry]:
        """Levels beside the campaign; those that are new each time come first, and have keys."""
        found = [Entry(LEVEL + self.daily.id, "d", self.daily.title.partition(":")[0], "")] if self.daily else []
        others = self.of_pack(campaign=False)
        others.sort(key=lambda one: one.id != ENDLESS)
        return found + [Entry(LEVEL + one.id, "e" if one.id == ENDLESS else "", one.title, "") for one in others]

    def lit(self) -> float:
        """Which share of all medals was won, by what they are worth."""
        stops = self.stops()
        won = sum(WORTH.get(medal, 0) for stop in stops for medal in (stop.uptime_medal, stop.cost_medal))
        return won / (2 * len(stops) * WORTH["gold"]) if stops else 0.0

    # How it is drawn

    def _layout(self, width: int, height: int) -> Layout:
        """Which row everything begins in. What is left over goes between the parts, the last of it above the footer."""
        tall = height >= TALL
        skyline = 1 if not tall else 4 if height < BIG else 6
        menu = len(self.entries()) + bool(self.challenges()) if tall else 2
        gaps = [0, 1, 1, 1, 1 if tall else 0]
        room = height - 1 - NAME_HEIGHT - skyline - DETAIL_ROWS - menu - sum(gaps)
        stops = self.stops()
        on = road(stops, _margins(width)[1], room) if stops else None
        rows = height_of(on, room) if on else 2
        for turn in range(max(room - rows, 0)):
            gaps[(1, 0, 2, 3, 4)[turn % 5]] += 1
        head = gaps[0]
        top = head + NAME_HEIGHT + skyline + gaps[1]
        detail = top + rows + gaps[2]
        return Layout(tall, on, skyline, head, top, rows, detail, detail + DETAIL_ROWS + gaps[3])

    def draw(self, sheet: Sheet) -> None:
        x, width = _margins(sheet.width)
        laid = self._layout(sheet.width, sheet.height)
        self._head(sheet, x, laid.head, width, laid.skyline)
        if laid.road:
            draw_map(sheet, x, laid.map, laid.map_rows, laid.road, self.chosen, self.following)
        elif self.listings is None:
            sheet.put(x, laid.map, "…", Ink.DIM)
        else:
            sheet.put(x, laid.map, "No campaign is installed here. A level file can be played by its path:", Ink.TEXT)
            sheet.put(x, laid.map + 1, "scalegame play PATH", Ink.STRONG)
        self._detail(sheet, x, laid.detail, width, laid.tall)
        self._menu(sheet, x, laid.menu, width, laid.tall)
        draw_keys_row(sheet, self._footer)

    def _head(self, sheet: Sheet, x: int, y: int, width: int, skyline: int) -> None:
        draw_name(sheet, x, y)
        beside = x + NAME_WIDTH + 3
        for offset, line in enumerate(TAGLINE):
            sheet.put(beside, y + offset, line, Ink.DIM)
        stops = self.stops()
        if stops:
            won = sum(medal in WORTH for stop in stops for medal in (stop.uptime_medal, stop.cost_medal))
            mark = sheet.look.glyphs.medal if won else sheet.look.glyphs.no_medal
            sheet.put(beside, y + len(TAGLINE), f"{mark} {won} of {2 * len(stops)} medals", Ink.MONEY)
        draw_skyline(sheet, x, y + NAME_HEIGHT, width, skyline, self.lit())

    def _detail(self, sheet: Sheet, x: int, y: int, width: int, tall: bool) -> None:
        """What is known of the chosen level, in ``DETAIL_ROWS``."""
        known = [*(self.listings or ()), *([self.daily] if self.daily else [])]
        found = next((one for one in known if LEVEL + one.id == self.chosen), None)
        if found is None:
            remark = next((entry.remark for entry in self.entries() if entry.action == self.chosen), "")
            sheet.put(x, y, remark, Ink.TEXT, width)
            return
        outline = self.outlines.get(found.id)
        end = sheet.put(x, y, found.title, Ink.HEADING, width)
        if outline is None:
            return
        takes = f"takes {clock(outline.seconds)}" if outline.seconds else "as long as you last"
        end = sheet.put(end + 2, y, takes, Ink.DIM) + 2
        sentence = _first_sentence(outline.story)
        if not tall:
            # It begins beside the title: a line is all that is left for the rest.
            beside = wrap(sentence, x + width - end)[0] if sentence else ""
            sheet.put(end, y, beside, Ink.TEXT)
            sentence = sentence[len(beside) :]
        for line in wrap(sentence, width, 1):
            sheet.put(x, y + 1, line, Ink.TEXT)
        self._figures(sheet, x, y + 2, found.id, outline)

    def _figures(self, sheet: Sheet, x: int, y: int, level: str, outline: Outline) -> None:
        """The best uptime and the best cost, and what gold asks for."""
        best = self.standings.get(level)
        if best and best.longest_ticks:
            longest = clock(best.longest_ticks / TICKS_PER_SECOND)
            end = sheet.put(sheet.put(x, y, "longest ", Ink.DIM), y, longest, Ink.STRONG)
            sheet.put(sheet.put(end + 3, y, "most good answers ", Ink.DIM), y, count(best.most_good), Ink.STRONG)
            return
        cost = best.cost_micro / 1e6 if best and best.cost_micro is not None else None
        pairs = (
            ("uptime", outline.par_uptime, uptime, best.uptime if best else None, best.uptime_medal if best else ""),
            ("cost", outline.par_cost, money, cost, best.cost_medal if best else ""),
        )
        for word, par, text, value, medal in pairs:
            if par is None and value is None:
                continue
            end = sheet.put(x, y, f"{word} ", Ink.DIM)
            end = sheet.put(end, y, "not won" if value is None else text(value), Ink.STRONG)
            if value is not None:
                end = draw_medal(sheet, end + 1, y, medal)
            if par is not None:
                sheet.put(end + 1, y, f"(gold {text(par)})", Ink.MONEY if value is None else Ink.DIM)
            x += 40

    def _menu(self, sheet: Sheet, x: int, y: int, width: int, tall: bool) -> None:
        others = self.challenges()
        if others:
            self._challenges(sheet, x, y, width, others)
            y += 1
        at = x
        for entry in self.entries():
            on = entry.action == self.chosen
            text = f"{entry.key}  {entry.word}" if tall else f"{entry.key} {entry.word}"
            if tall:
                self._pointer(sheet, x, y, on)
                sheet.put(x + 2, y, entry.key, Ink.KEY)
                sheet.put(x + 5, y, entry.word, Ink.CHOSEN if on else Ink.TEXT)
                sheet.put(x + 16, y, entry.remark, Ink.DIM, width - 16)
                sheet.zone(x, y, width, entry.action)
                y += 1
                continue
            if entry.action == "key c":
                text += f" {entry.remark}"
            self._pointer(sheet, at, y, on)
            sheet.put(at + 2, y, text, Ink.CHOSEN if on else Ink.TEXT, 40)
            if not on:
                sheet.tint(at + 2, y, len(entry.key), Ink.KEY)
            sheet.zone(at, y, min(len(text), 40) + 2, entry.action)
            at += min(len(text), 40) + 4

    def _challenges(self, sheet: Sheet, x: int, y: int, width: int, others: Sequence[Entry]) -> None:
        """One row: as many as there is room for, the chosen one among them."""
        at = sheet.put(x + 2, y, "challenges", Ink.DIM) + 2
        index = next((i for i, entry in enumerate(others) if entry.action == self.chosen), 0)
        first = 0
        while sum(len(entry.label) + 4 for entry in others[first : index + 1]) > x + width - at and first < index:
            first += 1
        for entry in others[first:]:
            on = entry.action == self.chosen
            if at + len(entry.label) + 2 > x + width:
                sheet.put(at, y, "…", Ink.DIM)
                break
            self._pointer(sheet, at, y, on)
            sheet.put(at + 2, y, entry.label, Ink.CHOSEN if on else Ink.TEXT)
            if not on:
                sheet.tint(at + 2, y, len(entry.key), Ink.KEY)
            sheet.zone(at, y, len(entry.label) + 2, entry.action)
            at += len(entry.label) + 4

    @staticmethod
    def _pointer(sheet: Sheet, x: int, y: int, on: bool) -> None:
        if on:
            sheet.put(x, y, sheet.look.glyphs.pointer, Ink.AMBER)

    # Where the arrows lead

    def beside(self, across: int, down: int) -> str:
        """The action that an arrow leads to from the chosen one."""
        laid = self._layout(*self.size)
        on = laid.road
        stops = [stop.action for stop in on.stops] if on else []
        others, entries = [[one.action for one in group] for group in (self.challenges(), self.entries())]
        rows = [row for row in (others, *([[one] for one in entries] if laid.tall else [entries])) if row]
        if on and self.chosen in stops:
            found = on.beside(stops.index(self.chosen), across, down)
            if found is not None:
                return stops[found]
            return rows[0][0] if down > 0 else self.chosen
        at = next((i for i, row in enumerate(rows) if self.chosen in row), None)
        if at is None:
            return stops[0] if stops else rows[0][0]
        column = rows[at].index(self.chosen)
        if across:
            return rows[at][min(max(column + across, 0), len(rows[at]) - 1)]
        if at + down < 0:
            # Up from the menu: back to where the map was left.
            return self.last_stop if self.last_stop in stops else stops[-1] if stops else self.chosen
        return rows[at + down][min(column, len(rows[at + down]) - 1)] if at + down < len(rows) else self.chosen


def _margins(width: int) -> tuple[int, int]:
    """(first column, columns) of what is drawn."""
    used = min(width - 4, WIDEST)
    return (width - used) // 2, used


def _first_sentence(text: str) -> str:
    return re.split(r"(?<=[.!?])\s", text, maxsplit=1)[0]
