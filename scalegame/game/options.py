"""What can be done at a place, as lines of the command language with a key, a label, a price and a refusal each.

Keys keep clear of those of the screen, whose own they would take; ``n`` does the same in both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from scalegame.game.command import is_unlocked, parse, verb_of
from scalegame.game.view import Option
from scalegame.game.words import CommandError
from scalegame.model.catalogue import (
    AUTOSCALER_OFFERED_TARGET,
    AUTOSCALER_OFFERS,
    OFFERED_TTLS,
    OFFERED_VISIBILITIES,
    SETTINGS,
)
from scalegame.model.scenario import Algorithm
from scalegame.model.state import ZONES

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.view import View
    from scalegame.model.snapshot import MachineView, Snapshot

EVERYWHERE = "users"
"""The place that stands for the whole system."""

ONE_OF = {"app": "app machine", "database": "database", "balancer": "balancer", "cache": "cache", "worker": "worker"}


@dataclass(frozen=True, slots=True)
class _Offer:
    key: str
    label: str
    line: str
    refusal: str | None = None
    """Known without asking the world."""


def options(place: str, view: View, level: Level, weigh: Callable[[str], Option]) -> list[Option]:
    """Everything this level has unlocked that makes sense at ``place``: a machine, a pool that stands, a service such
    as the cdn or the queue, or 'users'.

    An unknown place has nothing to do.
    """
    snapshot = view.snapshot
    machine = next((machine for machine in snapshot.machines if machine.name == place), None)
    if place == EVERYWHERE:
        offers = list(_system(view, level))
    elif machine is not None:
        offers = [*_machine(machine, level), *_under_way(snapshot, {place})]
    elif any(pool.name == place for pool in snapshot.pools):
        machines = {machine.name for machine in snapshot.machines if machine.pool == place}
        offers = [*_pool(place, view, level), *_under_way(snapshot, {place, *machines})]
    elif place == "cdn":
        offers = list(_cdn(view, level))
    elif place == "queue":
        offers = list(_queue(view, level))
    elif place == "storage":
        offers = [_Offer("f", "uploads onto the servers' disks", "move uploads disk")]
    else:
        return []
    return [_option(offer, weigh) for offer in offers if _allowed(offer.line, level)]


def _under_way(snapshot: Snapshot, places: set[str] | None = None) -> Iterator[_Offer]:
    """Orders that can still be taken back: those of these places, or all."""
    for order in snapshot.orders:
        if places is None or order.place in places:
            yield _Offer("", f"cancel: {order.text}", f"cancel {order.number}")


def _option(offer: _Offer, weigh: Callable[[str], Option]) -> Option:
    weighed = weigh(offer.line)
    return replace(weighed, key=offer.key, label=offer.label, refusal=offer.refusal or weighed.refusal)


def _allowed(line: str, level: Level) -> bool:
    try:
        return is_unlocked(verb_of(parse(line)), level.unlocked)
    except CommandError:  # a level may name a size that the language cannot say
        return False


def _machine(machine: MachineView, level: Level) -> Iterator[_Offer]:
    yield from _sizes(machine.name, machine.size, level)
    if machine.pool == "database":
        yield _Offer("+", "add one replica, for reads", "add replica")
    elif machine.pool != "standby":
        yield _Offer("+", f"add one {ONE_OF.get(machine.pool, machine.pool)}", f"add {machine.pool}")
    yield _Offer("-", f"remove {machine.name}", f"remove {machine.name}")
    yield _Offer("r", "restart", f"restart {machine.name}")


def _pool(pool: str, view: View, level: Level) -> Iterator[_Offer]:
    snapshot = view.snapshot
    machines = [machine for machine in snapshot.machines if machine.pool == pool]
    size = machines[-1].size if machines else ""
    yield from _sizes(pool, size, level, rolling=len(machines) > 1 and pool != "database")
    if pool == "database":
        yield from _database(snapshot)
        return
    if pool != "standby":
        yield _Offer("+", f"add one {ONE_OF.get(pool, pool)}", f"add {pool}")
        for zone in _zones(snapshot, level):
            yield _Offer("", f"add one {ONE_OF.get(pool, pool)} in zone {zone}", f"add {pool} zone={zone}")
    if machines and pool != "standby":
        yield _Offer("-", f"remove {machines[-1].name}, the newest", f"remove {machines[-1].name}")
    if pool == "balancer":
        yield from _balancer(snapshot, level)
    yield from _autoscaler(pool, machines, snapshot)
    if pool == "worker":
        yield from _queue(view, level)
    if pool == "cache":
        yield from _copies(view, level)
    if pool in ("balancer", "cache", "standby"):
        yield _Offer("d", f"take the {pool} away", f"remove {pool}")
    if next((one.tier for one in snapshot.pools if one.name == pool), "") == "servers":
        yield _Offer("d", "deploy, one by one", f"deploy {pool}")
        if any(machine.wrong_share > 0.0 or machine.slow_factor > 1.0 for machine in machines):
            yield _Offer("", "go back to the last release", f"deploy {pool} rollback")
        if pool != "app":
            yield from _placed(pool, snapshot, level)


def _zones(snapshot: Snapshot, level: Level) -> list[str]:
    """Zones to choose from; none where everything stands in one."""
    used = {machine.zone for machine in snapshot.machines} | set(ZONES[: level.scenario.start.zones])
    return sorted(used) if len(used) > 1 else []


def _balancer(snapshot: Snapshot, level: Level) -> Iterator[_Offer]:
    """The other kind, the other ways to spread, and its knobs."""
    other = "l7" if snapshot.balancer_kind == "l4" else "l4"
    yield _Offer("b", f"make it {other.upper()}", f"place balancer {other}")
    for algorithm in get_args(Algorithm):
        if algorithm != snapshot.balancer_algorithm:
            line = f"place balancer {snapshot.balancer_kind} algorithm={algorithm}"
            yield _Offer("", f"spread by {algorithm}", line)
    knobs = [("balancer.weights", "shares")]
    knobs += [("balancer.hash", "hash of addresses")] if any(kind.session for kind in level.scenario.classes) else []
    knobs += [("tls", "TLS ends at")] if level.scenario.start.tls and snapshot.balancer_kind == "l7" else []
    stands = dict(snapshot.settings)
    for key, label in knobs:
        setting = SETTINGS[key]
        for word in setting.words:
            if word != stands.get(key, setting.text(setting.start)):
                yield _Offer("", f"{label}: {word}", f"set {key} {word}")


def _database(snapshot: Snapshot) -> Iterator[_Offer]:
    """What helps a database that is too small or too mortal."""
    shards = snapshot.database.shards
    yield _Offer("+", "add one replica, for reads", "add replica")
    yield _Offer("", "add a standby" if shards == 1 else "a standby for each shard", "add standby")
    yield _Offer("", f"cut the data into {2 * shards} shards", f"shard {2 * shards}")
    if shards > 1:
        yield _Offer("", "bring the data together", "shard 1")
    word = "off" if snapshot.database.pooler else "on"
    yield _Offer("", f"connection pooler {word}", f"set pooler {word}")


def _autoscaler(pool: str, machines: list[MachineView], snapshot: Snapshot) -> Iterator[_Offer]:
    """A pool that follows its load by itself, or does so no more; where that is no sense, nothing."""
    tier = next((one.tier for one in snapshot.pools if one.name == pool), "")
    if any(one.pool == pool for one in snapshot.autoscalers):
        yield _Offer("a", "no autoscaler", f"autoscale {pool} off")
    elif tier == "servers" or pool in ("replica", "worker"):
        low = max(1, len(machines))
        line = f"autoscale {pool} {low} {AUTOSCALER_OFFERS * low} {AUTOSCALER_OFFERED_TARGET:g}%"
        yield _Offer("a", f"autoscale {low} to {AUTOSCALER_OFFERS * low}", line)


def _placed(pool: str, snapshot: Snapshot, level: Level) -> Iterator[_Offer]:
    """What there is beside app: which paths lead there, and the pool as a whole."""
    rules = dict(snapshot.front.routes)
    for path in dict.fromkeys(kind.path.lower() for kind in level.scenario.classes if kind.protocol == "http"):
        if rules.get(path) == pool:
            yield _Offer("", f"{path} back to app", f"route {path} app")
        else:
            yield _Offer("", f"send {path} here", f"route {path} {pool}")
    yield _Offer("D", f"take {pool} away", f"remove {pool}")


def _queue(view: View, level: Level) -> Iterator[_Offer]:
    """Whose slow work is left to the queue, and on which terms."""
    queue = view.snapshot.queue
    queued = {kind.name: kind for kind in queue.classes if kind.queued} if queue else {}
    if queue and queued:
        for seconds in OFFERED_VISIBILITIES:
            if seconds != queue.visibility_seconds:
                yield _Offer("", f"dropped ones back in {seconds:g} s", f"set queue.visibility {seconds:g}")
    for kind in level.scenario.classes:
        if kind.job_ms and kind.name not in queued:
            yield _Offer("", f"queue the slow work of {kind.name}", f"place queue for={kind.name}")
        elif kind.name in queued:
            word = "off" if queued[kind.name].idempotent else "on"
            yield _Offer("", f"idempotent {kind.name}: {word}", f"set queue.idempotent.{kind.name} {word}")
            yield _Offer("", f"{kind.name} inline again", f"remove queue {kind.name}")


def _copies(view: View, level: Level) -> Iterator[_Offer]:
    """How the application cache keeps its copies, and how long."""
    if not any(kind.reads for kind in level.scenario.classes):
        return
    stands = dict(view.snapshot.settings)
    for key, label in (("cache.purge", "purge on write"), ("cache.coalesce", "one fetch at a time")):
        word = "off" if stands.get(key) == "on" else "on"
        yield _Offer("", f"{label}: {word}", f"set {key} {word}")
    for kind in level.scenario.classes:
        if kind.reads:
            for seconds in OFFERED_TTLS:
                yield _Offer("", f"{kind.name} kept {seconds:g} s", f"set ttl.{kind.name} {seconds:g}")
    yield _Offer("", "forget all copies", "purge cache")


def _cdn(view: View, level: Level) -> Iterator[_Offer]:
    """What the CDN keeps, and how long."""
    for kind in level.scenario.classes:
        if kind.static:
            for seconds in OFFERED_TTLS:
                yield _Offer("", f"{kind.name} kept {seconds:g} s", f"set ttl.{kind.name} {seconds:g}")
    if any(store.place == "cdn" for store in view.snapshot.copies):
        word = "off" if dict(view.snapshot.settings).get("cache.purge") == "on" else "on"
        yield _Offer("", f"purge on write: {word}", f"set cache.purge {word}")
        yield _Offer("", "forget all copies", "purge cdn")
        yield _Offer("d", "do without the CDN", "remove cdn")


def _sizes(target: str, size: str, level: Level, *, rolling: bool = False) -> Iterator[_Offer]:
    """The next size up and down with their keys, then the others of the ladder."""
    ladder = level.scenario.ladder
    here = ladder.index(size) if size in ladder else None
    if here is not None and here == len(ladder) - 1:
        yield _Offer("u", "resize up", f"resize {target} {size}", f"{size} is the biggest size there is here")
    keys = {} if here is None else {here + 1: "u", here - 1: "U"}
    order = sorted(range(len(ladder)), key=lambda index: (index not in keys, -index if index in keys else index))
    for index in order:
        if index == here:
            continue
        yield _Offer(keys.get(index, ""), f"resize to {ladder[index]}", f"resize {target} {ladder[index]}")
        if rolling and keys.get(index) == "u":
            yield _Offer("o", f"to {ladder[index]}, one by one", f"resize {target} {ladder[index]} rolling")


def _homes(snapshot: Snapshot) -> Iterator[_Offer]:
    """Other homes for the state that there is."""
    for key, home, label in (
        ("m", "memory", "sessions into memory"),
        ("s", "sticky", "sessions sticky"),
        ("e", "cache", "sessions into the cache"),
        ("t", "token", "sessions as tokens"),
    ):
        if snapshot.sessions != home:
            yield _Offer(key, label, f"move sessions {home}")
    if snapshot.uploads:
        other = "object" if snapshot.uploads == "disk" else "disk"
        label = "uploads into object storage" if other == "object" else "uploads onto the servers' disks"
        yield _Offer("f", label, f"move uploads {other}")
    if snapshot.data:
        other = "database" if snapshot.data == "box" else "box"
        label = "data into a database" if other == "database" else "data onto the box"
        yield _Offer("a", label, f"move data {other}")


def _system(view: View, level: Level) -> Iterator[_Offer]:
    snapshot = view.snapshot
    for key, kind in (("b", "l4"), ("B", "l7")):
        if snapshot.balancer_kind != kind:
            label = f"place a balancer, {kind.upper()}" if snapshot.balancer_kind is None else f"make it {kind.upper()}"
            yield _Offer(key, label, f"place balancer {kind}")
    if all(pool.name != "cache" for pool in snapshot.pools):
        yield _Offer("c", "place a cache", "place cache")
    if any(kind.static for kind in level.scenario.classes) and all(store.place != "cdn" for store in snapshot.copies):
        yield _Offer("y", "place a CDN", "place cdn")
    if any(kind.job_ms for kind in level.scenario.classes):
        yield from _queue(view, level)
        if all(pool.name != "worker" for pool in snapshot.pools):
            yield _Offer("w", "add a worker", "add worker")
    yield from _homes(snapshot)
    yield from _under_way(snapshot)
    for rule in view.rules:
        yield _Offer("", f"strike out rule {rule.number}", f"cancel rule {rule.number}")
    if not view.stage.is_last:
        yield _Offer("n", f"launch stage {view.stage.number + 1} now", "launch")
