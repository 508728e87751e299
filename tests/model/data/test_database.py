"""Replicas that lag, a standby that takes over, shards of which one is hot, connections that run out."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from scalegame.model import catalogue as cat
from scalegame.model.catalogue import SIZES, Size
from scalegame.model.data.shards import shard_shares
from scalegame.model.numbers.exact import Floats
from scalegame.model.orders import Add, Cancel, MoveData, Order, Remove, Resize, Restart, Set, Shard
from scalegame.model.scenario import BalancerPlan, Fault, PoolPlan, RequestClass, Scenario, Start, Traffic
from scalegame.model.snapshot import Snapshot, StoreView
from scalegame.model.state import Tier
from scalegame.model.world import World
from tests.model.plain_worlds import after, give, go_on, lost, machine, seconds_until
from tests.model.watched_walks import Walk, watch_walks

APP = Size("box", cores=8, slots=4000, backlog=1000, price=1.0)
DATABASE = Size("lab-db", cores=4, slots=10**6, backlog=0, price=1.0)
NOTICE = (cat.SETTINGS["health.threshold"].start - 1) * cat.SETTINGS["health.interval"].start
"""Seconds that the health check takes at least, and an interval more at most."""


def shop(
    *,
    reads: float = 100.0,
    writes: float = 50.0,
    read_ms: float = 10.0,
    write_ms: float = 10.0,
    searches: float = 0.0,
    shards: int = 1,
    replicas: int = 0,
    standby: bool = False,
    skew: float = 0.0,
    stale_ms: float = 1e12,
    size: Size = DATABASE,
    apps: int = 2,
    app: Size = APP,
    faults: tuple[Fault, ...] = (),
    seconds: float = 1000.0,
) -> Scenario:
    """Reads, writes and searches of everything, in front of a database."""
    classes = {
        "read": (RequestClass("read", cpu_ms=1, db_read_ms=read_ms, skew=skew, stale_ms=stale_ms), reads),
        "search": (RequestClass("search", cpu_ms=1, db_read_ms=read_ms, fan_out=True), searches),
        "write": (RequestClass("write", cpu_ms=1, db_write_ms=write_ms, skew=skew), writes),
    }
    coming = {name: (kind, rate) for name, (kind, rate) in classes.items() if rate}
    return Scenario(
        seconds=seconds,
        classes=tuple(kind for kind, _ in coming.values()),
        traffic=tuple(Traffic(name, ((0.0, rate), (seconds, rate))) for name, (_, rate) in coming.items()),
        start=Start(
            app=PoolPlan(app.name, apps),
            database=PoolPlan(size.name, shards),
            replica=PoolPlan(size.name, replicas) if replicas else None,
            standby=PoolPlan(size.name) if standby else None,
            balancer=BalancerPlan("l4", "random", 1, "wire"),
        ),
        sizes={**SIZES, app.name: app, size.name: size},
        ladder=(size.name, app.name, "small", "medium", "large"),
        faults=faults,
    )


def crash(second: float, target: str = "db-1") -> tuple[Fault, ...]:
    return (Fault("crash", second, target),)


def store(seen: Snapshot, name: str) -> StoreView:
    return next(view for view in seen.database.stores if view.name == name)


def latency(seen: Snapshot, name: str) -> float:
    return next(kind.latency.mean for kind in seen.classes if kind.name == name)


# Replicas ------------------------------------------------------------------------------------------------------------


def test_replicas_take_the_reads_and_the_primary_keeps_the_writes() -> None:
    seen = after(shop(reads=200, writes=50, replicas=2), 30).snapshot()
    assert machine(seen, "db-1").arrival_rate == pytest.approx(50, rel=0.3)
    assert machine(seen, "replica-1").arrival_rate == pytest.approx(100, rel=0.3)
    assert seen.lost == 0


def test_a_share_of_the_reads_can_stay_at_the_primary() -> None:
    world = after(shop(reads=200, writes=50, replicas=1), 2)
    give(world, Set("replica.reads", 25.0))
    seen = go_on(world, 30).snapshot()
    assert machine(seen, "replica-1").arrival_rate == pytest.approx(50, rel=0.3)
    assert machine(seen, "db-1").arrival_rate == pytest.approx(200, rel=0.2)


def test_a_new_replica_copies_first_and_then_takes_its_share() -> None:
    world = after(shop(reads=200, writes=20), 10)
    give(world, Add("replica", 2))
    go_on(world, 0.1)
    assert seconds_until(world, "replica-1", "up") == pytest.approx(cat.SEED_SECONDS, abs=0.2)
    go_on(world, 10)
    assert machine(world.snapshot(), "db-1").arrival_rate == pytest.approx(20, rel=0.4)


def test_reads_go_back_to_the_primary_without_a_lost_request() -> None:
    world = after(shop(reads=200, writes=20, replicas=2), 10)
    give(world, Remove("replica"))
    go_on(world, 5)
    assert {view.name for view in world.snapshot().machines if view.pool == "replica"} == {"replica-1"}
    give(world, Remove("replica-1"))
    seen = go_on(world, 10).snapshot()
    assert machine(seen, "db-1").arrival_rate == pytest.approx(220, rel=0.2)
    assert seen.lost == 0


def test_replicas_that_leave_cannot_be_removed_again() -> None:
    world = after(shop(replicas=2), 5)
    give(world, Remove("replica", 2))
    go_on(world, 0.5)
    assert world.refusal(Remove("replica")) == "replica is leaving"


def test_replicas_do_not_take_writes() -> None:
    """Four cores do 400 writes of 10 ms a second; replicas add nothing to that."""
    alone, helped = (after(shop(reads=0, writes=500, replicas=count), 20).snapshot() for count in (0, 3))
    assert helped.good == pytest.approx(alone.good, rel=0.01)
    assert helped.good / 20 == pytest.approx(400, rel=0.05)


def test_lag_is_short_while_one_core_replays_what_is_written() -> None:
    """100 writes of 10 ms are half a core's replay."""
    seen = after(shop(writes=100, replicas=1), 30).snapshot()
    replica = store(seen, "replica-1")
    assert replica.replay == pytest.approx(100 * 0.010 * cat.REPLAY_SHARE, rel=0.15)
    assert cat.REPLICATION_MS / 1000 <= replica.lag_seconds < 0.5


