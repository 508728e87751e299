"""What could be typed next: the grammar of the command language, filled with what stands in this world."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scalegame.game.command import VERBS, Verb, is_unlocked
from scalegame.game.watched import GAME_FIGURES
from scalegame.game.words import Slot
from scalegame.model.automation.figures import POOL_FIGURES, RUN_FIGURES
from scalegame.model.catalogue import AUTOSCALER_OFFERED_TARGET, SETTINGS, setting_of

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.view import View


@dataclass(frozen=True, slots=True)
class Candidate:
    """How a line that is being typed could go on."""

    line: str
    """The whole line with the word completed."""
    word: str
    meaning: str


def completion(prefix: str, view: View, level: Level) -> list[Candidate]:
    """What can stand at the end of ``prefix``, each with a line of explanation; empty where nothing fits.

    Offers only what this level has unlocked, what stands in ``view``, and the sizes the level sells.
    """
    *before, last = f" {prefix.lower()}".replace("\t", " ").split(" ")
    words = [word for word in before if word]
    return [
        Candidate(" ".join((*words, word)), word, meaning)
        for word, meaning in _continuations(words, view, level)
        if word.startswith(last)
    ]


def _continuations(words: list[str], view: View, level: Level) -> list[tuple[str, str]]:
    """(word, meaning) of all that may follow ``words``."""
    verbs = [verb for verb in VERBS if is_unlocked(verb, level.unlocked)]
    matching = [verb for verb in verbs if verb.name.split() == words[: len(verb.name.split())]]
    meanings: dict[str, str] = {}
    for verb in verbs:
        name = verb.name.split()
        if len(name) > len(words) and name[: len(words)] == words:
            meanings.setdefault(name[len(words)], verb.meaning)
    if not matching:
        return list(meanings.items())
    # Of `cancel` and `cancel rule` the one that says more.
    here = _in_line(max(matching, key=lambda verb: len(verb.name)), words, view, level)
    return here + list(meanings.items())


def _in_line(verb: Verb, words: list[str], view: View, level: Level) -> list[tuple[str, str]]:
    """(word, meaning) of what may follow in a line of this verb."""
    said = words[len(verb.name.split()) :]
    behind = next((at for at, slot in enumerate(verb.slots) if slot.kind == "command"), len(said))
    if len(said) >= behind and verb.slots and verb.slots[-1].kind == "command":
        return _continuations(said[behind:], view, level)
    positional = [word for word in said if "=" not in word and word not in verb.flags]
    found = [
        (f"{option.option}={value}", meaning)
        for option in verb.options
        if not any(word.startswith(f"{option.option}=") for word in said)
        for value, meaning in _candidates(option, view, level)
    ]
    found += [(flag, "one machine after another") for flag in verb.flags if flag not in said]
    waiting = verb.slots[len(positional) :]
    if waiting:
        here = _candidates(waiting[0], view, level, positional)
        return here if waiting[0].needed else here + found
    return found


def _candidates(slot: Slot, view: View, level: Level, before: Sequence[str] = ()) -> list[tuple[str, str]]:
    """(word, meaning) of the values a slot can take in this world, after the words ``before``."""
    offer = _OFFERS.get(slot.kind)
    if offer is not None:
        return list(offer(view, level))
    match slot.kind:
        case "choice":
            return [(choice, CHOICES.get(choice, "")) for choice in slot.choices]
        case "value":
            return _setting_values(before[-1], view)
        case "word":
            return [(slot.field, "")]
        case _:
            return []


def _pools(view: View, _level: Level) -> Iterator[tuple[str, str]]:
    for pool in view.snapshot.pools:
        yield pool.name, f"all {pool.machines} of the pool"


def _machines(view: View, _level: Level) -> Iterator[tuple[str, str]]:
    for machine in view.snapshot.machines:
        yield machine.name, f"{machine.size}, {machine.state}"


def _places(view: View, level: Level) -> Iterator[tuple[str, str]]:
    yield from _pools(view, level)
    yield from _machines(view, level)


def _sizes(_view: View, level: Level) -> Iterator[tuple[str, str]]:
    for size in (level.scenario.sizes[name] for name in level.scenario.ladder):
        yield size.name, f"{size.cores} cores, ${size.price:.2f}/min"


def _orders(view: View, _level: Level) -> Iterator[tuple[str, str]]:
    for order in view.snapshot.orders:
        yield str(order.number), order.text


def _rules(view: View, _level: Level) -> Iterator[tuple[str, str]]:
    for rule in view.rules:
        yield str(rule.number), rule.text


def _classes(_view: View, level: Level) -> Iterator[tuple[str, str]]:
    for kind in level.scenario.classes:
        yield kind.name, f"{kind.job_ms:g} ms of slow work that can wait" if kind.job_ms else "what can be had at once"


def _paths(_view: View, level: Level) -> Iterator[tuple[str, str]]:
    for kind in level.scenario.classes:
        yield kind.path.lower(), f"requests of {kind.name}"


def _percents(_view: View, _level: Level) -> Iterator[tuple[str, str]]:
    yield f"{AUTOSCALER_OFFERED_TARGET:g}%", "a third is left for what comes while machines boot"


def _signals(view: View, _level: Level) -> Iterator[tuple[str, str]]:
    """All that a rule can watch here."""
    for pool in view.snapshot.pools:
        for name, figure in POOL_FIGURES.items():
            yield f"{pool.name}.{name}", figure.meaning
    for name, figure in (*RUN_FIGURES.items(), *GAME_FIGURES.items()):
        yield name, figure.meaning


def _settings(_view: View, level: Level) -> Iterator[tuple[str, str]]:
    for key, setting in SETTINGS.items():
        if not setting.per_class:
            yield key, setting.meaning
        for kind in level.scenario.classes if setting.per_class else ():
            yield f"{key}.{kind.name}", setting.meaning


def _setting_values(key: str, view: View) -> list[tuple[str, str]]:
    """The words of a setting; of a number, where it stands and where it began."""
    found = setting_of(key)
    if found is None:
        return []
    setting = found[0]
    start = setting.text(setting.start)
    if setting.words:
        return [(word, "as at the start" if word == start else "") for word in setting.words]
    now = dict(view.snapshot.settings).get(key, start)
    values = {start: f"as at the start; {setting.range_text}"}
    return list({now: f"as it is; {setting.range_text}", **values}.items())


_OFFERS: dict[str, Callable[[View, Level], Iterator[tuple[str, str]]]] = {
    "pool": _pools,
    "machine": _machines,
    "place": _places,
    "size": _sizes,
    "order": _orders,
    "rule": _rules,
    "path": _paths,
    "class": _classes,
    "setting": _settings,
    "signal": _signals,
    "percent": _percents,
}
"""What the world offers for each kind of place in a line."""

CHOICES = {
    "l4": "passes connections on: fast, sees only addresses (Kubernetes Service, AWS NLB)",
    "l7": "reads requests: cookies and paths, more work (nginx, Envoy, Ingress, AWS ALB)",
    "random": "any machine",
    "round-robin": "one after another",
    "least-connections": "the machine with the fewest requests",
    "two-choices": "the better of two picked at random",
    "ip-hash": "the same address, the same machine",
    "a": "where everything starts",
    "b": "another building: what takes one out leaves it alone; hops between them cost time and money",
    "c": "a third one",
    "memory": "in each machine's own RAM",
    "sticky": "in RAM, and users are sent back to their machine",
    "cache": "in a cache that all machines ask (Redis, Memcached)",
    "disk": "on the disk of the server that took it",
    "object": "in object storage, billed by the gigabyte (S3, GCS, MinIO)",
    "box": "on the server itself (SQLite, a MySQL beside the application)",
    "database": "on machines of its own that all servers ask (PostgreSQL, MySQL, RDS)",
    "token": "signed and carried by the client (JWT): costs CPU, cannot be revoked",
}
"""What a choice means, in a line."""
