"""What happens to machines in time: boots, resizes, drains, deploys, crashes, repairs, and health checks that notice.

Everything here is rare: ``due`` says whether anything ends in this tick, and only then a run is looked at one by one.
"""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.draws import Stream, uniform_one
from scalegame.model.exact import ln
from scalegame.model.ledger import CRASH, DOWN
from scalegame.model.scenario import Fault
from scalegame.model.sessions import Home, forget_all, forget_machine
from scalegame.model.site import SERVING, Site, UnderWay, pool_by_name, rent_of
from scalegame.model.state import NEVER, POOL_NAMES, Condition, Pool
from scalegame.model.texts import counted

DEPLOY, RESIZE = 1, 2
"""What a machine waits for in a rolling order (Machines.queued)."""


def ticks(seconds: float) -> int:
    """Whole ticks, at least one."""
    return max(1, int(np.ceil(seconds * cat.TICKS_PER_SECOND - 1e-9)))


class Lifecycle:
    """Moves the machines of a site from one condition to the next."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.next_due = 0

    def look_ahead(self) -> None:
        """The next tick at which something ends; called after any change."""
        table = self.site.table
        soonest = min(
            int(table.due.min()), int(table.fails.min()), int(table.notice.min()), int(table.slow_until.min())
        )
        for orders in self.site.under_way:
            for order in orders:
                soonest = min(soonest, order.ends if order.ends != NEVER else soonest)
        faults = self.site.scenario.faults
        for run in range(self.site.runs):
            skipped = int(self.site.timeline.skipped[run])
            if self.site.next_fault[run] < len(faults):
                soonest = min(soonest, ticks_at(faults[int(self.site.next_fault[run])].seconds) - skipped)
            if self.site.next_warning[run] < len(faults):
                fault = self._warnings()[int(self.site.next_warning[run])]
                soonest = min(soonest, ticks_at(fault.seconds - fault.warning_seconds) - skipped)
        self.next_due = soonest

    def _warnings(self) -> list[Fault]:
        return sorted(self.site.scenario.faults, key=lambda fault: fault.seconds - fault.warning_seconds)

    def pass_time(self) -> None:
        """Do what is due at the start of this tick."""
        site = self.site
        if site.tick < self.next_due:
            return
        for run in range(site.runs):
            self._faults(run)
            for pool in Pool:
                for column in site.columns(run, pool):
                    self._machine(run, pool, column)
            self._orders(run)
        site.changed = True
        self.look_ahead()

    # Machines --------------------------------------------------------------------------------------------------------

    def _machine(self, run: int, pool: Pool, column: int) -> None:
        site, table, now = self.site, self.site.table, self.site.tick
        if table.fails[run, column] <= now:
            self.crash(run, column)
        if table.slow_until[run, column] <= now:
            table.slow[run, column] = 1.0
            table.slow_until[run, column] = NEVER
            site.say(run, 0, site.name(run, column), "well", f"{site.name(run, column)} is as fast as ever again")
        if table.due[run, column] <= now:
            self._ended(run, pool, column)
        if table.notice[run, column] <= now:
            self._noticed(run, pool, column)

    def _ended(self, run: int, pool: Pool, column: int) -> None:
        site, table = self.site, self.site.table
        name = site.name(run, column)
        condition = Condition(int(table.condition[run, column]))
        if condition == Condition.DRAINING:
            if table.queued[run, column] == DEPLOY:
                self._lose_memory(run, column)
                self.enter(run, column, Condition.DEPLOYING, cat.DEPLOY_SECONDS)
                return
            if table.queued[run, column] == RESIZE:
                self._stop(run, pool, column, "is rebooted")
                self.enter(run, column, Condition.RESIZING, cat.RESIZE_SECONDS)
                return
            self.take_away(run, column)
            return
        if condition == Condition.RESIZING:
            site.fit(run, column, int(table.next_size[run, column]))
        if condition in (Condition.DEPLOYING, Condition.RESIZING) and table.queued[run, column]:
            table.queued[run, column] = 0
        said = {
            Condition.BOOTING: "has booted",
            Condition.RESIZING: f"is back, {site.sizes[int(table.size[run, column])].name} now",
            Condition.DEPLOYING: "runs the new release",
        }.get(condition, "is back")
        site.say(run, 0, name, "up", f"{name} {said}")
        self.come_up(run, column)

    def come_up(self, run: int, column: int) -> None:
        """A machine answers again; a balancer finds out by its health check, a lone first machine is found at once."""
        site, table = self.site, self.site.table
        table.condition[run, column] = int(Condition.UP)
        table.due[run, column] = NEVER
        self._plan_failure(run, column)
        if not table.in_rotation[run, column]:
            table.notice[run, column] = site.tick + 1
        site.changed = True

    def _plan_failure(self, run: int, column: int) -> None:
        site, table = self.site, self.site.table
        table.fails[run, column] = NEVER
        mtbf = site.sizes[int(table.size[run, column])].mtbf_seconds
        if not site.scenario.random_faults or mtbf is None:
            return
        key = (int(site.pool_of(column)) << 20) + int(table.serial[run, column])
        u = uniform_one(int(site.seeds[run]), Stream.FAILURE, site.tick, key)
        wait = -float(ln(np.array([u]))[0]) * mtbf
        table.fails[run, column] = site.tick + min(ticks(wait), NEVER // 2)

    def enter(self, run: int, column: int, condition: Condition, seconds: float) -> None:
        """Begin a condition that ends by itself."""
        table = self.site.table
        table.condition[run, column] = int(condition)
        table.due[run, column] = self.site.tick + ticks(seconds)
        if condition != Condition.DRAINING:
            table.fails[run, column] = NEVER
        self.site.changed = True

    def _lose_memory(self, run: int, column: int) -> None:
        site = self.site
        local = column - site.spans[Pool.APP].start
        if site.pool_of(column) == Pool.APP:
            forget_machine(site.sessions, site.table.users[:, site.spans[Pool.APP]], run, local)
        elif site.pool_of(column) == Pool.CACHE and site.sessions.home[run] == Home.CACHE:
            forget_all(site.sessions, site.table.users[:, site.spans[Pool.APP]], run)

    def _stop(self, run: int, pool: Pool, column: int, why: str, outcome: int = CRASH) -> None:
        """A machine stops at once: what it holds is lost, its memory too."""
        site, table = self.site, self.site.table
        name = site.name(run, column)
        users = float(table.users[run, column])
        lost = 0.0
        if pool == Pool.APP:
            lost = site.fates.cut(run, int(table.serial[run, column]), site.tick, outcome, int(pool))
            if site.pooled(run):
                self._shrink_common(run, column)
        elif pool == Pool.DATABASE:
            for other in site.columns(run, Pool.APP):
                serial = int(table.serial[run, other])
                lost += (
                    site.fates.cut(run, serial, site.tick, outcome, int(pool)) if table.held[run, other] > 0.0 else 0.0
                )
            table.held[run] = 0.0
        self._lose_memory(run, column)
        site.empty(run, column)
        parts = [counted(lost, "request under way is lost", "requests under way are lost")] if lost >= 1.0 else []
        if users >= 1.0 and site.sessions.home[run] <= Home.STICKY and any(c.session for c in site.scenario.classes):
            parts.append(counted(users, "user is logged out", "users are logged out"))
        site.say(
            run,
            2 if outcome == CRASH else 1,
            name,
            "stop",
            f"{name} {why}" + (": " + ", ".join(parts) if parts else ""),
        )

    def _shrink_common(self, run: int, column: int) -> None:
        """A machine of a pool that is walked as one takes its share of the common queue along."""
        site, table = self.site, self.site.table
        total = float(table.cores[run, site.common])
        part = min(1.0, float(table.cores[run, column]) / total) if total > 0.0 else 1.0
        for field in ("n", "held"):
            value = getattr(table, field)
            value[run, site.common] = np.floor(value[run, site.common] * (1.0 - part))
        if site.classes > 1:
            queue, common = site.queues[Pool.APP], site.common - site.spans[Pool.APP].start
            stays = np.floor(queue.content(run, common, site.tick) * (1.0 - part) + 0.5)
            queue.hold(run, common, site.tick, stays)

    def crash(self, run: int, column: int) -> None:
        """A machine dies. Nobody but its clients knows until the health check does."""
        site, table = self.site, self.site.table
        pool = site.pool_of(column)
        if Condition(int(table.condition[run, column])) not in SERVING:
            table.fails[run, column] = NEVER
            return
        self._stop(run, pool, column, "died")
        self.enter(run, column, Condition.DEAD, cat.REPAIR_SECONDS)
        table.queued[run, column] = 0
        self._plan_notice(run, column)

    def _plan_notice(self, run: int, column: int) -> None:
        """The balancer's checks fail from now on: the k-th in a row takes the machine out of rotation."""
        site, table = self.site, self.site.table
        key = (int(site.pool_of(column)) << 20) + int(table.serial[run, column])
        phase = uniform_one(int(site.seeds[run]), Stream.FAILURE, site.tick, key, part=1)
        seconds = (phase + float(site.health_threshold[run]) - 1.0) * float(site.health_interval[run])
        table.notice[run, column] = site.tick + ticks(seconds)

    def _noticed(self, run: int, pool: Pool, column: int) -> None:
        site, table = self.site, self.site.table
        table.notice[run, column] = NEVER
        well = table.condition[run, column] == Condition.UP
        if bool(table.in_rotation[run, column]) == well:
            return
        table.in_rotation[run, column] = well
        if not well and (pool == Pool.BALANCER or (pool == Pool.APP and site.doors.mode[run])):
            name = site.name(run, column)
            site.say(run, 1, name, "check", f"the health check took {name} out of rotation")

    def restart(self, run: int, column: int) -> None:
        """Stop a machine and boot it again, or boot a dead one."""
        site, table = self.site, self.site.table
        if Condition(int(table.condition[run, column])) in SERVING:
            self._stop(run, site.pool_of(column), column, "is restarted", DOWN)
            self._plan_notice(run, column)
        self.enter(run, column, Condition.RESTARTING, cat.RESTART_SECONDS)

    def resize(self, run: int, column: int, size: int) -> None:
        """Reboot a machine as another size; one that is not up yet just becomes it."""
        site, table = self.site, self.site.table
        table.next_size[run, column] = size
        if Condition(int(table.condition[run, column])) in SERVING:
            self._stop(run, site.pool_of(column), column, f"reboots as {site.sizes[size].name}", DOWN)
            self._plan_notice(run, column)
        self.enter(run, column, Condition.RESIZING, cat.RESIZE_SECONDS)
        self._bill_new_size(run, column, size)

    def _bill_new_size(self, run: int, column: int, size: int) -> None:
        """The new size is rented from the order on, for the minimum at least."""
        table = self.site.table
        table.rent[run, column] = max(rent_of(self.site.sizes[size]), int(table.rent[run, column]))
        table.ordered[run, column] = self.site.tick

    def drain(self, run: int, column: int) -> None:
        """Take a machine out of rotation and let it finish."""
        table = self.site.table
        table.in_rotation[run, column] = False
        table.notice[run, column] = NEVER
        self.enter(run, column, Condition.DRAINING, cat.DRAIN_SECONDS)

    def take_away(self, run: int, column: int) -> None:
        """A machine leaves for good; what it still held is lost, the rest of its minimum is billed."""
        site, table = self.site, self.site.table
        pool = site.pool_of(column)
        left = int(table.ordered[run, column]) + ticks(cat.MINIMUM_BILLED_SECONDS) - site.tick
        if left > 0:
            site.books.state.money[run, 3] += left * int(table.rent[run, column])
        name = site.name(run, column)
        if pool == Pool.APP:
            site.fates.cut(run, int(table.serial[run, column]), site.tick, DOWN, int(pool))
            if site.pooled(run):
                self._shrink_common(run, column)
        self._lose_memory(run, column)
        site.uninstall(run, column)
        site.say(run, 0, name, "gone", f"{name} is gone")

    # Orders, faults --------------------------------------------------------------------------------------------------

    def _orders(self, run: int) -> None:
        site = self.site
        left = []
        for order in site.under_way[run]:
            if order.kind == "rolling":
                if self._roll(run, order):
                    left.append(order)
            elif order.ends > site.tick:
                left.append(order)
            elif order.kind == "place":
                site.doors.kind[run], site.doors.mode[run] = divmod(order.value, 16)
                app = site.spans[Pool.APP]
                site.table.in_rotation[run, app] |= site.table.condition[run, app] == Condition.UP
            elif order.kind == "sessions":
                if site.sessions.home[run] == Home.CACHE:
                    # From now on nobody asks it: what it held must not stand there until somebody does again.
                    for column in site.columns(run, Pool.CACHE):
                        site.empty(run, column)
                site.sessions.home[run] = order.value
                self._settle_users(run)
                site.say(run, 0, "app", "sessions", f"sessions: {order.text} is done")
        site.under_way[run] = left

    def _settle_users(self, run: int) -> None:
        """Sessions moved: nobody is logged out, but where they live changes."""
        site = self.site
        app = site.spans[Pool.APP]
        if site.sessions.home[run] <= Home.STICKY and float(np.add.accumulate(site.table.users[run, app])[-1]) == 0.0:
            living = float(site.sessions.users[run] - site.sessions.homeless[run])
            site.table.users[run, app] = living * site.shares(run)

    def _roll(self, run: int, order: UnderWay) -> bool:
        """Start the next machine of a rolling order when the last is back. False when all are done."""
        site, table = self.site, self.site.table
        columns = [c for c in site.columns(run, Pool(order.pool)) if table.queued[run, c]]
        if not columns:
            site.say(run, 0, order.place, "rolled", f"{order.text} is done")
            return False
        busy = (Condition.DRAINING, Condition.DEPLOYING, Condition.RESIZING)
        if any(table.condition[run, c] in busy for c in columns):
            return True
        for column in columns:
            if table.condition[run, column] == Condition.UP:
                self.drain(run, column)
                return True
            # It boots or is dead: its turn is over. The next one's is now, not when something else happens.
            table.queued[run, column] = 0
        return self._roll(run, order)

    def roll(self, run: int, pool: Pool, what: int, text: str, size: int = 0) -> None:
        """Begin a rolling order on all machines of a pool."""
        site, table = self.site, self.site.table
        for column in site.columns(run, pool):
            table.queued[run, column] = what
            if what == RESIZE:
                table.next_size[run, column] = size
        self.note(run, "rolling", POOL_NAMES[pool], text, NEVER, pool=int(pool))

    def note(
        self, run: int, kind: str, place: str, text: str, ends: int, *, pool: int = -1, serial: int = 0, value: int = 0
    ) -> None:
        """Write down an order that takes time."""
        site = self.site
        number = int(site.next_order[run])
        site.next_order[run] += 1
        site.under_way[run].append(UnderWay(number, kind, place, text, site.tick, ends, pool, serial, value))
        self.next_due = 0

    def _faults(self, run: int) -> None:
        site = self.site
        plan_tick = site.tick + int(site.timeline.skipped[run])
        warnings = self._warnings()
        while site.next_warning[run] < len(warnings):
            fault = warnings[int(site.next_warning[run])]
            if ticks_at(fault.seconds - fault.warning_seconds) > plan_tick:
                break
            site.next_warning[run] += 1
            if fault.warning:
                site.say(run, 1, fault.target, "omen", fault.warning)
        faults = site.scenario.faults
        while site.next_fault[run] < len(faults) and ticks_at(faults[int(site.next_fault[run])].seconds) <= plan_tick:
            self._strike(run, int(site.next_fault[run]))
            site.next_fault[run] += 1

    def _strike(self, run: int, number: int) -> None:
        site, table = self.site, self.site.table
        fault = site.scenario.faults[number]
        if fault.news:
            site.say(run, 1, fault.target, fault.kind, fault.news)
        pool = pool_by_name(fault.target)
        if fault.kind == "deploy":
            if pool is not None:
                self.roll(run, pool, DEPLOY, f"the deploy of {fault.target}")
            return
        if fault.kind == "leak":
            token = site.sessions.home[run] == Home.TOKEN
            site.sessions.leak_share[run] = fault.share
            site.sessions.leak_until[run] = site.tick + ticks(cat.TOKEN_LIFE_SECONDS if token else cat.REVOKE_SECONDS)
            return
        candidates = (
            site.columns(run, pool)
            if pool is not None
            else [c for c in [site.find(run, fault.target)] if c is not None]
        )
        candidates = [c for c in candidates if table.condition[run, c] == Condition.UP]
        if not candidates:
            return
        pick = int(uniform_one(int(site.seeds[run]), Stream.TARGET, number, 0) * len(candidates))
        column = candidates[pick]
        if fault.kind == "crash":
            self.crash(run, column)
        else:
            table.slow[run, column] = fault.factor
            table.slow_until[run, column] = site.tick + ticks(fault.lasts)
            name = site.name(run, column)
            site.say(run, 1, name, "slow", f"{name} takes {fault.factor:g} times as long for everything")


def ticks_at(seconds: float) -> int:
    """The tick at or after a moment of the plan."""
    return int(np.ceil(seconds * cat.TICKS_PER_SECOND - 1e-9))
