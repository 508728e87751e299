"""Orders to the autoscalers: which pool has one, within which limits."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.automation.gauges import busy_cores, standing
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import FREE, ModelQuote, give, price_of, quote_of, refusal_of
from scalegame.model.ordering.targets import no_pool, nothing_there
from scalegame.model.orders import Autoscale
from scalegame.model.site import Site
from scalegame.model.snapshot import AutoscalerView
from scalegame.model.state import Pool

_CANNOT: dict[Pool, str] = {
    Pool.BALANCER: "two balancers are a pair and only one works: there is nothing to scale out",
    Pool.DATABASE: "a database cannot just be cloned: it holds the data",
    Pool.STANDBY: "a standby waits and does not work: there is no load to follow",
}


@refusal_of.register
def _autoscale_refusal(order: Autoscale, site: Site, run: int) -> str | None:
    pool = site.pool_named(run, order.pool)
    if pool is None:
        return no_pool(site, run, order.pool)
    if pool in _CANNOT:
        return _CANNOT[pool]
    if order.off:
        return None if site.scaling.high[run, pool] else f"{order.pool} has no autoscaler"
    if not site.machines(run, pool):
        return nothing_there(site, run, order.pool)
    low, high, target = order.low or 0, order.high or 0, order.target or 0.0
    if not 1 <= low <= high <= cat.AUTOSCALER_LARGEST_POOL:
        return f"the fewest and the most go from 1 to {cat.AUTOSCALER_LARGEST_POOL}, the fewest first"
    least, most = cat.AUTOSCALER_TARGETS
    if not least <= target <= most:
        return f"the target goes from {least:g} to {most:g} %: a full machine has no room to show that it needs help"
    return None


@quote_of.register
def _autoscale_quote(order: Autoscale, site: Site, run: int) -> ModelQuote:
    pool = site.pool_named(run, order.pool)
    if pool is None or order.off or not site.machines(run, pool):
        return FREE
    one = price_of(site, run, site.machines(run, pool)[-1:])
    low, high = order.low or 0, order.high or 0
    missing = max(0, low - standing(site, run, pool))
    return ModelQuote(
        price_change=one * missing,
        delay=cat.BOOT_SECONDS if missing else 0.0,
        consequence=f"spends ${low * one:.2f} to ${high * one:.2f} a minute by itself",
    )


@give.register
def _give_autoscale(order: Autoscale, life: Lifecycle, run: int) -> None:
    site = life.site
    pool = site.pool_named(run, order.pool)
    if pool is None:
        return
    if order.off:
        site.scaling.forget(run, pool)
        return
    site.scaling.set(run, pool, order.low or 0, order.high or 0, (order.target or 0.0) / 100.0)
    site.scaling.load[run, pool] = busy_cores(site, run, pool)
    every = ticks(cat.AUTOSCALER_LOOKS_SECONDS)
    site.next_look = min(site.next_look, -(-site.tick // every) * every)


def autoscaler_views(site: Site, run: int) -> tuple[AutoscalerView, ...]:
    """Those of a run, in the order of the pools."""
    scaling = site.scaling
    return tuple(
        AutoscalerView(
            pool=site.pool_name(run, pool),
            low=int(scaling.low[run, pool]),
            high=int(scaling.high[run, pool]),
            target=float(scaling.target[run, pool]),
            machines=standing(site, run, pool),
            need=int(scaling.need[run, pool]),
        )
        for pool in Pool
        if scaling.high[run, pool]
    )
