"""Playing without a screen: `scalegame run` and `scalegame verify`."""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.game.atomic_file import replacing, write_whole
from scalegame.game.bots.bot import PLAYER, BotError
from scalegame.game.bots.finding import bot_called
from scalegame.game.bots.playing import play
from scalegame.game.complaint import complain
from scalegame.game.played import Refused
from scalegame.game.script import LARGEST_SCRIPT, Scripted, ScriptError, read_script, read_script_file
from scalegame.game.stages import tick_at
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.recording import Recording
    from scalegame.game.session import Session


class _CannotError(Exception):
    """What keeps a run from being done, in lines for stderr."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


def run(
    level: Level,
    *,
    commands: Path | None,
    seed: int,
    until: float | None,
    as_json: bool,
    save: Path | None,
    trace: Path | None,
    bot: str | None = None,
) -> int:
    """Play a level to its end or to ``until`` (seconds) with the commands of a file ('-' is stdin), or as a bot does
    that is called like this; print the result.

    The exit status: 0 whatever the outcome, 2 where a file cannot be read or written. Files appear whole or not at all.
    """
    try:
        script = _script(commands)
        with ExitStack() as files:
            playing = None if bot is None else bot_called(bot, seed)
            player = None if playing is None else PLAYER + playing.name
            keep_history = trace is not None or not as_json
            session, recording = _session(level, seed, save, files, player, keep_history=keep_history)
            refused = play(session, playing, until) if playing else _play(session, script, until)
            if recording:
                _close(session, recording)
            if trace:
                _trace(session, trace)
    except _CannotError as error:
        return complain(*error.lines)
    except BotError as error:
        return complain(error.sentence)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return complain(f"{where}cannot be written: {error.strerror or error}")
    if as_json:
        from scalegame.game.report import report

        print(json.dumps(report(session, refused), indent=2, allow_nan=False, ensure_ascii=False))
    else:
        from scalegame.game.report import print_report

        print_report(session, refused)
    return 0


def verify(paths: list[Path]) -> int:
    """Play run files again and compare; the worst exit code of all (see run_file)."""
    from scalegame.game import replay
    from scalegame.game.report import summary
    from scalegame.game.run_file import RunFileError

    worst = 0
    for path in paths:
        try:
            result = replay.verify(path)
        except RunFileError as error:
            complain(error.sentence)
            worst = max(worst, error.code)
        else:
            print(f"{path}: verified: {summary(result)}")
    return worst


def _script(path: Path | None) -> list[Scripted]:
    if path is None:
        return []
    try:
        if str(path) != "-":
            return read_script_file(path)
        return read_script(sys.stdin.read(LARGEST_SCRIPT + 1), "stdin")
    except ScriptError as error:
        raise _CannotError(*error.lines) from error
    except UnicodeDecodeError as error:
        raise _CannotError("stdin: it is not UTF-8 text") from error
    except OSError as error:
        raise _CannotError(f"stdin: cannot be read: {error.strerror or error}") from error


def _session(
    level: Level, seed: int, save: Path | None, files: ExitStack, player: str | None, *, keep_history: bool
) -> tuple[Session, Recording | None]:
    from scalegame.game.session import Session

    if save is None:
        return Session(level, seed, keep_history=keep_history), None
    from scalegame.game.recording import Recording, header_of
    from scalegame.game.run_file import header_line

    recording = Recording(files.enter_context(replacing(save)), save)
    recording.write(header_line(header_of(level, seed, player)))
    return Session(level, seed, recording, keep_history=keep_history), recording


def _play(session: Session, script: list[Scripted], until: float | None) -> list[Refused]:
    """Step a session to its end or to ``until``; what was refused on the way."""
    refused: list[Refused] = []
    stop = None if until is None else tick_at(until)
    waiting = iter(script)
    due = next(waiting, None)
    while not session.over and (stop is None or session.tick < stop):
        while due is not None and due.tick <= session.tick:
            why = session.do(due.line)
            if why:
                refused.append(Refused(session.tick, due.line, why))
            due = next(waiting, None)
        session.step()
    ended = "the level was over" if session.over else "the run stopped before"
    while due is not None:
        refused.append(Refused(due.tick, due.line, f"{ended}, at {session.tick / TICKS_PER_SECOND:.1f} s"))
        due = next(waiting, None)
    return refused


def _close(session: Session, recording: Recording) -> None:
    """A run stopped by --until claims what it is so far, so that it can be verified like any other."""
    if not session.over:
        recording.end(session.tick, session.result(), session.state())
    if recording.failure:
        raise _CannotError(recording.failure)


def _trace(session: Session, path: Path) -> None:
    from scalegame.game.trace import trace_csv

    write_whole(path, trace_csv(session.history).encode())
