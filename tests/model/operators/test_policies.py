"""Time-outs, retries, breakers and shedding: what operators set between servers and database, and at the servers' door.

The database serves 100 calls a second; all slots of a server are 50.
"""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import Size
from scalegame.model.orders import Restart, Set, Shard
from scalegame.model.scenario import Algorithm, Fault, PoolPlan, RequestClass, Retries, Scenario, Traffic
from scalegame.model.snapshot import CallsView
from scalegame.model.world import World
from tests.model.oracle import rows
from tests.model.plain_worlds import give, go_on, lost, machine, pool

SERVER = Size("lab", cores=1, slots=50, backlog=20, price=1.0)
ROOMY = Size("lab", cores=1, slots=1000, backlog=20, price=1.0)
DATABASE = Size("db", cores=1, slots=10**6, backlog=0, price=1.0)


def shop(rate: float = 60, machines: int = 1, faults: tuple[Fault, ...] = (), size: Size = SERVER) -> Scenario:
    door: Algorithm | None = "round-robin" if machines > 1 else None
    return pool(machines, rate=rate, cpu_ms=2, db_ms=10, database=DATABASE, size=size, algorithm=door, faults=faults)


def under(scenario: Scenario, seeds: int = 1, **knobs: float) -> World:
    """A world whose knobs stand so from the start; a _ for each dot."""
    world = World(scenario, range(1, seeds + 1))
    for run in range(seeds):
        for name, value in knobs.items():
            order = Set(KEYS[name], value)
            assert world.refusal(order, run) is None
            world.apply(order, run)
    return world


KEYS = {
    "timeout": "timeout.database",
    "retries": "retries.database",
    "backoff": "retries.backoff",
    "jitter": "retries.jitter",
    "budget": "retries.budget",
    "breaker": "breaker",
    "opens_for": "breaker.open",
    "shed": "shed",
    "retry_after": "shed.retry-after",
}


def calls(world: World, run: int = 0) -> CallsView:
    seen = world.snapshot(run).calls
    assert seen is not None
    return seen


def good_rate(world: World, seconds: float) -> float:
    before = world.score().good
    go_on(world, seconds)
    return (world.score().good - before) / seconds


def sharded(shards: int = 4, faults: tuple[Fault, ...] = (), **of_class: bool) -> Scenario:
    """400 calls a second to shards that are hardly busy."""
    plain = shop(rate=400, machines=2, faults=faults, size=dataclasses.replace(ROOMY, cores=4))
    start = dataclasses.replace(plain.start, database=PoolPlan("db", shards))
    kind = dataclasses.replace(plain.classes[0], db_read_ms=2.0, **of_class)  # type: ignore[arg-type]  # fan_out alone
    return dataclasses.replace(plain, start=start, classes=(kind,), slo_latency_ms=1e6)


# Time-outs -----------------------------------------------------------------------------------------------------------


def test_a_time_out_frees_the_slot_and_the_database_works_on() -> None:
    slow = (Fault("slow", 5.0, "database", factor=5.0, lasts=60.0),)
    patient = go_on(under(shop(faults=slow)), 20)
    hasty = go_on(under(shop(faults=slow), timeout=300), 20)
    assert machine(patient.snapshot(), "app-1").held >= 49
    assert machine(hasty.snapshot(), "app-1").held < 25
    assert lost(patient.snapshot(), "refused") > 100
    assert lost(hasty.snapshot(), "refused") == 0
    assert calls(hasty).wasted > 300
    assert machine(hasty.snapshot(), "db-1").waiting > 300


def test_what_times_out_is_lost_at_the_database() -> None:
    world = go_on(under(shop(faults=(Fault("slow", 5.0, "database", factor=5.0, lasts=60.0),)), timeout=300), 20)
    losses = {(loss.cause, loss.place) for loss in world.snapshot().losses}
    assert losses == {("time-out", "database")}


def test_a_time_out_that_nothing_reaches_changes_nothing() -> None:
    plain = go_on(under(shop(rate=40)), 20)
    watched = go_on(under(shop(rate=40), timeout=5000), 20)
    assert watched.snapshot().losses == plain.snapshot().losses == ()
    assert watched.snapshot().latency == plain.snapshot().latency
    assert machine(watched.snapshot(), "app-1").held == machine(plain.snapshot(), "app-1").held
    assert plain.snapshot().calls is None


