"""Slow work inline or left to a queue: what it does to fast pages, to spikes, to a world whose workers die."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.model import catalogue as cat
from scalegame.model.orders import (
    Add,
    Autoscale,
    Cancel,
    Order,
    PlaceQueue,
    Remove,
    RemoveQueue,
    Resize,
    Restart,
    Set,
)
from scalegame.model.scenario import Fault, PoolPlan, RequestClass, Scenario, Start, Traffic
from scalegame.model.snapshot import Snapshot
from scalegame.model.world import World

PAGE = RequestClass("page", cpu_ms=10)
VIDEO = RequestClass("video", "/video", cpu_ms=5, job_ms=500, job_seconds=20.0)
PAYMENT = RequestClass("pay", "/pay", cpu_ms=5, job_ms=2_000, job_seconds=60.0, scv=0.0)


def site(
    *,
    queued: bool = True,
    workers: int = 3,
    pages: float = 60.0,
    videos: float = 4.0,
    seconds: float = 60.0,
    spike: float = 0.0,
    job: RequestClass = VIDEO,
    faults: tuple[Fault, ...] = (),
) -> Scenario:
    """Four cores for pages and videos, workers of two cores each. A spike of so many videos a second lasts 5 s."""
    curve = ((0.0, videos), (20.0, videos), (20.0, videos + spike), (25.0, videos + spike), (25.0, videos))
    return Scenario(
        seconds=seconds,
        classes=(PAGE, job),
        traffic=(
            Traffic("page", ((0.0, pages), (seconds, pages))),
            Traffic(job.name, (*(point for point in curve if point[0] < seconds), (seconds, videos))),
        ),
        start=Start(
            app=PoolPlan("medium"),
            worker=PoolPlan("small", workers) if workers else None,
            queued=(job.name,) if queued else (),
        ),
        slo_latency_ms=1_000,
        faults=faults,
    )


def play(scenario: Scenario, script: dict[int, Order] | None = None, seed: int = 3, ticks: int = 2_000) -> World:
    """Until nothing is in flight; books hold at every second."""
    world = World(scenario, [seed])
    while world.tick < ticks and not (world.over() and world.in_flight() == 0):
        order = (script or {}).get(world.tick)
        if order is not None:
            assert world.refusal(order) is None
            world.apply(order)
        world.step()
        if world.tick % 10 == 0:
            books = world.site.books.state
            assert int(books.born.sum()) == int(books.everything.sum()) + world.in_flight()
    return world


def of_class(seen: Snapshot, name: str) -> tuple[int, int]:
    """(offered, lost)"""
    found = next(kind for kind in seen.classes if kind.name == name)
    return found.offered, found.lost


def lost_by_cause(seen: Snapshot) -> dict[tuple[str, str], int]:
    return {(loss.cause, loss.place): loss.count for loss in seen.losses}


def p99(seen: Snapshot, name: str) -> float:
    return next(kind.latency.p99 for kind in seen.classes if kind.name == name)


@cache
def with_and_without() -> tuple[Snapshot, Snapshot]:
    """The same traffic, slow work inline and queued."""
    inline, queued = (play(site(queued=queued, seconds=40)).snapshot() for queued in (False, True))
    return inline, queued


class TestInline:
    def test_slow_work_drags_fast_pages_with_it(self) -> None:
        inline, queued = with_and_without()
        assert p99(inline, "page") > 5 * p99(queued, "page")
        assert of_class(queued, "page")[1] == 0

    def test_a_queue_answers_when_the_message_is_accepted(self) -> None:
        inline, queued = with_and_without()
        assert next(kind.latency.mean for kind in inline.classes if kind.name == "video") > 500
        assert next(kind.latency.mean for kind in queued.classes if kind.name == "video") < 50
        assert queued.queue is not None
        assert queued.queue.sojourn.mean == pytest.approx(VIDEO.job_ms, rel=0.25)

    def test_what_is_queued_costs_the_app_little(self) -> None:
        inline, queued = (
            next(pool.mean_utilisation for pool in seen.pools if pool.name == "app") for seen in with_and_without()
        )
        assert inline - queued == pytest.approx(4 * (VIDEO.job_ms - cat.ENQUEUE_CPU_MS) / 1000 / 4, rel=0.25)


class TestSpike:
    def test_is_absorbed_by_the_queue_and_sinks_the_app_without_it(self) -> None:
        inline, queued = (play(site(queued=queued, spike=12, seconds=40)).snapshot() for queued in (False, True))
        assert of_class(inline, "page")[1] > 50
        assert queued.lost == 0

    def test_makes_the_queue_longer_and_not_the_answers_slower(self) -> None:
        world = World(site(spike=20), [3])
        depths = []
        for _ in range(350):
            world.step()
            if world.tick % 10 == 0:
                queue = world.snapshot().queue
                assert queue is not None
                depths.append(queue.depth)
        assert max(depths[:19]) < 8
        assert max(depths[24:27]) > 20
        assert depths[-1] < 5
        assert p99(world.snapshot(), "video") < 100


class TestOutage:
    outage = (Fault("blip", 15.0, "worker", lasts=12.0),)

    def test_of_the_workers_loses_nothing_that_has_time(self) -> None:
        seen = play(site(faults=self.outage, seconds=40)).snapshot()
        assert seen.lost == 0

    @pytest.mark.parametrize("job_ms", [300.0, 2_000.0])
    def test_beyond_the_visibility_time_out_does_again_what_was_in_hand(self, job_ms: float) -> None:
        """Workers whom nobody reaches do what they have, and cannot delete it."""
        outage = (Fault("blip", 15.0, "worker", lasts=12.0),)
        job = replace(VIDEO, job_ms=job_ms, job_seconds=60.0)
        busy = site(faults=outage, job=job, seconds=40, videos=5_000 / job_ms)
        short, long = (play(busy, {0: Set("queue.visibility", seconds)}).snapshot().queue for seconds in (10.0, 30.0))
        assert short is not None
        assert long is not None
        assert (long.redelivered, long.duplicates) == (0, 0)
        assert 1 <= short.duplicates == short.redelivered <= 6

    def test_of_one_worker_leaves_the_others_their_messages(self) -> None:
        outage = (Fault("blip", 15.0, "worker-1", lasts=12.0),)
        job = replace(VIDEO, job_ms=2_000, job_seconds=60.0)
        world = play(site(faults=outage, job=job, seconds=40, videos=2), {0: Set("queue.visibility", 10.0)})
        seen = world.snapshot().queue
        assert seen is not None
        assert 1 <= seen.redelivered <= 2
        assert seen.wait.p95 < 2_000

    def test_loses_what_has_no_time(self) -> None:
        hurried = replace(VIDEO, job_seconds=5.0)
        seen = play(site(faults=self.outage, job=hurried, seconds=40)).snapshot()
        lost = lost_by_cause(seen)
        assert lost["job-late", "queue"] > 10
        assert sum(lost.values()) == seen.lost == of_class(seen, "video")[1]

    def test_is_announced_before_the_first_job_is_lost(self) -> None:
        world = World(site(workers=0), [3])
        warned = lost = 0.0
        while not lost:
            world.step()
            for said in world.happenings():
                if said.kind == "backlog":
                    warned = warned or said.tick / 10
            lost = world.tick / 10 if world.score().lost else 0.0
        assert warned == pytest.approx(VIDEO.job_seconds * cat.BACKLOG_WARNING_SHARE, abs=2)
        assert lost == pytest.approx(VIDEO.job_seconds, abs=1)

    def test_messages_wait_without_workers_and_are_done_once_they_come(self) -> None:
        seen = play(site(workers=0, videos=1, seconds=30), {80: Add("worker", 2, "small")}).snapshot()
        assert seen.lost == 0
        assert seen.queue is not None
        assert seen.queue.accepted == of_class(seen, "video")[0] > 15


class TestAtLeastOnce:
    def test_a_dead_workers_jobs_come_back_after_the_visibility_time_out(self) -> None:
        crash = (Fault("crash", 20.0, "worker-1"), Fault("crash", 22.0, "worker-2"))
        script: dict[int, Order] = {5: Set("queue.visibility", 8.0)}
        world = play(site(faults=crash, videos=13, workers=4, seconds=30), script)
        seen = world.snapshot()
        assert seen.lost == 0
        assert seen.queue is not None
        assert seen.queue.redelivered >= 1
        assert any("back after 8 s" in said.text for said in world.happenings())

    def test_a_time_out_shorter_than_the_job_does_it_twice_and_payments_are_lost(self) -> None:
        seen = play(site(job=PAYMENT, videos=1, workers=4, seconds=30), {0: Set("queue.visibility", 1.0)}).snapshot()
        lost = lost_by_cause(seen)
        assert lost["done-twice", "worker"] > 0.5 * of_class(seen, "pay")[0]

    def test_thumbnails_may_be_done_twice(self) -> None:
        harmless = replace(PAYMENT, doubles=True)
        world = play(site(job=harmless, videos=1, workers=4, seconds=30), {0: Set("queue.visibility", 1.0)})
        seen = world.snapshot()
        assert seen.queue is not None
        assert seen.queue.duplicates > 10
        assert seen.lost == 0
        assert any(said.text.endswith("no harm here") and said.weight == 0 for said in world.happenings())

    def test_an_idempotent_handler_counts_once_and_costs_the_workers_time(self) -> None:
        scenario = site(job=PAYMENT, videos=1, workers=4, seconds=30)
        world = World(scenario, [3])
        world.apply(Set("queue.visibility", 1.0))
        world.apply(Set("queue.idempotent.pay", 1.0))
        while not (world.over() and world.in_flight() == 0):
            world.step()
        seen = world.snapshot()
        assert seen.queue is not None
        assert seen.queue.absorbed > 10
        assert seen.queue.duplicates == 0
        said = {said.kind: said.weight for said in world.happenings()}
        assert said["absorbed"] == 0
        assert "duplicates" not in said
        assert ("done-twice", "worker") not in lost_by_cause(seen)
        assert seen.queue.sojourn.mean > PAYMENT.job_ms

    def test_poison_ends_with_the_dead_letters(self) -> None:
        poisoned = replace(VIDEO, poison=0.2)
        script: dict[int, Order] = {0: Set("queue.visibility", 1.0), 1: Set("queue.max-receives", 3.0)}
        world = play(site(job=poisoned, videos=3), script)
        seen = world.snapshot()
        assert seen.queue is not None
        lost = lost_by_cause(seen)
        assert lost["dead-letter", "queue"] == seen.queue.dead_letters
        assert lost["dead-letter", "queue"] == pytest.approx(0.2 * seen.queue.accepted, rel=0.4)
        assert [said.kind for said in world.happenings()].count("dead_letters") == 1


class TestWorkers:
    def test_one_that_is_removed_finishes_what_it_has(self) -> None:
        long = replace(VIDEO, job_ms=6_000, job_seconds=60.0)
        world = World(site(job=long, videos=0.5, workers=2), [3])
        for _ in range(150):
            world.step()
        world.apply(Remove("worker"))
        states = []
        while any(machine.name == "worker-2" for machine in world.snapshot().machines):
            states += [machine.state for machine in world.snapshot().machines if machine.name == "worker-2"]
            world.step()
        assert set(states[1:]) == {"draining"}
        assert len(states) > 10 * cat.DRAIN_SECONDS
        while not (world.over() and world.in_flight() == 0):
            world.step()
        seen = world.snapshot()
        assert seen.queue is not None
        assert (seen.queue.redelivered, seen.lost) == (0, 0)

    def test_that_leave_are_not_meant_by_orders_to_the_rest(self) -> None:
        long = replace(VIDEO, job_ms=6_000, job_seconds=60.0)
        world = World(site(job=long, videos=1, workers=3), [3])
        for _ in range(150):
            world.step()
        world.apply(Remove("worker", 2))
        world.step()
        assert world.refusal(Resize("worker-3", "medium")) == "worker-3 is leaving"
        assert world.refusal(Restart("worker-2")) == "worker-2 is leaving"
        assert world.refusal(Remove("worker-3")) == "worker-3 is leaving"
        for order in (Resize("worker", "medium"), Resize("worker", "large", rolling=True)):
            price = world.quote(order).price_change
            assert price <= cat.SIZES["large"].price - cat.SIZES["small"].price
            assert world.refusal(order) is None
            world.apply(order)
            for _ in range(100):
                world.step()
        while [m.size for m in world.snapshot().machines if m.pool == "worker"] != ["large"]:
            world.step()
            assert world.tick < 800
        world.apply(Remove("worker"))
        world.step()
        assert world.refusal(Remove("worker")) == "worker is leaving"
        assert world.refusal(Resize("worker", "small")) == "worker is leaving"

    def test_one_that_dies_while_it_leaves_does_not_come_back(self) -> None:
        world = World(site(workers=2, faults=(Fault("zone-outage", 15.0, "a", lasts=2.0),)), [3])
        while world.tick < 149:
            world.step()
        world.apply(Remove("worker"))
        for _ in range(100):
            world.step()
        assert not [machine for machine in world.snapshot().machines if machine.name == "worker-2"]

    def test_are_busy_as_the_jobs_say_and_are_paid_for(self) -> None:
        seen = play(site(videos=4, workers=2, pages=5)).snapshot()
        worker = next(pool for pool in seen.pools if pool.name == "worker")
        assert worker.mean_utilisation == pytest.approx(4 * 0.502 / 4, rel=0.15)
        assert sum(amount for _, amount in seen.money_micro) == seen.cost_micro

    def test_a_message_costs_what_the_catalogue_says(self) -> None:
        idle, used = (play(site(videos=videos, job=tiny_job, seconds=20)).snapshot() for videos in (0.0, 400.0))
        more = used.cost_micro - idle.cost_micro
        assert used.queue is not None
        longer = (used.tick - idle.tick) * sum(rent_a_tick(machine.price) for machine in used.machines)
        assert more - longer == pytest.approx(used.queue.accepted * cat.QUEUE_PRICE_PER_MILLION, abs=1)

    def test_the_queue_says_how_many_messages_come_a_second(self) -> None:
        world = play(site(videos=40.0, job=tiny_job), ticks=50)
        rates, accepted = [], []
        for _ in range(100):
            world.step()
            queue = world.snapshot().queue
            assert queue is not None
            rates.append(queue.accepted_rate)
            accepted.append(queue.accepted)
        assert sum(rates) / len(rates) == pytest.approx((accepted[-1] - accepted[0]) / 9.9, rel=0.1)

    def test_an_autoscaler_follows_the_backlog(self) -> None:
        busy = site(pages=5, videos=12, workers=1, seconds=60)
        script: dict[int, Order] = {10: Autoscale("worker", 1, 8, 70.0)}
        alone, scaled = (play(busy, orders, ticks=700).snapshot() for orders in (None, script))
        assert of_class(alone, "video")[1] > 100
        assert of_class(scaled, "video")[1] < 0.2 * of_class(alone, "video")[1]
        assert len([machine for machine in scaled.machines if machine.pool == "worker"]) > 1


tiny_job = RequestClass("video", "/video", cpu_ms=1, job_ms=1, job_seconds=20.0)


def rent_a_tick(price: float) -> int:
    return int(price * 1_000_000 / 600 + 0.5)


class TestOrders:
    def test_a_queue_is_set_up_and_taken_away_and_nothing_is_lost(self) -> None:
        script: dict[int, Order] = {50: PlaceQueue("video"), 300: RemoveQueue("video")}
        world = play(site(queued=False, workers=2, videos=2, seconds=40), script)
        seen = world.snapshot()
        assert seen.queue is not None
        assert seen.queue.accepted == pytest.approx(2 * (30 - 5 - cat.PLACE_SECONDS), rel=0.4)
        assert seen.queue.depth == seen.queue.in_work == 0
        assert not [loss for loss in seen.losses if loss.place in ("queue", "worker")]

    def test_setting_one_up_can_be_cancelled(self) -> None:
        world = World(site(queued=False), [3])
        world.apply(PlaceQueue("video"))
        (order,) = world.snapshot().orders
        world.apply(Cancel(order.number))
        for _ in range(100):
            world.step()
        assert world.snapshot().queue is None

    @pytest.mark.parametrize(
        ("order", "why"),
        [
            (PlaceQueue("page"), "page has no slow work that could wait; video can be queued"),
            (PlaceQueue("film"), "there is no class 'film'; video can be queued"),
            (PlaceQueue("video"), "video is queued already"),
            (RemoveQueue("page"), "page has no slow work that could wait; video can be queued"),
            (Set("queue.idempotent.page", 1.0), "page has no slow work that could wait; video can be queued"),
        ],
    )
    def test_are_refused_in_a_sentence(self, order: Order, why: str) -> None:
        assert World(site(), [3]).refusal(order) == why

    def test_of_workers_are_refused_where_nothing_can_wait(self) -> None:
        scenario = replace(site(queued=False, workers=0), classes=(PAGE, replace(VIDEO, job_ms=0.0)))
        world = World(scenario, [3])
        assert world.refusal(Add("worker")) is not None
        assert world.refusal(PlaceQueue("video")) == "nothing here is slow work that could wait"
        assert world.refusal(Set("queue.visibility", 5.0)) is not None

    def test_say_what_follows(self) -> None:
        world = World(site(queued=False, workers=0), [3])
        quote = world.quote(PlaceQueue("video"))
        assert quote.delay == cat.PLACE_SECONDS
        assert "messages wait until there are workers" in quote.consequence
        assert "20 s" in quote.consequence
        assert "nothing to do until a class is queued" in world.quote(Add("worker")).consequence
        busy = World(site(videos=8, workers=2), [3])
        for _ in range(200):
            busy.step()
        assert "back after 30 s" in busy.quote(Restart("worker-1")).consequence
        assert "finishes what it has in hand" in busy.quote(Remove("worker")).consequence
        assert busy.quote(Resize("worker", "medium")).downtime == 0.0

    def test_of_a_rolling_resize_need_no_balancer(self) -> None:
        seen = play(site(videos=2, workers=3, pages=5), {50: Resize("worker", "medium", rolling=True)}).snapshot()
        assert {machine.size for machine in seen.machines if machine.pool == "worker"} == {"medium"}
        assert seen.queue is not None
        assert (seen.queue.redelivered, seen.lost) == (0, 0)


builds = st.lists(
    st.tuples(
        st.integers(0, 80),
        st.sampled_from(
            [
                PlaceQueue("video"),
                RemoveQueue(),
                Add("worker", 2),
                Remove("worker"),
                Restart("worker-1"),
                Set("queue.visibility", 0.4),
                Resize("worker-1", "medium"),
            ]
        ),
    ),
    max_size=6,
)


@settings(max_examples=6, deadline=None, derandomize=True)
@given(mine=builds, theirs=builds, job=st.sampled_from([VIDEO, tiny_job]))
def test_a_run_alone_is_the_run_among_others_that_queue_or_do_not(
    mine: list[tuple[int, Order]], theirs: list[tuple[int, Order]], job: RequestClass
) -> None:
    scenario = replace(site(queued=False, workers=0, job=job, videos=8), slo_latency_ms=400)
    alone, among = World(scenario, [5]), World(scenario, [8, 5, 2])
    for tick in range(100):
        for world, run, script in ((alone, 0, mine), (among, 1, mine), (among, 0, theirs)):
            for when, order in script:
                if when == tick and world.refusal(order, run) is None:
                    world.apply(order, run)
        alone.step()
        among.step()
        if tick % 7 == 0:
            alone.snapshot()
    assert among.state_hash(1) == alone.state_hash()
