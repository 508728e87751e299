"""The system as a picture: a request's way from the users at the left through the tiers to the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from scalegame.tui.cells.figures import brief, count, rate
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink, Look
from scalegame.tui.desk.board import USERS, Board
from scalegame.tui.desk.spots import Spot
from scalegame.tui.widgets.arrangement import FRAMED, USERS_WIDTH, Box, arrange, narrowest
from scalegame.tui.widgets.boxes import draw_box
from scalegame.tui.widgets.links import End, Links, Source
from scalegame.tui.widgets.panel import BOX_HEIGHT, Inside, Panel, frame
from scalegame.tui.widgets.tiers import LOST_WORTH_A_WORD, copies_at, facts, lost_at, pack
from scalegame.tui.widgets.toasts import NOWHERE, draw_toasts
from scalegame.tui.widgets.zoom import draw_zoom

LEAST_HEIGHT = 3
TALL = 14
"""Rows from which the thickest lines may take two of them."""
RETRIES_WORTH_A_WORD = 0.01
"""Share of the attempts that are retries."""
DOORLESS = 1
"""Columns between a column of boxes and the trunk behind it, where there is room."""


def draw_system(sheet: Sheet, board: Board, frame_number: int = 0) -> Links:
    """The whole picture inside its frame, or the box that is zoomed into. Returns the lines, which can be drawn anew at
    another animation frame."""
    links = Links(sheet.look.glyphs, board.peak)
    columns = board.spots()
    # Two columns at each side are too much for a frame where the boxes need them.
    boxed = sheet.height >= BOX_HEIGHT and sheet.width >= narrowest(columns) + 4
    if board.zoomed:
        crumb = f"System {sheet.look.glyphs.own} {board.zoomed}"
        inside = frame(sheet, crumb, boxed=boxed, note="Esc: the whole system")
        draw_zoom(sheet, board, inside)
        return links
    inside = frame(sheet, "System", boxed=boxed)
    if inside.height < LEAST_HEIGHT or inside.width < narrowest(columns):
        sheet.put(inside.x, inside.y, "no room for the picture of the system", Ink.DIM, inside.width)
        return links
    wanted = board.box_of(board.selected)
    boxes = arrange(columns, inside.width, inside.height, lambda spot, wide: pack(facts(board, spot), wide), wanted)
    for box in boxes:
        box.x += inside.x
        box.y += inside.y
    middle = next((box.middle for box in boxes if box.spot.name == "balancer" or box.spot.tier == "servers"), inside.y)
    links.top, links.tall = inside.y, inside.height >= TALL
    _connect(links, board, boxes, inside, middle)
    for box in boxes:
        draw_box(sheet, board, box, middle)
        if box.hidden:
            sheet.put(box.x + 1, box.y + box.height, f"+{box.hidden} more", Ink.DIM, box.width - 1)
    links.draw(sheet, frame_number)
    _users(sheet, board, inside, middle)
    _losses(sheet, board, boxes, inside)
    board.rows = {}
    for zone in sheet.zones:
        board.rows[zone.action.partition(" ")[2]] = zone.y + zone.height // 2
    return links


def _users(sheet: Sheet, board: Board, inside: Inside, middle: int) -> None:
    """Who comes, how many of them again, and how many go without an answer."""
    snapshot, glyphs = board.snapshot, sheet.look.glyphs
    chosen, lit = board.selected == USERS, board.lit == f"place {USERS}"
    x, wide = inside.x, USERS_WIDTH - 1
    middle = max(middle, inside.y + 1)
    ink = Ink.LIT if lit else Ink.CHOSEN if chosen else Ink.TEXT
    if chosen:
        sheet.tint(x - 1, middle - 1, wide + 1, Ink.CHOSEN)
    sheet.put(x - 1, middle - 1, f"{glyphs.pointer if chosen else ' '}{USERS}", ink)
    offered = rate(snapshot.signals.offered_rate)
    sheet.put(x, middle, offered if len(offered) <= wide else count(snapshot.signals.offered_rate), Ink.STRONG, wide)
    y = middle + 1
    if snapshot.retry_share >= RETRIES_WORTH_A_WORD:
        again = snapshot.signals.attempt_rate * snapshot.retry_share
        sheet.put(x, y, f"+{brief(again)}", Ink.AMBER, wide)
        sheet.put(x, y + 1, "again", Ink.AMBER, wide)
        y += 2
    lost = snapshot.signals.lost_rate
    if lost >= LOST_WORTH_A_WORD and y + 1 < inside.bottom:
        sheet.put(x, y, f"{glyphs.lost}{brief(lost)}", Ink.RED, wide)
        sheet.put(x, y + 1, "lost", Ink.RED, wide)
    sheet.zone(x - 1, middle - 1, USERS_WIDTH, f"select {USERS}", 2)


def _losses(sheet: Sheet, board: Board, boxes: Sequence[Box], inside: Inside) -> None:
    """What leaves the way for good, below the box where it does, or on its lower edge where there is no row free."""
    for box in boxes:
        lost = lost_at(board, box.spot)
        if not lost or box.edge != FRAMED:
            continue
        text = f"{sheet.look.glyphs.lost} {lost}"
        below = box.y + box.height
        free = below < inside.bottom and all(
            not (other.y <= below < other.y + other.height and other.x < box.right and box.x < other.right)
            for other in boxes
        )
        if free:
            sheet.put(box.x + 1, below, f"{sheet.look.glyphs.moving[1]} {text}", Ink.RED, box.width - 1)
        else:
            short = text if len(text) + 4 <= box.width else text.rpartition(" ")[0]
            sheet.put_right(box.right - 1, below - 1, f" {short} ", Ink.RED)


def _connect(links: Links, board: Board, boxes: Sequence[Box], inside: Inside, middle: int) -> None:
    """What flows between the boxes; a line to a tier of which nothing is up is broken."""
    servers = [box for box in boxes if box.spot.tier == "servers"]
    behind = [box for box in boxes if box.spot.placed and (box.spot.tier in ("cache", "data") or _is_queue(box))]
    door = [box for box in boxes if box.spot.tier == "door"]
    start = inside.x + USERS_WIDTH - 1
    signals = board.snapshot.signals
    if not servers:
        return
    sources = [Source(start, middle, signals.attempt_rate)]
    asked = signals.attempt_rate
    if door:
        sources, asked = _through_the_door(links, board, door, sources, middle)
    flows = [box.spot.inflow for box in servers]
    whole = sum(flows)
    # Where nothing arrives, because nobody is there to take it, what was sent on is what is asked.
    if not whole > 0.0:
        flows = [asked / len(servers)] * len(servers)
    ends = [_end(board, box, flow) for box, flow in zip(servers, flows, strict=True)]
    links.connect(sources, _trunk(sources, servers), ends)
    if signals.attempt_rate > 0.0 and board.snapshot.retry_share >= RETRIES_WORTH_A_WORD:
        links.back(start, (door or servers)[0].x, middle + 1)
    if behind:
        sources = [Source(box.right, box.middle, box.spot.inflow) for box in servers]
        links.connect(sources, _trunk(sources, behind), [_end(board, box, box.spot.inflow) for box in behind])
    _pull(links, board, boxes)


def _is_queue(box: Box) -> bool:
    return box.spot.name == "queue"


def _pull(links: Links, board: Board, boxes: Sequence[Box]) -> None:
    """Workers take what they do from the queue above them, and from nobody else."""
    queue = next((box for box in boxes if _is_queue(box) and box.spot.placed), None)
    workers = next((box for box in boxes if box.spot.tier == "workers" and box.spot.pools), None)
    if queue is not None and workers is not None and queue.y + queue.height < workers.y:
        end = _end(board, workers, queue.spot.flow)
        links.drop(replace(end, x=workers.x + workers.width // 2, y=workers.y - 1))


def _through_the_door(
    links: Links, board: Board, door: Sequence[Box], sources: list[Source], middle: int
) -> tuple[list[Source], float]:
    """From the users to what stands at the door, or past it. Returns where it goes on, and how much."""
    edge = next((box for box in door if box.spot.name == "cdn" and box.spot.placed), None)
    balancer = next((box for box in door if box.spot.name == "balancer"), None)
    attempts = board.snapshot.signals.attempt_rate
    store = copies_at(board, "cdn")
    kept = max(store.asked_rate - store.fetch_rate, 0.0) if store is not None else 0.0
    on = max(attempts - kept, 0.0)
    ends = [_end(board, edge, edge.spot.flow)] if edge is not None else []
    right = door[0].right
    # While the first one boots, requests go where they went before.
    if balancer is not None and balancer.spot.placed and board.snapshot.balancer_kind is not None:
        ends.append(_end(board, balancer, on))
        then = [Source(right, balancer.middle, on)]
    elif edge is not None and balancer is None:
        then = [Source(right, edge.middle, on)]
    else:
        # Past a balancer that is not there; behind the box of one that is not there yet, which has things to tell.
        past = balancer.x if balancer is not None and balancer.spot.placed else right
        ends.append(End(past, middle, on, head=False))
        then = [Source(right, middle, on)]
    links.connect(sources, _trunk(sources, door), ends)
    return then, on


def _trunk(sources: Sequence[Source], ends: Sequence[Box]) -> int:
    """The column in which lines turn: a little behind the boxes, where there is room."""
    start = max(source.x for source in sources)
    return start + (DOORLESS if min(box.x for box in ends) - start > 5 else 0)


def _end(board: Board, box: Box, flow: float) -> End:
    spot: Spot = box.spot
    gone = not spot.answers and any(machine.state in ("dead", "unreachable") for machine in board.inside(spot))
    return End(box.x, box.middle, flow, spot.answers, spot.load, needed=gone)


class SystemPanel(Panel):
    def __init__(self, look: Look, board: Board, *, name: str) -> None:
        super().__init__(look, board, name=name)
        self.frame: int | None = None
        """The animation frame, ten a second; None until somebody asks for ``flow``: then the game's ticks are."""
        self._links = Links(look.glyphs, 0.0)
        self._covered = NOWHERE

    def draw(self, sheet: Sheet) -> None:
        self._links = draw_system(sheet, self.board, self._now())
        self._covered = draw_toasts(sheet, self.board)

    def _now(self) -> int:
        if not self.look.animated:
            return 0
        return self.board.snapshot.tick if self.frame is None else self.frame

    def flow(self, frame: int) -> Iterable[tuple[int, int, str, Ink]]:
        """(x, y, mark, ink) of the cells in which something moves, at an animation frame, from the last picture."""
        self.frame = frame
        over = self._covered
        cells = self._links.flow(self._now())
        if not over.height:
            return cells
        return (one for one in cells if not (over.x <= one[0] < over.right and over.y <= one[1] < over.bottom))
