"""The words of the command language: what each kind of place in a line takes, and what is said of any other word.

A kind is a function from a word to its value; ``KINDS`` names them all.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from scalegame.game.watched import called_here, examples, figure_of
from scalegame.model.catalogue import SETTINGS, setting_of

LARGEST_COUNT = 10_000
LARGEST_ORDER = 1_000_000
MOST_NAMED = 16
"""Names in a sentence that says what there is."""
LONGEST_WAIT = 3600.0
"""Seconds that a rule can wait."""

ALSO_CALLED = {"db": "database", "lb": "balancer"}

MACHINE = re.compile(r"[a-z][a-z0-9-]{0,31}-[1-9][0-9]{0,5}")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_CLASS = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_PATH = re.compile(r"/[a-z0-9._~/-]{0,79}")
_WHOLE_NUMBER = re.compile(r"[0-9]{1,7}")
_NUMBER = re.compile(r"[0-9]{1,7}(\.[0-9]{1,3})?")


class CommandError(ValueError):
    """A line that is no command: one sentence, and the column (from 1) of the word it is about."""

    def __init__(self, sentence: str, column: int = 1) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.column = column


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    column: int


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a line for one field of an order."""

    field: str
    kind: str
    """One of KINDS; 'word' is the very word ``field`` and no value, 'command' is the rest of the line."""
    choices: tuple[str, ...] = ()
    needed: bool = True
    called: str = ""
    """What an option is called in a line, where that is not the field's name."""

    @property
    def option(self) -> str:
        """What stands before its =."""
        return self.called or self.field

    @property
    def label(self) -> str:
        """How the usage line calls it."""
        if self.kind == "word":
            return self.field
        if self.choices:
            return "|".join(self.choices) if self.needed else self.field.upper()
        return _LABELS.get(self.kind, self.kind.upper())


_LABELS = {
    "place": "POOL|MACHINE",
    "count": "N",
    "percent": "N%",
    "signal": "POOL.SIGNAL",
    "setting": "KEY",
    "ttl": "SECONDS",
}

Values: TypeAlias = Mapping[str, object]
"""What the words before have said, by field."""


def near(word: str, known: Sequence[str], otherwise: str = "") -> str:
    """'did you mean resize?', else what there is: the end of every sentence about an unknown name."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return otherwise or f"there {'are' if len(known) > 1 else 'is'} {listed(known)}"


def listed(names: Sequence[str]) -> str:
    """Names as a sentence has them; of many only the first."""
    if len(names) > MOST_NAMED:
        return f"{', '.join(names[:MOST_NAMED])} and {len(names) - MOST_NAMED} more (the help has all)"
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "nothing yet"


def shown(text: str) -> str:
    """What a player typed, in quotes and not too long."""
    return f'"{text}"' if len(text) <= 40 else f'"{text[:40]}…"'


def _choice(slot: Slot, word: Word, _before: Values) -> str:
    if word.text not in slot.choices:
        raise CommandError(f"there is no {slot.field} {shown(word.text)}; {near(word.text, slot.choices)}", word.column)
    return word.text


def _whole(largest: int) -> Callable[[Slot, Word, Values], int]:
    def read(_slot: Slot, word: Word, _before: Values) -> int:
        if not _WHOLE_NUMBER.fullmatch(word.text) or not 1 <= int(word.text) <= largest:
            raise CommandError(f"{shown(word.text)} is no number: a whole one from 1 to {largest:,}", word.column)
        return int(word.text)

    return read


def _percent(_slot: Slot, word: Word, _before: Values) -> float:
    number = word.text.removesuffix("%")
    if not _NUMBER.fullmatch(number) or float(number) > 100.0:
        raise CommandError(f"{shown(word.text)} is no percentage such as 70%", word.column)
    return float(number)


def _seconds(longest: float) -> Callable[[Slot, Word, Values], float]:
    def read(_slot: Slot, word: Word, _before: Values) -> float:
        if not _NUMBER.fullmatch(word.text) or float(word.text) > longest:
            raise CommandError(f"{shown(word.text)} is no time: seconds from 0 to {longest:g}", word.column)
        return float(word.text)

    return read


def _signal(_slot: Slot, word: Word, _before: Values) -> str:
    pool, dot, name = word.text.rpartition(".")
    signal = f"{ALSO_CALLED.get(pool, pool)}{dot}{name}"
    if figure_of(signal) is None:
        raise CommandError(
            f"there is no signal {shown(word.text)}; {near(called_here(word.text), examples())}", word.column
        )
    return signal


def _level(_slot: Slot, word: Word, before: Values) -> float:
    """A number in the signal's unit, with or without % where that is the unit."""
    signal = str(before["signal"])
    figure = figure_of(signal)
    share = figure is not None and figure.unit == "%"
    number = word.text.removesuffix("%") if share else word.text
    if not _NUMBER.fullmatch(number):
        what = "a share such as 85%" if share else f"a number of {figure.unit if figure else 'anything'}"
        raise CommandError(f"{signal} is {what}, not {shown(word.text)}", word.column)
    return float(number)


