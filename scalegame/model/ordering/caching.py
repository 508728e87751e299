"""Orders to the stores of copies: what the application cache and a CDN keep, for how long, and that they forget it."""

from __future__ import annotations

from dataclasses import replace

from scalegame.model import catalogue as cat
from scalegame.model.copies.caching import CACHE, CDN, Caching, is_cacheable, is_looked_up, is_static, usable_kb
from scalegame.model.copies.keys import dealt_anew_share
from scalegame.model.copies.settling import Kind, hit_shares
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import FREE, ModelQuote, give, quote_of, refusal_of
from scalegame.model.ordering.settings import follows, prices, refuses
from scalegame.model.ordering.targets import knows_size, moved_keys_text, size_of, size_refusal
from scalegame.model.orders import PlaceCache, PlaceCdn, Purge, Resize
from scalegame.model.site import Site
from scalegame.model.state import POOL_NAMES, Pool
from scalegame.model.texts import share_text

_SHORT_LIVED = 0.5
"""Where writes leave less than this share of the hits, caching is no help."""


# What may be kept ----------------------------------------------------------------------------------------------------


def _class_number(site: Site, name: str) -> int | None:
    return next((k for k, kind in enumerate(site.scenario.classes) if kind.name == name), None)


def _meant(site: Site, store: str, of_class: str | None) -> list[int]:
    """The class named, or all that the store could keep."""
    caching = site.caching
    if caching is None:
        return []
    if of_class is None:
        kinds: list[int] = (caching.edge_classes if store == CDN else caching.cache_classes).tolist()
        return kinds
    k = _class_number(site, of_class)
    return [] if k is None else [k]


def _cannot_be_kept(site: Site, store: str, of_class: str | None) -> str | None:
    """Why a store has no use for a class, or for any."""
    fits = is_static if store == CDN else is_looked_up
    if of_class is None:
        if any(fits(kind) for kind in site.scenario.classes):
            return None
        what = "is the same for every user" if store == CDN else "reads a data set from the database"
        return f"no class here {what}: there is nothing to keep copies of"
    k = _class_number(site, of_class)
    if k is None:
        return f"there is no class {of_class!r}; there are {', '.join(kind.name for kind in site.scenario.classes)}"
    kind = site.scenario.classes[k]
    if fits(kind):
        return None
    if not kind.reads:
        return f"{of_class} reads no data set: there is nothing to keep a copy of"
    if not is_cacheable(kind):
        return f"{of_class} writes, and a copy cannot"
    if store == CDN:
        return f"{of_class} is not the same for every user: a CDN cannot keep it"
    return f"{of_class} does not ask the database: a cache would save nothing"


def _rates(site: Site, run: int, kinds: list[int]) -> list[float]:
    """Requests a second that come for these classes, over some seconds."""
    return [] if site.caching is None else [float(site.caching.state.rate[run, k]) for k in kinds]


def _settled(
    caching: Caching, run: int, store: str, kinds: list[int], rates: list[float], ttl: float | None, kilobytes: float
) -> str:
    """What answers from a store would be, once it is warm: 'home 82 %'."""
    told, hits = [], {}
    for purged in (False, True):
        found = []
        for k, rate in zip(kinds, rates, strict=True):
            shelf = caching.shelf(store, k)
            if shelf is None:
                return ""
            kind = caching.kind(run, shelf, rate)
            writes = float(caching.state.wrote[run, shelf]) if purged else kind.writes
            life = kind.ttl if ttl is None else ttl
            found.append(Kind(kind.popularity, kind.rate, kind.item_kb, life, writes))
        hits[purged] = hit_shares(found, kilobytes) if found else []
    for k, plain, fresh in zip(kinds, hits[False], hits[True], strict=True):
        name = caching.classes[k].name
        told.append(f"{name} {share_text(plain, 1.0)}")
        if plain and fresh < _SHORT_LIVED * plain:
            told[-1] += f" (written so often that only {share_text(fresh, 1.0)} would be up to date)"
    return f"warm, it answers of {', '.join(told)}" if told and sum(rates) > 0.0 else ""


