"""What happened, second by second: kept while a session runs, read by the coach, plots and the trace."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalegame.game.view import View
    from scalegame.model.snapshot import Happening, Latency, Snapshot


@dataclass(frozen=True, slots=True)
class PoolSecond:
    name: str
    machines: int
    up: int
    utilisation: float
    """Of the cores that are up, 0..1."""
    waiting: float
    """Requests that wait for a core or a slot."""


@dataclass(frozen=True, slots=True)
class Second:
    """The second that ended at ``seconds``."""

    seconds: float
    offered: float
    """First attempts a second."""
    good: float
    lost: float
    retry_share: float
    latency: Latency
    pools: tuple[PoolSecond, ...]
    losses: tuple[tuple[str, str, int], ...]
    """(cause, place, requests) of this second alone."""
    cost_micro: int
    """Since the start, with one-off costs."""
    tightest: str = ""
    """The machine that is tightest."""
    saturation: float = 0.0
    """Its utilisation, smoothed, 0..1."""
    tight_since: float = 0.0
    """The second from which on its pool has been the tightest without a break."""
    budget_left: float = math.nan
    """Share of the running stage's error budget, 0..1; NaN where the level has none."""
    purse: float = math.nan
    """Dollars left; NaN where it is unlimited."""


@dataclass(slots=True)
class History:
    seconds: list[Second] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)
    _booked: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The ledger at the last recorded second."""
    _tight: tuple[str, float] = ("", 0.0)
    """The pool that was tightest then, and since when."""

    def record(self, view: View, cost_micro: int) -> None:
        """Keep the second that ends with this view."""
        snapshot = view.snapshot
        ledger = Counter({(loss.cause, loss.place): loss.count for loss in snapshot.losses})
        new = ledger - self._booked
        self._booked = ledger
        signals = snapshot.signals
        self.seconds.append(
            Second(
                seconds=snapshot.seconds,
                offered=signals.offered_rate,
                good=signals.good_rate,
                lost=signals.lost_rate,
                retry_share=snapshot.retry_share,
                latency=signals.latency,
                pools=tuple(
                    PoolSecond(pool.name, pool.machines, pool.up, pool.utilisation, pool.waiting)
                    for pool in snapshot.pools
                ),
                losses=tuple((cause, place, count) for (cause, place), count in new.items()),
                cost_micro=cost_micro,
                tightest=signals.tightest,
                saturation=signals.saturation,
                tight_since=self._since(snapshot),
                budget_left=view.stage.budget_left if view.budget is not None else math.nan,
                purse=math.nan if view.purse is None else view.purse,
            )
        )

    def _since(self, snapshot: Snapshot) -> float:
        """Since when the tightest pool has been that: machines of one pool take turns at being its fullest."""
        tightest = snapshot.signals.tightest
        pool = next((machine.pool for machine in snapshot.machines if machine.name == tightest), "")
        if pool != self._tight[0]:
            self._tight = (pool, max(0.0, snapshot.seconds - 1.0))
        return self._tight[1]

    def copy(self) -> History:
        return History(list(self.seconds), list(self.happenings), Counter(self._booked), self._tight)

    def series(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        """(name, one value a second): traffic, lost, and the utilisation of each pool (0 where it does not stand)."""
        names = dict.fromkeys(pool.name for second in self.seconds for pool in second.pools)
        pools = [{pool.name: pool.utilisation for pool in second.pools} for second in self.seconds]
        return (
            ("traffic", tuple(second.offered for second in self.seconds)),
            ("lost", tuple(second.lost for second in self.seconds)),
            *((name, tuple(there.get(name, 0.0) for there in pools)) for name in names),
        )
