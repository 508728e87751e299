"""Why a place is as fast or slow as it is, in one line, and what it is and does."""

from __future__ import annotations

import math

from scalegame.model.snapshot import CopiesView, MachineView, StoreView
from scalegame.tui.board import USERS, Board
from scalegame.tui.figures import count, duration, money, percent, rate
from scalegame.tui.widgets.shelves import store_at
from scalegame.tui.widgets.signals import AMBER_SHARE
from scalegame.tui.widgets.system import COLD_WORTH_A_WORD, READ_FROM_DISK

LAG_WORTH_A_WORD = 0.5
"""Seconds that a replica may be behind before its line says so."""

EVICTED_WORTH_A_WORD = 0.01
"""Share of the sessions that find no room."""

WASTE_WORTH_A_WORD = 20.0
"""Calls that timed out and are worked on all the same."""

NOT_PLACED = {
    "balancer": "Not placed: it spreads requests over several servers and leaves out dead ones.",
    "cache": "Not placed: it keeps sessions and answers in memory that all servers share.",
    "cdn": "Not placed: it answers near the users what is the same for all of them, and is paid by the gigabyte.",
    "queue": "Not placed: it takes slow work off the servers, for workers to do at their own pace.",
}


def why(board: Board, machine: MachineView) -> str:
    """Why a machine is as fast or slow as it is, in one line."""
    reason = _broken(machine) or _guarded(board, machine) or _starved(board, machine)
    return reason or _strained(board, machine) or _well(board, machine)


def _broken(machine: MachineView) -> str:
    """It does not work, or not rightly."""
    if machine.state == "dead":
        back = f"; back by itself in {duration(machine.seconds_left)}" if machine.seconds_left > 0 else ""
        return f"dead: what it held is lost{back}"
    if machine.state == "unreachable":
        return f"cut off: the network reaches it again in {duration(machine.seconds_left)}; what is sent there waits"
    if machine.wrong_share > 0.0:
        return f"a bad release: {percent(machine.wrong_share)} of its answers are wrong; deploy again, or roll back"
    if machine.state in ("booting", "resizing", "restarting", "deploying", "draining"):
        left = f" for {duration(machine.seconds_left)} more" if machine.seconds_left > 0 else ""
        return f"{machine.state}{left}: it answers nobody until then"
    return ""


def _guarded(board: Board, machine: MachineView) -> str:
    """A breaker stands before it, or it works for nobody."""
    calls = board.snapshot.calls
    if calls is None or machine.pool != "database":
        return ""
    if calls.breaker == "open":
        return "the breaker before it is open: all calls fail at once, none reach it"
    if calls.breaker == "half-open":
        return "the breaker before it lets a few calls pass, to see whether they are answered"
    if calls.wasted >= WASTE_WORTH_A_WORD:
        return (
            f"works on {count(calls.wasted)} calls that nobody waits for any more:"
            f" {rate(calls.time_out_rate)} time out, {percent(calls.retry_share)} of the calls are retries"
        )
    return ""


def _starved(board: Board, machine: MachineView) -> str:
    """Something else keeps it from its work."""
    if machine.name in board.snapshot.database.unconnected:
        return "no connection to the database is left for it: its calls are refused; a pooler shares connections"
    database = board.pool("database")
    if machine.held > machine.slots * 0.5 and database is not None and board.tier_of(machine.pool) == "servers":
        return (
            f"{percent(machine.held / machine.slots)} of its slots are held by requests that wait for the database"
            f" ({percent(database.utilisation)} busy)"
        )
    return ""


def _strained(board: Board, machine: MachineView) -> str:
    """It works, and is slow, or does harm."""
    evicted = board.snapshot.sessions_evicted
    if machine.pool == "cache" and evicted >= EVICTED_WORTH_A_WORD:
        return f"too little memory: {percent(evicted)} of the sessions find no room, and their users are logged out"
    if machine.state == "slow":
        return f"slow: its work takes {machine.slow_factor:.1f}x as long as it should"
    if machine.waiting >= machine.backlog * 0.8 and machine.backlog > 0:
        room = machine.slots + machine.backlog
        return f"full: {count(machine.waiting)} wait where {count(room)} fit, the next ones are refused"
    store = store_of(board, machine)
    if store is not None and store.lag_seconds >= LAG_WORTH_A_WORD:
        return f"what it shows is {duration(store.lag_seconds)} old: it replays writes slower than they come"
    if machine.cold_factor >= COLD_WORTH_A_WORD and machine.pool in READ_FROM_DISK:
        return f"not all it is asked for is in its memory: with reads from disk work takes {machine.cold_factor:.1f}x"
    if machine.cold_factor >= COLD_WORTH_A_WORD:
        return (
            f"cold after its start: work takes {machine.cold_factor:.1f}x as long,"
            f" for {duration(machine.seconds_cold)} more"
        )
    if machine.utilisation >= AMBER_SHARE:
        each = machine.waiting / machine.arrival_rate if machine.arrival_rate > 0 else 0.0
        return f"slow: all {machine.cores} cores are busy; a request waits {wait_text(each)} for its turn"
    return ""


def _well(board: Board, machine: MachineView) -> str:
    """Nothing is wrong with it."""
    store = store_of(board, machine)
    if store is not None and store.role == "standby":
        return f"stands by for {store.stands_for}: it has every write, and takes over when that one dies"
    if not machine.in_rotation:
        return "the balancer sends it nothing: it failed its health checks"
    if machine.waiting >= 1:
        return f"keeps up; {count(machine.waiting)} wait now, as queues do before they are full"
    return "keeps up: nobody waits"


def store_of(board: Board, machine: MachineView) -> StoreView | None:
    """What the database says of one of its machines."""
    return next((store for store in board.snapshot.database.stores if store.name == machine.name), None)


