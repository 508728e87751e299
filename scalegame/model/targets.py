"""What an order names: machines, pools and sizes."""

from __future__ import annotations

from scalegame.model.scenario import BalancerKind
from scalegame.model.site import Site, pool_by_name
from scalegame.model.state import POOL_NAMES, Pool

KINDS: dict[BalancerKind, int] = {"l4": 1, "l7": 2}
"""As Doors.kind has them."""


def columns_of(site: Site, run: int, name: str) -> list[int]:
    """Columns of the machine of that name, or of all machines of that pool, oldest first; else none."""
    pool = pool_by_name(name)
    if pool is not None:
        return site.columns(run, pool)
    column = site.find(run, name)
    return [] if column is None else [column]


def pool_named(name: str) -> Pool:
    """The pool of an order that was not refused. Raises ValueError where there is none of that name."""
    return Pool(POOL_NAMES.index(name))


def knows_size(site: Site, name: str | None) -> bool:
    """There is a size of that name, or none was asked for."""
    return name is None or name in site.size_index


def size_of(site: Site, run: int, name: str | None, like: list[int]) -> int:
    """Index of the size asked for; without one, that of the last of the machines ``like``, or the ladder's first."""
    if name is not None:
        return site.size_index[name]
    if like:
        return int(site.table.size[run, like[-1]])
    return site.size_index[site.scenario.ladder[0]]


def machines_wanted(asked: int | None, standing: list[int]) -> int:
    """How many balancers there shall be: as many as stand where nothing was asked, one at first."""
    return asked or len(standing) or 1