# place cache ---------------------------------------------------------------------------------------------------------


@refusal_of.register
def _place_cache_refusal(order: PlaceCache, site: Site, run: int) -> str | None:
    stands = bool(site.machines(run, Pool.CACHE))
    if order.of_class is not None or order.ttl is not None:
        why = _cannot_be_kept(site, CACHE, order.of_class)
        if why:
            return why
    another = _another_size(order, site, run)
    if another is not None:
        return refusal_of(another, site, run)
    if stands and _changes_nothing(site, run, CACHE, order.of_class, order.ttl):
        return "the cache stands already; resize cache SIZE makes it bigger"
    return size_refusal(site, order.size)


def _another_size(order: PlaceCache, site: Site, run: int) -> Resize | None:
    """Placing again what stands changes its size, of several machines one after the other."""
    standing = site.machines(run, Pool.CACHE)
    if not standing or order.size is None or site.size_index.get(order.size) is None:
        return None
    if all(site.table.next_size[run, c] == site.size_index[order.size] for c in standing):
        return None
    return Resize(POOL_NAMES[Pool.CACHE], order.size, rolling=len(standing) > 1)


def _changes_nothing(site: Site, run: int, store: str, of_class: str | None, ttl: float | None) -> bool:
    kinds = _meant(site, store, of_class)
    kept = site.caching.keeps(run, store) if site.caching else []
    known = all(k in kept for k in kinds)
    return known and (ttl is None or all(site.class_knob("ttl")[run, k] == ttl for k in kinds))


