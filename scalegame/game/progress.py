"""What a player has reached, a level and edition of it at a time, in one small file beside the runs.

    {"format":1,"levels":[{"level":"one-box","level_id":"sha256:…","won":true,"lost":true,"uptime":0.97,
      "cost_micro":2050000,"uptime_medal":"gold","cost_medal":"silver"}]}

Two games may write at once: each joins what it knows with what stands there, and a join is the better of two, so no
order of writing loses a medal. What the file does not know yet is read off run files that are newer than it, all of
them where there is no file. It tells what run files claim; `scalegame verify` is who proves it.

Bots and practice count for nothing here: a run that another was the beginning of (`parent`) knew what was coming.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any

from scalegame.game.atomic_file import set_aside, write_whole
from scalegame.game.folders import state_folder
from scalegame.game.level import LevelError
from scalegame.game.level_library import find
from scalegame.game.recording import run_files
from scalegame.game.run_file import LARGEST_COUNT, LEVEL_ID, NAME, Header, RunFileError, read
from scalegame.game.score import Result, medals
from scalegame.game.view import Medal

if TYPE_CHECKING:
    from pathlib import Path

    from scalegame.game.level import Level, Par

FORMAT = 1
LONGEST_FILE = 4_000_000
"""Bytes; a longer file is none of ours."""
MOST_RUNS = 5_000
"""That are read where there is no file yet, the newest: once, beside the screen."""
BOT = "bot:"
"""Begins the player of a bot's run."""
LOCK_TRIES, LOCK_SECONDS = 50, 0.01
"""Another game holds the lock for milliseconds. One that was stopped in mid-write must not stop this one."""

RANKS: tuple[Medal, ...] = ("none", "bronze", "silver", "gold")
"""Medals, the worst first."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best of a level, each figure on its own: they need not be of one run."""

    won: bool = False
    lost: bool = False
    """It was lost once, at least."""
    uptime: float | None = None
    """good / offered of the runs that won; None where there is none, or nothing was offered."""
    cost_micro: int | None = None
    """Micro-dollars, of runs that won without `launch`: the others are not held against par."""
    uptime_medal: Medal = "none"
    cost_medal: Medal = "none"
    longest_ticks: int = 0
    """Of a level without end, the longest run; 0 of any other."""
    most_good: int = 0
    """The most good answers there."""


Progress = Mapping[tuple[str, str], Best]
"""(level's id, level_id) -> the best: what was reached in another edition of a level was reached there."""

_NOTHING = Best()


def best_of(result: Result, par: Par, *, endless: bool = False) -> Best:
    """What one run comes to."""
    if endless and result.outcome == "lost":
        return Best(lost=True, longest_ticks=result.ticks, most_good=result.good)
    if result.outcome != "won":
        return Best(lost=result.outcome == "lost")
    uptime, cost = medals(result, par)
    return Best(
        won=True,
        uptime=None if result.uptime is None else min(result.uptime, 1.0),
        cost_micro=None if result.launches else result.cost_micro,
        uptime_medal=uptime,
        cost_medal=cost,
    )


def joined(one: Best, other: Best) -> Best:
    """The better of both, figure by figure; of no figure and one, the one."""
    uptimes = [best.uptime for best in (one, other) if best.uptime is not None]
    costs = [best.cost_micro for best in (one, other) if best.cost_micro is not None]
    return Best(
        one.won or other.won,
        one.lost or other.lost,
        max(uptimes, default=None),
        min(costs, default=None),
        max(one.uptime_medal, other.uptime_medal, key=RANKS.index),
        max(one.cost_medal, other.cost_medal, key=RANKS.index),
        max(one.longest_ticks, other.longest_ticks),
        max(one.most_good, other.most_good),
    )


def joined_all(one: Progress, other: Progress) -> dict[tuple[str, str], Best]:
    """The better of both, level by level."""
    return {key: joined(one.get(key, _NOTHING), other.get(key, _NOTHING)) for key in sorted({**one, **other})}


def shipped(found: Progress, shown: Iterable[str]) -> dict[str, Best]:
    """Level id -> its best, of the levels that are ``shown``; only of those that were won or cannot be, in the edition
    that is shipped here."""
    reached = {level for (level, _), best in found.items() if best.won or best.longest_ticks}
    best_here: dict[str, Best] = {}
    for name in reached.intersection(shown):
        try:
            best = found.get((name, find(name).level_id), _NOTHING)
        except LevelError:
            continue
        if best.won or best.longest_ticks:
            best_here[name] = best
    return best_here


def counts(header: Header) -> bool:
    """Whether a run says something of how far a player came."""
    return header.parent is None and not (header.player or "").startswith(BOT)


