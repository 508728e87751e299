"""The front door: what L4 and L7 carry, a pair of them, encryption, plain TCP, servers of different sizes."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import (
    L4_CPU_MS,
    L7_CPU_MS,
    REPAIR_SECONDS,
    SETTINGS,
    SIZES,
    TCP_TUNNEL_CPU_MS,
    TLS_CPU_MS,
)
from scalegame.model.orders import Add, PlaceBalancer, PlacePool, Route, Set
from scalegame.model.scenario import Algorithm, BalancerKind, BalancerPlan, Fault, Protocol, RequestClass, Scenario
from scalegame.model.world import World
from tests.model.lab_runs import pool_of
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool

CORES = SIZES["small"].cores


def behind(
    kind: BalancerKind,
    *,
    rate: float = 1000.0,
    cpu_ms: float = 0.5,
    balancers: int = 1,
    algorithm: Algorithm = "round-robin",
    protocol: Protocol = "http",
    tls: bool = False,
    faults: tuple[Fault, ...] = (),
) -> Scenario:
    """Two servers behind small balancers."""
    plain = pool(2, rate=rate, cpu_ms=cpu_ms, faults=faults, size=SIZES["medium"])
    start = dataclasses.replace(plain.start, balancer=BalancerPlan(kind, algorithm, balancers, "small"), tls=tls)
    classes = (dataclasses.replace(plain.classes[0], protocol=protocol),)
    return dataclasses.replace(plain, start=start, classes=classes, warmup=2.0)


def core_ms(scenario: Scenario, pool_name: str, rate: float = 1000.0) -> float:
    """Milliseconds of a core that a pool spends on each request, contention taken out."""
    seen = pool_of(after(scenario, 30).snapshot(), pool_name)
    cores = sum(view.cores for view in after(scenario, 0.1).snapshot().machines if view.pool == pool_name)
    each = cores // seen.machines
    return seen.mean_utilisation * cores / rate * 1000 / (1 + SIZES["small"].contention * (each - 1))


class TestWhatABalancerCarries:
    def test_l7_reads_and_l4_passes_on(self) -> None:
        l4, l7 = (core_ms(behind(kind), "balancer") for kind in ("l4", "l7"))
        assert l4 == pytest.approx(L4_CPU_MS, rel=0.05)
        assert l7 == pytest.approx(L7_CPU_MS, rel=0.05)

    def test_for_a_dollar_l7_carries_a_fifth_of_l4(self) -> None:
        """As much as one small L4 machine carries at its limit takes five times the price of L7."""
        most = {}
        for kind, rate in (("l4", 210_000.0), ("l7", 42_000.0)):
            seen = after(behind(kind, rate=rate, cpu_ms=0.01), 5).snapshot()  # type: ignore[arg-type]  # as above
            view = machine(seen, "balancer-1")
            assert view.utilisation > 0.97
            most[kind] = rate / view.price
        assert most["l7"] / most["l4"] == pytest.approx(1 / 5)

    def test_the_quote_says_what_is_read_no_more(self) -> None:
        world = after(behind("l7"), 1)
        give(world, PlacePool("images"))
        go_on(world, 7)
        give(world, Route("/", "images"))
        assert world.quote(PlaceBalancer("l4")).consequence == "no path is read any more: all goes to app"

    def test_l4_shows_no_paths_and_l7_has_them_again(self) -> None:
        world = after(behind("l7"), 1)
        give(world, PlacePool("images"))
        go_on(world, 7)
        give(world, Route("/", "images"))
        give(world, PlaceBalancer("l4"))
        assert world.snapshot().front.routes == ()
        give(world, PlaceBalancer("l7"))
        assert world.snapshot().front.routes == (("/", "images"),)


class TestAPair:
    @pytest.mark.parametrize("interval", [0.5, 2.0])
    def test_survives_the_loss_of_one_after_the_health_checks_delay(self, interval: float) -> None:
        """threshold - 1/2 intervals of errors on average, against the whole repair of a single one."""
        outages = []
        threshold = SETTINGS["health.threshold"].start
        for seed in range(12):
            world = World(behind("l4", balancers=2, rate=200.0, faults=(Fault("crash", 5.0, "balancer-1"),)), [seed])
            give(world, Set("health.interval", interval))
            go_on(world, 15)
            outages.append(lost(world.snapshot(), "down") / 200.0)
        assert sum(outages) / len(outages) == pytest.approx((threshold - 0.5) * interval, rel=0.2)

    def test_a_single_one_is_down_until_it_is_repaired(self) -> None:
        world = after(behind("l4", rate=200.0, faults=(Fault("crash", 5.0, "balancer-1"),)), 45)
        assert lost(world.snapshot(), "down") == pytest.approx(200 * REPAIR_SECONDS, rel=0.05)

    def test_only_one_of_them_works(self) -> None:
        seen = after(behind("l7", balancers=2), 10).snapshot()
        assert machine(seen, "balancer-1").utilisation > 0
        assert machine(seen, "balancer-2").utilisation == 0


class TestTls:
    def test_ends_at_the_servers_behind_l4(self) -> None:
        sealed = behind("l4", tls=True)
        assert core_ms(sealed, "balancer") == pytest.approx(L4_CPU_MS, rel=0.05)
        assert core_ms(sealed, "app") == pytest.approx(0.5 + TLS_CPU_MS, rel=0.05)
        assert after(sealed, 0.1).snapshot().front.tls == ("servers",)

    def test_ends_at_an_l7_balancer(self) -> None:
        sealed = behind("l7", tls=True)
        assert core_ms(sealed, "balancer") == pytest.approx(L7_CPU_MS + TLS_CPU_MS, rel=0.05)
        assert core_ms(sealed, "app") == pytest.approx(0.5, rel=0.05)
        assert after(sealed, 0.1).snapshot().front.tls == ("balancer",)

    def test_sealed_again_for_the_servers_costs_both(self) -> None:
        world = after(behind("l7", tls=True), 1)
        give(world, Set("tls", 0))
        go_on(world, 30)
        seen = world.snapshot()
        assert seen.front.tls == ("balancer", "servers")
        assert pool_of(seen, "balancer").utilisation * CORES == pytest.approx(L7_CPU_MS + TLS_CPU_MS, rel=0.2)
        assert pool_of(seen, "app").utilisation * 8 == pytest.approx(0.5 + TLS_CPU_MS, rel=0.2)

    def test_is_nobodys_business_where_nothing_is_encrypted(self) -> None:
        world = after(behind("l7"), 1)
        assert world.snapshot().front.tls == ()
        assert world.refusal(Set("tls", 0)) == "nothing that comes here is encrypted"

    def test_cannot_be_opened_by_l4(self) -> None:
        world = after(behind("l4", tls=True), 1)
        assert world.refusal(Set("tls", 1)) == "only L7 opens what users sealed; TLS ends at the servers here"

    def test_is_told_before_a_balancer_is_placed(self) -> None:
        world = after(behind("l4", tls=True), 1)
        assert f"TLS ends here, {TLS_CPU_MS:g} ms of its core each" in world.quote(PlaceBalancer("l7")).consequence


class TestPlainTcp:
    def test_costs_l7_several_times_what_http_does_and_l4_nothing_more(self) -> None:
        assert core_ms(behind("l7", protocol="tcp"), "balancer") == pytest.approx(TCP_TUNNEL_CPU_MS, rel=0.05)
        assert core_ms(behind("l4", protocol="tcp"), "balancer") == pytest.approx(L4_CPU_MS, rel=0.05)
        assert TCP_TUNNEL_CPU_MS >= 4 * L7_CPU_MS

    def test_beside_http_each_pays_its_own(self) -> None:
        plain = behind("l7")
        mixed = dataclasses.replace(
            plain,
            classes=(RequestClass("page", cpu_ms=0.5), RequestClass("feed", cpu_ms=0.5, protocol="tcp")),
            traffic=(plain.traffic[0], dataclasses.replace(plain.traffic[0], class_name="feed")),
        )
        spent = core_ms(mixed, "balancer")
        assert spent == pytest.approx(L7_CPU_MS + TCP_TUNNEL_CPU_MS, rel=0.06)

    def test_has_no_path(self) -> None:
        world = after(behind("l7", protocol="tcp"), 1)
        give(world, PlacePool("feeds"))
        go_on(world, 7)
        refusal = world.refusal(Route("/", "feeds"))
        assert refusal == "nothing that comes is under /; there is plain TCP, which has no paths"


class TestDifferentMachinesInOnePool:
    """A small and a large server, 2 and 8 cores, that get 85 % of what both can do together."""

    RATE = 0.85 * 10 / 0.01

    def pair(self, algorithm: Algorithm, weights: float = 0.0) -> World:
        plain = pool(1, rate=self.RATE, cpu_ms=10.0, algorithm=algorithm, size=SIZES["small"])
        world = World(plain, [3])
        give(world, Set("balancer.weights", weights))
        give(world, Add("app", 1, "large"))
        return go_on(world, 60)

    def test_dealt_in_turn_the_small_one_drowns(self) -> None:
        seen = self.pair("round-robin").snapshot()
        assert machine(seen, "app-1").utilisation > 0.93
        assert machine(seen, "app-2").utilisation < 0.65
        assert lost(seen, "refused") > 0

    @pytest.mark.parametrize("algorithm", ["round-robin", "random"])
    def test_by_their_cores_both_have_as_much_to_do(self, algorithm: Algorithm) -> None:
        world = self.pair(algorithm, weights=1.0)
        before = lost(world.snapshot(), "refused")
        go_on(world, 20)
        seen = world.snapshot()
        rates = [machine(seen, name).arrival_rate for name in ("app-1", "app-2")]
        assert rates[1] / rates[0] == pytest.approx(4, rel=0.15)
        assert machine(seen, "app-1").utilisation == pytest.approx(0.85, abs=0.08)
        assert lost(seen, "refused") == before

    def test_least_connections_need_not_be_told(self) -> None:
        world = self.pair("least-connections")
        before = lost(world.snapshot(), "refused")
        go_on(world, 20)
        assert lost(world.snapshot(), "refused") == before
        assert machine(world.snapshot(), "app-1").utilisation == pytest.approx(0.85, abs=0.08)

    def test_weights_deal_as_evenly_as_turns_where_all_are_alike(self) -> None:
        """The wait of two M/M/1 that are dealt to in turn does not change."""
        waits = []
        for weights in (0.0, 1.0):
            scenario = dataclasses.replace(pool(4, rate=320.0, cpu_ms=10.0, algorithm="round-robin"), warmup=10.0)
            world = World(scenario, range(8))
            for run in range(8):
                world.apply(Set("balancer.weights", weights), run)
            go_on(world, 60)
            waits.append(sum(pool_of(world.snapshot(run), "app").wait.mean for run in range(8)) / 8)
        assert waits[1] == pytest.approx(waits[0], rel=0.08)