@pytest.mark.parametrize(("fan_out", "stuck"), [(False, 0.25), (True, 1.0)])
def test_what_waits_at_a_stuck_shard_times_out_while_the_others_answer(fan_out: bool, stuck: float) -> None:
    """Whoever asks all shards waits for the one."""
    world = under(sharded(faults=(Fault("blip", 20.0, "db-2", lasts=8.0),), fan_out=fan_out), timeout=1000)
    go_on(world, 20.9)
    assert lost(world.snapshot(), "time-out") == 0
    go_on(world, 2.1)
    before = lost(world.snapshot(), "time-out")
    counted = 0.0
    for _ in range(4):
        go_on(world, 1)
        counted += calls(world).time_out_rate
    fates = lost(world.snapshot(), "time-out") - before
    assert fates == pytest.approx(stuck * 400 * 4, rel=0.1)
    assert counted == pytest.approx(fates, rel=0.1)
    # What nobody waits for holds no slot: a second's worth does.
    held = sum(view.held for view in world.snapshot().machines)
    assert held == pytest.approx(stuck * 400, rel=0.2)


def test_who_tries_a_stuck_shard_again_waits_there_again() -> None:
    scenario = sharded(faults=(Fault("blip", 20.0, "db-2", lasts=20.0),))
    world = go_on(under(scenario, timeout=1000, retries=1, backoff=100), 26)
    before = lost(world.snapshot(), "time-out")
    go_on(world, 10)
    assert lost(world.snapshot(), "time-out") - before == pytest.approx(100 * 10, rel=0.15)


@pytest.mark.parametrize("fan_out", [False, True])
def test_slots_add_up_over_shards_that_fail_and_come_and_go(fan_out: bool) -> None:
    faults = (
        Fault("slow", 2.0, "db-1", factor=8.0, lasts=4.0),
        Fault("crash", 8.0, "db-2"),
        Fault("blip", 42.0, "db-1", lasts=2.0),
    )
    world = under(sharded(2, faults, fan_out=fan_out), timeout=400, retries=2, backoff=150)
    for tick in range(800):
        if tick == 460:
            give(world, Shard(1))
        world.step()
        books = world.site.calls
        outstanding = float((books.taken[0] - books.given_up[0]).sum() + books.waiting[0].sum())
        assert sum(view.held for view in world.snapshot().machines) == pytest.approx(outstanding, abs=4)
    assert [view.name for view in world.snapshot().machines if view.pool == "database"] == ["db-1"]


def test_slots_are_taken_by_calls_that_are_waited_for_and_by_no_others() -> None:
    """At each tick, through a slow spell, a crash and a blip."""
    faults = (
        Fault("slow", 2.0, "database", factor=4.0, lasts=4.0),
        Fault("crash", 9.0, "database"),
        Fault("blip", 40.0, "database", lasts=2.0),
    )
    world = under(shop(faults=faults), timeout=400, retries=2, backoff=150)
    for _ in range(450):
        world.step()
        books = world.site.calls
        outstanding = float((books.taken[0] - books.given_up[0]).sum())
        waiting = float(books.waiting[0].sum())
        held = machine(world.snapshot(), "app-1").held
        assert 0 <= held <= 65  # slots, and what starts within a tick
        assert held == pytest.approx(outstanding + waiting, abs=3)
        assert (books.ended[0] <= books.given_up[0]).all()
        assert (books.given_up[0] <= books.taken[0]).all()


# Retries -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("budget", "most"), [(0, 4.0), (10, rows()["retries-124"].value), (50, 1.5)])
def test_a_budget_bounds_what_retries_make_of_an_outage(budget: float, most: float) -> None:
    """Row retries-124: 1 + budget, where everything fails; without a budget all attempts are made."""
    world = under(shop(faults=(Fault("crash", 5.0, "database"),)), retries=3, budget=budget, backoff=50)
    go_on(world, 12)
    tried = fresh = 0.0
    for _ in range(150):
        world.step()
        tried += float(world.site.calls.attempts[0].sum())
        fresh += float(world.site.calls.attempts[0, 0])
    assert tried / fresh == pytest.approx(most, rel=0.03)


@pytest.mark.parametrize("jitter", [0, 1])
def test_retries_bridge_a_short_absence_of_the_database(jitter: float) -> None:
    faults = (Fault("crash", 5.0, "database"),)
    seen = []
    for retries in (0, 5):
        world = under(shop(rate=30, faults=faults, size=ROOMY), retries=retries, backoff=800, jitter=jitter)
        go_on(world, 5.2)
        give(world, Restart("db-1"))
        seen.append(go_on(world, 30).snapshot())
    without, bridged = seen
    assert lost(without, "down") == pytest.approx(30 * 6, rel=0.3)
    assert bridged.lost < without.lost / 4
    assert bridged.latency.p99 > without.latency.p99


