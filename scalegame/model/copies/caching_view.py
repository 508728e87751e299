"""The part of a snapshot that is about copies: what each store answers, holds and costs."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import CACHE, CDN, PAGES, REPLICAS, Caching
from scalegame.model.copies.contents import NO_LIMIT
from scalegame.model.homes.sessions import Home, in_order
from scalegame.model.site import Site
from scalegame.model.snapshot import CopiesView, ShelfView
from scalegame.model.state import Pool


def look_at_copies(site: Site, run: int) -> tuple[CopiesView, ...]:
    """The stores that stand, in a request's order."""
    caching = site.caching
    if caching is None:
        return ()
    stands = {
        CDN: bool(caching.state.cdn[run]),
        CACHE: bool(site.machines(run, Pool.CACHE)),
        PAGES: bool(site.machines(run, Pool.DATABASE)) or bool(caching.state.on_box[run]),
        REPLICAS: bool(site.machines(run, Pool.REPLICA)),
    }
    return tuple(_store(site, caching, run, name) for name in caching.stores if stands[name])


def _store(site: Site, caching: Caching, run: int, name: str) -> CopiesView:
    state, store = caching.state, caching.store
    number, shelves = caching.stores.index(name), caching.shelves_in(name)
    places = {CDN: cat.CDN_LOCATIONS, REPLICAS: int(state.replicas[run])}.get(name, 1)
    filled = float(store.contents.filled[run, number]) * places
    capacity = float(store.policy.capacity[run, number])
    asked, answered = (_sum(values[run], shelves) for values in (state.asked, state.answered))
    sessions = 0.0
    if name == CACHE and site.sessions.home[run] == Home.CACHE:
        sessions = float(site.sessions.users[run]) * cat.SESSION_KB * (1.0 - float(site.sessions.evicted[run]))
    stale = sum(float(state.answered[run, s]) * float(state.stale[run, s]) for s in shelves)
    return CopiesView(
        place=name,
        hit_share=answered / asked if asked > 0.0 else 0.0,
        asked_rate=asked,
        fetch_rate=_sum(state.fetched[run], shelves),
        stale_share=stale / answered if answered > 0.0 else 0.0,
        entries=float(_sum(store.entries()[run], shelves)) * places,
        kilobytes=filled,
        capacity_kilobytes=None if capacity >= NO_LIMIT else capacity * places,
        session_kilobytes=sessions,
        price=float(state.edge_bill[run]) if name == CDN else 0.0,
        shelves=tuple(_shelf(site, caching, run, s) for s in shelves if state.chosen[run, s]),
    )


def _sum(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]], shelves: range) -> float:
    return float(in_order(values[shelves.start : shelves.stop]))


def _shelf(site: Site, caching: Caching, run: int, shelf: int) -> ShelfView:
    state = caching.state
    pages = shelf >= caching.pages.start
    kinds = [*caching.edge_classes.tolist(), *caching.cache_classes.tolist()]
    asked = float(state.asked[run, shelf])
    return ShelfView(
        name=caching.data[caching.set_of[shelf]].name if pages else caching.classes[kinds[shelf]].name,
        hit_share=float(state.answered[run, shelf]) / asked if asked > 0.0 else 0.0,
        asked_rate=asked,
        stale_share=float(state.stale[run, shelf]),
        write_rate=float(state.wrote[run, shelf]),
        ttl_seconds=0.0 if pages else float(site.class_knob("ttl")[run, kinds[shelf]]),
    )
