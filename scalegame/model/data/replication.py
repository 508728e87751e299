"""Read replicas: they hear of every write, replay the log on one core, and show what was true some time ago.

The primary's log is a curve of work over time, in seconds of one core's replay; a replica is a point on it. What the
point lags behind the curve's end is its lag: it grows where writes come faster than one core replays them, and where
reads leave that core too little.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Machines, Mask, Whole

LOG = 2048
"""Ticks that the log goes back; a replica further behind seems to be so far."""
_SMOOTHING = 0.1
_LEFT_TO_READS = 0.1
"""Of the cores at least."""


@dataclass
class Data:
    """The first axis is the run."""

    shards: Whole
    """Database machines that share the data, (runs,)."""
    written: Floats
    """Length of the log: seconds of replay, (runs,). It stands still while there is no replica."""
    log: Floats
    """``written`` at the end of each tick: (runs, LOG)."""
    stale_said: Mask
    """The log has said that replicas answer with what is too old, and they have not caught up since: (runs,)."""


def first_data(runs: int) -> Data:
    return Data(np.ones(runs, dtype=np.int64), np.zeros(runs), np.zeros((runs, LOG)), np.zeros(runs, dtype=np.bool_))


def seed_replica(data: Data, table: Machines, run: int, column: int, tick: int) -> None:
    """A replica has copied all there is."""
    table.applied[run, column] = data.written[run]
    table.behind[run, column] = tick
    table.lag[run, column] = cat.REPLICATION_MS / 1000.0
    table.replay[run, column] = 0.0


def replicate(
    data: Data, table: Machines, span: slice, tick: int, work: Floats, serving: Floats, waiting: Floats
) -> None:
    """One tick of replicas. work: seconds of replay that the primaries committed in it, (runs,); span: the replicas'
    columns; serving, waiting: 1 where a replica works, and its waiting reads, (runs, replicas).

    A core is shared fairly: replay gets one core while there is a free one, cores / (those who want one) else.
    """
    data.written += work
    data.log[:, tick % LOG] = data.written
    cores, slots = table.cores[:, span], table.slots[:, span]
    wanting = np.minimum(waiting + table.busy[:, span], slots) + 1.0
    pace = np.minimum(cores / wanting, 1.0) * serving
    slowness = table.stretch[:, span] * table.slow[:, span]
    done = np.minimum(data.written[:, None] - table.applied[:, span], pace * TICK_SECONDS / slowness)
    np.maximum(done, 0.0, out=done)
    applied = table.applied[:, span] + done
    table.applied[:, span] = applied
    table.replay[:, span] += _SMOOTHING * (done * slowness / TICK_SECONDS - table.replay[:, span])
    table.lag[:, span] = _lag(data, table, span, tick, applied) + cat.REPLICATION_MS / 1000.0


def _lag(data: Data, table: Machines, span: slice, tick: int, applied: Floats) -> Floats:
    """Age in seconds of the oldest write that is not replayed, 0 where all are."""
    run = np.arange(applied.shape[0])[:, None]
    behind = np.maximum(table.behind[:, span], tick - LOG + 2)
    behind = np.where(applied >= data.written[:, None], tick + 1, behind)
    while True:
        upto = data.log[run, behind % LOG]
        done = (upto <= applied) & (behind <= tick)
        if not np.count_nonzero(done):
            break
        behind = behind + done
    table.behind[:, span] = behind
    before = data.log[run, (behind - 1) % LOG]
    part = np.minimum(np.maximum((applied - before) / np.maximum(upto - before, 1e-12), 0.0), 1.0)
    return np.where(behind > tick, 0.0, (tick + 1.0 - behind - part) * TICK_SECONDS)


def replay_drag(table: Machines, span: slice) -> Floats:
    """Reads share what replay leaves of the cores: their work takes this many times as long, (runs, replicas)."""
    cores = np.maximum(table.cores[:, span], 1.0)
    result: Floats = cores / np.maximum(cores - table.replay[:, span], _LEFT_TO_READS * cores)
    return result
