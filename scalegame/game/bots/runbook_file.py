"""The bot that follows a file: rules (`when ...`), which play by themselves, and timed lines."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.game.bots.bot import Bot, BotError
from scalegame.game.script import RULE, ScriptError, read_script_file

if TYPE_CHECKING:
    from scalegame.game.bots.desk import Desk


class RunbookFile(Bot):
    """Says each line at its tick. ``runbook:FILE``; the file is that of `run --commands`."""

    name = "runbook"
    every = 1

    def __init__(self, seed: int, told: str) -> None:
        """``told`` is the file. BotError: there is none, or it has mistakes."""
        super().__init__(seed, "")
        if not told:
            raise BotError("which runbook? --bot runbook:FILE")
        try:
            self._script = read_script_file(Path(told))
        except ScriptError as error:
            more = f" (and {len(error.lines) - 1} more)" if len(error.lines) > 1 else ""
            raise BotError(error.lines[0] + more) from error
        self.rules = sum(one.line.startswith(RULE) for one in self._script)
        """How many rules it needs."""
        self._said = 0

    def observe(self, desk: Desk) -> Sequence[str]:
        first = self._said
        while self._said < len(self._script) and self._script[self._said].tick <= desk.tick:
            self._said += 1
        return [one.line for one in self._script[first : self._said]]
