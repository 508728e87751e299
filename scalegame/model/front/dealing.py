"""Who gets what of the traffic, as a run's machines and its balancer stand."""

from __future__ import annotations

import numpy as np

from scalegame.model.front.balancer import Mode, office, weights
from scalegame.model.homes.sessions import Home
from scalegame.model.numbers.exact import Floats
from scalegame.model.site import Site
from scalegame.model.state import Condition, Mask, Pool, Tier

_L7 = 2
BY_CORES = 1.0
"""Of the setting balancer.weights."""


def is_sticky(site: Site, run: int, mode: Mode | None = None) -> bool:
    """Requests go where their user's session lives: by cookie or address, or because the algorithm looks at addresses
    anyway. mode: another than the run's own."""
    mode = Mode(int(site.doors.mode[run])) if mode is None else mode
    if site.sessions.home[run] == Home.STICKY:
        return mode != Mode.NONE
    hashed = mode == Mode.IP_HASH and site.sessions.home[run] == Home.MEMORY
    return bool(hashed and site.demands.sessions.any())


def walked_as_one(site: Site, run: int) -> bool:
    """The run's servers are walked pool by pool, each as one station."""
    return not is_sticky(site, run) and site.doors.mode[run] in (Mode.LEAST_CONNECTIONS, Mode.TWO_CHOICES)


def pools_of_classes(site: Site, run: int, paths: dict[str, Pool] | None = None) -> list[Pool]:
    """Where the balancer sends each class: app, or the pool of the longest path that an L7 balancer has for it. What is
    plain TCP has no path that could be read.

    A pool without machines gets nothing: its requests go to app. paths: others than the run's own.
    """
    paths = site.paths[run] if paths is None else paths
    if not paths or site.doors.kind[run] != _L7:
        return [Pool.APP] * site.classes
    found = []
    for kind in site.scenario.classes:
        here = kind.path.lower()
        fitting = [path for path in paths if is_under(here, path) and site.machines(run, paths[path])]
        if kind.protocol != "http":
            fitting = []
        found.append(paths[max(fitting, key=len)] if fitting else Pool.APP)
    return found


def is_under(path: str, start: str) -> bool:
    """Whether a request's path is ``start`` or lies under it: /images/cat is under /images, /imagery is not."""
    return path == start or path.startswith(start.rstrip("/") + "/")


def pool_shares(site: Site, run: int, pool: Pool) -> Floats:
    """Shares of a pool's machines in what the balancer sends there, but for sticky ownership: (its columns,)."""
    span = site.columns.spans[pool]
    present: Mask = site.table.condition[run, span] != Condition.ABSENT
    rotation: Mask = site.table.in_rotation[run, span] & present
    mode = Mode(int(site.doors.mode[run]))
    if mode == Mode.NONE and pool != Pool.APP:
        return np.zeros(present.shape[0])
    cores = site.table.cores[run, span] if site.knob("balancer.weights")[run] == BY_CORES else None
    return weights(mode, rotation, present, int(site.seeds[run]), cores)


def server_shares(site: Site, run: int) -> Floats:
    """Shares of all servers in each class's requests, but for sticky ownership: (classes, columns of the tier)."""
    tier = site.columns.tiers[Tier.SERVERS]
    of_pool: dict[Pool, Floats] = {}
    result = np.zeros((site.classes, tier.stop - tier.start))
    for k, pool in enumerate(pools_of_classes(site, run)):
        if pool not in of_pool:
            of_pool[pool] = pool_shares(site, run, pool)
        span = site.columns.spans[pool]
        result[k, span.start - tier.start : span.stop - tier.start] = of_pool[pool]
    return result


def landing_shares(site: Site, run: int, counts: Floats) -> Floats:
    """Shares of the servers at work in the planned requests of the classes that count, (columns of the tier,): where
    users log in, where files and rows are written. A dead server in rotation takes requests, and keeps nothing of them.

    counts: 1 or 0, (classes,), see Demands.
    """
    shares = server_shares(site, run)
    weight = [planned * part for planned, part in zip(site.planned, counts.tolist(), strict=True)]
    total = 0.0
    result = np.zeros(shares.shape[1])
    for k, w in enumerate(weight):
        result += w * shares[k]
        total += w
    if total == 0.0:
        result = shares[0]
    condition = site.table.condition[run, site.columns.tiers[Tier.SERVERS]]
    result = np.where((condition == Condition.UP) | (condition == Condition.DRAINING), result, 0.0)
    whole = float(np.add.accumulate(result)[-1])
    return result / whole if whole > 0.0 else result


def sticky_share(site: Site, run: int, share: Floats) -> Floats:
    """Sticky: by ownership among those in rotation; where no cookie tells users apart (behind L4, in plain TCP, with
    ip-hash) by address, so that one office is one hot machine.

    share: (classes, columns of the tier).
    """
    own = site.table.users[run, site.columns.tiers[Tier.SERVERS]] * (share > 0.0)
    total = np.add.accumulate(own, axis=1)[:, -1:]
    result: Floats = np.where(total > 0.0, own / np.maximum(total, 1e-300), share)
    cookies = site.doors.kind[run] == _L7 and site.sessions.home[run] == Home.STICKY
    for k, kind in enumerate(site.scenario.classes):
        if cookies and kind.protocol == "http":
            continue
        open_ = np.flatnonzero(share[k] > 0.0)
        # With ip-hash the office logs in where it lands, and is among the owners.
        if open_.size > 1 and site.doors.mode[run] != Mode.IP_HASH and total[k, 0] > 0.0:
            result[k] = office(result[k], open_, int(site.seeds[run]))
    return result


def in_rotation_with_work(site: Site, run: int, pool: Pool, serving: Floats) -> Floats:
    """1 for the machines of a pool that get traffic and work: (columns of the pool,)."""
    span = site.columns.spans[pool]
    result: Floats = (pool_shares(site, run, pool) > 0.0) * serving[run, span]
    return result
