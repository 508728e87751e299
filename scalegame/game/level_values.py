"""What a value in a level file may be: texts that are safe to print, bounded numbers, and the words for some of them.

Each type refuses with the code and the sentence of a diagnostic, and says its bounds to the JSON Schema. Import late,
as ``level_schema``.
"""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from scalegame.game.command import VERBS
from scalegame.model.copies.popularity import MOST_ALPHA, MOST_ITEMS
from scalegame.model.scenario import LARGEST_SEED

LARGEST = 1e12
"""No number of a level is bigger; as a bound or a room it means 'without'."""

MOST_CORES = 10_000
"""Of a machine: up to here the model's wait formula is held against exact values."""

ID = r"^[a-z0-9-]{1,40}$"
NAME = r"^[a-z][a-z0-9_-]{0,39}$"

UNLOCKS = tuple(dict.fromkeys(name for verb in VERBS for name in (verb.name.split()[0], verb.name)))
"""What a level may unlock: a verb with all its lines, such as place, or a single line, such as place cache."""

_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Control characters but tab and line end, and the marks that turn the direction of writing: they would reach other
people's terminals."""


def _plain(text: str) -> str:
    found = _UNPRINTABLE.search(text)
    if found:
        code = f"U+{ord(found.group()):04X}"
        raise PydanticCustomError("control-character", "holds the control character {code}", {"code": code})
    return text


def _whole(value: Any) -> Any:
    """1e6 is a whole number too, though TOML calls it a float."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _service(value: Any) -> Any:
    """The squared coefficient of variation that a way of service stands for."""
    if isinstance(value, str):
        if value in _SERVICES:
            return _SERVICES[value]
    elif isinstance(value, dict) and set(value) == {"scv"}:
        return value["scv"]
    raise PydanticCustomError("bad-choice", 'must be "exponential", "deterministic" or { scv = NUMBER }')


_SERVICES = {"exponential": 1.0, "deterministic": 0.0}


def _mtbf(value: Any) -> Any:
    """None is 'never'."""
    if value == "never":
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise PydanticCustomError("bad-choice", 'must be a number of seconds, or "never"')
    if value == 0:
        raise PydanticCustomError("out-of-range", 'must be more than 0; "never" is the word for no failures')
    return value


def _unlock(name: str) -> str:
    if name not in UNLOCKS:
        near = difflib.get_close_matches(name, UNLOCKS, n=1)
        hint = f'did you mean "{near[0]}"?' if near else f"there are {', '.join(UNLOCKS)}"
        raise PydanticCustomError("bad-choice", "is no verb of the command line", {"hint": hint})
    return name


def _pair(point: list[float]) -> list[float]:
    if len(point) != 2:
        raise PydanticCustomError("bad-pair", "must be a pair [second, requests a second]")
    return point


Text = Annotated[str, Field(max_length=4000), AfterValidator(_plain)]
Line = Annotated[str, Field(max_length=200, pattern=r"^[^\n\t]*$"), AfterValidator(_plain)]
Title = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[^\n\t]*$"), AfterValidator(_plain)]
Name = Annotated[str, Field(pattern=NAME)]
Number = Annotated[float, Field(ge=0, le=LARGEST, allow_inf_nan=False)]
Length = Annotated[float, Field(gt=0, le=LARGEST, allow_inf_nan=False)]
Growth = Annotated[float, Field(ge=1.05, le=1000, allow_inf_nan=False)]
Skew = Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Whole = Annotated[int, Field(ge=0, le=int(LARGEST)), BeforeValidator(_whole)]
Count = Annotated[int, Field(ge=1, le=int(LARGEST)), BeforeValidator(_whole)]
Seed = Annotated[int, Field(ge=0, le=LARGEST_SEED), BeforeValidator(_whole)]
Cores = Annotated[int, Field(ge=1, le=MOST_CORES), BeforeValidator(_whole)]
Items = Annotated[int, Field(ge=1, le=MOST_ITEMS), BeforeValidator(_whole)]
Zipf = Annotated[float, Field(ge=0, le=MOST_ALPHA, allow_inf_nan=False)]
Point = Annotated[list[Number], AfterValidator(_pair)]
Service = Annotated[
    Number,
    BeforeValidator(_service),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": list(_SERVICES)},
                {
                    "type": "object",
                    "properties": {"scv": {"type": "number", "minimum": 0, "maximum": LARGEST}},
                    "required": ["scv"],
                    "additionalProperties": False,
                },
            ],
            "default": "exponential",
        }
    ),
]
MedalName = Literal["gold", "silver", "bronze", "none"]
Unlock = Annotated[str, AfterValidator(_unlock), WithJsonSchema({"enum": list(UNLOCKS)})]
ChanceKind = Literal["crash", "disk-loss", "slow", "blip", "cache-flush", "zone-outage"]
Mtbf = Annotated[
    Number | None,
    BeforeValidator(_mtbf),
    WithJsonSchema(
        {
            "anyOf": [{"const": "never"}, {"type": "number", "exclusiveMinimum": 0, "maximum": LARGEST}],
            "default": "never",
        }
    ),
]
