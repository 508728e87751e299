"""What the books cannot be above, while ticks wait for their representatives: for rules that must know at once when a
limit is passed, and look at the exact figures only where that may be.

Whoever is lost was under way when the books were last closed, or was offered since. A tick that turned nobody away
loses nobody before its clients run out of patience; rent is known without anybody's fate.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from scalegame.model.catalogue import CROSS_ZONE_PRICE, QUEUE_PRICE_PER_MILLION, TICK_SECONDS
from scalegame.model.site import Site
from scalegame.model.way.flow import Trail, Walked
from scalegame.model.way.layout import Layout
from scalegame.model.way.ledger import GOOD

_LONGEST = 1e9
"""Milliseconds: any patience beyond this is the same."""


@dataclass(slots=True)
class _Known:
    """Of a run whose books were closed before its trail began."""

    under_way: int
    lost: int
    """Since the warm-up."""
    rent: int
    """Micro-dollars a tick."""
    dear: float
    """Micro-dollars that a request may cost beside the rent, at most."""
    seen: int = 0
    """Ticks of the trail that were looked at."""
    offered: int = 0
    """In them."""
    doubtful: int = 0
    """Of these, in ticks that turned somebody away."""
    calm: list[int] = field(default_factory=list)
    """Offered in the others, tick by tick; 0 for the doubtful."""


class Bounds:
    """Bounds on a site's books."""

    def __init__(self, site: Site) -> None:
        self.site = site
        limits = [site.scenario.slo_latency_ms, *(c.timeout_ms for c in site.scenario.classes if c.timeout_ms)]
        # A tick less, for moments that fall together with a tick's start.
        self._patience = max(0, int(min(_LONGEST, *limits) / (1000.0 * TICK_SECONDS)) - 1)
        self._known: dict[int, _Known] = {}

    def forget(self) -> None:
        """The books are closed anew."""
        self._known.clear()

    def lost(self, layout: Layout, trail: Trail, run: int) -> int:
        """Requests lost since the warm-up, at most."""
        known = self._look(layout, trail, run)
        impatient = sum(known.calm[: max(0, len(known.calm) - self._patience)])
        return known.lost + known.under_way + known.doubtful + impatient

    def cost(self, layout: Layout, trail: Trail, run: int) -> int:
        """Micro-dollars since the start, at most."""
        known = self._look(layout, trail, run)
        beside = int(known.dear * (known.under_way + known.offered)) + 1 if known.dear else 0
        return int(self.site.books.state.money[run].sum()) + known.rent * len(trail) + beside

    def _look(self, layout: Layout, trail: Trail, run: int) -> _Known:
        known = self._known.get(run)
        if known is None:
            known = self._known[run] = self._since(layout, run)
        for walked in trail.walked[known.seen :]:
            offered = int(walked.attempts.fresh[run].sum())
            known.offered += offered
            doubtful = self._doubtful(walked)
            known.doubtful += offered * doubtful
            known.calm.append(offered * (not doubtful))
        known.seen = len(trail)
        return known

    def _since(self, layout: Layout, run: int) -> _Known:
        site, ledger = self.site, self.site.books.state
        sealed = ledger.sealed[run]
        dear = QUEUE_PRICE_PER_MILLION * site.queue_used
        if layout.routes.spread_out:
            dear += CROSS_ZONE_PRICE * layout.routes.hops
        return _Known(
            under_way=int(ledger.born[run].sum() - ledger.everything[run].sum()),
            lost=int(sealed.sum() - sealed[:, GOOD].sum()),
            rent=int(layout.rent_up[run].sum() + layout.rent_waste[run].sum() + layout.pooler[run]),
            dear=dear,
        )

    def _doubtful(self, walked: Walked) -> bool:
        """Somebody may be lost before a client's patience ends: turned away, or to a job that fails."""
        if walked.met.any or walked.calls is not None or self.site.queue_used:
            return True
        return any(np.count_nonzero(loss.share) for loss in (*walked.at_door, *walked.losses))
