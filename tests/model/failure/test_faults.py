"""What each kind of fault does to users, and what helps: blips, lost disks, zones, flushes, bad releases; chance."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator

import pytest

from scalegame.model.catalogue import (
    BAD_RELEASE_WRONG,
    DEPLOY_SECONDS,
    DISK_REPAIR_SECONDS,
    DRAIN_SECONDS,
    REPAIR_SECONDS,
    RESTART_SECONDS,
    SETTINGS,
    ZONE_OUTAGE_SECONDS,
    Size,
)
from scalegame.model.failure.chance import AILMENTS
from scalegame.model.failure.mishaps import Mishaps
from scalegame.model.orders import Add, Cancel, Deploy, Order, PlaceCache, Remove, Resize, Restart, Set
from scalegame.model.scenario import Algorithm, Fault, Scenario
from scalegame.model.schedule import Schedule
from scalegame.model.snapshot import Snapshot
from scalegame.model.state import NEVER, ZONES, Pool
from scalegame.model.world import World
from tests.model.oracle import rows
from tests.model.plain_worlds import LAB, after, give, go_on, lost, machine, pool, seconds_until

ROOMY = Size("db", cores=1, slots=10**6, backlog=0, price=1.0)


def during(scenario: Scenario, *faults: Fault) -> Scenario:
    return dataclasses.replace(scenario, faults=faults)


def answered_in(world: World, seconds: float) -> float:
    """Requests a second that get an answer from now on."""
    before = world.score().good
    go_on(world, seconds)
    return (world.score().good - before) / seconds


# Blips ---------------------------------------------------------------------------------------------------------------


def test_what_is_sent_to_a_machine_that_is_cut_off_waits_on_the_wire() -> None:
    world = after(during(pool(rate=20), Fault("blip", 5.0, "app-1", lasts=2.0)), 6.0)
    cut = machine(world.snapshot(), "app-1")
    assert cut.state == "unreachable"
    assert cut.seconds_left == pytest.approx(1.0)
    assert answered_in(world, 0.9) == 0
    go_on(world, 3)
    seen = world.snapshot()
    assert machine(seen, "app-1").state == "up"
    assert seen.lost == 0
    assert 1000 < seen.latency.p99 < 2400


def test_clients_give_up_on_a_long_blip_and_afterwards_the_machine_works_for_nobody() -> None:
    """What they sent gets through once it can, and is worked off before those who came later, who give up too."""
    world = after(during(pool(rate=60, timeout_ms=500), Fault("blip", 5.0, "app-1", lasts=4.0)), 9.0)
    during_it = lost(world.snapshot(), "time-out")
    assert during_it == pytest.approx(60 * 3.5, rel=0.2)
    seen = go_on(world, 2).snapshot()
    assert lost(seen, "time-out") - during_it == pytest.approx(60 * 2, rel=0.3)
    assert lost(seen, "down") == 0


def test_the_health_check_takes_a_machine_that_is_cut_off_out_of_rotation() -> None:
    scenario = pool(3, rate=90, algorithm="round-robin", timeout_ms=400)
    blip = Fault("blip", 5.0, "app-1", lasts=20.0)
    world = after(during(scenario, blip), 8.0)
    assert not machine(world.snapshot(), "app-1").in_rotation
    lost_before = world.snapshot().lost
    go_on(world, 10)
    assert world.snapshot().lost == lost_before
    go_on(world, 10)
    assert machine(world.snapshot(), "app-1").in_rotation
    assert machine(world.snapshot(), "app-1").state == "up"


def test_a_blip_of_the_database_fills_the_slots_of_those_who_wait_for_it() -> None:
    small = Size("lab", cores=1, slots=40, backlog=10, price=1.0)
    scenario = pool(rate=60, cpu_ms=1, db_ms=5, size=small, database=ROOMY)
    world = after(during(scenario, Fault("blip", 5.0, "database", lasts=3.0)), 7.5)
    seen = world.snapshot()
    assert machine(seen, "app-1").held == pytest.approx(40, abs=1)
    assert lost(seen, "refused") > 50
    go_on(world, 5)
    assert machine(world.snapshot(), "app-1").held < 10


@pytest.mark.parametrize("algorithm", ["least-connections", "two-choices"])
def test_connections_pile_up_at_a_machine_that_is_cut_off_so_it_gets_no_more(algorithm: str) -> None:
    """Unlike a dead one, which has none and draws everybody."""
    scenario = pool(4, rate=200, cpu_ms=5, algorithm=algorithm, timeout_ms=1000)  # type: ignore[arg-type]  # a name of an algorithm
    dead = after(during(scenario, Fault("crash", 5.0, "app-1")), 7)
    cut = after(during(scenario, Fault("blip", 5.0, "app-1", lasts=10.0)), 7)
    assert cut.snapshot().lost < dead.snapshot().lost / 10


def test_a_pool_that_is_cut_off_as_a_whole_answers_afterwards() -> None:
    scenario = pool(3, rate=60, cpu_ms=5, algorithm="least-connections")
    world = after(during(scenario, Fault("blip", 5.0, "app", lasts=1.0)), 5.9)
    assert {m.state for m in world.snapshot().machines if m.pool == "app"} == {"unreachable"}
    assert answered_in(world, 0.1) == 0
    assert go_on(world, 3).snapshot().lost == 0


# Disks, caches, zones ------------------------------------------------------------------------------------------------


def test_a_lost_disk_takes_longer_to_repair_than_a_crash_and_a_restart_puts_a_new_one_in() -> None:
    left = after(during(pool(), Fault("disk-loss", 5.0, "app-1")), 5.1)
    assert seconds_until(left, "app-1", "up") == pytest.approx(DISK_REPAIR_SECONDS, abs=0.2)
    helped = after(during(pool(), Fault("disk-loss", 5.0, "app-1")), 5.1)
    give(helped, Restart("app-1"))
    assert seconds_until(helped, "app-1", "up") == pytest.approx(RESTART_SECONDS, abs=0.2)


def test_a_flushed_cache_logs_everybody_out_and_stays_up() -> None:
    scenario = pool(2, algorithm="random", session=True, sessions="cache", cache=True)
    calm = after(scenario, 15).snapshot()
    flushed = after(during(scenario, Fault("cache-flush", 10.0, "cache")), 15).snapshot()
    assert machine(flushed, "cache-1").state == "up"
    assert lost(calm, "logged-out") == 0
    assert lost(flushed, "logged-out") > 50


def zoned(world: World, zones: str) -> World:
    """The app machines stand in these zones."""
    for column, zone in zip(world.site.machines(0, world.site.pool_of(world.site.servers(0)[0])), zones, strict=True):
        world.site.table.zone[0, column] = "abc".index(zone)
    return world


def test_an_outage_takes_the_machines_of_its_zone_and_no_other() -> None:
    outage = Fault("zone-outage", 5.0, "b", lasts=10.0)
    world = zoned(World(during(pool(4, rate=80, algorithm="round-robin"), outage), [1]), "abab")
    go_on(world, 6)
    seen = world.snapshot()
    states = {m.name: m.state for m in seen.machines if m.pool == "app"}
    assert states == {"app-1": "up", "app-2": "dead", "app-3": "up", "app-4": "dead"}
    assert [zone for zone, _ in seen.zones_out] == ["b"]
    assert seen.zones_out[0][1] == pytest.approx(9.0)
    why = world.refusal(Restart("app-2"))
    assert why is not None
    assert "zone b is out" in why
    assert world.refusal(Resize("app-2", "small")) == why
    assert world.refusal(Restart("app-1")) is None
    go_on(world, 9 + RESTART_SECONDS + 0.5)
    seen = world.snapshot()
    assert seen.zones_out == ()
    assert {m.state for m in seen.machines} == {"up"}


def test_all_eggs_in_one_zone_are_an_outage_of_everything() -> None:
    outage = Fault("zone-outage", 5.0, "app", lasts=10.0)
    scenario = during(pool(2, rate=50, algorithm="round-robin"), outage)
    together = go_on(zoned(World(scenario, [1]), "bb"), 20).snapshot()
    apart = go_on(zoned(World(scenario, [1]), "ab"), 20).snapshot()
    assert together.lost > 45 * 10
    assert apart.lost < 45 * 10 / 4


def test_a_machine_ordered_into_a_dark_zone_boots_when_it_is_back() -> None:
    world = after(during(pool(2, algorithm="random"), Fault("zone-outage", 5.0, "a", lasts=20.0)), 6)
    give(world, Add("app"))
    go_on(world, 18)
    assert machine(world.snapshot(), "app-3").state == "booting"
    go_on(world, 8)
    assert machine(world.snapshot(), "app-3").state == "up"


@pytest.mark.parametrize(
    "befall",
    [
        lambda mishaps, column: mishaps.crash(0, column),
        lambda mishaps, column: mishaps.lose_disk(0, column),
        lambda mishaps, _: mishaps.take_out(0, ZONES.index("c"), 5.0),
    ],
    ids=["crash", "disk loss", "zone outage"],
)
@pytest.mark.parametrize("algorithm", ["round-robin", "least-connections"])
def test_what_dies_while_it_leaves_is_gone_for_good(
    befall: Callable[[Mishaps, int], None], algorithm: Algorithm
) -> None:
    scenario = pool(3, rate=100, cpu_ms=20, algorithm=algorithm)
    world = after(dataclasses.replace(scenario, start=dataclasses.replace(scenario.start, zones=3)), 10)
    give(world, Remove("app-3"))
    go_on(world, 1)
    world.catch_up()
    befall(Mishaps(world.site, world.life), world.site.find(0, "app-3") or 0)
    for seconds in (1.1, 60):
        go_on(world, seconds)
        assert [m.name for m in world.snapshot().machines if m.pool == "app"] == ["app-1", "app-2"]
        assert world.snapshot().price == pytest.approx(2 * LAB.price, rel=0.01)


# Releases ------------------------------------------------------------------------------------------------------------

BAD = Fault("bad-deploy", 2.0, "app", share=0.4)


def wrong_in(world: World, seconds: float) -> int:
    before = lost(world.snapshot(), "wrong")
    return lost(go_on(world, seconds).snapshot(), "wrong") - before


def test_a_bad_release_answers_wrongly_machine_by_machine() -> None:
    world = after(during(pool(2, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 9.5)
    assert [m.wrong_share for m in world.snapshot().machines if m.pool == "app"] == [0.4, 0.0]
    go_on(world, 5)
    assert wrong_in(world, 10) == pytest.approx(0.4 * 100 * 10, rel=0.15)


@pytest.mark.parametrize("remedy", [Deploy("app"), Deploy("app", rollback=True)])
def test_the_next_release_or_the_last_one_is_the_remedy(remedy: Order) -> None:
    world = after(during(pool(2, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 15)
    give(world, remedy)
    seconds = world.quote(remedy).delay
    go_on(world, seconds + 2)
    assert wrong_in(world, 5) == 0


def test_going_back_is_faster_than_a_new_release_and_goes_one_release_far() -> None:
    world = after(during(pool(2, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 1)
    assert world.refusal(Deploy("app", rollback=True)) == "there is no release of app to go back to"
    go_on(world, 14)
    assert world.quote(Deploy("app", rollback=True)).delay < world.quote(Deploy("app")).delay
    give(world, Deploy("app", rollback=True))
    go_on(world, 12)
    assert world.refusal(Deploy("app", rollback=True)) is not None


def test_a_release_that_goes_wrong_is_gone_back_from_while_it_still_rolls() -> None:
    world = after(during(pool(3, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 9.5)
    assert world.refusal(Deploy("app")) is not None
    give(world, Deploy("app", rollback=True))
    go_on(world, 25)
    assert [m.wrong_share for m in world.snapshot().machines if m.pool == "app"] == [0.0] * 3
    assert wrong_in(world, 5) == 0


def test_a_restart_does_not_heal_a_bad_release_and_new_machines_get_it_too() -> None:
    world = after(during(pool(2, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 15)
    give(world, Restart("app-1"))
    give(world, Add("app"))
    go_on(world, 10)
    assert [m.wrong_share for m in world.snapshot().machines if m.pool == "app"] == [0.4] * 3


def test_a_release_that_is_stopped_half_way_stays_on_those_that_have_it() -> None:
    world = after(during(pool(2, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 9.5)
    give(world, Cancel(world.snapshot().orders[0].number))
    give(world, Add("app"))
    go_on(world, 10)
    assert [m.wrong_share for m in world.snapshot().machines if m.pool == "app"] == [0.4, 0.0, 0.0]


def test_what_a_stopped_release_left_behind_can_be_rolled_back() -> None:
    world = after(during(pool(3, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 14)
    stop = Cancel(world.snapshot().orders[0].number)
    assert world.quote(stop).consequence == "what has the release keeps it; deploy app rollback takes it back"
    give(world, stop)
    go_on(world, 10)
    assert [m.wrong_share for m in world.snapshot().machines if m.pool == "app"] == [0.4, 0.0, 0.0]
    give(world, Deploy("app", rollback=True))
    go_on(world, 15)
    assert [m.wrong_share for m in world.snapshot().machines if m.pool == "app"] == [0.0] * 3


@pytest.mark.parametrize("remedy", [Deploy("app"), Deploy("app", rollback=True)])
@pytest.mark.parametrize("sooner", [True, False])
def test_a_machine_that_was_dead_meanwhile_comes_back_with_the_release_of_its_pool(remedy: Order, sooner: bool) -> None:
    bad_and_dead = (BAD, Fault("crash", 25.0, "app-2"))
    world = after(during(pool(3, rate=100, cpu_ms=2, algorithm="round-robin"), *bad_and_dead), 26)
    give(world, remedy)
    go_on(world, 15)
    assert any("is done; app-2 follows on coming back" in said.text for said in world.happenings())
    if sooner:
        give(world, Restart("app-2"))
    go_on(world, REPAIR_SECONDS)
    assert [(m.state, m.wrong_share) for m in world.snapshot().machines if m.pool == "app"] == [("up", 0.0)] * 3


def test_a_rollout_that_nobody_announced_is_in_the_log_and_so_is_the_first_wrong_answer() -> None:
    world = after(during(pool(3, rate=100, cpu_ms=2, algorithm="round-robin"), BAD), 30)
    said = [(one.tick / 10, one.text) for one in world.happenings()]
    assert [at for at, text in said if text == "a new release of app rolls out"] == [2.0]
    warned = [(at, text) for at, text in said if "wrongly" in text]
    text = "with its new release app-1 answers 40 % of its requests wrongly; deploy app rollback goes back"
    assert warned == [(2.0 + DRAIN_SECONDS + DEPLOY_SECONDS, text)]


def test_a_slow_release_is_slow_until_it_is_replaced() -> None:
    slow = Fault("bad-deploy", 2.0, "app", factor=3.0)
    world = after(during(pool(2, rate=40, cpu_ms=10, algorithm="round-robin"), slow), 20)
    assert [m.slow_factor for m in world.snapshot().machines if m.pool == "app"] == [3.0, 3.0]
    give(world, Deploy("app", rollback=True))
    go_on(world, 12)
    assert [m.slow_factor for m in world.snapshot().machines if m.pool == "app"] == [1.0, 1.0]


def test_an_episode_of_slowness_ends_and_leaves_the_release_as_it_is() -> None:
    faults = (
        Fault("bad-deploy", 2.0, "app", factor=2.0),
        Fault("slow", 20.0, "app-1", factor=3.0, lasts=5.0),
    )
    world = after(during(pool(2, rate=20, algorithm="round-robin"), *faults), 21)
    assert machine(world.snapshot(), "app-1").slow_factor == 6.0
    go_on(world, 6)
    assert machine(world.snapshot(), "app-1").slow_factor == 2.0


# Chance --------------------------------------------------------------------------------------------------------------

MORTAL = dataclasses.replace(LAB, mtbf_seconds=60.0)


def by_chance(machines: int, **every: float | None) -> Scenario:
    """Only what is named, in mean seconds (a _ for each -), befalls them."""
    never: dict[str, float | None] = dict.fromkeys((*AILMENTS, "zone-outage", "crash"))
    scenario = pool(machines, rate=1, algorithm="random", size=MORTAL, random_faults=True)
    named = {kind.replace("_", "-"): mean for kind, mean in every.items()}
    return dataclasses.replace(scenario, fault_seconds={**never, **named}, bad_deploys=0.0)


def faults_of(world: World, seconds: float) -> list[tuple[int, str, str]]:
    """(tick, place, kind) of what befell run 0. Nobody comes meanwhile: time jumps from one event to the next."""
    for _ in events(world, seconds):
        pass
    return [(h.tick, h.place, h.kind) for h in world.happenings() if h.kind in ("stop", "slow", "blip", "outage")]


def events(world: World, seconds: float) -> Iterator[int]:
    """Let so many seconds pass without traffic; yields how many ticks it is to the next event, after each."""
    schedule, site = Schedule(world.site, world.life), world.site
    end = site.tick + round(seconds * 10)
    while site.tick < end:
        schedule.pass_time()
        jump = max(min(site.next_due, end) - site.tick, 1)
        yield jump
        site.tick += jump


@pytest.mark.parametrize(
    ("kind", "places", "away"),
    [
        ("crash", 16, REPAIR_SECONDS),
        ("disk_loss", 16, DISK_REPAIR_SECONDS),
        ("slow", 16, 0.0),
        ("blip", 16, 0.0),
        ("zone_outage", 3, ZONE_OUTAGE_SECONDS),
    ],
)
def test_each_kind_comes_as_often_as_its_mean_says(kind: str, places: int, away: float) -> None:
    """Counted from when it is over."""
    mean, seconds = 100.0, 2000 * 16 / places
    said = faults_of(World(by_chance(16 if places == 16 else 1, **{kind: mean}), [3]), seconds)
    outages = [fault for fault in said if kind != "zone_outage" or fault[2] == "outage"]
    assert len(outages) == pytest.approx(places * seconds / (mean + away), rel=0.2)


def test_more_machines_more_failures() -> None:
    few = faults_of(World(by_chance(4, crash=80.0), [5]), 300)
    many = faults_of(World(by_chance(32, crash=80.0), [5]), 300)
    assert len(many) > 4 * len(few) > 0


def test_a_purchase_never_reshuffles_the_failures_of_the_others() -> None:
    scenario = by_chance(6, crash=40.0, blip=40.0, slow=40.0)
    alone, grown = World(scenario, [9]), World(scenario, [9])
    give(grown, Add("app", 5))
    first = {f"app-{number}" for number in range(1, 7)}
    ours = [said for said in faults_of(alone, 80) if said[1] in first]
    theirs = [said for said in faults_of(grown, 80) if said[1] in first]
    assert ours == theirs
    assert len(ours) > 5


def test_seeds_fail_differently_and_nothing_fails_where_chance_is_off() -> None:
    scenario = by_chance(6, crash=40.0, blip=40.0)
    assert faults_of(World(scenario, [1]), 40) != faults_of(World(scenario, [2]), 40)
    calm = World(dataclasses.replace(scenario, random_faults=False), [1])
    go_on(calm, 40)
    table = calm.site.table
    assert (table.fails == NEVER).all()
    assert (table.ails == NEVER).all()


def test_some_releases_turn_out_bad() -> None:
    scenario = dataclasses.replace(by_chance(1), bad_deploys=0.5)
    bad = []
    for seed in range(16):
        world = World(scenario, [seed])
        give(world, Deploy("app"))
        go_on(world, 8)
        bad.append(machine(world.snapshot(), "app-1").wrong_share)
    assert set(bad) == {0.0, BAD_RELEASE_WRONG}


def test_no_other_order_turns_a_good_release_into_a_bad_one() -> None:
    scenario = dataclasses.replace(by_chance(1), bad_deploys=0.5)
    for seed in range(8):
        plain, busy = World(scenario, [seed]), World(scenario, [seed])
        give(busy, Add("app"))
        for world in (plain, busy):
            give(world, Deploy("app"))
            go_on(world, 16)
        assert machine(plain.snapshot(), "app-1").wrong_share == machine(busy.snapshot(), "app-1").wrong_share


def total_wrong(seen: Snapshot) -> int:
    return lost(seen, "wrong") + lost(seen, "leaked")


def test_a_leak_is_worth_a_tokens_life() -> None:
    """A thief's requests are no wrong answers: they have their own cause."""
    scenario = pool(session=True, sessions="token")
    world = after(during(scenario, Fault("leak", 2.0, share=0.5)), 2 + SETTINGS["token.life"].start + 2)
    assert total_wrong(world.snapshot()) == lost(world.snapshot(), "leaked") > 0


