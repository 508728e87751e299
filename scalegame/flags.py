"""What may be called, and with which flags; what is no such call is one line. Imports nothing heavy.

A command's name here is its action's name in cli.
"""

from __future__ import annotations

import argparse
import math
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from scalegame import __version__

LEVEL = "an id or a path; daily is today's, the same for all"
COMMANDS = ("play", "levels", "run", "verify", "prove", "level", "bench")


class CallError(Exception):
    """A call that cannot be done: each line goes to stderr, and the exit status is 2."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class _Parser(argparse.ArgumentParser):
    """argparse, but an error is one line: what, and where to read on."""

    def error(self, message: str) -> NoReturn:
        raise CallError(f'{message} (see "{self.prog} --help")')


def parser() -> argparse.ArgumentParser:
    """Reads all commands but bench, which has flags of its own. ``action`` is what is called, in its words, such as
    'level check'; '' is the game."""
    screen = _Parser(add_help=False)
    screen.add_argument("--ascii", action="store_true", default=argparse.SUPPRESS, help="draw with ASCII only")
    screen.add_argument("--no-mouse", action="store_true", default=argparse.SUPPRESS, help="leave the mouse alone")
    whole = _Parser(
        prog="scalegame",
        description="A terminal game about scaling. Without a command: the game.",
        parents=[screen],
        allow_abbrev=False,
    )
    whole.add_argument("--version", action="version", version=f"scalegame {__version__}")
    whole.set_defaults(action="")
    commands = whole.add_subparsers(metavar="COMMAND", title="commands", parser_class=_Parser)

    play = _command(commands, "play", help="play a level in the terminal", parents=[screen])
    play.add_argument("level", metavar="LEVEL", help=LEVEL)
    play.add_argument("--seed", type=_seed, metavar="N", help="the same seed brings the same traffic and failures")

    levels = _command(commands, "levels", help="list the levels")
    levels.add_argument("--json", action="store_true", help="a list of {id, title, pack, path}")

    _run(_command(commands, "run", help="play a level without a screen, to its end or to --until"))

    verify = _command(
        commands,
        "verify",
        help="play run files again and compare",
        description="Play run files again and compare. Exit status: 0 verified, 1 result differs, 2 bad call, 3 desync,"
        " 4 malformed or unfinished, 5 other level, 6 other rules.",
    )
    verify.add_argument("runs", metavar="RUN", nargs="+", type=Path)

    _prove(
        _command(
            commands,
            "prove",
            help="play all builds of levels, and the lazy ways, over many seeds: does the lesson hold?",
            description="Play the proofs of levels, and the lazy ways that must not win, over many seeds. Exit status:"
            " 0 all levels hold, 1 one does not, 2 bad call.",
        )
    )
    _level(_command(commands, "level", help="for authors: make, check and draw level files, propose pars"), screen)
    _command(commands, "bench", help="measure the model, the screen and their peers side by side")
    return whole


def _command(
    commands: argparse._SubParsersAction[_Parser],
    action: str,
    *,
    help: str,  # noqa: A002 - as argparse calls it
    description: str | None = None,
    parents: Sequence[_Parser] = (),
) -> _Parser:
    """Add one, called by the last of its words."""
    added = commands.add_parser(
        action.rsplit(maxsplit=1)[-1], help=help, description=description or help, allow_abbrev=False, parents=parents
    )
    added.set_defaults(action=action)
    return added


def _run(run: argparse.ArgumentParser) -> None:
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


def _prove(prove: argparse.ArgumentParser) -> None:
    prove.add_argument("levels", metavar="LEVEL", nargs="+", help=LEVEL)
    prove.add_argument("--seeds", type=_count, default=64, metavar="N", help="seeds 1 to N; default 64")
    where = prove.add_mutually_exclusive_group()
    where.add_argument("--workers", type=_count, metavar="N", help="processes; default: one for each core")
    where.add_argument("--on", metavar="SCHEDULER", help="address of a Dask scheduler, such as tcp://10.0.0.5:8786")
    prove.add_argument("--json", action="store_true", help="print one JSON list, a verdict a level")


def _level(level: argparse.ArgumentParser, screen: _Parser) -> None:
    tools = level.add_subparsers(metavar="new|check|show|par|schema", title="tools", parser_class=_Parser)
    check = _command(tools, "level check", help="list everything that is wrong with level files")
    check.add_argument("files", metavar="FILE", nargs="+")
    new = _command(tools, "level new", help="write a small sound level to start from")
    new.add_argument("file", metavar="FILE", type=Path, help="where; nothing is overwritten")
    new.add_argument("--id", metavar="ID", help="what players type; default: the file's name")
    show = _command(tools, "level show", help="draw a level: traffic, faults, purse", parents=[screen])
    show.add_argument("level", metavar="LEVEL", help=LEVEL)
    par = _command(tools, "level par", help="let bots and the level's builds play, and propose pars")
    par.add_argument("level", metavar="LEVEL", help=LEVEL)
    par.add_argument("--seeds", type=_count, default=16, metavar="K", help="default 16")
    par.add_argument("--workers", type=_count, metavar="N", help="processes; default: one for each core")
    _command(tools, "level schema", help="print the JSON Schema of level files")


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
