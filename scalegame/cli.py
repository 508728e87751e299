"""The one door: reads the command line, refuses what cannot work in one line, and imports the rest late.

Exit status: 0 done, 1 'no', 2 a bad call or file, 130 interrupted; `verify` has its own (see its --help).
"""

from __future__ import annotations

import argparse
import difflib
import json
import math
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from scalegame import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from scalegame.game.level import Level
    from scalegame.game.level_library import Listing

BAD_CALL = 2
INTERRUPTED = 130
PIPE_CLOSED = 141
"""128 + SIGPIPE, as a shell reports it of any tool whose reader went away."""


class CallError(Exception):
    """A call that cannot be done: each line goes to stderr, and the exit status is 2."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


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
        for line in error.lines:
            _complain(f"scalegame: {line}")
        return BAD_CALL
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # What is still buffered would raise again when the interpreter flushes at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return PIPE_CLOSED
    except Exception as fault:  # the last line of defence: a player never sees a traceback
        if os.environ.get("SCALEGAME_DEBUG"):
            raise
        _complain(f"scalegame: {_apology(fault)}")
        return 1
    return status


def _complain(line: str) -> None:
    """A line on stderr; what is not printable in it, say in a file's name, must not reach the terminal."""
    print("".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line), file=sys.stderr)


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
    options = _parser().parse_args(arguments)
    action: Callable[[argparse.Namespace], int] = options.action
    return action(options)


class _Parser(argparse.ArgumentParser):
    """argparse, but an error is one line: what, and where to read on."""

    def error(self, message: str) -> NoReturn:
        raise CallError(f'{message} (see "{self.prog} --help")')


