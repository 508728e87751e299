"""The command `scalegame bench`: its flags, its parts in their order, its errors."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import NoReturn

from scalegame.bench import batch, engine, frames, keys, machines, memory, paint, verify
from scalegame.bench.levels import check
from scalegame.bench.progress import progress_on
from scalegame.bench.report import as_json, print_page
from scalegame.bench.section import BenchError, Progress, Section, Settings

BAD_CALL = 2

PARTS: dict[str, Callable[[Settings, Progress], Section]] = {
    "engine": engine.measure,
    "machines": machines.measure,
    "batch": batch.measure,
    "verify": verify.measure,
    "paint": paint.measure,
    "frames": frames.measure,
    "keys": keys.measure,
    "memory": memory.measure,
}
"""In the order in which they are measured and shown."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise BenchError(f'{message} (see "{self.prog} --help")')


def run(args: Sequence[str]) -> int:
    """Measure, and print on stdout; progress goes to stderr. 0 whatever the outcome, 2 for a bad call."""
    try:
        options = _parser().parse_args(list(args))
        settings = Settings(quick=options.quick, level=options.level)
        names = [name for name in PARTS if name in (options.only or PARTS)]
        check(settings)
    except BenchError as error:
        print(f"scalegame: {error}", file=sys.stderr)
        return BAD_CALL
    sections, failures = _measure(names, settings)
    if options.json:
        print(as_json(settings, sections, failures))
    else:
        print_page(settings, sections, failures, sys.stdout)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="scalegame bench",
        description="Measure the model, the screen and their peers side by side, in one run. It takes its time, the"
        " part memory plays half an hour of the game: --only measures a part, --quick takes a look. SimPy and Ciw join"
        " in where they are installed; the parts keys and memory need pyte.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, shorter: a look, not a figure to quote")
    parser.add_argument(
        "--only", action="append", choices=tuple(PARTS), metavar="PART", help=f"measure only this: {', '.join(PARTS)}"
    )
    parser.add_argument("--level", metavar="LEVEL", help="the only level to verify and draw (default: the campaign)")
    return parser


def _measure(names: Sequence[str], settings: Settings) -> tuple[dict[str, Section], list[str]]:
    """Sections by name, and a sentence for each part that could not be measured here."""
    sections: dict[str, Section] = {}
    failures: list[str] = []
    with progress_on(sys.stderr) as progress:
        for name in names:
            try:
                sections[name] = PARTS[name](settings, progress)
            except BenchError as error:
                failures.append(f"{name} was not measured: {error}")
    return sections, failures
