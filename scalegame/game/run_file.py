"""The run file: one run of one level as JSON Lines, and its strict, bounded reader.

    {"format":"scalegame-run/1","engine":"0.1.0","rules":1,"level":"one-box","level_id":"sha256:…","seed":42,
     "player":null,"parent":null,"level_text":"…"}            (one line)
    [120,"resize app large"]                                   a command, taken before tick 120
    ["~",130]                                                  the session lived to see tick 130: once a second
    ["#",179,{"traffic":"0f3a…","rules":"…"}]                  after tick 179: each subsystem's state, hashed
    {"end":2100,"result":{"outcome":"won",…},"state":"…"}      only where the run was played to its end

Whoever reads one trusts nothing: sizes, counts and numbers are bounded before anything is computed.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from scalegame.game.command import LONGEST_LINE
from scalegame.game.score import Result
from scalegame.model.scenario import LARGEST_SEED

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT = "scalegame-run/1"
CHECKPOINT_TICKS = 60
SHORT_HASH = 12
"""Hex digits of a subsystem's hash in a checkpoint: a desync is an accident and needs no more."""

LARGEST_FILE = 8_000_000
LARGEST_TICK = 870_000
"""A day of game time, the longest that a level lasts, and its drain."""
MOST_COMMANDS = 10_000
LARGEST_COUNT = 10**18
LONGEST_ERROR = 1_000
LONGEST_END = 2_000
"""Bytes of an end line: all numbers in it are bounded."""

VERIFIED, DIFFERS, BAD_CALL, DESYNC, MALFORMED, OTHER_LEVEL, OTHER_RULES = range(7)
"""Exit codes of `verify`."""

LEVEL_ID = re.compile(r"sha256:[0-9a-f]{64}")
NAME = re.compile(r"[a-z0-9-]{1,40}")
_HASH = re.compile(r"[0-9a-f]{64}")
_SHORT = re.compile(rf"[0-9a-f]{{{SHORT_HASH}}}")


class RunFileError(Exception):
    """A run file that cannot be used: one sentence with file and line, and the exit code it stands for."""

    def __init__(self, sentence: str, code: int = MALFORMED) -> None:
        super().__init__(sentence)
        # It quotes the file, which may hold whatever a terminal should not see.
        self.sentence = "".join(character if character.isprintable() else "?" for character in sentence[:LONGEST_ERROR])
        self.code = code


@dataclass(frozen=True, slots=True)
class Header:
    engine: str
    rules: int
    level: str
    level_id: str
    seed: int
    level_text: str
    player: str | None = None
    parent: str | None = None
    """The state of the run that this one branched from."""


@dataclass(frozen=True, slots=True)
class End:
    tick: int
    result: Result
    state: str


@dataclass(slots=True)
class RunFile:
    header: Header
    commands: list[tuple[int, str]] = field(default_factory=list)
    checkpoints: dict[int, dict[str, str]] = field(default_factory=dict)
    """Ticks done -> subsystem -> the first digits of its hash."""
    end: End | None = None
    """None where the run is unfinished."""
    last_tick: int = 0
    """The furthest tick that any line bears witness of."""
    whole_bytes: int = 0
    """Length of the file up to its last whole line: a killed writer may have torn the one after."""


def header_line(header: Header) -> str:
    return _line({"format": FORMAT, **asdict(header)})


def command_line(tick: int, command: str) -> str:
    return _line([tick, command])


def alive_line(tick: int) -> str:
    return _line(["~", tick])


def checkpoint_line(done: int, hashes: dict[str, str]) -> str:
    """``done`` counts the ticks behind it; the file names the last of them."""
    return _line(["#", done - 1, shortened(hashes)])


def end_line(end: End) -> str:
    return _line({"end": end.tick, "result": asdict(end.result), "state": end.state})


def shortened(hashes: dict[str, str]) -> dict[str, str]:
    return {name: digest[:SHORT_HASH] for name, digest in hashes.items()}


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False) + "\n"


def read(path: Path) -> RunFile:
    """Read a run file, finished or not.

    Raises RunFileError: not there or not readable (a bad call), or malformed.
    """
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise RunFileError(f"{path}: cannot be read: {error.strerror or error}", BAD_CALL) from error
    return parse(data, str(path))


