"""The command language: one line of text for one order, the same in keys, the `:` line, scripts, run files and the log.

One table, ``VERBS``, is the grammar: reading and writing, and elsewhere completion and help, are made from it. A line
is read without knowing the world: whether app-7 stands is for the session to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from typing import TypeAlias, get_args

from scalegame.game.watched import figure_of
from scalegame.game.words import KINDS, MACHINE, CommandError, Slot, Word, listed, near, shown
from scalegame.model.catalogue import setting_of
from scalegame.model.orders import (
    Add,
    Autoscale,
    Cancel,
    Deploy,
    MoveData,
    MoveSessions,
    MoveUploads,
    Order,
    PlaceBalancer,
    PlaceCache,
    PlaceCdn,
    PlacePool,
    PlaceQueue,
    Purge,
    Remove,
    RemoveQueue,
    Resize,
    Restart,
    Route,
    Set,
    Shard,
)
from scalegame.model.scenario import Algorithm, BalancerKind, DataHome, SessionHome, UploadHome, Zone
from scalegame.model.state import POOL_NAMES, PREFIXES

LONGEST_LINE = 200
KEEPERS = ("cdn", "cache")
"""Stores that keep copies of answers, class by class."""
WHOLE = ("balancer", *KEEPERS)
"""What `remove` takes away as a whole."""


_OPTION = re.compile(r"[a-z][a-z0-9_.-]*")
"""What may stand before a =: `>=` is no option."""


@dataclass(frozen=True, slots=True)
class Launch:
    """Start the next stage now."""


@dataclass(frozen=True, slots=True)
class CancelRule:
    """Strike a rule out of the runbook."""

    number: int


@dataclass(frozen=True, slots=True)
class When:
    """A rule of the runbook: once ``signal`` has been above (or below) ``level`` for so many seconds, do ``action``."""

    signal: str
    comparison: str
    level: float
    """In the signal's unit."""
    seconds: float
    action: Order | Launch | CancelRule


Command: TypeAlias = Order | Launch | When | CancelRule


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
    lacks: tuple[tuple[str, str], ...] = ()
    """Options that one could look for here, and why there is none."""

    @property
    def usage(self) -> str:
        """Such as 'resize POOL|MACHINE SIZE [rolling]'."""
        return self.form or " ".join(
            (
                self.name,
                *(_optional(slot.label, slot) for slot in self.slots),
                *(_optional(f"{option.option}={option.label}", option) for option in self.options),
                *(f"[{flag}]" for flag in self.flags),
            )
        )


def _optional(text: str, slot: Slot) -> str:
    return text if slot.needed else f"[{text}]"


