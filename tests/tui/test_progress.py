"""What the run files in the state folder say of how far a player got."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from scalegame.game.level_library import find
from scalegame.game.run_file import End, Header, end_line, header_line
from scalegame.game.score import Result
from scalegame.tui.progress import Standing, run_files, standings

WON = Result("won", 990_000, 2_000_000, 1800, 1000, 990, 10, 1, 0)


def keep(folder: Path, name: str, result: Result, level: str = "one-box", level_id: str | None = None) -> None:
    identity = level_id or find(level).level_id
    header = Header("0.1.0", 3, level, identity, 1, "")
    folder.joinpath(f"{name}.run").write_text(
        header_line(header) + end_line(End(result.ticks, result, "0" * 64)), encoding="utf-8"
    )


def test_the_best_figures_need_not_be_of_one_run(tmp_path: Path) -> None:
    keep(tmp_path, "a", WON)
    keep(tmp_path, "b", replace(WON, good=900, lost=100, uptime_ppm=900_000, cost_micro=1_500_000))
    assert standings(run_files(tmp_path)) == {"one-box": Standing("gold", "gold", 0.99, 1.5)}


def test_a_run_that_launched_has_no_say_in_the_cost(tmp_path: Path) -> None:
    keep(tmp_path, "a", replace(WON, cost_micro=500_000, launches=1))
    assert standings(run_files(tmp_path)) == {"one-box": Standing("gold", "none", 0.99, None)}


def test_lost_runs_broken_files_and_other_levels_of_the_name_do_not_count(tmp_path: Path) -> None:
    keep(tmp_path, "a", replace(WON, outcome="lost"))
    keep(tmp_path, "b", WON, level_id="sha256:" + "0" * 64)
    (tmp_path / "c.run").write_text("nonsense")
    assert standings(run_files(tmp_path)) == {}


def test_a_level_without_end_keeps_its_longest_run_and_its_most_answers(tmp_path: Path) -> None:
    lost = replace(WON, outcome="lost")
    keep(tmp_path, "a", replace(lost, ticks=7_610, good=500), "endless")
    keep(tmp_path, "b", replace(lost, ticks=6_000, good=900), "endless")
    best = standings(run_files(tmp_path))["endless"]
    assert (best.survived, best.good, best.uptime_medal) == (761.0, 900, "none")


def test_a_daily_has_its_best_like_any_level(tmp_path: Path) -> None:
    keep(tmp_path, "a", WON, "daily-2026-11-27")
    assert standings(run_files(tmp_path))["daily-2026-11-27"].uptime_medal == "gold"
