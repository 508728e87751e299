"""Whose turn comes in a rolling order: one machine of a pool after another, and some that miss theirs."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.site import Site, UnderWay
from scalegame.model.state import Condition, Pool

DEPLOY, RESIZE, ROLLBACK = 1, 2, 3
"""What a machine waits for in a rolling order (Machines.queued)."""
AT_IT = (Condition.DRAINING, Condition.DEPLOYING, Condition.RESIZING)
"""What a machine does whose turn it is."""
_DRAIN_TICKS = round(cat.DRAIN_SECONDS * cat.TICKS_PER_SECOND)
_WORK_TICKS = {
    what: round(seconds * cat.TICKS_PER_SECOND)
    for what, seconds in ((DEPLOY, cat.DEPLOY_SECONDS), (RESIZE, cat.RESIZE_SECONDS), (ROLLBACK, cat.ROLLBACK_SECONDS))
}


def is_leaving(site: Site, run: int, column: int) -> bool:
    """A machine finishes what it has and goes for good; one that drains for a rolling order comes back."""
    drains = site.table.condition[run, column] == Condition.DRAINING
    return bool(drains and site.table.queued[run, column] == 0)


def queue_up(site: Site, run: int, pool: Pool, what: int, size: int = 0) -> None:
    """All machines of a pool to which it is news wait for their turn; what they waited for before does not come."""
    table = site.table
    for column in site.machines(run, pool):
        if is_leaving(site, run, column):
            continue
        if table.queued[run, column]:
            leave_out(site, run, column)
        if what == RESIZE:
            if table.next_size[run, column] == size:
                continue
            table.next_size[run, column] = size
        table.queued[run, column] = what


def leave_out(site: Site, run: int, column: int) -> None:
    """A machine misses its turn: the order goes on without it, and it follows when it is back."""
    what, pool = int(site.table.queued[run, column]), site.pool_of(column)
    site.table.queued[run, column] = 0
    for order in site.under_way[run]:
        if order.kind == "rolling" and order.pool == pool and order.value == what:
            order.missed += (site.name(run, column),)


def step_out(site: Site, run: int, column: int) -> None:
    """A machine waits for nothing any more, and stays as it is."""
    table = site.table
    table.queued[run, column] = 0
    if table.condition[run, column] != Condition.RESIZING:
        table.next_size[run, column] = table.size[run, column]


def waiting(site: Site, run: int, order: UnderWay) -> list[int]:
    """Columns of the machines that wait for their turn in a rolling order, or have it now."""
    machines = site.machines(run, Pool(order.pool))
    return [column for column in machines if site.table.queued[run, column] == order.value]


def ticks_left(site: Site, run: int, order: UnderWay) -> int:
    """How long a rolling order will take if all machines get their turn."""
    work = _WORK_TICKS[order.value]
    total = 0
    for column in waiting(site, run, order):
        condition = site.table.condition[run, column]
        begun = condition in AT_IT
        total += int(site.table.due[run, column]) - site.tick if begun else _DRAIN_TICKS
        total += work if not begun or condition == Condition.DRAINING else 0
    return total


def stop(site: Site, run: int, order: UnderWay) -> None:
    """A rolling order goes no further than the machine whose turn it is; who missed its turn stays as it is."""
    for column in site.machines(run, Pool(order.pool)):
        if site.table.condition[run, column] not in AT_IT:
            step_out(site, run, column)


def done_text(order: UnderWay) -> str:
    """What the log says in the end."""
    missed = ", ".join(order.missed)
    follow = "follows" if len(order.missed) == 1 else "follow"
    return f"{order.text} is done" + (f"; {missed} {follow} on coming back" if missed else "")
