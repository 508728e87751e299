"""What the walks of ticks made of their requests: handed by the tiers to those who represent them.

Counts move by the walks alone; what representatives come to is only asked for once a second, or when somebody looks.
Until then their ticks wait here: one pass over many ticks costs little more than a pass over one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.ahead import MachineDraws
from scalegame.model.queueing.servers import Prepared
from scalegame.model.state import Mask, Place, Pool, Tier


class Met:
    """Shares of what came to a machine that it did not take, (runs, columns); made when the first such is noted."""

    __slots__ = ("_down", "_refused", "_shape")

    def __init__(self, runs: int, columns: int) -> None:
        self._shape = (runs, columns)
        self._refused: Floats | None = None
        self._down: Floats | None = None

    @property
    def any(self) -> bool:
        return self._refused is not None or self._down is not None

    @property
    def refuses(self) -> bool:
        """Some machine had no room."""
        return self._refused is not None

    @property
    def refused(self) -> Floats:
        if self._refused is None:
            self._refused = np.zeros(self._shape)
        return self._refused

    @property
    def down(self) -> Floats:
        if self._down is None:
            self._down = np.zeros(self._shape)
        return self._down


class Over(IntEnum):
    """Whom a loss falls on."""

    CLASS = 0
    """A share of each class, (runs, classes)."""
    SERVER = 1
    """A share of what landed on each server, (runs, columns of the servers), of the classes that the loss names."""
    HIT = 2
    """A share of what a cache answered of each class, (runs, classes)."""
    MISS = 3
    """A share of what no cache answered of each class, (runs, classes)."""
    CALL = 4
    """A share of what each server sends on to the database, (runs, columns of the servers), of the classes named."""
    EDGE = 5
    """A share of what the CDN answered of each class, (runs, classes)."""


@dataclass(slots=True)
class Loss:
    """A share of this tick's requests ends here, lost."""

    outcome: int
    """See ledger."""
    share: Floats
    over: Over = Over.CLASS
    place: Pool | Place | None = None
    """None: the pool of the server."""
    classes: Floats | None = None
    """1 for the classes it falls on, (classes,); None: all."""
    retry: bool = True
    """The client may try again; it does not where it got an answer."""
    behind_cache: bool = False
    """It falls on nobody whom a cache answered."""
    part: int = 0
    """Tells losses of one cause apart that fall on the same requests, so that each is drawn for itself."""


@dataclass(slots=True)
class Attempts:
    """One tick's attempts: (runs, classes), and those that are not the first by which they are, see Retries.release."""

    all: Floats
    fresh: Floats
    again: Floats | None = None
    births: Floats | None = None


@dataclass(slots=True)
class CallsNow:
    """What calls to the database meet in a tick where somebody watches over them (see policies). Shape (runs,)."""

    watched: Mask
    timeout: Floats
    """Seconds."""
    retries: Floats
    backoff: Floats
    """Mean seconds before the first, second, ... retry: (runs, retries)."""
    jitter: Mask
    granted: Floats
    """Share of the wished retries that the budget allows."""
    failing: Floats
    """Share of the calls to a store that time out: (runs, stores), see operators.calls.Calls."""
    back_at: Floats
    """The second at which a store that does not answer will; 0 where it does: (runs, stores)."""


@dataclass(slots=True)
class FirstStop:
    """What the first tier on the way meets where only first attempts come, see first_stop: in one tick, or in the ticks
    of a block, which stand in front then."""

    tier: Tier
    dips: Floats
    """As walk.dip gives them, (runs, columns of the tier)."""
    split: Floats | None
    """Who gets what of the servers, (runs, classes, columns of the tier); None where a balancer comes first."""

    def at(self, tick: int) -> FirstStop:
        """Those of one tick of the block."""
        return FirstStop(self.tier, self.dips[tick], None if self.split is None else self.split[tick])


@dataclass(slots=True)
class Now:
    """A tick while it is walked."""

    ready: Prepared
    draws: MachineDraws
    met: Met
    known: FirstStop | None = None
    """What was worked out before."""
    losses: list[Loss] = field(default_factory=list)
    """See Walked, as are the next."""
    data_split: Floats | None = None
    calls: CallsNow | None = None


@dataclass(slots=True)
class Walked:
    """One tick behind the walks. What no tick changes may be the same array in many."""

    attempts: Attempts
    ready: Prepared
    met: Met
    before: Floats
    """The machines' moving averages (servers.AVERAGES) at the tick's start: (4, runs, columns)."""
    after: Floats
    """The same at its end."""
    service: Floats
    """As in the machine table: (runs, columns)."""
    allowed: Floats
    at_servers: Floats
    """Requests that reached the servers, (runs, classes)."""
    split: Floats
    """Who got what, (runs, classes, columns of the servers)."""
    at_door: list[Loss] = field(default_factory=list)
    """Losses before a server is reached."""
    losses: list[Loss] = field(default_factory=list)
    """Losses after that, in the order of the way."""
    edge: Floats | None = None
    """Share of each class that the CDN answered, (runs, classes): it went no further."""
    hits: Floats | None = None
    """Share of each class, of what the servers got, that a cache answered: it did not go on to the database."""
    data_split: Floats | None = None
    """Shares of the machines of Tier.DATA in each class's calls, (runs, classes, columns of the tier); None: the first
    gets all."""
    calls: CallsNow | None = None
    """None: no operator's policy is in use."""

    def like(self, other: Walked) -> bool:
        """Both lose requests for the same causes in the same order, so that they can be looked at together."""
        return self._kind() == other._kind()

    def _kind(self) -> tuple[object, ...]:
        losses = [(loss.outcome, loss.over, loss.place, loss.retry) for loss in (*self.at_door, *self.losses)]
        answered = (self.edge is None, self.hits is None, self.data_split is None, self.calls is None)
        return (len(self.at_door), losses, answered)


class Trail:
    """Ticks in a row that wait for their representatives."""

    def __init__(self) -> None:
        self.first = 0
        """The tick that it begins with."""
        self.walked: list[Walked] = []

    def __len__(self) -> int:
        return len(self.walked)

    def each(self, value: Callable[[Walked], Floats]) -> Floats:
        """A figure of all ticks, the tick first; of length 1 there where it is the same array in all."""
        values = [value(walked) for walked in self.walked]
        if all(other is values[0] for other in values):
            return values[0][None]
        return np.array(values)

    def all(self, value: Callable[[Walked], Floats | None]) -> Floats:
        """The same, one entry a tick in any case."""
        return np.array([value(walked) for walked in self.walked])

    def losses(self, *, at_door: bool) -> list[tuple[Loss, Floats]]:
        """Losses before a server is reached or after, each with its shares in all ticks, (ticks, runs, ...)."""
        lists = [walked.at_door if at_door else walked.losses for walked in self.walked]
        return [(each[0], np.array([loss.share for loss in each])) for each in zip(*lists, strict=True)]
