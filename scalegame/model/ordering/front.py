"""Orders to the front door: which balancer stands there and how it deals."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.front.addresses import CONSISTENT, by_address
from scalegame.model.front.balancer import ALGORITHMS, MODES, Mode
from scalegame.model.front.reading import L7, TO_SERVERS
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import FREE, ModelQuote, give, price_of, quote_of, refusal_of
from scalegame.model.ordering.settings import prices, refuses
from scalegame.model.ordering.targets import KINDS, knows_size, machines_wanted, size_of, size_refusal
from scalegame.model.orders import PlaceBalancer
from scalegame.model.schedule import open_up
from scalegame.model.site import Site
from scalegame.model.state import Pool
from scalegame.model.texts import share_text


@refusal_of.register
def _place_balancer_refusal(order: PlaceBalancer, site: Site, run: int) -> str | None:
    if order.machines is not None and not 1 <= order.machines <= 2:
        return "a balancer is one machine or a pair"
    why = size_refusal(site, order.size)
    if why and order.size != "wire":
        return why
    mode = int(MODES[order.algorithm]) if order.algorithm else int(site.doors.mode[run]) or int(Mode.ROUND_ROBIN)
    stands = len(site.machines(run, Pool.BALANCER))
    same = site.doors.kind[run] == KINDS[order.kind] and site.doors.mode[run] == mode
    if stands and same and order.machines in (None, stands) and order.size is None:
        return f"an {order.kind.upper()} balancer with {ALGORITHMS[Mode(mode)]} stands already"
    return None


@quote_of.register
def _place_balancer_quote(order: PlaceBalancer, site: Site, run: int) -> ModelQuote:
    if not knows_size(site, order.size):
        return FREE
    standing = site.machines(run, Pool.BALANCER)
    price = site.sizes[size_of(site, run, order.size, standing[:1])].price
    change = price * machines_wanted(order.machines, standing) - price_of(site, run, standing)
    told = ", ".join(_what_it_reads(order, site, run))
    return ModelQuote(change, delay=0.0 if standing else cat.PLACE_SECONDS, consequence=told)


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


@give.register
def _give_place_balancer(order: PlaceBalancer, life: Lifecycle, run: int) -> None:
    site = life.site
    mode = MODES[order.algorithm] if order.algorithm else Mode(int(site.doors.mode[run])) or Mode.ROUND_ROBIN
    columns = site.machines(run, Pool.BALANCER)
    if columns:
        site.doors.kind[run], site.doors.mode[run] = KINDS[order.kind], int(mode)
        open_up(site, run)
    else:
        life.note(
            run,
            "place",
            "balancer",
            f"place balancer {order.kind}",
            site.tick + ticks(cat.PLACE_SECONDS),
            value=KINDS[order.kind] * 16 + int(mode),
        )
    size = size_of(site, run, order.size, columns[:1])
    machines = machines_wanted(order.machines, columns)
    for column in columns:
        if site.table.size[run, column] != size:
            life.resize(run, column, size)
    for _ in range(machines - len(columns)):
        life.boot(run, Pool.BALANCER, size, cat.PLACE_SECONDS)
    for column in reversed(columns[machines:]):
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
