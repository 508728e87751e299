"""The command language: one line of text for one order, the same in keys, the `:` line, scripts, run files and the log.

One table, ``VERBS``, is the grammar: reading and writing, and elsewhere completion and help, are made from it. A line
is read without knowing the world: whether app-7 stands is for the session to say.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, fields
from typing import Literal, TypeAlias, get_args

from scalegame.model.catalogue import SETTINGS, Setting, setting_of
from scalegame.model.orders import (
    Add,
    Autoscale,
    Cancel,
    Deploy,
    MoveSessions,
    Order,
    PlaceBalancer,
    PlaceCache,
    PlacePool,
    Remove,
    Resize,
    Restart,
    Route,
    Set,
)
from scalegame.model.scenario import Algorithm, BalancerKind, SessionHome, Zone

LONGEST_LINE = 200
LARGEST_COUNT = 10_000
LARGEST_ORDER = 1_000_000
LARGEST_PERCENT = 100.0

ALSO_CALLED = {"db": "database", "lb": "balancer"}
WHOLE = ("balancer", "cache")
"""What `remove` takes away as a whole."""

_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_MACHINE = re.compile(r"[a-z][a-z0-9-]{0,31}-[1-9][0-9]{0,5}")
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
class Launch:
    """Start the next stage now. The one command that is an order to the level and not to the world."""


Command: TypeAlias = Order | Launch


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a line for one field of an order."""

    field: str
    kind: Literal[
        "place", "pool", "machine", "size", "count", "order", "percent", "setting", "value", "choice", "name", "path"
    ]
    choices: tuple[str, ...] = ()
    needed: bool = True

    @property
    def label(self) -> str:
        """How the usage line calls it."""
        if self.choices:
            return "|".join(self.choices) if self.needed else self.field.upper()
        return {"place": "POOL|MACHINE", "count": "N", "percent": "N%", "setting": "KEY"}.get(
            self.kind, self.kind.upper()
        )


@dataclass(frozen=True, slots=True)
class Verb:
    """A kind of line: its first words, what follows by position, what follows as NAME=VALUE, and single words."""

    name: str
    meaning: str
    order: Callable[..., Command]
    slots: tuple[Slot, ...] = ()
    options: tuple[Slot, ...] = ()
    flags: tuple[str, ...] = ()
    form: str = ""
    """How it goes, where the table's own words would not say it."""

    @property
    def usage(self) -> str:
        """Such as 'resize POOL|MACHINE SIZE [rolling]'."""
        return self.form or " ".join(
            (
                self.name,
                *(slot.label if slot.needed else f"[{slot.label}]" for slot in self.slots),
                *(f"[{option.field}={option.label}]" for option in self.options),
                *(f"[{flag}]" for flag in self.flags),
            )
        )


_SIZE_OPTION = Slot("size", "size", needed=False)
_ZONE_OPTION = Slot("zone", "choice", get_args(Zone), needed=False)

VERBS: tuple[Verb, ...] = (
    Verb(
        "resize",
        "another size, after a reboot",
        Resize,
        (Slot("target", "place"), Slot("size", "size")),
        flags=("rolling",),
    ),
    Verb(
        "add",
        "more machines in a pool",
        Add,
        (Slot("pool", "pool"), Slot("count", "count", needed=False)),
        (_SIZE_OPTION, _ZONE_OPTION),
    ),
    Verb(
        "remove",
        "a machine, a pool's newest, or as a whole the balancer, the cache and placed pools",
        Remove,
        (Slot("target", "place"), Slot("count", "count", needed=False)),
    ),
    Verb("restart", "a machine off and on again", Restart, (Slot("machine", "machine"),)),
    Verb(
        "place balancer",
        "a front door that spreads requests over the app machines",
        PlaceBalancer,
        (Slot("kind", "choice", get_args(BalancerKind)),),
        (
            Slot("algorithm", "choice", get_args(Algorithm), needed=False),
            Slot("machines", "count", needed=False),
            _SIZE_OPTION,
        ),
    ),
    Verb(
        "place pool",
        "machines beside app, for what an L7 balancer sends there",
        PlacePool,
        (Slot("name", "name"),),
        (_SIZE_OPTION, Slot("machines", "count", needed=False), _ZONE_OPTION),
    ),
    Verb(
        "route",
        "send what is under a path to a pool; to app is back again",
        Route,
        (Slot("path", "path"), Slot("pool", "pool")),
    ),
    Verb("place cache", "memory that all app machines share", PlaceCache, options=(_SIZE_OPTION,)),
    Verb(
        "move sessions",
        "another home for who is logged in",
        MoveSessions,
        (Slot("home", "choice", get_args(SessionHome)),),
    ),
    Verb(
        "deploy",
        "a new release, or the one before, one machine after another",
        Deploy,
        (Slot("pool", "pool"),),
        flags=("rollback",),
    ),
    Verb("set", "turn a knob of what operators own", Set, (Slot("key", "setting"), Slot("value", "value"))),
    Verb(
        "autoscale",
        "a pool that follows its load by itself",
        Autoscale,
        (
            Slot("pool", "pool"),
            Slot("low", "count", needed=False),
            Slot("high", "count", needed=False),
            Slot("target", "percent", needed=False),
        ),
        flags=("off",),
        form="autoscale POOL MIN MAX TARGET%|off",
    ),
    Verb("cancel", "take back an order that has not finished", Cancel, (Slot("order", "order"),)),
    Verb("launch", "start the next stage now", Launch),
)