def test_lag_grows_where_writes_come_faster_than_one_core_replays_them() -> None:
    """300 a second come, 200 are replayed: after 30 s the replica is at what was true a third of that ago, though three
    of its cores are idle."""
    seen = after(shop(reads=10, writes=300, replicas=1), 30).snapshot()
    replayed = 1 / (0.010 * cat.REPLAY_SHARE)
    assert store(seen, "replica-1").lag_seconds == pytest.approx(30 * (1 - replayed / 300), rel=0.1)
    assert store(seen, "replica-1").replay == pytest.approx(1, abs=0.02)


def test_lag_grows_where_reads_leave_the_replay_too_little() -> None:
    """The same writes, and twice the reads that the replica can do."""
    quiet, flooded = (after(shop(reads=rate, writes=100, replicas=1), 20).snapshot() for rate in (50, 800))
    assert store(quiet, "replica-1").lag_seconds < 0.5
    assert store(flooded, "replica-1").lag_seconds > 5


def test_replay_takes_cores_from_the_reads() -> None:
    """Each read takes 4 / (4 - 1/2) times as long."""
    calm, busy = (after(shop(reads=40, writes=rate, replicas=1), 40) for rate in (1, 100))
    assert machine(busy.snapshot(), "replica-1").utilisation == pytest.approx(
        machine(calm.snapshot(), "replica-1").utilisation * 4 / 3.5, rel=0.25
    )
    assert latency(busy.snapshot(), "read") > 1.06 * latency(calm.snapshot(), "read")


def test_what_is_read_behind_the_lag_is_stale() -> None:
    """Every read, once the replica is further behind than they bear; none before."""
    world = after(shop(reads=100, writes=300, replicas=1, stale_ms=3000), 8)
    assert lost(world.snapshot(), "stale") == 0
    go_on(world, 7)
    before = lost(world.snapshot(), "stale")
    seen = go_on(world, 10).snapshot()
    assert lost(seen, "stale") - before == pytest.approx(1000, rel=0.1)
    assert {loss.place for loss in seen.losses} == {"replica"}
    said = [event for event in world.happenings() if event.kind == "stale"]
    assert [event.weight for event in said] == [1]
    assert "answers to read are out of date" in said[0].text


