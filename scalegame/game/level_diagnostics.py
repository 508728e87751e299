"""What is wrong with a level file, in sentences: a problem has its place in the document, a diagnostic in the text."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

from scalegame.game.level_positions import Path, Positions

if TYPE_CHECKING:
    from pydantic import BaseModel
    from pydantic_core import ErrorDetails

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong at ``path`` of the document."""

    path: Path
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"
    at_key: bool = False
    """The key itself is meant, not its value."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """Reads ``file:line:column: error[CODE]: message (hint)``; line and column count from 1, 1:1 is the whole file."""

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    severity: Severity = "error"

    def __str__(self) -> str:
        hint = f" ({self.hint})" if self.hint else ""
        return f"{self.file}:{self.line}:{self.column}: {self.severity}[{self.code}]: {self.message}{hint}"


def placed(problem: Problem, positions: Positions, file: str) -> Diagnostic:
    """The problem with its line and column."""
    place = positions.of_key if problem.at_key else positions.of_value
    line, column = place(problem.path)
    return Diagnostic(file, line, column, problem.code, problem.message, problem.hint, problem.severity)


def near(name: str, known: Iterable[str]) -> str:
    """A hint that names the nearest of the known names, or all of them where none is near and they are few."""
    names = list(known)
    found = difflib.get_close_matches(name, names, n=1)
    if found:
        return f'did you mean "{found[0]}"?'
    return f"there are {', '.join(names)}" if 0 < len(names) <= 12 else ""


def translated(error: ErrorDetails, document: dict[str, Any], model: type[BaseModel]) -> Problem:
    """A pydantic error as a problem. ``model`` validated ``document``."""
    path = _path_in(document, error["loc"])
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        hint = near(str(path[-1]), _keys_of(model, path[:-1]))
        return Problem(path, "unknown-key", f"there is no key {_shown(str(path[-1]))} here", hint, at_key=True)
    if kind == "missing":
        return Problem(path, "missing-key", f'the key "{error["loc"][-1]}" is missing', at_key=True)
    if error["loc"] and error["loc"][-1] == "[key]":
        return Problem(path, "bad-name", f"{_shown(error['input'])} is no name", _NAME_HINT, at_key=True)
    if kind == "literal_error":
        return _bad_choice(path, error["input"], str(context["expected"]).replace("'", '"'))
    if kind == "string_pattern_mismatch":
        return _mismatch(path, error)
    if kind in _MESSAGES:
        code, message = _MESSAGES[kind]
        return Problem(path, code, message.format(**context, got=_shown(error["input"])))
    # The types of level_values name their own codes; what pydantic may add one day reads less well, but reads.
    return Problem(path, kind.replace("_", "-"), error["msg"], str(context.get("hint", "")))


_NAME_HINT = "small letters, digits and -, a letter first, at most 40"
_ID_HINT = "small letters, digits and -, at most 40"

_MESSAGES = {
    "float_type": ("wrong-type", "must be a number, not {got}"),
    "float_parsing": ("wrong-type", "must be a number, not {got}"),
    "int_type": ("wrong-type", "must be a whole number, not {got}"),
    "int_from_float": ("wrong-type", "must be a whole number, not {got}"),
    "int_parsing_size": ("out-of-range", "is too big"),
    "string_type": ("wrong-type", "must be a text in quotes, not {got}"),
    "bool_type": ("wrong-type", "must be true or false, not {got}"),
    "list_type": ("wrong-type", "must be an array, not {got}"),
    "dict_type": ("wrong-type", "must be a table, not {got}"),
    "model_type": ("wrong-type", "must be a table, not {got}"),
    "finite_number": ("out-of-range", "must be finite, not {got}"),
    "greater_than": ("out-of-range", "must be more than {gt:.15g}, not {got}"),
    "greater_than_equal": ("out-of-range", "must be {ge:.15g} or more, not {got}"),
    "less_than_equal": ("out-of-range", "must be at most {le:.15g}, not {got}"),
    "string_too_short": ("too-short", "must not be empty"),
    "string_too_long": ("too-long", "must be at most {max_length} characters"),
    "too_short": ("too-short", "must not be empty"),
    "too_long": ("too-long", "must be at most {max_length} entries"),
}


def _bad_choice(path: Path, asked: Any, choices: str) -> Problem:
    """``choices`` reads '"a", "b" or "c"'."""
    names = [choice.strip('" ') for choice in choices.replace(" or ", ", ").split(",")]
    if len(names) == 1:
        return Problem(path, "bad-choice", f"must be {choices}, not {_shown(asked)}")
    hint = near(asked, names) if isinstance(asked, str) else ""
    return Problem(path, "bad-choice", f"{_shown(asked)} is not one of {choices}", hint if "did you" in hint else "")


def _mismatch(path: Path, error: ErrorDetails) -> Problem:
    pattern = str(error.get("ctx", {}).get("pattern", ""))
    if "\\n" in pattern:
        return Problem(path, "more-than-a-line", "must be a single line without tabs")
    hint = _ID_HINT if path == ("id",) else _NAME_HINT
    return Problem(path, "bad-name", f"{_shown(error['input'])} is no name", hint)


def _path_in(document: Any, location: tuple[str | int, ...]) -> Path:
    """The location's steps that exist in the document, and one that does not, if it is the last; pydantic adds steps of
    its own for unions and keys."""
    path: list[str | int] = []
    here = document
    for number, step in enumerate(location):
        if _has(here, step):
            here = here[step]
            path.append(step)
        elif number == len(location) - 1 and isinstance(here, dict) and step != "[key]":
            path.append(step)
    return tuple(path)


def _has(value: Any, step: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(step, int) and step < len(value)
    return isinstance(value, dict) and step in value


def _keys_of(model: type[BaseModel], path: Path) -> list[str]:
    """The keys that may stand in the table at ``path``."""
    here: Any = model
    for step in path:
        if isinstance(here, type) and hasattr(here, "model_fields"):
            fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
            here = _model_within(fields.get(str(step)))
    return [field.alias or name for name, field in here.model_fields.items()] if hasattr(here, "model_fields") else []


def _model_within(annotation: Any) -> Any:
    """The model in an annotation such as ``list[TrafficKeys]``, ``dict[Name, ClassKeys]`` or ``PoolKeys | None``."""
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_within(inner)) is not None), None)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        text = value if value.isprintable() else ascii(value)[1:-1]
        return f'"{text[:40]}…"' if len(text) > 40 else f'"{text}"'
    if isinstance(value, int | float):
        return f"{value:.15g}" if isinstance(value, float) or abs(value) < 10**15 else "a number with too many digits"
    if isinstance(value, dict):
        return "a table"
    return "an array" if isinstance(value, list) else "a date or time"
