"""A tier as a box: its name, how it is, what it is about, and its machines, one by one or all as one."""

from __future__ import annotations

from scalegame.model.snapshot import MachineView, PoolView
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.spots import OFFERED, crowded
from scalegame.tui.widgets.arrangement import BARE, FRAMED, TITLED, Box
from scalegame.tui.widgets.fleet import Fleet, cells, draw_fleet
from scalegame.tui.widgets.machines import NUMBER, WORDS_FROM, draw_machine, label, zones_fit
from scalegame.tui.widgets.panel import Inside
from scalegame.tui.widgets.states import state_mark
from scalegame.tui.widgets.tiers import SESSIONS, copies_at, in_ever_fewer_words, lost_at, sizes, title, trouble

STRIP_CELLS = 16
"""Machines up to which a row for all of them has a cell for each instead of a bar."""
POINTER_INSIDE = 27
"""Columns of a box from which the pointer has one of its own."""


def draw_box(sheet: Sheet, board: Board, box: Box, passed: int | None = None) -> None:
    """A box in its place. ``passed`` is a row in which a line goes past what does not stand."""
    if not box.spot.placed:
        _absent(sheet, board, box, passed)
        return
    sheet.zone(box.x, box.y, box.width, f"select {box.spot.name}", box.height if not box.spot.pools else 1)
    if box.edge:
        _edge(sheet, board, box)
    framed = box.edge == FRAMED
    # In a narrow box the pointer stands on the edge, so that there is room for how many wait.
    side = 1 if framed and box.width >= POINTER_INSIDE else 0
    inside = Inside(box.x + side, box.y + (1 if box.edge else 0), box.width - side - (1 if framed else 0), box.rows)
    if not box.spot.pools:
        _service(sheet, board, box, inside)
        return
    top = inside.y + box.facts
    for offset, line in enumerate(box.told[: box.facts]):
        sheet.put(inside.x + 1, inside.y + offset, line, Ink.DIM, inside.width - 1)
    _pools(sheet, board, box, Inside(inside.x, top, inside.width, inside.height - box.facts))


def _absent(sheet: Sheet, board: Board, box: Box, passed: int | None) -> None:
    """The slot of what can be placed: an outline, and the way past it stays open."""
    name = box.spot.name
    chosen, lit = board.selected == name, board.lit == f"place {name}"
    ink = Ink.LIT if lit else Ink.CHOSEN if chosen else Ink.DIM
    pointer = sheet.look.glyphs.pointer if chosen else " "
    sheet.zone(box.x, box.y, box.width, f"select {name}", box.height)
    if box.edge < FRAMED:
        sheet.put(box.x, box.y, f"{pointer}{name}: not placed", ink, box.width)
        return
    sheet.frame(box.x, box.y, box.width, box.height, Ink.FAINT, dashed=True)
    end = sheet.put(box.x + 1, box.y, f"{pointer}{name} ", ink, box.width - 2)
    if passed is not None and box.y < passed < box.y + box.height - 1:
        # A line is drawn here, and what is not there does not stop it.
        for x in (box.x, box.x + box.width - 1):
            sheet.put(x, passed, " ", Ink.FAINT)
        sheet.put(box.x + 1, box.y + box.height - 1, " not placed ", Ink.DIM, box.width - 2)
    else:
        sheet.put(box.x + 2, box.middle, "not placed", Ink.DIM, box.width - 3)
    if chosen:
        sheet.tint(end, box.y, box.x + box.width - end, Ink.CHOSEN_DIM)


