"""When something happens: what is due at the start of a tick is done, and the next such tick is known ahead.

A tick in which nothing is due costs one comparison; only then are the runs of which something is looked at, one by one.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.data.connections import connections
from scalegame.model.data.failover import finish_failover, finish_sharding, switch_over, watch
from scalegame.model.failure.faults import Faults
from scalegame.model.front.door import open_if_up
from scalegame.model.homes import moving
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.site import Site, UnderWay
from scalegame.model.state import Condition, Pool, Whole
from scalegame.model.texts import counted
from scalegame.model.turns import AT_IT, done_text, leave_out, waiting


class Schedule:
    """The events of a site."""

    def __init__(self, site: Site, life: Lifecycle) -> None:
        self.site = site
        self.life = life
        self.faults = Faults(site, life)
        self._unconnected = 0
        """Servers of run 0, whose log there is, that find no connection to the database."""
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
        if 0 in runs:
            self._watch_connections()
        self.look_ahead()

    def _watch_connections(self) -> None:
        """Say so once when servers begin to find no connection to the database."""
        site = self.site
        before, refused = self._unconnected, connections(site, 0).refused if site.demands.data.any() else ()
        self._unconnected = len(refused)
        if refused and not before:
            few = counted(len(refused), "server finds", "servers find")
            told = f"{few} no connection to the database: their calls are refused; a pooler shares connections"
            site.say(0, 1, "database", "connections", told)

    def _orders(self, run: int) -> None:
        site = self.site
        for order in list(site.under_way[run]):
            # An order that ends may end others.
            if order in site.under_way[run] and self._is_done(run, order):
                site.drop(run, order)

    def _is_done(self, run: int, order: UnderWay) -> bool:
        """Do what is due of an order; one that is not done has another end."""
        site = self.site
        if order.kind == "rolling":
            return self._has_rolled(run, order)
        if order.kind == "switch":
            return not switch_over(self.life, run, order)
        if order.ends > site.tick:
            return False
        if order.kind == "place":
            return open_if_up(site, run, order)
        if order.kind == "failover":
            finish_failover(self.life, run, order)
        elif order.kind == "shard":
            finish_sharding(self.life, run, order)
        elif order.kind in moving.ARRIVALS:
            return moving.ARRIVALS[order.kind](site, run, order)
        return True

    def _has_rolled(self, run: int, order: UnderWay) -> bool:
        """Start the next machine of a rolling order when the last is back. True when all are done."""
        site, table = self.site, self.site.table
        columns = waiting(site, run, order)
        if any(table.condition[run, c] in AT_IT for c in columns):
            return False
        for column in columns:
            if table.condition[run, column] == Condition.UP:
                self.life.drain(run, column)
                return False
            # It boots or is dead, and starts as its pool is to be. The next one's turn is now, not when something else
            # happens.
            leave_out(site, run, column)
        site.say(run, 1 if order.missed else 0, order.place, "rolled", done_text(order))
        return True
