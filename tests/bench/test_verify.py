from __future__ import annotations

from pathlib import Path

import pytest

from scalegame.bench import verify
from scalegame.bench.levels import chosen
from scalegame.bench.section import BenchError, Settings


def test_the_run_that_is_kept_verifies_and_a_spoiled_one_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verify, "ENOUGH", 7)
    path = tmp_path / "bench.run"
    level = chosen(Settings(level="lab-two-tiers"))
    assert verify.record(level, path) == 70
    verify.verify_here(path)

    text = path.read_text("utf-8")
    path.write_text(text.replace('"lost":0', '"lost":1'), "utf-8")
    with pytest.raises(BenchError, match="lost is 0, not 1"):
        verify.verify_here(path)


def test_the_campaign_begins_the_choice_of_levels() -> None:
    assert chosen(Settings()).pack in ("campaign", "lab")
    with pytest.raises(BenchError, match="no-such-level"):
        chosen(Settings(level="no-such-level"))
