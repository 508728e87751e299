"""The system as a picture: a request's way from the users at the left through the tiers to the database."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scalegame.model.snapshot import MachineView, Snapshot
from scalegame.tui.board import USERS, Board, Spot
from scalegame.tui.figures import count, duration, percent, rate
from scalegame.tui.glyphs import Glyphs
from scalegame.tui.sheet import Sheet
from scalegame.tui.theme import Ink
from scalegame.tui.widgets.links import Links
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, Panel, frame
from scalegame.tui.widgets.signals import AMBER_SHARE, RED_SHARE

USERS_WIDTH = 8
TIGHT_LINK, ROOMY_LINK = 4, 9
SMALLEST = {"door": 15, "servers": 24, "right": 19}
"""Columns a tier needs at least; 'right' holds all that the servers ask."""
LARGEST = {"door": 30, "servers": 52, "right": 40}
WORDS_FROM = 31
"""Columns inside a box from which a machine's state is spelled out beside its glyph."""
COLD_WORTH_A_WORD = 1.05
"""From here on a machine that warms up is shown as slow for it."""
READ_FROM_DISK = ("database", "replica")
"""Pools whose work takes longer where their memory does not hold what they are asked for."""
MOST_ROWS = 4
"""Of one machine, where there is room for more than its bar."""

_ALGORITHMS = {
    "least-connections": "least conn.",
    "round-robin": "round robin",
    "two-choices": "two choices",
    "ip-hash": "ip hash",
}
_SESSIONS = {
    "memory": "sessions in memory",
    "sticky": "sticky sessions",
    "cache": "sessions in cache",
    "token": "signed tokens",
}

_UPLOADS = {"disk": "files on disk", "object": "files elsewhere"}

_STATES = {
    "booting": "booting",
    "resizing": "resizing",
    "restarting": "restart",
    "draining": "draining",
    "deploying": "deploying",
    "dead": "dead",
}


@dataclass(frozen=True, slots=True)
class Box:
    """A box's place on the sheet. A flat one is a single row without an edge."""

    spot: Spot
    x: int
    y: int
    width: int
    height: int
    rows: int = 1
    """Of each machine."""

    @property
    def flat(self) -> bool:
        return self.height < 3

    @property
    def middle(self) -> int:
        return self.y + self.height // 2


def state_mark(machine: MachineView, glyphs: Glyphs) -> tuple[str, str, Ink]:
    """(glyph, word, ink) of a machine's state."""
    if machine.state == "dead":
        return glyphs.dead, "dead", Ink.RED
    if machine.state in ("draining", "deploying"):
        return glyphs.draining, _STATES[machine.state], Ink.AMBER
    if machine.state in _STATES:
        return glyphs.booting, _STATES[machine.state], Ink.AMBER
    if machine.state == "unreachable":
        return glyphs.dead, "cut off", Ink.RED
    if machine.wrong_share > 0.0:
        return glyphs.slow, f"wrong {machine.wrong_share * 100:.0f}%", Ink.RED
    if machine.state == "slow":
        return glyphs.slow, f"slow {machine.slow_factor:.1f}x", Ink.AMBER
    if machine.cold_factor >= COLD_WORTH_A_WORD and machine.utilisation < RED_SHARE:
        why = "disk" if machine.pool in READ_FROM_DISK else "cold"
        return glyphs.slow, f"{why} {machine.cold_factor:.1f}x", Ink.AMBER
    if machine.utilisation >= RED_SHARE:
        return glyphs.full, "full", Ink.RED
    if machine.utilisation >= AMBER_SHARE:
        return glyphs.busy, "busy", Ink.AMBER
    if not machine.in_rotation:
        return glyphs.draining, "no traffic", Ink.AMBER
    return glyphs.up, "up", Ink.CALM


