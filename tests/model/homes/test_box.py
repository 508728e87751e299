"""The service's data: on the boxes that run the application, or in a database; and what a lost disk means."""

from __future__ import annotations

import dataclasses
import math

import pytest

from scalegame.model.catalogue import (
    BOOT_SECONDS,
    DATA_MIGRATION_SECONDS,
    DATA_TURNOVER_SECONDS,
    RESTORE_SECONDS,
    SIZES,
)
from scalegame.model.homes.sessions import in_order
from scalegame.model.lifecycle import Lifecycle
from scalegame.model.orders import Add, Cancel, Deploy, MoveData, Remove, Restart
from scalegame.model.scenario import DataHome, Fault, PoolPlan, RequestClass, Scenario, Traffic
from scalegame.model.state import Tier
from scalegame.model.world import World
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool

READ_MS, WRITE_MS, CPU_MS = 2.0, 4.0, 1.0
READS, WRITES = 100.0, 25.0


def shop(
    machines: int = 1,
    data: DataHome | None = None,
    *faults: Fault,
    database: str | None = None,
    writes: float = WRITES,
    network_ms: float = 0.0,
) -> Scenario:
    plain = pool(machines, algorithm="round-robin", faults=faults)
    return dataclasses.replace(
        plain,
        classes=(
            RequestClass("browse", "/", cpu_ms=CPU_MS, db_read_ms=READ_MS),
            RequestClass("order", "/order", cpu_ms=CPU_MS, db_write_ms=WRITE_MS),
            RequestClass("about", "/about", cpu_ms=CPU_MS),
        ),
        traffic=(
            Traffic("browse", ((0.0, READS),)),
            Traffic("order", ((0.0, writes),)),
            Traffic("about", ((0.0, 50.0),)),
        ),
        start=dataclasses.replace(
            plain.start, data=data, database=PoolPlan(database) if database else None, network_ms=network_ms
        ),
        sizes={**SIZES, **plain.sizes},
    )


def missing_share(world: World, seconds: float, of: tuple[str, ...] = ("browse", "order")) -> float:
    before = world.snapshot()
    go_on(world, seconds)
    now = world.snapshot()
    asked = [sum(kind.offered for kind in seen.classes if kind.name in of) for seen in (before, now)]
    return (lost(now, "missing") - lost(before, "missing")) / (asked[1] - asked[0])


def whole(world: World) -> float:
    """All data: on the boxes and lost."""
    own = world.site.table.data[0, world.site.columns.tiers[Tier.SERVERS]]
    return float(in_order(own) + world.site.records.gone[0])


def lose_disk(world: World, name: str) -> None:
    column = world.site.find(0, name)
    assert column is not None
    world.catch_up()
    Lifecycle(world.site).lose_disk(0, column)


def test_where_no_database_stands_the_data_is_on_the_box() -> None:
    assert after(shop(), 1).snapshot().data == "box"
    assert after(shop(database="small"), 1).snapshot().data == "database"


def test_the_box_does_the_databases_work_on_its_own_cores() -> None:
    together, apart = after(shop(), 40), after(shop(database="small"), 40)
    work = (READS * READ_MS + WRITES * WRITE_MS) / 1000
    busy = [machine(world.snapshot(), "app-1").utilisation for world in (together, apart)]
    assert busy[0] - busy[1] == pytest.approx(work, abs=0.1)
    assert {view.name for view in together.snapshot().pools} == {"balancer", "app"}


def test_on_the_box_there_is_no_network_to_cross() -> None:
    """At the same speed of the cores the box answers sooner by a round trip."""
    together = after(shop(4, "box", network_ms=20.0), 30)
    apart = after(shop(4, database="small", network_ms=20.0), 30)
    asked = [
        next(kind.latency.mean for kind in world.snapshot().classes if kind.name == "browse")
        for world in (together, apart)
    ]
    assert asked[1] - asked[0] == pytest.approx(20.0, abs=2.0)


def test_one_box_knows_everything() -> None:
    world = after(shop(), 60)
    assert lost(world.snapshot(), "missing") == 0
    assert machine(world.snapshot(), "app-1").data_share == 1.0


