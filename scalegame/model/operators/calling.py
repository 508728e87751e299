"""What becomes of a representative's call to the database under the operator's time-outs and retries.

``policies`` has moved the counts already; here each call fails or not by what the machine was to it, and is tried again
at its own moments: it fails again while the database does not answer, or by the share of calls that time out now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.numbers.exact import Floats
from scalegame.model.operators.calls import MOST_RETRIES
from scalegame.model.state import Mask, Whole
from scalegame.model.way.flow import Trail
from scalegame.model.way.lanes import LOSS_U, TURN_U, Crowd
from scalegame.model.way.ledger import DOWN, GOOD, REFUSED, TIME_OUT

_TURNS = (0.7548776662466927, 0.5698402909980532, 0.2451223337533073)
"""Uniforms turned by multiples of these (Roberts, "The unreasonable effectiveness of quasirandom sequences") are spread
evenly over 0..1 and hardly follow each other."""


@dataclass(slots=True)
class Called:
    """What came of the calls at their hop, all (representatives,)."""

    hop: int
    outcome: Whole
    """GOOD, or why the last attempt failed."""
    watched: Floats
    """1 for those whose calls this decides."""
    seconds: Floats
    """From the first attempt to the answer, or to the last failure."""

    def elsewhere(self, visits: Floats) -> Floats:
        """Visits without those that are decided here: whoever was refused there may have come back."""
        others = visits.copy()
        others[self.hop] *= self.watched == 0.0
        return others

    def seal(self, outcome: Whole) -> Mask:
        """Put failed calls into the outcomes and say whose they are. A client that gave up first never learns of it."""
        failed: Mask = (self.outcome > GOOD) & (outcome != TIME_OUT)
        np.copyto(outcome, self.outcome, where=failed)
        return failed


def call(
    trail: Trail,
    crowd: Crowd,
    runs: int,
    hop: int,
    where: tuple[Whole, Whole],
    visits: Floats,
    work: Floats,
    spent: Floats,
) -> Called:
    """Decide the calls of a trail. hop: the database's; where: the machine of each there, an index into (ticks, runs,
    columns), and its store (see calls.Calls), -1 for all shards; visits: 1 where it goes there; spent: seconds there,
    without a time-out; work: of an answer that nobody waits in a queue for."""
    at, store = where
    row = crowd.tick * runs + crowd.run

    def each(name: str) -> Floats:
        values = np.array([getattr(walked.calls, name) for walked in trail.walked])
        found: Floats = values.reshape(len(trail) * runs, *values.shape[2:]).take(row, axis=0)
        return found

    u = crowd.draws[LOSS_U] + crowd.draws[TURN_U]
    u -= np.floor(u)
    down, refused = np.zeros(row.size), np.zeros(row.size)
    if any(walked.met.any for walked in trail.walked):
        down = trail.all(lambda walked: walked.met.down).ravel().take(at)
        refused = trail.all(lambda walked: walked.met.refused).ravel().take(at)
    watched = each("watched") * visits
    outcome = np.where(
        u < down, DOWN, np.where(u < down + refused, REFUSED, np.where(spent > each("timeout"), TIME_OUT, GOOD))
    )
    outcome = np.where(watched > 0.0, outcome, GOOD)
    seconds = np.where((outcome == DOWN) | (outcome == REFUSED), 0.0, spent)
    who = np.flatnonzero(outcome)
    if who.size:
        names = ("timeout", "retries", "backoff", "jitter", "granted", "failing", "back_at")
        met = {name: each(name)[who] for name in names}
        for name in ("failing", "back_at"):
            met[name] = met[name][np.arange(who.size), store[who]]
        _try_again(met, crowd.start.take(who), u.take(who), work.take(who), outcome, seconds, who)
    return Called(hop, outcome, watched, seconds)


def _try_again(
    met: dict[str, Floats], start: Floats, u: Floats, served: Floats, outcome: Whole, seconds: Floats, who: Whole
) -> None:
    """The further attempts of those whose first one failed; changes outcome and seconds at ``who``."""
    timeout = met["timeout"]
    cause = outcome[who]
    gone = np.where(cause == TIME_OUT, timeout, 0.0)
    open_ = np.ones(who.size, dtype=np.bool_)
    for failures in range(MOST_RETRIES):
        v, w, x = ((u + turn * (failures + 1.0)) % 1.0 for turn in _TURNS)
        open_ &= (met["retries"] > failures) & (v < met["granted"])
        if not np.count_nonzero(open_):
            break
        pause = met["backoff"][:, failures] * np.where(met["jitter"] > 0.0, 2.0 * w, 1.0)
        gone = np.where(open_, gone + pause, gone)
        absent = start + gone < met["back_at"]
        late = ~absent & (x < met["failing"])
        well = open_ & ~absent & ~late
        # Who heard nothing hears nothing again while the database is away; who was told at once is told again.
        silent = open_ & (late | (cause == TIME_OUT)) & ~well
        gone = np.where(silent, gone + np.minimum(timeout, 1e9), gone)
        gone = np.where(well, gone + np.minimum(served, timeout), gone)
        cause = np.where(silent, TIME_OUT, np.where(well, GOOD, cause))
        open_ &= ~well
    outcome[who] = cause
    seconds[who] = np.minimum(gone, cat.LONGEST_CALL_SECONDS)