def _setting(_slot: Slot, word: Word, _before: Values) -> str:
    if setting_of(word.text) is None:
        known = tuple(key + ".CLASS" * setting.per_class for key, setting in SETTINGS.items())
        raise CommandError(f"there is no setting {shown(word.text)}; {near(word.text, known)}", word.column)
    return word.text


def _setting_value(_slot: Slot, word: Word, before: Values) -> float:
    """What a word or number means for the setting that stands before it."""
    key = str(before["key"])
    found = setting_of(key)
    if found is None:
        raise CommandError(f"there is no setting {shown(key)}", word.column)
    setting = found[0]
    if word.text in setting.words:
        return float(setting.words.index(word.text))
    number = word.text.removesuffix("%") if setting.unit == "%" else word.text
    value = float(number) if _NUMBER.fullmatch(number) and not setting.words else None
    if value is None or not setting.holds(value):
        raise CommandError(f"{key} is {setting.range_text}, not {shown(word.text)}", word.column)
    return value


def _machine(slot: Slot, word: Word, before: Values) -> str:
    if not MACHINE.fullmatch(word.text):
        raise CommandError(f"{shown(word.text)} is no machine: one is named such as app-1 or db-1", word.column)
    return _name(slot, word, before)


def _pool(slot: Slot, word: Word, before: Values) -> str:
    return _name(slot, Word(ALSO_CALLED.get(word.text, word.text), word.column), before)


def _name(_slot: Slot, word: Word, _before: Values) -> str:
    if not _NAME.fullmatch(word.text):
        raise CommandError(f"{shown(word.text)} is no name: letters, digits and -, starting with a letter", word.column)
    return word.text


def _class(_slot: Slot, word: Word, _before: Values) -> str:
    if not _CLASS.fullmatch(word.text):
        raise CommandError(f"{shown(word.text)} is no name of a class of requests", word.column)
    return word.text


def _path(_slot: Slot, word: Word, _before: Values) -> str:
    if not _PATH.fullmatch(word.text):
        raise CommandError(f"{shown(word.text)} is no path: one is such as / or /images", word.column)
    return word.text.rstrip("/") or "/"


KINDS: dict[str, Callable[[Slot, Word, Values], object]] = {
    "choice": _choice,
    "count": _whole(LARGEST_COUNT),
    "order": _whole(LARGEST_ORDER),
    "rule": _whole(LARGEST_ORDER),
    "percent": _percent,
    "seconds": _seconds(LONGEST_WAIT),
    "ttl": _seconds(SETTINGS["ttl"].high),
    "signal": _signal,
    "level": _level,
    "setting": _setting,
    "value": _setting_value,
    "machine": _machine,
    "place": _pool,
    "pool": _pool,
    "size": _name,
    "name": _name,
    "path": _path,
    "class": _class,
}
"""How a word is read at each kind of place, after what the words before it have said. All raise CommandError."""
