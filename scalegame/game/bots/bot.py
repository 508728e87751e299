"""What a bot is: somebody who looks at the desk now and then, and says command lines.

A bot of one's own is a callable in the entry point group ``scalegame.bots``, named as it is called by ``--bot``:

    [project.entry-points."scalegame.bots"]
    cautious = "my_package.cautious:Cautious"

    class Cautious(Bot):
        name = "cautious"

        def observe(self, desk: Desk) -> Sequence[str]:
            return ["add app"] if desk.view.warning_level == 2 else []

It is given the run's seed and what stands behind the colon of ``--bot cautious:TOLD``; one that wants either takes them
in an ``__init__`` of its own. What it says must follow from those two and from what it has seen: no clock, no chance of
its own, so that the same call plays the same run.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeAlias

from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.bots.desk import Desk

GROUP = "scalegame.bots"
"""The entry points of other packages' bots."""

PLAYER = "bot:"
"""Before the bot's name where a run file says who played: its board is that of bots."""


class Bot(Protocol):
    """A player that is a programme. One plays one run, and may remember what it saw."""

    name: str
    """As it stands in run files and tables: a word of up to 40 small letters, digits and hyphens."""
    every: int = TICKS_PER_SECOND
    """Ticks between two looks, the first at tick 0. The figures are those of the last second."""

    def __init__(self, seed: int, told: str) -> None:  # noqa: ARG002 - the seed is for those who want it
        """As Factory says; a bot is told nothing, unless it says otherwise."""
        if told:
            raise BotError(f'the bot {self.name} is told nothing: leave out ":{told[:40]}"')

    @abstractmethod
    def observe(self, desk: Desk) -> Sequence[str]:
        """Command lines, taken in this order at the start of the next tick. One that is refused changes nothing and is
        no error; ``desk.weigh`` says it before."""


Factory: TypeAlias = Callable[[int, str], Bot]
"""From the run's seed and what stands behind the colon of the call, '' where nothing does. BotError: it cannot be had
like this."""


class BotError(Exception):
    """A bot that cannot be had or fails: one sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def said_of(fault: Exception) -> str:
    """A fault of somebody else's code in a few words, on one line."""
    said = " ".join(str(fault).split())[:200]
    return f"{type(fault).__name__}{': ' + said if said else ''}"
