"""Finite rooms against the birth-death chain of M/M/c/K: small ones are drawn from its law, large ones walked."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import Size
from tests.model.lab_runs import play
from tests.model.plain_worlds import pool


def birth_death(cores: int, room: int, load: float) -> tuple[float, float]:
    """Blocking and mean number waiting; load in cores. Kleinrock, "Queueing Systems" I, section 3.6."""
    chances = [1.0]
    for k in range(1, room + 1):
        chances.append(chances[-1] * load / min(k, cores))
    total = sum(chances)
    waiting = sum(max(k - cores, 0) * chance for k, chance in enumerate(chances)) / total
    return chances[-1] / total, waiting


@pytest.mark.parametrize(
    ("cores", "room", "work_ms", "busy"),
    [
        pytest.param(1, 10, 10, 0.7, id="walked: one core"),
        pytest.param(1, 20, 10, 1.1, id="walked: one core in overload"),
        pytest.param(2, 64, 10, 1.0, id="walked: a small machine, exactly full"),
        pytest.param(8, 256, 10, 1.1, id="walked: a large machine in overload"),
        pytest.param(4, 8, 10, 0.8, id="by its law: four cores, four wait"),
        pytest.param(8, 16, 20, 0.9, id="by its law: cores that settle in a tick"),
        pytest.param(64, 80, 10, 0.95, id="by its law: many cores, few wait"),
        pytest.param(16, 40, 500, 0.9, id="one by one: services longer than a tick"),
    ],
)
def test_blocking_and_waits_of_a_finite_room(cores: int, room: int, work_ms: float, busy: float) -> None:
    load = busy * cores
    rate = load * 1000 / work_ms
    size = Size("lab", cores=cores, slots=room, backlog=0, price=0.0)
    scenario = pool(rate=rate, cpu_ms=work_ms, size=size)
    played = play(dataclasses.replace(scenario, seconds=50.0, warmup=15.0), seeds=32)
    blocking, waiting = birth_death(cores, room, load)
    refused, wait = played.refused(), played.wait()
    exact = waiting / (rate * (1 - blocking))
    assert abs(refused.value - blocking) <= 0.01 + 2 * refused.error
    assert abs(wait.value - exact) <= 0.05 * exact + 2 * wait.error