@quote_of.register
def _place_cache_quote(order: PlaceCache, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return FREE
    standing = site.machines(run, Pool.CACHE)
    size = site.sizes[size_of(site, run, order.size, standing)]
    told = ""
    if site.caching is not None:
        kept = site.caching.keeps(run, CACHE)
        kinds = kept + [k for k in _meant(site, CACHE, order.of_class) if k not in kept]
        room = usable_kb(size.memory_gb, cat.CACHE_MEMORY_SHARE) * max(len(standing), 1)
        told = _settled(site.caching, run, CACHE, kinds, _rates(site, run, kinds), order.ttl, room)
    another = _another_size(order, site, run)
    if another is not None:
        resized = quote_of(another, site, run)
        return replace(resized, consequence=", ".join(filter(None, (resized.consequence, told))))
    if standing:
        return ModelQuote(consequence=told)
    return ModelQuote(size.price, delay=cat.PLACE_SECONDS, consequence=told)


@give.register
def _give_place_cache(order: PlaceCache, life: Lifecycle, run: int) -> None:
    another = _another_size(order, life.site, run)
    if another is not None:
        give(another, life, run)
    if not life.site.machines(run, Pool.CACHE):
        life.boot(run, Pool.CACHE, size_of(life.site, run, order.size, []), cat.PLACE_SECONDS)
    _keep(life.site, run, CACHE, order.of_class, order.ttl)


def _keep(site: Site, run: int, store: str, of_class: str | None, ttl: float | None) -> None:
    kinds = _meant(site, store, of_class)
    if site.caching is None:
        return
    site.caching.choose(run, store, kinds, keep=True)
    for k in kinds if ttl is not None else ():
        site.class_knob("ttl")[run, k] = ttl
        site.caching.set_ttl(run, k, ttl or 0.0)


# place cdn -----------------------------------------------------------------------------------------------------------


def _is_coming(site: Site, run: int) -> bool:
    return any(order.kind == "cdn" for order in site.under_way[run])


@refusal_of.register
def _place_cdn_refusal(order: PlaceCdn, site: Site, run: int) -> str | None:
    why = _cannot_be_kept(site, CDN, order.of_class)
    if why:
        return why
    if site.caching is None or not (site.caching.state.cdn[run] or _is_coming(site, run)):
        return None
    if _changes_nothing(site, run, CDN, order.of_class, order.ttl):
        return "the CDN stands already" if site.caching.state.cdn[run] else "the CDN is on its way already"
    return None


@quote_of.register
def _place_cdn_quote(order: PlaceCdn, site: Site, run: int) -> ModelQuote:
    caching = site.caching
    if caching is None or _cannot_be_kept(site, CDN, order.of_class):
        return FREE
    kinds = _meant(site, CDN, order.of_class)
    rates = _rates(site, run, kinds)
    kept = caching.keeps(run, CDN)
    nano = sum(rate * float(caching.nano[k]) for k, rate in zip(kinds, rates, strict=True) if k not in kept)
    here = [rate / cat.CDN_LOCATIONS for rate in rates]
    parts = [_settled(caching, run, CDN, kinds, here, order.ttl, usable_kb(0.0, 1.0))]
    parts.append(f"${cat.CDN_PRICE_PER_GB:g} a gigabyte that leaves it, hit or miss")
    far = [caching.classes[k].name for k in kinds if caching.classes[k].far > 0.0]
    if far:
        parts.append(f"users far away save {cat.FAR_MS:g} ms of {', '.join(far)}")
    stands = bool(caching.state.cdn[run])
    return ModelQuote(
        nano * 60.0 / 1e9, delay=0.0 if stands else cat.PLACE_CDN_SECONDS, consequence=", ".join(filter(None, parts))
    )


@give.register
def _give_place_cdn(order: PlaceCdn, life: Lifecycle, run: int) -> None:
    site = life.site
    if site.caching is None:
        return
    if not site.caching.state.cdn[run] and not _is_coming(site, run):
        life.note(run, "cdn", "cdn", "place cdn", site.tick + ticks(cat.PLACE_CDN_SECONDS))
    _keep(site, run, CDN, order.of_class, order.ttl)


# remove and purge ----------------------------------------------------------------------------------------------------


def stops_keeping_refusal(site: Site, run: int, store: str, of_class: str | None) -> str | None:
    """Why a CDN cannot be removed, or a class be taken out of a store."""
    caching = site.caching
    stands = caching is not None and (
        bool(caching.state.cdn[run]) if store == CDN else bool(site.machines(run, Pool.CACHE))
    )
    if caching is None or not stands:
        return f"there is no {store} yet"
    if of_class is None:
        return None
    k = _class_number(site, of_class)
    if k is None:
        return _cannot_be_kept(site, store, of_class)
    return None if k in caching.keeps(run, store) else f"the {store} keeps nothing of {of_class}"


def stops_keeping_quote(site: Site, run: int, store: str, of_class: str | None) -> ModelQuote:
    """What it would save, and what comes to the origin again."""
    caching = site.caching
    if caching is None:
        return FREE
    kinds = [k for k in caching.keeps(run, store) if of_class in (None, caching.classes[k].name)]
    nano = sum(float(caching.state.rate[run, k]) * float(caching.nano[k]) for k in kinds) if store == CDN else 0.0
    return ModelQuote(-nano * 60.0 / 1e9, consequence=_comes_back(caching, run, store, kinds))


def _comes_back(caching: Caching, run: int, store: str, kinds: list[int]) -> str:
    shelves = [shelf for k in kinds if (shelf := caching.shelf(store, k)) is not None]
    rate = sum(float(caching.state.answered[run, shelf]) for shelf in shelves)
    origin = "the servers" if store == CDN else "the boxes' data" if caching.state.on_box[run] else "the database"
    return f"{rate:,.0f} requests a second more come to {origin}" if rate >= 1.0 else ""


def stop_keeping(life: Lifecycle, run: int, store: str, of_class: str | None) -> None:
    """Take a class out of a store, or all; a CDN is gone with the last."""
    site = life.site
    caching = site.caching
    if caching is None:
        return
    kinds = [k for k in caching.keeps(run, store) if of_class in (None, caching.classes[k].name)]
    caching.choose(run, store, kinds, keep=False)
    if store == CDN and not caching.keeps(run, CDN):
        caching.place_cdn(run, stands=False)
        site.say(run, 0, "cdn", "gone", "the CDN is gone")


@refusal_of.register
def _purge_refusal(order: Purge, site: Site, run: int) -> str | None:
    return stops_keeping_refusal(site, run, order.store, order.of_class)


@quote_of.register
def _purge_quote(order: Purge, site: Site, run: int) -> ModelQuote:
    if site.caching is None or stops_keeping_refusal(site, run, order.store, order.of_class):
        return FREE
    kinds = [k for k in site.caching.keeps(run, order.store) if order.of_class in (None, site.caching.classes[k].name)]
    back = _comes_back(site.caching, run, order.store, kinds)
    return ModelQuote(consequence=f"{back} until it is warm again" if back else "")


@give.register
def _give_purge(order: Purge, life: Lifecycle, run: int) -> None:
    site = life.site
    if site.caching is None:
        return
    for k in site.caching.keeps(run, order.store):
        shelf = site.caching.shelf(order.store, k)
        if shelf is not None and order.of_class in (None, site.caching.classes[k].name):
            site.caching.purge(run, shelf)
    what = f"{order.store}" if order.of_class is None else f"{order.store}: {order.of_class}"
    site.say(run, 1, order.store, "purge", f"purged: {what}; everything is asked anew")


# Knobs ---------------------------------------------------------------------------------------------------------------


@refuses("cache.hash")
def _no_keys(site: Site, _run: int, _value: float, _of_class: str | None) -> str | None:
    return None if site.demands.sessions.any() else _cannot_be_kept(site, CACHE, None)


@refuses("cache.coalesce")
def _no_cache(site: Site, _run: int, _value: float, _of_class: str | None) -> str | None:
    return _cannot_be_kept(site, CACHE, None)


@refuses("ttl", "cache.purge")
def _no_copies(site: Site, _run: int, _value: float, of_class: str | None) -> str | None:
    stores = [_cannot_be_kept(site, store, of_class) for store in (CACHE, CDN)]
    return None if None in stores else stores[0]


@follows("ttl")
def _new_ttl(life: Lifecycle, run: int, value: float, of_class: str | None) -> None:
    caching = life.site.caching
    for k, kind in enumerate(life.site.scenario.classes):
        if caching is not None and of_class in (None, kind.name):
            caching.set_ttl(run, k, value)


@prices("cache.purge")
def _purging_costs(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    caching = site.caching
    if caching is None or not value:
        return FREE
    shelves = range(caching.cache.stop)
    rate = max((float(caching.state.wrote[run, s]) for s in shelves), default=0.0)
    asks = " and a look-up" if caching.state.cache_up[run] else ""
    told = f"each write costs {cat.PURGE_CPU_MS:g} ms more of a server's core{asks}, {rate:,.0f} a second now"
    return ModelQuote(consequence=told)


@follows("cache.purge")
def _switch_purging(life: Lifecycle, run: int, value: float, _of_class: str | None) -> None:
    if life.site.caching is not None:
        life.site.caching.set_purge(run, on=bool(value))


@prices("cache.hash")
def _dealing_anew_costs(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    caches = int(site.keys.machines[run])
    if value == site.knob("cache.hash")[run] or caches < 2:
        return FREE
    return ModelQuote(consequence=moved_keys_text(site, run, dealt_anew_share(caches)))


@prices("cache.coalesce")
def _coalescing_costs(_site: Site, _run: int, value: float, _of_class: str | None) -> ModelQuote:
    share = share_text(cat.COALESCING_MEMORY_SHARE, 1.0)
    return ModelQuote(consequence=f"takes {share} of the cache's memory") if value else FREE


@follows("cache.coalesce")
def _switch_coalescing(life: Lifecycle, run: int, value: float, _of_class: str | None) -> None:
    if life.site.caching is not None:
        life.site.caching.set_coalescing(run, on=bool(value))