def test_without_jitter_those_who_failed_together_come_back_together() -> None:
    """Of 200 a second, those of half a second fail; a second later they are there again, on top of the others."""

    def most_at_once(jitter: float) -> float:
        """Calls in the busiest half second."""
        quick = dataclasses.replace(DATABASE, cores=4)
        base = shop(rate=200, faults=(Fault("crash", 5.0, "database"),), size=ROOMY)
        base = dataclasses.replace(base, sizes={**base.sizes, "db": quick})
        world = under(base, retries=1, backoff=7000, jitter=jitter)
        go_on(world, 5.3)
        give(world, Restart("db-1"))
        go_on(world, 6)
        come = []
        for _ in range(30):
            before = float(world.site.calls.taken[0].sum())
            go_on(world, 0.5)
            come.append(float(world.site.calls.taken[0].sum()) - before)
        return max(come)

    assert most_at_once(0) > 1.3 * most_at_once(1)


def test_a_retry_holds_its_slot_while_it_waits() -> None:
    faults = (Fault("crash", 5.0, "database"),)
    quick = go_on(under(shop(faults=faults)), 10)
    stubborn = go_on(under(shop(faults=faults), retries=3, backoff=1000), 10)
    assert machine(quick.snapshot(), "app-1").held == 0
    assert machine(stubborn.snapshot(), "app-1").held >= 45
    assert lost(stubborn.snapshot(), "refused") > 50


# The breaker ---------------------------------------------------------------------------------------------------------


def test_an_open_breaker_fails_fast_and_closes_when_the_database_is_back() -> None:
    faults = (Fault("crash", 5.0, "database"),)
    world = under(shop(faults=faults), retries=3, backoff=1000, breaker=1, opens_for=3)
    go_on(world, 9)
    assert calls(world).breaker == "open"
    assert machine(world.snapshot(), "app-1").held < 25
    assert lost(world.snapshot(), "breaker") > 50
    give(world, Restart("db-1"))
    go_on(world, 15)
    assert calls(world).breaker == "closed"
    assert good_rate(world, 5) == pytest.approx(60, rel=0.15)
    said = [h.text for h in world.happenings() if h.kind == "breaker"]
    assert "opened" in said[0]
    assert "closed" in said[-1]


def test_a_breaker_probes_and_opens_again_while_the_database_is_away() -> None:
    world = under(shop(faults=(Fault("crash", 5.0, "database"),)), breaker=1, opens_for=2)
    states = set()
    for _ in range(200):
        world.step()
        states.add(calls(world).breaker)
    said = [h.text for h in world.happenings() if h.kind == "breaker"]
    assert states == {"closed", "open", "half-open"}
    assert sum("opened" in text for text in said) >= 3


def test_a_slow_database_is_no_failure_to_a_breaker_without_a_time_out() -> None:
    slow = (Fault("slow", 5.0, "database", factor=6.0, lasts=60.0),)
    blind = go_on(under(shop(faults=slow), breaker=1), 20)
    seeing = go_on(under(shop(faults=slow), breaker=1, timeout=300), 20)
    assert not [h for h in blind.happenings() if h.kind == "breaker"]
    assert [h for h in seeing.happenings() if h.kind == "breaker"]


@pytest.mark.slow
def test_classes_that_call_nobody_live_on_behind_an_open_breaker() -> None:
    base = shop(faults=(Fault("crash", 5.0, "database"),))
    both = dataclasses.replace(
        base,
        classes=(*base.classes, RequestClass("static", cpu_ms=2)),
        traffic=(*base.traffic, Traffic("static", ((0.0, 40.0), (1000.0, 40.0)))),
    )
    stubborn = go_on(under(both, retries=5, backoff=2000), 25).snapshot()
    broken = go_on(under(both, retries=5, backoff=2000, breaker=1), 25).snapshot()
    served = {view.name: view.good / view.offered for view in broken.classes}
    starved = {view.name: view.good / view.offered for view in stubborn.classes}
    assert served["static"] > 0.95
    assert starved["static"] < 0.8


# Shedding ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", [None, "round-robin", "least-connections"])
def test_shedding_keeps_the_queue_as_long_as_it_may_be(algorithm: str | None) -> None:
    """Half as much again comes as can be served: without it all wait longer and longer, with it a third is told so."""
    machines = 1 if algorithm is None else 4
    scenario = pool(machines, rate=150 * machines, cpu_ms=10, algorithm=algorithm)  # type: ignore[arg-type]  # a name of an algorithm
    scenario = dataclasses.replace(scenario, slo_latency_ms=1000.0)
    drowned = go_on(under(scenario), 30).snapshot()
    shed = go_on(under(scenario, shed=200), 30).snapshot()
    assert drowned.good < drowned.offered / 4
    assert shed.good / shed.offered == pytest.approx(100 / 150, rel=0.08)
    assert lost(shed, "shed") == shed.lost
    assert shed.latency.p99 < 400


def test_nothing_is_shed_that_need_not_wait() -> None:
    seen = go_on(under(pool(rate=50, cpu_ms=10), shed=500), 30).snapshot()
    assert seen.lost == 0


