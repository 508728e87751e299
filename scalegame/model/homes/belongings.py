"""What lives on each machine and is lost with it: logins and carts in its memory, files and data on its disk."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from scalegame.model.catalogue import CART_SHARE
from scalegame.model.copies.keys import moved_share
from scalegame.model.data.stores import primaries
from scalegame.model.homes.records import Where
from scalegame.model.homes.sessions import Home
from scalegame.model.site import SERVING, Site
from scalegame.model.state import TIER_OF, Condition, Pool, Tier
from scalegame.model.texts import counted, share_text


class Disk(IntEnum):
    """What becomes of a machine's disk when the machine stops."""

    KEPT = 0
    """Off and on again, a reboot, a crash: it is there when the machine is back."""
    RELEASED = 1
    """A new release comes with a file system of its own; the volume with the data is mounted again."""
    LOST = 2
    """The machine is gone for good, or its disk is."""


@dataclass(frozen=True, slots=True)
class Belongings:
    """What stopping some machines takes along."""

    users: float
    """Users who are logged out."""
    everybody: bool
    """They are all there are: the machines hold everybody's sessions."""
    carts: float
    files: float
    data: float
    """Share of the service's data."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What is the same for all machines of a run: read once, asked for each of them."""

    in_memory: bool
    """Sessions live in the servers' memory."""
    caches: list[int]
    """Columns of the cache that answer, where sessions live there."""
    stores: list[int]
    """Columns that hold the data in shards; none where it is on the boxes, or nothing needs any."""
    standbys: list[int]
    replicated: bool
    """A read replica has a copy of all data."""


def ground_of(site: Site, run: int) -> Ground:
    """As it stands now."""
    home, needs_data = site.sessions.home[run], bool(site.demands.data.any())
    in_database = needs_data and site.records.home[run] != Where.BOX
    return Ground(
        in_memory=home <= Home.STICKY and bool(site.demands.sessions.any()),
        caches=_answering(site, run) if home == Home.CACHE else [],
        stores=primaries(site, run) if in_database else [],
        standbys=site.machines(run, Pool.STANDBY),
        replicated=any(_has_a_copy(site, run, column) for column in site.machines(run, Pool.REPLICA)),
    )


def of_machines(site: Site, run: int, columns: list[int], disk: Disk, ground: Ground | None = None) -> Belongings:
    """What stopping these machines takes along; nothing changes. ground: read already, where many are asked for."""
    table = site.table
    ground = ground or ground_of(site, run)
    servers = [c for c in columns if TIER_OF[site.pool_of(c)] == Tier.SERVERS]
    users = sum(float(table.users[run, c]) for c in servers) if ground.in_memory else 0.0
    cached = _share_of_cache(site, run, ground.caches, columns, goes=True)
    if cached > 0.0:
        users = _in_cache(site, run, cached)
    files = sum(float(table.files[run, c]) for c in servers) if disk != Disk.KEPT else 0.0
    data = 0.0
    if disk == Disk.LOST:
        data = sum(data_on(site, run, c, ground) for c in columns if not _is_copied(site, run, c, ground))
    return Belongings(users, cached == 1.0, users * CART_SHARE, files, data)


def of_memory(site: Site, run: int, columns: list[int]) -> Belongings:
    """What is lost when these machines of the cache forget all and go on; nothing changes."""
    caches = _answering(site, run) if site.sessions.home[run] == Home.CACHE else []
    cached = _share_of_cache(site, run, caches, columns, goes=False)
    users = _in_cache(site, run, cached)
    return Belongings(users, cached == 1.0, users * CART_SHARE, 0.0, 0.0)


def _answering(site: Site, run: int) -> list[int]:
    """Columns of the cache that answer."""
    return [c for c in site.machines(run, Pool.CACHE) if site.table.condition[run, c] in SERVING]


def _share_of_cache(site: Site, run: int, up: list[int], columns: list[int], *, goes: bool) -> float:
    """Of the keys that the cache has, the share that is not found any more without what these machines hold; where they
    go, the others' keys may move too. up: columns of the cache that answer, none where no session lives there."""
    lost = sum(column in columns for column in up)
    if not goes or not 0 < lost < len(up):
        return lost / len(up) if up else 0.0
    return moved_share(len(up), len(up) - lost, consistent=not site.knob("cache.hash")[run])


def _in_cache(site: Site, run: int, share: float) -> float:
    """Users who are logged in there."""
    return share * float(site.sessions.users[run] - site.sessions.homeless[run])


def data_on(site: Site, run: int, column: int, ground: Ground) -> float:
    """Share of the service's data that is on a machine."""
    if ground.stores:
        return (1.0 - float(site.records.gone[run])) / len(ground.stores) if column in ground.stores else 0.0
    on_box = site.demands.data.any() and site.records.home[run] == Where.BOX
    return float(site.table.data[run, column]) if on_box else 0.0


def _is_copied(site: Site, run: int, column: int, ground: Ground) -> bool:
    """All that is on this machine of the database is on another as well."""
    if TIER_OF[site.pool_of(column)] != Tier.DATA:
        return False
    if ground.replicated:
        return True
    at = ground.stores.index(column) if column in ground.stores else len(ground.standbys)
    return at < len(ground.standbys) and _has_a_copy(site, run, ground.standbys[at])


def _has_a_copy(site: Site, run: int, column: int) -> bool:
    """A replica or standby that has caught up with its primary once."""
    return bool(site.table.condition[run, column] != Condition.BOOTING and not site.table.blank[run, column])


def will_be_lost(site: Site, run: int, held: Belongings) -> list[str]:
    """The same for a quote: 'logs out 33 % of the users'."""
    parts = []
    if held.everybody:
        parts.append("logs everybody out")
    elif held.users >= 1.0:
        parts.append(f"logs out {share_text(held.users, float(site.sessions.users[run]))} of the users")
    if held.carts >= 1.0:
        parts.append(f"empties {counted(held.carts, 'cart', 'carts')}")
    if held.files >= 1.0:
        parts.append(f"loses {counted(held.files, 'uploaded file', 'uploaded files')} for good")
    if held.data >= _SOME:
        parts.append(f"loses {share_text(held.data, 1.0)} of the data")
    return parts


def was_lost(held: Belongings) -> list[str]:
    """The same for the log: '812 users are logged out'."""
    parts = []
    if held.users >= 1.0:
        parts.append(counted(held.users, "user is logged out", "users are logged out"))
    if held.carts >= 1.0:
        parts.append(counted(held.carts, "cart is lost", "carts are lost"))
    if held.files >= 1.0:
        parts.append(counted(held.files, "uploaded file is lost", "uploaded files are lost"))
    if held.data >= _SOME:
        parts.append(f"{share_text(held.data, 1.0)} of the data is lost")
    return parts


_SOME = 0.005
"""Less than this share of the data is not worth a word."""


def keeper_of_data(site: Site, run: int) -> int | None:
    """The server that has most of the data, the oldest of several; None where no server has any."""
    if site.records.home[run] != Where.BOX or not site.demands.data.any():
        return None
    servers = site.servers(run)
    most = max(servers, key=lambda column: float(site.table.data[run, column]), default=None)
    return most if most is not None and site.table.data[run, most] > 0.0 else None
