"""A picture of the game, made by the game: `python -m scalegame.tui.picture OUT.svg LEVEL SECONDS [COMMANDS]`.

Plays a level without a clock up to SECONDS, with the commands of a file as `scalegame run --commands` reads it, and
saves the board as SVG. The picture in the README is made by

    python -m scalegame.tui.picture .github/game.svg who-am-i-again 79 .github/game.commands
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Sequence
from pathlib import Path

from scalegame.game.atomic_file import write_whole
from scalegame.game.level import Level, LevelError
from scalegame.game.level_library import find
from scalegame.game.script import Scripted, ScriptError, read_script
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.tui.app import ScalegameApp
from scalegame.tui.cells.glyphs import UNICODE
from scalegame.tui.cells.theme import Depth, Look
from scalegame.tui.runs import UnkeptRuns


async def picture(level: Level, seed: int, script: Sequence[Scripted], seconds: float, size: tuple[int, int]) -> str:
    """The board after ``seconds`` of a level as SVG, ``size`` in columns and rows. Refused commands show in its log."""
    app = ScalegameApp(level, seed, Look.of(UNICODE, Depth.FULL), clock=lambda: 0.0, autostart=False, runs=UnkeptRuns())
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        await pilot.press("enter", "escape")
        await pilot.pause()
        game = app.game
        if game is None:
            raise RuntimeError("the briefing did not open the board")
        last = round(seconds * TICKS_PER_SECOND)
        for line in script:
            if line.tick <= last:
                game.step(line.tick - game.board.snapshot.tick)
                game.give(line.line)
        game.step(last - game.board.snapshot.tick)
        game.board.said = None
        game.board.pace.run(0.0)
        game.paint()
        await pilot.pause()
        return app.export_screenshot(title=level.title)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0, or 2 for a bad call or file."""
    parser = argparse.ArgumentParser(
        prog="python -m scalegame.tui.picture", description="A picture of the game as SVG."
    )
    parser.add_argument("out", type=Path, metavar="OUT.svg")
    parser.add_argument("level", metavar="LEVEL", help="an id or a path")
    parser.add_argument("seconds", type=float, metavar="SECONDS", help="of game time")
    parser.add_argument("commands", type=Path, nargs="?", metavar="COMMANDS", help="a file of 'SECONDS COMMAND' lines")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--size", default="120x40", help="columns x rows")
    options = parser.parse_args(arguments)
    columns, _, rows = options.size.partition("x")
    try:
        text = options.commands.read_text(encoding="utf-8") if options.commands else ""
        script = read_script(text, str(options.commands))
        level = find(options.level)
        size = int(columns), int(rows)
        svg = asyncio.run(picture(level, options.seed, script, options.seconds, size))
        write_whole(options.out, svg.encode())
    except (LevelError, ScriptError, OSError, ValueError) as error:
        print(str(error).splitlines()[0], file=sys.stderr)  # noqa: T201 - a command's voice
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
