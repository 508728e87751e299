"""The help: every key from the table that binds them, the rules with the catalogue's numbers, the marks."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import ModalScreen

from scalegame.tui.keys import GAME, Key, bindings
from scalegame.tui.page import Page
from scalegame.tui.sheet import Sheet, wrap
from scalegame.tui.theme import Ink, Look

HELP_KEYS = (
    Key("escape,question_mark,q,enter", "Esc", "close", "close", "close the help"),
    Key("up,k", "", "", "scroll(-1)", ""),
    Key("down,j", "", "", "scroll(1)", ""),
    Key("pageup", "", "", "scroll(-10)", ""),
    Key("pagedown,space", "", "", "scroll(10)", ""),
)


def rules() -> dict[str, str]:
    """Prose about time and money by its heading, with the catalogue's own numbers."""
    from scalegame.model import catalogue as numbers

    waits = {"boot": numbers.BOOT_SECONDS, "resize": numbers.RESIZE_SECONDS, "restart": numbers.RESTART_SECONDS}
    amber, red = numbers.AMBER_SATURATION * 100, numbers.RED_SATURATION * 100
    return {
        "Time": "At 1x a second of the game is a second. Requests queue in true milliseconds; what operators wait for"
        f" ({', '.join(f'{name} {seconds:g} s' for name, seconds in waits.items())}) is {numbers.OPERATIONS_FACTOR}"
        " times faster than outside, all by the same factor. Speed never changes an outcome.",
        "Uptime": "A request is good when it is answered in time, and lost when it is late, refused, dropped or logged"
        " out. Each stage allows so many lost requests: the budget bar. When it is spent, the level ends.",
        "Money": "A machine is paid by the minute from the moment it is ordered, for"
        f" {numbers.MINIMUM_BILLED_SECONDS:g} s at least. A stage may bring money. An empty purse ends the level.",
        "Warnings": f"Amber from {amber:g} %, red from {red:g} % of the tightest place. Amber drops the speed to 1x.",
    }


def commands() -> dict[str, str]:
    """Every line that can be typed: how it goes, and what it does."""
    from scalegame.game.command import VERBS

    return {verb.usage: verb.meaning for verb in VERBS}


def knobs() -> dict[str, str]:
    """What `set` reaches, and what it stands at before anybody turns it."""
    from scalegame.model.catalogue import SETTINGS

    told: dict[str, str] = {}
    for key, setting in SETTINGS.items():
        words = setting.words
        goes = "|".join(words) if words else f"{setting.low:g} to {setting.high:g} {setting.unit}".rstrip()
        start = words[int(setting.start)] if words else f"{setting.start:g}"
        told[f"set {key}{'.CLASS' if setting.per_class else ''}"] = f"{setting.meaning}; {goes}, at first {start}"
    return told


def signals() -> dict[str, str]:
    """What a rule can watch."""
    from scalegame.game.watched import GAME_FIGURES
    from scalegame.model.automation.figures import POOL_FIGURES, RUN_FIGURES

    of_pools = {f"POOL.{name}": figure for name, figure in POOL_FIGURES.items()}
    figures = {**of_pools, **RUN_FIGURES, **GAME_FIGURES}
    return {name: f"{figure.meaning}; {figure.unit}" for name, figure in figures.items()}


def failures() -> dict[str, str]:
    """What breaks by itself where a level lets chance in, how often, and what it does."""
    from scalegame.model import catalogue as numbers

    def often(seconds: float | None, where: str) -> str:
        return f"about once in {seconds / 60:g} min at each {where}" if seconds else "never"

    every = numbers.FAULT_SECONDS
    sizes: dict[float | None, list[str]] = {}
    for size in numbers.LADDER:
        sizes.setdefault(size.mtbf_seconds, []).append(size.name)
    crashes = "; ".join(f"{often(mean, 'machine')} ({', '.join(names)})" for mean, names in sizes.items())
    return {
        "crash": f"{crashes}; back by itself after {numbers.REPAIR_SECONDS:g} s, after a restart in"
        f" {numbers.RESTART_SECONDS:g} s",
        "lost disk": f"{often(every['disk-loss'], 'machine')}; back after {numbers.DISK_REPAIR_SECONDS:g} s, without"
        " what was on it",
        "slow node": f"{often(every['slow'], 'machine')}; {numbers.SLOW_FACTOR:g} times as long for everything, for"
        f" {numbers.SLOW_SECONDS:g} s; health checks pass",
        "network blip": f"{often(every['blip'], 'machine')}; nobody reaches it for {numbers.BLIP_SECONDS:g} s",
        "cache flush": f"{often(every['cache-flush'], 'cache machine')}; it goes on empty",
        "zone outage": f"{often(every['zone-outage'], 'zone')}; all its machines are dead for"
        f" {numbers.ZONE_OUTAGE_SECONDS:g} s",
        "bad release": f"{100 * numbers.BAD_DEPLOYS:g} % of those that you deploy;"
        f" {100 * numbers.BAD_RELEASE_WRONG:g} % of its answers are wrong",
    }


