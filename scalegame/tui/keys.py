"""Every key of the game: one table that bindings, footer and help are made from, so that none of them can be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from textual.binding import Binding, BindingType

from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink


@dataclass(frozen=True, slots=True)
class Key:
    """A key and what it does."""

    keys: str
    """Textual's names, comma-separated."""
    shown: str
    """As the footer writes it; in braces what the glyph set says."""
    word: str
    """The footer's word; empty keeps it out of the footer."""
    action: str
    long: str
    """The line in the help."""
    roomy: bool = False
    """In the footer only of wide terminals."""

    def label(self, glyphs: Glyphs) -> str:
        left, up, down, right = list(glyphs.arrows)
        return self.shown.format(
            arrows=glyphs.arrows,
            up_down=up + down,
            left_right=left + right,
            enter="Enter" if glyphs.ascii else glyphs.enter,
        )

    @property
    def first(self) -> str:
        """The key that a click on its footer word stands for."""
        return self.keys.split(",")[0]


GAME = (
    Key("space", "Space", "run", "toggle_clock", "let the clock run, or stop it; building goes on while it stands"),
    Key("full_stop", ".", "step", "one_tick", "one step of a tenth of a second while the clock stands"),
    Key(
        "1",
        "123",
        "speed",
        "speed(1)",
        "1 as fast as the wall clock, 2 twice, 3 four times; trouble drops the speed to 1x",
    ),
    Key("2", "", "", "speed(2)", ""),
    Key("3", "", "", "speed(4)", ""),
    Key("left,h", "{arrows}", "select", "move(-1, 0)", "select another machine (h j k l as well)"),
    Key("right,l", "", "", "move(1, 0)", ""),
    Key("up,k", "", "", "move(0, -1)", ""),
    Key("down,j", "", "", "move(0, 1)", ""),
    Key(
        "z",
        "z",
        "zoom",
        "zoom",
        "the selected box alone, a table of its machines; z or Esc goes back",
        roomy=True,
    ),
    Key("pageup", "", "", "page(-1)", ""),
    Key("pagedown", "PgUp PgDn", "", "page(1)", "to the ends of a column; in a list or the table, page by page"),
    Key("enter", "{enter}", "do", "enter", "what can be done with what is selected; in the list: buy it"),
    Key("tab", "Tab", "", "panel", "from the system to the list of choices and back"),
    Key("home", "Home End", "", "leap(-999)", "in a list: to its ends"),
    Key("end", "", "", "leap(999)", ""),
    Key("colon,slash", ":", "command", "command", "type a command; Tab completes it, its cost is shown before Enter"),
    Key("x", "x", "X-ray", "xray", "X-ray: what it would cost if the selected machine died now", roomy=True),
    Key("v", "v", "orders", "orders", "what is under way, and how long it takes; Enter cancels the chosen", roomy=True),
    Key("delete,backspace", "Del", "", "cancel_order", "in the list of orders: cancel the chosen one"),
    Key(
        "n",
        "n",
        "launch",
        "launch",
        "start the next stage early: more traffic, and its grant; what was to fail still will",
    ),
    Key("ctrl+p", "^p", "palette", "app.command_palette", "search everything that can be done", roomy=True),
    Key("question_mark", "?", "help", "help", "help about what is selected; then keys, rules, marks, commands"),
    Key("q", "q", "leave", "leave", "leave the run (asks first)"),
    Key("escape", "Esc", "", "back", "back: out of a list, of the command line, of the tour; takes down what came up"),
)

MENU = (
    Key("up", "{arrows}", "choose", "", ""),
    Key("enter", "{enter}", "buy", "", ""),
    Key("escape", "Esc", "back", "", ""),
    Key("space", "Space", "run", "toggle_clock", ""),
    Key("question_mark", "?", "help", "", ""),
)
"""The footer while the list of choices has the keys."""

ORDERS = tuple(replace(key, word="cancel the order") if key.word == "buy" else key for key in MENU)
"""The same while it is the list of what is under way."""

