"""The part of a snapshot that is about the database's machines."""

from __future__ import annotations

from typing import Literal

import numpy as np

from scalegame.model.data.connections import connections, has_pooler, limit_of
from scalegame.model.data.data_layout import data_shares, readers
from scalegame.model.data.stores import primaries, standby_of
from scalegame.model.site import Site
from scalegame.model.snapshot import DataView, StoreView
from scalegame.model.state import TIERS, Pool, Tier

_ROLES: dict[Pool, Literal["primary", "replica", "standby"]] = {
    Pool.DATABASE: "primary",
    Pool.REPLICA: "replica",
    Pool.STANDBY: "standby",
}


def look_at_data(site: Site, run: int) -> DataView:
    """Who of a run's database machines does what."""
    members = primaries(site, run)
    if not members:
        return DataView()
    table, span = site.table, site.columns.tiers[Tier.DATA]
    linked = connections(site, run)
    calls = np.array(
        [site.planned[k] * (c.db_read_ms + c.db_write_ms > 0.0) for k, c in enumerate(site.scenario.classes)]
    )
    share = (data_shares(site, run, members, readers(site, run)) * calls[:, None]).sum(axis=0) / max(calls.sum(), 1e-9)
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
                    share=float(share[column - span.start]),
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
