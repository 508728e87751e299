"""Pools of servers that are walked as one station (least connections, two choices): queues become one, and back."""

from __future__ import annotations

from functools import partial

import numpy as np

from scalegame.model.by_run import ByRun
from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import in_rotation_with_work, pool_shares
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import NEVER, SERVERS, Mask, Pool, Tier, burden


def gather(site: Site, serving: Floats, reached: Floats, share: Floats, as_one: Mask, by_run: ByRun) -> Floats:
    """Make the common columns stand for their pools where those are walked as one.

    serving and reached: (runs, columns) and share: (runs, classes, columns of the tier) are changed in place: a pool's
    share moves to its common column. Returns the share of each class's requests that dead machines in rotation attract,
    (runs, classes).
    """
    table, hole = site.table, np.zeros((site.runs, site.classes))
    tier = site.columns.tiers[Tier.SERVERS]
    for pool, common in site.columns.commons.items():
        if pool not in SERVERS:
            continue
        serving[:, common] = 0.0
        reached[:, common] = 1.0
        of_run = partial(_pool_of_run, site, pool, as_one, serving, reached)
        lost, up, near, until = by_run.rows(f"gathered {int(pool)}", of_run)
        serving[:, common], reached[:, common], table.blip_until[:, common] = up, near, until
        span = site.columns.spans[pool]
        here = slice(span.start - tier.start, span.stop - tier.start)
        comes = (np.maximum.reduce(share[:, :, here], axis=2) > 0.0) & as_one[:, None]
        share[as_one, :, here] = 0.0
        share[:, :, common - tier.start] = np.where(comes, 1.0, share[:, :, common - tier.start])
        hole = np.where(comes, lost[:, None], hole)
    return hole


def _pool_of_run(
    site: Site, pool: Pool, as_one: Mask, serving: Floats, reached: Floats, run: int
) -> tuple[float, float, float, int]:
    """Gather a pool, or deal it out again. What black holes attract of its requests, and whether its common column
    works, whether it is reached, from when on."""
    table, common = site.table, site.columns.commons[pool]
    table.blip_until[run, common] = NEVER
    lost = 0.0
    if as_one[run]:
        lost = _gather_pool(site, run, pool, serving, reached)
    elif table.n[run, common] > 0.0:
        _deal_out(site, run, pool, serving)
    return lost, float(serving[run, common]), float(reached[run, common]), int(table.blip_until[run, common])


def _gather_pool(site: Site, run: int, pool: Pool, serving: Floats, reached: Floats) -> float:
    """One pool's machines become one station; the share of its requests that black holes attract."""
    table, span, common = site.table, site.columns.spans[pool], site.columns.commons[pool]
    open_ = in_rotation_with_work(site, run, pool, serving)
    here = open_ * reached[run, span]
    if here.any():
        # Connections pile up at a machine that the network does not reach, so that it is not sent any more.
        open_ = here
    elif open_.any():
        reached[run, common] = 0.0
        table.blip_until[run, common] = int(table.blip_until[run, span][open_ > 0.0].max())
    cores = table.cores[run, span] * open_
    total = float(cores.sum())
    # In requests: the units of the machines' walks are not those of the common one.
    requests = np.add.accumulate(table.n[run, span] * table.ladder[run, span])[-1]
    table.n[run, common] += np.floor(requests / table.ladder[run, common] + 0.5)
    _gather_queues(site, run, pool)
    table.held[run, common] += table.held[run, span].sum()
    table.n[run, span] = 0.0
    table.held[run, span] = 0.0
    for field in ("slots", "room"):
        values = getattr(table, field)
        values[run, common] = (values[run, span] * open_).sum()
    pace = table.stretch[run, span] * burden(table)[run, span]
    speed = np.add.accumulate(cores / pace)[-1]
    table.cores[run, common] = total
    table.stretch[run, common] = total / speed if total > 0.0 else 1.0
    machines = max(1, int((cores > 0.0).sum()))
    each = max(1, round(total / machines))
    two = site.doors.mode[run] == Mode.TWO_CHOICES and machines > 1
    table.shift[run, common] = float(site.shifts.row(each, 2) if two else site.shifts.row(max(1, int(total))))
    if table.allowed[run, common] == 0.0:
        table.allowed[run, common] = 1e12
    serving[run, common] = 1.0 if total > 0.0 else 0.0
    if total == 0.0:
        return 1.0
    share = pool_shares(site, run, pool)
    closed = float(((share > 0.0) & (serving[run, span] == 0.0)).sum())
    if not closed:
        return 0.0
    # A dead server has the fewest connections; of two choices it wins whenever it is one of them.
    if site.doors.mode[run] == Mode.LEAST_CONNECTIONS:
        return 1.0
    alive = 1.0 - closed / max(float((share > 0.0).sum()), 1.0)
    return 1.0 - alive * alive


def _deal_out(site: Site, run: int, pool: Pool, serving: Floats) -> None:
    """The pool is walked machine by machine again: deal the common queue out."""
    table, span, common = site.table, site.columns.spans[pool], site.columns.commons[pool]
    queue, at = site.queue_of(common), site.local(common)
    up = (span.start + np.flatnonzero(serving[run, span])).tolist()
    requests = table.n[run, common] * table.ladder[run, common]
    held = int(table.held[run, common])
    waiting = queue.content(run, at, site.tick) if site.classes > 1 else np.zeros(0)
    for i, column in enumerate(up):
        table.n[run, column] += np.floor(requests / len(up) / table.ladder[run, column] + 0.5)
        table.held[run, column] += held // len(up) + (i < held % len(up))
        queue.hold(run, site.local(column), site.tick, waiting // len(up) + (i < waiting % len(up)))
    table.n[run, common] = 0.0
    table.held[run, common] = 0.0
    queue.clear(run, at, site.tick)


def _gather_queues(site: Site, run: int, pool: Pool) -> None:
    """The machines' queues become one, their classes with them."""
    if site.classes == 1:
        return
    span, common = site.columns.spans[pool], site.columns.commons[pool]
    queue, at = site.queue_of(common), site.local(common)
    first = site.local(span.start)
    machines = range(first, first + span.stop - span.start)
    each = [queue.content(run, local, site.tick) for local in machines]
    waiting = np.add.accumulate(np.stack(each), axis=0)[-1]
    if waiting.any():
        queue.hold(run, at, site.tick, queue.content(run, at, site.tick) + waiting)
        for local in machines:
            queue.clear(run, local, site.tick)
