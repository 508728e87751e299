"""Orders given to a site: why one cannot be, what it would cost, and its doing. Prices in dollars are the game's to check."""

from __future__ import annotations

from dataclasses import dataclass

from scalegame.model import catalogue as cat
from scalegame.model.balancer import ALGORITHMS, MODES, Mode
from scalegame.model.lifecycle import DEPLOY, RESIZE, Lifecycle, share_text, ticks
from scalegame.model.orders import (
    Add,
    Cancel,
    Deploy,
    MoveSessions,
    Order,
    PlaceBalancer,
    PlaceCache,
    Remove,
    Resize,
    Restart,
    Set,
)
from scalegame.model.sessions import HOMES, Home
from scalegame.model.site import SERVING, Site, pool_by_name
from scalegame.model.state import Condition, Pool

MOST_MACHINES = 10_000
_KINDS = {"l4": 1, "l7": 2}
KIND_NAMES = ("", "l4", "l7")


@dataclass(frozen=True, slots=True)
class ModelQuote:
    """What an order would cost, before it is given. See game.view.Quote for the units."""

    price_change: float
    once: float
    delay: float
    downtime: float
    consequence: str


_FREE = ModelQuote(0.0, 0.0, 0.0, 0.0, "")


class Ordering:
    """Takes orders for a site."""

    def __init__(self, site: Site, lifecycle: Lifecycle) -> None:
        self.site = site
        self.life = lifecycle

    # What an order names ----------------------------------------------------------------------------------------------

    def targets(self, run: int, target: str) -> list[int] | str:
        """Columns of a machine or of all machines of a pool, or why there are none."""
        pool = pool_by_name(target)
        if pool is not None:
            columns = self.site.columns(run, pool)
            return columns or f"there is no {target} yet"
        column = self.site.find(run, target)
        if column is None:
            names = ", ".join(self.site.name(run, c) for p in Pool for c in self.site.columns(run, p)[:4])
            return f"there is no machine or pool {target!r}; there are {names}"
        return [column]

    def _size(self, name: str | None, like: int | None) -> int:
        if name is not None:
            return self.site.size_index[name]
        if like is not None:
            return int(like)
        return self.site.size_index[self.site.scenario.ladder[0]]

    def _size_refusal(self, name: str | None) -> str | None:
        ladder = self.site.scenario.ladder
        if name is None or name in ladder:
            return None
        if name in self.site.size_index and name in cat.SIZES:
            return f"{name} is beyond the ceiling here; the biggest is {ladder[-1]}"
        return f"there is no size {name!r}; there are {', '.join(ladder)}"

    def refusal(self, order: Order, run: int) -> str | None:
        """Why the order cannot be given now, as a sentence without a full stop; None where it can."""
        match order:
            case Resize():
                return self._refuse_resize(order, run)
            case Add():
                return self._refuse_add(order, run)
            case Remove():
                return self._refuse_remove(order, run)
            case Restart():
                found = self.targets(run, order.machine)
                if isinstance(found, str):
                    return found
                if pool_by_name(order.machine) is not None:
                    return f"name one machine to restart, say {self.site.name(run, found[0])}"
                condition = Condition(int(self.site.table.condition[run, found[0]]))
                return (
                    None
                    if condition in (*SERVING, Condition.DEAD)
                    else f"{order.machine} is {_doing(condition)} already"
                )
            case PlaceBalancer():
                return self._refuse_balancer(order, run)
            case PlaceCache():
                if self.site.columns(run, Pool.CACHE):
                    return "the cache stands already; resize cache SIZE makes it bigger"
                return self._size_refusal(order.size)
            case MoveSessions():
                return self._refuse_sessions(order, run)
            case Deploy():
                pool = pool_by_name(order.pool)
                if pool != Pool.APP:
                    return "only app takes releases"
                if any(o.kind == "rolling" and o.pool == int(pool) for o in self.site.under_way[run]):
                    return f"a rolling order on {order.pool} is under way; wait, or cancel it"
                return None
            case Set():
                setting = cat.SETTINGS.get(order.key)
                if setting is None:
                    return f"there is no setting {order.key!r}; there are {', '.join(cat.SETTINGS)}"
                fits = setting.low <= order.value <= setting.high
                return None if fits else f"{order.key} goes from {setting.low:g} to {setting.high:g} {setting.unit}"
            case Cancel():
                return (
                    None
                    if self._cancellable(run, order.order)
                    else f"there is no order {order.order} that could be cancelled"
                )

    def _refuse_resize(self, order: Resize, run: int) -> str | None:
        found = self.targets(run, order.target)
        if isinstance(found, str):
            return found
        why = self._size_refusal(order.size)
        if why:
            return why
        table = self.site.table
        size = self.site.size_index[order.size]
        if all(table.next_size[run, c] == size for c in found):
            return f"{order.target} is {order.size} already"
        if any(table.condition[run, c] not in (*SERVING, Condition.DEAD) for c in found):
            busy = next(c for c in found if table.condition[run, c] not in (*SERVING, Condition.DEAD))
            return f"{self.site.name(run, busy)} is {_doing(Condition(int(table.condition[run, busy])))}; wait until it is back"
        if order.rolling and pool_by_name(order.target) is None:
            return "rolling takes a pool, one machine after another"
        if order.rolling and self.site.doors.mode[run] == Mode.NONE:
            return "rolling needs a balancer that sends the traffic to the others meanwhile"
        return None

    def _refuse_add(self, order: Add, run: int) -> str | None:
        pool = pool_by_name(order.pool)
        if pool is None:
            return f"there is no pool {order.pool!r}; there are app, balancer"
        if pool == Pool.DATABASE:
            return "a database cannot just be cloned: resize it, that is all there is here"
        if pool == Pool.CACHE:
            return "there is one cache; place cache builds it, resize cache makes it bigger"
        if pool == Pool.BALANCER and not self.site.columns(run, pool):
            return "there is no balancer yet; place balancer l4 or l7"
        if not 1 <= order.count <= 100:
            return "add from 1 to 100 at a time"
        if len(self.site.columns(run, pool)) + order.count > (2 if pool == Pool.BALANCER else MOST_MACHINES):
            return (
                "two balancers are a pair; there is no third"
                if pool == Pool.BALANCER
                else f"{MOST_MACHINES:,} machines are the most"
            )
        return self._size_refusal(order.size)

    def _refuse_remove(self, order: Remove, run: int) -> str | None:
        found = self.targets(run, order.target)
        if isinstance(found, str):
            return found
        pool = pool_by_name(order.target)
        kind = pool if pool is not None else self.site.pool_of(found[0])
        if kind == Pool.DATABASE:
            return "the data lives in the database; it stays"
        if kind == Pool.APP:
            if order.count < 1:
                return "remove at least 1"
            going = order.count if pool is not None else 1
            staying = [
                c for c in self.site.columns(run, Pool.APP) if self.site.table.condition[run, c] != Condition.DRAINING
            ]
            if len(staying) - going < 1:
                return "the last app server stays: somebody must answer"
        if kind == Pool.CACHE and self.site.sessions.home[run] == Home.CACHE:
            return "the sessions live in the cache; move them first"
        if kind == Pool.BALANCER and len(found) == len(self.site.columns(run, Pool.BALANCER)) and self.site.sticky(run):
            return "sticky sessions need the balancer; move them first"
        return None

    def _refuse_balancer(self, order: PlaceBalancer, run: int) -> str | None:
        site = self.site
        if order.machines is not None and not 1 <= order.machines <= 2:
            return "a balancer is one machine or a pair"
        why = self._size_refusal(order.size)
        if why and order.size != "wire":
            return why
        mode = int(MODES[order.algorithm]) if order.algorithm else int(site.doors.mode[run]) or int(Mode.ROUND_ROBIN)
        stands = len(site.columns(run, Pool.BALANCER))
        same = site.doors.kind[run] == _KINDS[order.kind] and site.doors.mode[run] == mode
        if stands and same and order.machines in (None, stands) and order.size is None:
            return f"an {order.kind.upper()} balancer with {ALGORITHMS[Mode(mode)]} stands already"
        return None

    def _refuse_sessions(self, order: MoveSessions, run: int) -> str | None:
        site = self.site
        if not any(c.session for c in site.scenario.classes):
            return "nothing here needs a session"
        if site.sessions.home[run] == HOMES[order.home]:
            return f"sessions are in {order.home} already" if order.home != "sticky" else "sessions are sticky already"
        if any(o.kind == "sessions" for o in site.under_way[run]):
            return "the sessions are being moved already; wait, or cancel it"
        if order.home == "sticky" and site.doors.mode[run] == Mode.NONE:
            return "sticky sessions need a balancer that remembers who went where"
        if order.home == "cache":
            caches = site.columns(run, Pool.CACHE)
            if not caches:
                return "there is no cache to keep them; place cache first"
            if not any(site.table.condition[run, c] == Condition.UP for c in caches):
                return "the cache is not up yet"
        return None

    def _cancellable(self, run: int, number: int) -> bool:
        return any(o.number == number for o in self.site.under_way[run])

    # What it would cost -----------------------------------------------------------------------------------------------

    def quote(self, order: Order, run: int) -> ModelQuote:
        """Price a minute, once, delay, downtime and consequence of an order that is not refused."""
        site = self.site
        table = site.table

        def price(size: int) -> float:
            return site.sizes[size].price

        match order:
            case Resize():
                found = self.targets(run, order.target)
                if isinstance(found, str) or order.size not in site.size_index:
                    return _FREE
                change = sum(price(site.size_index[order.size]) - price(int(table.size[run, c])) for c in found)
                each = cat.RESIZE_SECONDS + (cat.DRAIN_SECONDS if order.rolling else 0.0)
                delay = each * (len(found) if order.rolling else 1)
                alone = len(site.columns(run, site.pool_of(found[0]))) == len(found)
                down = 0.0 if order.rolling or not alone else cat.RESIZE_SECONDS
                return ModelQuote(change, 0.0, delay, down, self._harm(run, found, gentle=order.rolling))
            case Add():
                pool = pool_by_name(order.pool)
                columns = site.columns(run, pool) if pool is not None else []
                if order.size is not None and order.size not in site.size_index:
                    return _FREE
                size = self._size(order.size, int(table.size[run, columns[-1]]) if columns else None)
                lone = pool == Pool.APP and site.doors.mode[run] == Mode.NONE
                return ModelQuote(
                    price(size) * order.count,
                    0.0,
                    cat.BOOT_SECONDS,
                    0.0,
                    "gets no traffic without a balancer" if lone else "",
                )
            case Remove():
                found = self.targets(run, order.target)
                if isinstance(found, str):
                    return _FREE
                if pool_by_name(order.target) == Pool.APP:
                    found = found[-order.count :] if order.count >= 1 else found[-1:]
                saved = -sum(price(int(table.size[run, c])) for c in found)
                return ModelQuote(saved, 0.0, cat.DRAIN_SECONDS, 0.0, self._harm(run, found, gentle=True))
            case Restart():
                found = self.targets(run, order.machine)
                if isinstance(found, str):
                    return _FREE
                return ModelQuote(
                    0.0, 0.0, cat.RESTART_SECONDS, cat.RESTART_SECONDS, self._harm(run, found, gentle=False)
                )
            case PlaceBalancer():
                columns = site.columns(run, Pool.BALANCER)
                like = int(table.size[run, columns[0]]) if columns else None
                if order.size is not None and order.size not in site.size_index:
                    return _FREE
                size = self._size(order.size, like)
                machines = order.machines or len(columns) or 1
                change = price(size) * machines - sum(price(int(table.size[run, c])) for c in columns)
                return ModelQuote(change, 0.0, 0.0 if columns else cat.PLACE_SECONDS, 0.0, "")
            case PlaceCache():
                if order.size is not None and order.size not in site.size_index:
                    return _FREE
                return ModelQuote(price(self._size(order.size, None)), 0.0, cat.PLACE_SECONDS, 0.0, "")
            case MoveSessions():
                words = {
                    "memory": "a server that dies or is replaced logs its users out",
                    "sticky": "each user stays with one server; a lost server takes its logins along",
                    "cache": "any server can answer; without the cache nobody is known",
                    "token": f"any server can answer; each check costs {cat.TOKEN_CPU_MS:g} ms of a core, a stolen one works "
                    f"for {cat.TOKEN_LIFE_SECONDS:g} s",
                }
                return ModelQuote(
                    0.0, cat.SETUP_PRICES[f"move sessions {order.home}"], cat.MIGRATION_SECONDS, 0.0, words[order.home]
                )
            case Deploy():
                count = len(site.columns(run, Pool.APP))
                each = cat.DRAIN_SECONDS + cat.DEPLOY_SECONDS
                alone = count == 1 or site.doors.mode[run] == Mode.NONE
                return ModelQuote(
                    0.0,
                    cat.SETUP_PRICES["deploy"],
                    each * count,
                    cat.DEPLOY_SECONDS if alone else 0.0,
                    self._harm(run, site.columns(run, Pool.APP), gentle=True),
                )
            case Set() | Cancel():
                return _FREE

    def _harm(self, run: int, columns: list[int], *, gentle: bool) -> str:
        """What stopping these machines does to users."""
        site, table = self.site, self.site.table
        parts = []
        if not gentle and columns and site.pool_of(columns[0]) == Pool.APP:
            lost = sum(site.fates.under_way(run, int(table.serial[run, c]), site.tick) for c in columns)
            if lost >= 1.0:
                parts.append(f"drops {lost:,.0f} requests under way")
        users = sum(float(table.users[run, c]) for c in columns)
        if users >= 1.0 and site.sessions.home[run] <= Home.STICKY:
            parts.append(f"logs out {share_text(users, float(site.sessions.users[run]))} of the users")
        if columns and site.pool_of(columns[0]) == Pool.CACHE and site.sessions.home[run] == Home.CACHE:
            parts.append("logs everybody out")
        return ", ".join(parts)

    # Doing it ---------------------------------------------------------------------------------------------------------

    def apply(self, order: Order, run: int) -> None:
        """Give an order that is not refused."""
        site, life, table = self.site, self.life, self.site.table
        match order:
            case Resize():
                size = site.size_index[order.size]
                found = self.targets(run, order.target)
                assert not isinstance(found, str)
                if order.rolling:
                    life.roll(run, site.pool_of(found[0]), RESIZE, f"resize {order.target} {order.size} rolling", size)
                else:
                    for column in found:
                        if table.next_size[run, column] != size:
                            life.resize(run, column, size)
            case Add():
                pool = pool_by_name(order.pool)
                assert pool is not None
                columns = site.columns(run, pool)
                size = self._size(order.size, int(table.size[run, columns[-1]]) if columns else None)
                for _ in range(order.count):
                    self._boot(run, pool, size)
            case Remove():
                self._remove(order, run)
            case Restart():
                column = site.find(run, order.machine)
                assert column is not None
                life.restart(run, column)
            case PlaceBalancer():
                self._place_balancer(order, run)
            case PlaceCache():
                self._boot(run, Pool.CACHE, self._size(order.size, None), cat.PLACE_SECONDS)
            case MoveSessions():
                life.note(
                    run,
                    "sessions",
                    "app",
                    f"move sessions {order.home}",
                    site.tick + ticks(cat.MIGRATION_SECONDS),
                    value=int(HOMES[order.home]),
                )
            case Deploy():
                life.roll(run, Pool.APP, DEPLOY, f"deploy {order.pool}")
            case Set():
                if order.key == "health.interval":
                    site.health_interval[run] = order.value
                else:
                    site.health_threshold[run] = float(int(order.value))
            case Cancel():
                self._cancel(order, run)
        site.changed = True
        life.next_due = 0

    def _boot(self, run: int, pool: Pool, size: int, seconds: float = cat.BOOT_SECONDS) -> int:
        site = self.site
        column = site.install(run, pool, size, Condition.BOOTING, site.tick + ticks(seconds))
        serial = int(site.table.serial[run, column])
        name = site.name(run, column)
        self.life.note(run, "boot", name, f"boot {name}", site.tick + ticks(seconds), pool=int(pool), serial=serial)
        return column

    def _remove(self, order: Remove, run: int) -> None:
        site = self.site
        found = self.targets(run, order.target)
        assert not isinstance(found, str)
        pool = pool_by_name(order.target)
        if pool == Pool.APP:
            standing = [c for c in found if site.table.condition[run, c] != Condition.DRAINING]
            found = standing[-order.count :]
        kind = site.pool_of(found[0])
        if kind != Pool.APP and len(found) == len(site.columns(run, kind)):
            if kind == Pool.BALANCER:
                site.doors.kind[run] = 0
                site.doors.mode[run] = int(Mode.NONE)
            for column in reversed(found):
                self.life.take_away(run, column)
            return
        for column in reversed(found):
            site.table.queued[run, column] = 0
            if site.table.condition[run, column] in SERVING:
                self.life.drain(run, column)
            else:
                self.life.take_away(run, column)

    def _place_balancer(self, order: PlaceBalancer, run: int) -> None:
        site = self.site
        mode = MODES[order.algorithm] if order.algorithm else Mode(int(site.doors.mode[run])) or Mode.ROUND_ROBIN
        columns = site.columns(run, Pool.BALANCER)
        if columns:
            self._switch(run, _KINDS[order.kind], int(mode))
        else:
            self.life.note(
                run,
                "place",
                "balancer",
                f"place balancer {order.kind}",
                site.tick + ticks(cat.PLACE_SECONDS),
                value=_KINDS[order.kind] * 16 + int(mode),
            )
        size = self._size(order.size, int(site.table.size[run, columns[0]]) if columns else None)
        machines = order.machines or len(columns) or 1
        for column in columns:
            if site.table.size[run, column] != size:
                self.life.resize(run, column, size)
        for _ in range(machines - len(columns)):
            self._boot(run, Pool.BALANCER, size, cat.PLACE_SECONDS)
        for column in reversed(columns[machines:]):
            self.life.take_away(run, column)

    def _switch(self, run: int, kind: int, mode: int) -> None:
        site = self.site
        site.doors.kind[run] = kind
        site.doors.mode[run] = mode
        app = site.spans[Pool.APP]
        up = site.table.condition[run, app] == Condition.UP
        site.table.in_rotation[run, app] |= up
        site.changed = True

    def _cancel(self, order: Cancel, run: int) -> None:
        site = self.site
        found = next(o for o in site.under_way[run] if o.number == order.order)
        site.under_way[run].remove(found)
        if found.kind == "rolling":
            table = site.table
            for column in site.columns(run, Pool(found.pool)):
                if table.condition[run, column] == Condition.UP:
                    table.queued[run, column] = 0
                    table.next_size[run, column] = table.size[run, column]
        elif found.kind == "boot":
            machine = self.site.find(run, found.place)
            if machine is not None:
                self.life.take_away(run, machine)
        elif found.kind == "place":
            for column in reversed(site.columns(run, Pool.BALANCER)):
                self.life.take_away(run, column)
        site.say(run, 0, found.place, "cancel", f"{found.text} is cancelled")


def _doing(condition: Condition) -> str:
    return condition.name.lower()
