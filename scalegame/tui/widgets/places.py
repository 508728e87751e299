"""Why a place that is no machine is as it is, in one line: a pool, the users, what stands without machines of ours."""

from __future__ import annotations

from scalegame.model.snapshot import CopiesView, MachineView, PoolView, QueueView
from scalegame.tui.cells.figures import count, duration, money, percent, rate
from scalegame.tui.desk.board import USERS, Board
from scalegame.tui.widgets.reasons import FEW_HITS, HELD_WORTH_A_WORD, RETRIES_WORTH_A_WORD, trouble, wait_text, waited
from scalegame.tui.widgets.shelves import copies_text
from scalegame.tui.widgets.states import serves
from scalegame.tui.widgets.trends import growth

BRIEF_TTL_SECONDS = 2.0

NOT_PLACED = {
    "balancer": "Not placed: it spreads requests over several servers and leaves out dead ones.",
    "cache": "Not placed: it keeps sessions and answers in memory that all servers share.",
    "cdn": "Not placed: it answers near the users what is the same for all of them, and is paid by the gigabyte.",
    "queue": "Not placed: it takes slow work off the servers, for workers to do at their own pace.",
}


def why_place(board: Board) -> str:
    """Why a place that is no machine is as it is; of what is true, what tells most comes first."""
    pool = board.pool(board.selected)
    if pool is not None:
        return _pool(board, pool)
    if board.selected == USERS:
        return _users(board)
    return _service(board) or NOT_PLACED.get(board.selected, "")


def _pool(board: Board, pool: PoolView) -> str:
    machines = board.machines(pool.name)
    worst = _down(machines, pool) or _wanting(board, pool) or _queued(board, pool) or _worst(board, machines)
    parts = [worst] if worst else []
    parts.append(f"{pool.up} of {pool.machines} up, {percent(pool.utilisation)} busy")
    kept = next((store for store in board.snapshot.copies if store.place == "cache" == pool.name), None)
    if kept is not None:
        if "hit" not in worst:
            parts.append(copies_text(kept))
        return "; ".join(parts)
    waiting = f", {count(pool.waiting)} wait" if pool.waiting >= 1 else ""
    parts[-1] += f", {rate(pool.arrival_rate)}{waiting}"
    if pool.up:
        parts.append(f"a request waits {wait_text(waited(pool))} here{_ways(board, pool.name)}")
    return "; ".join(parts)


def _down(machines: list[MachineView], pool: PoolView) -> str:
    """Which of them do not answer, and when the first of them does."""
    away = [one for one in machines if one.state not in ("up", "slow", "draining")]
    if not away:
        return ""
    back = min((one.seconds_left for one in away if one.seconds_left > 0), default=0.0)
    then = f", the first is back in {duration(back)}" if back > 0 else ""
    if pool.up == 0:
        return f"nobody answers here{then}"
    few = ", ".join(f"{one.name} {one.state}" for one in away[:2])
    return f"{len(away)} of {len(machines)} do not answer ({few}{', ...' if len(away) > 2 else ''}){then}"


def _wanting(board: Board, pool: PoolView) -> str:
    """An autoscaler that may not do what it wants."""
    scaler = next((one for one in board.snapshot.autoscalers if one.pool == pool.name), None)
    if scaler is None:
        return ""
    if scaler.need > scaler.high:
        return f"its autoscaler wants {scaler.need} machines and may have {scaler.high}"
    return f"its autoscaler wants {scaler.need}, {scaler.machines} stand" if scaler.need > scaler.machines else ""


def _worst(board: Board, machines: list[MachineView]) -> str:
    """What is wrong with the busiest of those with which something is wrong."""
    said = ((machine, trouble(board, machine)) for machine in sorted(machines, key=lambda one: -one.utilisation))
    found = next(((machine, text) for machine, text in said if text), None)
    if found is None:
        return ""
    return found[1] if len(machines) == 1 else f"{found[0].name}: {found[1]}"


