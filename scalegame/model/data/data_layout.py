"""The database's machines and what they are to each other: shards, replicas that read, a standby that writes wait for,
connections that run out. Worked out after each change; ``database`` walks by it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scalegame.model import catalogue as cat
from scalegame.model.by_run import ByRun
from scalegame.model.data.connections import connection_drag, connections, has_pooler, refused_share
from scalegame.model.data.shards import shard_shares
from scalegame.model.data.stores import primaries
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import Condition, Mask, Pool, Tier

_EVER = 1e9
"""Seconds: from this age on a tolerance is none."""


@dataclass(slots=True)
class DataLayout:
    """What the machines of Tier.DATA are to each other until they change. (runs, ...); columns are the tier's."""

    share: Floats
    """Of each machine in each class's calls, of shards for what asks all of them only the first:
    (runs, classes, columns)."""
    several: Mask
    """Runs in which some class has more than one to go to, (runs, 1)."""
    spread: bool
    """There are any."""
    member: Floats
    """1 for the primaries that hold data, (runs, columns)."""
    fan: Mask
    """Classes that ask all shards, (runs, classes)."""
    any_fan: bool
    latest: Floats
    """Mean of the slowest of so many exponential answers, in means of one: harmonic numbers, (runs, classes)."""
    special: Mask
    """Runs that are not just one machine, (runs, 1)."""
    extra: Floats
    """Seconds that a call takes longer on the wire, (runs, classes): a standby's word, a pooler."""
    refused: Floats | None
    """Share of what each server sends that finds no connection, (runs, columns of the servers); None where all find."""
    replicas: slice
    """Columns of the table."""
    replicated: Floats | None
    """1 for runs with replicas, (runs,); None where no run has any."""
    steady_drag: Floats
    """What a replica's work is slowed by but for the replay, (runs, replicas)."""
    guarded: Mask | None
    """Runs whose replicas are left out when too far behind, (runs, 1)."""
    max_lag: Floats
    """(runs, 1) seconds."""
    fallback: Floats
    """``share`` where no replica may be read from."""
    replay: Floats
    """Seconds of replay that one request of each class writes, (classes,)."""
    tolerance: Floats | None
    """Oldest that an answer may be, (1, classes, 1) seconds; None where any age will do."""


def lay_out_data(site: Site, by_run: ByRun) -> DataLayout | None:
    """Work it out anew, and set the drag of the database's machines; None where every run has one machine and nothing
    special. Comes after pools that are walked as one have their common columns."""
    table, span = site.table, site.columns.tiers[Tier.DATA]
    width = span.stop - span.start
    share, fallback, member, drag, refused, extra, special = by_run.rows("data", lambda run: _of_run(site, run))
    table.drag[:, span] = drag
    replica = site.columns.spans[Pool.REPLICA]
    replicated = (table.condition[:, replica] != Condition.ABSENT).any(axis=1)
    if not special.any() and not replicated.any():
        return None
    steady = table.drag[:, replica].copy()
    table.drag[:, replica] = steady * table.hampered[:, replica]
    shards = member.sum(axis=1)
    fan = np.array([c.fan_out for c in site.scenario.classes]) & (shards > 1.0)[:, None]
    harmonic = np.add.accumulate(1.0 / np.arange(1.0, width + 1.0))
    slowest = harmonic[np.maximum(shards.astype(np.int64), 1) - 1][:, None]
    several = (share[:, :, 0] != 1.0).any(axis=1)[:, None] | (shards > 1.0)[:, None]
    max_lag = site.knob("replica.max-lag")[:, None].copy()
    guarded = (max_lag > 0.0) & replicated[:, None]
    ages = [c.stale_ms / 1000.0 for c in site.scenario.classes]
    return DataLayout(
        share=share,
        several=several,
        spread=bool(several.any()),
        member=member,
        fan=fan,
        any_fan=bool(fan.any()),
        latest=np.where(fan, slowest, 1.0),
        special=special,
        extra=extra,
        refused=refused if refused.any() else None,
        replicas=replica,
        replicated=replicated * 1.0 if replicated.any() else None,
        steady_drag=steady,
        guarded=guarded if guarded.any() else None,
        max_lag=max_lag,
        fallback=fallback,
        replay=np.array([c.db_write_ms / 1000.0 * cat.REPLAY_SHARE for c in site.scenario.classes]),
        tolerance=np.array(ages)[None, :, None] if min(ages) < _EVER else None,
    )


