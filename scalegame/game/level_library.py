"""Which levels there are, and where: those shipped with the game, the dailies, and any file by its path."""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scalegame
from scalegame.game.daily.day import Day, daily_id, date_of, level_text
from scalegame.game.level import LevelError

if TYPE_CHECKING:
    import datetime as dt

    from scalegame.game.level import Level

PACKS = ("campaign", "challenges", "lab")
"""In the order in which they are listed."""
DAILY_PACK = "challenges"


@dataclass(frozen=True, slots=True)
class Listing:
    """A shipped level as the title screen lists it: read without checking its meaning, for speed."""

    id: str
    title: str
    pack: str
    path: str
    """Empty where it has no file."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What can be said of a shipped level before anybody opens it; read as its listing is."""

    story: str = ""
    seconds: float = 0.0
    """Planned length without the drain; 0 where it lasts as long as the player does."""
    par_uptime: float | None = None
    """0..1; None where the level has no such medal."""
    par_cost: float | None = None
    """Dollars."""


def levels_folder() -> Path:
    """Where the shipped levels are: beside the modules in an installed wheel, beside the package in a checkout."""
    package = Path(scalegame.__file__).resolve().parent
    shipped = package / "levels"
    return shipped if shipped.is_dir() else package.parent / "levels"


@cache
def library() -> tuple[Listing, ...]:
    """All shipped levels: the campaign in its order, challenges, labs; each pack in the order of its file names."""
    folder = levels_folder()
    return tuple(_listing(path, pack) for pack in PACKS for path in sorted((folder / pack).glob("*.toml")))


@cache
def outline(listing: Listing) -> Outline:
    """The outline of a listed level. Needs neither numpy nor pydantic."""
    date = date_of(listing.id)
    document = _document(Path(listing.path)) if date is None else tomllib.loads(level_text(date))
    stages, par = document.get("stage", []), document.get("par", {})
    seconds = sum(float(stage["seconds"]) for stage in stages) if stages else float(document.get("seconds", 0.0))
    if "endless" in document:
        seconds = 0.0
    story = " ".join(str(document.get("story", "")).split())
    return Outline(story, seconds, par.get("uptime"), par.get("cost"))


def today() -> dt.date:
    """Whose level is the daily: a date is the same for all, that of Greenwich."""
    return datetime.now(UTC).date()


def daily_listing(date: dt.date) -> Listing:
    """The level of a date; it has no file of its own."""
    return Listing(daily_id(date), Day.of(date).full_title, DAILY_PACK, "")


def find(name_or_path: str) -> Level:
    """The level of that id, or in that file.

    Raises LevelError: no such level or file, or one that does not pass the checks.
    """
    from scalegame.game.level_file import load_level, read_level

    date = date_of(name_or_path)
    if date is not None:
        return read_level(level_text(date), name_or_path, DAILY_PACK)
    path, pack = locate(name_or_path)
    return load_level(path, pack)


def locate(name_or_path: str) -> tuple[Path, str]:
    """The file of a level given by id or path, and its pack. A shipped id goes before a file of the same name, and a
    daily is written into a file first.

    Raises LevelError where it is neither.
    """
    date = date_of(name_or_path)
    if date is not None:
        return _daily_file(date), DAILY_PACK
    for listing in library():
        if listing.id == name_or_path:
            return Path(listing.path), listing.pack
    path = Path(name_or_path)
    if path.suffix == ".toml" or len(path.parts) > 1 or os.path.lexists(path):
        return path, _pack_of(path)
    near = difflib.get_close_matches(name_or_path, [listing.id for listing in library()], n=1)
    guess = f"; did you mean {near[0]}?" if near else ""
    raise LevelError(f'there is no level "{name_or_path}"{guess} ("scalegame levels" lists all; a path is fine too)')


def _daily_file(date: dt.date) -> Path:
    from scalegame.game.daily.kept import kept_daily

    try:
        return kept_daily(date)
    except OSError as error:
        raise LevelError(f"{error.filename}: cannot be written: {error.strerror or error}") from error


def _pack_of(path: Path) -> str:
    folder = path.resolve().parent
    return folder.name


def _listing(path: Path, pack: str) -> Listing:
    document = _head(path)
    return Listing(str(document["id"]), str(document["title"]), pack, str(path))


def _head(path: Path) -> dict[str, Any]:
    """What stands above a file's first table, where id and title are among it; else all of it. Half a hundred files are
    listed before the first paint of a level that is asked for."""
    head = path.read_text(encoding="utf-8").partition("\n[")[0]
    try:
        document = tomllib.loads(head)
    except tomllib.TOMLDecodeError:
        # A text with a bracket at the beginning of a line was cut in two.
        document = {}
    return document if {"id", "title"} <= document.keys() else _document(path)


def _document(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return tomllib.load(file)
