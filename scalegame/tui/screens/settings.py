"""The settings: a row a choice, and beside them a sample of all that is drawn, in the look that is being chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.screen import Screen

from scalegame.tui.cells.canvas import Canvas
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.cells.themes import THEMES
from scalegame.tui.keys import Key, bindings, draw_keys_row, told
from scalegame.tui.settings import CHOICES, Preferences, Settings
from scalegame.tui.topics.contract import Part, Topic

if TYPE_CHECKING:
    from scalegame.tui.app import ScalegameApp

KEYS = (
    Key("up,k", "{up_down}", "choose", "move(-1)", "the setting above"),
    Key("down,j", "", "", "move(1)", "the setting below"),
    Key("left,h", "{left_right}", "change", "turn(-1)", "its value before"),
    Key("right,l,space", "", "", "turn(1)", "its next value; it counts at once"),
    Key("d", "d", "defaults", "defaults", "every setting as the game came"),
    Key("question_mark", "?", "help", "app.help", "what the settings do"),
    Key("escape,enter,q,s", "Esc", "back", "back", "back to where you were; what you set is kept"),
)
LIST_WIDTH = 34
WORD_WIDTH = 20
ROOMY = 26
"""Rows from which there are empty ones around the list."""
SAMPLE_HEIGHT = 18
BARS = ((0.42, "up"), (0.88, "busy"), (0.98, "full"))
PLOT = (1, 1, 2, 2, 2, 3, 3, 4, 4, 5, 6, 7, 8, 8, 7, 6, 5, 4, 3, 3, 2)
"""Eighths."""


def draw_settings(sheet: Sheet, preferences: Preferences, chosen: int) -> None:
    """The list at the left, the sample at the right, what the chosen one does below, the keys last."""
    width = min(sheet.width - 2, 104)
    x, y = (sheet.width - width) // 2, max(min((sheet.height - 26) // 2, 4), 0)
    glyphs = sheet.look.glyphs
    top = y + (1 if sheet.height < ROOMY else 2)
    sheet.put(x, y, glyphs.horizontal * width, Ink.FAINT)
    sheet.put(x + 1, y, " Settings ", Ink.HEADING)
    sheet.put_right(x + width - 1, y, " kept for the next game ", Ink.DIM)
    for index, choice in enumerate(CHOICES):
        row = top + index * 2
        on = index == chosen
        if on:
            sheet.tint(x, row, LIST_WIDTH, Ink.CHOSEN)
        ink = Ink.CHOSEN if on else Ink.TEXT
        overruled = bool(preferences.surroundings.overrules(choice.field))
        sheet.put(x + 1, row, glyphs.pointer if on else " ", ink)
        sheet.put(x + 3, row, choice.word, ink, WORD_WIDTH - 1)
        value = choice.shown(preferences.settings)
        left, right = list(glyphs.turn)
        shown = f"{left} {value} {right}" if on else f"  {value}"
        quiet = Ink.CHOSEN_DIM if on else Ink.DIM
        sheet.put(x + 2 + WORD_WIDTH, row, shown, quiet if overruled else Ink.CHOSEN if on else Ink.STRONG)
        sheet.zone(x, row, LIST_WIDTH, f"choice {index}")
    _says(sheet, preferences, x + 1, top + 2 * len(CHOICES) + (0 if sheet.height < ROOMY else 1), width - 2, chosen)
    draw_sample(sheet, x + LIST_WIDTH + 2, y + 1, width - LIST_WIDTH - 2)
    draw_keys_row(sheet, KEYS)


def _says(sheet: Sheet, preferences: Preferences, x: int, y: int, width: int, chosen: int) -> None:
    """What the chosen setting does, and what has the say instead of it."""
    choice = CHOICES[chosen]
    says = choice.says
    if choice.field == "theme":
        theme = THEMES[preferences.settings.theme]
        says = f"{theme.name}: {theme.says}"
    for line in wrap(says[:1].upper() + says[1:], width, 2):
        sheet.put(x, y, line, Ink.TEXT)
        y += 1
    trouble = preferences.trouble or preferences.surroundings.overrules(choice.field)
    if trouble:
        sheet.put(x, y, f"{sheet.look.glyphs.busy} {trouble}", Ink.AMBER, width)


def draw_sample(sheet: Sheet, x: int, y: int, width: int) -> None:
    """A little of everything: states, bars, flow, a plot, the log, a list with its lit row."""
    glyphs = sheet.look.glyphs
    sheet.frame(x, y, width, SAMPLE_HEIGHT, Ink.FAINT)
    sheet.put(x + 2, y, " How it looks ", Ink.HEADING)
    left, right = x + 2, x + width - 2
    row = y + 1
    bar = max(min(right - left - 24, 24), 6)
    states = ((glyphs.up, Ink.CALM), (glyphs.busy, Ink.AMBER), (glyphs.full, Ink.RED))
    for number, ((share, word), (mark, ink)) in enumerate(zip(BARS, states, strict=True), 1):
        sheet.put(left, row, f"app-{number}", Ink.TEXT)
        sheet.bar(left + 7, row, bar, share, ink)
        sheet.put_right(left + 13 + bar, row, f"{share * 100:.0f} %", Ink.STRONG)
        sheet.put(sheet.put(left + 14 + bar, row, mark, ink) + 1, row, word, ink, right - left - 16 - bar)
        row += 1
    end = sheet.put(left, row, "app-4  ", Ink.TEXT)
    end = sheet.put(end, row, f"{glyphs.booting} booting 4 s", Ink.AMBER) + 3
    sheet.put(sheet.put(end, row, "db-1  ", Ink.TEXT), row, f"{glyphs.dead} dead", Ink.RED, right - end - 6)
    row += 2
    end = sheet.put(left, row, "users ", Ink.TEXT)
    end = sheet.put(end, row, glyphs.flow * 6 + glyphs.head, Ink.CALM) + 1
    sheet.put(sheet.put(end, row, "240/s", Ink.STRONG) + 2, row, f"{glyphs.plan * 8} ahead", Ink.PLAN, right - end - 7)
    row += 1
    steps = len(glyphs.levels) - 1
    for offset, height in enumerate(PLOT[: right - left]):
        ink = Ink.CALM if height < 6 else Ink.AMBER if height < 8 else Ink.RED
        sheet.put(left + offset, row, glyphs.levels[max(height * steps // 8, 1)], ink)
    sheet.put(left + len(PLOT) + 1, row, f"{glyphs.limit * 4} limit", Ink.DIM, right - left - len(PLOT) - 1)
    row += 2
    for when, mark, said, ink in (
        ("00:50", glyphs.note, "stage 2: word gets around", Ink.DIM),
        ("01:02", glyphs.busy, "app-2 is busy", Ink.AMBER),
        ("01:10", glyphs.lost, "db-1 crashed", Ink.RED),
        ("01:11", glyphs.own, "restart db-1", Ink.OWN),
    ):
        sheet.put(left, row, when, Ink.DIM)
        sheet.put(
            sheet.put(left + 6, row, mark, ink) + 1, row, said, Ink.TEXT if ink is Ink.DIM else ink, right - left - 8
        )
        row += 1
    row += 1
    sheet.tint(left, row, right - left, Ink.CHOSEN)
    sheet.put(left, row, f"{glyphs.pointer}u resize to medium  +$0.26/min", Ink.CHOSEN, right - left)
    row += 1
    sheet.put(left + 1, row, "r", Ink.KEY)
    end = sheet.put(left + 2, row, " restart  ", Ink.TEXT)
    end = sheet.put(end, row, "6 s down", Ink.MONEY) + 2
    sheet.put(end, row, f" {glyphs.pointer} press Space ", Ink.LIT, right - end)


class SettingsPanel(Canvas):
    """All of the screen."""

    def __init__(self, look: Look, preferences: Preferences) -> None:
        super().__init__(look, name="settings-panel")
        self.preferences = preferences
        self.chosen = 0

    def draw(self, sheet: Sheet) -> None:
        draw_settings(sheet, self.preferences, self.chosen)


class SettingsScreen(Screen[None]):
    """Every change counts at once, everywhere, and is kept."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(KEYS)
    app: ScalegameApp

    def __init__(self, look: Look, preferences: Preferences) -> None:
        super().__init__(id="settings")
        self._panel = SettingsPanel(look, preferences)

    def compose(self) -> ComposeResult:
        yield self._panel

    def text(self) -> list[str]:
        """What is shown, as plain rows."""
        return self._panel.text()

    def help_topic(self) -> Topic:
        rows = tuple((choice.word, choice.says) for choice in CHOICES)
        themes = tuple((theme.name, theme.says) for theme in THEMES.values())
        keys = told(KEYS, self._panel.look.glyphs)
        file = "What is set counts at once and is kept for the next game. Flags and the environment win over it."
        return Topic("Here", (Part("Settings", (file,), rows), Part("Themes", rows=themes), Part("Keys", rows=keys)))

    def action_move(self, down: int) -> None:
        self._panel.chosen = (self._panel.chosen + down) % len(CHOICES)
        self._panel.repaint()

    def action_turn(self, step: int) -> None:
        preferences = self._panel.preferences
        self._prefer(CHOICES[self._panel.chosen].turned(preferences.settings, step))

    def action_defaults(self) -> None:
        self._prefer(Settings())

    def _prefer(self, settings: Settings) -> None:
        self._panel.preferences.change(settings)
        self.app.prefer()

    def action_back(self) -> None:
        self.dismiss(None)

    @on(Canvas.Pressed)
    def _pressed(self, event: Canvas.Pressed) -> None:
        verb, _, rest = event.action.partition(" ")
        if verb == "choice" and int(rest) == self._panel.chosen:
            self.action_turn(1)
        elif verb == "choice":
            self.action_move(int(rest) - self._panel.chosen)
        elif verb == "key":
            self.app.simulate_key(rest)
