"""What each tier is about, in a few words: what its box says of the whole, beside its machines."""

from __future__ import annotations

from collections.abc import Sequence

from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION
from scalegame.model.snapshot import CopiesView, MachineView, Snapshot, StoreView
from scalegame.tui.cells.figures import count, duration, money, percent, rate
from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.spots import Spot
from scalegame.tui.widgets.shelves import size_text
from scalegame.tui.widgets.states import serves

LAG_WORTH_A_WORD = 0.5
"""Seconds that a replica may be behind before its box says so."""
STALE_SECONDS = 2.0
"""The history is written once a second; what is older is not now."""
LOST_WORTH_A_WORD = 0.5
"""Requests a second from which a place says what is lost there."""

_ALGORITHMS = {
    "least-connections": "least conn.",
    "round-robin": "round robin",
    "two-choices": "two choices",
    "ip-hash": "ip hash",
}
SESSIONS = {
    "memory": ("sessions in memory", "in memory"),
    "sticky": ("sticky sessions", "sticky"),
    "cache": ("sessions in cache", "in cache"),
    "token": ("signed tokens", "tokens"),
}
"""Where sessions live, in a row and in a title."""
_UPLOADS = {"disk": "files on disk", "object": "files elsewhere"}


def pack(parts: Sequence[str], width: int, slot: int = 14) -> list[str]:
    """Parts put together into lines of ``width`` cells; one that is too long has a line to itself. Each takes ``slot``
    cells or half as many again or as many as it needs, so that lines do not change with every digit."""
    lines: list[str] = []
    for part in parts:
        padded = part.ljust(next((size for size in (slot, slot * 3 // 2) if len(part) <= size), 0))
        if lines and len(lines[-1]) + 2 + len(part.rstrip()) <= width:
            lines[-1] += f"  {padded}"
        else:
            lines.append(padded)
    return [line.rstrip() for line in lines]


def title(board: Board, spot: Spot) -> str:
    """A tier's name, with the kind of balancer that it is."""
    kind = board.snapshot.balancer_kind
    return f"{kind.upper()} balancer" if spot.name == "balancer" and spot.placed and kind else spot.name


def sizes(machines: Sequence[MachineView]) -> str:
    """The one size of all machines, or that they differ."""
    found = {machine.size for machine in machines}
    return next(iter(found)) if len(found) == 1 else "mixed"


def facts(board: Board, spot: Spot) -> list[str]:
    """What a tier is about, the most telling first. How many there are depends on what stands, not on how it is."""
    if spot.name == "cdn" or spot.tier == "cache":
        return _copies(board, spot.name)
    if spot.tier == "door":
        return _balancer(board, spot)
    if spot.tier == "servers":
        return _servers(board, spot)
    if spot.name == "storage":
        return [f"{count(board.snapshot.files_stored)} files", f"{money(board.snapshot.storage_price)}/min"]
    if spot.name == "queue":
        return _queue(board)
    if spot.tier == "data":
        return _database(board)
    return []


def _balancer(board: Board, spot: Spot) -> list[str]:
    snapshot = board.snapshot
    algorithm = snapshot.balancer_algorithm or ""
    parts = [_ALGORITHMS.get(algorithm, algorithm), "a pair" if spot.size == 2 else "single" if spot.size == 1 else ""]
    parts += [f"TLS: {' + '.join(snapshot.front.tls)}"] if snapshot.front.tls else []
    parts += [f"{path} to {pool}" for path, pool in snapshot.front.routes]
    return [part for part in parts if part]


def _servers(board: Board, spot: Spot) -> list[str]:
    snapshot = board.snapshot
    parts = remembered(snapshot) if spot.name == "app" else []
    parts += [f"{path} comes here" for path, pool in snapshot.front.routes if pool == spot.name and pool != "app"]
    return parts + _scaled(board, spot)


def remembered(snapshot: Snapshot) -> list[str]:
    """What the servers remember, and what they do not."""
    data = "data on the box" if snapshot.data == "box" else ""
    parts = [SESSIONS.get(snapshot.sessions, ("",))[0], _UPLOADS.get(snapshot.uploads, ""), data]
    return [part for part in parts if part]


def _scaled(board: Board, spot: Spot) -> list[str]:
    names = {pool.name for pool in spot.pools}
    return [
        f"autoscaler {one.low}-{one.high} wants {one.need}" for one in board.snapshot.autoscalers if one.pool in names
    ]


def _copies(board: Board, place: str) -> list[str]:
    store = copies_at(board, place)
    if store is None:
        return []
    parts = [f"{percent(store.hit_share):>5} hits", f"{rate(store.asked_rate)} asked"]
    if place == "cdn":
        return [*parts, f"{money(store.price)}/min"]
    parts.append(f"{size_text(store.kilobytes)} kept")
    sessions = board.snapshot.sessions == "cache"
    return [*parts, f"{size_text(store.session_kilobytes)} sessions"] if sessions else parts


def copies_at(board: Board, place: str) -> CopiesView | None:
    """What a place keeps copies in."""
    return next((store for store in board.snapshot.copies if store.place == place), None)


def _queue(board: Board) -> list[str]:
    queue = board.snapshot.queue
    if queue is None:
        return []
    # Dead letters are told before there are any: the first one must not move the picture.
    return [
        f"{count(queue.depth)} wait",
        f"oldest {duration(queue.oldest_seconds)}",
        f"{count(queue.in_work)} in work",
        f"{count(queue.dead_letters)} dead letters",
    ]


def _database(board: Board) -> list[str]:
    data, calls = board.snapshot.database, board.snapshot.calls
    parts = [f"{data.shards} shards"] if data.shards > 1 else []
    primary = next((store for store in data.stores if store.role == "primary"), None)
    if primary is not None and primary.connections_most is not None:
        pooler = " pooled" if data.pooler else ""
        parts.append(f"{primary.connections} of {primary.connections_most} conn.{pooler}")
    pages = copies_at(board, "pages")
    parts += (
        [f"{percent(pages.hit_share):>5} from memory"] if pages is not None and board.snapshot.data != "box" else []
    )
    return parts + ([f"breaker {calls.breaker}"] if calls is not None else [])


def store_of(board: Board, name: str) -> StoreView | None:
    """What the database says of one of its machines."""
    return next((store for store in board.snapshot.database.stores if store.name == name), None)


def machine_facts(board: Board, machine: MachineView) -> list[str]:
    """What one machine has to say beyond its bar, as wide at all times as numbers allow."""
    if not serves(machine):
        more = [f"zone {machine.zone}"] if board.several_zones else []
        more += [machine.lost_with_it] if machine.lost_with_it else []
        return [machine.size, f"{machine.cores} cores", *more]
    store = store_of(board, machine.name) if machine.pool in ("database", "replica", "standby") else None
    parts = [f"{machine.cores} cores", f"{rate(machine.arrival_rate):<8}"]
    if store is not None and store.role == "replica":
        parts.insert(0, f"{store.lag_seconds:.1f} s behind")
    elif store is not None and store.role == "standby":
        parts = [f"stands by for {store.stands_for}"]
    elif store is not None and board.snapshot.database.shards > 1:
        parts.insert(0, f"{percent(store.share)} of calls")
    if board.several_zones:
        parts.append(f"zone {machine.zone}")
    parts.append(f"{count(machine.waiting)} wait".ljust(8))
    if machine.held >= 0.95:
        parts.append(f"{count(machine.held)} held".ljust(8))
    if machine.users >= 1:
        parts.append(f"home of {count(machine.users)} users")
    return parts


def lost_at(board: Board, spot: Spot) -> str:
    """'12/s late': what was lost at a place in the last second, with the cause of most of it; empty where hardly
    anything was."""
    seconds = board.session.history.seconds
    if not seconds or seconds[-1].seconds < board.snapshot.seconds - STALE_SECONDS:
        return ""
    names = {spot.name, *(pool.name for pool in spot.pools)}
    found = [(lost, cause) for cause, place, lost in seconds[-1].losses if place in names]
    whole = sum(lost for lost, _ in found)
    return f"{rate(whole)} {max(found)[1]}" if whole >= LOST_WORTH_A_WORD else ""


def in_ever_fewer_words(*parts: str) -> tuple[str, ...]:
    """'X 12/s late', 'X 12/s', 'X' of 'X', '12/s', 'late': a part is told as a whole or not at all."""
    return tuple(" ".join(parts[:told]) for told in range(len(parts), 0, -1))


def trouble(board: Board, spot: Spot, glyphs: Glyphs) -> tuple[tuple[str, ...], Ink] | None:
    """What is wrong here, the worst first, as its mark with words, from long to short; None where all is well or on its
    way."""
    if not spot.pools:
        return (in_ever_fewer_words(glyphs.busy, "backlog"), Ink.AMBER) if spot.troubled else None
    dead = cut_off = slow = 0
    wrong = hot = False
    for machine in board.inside(spot):
        if machine.state != "up":
            dead += machine.state == "dead"
            cut_off += machine.state == "unreachable"
            slow += machine.state == "slow"
        wrong = wrong or machine.wrong_share > 0.0
        hot = hot or machine.utilisation >= RED_SATURATION
    if spot.up == 0 and dead + cut_off:
        return in_ever_fewer_words(glyphs.dead, "down"), Ink.RED
    if dead + cut_off:
        which = (str(dead), "dead") if dead else (str(cut_off), "cut off")
        return in_ever_fewer_words(glyphs.dead, *which), Ink.RED
    if wrong:
        return in_ever_fewer_words(glyphs.wrong, "wrong"), Ink.RED
    if spot.load >= RED_SATURATION:
        return in_ever_fewer_words(glyphs.full, "full"), Ink.RED
    if spot.up == 0:
        return in_ever_fewer_words(glyphs.booting, "not up"), Ink.AMBER
    if slow:
        return in_ever_fewer_words(glyphs.slow, str(slow), "slow"), Ink.AMBER
    return _strained(board, spot, glyphs, hot)


def _strained(board: Board, spot: Spot, glyphs: Glyphs, hot: bool) -> tuple[tuple[str, ...], Ink] | None:
    """Nothing is broken, and all is not well."""
    stores = board.snapshot.database.stores if spot.tier == "data" else ()
    behind = max((store.lag_seconds for store in stores), default=0.0)
    if behind >= LAG_WORTH_A_WORD:
        return in_ever_fewer_words(glyphs.slow, f"{behind:.1f}s", "lag"), Ink.AMBER
    if hot or spot.load >= AMBER_SATURATION:
        return in_ever_fewer_words(glyphs.busy, "hot" if hot else "busy"), Ink.AMBER
    return None
