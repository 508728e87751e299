"""The part of a snapshot that is about single machines.

A screen asks for it several times a second, whatever the number of machines: each column of the table is read once for
all of them, and what is the same for all is worked out once.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.failure.chance import mtbf_of
from scalegame.model.front.dealing import walked_as_one
from scalegame.model.front.warming import seconds_cold
from scalegame.model.homes.belongings import Disk, data_on, ground_of, of_machines, will_be_lost
from scalegame.model.numbers.exact import Floats
from scalegame.model.queueing.servers import SLOW_SERVICE_SECONDS
from scalegame.model.site import Site
from scalegame.model.snapshot import MachineState, MachineView
from scalegame.model.state import NEVER, PREFIXES, SERVERS, ZONES, Condition, Pool

_STATES: dict[Condition, MachineState] = {
    Condition.UP: "up",
    Condition.BOOTING: "booting",
    Condition.RESIZING: "resizing",
    Condition.RESTARTING: "restarting",
    Condition.DRAINING: "draining",
    Condition.DEPLOYING: "deploying",
    Condition.DEAD: "dead",
}
_TAKES_PART = (Condition.UP, Condition.DRAINING)


def look_at_machines(site: Site, run: int) -> list[MachineView]:
    """All machines of a run that stand, pool by pool, oldest first."""
    table = site.table
    columns = [(pool, column) for pool in Pool for column in site.machines(run, pool)]
    at = [column for _, column in columns]
    sources, parts = _sources(site, run, columns)

    def read(name: str) -> list[Any]:
        """A column of the table, one number a machine."""
        values: list[Any] = getattr(table, name)[run, at].tolist()
        return values

    shares = np.array(parts)
    cores = table.cores[run, at]
    waiting = _waiting(site, run, at, sources) * shares
    utilisation = np.minimum(1.0, table.busy[run, sources] * shares / np.maximum(cores, 1e-9))
    held, rates = table.held[run, sources] * shares, table.rate_in[run, sources] * shares
    rows = zip(
        columns, read("condition"), read("size"), read("due"), read("blip_until"), read("slow"), read("serial"),
        read("users"), read("in_rotation"), read("zone"), read("cold"), read("wrong"), read("files"),
        utilisation.tolist(), waiting.tolist(), held.tolist(), rates.tolist(),
        strict=True,
    )  # fmt: skip
    names = {pool: site.pool_name(run, pool) for pool in Pool}
    mtbf = [mtbf_of(site, size) for size in site.sizes]
    ground = ground_of(site, run)
    views = []
    for (
        (pool, column), condition, size_at, due, blip, slow, serial, users, in_rotation, zone, cold, wrong, files,
        busy, waits, holds, rate,
    ) in rows:  # fmt: skip
        size = site.sizes[size_at]
        state = _STATES.get(condition, "up")
        left = due
        if state == "up" and blip < NEVER:
            state, left = "unreachable", blip
        lost = of_machines(site, run, [column], Disk.LOST, ground)
        views.append(
            MachineView(
                name=f"{PREFIXES[pool] or names[pool]}-{serial}",
                pool=names[pool],
                size=size.name,
                cores=size.cores,
                slots=size.slots,
                backlog=size.backlog,
                state="slow" if state == "up" and slow != 1.0 else state,
                seconds_left=max(0, left - site.tick) / cat.TICKS_PER_SECOND if left < NEVER else 0.0,
                utilisation=busy,
                waiting=waits,
                held=holds,
                users=users,
                arrival_rate=rate,
                in_rotation=bool(in_rotation),
                price=size.price,
                slow_factor=slow,
                zone=ZONES[zone],
                cold_factor=cold,
                seconds_cold=seconds_cold(site, run, column),
                wrong_share=wrong,
                carts=lost.carts,
                files=files,
                data_share=data_on(site, run, column, ground),
                mtbf_seconds=mtbf[size_at],
                lost_with_it=", ".join(will_be_lost(site, run, lost)),
            )
        )
    return views


def _sources(site: Site, run: int, columns: list[tuple[Pool, int]]) -> tuple[list[int], list[float]]:
    """Where each machine's walk stands in the table, and its part of it: a pool that is walked as one station has its
    walk in one common column, and the machines share it by cores."""
    table = site.table
    as_one = walked_as_one(site, run)
    sources, parts = [], []
    for pool, column in columns:
        if not (as_one and pool in SERVERS):
            sources.append(column)
            parts.append(1.0)
            continue
        common = site.columns.commons[pool]
        whole = float(table.cores[run, common])
        takes_part = table.condition[run, column] in _TAKES_PART and table.in_rotation[run, column]
        sources.append(common)
        parts.append(float(table.cores[run, column]) / whole if whole > 0.0 and takes_part else 0.0)
    return sources, parts


def _waiting(site: Site, run: int, columns: list[int], sources: list[int]) -> Floats:
    """Requests that wait at each source: what its walk has above the dither, or above its cores where a service is long
    against a tick. Shape (machines,)."""
    table = site.table
    cores = table.cores[run, columns]
    shift = site.shifts.read(table.shift[run, sources][None], table.rho[run, sources][None])[0]
    slow = (cores > 1) & (table.service[run, sources] >= SLOW_SERVICE_SECONDS)
    above = table.n[run, sources] - np.where(slow, cores, shift)
    waiting: Floats = np.maximum(0.0, above * table.ladder[run, sources])
    return waiting
