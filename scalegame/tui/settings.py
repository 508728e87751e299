"""What a player sets once and finds again: theme, marks, motion, speed, manners; one small file in the user's folder.

Flags and environment win over the file. A file that cannot be understood is set aside, never written over, and the game
starts with its own settings and says so in a line.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.model.catalogue import HINT_AFTER_SECONDS
from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs, choose, writes_utf8
from scalegame.tui.cells.theme import Depth, Look
from scalegame.tui.cells.themes import NIGHT, THEMES

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
"""Of the file: another one is not read."""
LONGEST_FILE = 16_384
"""Bytes; a longer file is none of ours."""

Value = str | int | bool


@dataclass(frozen=True, slots=True)
class Settings:
    """One value a choice; as the game starts where nothing was set."""

    theme: str = NIGHT.name
    glyphs: str = "auto"
    motion: bool = True
    speed: int = 1
    pause_away: bool = True
    ask: bool = True
    hints: bool = True
    bell: bool = False
    mouse: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """A setting as the player sees it."""

    field: str
    word: str
    values: tuple[tuple[Value, str], ...]
    """Each with its word."""
    says: str

    def shown(self, settings: Settings) -> str:
        """The word of what is set."""
        value = getattr(settings, self.field)
        return next(word for known, word in self.values if known == value)

    def turned(self, settings: Settings, step: int) -> Settings:
        """The next value, or the one before; round at the ends."""
        values = [value for value, _ in self.values]
        at = values.index(getattr(settings, self.field))
        changed: dict[str, Value] = {self.field: values[(at + step) % len(values)]}
        return replace(settings, **changed)  # type: ignore[arg-type]  # a choice's values are of its field's type

    def fits(self, value: object) -> bool:
        """Whether a value read from a file is one of these; True is no 1."""
        return any(type(value) is type(known) and value == known for known, _ in self.values)


def _switch(field: str, word: str, says: str, on: str = "on", off: str = "off") -> Choice:
    return Choice(field, word, ((True, on), (False, off)), says)


CHOICES = (
    Choice("theme", "theme", tuple((name, name) for name in THEMES), "the colours of everything"),
    Choice(
        "glyphs",
        "marks",
        (("auto", "auto"), ("unicode", "unicode"), ("ascii", "ascii")),
        "what bars, boxes and states are drawn with; auto goes by what the terminal says it can show",
    ),
    _switch("motion", "motion", "what flows between the boxes moves while the clock runs"),
    Choice(
        "speed",
        "speed",
        ((1, "1x"), (2, "2x"), (4, "4x")),
        "how fast the clock of a new board goes; 1 2 3 change it there, amber drops it to 1x",
    ),
    _switch(
        "pause_away",
        "pause when away",
        "the clock stops when the terminal loses the focus, where the terminal tells (tmux: set -g focus-events on)",
    ),
    _switch("ask", "ask before leaving", "a question before a run is left; the run stays in its file either way"),
    _switch(
        "hints",
        "hints",
        f"after {HINT_AFTER_SECONDS:g} s of trouble the level's next hint comes up, never the solution; ? has those"
        " you had",
    ),
    _switch("bell", "bell", "the terminal's bell when a warning turns red"),
    _switch("mouse", "mouse", "clicks and the wheel; off leaves the mouse to the terminal, for marking text"),
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the terminal can show, and what flags and environment ask for."""

    depth: Depth = Depth.FULL
    glyphs: Glyphs = UNICODE
    """What the terminal says it can show."""
    utf8: bool = True
    """The stream carries UNICODE, whatever the locale says."""
    ascii: bool = False
    """--ascii."""
    still: bool = False
    """TEXTUAL_ANIMATIONS=none."""
    mouse: bool = True
    """False is --no-mouse."""

    @classmethod
    def detect(cls, environ: Mapping[str, str], *, ascii: bool, mouse: bool) -> Surroundings:  # noqa: A002 - the flag's name
        still = environ.get("TEXTUAL_ANIMATIONS", "").strip().lower() == "none"
        return cls(Depth.of(environ), choose(environ), writes_utf8(), ascii, still, mouse)

    def look(self, settings: Settings) -> Look:
        """How everything is drawn here with these settings."""
        sets = {"ascii": ASCII, "unicode": UNICODE if self.utf8 else ASCII}
        glyphs = ASCII if self.ascii else sets.get(settings.glyphs, self.glyphs)
        return Look.of(glyphs, self.depth, settings.motion and not self.still, THEMES[settings.theme])

    def uses_mouse(self, settings: Settings) -> bool:
        return settings.mouse and self.mouse

    def overrules(self, field: str) -> str:
        """What has the say instead of a setting, in a sentence; empty where the setting counts."""
        if field == "theme" and self.depth is Depth.MONO:
            return "NO_COLOR is set: no colours now"
        if field == "theme" and self.depth is Depth.SIXTEEN:
            return "16 colours here: dark, light, or the terminal's own is all that a theme says"
        if field == "glyphs" and self.ascii:
            return "--ascii was asked for: ASCII now"
        if field == "glyphs" and not self.utf8:
            return "this terminal's encoding is not UTF-8: ASCII now"
        if field == "motion" and self.still:
            return "TEXTUAL_ANIMATIONS is none: nothing moves now"
        if field == "mouse" and not self.mouse:
            return "--no-mouse was asked for: no mouse now"
        return ""


