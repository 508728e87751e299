"""Autoscalers: target tracking, as AWS's and Kubernetes' horizontal one do it.

Once a second each looks at its pool's load in cores and orders what that needs at the target utilisation, by the very
orders that a player gives. It is quick to add and slow to take away: it takes away only what was too much for a whole
window, and then a tenth of the pool. What it cannot know is what is to come, and why the load is there.
"""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.automation.gauges import busy_cores, cores_up, standing
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import give, quote_of, refusal_of
from scalegame.model.orders import Add, Order, Remove
from scalegame.model.site import Site
from scalegame.model.state import NEVER, Condition, Pool
from scalegame.model.texts import counted


class Autoscaler:
    """Looks after the pools of a site that have one (see scaling.Scaling for what each knows)."""

    def __init__(self, site: Site, life: Lifecycle) -> None:
        self.site = site
        self.life = life
        self._left = site.scaling.purse.copy()
        """What is left to order for at this look, (runs,) micro-dollars."""

    def look(self) -> None:
        """Act for every pool whose turn it is: once a second, at the same ticks in every run."""
        site = self.site
        scaling = site.scaling
        every = ticks(cat.AUTOSCALER_LOOKS_SECONDS)
        if site.tick % every == 0:
            self._left = scaling.purse - site.books.state.money.sum(axis=1)
            for run, index in np.argwhere(scaling.high > 0).tolist():
                self._track(run, Pool(index))
        site.next_look = (site.tick // every + 1) * every if scaling.high.any() else NEVER

    def _track(self, run: int, pool: Pool) -> None:
        site, scaling = self.site, self.site.scaling
        here = standing(site, run, pool)
        if not here and not (site.table.condition[run, site.columns.spans[pool]] == Condition.DEAD).any():
            scaling.forget(run, pool)
            site.say(run, 1, "", "autoscaler", "an autoscaler has no pool left and ends")
            return
        need = self._need(run, pool)
        scaling.need[run, pool] = need
        if need > here:
            scaling.below[run, pool] = NEVER
            self._more(run, pool, need - here)
        elif need < here:
            self._fewer(run, pool, need, here)
        else:
            scaling.below[run, pool] = NEVER

    def _need(self, run: int, pool: Pool) -> int:
        """Machines that the load needs at the target, within the limits.

        The load is smoothed in cores and not as a share: a machine that joins does not change it.
        """
        site, scaling = self.site, self.site.scaling
        load = float(scaling.load[run, pool])
        load += cat.AUTOSCALER_SMOOTHING * (busy_cores(site, run, pool) - load)
        scaling.load[run, pool] = load
        up = site.table.condition[run, site.columns.spans[pool]] == Condition.UP
        machines = int(np.count_nonzero(up))
        need = 0
        if machines:
            each = cores_up(site, run, pool) / machines * float(scaling.target[run, pool])
            need = int(np.ceil(load / each - 1e-9))
            if need > machines and load <= each * machines * (1.0 + cat.AUTOSCALER_TOLERANCE):
                need = machines
        return min(max(need, int(scaling.low[run, pool])), int(scaling.high[run, pool]))

    def _more(self, run: int, pool: Pool, count: int) -> None:
        """Order machines, as many as the purse can pay."""
        site, scaling = self.site, self.site.scaling
        if site.tick < scaling.rest[run, pool]:
            return
        name = site.pool_name(run, pool)
        one = self._price(Add(name, 1), run)
        paid = count if one <= 0 else min(count, max(0, int(self._left[run])) // one)
        state = f"{name} is at {self._share(run, pool)} of its cores"
        order = Add(name, min(paid, cat.AUTOSCALER_MOST_AT_ONCE))
        why = refusal_of(order, site, run) if paid else "the purse cannot pay another machine"
        if why:
            scaling.rest[run, pool] = site.tick + ticks(cat.AUTOSCALER_WINDOW_SECONDS)
            site.say(run, 1, name, "autoscaler", f"autoscaler: {state} and gets no more: {why}")
            return
        site.say(run, 0, name, "autoscaler", f"autoscaler: {state}: {order.count} more")
        self._left[run] -= one * order.count
        self._order(order, run)

    def _fewer(self, run: int, pool: Pool, need: int, here: int) -> None:
        """Take some away once all of them were too many for a whole window."""
        site, scaling = self.site, self.site.scaling
        if scaling.below[run, pool] == NEVER:
            scaling.below[run, pool] = site.tick
            scaling.most[run, pool] = need
        scaling.most[run, pool] = max(int(scaling.most[run, pool]), need)
        if site.tick - scaling.below[run, pool] < ticks(cat.AUTOSCALER_WINDOW_SECONDS):
            return
        name = site.pool_name(run, pool)
        going = min(here - int(scaling.most[run, pool]), max(1, int(here * cat.AUTOSCALER_SHRINKS_SHARE)))
        scaling.below[run, pool] = NEVER
        order = Remove(name, going)
        if pool == Pool.CACHE:
            # By its pool's name it would go as a whole; and each that goes takes its part of the keys along.
            going, order = 1, Remove(site.name(run, site.machines(run, pool)[-1]))
        if refusal_of(order, site, run):
            return
        harm = quote_of(order, site, run).consequence
        text = f"autoscaler: {name} is at {self._share(run, pool)} of its cores: {counted(going, 'goes', 'go')}"
        site.say(run, 0, name, "autoscaler", f"{text}, which {harm}" if harm else text)
        self._order(order, run)

    def _order(self, order: Order, run: int) -> None:
        give(order, self.life, run)
        self.site.alter(run)
        self.site.next_due = 0

    def _price(self, order: Order, run: int) -> int:
        """Micro-dollars that must be in the purse for an order: its minimum's rent."""
        rent = max(0.0, quote_of(order, self.site, run).price_change)
        return int(rent * cat.MINIMUM_BILLED_SECONDS / 60.0 * 1e6 + 0.5)

    def _share(self, run: int, pool: Pool) -> str:
        cores = cores_up(self.site, run, pool)
        load = float(self.site.scaling.load[run, pool])
        return f"{100.0 * min(1.0, load / cores):.0f} %" if cores > 0.0 else "none"
