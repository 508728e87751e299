"""What the model is told of a level: absolute times, sizes merged with the catalogue, everything spelt out."""

from __future__ import annotations

from scalegame.game.level_rounds import again, total_seconds
from scalegame.game.level_schema import ClassKeys, LevelKeys, PoolKeys, SizeKeys, StartKeys, TrafficKeys
from scalegame.model.catalogue import SIZES, Size
from scalegame.model.scenario import (
    BalancerPlan,
    DataSet,
    Fault,
    PoolPlan,
    RequestClass,
    Retries,
    Scenario,
    Start,
    Traffic,
)


def scenario_of(level: LevelKeys) -> Scenario:
    """The scenario of checked keys."""
    return Scenario(
        seconds=total_seconds(level),
        # By name, since the order of keys in a file must not change what the model draws.
        classes=tuple(_request_class(name, keys) for name, keys in sorted(level.classes.items())),
        traffic=_traffic(level),
        start=_start(level.start),
        slo_latency_ms=level.slo.latency_ms,
        warmup=level.warmup,
        sizes={**SIZES, **{name: _size(name, keys) for name, keys in sorted(level.sizes.items())}},
        ladder=tuple(level.ladder),
        faults=tuple(Fault(**dict(fault)) for fault in level.fault),
        random_faults=level.faults.random,
        data=tuple(DataSet(name, **dict(keys)) for name, keys in sorted(level.data.items())),
        dial=level.dial,
        fault_seconds=dict(sorted(level.faults.every.items())),
        bad_deploys=level.faults.bad_deploys,
    )


def _request_class(name: str, keys: ClassKeys) -> RequestClass:
    return RequestClass(
        name,
        path=keys.path,
        cpu_ms=keys.cpu_ms,
        db_read_ms=keys.db_read_ms,
        db_write_ms=keys.db_write_ms,
        scv=keys.service,
        timeout_ms=keys.timeout_ms,
        retries=None if keys.retries is None else Retries(**dict(keys.retries)),
        session=keys.session,
        protocol=keys.protocol,
        fan_out=keys.fan_out,
        skew=keys.skew,
        job_ms=keys.job_ms,
        job_seconds=keys.job_seconds,
        doubles=keys.doubles,
        poison=keys.poison,
        job_crash=keys.job_crash,
        reads=keys.reads or "",
        writes=keys.writes or "",
        stale_ms=keys.stale_ms,
        ttl=keys.ttl,
        static=keys.static,
        kb=keys.kb,
        far=keys.far,
        uploads_kb=keys.uploads_kb,
        downloads_kb=keys.downloads_kb,
    )


def _traffic(level: LevelKeys) -> tuple[Traffic, ...]:
    if not level.stage:
        end = total_seconds(level)
        return tuple(Traffic(keys.class_, _points(keys, 0.0, end), keys.arrivals, keys.band) for keys in level.traffic)
    curves: list[Traffic] = []
    start = 0.0
    for stage in level.stage:
        end = start + stage.seconds
        curves += [
            Traffic(keys.class_, again(level, _points(keys, start, end)), keys.arrivals, keys.band)
            for keys in stage.traffic
        ]
        start = end
    return tuple(curves)


def _points(keys: TrafficKeys, start: float, end: float) -> tuple[tuple[float, float], ...]:
    points = tuple((start + second, rate) for second, rate in keys.rate)
    return points if len(points) > 1 else (*points, (end, points[0][1]))


def _start(keys: StartKeys) -> Start:
    pools = keys.pools
    return Start(
        app=PoolPlan(pools.app.size, pools.app.machines),
        database=_pool(pools.database),
        replica=_pool(pools.replica),
        standby=_pool(pools.standby),
        cache=_pool(pools.cache),
        worker=_pool(pools.worker),
        queued=tuple(keys.queued),
        balancer=None if keys.balancer is None else BalancerPlan(**dict(keys.balancer)),
        network_ms=keys.network_ms,
        sessions=keys.sessions,
        zones=keys.zones,
        cdn=keys.cdn,
        uploads=keys.uploads,
        data=keys.data,
        tls=keys.tls,
    )


def _pool(keys: PoolKeys | None) -> PoolPlan | None:
    return None if keys is None else PoolPlan(keys.size, keys.machines)


def _size(name: str, keys: SizeKeys) -> Size:
    return Size(
        name,
        cores=keys.cores,
        slots=keys.slots,
        backlog=keys.backlog,
        price=keys.price,
        memory_gb=keys.memory_gb,
        contention=keys.contention,
        mtbf_seconds=keys.mtbf,
        known_as=keys.known_as,
    )