def _parser() -> argparse.ArgumentParser:
    screen = _Parser(add_help=False)
    screen.add_argument("--ascii", action="store_true", default=argparse.SUPPRESS, help="draw with ASCII only")
    screen.add_argument("--no-mouse", action="store_true", default=argparse.SUPPRESS, help="leave the mouse alone")
    parser = _Parser(
        prog="scalegame",
        description="A terminal game about scaling. Without a command: the game.",
        parents=[screen],
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"scalegame {__version__}")
    parser.set_defaults(action=_title)
    commands = parser.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)

    def command(name: str, action: Callable[[argparse.Namespace], int], **text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(
            name, help=text["help"], description=text.get("description", text["help"]), allow_abbrev=False,
            parents=[screen] if name == "play" else [],
        )  # fmt: skip
        added.set_defaults(action=action)
        return added

    play = command("play", _play, help="play a level in the terminal")
    play.add_argument("level", metavar="LEVEL", help=LEVEL)
    play.add_argument("--seed", type=_seed, metavar="N", help="the same seed brings the same traffic and failures")

    levels = command("levels", _levels, help="list the levels")
    levels.add_argument("--json", action="store_true", help="a list of {id, title, pack, path}")

    run = command("run", _run, help="play a level without a screen, to its end or to --until")
    run.add_argument("level", metavar="LEVEL", help=LEVEL)
    who = run.add_mutually_exclusive_group()
    who.add_argument("--commands", metavar="FILE", help="lines of 'SECONDS COMMAND', # starts a comment; - is stdin")
    who.add_argument("--bot", metavar="NAME", help="let a bot play: threshold, greedy, runbook:FILE, ...")
    run.add_argument("--seed", type=_seed, metavar="N", help="default: the level's own, or 0")
    run.add_argument(
        "--seeds", type=_count, metavar="N", help="with --bot: so many seeds from --seed on, and the worst"
    )
    run.add_argument("--until", type=_seconds, metavar="SECONDS", help="stop there, in game time")
    run.add_argument("--json", action="store_true", help="print one JSON object")
    run.add_argument("--save", type=Path, metavar="FILE", help="write the run file")
    run.add_argument("--trace", type=Path, metavar="FILE.csv", help="write one row a second of game time")

    verify = command(
        "verify",
        _verify,
        help="play run files again and compare",
        description="Play run files again and compare. Exit status: 0 verified, 1 result differs, 2 bad call, 3 desync,"
        " 4 malformed or unfinished, 5 other level, 6 other rules.",
    )
    verify.add_argument("runs", metavar="RUN", nargs="+", type=Path)

    prove = command(
        "prove",
        _prove,
        help="play all builds of levels, and the lazy ways, over many seeds: does the lesson hold?",
        description="Play the proofs of levels, and the lazy ways that must not win, over many seeds. Exit status: 0"
        " all levels hold, 1 one does not, 2 bad call.",
    )
    prove.add_argument("levels", metavar="LEVEL", nargs="+", help=LEVEL)
    prove.add_argument("--seeds", type=_count, default=64, metavar="N", help="seeds 1 to N; default 64")
    where = prove.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_count, metavar="N", help="processes; default: one for each core")
    where.add_argument("--on", metavar="SCHEDULER", help="address of a Dask scheduler, such as tcp://10.0.0.5:8786")
    prove.add_argument("--json", action="store_true", help="print one JSON list, a verdict a level")

    level = command("level", _level_help, help="for authors: make, check and draw level files, propose pars")
    tools = level.add_subparsers(metavar="new|check|show|par|schema", title="tools", parser_class=_Parser)
    check = tools.add_parser("check", help="list everything that is wrong with level files", allow_abbrev=False)
    check.add_argument("files", metavar="FILE", nargs="+")
    check.set_defaults(action=_level_check)
    new = tools.add_parser("new", help="write a small sound level to start from", allow_abbrev=False)
    new.add_argument("file", metavar="FILE", type=Path, help="where; nothing is overwritten")
    new.add_argument("--id", metavar="ID", help="what players type; default: the file's name")
    new.set_defaults(action=_level_new)
    show = tools.add_parser("show", parents=[screen], help="draw a level: traffic, faults, purse", allow_abbrev=False)
    show.add_argument("level", metavar="LEVEL", help=LEVEL)
    show.set_defaults(action=_level_show)
    par = tools.add_parser("par", help="let bots and the level's builds play, and propose pars", allow_abbrev=False)
    par.add_argument("level", metavar="LEVEL", help=LEVEL)
    par.add_argument("--seeds", type=_count, default=16, metavar="K", help="default 16")
    par.add_argument("--workers", type=_count, metavar="N", help="processes; default: one for each core")
    par.set_defaults(action=_level_par)
    schema = tools.add_parser("schema", help="print the JSON Schema of level files", allow_abbrev=False)
    schema.set_defaults(action=_level_schema)

    command("bench", _title, help="measure the model, the screen and their peers side by side")
    return parser


LEVEL = "an id or a path; daily is today's, the same for all"
COMMANDS = ("play", "levels", "run", "verify", "prove", "level", "bench")


def _seed(text: str) -> int:
    from scalegame.model.scenario import LARGEST_SEED

    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if not 0 <= seed <= LARGEST_SEED:
        raise argparse.ArgumentTypeError(f'"{text[:40]}" is no seed: a whole number from 0 to {LARGEST_SEED}')
    return seed


def _count(text: str) -> int:
    number = int(text) if text.isdecimal() and len(text) < 7 else 0
    if not number:
        raise argparse.ArgumentTypeError(f'"{text[:40]}" is no number: 1 or more')
    return number


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 1e12:
        raise argparse.ArgumentTypeError(f'"{text[:40]}" is no time: seconds, 0 or more')
    return seconds


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
            for line in error.lines:
                _complain(f"scalegame: {line}")
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

    first = level.seed_or(options.seed)
    seeds = range(first, first + options.seeds)
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
            for line in error.lines:
                _complain(line)
            status = BAD_CALL
            continue
        for warning in warnings:
            _complain(str(warning))
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
