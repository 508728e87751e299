"""Rooms so small that a tick is long against them: there the queue is drawn from its steady state.

A room of K relaxes within some K² services; where a tick holds more than that, reflecting one bridge twice is wrong
(blocking .026 for .089 at K = 5, 100 services a tick) and the birth-death law of M/M/c/K is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.exact import Floats

if TYPE_CHECKING:
    from scalegame.model.servers import MachineDraws, Prepared
    from scalegame.model.state import Machines, Mask, Whole

_SMALL_ROOM = 0.35
"""A room is small where K² x this is at most the services of a tick."""
_QUIET, _ROOMY = 0.5, 16.0
_TURNS = 2.0
"""Of several cores only those who wait count for K, where each core serves so many in a tick: it settles by itself."""


def small_rooms(room: Floats, cores: Floats, services: Floats) -> Mask:
    """Where a room is small. services: of a tick in which no core is idle."""
    width = np.where(services >= _TURNS * cores, room - cores + 1.0, room)
    result: Mask = (room > 0.0) & (width * width * _SMALL_ROOM <= services)
    return result


def pressed(small: Mask, room: Floats, rho: Floats) -> Mask | None:
    """Of the small rooms those that may well be full; None where there are none. A roomy one that is half idle hardly
    ever is (rho to the power of its room), and is walked like any other."""
    result: Mask = small & ((rho > _QUIET) | (room < _ROOMY))
    return result if np.count_nonzero(result) else None


def stationary(cores: Floats, room: Floats, load: Floats, most: int) -> Floats:
    """P(k present) of M/M/c/K for k = 0..most, (..., most + 1); load = arrival rate x mean service, room <= most.

    The birth-death chain of Kleinrock, "Queueing Systems" I, section 3.6.
    """
    k = np.arange(1.0, most + 1.0)
    stack = np.ones((*load.shape, most + 1))
    ratio = load[..., None] / np.maximum(np.minimum(cores[..., None], k), 1.0) * (k <= room[..., None])
    np.multiply.accumulate(ratio, axis=-1, out=stack[..., 1:])
    result: Floats = stack / np.add.accumulate(stack, axis=-1)[..., -1:]
    return result


def settled(
    table: Machines,
    span: slice,
    ready: Prepared,
    units: Floats,
    refused: Floats,
    end: Floats,
    draws: MachineDraws,
) -> tuple[Floats, Floats]:
    """(refused, n at the end) with the small rooms' machines replaced by a draw from their steady state."""
    settling = ready.settling
    if settling is None:
        return refused, end
    small = settling[:, span]
    cores = table.cores[:, span]
    room = np.floor(np.where(small, table.room[:, span], 1.0))
    rate = table.rate_in[:, span]
    rate = np.where(rate > 0.0, rate, units / TICK_SECONDS)
    most = int(room.max())
    law = stationary(cores, room, rate * table.service[:, span], most)
    running = np.add.accumulate(law, axis=-1)
    count = (running < draws.bottom_u[:, span][..., None]).sum(axis=-1) * 1.0
    blocked = np.take_along_axis(law, room.astype(np.int64)[..., None], axis=-1)[..., 0]
    turned = np.floor(units * blocked + draws.top_u[:, span])
    n = ready.n[:, span]
    # n counts from the shift: those waiting are n - shift, so that a queue of the law's length stands.
    waiting = np.maximum(count - cores, 0.0)
    target = np.where(
        waiting > 0.0, waiting + np.floor(ready.shift[:, span]), np.minimum(count, np.floor(ready.shift[:, span]))
    )
    target = np.minimum(target, n + units - turned)
    return np.where(small, turned, refused), np.where(small, np.maximum(target, 0.0), end)


def admitted(table: Machines, small: Mask) -> Floats:
    """For representatives: the running law of how many an admitted request finds ahead of its turn, 0 where it is
    served at once; flat over the machine table, (runs x columns, k). Machines that are not small have -1 throughout."""
    room = np.floor(np.where(small, table.room, 1.0))
    most = int(room.max())
    law = stationary(table.cores, room, table.rate_in * table.service, most)
    k = np.arange(most + 1)
    law = law * (k < room[..., None])
    running = np.add.accumulate(law, axis=-1)
    running = running / np.maximum(running[..., -1:], 1e-300)
    # k present: k - cores + 1 services until it is one's turn.
    index = np.minimum(k + np.maximum(table.cores, 1.0)[..., None] - 1.0, most).astype(np.int64)
    ahead = np.take_along_axis(running, index, axis=-1)
    result: Floats = np.where(small[..., None], ahead, -1.0).reshape(-1, most + 1)
    return result


def settled_ahead(law: Floats, at: Whole, u: Floats, ahead: Floats) -> Floats:
    """Services ahead of representatives at small rooms, drawn with u; ``ahead`` elsewhere."""
    rows = law[at]
    return np.where(rows[..., -1] < 0.0, ahead, (rows[..., :-1] <= u[..., None]).sum(axis=-1) * 1.0)
