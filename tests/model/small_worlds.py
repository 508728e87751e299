"""Small worlds with everything in them, and orders for them, sensible or not."""

from __future__ import annotations

import dataclasses

from hypothesis import strategies as st

from scalegame.model.catalogue import SIZES, Size
from scalegame.model.orders import (
    Add,
    Cancel,
    Deploy,
    MoveData,
    MoveSessions,
    MoveUploads,
    Order,
    PlaceBalancer,
    PlaceCache,
    PlaceCdn,
    PlacePool,
    PlaceQueue,
    Purge,
    Remove,
    RemoveQueue,
    Resize,
    Restart,
    Route,
    Set,
    Shard,
)
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

ALGORITHMS = ("random", "round-robin", "least-connections", "two-choices", "ip-hash")
HOMES = ("memory", "sticky", "cache", "token")
TINY = Size("tiny", cores=1, slots=4, backlog=2, price=0.1, mtbf_seconds=8.0)
"""Soon full, soon dead."""
VIDEO_AND_MAIL = (
    RequestClass("video", "/video", cpu_ms=5, job_ms=600, job_seconds=4.0, timeout_ms=400, retries=Retries(1, 200.0)),
    RequestClass("mail", "/mail", cpu_ms=2, job_ms=40, job_seconds=2.0, poison=0.1),
)
SMALL_DATABASE = Size("small-db", cores=2, slots=8, backlog=4, price=0.2, memory_gb=1.0, mtbf_seconds=20.0)
"""So little memory that two servers and a half find connections."""

targets = st.sampled_from(
    [
        *("app", "database", "balancer", "cache", "replica", "standby", "images", "worker"),
        *(
            "app-1",
            "app-2",
            "app-3",
            "db-1",
            "db-2",
            "balancer-1",
            "cache-1",
            "replica-1",
            "standby-1",
            "images-1",
            "worker-2",
            "x",
        ),
    ]
)
sizes = st.sampled_from(["tiny", "small", "medium", "metal", "wire", "vast"])
pools = st.sampled_from(["app", "balancer", "cache", "database", "replica", "standby", "images", "worker", "nowhere"])
zones = st.none() | st.sampled_from(["a", "b", "c"])

kinds = st.none() | st.sampled_from(["page", "picture", "report", "nobody"])

orders: st.SearchStrategy[Order] = st.one_of(
    st.builds(Resize, targets, sizes, st.booleans()),
    st.builds(Add, pools, st.sampled_from([1, 2, 5, 0, 101]), st.none() | sizes, zones),
    st.builds(Remove, targets, st.none() | st.integers(0, 3)),
    st.builds(Restart, targets),
    st.builds(
        PlaceBalancer,
        st.sampled_from(["l4", "l7"]),
        st.none() | st.sampled_from(ALGORITHMS),
        st.none() | st.integers(0, 3),
        st.none() | sizes,
    ),
    st.builds(
        PlacePool,
        st.sampled_from(["images", "reports", "api", "all", "app"]),
        st.none() | sizes,
        st.none() | st.integers(0, 3),
        zones,
    ),
    st.builds(Route, st.sampled_from(["/", "/img", "/report", "/none"]), pools),
    st.builds(PlaceCache, st.none() | sizes, st.none() | st.sampled_from([0.0, 0.5, 3.0]), kinds),
    st.builds(PlaceCdn, st.none() | st.sampled_from([0.0, 2.0]), kinds),
    st.builds(Purge, st.sampled_from(["cdn", "cache"]), kinds),
    st.builds(Remove, st.sampled_from(["cdn", "cache"]), st.none(), kinds),
    st.builds(
        Set,
        st.sampled_from(["cache.purge", "cache.coalesce", "cache.hash", "ttl", "ttl.page", "ttl.nobody"]),
        st.sampled_from([0.0, 1.0]),
    ),
    st.builds(MoveSessions, st.sampled_from(HOMES)),
    st.builds(MoveUploads, st.sampled_from(["disk", "object"])),
    st.builds(MoveData, st.sampled_from(["box", "database"])),
    st.builds(Deploy, pools, st.booleans()),
    st.builds(
        Set,
        st.sampled_from(["health.interval", "health.threshold", "health.mood"]),
        st.sampled_from([0.1, 1.0, 3.0, 99.0]),
    ),
    st.builds(Set, st.sampled_from(["balancer.weights", "balancer.hash", "tls"]), st.sampled_from([0.0, 1.0])),
    st.builds(
        Set,
        st.sampled_from(["replica.reads", "replica.max-lag", "pooler"]),
        st.sampled_from([0.0, 0.1, 1.0, 50.0]),
    ),
    st.builds(
        Set,
        st.sampled_from(
            [
                "timeout.database",
                "retries.database",
                "retries.backoff",
                "retries.jitter",
                "retries.budget",
                "breaker",
                "breaker.open",
                "shed",
                "shed.page",
                "shed.retry-after",
            ]
        ),
        st.sampled_from([0.0, 1.0, 3.0, 30.0, 250.0]),
    ),
    st.builds(PlaceQueue, st.sampled_from(["video", "mail", "page", "nothing"])),
    st.builds(RemoveQueue, st.none() | st.sampled_from(["video", "mail", "page"])),
    st.builds(
        Set,
        st.sampled_from(["queue.visibility", "queue.max-receives", "queue.idempotent.video", "queue.idempotent"]),
        st.sampled_from([0.0, 0.5, 1.0, 3.0]),
    ),
    st.builds(Shard, st.sampled_from([0, 1, 2, 3, 17])),
    st.builds(Cancel, st.integers(0, 6)),
)


