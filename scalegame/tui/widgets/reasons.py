"""Why a machine is as fast or slow as it is, in one line: of all that is true, what tells most. And what it is."""

from __future__ import annotations

from scalegame.model.catalogue import AMBER_SATURATION
from scalegame.model.snapshot import CopiesView, MachineView, PoolView, StoreView
from scalegame.tui.cells.figures import clock, count, duration, money, percent, rate
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.shelves import copies_text, size_text, store_at
from scalegame.tui.widgets.states import COLD_WORTH_A_WORD, READ_FROM_DISK, serves
from scalegame.tui.widgets.trends import since

LAG_WORTH_A_WORD = 0.5
"""Seconds that a replica may be behind before its line says so."""
EVICTED_WORTH_A_WORD = 0.01
"""Share of the sessions that find no room."""
WASTE_WORTH_A_WORD = 20.0
"""Calls that timed out and are worked on all the same."""
HELD_WORTH_A_WORD = 0.4
"""Share of a server's slots that wait for something else."""
HELD_WORTH_A_CARE = 0.1
"""The same, where the database is nearly full: it will be more."""
RETRIES_WORTH_A_WORD = 0.05
"""Share of all attempts."""
UNFAIR = 1.3
"""Times its fair share of the requests, from which on a machine is said to get too much."""
TAKEN_WORTH_A_WORD = 0.9
"""Share of the connections that a database allows."""
REPLAY_WORTH_A_WORD = 0.25
"""Share of a replica's cores that replay writes."""
FEW_HITS = 0.6
"""Hit share below which a store of copies is said to be cold, or too small."""
FULL_MEMORY = 0.95
CROWDED_WORTH_A_WORD = 1.1
"""Work takes this many times as long because many cores share locks and memory."""


def why(board: Board, machine: MachineView) -> str:
    """Why a machine is as fast or slow as it is, in one line."""
    return trouble(board, machine) or _well(board, machine)


def trouble(board: Board, machine: MachineView) -> str:
    """What keeps it from doing its work as fast as it should; empty where nothing does."""
    for reason in (_broken, _guarded, _starved, _ill, _short_of_memory, _behind, _full, _cold, _busy):
        said = reason(board, machine)
        if said:
            return said
    return ""


def _broken(board: Board, machine: MachineView) -> str:
    """It does not work, or not rightly."""
    if machine.state == "dead":
        back = f"; back by itself in {duration(machine.seconds_left)}" if machine.seconds_left > 0 else ""
        standby = next((one for one in board.snapshot.database.stores if one.stands_for == machine.name), None)
        over = f"; {standby.name} takes over" if standby is not None and _is_up(board, standby.name) else ""
        return f"dead: what it held is lost{over}{back}"
    if machine.state == "unreachable":
        return f"cut off: the network reaches it again in {duration(machine.seconds_left)}; what is sent there waits"
    if machine.wrong_share > 0.0:
        return f"a bad release: {percent(machine.wrong_share)} of its answers are wrong; deploy again, or roll back"
    if machine.state == "draining":
        left = f" for {duration(machine.seconds_left)} more" if machine.seconds_left > 0 else ""
        return f"draining{left}: it gets nothing new, and finishes what it has"
    if machine.state in ("booting", "resizing", "restarting", "deploying"):
        left = f" for {duration(machine.seconds_left)} more" if machine.seconds_left > 0 else ""
        return f"{machine.state}{left}: it answers nobody until then"
    return ""


def _is_up(board: Board, name: str) -> bool:
    machine = board.machine(name)
    return machine is not None and serves(machine)


