"""How long entries have been held: for a time to live (TTL), and for what was written since.

Entries of a shelf (a data set in a store) stand in windows of insertion time, the newest first. Within a window they
came evenly, so that the window which reaches its TTL empties evenly too, and a flush is remembered: what was fetched at
once expires at once. A shelf without a TTL keeps its last windows apart and all that is older together, by mean age.

Writes that entries do not see are counted, and the count is noted where a window begins: an entry of an item that gets
a share w of the writes is stale with probability 1 - exp(-w x (writes since its insertion)).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scalegame.model.homes.sessions import in_order
from scalegame.model.numbers.exact import Floats, decay
from scalegame.model.state import Whole

WINDOWS = 16
"""The TTL's length in windows; there is one more, since the oldest empties while the newest fills."""
_CELLS = WINDOWS + 1
_UNTIMED = 50
"""Ticks of a window where nothing expires."""


@dataclass
class Ages:
    """Shape (runs, shelves), windows newest first. Times in ticks."""

    cells: Floats
    """(runs, shelves, windows, groups): share of a group's items that was inserted in the window and is still held."""
    marks: Floats
    """(runs, shelves, windows): unseen writes when the window began."""
    unseen: Floats
    """Writes so far that no entry saw."""
    life: Whole
    """The TTL, counted from the insertion; 0 is none."""
    window: Whole
    phase: Whole
    """Ticks that the newest window is old."""
    old_mark: Floats
    old_age: Floats
    """(runs, shelves, groups): of the last window where nothing expires, the means over its entries; the age at the
    newest window's begin."""


def no_ages(runs: int, shelves: int, groups: int) -> Ages:
    """Nothing held, no TTL."""
    shape = (runs, shelves)
    return Ages(
        cells=np.zeros((*shape, _CELLS, groups)),
        marks=np.zeros((*shape, _CELLS)),
        unseen=np.zeros(shape),
        life=np.zeros(shape, dtype=np.int64),
        window=np.full(shape, _UNTIMED, dtype=np.int64),
        phase=np.zeros(shape, dtype=np.int64),
        old_mark=np.zeros((*shape, groups)),
        old_age=np.zeros((*shape, groups)),
    )


def expire(ages: Ages) -> Floats:
    """Take out what reaches its TTL in this tick; returns the shares of the groups' items, (runs, shelves, groups)."""
    runs, shelves, cells, groups = ages.cells.shape
    full = ages.life // ages.window
    rest = ages.life - full * ages.window
    early = ages.phase < rest
    left = rest - ages.phase + ages.window * ~early
    share = (ages.life > 0) / left
    flat = ages.cells.reshape(-1, groups)
    at = np.arange(runs * shelves) * cells + (full + early).reshape(-1)
    there = flat[at]
    gone = there * share.reshape(-1, 1)
    flat[at] = there - gone
    result: Floats = gone.reshape(runs, shelves, groups)
    return result


def grow_older(ages: Ages, kept: Floats, inserted: Floats) -> None:
    """A tick's end: of what was held this share stays, this much is new, both (runs, shelves, groups)."""
    ages.cells *= kept[:, :, None, :]
    ages.cells[:, :, 0] += inserted
    ages.phase += 1
    full = ages.phase >= ages.window
    if np.count_nonzero(full):
        _next_window(ages, *np.nonzero(full))


def _next_window(ages: Ages, run: Whole, shelf: Whole) -> None:
    """The newest window of these shelves is complete."""
    cells, marks = ages.cells[run, shelf], ages.marks[run, shelf]
    window = ages.window[run, shelf][:, None]
    old, comes = cells[:, -1].copy(), cells[:, -2].copy()
    both = old + comes + 1e-300
    middle = 0.5 * (marks[:, -2] + marks[:, -3])[:, None]
    mark, age = ages.old_mark[run, shelf], ages.old_age[run, shelf] + window
    ages.old_mark[run, shelf] = (mark * old + middle * comes) / both
    ages.old_age[run, shelf] = (age * old + (WINDOWS - 0.5) * window * comes) / both
    untimed = (ages.life[run, shelf] == 0)[:, None]
    cells[:, 1:] = cells[:, :-1]
    cells[:, -1] += old * untimed
    cells[:, 0] = 0.0
    marks[:, 1:] = marks[:, :-1]
    marks[:, 0] = ages.unseen[run, shelf]
    ages.cells[run, shelf], ages.marks[run, shelf] = cells, marks
    ages.phase[run, shelf] = 0