def _edge(sheet: Sheet, board: Board, box: Box) -> None:
    """The title, and the rest of the frame where there is one, in the colour of what is wrong and with its word."""
    spot, glyphs = box.spot, sheet.look.glyphs
    chosen, lit = board.selected == spot.name, board.lit == f"place {spot.name}"
    wrong = trouble(board, spot, glyphs)
    lost = lost_at(board, spot)
    if lost:
        # Where there is an edge below, how much is lost stands there, and what is wrong here.
        words = lost.split(" ", 1) if box.edge == TITLED else ["loses"]
        loses = in_ever_fewer_words(glyphs.lost, *words)
        wrong = loses if wrong is None or box.edge == TITLED else wrong[0], Ink.RED
    edge = wrong[1] if wrong is not None else Ink.FAINT
    if box.edge == FRAMED:
        sheet.frame(box.x, box.y, box.width, box.height, edge)
        if not box.facts and spot.pools and box.told:
            sheet.put(box.x + 1, box.y + box.height - 1, f" {box.told[0].strip()} ", Ink.DIM, box.width - 2)
    else:
        sheet.put(box.x, box.y, glyphs.horizontal * box.width, edge)
    if chosen:
        sheet.tint(box.x, box.y, box.width, Ink.CHOSEN_DIM)
    left, right = box.x + (1 if box.edge == FRAMED else 0), box.x + box.width - 1
    name, said = title(board, spot), wrong[0] if wrong is not None else ("",)
    if len(name) + 2 + len(said[0]) > right - left:
        # Of the balancer its kind will do: what is wrong is to be seen from afar.
        name = name.split(" ")[0]
    mark = glyphs.pointer if chosen else " "
    ink = Ink.LIT if lit else Ink.CHOSEN if chosen else Ink.HEADING
    end = sheet.put(left, box.y, f"{mark}{name} ", ink, right - left)
    if wrong is not None:
        way = next((way for way in said if right - end > len(way)), "")
        end = sheet.put(end, box.y, f"{way} ", Ink.CHOSEN if chosen else wrong[1], right - end)
    note = next((note for note in _notes(board, box) if right - end >= len(note) + 2), "")
    if note:
        sheet.put_right(right, box.y, f" {note} ", Ink.CHOSEN_DIM if chosen else Ink.DIM)


def _notes(board: Board, box: Box) -> list[str]:
    """How many machines there are and of which size, from long to short."""
    spot = box.spot
    if not spot.pools:
        return []
    size = sizes(board.inside(spot))
    if spot.size == 1:
        return [size, ""]
    up = f"{spot.up:,}/{spot.size:,}"
    home = SESSIONS.get(board.snapshot.sessions, ("",))[-1] if spot.name == "app" and box.edge == TITLED else ""
    tight = [f"{home} {up}"] if home else []
    return [f"{size}, {spot.up:,} of {spot.size:,} up", *tight, f"{size} {up}", f"{up} up", up]


def _service(sheet: Sheet, board: Board, box: Box, inside: Inside) -> None:
    """A service without machines: its name, and what it is at."""
    spot = box.spot
    chosen, lit = board.selected == spot.name, board.lit == f"place {spot.name}"
    ink = Ink.AMBER if spot.troubled else Ink.TEXT
    if box.edge:
        # In a single row the one line that says most.
        note = spot.note if len(spot.note) < inside.width else spot.brief or spot.note
        lines = box.told[: inside.height] if inside.height > 1 else [note]
        for offset, line in enumerate(lines):
            sheet.put(inside.x + 1, inside.y + offset, line, ink if offset == 0 else Ink.DIM, inside.width - 1)
        return
    if chosen:
        sheet.tint(box.x, box.y, box.width, Ink.CHOSEN)
    x = sheet.put(box.x, box.y, sheet.look.glyphs.pointer if chosen else " ", Ink.CHOSEN if chosen else Ink.TEXT)
    x = sheet.put(x, box.y, spot.name, Ink.LIT if lit else Ink.CHOSEN if chosen else Ink.TEXT) + 1
    note = spot.note if len(spot.note) <= box.x + box.width - x else spot.brief or spot.note
    sheet.put(x, box.y, note, Ink.CHOSEN if chosen else ink, box.x + box.width - x)


# Machines


