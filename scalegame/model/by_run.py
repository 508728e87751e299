"""What is worked out run by run after a change, and kept for the runs that did not change: one run among hundreds must
not make all of them pay for its orders.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from scalegame.model.site import Site


class ByRun:
    """Rows of arrays whose first axis is the run. ``renew`` comes first after any change."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._columns = site.columns
        self._kept: dict[str, list[NDArray[Any]]] = {}
        self.stale: Iterable[int] = range(site.runs)
        """Runs to look at anew."""

    def renew(self) -> None:
        """Forget what is known of the runs that changed; of all, where the machine table has other columns."""
        site = self._site
        if self._columns is not site.columns:
            self._columns = site.columns
            self._kept.clear()
        self.stale = np.flatnonzero(site.altered).tolist()

    def rows(self, name: str, of_run: Callable[[int], tuple[ArrayLike, ...]]) -> list[NDArray[Any]]:
        """Arrays made of what ``of_run`` says of each run, one for each that it returns: copies, to be changed."""
        kept = self._kept.get(name)
        stale: Iterable[int] = self.stale
        if kept is None:
            first = [np.asarray(value) for value in of_run(0)]
            kept = self._kept[name] = [np.empty((self._site.runs, *row.shape), dtype=row.dtype) for row in first]
            stale = range(self._site.runs)
        for run in stale:
            for array, value in zip(kept, of_run(run), strict=True):
                array[run] = value
        return [array.copy() for array in kept]