def arrange(board: Board, width: int, height: int) -> list[Box]:
    """Where each tier's box goes in ``width`` x ``height`` cells (its corner at 0, 0); what is offered but not placed
    has a box as well."""
    columns = board.spots()
    names = [group[0].tier if group[0].tier in SMALLEST else "right" for group in columns]
    widths = _column_widths(names, width - USERS_WIDTH)
    link = (width - USERS_WIDTH - sum(widths)) // len(columns)
    boxes: list[Box] = []
    x = USERS_WIDTH
    for group, wide in zip(columns, widths, strict=True):
        x += link
        boxes += _stack(board, group, x, wide, height)
        x += wide
    return boxes


def _column_widths(names: list[str], room: int) -> list[int]:
    """Share ``room`` among columns and the links before them; what is left over widens the columns in turn."""
    link = ROOMY_LINK if room > sum(SMALLEST[name] for name in names) + len(names) * (ROOMY_LINK + 4) else TIGHT_LINK
    widths = [SMALLEST[name] for name in names]
    left = room - sum(widths) - link * len(names)
    while left > 0 and any(wide < LARGEST[name] for wide, name in zip(widths, names, strict=True)):
        for index in sorted(range(len(names)), key=lambda i: names[i] != "servers"):
            if left > 0 and widths[index] < LARGEST[names[index]]:
                grow = min(2 if names[index] == "servers" else 1, left, LARGEST[names[index]] - widths[index])
                widths[index] += grow
                left -= grow
    return widths


