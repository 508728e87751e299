"""Representatives: a few requests of each class and tick, with whole weights that sum to all of them, who walk the path and
say how long it took and how it ended.

Counts move by the walks alone; representatives decide latency and fate. Each takes at every hop the wait that the queue
had at its own moment of the tick (its own bridge from the queue at the tick's start) and a service of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.draws import Stream, stream_base, uniform
from scalegame.model.exact import Floats, Standard, gamma, ln, normal_quantile, poisson
from scalegame.model.rooms import settled_ahead
from scalegame.model.servers import Prepared, Stations, renewals
from scalegame.model.state import Machines, Whole
from scalegame.model.walk import dip

LANES = 32
"""Representatives a class and tick."""
_STRIDE = 13
"""Coprime to LANES: neighbours on the same machine get moments all over the tick."""


@dataclass(slots=True)
class JourneyDraws:
    """Keyed draws of a block of ticks. Axis 0 is the tick; lanes are (classes x LANES); per hop the axis after the tick."""

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
    """Service times of mean 1: constant, gamma below an scv of 1, exponential, balanced two-phase hyperexponential above
    (Morse 1958; phase i with probability p_i and mean 1/(2 p_i))."""
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
        self._bases = [
            np.array([[stream_base(s, Stream.REPRESENTATIVE, part)] for s in seeds.tolist()], dtype=np.uint64) for part in range(16)
        ]
        self._lane = np.arange(self.classes * LANES, dtype=np.uint64)

    def block(self, first: int, count: int, pools: list[int]) -> JourneyDraws:
        ticks = np.arange(first, first + count, dtype=np.int64)
        plain = [uniform(self._bases[part], ticks, self._lane) for part in range(6)]
        order = (np.arange(LANES) * _STRIDE) % LANES
        moment = (np.tile(order, self.classes) + plain[0]) * (1.0 / LANES)
        shape = (count, len(pools), *plain[0].shape[1:])

        def hops(part: int) -> Floats:
            result = np.empty(shape)
            for h, pool in enumerate(pools):
                result[:, h] = uniform(self._bases[part], ticks, self._lane + np.uint64(pool << 16))
            return result

        service = np.empty(shape)
        u, v = hops(10), hops(11)
        for k, scv in enumerate(self.scvs):
            lanes = slice(k * LANES, (k + 1) * LANES)
            service[..., lanes] = service_multiples(u[..., lanes], v[..., lanes], scv)
        dip_u = hops(8)
        return JourneyDraws(
            moment=moment,
            rounding=np.stack(plain[1:6], axis=1),
            flow=Standard.of(np.stack([hops(6), hops(7)], axis=1)),
            dip_u=dip_u,
            dip_e=-ln(dip_u),
            shift=hops(9),
            queue_z=normal_quantile(hops(12)),
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

    at: machine of each hop as an index into the flat table, (hops, runs, lanes); moment: (runs, lanes); work: mean service
    in seconds on a machine of stretch 1, (hops, 1, lanes); factor: factors on the mean wait, (runs, columns), or None;
    spread: root of the scv of one unit of waiting (1 for exponential services), (hops, 1, 1), or None where it is 1 at
    all; tick: index into the block of draws.
    """
    fields = np.empty((_FIELDS, table.n.size))
    fields[0] = ready.n.ravel()
    np.multiply(table.rate_mean.ravel(), TICK_SECONDS, out=fields[1])
    fields[2] = ready.mean.ravel()
    fields[3] = ready.shift.ravel()
    fields[4] = ready.space.ravel()
    np.multiply(table.stretch.ravel(), table.slow.ravel(), out=fields[5])
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
        wait = np.maximum(ahead + (wait - ahead) * spread, 0.0)
    wait *= met[6]
    if factor is not None:
        wait *= met[7]
    spent = met[5] * work
    spent *= draws.service[tick]
    spent += wait
    return Travelled(wait, spent)