class SettingsFile:
    """Where settings are kept between games. Trouble with the disk is a sentence and stops nobody."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def of_user(cls) -> SettingsFile:
        from platformdirs import user_config_path

        return cls(user_config_path("scalegame") / "settings.json")

    def read(self) -> tuple[Settings, str]:
        """The settings, and what the player should know about the file; empty where all is well."""
        try:
            with self.path.open("rb") as file:
                data = file.read(LONGEST_FILE + 1)
        except FileNotFoundError:
            return Settings(), ""
        except OSError as error:
            return Settings(), f"{self.path} cannot be read ({error.strerror}): the game's own settings for now"
        settings, wrong = understood(data)
        if not wrong:
            return settings, ""
        from scalegame.game.atomic_file import set_aside

        aside = set_aside(self.path, f"{self.path.stem}.old-{{}}{self.path.suffix}")
        said = f"{self.path.name}: {wrong}; {aside}"
        if settings != Settings():
            self.write(settings)
        return settings, said

    def write(self, settings: Settings) -> str:
        """Keep them; why that failed in a sentence, empty where it did not."""
        import json

        from scalegame.game.atomic_file import write_whole

        text = json.dumps({"version": VERSION, **asdict(settings)}, indent=2)
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, f"{text}\n".encode())
        except OSError as error:
            return f"not kept: {self.path} cannot be written ({error.strerror})"
        return ""


def understood(data: bytes) -> tuple[Settings, str]:
    """Settings out of a file's bytes, and what is wrong with them: what can be read counts all the same."""
    import json

    if len(data) > LONGEST_FILE:
        return Settings(), "far too long for settings"
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return Settings(), "not JSON"
    if not isinstance(told, dict):
        return Settings(), "not a table of settings"
    version = told.pop("version", None)
    if type(version) is not int or version != VERSION:
        return Settings(), f"made for another scalegame (version {_shown(version)}, this one reads {VERSION})"
    known = {choice.field: choice for choice in CHOICES}
    good: dict[str, Value] = {name: value for name, value in told.items() if name in known and known[name].fits(value)}
    strange = [_shown(name) for name in told if name not in good]
    settings = replace(Settings(), **good)  # type: ignore[arg-type]  # each fits its choice, and with it its field
    return settings, f"nothing is known of {', '.join(strange[:3])}" if strange else ""


def _shown(found: object) -> str:
    """What stands in a file, short and on one line: it may hold whatever a terminal should not see."""
    return "".join(character if character.isprintable() else "?" for character in str(found)[:20])


class Preferences:
    """The settings that hold now, in these surroundings, and the file that they are kept in, if any."""

    def __init__(self, surroundings: Surroundings, file: SettingsFile | None = None) -> None:
        self.surroundings = surroundings
        self.settings = Settings()
        self.trouble = ""
        """What the player should know, in a sentence."""
        self._file = file
        if file is not None:
            self.settings, self.trouble = file.read()

    @classmethod
    def around(cls, look: Look) -> Preferences:
        """For who brings a look of its own, and keeps nothing: tests, pictures."""
        preferences = cls(Surroundings(look.depth, look.glyphs, still=not look.animated))
        preferences.settings = replace(Settings(), theme=look.theme.name)
        return preferences

    def look(self) -> Look:
        return self.surroundings.look(self.settings)

    @property
    def uses_mouse(self) -> bool:
        return self.surroundings.uses_mouse(self.settings)

    def change(self, settings: Settings) -> None:
        """Hold these from now on, and keep them."""
        self.settings = settings
        self.trouble = self._file.write(settings) if self._file is not None else ""
