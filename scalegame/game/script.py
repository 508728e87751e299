"""Command files: `SECONDS COMMAND` or a rule (`when ...`) a line, for runs without a player."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from scalegame.game.command import format_command, parse
from scalegame.game.stages import tick_at
from scalegame.game.words import CommandError

LARGEST_SCRIPT = 1_000_000
"""Characters."""
LATEST_SECOND = 1e9

RULE = "when"
"""A line of a runbook needs no time: it stands from the start."""

_TIME = re.compile(r"[0-9]{1,10}(\.[0-9]{1,9})?")


class ScriptError(Exception):
    """A command file with mistakes: one line each, with file:line:column."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True, slots=True)
class Scripted:
    tick: int
    """The tick at or after the second that was written."""
    line: str
    """The canonical line of the command."""


def read_script_file(path: Path) -> list[Scripted]:
    """The commands of a file, as read_script gives them. Raises ScriptError where it cannot be read, too."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            text = file.read(LARGEST_SCRIPT + 1)
    except UnicodeDecodeError as error:
        raise ScriptError(f"{path}: it is not UTF-8 text") from error
    except (OSError, ValueError) as error:
        raise ScriptError(f"{path}: cannot be read: {getattr(error, 'strerror', None) or error}") from error
    return read_script(text, str(path))


def read_script(text: str, name: str) -> list[Scripted]:
    """The commands of a file in the order of their times; of one time, as they stand.

    Raises ScriptError with all mistakes at once.
    """
    if len(text) > LARGEST_SCRIPT:
        raise ScriptError(f"{name}: larger than {LARGEST_SCRIPT:,} characters: is it a command file?")
    commands: list[Scripted] = []
    mistakes: list[str] = []
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        content = line.removesuffix("\r").partition("#")[0]
        if content.strip():
            try:
                commands.append(_scripted(content))
            except CommandError as error:
                mistakes.append(f"{name}:{number}:{error.column}: {error.sentence}")
    if mistakes:
        raise ScriptError(*mistakes)
    return sorted(commands, key=lambda command: command.tick)


def _scripted(content: str) -> Scripted:
    """One line without its comment. Raises CommandError with the column in the line."""
    indent = len(content) - len(content.lstrip())
    time, *rest = content.split(maxsplit=1)
    if time.lower() == RULE:
        time, rest = "0", [content[indent:]]
    if not _TIME.fullmatch(time) or float(time) > LATEST_SECOND:
        raise CommandError(
            f'"{time[:40]}" is no time: a line is SECONDS COMMAND, such as 12.5 resize app large'
            if time.isprintable() else "a line is SECONDS COMMAND, such as 12.5 resize app large",
            indent + 1,
        )  # fmt: skip
    command = rest[0] if rest else ""
    before = len(content) - len(command) if command else len(content.rstrip()) + 1
    try:
        return Scripted(tick_at(float(time)), format_command(parse(command)))
    except CommandError as error:
        raise CommandError(error.sentence, before + error.column) from error
