"""Messages that wait in a queue, first come, first served: whole counts by class and by the tick of acceptance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.cohorts import RING
from scalegame.model.state import Whole


@dataclass(slots=True)
class Lots:
    """Messages that left a queue together: 1-d arrays of one length, by run, then by tick, then by class."""

    run: Whole
    kind: Whole
    """The class."""
    tick: Whole
    """When they were accepted."""
    weight: Floats

    def pieces(self, most: int, runs: int) -> tuple[Whole, Floats, Whole]:
        """Cut into pieces of whole weight, about ``most`` of a run at the most, single messages where there are few.

        Returns of each piece its lot, its weight, and its number within its run.
        """
        size = np.maximum(np.ceil(np.bincount(self.run, self.weight, runs) / most), 1.0).take(self.run)
        number = np.ceil(self.weight / size).astype(np.int64)
        lot = np.repeat(np.arange(self.run.size), number)
        weight = size.take(lot)
        weight[np.add.accumulate(number) - 1] = self.weight - size * (number - 1)
        return lot, weight, numbered(self.run.take(lot))


def numbered(run: Whole) -> Whole:
    """The place of each among those of its run; ``run`` is sorted."""
    return np.arange(run.size) - run.searchsorted(run)


@dataclass
class Waiting:
    """Shapes (runs, RING, classes), and without the ring and the classes."""

    cells: Floats
    """Who of each tick is still here."""
    head: Whole
    """The oldest tick of which somebody is here; the newest tick where nobody is."""
    content: Floats
    """How many are here."""


class Backlog:
    """A queue without end. What waits longer than the ring remembers counts as if it were just that old."""

    def __init__(self, runs: int, classes: int) -> None:
        self.classes = classes
        self.state = Waiting(
            cells=np.zeros((runs, RING, classes)),
            head=np.zeros(runs, dtype=np.int64),
            content=np.zeros(runs),
        )
        self._rows = np.arange(runs, dtype=np.int64) * RING

    def put(self, tick: int, counts: Floats) -> None:
        """Accept this tick's messages, (runs, classes)."""
        state = self.state
        slot = tick % RING
        oldest = tick - RING + 1
        overtaken = np.flatnonzero((state.head < oldest) & (state.content > 0.0))
        if overtaken.size:
            state.cells[overtaken, oldest % RING] += state.cells[overtaken, slot]
            state.head[overtaken] = oldest
        state.head[state.content == 0.0] = tick
        state.cells[:, slot] = counts
        state.content += np.add.accumulate(counts, axis=1)[:, -1]

    def oldest_mix(self) -> Floats:
        """How many of the oldest tick's messages are of each class, (runs, classes)."""
        flat = self.state.cells.reshape(-1, self.classes)
        return flat.take(self._rows + self.state.head % RING, axis=0)

    def take(self, amount: Floats) -> Lots:
        """Take the oldest; ``amount``: whole numbers, (runs,), of which no more are taken than there are."""
        state = self.state
        flat = state.cells.reshape(-1, self.classes)
        need = np.minimum(amount, state.content)
        state.content -= need
        found: list[tuple[Whole, Whole, Whole, Floats]] = []
        active = np.flatnonzero(need)
        while active.size:
            head = state.head[active]
            at = self._rows[active] + head % RING
            cell = flat[at]
            upto = np.add.accumulate(cell, axis=1)
            n = np.minimum(need[active], upto[:, -1])
            emptied = n == upto[:, -1]
            # A part of a tick's messages has its classes in their shares.
            gone = np.floor(upto * (n / np.maximum(upto[:, -1], 1.0))[:, None] + 0.5)
            gone[:, -1] = n
            gone[:, 1:] -= gone[:, :-1].copy()
            flat[at] = cell - gone
            row, kind = np.nonzero(gone)
            found.append((active[row], kind, head[row], gone[row, kind]))
            need[active] -= n
            # The head stays with the oldest who is here; where nobody is left, it waits for the next to come.
            emptied &= state.content[active] + need[active] > 0.0
            state.head[active] += emptied
            active = active[emptied]
        if not found:
            none = np.zeros(0, dtype=np.int64)
            return Lots(none, none, none, np.zeros(0))
        run, kind, tick, weight = (np.concatenate(part) for part in zip(*found, strict=True))
        order = np.argsort(run, kind="stable")
        return Lots(run[order], kind[order], tick[order], weight[order])

    def clear(self, run: int) -> None:
        """Nobody of a run is here any more."""
        self.state.cells[run] = 0.0
        self.state.content[run] = 0.0

    def accepted_at(self, ticks: Whole) -> Floats:
        """Who is still here of the tick that each class has in ``ticks``, (runs, classes)."""
        result: Floats = self.state.cells[:, ticks % RING, np.arange(self.classes)]
        return result

    def held(self) -> Floats:
        """Who is here, (runs, classes)."""
        result: Floats = np.add.reduce(self.state.cells, axis=1)
        return result


def totals(at: Whole, weight: Floats, size: int) -> Floats:
    """Sums of weights by their place, (size,); floats also where there are none, unlike bincount's."""
    return np.bincount(at, weight, size).astype(np.float64)
