from __future__ import annotations

import json

import pytest

from scalegame import bench
from scalegame.bench import call
from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain

SLOW = Figure("speed", 1.0, 200.0, False, plain(0, "x"))
LEAN = Figure("bytes", 60.0, 65.0, True, plain(1, " kB/s"))
UNKNOWN = Figure("ratio", None, 0.02, True, plain(2, "x"))


def part(settings: Settings, progress: Progress) -> Section:
    progress.begin("a part", 2)
    progress.step("first half")
    progress.step("second half")
    return Section(
        "A table", ("what", "much"), (("speed", "1"),), (SLOW, LEAN, UNKNOWN), {"quick": settings.quick}, ("A remark.",)
    )


def broken(_: Settings, __: Progress) -> Section:
    raise BenchError("there is no pty")


@pytest.fixture(autouse=True)
def _two_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(call, "PARTS", {"engine": part, "paint": broken})


def test_json_is_one_object_and_progress_goes_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--json", "--quick"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert list(found) == ["format", "scalegame", "machine", "quick", "repeats", "parts", "figures", "notes"]
    assert found["machine"]["packages"]["textual"] is not None
    assert found["parts"] == {"engine": {"quick": True}}
    assert [figure["verdict"] for figure in found["figures"]] == ["miss", "pass", "not measured"]
    assert found["figures"][0] == {
        "name": "speed", "value": 1.0, "target": 200.0, "bound": "at least", "verdict": "miss",
    }  # fmt: skip
    assert err.splitlines() == [
        "bench: a part",
        "bench: a part 1/2: first half",
        "bench: a part 2/2: second half",
    ]


def test_a_part_that_cannot_be_measured_is_a_line_and_the_others_still_come(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert bench.main([]) == 0
    out = capsys.readouterr().out
    assert "A table" in out
    assert "- A remark." in out
    assert "- paint was not measured: there is no pty" in out


def test_the_page_shows_targets_and_verdicts_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    bench.main(["--only", "engine"])
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["speed", "1x", "at", "least", "200x", "miss"] in lines
    assert ["bytes", "60.0", "kB/s", "at", "most", "65.0", "kB/s", "pass"] in lines
    assert ["ratio", "-", "at", "most", "0.02x", "not", "measured"] in lines


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (["--only", "nothing"], "engine"),
        (["--fast"], "--fast"),
        (["--level", "no-such-level"], 'there is no level "no-such-level"'),
        (["--level", "/nowhere/at-all.toml"], "/nowhere/at-all.toml"),
    ],
)
def test_a_bad_call_is_one_line_and_status_2(args: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(args) == 2
    out, err = capsys.readouterr()
    assert out == ""
    [line] = err.splitlines()
    assert line.startswith("scalegame: ")
    assert what in line