def why_place(board: Board) -> str:
    """The same for what is not a machine: a pool, the users, a tier that does not stand."""
    pool = board.pool(board.selected)
    if pool is not None:
        waiting = f", {count(pool.waiting)} wait" if pool.waiting >= 1 else ""
        if pool.name == "cache":
            kept = next((copies_text(store) for store in board.snapshot.copies if store.place == "cache"), "")
            if kept:
                return f"{pool.up} of {pool.machines} up, {percent(pool.utilisation)} busy; {kept}"
        return (
            f"{pool.up} of {pool.machines} up, {percent(pool.utilisation)} busy, {rate(pool.arrival_rate)}{waiting};"
            f" a request waits {wait_text(pool.wait.mean / 1000)} here on average{_ways(board, pool.name)}"
        )
    if board.selected == USERS:
        signals = board.snapshot.signals
        again = f", and {rate(signals.attempt_rate - signals.offered_rate)} are tried again"
        retries = again if board.snapshot.retry_share >= 0.01 else ""
        thief = ""
        if board.snapshot.leak_share > 0.0:
            left = duration(board.snapshot.leak_seconds)
            thief = f"; {percent(board.snapshot.leak_share)} of those with a session are a thief's, for {left} more"
        out = "".join(f"zone {zone} is out for {duration(left)} more; " for zone, left in board.snapshot.zones_out)
        good = f"{rate(signals.good_rate)} get a good answer"
        return f"{out}{rate(signals.offered_rate)} come in{retries}; {good}{_crossings(board)}{thief}"
    return _service(board) or NOT_PLACED.get(board.selected, "")


def _service(board: Board) -> str:
    """Of what stands without machines of ours."""
    snapshot = board.snapshot
    if board.selected == "cdn":
        return next((copies_text(store) for store in snapshot.copies if store.place == "cdn"), "")
    if board.selected == "queue" and snapshot.queue is not None:
        queue = snapshot.queue
        parts = [f"{count(queue.depth)} wait, {count(queue.in_work)} in work"]
        if queue.depth:
            parts.append(f"the oldest is {wait_text(queue.oldest_seconds)} old")
        for number, word in (
            (queue.redelivered, "delivered again"),
            (queue.duplicates, "done twice"),
            (queue.absorbed, "done once all the same"),
            (queue.dead_letters, "dead letters"),
        ):
            if number:
                parts.append(f"{count(number)} {word}")
        return ", ".join(parts)
    if board.selected == "storage" and snapshot.uploads == "object":
        return (
            f"{count(snapshot.files_stored)} files that no server's loss can touch, {money(snapshot.storage_price)}/min"
        )
    return ""


def copies_text(store: CopiesView) -> str:
    """What a store of copies is at: hits, what goes on to its origin, how old its answers are."""
    cost = f", {money(store.price)}/min" if store.price >= 0.005 else ""
    stale = f", {percent(store.stale_share)} out of date" if store.stale_share >= 0.001 else ""
    return (
        f"{percent(store.hit_share)} of {rate(store.asked_rate)} hit, {rate(store.fetch_rate)} are fetched{stale}{cost}"
    )


def _ways(board: Board, pool: str) -> str:
    """Which paths lead to a pool; of the balancer, where it sends what, and who opens what users encrypted."""
    front = board.snapshot.front
    if pool != "balancer":
        paths = [path for path, to in front.routes if to == pool and to != "app"]
        return f"; {', '.join(paths)} comes here" if paths else ""
    parts = [f"{path} goes to {to}" for path, to in front.routes]
    parts += [f"TLS ends at the {' and the '.join(front.tls)}"] if front.tls else []
    return "".join(f"; {part}" for part in parts) + _crossings(board)


def _crossings(board: Board) -> str:
    """What goes from one zone to another, and its price."""
    front = board.snapshot.front
    if front.crossing_rate < 0.5:
        return ""
    cost = f" for {money(front.crossing_price)}/min" if front.crossing_price >= 0.005 else ""
    return f"; {rate(front.crossing_rate)} cross zones{cost}"


def wait_text(seconds: float) -> str:
    """A wait in milliseconds, or in seconds from one on."""
    if not math.isfinite(seconds):
        return "0 ms"
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def facts(board: Board, machine: MachineView) -> str:
    """What it is, what it does now, and what it would take along."""
    parts = [machine.size, f"{machine.cores} cores", f"{machine.slots} slots", rate(machine.arrival_rate)]
    if board.several_zones:
        parts.append(f"zone {machine.zone}")
    store = store_of(board, machine)
    if machine.pool == "cache":
        parts += [copies_text(kept) for kept in board.snapshot.copies if kept.place == "cache"]
    if store is not None:
        pages = store_at(board) if machine.name == board.selected and store.role != "standby" else None
        if pages is not None and board.snapshot.database.shards == 1:
            parts.append(f"{percent(pages.hit_share)} of its pages in memory")
        if store.connections:
            most = f" of {count(store.connections_most)}" if store.connections_most is not None else ""
            parts.append(f"{count(store.connections)}{most} connections")
        if store.role == "replica":
            parts.append(f"lag {wait_text(store.lag_seconds)}")
        elif board.snapshot.database.shards > 1:
            parts.append(f"{percent(store.share)} of the calls")
    if machine.price:
        parts.append(f"{money(machine.price)}/min")
    if machine.mtbf_seconds:
        parts.append(f"fails about once in {duration(machine.mtbf_seconds)}")
    if machine.lost_with_it:
        parts.append(f"gone for good, it {machine.lost_with_it}")
    elif machine.users >= 1:
        parts.append(f"home of {count(machine.users)} users")
    return "  ".join(parts)
