"""Where each box of the picture goes, and how much of itself it may show.

A box grows in steps: one bare row; a title above a row for each machine; an edge around; more rows for each machine and
for what the tier is about. Each column takes as many of these steps as its height allows, the most telling first, so
that a row is never left empty while something has no room. Only what stands decides, never how it is: nothing jumps
while numbers change.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scalegame.tui.desk.spots import Spot, crowded

USERS_WIDTH = 8
LINK, ROOMY_LINK = 4, 10
SMALLEST = {"door": 15, "servers": 22, "right": 21}
"""Columns a tier needs at least; 'right' holds all that the servers ask."""
LARGEST = {"door": 30, "servers": 56, "right": 44}
MOST_ROWS = 3
"""Of one machine, where there is room for more than its bar."""
MOST_POOLS = 9
"""In one box: more than there are."""
MOST_FACTS = 4
"""Rows in a box for what its tier is about."""
CROWD_ROWS = 3
"""A crowd's picture: how many are in which state, how busy they are, and a row of them at least."""
WORDS = 5
"""Rows for all that can be said of a crowd."""
BARE, TITLED, FRAMED = 0, 1, 2
"""Rows that a box gives for its edge."""


@dataclass(slots=True)
class Box:
    """A box's place on the sheet, in cells, and what it has rows for."""

    spot: Spot
    x: int = 0
    y: int = 0
    width: int = 0
    edge: int = BARE
    rows: int = 1
    """For machines, crowds and facts, without the edge."""
    each: int = 1
    """Rows of one machine."""
    facts: int = 0
    """Rows for what the tier is about."""
    hidden: int = 0
    """Boxes of its column that have no row; the row below it says so."""
    told: Sequence[str] = ()
    """What it could fill them with."""

    @property
    def height(self) -> int:
        return self.rows + self.edge

    @property
    def middle(self) -> int:
        """The row in which lines meet it: where it is named, unless it has an edge all around."""
        return self.y + self.height // 2 if self.edge == FRAMED else self.y

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def machines(self) -> int:
        """Rows wanted to see each machine, or all of a crowd."""
        return sum(CROWD_ROWS if crowded(pool) else pool.machines for pool in self.spot.pools)

    @property
    def least(self) -> int:
        """Rows without which a pool would not be seen at all."""
        return max(len(self.spot.pools), 1)

    @property
    def crowds(self) -> int:
        return sum(crowded(pool) for pool in self.spot.pools)

    @property
    def many(self) -> bool:
        return self.spot.size > 1


def arrange(
    columns: Sequence[Sequence[Spot]],
    width: int,
    height: int,
    told: Callable[[Spot, int], Sequence[str]] = lambda _, __: (),
    wanted: str = "",
) -> list[Box]:
    """Boxes in ``width`` x ``height`` cells (their corner at 0, 0); what is offered but not placed has a box as well.
    ``told`` says what a tier has to tell about itself, in rows of so many cells. Where a column has more boxes than
    rows, those around the ``wanted`` one are there."""
    names = [group[0].tier if group[0].tier in SMALLEST else "right" for group in columns]
    widths, link = _column_widths(names, width - USERS_WIDTH)
    boxes: list[Box] = []
    x = USERS_WIDTH
    for group, wide in zip(columns, widths, strict=True):
        x += link
        boxes += _stack([Box(spot, x, 0, wide, told=told(spot, wide - 4)) for spot in group], height, wanted)
        x += wide
    return boxes


def _column_widths(names: list[str], room: int) -> tuple[list[int], int]:
    """(columns' widths, width of the links before them): what is left over goes to both in turn."""
    widths = [SMALLEST[name] for name in names]
    link = LINK
    left = room - sum(widths) - link * len(names)
    order = sorted(range(len(names)), key=lambda i: names[i] != "servers")
    turn = 0
    while left > 0:
        before = left
        turn += 1
        # Flow is seen in the links, figures in the boxes: these grow twice as often.
        if turn % 2 == 0 and link < ROOMY_LINK and left >= len(names):
            link += 1
            left -= len(names)
        for index in order:
            grow = min(1 if names[index] == "door" else 2, left, LARGEST[names[index]] - widths[index])
            widths[index] += grow
            left -= grow
        if left == before and turn % 2 == 0:
            # All as wide as they may be: the links take the rest.
            link += left // len(names)
            break
    return widths, link


