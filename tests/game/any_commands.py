"""Any line of the command language, sensible or not, made from the grammar's own table: a new verb is covered as it
stands there.

Names are drawn from what may stand in a world and from what never does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hypothesis import strategies as st

from scalegame.game.command import LONGEST_LINE, VERBS, Verb
from scalegame.game.watched import examples
from scalegame.game.words import Slot
from scalegame.model.catalogue import LADDER, SETTINGS, Setting
from scalegame.model.state import POOL_NAMES

PLACED = ("images", "api")
"""Names for `place pool`."""
POOLS = (*(name for name in POOL_NAMES if name), *PLACED, "nowhere")
MACHINES = tuple(
    f"{prefix}-{number}"
    for prefix in ("app", "db", "balancer", "cache", "replica", "standby", "worker", *PLACED)
    for number in (1, 2, 3)
)
CLASSES = ("page", "image", "search", "buy", "photo", "album", "ticker", "nobody")
"""Those of the sandbox, and one that is not there."""

Texts = st.SearchStrategy[str]
Said = Mapping[str, str]
"""The words before in the line, by field."""


def any_of(*names: str) -> Texts:
    return st.sampled_from(names)


def setting_keys() -> Texts:
    keys = [key for key, setting in SETTINGS.items() if not setting.per_class]
    keys += [f"{key}.{name}" for key, setting in SETTINGS.items() if setting.per_class for name in CLASSES]
    return st.sampled_from(keys)


def values_of(setting: Setting) -> Texts:
    """What the setting can be, its ends most of all."""
    if setting.words:
        return st.sampled_from(setting.words)
    # The load's dial is not turned so far that a test waits for it.
    high = min(setting.high, 400.0)
    some = st.integers(round(1000 * setting.low), round(1000 * high)).map(lambda thousandth: thousandth / 1000)
    return (st.sampled_from([setting.low, high, setting.start]) | some).map(
        lambda value: setting.text(float(round(value)) if setting.whole else value)
    )


def _value(_slot: Slot, said: Said) -> Texts:
    return values_of(SETTINGS.get(said["key"]) or SETTINGS[said["key"].rpartition(".")[0]])


def _level(_slot: Slot, _said: Said) -> Texts:
    return any_of("0", "1", "30", "85", "1000")


WORDS: dict[str, Callable[[Slot, Said], Texts]] = {
    "choice": lambda slot, _: st.sampled_from(slot.choices),
    "word": lambda slot, _: st.just(slot.field),
    "count": lambda *_: any_of("1", "2", "3", "7", "101"),
    "order": lambda *_: st.integers(1, 8).map(str),
    "rule": lambda *_: st.integers(1, 4).map(str),
    "percent": lambda *_: any_of("5%", "30%", "60%", "70", "95%"),
    "seconds": lambda *_: any_of("0", "0.5", "2"),
    "ttl": lambda *_: any_of("0", "0.5", "60", "86400"),
    "signal": lambda *_: st.sampled_from(examples()) | any_of("database.queue", "images.rate", "nowhere.queue"),
    "level": _level,
    "setting": lambda *_: setting_keys(),
    "value": _value,
    "machine": lambda *_: st.sampled_from(MACHINES),
    "place": lambda *_: st.sampled_from(POOLS) | st.sampled_from(MACHINES),
    "pool": lambda *_: st.sampled_from(POOLS),
    "size": lambda *_: st.sampled_from([size.name for size in LADDER]) | any_of("wire", "vast"),
    "name": lambda *_: any_of(*PLACED, "app", "cache"),
    "path": lambda *_: any_of("/", "/images", "/search", "/search/deep"),
    "class": lambda *_: st.sampled_from(CLASSES),
}
"""A word for each kind of place in a line; see words.KINDS."""


@st.composite
def lines_of(draw: st.DrawFn, verb: Verb) -> str:
    """A line of this verb, with whatever it may and must say."""
    words, said = [verb.name], dict[str, str]()
    flags = [flag for flag in verb.flags if draw(st.booleans())]
    for slot in verb.slots:
        if slot.kind == "command":
            words.append(draw(lines(rules=False)))
        elif slot.needed or (not flags and draw(st.booleans())):
            said[slot.field] = draw(WORDS[slot.kind](slot, said))
            words.append(said[slot.field])
    words += [
        f"{option.field}={draw(WORDS[option.kind](option, said))}" for option in verb.options if draw(st.booleans())
    ]
    return " ".join((*words, *flags))[:LONGEST_LINE]


def lines(*, rules: bool = True) -> Texts:
    """Any line; without ``rules`` none that gives one."""
    verbs = [verb for verb in VERBS if rules or all(slot.kind != "command" for slot in verb.slots)]
    return st.sampled_from(verbs).flatmap(lines_of)
