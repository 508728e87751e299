"""What authors ask on the command line: `scalegame level new|show|par`, and a bot's score over many seeds."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from scalegame.game.complaint import complain
from scalegame.game.level import LevelError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scalegame.game.level import Level

NO = 1


def new(path: Path, level_id: str | None) -> int:
    """Write a small sound level to start from; the exit status is 2 where it cannot be written."""
    from scalegame.game.level_template import write_template

    try:
        written = write_template(path, level_id)
    except LevelError as error:
        return complain(*error.lines)
    print(f"{path}: a small sound level, {written}; play it, and change it key by key")
    return 0


def show(level: Level, *, ascii: bool) -> int:  # noqa: A002 - as the flag is called
    """Draw a level on stdout."""
    from scalegame.game.level_drawing import drawing, writes_blocks

    print("\n".join(drawing(level, ascii=ascii or not writes_blocks(sys.stdout.encoding))))
    return 0


def par(level: Level, seeds: Sequence[int], workers: int) -> int:
    """Let the bots and the level's builds play, and propose pars; the exit status is 1 where nobody wins."""
    from scalegame.game.bots import pars
    from scalegame.game.bots.bot import BotError
    from scalegame.game.bots.many_seeds import standings
    from scalegame.game.proving.jobs import NoWorkersError, executor_for

    found = []
    print(pars.TABLE_HEAD, flush=True)
    try:
        with executor_for(workers, None) as executor:
            for standing in standings(level, pars.players(level), seeds, executor, workers):
                print(pars.standing_row(standing), flush=True)
                found.append(standing)
    except (BotError, NoWorkersError) as error:
        return complain(str(error))
    proposal = pars.proposal(found)
    print()
    print(pars.proposal_text(proposal) if proposal else "no par: nobody wins on most of the seeds")
    return 0 if proposal else NO


def score(level: Level, bot: str, seeds: Sequence[int], workers: int, *, as_json: bool) -> int:
    """Let a bot play on many seeds, and print its score."""
    from scalegame.game.bots.bot import BotError
    from scalegame.game.bots.many_seeds import standing_lines, standing_object, standings
    from scalegame.game.proving.jobs import NoWorkersError, executor_for

    try:
        with executor_for(workers, None) as executor:
            standing = next(standings(level, [bot], seeds, executor, workers))
    except (BotError, NoWorkersError) as error:
        return complain(str(error))
    if as_json:
        print(json.dumps(standing_object(standing, level), indent=2))
    else:
        print("\n".join(standing_lines(standing)))
    return 0
