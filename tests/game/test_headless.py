"""`scalegame run` and `verify` as programmes see them: one object, one line of trouble, the right status."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from scalegame.game import headless
from scalegame.game.level import Level
from tests.game.played_levels import BUSY, CALM, FLOOD, make_level


def run(
    level: Level,
    tmp_path: Path,
    script: str | None = None,
    *,
    until: float | None = None,
    as_json: bool = True,
    save: Path | None = None,
    trace: Path | None = None,
) -> int:
    commands = None
    if script is not None:
        commands = tmp_path / "build.txt"
        commands.write_text(script, encoding="utf-8")
    return headless.run(level, commands=commands, seed=3, until=until, as_json=as_json, save=save, trace=trace)


def run_json(capsys: pytest.CaptureFixture[str], level: Level, tmp_path: Path, script: str = "", **more: Any) -> Any:
    assert run(level, tmp_path, script, **more) == 0
    output = capsys.readouterr()
    assert output.err == ""
    return json.loads(output.out, parse_constant=pytest.fail)


class TestTheObject:
    def test_it_has_exactly_the_keys_that_are_promised(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        found = run_json(capsys, make_level(), tmp_path)
        assert " ".join(found) == (
            "level level_id seed rules ticks seconds outcome reason uptime cost offered good lost in_flight latency_ms"
            " ledger money classes pools refused state"
        )
        assert list(found["latency_ms"]) == ["mean", "p50", "p95", "p99"]
        assert list(found["classes"]["page"]) == ["offered", "good", "lost", "latency_ms"]
        assert list(found["pools"]["app"]) == ["machines", "utilisation", "queue_mean", "wait_ms"]
        assert (found["level"], found["seed"], found["outcome"]) == ("test-level", 3, "won")

    def test_nothing_offered_is_null_and_never_nan(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        found = run_json(capsys, make_level(), tmp_path, until=0)
        assert (found["ticks"], found["outcome"], found["reason"]) == (0, "running", "")
        assert found["uptime"] is None
        assert found["latency_ms"] == {"mean": None, "p50": None, "p95": None, "p99": None}

    def test_both_ledgers_sum(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        found = run_json(capsys, make_level(CALM, FLOOD), tmp_path, "1 add app 2\n2 resize app-1 medium\n")
        assert found["outcome"] == "lost"
        assert sum(row["count"] for row in found["ledger"]) == found["lost"] > 0
        assert sum(row["dollars"] for row in found["money"]) == pytest.approx(found["cost"], abs=1e-9)

    def test_until_is_rounded_to_the_tick_at_or_after(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        assert run_json(capsys, make_level(), tmp_path, until=3.01)["ticks"] == 31

    def test_the_same_call_prints_the_same_object(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        script = "2 resize app medium\n"
        assert run_json(capsys, make_level(), tmp_path, script) == run_json(capsys, make_level(), tmp_path, script)


class TestCommandFiles:
    def test_a_refused_command_is_listed_and_no_error(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        found = run_json(capsys, make_level(), tmp_path, "1.25 restart app-9\n900 add app\n")
        assert [(row["seconds"], row["command"]) for row in found["refused"]] == [
            (1.3, "restart app-9"),
            (900.0, "add app"),
        ]
        assert found["refused"][1]["why"].startswith("the level was over, at 4")

    def test_mistakes_go_to_stderr_with_file_line_and_column(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path
    ) -> None:
        assert run(make_level(), tmp_path, "1 add app\n2 resise app large\nx\n") == 2
        output = capsys.readouterr()
        assert output.out == ""
        where = tmp_path / "build.txt"
        assert output.err.splitlines() == [
            f'scalegame: {where}:2:3: there is no "resise"; did you mean resize?',
            f'scalegame: {where}:3:1: "x" is no time: a line is SECONDS COMMAND, such as 12.5 resize app large',
        ]

    @pytest.mark.parametrize("content", [None, b"\xff\xfe"])
    def test_a_file_that_cannot_be_read_is_one_line(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: bytes | None
    ) -> None:
        path = tmp_path / "build.txt"
        if content is not None:
            path.write_bytes(content)
        level = make_level()
        assert headless.run(level, commands=path, seed=0, until=None, as_json=True, save=None, trace=None) == 2
        assert capsys.readouterr().err.startswith(f"scalegame: {path}: ")


class TestFiles:
    def test_a_saved_run_can_be_verified(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        save = tmp_path / "x.run"
        run_json(capsys, make_level(), tmp_path, "2 add app\n", save=save)
        assert headless.verify([save]) == 0
        assert capsys.readouterr().out.startswith(f"{save}: verified: won, 100.00 % up, $")

    def test_so_can_one_that_was_stopped_on_the_way(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        save = tmp_path / "x.run"
        run_json(capsys, make_level(), tmp_path, save=save, until=7.3)
        assert headless.verify([save]) == 0
        assert "still running" in capsys.readouterr().out

    def test_of_several_runs_the_worst_code_counts(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        good, broken = tmp_path / "good.run", tmp_path / "broken.run"
        run_json(capsys, make_level(), tmp_path, save=good)
        broken.write_bytes(good.read_bytes()[:-20])
        assert headless.verify([good, broken, tmp_path / "none.run"]) == 4
        output = capsys.readouterr()
        assert len(output.out.splitlines()) == 1
        assert len(output.err.splitlines()) == 2

    def test_the_trace_has_a_row_a_second(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        trace = tmp_path / "x.csv"
        found = run_json(capsys, make_level(), tmp_path, "3 place balancer l4\n", trace=trace, until=20)
        with trace.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [float(row["seconds"]) for row in rows] == [float(second) for second in range(1, 21)]
        assert list(rows[0])[:8] == ["seconds", "offered", "good", "lost", "p50_ms", "p95_ms", "p99_ms", "cost"]
        assert {"app_utilisation", "app_waiting", "balancer_utilisation"} <= set(rows[0])
        assert rows[0]["balancer_utilisation"] == ""
        assert float(rows[-1]["cost"]) == pytest.approx(found["cost"])

    @pytest.mark.parametrize("what", ["save", "trace"])
    def test_a_place_that_cannot_be_written_is_one_line(
        self, capsys: pytest.CaptureFixture[str], tmp_path: Path, what: str
    ) -> None:
        files: dict[str, Any] = {what: tmp_path / "none" / "x"}
        assert run(make_level(CALM), tmp_path, until=1, **files) == 2
        errors = capsys.readouterr().err.splitlines()
        assert len(errors) == 1
        assert "cannot be written" in errors[0]


class TestTheReport:
    def test_it_says_how_it_ended_and_why(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        assert run(make_level(CALM, FLOOD), tmp_path, "1 restart app-9\n", as_json=False) == 0
        page = capsys.readouterr().out
        assert "A test: the error budget was spent at 00:2" in page
        assert "It broke here:" in page
        assert "refused at 1.0 s: restart app-9: " in page

    def test_a_calm_run_says_that_nothing_was_lost(self, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
        run(make_level(CALM, BUSY), tmp_path, as_json=False)
        assert "Nothing was lost" in capsys.readouterr().out
