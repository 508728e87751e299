"""What a run says and remembers for those who look at it: the log, the seconds for plots and coach, the warning.

Nothing in here decides anything: who only wants to know how a run ends (the verifier, an experiment on a fork) leaves
it blank, and the run is the same.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING

from scalegame.game.history import History
from scalegame.game.saturation import Alarm, Foresight
from scalegame.game.view import LogLine
from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.view import View
    from scalegame.model.world import World

LONGEST_SHOWN = 60
"""Characters of a refused line that the log repeats."""


class Journal:
    """Of one run. Not ``kept``, it hears nothing of the world and remembers no second."""

    def __init__(self, *, kept: bool) -> None:
        self.kept = kept
        self.log: list[LogLine] = []
        self.history = History()
        self.foresight = Foresight()
        self._alarm = Alarm()

    def hear(self, world: World) -> None:
        """Fetch what the model said since the last time, before anything newer is written."""
        if not self.kept:
            return
        for happening in world.happenings():
            self.history.happenings.append(happening)
            self.log.append(LogLine(happening.tick / TICKS_PER_SECOND, happening.weight, happening.text))

    def say(self, tick: int, weight: int, text: str) -> None:
        self.log.append(LogLine(tick / TICKS_PER_SECOND, weight, text))

    def refused(self, tick: int, line: str, sentence: str) -> None:
        """A line was not taken; what is not printable in it is left out."""
        shown = "".join(character for character in line.strip()[:LONGEST_SHOWN] if character.isprintable())
        self.say(tick, 4, f"{shown}: {sentence}" if shown else sentence)

    def second(self, view: View, cost_micro: int, growth: float) -> None:
        """A second ends with ``view``. growth: of traffic, as Foresight takes it.

        The view says what was foreseen a second ago: to make it twice would cost more than it tells.
        """
        self.foresight.see(view.snapshot.signals.saturation, growth)
        self.history.record(view, cost_micro)
        if self._alarm.rings(view.warning_level):
            self.say(view.snapshot.tick, view.warning_level, view.warning)

    def copy(self, *, kept: bool) -> Journal:
        """For a fork, which goes its own way."""
        other = copy.copy(self)
        vars(other).update(
            kept=self.kept and kept,
            log=list(self.log),
            history=self.history.copy(),
            foresight=copy.copy(self.foresight),
            _alarm=copy.copy(self._alarm),
        )
        return other
