"""Which bots there are: those that come with the game, and other packages' own; each is loaded when it is called."""

from __future__ import annotations

import difflib
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from scalegame.game.bots.bot import GROUP, Bot, BotError, said_of
from scalegame.game.run_file import NAME

_SHIPPED = {
    "do-nothing": "do_nothing:DoNothing",
    "biggest-box": "biggest_box:BiggestBox",
    "threshold": "threshold:Threshold",
    "greedy": "greedy:Greedy",
    "runbook": "runbook_file:RunbookFile",
}
"""Name -> module and class in this package; the runbook needs a file."""

SHIPPED = tuple(_SHIPPED)


def bots() -> dict[str, EntryPoint]:
    """All by name; a shipped one goes before another of its name, and of others' the first by where it is."""
    found = {name: EntryPoint(name, f"{__package__}.{where}", GROUP) for name, where in _SHIPPED.items()}
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.value):
        found.setdefault(point.name, point)
    return found


def bot_called(call: str, seed: int) -> Bot:
    """A new bot for one run, by its name and what it is told: 'greedy', 'runbook:night.txt'.

    BotError: there is none of that name, its package is broken, or it does not want what it is told.
    """
    name, _, told = call.partition(":")
    known = bots()
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        guess = f"did you mean {near[0]}? " if near else ""
        raise BotError(f'there is no bot "{name[:40]}": {guess}there are {", ".join(known)}')
    point = known[name]
    try:
        made: Any = point.load()(seed, told)
        sound = bool(NAME.fullmatch(made.name)) and callable(made.observe) and made.every >= 1
    except BotError:
        raise
    except Exception as fault:
        raise BotError(f"the bot {name} ({point.value}) cannot be used: {said_of(fault)}") from fault
    if not sound:
        raise BotError(f"the bot {name} ({point.value}) is none: it needs a name, observe, and every of 1 or more")
    bot: Bot = made
    return bot
