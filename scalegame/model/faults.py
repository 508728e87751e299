"""What breaks: the events that a level's file has written down."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.draws import Stream, uniform_one
from scalegame.model.lifecycle import DEPLOY, Lifecycle, ticks
from scalegame.model.scenario import Fault
from scalegame.model.sessions import Home
from scalegame.model.site import Site
from scalegame.model.state import NEVER, Condition


class Faults:
    """Strikes a site by the script."""

    def __init__(self, site: Site, life: Lifecycle) -> None:
        self.site = site
        self.life = life

    def soonest(self) -> int:
        """The next tick that has a warning or a fault in any run."""
        site = self.site
        soonest = NEVER
        faults, warnings = site.scenario.faults, self._warnings()
        for run in range(site.runs):
            skipped = int(site.timeline.skipped[run])
            if site.next_fault[run] < len(faults):
                soonest = min(soonest, ticks_at(faults[int(site.next_fault[run])].seconds) - skipped)
            if site.next_warning[run] < len(faults):
                fault = warnings[int(site.next_warning[run])]
                soonest = min(soonest, ticks_at(fault.seconds - fault.warning_seconds) - skipped)
        return soonest

    def _warnings(self) -> list[Fault]:
        return sorted(self.site.scenario.faults, key=lambda fault: fault.seconds - fault.warning_seconds)

    def strike(self, run: int) -> None:
        """Say the warnings and do the faults that are due in a run."""
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
        pool = site.pool_named(run, fault.target)
        if fault.kind == "deploy":
            if pool is not None:
                self.life.roll(run, pool, DEPLOY, f"the deploy of {fault.target}")
            return
        if fault.kind == "leak":
            token = site.sessions.home[run] == Home.TOKEN
            site.sessions.leak_share[run] = fault.share
            site.sessions.leak_until[run] = site.tick + ticks(cat.TOKEN_LIFE_SECONDS if token else cat.REVOKE_SECONDS)
            return
        candidates = (
            site.machines(run, pool)
            if pool is not None
            else [c for c in [site.find(run, fault.target)] if c is not None]
        )
        candidates = [c for c in candidates if table.condition[run, c] == Condition.UP]
        if not candidates:
            return
        pick = int(uniform_one(int(site.seeds[run]), Stream.TARGET, number, 0) * len(candidates))
        column = candidates[pick]
        if fault.kind == "crash":
            self.life.crash(run, column)
        else:
            table.slow[run, column] = fault.factor
            table.slow_until[run, column] = site.tick + ticks(fault.lasts)
            name = site.name(run, column)
            site.say(run, 1, name, "slow", f"{name} takes {fault.factor:g} times as long for everything")


def ticks_at(seconds: float) -> int:
    """The tick at or after a moment of the plan."""
    return int(np.ceil(seconds * cat.TICKS_PER_SECOND - 1e-9))
