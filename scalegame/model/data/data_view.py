"""The part of a snapshot that is about the database's machines."""

from __future__ import annotations

from typing import Literal

import numpy as np

from scalegame.model.data.connections import connections, has_pooler, limit_of
from scalegame.model.data.data_layout import data_shares, readers
from scalegame.model.data.stores import primaries, standby_of
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.snapshot import DataView, StoreView
from scalegame.model.state import TIERS, Pool, Tier

_ROLES: dict[Pool, Literal["primary", "replica", "standby"]] = {
    Pool.DATABASE: "primary",
    Pool.REPLICA: "replica",
    Pool.STANDBY: "standby",
}


def _parts_of_calls(site: Site, run: int, members: list[int]) -> Floats:
    """Share of each machine in what comes to all of them now, by the plan: (columns of the tier,). What asks all shards
    comes to each."""
    most = float(site.knob("replica.max-lag")[run])
    fit = [c for c in readers(site, run) if most == 0.0 or site.table.lag[run, c] <= most]
    parts = data_shares(site, run, members, fit)
    first = site.columns.tiers[Tier.DATA].start
    for k, kind in enumerate(site.scenario.classes):
        if kind.fan_out:
            parts[k, [c - first for c in members]] = 1.0
        parts[k] *= site.planned[k] * (kind.db_read_ms + kind.db_write_ms > 0.0)
    come: Floats = parts.sum(axis=0)
    return come / max(float(come.sum()), 1e-9)


def look_at_data(site: Site, run: int) -> DataView:
    """Who of a run's database machines does what."""
    members = primaries(site, run)
    if not members:
        return DataView()
    table, first = site.table, site.columns.tiers[Tier.DATA].start
    linked = connections(site, run)
    share = _parts_of_calls(site, run, members)
    stands_for = {standby_of(site, run, column): site.name(run, column) for column in members}
    stores = []
    for pool in TIERS[Tier.DATA]:
        for column in site.machines(run, pool):
            most = limit_of(site, run, column)
            stores.append(
                StoreView(
                    name=site.name(run, column),
                    role=_ROLES[pool],
                    stands_for=stands_for.get(column, "") if pool == Pool.STANDBY else "",
                    share=float(share[column - first]),
                    lag_seconds=float(table.lag[run, column]) if pool == Pool.REPLICA else 0.0,
                    replay=float(table.replay[run, column]),
                    connections=int(linked.open.get(column, 0.0)),
                    connections_most=int(most) if np.isfinite(most) else None,
                )
            )
    return DataView(
        shards=len(members),
        stores=tuple(stores),
        pooler=has_pooler(site, run),
        unconnected=tuple(site.name(run, column) for column in linked.refused),
    )
