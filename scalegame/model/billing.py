"""What a machine costs beside its rent: the rest of its minimum, when it goes or becomes another."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.site import Site, rent_of
from scalegame.model.way.ledger import WASTE

_MINIMUM = round(cat.MINIMUM_BILLED_SECONDS * cat.TICKS_PER_SECOND)


def unpaid(site: Site, run: int, column: int, size: int | None = None) -> int:
    """Micro-dollars that are left of a machine's minimum; where it goes on as another size, beyond what that costs."""
    table = site.table
    goes_on = 0 if size is None else rent_of(site.sizes[size])
    left = int(table.ordered[run, column]) + _MINIMUM - site.tick
    return max(0, left) * max(0, int(table.rent[run, column]) - goes_on)


def bill_rest(site: Site, run: int, column: int) -> None:
    """A machine goes: the rest of its minimum is billed at once."""
    site.books.state.money[run, WASTE] += unpaid(site, run, column)


def bill_size(site: Site, run: int, column: int, size: int) -> None:
    """A machine becomes another: the new size is rented from now on, for its own minimum at least."""
    site.books.state.money[run, WASTE] += unpaid(site, run, column, size)
    site.table.rent[run, column] = rent_of(site.sizes[size])
    site.table.ordered[run, column] = site.tick
