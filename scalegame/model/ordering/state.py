"""Orders that move state off the servers."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.balancer import Mode
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import FREE, ModelQuote, give, quote_of, refusal_of
from scalegame.model.ordering.targets import knows_size, size_of, size_refusal
from scalegame.model.orders import MoveSessions, PlaceCache
from scalegame.model.scenario import SessionHome
from scalegame.model.sessions import HOMES
from scalegame.model.site import Site
from scalegame.model.state import Condition, Pool

_WHERE_USERS_LIVE: dict[SessionHome, str] = {
    "memory": "a server that dies or is replaced logs its users out",
    "sticky": "each user stays with one server; a lost server takes its logins along",
    "cache": "any server can answer; without the cache nobody is known",
    "token": f"any server can answer; each check costs {cat.TOKEN_CPU_MS:g} ms of a core, a stolen one works for "
    f"{cat.TOKEN_LIFE_SECONDS:g} s",
}


@refusal_of.register
def _place_cache_refusal(order: PlaceCache, site: Site, run: int) -> str | None:
    if site.machines(run, Pool.CACHE):
        return "the cache stands already; resize cache SIZE makes it bigger"
    return size_refusal(site, order.size)


@quote_of.register
def _place_cache_quote(order: PlaceCache, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return FREE
    return ModelQuote(site.sizes[size_of(site, run, order.size, [])].price, delay=cat.PLACE_SECONDS)


@give.register
def _give_place_cache(order: PlaceCache, life: Lifecycle, run: int) -> None:
    life.boot(run, Pool.CACHE, size_of(life.site, run, order.size, []), cat.PLACE_SECONDS)


@refusal_of.register
def _move_sessions_refusal(order: MoveSessions, site: Site, run: int) -> str | None:
    if not any(c.session for c in site.scenario.classes):
        return "nothing here needs a session"
    if site.sessions.home[run] == HOMES[order.home]:
        return f"sessions are in {order.home} already" if order.home != "sticky" else "sessions are sticky already"
    if any(o.kind == "sessions" for o in site.under_way[run]):
        return "the sessions are being moved already; wait, or cancel it"
    if order.home == "sticky" and site.doors.mode[run] == Mode.NONE:
        return "sticky sessions need a balancer that remembers who went where"
    if order.home == "cache":
        caches = site.machines(run, Pool.CACHE)
        if not caches:
            return "there is no cache to keep them; place cache first"
        if not any(site.table.condition[run, c] == Condition.UP for c in caches):
            return "the cache is not up yet"
    return None


@quote_of.register
def _move_sessions_quote(order: MoveSessions, _site: Site, _run: int) -> ModelQuote:
    price = cat.SETUP_PRICES[f"move sessions {order.home}"]
    return ModelQuote(once=price, delay=cat.MIGRATION_SECONDS, consequence=_WHERE_USERS_LIVE[order.home])


@give.register
def _give_move_sessions(order: MoveSessions, life: Lifecycle, run: int) -> None:
    done = life.site.tick + ticks(cat.MIGRATION_SECONDS)
    life.note(run, "sessions", "app", f"move sessions {order.home}", done, value=int(HOMES[order.home]))