def test_a_second_box_is_at_war_with_the_first() -> None:
    """The new one starts with nothing; then each knows what was written there. Half of all that is asked for misses,
    and it does not get better."""
    world = after(shop(1), 5)
    assert "the data" in world.quote(Add("app")).consequence
    give(world, Add("app"))
    go_on(world, 8)
    assert machine(world.snapshot(), "app-2").data_share < 0.05
    assert missing_share(world, 20) == pytest.approx(0.5, abs=0.03)
    go_on(world, DATA_TURNOVER_SECONDS)
    assert machine(world.snapshot(), "app-2").data_share == pytest.approx(0.5 * (1 - math.exp(-1.2)), abs=0.06)
    assert missing_share(world, 20) == pytest.approx(0.5, abs=0.03)
    assert whole(world) == pytest.approx(1.0)


def test_what_needs_no_data_never_misses_any() -> None:
    world = after(shop(3), 30)
    about = next(kind for kind in world.snapshot().classes if kind.name == "about")
    assert about.lost == 0
    assert lost(world.snapshot(), "missing") > 0


def test_in_a_database_any_number_of_servers_know_everything() -> None:
    assert lost(after(shop(5, database="small"), 30).snapshot(), "missing") == 0


def test_moving_into_a_database_boots_one_and_switches_when_it_is_copied() -> None:
    world = after(shop(2), 10)
    quote = world.quote(MoveData("database"))
    assert quote.delay == DATA_MIGRATION_SECONDS + BOOT_SECONDS
    assert quote.price_change == 1.0, "the first size of the ladder"
    give(world, MoveData("database"))
    go_on(world, quote.delay - 0.5)
    assert world.snapshot().data == "box"
    assert machine(world.snapshot(), "db-1").utilisation == 0
    go_on(world, 1)
    assert world.snapshot().data == "database"
    assert missing_share(world, 20) == 0
    assert machine(world.snapshot(), "db-1").utilisation > 0.05


def test_a_cancelled_move_takes_the_database_it_booted_away() -> None:
    world = after(shop(1), 5)
    give(world, MoveData("database"))
    go_on(world, 10)
    order = next(o for o in world.snapshot().orders if "move data" in o.text)
    give(world, Cancel(order.number))
    go_on(world, 30)
    assert world.snapshot().data == "box"
    assert {view.pool for view in world.snapshot().machines} == {"balancer", "app"}


def test_back_on_the_box_the_database_can_go_and_its_rent_with_it() -> None:
    world = after(shop(1, database="small"), 10)
    assert world.refusal(Remove("database")) == "the data lives in the database; it stays"
    give(world, MoveData("box"))
    go_on(world, DATA_MIGRATION_SECONDS + 1)
    assert world.snapshot().data == "box"
    rent = world.snapshot().price
    give(world, Remove("database"))
    go_on(world, 30)
    assert world.snapshot().price == pytest.approx(rent - SIZES["small"].price, rel=0.001)
    assert missing_share(world, 10) == 0
    assert machine(world.snapshot(), "app-1").waiting < 10


@pytest.mark.parametrize("order", [Restart("app-1"), Deploy("app")])
def test_a_reboot_and_a_release_keep_the_volume_with_the_data(order: Restart | Deploy) -> None:
    world = after(shop(), 5)
    give(world, order)
    go_on(world, 15)
    assert machine(world.snapshot(), "app-1").data_share == 1.0
    assert world.snapshot().data_lost == 0.0


def test_the_server_that_has_the_data_is_not_removed() -> None:
    world = after(shop(1), 5)
    give(world, Add("app"))
    go_on(world, 20)
    assert "of the data lies on app-1; move data database first" in (world.refusal(Remove("app-1")) or "")
    assert "of the data" in world.quote(Remove("app-2")).consequence
    assert world.refusal(Remove("app-2")) is None


def test_a_lost_disk_takes_everything_until_last_nights_backup_is_read_back() -> None:
    world = after(shop(), 30)
    lose_disk(world, "app-1")
    assert missing_share(world, RESTORE_SECONDS - 2) > 0.99
    go_on(world, 3)
    young = 1 - math.exp(-30 / DATA_TURNOVER_SECONDS)
    assert world.snapshot().data_lost == pytest.approx(young, abs=0.03)
    assert missing_share(world, 10) == pytest.approx(young, abs=0.05)
    assert whole(world) == pytest.approx(1.0)


def test_what_nobody_writes_to_is_all_in_the_backup() -> None:
    world = after(shop(writes=0.0), 30)
    lose_disk(world, "app-1")
    go_on(world, RESTORE_SECONDS + 1)
    assert world.snapshot().data_lost == 0.0
    assert missing_share(world, 10) == 0