def out_there() -> dict[str, str]:
    """What the things of the game are called outside it."""
    from scalegame.model.out_there import OUT_THERE

    return OUT_THERE


def paint_help(sheet: Sheet) -> int:
    """The page; returns its length."""
    glyphs = sheet.look.glyphs
    y = 1
    sheet.put(2, y, "Keys", Ink.HEADING)
    y += 1
    for key in GAME:
        if key.long:
            sheet.put(4, y, key.label(glyphs), Ink.KEY, 8)
            for line in wrap(key.long, sheet.width - 16):
                sheet.put(13, y, line, Ink.TEXT)
                y += 1
    sheet.put(4, y, "letters", Ink.KEY)
    sheet.put(13, y, "what stands beside a choice in the inspector does it at once", Ink.TEXT, sheet.width - 15)
    y += 2
    for heading, prose in rules().items():
        sheet.put(2, y, heading, Ink.HEADING)
        for line in wrap(prose, sheet.width - 16):
            sheet.put(13, y, line, Ink.TEXT)
            y += 1
        y += 1
    marks = {
        glyphs.up: "up",
        glyphs.busy: "busy",
        glyphs.full: "full",
        glyphs.booting: "not ready",
        glyphs.draining: "no traffic",
        glyphs.slow: "slow",
        glyphs.dead: "dead",
        glyphs.waiting: "waiting",
    }
    sheet.put(2, y, "Marks", Ink.HEADING)
    x = 13
    for mark, word in marks.items():
        if x + len(word) + 3 > sheet.width - 2:
            x, y = 13, y + 1
        x = sheet.put(sheet.put(x, y, mark, Ink.STRONG) + 1, y, word, Ink.DIM) + 2
    y += 2
    for heading, told in (
        ("Failures, where a level lets chance in; some bring their own", failures()),
        ("Commands", commands()),
        ("Signals, for rules: when POOL.SIGNAL > N for SECONDS do COMMAND", signals()),
        ("Knobs", knobs()),
        ("Out there", out_there()),
    ):
        y = _list(sheet, y, heading, told)
    return y


def _list(sheet: Sheet, y: int, heading: str, told: dict[str, str]) -> int:
    """Words and what they mean, below a heading; the row after them."""
    sheet.put(2, y, heading, Ink.HEADING)
    y += 1
    for word, meaning in told.items():
        sheet.put(4, y, word, Ink.KEY, sheet.width - 6)
        y += 1
        for line in wrap(meaning, sheet.width - 16):
            sheet.put(13, y, line, Ink.TEXT)
            y += 1
    return y + 1


class HelpPage(Page):
    """The help in a box of its own."""

    def draw(self, sheet: Sheet) -> None:
        inside = Sheet(max(sheet.width - 2, 0), max(sheet.height - 2, 0), sheet.look)
        super().draw(inside)
        for y in range(inside.height):
            sheet.characters[y + 1][1:-1] = inside.characters[y]
            sheet.inks[y + 1][1:-1] = inside.inks[y]
        sheet.frame(0, 0, sheet.width, sheet.height, Ink.FAINT)
        sheet.put(2, 0, " Help ", Ink.HEADING)
        sheet.put_right(sheet.width - 2, sheet.height - 1, " Esc closes, arrows scroll ", Ink.DIM)


class HelpScreen(ModalScreen[None]):
    """All keys and the rules, over whatever was shown."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(HELP_KEYS)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._page = HelpPage(look, paint_help, name="help")

    def compose(self) -> ComposeResult:
        yield self._page

    def action_close(self) -> None:
        self.dismiss(None)

    def action_scroll(self, rows: int) -> None:
        self._page.scroll(rows)