def _guarded(board: Board, machine: MachineView) -> str:
    """A breaker stands before it, or it works for nobody."""
    calls = board.snapshot.calls
    if calls is None or machine.pool != "database":
        return ""
    if calls.breaker == "open":
        failing = f": {percent(calls.failing)} of the calls failed" if calls.failing > 0 else ""
        return f"the breaker before it is open{failing}; all fail at once now, none reach it"
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
    data = board.snapshot.database
    if machine.name in data.unconnected:
        return "no connection to the database is left for it: its calls are refused; a pooler shares connections"
    store = store_of(board, machine)
    most = store.connections_most if store is not None else None
    if store is not None and most and store.connections >= TAKEN_WORTH_A_WORD * most:
        none = f"{len(data.unconnected)} servers find none" if data.unconnected else "the next server finds none"
        taken = f"{count(store.connections)} of {count(most)} connections are taken"
        return f"{taken}: {none}; a pooler shares them"
    if machine.held < HELD_WORTH_A_WORD * machine.slots or board.tier_of(machine.pool) != "servers":
        return ""
    held = f"{count(machine.held)} of {machine.slots} slots are held by requests that wait for"
    database = board.pool("database")
    if database is None:
        return f"{held} what is behind it"
    if database.up == 0:
        return f"{held} the database, and none of it answers"
    return f"{held} the database ({percent(database.utilisation)} busy)"


def _ill(board: Board, machine: MachineView) -> str:
    """It takes longer for everything than it should."""
    if machine.state != "slow" and machine.slow_factor <= 1.0:
        return ""
    released = since(board, machine.name, "bad release")
    struck = since(board, machine.name, "slow")
    times = f"its work takes {machine.slow_factor:.1f}x as long as it should"
    if released is not None and released > (struck or -1.0):
        return f"slow since its release at {clock(released)}: {times}; deploy again, or roll back"
    begun = f" since {clock(struck)}" if struck is not None else ""
    return f"slow{begun}: {times} (a sick disk, a noisy neighbour)"


def _short_of_memory(board: Board, machine: MachineView) -> str:
    """It does not have what it is asked for, and something must fetch it."""
    evicted = board.snapshot.sessions_evicted
    if machine.pool == "cache" and evicted >= EVICTED_WORTH_A_WORD:
        return f"too little memory: {percent(evicted)} of the sessions find no room, and their users are logged out"
    return _few_hits(machine.cold_factor, kept_at(board, machine), board.pool("database") is not None)


def _few_hits(cold_factor: float, store: CopiesView | None, behind: bool) -> str:
    """A cache, or a database's pages, that answers too little: too small, or not filled yet."""
    if store is None or store.asked_rate < 1.0 or store.hit_share >= FEW_HITS:
        return ""
    if store.place != "cache" and cold_factor < COLD_WORTH_A_WORD:
        return ""
    full = store.capacity_kilobytes is not None and store.kilobytes >= FULL_MEMORY * store.capacity_kilobytes
    share = f"{percent(store.hit_share)} of {rate(store.asked_rate)} hit"
    whence = "the database" if store.place == "cache" and behind else "the disk"
    if full:
        return f"memory too small: {size_text(store.kilobytes)} are full, and {share}; the rest asks {whence}"
    return f"cold cache: {share} so far, {rate(store.fetch_rate)} ask {whence}; it warms with every request"


def kept_at(board: Board, machine: MachineView) -> CopiesView | None:
    """What a machine keeps copies in, where it or its pool is looked at."""
    return store_at(board) if board.selected in (machine.name, machine.pool) else None


def _behind(board: Board, machine: MachineView) -> str:
    """A replica that shows the past."""
    store = store_of(board, machine)
    if store is not None and store.lag_seconds >= LAG_WORTH_A_WORD:
        return f"what it shows is {duration(store.lag_seconds)} old: it replays writes slower than they come"
    return ""


def _full(board: Board, machine: MachineView) -> str:
    if machine.backlog <= 0 or machine.waiting < machine.backlog * 0.8:
        return ""
    room = machine.slots + machine.backlog
    full = f"full: {count(machine.waiting)} wait where {count(room)} fit, the next ones are refused"
    cause = _load(board, machine)
    return f"{full}; {cause}" if cause else full


def _cold(_board: Board, machine: MachineView) -> str:
    """Its start is not long ago, or its memory does not hold what it is asked for."""
    if machine.cold_factor < COLD_WORTH_A_WORD:
        return ""
    if machine.pool in READ_FROM_DISK:
        return f"not all it is asked for is in its memory: with reads from disk work takes {machine.cold_factor:.1f}x"
    left = duration(machine.seconds_cold)
    return f"cold after its start: work takes {machine.cold_factor:.1f}x as long, for {left} more"


