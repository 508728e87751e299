from __future__ import annotations

import json
from pathlib import Path

import pytest

from scalegame.bench import verify
from scalegame.bench.levels import campaign, first
from scalegame.bench.section import BenchError, Settings
from tests.bench.told import Told

LAB = Settings(level="lab-two-tiers", quick=True)


def test_the_run_that_is_kept_verifies_and_a_spoiled_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "ENOUGH", 7)
    path = tmp_path / "bench.run"
    assert verify.record(first(LAB), path) == 70
    verify.verify_here(path)

    text = path.read_text("utf-8")
    path.write_text(text.replace('"lost":0', '"lost":1'), "utf-8")
    with pytest.raises(BenchError, match="lost is 0, not 1"):
        verify.verify_here(path)


def test_a_level_is_played_by_its_reference(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "ENOUGH", 60)
    level = first(Settings(level="who-am-i-again"))
    verify.record(level, tmp_path / "bench.run")
    [reference] = [proof for proof in level.proofs if proof.reference]
    given = [line.split(maxsplit=1)[1] for line in reference.commands if float(line.split()[0]) < 60]
    lines = [json.loads(line) for line in (tmp_path / "bench.run").read_text("utf-8").splitlines()]
    assert [line[1] for line in lines if isinstance(line, list) and isinstance(line[0], int)] == given


def test_the_section_has_a_row_a_level_and_one_for_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "ENOUGH", 7)
    monkeypatch.setattr(verify, "_verify_by_command", verify.verify_here)
    told = Told()
    section = verify.measure(LAB, told)
    assert told.steps == told.promised
    assert [row[:2] for row in section.rows] == [
        ("lab-two-tiers", "7.0"),
        ("lab-two-tiers: the command, its start included", "7.0"),
    ]
    assert [figure.name for figure in section.figures] == [
        "verify lab-two-tiers, the slowest",
        "verify lab-two-tiers, start included",
    ]


def test_without_a_level_the_campaign_is_played() -> None:
    assert all(level.pack == "campaign" for level in campaign(Settings()))
    assert first(Settings()) == campaign(Settings())[0]
    with pytest.raises(BenchError, match="no-such-level"):
        first(Settings(level="no-such-level"))