def is_ended(path: Path) -> bool:
    """Whether a file's last line is a run's end, by a look at that line alone; False where it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(max(file.seek(0, os.SEEK_END) - LONGEST_END, 0))
            return file.read().rstrip(b"\n").rpartition(b"\n")[2].startswith(b'{"end":')
    except OSError:
        return False


def parse(data: bytes, name: str) -> RunFile:
    """The run that these bytes hold; ``name`` stands in the errors. Raises RunFileError."""
    return _Reader(name).read(data)


class _Reader:
    def __init__(self, name: str) -> None:
        self.name = name
        self.number = 1

    def refuse(self, what: str) -> NoReturn:
        raise RunFileError(f"{self.name}:{self.number}: malformed run file: {what}")

    def read(self, data: bytes) -> RunFile:
        if len(data) > LARGEST_FILE:
            self.refuse(f"it is larger than {LARGEST_FILE:,} bytes")
        *lines, rest = data.split(b"\n")
        if not lines:
            self.refuse("it does not begin with a header line")
        run = RunFile(self.header(self.value(lines[0])), whole_bytes=len(data) - len(rest))
        for number, line in enumerate(lines[1:], 2):
            self.number = number
            if run.end:
                self.refuse("a line after the end")
            self.entry(run, self.value(line))
        if run.end and rest:
            self.number += 1
            self.refuse("a line after the end")
        return run

    def value(self, line: bytes) -> Any:
        try:
            return json.loads(line.decode(), parse_constant=_no_constant, object_pairs_hook=_without_repeats)
        except UnicodeDecodeError:
            self.refuse("it is not UTF-8")
        except (ValueError, RecursionError):
            self.refuse("a line that is not JSON")

    def header(self, value: Any) -> Header:
        names = {"format", *(field.name for field in fields(Header))}
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            self.refuse(f'the first line is no header of format "{FORMAT}"')
        self.same_keys(value, names, "the header")
        for key in ("engine", "level", "level_id", "level_text"):
            if not isinstance(value[key], str):
                self.refuse(f"{key} is no text")
        for key in ("player", "parent"):
            if value[key] is not None and not (isinstance(value[key], str) and len(value[key]) <= 200):
                self.refuse(f"{key} is neither null nor a short text")
        if not LEVEL_ID.fullmatch(value["level_id"]):
            self.refuse("level_id is not sha256: and 64 hex digits")
        if not NAME.fullmatch(value["level"]):
            self.refuse("level is no level's id")
        self.whole(value["rules"], "rules", 1_000_000)
        self.whole(value["seed"], "seed", LARGEST_SEED)
        return Header(**{key: value[key] for key in names - {"format"}})

    def entry(self, run: RunFile, value: Any) -> None:
        match value:
            case ["~", tick]:
                self.at(run, tick)
            case ["#", tick, dict(hashes)]:
                done = self.whole(tick, "the tick", LARGEST_TICK) + 1
                if done % CHECKPOINT_TICKS:
                    self.refuse(f"a checkpoint at tick {tick}, which ends no window of {CHECKPOINT_TICKS}")
                if len(hashes) > 100 or not all(isinstance(h, str) and _SHORT.fullmatch(h) for h in hashes.values()):
                    self.refuse(f"a checkpoint whose hashes are not {SHORT_HASH} hex digits each")
                self.at(run, done)
                run.checkpoints[done] = hashes
            case [int(tick), str(command)]:
                if len(command) > LONGEST_LINE or len(run.commands) >= MOST_COMMANDS:
                    self.refuse(f"more than {MOST_COMMANDS:,} commands, or one of over {LONGEST_LINE} characters")
                run.commands.append((self.at(run, tick), command))
            case {"end": tick, "result": dict(result), "state": str(state)} if len(value) == 3:
                if not _HASH.fullmatch(state):
                    self.refuse("state is not 64 hex digits")
                run.end = End(self.at(run, tick), self.result(result), state)
            case _:
                self.refuse("a line that is neither command, mark, checkpoint nor end")

    def at(self, run: RunFile, tick: Any) -> int:
        """The tick, if it is not before the last one."""
        now = self.whole(tick, "the tick", LARGEST_TICK)
        if now < run.last_tick:
            self.refuse(f"tick {now} after tick {run.last_tick}")
        run.last_tick = now
        return now

    def result(self, value: dict[str, Any]) -> Result:
        self.same_keys(value, {field.name for field in fields(Result)}, "the result")
        if value["outcome"] not in ("won", "lost", "running"):
            self.refuse("the outcome is none of won, lost and running")
        for key in value.keys() - {"outcome"}:
            if not (key == "uptime_ppm" and value[key] is None):
                self.whole(value[key], key, LARGEST_COUNT)
        return Result(**value)

    def same_keys(self, value: dict[str, Any], names: Iterable[str], what: str) -> None:
        missing, unknown = sorted(set(names) - value.keys()), sorted(value.keys() - set(names))
        if missing:
            self.refuse(f"{what} lacks {', '.join(missing)}")
        if unknown:
            self.refuse(f"{what} has an unknown key {unknown[0][:40]!r}")

    def whole(self, value: Any, what: str, largest: int) -> int:
        if type(value) is not int or not 0 <= value <= largest:
            self.refuse(f"{what} is no whole number from 0 to {largest:,}")
        return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found