def _stack(board: Board, group: list[Spot], x: int, width: int, height: int) -> list[Box]:
    """Boxes of one column, one above the other; a single one has its middle in the middle row, so that links run
    straight."""
    machines = [len(board.inside(spot)) for spot in group]
    gap = 1 if len(group) > 1 and height >= 4 * len(group) - 1 else 0
    flat = _flattened(machines, height - gap * (len(group) - 1))
    machines = [max(count, 1) for count in machines]
    room = height - gap * (len(group) - 1) - len(flat)
    boxed = [count for index, count in enumerate(machines) if index not in flat]
    # Rows for all that each machine has to say, as far as there are rows; a picture for many machines keeps to bars.
    rows = max(min((room - 2 * len(boxed)) // max(sum(boxed), 1), MOST_ROWS), 1)
    wanted = [1 if index in flat else count * rows + 2 for index, count in enumerate(machines)]
    while sum(wanted) > room + len(flat) and max(wanted) > 3:
        wanted[wanted.index(max(wanted))] -= 1
    y = height // 2 - (wanted[0] // 2 if len(group) == 1 else (sum(wanted) + gap * (len(group) - 1)) // 2)
    boxes: list[Box] = []
    for spot, high in zip(group, wanted, strict=True):
        boxes.append(Box(spot, x, max(y, 0), width, high, rows))
        y = max(y, 0) + high + gap
    return boxes


def _flattened(machines: list[int], height: int) -> list[int]:
    """Which boxes of a column are a single row, by how many machines are in each. A service has none and gives way to
    machines that would not be seen; where there are not three rows for each, so does what has the fewest."""
    flat: list[int] = []
    for index in sorted(range(len(machines)), key=lambda i: (machines[i], i)):
        boxed = [max(count, 1) for i, count in enumerate(machines) if i not in flat]
        room = height - len(flat)
        if sum(boxed) + 2 * len(boxed) <= room or (machines[index] and 3 * len(boxed) <= room):
            break
        flat.append(index)
    return flat


def draw_system(sheet: Sheet, board: Board) -> None:
    """The whole picture inside its frame."""
    inside = frame(sheet, "System", boxed=sheet.height >= BOX_HEIGHT)
    if inside.height < 3 or inside.width < USERS_WIDTH + SMALLEST["servers"]:
        return
    boxes = [
        replace(box, x=box.x + inside.x, y=box.y + inside.y) for box in arrange(board, inside.width, inside.height)
    ]
    middle = next((box.middle for box in boxes if box.spot.name == "balancer" or box.spot.tier == "servers"), inside.y)
    _links(sheet, board, boxes, inside, middle)
    _users(sheet, board, inside, middle)
    for box in boxes:
        if not box.spot.placed:
            _absent(sheet, board, box)
        elif not box.spot.pools:
            _service(sheet, board, box)
        elif box.flat:
            _strip(sheet, board, box)
        else:
            _pool(sheet, board, box)


def _users(sheet: Sheet, board: Board, inside: Inside, middle: int) -> None:
    snapshot = board.snapshot
    chosen = board.selected == USERS
    _name(sheet, board, inside.x - 1, middle - 1, USERS, USERS, chosen)
    sheet.zone(inside.x - 1, middle - 1, USERS_WIDTH, f"select {USERS}", 2)
    sheet.put(inside.x, middle, rate(snapshot.signals.offered_rate), Ink.STRONG, USERS_WIDTH - 1)
    if snapshot.retry_share >= 0.01:
        sheet.put(inside.x, middle + 1, f"+{percent(snapshot.retry_share)}", Ink.AMBER)
        sheet.put(inside.x, middle + 2, "retries", Ink.AMBER)


def _links(sheet: Sheet, board: Board, boxes: list[Box], inside: Inside, middle: int) -> None:
    """What flows between the boxes; a link to a tier of which nothing is up ends in a cross."""
    phase = int(board.snapshot.tick // 2) if sheet.look.animated else 0
    links = Links(sheet, phase, inside.y)
    servers = [box for box in boxes if box.spot.tier == "servers"]
    door = next((box for box in boxes if box.spot.name == "balancer"), None)
    edge = next((box for box in boxes if box.spot.name == "cdn" and box.spot.placed), None)
    start = inside.x + USERS_WIDTH - 1
    flow = board.snapshot.signals.attempt_rate
    if door is not None and door.spot.placed:
        links.draw(start, middle, door.x, door.middle, flow, door.spot.up > 0)
    elif door is not None:
        # The way past a balancer that is not there: the slot stays visible, and the line goes on beneath its edge.
        links.draw(start, middle, door.x, middle, flow, up=True, head=False)
    if edge is not None:
        links.draw(start, middle, edge.x, edge.middle, edge.spot.inflow, up=True)
    behind = start if door is None else door.x + door.width
    for box in servers:
        come = flow if door is None or not door.spot.placed else box.spot.inflow
        links.draw(behind, middle, box.x, box.middle, come, box.spot.up > 0)
    after, row = servers[0].x + servers[0].width, servers[0].middle
    for box in boxes:
        if box.spot.tier in ("cache", "data", "workers") and box.spot.placed:
            links.draw(after, row, box.x, box.middle, box.spot.inflow, box.spot.answers)
    links.finish()


def _absent(sheet: Sheet, board: Board, box: Box) -> None:
    name = box.spot.name
    chosen = board.selected == name
    if box.flat:
        _name(sheet, board, box.x, box.y, name, f"{name}: not placed", chosen)
    else:
        sheet.frame(box.x, box.y, box.width, box.height, Ink.FAINT, dashed=True)
        sheet.put(box.x + 2, box.y, f" {name} ", Ink.DIM, box.width - 4)
        _name(sheet, board, box.x + 1, box.middle, name, "not placed", chosen)
    sheet.zone(box.x, box.y, box.width, f"select {name}", box.height)


def _service(sheet: Sheet, board: Board, box: Box) -> None:
    """A service without machines: its name, and what it is at."""
    spot = box.spot
    ink = Ink.AMBER if spot.troubled else Ink.TEXT
    chosen = board.selected == spot.name
    if box.flat:
        x = _name(sheet, board, box.x, box.y, spot.name, spot.name, chosen) + 1
        sheet.put(x, box.y, spot.note, ink, box.x + box.width - x)
    else:
        sheet.frame(box.x, box.y, box.width, box.height, Ink.AMBER if spot.troubled else Ink.FAINT)
        sheet.put(box.x + 1, box.y, f" {spot.name} ", Ink.CHOSEN if chosen else Ink.HEADING, box.width - 2)
        if chosen:
            sheet.put(box.x + 1, box.y, sheet.look.glyphs.pointer, Ink.CHOSEN)
        sheet.put(box.x + 2, box.middle, spot.note, ink, box.width - 3)
    sheet.zone(box.x, box.y, box.width, f"select {spot.name}", box.height)


def _strip(sheet: Sheet, board: Board, box: Box) -> None:
    """A box in one row: its only machine, or how many of its machines are up and how busy they are."""
    machines = board.inside(box.spot)
    inside = Inside(box.x, box.y, box.width, 1)
    if len(machines) == 1:
        _machine(sheet, board, inside, box.y, machines[0])
    else:
        x = _name(sheet, board, box.x, box.y, box.spot.name, box.spot.name, board.selected == box.spot.name) + 1
        note = f"{box.spot.up}/{box.spot.size}"
        x = sheet.bar(x, box.y, max(min(inside.right - x - 6 - len(note), 20), 3), box.spot.utilisation, Ink.CALM)
        sheet.put_right(x + 5, box.y, percent(box.spot.utilisation), Ink.TEXT)
        sheet.put(x + 6, box.y, note, _health(box.spot), inside.right - x - 6)
    sheet.zone(box.x, box.y, box.width, f"select {_place(board, box.spot, machines[0])}")


def _health(spot: Spot) -> Ink:
    return Ink.RED if spot.up == 0 else Ink.AMBER if spot.up < spot.size else Ink.FAINT


def _place(board: Board, spot: Spot, machine: MachineView) -> str:
    """What a click on a machine selects."""
    return machine.name if machine.name in board.places() else spot.name


def _pool(sheet: Sheet, board: Board, box: Box) -> None:
    machines = board.inside(box.spot)
    hurt = _health(box.spot)
    sheet.frame(box.x, box.y, box.width, box.height, hurt)
    _titles(sheet, board, box, machines)
    fitting = max((box.height - 2) // box.rows, 1)
    start = 0
    if len(machines) > fitting:
        # The last row says how many are not shown.
        fitting = max(fitting - 1, 1)
        at = next((i for i, machine in enumerate(machines) if machine.name == board.selected), 0)
        start = min(max(at - fitting // 2, 0), len(machines) - fitting)
        if box.height - 2 > fitting:
            more = f"+{len(machines) - fitting} more, mean {percent(box.spot.utilisation)}"
            sheet.put(box.x + 2, box.y + box.height - 2, more, Ink.DIM, box.width - 3)
    for offset, machine in enumerate(machines[start : start + fitting]):
        inside = Inside(box.x + 1, box.y + 1 + offset * box.rows, box.width - 2, box.rows)
        _machine(sheet, board, inside, inside.y, machine)
        _details(sheet, board, inside, machine)
        place = _place(board, box.spot, machine)
        sheet.zone(inside.x, inside.y, inside.width, f"select {place}", inside.height)


def _details(sheet: Sheet, board: Board, inside: Inside, machine: MachineView) -> None:
    """What else a machine has to say, in the rows that are left beneath its bar."""
    does = f"{machine.cores} cores, {rate(machine.arrival_rate)}"
    lines = [does if len(does) < inside.width else rate(machine.arrival_rate), _queues(machine)]
    if board.several_zones:
        lines.append(f"zone {machine.zone}")
    if machine.users >= 1:
        lines.append(f"home of {count(machine.users)} users")
    for offset, line in enumerate(lines[: inside.height - 1]):
        sheet.put(inside.x + 1, inside.y + 1 + offset, line, Ink.DIM, inside.width - 1)


def _queues(machine: MachineView) -> str:
    if machine.held >= 0.95:
        return f"{count(machine.waiting)} wait, {count(machine.held)} held"
    return f"{count(machine.waiting)} wait"


def _titles(sheet: Sheet, board: Board, box: Box, machines: list[MachineView]) -> None:
    """The tier's name and size above, what it does below."""
    snapshot = board.snapshot
    name, door = box.spot.name, box.spot.tier == "door"
    shown = f"{snapshot.balancer_kind.upper()} balancer" if door and snapshot.balancer_kind else name
    ink = Ink.LIT if board.lit == f"place {name}" else Ink.CHOSEN if board.selected == name else Ink.HEADING
    end = sheet.put(box.x + 1, box.y, f" {shown} ", ink, box.width - 2)
    if board.selected == name:
        sheet.put(box.x + 1, box.y, sheet.look.glyphs.pointer, ink)
    sheet.zone(box.x, box.y, box.width, f"select {name}")
    sizes = {machine.size for machine in machines}
    up = sum(machine.state in ("up", "slow") for machine in machines)
    note = next(iter(sizes)) if len(sizes) == 1 else "mixed"
    notes = [note]
    if len(machines) > 1:
        notes = [f"{note}, {up} of {len(machines)} up", f"{up}/{len(machines)} up", f"{up}/{len(machines)}"]
    note = next((note for note in notes if box.x + box.width - 1 - end >= len(note) + 2), "")
    if note:
        sheet.put_right(box.x + box.width - 1, box.y, f" {note} ", Ink.DIM)
    below = ", ".join(_state(snapshot)) if name == "app" else ""
    if door and snapshot.balancer_algorithm:
        below = _ALGORITHMS.get(snapshot.balancer_algorithm, snapshot.balancer_algorithm)
    if below:
        sheet.put(box.x + 1, box.y + box.height - 1, f" {below} ", Ink.DIM, box.width - 2)


def _state(snapshot: Snapshot) -> list[str]:
    """What the servers remember, and what they do not."""
    data = "data on the box" if snapshot.data == "box" else ""
    parts = [_SESSIONS.get(snapshot.sessions, ""), _UPLOADS.get(snapshot.uploads, ""), data]
    return [part for part in parts if part]


def _name(sheet: Sheet, board: Board, x: int, y: int, place: str, label: str, chosen: bool) -> int:
    """The pointer's column and a label; returns the column after it."""
    sheet.put(x, y, sheet.look.glyphs.pointer if chosen else " ", Ink.STRONG)
    ink = Ink.LIT if board.lit == f"place {place}" else Ink.CHOSEN if chosen else Ink.TEXT
    return sheet.put(x + 1, y, label, ink)


def _machine(sheet: Sheet, board: Board, inside: Inside, y: int, machine: MachineView) -> None:
    """One machine: name, bar, number, glyph, and a word or the number waiting."""
    glyph, word, ink = state_mark(machine, sheet.look.glyphs)
    wide = inside.width >= WORDS_FROM
    label = machine.name
    if machine.pool == "balancer" and not wide:
        # The box says what it is; the machine's number is enough.
        label = machine.name.removeprefix("balancer-")
    x = _name(sheet, board, inside.x, y, machine.name, label, board.selected == machine.name) + 1
    if machine.state not in ("up", "slow"):
        left = f" {duration(machine.seconds_left)}" if machine.seconds_left > 0 else ""
        sheet.put(x, y, f"{glyph} {word}{left}", ink, inside.right - x)
        return
    tail = _tail(machine, sheet.look.glyphs, word, inside.width)
    x = sheet.bar(x, y, max(min(inside.right - x - 7 - len(tail), 20), 0), machine.utilisation, ink)
    sheet.put_right(x + 5, y, f"{machine.utilisation * 100:.0f}%", ink if ink != Ink.CALM else Ink.TEXT)
    x = sheet.put(x + 6, y, glyph, ink)
    sheet.put(x, y, tail, ink if ink != Ink.CALM else Ink.DIM, inside.right - x)


def _tail(machine: MachineView, glyphs: Glyphs, word: str, width: int) -> str:
    """What stands behind the state's glyph, always as wide, so that bars do not jump."""
    waiting = machine.waiting
    if width >= WORDS_FROM + 9:
        queue = f"{count(waiting)} wait" if waiting >= 0.95 else ""
        return f" {word:<10}{queue:>9}"
    if width >= WORDS_FROM:
        return f" {f'{count(waiting)} wait' if waiting >= 0.95 else word:<10}"
    if machine.pool == "balancer":
        return ""
    cells = 4 if width >= 22 else 0
    return f"{glyphs.waiting}{count(waiting)}"[:cells].ljust(cells) if waiting >= 0.95 else " " * cells


class SystemPanel(Panel):
    def draw(self, sheet: Sheet) -> None:
        draw_system(sheet, self.board)
