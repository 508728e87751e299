"""Playing a run file again: to verify what it claims, or to go on from where it was torn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame import __version__
from scalegame.game.again import by_tick
from scalegame.game.daily.day import date_of, is_older
from scalegame.game.level import LevelError
from scalegame.game.level_file import read_level
from scalegame.game.level_library import find, library
from scalegame.game.recording import Recording, run_files
from scalegame.game.run_file import (
    CHECKPOINT_TICKS,
    DESYNC,
    DIFFERS,
    MALFORMED,
    OTHER_LEVEL,
    OTHER_RULES,
    Header,
    RunFile,
    RunFileError,
    is_ended,
    read,
    shortened,
)
from scalegame.game.session import Session
from scalegame.game.stages import clock_text
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.model.world import RULES

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.score import Result

MOST_LOOKED_AT = 100
"""Run files, the newest, in which one to go on with is looked for."""


def verify(path: Path) -> Result:
    """Play a finished run again and compare all that it claims; the result as computed here.

    Raises RunFileError with the exit code for what is wrong; nothing in the file is trusted.
    """
    run = read(path)
    with _named(path):
        level = level_of(run.header)
        if run.end is None:
            raise RunFileError("the run is unfinished: it has no end line", MALFORMED)
        session = Session(level, run.header.seed, keep_history=False)
        replay(session, run, run.end.tick)
        found = session.result()
        claimed = asdict(run.end.result)
        wrong = [
            f"{name} is {value}, not {claimed[name]}" for name, value in asdict(found).items() if value != claimed[name]
        ]
        if wrong:
            raise RunFileError(f"the result differs: {'; '.join(wrong)}", DIFFERS)
        if session.state() != run.end.state:
            raise RunFileError(
                f"the final state differs, at tick {session.tick}, though the result is the same", DESYNC
            )
    return found


def resume(path: Path) -> tuple[Session, Recording]:
    """An unfinished run, played again to its last tick and ready to go on into the same file, which comes with it.

    Raises RunFileError where it is malformed, finished, or does not come out the same here.
    """
    run = read(path)
    with _named(path):
        if run.end is not None:
            raise RunFileError("the run is finished: there is nothing to go on with", MALFORMED)
        session = Session(level_of(run.header), run.header.seed)
        session.parent = run.header.parent
        replay(session, run, run.last_tick)
        if session.over:
            return session, Recording(None, path, header=run.header)
        recording = Recording.go_on(path, run)
        session.record(recording)
    return session, recording


def newest_unfinished(folder: Path | None = None) -> tuple[Path, RunFile] | None:
    """The unfinished run in ``folder`` (the user's state folder where None) that was written to last: of the newest
    files, those that cannot be read or have not begun left out."""
    for path in run_files(folder)[:MOST_LOOKED_AT]:
        if is_ended(path):
            continue
        try:
            run = read(path)
        except RunFileError:
            continue
        if run.end is None and run.last_tick:
            return path, run
    return None


def level_of(header: Header) -> Level:
    """The level that a run was played on, from the text it carries.

    Raises RunFileError: other rules, a text that is no level, or not the level that the run says it is.
    """
    if header.rules != RULES:
        raise RunFileError(
            f"it was played by rules {header.rules} (scalegame {header.engine[:20]}), and these are rules {RULES}"
            f" (scalegame {__version__}): verify it with that version",
            OTHER_RULES,
        )
    try:
        level = read_level(header.level_text, "the level in the run file")
    except LevelError as error:
        raise RunFileError(f"the level inside is broken: {error.lines[0]}", MALFORMED) from error
    if (level.level_id, level.id) != (header.level_id, header.level):
        raise RunFileError(f"the level inside is not the {header.level} that the run names", OTHER_LEVEL)
    if _is_ours(level) and find(level.id).level_id != level.level_id:
        raise RunFileError(f"it was played on another {level.id} than the one shipped here", OTHER_LEVEL)
    return level


def _is_ours(level: Level) -> bool:
    """Whether a level of its id is shipped here, or made here for a date: then it has to be that one. What a date came
    to by an older generator is not known any more."""
    return any(listing.id == level.id for listing in library()) or (
        date_of(level.id) is not None and not is_older(level.text)
    )


def replay(session: Session, run: RunFile, until: int) -> None:
    """Play a run's commands into a fresh session up to a tick, comparing each checkpoint on the way.

    Raises RunFileError with code DESYNC, naming the window and the subsystems that differ.
    """
    orders = by_tick(run.commands)
    while True:
        tick = session.tick
        for line in orders.get(tick, ()):
            refusal = session.do(line)
            if refusal:
                raise RunFileError(f'at tick {tick} "{line}" is refused here: {refusal}', DESYNC)
        if tick >= until or session.over:
            return
        session.step()
        claimed = run.checkpoints.get(session.tick)
        if claimed is not None:
            _compare(session, claimed)


def _compare(session: Session, claimed: dict[str, str]) -> None:
    found = shortened(session.state_hash())
    if found == claimed:
        return
    parts = sorted(name for name in found.keys() | claimed.keys() if found.get(name) != claimed.get(name))
    end = session.tick
    begin = end - CHECKPOINT_TICKS
    when = f"{clock_text(begin / TICKS_PER_SECOND)} to {clock_text(end / TICKS_PER_SECOND)}"
    raise RunFileError(f"desync in ticks {begin} to {end - 1} ({when}): {', '.join(parts)}", DESYNC)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Errors of the block begin with the file's name."""
    try:
        yield
    except RunFileError as error:
        raise RunFileError(f"{path}: {error.sentence}", error.code) from error