def narrowest(columns: Sequence[Sequence[Spot]]) -> int:
    """Cells across without which the picture cannot be drawn."""
    return USERS_WIDTH + sum(SMALLEST.get(group[0].tier, SMALLEST["right"]) + LINK for group in columns)


def _in_sight(boxes: list[Box], height: int, wanted: str) -> list[Box]:
    """As many as there are rows for, the last of which says how many are not; a row for each pool, or for each box."""
    each = 1 if sum(box.least for box in boxes) > height else MOST_POOLS
    for box in boxes:
        box.rows = min(box.least, each)
    if len(boxes) <= height:
        return boxes
    shown = height - 1
    at = next((index for index, box in enumerate(boxes) if box.spot.name == wanted), 0)
    start = min(max(at - shown // 2, 0), len(boxes) - shown)
    boxes[start + shown - 1].hidden = len(boxes) - shown
    return boxes[start : start + shown]


def _stack(boxes: list[Box], height: int, wanted: str) -> list[Box]:
    """Boxes of one column, one above the other, in the middle; a single one so that links run straight."""
    boxes = _in_sight(boxes, height, wanted)
    room = height - sum(box.rows for box in boxes) - any(box.hidden for box in boxes)
    main = max(boxes, key=lambda box: (box.spot.size > 0, box.machines))
    others = sorted((box for box in boxes if box is not main), key=lambda box: box.machines)
    room = _show_machines(main, room)
    for box in others:
        if box.many:
            room = _show_machines(box, room, whole=True)
    gap = 1 if room >= len(boxes) - 1 and len(boxes) > 1 and any(box.edge or not box.spot.pools for box in boxes) else 0
    room -= gap * (len(boxes) - 1)
    for box in [main, *reversed(others)]:
        if room >= FRAMED - box.edge and (box.rows >= box.machines or not box.many):
            room -= FRAMED - box.edge
            box.edge = FRAMED
    if not gap and len(boxes) > 1 and room >= len(boxes) - 1:
        gap = 1
        room -= len(boxes) - 1
    room = _show_more(boxes, main, room)
    taken = sum(box.height for box in boxes) + gap * (len(boxes) - 1) + any(box.hidden for box in boxes)
    y = height // 2 - (boxes[0].height // 2 if len(boxes) == 1 else taken // 2)
    y = min(max(y, 0), max(height - taken, 0))
    for box in boxes:
        box.y = y
        y += box.height + gap
    return boxes


def _show_machines(box: Box, room: int, *, whole: bool = False) -> int:
    """A title and a row for each machine; where that is too much, as many rows as there are, or with ``whole`` none.
    Returns the rows that are left."""
    title = 1 if box.many else 0
    wanted = max(box.machines - box.rows, 0)
    if title + wanted <= room:
        box.edge, box.rows = title, box.rows + wanted
        return room - title - wanted
    if whole or not box.many:
        return room
    if room > 2:
        # A row that is lost to the title tells what stands here, and how much of it.
        box.edge, room = TITLED, room - 1
    box.rows += room
    return 0


def _show_more(boxes: list[Box], main: Box, room: int) -> int:
    """Rows beyond the edges: pictures of crowds, what a tier is about, more of each machine."""
    crowds = [box for box in boxes if box.crowds and box.edge == FRAMED]
    if crowds:
        for at, box in enumerate(crowds):
            # No more than words and a cell for each of them take: an empty box tells nothing.
            cells = sum(-(-pool.machines // (box.width - 4)) + WORDS for pool in box.spot.pools if crowded(pool))
            more = min(room // (len(crowds) - at), max(cells - CROWD_ROWS * box.crowds, 0))
            box.rows += more
            room -= more
    order = [main, *(box for box in boxes if box is not main)]
    room = _tell(order, room, most=1)
    for each in range(2, MOST_ROWS + 1):
        for box in order:
            if box.each == each - 1 and box.edge == FRAMED and not box.crowds and 0 < box.machines <= room:
                box.each = each
                box.rows += box.machines
                room -= box.machines
        room = _tell(boxes, room)
    return room


def _tell(boxes: Sequence[Box], room: int, most: int = MOST_FACTS) -> int:
    """Rows for what tiers are about, to each in turn; a service has the first of them for its note already."""
    for _ in range(most):
        for box in boxes:
            have = box.facts + (0 if box.spot.pools else 1)
            if room > 0 and box.edge == FRAMED and box.spot.placed and have < min(most, len(box.told)):
                box.facts += 1
                box.rows += 1
                room -= 1
    return room