def test_too_late_a_replica_can_be_left_out() -> None:
    world = after(shop(reads=20, writes=300, replicas=1, stale_ms=3000), 2)
    give(world, Set("replica.max-lag", 2.0))
    seen = go_on(world, 30).snapshot()
    assert store(seen, "replica-1").lag_seconds > 3
    assert (store(seen, "replica-1").share, store(seen, "db-1").share) == (0, 1)
    assert seen.lost == 0
    assert machine(seen, "db-1").arrival_rate == pytest.approx(320, rel=0.2)


def test_a_dead_replica_fails_its_reads_until_the_check_notices_and_comes_back_behind() -> None:
    world = after(shop(reads=100, writes=50, replicas=2, faults=crash(10.0, "replica-1")), 20)
    down = lost(world.snapshot(), "down")
    assert 50 * NOTICE * 0.7 <= down <= 50 * (NOTICE + 0.7) * 1.3
    assert store(world.snapshot(), "replica-1").lag_seconds == pytest.approx(10, abs=0.5)
    go_on(world, cat.REPAIR_SECONDS - 9)
    assert store(world.snapshot(), "replica-1").lag_seconds > 20
    go_on(world, 30)
    assert store(world.snapshot(), "replica-1").lag_seconds < 0.5
    assert lost(world.snapshot(), "down") == down


# Standby -------------------------------------------------------------------------------------------------------------


def test_a_standby_takes_over_after_detection_and_promotion() -> None:
    """Without one the repair's time is lost."""
    alone, backed = (after(shop(standby=standby, faults=crash(10.0)), 60) for standby in (False, True))
    rate = 150
    assert lost(alone.snapshot(), "down") == pytest.approx(rate * cat.REPAIR_SECONDS, rel=0.05)
    seconds = lost(backed.snapshot(), "down") / rate
    first = cat.FAILOVER_SECONDS + NOTICE
    assert first - 0.5 <= seconds <= first + cat.SETTINGS["health.interval"].start + 0.5


def test_the_broken_machine_comes_back_as_the_standby() -> None:
    world = after(shop(standby=True, faults=crash(10.0)), 20)
    assert machine(world.snapshot(), "db-1").state == "up"
    assert machine(world.snapshot(), "standby-1").state == "dead"
    go_on(world, cat.REPAIR_SECONDS - 9)
    assert machine(world.snapshot(), "standby-1").state == "up"
    assert store(world.snapshot(), "standby-1").stands_for == "db-1"


def test_a_smaller_standby_is_a_smaller_primary() -> None:
    world = after(shop(faults=crash(30.0)), 1)
    give(world, Add("standby", size="small"))
    go_on(world, 40)
    assert machine(world.snapshot(), "db-1").size == "small"
    assert machine(world.snapshot(), "standby-1").size == DATABASE.name


def test_writes_wait_for_the_standby_and_reads_do_not() -> None:
    alone, backed = (after(shop(standby=standby), 40).snapshot() for standby in (False, True))
    assert latency(backed, "write") - latency(alone, "write") == pytest.approx(cat.STANDBY_MS, abs=0.2)
    assert latency(backed, "read") == pytest.approx(latency(alone, "read"), abs=0.2)


def test_a_standby_stands_in_another_zone_than_its_primary() -> None:
    scenario = shop(shards=2, standby=True)
    spread = dataclasses.replace(scenario, start=dataclasses.replace(scenario.start, zones=2))
    bare = dataclasses.replace(spread, start=dataclasses.replace(spread.start, standby=None))
    world = after(bare, 0.1)
    give(world, Add("standby"))
    for seen in (after(spread, 0.1).snapshot(), go_on(world, 1).snapshot()):
        for number in (1, 2):
            assert machine(seen, f"db-{number}").zone != machine(seen, f"standby-{number}").zone


def test_a_standby_is_paid_for_as_redundancy() -> None:
    seen = after(shop(standby=True, apps=1), 60).snapshot()
    bought = dict(seen.money_micro)
    assert bought["redundancy"] == pytest.approx(DATABASE.price * 1e6, rel=0.01)


