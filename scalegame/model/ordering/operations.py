"""Taking an order back."""

from __future__ import annotations

from scalegame.model.failure.releases import halt
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.ordering.data import cancel_sharding
from scalegame.model.ordering.removal import keeps_sessions
from scalegame.model.ordering.rules import FREE, ModelQuote, give, quote_of, refusal_of
from scalegame.model.ordering.targets import columns_of, condition_of
from scalegame.model.orders import Cancel
from scalegame.model.site import Site, UnderWay
from scalegame.model.state import Condition, Pool
from scalegame.model.turns import DEPLOY, stop


@quote_of.register
def _cancel_quote(order: Cancel, site: Site, run: int) -> ModelQuote:
    found = next((o for o in site.under_way[run] if o.number == order.order), None)
    if found is None or (found.kind, found.value) != ("rolling", DEPLOY):
        return FREE
    return ModelQuote(consequence=f"what has the release keeps it; deploy {found.place} rollback takes it back")


_FATEFUL = {
    "restore": "the backup is what is left of the data: it is read to its end",
    "failover": "a failover cannot be called back: nobody else has the data",
}
"""What cannot be cancelled, by the kind of the order, and why."""


@refusal_of.register
def _cancel_refusal(order: Cancel, site: Site, run: int) -> str | None:
    found = next((o for o in site.under_way[run] if o.number == order.order), None)
    if found is None:
        return f"there is no order {order.order} that could be cancelled"
    columns = columns_of(site, run, found.place)
    if found.kind == "boot":
        return keeps_sessions(site, run, columns)
    if found.kind == "remove" and any(condition_of(site, run, c) == Condition.DEAD for c in columns):
        return f"{found.place} died on its way out"
    return _FATEFUL.get(found.kind)


@give.register
def _give_cancel(order: Cancel, life: Lifecycle, run: int) -> None:
    site = life.site
    found = next(o for o in site.under_way[run] if o.number == order.order)
    site.under_way[run].remove(found)
    _undo(life, run, found)
    site.say(run, 0, found.place, "cancel", f"{found.text} is cancelled")


def _undo(life: Lifecycle, run: int, found: UnderWay) -> None:
    site = life.site
    if found.kind == "rolling":
        _stop_rolling(site, run, found)
    elif found.kind == "remove":
        for column in columns_of(site, run, found.place):
            life.keep(run, column)
    elif found.kind == "cdn" and site.caching is not None:
        site.caching.place_cdn(run, stands=False)
    elif found.kind == "shard":
        cancel_sharding(life, run)
    else:
        for column in reversed(_brought(site, run, found)):
            life.take_away(run, column)


def _brought(site: Site, run: int, found: UnderWay) -> list[int]:
    """Columns of the machines that came with an order."""
    if found.kind == "data":
        return [c for c in site.machines(run, Pool.DATABASE) if site.table.serial[run, c] == found.serial]
    pools = {"boot": found.place, "place": "balancer"}
    return columns_of(site, run, pools.get(found.kind, ""))


def _stop_rolling(site: Site, run: int, found: UnderWay) -> None:
    if found.value == DEPLOY:
        # Those that have it keep it; what boots from now on gets the one before.
        halt(site.releases, run, Pool(found.pool))
    stop(site, run, found)
