"""What a store of copies holds, class by class, and what of a memory is left: lines for the inspector."""

from __future__ import annotations

from scalegame.model.snapshot import CopiesView, ShelfView
from scalegame.tui.cells.figures import count, duration, money, percent, rate
from scalegame.tui.desk.board import Board

_PLACES = {"cdn": "cdn", "cache": "cache", "database": "pages", "replica": "replica"}
"""What a pool, or what stands without machines, keeps its copies as."""
_WORTH_A_WORD = 0.001


def store_at(board: Board) -> CopiesView | None:
    """What the selected place keeps copies in; None where it keeps none."""
    machine = board.machine(board.selected)
    pool = machine.pool if machine is not None else board.selected
    place = _PLACES.get(pool)
    if board.snapshot.data == "box":
        # The database has nothing in it: the boxes have the pages.
        place = "pages" if board.tier_of(pool) == "servers" else None if place == "pages" else place
    return next((store for store in board.snapshot.copies if store.place == place), None)


def shelf_lines(board: Board) -> list[str]:
    """The selected place's memory first, then a line for each class or data set; none where it keeps no copies."""
    store = store_at(board)
    if store is None:
        return []
    width = max((len(shelf.name) for shelf in store.shelves), default=0)
    return [memory_text(store), *(_shelf(shelf, store, width) for shelf in store.shelves)]


def memory_text(store: CopiesView) -> str:
    """'holds 120 MB of 3.0 GB, and sessions of 40 MB'."""
    room = "" if store.capacity_kilobytes is None else f" of {size_text(store.capacity_kilobytes)}"
    sessions = f", and sessions of {size_text(store.session_kilobytes)}" if store.session_kilobytes >= 1.0 else ""
    each = " in each" if store.place == "replica" else ""
    return f"holds {size_text(store.kilobytes)}{room}{each}{sessions}"


def _shelf(shelf: ShelfView, store: CopiesView, width: int) -> str:
    parts = [f"{shelf.name:<{width}}  {percent(shelf.hit_share):>5} of {rate(shelf.asked_rate)}"]
    if store.place in ("cdn", "cache"):
        parts.append(f"kept {duration(shelf.ttl_seconds)}" if shelf.ttl_seconds else "kept for ever")
        if shelf.stale_share >= _WORTH_A_WORD:
            parts.append(f"{percent(shelf.stale_share)} too old")
    if shelf.write_rate >= 0.05:
        parts.append(f"{count(shelf.write_rate)} writes/s")
    return "  ".join(parts)


def size_text(kilobytes: float) -> str:
    """'840 kB', '120 MB', '3.0 GB'."""
    for unit, size in (("GB", 1e6), ("MB", 1e3)):
        if kilobytes >= size:
            value = kilobytes / size
            return f"{value:.1f} {unit}" if value < 10 else f"{value:,.0f} {unit}"
    return f"{kilobytes:.0f} kB"


def copies_text(store: CopiesView) -> str:
    """What a store of copies is at: hits, what goes on to its origin, how old its answers are."""
    cost = f", {money(store.price)}/min" if store.price >= 0.005 else ""
    stale = f", {percent(store.stale_share)} out of date" if store.stale_share >= 0.001 else ""
    return (
        f"{percent(store.hit_share)} of {rate(store.asked_rate)} hit, {rate(store.fetch_rate)} are fetched{stale}{cost}"
    )