def _of_run(site: Site, run: int) -> tuple[Floats, Floats, Floats, Floats, Floats, Floats, list[bool]]:
    """A run's share, fallback, member, drag of the tier's machines, refused, extra and special, see DataLayout."""
    span, servers = site.columns.tiers[Tier.DATA], site.columns.tiers[Tier.SERVERS]
    members, read_from = primaries(site, run), readers(site, run)
    member, drag = np.zeros(span.stop - span.start), np.ones(span.stop - span.start)
    member[[c - span.start for c in members]] = 1.0
    copying = any(order.kind == "shard" for order in site.under_way[run])
    linked = connections(site, run)
    for column, open_ in linked.open.items():
        drag[column - span.start] = connection_drag(site, run, column, open_)
        if copying and column in members:
            drag[column - span.start] *= cat.RESHARD_DRAG
    extra = _extra_seconds(site, run)
    return (
        data_shares(site, run, members, read_from),
        data_shares(site, run, members, []),
        member,
        drag,
        refused_share(site, run, linked.refused, servers.start, servers.stop - servers.start),
        extra,
        [len(members) > 1 or bool(read_from) or bool(extra.any()) or bool(linked.refused)],
    )


def readers(site: Site, run: int) -> list[int]:
    """Replicas that are thought to answer."""
    if site.knob("replica.reads")[run] == 0.0:
        return []
    return [c for c in site.machines(run, Pool.REPLICA) if site.table.in_rotation[run, c]]


def data_shares(site: Site, run: int, members: list[int], readers: list[int]) -> Floats:
    """Shares of the data machines in each class's calls: (classes, columns of the tier), each class's sum to 1.

    Who writes reads what it wrote, and goes to the primary with all of it. What asks all shards has the first here.
    """
    span = site.columns.tiers[Tier.DATA]
    result = np.zeros((site.classes, span.stop - span.start))
    at = [c - span.start for c in members] or [0]
    reads = float(site.knob("replica.reads")[run]) / 100.0
    for k, kind in enumerate(site.scenario.classes):
        if kind.fan_out and len(at) > 1:
            result[k, at[0]] = 1.0
            continue
        stay = 1.0
        if readers and not kind.db_write_ms:
            result[k, [c - span.start for c in readers]] = reads / len(readers)
            stay = 1.0 - reads
        result[k, at] = stay * shard_shares(int(site.seeds[run]), kind.skew, len(at))
    return result


def replicas_share(site: Site, run: int) -> Floats:
    """Share of each class's calls that replicas are to answer, (classes,)."""
    span, replicas = site.columns.tiers[Tier.DATA], site.columns.spans[Pool.REPLICA]
    shares = data_shares(site, run, primaries(site, run), readers(site, run))
    result: Floats = shares[:, replicas.start - span.start : replicas.stop - span.start].sum(axis=1)
    return result


def _extra_seconds(site: Site, run: int) -> Floats:
    """Of each class's calls, (classes,)."""
    standby = any(site.table.condition[run, c] == Condition.UP for c in site.machines(run, Pool.STANDBY))
    pooled = has_pooler(site, run)
    seconds = [
        (cat.STANDBY_MS * (standby and kind.db_write_ms > 0.0) + cat.POOLER_MS * pooled)
        * (kind.db_read_ms + kind.db_write_ms > 0.0)
        / 1000.0
        for kind in site.scenario.classes
    ]
    return np.array(seconds)