ZOOM = (
    Key("down", "{arrows}", "select", "", ""),
    Key("pagedown", "PgDn", "on", "", ""),
    Key("pageup", "PgUp", "back", "", ""),
    Key("enter", "{enter}", "do", "", ""),
    Key("escape", "Esc", "whole system", "", ""),
    Key("space", "Space", "run", "toggle_clock", ""),
    Key("colon", ":", "command", "", ""),
    Key("question_mark", "?", "help", "", ""),
)
"""The footer while one box has the whole picture."""


HELP = Key("question_mark", "?", "help", "help", "all keys, and how time and money go")
SETTINGS = Key("s", "s", "settings", "app.settings", "theme, marks, speed, motion, hints and manners")
LEARN = Key("l", "l", "learn", "learn", "a page for each idea, a level to try it, and a glossary")
"""What several screens have, in the same words."""

EVERYWHERE = (
    Key("f1", "F1", "", "help", "help about whatever has the keys, also while a command is typed"),
    Key("f2", "F2", "", "settings", f"settings: {SETTINGS.long}"),
    Key("ctrl+z", "^z", "", "suspend_process", "to the shell, the clock standing; fg comes back"),
    Key("ctrl+q", "^q", "", "quit", "leave the game (asks first while a run is on)"),
)
"""What the app itself does on every screen."""


def bindings(keys: Sequence[Key], *, priority: bool = False) -> list[BindingType]:
    """Textual's bindings for a table of keys; with ``priority`` they come before what has the focus."""
    return [Binding(key.keys, key.action, key.long or key.word, show=False, priority=priority) for key in keys]


def told(keys: Sequence[Key], glyphs: Glyphs) -> tuple[tuple[str, str], ...]:
    """What the help says of a table: each key as the footer writes it, and its line."""
    return tuple((key.label(glyphs), key.long) for key in keys if key.shown and key.long)


def for_palette(glyphs: Glyphs) -> list[tuple[str, str, str]]:
    """(title, what it does, key) of the board's keys that are worth a search."""
    worth = [key for key in GAME if key.word and key.action in ("toggle_clock", "one_tick", "zoom", "xray", "orders")]
    return [(f"{key.word} ({key.label(glyphs)})", key.long, key.first) for key in worth]


def draw_keys(sheet: Sheet, keys: Sequence[Key], lit: str = "", running: bool = False) -> None:
    """A footer in row 0: each key and its word, clickable. ``lit`` is the key that the guide asks for, ``running``
    whether the clock goes.

    Where it is too long, what is for roomy footers goes first, from the right; then what is left stands closer; then
    what stands second: help and the way out are always there.
    """
    glyphs = sheet.look.glyphs
    shown = [
        (key, key.label(glyphs), "stop" if running and key.action == "toggle_clock" else key.word)
        for key in keys
        if key.word
    ]
    gap = 2
    # "stop" is longer than "run": a footer that lost a key with the clock would jump.
    spare_cell = 0 if running else any(key.action == "toggle_clock" for key, _, _ in shown)
    while 1 + spare_cell + sum(len(label) + len(word) + 1 + gap for _, label, word in shown) - gap > sheet.width:
        spare = [entry for entry in shown if entry[0].roomy]
        if spare:
            shown.remove(spare[-1])
        elif gap > 1:
            gap = 1
        elif len(shown) > 3:
            del shown[1]
        else:
            break
    x = 1
    for key, label, word in shown:
        width = len(label) + len(word) + 1
        on = lit == f"key {key.first}"
        end = sheet.put(x, 0, label, Ink.LIT if on else Ink.KEY)
        end = sheet.put(end, 0, f" {word}", Ink.LIT if on else Ink.DIM)
        sheet.zone(x, 0, width, f"key {key.first}")
        x = end + gap


def draw_keys_row(sheet: Sheet, keys: Sequence[Key]) -> None:
    """The footer in a canvas' last row."""
    row = Sheet(sheet.width, 1, sheet.look)
    draw_keys(row, keys)
    sheet.characters[-1], sheet.inks[-1] = row.characters[0], row.inks[0]
    for zone in row.zones:
        sheet.zone(zone.x, sheet.height - 1, zone.width, zone.action)
