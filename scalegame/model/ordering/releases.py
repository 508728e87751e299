"""Orders for releases: a new one, or back to the last."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.failure.chance import release_is_bad
from scalegame.model.failure.releases import publish, roll_back
from scalegame.model.homes.belongings import Disk
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.ordering.rules import ModelQuote, give, harm_of, quote_of, refusal_of
from scalegame.model.ordering.targets import columns_of, no_pool, nothing_there, one_by_one
from scalegame.model.orders import Deploy
from scalegame.model.site import Site
from scalegame.model.state import SERVERS
from scalegame.model.turns import DEPLOY, ROLLBACK


@refusal_of.register
def _deploy_refusal(order: Deploy, site: Site, run: int) -> str | None:
    pool = site.pool_named(run, order.pool)
    if pool is None:
        return no_pool(site, run, order.pool)
    if pool not in SERVERS:
        return "only app takes releases, and the pools that were placed beside it"
    if not site.machines(run, pool):
        return nothing_there(site, run, order.pool)
    rolling = site.rolling(run, pool)
    # Whoever sees a release go wrong goes back at once, not when the last machine has it too.
    if rolling is not None and not (order.rollback and rolling.value == DEPLOY):
        return f"a rolling order on {order.pool} is under way; wait, or cancel it"
    if order.rollback and not site.releases.kept[run, pool]:
        return f"there is no release of {order.pool} to go back to"
    return None


@quote_of.register
def _deploy_quote(order: Deploy, site: Site, run: int) -> ModelQuote:
    servers = columns_of(site, run, order.pool)
    each = cat.ROLLBACK_SECONDS if order.rollback else cat.DEPLOY_SECONDS
    return ModelQuote(
        once=0.0 if order.rollback else cat.SETUP_PRICES["deploy"],
        delay=(cat.DRAIN_SECONDS + each) * len(servers),
        downtime=0.0 if one_by_one(site, run, servers) else each,
        consequence=harm_of(site, run, servers, gentle=True, disk=Disk.RELEASED),
    )


@give.register
def _give_deploy(order: Deploy, life: Lifecycle, run: int) -> None:
    site = life.site
    pool = site.pool_named(run, order.pool)
    if pool is None:
        return
    if order.rollback:
        site.drop(run, site.rolling(run, pool))
        roll_back(site.releases, run, pool)
        life.roll(run, pool, ROLLBACK, f"deploy {order.pool} rollback")
        return
    bad = release_is_bad(site, run, pool)
    site.releases.ordered[run, pool] += 1
    publish(site.releases, run, pool, cat.BAD_RELEASE_WRONG if bad else 0.0, 1.0)
    life.roll(run, pool, DEPLOY, f"deploy {order.pool}")