def shop(
    *,
    rate: float = 60.0,
    algorithm: str | None = "round-robin",
    kind: str = "l4",
    sessions: str = "memory",
    size: str = "tiny",
    machines: int = 2,
    database: str | None = "small",
    cache: bool = True,
    scv: float = 1.0,
    faults: bool = True,
    seconds: float = 12.0,
    files: bool = False,
    jobs: bool = False,
    copies: bool = False,
) -> Scenario:
    """Pages that need a session and the database, pictures that need neither; clients who try again, and faults. With
    files, pages leave some and pictures are some; with jobs, videos and mails come too, that workers can do; with
    copies, pages and pictures are of data that caches may hold, and reports write what pages show."""
    scenario = Scenario(
        seconds=seconds,
        classes=(
            RequestClass("page", "/", cpu_ms=20, db_read_ms=5, db_write_ms=2, scv=scv, timeout_ms=400,
                         retries=Retries(2, 300.0), session=True, uploads_kb=400.0 * files),
            RequestClass("picture", "/img", cpu_ms=4, timeout_ms=250, retries=Retries(1, 200.0, jitter=False),
                         downloads_kb=400.0 * files),
            RequestClass("report", "/report", cpu_ms=80, db_read_ms=60),
            *(VIDEO_AND_MAIL if jobs else ()),
        ),
        traffic=(
            *(Traffic(kind.name, ((0.0, rate / 10), (seconds, rate / 10))) for kind in VIDEO_AND_MAIL if jobs),
            Traffic("page", ((0.0, rate), (seconds / 2, 2 * rate), (seconds, rate)), band=0.2),
            Traffic("picture", ((0.0, rate), (seconds, rate)), arrivals="even"),
            Traffic("report", ((1.0, rate / 30), (seconds, rate / 30))),
        ),
        start=Start(
            app=PoolPlan(size, machines),
            database=PoolPlan(database) if database else None,
            cache=PoolPlan("small") if cache else None,
            worker=PoolPlan("tiny", 3) if jobs else None,
            queued=("video",) if jobs else (),
            balancer=BalancerPlan(kind, algorithm, 1, "small") if algorithm else None,  # type: ignore[arg-type]  # drawn from the names
            network_ms=10,
            sessions=sessions,  # type: ignore[arg-type]  # as above
        ),
        slo_latency_ms=300,
        warmup=1.0,
        sizes={**SIZES, "tiny": TINY},
        ladder=("tiny", "small", "medium", "large"),
        faults=(
            Fault("slow", 2.0, "app", factor=5.0, lasts=2.0),
            Fault("leak", 3.0, share=0.3),
            Fault("blip", 5.2, "app", lasts=0.8),
            Fault("bad-deploy", 3.8, "app", share=0.2, factor=1.5),
            Fault("deploy", 4.0, "app"),
            Fault("crash", 6.0, "app", warning="memory errors", warning_seconds=2.0),
            Fault("cache-flush", 6.5, "cache"),
            Fault("crash", 7.0, "database"),
            Fault("disk-loss", 8.0, "app"),
            Fault("zone-outage", 9.0, "a", lasts=1.0),
        )
        if faults
        else (),
        random_faults=faults,
        fault_seconds={"slow": 60.0, "blip": 60.0, "disk-loss": 40.0, "zone-outage": 60.0},
    )  # fmt: skip
    return _with_data(scenario) if copies else scenario