def test_a_restart_in_the_meantime_calls_the_failover_off() -> None:
    world = after(shop(standby=True, faults=crash(10.0)), 10.5)
    world.apply(Restart("db-1"))
    go_on(world, 20)
    assert machine(world.snapshot(), "db-1").state == "up"
    assert machine(world.snapshot(), "standby-1").state == "up"


def test_replicas_read_on_while_the_primary_is_dead() -> None:
    world = after(shop(reads=100, writes=20, replicas=1, faults=crash(10.0)), 15)
    before = world.snapshot()
    seen = go_on(world, 10).snapshot()
    assert seen.good - before.good == pytest.approx(1000, rel=0.1)
    assert seen.lost - before.lost == pytest.approx(200, rel=0.2)


def test_a_standby_takes_over_from_a_primary_that_nobody_reaches() -> None:
    """Ten seconds without an answer become those of a failover; a blip shorter than the notice changes nothing."""
    blip = Fault("blip", 10.0, "db-1", lasts=20.0)
    world = after(shop(standby=True, faults=(blip,)), 18)
    assert machine(world.snapshot(), "db-1").state == "up"
    assert machine(world.snapshot(), "standby-1").state == "unreachable"
    before = world.snapshot()
    go_on(world, 10)
    assert world.snapshot().lost == before.lost
    assert world.snapshot().good - before.good == pytest.approx(1500, rel=0.1)
    assert before.lost < 150 * (NOTICE + cat.SETTINGS["health.interval"].start + cat.FAILOVER_SECONDS + 1)
    go_on(world, 5)
    assert machine(world.snapshot(), "standby-1").state == "up"
    short = after(shop(standby=True, faults=(dataclasses.replace(blip, lasts=0.8),)), 25)
    assert not [said for said in short.happenings() if said.kind == "failover"]


@pytest.mark.parametrize("shards", [1, 2])
def test_with_a_standby_a_resize_costs_a_failover_and_no_reboot(shards: int) -> None:
    alone, rolled = (after(shop(standby=True, shards=shards), 5) for _ in range(2))
    quotes = []
    for world, rolling in ((alone, False), (rolled, True)):
        order = Resize("database", "large", rolling=rolling)
        quotes.append(world.quote(order))
        give(world, order)
        go_on(world, 2 * cat.RESIZE_SECONDS + 2)
    assert [quote.downtime for quote in quotes] == [cat.RESIZE_SECONDS, cat.FAILOVER_SECONDS]
    assert quotes[1].price_change == pytest.approx(2 * quotes[0].price_change)
    seen = rolled.snapshot()
    assert {view.size for view in seen.machines if view.pool in ("database", "standby")} == {"large"}
    assert {view.state for view in seen.machines if view.pool in ("database", "standby")} == {"up"}
    assert lost(seen, "down") == pytest.approx(150 * cat.FAILOVER_SECONDS, rel=0.15)
    assert lost(alone.snapshot(), "down") == pytest.approx(150 * cat.RESIZE_SECONDS, rel=0.15)
    assert not seen.orders


def test_a_rolling_resize_is_called_off_without_its_standby() -> None:
    world = after(shop(standby=True), 5)
    give(world, Resize("database", "large", rolling=True))
    go_on(world, 2)
    assert world.refusal(Shard(2)) == "the database is being resized; wait, or cancel it"
    give(world, Remove("standby"))
    seen = go_on(world, 10).snapshot()
    assert machine(seen, "db-1").size == DATABASE.name
    assert not seen.orders
    assert seen.lost == 0


# Copies that are being made ------------------------------------------------------------------------------------------


def disk_loss(second: float) -> tuple[Fault, ...]:
    return (Fault("disk-loss", second, "db-1"),)


def test_a_copy_begins_anew_when_its_source_died() -> None:
    for pool in ("replica", "standby"):
        world = after(shop(faults=crash(8.0)), 5)
        give(world, Add(pool))
        go_on(world, 3.2)
        seconds = seconds_until(world, f"{pool}-1", "up")
        assert seconds == pytest.approx(cat.REPAIR_SECONDS + cat.SEED_SECONDS, abs=0.4)
        assert any("begins anew when db-1 is back" in said.text for said in world.happenings())


