"""Giving orders to a site. Why one cannot be given is in ``refusals``, what it would cost in ``quotes``."""

from __future__ import annotations

from functools import singledispatchmethod

from scalegame.model import catalogue as cat
from scalegame.model.balancer import MODES, Mode
from scalegame.model.lifecycle import DEPLOY, RESIZE, Lifecycle, ticks
from scalegame.model.orders import (
    Add,
    Cancel,
    Deploy,
    MoveSessions,
    Order,
    PlaceBalancer,
    PlaceCache,
    Remove,
    Resize,
    Restart,
    Set,
)
from scalegame.model.sessions import HOMES
from scalegame.model.site import SERVING, Site, pool_by_name
from scalegame.model.state import Condition, Pool
from scalegame.model.targets import KINDS, columns_of, machines_wanted, pool_named, size_of


class Ordering:
    """Takes orders for a site."""

    def __init__(self, site: Site, lifecycle: Lifecycle) -> None:
        self.site = site
        self.life = lifecycle

    def give(self, order: Order, run: int) -> None:
        """Give an order that is not refused; it takes effect at the start of the next tick."""
        self._give(order, run)
        self.site.changed = True
        self.life.next_due = 0

    @singledispatchmethod
    def _give(self, order: Order, _run: int) -> None:
        raise TypeError(f"{type(order).__name__} is no order")

    @_give.register
    def _resize(self, order: Resize, run: int) -> None:
        site, life = self.site, self.life
        size = site.size_index[order.size]
        found = columns_of(site, run, order.target)
        if order.rolling:
            life.roll(run, site.pool_of(found[0]), RESIZE, f"resize {order.target} {order.size} rolling", size)
            return
        for column in found:
            if site.table.next_size[run, column] != size:
                life.resize(run, column, size)

    @_give.register
    def _add(self, order: Add, run: int) -> None:
        pool = pool_named(order.pool)
        size = size_of(self.site, run, order.size, self.site.columns(run, pool))
        for _ in range(order.count):
            self._boot(run, pool, size)

    @_give.register
    def _remove(self, order: Remove, run: int) -> None:
        site = self.site
        found = columns_of(site, run, order.target)
        if pool_by_name(order.target) == Pool.APP:
            standing = [c for c in found if site.table.condition[run, c] != Condition.DRAINING]
            found = standing[-order.count :]
        kind = site.pool_of(found[0])
        if kind != Pool.APP and len(found) == len(site.columns(run, kind)):
            if kind == Pool.BALANCER:
                site.doors.kind[run] = 0
                site.doors.mode[run] = int(Mode.NONE)
            for column in reversed(found):
                self.life.take_away(run, column)
            return
        for column in reversed(found):
            site.table.queued[run, column] = 0
            if site.table.condition[run, column] in SERVING:
                self.life.drain(run, column)
            else:
                self.life.take_away(run, column)

    @_give.register
    def _restart(self, order: Restart, run: int) -> None:
        for column in columns_of(self.site, run, order.machine):
            self.life.restart(run, column)

    @_give.register
    def _place_balancer(self, order: PlaceBalancer, run: int) -> None:
        site = self.site
        mode = MODES[order.algorithm] if order.algorithm else Mode(int(site.doors.mode[run])) or Mode.ROUND_ROBIN
        columns = site.columns(run, Pool.BALANCER)
        if columns:
            self._switch(run, KINDS[order.kind], int(mode))
        else:
            self.life.note(
                run,
                "place",
                "balancer",
                f"place balancer {order.kind}",
                site.tick + ticks(cat.PLACE_SECONDS),
                value=KINDS[order.kind] * 16 + int(mode),
            )
        size = size_of(site, run, order.size, columns[:1])
        machines = machines_wanted(order.machines, columns)
        for column in columns:
            if site.table.size[run, column] != size:
                self.life.resize(run, column, size)
        for _ in range(machines - len(columns)):
            self._boot(run, Pool.BALANCER, size, cat.PLACE_SECONDS)
        for column in reversed(columns[machines:]):
            self.life.take_away(run, column)

    @_give.register
    def _place_cache(self, order: PlaceCache, run: int) -> None:
        self._boot(run, Pool.CACHE, size_of(self.site, run, order.size, []), cat.PLACE_SECONDS)

    @_give.register
    def _move_sessions(self, order: MoveSessions, run: int) -> None:
        done = self.site.tick + ticks(cat.MIGRATION_SECONDS)
        self.life.note(run, "sessions", "app", f"move sessions {order.home}", done, value=int(HOMES[order.home]))

    @_give.register
    def _deploy(self, order: Deploy, run: int) -> None:
        self.life.roll(run, Pool.APP, DEPLOY, f"deploy {order.pool}")

    @_give.register
    def _set(self, order: Set, run: int) -> None:
        if order.key == "health.interval":
            self.site.health_interval[run] = order.value
        else:
            self.site.health_threshold[run] = float(int(order.value))

    @_give.register
    def _cancel(self, order: Cancel, run: int) -> None:
        site, table = self.site, self.site.table
        found = next(o for o in site.under_way[run] if o.number == order.order)
        site.under_way[run].remove(found)
        if found.kind == "rolling":
            for column in site.columns(run, Pool(found.pool)):
                if table.condition[run, column] == Condition.UP:
                    table.queued[run, column] = 0
                    table.next_size[run, column] = table.size[run, column]
        elif found.kind == "boot":
            for column in columns_of(site, run, found.place):
                self.life.take_away(run, column)
        elif found.kind == "place":
            for column in reversed(site.columns(run, Pool.BALANCER)):
                self.life.take_away(run, column)
        site.say(run, 0, found.place, "cancel", f"{found.text} is cancelled")

    # What several orders do -------------------------------------------------------------------------------------------

    def _boot(self, run: int, pool: Pool, size: int, seconds: float = cat.BOOT_SECONDS) -> None:
        site = self.site
        up = site.tick + ticks(seconds)
        column = site.install(run, pool, size, Condition.BOOTING, up)
        serial = int(site.table.serial[run, column])
        name = site.name(run, column)
        self.life.note(run, "boot", name, f"boot {name}", up, pool=int(pool), serial=serial)

    def _switch(self, run: int, kind: int, mode: int) -> None:
        """The balancer that stands works otherwise from now on."""
        site = self.site
        site.doors.kind[run] = kind
        site.doors.mode[run] = mode
        app = site.spans[Pool.APP]
        site.table.in_rotation[run, app] |= site.table.condition[run, app] == Condition.UP
