"""What happens to machines in time: boots, resizes, drains, deploys, crashes, repairs, and health checks that notice.

Everything here is rare; ``schedule`` calls it when something is due.
"""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.billing import bill_rest, bill_size
from scalegame.model.copies.caching import CACHE
from scalegame.model.data.replication import seed_replica
from scalegame.model.data.stores import free_callers, stores_of
from scalegame.model.failure.chance import plan_failure
from scalegame.model.failure.outages import zone_back
from scalegame.model.failure.rollout import run_release
from scalegame.model.front.dealing import is_sticky, walked_as_one
from scalegame.model.front.door import close_if_gone
from scalegame.model.front.warming import grow_warmer, start_cold
from scalegame.model.front.zones import zone_for
from scalegame.model.homes import records, uploads
from scalegame.model.homes.belongings import Disk, of_machines, was_lost
from scalegame.model.homes.forgetting import flush, lose_memory, lose_pages
from scalegame.model.numbers.draws import Stream, uniform_one
from scalegame.model.queue.workers import cut_off, hand_back, handed_back_text, in_hand
from scalegame.model.site import SERVING, Site, UnderWay, key_of
from scalegame.model.state import NEVER, TIER_OF, Condition, Pool, Tier
from scalegame.model.texts import counted
from scalegame.model.turns import DEPLOY, RESIZE, ROLLBACK, is_leaving, leave_out, queue_up
from scalegame.model.way.ledger import CRASH, DOWN

_OWN = ("boot", "remove")
"""Orders that are one machine's own: they go with it."""


def ticks(seconds: float) -> int:
    """Whole ticks, at least one."""
    return max(1, int(np.ceil(seconds * cat.TICKS_PER_SECOND - 1e-9)))


