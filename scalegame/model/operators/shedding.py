"""Load shedding: what would wait too long at the servers' door is turned away at once, with a 503 that costs nothing.

Each server takes in a tick what it can serve in it, and what still fits into a queue of the length that its knob allows
in seconds. So the queue stays that long, whatever comes; what waits is answered in time, and what is turned away can be
told when to come back.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.servers import Stations
from scalegame.model.site import Site
from scalegame.model.state import SERVERS, Tier
from scalegame.model.way.flow import Loss, Over
from scalegame.model.way.layout import Layout
from scalegame.model.way.ledger import SHED


class Shedding:
    """The servers' doors of a site. ``refresh`` comes after any change."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.active = False
        """Some run sheds."""
        self._classes = np.eye(site.classes)

    def refresh(self) -> None:
        """Read the knobs."""
        site = self.site
        self._limit = site.class_knob("shed")[:, None, :] / 1000.0
        """Seconds that a class may wait, 0: as long as it takes; (runs, 1, classes)."""
        self.active = bool(self._limit.any())
        site.retries.come_back_after(site.knob("shed.retry-after"))

    def turn_away(self, layout: Layout, stations: Stations, split: Floats) -> tuple[Floats, list[Loss]]:
        """What the servers let in of what they were dealt, and what is lost. split: (runs, classes, columns of the
        tier), whole, as is the first."""
        site, table = self.site, self.site.table
        span = site.columns.tiers[Tier.SERVERS]
        rate = np.minimum(table.cores * stations.serving / table.service, table.allowed)[:, span]
        shift = stations.shifts.read(table.shift[:, span], table.rho[:, span])
        waiting = np.maximum((table.n[:, span] - shift) * table.ladder[:, span], 0.0)
        # What is served in this tick makes room.
        room = (self._limit + TICK_SECONDS) * rate[:, :, None] - waiting[:, :, None]
        came = split.transpose(0, 2, 1)
        total = np.add.accumulate(came, axis=2)[:, :, -1:]
        share = 1.0 - np.minimum(np.maximum(room, 0.0) / np.maximum(total, 1.0), 1.0)
        share *= self._limit > 0.0
        if not np.count_nonzero(share):
            return split, []
        turned = np.floor(came * share + 0.5)
        share = turned / np.maximum(came, 1.0)
        if layout.routes.any_as_one:
            share = self._of_each(layout, share)
        losses = [
            Loss(SHED, share[:, :, k], Over.SERVER, classes=self._classes[k])
            for k in range(site.classes)
            if np.count_nonzero(share[:, :, k])
        ]
        return (came - turned).transpose(0, 2, 1), losses

    def _of_each(self, layout: Layout, share: Floats) -> Floats:
        """Where a pool is walked as one, its machines turn away what their common station does."""
        site = self.site
        first = site.columns.tiers[Tier.SERVERS].start
        share = share.copy()
        for pool, common in site.columns.commons.items():
            if pool in SERVERS:
                here = site.columns.spans[pool]
                mine = slice(here.start - first, here.stop - first)
                of_all = share[:, common - first : common - first + 1]
                share[:, mine] = np.where(layout.routes.as_one[:, :, None], of_all, share[:, mine])
        return share
