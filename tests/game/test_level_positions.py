"""Every key and value of a TOML text has a line and a column."""

from __future__ import annotations

import tomllib
from pathlib import Path as File
from typing import Any

import pytest

from scalegame.game.level_library import library
from scalegame.game.level_positions import Path, index_positions
from tests.game.level_texts import SOUND, STAGED

TEXT = '''\
# a comment with = and [brackets]
title = "x # no comment"
"quoted.key" = 1
a.b . c = 2
story = """
several "lines"
= 3
"""
raw = \'\'\'it's
raw\'\'\'

[table]   # behind a header
list = [ 1, "two]", [3,
    4], # within
  { five = 5 },
]
inline = { x = 1, "y" = { z = 2 }, t.u = 3 }
when = 1979-05-27 07:32:00

[[stage]]
seconds = 1
[[stage.traffic]]
rate = [[0, 1], [2, 3]]
[[stage.traffic]]
[[stage]]
[stage.deep]
er = true
[ spaced . "out" ]
'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("title",), (2, 9)),
        (("quoted.key",), (3, 16)),
        (("a", "b", "c"), (4, 11)),
        (("story",), (5, 9)),
        (("raw",), (9, 7)),
        (("table", "list"), (13, 8)),
        (("table", "list", 1), (13, 13)),
        (("table", "list", 2, 1), (14, 5)),
        (("table", "list", 3, "five"), (15, 12)),
        (("table", "inline", "x"), (17, 16)),
        (("table", "inline", "y", "z"), (17, 31)),
        (("table", "inline", "t", "u"), (17, 42)),
        (("table", "when"), (18, 8)),
        (("stage", 0, "seconds"), (21, 11)),
        (("stage", 0, "traffic", 0, "rate", 1, 0), (23, 18)),
        (("stage", 1, "deep", "er"), (27, 6)),
    ],
)
def test_a_value_is_where_it_stands(path: Path, place: tuple[int, int]) -> None:
    assert index_positions(TEXT).of_value(path) == place


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("title",), (2, 1)),
        (("quoted.key",), (3, 1)),
        (("a", "b"), (4, 3)),
        (("table",), (12, 1)),
        (("table", "inline", "y"), (17, 19)),
        (("stage",), (20, 1)),
        (("stage", 0), (20, 1)),
        (("stage", 0, "traffic", 1), (24, 1)),
        (("stage", 1), (25, 1)),
        (("spaced", "out"), (28, 1)),
    ],
)
def test_a_key_is_where_it_is_named(path: Path, place: tuple[int, int]) -> None:
    assert index_positions(TEXT).of_key(path) == place


def test_what_is_missing_is_looked_for_in_its_table() -> None:
    positions = index_positions(TEXT)
    assert positions.of_value(("table", "absent")) == (12, 1)
    assert positions.of_value(("stage", 1, "traffic", 0)) == (25, 1)
    assert positions.of_value(("absent",)) == (1, 1)


def paths(value: Any, path: Path = ()) -> list[Path]:
    below = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in below for found in paths(inner, (*path, key)))]


@pytest.mark.parametrize("text", [TEXT, SOUND, STAGED, *(File(one.path).read_text("utf-8") for one in library())])
def test_nothing_is_without_a_place(text: str) -> None:
    positions = index_positions(text)
    for path in paths(tomllib.loads(text))[1:]:
        assert path in positions.values or path in positions.keys