def _with_data(scenario: Scenario) -> Scenario:
    page, picture, report, *others = scenario.classes
    return dataclasses.replace(
        scenario,
        classes=(
            dataclasses.replace(page, db_write_ms=0.0, reads="goods", stale_ms=500.0),
            dataclasses.replace(picture, reads="images", static=True, kb=30.0, far=0.3, ttl=4.0),
            dataclasses.replace(report, db_write_ms=5.0, writes="goods"),
            *others,
        ),
        data=(
            DataSet("goods", 3000, 0.9, 8.0, shift_seconds=5.0, shift_share=0.2),
            DataSet("images", 400, 1.1, 30.0),
        ),
        faults=(*scenario.faults, Fault("rewrite", 8.0, "goods", lasts=1.0), Fault("cache-flush", 9.0, "cache")),
    )


def store(
    *,
    rate: float = 60.0,
    shards: int = 1,
    replicas: int = 0,
    standby: bool = False,
    machines: int = 3,
    scv: float = 1.0,
    algorithm: str = "random",
    faults: bool = True,
    seconds: float = 12.0,
) -> Scenario:
    """What is read, some of it old, what is written, and what every shard is asked for; a database of several machines
    that are soon full and soon dead."""
    return Scenario(
        seconds=seconds,
        classes=(
            RequestClass("read", "/", cpu_ms=4, db_read_ms=8, skew=1.0, stale_ms=40.0, scv=scv),
            RequestClass("search", "/search", cpu_ms=4, db_read_ms=8, fan_out=True, timeout_ms=300,
                         retries=Retries(2, 200.0)),
            RequestClass("write", "/write", cpu_ms=4, db_read_ms=4, db_write_ms=12, skew=1.0),
            RequestClass("static", "/img", cpu_ms=2),
        ),
        traffic=(
            Traffic("read", ((0.0, rate), (seconds, rate))),
            Traffic("search", ((0.0, rate / 4), (seconds, rate / 4))),
            Traffic("write", ((0.0, rate / 2), (seconds / 2, rate), (seconds, rate / 2))),
            Traffic("static", ((0.0, rate), (seconds, rate))),
        ),
        start=Start(
            app=PoolPlan("tiny", machines),
            database=PoolPlan("small-db", shards),
            replica=PoolPlan("small-db", replicas) if replicas else None,
            standby=PoolPlan("small-db") if standby else None,
            balancer=BalancerPlan("l4", algorithm, 1, "wire"),  # type: ignore[arg-type]  # drawn from the names
            network_ms=4,
        ),
        slo_latency_ms=300,
        warmup=1.0,
        sizes={**SIZES, "tiny": TINY, "small-db": SMALL_DATABASE},
        ladder=("tiny", "small-db", "small", "medium"),
        faults=(
            Fault("slow", 1.0, "database", factor=3.0, lasts=2.0),
            Fault("crash", 3.0, "database"),
            Fault("crash", 9.5, "replica"),
        )
        if faults
        else (),
        random_faults=faults,
    )  # fmt: skip


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    scenario = _shops(draw)
    start = dataclasses.replace(
        scenario.start, tls=draw(st.booleans()), zones=draw(st.sampled_from([1, 2])),
    )  # fmt: skip
    page, *others, report = scenario.classes
    report = dataclasses.replace(report, protocol=draw(st.sampled_from(["http", "tcp"])))
    return dataclasses.replace(scenario, start=start, classes=(page, *others, report))


def _shops(draw: st.DrawFn) -> Scenario:
    if draw(st.booleans()):
        several = draw(st.integers(1, 3))
        return store(
            rate=draw(st.sampled_from([5.0, 60.0, 300.0])),
            shards=several,
            replicas=draw(st.integers(0, 2)) if several == 1 else 0,
            standby=draw(st.booleans()),
            scv=draw(st.sampled_from([0.0, 1.0, 4.0])),
            algorithm=draw(st.sampled_from(ALGORITHMS)),
            faults=draw(st.booleans()),
        )
    return shop(
        jobs=draw(st.booleans()),
        rate=draw(st.sampled_from([2.0, 30.0, 90.0, 600.0])),
        algorithm=draw(st.none() | st.sampled_from(ALGORITHMS)),
        kind=draw(st.sampled_from(["l4", "l7"])),
        sessions=draw(st.sampled_from(["memory", "cache", "token"])),
        size=draw(st.sampled_from(["tiny", "small", "large"])),
        machines=draw(st.integers(1, 5)),
        database=draw(st.sampled_from([None, "tiny", "small"])),
        cache=True,
        scv=draw(st.sampled_from([0.0, 0.5, 1.0, 4.0])),
        faults=draw(st.booleans()),
        files=draw(st.booleans()),
        copies=draw(st.booleans()),
    )
