"""Which classes of request need which kind of state: facts of the scenario, worked out once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.scenario import RequestClass


@dataclass(frozen=True, slots=True)
class Demands:
    """1 for the classes that do, else 0; (classes,)."""

    sessions: Floats
    """Need to know their user."""
    uploads: Floats
    """Leave a file."""
    downloads: Floats
    """Ask for a file that somebody left."""
    writes: Floats
    """Write to the service's data."""
    data: Floats
    """Read it or write to it."""
    kilobytes: Floats
    """Of files that each request leaves and asks for."""

    @property
    def files(self) -> bool:
        """Some class leaves or asks for files."""
        return bool(self.kilobytes.any())


def demands_of(classes: tuple[RequestClass, ...]) -> Demands:
    """What these classes need."""
    return Demands(
        sessions=np.array([float(kind.session) for kind in classes]),
        uploads=np.array([float(kind.uploads_kb > 0.0) for kind in classes]),
        downloads=np.array([float(kind.downloads_kb > 0.0) for kind in classes]),
        writes=np.array([float(kind.db_write_ms > 0.0) for kind in classes]),
        data=np.array([float(kind.db_read_ms + kind.db_write_ms > 0.0) for kind in classes]),
        kilobytes=np.array([kind.uploads_kb + kind.downloads_kb for kind in classes]),
    )
