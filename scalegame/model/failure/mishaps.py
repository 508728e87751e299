"""What each kind of fault does to a site, whoever brings it: the level's script or chance."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.failure.chance import plan_zone
from scalegame.model.failure.releases import publish
from scalegame.model.homes.belongings import Disk, of_machines, of_memory, was_lost
from scalegame.model.homes.sessions import Home, steal
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.site import SERVING, Site
from scalegame.model.state import NEVER, ZONES, Condition, Pool
from scalegame.model.texts import share_text
from scalegame.model.turns import DEPLOY, leave_out


class Mishaps:
    """Befalls machines, zones and pools of a site."""

    def __init__(self, site: Site, life: Lifecycle) -> None:
        self.site = site
        self.life = life

    def crash(self, run: int, column: int) -> None:
        """A machine dies; its disk is well."""
        self.life.crash(run, column)

    def lose_disk(self, run: int, column: int) -> None:
        """A machine dies, and what was on its disk is gone."""
        self.life.crash(run, column, cat.DISK_REPAIR_SECONDS, disk=True)

    def end_for_good(self, run: int, column: int) -> None:
        """A machine dies and does not come back by itself; one that was not up yet does not come up. No fault of a
        level does this: it is for experiments on a fork."""
        table = self.site.table
        if table.condition[run, column] in SERVING:
            self.life.crash(run, column)
        else:
            if table.queued[run, column]:
                leave_out(self.site, run, column)
            table.condition[run, column] = int(Condition.DEAD)
        self.life.put_off(run, column, NEVER)

    def slow(self, run: int, column: int, factor: float, seconds: float) -> None:
        """A machine works on, slowly: a sick disk, a noisy neighbour. Health checks pass."""
        site, table = self.site, self.site.table
        table.slow[run, column] = factor * table.release_factor[run, column]
        table.slow_until[run, column] = site.tick + ticks(seconds)
        name = site.name(run, column)
        site.say(run, 1, name, "slow", f"{name} takes {factor:g} times as long for everything")

    def blip(self, run: int, column: int, seconds: float) -> None:
        """The network does not reach a machine for a while."""
        self.life.blip(run, column, seconds)

    def flush(self, run: int, columns: list[int]) -> None:
        """A cache forgets everything, and goes on empty: all of it, or some of its machines."""
        site = self.site
        up = [column for column in columns if site.table.condition[run, column] in SERVING]
        if not up:
            return
        pool = site.pool_of(up[0])
        held = of_memory(site, run, up) if pool == Pool.CACHE else of_machines(site, run, up, Disk.KEPT)
        self.life.flush(run, up)
        name = site.name(run, up[0]) if len(up) == 1 else f"all of the {site.pool_name(run, pool)}"
        lost = ", ".join(was_lost(held)) or "it holds nothing any more"
        site.say(run, 2, site.name(run, up[0]), "flush", f"{name} was flushed: {lost}")

    def take_out(self, run: int, zone: int, seconds: float) -> None:
        """A zone goes out: its machines die with it, and boot when it is back."""
        site, table = self.site, self.site.table
        until = site.tick + ticks(seconds)
        site.outages.until[run, zone] = until
        letter = ZONES[zone]
        site.say(run, 2, f"zone {letter}", "outage", f"zone {letter} is out")
        for pool in Pool:
            for column in site.machines(run, pool):
                if int(table.zone[run, column]) != zone:
                    continue
                if table.condition[run, column] in SERVING:
                    self.life.crash(run, column, seconds + cat.RESTART_SECONDS)
                elif table.due[run, column] < NEVER:
                    later = until + ticks(cat.RESTART_SECONDS)
                    self.life.put_off(run, column, max(int(table.due[run, column]), later))

    def bring_back(self, run: int, zone: int) -> None:
        """An outage is over; what stands there boots."""
        site = self.site
        site.outages.until[run, zone] = NEVER
        plan_zone(site, run, zone)
        letter = ZONES[zone]
        site.say(run, 0, f"zone {letter}", "well", f"zone {letter} is back")

    def deploy(self, run: int, pool: Pool, wrong: float = 0.0, factor: float = 1.0) -> None:
        """A release that somebody else rolls out, good or bad."""
        publish(self.site.releases, run, pool, wrong, factor)
        self.life.roll(run, pool, DEPLOY, f"the deploy of {self.site.pool_name(run, pool)}")

    def change_data(self, run: int, name: str, share: float, seconds: float) -> None:
        """Other items of a data set become popular, by so large a share; or, without one, all of it is written in so
        many seconds. Nothing in a world where nobody reads it."""
        caching = self.site.caching
        data = None if caching is None else caching.data_named(name)
        if caching is None or data is None:
            return
        if share > 0.0:
            caching.shift(run, data, share)
            told = f"{share_text(share, 1.0)} of what is popular in {name} is so no more; other items are"
        else:
            caching.rewrite(run, data, self.site.tick, ticks(seconds))
            told = f"all of {name} is written anew, within {seconds:g} s"
        self.site.say(run, 0, "database", "shift" if share > 0.0 else "rewrite", told)

    def leak(self, run: int, share: float) -> None:
        """A login is stolen: it works until it expires or is revoked."""
        site = self.site
        token = site.sessions.home[run] == Home.TOKEN
        seconds = float(site.knob("token.life")[run]) if token else cat.REVOKE_SECONDS
        steal(site.sessions, run, share, site.tick + ticks(seconds))
        what, end = ("token", "it expires") if token else ("session", "it is revoked")
        thief = f"{share_text(share, 1.0)} of the requests that need a session are a thief's"
        site.say(run, 1, "app", "leak", f"a stolen {what} is used: {thief} until {end} in {seconds:g} s")

    def end_leaks(self, run: int) -> None:
        """Logins that were stolen and do not work any more."""
        sessions = self.site.sessions
        over = sessions.leak_until[run] <= self.site.tick
        if not over.any():
            return
        sessions.leak_share[run, over], sessions.leak_until[run, over] = 0.0, NEVER
        self.site.say(run, 0, "app", "leak", "the stolen login does not work any more")


def at_work(site: Site, run: int, column: int) -> bool:
    """A machine that something can befall."""
    return bool(site.table.condition[run, column] == Condition.UP)
