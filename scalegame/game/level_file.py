"""From a level's text to a Level, or to everything that is wrong with it, each with its line and column."""

from __future__ import annotations

import codecs
import hashlib
import json
import re
import tomllib
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError

from scalegame.game import level_checks, level_rounds
from scalegame.game.level import Level, LevelError, Par, Proof, Stage
from scalegame.game.level_diagnostics import Diagnostic, Problem, placed, translated
from scalegame.game.level_positions import index_positions, line_and_column
from scalegame.game.level_scenario import scenario_of
from scalegame.game.level_schema import LevelKeys

MOST_BYTES = 1_000_000
MOST_DIAGNOSTICS = 200
"""More are counted, not shown: nobody reads them, and a hostile file could ask for a million."""


def load_level(path: Path, pack: str = "") -> Level:
    """The level in a file. Raises LevelError with all that is wrong."""
    return check_file(path, pack)[0]


def check_file(path: Path, pack: str = "") -> tuple[Level, list[Diagnostic]]:
    """The level in a file, and the warnings. Raises LevelError with all that is wrong, warnings too."""
    return check_level(_text_of(path), str(path), pack)


def read_level(text: str, path: str = "", pack: str = "") -> Level:
    """The level that a text is. ``path`` names the text in messages. Raises LevelError with all that is wrong."""
    return check_level(text, path, pack)[0]


def check_level(text: str, path: str = "", pack: str = "") -> tuple[Level, list[Diagnostic]]:
    """As read_level, with the warnings."""
    name = path or "level"
    text = text.replace("\r\n", "\n")
    if len(text) > MOST_BYTES:
        raise LevelError(f"{name}: error[too-long]: a level has at most {MOST_BYTES} bytes")
    document = _document(text, name)
    keys, found = _checked(document)
    positions = index_positions(text)
    diagnostics = sorted(
        (placed(problem, positions, name) for problem in found),
        key=lambda one: (one.line, one.column, one.code),
    )
    if keys is None or any(one.severity == "error" for one in diagnostics):
        lines = [str(one) for one in diagnostics[:MOST_DIAGNOSTICS]]
        if len(diagnostics) > len(lines):
            lines.append(f"{name}: and {len(diagnostics) - len(lines)} more")
        raise LevelError(*lines)
    return _level(keys, text, path, pack), diagnostics