class Lifecycle:
    """Moves the machines of a site from one condition to the next."""

    def __init__(self, site: Site) -> None:
        self.site = site

    def boot(self, run: int, pool: Pool, size: int, seconds: float = cat.BOOT_SECONDS, zone: int | None = None) -> int:
        """A new machine, up after so long, in the zone asked for or where there are fewest; its column."""
        site = self.site
        up = site.tick + ticks(seconds)
        where = zone_for(site, run, pool) if zone is None else zone
        column = site.install(run, pool, size, Condition.BOOTING, up, where)
        name = site.name(run, column)
        self.note(run, "boot", name, f"boot {name}", up, pool=int(pool), serial=int(site.table.serial[run, column]))
        back = zone_back(site.outages, run, int(site.table.zone[run, column]))
        if back is not None:
            self.put_off(run, column, max(up, back + ticks(cat.BOOT_SECONDS)))
        return column

    # Machines --------------------------------------------------------------------------------------------------------

    def attend(self, run: int, column: int) -> None:
        """Do what is due for a machine in this tick."""
        site, table, now = self.site, self.site.table, self.site.tick
        if table.fails[run, column] <= now:
            self.crash(run, column)
        if table.slow_until[run, column] <= now:
            table.slow[run, column] = table.release_factor[run, column]
            table.slow_until[run, column] = NEVER
            site.say(run, 0, site.name(run, column), "well", f"{site.name(run, column)} is as fast as ever again")
        if table.blip_until[run, column] <= now:
            self._reached(run, column)
        if table.due[run, column] <= now:
            self._ended(run, column)
        if table.notice[run, column] <= now:
            self._noticed(run, column)
        if table.warmer[run, column] <= now:
            grow_warmer(site, run, column)

    def _ended(self, run: int, column: int) -> None:
        site, table = self.site, self.site.table
        name = site.name(run, column)
        condition = Condition(int(table.condition[run, column]))
        if condition == Condition.DRAINING:
            if in_hand(site, run, column) > 0.0:
                # It takes no more messages, and leaves when it is done with what it has.
                self.put_off(run, column, site.tick + ticks(cat.DRAIN_SECONDS))
                return
            if table.queued[run, column] in (DEPLOY, ROLLBACK):
                self._replace(run, column)
                back = table.queued[run, column] == ROLLBACK
                self.enter(run, column, Condition.DEPLOYING, cat.ROLLBACK_SECONDS if back else cat.DEPLOY_SECONDS)
                return
            if table.queued[run, column] == RESIZE:
                self._stop(run, column, "is rebooted", DOWN)
                self.enter(run, column, Condition.RESIZING, cat.RESIZE_SECONDS)
                bill_size(site, run, column, int(table.next_size[run, column]))
                return
            self.take_away(run, column)
            return
        if condition == Condition.DEAD and site.own_order(run, column, "remove"):
            self.take_away(run, column)
            return
        resized = table.next_size[run, column] != table.size[run, column]
        if resized and condition != Condition.RESIZING:
            # A rolling order found it away.
            bill_size(site, run, column, int(table.next_size[run, column]))
        if resized:
            site.fit(run, column, int(table.next_size[run, column]))
        had = (RESIZE,) if condition == Condition.RESIZING else (DEPLOY, ROLLBACK)
        if condition in (Condition.DEPLOYING, Condition.RESIZING) and table.queued[run, column] in had:
            table.queued[run, column] = 0
        if table.blank[run, column] and site.pool_of(column) in (Pool.REPLICA, Pool.STANDBY):
            table.blank[run, column] = 0.0
            self.enter(run, column, Condition.BOOTING, cat.SEED_SECONDS)
            site.say(run, 0, name, "copy", f"{name} is back with an empty disk, and copies all data")
            return
        back = f"is back, {site.sizes[int(table.size[run, column])].name} now" if resized else "is back"
        said = {Condition.BOOTING: "has booted", Condition.DEPLOYING: "runs its release"}.get(condition, back)
        # Whatever starts gets what its pool is at: a rolling order does not wait for who is dead.
        run_release(site, run, column)
        site.say(run, 0, name, "up", f"{name} {said}")
        if condition == Condition.BOOTING and site.pool_of(column) == Pool.REPLICA:
            seed_replica(site.database, table, run, column, site.tick)
        if TIER_OF[site.pool_of(column)] == Tier.SERVERS:
            lose_memory(self.site, run, column)
            lose_pages(self.site, run, column)
        self.come_up(run, column)
        start_cold(site, run, column)

    def come_up(self, run: int, column: int) -> None:
        """A machine answers again; a balancer finds out by its health check, a lone first machine is found at once."""
        site, table = self.site, self.site.table
        table.condition[run, column] = int(Condition.UP)
        table.due[run, column] = NEVER
        table.blank[run, column] = 0.0
        plan_failure(site, run, column, key_of(site, run, column))
        if not table.in_rotation[run, column]:
            table.notice[run, column] = site.tick + 1
        site.alter(run)

    def flush(self, run: int, columns: list[int]) -> None:
        """Machines of a pool forget everything, and go on."""
        flush(self.site, run, columns)
        self.site.alter(run)

    def put_off(self, run: int, column: int, until: int) -> None:
        """What a machine is doing ends later, at tick ``until``; the order that it is under way by too."""
        site, table = self.site, self.site.table
        table.due[run, column] = until
        for kind in _OWN:
            order = site.own_order(run, column, kind)
            if order is not None:
                order.ends = until

    def blip(self, run: int, column: int, seconds: float) -> None:
        """The network does not reach a machine for so long. It works on what it has and its answers wait on the wire,
        as does what is sent to it; health checks fail meanwhile."""
        site, table = self.site, self.site.table
        if Condition(int(table.condition[run, column])) not in SERVING:
            return
        until = site.tick + ticks(seconds)
        cut_off(site, run, column, until)
        table.blip_until[run, column] = until
        self._plan_notice(run, column)
        pool = site.pool_of(column)
        hit = [column] if TIER_OF[pool] == Tier.SERVERS else []
        if TIER_OF[pool] == Tier.DATA:
            hit = [c for c in site.servers(run) if table.held[run, c] > 0.0]
        for server in hit:
            site.fates.delay(run, key_of(site, run, server), site.tick, until)
        name = site.name(run, column)
        site.say(run, 1, name, "blip", f"the network does not reach {name}")
        site.alter(run)

    def _reached(self, run: int, column: int) -> None:
        site, table = self.site, self.site.table
        table.blip_until[run, column] = NEVER
        name = site.name(run, column)
        if Condition(int(table.condition[run, column])) in SERVING:
            # Checks that had not failed often enough begin again; one that took it out needs to pass.
            table.notice[run, column] = NEVER if table.in_rotation[run, column] else site.tick + 1
            site.say(run, 0, name, "well", f"the network reaches {name} again")
        site.alter(run)

    def enter(self, run: int, column: int, condition: Condition, seconds: float) -> None:
        """Begin a condition that ends by itself."""
        table = self.site.table
        table.condition[run, column] = int(condition)
        table.due[run, column] = self.site.tick + ticks(seconds)
        if condition != Condition.DRAINING:
            table.fails[run, column] = NEVER
            table.ails[run, column] = NEVER
        self.site.alter(run)

    def _still_asked_for(self, run: int, column: int) -> bool:
        """A balancer that keeps users with their server sends them to a dead one until its check notices: only then do
        they come to another, which does not know them."""
        site = self.site
        server = TIER_OF[site.pool_of(column)] == Tier.SERVERS
        return server and is_sticky(site, run) and bool(site.table.in_rotation[run, column])

    def _replace(self, run: int, column: int) -> None:
        """A release starts on a machine that is as good as new: its memory and its own files are gone."""
        site = self.site
        held = of_machines(site, run, [column], Disk.RELEASED)
        lose_memory(self.site, run, column)
        self.lose_disk(run, column, Disk.RELEASED)
        name, lost = site.name(run, column), was_lost(held)
        said = ": " + ", ".join(lost) if lost else ": nobody misses the old one"
        site.say(run, 1 if lost else 0, name, "replaced", f"{name} is replaced by one of another release{said}")

    def lose_disk(self, run: int, column: int, disk: Disk = Disk.LOST) -> None:
        """What was on a machine's disk is lost: the files of a server, and the data, unless its volume stays."""
        site, table = self.site, self.site.table
        if disk == Disk.KEPT:
            return
        servers = site.columns.tiers[Tier.SERVERS]
        if TIER_OF[site.pool_of(column)] == Tier.SERVERS:
            uploads.lose_disk(site.uploads, table.files[:, servers], run, site.local(column))
        lost = of_machines(site, run, [column], disk).data
        if lost > 0.0:
            table.data[run, column] = 0.0
            records.lose(site.records, run, lost, site.tick)
            self._restore(run, site.name(run, column))
        site.alter(run)

    def _restore(self, run: int, name: str) -> None:
        """Begin to read back last night's backup; a loss meanwhile begins it anew."""
        site = self.site
        site.under_way[run] = [order for order in site.under_way[run] if order.kind != "restore"]
        done = site.tick + ticks(cat.RESTORE_SECONDS)
        site.records.restored[run] = done
        self.note(run, "restore", name, "restore last night's backup", done)

    def _stop(self, run: int, column: int, why: str, outcome: int = CRASH, *, disk: Disk = Disk.KEPT) -> None:
        """A machine stops at once: what it holds is lost, its memory too, and its disk perhaps."""
        site = self.site
        name = site.name(run, column)
        gone = of_machines(site, run, [column], disk)
        lost = 0.0
        pool = site.pool_of(column)
        if TIER_OF[pool] == Tier.SERVERS:
            lost = self._drop(run, column, outcome)
        elif TIER_OF[pool] == Tier.DATA:
            lost = site.fates.cut_stores(run, stores_of(site, run, column), site.tick, outcome, int(pool))
            free_callers(site, run, column)
        back = handed_back_text(site, run, hand_back(site, run, column))
        if not self._still_asked_for(run, column):
            lose_memory(self.site, run, column)
        self.lose_disk(run, column, disk)
        site.empty(run, column)
        parts = [counted(lost, "request under way is lost", "requests under way are lost")] if lost >= 1.0 else []
        parts += was_lost(gone)
        parts += [back] if back else []
        site.say(
            run,
            2 if outcome == CRASH else 1,
            name,
            "stop",
            f"{name} {why}" + (": " + ", ".join(parts) if parts else ""),
        )

    def _drop(self, run: int, column: int, outcome: int) -> float:
        """What a server has under way fails; of a queue that it shares, it takes its part along. Returns how many."""
        site, table = self.site, self.site.table
        pool = site.pool_of(column)
        lost = site.fates.cut(run, key_of(site, run, column), site.tick, outcome, int(pool))
        if not lost or not walked_as_one(site, run):
            return lost
        common = site.columns.commons[pool]
        total = float(table.cores[run, common])
        part = min(1.0, float(table.cores[run, column]) / total) if total > 0.0 else 1.0
        for value in (table.n, table.held):
            value[run, common] = np.floor(value[run, common] * (1.0 - part))
        if site.classes > 1:
            queue, local = site.queue_of(common), site.local(common)
            queue.hold(run, local, site.tick, np.floor(queue.content(run, local, site.tick) * (1.0 - part) + 0.5))
        return lost

    def crash(self, run: int, column: int, seconds: float = cat.REPAIR_SECONDS, *, disk: bool = False) -> None:
        """A machine dies, its disk with it or not, and comes back by itself after so long. Nobody but its clients knows
        until the health check does. One that was to leave for good leaves now."""
        table = self.site.table
        if Condition(int(table.condition[run, column])) not in SERVING:
            table.fails[run, column] = NEVER
            return
        leaves = is_leaving(self.site, run, column)
        if disk:
            self._stop(run, column, "died, and its disk with it", disk=Disk.LOST)
            table.blank[run, column] = 1.0
        else:
            self._stop(run, column, "died")
        # Whom nobody wants back is not repaired.
        self.enter(run, column, Condition.DEAD, 0.0 if leaves else seconds)
        if table.queued[run, column]:
            leave_out(self.site, run, column)
        self._plan_notice(run, column)

    def _plan_notice(self, run: int, column: int) -> None:
        """The balancer's checks fail from now on: the k-th in a row takes the machine out of rotation."""
        site, table = self.site, self.site.table
        key = key_of(site, run, column)
        phase = uniform_one(int(site.seeds[run]), Stream.FAILURE, site.tick, key, part=1)
        seconds = (phase + float(site.knob("health.threshold")[run]) - 1.0) * float(site.knob("health.interval")[run])
        table.notice[run, column] = site.tick + ticks(seconds)

    def _noticed(self, run: int, column: int) -> None:
        site, table = self.site, self.site.table
        table.notice[run, column] = NEVER
        well = table.condition[run, column] == Condition.UP and table.blip_until[run, column] == NEVER
        if bool(table.in_rotation[run, column]) == well:
            return
        table.in_rotation[run, column] = well
        tier = TIER_OF[site.pool_of(column)]
        if tier == Tier.SERVERS and Condition(int(table.condition[run, column])) not in SERVING:
            lose_memory(self.site, run, column)
        if not well and (tier == Tier.DOOR or (tier == Tier.SERVERS and site.doors.mode[run])):
            name = site.name(run, column)
            site.say(run, 1, name, "check", f"the health check took {name} out of rotation")

    def restart(self, run: int, column: int) -> None:
        """Stop a machine and boot it again, or boot a dead one."""
        table = self.site.table
        if Condition(int(table.condition[run, column])) in SERVING:
            self._stop(run, column, "is restarted", DOWN)
            self._plan_notice(run, column)
        self.enter(run, column, Condition.RESTARTING, cat.RESTART_SECONDS)

    def resize(self, run: int, column: int, size: int) -> None:
        """Reboot a machine as another size; one that is not up yet just becomes it."""
        site, table = self.site, self.site.table
        if table.queued[run, column] == RESIZE:
            leave_out(site, run, column)
        table.next_size[run, column] = size
        if Condition(int(table.condition[run, column])) in SERVING:
            self._stop(run, column, f"reboots as {site.sizes[size].name}", DOWN)
            self._plan_notice(run, column)
        self.enter(run, column, Condition.RESIZING, cat.RESIZE_SECONDS)
        bill_size(self.site, run, column, size)

    def fence(self, run: int, column: int) -> None:
        """Nobody talks to a machine any more, were it to come back: what it has under way is lost."""
        self._stop(run, column, "is cut off: another takes its place", DOWN)

    def drain(self, run: int, column: int) -> None:
        """Take a machine out of rotation and let it finish."""
        table = self.site.table
        table.in_rotation[run, column] = False
        table.notice[run, column] = NEVER
        self.enter(run, column, Condition.DRAINING, cat.DRAIN_SECONDS)

    def retire(self, run: int, column: int) -> None:
        """Let a machine finish and leave for good; until it has, the order can be taken back."""
        site = self.site
        self.drain(run, column)
        name, serial = site.name(run, column), int(site.table.serial[run, column])
        until = int(site.table.due[run, column])
        self.note(run, "remove", name, f"remove {name}", until, pool=int(site.pool_of(column)), serial=serial)

    def keep(self, run: int, column: int) -> None:
        """A machine that was to leave goes on as if nothing had been."""
        table = self.site.table
        self.site.drop(run, self.site.own_order(run, column, "remove"))
        table.condition[run, column] = int(Condition.UP)
        table.due[run, column] = NEVER
        table.notice[run, column] = self.site.tick + 1
        self.site.alter(run)

    def take_away(self, run: int, column: int) -> None:
        """A machine leaves for good; what it still held is lost, the rest of its minimum is billed."""
        site = self.site
        bill_rest(site, run, column)
        name = site.name(run, column)
        for kind in _OWN:
            site.drop(run, site.own_order(run, column, kind))
        held = was_lost(of_machines(site, run, [column], Disk.LOST))
        if TIER_OF[site.pool_of(column)] == Tier.SERVERS:
            self._drop(run, column, DOWN)
        elif TIER_OF[site.pool_of(column)] == Tier.DATA:
            stores = stores_of(site, run, column)
            site.fates.cut_stores(run, stores, site.tick, DOWN, int(site.pool_of(column)))
            free_callers(site, run, column)
        lose_memory(self.site, run, column)
        pool = site.pool_of(column)
        self.lose_disk(run, column)
        site.uninstall(run, column)
        if pool == Pool.CACHE and site.caching is not None and not site.machines(run, pool):
            site.caching.choose(run, CACHE, site.caching.keeps(run, CACHE), keep=False)
        if not site.machines(run, pool):
            site.drop(run, site.rolling(run, pool))
            site.unroute(run, pool)
        close_if_gone(site, run)
        site.say(run, 1 if held else 0, name, "gone", f"{name} is gone" + (": " + ", ".join(held) if held else ""))

    # Orders that take time -------------------------------------------------------------------------------------------

    def roll(self, run: int, pool: Pool, what: int, text: str, size: int = 0) -> None:
        """Begin a rolling order on all machines of a pool."""
        site = self.site
        queue_up(site, run, pool, what, size)
        self.note(run, "rolling", site.pool_name(run, pool), text, NEVER, pool=int(pool), value=what)

    def note(
        self, run: int, kind: str, place: str, text: str, ends: int, *, pool: int = -1, serial: int = 0, value: int = 0
    ) -> None:
        """Write down an order that takes time."""
        site = self.site
        number = int(site.next_order[run])
        site.next_order[run] += 1
        site.under_way[run].append(UnderWay(number, kind, place, text, site.tick, ends, pool, serial, value))
        site.next_due = 0
