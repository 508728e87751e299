"""Making a snapshot: the only way out of the model."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching_view import look_at_copies
from scalegame.model.data.data_view import look_at_data
from scalegame.model.front.balancer import ALGORITHMS, Mode
from scalegame.model.front.front_view import look_at_front
from scalegame.model.homes.records import DATA_NAMES, Where
from scalegame.model.homes.sessions import HOME_NAMES, Home, seconds_stolen, stolen_share
from scalegame.model.homes.uploads import STORE_NAMES, Store, dollars_a_minute
from scalegame.model.machine_view import look_at_machines
from scalegame.model.numbers.exact import Floats
from scalegame.model.numbers.histogram import latency
from scalegame.model.operators.calls import calls_view
from scalegame.model.ordering.autoscale import autoscaler_views
from scalegame.model.ordering.settings import settings_text
from scalegame.model.queue.queue_view import look_at_queue, with_messages
from scalegame.model.site import Site, UnderWay
from scalegame.model.snapshot import (
    CAUSES,
    PURPOSES,
    ClassView,
    Latency,
    Loss,
    MachineView,
    OrderView,
    PoolView,
    Signals,
    Snapshot,
    TierName,
)
from scalegame.model.state import NEVER, TIER_OF, ZONES, Pool, Tier
from scalegame.model.turns import ticks_left

_TIERS: dict[Tier, TierName] = {
    Tier.DOOR: "door",
    Tier.SERVERS: "servers",
    Tier.CACHE: "cache",
    Tier.DATA: "data",
    Tier.WORKERS: "workers",
}
_KINDS = (None, "l4", "l7")


def look(site: Site, run: int, rent: int) -> Snapshot:
    """All there is to see of a run, at the end of the last tick."""
    ledger = site.books.state
    sealed = ledger.sealed[run]
    good = int(sealed[:, 0].sum())
    offered = int(sealed.sum())
    everything = ledger.latency[run].sum(axis=0)
    machines = tuple(look_at_machines(site, run))
    money = ledger.money[run]
    recent, by_cause, retry_share = _signals(site, run, machines)
    kind = int(site.doors.kind[run])
    needed = any(c.session for c in site.scenario.classes)
    front = look_at_front(site, run)
    queue = look_at_queue(site, run)
    copies = look_at_copies(site, run)
    home = HOME_NAMES[Home(int(site.sessions.home[run]))] if needed else ""
    return Snapshot(
        tick=site.tick,
        seconds=site.tick * cat.TICK_SECONDS,
        offered=offered,
        good=good,
        lost=offered - good,
        in_flight=site.in_flight(run),
        signals=recent,
        latency=latency(everything, float(np.add.accumulate(ledger.latency_ms[run])[-1])),
        classes=tuple(_classes(site, run)),
        pools=tuple(_pools(site, run, machines)),
        machines=machines,
        losses=tuple(_losses(site, run, sealed.sum(axis=0))),
        cost_micro=int(money.sum()),
        money_micro=tuple((purpose, int(money[i])) for i, purpose in enumerate(PURPOSES)),
        price=rent * 600 / 1_000_000
        + front.crossing_price
        + dollars_a_minute(site.uploads, run)
        + (queue.price if queue else 0.0)
        + sum(store.price for store in copies),
        orders=tuple(_order(site, run, order) for order in site.under_way[run]),
        sessions=home,
        balancer_kind=_KINDS[kind],
        balancer_algorithm=ALGORITHMS[Mode(int(site.doors.mode[run]))] if site.doors.mode[run] else None,
        lost_by_cause_rate=by_cause,
        retry_share=retry_share,
        front=front,
        queue=queue,
        database=look_at_data(site, run),
        settings=settings_text(site, run),
        autoscalers=autoscaler_views(site, run),
        calls=calls_view(site.calls, run),
        copies=copies,
        zones_out=tuple(
            (zone, (int(site.outages.until[run, z]) - site.tick) / cat.TICKS_PER_SECOND)
            for z, zone in enumerate(ZONES)
            if site.outages.until[run, z] < NEVER
        ),
        uploads=STORE_NAMES[Store(int(site.uploads.home[run]))] if site.demands.files else "",
        data=DATA_NAMES[Where(int(site.records.home[run]))] if site.demands.data.any() else "",
        files_stored=float(site.uploads.stored[run]),
        storage_price=dollars_a_minute(site.uploads, run),
        files_lost=float(site.uploads.lost[run]),
        leak_share=float(stolen_share(site.sessions)[run]),
        leak_seconds=seconds_stolen(site.sessions, run, site.tick),
        sessions_evicted=float(site.sessions.evicted[run]),
        data_lost=float(site.records.gone[run]),
    )


def _order(site: Site, run: int, order: UnderWay) -> OrderView:
    left = ticks_left(site, run, order) if order.kind == "rolling" else max(0, order.ends - site.tick)
    whole = site.tick + left - order.started
    seconds_left, seconds = left / cat.TICKS_PER_SECOND, whole / cat.TICKS_PER_SECOND
    return OrderView(order.number, order.text, order.place, seconds_left, seconds, order.kind)


def _signals(
    site: Site, run: int, machines: tuple[MachineView, ...]
) -> tuple[Signals, tuple[tuple[str, float], ...], float]:
    books = site.books
    sealed, span = books.last_second("everything", run, site.tick)
    change = sealed.sum(axis=(0, 2))
    born, attempts = (float(books.last_second(name, run, site.tick)[0].sum()) for name in ("born", "attempts"))
    by_cause = [(cause, float(change[1 + i]) / span) for i, cause in enumerate(CAUSES) if change[1 + i] > 0.0]
    # Workers may be busy all the time: what waits for them waits safely, and the queue warns in time.
    patient = site.pool_name(run, Pool.WORKER)
    up = [m for m in machines if m.state in ("up", "draining", "slow") and m.pool != patient]
    tightest = max(up, key=lambda m: m.utilisation, default=None)
    signals = Signals(
        offered_rate=born / span,
        attempt_rate=attempts / span,
        good_rate=float(change[0]) / span,
        lost_rate=float(change[1:].sum()) / span,
        latency=latency(*books.recent_latencies(run, site.tick)),
        saturation=tightest.utilisation if tightest else 0.0,
        tightest=tightest.name if tightest else "",
    )
    retry_share = (attempts - born) / attempts if attempts > 0.0 else 0.0
    return signals, tuple(sorted(by_cause, key=lambda c: -c[1])), retry_share


def _pools(site: Site, run: int, machines: tuple[MachineView, ...]) -> list[PoolView]:
    ledger = site.books.state
    measured = max(int(ledger.measured[run]), 1)
    views = []
    for pool in Pool:
        name = site.pool_name(run, pool)
        mine = [m for m in machines if m.pool == name]
        if not mine:
            continue
        up = [m for m in mine if m.state in ("up", "draining", "slow")]
        cores = sum(m.cores for m in up)
        views.append(
            PoolView(
                name=name,
                tier=_TIERS[TIER_OF[pool]],
                machines=len(mine),
                up=len(up),
                utilisation=sum(m.utilisation * m.cores for m in up) / cores if cores else 0.0,
                waiting=sum(m.waiting for m in mine),
                arrival_rate=sum(m.arrival_rate for m in mine),
                mean_utilisation=min(1.0, float(ledger.utilisation[run, pool]) / measured),
                queue_mean=float(ledger.queue[run, pool]) / measured,
                wait=latency(ledger.waits[run, pool], float(ledger.waits_ms[run, pool])),
            )
        )
        if pool == Pool.WORKER:
            views[-1] = with_messages(site, run, views[-1])
    return views


def _classes(site: Site, run: int) -> list[ClassView]:
    ledger = site.books.state
    views = []
    for k, kind in enumerate(site.scenario.classes):
        counts = ledger.sealed[run, k]
        offered, good = int(counts.sum()), int(counts[0].sum())
        times: Latency = latency(ledger.latency[run, k], float(ledger.latency_ms[run, k]))
        views.append(ClassView(kind.name, offered, good, offered - good, times))
    return views


def _losses(site: Site, run: int, counts: Floats) -> list[Loss]:
    """Most first. counts: (outcomes, places)."""
    losses = [
        Loss(cause, site.place_name(run, place), int(counts[1 + i, place]))
        for i, cause in enumerate(CAUSES)
        for place in range(counts.shape[1])
        if counts[1 + i, place] > 0
    ]
    return sorted(losses, key=lambda loss: -loss.count)
