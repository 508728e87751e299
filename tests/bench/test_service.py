from __future__ import annotations

import pytest

from scalegame.bench.service import UTILISATION, Service
from scalegame.model.catalogue import LADDER
from scalegame.model.world import World


def test_at_100_a_second_it_is_the_two_tier_lab() -> None:
    service = Service(100.0)
    assert service.app_seconds == pytest.approx(0.084)
    assert service.database_seconds == pytest.approx(0.056)
    # levels/lab/two-tiers.toml names the exact value.
    assert service.mean_response == pytest.approx(0.1763, abs=5e-5)


@pytest.mark.parametrize("rate", [10.0, 1e6])
def test_the_load_is_the_same_at_any_rate(rate: float) -> None:
    service = Service(rate)
    assert service.rate * service.app_seconds / (service.servers * service.app_cores) == pytest.approx(UTILISATION)
    assert service.rate * service.database_seconds / service.database_cores == pytest.approx(UTILISATION)
    assert service.mean_response * rate == pytest.approx(Service(1.0).mean_response)


def test_as_played_its_machines_have_rooms_and_the_balancer_works() -> None:
    plain, played = Service(100.0).level().scenario, Service(100.0).level(as_played=True).scenario
    assert plain.start.balancer is not None
    assert played.start.balancer is not None
    assert (plain.start.balancer.size, played.start.balancer.size) == ("wire", "small")
    at_a_million = Service(1e6).level(as_played=True).scenario.start.balancer
    assert at_a_million is not None
    assert at_a_million.size == "xlarge"  # ten busy cores
    small, app = LADDER[0], played.sizes["bench-app"]
    assert app.slots / app.cores == small.slots / small.cores
    assert app.backlog / app.cores == small.backlog / small.cores
    assert plain.sizes["bench-app"].slots > 1_000_000


def test_the_world_answers_as_theory_says() -> None:
    service = Service(10_000.0)
    world = World(service.level().scenario, [1])
    for _ in range(560):
        world.step()
    snapshot = world.snapshot()
    assert snapshot.latency.mean / 1000 == pytest.approx(service.mean_response, rel=0.03)
    assert [(pool.name, pool.machines) for pool in snapshot.pools if pool.name != "balancer"] == [
        ("app", 3),
        ("database", 1),
    ]
    assert all(pool.mean_utilisation == pytest.approx(UTILISATION, rel=0.02) for pool in snapshot.pools[-2:])