def _busy(board: Board, machine: MachineView) -> str:
    """Its cores are at work nearly all the time; of why that is, what tells most."""
    if machine.utilisation < AMBER_SATURATION:
        return ""
    if machine.pool == "worker":
        return f"all {machine.cores} cores are at work, as a worker's may be; what waits, waits in the queue"
    busy = f"slow: all {machine.cores} cores are busy; a request waits {wait_text(waited(machine))} for its turn"
    cause = _load(board, machine)
    return f"{busy}; {cause}" if cause else busy


def _load(board: Board, machine: MachineView) -> str:
    """Where the load of a busy machine comes from, if there is more to say than that there is much of it."""
    unfair = unbalanced(board, machine)
    if unfair:
        return unfair
    snapshot = board.snapshot
    if snapshot.retry_share >= RETRIES_WORTH_A_WORD and machine.pool != "database":
        return f"retries are {percent(snapshot.retry_share)} of the load"
    if machine.pool == "database" and snapshot.calls is not None and snapshot.calls.retry_share >= RETRIES_WORTH_A_WORD:
        return f"retries are {percent(snapshot.calls.retry_share)} of its calls"
    store = store_of(board, machine)
    if store is not None and store.role == "replica" and store.replay >= REPLAY_WORTH_A_WORD * machine.cores:
        return f"{store.replay:.1f} of its cores replay writes"
    if machine.pool == "balancer":
        opens = " and opens what is encrypted" if "balancer" in snapshot.front.tls else ""
        return f"an L7 reads every request{opens}" if snapshot.balancer_kind == "l7" else ""
    size = board.session.level.scenario.sizes.get(machine.size)
    stretch = size.stretch if size is not None else 1.0
    if stretch >= CROWDED_WORTH_A_WORD:
        return f"so many cores are in each other's way: work takes {stretch:.2f}x"
    return ""


def unbalanced(board: Board, machine: MachineView) -> str:
    """A server that gets far more than its share, and by what rule; empty where it does not."""
    others = [one for one in board.machines(machine.pool) if one.in_rotation and serves(one)]
    cores, come = sum(one.cores for one in others), sum(one.arrival_rate for one in others)
    if len(others) < 2 or come <= 0 or board.tier_of(machine.pool) != "servers":
        return ""
    fair, has = machine.cores / cores, machine.arrival_rate / come
    if has < UNFAIR * fair:
        return ""
    snapshot = board.snapshot
    rule = ""
    if snapshot.sessions == "sticky":
        rule = ": sticky sessions keep users where they are"
    elif snapshot.balancer_algorithm == "ip-hash":
        rule = ": hashed by address, an office is one user"
    elif snapshot.balancer_algorithm in ("round-robin", "random"):
        rule = f": {snapshot.balancer_algorithm} does not ask how busy or how big it is"
    return f"it gets {percent(has)} of the requests where {percent(fair)} were fair{rule}"


def _well(board: Board, machine: MachineView) -> str:
    """Nothing is wrong with it."""
    store = store_of(board, machine)
    if store is not None and store.role == "standby":
        return f"stands by for {store.stands_for}: it has every write, and takes over when that one dies"
    if not machine.in_rotation:
        return "the balancer sends it nothing: it failed its health checks"
    database = board.pool("database")
    if (
        machine.held >= HELD_WORTH_A_CARE * machine.slots
        and board.tier_of(machine.pool) == "servers"
        and database is not None
    ):
        held = f"{count(machine.held)} of {machine.slots} slots wait for the database"
        if database.utilisation >= AMBER_SATURATION:
            return f"keeps up so far, but {held}, and that is {percent(database.utilisation)} busy"
    if machine.waiting >= 1:
        return f"keeps up; {count(machine.waiting)} wait now, as queues do before they are full"
    return "keeps up: nobody waits"


def store_of(board: Board, machine: MachineView) -> StoreView | None:
    """What the database says of one of its machines."""
    return next((store for store in board.snapshot.database.stores if store.name == machine.name), None)


def waited(place: MachineView | PoolView) -> float:
    """Seconds that a request waits there, as things stand now (Little's law: what waits over what comes)."""
    return place.waiting / place.arrival_rate if place.arrival_rate > 0 else 0.0


def wait_text(seconds: float) -> str:
    """A wait in milliseconds, or in seconds from one on."""
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