def _pools(sheet: Sheet, board: Board, box: Box, inside: Inside) -> None:
    """Each pool in its rows: a row for each machine, or as many as there is room for below one for all of them."""
    spot = box.spot
    if inside.height < len(spot.pools):
        _strip(sheet, board, box, inside, spot.pools)
        return
    machines = [machine for pool in spot.pools if not crowded(pool) for machine in board.machines(pool.name)]
    zones = zones_fit(board, machines, inside.width)
    shown = {machine.name: _shown(box, machine, inside.width) or label(machine, zones) for machine in machines}
    names = min(max(map(len, shown.values()), default=0), inside.width - NUMBER - 3)
    y = inside.y
    for pool, rows in zip(spot.pools, _share(box, inside.height), strict=True):
        part = Inside(inside.x, y, inside.width, rows)
        y += rows
        if crowded(pool):
            _crowd(sheet, board, box, part, pool)
            continue
        mine = board.machines(pool.name)
        if len(mine) * box.each > rows:
            part, mine = _window(sheet, board, box, part, pool)
        for offset, machine in enumerate(mine):
            row = Inside(part.x, part.y + offset * box.each, part.width, box.each)
            _one(sheet, board, box, row, machine, names, shown[machine.name])


def _share(box: Box, rows: int) -> list[int]:
    """Rows for each pool: one at least; then those that are seen machine by machine, in turn; crowds take the rest."""
    pools = box.spot.pools
    given = [1] * len(pools)
    left = rows - len(pools)
    for at, pool in enumerate(pools):
        more = pool.machines * box.each - 1
        if not crowded(pool) and more <= left:
            given[at] += more
            left -= more
    eager = [at for at, pool in enumerate(pools) if crowded(pool)] or [
        at for at, pool in enumerate(pools) if given[at] < pool.machines * box.each
    ]
    for turn, at in enumerate(eager):
        more = left // (len(eager) - turn)
        given[at] += more
        left -= more
    return given


def _shown(box: Box, machine: MachineView, width: int) -> str:
    """What stands in a machine's row instead of its name, where the box or the place says enough."""
    if box.edge == BARE and box.spot.size == 1 and box.spot.tier in OFFERED:
        return box.spot.name
    if machine.pool == "balancer" and width < WORDS_FROM:
        return machine.name.removeprefix("balancer-")
    return ""


def _one(sheet: Sheet, board: Board, box: Box, inside: Inside, machine: MachineView, names: int, shown: str) -> None:
    """A machine's row; in a bare one what its tier is about stands at its end."""
    whole = box.spot.size == 1 and box.spot.tier in OFFERED
    store = copies_at(board, "cache") if box.edge == BARE and whole and box.spot.tier == "cache" else None
    hits = f"{store.hit_share * 100:.0f}% hit".rjust(len("100% hit")) if store is not None else ""
    place = box.spot.name if whole else ""
    if hits and inside.width >= names + NUMBER + len(hits) + 3:
        inside = Inside(inside.x, inside.y, inside.width - len(hits), inside.height)
        sheet.put(inside.right, inside.y, hits, Ink.CHOSEN if board.selected == place else Ink.DIM)
    draw_machine(sheet, board, inside, machine, names, shown, place)


