"""Representatives: a few requests of each class and tick, with whole weights that sum to all of them, who walk the path
and say how long it took and how it ended.

Counts move by the walks alone; representatives decide latency and fate. Each takes at every hop the wait that the queue
had at its own moment of the tick (its own bridge from the queue at the tick's start) and a service of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.draws import Stream, Words, stream_base, uniform
from scalegame.model.exact import Floats, Standard, gamma, ln, normal_quantile, poisson
from scalegame.model.rooms import settled_ahead
from scalegame.model.servers import Prepared, Stations, renewals
from scalegame.model.state import Machines, Whole, burden
from scalegame.model.walk import dip

LANES = 32
"""Representatives a class and tick."""
_ONCE, _EACH_HOP = 6, 7
"""Draws of a representative for all of its way, and at each hop."""
_STRIDE = 13
"""Coprime to LANES: neighbours on the same machine get moments all over the tick."""


@dataclass(slots=True)
class JourneyDraws:
    """Keyed draws of a block of ticks. Axis 0 is the tick; lanes are (classes x LANES); hops come after the tick."""

    moment: Floats
    """(ticks, runs, lanes), share of the tick gone by at arrival."""
    rounding: Floats
    """(ticks, 5, runs, lanes), for cutting weights, choosing machines and attempts."""
    flow: Standard
    """(ticks, 2, hops, runs, lanes): arrivals, services until the moment."""
    dip_u: Floats
    dip_e: Floats
    shift: Floats
    queue_z: Floats
    """Normal scores of the wait."""
    service: Floats
    """Service times as multiples of their mean."""


def service_multiples(u: Floats, v: Floats, scv: float) -> Floats:
    """Service times of mean 1: constant, gamma below an scv of 1, exponential, balanced two-phase hyperexponential
    above (Morse 1958; phase i with probability p_i and mean 1/(2 p_i))."""
    if scv == 0.0:
        return np.ones_like(u)
    if scv < 1.0:
        return gamma(np.full_like(u, 1.0 / scv), normal_quantile(u)) * scv
    if scv == 1.0:
        return -ln(u)
    root = float(np.sqrt((scv - 1.0) / (scv + 1.0)))
    p = 0.5 * (1.0 + root)
    result: Floats = -ln(u) * np.where(v < p, 0.5 / p, 0.5 / (1.0 - p))
    return result


class JourneySource:
    """Draws for representatives, a block of ticks at a time, keyed by pool, class and lane."""

    def __init__(self, seeds: NDArray[np.int64], scvs: list[float]) -> None:
        self.classes = len(scvs)
        self.scvs = scvs

        def bases(parts: int, offset: int) -> Words:
            return np.array(
                [
                    [stream_base(s, Stream.REPRESENTATIVE, offset + part) for s in seeds.tolist()]
                    for part in range(parts)
                ],
                dtype=np.uint64,
            )

        self._once = bases(_ONCE, 0)[:, :, None]
        self._each_hop = bases(_EACH_HOP, _ONCE)[:, None, :, None]
        self._lane = np.arange(self.classes * LANES, dtype=np.uint64)

    def block(self, first: int, count: int, pools: list[int]) -> JourneyDraws:
        ticks = np.arange(first, first + count, dtype=np.int64)
        once = uniform(self._once, ticks, self._lane)
        order = (np.arange(LANES) * _STRIDE) % LANES
        lanes = self._lane + (np.array(pools, dtype=np.uint64) << np.uint64(16))[:, None, None]
        hops = uniform(self._each_hop, ticks, lanes)
        service = np.empty(hops.shape[:1] + hops.shape[2:])
        for k, scv in enumerate(self.scvs):
            mine = slice(k * LANES, (k + 1) * LANES)
            service[..., mine] = service_multiples(hops[:, 5, ..., mine], hops[:, 6, ..., mine], scv)
        return JourneyDraws(
            moment=(np.tile(order, self.classes) + once[:, 0]) * (1.0 / LANES),
            rounding=once[:, 1:],
            flow=Standard.of(hops[:, 0:2]),
            dip_u=hops[:, 2],
            dip_e=-ln(hops[:, 2]),
            shift=hops[:, 3],
            queue_z=normal_quantile(hops[:, 4]),
            service=service,
        )


@dataclass(slots=True)
class Travelled:
    """What the representatives of one tick met. (hops, runs, lanes)."""

    wait: Floats
    """Seconds in queue at each hop."""
    spent: Floats
    """Seconds at each hop in all."""


_FIELDS = 8


def travel(
    table: Machines,
    stations: Stations,
    ready: Prepared,
    at: Whole,
    moment: Floats,
    work: Floats,
    factor: Floats | None,
    spread: Floats | None,
    draws: JourneyDraws,
    tick: int,
) -> Travelled:
    """Waits and services of one tick's representatives.

    at: machine of each hop as an index into the flat table, (hops, runs, lanes); moment: (runs, lanes); work: mean
    service in seconds on a machine of stretch 1, (hops, 1, lanes); factor: factors on the mean wait, (runs, columns),
    or None; spread: root of the scv of one unit of waiting (1 for exponential services), (hops, 1, 1), or None where it
    is 1 at all; tick: index into the block of draws.
    """
    fields = np.empty((_FIELDS, table.n.size))
    fields[0] = ready.n.ravel()
    np.multiply(table.rate_mean.ravel(), TICK_SECONDS, out=fields[1])
    fields[2] = ready.mean.ravel()
    fields[3] = ready.shift.ravel()
    fields[4] = ready.space.ravel()
    fields[5] = table.stretch.ravel()
    if stations.burdened:
        fields[5] *= burden(table).ravel()
    np.divide(table.ladder.ravel(), np.maximum(ready.rate.ravel(), 1e-9), out=fields[6])
    fields[7] = table.ladder.ravel() if factor is None else factor.ravel()
    met = fields.take(at, axis=1)
    flow = met[1:3] * moment
    flow = poisson(flow, draws.flow.at(tick))
    if not stations.plain:
        mean = met[1] * moment
        flow[0] = np.maximum(mean + (flow[0] - mean) * stations.arrival_spread.take(at), 0.0)
        if not stations.exponential:
            flow[1] = renewals(met[2] * moment, stations.service_scv.take(at), flow[1], draws.flow.z[tick, 1])
        flow = np.floor(flow / table.ladder.ravel().take(at) + draws.rounding[tick, 1:3, None])
    came, gone = flow[0], flow[1]
    n = met[0]
    low = dip(came, gone, draws.dip_u[tick], draws.dip_e[tick])
    low -= n
    np.maximum(low, 0.0, out=low)
    low += n
    low += came
    low -= gone
    np.minimum(low, met[4] - 1.0, out=low)
    low += 1.0
    low -= np.floor(met[3] + draws.shift[tick])
    ahead = np.maximum(low, 0.0)
    if ready.law is not None:
        ahead = settled_ahead(ready.law, at, draws.shift[tick], ahead)
    wait = gamma(ahead, draws.queue_z[tick])
    wait *= ahead >= 1.0
    if spread is not None:
        wait = np.where(spread == 1.0, wait, np.maximum(ahead + (wait - ahead) * spread, 0.0))
    wait *= met[6]
    if factor is not None:
        wait *= met[7]
    spent = met[5] * work
    spent *= draws.service[tick]
    spent += wait
    return Travelled(wait, spent)
