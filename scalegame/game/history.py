"""What happened, second by second: kept while a session runs, read by the coach, plots and the trace."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, overload

from scalegame.model.snapshot import Latency

if TYPE_CHECKING:
    from scalegame.game.view import View
    from scalegame.model.snapshot import Happening, Snapshot

KEPT_WHOLE = 300
"""Seconds: what plots show. Older ones are packed, a quarter as big, and unpacked where somebody asks."""


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
    slow_since: float = math.nan
    """The second from which on p99 has been above what is promised without a break; NaN where it is not."""
    dropped: int = 0
    """Messages that a worker took and dropped, and that have not come back."""
    visibility: float = 0.0
    """Seconds after which they do."""
    fetched: float = 0.0
    """Requests a second that caches, CDN and pages had no copy for."""


Packed = tuple[tuple[str, ...], tuple[tuple[str, str, int], ...], str, bytes]
"""Names of the pools, losses, the tightest, and all numbers as doubles."""


class Seconds(Sequence[Second]):
    """Seconds in time. A game of half an hour must not fill the memory of a host with two hundred of them."""

    def __init__(self, given: Iterable[Second] = ()) -> None:
        self._old: list[Packed] = []
        self._new: list[Second] = []
        self._names: dict[tuple[str, ...], tuple[str, ...]] = {}
        """Each set of names once."""
        for second in given:
            self.append(second)

    def append(self, second: Second) -> None:
        self._new.append(second)
        if len(self._new) >= 2 * KEPT_WHOLE:
            self._old += [self._pack(one) for one in self._new[:-KEPT_WHOLE]]
            del self._new[:-KEPT_WHOLE]

    def copy(self) -> Seconds:
        other = Seconds()
        other._old, other._new, other._names = list(self._old), list(self._new), self._names
        return other

    def __repr__(self) -> str:
        return repr(list(self))

    def __len__(self) -> int:
        return len(self._old) + len(self._new)

    def __iter__(self) -> Iterator[Second]:
        for packed in self._old:
            yield _unpacked(packed)
        yield from self._new

    @overload
    def __getitem__(self, at: int) -> Second: ...
    @overload
    def __getitem__(self, at: slice) -> list[Second]: ...
    def __getitem__(self, at: int | slice) -> Second | list[Second]:
        if isinstance(at, slice):
            start, stop, step = at.indices(len(self))
            if step == 1 and start >= len(self._old):
                return self._new[start - len(self._old) : stop - len(self._old)]
            return [self[index] for index in range(start, stop, step)]
        index = at + len(self) if at < 0 else at
        if not 0 <= index < len(self):
            raise IndexError(f"there is no second {at} of {len(self)}")
        old = len(self._old)
        return _unpacked(self._old[index]) if index < old else self._new[index - old]

    def _pack(self, second: Second) -> Packed:
        names = tuple(pool.name for pool in second.pools)
        latency = second.latency
        numbers = array("d", (
            second.seconds, second.offered, second.good, second.lost, second.retry_share, second.cost_micro,
            second.saturation, second.tight_since, second.budget_left, second.purse,
            second.slow_since, second.dropped, second.visibility, second.fetched,
            latency.mean, latency.p50, latency.p95, latency.p99,
        ))  # fmt: skip
        for pool in second.pools:
            numbers.extend((pool.machines, pool.up, pool.utilisation, pool.waiting))
        return self._names.setdefault(names, names), second.losses, second.tightest, numbers.tobytes()


def _unpacked(packed: Packed) -> Second:
    names, losses, tightest, numbers = packed
    values = array("d")
    values.frombytes(numbers)
    (seconds, offered, good, lost, retry_share, cost_micro, saturation, tight_since, budget_left, purse, slow_since,
     dropped, visibility, fetched, *latency) = values[:18]  # fmt: skip
    pools = []
    for name, at in zip(names, range(18, len(values), 4), strict=True):
        machines, up, utilisation, waiting = values[at : at + 4]
        pools.append(PoolSecond(name, int(machines), int(up), utilisation, waiting))
    return Second(
        seconds, offered, good, lost, retry_share, Latency(*latency), tuple(pools), losses, int(cost_micro), tightest,
        saturation, tight_since, budget_left, purse, slow_since, int(dropped), visibility, fetched,
    )  # fmt: skip


@dataclass(slots=True)
class History:
    seconds: Seconds = field(default_factory=Seconds)
    happenings: list[Happening] = field(default_factory=list)
    _booked: Counter[tuple[str, str]] = field(default_factory=Counter)
    """The ledger at the last recorded second."""
    _tight: tuple[str, float] = ("", 0.0)
    """The pool that was tightest then, and since when."""
    _slow: float = math.nan
    """Since when p99 had been above what is promised then."""

    def record(self, view: View, cost_micro: int) -> None:
        """Keep the second that ends with this view."""
        snapshot = view.snapshot
        ledger = Counter({(loss.cause, loss.place): loss.count for loss in snapshot.losses})
        new = ledger - self._booked
        self._booked = ledger
        signals, queue = snapshot.signals, snapshot.queue
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
                slow_since=self._slow_since(view),
                dropped=0 if queue is None else queue.invisible,
                visibility=0.0 if queue is None else queue.visibility_seconds,
                fetched=math.fsum(store.fetch_rate for store in snapshot.copies),
            )
        )

    def _since(self, snapshot: Snapshot) -> float:
        """Since when the tightest pool has been that: machines of one pool take turns at being its fullest."""
        tightest = snapshot.signals.tightest
        pool = next((machine.pool for machine in snapshot.machines if machine.name == tightest), "")
        if pool != self._tight[0]:
            self._tight = (pool, max(0.0, snapshot.seconds - 1.0))
        return self._tight[1]

    def _slow_since(self, view: View) -> float:
        """Since when p99 has been too high."""
        if not view.snapshot.signals.latency.p99 > view.slo_latency_ms:
            self._slow = math.nan
        elif math.isnan(self._slow):
            self._slow = max(0.0, view.snapshot.seconds - 1.0)
        return self._slow

    def copy(self) -> History:
        return History(self.seconds.copy(), list(self.happenings), Counter(self._booked), self._tight, self._slow)

    def series(self) -> tuple[tuple[str, tuple[float, ...]], ...]:
        """(name, one value a second): traffic, the retries' share of all attempts where there were any, lost, and the
        utilisation of each pool: 0 where it does not stand, not a number where none of its machines answered."""
        names = dict.fromkeys(pool.name for second in self.seconds for pool in second.pools)
        pools = [
            {pool.name: pool.utilisation if pool.up or not pool.machines else math.nan for pool in second.pools}
            for second in self.seconds
        ]
        retries = tuple(second.retry_share for second in self.seconds)
        return (
            ("traffic", tuple(second.offered for second in self.seconds)),
            *([("retries", retries)] if any(retries) else []),
            ("lost", tuple(second.lost for second in self.seconds)),
            *((name, tuple(there.get(name, 0.0) for there in pools)) for name in names),
        )
