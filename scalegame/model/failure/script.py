"""When what a level's file has written down will happen: the plan's seconds at first, until a launch moves them.

A launch leaves out load, not failures. What was still to fail comes at the distance from now that it had, one thing
after another; what is of the time that comes earlier now comes as much earlier. Nothing that was announced is put off
or comes sooner, and every warning keeps its lead. Where the level ends before the last of them, they move together so
that all come. What is of the load, other items that become popular or are written, is left out with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.scenario import Fault
from scalegame.model.state import NEVER, Whole

_OF_THE_LOAD = ("shift", "rewrite")


@dataclass
class Script:
    """Ticks as played, NEVER once it was. Shape (runs, faults), in the order of the scenario's."""

    due: Whole
    warns: Whole


def first_script(faults: Sequence[Fault], runs: int) -> Script:
    """As it is written."""
    due = [ticks_at(fault.seconds) for fault in faults]
    warns = [at - lead_of(fault) if fault.warning else NEVER for at, fault in zip(due, faults, strict=True)]
    shape = (runs, len(faults))
    return Script(*(np.broadcast_to(np.array(ticks, dtype=np.int64), shape).copy() for ticks in (due, warns)))


def ticks_at(seconds: float) -> int:
    """The tick at or after a moment of the plan."""
    return int(np.ceil(seconds * cat.TICKS_PER_SECOND - 1e-9))


def lead_of(fault: Fault) -> int:
    """Ticks from its warning to the fault."""
    return ticks_at(fault.seconds) - ticks_at(fault.seconds - fault.warning_seconds) if fault.warning else 0


def leave_out(script: Script, faults: Sequence[Fault], run: int, tick: int, skipped: tuple[int, int], end: int) -> None:
    """Move a run's script for a launch at ``tick``. skipped: ticks of the plan that were left out before, and with this
    launch; end: the tick at which traffic ends now."""
    due, warns = script.due[run], script.warns[run]
    before, now = skipped
    carried = []
    for number in np.flatnonzero(due < NEVER).tolist():
        fault = faults[number]
        left_out = ticks_at(fault.seconds) < tick + now
        if fault.kind in _OF_THE_LOAD:
            due[number] = NEVER if left_out else due[number] - (now - before)
        elif fault.warning and warns[number] == NEVER:
            continue
        elif left_out:
            carried.append(number)
        else:
            due[number] = max(int(due[number]) - (now - before), tick + lead_of(fault))
            warns[number] = due[number] - lead_of(fault) if fault.warning else NEVER
    farthest = max((int(due[number]) - tick for number in carried), default=0)
    left = max(end - tick - 1, 1)
    for number in carried if farthest > left else ():
        lead = lead_of(faults[number])
        due[number] = tick + max((int(due[number]) - tick) * left // farthest, lead)
        warns[number] = due[number] - lead if faults[number].warning else NEVER
