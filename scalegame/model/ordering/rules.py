"""An order is four things: data (see ``orders``), why it cannot be given, what it would cost, and what it does.

The last three are single functions that dispatch by the order's type; each room of this package says them for its own
orders. Prices in dollars are the game's to check.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import singledispatch

from scalegame.model.data.stores import stores_of
from scalegame.model.homes.belongings import Disk, of_machines, will_be_lost
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.orders import Order
from scalegame.model.queue.workers import handed_back_text, in_hand
from scalegame.model.site import Site, key_of
from scalegame.model.state import TIER_OF, Pool, Tier
from scalegame.model.texts import counted


@dataclass(frozen=True, slots=True)
class ModelQuote:
    """What an order would cost, before it is given. See game.view.Quote for the units."""

    price_change: float = 0.0
    once: float = 0.0
    delay: float = 0.0
    downtime: float = 0.0
    consequence: str = ""


FREE = ModelQuote()


@singledispatch
def refusal_of(order: Order, _site: Site, _run: int) -> str | None:
    """Why the order cannot be given to a run now, as a sentence without a full stop; None where it can."""
    raise TypeError(f"{type(order).__name__} is no order")


@singledispatch
def quote_of(order: Order, _site: Site, _run: int) -> ModelQuote:
    """What an order that is not refused would cost and harm; nothing where it names what is not there."""
    raise TypeError(f"{type(order).__name__} is no order")


@singledispatch
def give(order: Order, _life: Lifecycle, _run: int) -> None:
    """Give an order that is not refused; it takes effect at the start of the next tick."""
    raise TypeError(f"{type(order).__name__} is no order")


def price_of(site: Site, run: int, columns: list[int]) -> float:
    """Dollars a minute of these machines as they are."""
    return sum(site.sizes[int(site.table.size[run, c])].price for c in columns)


def harm_of(site: Site, run: int, columns: list[int], *, gentle: bool, disk: Disk = Disk.KEPT) -> str:
    """What stopping these machines does to users."""
    if not columns:
        return ""
    pool = site.pool_of(columns[0])
    parts = []
    if not gentle and TIER_OF[pool] == Tier.SERVERS:
        lost = sum(site.fates.under_way(run, key_of(site, run, c), site.tick) for c in columns)
        if lost >= 1.0:
            parts.append(f"drops {counted(lost, 'request', 'requests')} under way")
    if not gentle and TIER_OF[pool] == Tier.DATA:
        lost = sum(site.fates.at_stores(run, stores_of(site, run, c), site.tick) for c in columns)
        if lost >= 1.0:
            parts.append(f"drops {counted(lost, 'request', 'requests')} under way")
    if pool == Pool.WORKER and not gentle:
        back = handed_back_text(site, run, sum(in_hand(site, run, c) for c in columns))
        parts += [back] if back else []
    parts += will_be_lost(site, run, of_machines(site, run, columns, disk))
    return ", ".join(parts)