def test_classes_that_matter_less_are_shed_first() -> None:
    base = pool(rate=70, cpu_ms=10)
    both = dataclasses.replace(
        base,
        classes=(*base.classes, RequestClass("report", cpu_ms=10)),
        traffic=(*base.traffic, Traffic("report", ((0.0, 70.0), (1000.0, 70.0)))),
    )
    world = World(both, [1])
    give(world, Set("shed.page", 500))
    give(world, Set("shed.report", 50))
    seen = go_on(world, 30).snapshot()
    served = {view.name: view.good / view.offered for view in seen.classes}
    assert served["page"] > 0.95
    assert served["report"] < 0.6


def test_who_was_told_to_come_back_later_comes_no_sooner() -> None:
    burst = Traffic("page", ((0.0, 50.0), (5.0, 50.0), (5.0, 400.0), (6.0, 400.0), (6.0, 50.0), (1000.0, 50.0)))
    scenario = dataclasses.replace(pool(rate=50, cpu_ms=10, retries=Retries(3, 100.0)), traffic=(burst,))

    def attempts(told: float) -> list[float]:
        """Retries in each second."""
        world = under(scenario, shed=100, retry_after=told)
        counts = []
        for _ in range(20):
            before = world.site.books.state.attempts.sum() - world.site.books.state.born.sum()
            go_on(world, 1)
            world.catch_up()
            counts.append(float(world.site.books.state.attempts.sum() - world.site.books.state.born.sum() - before))
        return counts

    at_once, later = attempts(0), attempts(8)
    assert sum(at_once[5:8]) > 150
    assert sum(later[5:12]) < 20
    assert sum(later[12:16]) > 150


# Knobs ---------------------------------------------------------------------------------------------------------------


def test_what_makes_no_sense_is_refused_with_a_reason() -> None:
    lone = World(pool(rate=10), [1])
    assert lone.refusal(Set("timeout.database", 100)) == "nothing here calls a database"
    assert "nobody to tell" in str(lone.refusal(Set("shed.retry-after", 5)))
    assert lone.refusal(Set("shed.retry-after", 0)) is None
    assert lone.refusal(Set("retries.database", 9)) is not None


def test_each_knob_says_what_follows() -> None:
    world = World(shop(), [1])
    give(world, Set("retries.budget", 10))
    for key, value, word in (
        ("timeout.database", 300, "300 ms"),
        ("retries.database", 3, "1.1 times"),
        ("breaker", 1, "50 %"),
        ("shed", 200, "turned away"),
    ):
        assert word in world.quote(Set(key, value)).consequence


def test_knobs_at_rest_again_leave_nothing_behind() -> None:
    world = under(shop(), timeout=200, retries=3, breaker=1)
    go_on(world, 5)
    for key in ("timeout.database", "retries.database", "breaker"):
        give(world, Set(key, 0))
    go_on(world, 1)
    untouched = go_on(World(shop(), [1]), 6)
    assert world.snapshot().calls is None
    assert world.state_hash()["calls"] == untouched.state_hash()["calls"]


def test_a_run_with_policies_is_the_same_alone_and_among_runs_without() -> None:
    scenario = shop(machines=2, faults=(Fault("slow", 1.0, "database", factor=5.0, lasts=3.0),))
    scenario = dataclasses.replace(
        scenario, classes=(dataclasses.replace(scenario.classes[0], retries=Retries(2, 300.0), timeout_ms=800.0),)
    )
    orders = [Set("timeout.database", 150), Set("retries.database", 2), Set("breaker", 1), Set("shed", 100)]
    orders.append(Set("shed.retry-after", 2))
    alone, crowd = World(scenario, [7]), World(scenario, [3, 7, 9])
    for order in orders:
        alone.apply(order)
        crowd.apply(order, 1)
    crowd.apply(Set("retries.jitter", 0), 2)
    crowd.apply(Set("retries.database", 5), 2)
    go_on(alone, 10)
    go_on(crowd, 10)
    assert alone.state_hash() == crowd.state_hash(1)
    calm = go_on(World(scenario, [3]), 10)
    assert calm.state_hash() == crowd.state_hash(0)


def test_calls_to_shards_are_the_same_among_runs_that_have_more_machines() -> None:
    scenario = sharded(2, (Fault("blip", 2.0, "db-2", lasts=3.0), Fault("crash", 7.0, "db-1")))
    alone, crowd = World(scenario, [7]), World(scenario, [3, 7])
    give(crowd, Shard(4))
    for world, run in ((alone, 0), (crowd, 1)):
        for order in (Set("timeout.database", 300), Set("retries.database", 2)):
            world.apply(order, run)
        go_on(world, 10)
    assert alone.state_hash() == crowd.state_hash(1)