def _window(sheet: Sheet, board: Board, box: Box, inside: Inside, pool: PoolView) -> tuple[Inside, list[MachineView]]:
    """Where not all machines have a row: one row for all of them, and below it those around the selected. Returns what
    is left, and who is shown in it."""
    mine = board.machines(pool.name)
    at = next((index for index, machine in enumerate(mine) if machine.name == board.selected), None)
    fitting = inside.height // box.each
    if len(mine) > 1 and (at is None or fitting > 1):
        _strip(sheet, board, box, Inside(inside.x, inside.y, inside.width, 1), (pool,), alone=False)
        inside = Inside(inside.x, inside.y + 1, inside.width, inside.height - 1)
        fitting = inside.height // box.each
    start = min(max((at or 0) - fitting // 2, 0), len(mine) - fitting)
    return inside, mine[start : start + fitting]


def _strip(
    sheet: Sheet, board: Board, box: Box, inside: Inside, pools: tuple[PoolView, ...], *, alone: bool = True
) -> None:
    """Several machines in one row: how many are up, a cell for each or a bar, and how busy they are on the whole. Where
    the row is ``alone`` the selected one stands there itself."""
    machines = [machine for pool in pools for machine in board.machines(pool.name)]
    chosen_one = board.machine(board.selected)
    among = alone and chosen_one is not None and any(chosen_one is machine for machine in machines)
    if len(machines) == 1 or among:
        machine = machines[0] if len(machines) == 1 or chosen_one is None else chosen_one
        shown = _shown(box, machine, inside.width) or label(machine, zones_fit(board, [machine], inside.width))
        _one(sheet, board, box, inside, machine, len(shown), shown)
        return
    glyphs = sheet.look.glyphs
    name = pools[0].name if len(pools) == 1 else box.spot.name
    place = name if crowded(pools[0]) and len(pools) == 1 else box.spot.name
    chosen = board.selected in (name, place) and (box.edge == BARE or place != box.spot.name)
    if chosen:
        sheet.tint(inside.x, inside.y, inside.width, Ink.CHOSEN)
    plain = Ink.CHOSEN if chosen else Ink.TEXT
    up, size = sum(pool.up for pool in pools), sum(pool.machines for pool in pools)
    short = Ink.RED if up == 0 else Ink.AMBER if up < size else Ink.DIM
    if chosen:
        sheet.put(inside.x, inside.y, glyphs.pointer, plain)
    x = sheet.put(inside.x + 1, inside.y, f"{'all' if box.edge else name} ", plain)
    number = f"{up:,}/{size:,}"
    mean = sum(pool.utilisation * pool.up for pool in pools) / max(up, 1)
    room = inside.right - x - len(number) - NUMBER - 1
    if size <= min(STRIP_CELLS, room):
        fleet = Fleet.of(machines, glyphs)
        marks, inks, _ = cells(fleet, size)
        for mark, ink in zip(marks, inks, strict=True):
            x = sheet.put(x, inside.y, mark, ink)
    else:
        x = sheet.bar(x, inside.y, max(min(room, 20), 0), mean, _ink_of(machines, sheet))
    x = sheet.put(x, inside.y, f"{mean * 100:.0f}%".rjust(NUMBER), plain) + 1
    sheet.put(x, inside.y, number, Ink.CHOSEN if chosen else short, inside.right - x)
    sheet.zone(inside.x, inside.y, inside.width, f"select {place}")


def _ink_of(machines: list[MachineView], sheet: Sheet) -> Ink:
    """Of the worst of them."""
    return max((state_mark(machine, sheet.look.glyphs)[2] for machine in machines), default=Ink.CALM)


def _crowd(sheet: Sheet, board: Board, box: Box, inside: Inside, pool: PoolView) -> None:
    """A crowd in its rows; selected, a second click goes in."""
    if inside.height == 1:
        _strip(sheet, board, box, inside, (pool,))
        return
    chosen = board.selected == pool.name
    alone = pool.name == box.spot.name
    head = 0 if alone and box.edge else 1
    if head:
        if chosen:
            sheet.tint(inside.x, inside.y, inside.width, Ink.CHOSEN_DIM)
            sheet.put(inside.x, inside.y, sheet.look.glyphs.pointer, Ink.CHOSEN)
        text = f"{pool.name} {pool.up:,}/{pool.machines:,}"
        sheet.put(inside.x + 1, inside.y, text, Ink.CHOSEN if chosen else Ink.HEADING, inside.width - 1)
    grid = Inside(inside.x + 1, inside.y + head, inside.width - 2, inside.height - head)
    draw_fleet(sheet, grid, Fleet.of(board.machines(pool.name), sheet.look.glyphs), chosen and alone)
    action = f"zoom {pool.name}" if chosen else f"select {pool.name}"
    sheet.zone(inside.x, inside.y, inside.width, action, inside.height)
