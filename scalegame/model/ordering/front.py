"""Orders to the front door: which balancer stands there and how it deals."""

from __future__ import annotations

from dataclasses import dataclass

from scalegame.model import catalogue as cat
from scalegame.model.front.addresses import CONSISTENT, by_address
from scalegame.model.front.balancer import ALGORITHMS, MODES, Mode
from scalegame.model.front.dealing import is_sticky
from scalegame.model.front.door import being_placed, door, open_door, written
from scalegame.model.front.reading import L7, TO_SERVERS
from scalegame.model.homes.sessions import Home
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import FREE, ModelQuote, give, price_of, quote_of, refusal_of
from scalegame.model.ordering.settings import prices, refuses
from scalegame.model.ordering.targets import KINDS, condition_of, knows_size, on_the_boxes, size_of, size_refusal
from scalegame.model.orders import PlaceBalancer, Resize
from scalegame.model.site import Site
from scalegame.model.state import Condition, Pool
from scalegame.model.texts import share_text


@dataclass(frozen=True, slots=True)
class _Change:
    """What an order makes of the balancers that stand and are not on their way out."""

    stay: list[int]
    go: list[int]
    kept: list[int]
    """Those on their way out that go on instead."""
    more: int
    reboots: Resize | None


def _change(order: PlaceBalancer, site: Site, run: int) -> _Change:
    found = site.machines(run, Pool.BALANCER)
    standing = [c for c in found if not site.own_order(run, c, "remove")]
    leaving = [c for c in found if c not in standing and condition_of(site, run, c) == Condition.DRAINING]
    wanted = order.machines or len(standing) or 1
    # Of a pair the one that does not answer goes, else the newer.
    by_worth = sorted(standing, key=lambda c: (condition_of(site, run, c) != Condition.UP, c))
    stay, go = sorted(by_worth[:wanted]), sorted(by_worth[wanted:])
    kept = leaving[: wanted - len(stay)]
    reboots = None
    if order.size is not None and any(site.table.next_size[run, c] != site.size_index.get(order.size) for c in stay):
        pair = stay == found and len(stay) > 1
        reboots = Resize("balancer" if pair else site.name(run, stay[0]), order.size, rolling=pair)
    return _Change(stay, go, kept, wanted - len(stay) - len(kept), reboots)


@refusal_of.register
def _place_balancer_refusal(order: PlaceBalancer, site: Site, run: int) -> str | None:
    if order.machines is not None and not 1 <= order.machines <= 2:
        return "a balancer is one machine or a pair"
    why = size_refusal(site, order.size)
    if why:
        return why
    kind, mode = door(site, run)
    wanted = _mode(order, mode)
    change = _change(order, site, run)
    if change.stay and (kind, mode) == (KINDS[order.kind], wanted) and not (change.go or change.kept or change.more):
        if order.size is None:
            how = "is being placed" if being_placed(site, run) else "stands"
            return f"an {order.kind.upper()} balancer with {ALGORITHMS[wanted]} {how} already"
        if change.reboots is None:
            return f"balancer is {order.size} already"
    return refusal_of(change.reboots, site, run) if change.reboots else None


def _mode(order: PlaceBalancer, stands: Mode) -> Mode:
    """How requests will be dealt: as the order says, or as now."""
    return MODES[order.algorithm] if order.algorithm else stands or Mode.ROUND_ROBIN