_BY_NAME = {verb.name: verb for verb in VERBS}
_BY_ORDER: dict[object, Verb] = {verb.order: verb for verb in VERBS}
_FIRST_WORDS = tuple(dict.fromkeys(verb.name.split()[0] for verb in VERBS))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    column: int


def parse(line: str) -> Command:
    """Read one line; case and blanks do not matter.

    Raises CommandError, and nothing else: whatever is wrong with any text is a sentence.
    """
    if len(line) > LONGEST_LINE:
        raise CommandError(f"the line is too long: a command has {LONGEST_LINE} characters at most", LONGEST_LINE + 1)
    line = line.replace("\t", " ").rstrip()
    for column, character in enumerate(line, 1):
        if not character.isprintable():
            raise CommandError("a control character is in the line: type the command anew", column)
    words = [_Word(found.group().lower(), found.start() + 1) for found in re.finditer(r"\S+", line)]
    verb, rest = _verb(words)
    values = _values(verb, rest, len(line) + 1)
    command = verb.order(**values)
    _check(command, rest)
    return command


def format_command(command: Command) -> str:
    """The line that means this command; ``parse`` gives the very command back."""
    verb = _BY_ORDER[type(command)]
    defaults = {field.name: field.default for field in fields(command)}
    words = [verb.name]
    for slot in verb.slots:
        value = getattr(command, slot.field)
        if slot.kind == "value":
            words.append(_setting_at(command).text(value))
        elif slot.needed or value != defaults[slot.field]:
            words.append(_text(value) + "%" * (slot.kind == "percent"))
    for option in verb.options:
        value = getattr(command, option.field)
        if value is not None:
            words.append(f"{option.field}={_text(value)}")
    words.extend(flag for flag in verb.flags if getattr(command, flag))
    return " ".join(words)


def verb_of(command: Command) -> Verb:
    """The row of the grammar that this command is of."""
    return _BY_ORDER[type(command)]


def is_unlocked(verb: Verb, allowed: Collection[str] | None) -> bool:
    """Whether a level that allows these verbs (by first word or whole name; None is all) lets this one be used.

    What only takes back or hurries on is never locked.
    """
    names = (verb.name, verb.name.split()[0])
    return allowed is None or verb.order in (Cancel, Launch) or any(name in allowed for name in names)


def near(word: str, known: Sequence[str], otherwise: str = "") -> str:
    """'did you mean resize?', else what there is: the end of every sentence about an unknown name."""
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f"did you mean {close[0]}?"
    return otherwise or f"there {'are' if len(known) > 1 else 'is'} {_listed(known)}"


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "nothing yet"


def _shown(text: str) -> str:
    return f'"{text}"' if len(text) <= 40 else f'"{text[:40]}…"'


def _setting_at(command: Command) -> Setting:
    """The setting that a `set` turns."""
    found = setting_of(command.key) if isinstance(command, Set) else None
    if found is None:
        raise ValueError(f"{command} sets nothing that there is")
    return found[0]


def _text(value: object) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _verb(words: list[_Word]) -> tuple[Verb, list[_Word]]:
    """The verb that the line starts with, of one word or two, and the words after it."""
    if not words:
        raise CommandError(f"the line is empty: a command starts with {_listed(_FIRST_WORDS)}")
    first = words[0]
    if first.text in _BY_NAME:
        return _BY_NAME[first.text], words[1:]
    if first.text not in _FIRST_WORDS:
        raise CommandError(f"there is no {_shown(first.text)}; {near(first.text, _FIRST_WORDS)}", first.column)
    things = tuple(name.split()[1] for name in _BY_NAME if name.startswith(first.text + " "))
    if len(words) == 1:
        usages = " or ".join(_BY_NAME[f"{first.text} {thing}"].usage for thing in things)
        raise CommandError(f"{first.text} what? It goes: {usages}", first.column)
    second = words[1]
    if second.text not in things:
        raise CommandError(f"{first.text} has no {_shown(second.text)}; {near(second.text, things)}", second.column)
    return _BY_NAME[f"{first.text} {second.text}"], words[2:]


