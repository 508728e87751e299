"""What the walks of one tick made of its requests: handed by the tiers to those who represent them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from scalegame.model.exact import Floats
from scalegame.model.servers import Prepared
from scalegame.model.state import Place, Pool


@dataclass(slots=True)
class Met:
    """Shares of what came to a machine that it did not take. (runs, columns)."""

    refused: Floats
    down: Floats
    any: bool


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


@dataclass(slots=True)
class Walked:
    """One tick behind the walks."""

    ready: Prepared
    met: Met
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
