"""When something happens: what is due at the start of a tick is done, and the next such tick is known ahead.

A tick in which nothing is due costs one comparison; only then are the runs of which something is looked at, one by one.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.data.failover import finish_failover, finish_sharding, switch_over, watch
from scalegame.model.failure.faults import Faults
from scalegame.model.homes import moving
from scalegame.model.lifecycle import TURN, Lifecycle
from scalegame.model.site import Site, UnderWay
from scalegame.model.state import SERVERS, Condition, Pool, Whole

_AWAY = (Condition.DEAD, Condition.RESTARTING)
"""A rolling order goes past these."""


class Schedule:
    """The events of a site."""

    def __init__(self, site: Site, life: Lifecycle) -> None:
        self.site = site
        self.life = life
        self.faults = Faults(site, life)
        self._soonest: Whole = np.zeros(site.runs, dtype=np.int64)
        """The next tick at which something is due in each run."""

    def look_ahead(self) -> None:
        """The next tick at which something ends; called after any change."""
        site, table = self.site, self.site.table
        times = (table.due, table.fails, table.ails, table.blip_until, table.notice, table.slow_until, table.warmer)
        soonest = np.minimum.reduce([np.minimum.reduce(when, axis=1) for when in times])
        for run, orders in enumerate(site.under_way):
            for order in orders:
                soonest[run] = min(soonest[run], order.ends)
        self._soonest = np.minimum(soonest, self.faults.soonest())
        site.next_due = int(self._soonest.min())

    def pass_time(self) -> None:
        """Do what is due at the start of this tick."""
        site = self.site
        if site.tick < site.next_due:
            return
        # Orders want to be looked at once, even if nothing of theirs is due yet.
        runs = np.flatnonzero((self._soonest <= site.tick) | site.altered).tolist()
        for run in runs:
            self.faults.strike(run)
            for pool in Pool:
                for column in site.machines(run, pool):
                    self.life.attend(run, column)
            watch(self.life, run)
            self._orders(run)
            site.alter(run)
        self.look_ahead()

    def _orders(self, run: int) -> None:
        site = self.site
        left = []
        for order in site.under_way[run]:
            if order.kind == "rolling":
                if self._roll(run, order):
                    left.append(order)
            elif order.kind == "switch":
                if switch_over(self.life, run, order):
                    left.append(order)
            elif order.ends > site.tick:
                left.append(order)
            elif order.kind == "place":
                site.doors.kind[run], site.doors.mode[run] = divmod(order.value, 16)
                open_up(site, run)
            elif order.kind == "failover":
                finish_failover(self.life, run, order)
            elif order.kind == "shard":
                finish_sharding(self.life, run, order)
            elif order.kind in moving.ARRIVALS and not moving.ARRIVALS[order.kind](site, run, order):
                left.append(order)
        site.under_way[run] = left

    def _roll(self, run: int, order: UnderWay) -> bool:
        """Start the next machine of a rolling order when the last is back. False when all are done."""
        site, table = self.site, self.site.table
        columns = [c for c in site.machines(run, Pool(order.pool)) if table.queued[run, c]]
        if not columns:
            away = [c for c in site.machines(run, Pool(order.pool)) if table.condition[run, c] in _AWAY]
            names = ", ".join(site.name(run, c) for c in away)
            later = f"; {names} follow{'s' if len(away) == 1 else ''} on coming back" if away else ""
            site.say(run, 0, order.place, "rolled", f"{order.text} is done{later}")
            return False
        if any(table.condition[run, c] in TURN for c in columns):
            return True
        for column in columns:
            if table.condition[run, column] == Condition.UP:
                self.life.drain(run, column)
                return True
            # It boots or is dead, and starts as its pool is to be. The next one's turn is now, not when something else
            # happens.
            table.queued[run, column] = 0
        return self._roll(run, order)


def open_up(site: Site, run: int) -> None:
    """A balancer begins its work: it knows all servers that are up."""
    for pool in SERVERS:
        span = site.columns.spans[pool]
        site.table.in_rotation[run, span] |= site.table.condition[run, span] == Condition.UP