# Redundancy ----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "available", "needed", "of"),
    [
        ("availability-185", 0.99, 2, 3),
        ("availability-187", 0.95, 3, 5),
        ("availability-188", 0.99, 8, 10),
        ("availability-189", 0.999, 5, 5),
    ],
)
def test_enough_of_many_are_up_more_often_than_one(row: str, available: float, needed: int, of: int) -> None:
    """k of n machines of which each is up a share of its time; 189 is a chain that needs all of its five. What matters
    is how often they are not, so that is compared, over all choices of n among forty machines."""
    life = REPAIR_SECONDS * available / (1 - available)
    machines, up, short, ticks = 40, 0, 0.0, 0
    world = World(by_chance(machines, crash=life), [4])
    span = world.site.columns.spans[Pool.APP]
    for jump in events(world, 60 * life):
        up = int((world.site.table.condition[0, span] == 1).sum())
        too_few = sum(math.comb(up, k) * math.comb(machines - up, of - k) for k in range(needed))
        short += jump * too_few / math.comb(machines, of)
        ticks += jump
    assert short / ticks == pytest.approx(1 - rows()[row].value, rel=0.25)


def test_checks_that_never_come_leave_a_machine_that_is_cut_off_in_rotation() -> None:
    scenario = pool(2, rate=40, algorithm="round-robin")
    world = World(during(scenario, Fault("blip", 2.0, "app-1", lasts=5.0)), [1])
    give(world, Set("health.interval", 60.0))
    go_on(world, 8)
    assert machine(world.snapshot(), "app-1").in_rotation
    assert world.snapshot().lost == 0
    assert world.refusal(PlaceCache()) is None