def _queued(board: Board, pool: PoolView) -> str:
    """The slots of servers that wait for what is behind them; jobs that come faster than workers do them."""
    if pool.tier == "servers":
        machines = [one for one in board.machines(pool.name) if serves(one)]
        slots, held = sum(one.slots for one in machines), sum(one.held for one in machines)
        if slots and held >= HELD_WORTH_A_WORD * slots:
            return f"{count(held)} of {count(slots)} slots are held by requests that wait for what is behind"
    if pool.name == "worker" and board.snapshot.queue is not None:
        return _backlog(board, board.snapshot.queue)
    return ""


def _backlog(board: Board, queue: QueueView) -> str:
    """Whether the workers are enough: how old the oldest message is, and how fast the heap grows or goes."""
    if queue.depth < 1 or queue.oldest_seconds < 1.0:
        return ""
    late = max(queue.classes, key=lambda one: one.oldest_seconds / max(one.due_seconds, 1.0), default=None)
    due = f" of {late.due_seconds:g} s" if late is not None and late.oldest_seconds >= 1.0 else ""
    oldest = f"the oldest has waited {duration(round(queue.oldest_seconds))}{due}"
    if board.pool("worker") is None:
        return f"nobody works on it: there are no workers; {oldest}"
    grows = growth(board, "worker")
    if grows is None or abs(grows) < 0.1:
        return oldest
    if grows > 0:
        return f"workers too few: {count(grows)}/s more wait; {oldest}"
    return f"drains by {count(-grows)}/s, empty in about {duration(round(queue.depth / -grows))}; {oldest}"


def _users(board: Board) -> str:
    snapshot = board.snapshot
    signals = snapshot.signals
    parts = [f"zone {zone} is out for {duration(left)} more" for zone, left in snapshot.zones_out]
    if snapshot.leak_share > 0.0:
        left = duration(snapshot.leak_seconds)
        parts.append(f"{percent(snapshot.leak_share)} of those with a session are a thief's, for {left} more")
    if snapshot.retry_share >= RETRIES_WORTH_A_WORD:
        parts.append(f"retries are {percent(snapshot.retry_share)} of the load")
    again = 0.01 <= snapshot.retry_share < RETRIES_WORTH_A_WORD
    retries = f", and {rate(signals.attempt_rate - signals.offered_rate)} are tried again" if again else ""
    good = f"{rate(signals.good_rate)} get a good answer"
    parts.append(f"{rate(signals.offered_rate)} come in{retries}; {good}{_crossings(board)}")
    lost = ", ".join(f"{cause} {rate(number)}" for cause, number in snapshot.lost_by_cause_rate[:2] if number >= 0.95)
    if lost:
        parts.append(f"lost: {lost}")
    return "; ".join(parts)


def _service(board: Board) -> str:
    """Of what stands without machines of ours."""
    snapshot = board.snapshot
    if board.selected == "cdn":
        edge = next((store for store in snapshot.copies if store.place == "cdn"), None)
        return "" if edge is None else _cold_edge(edge) + copies_text(edge)
    if board.selected == "queue" and snapshot.queue is not None:
        return _queue(board, snapshot.queue)
    if board.selected == "storage" and snapshot.uploads == "object":
        return (
            f"{count(snapshot.files_stored)} files that no server's loss can touch, {money(snapshot.storage_price)}/min"
        )
    return ""


def _cold_edge(edge: CopiesView) -> str:
    if edge.asked_rate < 1.0 or edge.hit_share >= FEW_HITS:
        return ""
    brief = [shelf for shelf in edge.shelves if 0.0 < shelf.ttl_seconds <= BRIEF_TTL_SECONDS]
    return "copies are kept too briefly to be asked for twice; " if brief else "cold: its copies are few yet; "


def _queue(board: Board, queue: QueueView) -> str:
    backlog = _backlog(board, queue)
    parts = [backlog] if backlog else []
    parts.append(f"{count(queue.depth)} wait, {count(queue.in_work)} in work")
    parts += [
        f"{count(number)} {word}"
        for number, word in (
            (queue.redelivered, "delivered again"),
            (queue.duplicates, "done twice"),
            (queue.absorbed, "done once all the same"),
            (queue.dead_letters, "dead letters"),
        )
        if number
    ]
    return ", ".join(parts)


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