def test_half_a_copy_is_none_when_the_disk_is_lost() -> None:
    whole, half = (after(shop(faults=disk_loss(second)), 5) for second in (25.0, 8.0))
    for world in (whole, half):
        give(world, Add("standby"))
        go_on(world, 21)
    assert whole.snapshot().data_lost == 0
    assert half.snapshot().data_lost == pytest.approx(1, abs=0.1)


def test_a_copy_is_made_of_who_takes_over() -> None:
    world = after(shop(standby=True, faults=crash(8.0)), 5)
    give(world, Add("replica"))
    go_on(world, 3.2)
    most = NOTICE + cat.SETTINGS["health.interval"].start + cat.FAILOVER_SECONDS
    assert seconds_until(world, "replica-1", "up") == pytest.approx(most + cat.SEED_SECONDS, abs=0.8)


def test_a_resharding_begins_anew_when_a_shard_died() -> None:
    world = after(shop(faults=crash(8.0)), 5)
    give(world, Shard(2))
    go_on(world, 3 + cat.REPAIR_SECONDS + cat.RESHARD_SECONDS - 0.5)
    assert world.snapshot().database.shards == 1
    assert go_on(world, 1).snapshot().database.shards == 2


@pytest.mark.parametrize("name", ["standby-1", "replica-1"])
def test_a_copy_whose_disk_is_lost_is_made_anew(name: str) -> None:
    world = after(shop(standby=True, replicas=1, faults=(Fault("disk-loss", 5.0, name),)), 5.2)
    back = seconds_until(world, name, "up")
    assert back == pytest.approx(cat.DISK_REPAIR_SECONDS + cat.SEED_SECONDS, abs=0.5)
    assert world.snapshot().data_lost == 0


def test_a_primary_whose_disk_is_lost_comes_back_as_a_standby_that_copies() -> None:
    world = after(shop(standby=True, faults=disk_loss(5.0)), 20)
    assert machine(world.snapshot(), "standby-1").state == "dead"
    assert seconds_until(world, "standby-1", "booting") == pytest.approx(cat.DISK_REPAIR_SECONDS - 15, abs=0.5)
    assert world.snapshot().data_lost == 0


# Shards --------------------------------------------------------------------------------------------------------------


def test_a_hash_spreads_keys_but_not_what_is_asked_of_them() -> None:
    even = shard_shares(7, 0.0, 8)
    hot = shard_shares(7, 1.2, 8)
    assert even.tolist() == [1 / 8] * 8
    assert hot.sum() == pytest.approx(1)
    assert hot.max() > 2 / 8
    most_popular = 1 / sum(rank**-1.2 for rank in range(1, cat.SHARD_KEYS + 1))
    assert shard_shares(7, 1.2, 16).max() >= most_popular


def test_shards_share_the_writes() -> None:
    """500 writes of 10 ms are too many for four cores; of four machines each has a third of its time left."""
    alone, cut = (after(shop(reads=0, writes=500, shards=count), 30).snapshot() for count in (1, 4))
    assert alone.good / 30 == pytest.approx(400, rel=0.05)
    for number in range(1, 5):
        assert machine(cut, f"db-{number}").utilisation == pytest.approx(125 / 400, rel=0.25)
    assert alone.good < 0.85 * cut.good


def test_one_shard_is_hot_where_some_keys_are_popular() -> None:
    """What all four machines could do together the hottest of them cannot."""
    seen = after(shop(reads=0, writes=1200, shards=4, skew=1.2), 20).snapshot()
    hottest = max(seen.database.stores, key=lambda view: view.share)
    coldest = min(seen.database.stores, key=lambda view: view.share)
    assert hottest.share == pytest.approx(float(shard_shares(1, 1.2, 4).max()))
    assert machine(seen, hottest.name).utilisation > 0.85
    assert machine(seen, hottest.name).waiting > 100
    assert machine(seen, coldest.name).utilisation < 0.6


def test_one_shards_death_takes_its_share_only() -> None:
    world = after(shop(shards=4, faults=crash(10.0, "db-2")), 10.5)
    before = world.snapshot()
    seen = go_on(world, 20).snapshot()
    assert (seen.lost - before.lost) / (seen.offered - before.offered) == pytest.approx(1 / 4, abs=0.03)


