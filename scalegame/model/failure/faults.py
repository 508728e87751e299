"""What breaks and when: the events that a level's file has written down, and those that come by chance."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.failure.chance import AILMENTS, plan_ailment, plan_zone
from scalegame.model.failure.mishaps import Mishaps, at_work
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.numbers.draws import Stream, uniform_one
from scalegame.model.scenario import Fault, FaultKind
from scalegame.model.site import Site, key_of
from scalegame.model.state import NEVER, ZONES, Pool, Whole


class Faults:
    """Strikes a site by the script and by chance."""

    def __init__(self, site: Site, life: Lifecycle) -> None:
        self.site = site
        self._mishaps = Mishaps(site, life)
        for run in range(site.runs):
            for zone in range(len(ZONES)):
                plan_zone(site, run, zone)

    def soonest(self) -> Whole:
        """The next tick that has a warning or a fault, (runs,)."""
        site = self.site
        ends = np.minimum(site.outages.fails, site.outages.until)
        leaks = site.sessions.leak_until
        soonest: Whole = np.minimum.reduce(ends, axis=1)
        for when in (leaks, site.script.due, site.script.warns):
            soonest = np.minimum(soonest, np.minimum.reduce(when, axis=1, initial=NEVER))
        return soonest

    def strike(self, run: int) -> None:
        """Say the warnings and do the faults that are due in a run."""
        self._by_chance(run)
        self._mishaps.end_leaks(run)
        site = self.site
        due, warns = site.script.due[run], site.script.warns[run]
        for number in np.flatnonzero(warns <= site.tick).tolist():
            fault = site.scenario.faults[number]
            warns[number] = NEVER
            site.say(run, 1, fault.target, "omen", fault.warning)
        for number in np.flatnonzero(due <= site.tick).tolist():
            due[number] = NEVER
            self._strike(run, number)

    def _strike(self, run: int, number: int) -> None:
        site, mishaps = self.site, self._mishaps
        fault = site.scenario.faults[number]
        pool = site.pool_named(run, fault.target)
        news = fault.news or self._news_of(run, fault)
        if news:
            site.say(run, 1, fault.target, fault.kind, news)
        if fault.kind == "leak":
            mishaps.leak(run, fault.share)
        elif fault.kind in ("deploy", "bad-deploy"):
            if pool is not None:
                bad = fault.kind == "bad-deploy"
                mishaps.deploy(run, pool, *((fault.share, fault.factor) if bad else ()))
        elif fault.kind in ("shift", "rewrite"):
            mishaps.change_data(run, fault.target, fault.share, fault.lasts)
        elif fault.kind == "zone-outage":
            zone = self._zone(run, number)
            if zone is not None:
                mishaps.take_out(run, zone, fault.lasts)
        elif pool is not None and fault.kind == "cache-flush":
            mishaps.flush(run, self._candidates(run, fault.target))
        elif pool is not None and fault.kind == "blip":
            for column in self._candidates(run, fault.target):
                mishaps.blip(run, column, fault.lasts)
        else:
            picked = self._pick(run, number)
            if picked is not None:
                self._befall(run, picked, fault.kind, fault.factor, fault.lasts)

    def _news_of(self, run: int, fault: Fault) -> str:
        """What is said of a fault whose level has no words for it, where what it befalls will not say so itself."""
        if fault.kind == "surge":
            return f"{fault.target} surges: up to {fault.factor:g} times as many, for {fault.lasts:g} s"
        if "deploy" in fault.kind and self.site.pool_named(run, fault.target) is not None:
            return f"a new release of {fault.target} rolls out"
        return ""

    def _befall(self, run: int, column: int, kind: FaultKind, factor: float, seconds: float) -> None:
        """One machine's fault."""
        mishaps = self._mishaps
        if kind == "crash":
            mishaps.crash(run, column)
        elif kind == "disk-loss":
            mishaps.lose_disk(run, column)
        elif kind == "slow":
            mishaps.slow(run, column, factor, seconds)
        elif kind == "blip":
            mishaps.blip(run, column, seconds)
        else:
            mishaps.flush(run, [column])

    def _candidates(self, run: int, target: str) -> list[int]:
        """Columns of the machines at work that a target names."""
        site = self.site
        pool = site.pool_named(run, target)
        named = site.find(run, target) if pool is None else None
        found = site.machines(run, pool) if pool is not None else [named] if named is not None else []
        return [column for column in found if at_work(site, run, column)]

    def _pick(self, run: int, number: int) -> int | None:
        """The machine that a scripted fault strikes: of several, the seed's choice."""
        candidates = self._candidates(run, self.site.scenario.faults[number].target)
        if not candidates:
            return None
        u = uniform_one(int(self.site.seeds[run]), Stream.TARGET, number, 0)
        return candidates[int(u * len(candidates))]

    def _zone(self, run: int, number: int) -> int | None:
        """The zone that a scripted fault strikes."""
        target = self.site.scenario.faults[number].target
        if target in ZONES:
            return ZONES.index(target)
        picked = self._pick(run, number)
        return None if picked is None else int(self.site.table.zone[run, picked])

    # By chance -------------------------------------------------------------------------------------------------------

    def _by_chance(self, run: int) -> None:
        site, table = self.site, self.site.table
        for zone in range(len(ZONES)):
            if site.outages.until[run, zone] <= site.tick:
                self._mishaps.bring_back(run, zone)
            if site.outages.fails[run, zone] <= site.tick:
                site.outages.fails[run, zone] = NEVER
                self._mishaps.take_out(run, zone, cat.ZONE_OUTAGE_SECONDS)
        if not site.scenario.random_faults:
            return
        for pool in Pool:
            for column in site.machines(run, pool):
                if table.ails[run, column] > site.tick:
                    continue
                kind = AILMENTS[int(table.ailment[run, column])]
                plan_ailment(site, run, column, key_of(site, run, column))
                seconds = cat.BLIP_SECONDS if kind == "blip" else cat.SLOW_SECONDS
                self._befall(run, column, kind, cat.SLOW_FACTOR, seconds)
