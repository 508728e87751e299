"""A world before its first tick: what the level's start says stands, as if it had stood for long."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import CACHE, CDN, Caching
from scalegame.model.copies.disk import FACTORS, box_seconds
from scalegame.model.data.data_layout import replicas_share
from scalegame.model.front.addresses import write_list
from scalegame.model.front.balancer import Mode
from scalegame.model.front.dealing import landing_shares
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home
from scalegame.model.homes.uploads import Store
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.numbers.exact import Floats
from scalegame.model.ordering.targets import KINDS
from scalegame.model.scenario import PoolPlan
from scalegame.model.site import Site
from scalegame.model.state import Condition, Pool, Tier
from scalegame.model.way.memory import notice_machines


def begin(site: Site, life: Lifecycle, rates: Floats) -> None:
    """Machines, users, copies, files and data of all runs. rates: requests a second at first, (runs, classes)."""
    for run in range(site.runs):
        _machines(site, life, run)
    site.sessions.users[:] = (rates * site.demands.sessions).sum(axis=1) * cat.THINK_SECONDS
    if site.caching is not None:
        _copies(site, site.caching, rates)
    for run in range(site.runs):
        if site.sessions.home[run] <= Home.STICKY:
            servers = site.columns.tiers[Tier.SERVERS]
            site.table.users[run, servers] = site.sessions.users[run] * landing_shares(site, run, site.demands.sessions)
        write_list(site, run)
    _files(site, rates)


def _machines(site: Site, life: Lifecycle, run: int) -> None:
    start = site.scenario.start
    _furnish(site, life, run, Pool.APP, start.app)
    for pool, plan in ((Pool.CACHE, start.cache), (Pool.DATABASE, start.database), (Pool.REPLICA, start.replica)):
        if plan is not None:
            _furnish(site, life, run, pool, plan)
    if start.database is not None:
        site.database.shards[run] = start.database.machines
        if start.standby is not None:
            # Each in another zone than its primary, where there are several.
            _furnish(site, life, run, Pool.STANDBY, PoolPlan(start.standby.size, start.database.machines), 1)
    if start.worker is not None:
        _furnish(site, life, run, Pool.WORKER, start.worker)
    if site.jobs is not None:
        site.jobs.terms.queued[run] = [c.name in start.queued for c in site.scenario.classes]
        site.queue_used = bool(start.queued)
    if start.balancer is not None:
        _furnish(site, life, run, Pool.BALANCER, PoolPlan(start.balancer.size, start.balancer.machines))
        site.doors.kind[run] = KINDS[start.balancer.kind]
        site.doors.mode[run] = int(Mode[start.balancer.algorithm.upper().replace("-", "_")])


def _furnish(site: Site, life: Lifecycle, run: int, pool: Pool, plan: PoolPlan, first_zone: int = 0) -> None:
    for number in range(first_zone, first_zone + plan.machines):
        zone = number % site.scenario.start.zones
        column = site.install(run, pool, site.size_index[plan.size], Condition.UP, 1 << 60, zone)
        site.table.ordered[run, column] = -(1 << 40)
        life.come_up(run, column)


def _copies(site: Site, caching: Caching, rates: Floats) -> None:
    """As the first arrival rates, (runs, classes), leave them."""
    for run in range(site.runs):
        if site.scenario.start.cache is not None:
            caching.choose(run, CACHE, caching.cache_classes.tolist(), keep=True)
        if site.scenario.start.cdn:
            caching.choose(run, CDN, caching.edge_classes.tolist(), keep=True)
            caching.place_cdn(run, stands=True)
        for k, kind in enumerate(site.scenario.classes):
            site.class_knob("ttl")[run, k] = kind.ttl
            caching.set_ttl(run, k, kind.ttl)
    notice_machines(site)
    for run in range(site.runs):
        caching.settle(run, rates[run], replicas_share(site, run))
        for pool, factor in FACTORS.items():
            for column in site.machines(run, pool):
                site.table.cold[run, column] = float(factor(caching, run))
        caching.state.box_seconds[run] = box_seconds(caching, run)


def _files(site: Site, rates: Floats) -> None:
    """What was uploaded lately, and the data of all days. rates: (runs, classes)."""
    demands, servers = site.demands, site.columns.tiers[Tier.SERVERS]
    files = (rates * demands.uploads).sum(axis=1) * cat.UPLOAD_INTEREST_SECONDS
    for run in range(site.runs):
        if site.uploads.home[run] == Store.DISK:
            site.table.files[run, servers] = files[run] * landing_shares(site, run, demands.uploads)
        else:
            site.uploads.stored[run] = files[run]
        if site.records.home[run] == Where.BOX:
            site.table.data[run, servers] = landing_shares(site, run, demands.writes)
