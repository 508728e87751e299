"""An app pool that is walked as one station (least connections, two choices): its queues become one, and back."""

from __future__ import annotations

import numpy as np

from scalegame.model.balancer import Mode
from scalegame.model.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import Mask, Pool


def gather(site: Site, serving: Floats, share: Floats, pooled: Mask) -> Floats:
    """Make the common column stand for the app pool where that is walked as one. Returns what black holes attract."""
    table, app, common = site.table, site.spans[Pool.APP], site.common
    hole = np.zeros(site.runs)
    open_ = (share > 0.0) * serving[:, app]
    serving[:, common] = 0.0
    for run in range(site.runs):
        if not pooled[run]:
            if table.n[run, common] > 0.0:
                _deal_out(site, run, serving)
            continue
        cores = table.cores[run, app] * open_[run]
        total = float(cores.sum())
        # In requests: the units of the machines' walks are not those of the common one.
        requests = np.add.accumulate(table.n[run, app] * table.ladder[run, app])[-1]
        table.n[run, common] += np.floor(requests / table.ladder[run, common] + 0.5)
        _gather_queues(site, run)
        table.held[run, common] += table.held[run, app].sum()
        table.n[run, app] = 0.0
        table.held[run, app] = 0.0
        for field in ("slots", "room"):
            values = getattr(table, field)
            values[run, common] = (values[run, app] * open_[run]).sum()
        speed = np.add.accumulate(cores / (table.stretch[run, app] * table.slow[run, app]))[-1]
        table.cores[run, common] = total
        table.stretch[run, common] = total / speed if total > 0.0 else 1.0
        machines = max(1, int((cores > 0.0).sum()))
        each = max(1, round(total / machines))
        two = site.doors.mode[run] == Mode.TWO_CHOICES and machines > 1
        table.shift[run, common] = float(site.shifts.row(each, 2) if two else site.shifts.row(max(1, int(total))))
        if table.allowed[run, common] == 0.0:
            table.allowed[run, common] = 1e12
        serving[run, common] = 1.0 if total > 0.0 else 0.0
        closed = float(((share[run] > 0.0) & (serving[run, app] == 0.0)).sum())
        everyone = max(float((share[run] > 0.0).sum()), 1.0)
        if closed:
            # A dead server has the fewest connections; of two choices it wins whenever it is one of them.
            least = site.doors.mode[run] == Mode.LEAST_CONNECTIONS
            hole[run] = 1.0 if least else 1.0 - (1.0 - closed / everyone) * (1.0 - closed / everyone)
        if total == 0.0:
            hole[run] = 1.0
    return hole


def _deal_out(site: Site, run: int, serving: Floats) -> None:
    """The pool is walked machine by machine again: deal the common queue out."""
    table, app, common = site.table, site.spans[Pool.APP], site.common
    up = np.flatnonzero(serving[run, app]).tolist()
    requests = float(table.n[run, common] * table.ladder[run, common])
    held = float(table.held[run, common])
    queue = site.queues[Pool.APP]
    waiting = queue.content(run, app.stop - app.start, site.tick) if site.classes > 1 else np.zeros(0)
    for i, local in enumerate(up):
        column = app.start + local
        table.n[run, column] += np.floor(requests / len(up) / table.ladder[run, column] + 0.5)
        table.held[run, column] += held // len(up) + (i < held % len(up))
        queue.hold(run, local, site.tick, waiting // len(up) + (i < waiting % len(up)))
    table.n[run, common] = 0.0
    table.held[run, common] = 0.0
    queue.clear(run, app.stop - app.start, site.tick)


def _gather_queues(site: Site, run: int) -> None:
    """The machines' queues become one, their classes with them."""
    queue, app = site.queues[Pool.APP], site.spans[Pool.APP]
    if site.classes == 1:
        return
    each = [queue.content(run, local, site.tick) for local in range(app.stop - app.start)]
    waiting = np.add.accumulate(np.stack(each), axis=0)[-1]
    if waiting.any():
        common = app.stop - app.start
        queue.hold(run, common, site.tick, queue.content(run, common, site.tick) + waiting)
        for local in range(common):
            queue.clear(run, local, site.tick)
