from __future__ import annotations

import json

import pytest

from scalegame.bench import engine, machines, peers, rounds, service
from scalegame.bench.section import Section, Settings
from tests.bench.told import Told


def measured(monkeypatch: pytest.MonkeyPatch) -> tuple[Section, Told]:
    """A measurement of a few ticks."""
    monkeypatch.setattr(engine, "RATES", (10, 10_000))
    monkeypatch.setattr(engine, "PEER_RATES", (10_000,))
    monkeypatch.setattr(engine, "PEER_REQUESTS", 100)
    monkeypatch.setattr(engine, "TICKS", 32)
    monkeypatch.setattr(engine, "WARMUP", 2)
    # Sweeping all that pytest holds takes longer than what is measured.
    monkeypatch.setattr(rounds, "_sweep", lambda: None)
    monkeypatch.setattr(service, "WARMUP", 1)
    told = Told()
    return engine.measure(Settings(quick=True), told), told


def test_our_own_figures_come_without_the_peers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(peers, "is_installed", lambda _: False)
    section, told = measured(monkeypatch)
    assert told.steps == told.promised
    *ratios, spread, spread_as_played = section.figures
    assert [figure.verdict for figure in ratios] == ["not measured"] * 3
    assert spread.value is not None
    assert spread_as_played.value is not None
    assert [row[0] for row in section.rows] == ["10", "10,000"]
    assert all(float(row[1]) > 0 and row[4] == row[5] == "-" for row in section.rows)
    assert any("SimPy is not installed" in note for note in section.notes)
    json.dumps(section.data, allow_nan=False)


def test_beside_the_peers_each_has_its_column(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("simpy")
    pytest.importorskip("ciw")
    section, _ = measured(monkeypatch)
    ten, ten_thousand = section.rows
    assert ten[4] == "-"
    assert all(float(cell) > 0 for cell in ten_thousand[1:6])
    row = json.loads(json.dumps(section.data))["rates"][1]
    assert row["world_to_simpy"] == pytest.approx(row["world"] / row["simpy"])
    assert section.figures[0].value == row["world_to_simpy"]


@pytest.mark.parametrize(("ratio", "words"), [(1 / 80, "1/80"), (0.02, "1/50"), (0.8, "0.80x"), (3.2, "3.20x")])
def test_a_ratio_in_words(ratio: float, words: str) -> None:
    assert engine.one_in(ratio) == words


def test_ticks_by_machines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machines, "COUNTS", (10, 30))
    monkeypatch.setattr(machines, "TICKS", 32)
    monkeypatch.setattr(machines, "WARM_TICKS", 8)
    told = Told()
    section = machines.measure(Settings(quick=True), told)
    assert told.steps == told.promised
    assert [row[0] for row in section.rows] == ["10", "30"]
    assert section.rows[0][2] == "1.00x"