def test_each_shard_has_its_own_standby() -> None:
    world = after(shop(shards=3, standby=True, faults=crash(10.0, "db-2")), 20)
    seen = world.snapshot()
    assert machine(seen, "standby-2").state == "dead"
    assert [view.stands_for for view in seen.database.stores if view.role == "standby"] == ["db-1", "db-2", "db-3"]
    before = seen.lost
    assert go_on(world, 10).snapshot().lost == before


def test_resharding_takes_time_and_work_and_loses_nobody() -> None:
    world = after(shop(reads=100, writes=50), 10)
    calm = machine(world.snapshot(), "db-1").utilisation
    give(world, Shard(4))
    go_on(world, cat.RESHARD_SECONDS - 1)
    assert world.snapshot().database.shards == 1
    assert machine(world.snapshot(), "db-1").utilisation == pytest.approx(calm * cat.RESHARD_DRAG, rel=0.3)
    go_on(world, 10)
    seen = world.snapshot()
    assert seen.database.shards == 4
    assert machine(seen, "db-4").arrival_rate == pytest.approx(150 / 4, rel=0.5)
    give(world, Shard(1))
    seen = go_on(world, cat.RESHARD_SECONDS + cat.DRAIN_SECONDS + 1).snapshot()
    assert [view.name for view in seen.machines if view.pool == "database"] == ["db-1"]
    assert seen.lost == 0


def test_a_resharding_can_be_cancelled() -> None:
    world = after(shop(), 5)
    give(world, Shard(4))
    seen = go_on(world, 5).snapshot()
    assert sum(view.pool == "database" for view in seen.machines) == 4
    give(world, Cancel(next(order.number for order in seen.orders if order.text == "shard 4")))
    seen = go_on(world, 20).snapshot()
    assert sum(view.pool == "database" for view in seen.machines) == 1
    assert seen.database.shards == 1
    assert seen.lost == 0


def test_a_query_to_all_shards_costs_work_on_each() -> None:
    """100 of 10 ms keep a quarter of four cores busy on one machine, and on each of four."""
    for shards in (1, 4):
        seen = after(shop(reads=0, writes=0, searches=100, shards=shards), 30).snapshot()
        for number in range(1, shards + 1):
            assert machine(seen, f"db-{number}").utilisation == pytest.approx(0.25, rel=0.25)
            assert store(seen, f"db-{number}").share == 1 / shards


def test_a_query_to_all_shards_waits_for_the_slowest() -> None:
    """The mean of the greatest of eight exponentials is 1 + 1/2 + ... + 1/8 of one's."""
    quiet = shop(reads=0, writes=0, searches=20, read_ms=20)
    one, eight = (
        after(
            dataclasses.replace(quiet, start=dataclasses.replace(quiet.start, database=PoolPlan("lab-db", count))), 60
        )
        for count in (1, 8)
    )
    harmonic = sum(1 / k for k in range(1, 9))
    assert latency(one.snapshot(), "search") == pytest.approx(1 + 20, rel=0.08)
    assert latency(eight.snapshot(), "search") == pytest.approx(1 + 20 * harmonic, rel=0.05)


def test_a_query_to_all_shards_fails_where_one_is_dead() -> None:
    world = after(shop(reads=0, writes=0, searches=50, shards=4, faults=crash(10.0, "db-3")), 10.5)
    before = world.snapshot()
    seen = go_on(world, 10).snapshot()
    assert seen.good == before.good
    assert machine(seen, "db-1").arrival_rate == pytest.approx(0, abs=0.01)


def test_slots_are_held_until_the_slowest_shard_has_answered() -> None:
    """Of four shards one is slow: the app's slots wait for it, and are free again after it."""
    slow = (Fault("slow", 10.0, "db-2", factor=20.0, lasts=15.0),)
    app = dataclasses.replace(APP, slots=60, backlog=20)
    world = after(shop(reads=0, writes=0, searches=50, shards=4, apps=1, app=app, faults=slow), 9)
    assert machine(world.snapshot(), "app-1").held < 10
    go_on(world, 15)
    seen = world.snapshot()
    assert 36 < machine(seen, "app-1").held < 66
    assert lost(seen, "refused") > 0
    go_on(world, 30)
    assert machine(world.snapshot(), "app-1").held < 10