def test_a_restore_cannot_be_cancelled() -> None:
    world = after(shop(), 5)
    lose_disk(world, "app-1")
    go_on(world, 0.1)
    (order,) = world.snapshot().orders
    assert "backup" in order.text
    assert "read to its end" in (world.refusal(Cancel(order.number)) or "")
    assert world.refusal(MoveData("database")) == "a backup is being read back; wait for it"


def test_a_database_that_loses_its_disk_is_read_back_as_well() -> None:
    world = after(shop(2, database="small"), 20)
    assert "loses 100 % of the data" in machine(world.snapshot(), "db-1").lost_with_it
    lose_disk(world, "db-1")
    assert missing_share(world, 10) > 0.99
    go_on(world, RESTORE_SECONDS)
    young = 1 - math.exp(-20 / DATA_TURNOVER_SECONDS)
    assert missing_share(world, 10) == pytest.approx(young, abs=0.04)


def test_a_dead_box_has_its_data_when_it_is_back() -> None:
    world = after(shop(1, "box", Fault("crash", 5.0, "app-1")), 50)
    assert missing_share(world, 5) == 0


def test_a_box_among_others_has_the_bits_it_has_alone() -> None:
    """Runs of a batch that build databases, second boxes and moves leave a lone box's bits alone."""
    scenario = shop(1)
    alone, crowd = World(scenario, [5]), World(scenario, [3, 5, 8])
    for tick in range(300):
        if tick == 20:
            crowd.apply(MoveData("database"), 0)
            crowd.apply(Add("app", 2), 2)
        alone.step()
        crowd.step()
    assert crowd.state_hash(1) == alone.state_hash()
    assert crowd.snapshot(0).data == "database"


def test_a_run_with_a_database_is_the_same_among_boxes() -> None:
    scenario = shop(2, database="small")
    alone, crowd = World(scenario, [5]), World(scenario, [3, 5])
    for tick in range(250):
        if tick == 10:
            crowd.apply(MoveData("box"), 0)
        if tick == 160:
            crowd.apply(Remove("database"), 0)
        alone.step()
        crowd.step()
    assert crowd.snapshot(0).data == "box"
    assert crowd.state_hash(1) == alone.state_hash()


def test_a_run_on_the_box_is_the_same_among_databases() -> None:
    scenario = shop(2, database="small")
    alone, crowd = World(scenario, [5]), World(scenario, [3, 5])
    for tick in range(250):
        if tick == 10:
            alone.apply(MoveData("box"))
            crowd.apply(MoveData("box"), 1)
        if tick == 160:
            alone.apply(Remove("database"))
            crowd.apply(Remove("database"), 1)
        alone.step()
        crowd.step()
    assert crowd.snapshot(0).data == "database"
    assert crowd.state_hash(1) == alone.state_hash()


def test_what_is_copied_elsewhere_is_not_lost_with_a_disk() -> None:
    world = after(shop(2, database="small"), 5)
    give(world, Add("standby"))
    go_on(world, 30)
    assert not machine(world.snapshot(), "db-1").lost_with_it
    lose_disk(world, "db-1")
    assert world.snapshot().data_lost == 0
    assert missing_share(world, 5) == 0


def test_data_that_is_copied_cut_or_moving_does_not_move() -> None:
    world = after(shop(2, database="small"), 5)
    give(world, Add("standby"))
    assert world.refusal(MoveData("box")) == "the standby copies the database; remove standby first"
    give(world, Remove("standby"))
    go_on(world, 5)
    give(world, MoveData("box"))
    assert world.refusal(Add("replica")) == "the data is being moved; wait, or cancel it"
    assert world.refusal(MoveData("box")) == "the data is being moved already; wait, or cancel it"
    go_on(world, DATA_MIGRATION_SECONDS + 1)
    assert world.refusal(MoveData("box")) == "the data is on the box already"
    assert world.refusal(Add("replica")) == "the data lies on the boxes: move data database first"


def test_a_move_waits_for_a_database_that_is_dead() -> None:
    world = after(shop(1, "box", Fault("crash", 15.0, "db-1"), database="small"), 5)
    give(world, MoveData("database"))
    go_on(world, DATA_MIGRATION_SECONDS + 10)
    assert machine(world.snapshot(), "db-1").state == "dead"
    assert world.snapshot().data == "box"
    go_on(world, 40)
    assert world.snapshot().data == "database"
    assert missing_share(world, 5) == 0