class ProgressFile:
    """Trouble with the disk is a sentence and stops nobody."""

    def __init__(self, path: Path, runs: Path | None = None) -> None:
        """``runs``: the folder of the run files; the one beside it where None."""
        self.path = path
        self._runs = runs or path.with_name("runs")

    @classmethod
    def of_user(cls) -> ProgressFile:
        return cls(state_folder() / "progress.json")

    def read(self) -> tuple[Progress, str]:
        """All that is known, and what the player should know about the file; empty where all is well."""
        return self._brought_up_to_date({})

    def add(self, level: Level, result: Result) -> tuple[Best, str]:
        """Keep what a run came to that was just played. Returns what was known of the level before, and what the player
        should know about the file."""
        key = level.id, level.level_id
        known = self._kept()[0].get(key, _NOTHING)
        return known, self._brought_up_to_date({key: best_of(result, level.par, endless=level.endless)})[1]

    def _brought_up_to_date(self, more: Progress) -> tuple[Progress, str]:
        """Join file, newer runs and ``more``; write where that is more than stands there."""
        with _locked(self.path):
            kept, since, wrong = self._kept()
            said = ""
            if wrong:
                aside = set_aside(self.path, f"{self.path.name}.corrupt-{{}}")
                said = f"{self.path.name}: {wrong}; {aside}; medals are read off your runs again"
            found = joined_all(joined_all(kept, _claimed(self._runs, None if wrong else since)), more)
            if found != kept or wrong:
                said = self._write(found) or said
        return found, said

    def _kept(self) -> tuple[Progress, float | None, str]:
        """What stands in the file; when it was written, None where there is none; what is wrong with it."""
        try:
            with self.path.open("rb") as file:
                data = file.read(LONGEST_FILE + 1)
            written = self.path.stat().st_mtime
        except (FileNotFoundError, NotADirectoryError):
            return {}, None, ""
        except OSError as error:
            return {}, None, f"it cannot be read ({error.strerror or error})"
        found, wrong = understood(data)
        return found, written, wrong

    def _write(self, found: Progress) -> str:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self.path, text_of(found).encode())
        except OSError as error:
            return f"medals are not kept: {self.path} cannot be written ({error.strerror or error})"
        return ""


def text_of(found: Progress) -> str:
    """The file that says so."""
    levels = [
        {"level": level, "level_id": level_id, **asdict(best)} for (level, level_id), best in sorted(found.items())
    ]
    return json.dumps({"format": FORMAT, "levels": levels}, indent=1) + "\n"


def understood(data: bytes) -> tuple[dict[tuple[str, str], Best], str]:
    """What a file's bytes say, and what is wrong with them: what can be read counts all the same."""
    if len(data) > LONGEST_FILE:
        return {}, "far too long for medals"
    try:
        told = json.loads(data)
    except (ValueError, RecursionError):
        return {}, "not JSON"
    if not isinstance(told, dict) or not isinstance(told.get("levels"), list):
        return {}, "not a table of levels"
    found: dict[tuple[str, str], Best] = {}
    format_, wrong = told.get("format"), ""
    if type(format_) is not int or format_ != FORMAT:
        newer = type(format_) is int and format_ > FORMAT
        wrong = "made by a newer scalegame" if newer else f"not of format {FORMAT}"
    elif told.keys() != {"format", "levels"}:
        wrong = "it has keys that nobody knows"
    for entry in told["levels"]:
        try:
            key, best = _entry(entry)
        except (TypeError, ValueError):
            wrong = wrong or "an entry is not one of a level"
        else:
            found[key] = joined(best, found.get(key, _NOTHING))
    return found, wrong


def _entry(told: Any) -> tuple[tuple[str, str], Best]:
    """Raises TypeError or ValueError: it is none."""
    if not isinstance(told, dict) or told.keys() != {"level", "level_id", *(field.name for field in fields(Best))}:
        raise ValueError
    level, level_id, uptime, cost = (told[name] for name in ("level", "level_id", "uptime", "cost_micro"))
    sound = (
        NAME.fullmatch(level) and LEVEL_ID.fullmatch(level_id),
        all(type(told[name]) is bool for name in ("won", "lost")),
        uptime is None or (type(uptime) in (int, float) and 0 <= uptime <= 1),
        cost is None or (type(cost) is int and 0 <= cost <= LARGEST_COUNT),
        all(told[name] in RANKS for name in ("uptime_medal", "cost_medal")),
        all(type(told[name]) is int and 0 <= told[name] <= LARGEST_COUNT for name in ("longest_ticks", "most_good")),
    )
    if not all(sound):
        raise ValueError
    return (level, level_id), Best(**{field.name: told[field.name] for field in fields(Best)})


def _claimed(runs: Path, since: float | None) -> Progress:
    """What run files claim that were written at ``since`` or later, all where None."""
    found: dict[tuple[str, str], Best] = {}
    levels: dict[str, Level | None] = {}
    for path in run_files(runs, since)[:MOST_RUNS]:
        try:
            run = read(path)
        except RunFileError:
            continue
        header = run.header
        if run.end is None or not counts(header):
            continue
        if header.level_id not in levels:
            levels[header.level_id] = _level_of(header)
        level = levels[header.level_id]
        if level is not None:
            key = header.level, header.level_id
            best = best_of(run.end.result, level.par, endless=level.endless)
            found[key] = joined(found.get(key, _NOTHING), best)
    return found


def _level_of(header: Header) -> Level | None:
    """The level that a run carries; None where it is not the one that it says it is."""
    from scalegame.game.level_file import read_level

    try:
        level = read_level(header.level_text, "the level in the run file")
    except LevelError:
        return None
    return level if (level.id, level.level_id) == (header.level, header.level_id) else None


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Alone with the file, as far as this system has locks: else two games that end in the same millisecond may lose
    one entry, which is read off its run file again."""
    try:
        import fcntl
    except ImportError:
        yield
        return
    lock = path.with_name(f"{path.name}.lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("ab")
    except OSError:
        yield
        return
    with file:
        for _ in range(LOCK_TRIES):
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            time.sleep(LOCK_SECONDS)
        yield
