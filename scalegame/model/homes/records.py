"""Where the service's data lies: on the boxes that run the application, each with what was written there, or in a
database that all of them ask.

Followed as shares of all that is asked for: what each box has, and what is lost until a backup is read back. What is
written anew lies where it was written; so boxes that share the writes know less and less of each other's data.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.homes.sessions import in_order
from scalegame.model.numbers.exact import Floats, exp
from scalegame.model.scenario import DataHome, Start
from scalegame.model.state import NEVER, Whole

_TURNOVER = cat.TICK_SECONDS / cat.DATA_TURNOVER_SECONDS
_AGES = 600.0
"""After so many mean ages nothing is left of what was: e to a greater power is 0."""


class Where(IntEnum):
    BOX = 0
    DATABASE = 1


PLACES_OF_DATA: dict[DataHome, Where] = {"box": Where.BOX, "database": Where.DATABASE}
DATA_NAMES: dict[Where, DataHome] = {where: name for name, where in PLACES_OF_DATA.items()}


@dataclass
class Records:
    """Shape (runs,)."""

    home: Whole
    """See Where."""
    gone: Floats
    """Share of the data that is lost."""
    lost_at: Whole
    """Tick of the last loss. The backup is of the night before the start."""
    restored: Whole
    """Tick at which the backup will have been read back; NEVER where nothing is to restore."""


def first_records(runs: int, start: Start) -> Records:
    home = start.data or ("box" if start.database is None else "database")
    return Records(
        home=np.full(runs, int(PLACES_OF_DATA[home]), dtype=np.int64),
        gone=np.zeros(runs),
        lost_at=np.zeros(runs, dtype=np.int64),
        restored=np.full(runs, NEVER, dtype=np.int64),
    )


def write(state: Records, own: Floats, wrote: Floats) -> Floats:
    """One tick of writing; returns the share of the data asked for that each server does not find, (runs, servers).

    own: share of the data on each server, changed in place; wrote: writes that each took. Both (runs, servers). While a
    backup is read back, what is lost stays what it was.
    """
    on_box = (state.home == Where.BOX)[:, None]
    writes = in_order(wrote)
    turnover = np.where((writes > 0.0) & (state.restored == NEVER), _TURNOVER, 0.0)
    fresh = wrote / np.maximum(writes, 1.0)[:, None] * on_box
    own += turnover[:, None] * (fresh - own)
    state.gone -= turnover * state.gone
    missing: Floats = np.where(on_box, 1.0 - own, state.gone[:, None])
    return np.maximum(missing, 0.0)


def lose(state: Records, run: int, share: float, tick: int) -> None:
    """A share of all data is lost now; a backup is to be read back."""
    state.gone[run] += share
    state.lost_at[run] = tick


def restore(state: Records, run: int, *, writing: bool) -> float:
    """Last night's backup is read back: all that is lost but what was written since. Returns the share that is back."""
    young = 0.0
    if writing:
        age = float(state.lost_at[run]) * cat.TICK_SECONDS
        young = 1.0 - float(exp(np.array([max(-age / cat.DATA_TURNOVER_SECONDS, -_AGES)]))[0])
    back = float(state.gone[run]) * (1.0 - young)
    state.gone[run] -= back
    state.restored[run] = NEVER
    return back


def settle(state: Records, own: Floats, run: int, home: Where, box: int) -> None:
    """All data that there is moves to the database, or to one box: its column among the servers."""
    state.home[run] = int(home)
    own[run] = 0.0
    if home == Where.BOX:
        own[run, box] = 1.0 - float(state.gone[run])
