from __future__ import annotations

import pytest

from scalegame.bench import batch, dispatches, rounds
from scalegame.bench.section import Settings
from scalegame.bench.service import Service
from scalegame.model.world import World
from tests.bench.told import Told


def warm(rate: float) -> World:
    world = World(Service(rate).level().scenario, [3])
    for _ in range(20):
        world.step()
    return world


def test_runs_in_lock_step_beside_one_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("RUNS", 6), ("TICKS", 20), ("WARM_TICKS", 10)):
        monkeypatch.setattr(batch, name, value)
    monkeypatch.setattr(dispatches, "TICKS", 20)
    monkeypatch.setattr(rounds, "_sweep", lambda: None)
    told = Told()
    section = batch.measure(Settings(quick=True), told)
    assert told.steps == told.promised
    assert [row[0] for row in section.rows] == ["1", "6"]
    assert section.figures[0].value == pytest.approx(
        float(str(section.data["alone_tick_cpu_us"])) / float(str(section.data["together_tick_cpu_us"]))
    )


def test_counting_calls_changes_no_result(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatches, "TICKS", 40)
    counted, plain = warm(300.0), warm(300.0)
    assert dispatches.calls_of_a_tick(counted) > 50
    for _ in range(40):
        plain.step()
    assert counted.state_hash() == plain.state_hash()


def test_a_tick_calls_as_often_at_any_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where counts are large; small ones are drawn from tables besides."""
    monkeypatch.setattr(dispatches, "TICKS", 40)
    calls = [dispatches.calls_of_a_tick(warm(rate)) for rate in (10_000.0, 1_000_000.0)]
    assert calls[1] == pytest.approx(calls[0], rel=0.1)
