"""Orders that move state off the servers."""

from __future__ import annotations

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.front.balancer import Mode
from scalegame.model.homes.records import PLACES_OF_DATA, Where
from scalegame.model.homes.sessions import HOMES, Home
from scalegame.model.homes.uploads import STORES, copy_seconds, file_gb
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import ModelQuote, give, quote_of, refusal_of
from scalegame.model.ordering.settings import prices
from scalegame.model.ordering.targets import size_of
from scalegame.model.orders import MoveData, MoveSessions, MoveUploads
from scalegame.model.scenario import SessionHome
from scalegame.model.site import Site
from scalegame.model.state import NEVER, Condition, Pool, Tier
from scalegame.model.texts import share_text
from scalegame.model.way.memory import room_for_all
from scalegame.model.way.work import token_ms

_WHERE_USERS_LIVE: dict[SessionHome, str] = {
    "memory": "a server that dies or is replaced logs its users out",
    "sticky": "each user stays with one server; a lost server takes its logins along",
    "cache": "any server can answer; without the cache nobody is known",
}


def token_text(life: float) -> str:
    """What tokens that live so many seconds cost and allow."""
    work = float(token_ms(np.array([life]))[0])
    return f"each request that needs a session takes {work:.2g} ms more of a core, a stolen token works for {life:g} s"


@prices("token.life")
def _token_life_price(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    asks = site.sessions.home[run] == Home.TOKEN
    return ModelQuote(consequence=token_text(value) if asks else "nobody has a token now")


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
def _move_sessions_quote(order: MoveSessions, site: Site, run: int) -> ModelQuote:
    price = cat.SETUP_PRICES[f"move sessions {order.home}"]
    what = _WHERE_USERS_LIVE.get(order.home) or f"any server can answer; {token_text(_token_life(site, run))}"
    wanted = float(site.sessions.users[run]) * cat.SESSION_KB
    room = float(room_for_all(site)[run])
    if order.home == "cache" and wanted > room:
        what += f", and it has room for {share_text(room, wanted)} of the users"
    servers = len(site.servers(run))
    if order.home == "memory" and servers > 1 and site.doors.mode[run] != Mode.NONE:
        what += f", and {share_text(1.0 - 1.0 / servers, 1.0)} of the requests land where nobody knows the user"
    return ModelQuote(once=price, delay=cat.MIGRATION_SECONDS, consequence=what)


def _token_life(site: Site, run: int) -> float:
    return float(site.knob("token.life")[run])


@give.register
def _give_move_sessions(order: MoveSessions, life: Lifecycle, run: int) -> None:
    done = life.site.tick + ticks(cat.MIGRATION_SECONDS)
    life.note(run, "sessions", "app", f"move sessions {order.home}", done, value=int(HOMES[order.home]))


# Uploaded files -----------------------------------------------------------------------------------------------------


@refusal_of.register
def _move_uploads_refusal(order: MoveUploads, site: Site, run: int) -> str | None:
    if not site.demands.files:
        return "nobody uploads anything here"
    if any(o.kind == "uploads" for o in site.under_way[run]):
        return "the uploads are being moved already; wait, or cancel it"
    if site.uploads.home[run] == STORES[order.home]:
        return "uploads are on the servers' disks already" if order.home == "disk" else "uploads are objects already"
    return None


@quote_of.register
def _move_uploads_quote(order: MoveUploads, site: Site, run: int) -> ModelQuote:
    if order.home == "object":
        what = (
            f"any server finds any file, {cat.OBJECT_STORE_MS:g} ms away; ${cat.OBJECT_PRICE_PER_GB_MOVED:.2f} a"
            f" gigabyte in or out, ${cat.OBJECT_PRICE_PER_GB_MINUTE:.2f} a minute where it lies"
        )
    else:
        servers = len(site.servers(run))
        what = "a server finds only the files on its own disk, and takes them along when it goes"
        if servers > 1:
            what += f": {share_text(1.0 - 1.0 / servers, 1.0)} of the files asked for will be missing"
    return ModelQuote(once=cat.SETUP_PRICES[f"move uploads {order.home}"], delay=_copying(site, run), consequence=what)


def _copying(site: Site, run: int) -> float:
    own = site.table.files[:, site.columns.tiers[Tier.SERVERS]]
    return copy_seconds(site.uploads, own, run, file_gb(site.scenario.classes, site.planned))


@give.register
def _give_move_uploads(order: MoveUploads, life: Lifecycle, run: int) -> None:
    done = life.site.tick + ticks(_copying(life.site, run))
    life.note(run, "uploads", "app", f"move uploads {order.home}", done, value=int(STORES[order.home]))


# The data -----------------------------------------------------------------------------------------------------------


def is_spare_database(site: Site, run: int) -> bool:
    """The database has nothing in it, and nothing is on its way there."""
    coming = any(o.kind == "data" and o.value == Where.DATABASE for o in site.under_way[run])
    return bool(site.records.home[run] == Where.BOX) and not coming


@refusal_of.register
def _move_data_refusal(order: MoveData, site: Site, run: int) -> str | None:
    if not site.demands.data.any():
        return "nothing here needs data"
    if any(o.kind == "data" for o in site.under_way[run]):
        return "the data is being moved already; wait, or cancel it"
    if site.records.restored[run] != NEVER:
        return "a backup is being read back; wait for it"
    if site.records.home[run] == PLACES_OF_DATA[order.home]:
        return "the data is on the box already" if order.home == "box" else "the data is in the database already"
    if order.home == "box":
        for pool, what in ((Pool.REPLICA, "replicas copy"), (Pool.STANDBY, "the standby copies")):
            if site.machines(run, pool):
                return f"{what} the database; remove {site.pool_name(run, pool)} first"
        if any(o.kind == "shard" for o in site.under_way[run]):
            return "the database is being resharded; wait, or cancel it"
        if len(site.machines(run, Pool.DATABASE)) > 1:
            return "the data is cut into shards; it does not fit on one box any more"
    return None


@quote_of.register
def _move_data_quote(order: MoveData, site: Site, run: int) -> ModelQuote:
    once, delay = cat.SETUP_PRICES[f"move data {order.home}"], cat.DATA_MIGRATION_SECONDS
    if order.home == "database":
        if site.machines(run, Pool.DATABASE):
            return ModelQuote(
                once=once, delay=delay, consequence="all servers ask one database; each call waits for it"
            )
        size = site.sizes[size_of(site, run, None, [])]
        return ModelQuote(
            size.price,
            once,
            delay + cat.BOOT_SECONDS,
            consequence=f"all servers ask one database, a {size.name} machine; each call waits for it",
        )
    what = "the server does the database's work too, and the data is only as safe as its disk"
    servers = len(site.servers(run))
    if servers > 1:
        what += f"; the other {servers - 1} of the servers know nothing of it"
    return ModelQuote(once=once, delay=delay, consequence=what)


@give.register
def _give_move_data(order: MoveData, life: Lifecycle, run: int) -> None:
    site = life.site
    seconds, booted = cat.DATA_MIGRATION_SECONDS, 0
    if order.home == "database" and not site.machines(run, Pool.DATABASE):
        column = life.boot(run, Pool.DATABASE, size_of(site, run, None, []))
        booted = int(site.table.serial[run, column])
        seconds += cat.BOOT_SECONDS
    home = int(PLACES_OF_DATA[order.home])
    life.note(run, "data", "app", f"move data {order.home}", site.tick + ticks(seconds), serial=booted, value=home)
