"""The one door: reads the command line, refuses what cannot work in one line, and imports the rest late.

Exit status: 0 done, 1 'no', 2 a bad call or file, 130 interrupted; `verify` has its own (see its --help).
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.flags import COMMANDS, CallError, parser

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scalegame.game.level import Level
    from scalegame.game.level_library import Listing

INTERRUPTED = 130
PIPE_CLOSED = 141
"""128 + SIGPIPE, as a shell reports it of any tool whose reader went away."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line (sys.argv without the program where None) and give its exit status; never a traceback."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A title with an arrow in it must not end the programme on an ASCII terminal.
            stream.reconfigure(errors="backslashreplace")
    try:
        status = _dispatch(arguments)
        sys.stdout.flush()
    except CallError as error:
        return _complain(*error.lines)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # What is still buffered would raise again when the interpreter flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as fault:  # the last line of defence: a player never sees a traceback
        if os.environ.get("SCALEGAME_DEBUG"):
            raise
        _complain(_apology(fault))
        return 1
    return status


def _complain(*lines: str, voice: str = "scalegame: ") -> int:
    from scalegame.game.complaint import complain

    return complain(*lines, voice=voice)


def _apology(fault: Exception) -> str:
    from scalegame.game.folders import runs_folder

    said = " ".join(str(fault).split())
    return (
        f"unexpected fault: {type(fault).__name__}{': ' + said if said else ''}"
        f" (runs are kept in {runs_folder()}; SCALEGAME_DEBUG=1 shows where it happened)"
    )


def _dispatch(arguments: list[str]) -> int:
    words = [word for word in arguments if not word.startswith("-")]
    if words and words[0] not in COMMANDS:
        near = difflib.get_close_matches(words[0], COMMANDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(COMMANDS)}"
        raise CallError(f'there is no command "{words[0]}": {hint}')
    if words and words[0] == "bench":
        # The benchmark reads its own flags.
        from scalegame import bench

        return bench.main([word for word in arguments if word != "bench"])
    options = parser().parse_args(arguments)
    return _ACTIONS[options.action](options)


def _title(options: argparse.Namespace) -> int:
    return _on_screen(options, None, None)


def _play(options: argparse.Namespace) -> int:
    from scalegame.game.level_library import library

    # A shipped level is sound, and is read after the first paint; of any other its author wants to know at once.
    name = _named(options.level)
    shipped = name != options.level or any(listing.id == name for listing in library())
    return _on_screen(options, name if shipped else _find(name), options.seed)


def _on_screen(options: argparse.Namespace, level: Level | str | None, seed: int | None) -> int:
    from scalegame.tui.terminal.asked import colour_system, screen_refusal

    refusal = screen_refusal(sys.stdin, sys.stdout, os.environ)
    if refusal:
        raise CallError(refusal)
    if known := colour_system(os.environ):
        os.environ["TEXTUAL_COLOR_SYSTEM"] = known  # before Textual is imported, which reads it once
    from scalegame.tui.app import run_game

    return run_game(level, seed, ascii=getattr(options, "ascii", False), mouse=not getattr(options, "no_mouse", False))


def _levels(options: argparse.Namespace) -> int:
    from dataclasses import asdict

    from scalegame.game.level_library import library

    listings = [*library()]
    at = next((index for index, listing in enumerate(listings) if listing.pack == "lab"), len(listings))
    listings.insert(at, _daily(with_path=options.json))
    if options.json:
        print(json.dumps([asdict(listing) for listing in listings], indent=2))
        return 0
    width = max(len(listing.id) for listing in listings)
    for listing in listings:
        print(f"{listing.pack:<11} {listing.id:<{width}}  {listing.title}")
    return 0


def _named(level: str) -> str:
    """The id or path that a level was asked for by: 'daily' is today's."""
    from scalegame.game.daily.day import DAILY, daily_id
    from scalegame.game.level_library import today

    return daily_id(today()) if level == DAILY else level