@quote_of.register
def _place_balancer_quote(order: PlaceBalancer, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return FREE
    change = _change(order, site, run)
    reboots = quote_of(change.reboots, site, run) if change.reboots else FREE
    new = site.sizes[size_of(site, run, order.size, (change.stay or change.kept)[:1])].price
    price = new * change.more + price_of(site, run, change.kept) - price_of(site, run, change.go)
    delay = cat.PLACE_SECONDS if change.more else 0.0
    order_before = being_placed(site, run)
    if order_before is not None:
        delay = max(delay, (order_before.ends - site.tick) / cat.TICKS_PER_SECOND)
    told = [*_what_it_reads(order, site, run), *_who_is_lost(order, site, run), reboots.consequence]
    return ModelQuote(
        price + reboots.price_change,
        delay=max(delay, reboots.delay),
        downtime=reboots.downtime,
        consequence=", ".join(filter(None, told)),
    )


def _what_it_reads(order: PlaceBalancer, site: Site, run: int) -> list[str]:
    """What a balancer of this kind does with what comes here."""
    parts = []
    tls = site.scenario.start.tls
    if order.kind == "l4":
        if site.paths[run]:
            parts.append("no path is read any more: all goes to app")
        if tls:
            parts.append(f"TLS ends at the servers, {cat.TLS_CPU_MS:g} ms of a core each")
        return parts
    if tls:
        parts.append(f"TLS ends here, {cat.TLS_CPU_MS:g} ms of its core each")
    if any(kind.protocol == "tcp" for kind in site.scenario.classes):
        parts.append(f"plain TCP is tunnelled, {cat.TCP_TUNNEL_CPU_MS:g} ms of its core each")
    return parts


def _who_is_lost(order: PlaceBalancer, site: Site, run: int) -> list[str]:
    """Users who will be sent to a server that does not know them, where sessions live in the servers' memory."""
    kind, mode = KINDS[order.kind], _mode(order, door(site, run)[1])
    servers = sum(bool(site.table.in_rotation[run, c]) for c in site.machines(run, Pool.APP))
    if servers < 2:
        return []
    apart = share_text(1.0 - 1.0 / servers, 1.0)
    opens = site.doors.mode[run] == Mode.NONE
    in_memory = site.sessions.home[run] == Home.MEMORY and site.demands.sessions.any()
    parts = []
    if by_address(site, run, kind, mode):
        parts += [] if by_address(site, run) else [f"logs out {apart} of the users: their address says where they go"]
    elif in_memory and (opens or is_sticky(site, run)):
        parts.append(f"{apart} of the requests land where nobody knows the user")
    lacks = on_the_boxes(site, run) if opens else ""
    return [*parts, f"each server finds only its own of {lacks}"] if lacks else parts


@give.register
def _give_place_balancer(order: PlaceBalancer, life: Lifecycle, run: int) -> None:
    site = life.site
    change = _change(order, site, run)
    kind, mode = KINDS[order.kind], _mode(order, door(site, run)[1])
    before = being_placed(site, run)
    if before is not None:
        before.text, before.value = f"place balancer {order.kind}", written(kind, mode)
    elif site.doors.mode[run] != Mode.NONE:
        open_door(site, run, kind, mode)
    else:
        opens = site.tick + ticks(cat.PLACE_SECONDS)
        life.note(run, "place", "balancer", f"place balancer {order.kind}", opens, value=written(kind, mode))
    size = size_of(site, run, order.size, (change.stay or change.kept)[:1])
    for column in change.kept:
        life.keep(run, column)
    if change.reboots:
        give(change.reboots, life, run)
    for _ in range(change.more):
        life.boot(run, Pool.BALANCER, size, cat.PLACE_SECONDS)
    for column in reversed(change.go):
        life.take_away(run, column)


@refuses("tls")
def _tls_refusal(site: Site, run: int, value: float, _of_class: str | None) -> str | None:
    if not site.scenario.start.tls:
        return "nothing that comes here is encrypted"
    if site.doors.kind[run] != L7:
        return "only L7 opens what users sealed; TLS ends at the servers here"
    if site.knob("tls")[run] == value:
        return f"TLS ends at the {cat.SETTINGS['tls'].text(value)} already"
    return None


@prices("tls")
def _tls_quote(_site: Site, _run: int, value: float, _of_class: str | None) -> ModelQuote:
    if value == TO_SERVERS:
        return ModelQuote(consequence=f"the servers open it too, {cat.TLS_CPU_MS:g} ms of a core each")
    return ModelQuote(consequence="the way from the balancer to the servers is in clear")


@prices("balancer.hash")
def _hash_quote(site: Site, run: int, value: float, _of_class: str | None) -> ModelQuote:
    if not by_address(site, run):
        return ModelQuote(consequence="nobody here is known by their address")
    servers = int(site.doors.listed[run, Pool.APP])
    moved = 1 / (servers + 1) if value == CONSISTENT else servers / (servers + 1)
    return ModelQuote(consequence=f"the next server moves {share_text(moved, 1.0)} of the users")
