"""A session played by a bot."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from scalegame.game.bots.bot import BotError, said_of
from scalegame.game.bots.desk import Desk
from scalegame.game.played import Refused
from scalegame.game.run_file import MOST_COMMANDS
from scalegame.game.stages import tick_at
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.bots.bot import Bot
    from scalegame.game.session import Session

MOST_LINES = 100
"""That a bot says at one look; and in a run no more are taken than a run file may hold."""


def play(session: Session, bot: Bot, until: float | None = None) -> list[Refused]:
    """Step a session to its end or to ``until`` (seconds); what was refused on the way.

    BotError: the bot failed, or says what is no line.
    """
    desk = Desk(session)
    refused: list[Refused] = []
    stop = None if until is None else tick_at(until)
    while not session.over and (stop is None or session.tick < stop):
        for line in _said(bot, desk):
            why = session.do(line)
            if why:
                refused.append(Refused(session.tick, line, why))
        if len(session.commands) > MOST_COMMANDS:
            raise BotError(f"the bot {bot.name} gave more than {MOST_COMMANDS:,} commands: no run file holds them")
        session.step()
    return refused


def _said(bot: Bot, desk: Desk) -> list[str]:
    """What it says now. Its code is somebody else's: whatever happens in there is a sentence."""
    name, when = getattr(bot, "name", "without a name"), f"at {desk.tick / TICKS_PER_SECOND:.1f} s"
    try:
        if desk.tick % bot.every:
            return []
        lines = list(islice(bot.observe(desk), MOST_LINES + 1))
    except Exception as fault:
        raise BotError(f"the bot {name} failed {when}: {said_of(fault)}") from fault
    if len(lines) > MOST_LINES:
        raise BotError(f"the bot {name} said more than {MOST_LINES} lines at once, {when}")
    for line in lines:
        if not isinstance(line, str):
            raise BotError(f"the bot {name} said what is no command line, {when}: {type(line).__name__}")
    return lines