# Connections ---------------------------------------------------------------------------------------------------------


SMALL = SIZES["small"]
SERVED = int(SMALL.memory_gb * cat.CONNECTIONS_PER_GB) // cat.CONNECTIONS_PER_SERVER


def test_servers_beyond_the_connections_are_refused_at_the_database() -> None:
    """The newest two of twelve find none left: a sixth of the calls."""
    seen = after(shop(reads=30, writes=10, read_ms=2, write_ms=2, size=SMALL, apps=SERVED + 2), 60).snapshot()
    assert seen.database.unconnected == (f"app-{SERVED + 1}", f"app-{SERVED + 2}")
    assert lost(seen, "refused") / seen.offered == pytest.approx(2 / (SERVED + 2), abs=0.03)
    assert {loss.place for loss in seen.losses} == {"database"}


def test_who_adds_servers_beyond_the_connections_is_told_before_and_when_it_begins() -> None:
    world = after(shop(reads=30, writes=10, read_ms=2, write_ms=2, size=SMALL, apps=SERVED - 1), 5)
    assert "connection" not in world.quote(Add("app")).consequence
    assert "2 servers find no connection to the database" in world.quote(Add("app", 3)).consequence
    give(world, Add("app", 3))
    give(world, Set("health.interval", 1.0))
    go_on(world, 20)
    told = [happening.text for happening in world.happenings() if happening.kind == "connections"]
    assert len(told) == 1
    assert told[0].startswith("2 servers find no connection to the database")


def test_a_pooler_lets_all_servers_in_at_a_price_and_a_wait() -> None:
    world = after(shop(reads=30, writes=10, read_ms=2, write_ms=2, size=SMALL, apps=SERVED + 2), 10)
    quote = world.quote(Set("pooler", 1.0))
    assert quote.price_change == pytest.approx(cat.POOLER_PRICE * SMALL.cores)
    before = world.snapshot()
    give(world, Set("pooler", 1.0))
    go_on(world, 20)
    seen = world.snapshot()
    assert seen.lost == before.lost
    assert seen.database.unconnected == ()
    assert seen.price == pytest.approx(before.price + cat.POOLER_PRICE * SMALL.cores, rel=1e-3)


def test_every_open_connection_makes_the_database_slower() -> None:
    """The same load from few servers and from many."""
    few, many = (
        after(shop(reads=200, writes=50, read_ms=5, write_ms=5, size=SIZES["large"], apps=count), 40).snapshot()
        for count in (4, 38)
    )
    drag = 1 + cat.CONNECTION_COST * (38 * cat.CONNECTIONS_PER_SERVER - cat.CONNECTIONS_FREE)
    assert drag > 1.2
    assert machine(many, "db-1").utilisation == pytest.approx(machine(few, "db-1").utilisation * drag, rel=0.15)


def test_a_bigger_database_has_room_for_more_connections() -> None:
    world = after(shop(reads=30, writes=10, read_ms=2, write_ms=2, size=SMALL, apps=SERVED + 2), 5)
    give(world, Resize("database", "medium"))
    go_on(world, cat.RESIZE_SECONDS + 2)
    assert world.snapshot().database.unconnected == ()


# What a crash takes along --------------------------------------------------------------------------------------------


def test_a_crash_of_the_database_spares_who_still_waits_at_a_server() -> None:
    """A second's worth of requests queues at the only core; few are at the database."""
    app = dataclasses.replace(APP, cores=1, name="core")
    scenario = shop(reads=0, writes=900, write_ms=0.1, apps=1, app=app, faults=crash(10.0))
    slow = dataclasses.replace(scenario, classes=(dataclasses.replace(scenario.classes[0], cpu_ms=1.3),))
    world = after(slow, 10)
    waiting = world.in_flight()
    assert waiting > 500
    go_on(world, 0.2)
    assert lost(world.snapshot(), "crash") < 10
    go_on(world, 5)
    assert lost(world.snapshot(), "down") > 900 * 4


