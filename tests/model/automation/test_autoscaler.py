"""Autoscalers: they follow the load, late, whatever it is made of, as long as the purse lasts."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model import catalogue as cat
from scalegame.model.orders import Add, Autoscale, Order, PlacePool, Remove, Restart
from scalegame.model.scenario import BalancerPlan, Fault, PoolPlan, RequestClass, Scenario, Start, Traffic
from scalegame.model.state import Pool
from scalegame.model.world import World
from tests.model.small_worlds import shop

SMALL = cat.SIZES["small"]
SERVES = 200.0
"""Pages a second that a small machine does at most: two cores, 10 ms each."""


def service(*rate: tuple[float, float], machines: int = 2, seconds: float = 300.0, session: bool = False) -> Scenario:
    """Pages, small machines behind a wire."""
    return Scenario(
        seconds=seconds,
        classes=(RequestClass("page", cpu_ms=10, timeout_ms=2000, session=session),),
        traffic=(Traffic("page", rate),),
        start=Start(PoolPlan("small", machines), balancer=BalancerPlan("l4", "round-robin", 1, "wire")),
        slo_latency_ms=500,
    )


def steady(rate: float, **more: float) -> Scenario:
    return service((0.0, rate), (300.0, rate), **more)  # type: ignore[arg-type]  # passed on


def play(world: World, seconds: float) -> list[int]:
    """App machines after each second."""
    counts = []
    for tick in range(round(seconds * 10)):
        world.step()
        if tick % 10 == 9:
            counts.append(len(world.site.machines(0, Pool.APP)))
    return counts


def scaled(scenario: Scenario, low: int, high: int, target: float = 70.0, seed: int = 1) -> World:
    world = World(scenario, [seed])
    world.apply(Autoscale("app", low, high, target))
    return world


class TestItFollowsTheLoad:
    @pytest.mark.parametrize("rate", [150.0, 300.0, 1000.0])
    def test_up_to_what_the_target_needs_and_stays_there(self, rate: float) -> None:
        world = scaled(steady(rate), 1, 50)
        counts = play(world, 120)
        needed = rate / SERVES / 0.70
        assert needed / (1 + cat.AUTOSCALER_TOLERANCE) <= counts[-1] < needed + 1.5
        assert len({*counts[80:]}) == 1, "it flaps at a steady load"

    def test_down_again_but_slower_than_up(self) -> None:
        world = scaled(service((0.0, 1000.0), (60.0, 1000.0), (60.0, 100.0), (300.0, 100.0)), 1, 50)
        counts = play(world, 300)
        peak = max(counts[:60])
        up = counts.index(peak) + 1
        down = next(second for second in range(60, 300) if counts[second] <= 2) - 60
        assert up < 45 < down
        assert counts[60 + int(cat.AUTOSCALER_WINDOW_SECONDS) - 2] == peak, "nothing goes before the window is over"

    def test_within_its_limits_whatever_comes(self) -> None:
        counts = play(scaled(steady(5000.0), 1, 6), 60)
        assert counts[-1] == 6
        assert play(scaled(steady(1.0, machines=5), 3, 6), 80)[-1] == 3

    def test_the_fewest_are_there_at_once(self) -> None:
        world = scaled(steady(1.0), 4, 6)
        world.step()
        assert len(world.snapshot().machines) - 1 == 4

    def test_a_machine_that_the_health_check_gave_up_is_replaced(self) -> None:
        scenario = dataclasses.replace(steady(100.0), faults=(Fault("crash", 5.0, "app-2"),))
        world = scaled(scenario, 2, 6)
        play(world, 5 + cat.BOOT_SECONDS + 5)
        app = world.snapshot().pools[1]
        assert (app.machines, app.up) == (3, 2)


class TestWhatItCannotDo:
    SPIKE = ((0.0, 150.0), (30.0, 150.0), (30.0, 900.0), (90.0, 900.0))

    def test_it_lags_a_spike_by_the_boots_it_needs(self) -> None:
        """Twice as much again each boot: what was built before the spike loses nothing."""
        late, ahead = scaled(service(*self.SPIKE), 2, 20), World(service(*self.SPIKE), [1])
        ahead.apply(Add("app", 5))
        counts = play(late, 90)
        play(ahead, 90)
        reached = next(second for second, count in enumerate(counts) if count >= 6)
        assert reached - 30 > cat.BOOT_SECONDS
        assert ahead.score().lost < 0.001 * ahead.score().offered
        assert late.score().lost > 0.10 * late.score().offered

    def test_it_hides_what_makes_the_work_heavier_and_sends_the_bill(self) -> None:
        """Machines that get slower and slower: who watches only the users sees nothing."""
        leak = tuple(Fault("slow", 20.0, f"app-{n}", factor=3.0, lasts=100.0) for n in (1, 2))
        sick, well, bare = (
            dataclasses.replace(steady(150.0), faults=leak),
            steady(150.0),
            dataclasses.replace(steady(150.0), faults=leak),
        )
        hidden, healthy, seen = scaled(sick, 2, 20), scaled(well, 2, 20), World(bare, [1])
        for world in (hidden, healthy, seen):
            play(world, 110)
        assert seen.score().lost > 0.2 * seen.score().offered
        assert hidden.score().lost < 0.06 * hidden.score().offered
        assert hidden.score().cost_micro > 1.25 * healthy.score().cost_micro

    def test_it_spends_until_the_purse_is_empty_and_then_says_so(self) -> None:
        world = scaled(steady(1500.0), 1, 50)
        dollars = 3 * SMALL.price * cat.MINIMUM_BILLED_SECONDS / 60
        world.fund(round(dollars * 1e6) + 1)
        assert play(world, 40)[-1] == 5
        said = [happening.text for happening in world.happenings()]
        assert sum("the purse cannot pay another machine" in text for text in said) <= 3
        assert any("the purse cannot pay another machine" in text for text in said)
        world.fund(10**12)
        assert play(world, 20)[-1] > 5

    def test_taking_machines_away_logs_out_whose_memory_they_were(self) -> None:
        falling = ((0.0, 600.0), (40.0, 600.0), (40.0, 60.0), (120.0, 60.0))
        world = scaled(service(*falling, session=True), 1, 20)
        play(world, 120)
        assert any("goes, which logs out" in said.text for said in world.happenings())


class TestItIsAnOrderLikeAnother:
    @pytest.mark.parametrize(
        ("order", "why"),
        [
            (Autoscale("nowhere", 1, 2, 70.0), "there is no pool 'nowhere'; there are balancer, app"),
            (Autoscale("app-1", 1, 2, 70.0), "app-1 is one machine; name its pool: app"),
            (Autoscale("worker", 1, 2, 70.0), "there is no worker yet"),
            (Autoscale("database", 1, 2, 70.0), "a database cannot just be cloned"),
            (Autoscale("cache", 1, 2, 70.0), "there is no cache yet"),
            (Autoscale("balancer", 1, 2, 70.0), "two balancers are a pair"),
            (Autoscale("standby", 1, 2, 70.0), "a standby waits and does not work"),
            (Autoscale("app", 3, 2, 70.0), "the fewest and the most go from 1 to 1000"),
            (Autoscale("app", 1, 2, 99.0), "the target goes from 10 to 95 %"),
            (Autoscale("app", off=True), "app has no autoscaler"),
        ],
    )
    def test_what_makes_no_sense_is_refused(self, order: Order, why: str) -> None:
        refusal = World(steady(10.0), [1]).refusal(order)
        assert refusal is not None
        assert refusal.startswith(why)

    def test_it_says_what_it_may_spend(self) -> None:
        quote = World(steady(10.0), [1]).quote(Autoscale("app", 3, 10, 70.0))
        assert quote.price_change == pytest.approx(SMALL.price)
        assert quote.consequence == f"spends ${3 * SMALL.price:.2f} to ${10 * SMALL.price:.2f} a minute by itself"

    def test_it_is_seen_and_can_be_taken_back(self) -> None:
        world = scaled(steady(1000.0), 2, 9)
        play(world, 30)
        (view,) = world.snapshot().autoscalers
        assert (view.pool, view.low, view.high, view.target) == ("app", 2, 9, 0.70)
        assert 7 <= view.need <= view.machines <= 9
        world.apply(Autoscale("app", off=True))
        world.apply(Remove("app", 3))
        left = play(world, 30)[-1]
        assert world.snapshot().autoscalers == ()
        assert left == view.machines - 3

    def test_pools_beside_app_have_one_too_until_they_are_taken_away(self) -> None:
        world = World(steady(1.0), [1])
        world.apply(PlacePool("images", "small"))
        play(world, cat.PLACE_SECONDS + cat.BOOT_SECONDS + 1)
        world.apply(Autoscale("images", 3, 5, 70.0))
        play(world, 2)
        assert [view.machines for view in world.snapshot().autoscalers] == [3]
        world.apply(Remove("images"))
        play(world, 10)
        shot = world.snapshot()
        assert shot.autoscalers == ()
        assert all(pool.name != "images" for pool in shot.pools)

    def test_replicas_follow_the_reads(self) -> None:
        reads = RequestClass("page", cpu_ms=0.1, db_read_ms=10)
        start = Start(PoolPlan("small"), database=PoolPlan("small"))
        world = World(dataclasses.replace(steady(300.0), classes=(reads,), start=start), [1])
        world.apply(Add("replica"))
        play(world, 15)
        world.apply(Autoscale("replica", 1, 6, 70.0))
        play(world, 60)
        (view,) = world.snapshot().autoscalers
        assert view.machines in (2, 3, 4)

    def test_a_cache_follows_what_is_asked_of_it(self) -> None:
        often = service((0.0, 100.0), (100.0, 4000.0), (140.0, 4000.0), (160.0, 100.0), (500.0, 100.0), session=True)
        start = dataclasses.replace(often.start, app=PoolPlan("metal", 2), cache=PoolPlan("small"), sessions="cache")
        pages = dataclasses.replace(often.classes[0], cpu_ms=1.0)
        world = World(dataclasses.replace(often, start=start, classes=(pages,), seconds=500.0), [1])
        assert world.refusal(Autoscale("cache", 1, 6, 10.0)) is None
        world.apply(Autoscale("cache", 1, 6, 10.0))
        play(world, 150)
        assert 1 < len(world.site.machines(0, Pool.CACHE)) <= 6
        play(world, 300)
        assert len(world.site.machines(0, Pool.CACHE)) == 1

    def test_a_player_may_go_on_ordering_beside_it(self) -> None:
        world = scaled(steady(300.0), 2, 6)
        world.apply(Add("app", 6))
        world.apply(Restart("app-1"))
        counts = play(world, 120)
        assert counts[0] == 8
        assert counts[-1] <= 3

    def test_a_run_has_the_same_autoscaler_alone_and_among_others(self) -> None:
        alone, crowd = World(shop(), [7]), World(shop(), [3, 7, 9])
        crowd.apply(Autoscale("app", 6, 9, 50.0), 2)
        for tick in range(110):
            if tick == 13:
                alone.apply(Autoscale("app", 2, 8, 60.0))
                crowd.apply(Autoscale("app", 2, 8, 60.0), 1)
            alone.step()
            crowd.step()
        assert len(alone.snapshot().machines) > 5
        assert crowd.state_hash(1) == alone.state_hash()