def set_life(ages: Ages, run: int, shelf: int, life: int) -> None:
    """Entries live so many ticks from now on, those held as well; 0 is for ever. What is over age goes within a
    window."""
    window, phase = int(ages.window[run, shelf]), int(ages.phase[run, shelf])
    before, marks = ages.cells[run, shelf].copy(), [float(ages.unseen[run, shelf]), *ages.marks[run, shelf].tolist()]
    begins = [0.0, *(float(phase + k * window) for k in range(_CELLS))]
    wide = -(-life // WINDOWS) if life else _UNTIMED
    last = -(-life // wide) if life else WINDOWS
    cells = np.zeros_like(before)
    old_mark, old_age = np.zeros_like(before[0]), np.zeros_like(before[0])
    was_untimed = ages.life[run, shelf] == 0
    for k in range(_CELLS):
        if k == WINDOWS and was_untimed:
            age, mark = ages.old_age[run, shelf] + phase, ages.old_mark[run, shelf]
            target = last
        else:
            middle = 0.5 * (begins[k] + begins[k + 1])
            age, mark = np.full_like(old_age, middle), np.full_like(old_mark, 0.5 * (marks[k] + marks[k + 1]))
            target = min(max(-(-int(middle) // wide), 1), last)
        cells[target] += before[k]
        if target == WINDOWS and not life:
            held = cells[target] + 1e-300
            old_age += (age - old_age) * (before[k] / held)
            old_mark += (mark - old_mark) * (before[k] / held)
    ages.cells[run, shelf] = cells
    ages.marks[run, shelf] = [_between(begins, marks, float(k * wide)) for k in range(_CELLS)]
    ages.old_mark[run, shelf], ages.old_age[run, shelf] = old_mark, old_age
    ages.life[run, shelf], ages.window[run, shelf], ages.phase[run, shelf] = life, wide, 0


def _between(x: Sequence[float], y: Sequence[float], at: float) -> float:
    """Straight lines through the points, flat beyond the last."""
    for k in range(1, len(x)):
        if at <= x[k]:
            return y[k - 1] + (y[k] - y[k - 1]) * (at - x[k - 1]) / max(x[k] - x[k - 1], 1e-300)
    return y[-1]


def stale_share(ages: Ages, each: Floats, share: Floats, shelf: Whole, tolerance: Floats) -> Floats:
    """Of the answers that a shelf gives, the share that has been out of date for longer than is tolerated.

    each, share: of the requests, (shelves, groups), for one item and for the group; shelf: the shelves asked,
    (views,); tolerance: ticks, (views,). Returns (runs, views); 0 where nothing is held.
    """
    if not np.count_nonzero(ages.unseen):
        return np.zeros((ages.unseen.shape[0], shelf.size))
    cells = ages.cells[:, shelf]
    marks, unseen = ages.marks[:, shelf], ages.unseen[:, shelf]
    window, phase = ages.window[:, shelf, None], ages.phase[:, shelf, None]
    since = np.empty_like(marks)
    since[:, :, 0] = 0.5 * (unseen - marks[:, :, 0])
    since[:, :, 1:] = unseen[:, :, None] - 0.5 * (marks[:, :, 1:] + marks[:, :, :-1])
    age = _MIDDLES * window + phase
    age[:, :, :1] = 0.5 * phase
    since *= np.maximum(1.0 - tolerance[:, None] / np.maximum(age, 0.5), 0.0)
    writes = each[shelf]
    seen = since[:, :, :, None] * writes[:, None, :]
    old = np.maximum(1.0 - tolerance[:, None] / np.maximum(ages.old_age[:, shelf] + phase, 0.5), 0.0)
    old *= (unseen[:, :, None] - ages.old_mark[:, shelf]) * writes
    np.copyto(seen[:, :, -1], old, where=(ages.life[:, shelf] == 0)[:, :, None])
    cells *= share[shelf][:, None, :]
    stale = cells * (1.0 - decay(seen))
    runs, views = unseen.shape
    asked = in_order(cells.reshape(runs, views, -1))
    result: Floats = in_order(stale.reshape(runs, views, -1)) / np.maximum(asked, 1e-300)
    return result


_MIDDLES = np.arange(_CELLS) - 0.5