def _daily(*, with_path: bool) -> Listing:
    """Today's level as it is listed. Where no file can be written, its path is its id, which LEVEL may be as well."""
    from dataclasses import replace

    from scalegame.game.daily.day import DAILY
    from scalegame.game.level import LevelError
    from scalegame.game.level_library import daily_listing, locate, today

    listing = daily_listing(today())
    path = listing.id
    if with_path:
        try:
            path = str(locate(listing.id)[0])
        except LevelError as error:
            _complain(*error.lines)
    return replace(listing, id=DAILY, path=path)


def _run(options: argparse.Namespace) -> int:
    if options.seeds is not None:
        return _run_seeds(options)
    level = _find(options.level)
    from scalegame.game import headless

    return headless.run(
        level,
        commands=None if options.commands is None else Path(options.commands),
        seed=level.seed_or(options.seed),
        until=options.until,
        as_json=options.json,
        save=options.save,
        trace=options.trace,
        bot=options.bot,
    )


def _run_seeds(options: argparse.Namespace) -> int:
    given = [f"--{name}" for name in ("until", "save", "trace") if getattr(options, name) is not None]
    if given or options.bot is None:
        what = f"{given[0]} is for one run" if given else "it needs --bot NAME"
        raise CallError(f"--seeds plays many runs: {what}")
    level = _find(options.level)
    from scalegame.game import authoring
    from scalegame.model.scenario import LARGEST_SEED

    first = level.seed_or(options.seed)
    seeds = range(first, first + options.seeds)
    if seeds[-1] > LARGEST_SEED:
        raise CallError(f"--seeds {options.seeds} from {first} on goes beyond the last one, {LARGEST_SEED}")
    return authoring.score(level, options.bot, seeds, min(options.seeds, os.cpu_count() or 1), as_json=options.json)


def _verify(options: argparse.Namespace) -> int:
    from scalegame.game import headless

    return headless.verify(options.runs)


def _prove(options: argparse.Namespace) -> int:
    levels = [_find(name) for name in options.levels]
    from scalegame.game.proving.command import prove_levels

    # A scheduler's workers are its own: portions as for a few of them.
    workers = 8 if options.on else options.workers or os.cpu_count() or 1
    return prove_levels(levels, options.seeds, workers, options.on, json_wanted=options.json)


def _level_help(_: argparse.Namespace) -> int:
    raise CallError('level what? "scalegame level new FILE", check FILE, show LEVEL, par LEVEL or schema')


def _level_check(options: argparse.Namespace) -> int:
    from scalegame.game.level import LevelError
    from scalegame.game.level_file import check_file
    from scalegame.game.level_library import locate

    status = 0
    for name in options.files:
        try:
            path, pack = locate(_named(name))
            level, warnings = check_file(path, pack)
        except LevelError as error:
            status = _complain(*error.lines, voice="")
            continue
        _complain(*map(str, warnings), voice="")
        print(f"{path}: {level.id} is fine ({level.level_id})")
    return status


def _level_new(options: argparse.Namespace) -> int:
    from scalegame.game import authoring

    return authoring.new(options.file, options.id)


def _level_show(options: argparse.Namespace) -> int:
    level = _find(options.level)
    from scalegame.game import authoring

    return authoring.show(level, ascii=getattr(options, "ascii", False))


def _level_par(options: argparse.Namespace) -> int:
    level = _find(options.level)
    from scalegame.game import authoring

    return authoring.par(level, range(1, options.seeds + 1), options.workers or os.cpu_count() or 1)


def _level_schema(_: argparse.Namespace) -> int:
    from scalegame.game.level_schema import json_schema

    print(json.dumps(json_schema(), indent=2))
    return 0


def _find(name: str) -> Level:
    from scalegame.game.level import LevelError
    from scalegame.game.level_library import find

    try:
        return find(_named(name))
    except LevelError as error:
        raise CallError(*error.lines) from error


_ACTIONS: dict[str, Callable[[argparse.Namespace], int]] = {
    "": _title,
    "play": _play,
    "levels": _levels,
    "run": _run,
    "verify": _verify,
    "prove": _prove,
    "level": _level_help,
    "level check": _level_check,
    "level new": _level_new,
    "level show": _level_show,
    "level par": _level_par,
    "level schema": _level_schema,
}
"""By what was called, as flags names it."""
