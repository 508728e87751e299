"""Rooms so small that a tick is long against them: there the queue is drawn from its steady state.

A room of K relaxes within some K² services; where a tick holds more than that, reflecting one bridge twice is wrong
(blocking .026 for .089 at K = 5, 100 services a tick) and the birth-death law of M/M/c/K is right.
"""

from __future__ import annotations

import numpy as np

from scalegame.model.catalogue import TICK_SECONDS
from scalegame.model.numbers.exact import Floats
from scalegame.model.state import Mask, Whole

_SMALL_ROOM = 0.35
"""A room is small where K² x this is at most the services of a tick."""
_NEVER_FULL = 16.0
"""Where (1 - rho) x room is above this, the room is full less than once in e to this many times."""
_TURNS = 2.0
"""Of several cores only those who wait count for K, where each core serves so many in a tick: it settles by itself."""


def small_rooms(room: Floats, cores: Floats, services: Floats) -> Mask:
    """Where a room is small. services: of a tick in which no core is idle."""
    width = np.where(services >= _TURNS * cores, room - cores + 1.0, room)
    result: Mask = (room > 0.0) & (width * width * _SMALL_ROOM <= services)
    return result


def pressed(small: Mask, waiting_room: Floats, rho: Floats) -> Mask | None:
    """Of the small rooms those that may well be full; None where there are none. One that is hardly ever full (rho to
    the power of its waiting room) is walked like any other."""
    often = 1.0 - rho
    often *= waiting_room
    result: Mask = often < _NEVER_FULL
    result &= small
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
    cores: Floats,
    room: Floats,
    service: Floats,
    rate: Floats,
    shift: Floats,
    n: Floats,
    units: Floats,
    bottom_u: Floats,
    top_u: Floats,
) -> tuple[Floats, Floats]:
    """(refused, n at the end) of small rooms, drawn from their steady state. All (machines,); n: at the start."""
    room = np.floor(room)
    rate = np.where(rate > 0.0, rate, units / TICK_SECONDS)
    law = stationary(cores, room, rate * service, int(room.max()))
    running = np.add.accumulate(law, axis=-1)
    count = (running < bottom_u[:, None]).sum(axis=-1) * 1.0
    blocked = law[np.arange(room.size), room.astype(np.int64)]
    turned = np.floor(units * blocked + top_u)
    # n counts from the shift: those waiting are n - shift, so that a queue of the law's length stands.
    waiting = np.maximum(count - cores, 0.0)
    target = np.where(waiting > 0.0, waiting + np.floor(shift), np.minimum(count, np.floor(shift)))
    return turned, np.maximum(np.minimum(target, n + units - turned), 0.0)


def admitted(cores: Floats, room: Floats, load: Floats) -> Floats:
    """For representatives: the running law of how many an admitted request finds ahead of its turn, 0 where it is
    served at once; (machines, k)."""
    room = np.floor(room)
    most = int(room.max())
    law = stationary(cores, room, load, most)
    k = np.arange(most + 1)
    law = law * (k < room[:, None])
    running = np.add.accumulate(law, axis=-1)
    running /= np.maximum(running[:, -1:], 1e-300)
    # k present: k - cores + 1 services until it is one's turn.
    index = np.minimum(k + np.maximum(cores, 1.0)[:, None] - 1.0, most).astype(np.int64)
    result: Floats = np.take_along_axis(running, index, axis=-1)
    return result


def turns_ahead(law: Floats, row: Whole, u: Floats) -> Floats:
    """Services ahead of representatives at small rooms, drawn with u; row: into the law, both (representatives,)."""
    result: Floats = (law[row, :-1] <= u[:, None]).sum(axis=-1) * 1.0
    return result