_SIZE_OPTION = Slot("size", "size", needed=False)
_TTL_OPTION = Slot("ttl", "ttl", needed=False)
_FOR_OPTION = Slot("of_class", "class", needed=False, called="for")
_CLASS_SLOT = Slot("of_class", "class", needed=False)
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
        "a machine, a pool's newest, as a whole the balancer, the cache, the CDN or a placed pool, or what a store"
        " keeps of a class",
        Remove,
        (Slot("target", "place"), Slot("count", "count", needed=False), _CLASS_SLOT),
        form="remove POOL|MACHINE [N]|cdn|cache [CLASS]",
    ),
    Verb(
        "shard",
        "the data spread over so many database machines; 1 brings it together",
        Shard,
        (Slot("shards", "count"),),
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
    Verb(
        "place cache",
        "memory that all app machines share, for sessions and for copies of answers",
        PlaceCache,
        options=(_SIZE_OPTION, _TTL_OPTION, _FOR_OPTION),
    ),
    Verb(
        "place cdn",
        "copies near the users of what is the same for all of them",
        PlaceCdn,
        options=(_TTL_OPTION, _FOR_OPTION),
        lacks=(("size", "a CDN is a service, paid by the gigabyte: it has no size"),),
    ),
    Verb("purge", "a store forgets what it holds", Purge, (Slot("store", "choice", KEEPERS), _CLASS_SLOT)),
    Verb(
        "place queue",
        "the slow work of a class for later, by workers (SQS, RabbitMQ, Kafka)",
        PlaceQueue,
        options=(Slot("of_class", "class", called="for"),),
    ),
    Verb(
        "remove queue",
        "slow work inline again, of a class or of all",
        RemoveQueue,
        (Slot("of_class", "class", needed=False),),
    ),
    Verb(
        "move sessions",
        "another home for who is logged in",
        MoveSessions,
        (Slot("home", "choice", get_args(SessionHome)),),
    ),
    Verb(
        "move uploads",
        "another home for the files that users leave",
        MoveUploads,
        (Slot("home", "choice", get_args(UploadHome)),),
    ),
    Verb(
        "move data",
        "the service's data onto the server itself, or into a database",
        MoveData,
        (Slot("home", "choice", get_args(DataHome)),),
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
    Verb(
        "when",
        "a rule that gives an order by itself: once, and again only after its condition was false",
        When,
        (
            Slot("signal", "signal"),
            Slot("comparison", "choice", (">", "<")),
            Slot("level", "level"),
            Slot("for", "word"),
            Slot("seconds", "seconds"),
            Slot("do", "word"),
            Slot("action", "command"),
        ),
        form="when POOL.SIGNAL >|< N[%] for SECONDS do COMMAND",
    ),
    Verb("cancel rule", "strike a rule out", CancelRule, (Slot("number", "rule"),)),
    Verb(
        "launch",
        "start the next stage now, with its grant and its load; what was to fail in this one still will",
        Launch,
    ),
)

_BY_NAME = {verb.name: verb for verb in VERBS}
_BY_ORDER: dict[object, Verb] = {verb.order: verb for verb in VERBS}
_FIRST_WORDS = tuple(dict.fromkeys(verb.name.split()[0] for verb in VERBS))


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
    words = [Word(found.group().lower(), found.start() + 1) for found in re.finditer(r"\S+", line)]
    return _read(words, len(line) + 1)


def format_command(command: Command) -> str:
    """The line that means this command; ``parse`` gives the very command back."""
    verb = _BY_ORDER[type(command)]
    defaults = {field.name: field.default for field in fields(command)}
    words = [verb.name]
    for slot in verb.slots:
        if slot.kind == "word":
            words.append(slot.field)
        elif slot.needed or getattr(command, slot.field) != defaults[slot.field]:
            words.append(_slot_text(command, slot))
    for option in verb.options:
        value = getattr(command, option.field)
        if value is not None:
            words.append(f"{option.option}={_text(value)}")
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
    return allowed is None or verb.order in (Cancel, CancelRule, Launch) or any(name in allowed for name in names)


def _slot_text(command: Command, slot: Slot) -> str:
    """The word that stands in a slot of this command's line."""
    value = getattr(command, slot.field)
    match command:
        case Set(key, number) if slot.kind == "value":
            found = setting_of(key)
            return found[0].text(number) if found else _text(number)
        case When(signal) if slot.kind == "level":
            figure = figure_of(signal)
            return _text(value) + "%" * (figure is not None and figure.unit == "%")
        case _ if slot.kind == "command":
            return format_command(value)
        case _:
            return _text(value) + "%" * (slot.kind == "percent")


def _text(value: object) -> str:
    return f"{value:.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _read(words: list[Word], end: int) -> Command:
    """The command that the words say."""
    verb, rest = _verb(words)
    values = _values(verb, rest, end)
    if _is_one_of(str(values.get("of_class")), str(values.get("target"))):
        # 'remove balancer balancer-1' is 'remove balancer-1'.
        values["target"] = values.pop("of_class")
    command = verb.order(**values)
    _check(command, rest)
    return command


def _verb(words: list[Word]) -> tuple[Verb, list[Word]]:
    """The verb that the line starts with, of one word or two, and the words after it."""
    if not words:
        raise CommandError(f"the line is empty: a command starts with {listed(_FIRST_WORDS)}")
    first = words[0]
    both = " ".join(word.text for word in words[:2])
    if len(words) > 1 and both in _BY_NAME:
        return _BY_NAME[both], words[2:]
    if first.text in _BY_NAME:
        return _BY_NAME[first.text], words[1:]
    if first.text not in _FIRST_WORDS:
        raise CommandError(f"there is no {shown(first.text)}; {near(first.text, _FIRST_WORDS)}", first.column)
    things = tuple(name.split()[1] for name in _BY_NAME if name.startswith(first.text + " "))
    if len(words) == 1:
        usages = " or ".join(_BY_NAME[f"{first.text} {thing}"].usage for thing in things)
        raise CommandError(f"{first.text} what? It goes: {usages}", first.column)
    second = words[1]
    if second.text not in things:
        raise CommandError(f"{first.text} has no {shown(second.text)}; {near(second.text, things)}", second.column)
    return _BY_NAME[f"{first.text} {second.text}"], words[2:]


def _values(verb: Verb, words: list[Word], end: int) -> dict[str, object]:
    """What each field of the order is, from the words after the verb. ``end`` is the column after the line."""
    values: dict[str, object] = {}
    coming = list(verb.slots)
    for at, word in enumerate(words):
        slot = coming[0] if coming else None
        if slot is not None and slot.kind == "command":
            values[slot.field] = _action(words[at:], end)
            return values
        if slot is not None and slot.kind == "word":
            if word.text != slot.field:
                raise CommandError(f"{slot.field} is missing here: it goes {verb.usage}", word.column)
            del coming[0]
            continue
        if slot is not None and slot.field == "count" and _names_something(word.text, values.get("target")):
            del coming[0]
            slot = coming[0]
        slot, value = _place_of(verb, word, slot)
        field = slot.field if slot else word.text
        if field in values:
            raise CommandError(f"{field} is said twice: once is enough", word.column)
        values[field] = KINDS[slot.kind](slot, value, values) if slot else True
        if slot in verb.slots:
            del coming[0]
    for slot in coming:
        if slot.needed:
            raise CommandError(f"{slot.label} is missing: it goes {verb.usage}", end)
    for option in verb.options:
        if option.needed and option.field not in values:
            raise CommandError(f"{option.option}={option.label} is missing: it goes {verb.usage}", end)
    return values


def _names_something(word: str, target: object) -> bool:
    """Whether what stands where a count could is a name: of one of the pool's machines, or, since what a store keeps is
    not counted, of a class."""
    return not word.isdigit() and (target in KEEPERS or _is_one_of(word, str(target)))


def _is_one_of(name: str, pool: str) -> bool:
    """Whether a name is that of a machine of a pool."""
    prefix = PREFIXES[POOL_NAMES.index(pool)] if pool in POOL_NAMES else pool
    return MACHINE.fullmatch(name) is not None and name.rpartition("-")[0] == prefix


def _place_of(verb: Verb, word: Word, coming: Slot | None) -> tuple[Slot | None, Word]:
    """What a word is for: an option and what stands behind its =, a flag (None), or the slot that is to come."""
    key, equals, text = word.text.partition("=")
    if equals and _OPTION.fullmatch(key):
        options = {option.option: option for option in verb.options}
        if key in dict(verb.lacks):
            raise CommandError(dict(verb.lacks)[key], word.column)
        if key not in options:
            what = near(key, tuple(options)) if options else f"{verb.name} has no options"
            raise CommandError(f"there is no option {shown(key)} here: {what}", word.column)
        return options[key], Word(text, word.column + len(key) + 1)
    if word.text in verb.flags:
        return None, word
    if coming is None:
        raise CommandError(f"{shown(word.text)} is a word too many: it goes {verb.usage}", word.column)
    return coming, word


def _action(words: list[Word], end: int) -> Command:
    """What a rule does, from the words after `do`."""
    if words[0].text == "when":
        raise CommandError("a rule cannot make rules", words[0].column)
    return _read(words, end)


def _check(command: Command, words: list[Word]) -> None:
    """What the grammar's table cannot say."""
    match command:
        case Remove(target, count) if count is not None and (target in WHOLE or MACHINE.fullmatch(target)):
            what = f"{target} goes as a whole" if target in WHOLE else f"{target} is one machine"
            raise CommandError(f"{what}: leave the number out", words[1].column)
        case Remove(target, _, str(of_class)) if target not in KEEPERS:
            what = f"{shown(of_class)} is a word too many"
            raise CommandError(f"{what}: it goes {verb_of(command).usage}", words[-1].column)
        case Autoscale(_, low, high, target, off) if [low, high, target].count(None) != (3 if off else 0):
            raise CommandError(f"it goes {verb_of(command).usage}", words[-1].column)
        case _:
            return
