"""What a run's workers were at over the last second, and what of the queue was said in the log: arrays alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Mask, Whole

FIRSTS = ("redelivered", "duplicates", "absorbed", "dead_letters")
"""Counts of the queue's books of which the log says the first."""


@dataclass
class Crew:
    """(runs,), or as said."""

    cores: Floats
    """Of the workers that take messages, whole."""
    pace: Floats
    """How many times as long as on one undisturbed core work takes on them, on average."""
    busy: Floats
    """Cores at work, over the last second."""
    rate: Floats
    """Messages accepted a second, over the last second."""
    owed: Whole
    """Of the messages' price what is no whole micro-dollar yet, in nano-dollars."""
    warned: Mask
    """The log has said that workers fall behind, and they have not caught up since."""
    first_said: Mask
    """(runs, FIRSTS): the log has said it."""


def idle_crew(runs: int) -> Crew:
    """Before anybody works."""
    return Crew(
        cores=np.zeros(runs),
        pace=np.ones(runs),
        busy=np.zeros(runs),
        rate=np.zeros(runs),
        owed=np.zeros(runs, dtype=np.int64),
        warned=np.zeros(runs, dtype=np.bool_),
        first_said=np.zeros((runs, len(FIRSTS)), dtype=np.bool_),
    )