def _values(verb: Verb, words: list[_Word], end: int) -> dict[str, object]:
    """What each field of the order is, from the words after the verb. ``end`` is the column after the line."""
    values: dict[str, object] = {}
    options = {option.field: option for option in verb.options}
    slots = iter(verb.slots)
    for word in words:
        key, equals, text = word.text.partition("=")
        if equals:
            if key not in options:
                what = near(key, tuple(options)) if options else f"{verb.name} has no options"
                raise CommandError(f"there is no option {_shown(key)} here: {what}", word.column)
            slot, value = options[key], _Word(text, word.column + len(key) + 1)
        elif word.text in verb.flags:
            slot, value = None, word
        else:
            slot, value = next(slots, None), word
            if slot is None:
                raise CommandError(f"{_shown(word.text)} is a word too many: it goes {verb.usage}", word.column)
        field = slot.field if slot else word.text
        if field in values:
            raise CommandError(f"{field} is said twice: once is enough", word.column)
        if slot and slot.kind == "value":
            values[field] = _setting_value(str(values["key"]), value)
        else:
            values[field] = _value(slot, value) if slot else True
    for slot in slots:
        if slot.needed:
            raise CommandError(f"{slot.label} is missing: it goes {verb.usage}", end)
    return values


def _value(slot: Slot, word: _Word) -> object:
    text = ALSO_CALLED.get(word.text, word.text) if slot.kind in ("place", "pool") else word.text
    if slot.kind == "choice":
        if text not in slot.choices:
            raise CommandError(f"there is no {slot.field} {_shown(text)}; {near(text, slot.choices)}", word.column)
        return text
    if slot.kind in ("count", "order"):
        largest = LARGEST_COUNT if slot.kind == "count" else LARGEST_ORDER
        if not _WHOLE_NUMBER.fullmatch(text) or not 1 <= int(text) <= largest:
            raise CommandError(f"{_shown(text)} is no number: a whole one from 1 to {largest:,}", word.column)
        return int(text)
    if slot.kind == "percent":
        number = text.removesuffix("%")
        if not _NUMBER.fullmatch(number) or float(number) > LARGEST_PERCENT:
            raise CommandError(f"{_shown(text)} is no percentage such as 70%", word.column)
        return float(number)
    if slot.kind == "setting":
        if setting_of(text) is None:
            known = tuple(key + ".CLASS" * setting.per_class for key, setting in SETTINGS.items())
            raise CommandError(f"there is no setting {_shown(text)}; {near(text, known)}", word.column)
        return text
    return _named(slot, text, word)


def _named(slot: Slot, text: str, word: _Word) -> str:
    """A path, or the name of something that may or may not stand."""
    if slot.kind == "path":
        if not _PATH.fullmatch(text):
            raise CommandError(f"{_shown(text)} is no path: one is such as / or /images", word.column)
        return text.rstrip("/") or "/"
    if slot.kind == "machine" and not _MACHINE.fullmatch(text):
        raise CommandError(f"{_shown(text)} is no machine: one is named such as app-1 or db-1", word.column)
    if not _NAME.fullmatch(text):
        raise CommandError(f"{_shown(text)} is no name: letters, digits and -, starting with a letter", word.column)
    return text


def _setting_value(key: str, word: _Word) -> float:
    """What a word or number means for a setting."""
    found = setting_of(key)
    if found is None:
        raise CommandError(f"there is no setting {_shown(key)}", word.column)
    setting = found[0]
    if word.text in setting.words:
        return float(setting.words.index(word.text))
    number = word.text.removesuffix("%") if setting.unit == "%" else word.text
    value = float(number) if _NUMBER.fullmatch(number) and not setting.words else None
    if value is None or not setting.holds(value):
        raise CommandError(f"{key} is {setting.range_text}, not {_shown(word.text)}", word.column)
    return value


def _check(command: Command, words: list[_Word]) -> None:
    """What the grammar's table cannot say."""
    match command:
        case Remove(target, count) if count is not None and (target in WHOLE or _MACHINE.fullmatch(target)):
            what = f"{target} goes as a whole" if target in WHOLE else f"{target} is one machine"
            raise CommandError(f"{what}: leave the number out", words[1].column)
        case Autoscale() if len({command.low, command.high, command.target} - {None}) != (0 if command.off else 3):
            raise CommandError(f"it goes {verb_of(command).usage}", words[-1].column)
        case _:
            return
