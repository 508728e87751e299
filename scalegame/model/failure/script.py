"""When what a level's file has written down will happen: the plan's seconds at first, or those that the seed dealt to
it among others, until a launch moves them.

A launch leaves out load, not failures. What was still to fail comes at the distance from now that it had, one thing
after another; what is of the time that comes earlier now comes as much earlier. Nothing that was announced is put off
or comes sooner, and every warning keeps its lead. Where the level ends before the last of them, they move together so
that all come. What is of the load, a surge or other items that become popular or are written, is left out with it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.numbers.draws import Stream, uniform_one
from scalegame.model.scenario import Fault
from scalegame.model.state import NEVER, Whole

_OF_THE_LOAD = ("shift", "rewrite", "surge")


@dataclass
class Script:
    """Ticks as played, NEVER once it was. Shape (runs, faults), in the order of the scenario's."""

    due: Whole
    warns: Whole


def dealt_seconds(faults: Sequence[Fault], seed: int) -> tuple[float, ...]:
    """The plan's second of each fault: its own or, of a group, the one that the seed dealt to it (Fisher and Yates)."""
    seconds = [fault.seconds for fault in faults]
    for number, group in enumerate(sorted(dict.fromkeys(fault.shuffle for fault in faults if fault.shuffle))):
        members = [at for at, fault in enumerate(faults) if fault.shuffle == group]
        for last in range(len(members) - 1, 0, -1):
            other = int(uniform_one(seed, Stream.DEAL, number, last) * (last + 1))
            here, there = members[last], members[other]
            seconds[here], seconds[there] = seconds[there], seconds[here]
    return tuple(seconds)


def first_script(faults: Sequence[Fault], dealt: Sequence[Sequence[float]]) -> Script:
    """As it is written and dealt. dealt: of each run, see dealt_seconds."""
    due = [[ticks_at(seconds) for seconds in of_run] for of_run in dealt]
    warns = [
        [
            ticks_at(at) - lead_of(fault, at) if fault.warning else NEVER
            for fault, at in zip(faults, of_run, strict=True)
        ]
        for of_run in dealt
    ]
    shape = (len(dealt), len(faults))
    return Script(*(np.array(ticks, dtype=np.int64).reshape(shape) for ticks in (due, warns)))


def ticks_at(seconds: float) -> int:
    """The tick at or after a moment of the plan."""
    return int(np.ceil(seconds * cat.TICKS_PER_SECOND - 1e-9))


def lead_of(fault: Fault, seconds: float) -> int:
    """Ticks from its warning to the fault, which is at so many seconds of the plan."""
    return ticks_at(seconds) - ticks_at(seconds - fault.warning_seconds) if fault.warning else 0


def is_announced(script: Script, faults: Sequence[Fault], run: int, number: int) -> bool:
    """Whether its warning was said, or it has happened."""
    warned = faults[number].warning != "" and script.warns[run, number] == NEVER
    return bool(warned or script.due[run, number] == NEVER)


def leave_out(
    script: Script,
    faults: Sequence[Fault],
    dealt: Sequence[float],
    run: int,
    tick: int,
    skipped: tuple[int, int],
    end: int,
) -> None:
    """Move a run's script for a launch at ``tick``. dealt: its dealt_seconds; skipped: ticks of the plan that were left
    out before, and with this launch; end: the tick at which traffic ends now."""
    due, warns = script.due[run], script.warns[run]
    before, now = skipped
    carried = []
    leads = [lead_of(fault, at) for fault, at in zip(faults, dealt, strict=True)]
    for number in np.flatnonzero(due < NEVER).tolist():
        fault = faults[number]
        left_out = ticks_at(dealt[number]) < tick + now
        if fault.kind in _OF_THE_LOAD:
            due[number] = NEVER if left_out else due[number] - (now - before)
            if warns[number] < NEVER:
                warns[number] = NEVER if left_out else max(int(due[number]) - leads[number], tick)
        elif fault.warning and warns[number] == NEVER:
            continue
        elif left_out:
            carried.append(number)
        else:
            due[number] = max(int(due[number]) - (now - before), tick + leads[number])
            warns[number] = due[number] - leads[number] if fault.warning else NEVER
    farthest = max((int(due[number]) - tick for number in carried), default=0)
    left = max(end - tick - 1, 1)
    for number in carried if farthest > left else ():
        due[number] = tick + max((int(due[number]) - tick) * left // farthest, leads[number])
        warns[number] = due[number] - leads[number] if faults[number].warning else NEVER
