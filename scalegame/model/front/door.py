"""Whether a front door stands: one does while there is a machine for it, and opens once one of them is up."""

from __future__ import annotations

from scalegame.model.front.balancer import Mode
from scalegame.model.site import Site, UnderWay
from scalegame.model.state import SERVERS, Condition, Pool

_MODES = 16
"""In an order's value the kind comes before the mode."""


def written(kind: int, mode: Mode) -> int:
    """The door that an order under way will open, as its value."""
    return kind * _MODES + int(mode)


def being_placed(site: Site, run: int) -> UnderWay | None:
    """The order by which a door is to open."""
    return next((order for order in site.under_way[run] if order.kind == "place"), None)


def door(site: Site, run: int) -> tuple[int, Mode]:
    """Kind (0 none, 1 L4, 2 L7) and mode of the door that stands, or else of the one that is being placed."""
    order = being_placed(site, run)
    if order is None:
        return int(site.doors.kind[run]), Mode(int(site.doors.mode[run]))
    kind, mode = divmod(order.value, _MODES)
    return kind, Mode(mode)


def open_door(site: Site, run: int, kind: int, mode: Mode) -> None:
    """A balancer begins its work: it knows all servers that are up."""
    site.doors.kind[run], site.doors.mode[run] = kind, int(mode)
    for pool in SERVERS:
        span = site.columns.spans[pool]
        site.table.in_rotation[run, span] |= site.table.condition[run, span] == Condition.UP


def open_if_up(site: Site, run: int, order: UnderWay) -> bool:
    """Open the door that was placed. False, and the order ends later, where none of its machines is up yet."""
    table, columns = site.table, site.machines(run, Pool.BALANCER)
    if all(table.condition[run, c] != Condition.UP for c in columns):
        order.ends = max(site.tick + 1, min(int(table.due[run, c]) for c in columns))
        return False
    open_door(site, run, *door(site, run))
    return True


def close_if_gone(site: Site, run: int) -> None:
    """Without a balancer there is no door, nor one that will open."""
    if not site.machines(run, Pool.BALANCER):
        site.doors.kind[run], site.doors.mode[run] = 0, int(Mode.NONE)
        site.drop(run, being_placed(site, run))