def level_id(keys: LevelKeys) -> str:
    """The hash of what the text means: canonical JSON of the keys that differ from their defaults, so that stating a
    default changes nothing, and a key that the format gains later leaves old levels their id."""
    meaning = keys.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    canonical = json.dumps(meaning, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    return f"sha256:{hashlib.sha256(canonical.encode()).hexdigest()}"


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except FileNotFoundError as error:
        raise LevelError(f'{path}: no such file ("scalegame levels" lists the levels)') from error
    except IsADirectoryError as error:
        raise LevelError(f"{path}: is a folder, not a level file") from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise LevelError(f"{path}: cannot be read: {reason}") from error
    if len(content) > MOST_BYTES:
        raise LevelError(f"{path}: error[too-long]: a level has at most {MOST_BYTES} bytes")
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        line, column = line_and_column(before, len(before))
        message = f"the byte 0x{content[error.start]:02x} is not UTF-8"
        raise LevelError(str(Diagnostic(str(path), line, column, "not-utf-8", message, "save as UTF-8"))) from error


Place: TypeAlias = tuple[str | int, ...]

MOST_ROUNDS = 10

STAND_INS: dict[str | int, Any] = {
    "format": 1,
    "id": "unknown",
    "title": "unknown",
    "class": "unknown",
    "rate": [[0.0, 0.0]],
    "size": "small",
    "seconds": 1.0,
    "cores": 1,
    "max": 0,
    "items": 1,
    "scv": 1.0,
    "start": {"pools": {"app": {"size": "small"}}},
    "pools": {"app": {"size": "small"}},
    "app": {"size": "small"},
    "kind": "crash",
    "classes": {"unknown": {"cpu_ms": 1.0}},
}
"""Sound values of keys that a table cannot do without, so that the rest of a broken level can be checked too."""

_SYNTAX = re.compile(r"(?P<what>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$", re.DOTALL)


def _document(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX.match(str(error))
        what = found["what"] if found else str(error)
        if found and found["line"]:
            line, column = int(found["line"]), int(found["column"])
        else:
            line, column = line_and_column(text, len(text.rstrip("\n")))
        raise LevelError(str(Diagnostic(name, line, column, "syntax", f"not TOML: {_sentence(what)}"))) from error
    except RecursionError as error:
        raise LevelError(str(Diagnostic(name, 1, 1, "too-deep", "too many brackets within brackets"))) from error
    except ValueError as error:
        # tomllib leaves some of its values to int() and datetime, whose complaints have no position.
        raise LevelError(str(Diagnostic(name, 1, 1, "bad-value", _sentence(str(error))))) from error


def _sentence(text: str) -> str:
    return text[:1].lower() + text[1:]


def _checked(document: dict[str, Any]) -> tuple[LevelKeys | None, list[Problem]]:
    """The keys, where they are sound, and all problems: of the shape, and of the meaning where the shape is good."""
    document = _without_own(document)
    keys, shape = _validated(document)
    if keys is not None:
        return keys, list(level_checks.problems(keys, document))
    mended = document
    touched: list[Place] = []
    broken = shape
    # Each round takes out what is wrong and puts in what is missing, until the rest can be asked for its meaning.
    for _ in range(MOST_ROUNDS):
        for problem in broken:
            place = _named(problem.path)
            mended = _mended(mended, place, missing=problem.code == "missing-key")
            touched.append(place)
        keys, broken = _validated(mended)
        if keys is not None:
            meaning = level_checks.problems(keys, document)
            return None, shape + [one for one in meaning if not any(_related(one.path, place) for place in touched)]
    return None, shape


def _validated(document: dict[str, Any]) -> tuple[LevelKeys | None, list[Problem]]:
    try:
        return LevelKeys.model_validate(document), []
    except ValidationError as error:
        return None, [translated(one, document, LevelKeys) for one in error.errors(include_url=False)]


def _without_own(value: Any) -> Any:
    """A copy without the author's own keys."""
    if isinstance(value, dict):
        return {key: _without_own(inner) for key, inner in value.items() if not key.startswith("x_")}
    return [_without_own(inner) for inner in value] if isinstance(value, list) else value


def _named(path: Place) -> Place:
    """The nearest place with a name: taking an entry out of an array would renumber the rest."""
    while path and isinstance(path[-1], int):
        path = path[:-1]
    return path


def _mended(value: Any, path: Place, *, missing: bool) -> Any:
    """A copy without the key at ``path``, or with something sound there where it was missing."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(value, list):
        return [
            _mended(inner, rest, missing=missing) if number == first else inner for number, inner in enumerate(value)
        ]
    if not isinstance(value, dict):
        return value
    if rest:
        return {key: _mended(inner, rest, missing=missing) if key == first else inner for key, inner in value.items()}
    if missing:
        return {**value, first: STAND_INS.get(first)}
    return {key: inner for key, inner in value.items() if key != first}


def _related(path: Place, mended: Place) -> bool:
    """Whether a problem at ``path`` may come from the mending alone: it is there, around it or inside it."""
    return path == mended[: len(path)] or mended == path[: len(mended)]


def _level(keys: LevelKeys, text: str, path: str, pack: str) -> Level:
    return Level(
        id=keys.id,
        title=keys.title,
        pack=pack,
        path=path,
        text=text,
        level_id=level_id(keys),
        scenario=scenario_of(keys),
        stages=_stages(keys),
        slo_uptime=keys.slo.uptime,
        money=keys.budget.money,
        earn_per_million=keys.budget.earn_per_million,
        endless=keys.endless is not None,
        seed=keys.seed,
        unlocked=None if keys.unlocked is None else tuple(keys.unlocked),
        par=Par(keys.par.uptime, keys.par.cost),
        story=keys.story.strip(),
        new=keys.new.strip(),
        lesson=keys.lesson.strip(),
        teaches=tuple(keys.teaches),
        hints=tuple(keys.hints),
        diagnosis=keys.diagnosis,
        guide=keys.guide,
        proofs=tuple(
            Proof(one.name, tuple(one.commands), one.outcome, one.uptime, one.cost, one.reference) for one in keys.proof
        ),
    )


def _stages(keys: LevelKeys) -> tuple[Stage, ...]:
    if not keys.stage:
        return (Stage(keys.title, level_rounds.total_seconds(keys), 0.0),)
    stages: list[Stage] = []
    start = 0.0
    for stage in keys.stage * level_rounds.rounds(keys):
        stages.append(Stage(stage.title, stage.seconds, start, stage.grant, stage.news))
        start += stage.seconds
    return tuple(stages)