def test_what_leaves_a_servers_queue_meets_the_database_as_it_is_then() -> None:
    """A queue of twenty seconds: lost is who leaves it while the database restarts, and who comes meanwhile."""
    app = dataclasses.replace(APP, cores=1, slots=20_000, name="core")
    scenario = shop(reads=0, writes=1200, write_ms=0.1, apps=1, app=app, faults=crash(20.0))
    slow = dataclasses.replace(scenario, classes=(dataclasses.replace(scenario.classes[0], cpu_ms=2.0),))
    world = after(slow, 20)
    assert world.in_flight() > 600 * 20
    world.step()
    give(world, Restart("db-1"))
    go_on(world, cat.RESTART_SECONDS + 1)
    seen = world.snapshot()
    assert lost(seen, "crash") < 10
    assert lost(seen, "down") == pytest.approx((500 + 1200) * cat.RESTART_SECONDS, rel=0.06)


# What cannot be ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scenario", "order", "why"),
    [
        (shop(shards=2), Add("replica"), "replicas of its own"),
        (shop(replicas=1), Shard(2), "remove the replicas first"),
        (shop(), Shard(17), "2 to 16"),
        (shop(), Shard(1), "in one place already"),
        (shop(shards=2), Shard(2), "2 shards already"),
        (shop(), Add("replica", 16), "15 replicas at most"),
        (shop(standby=True), Add("standby"), "stands already"),
        (shop(shards=3), Add("standby", 2), "leave the number out"),
        (shop(), Add("database"), "cannot just be cloned"),
        (shop(shards=2), Remove("db-2"), "shard 1 brings it together"),
        (shop(shards=2, standby=True), Remove("standby-1"), "takes them all"),
        (shop(), Remove("replica"), "there is no replica yet"),
        (shop(shards=2), Resize("database", "small", rolling=True), "add standby first"),
        (shop(shards=2), MoveData("box"), "cut into shards"),
    ],
)
def test_what_the_database_cannot_do_is_refused_in_a_sentence(scenario: Scenario, order: Order, why: str) -> None:
    world = after(scenario, 0.2)
    said = world.refusal(order)
    assert said is not None
    assert why in said
    assert not said.endswith(".")


def test_nothing_is_done_to_a_database_that_is_dead_or_moving() -> None:
    dead = after(shop(faults=crash(1.0)), 2)
    moving = after(shop(), 1)
    give(moving, Shard(2))
    go_on(moving, 1)
    for order in (Add("replica"), Add("standby"), Shard(3)):
        assert "dead" in str(dead.refusal(order))
        assert "resharded" in str(moving.refusal(order))


def test_quotes_say_what_comes_of_it() -> None:
    world = after(shop(skew=1.2), 1)
    replica, standby, shard = (world.quote(order) for order in (Add("replica", 2), Add("standby"), Shard(4)))
    assert (replica.price_change, replica.delay) == (2 * DATABASE.price, cat.SEED_SECONDS)
    assert f"{cat.FAILOVER_SECONDS:g} s" in standby.consequence
    assert (shard.price_change, shard.once) == (3 * DATABASE.price, cat.SETUP_PRICES["shard"])
    assert f"{shard_shares(1, 1.2, 4).max() * 100:.0f} %" in shard.consequence


# What holds at each machine ------------------------------------------------------------------------------------------


def test_what_came_to_each_machine_left_it_or_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """And of what is asked of all shards as much came to each, while orders and crashes come and go."""
    came: list[Floats] = []

    def look(walk: Walk) -> None:
        assert (walk.arrived - walk.refused - walk.served == walk.change).all()
        assert (walk.arrived >= 0).all()
        if walk.span == world.site.columns.tiers[Tier.DATA]:
            came.append(walk.arrived)

    watch_walks(monkeypatch, look)
    world = World(shop(searches=20, standby=True, faults=crash(33.0)), [1])
    script: dict[int, Order] = {10: Shard(3), 200: Resize("db-2", "small"), 700: Shard(1), 900: Add("replica", 2)}
    while world.tick < 1050:
        if world.tick in script:
            give(world, script[world.tick])
        world.step()
        ledger = world.site.books.state
        in_flight = world.in_flight()
        assert int(ledger.born.sum()) == int(ledger.everything.sum()) + in_flight
        assert (world.site.table.held >= 0).all()
        assert (world.site.table.fanned >= 0).all()
    assert world.snapshot().database.shards == 1
    assert sum(float(np.add.reduce(each, axis=None)) for each in came) > 10_000
