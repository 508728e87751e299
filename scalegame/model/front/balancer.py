"""The front door: which machine gets a request.

Random, ip-hash and sticky sessions split by weights with the noise of independent choices; round robin deals in turn.
Least connections and two choices cannot be steered once a tick (a tick holds many services, and a whole tick's arrivals
would herd to yesterday's shortest queue): the pool is walked as one station, and a factor on its wait stands for what
the algorithm loses against one common queue.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import OFFICE_SHARE
from scalegame.model.numbers.draws import Stream, stream_base, uniform
from scalegame.model.numbers.exact import Floats, normal_quantile
from scalegame.model.scenario import Algorithm
from scalegame.model.state import Mask, Whole
from scalegame.model.traffic import office_machine


class Mode(IntEnum):
    """How a run's requests find their machine. NONE: there is no balancer, the first machine gets all."""

    NONE = 0
    RANDOM = 1
    ROUND_ROBIN = 2
    LEAST_CONNECTIONS = 3
    TWO_CHOICES = 4
    IP_HASH = 5


MODES: dict[Algorithm, Mode] = {
    "random": Mode.RANDOM,
    "round-robin": Mode.ROUND_ROBIN,
    "least-connections": Mode.LEAST_CONNECTIONS,
    "two-choices": Mode.TWO_CHOICES,
    "ip-hash": Mode.IP_HASH,
}
ALGORITHMS: dict[Mode, Algorithm] = {mode: name for name, mode in MODES.items()}


@dataclass
class Doors:
    """(runs,) but for what says otherwise."""

    kind: Whole
    """0 none, 1 L4, 2 L7."""
    mode: Whole
    dealt: Floats
    """Requests dealt in turn so far: (runs, classes)."""
    listed: Whole
    """Servers that addresses are hashed over, see addresses: (runs, pools)."""


def weights(mode: Mode, rotation: Mask, present: Mask, seed: int, cores: Floats | None = None) -> Floats:
    """Shares of a pool's machines, (machines,): those in rotation may get traffic, all the same or by their cores. Sums
    to 1, or 0 where nobody is."""
    share = np.zeros(rotation.shape[0])
    if mode == Mode.NONE:
        first = np.flatnonzero(present)
        if first.size:
            share[first[0]] = 1.0
        return share
    open_ = np.flatnonzero(rotation)
    if not open_.size:
        return share
    share[open_] = 1.0 / open_.size if cores is None else cores[open_] / np.add.accumulate(cores[open_])[-1]
    return office(share, open_, seed) if mode == Mode.IP_HASH else share


def office(share: Floats, machines: NDArray[np.intp], seed: int) -> Floats:
    """The same shares when one office behind a single address sends OFFICE_SHARE of everything to one machine."""
    result = share * (1.0 - OFFICE_SHARE)
    result[machines[office_machine(seed, machines.size)]] += OFFICE_SHARE
    return result


class Splitter:
    """Cuts whole counts among machines; sums are kept exactly."""

    def __init__(self, seeds: NDArray[np.int64], classes: int, first_part: int = 0) -> None:
        self._bases = [
            np.array([[stream_base(s, Stream.SPLIT, first_part + part)] for s in seeds.tolist()], dtype=np.uint64)
            for part in range(2)
        ]
        self._classes = np.arange(classes, dtype=np.uint64)

    def draw(self, first: int, count: int, serial: Whole) -> tuple[Floats, Floats]:
        """For a block of ticks: uniforms (ticks, runs, classes) and normal scores keyed by the machines' serial
        numbers, (ticks, runs, classes, machines)."""
        ticks = np.arange(first, first + count, dtype=np.int64)
        u = uniform(self._bases[0], ticks, self._classes)
        index = self._classes[None, :, None] * np.uint64(1 << 20) + serial.astype(np.uint64)[:, None, :]
        return u, normal_quantile(uniform(self._bases[1][:, :, None], ticks, index))


def in_turn(count: Floats, dealt: Floats, rank: Floats, open_: Floats) -> Floats:
    """Round robin: request j goes to machine j mod N. count, dealt: (runs, classes); rank (0.., -1 gets nothing) of
    each machine and N: (runs, classes, machines), (runs, classes, 1). Shape (runs, classes, machines)."""
    n = np.maximum(open_, 1.0)
    start = dealt[:, :, None] - 1.0 - rank
    got = np.floor((start + count[:, :, None]) / n) - np.floor(start / n)
    result: Floats = got * (rank >= 0.0)
    return result


class Weights:
    """Splits by weights, for one tick or a block: each request for itself (with normal scores z), or as evenly as whole
    numbers go (without).

    The running total up to machine i is count x P_i plus a Brownian bridge of variance count x P_i (1 - P_i), rounded
    and kept from running back: a multinomial's means and covariances, and its sum.
    """

    def __init__(self, share: Floats, z: Floats | None) -> None:
        """share: (runs, classes, machines), sums to 1; z: the same, or with the ticks of a block in front."""
        self._upto = np.add.accumulate(share, axis=2)
        self._rest = self._upto >= 1.0 - 1e-9
        self._noise: Floats | None = None
        if z is not None:
            self._noise = np.add.accumulate(z * np.sqrt(share), axis=-1)
            self._noise -= self._upto * self._noise[..., -1:]

    def split(self, count: Floats, u: Floats, tick: int | None = None) -> Floats:
        """Who gets what, (runs, classes, machines). count, u: (runs, classes); tick: of the block. Without it for all
        ticks of the block, each array with these in front."""
        total = count[..., None]
        running = total * self._upto
        if self._noise is not None:
            running += np.sqrt(total) * (self._noise if tick is None else self._noise[tick])
        running += u[..., None]
        np.floor(running, out=running)
        np.minimum(running, total, out=running)
        np.maximum.accumulate(running, axis=-1, out=running)
        np.maximum(running, 0.0, out=running)
        np.copyto(running, total, where=self._rest)
        running[..., 1:] -= running[..., :-1].copy()
        return running


def by_weight(count: Floats, share: Floats, u: Floats, z: Floats | None) -> Floats:
    """One tick's split, see Weights."""
    return Weights(share, z).split(count, u)
