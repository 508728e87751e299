"""A level is proved the same wherever the work is done."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from io import StringIO

import pytest
from rich.console import Console

from scalegame.game.level_file import read_level
from scalegame.game.proving.jobs import NoWorkersError, executor_for, shares
from scalegame.game.proving.proving import Verdict, plan, prove
from scalegame.game.proving.report import as_json, print_verdict
from tests.game.played_levels import level_text, stage

PROOF = """
[par]
uptime = 0.5
cost = 9
[[proof]]
name = "as it is"
reference = true
outcome = "won"
[[proof]]
name = "a bigger one"
commands = ["2 resize app medium"]
outcome = "won"
"""
LEVEL = read_level(level_text(stage("calm", 6, (50, 50)), uptime=0.1, money=3, top='teaches = ["resize"]', more=PROOF))
SEEDS = range(1, 4)


@pytest.fixture(scope="module")
def verdict() -> Verdict:
    return prove(LEVEL, plan(LEVEL, SEEDS, 1))


def test_a_level_that_wins_itself_is_refused(verdict: Verdict) -> None:
    assert not verdict.holds
    assert [finding.code for finding in verdict.findings] == [
        "lazy", "tool-not-needed", "solved-at-once", "tool-not-needed",
    ]  # fmt: skip


def test_builds_that_come_to_the_same_lines_are_played_once(verdict: Verdict) -> None:
    planned = plan(LEVEL, SEEDS, 1)
    assert len(planned.builds) == 7
    assert len(planned.scripts) == 3
    assert len(planned.jobs) == 4
    assert [one.build for one in verdict.outcomes] == list(planned.builds)


def test_the_verdict_is_the_same_in_other_portions_by_other_workers(verdict: Verdict) -> None:
    heard: list[None] = []
    with ThreadPoolExecutor(2) as pool:
        planned = plan(LEVEL, SEEDS, 3)
        other = prove(LEVEL, planned, pool, lambda: heard.append(None))
    assert len(planned.portions) == 3
    assert len(heard) == len(planned.jobs)
    assert other == verdict


def test_a_dask_cluster_comes_to_the_same(verdict: Verdict) -> None:
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with (
        distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster,
        executor_for(2, cluster.scheduler_address) as executor,
    ):
        assert prove(LEVEL, plan(LEVEL, SEEDS, 2), executor) == verdict


def test_a_scheduler_that_does_not_answer_is_told_in_a_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    monkeypatch.setattr("scalegame.game.proving.jobs.CONNECT_SECONDS", 0.2)
    with (
        pytest.raises(NoWorkersError, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"),
        executor_for(2, "tcp://127.0.0.1:9"),
    ):
        pass


def test_processes_that_die_are_told_in_a_line() -> None:
    with pytest.raises(NoWorkersError, match="a worker process died"), executor_for(2, None):
        raise BrokenProcessPool


def test_every_worker_has_a_portion_and_no_portion_is_too_big() -> None:
    assert shares(range(5), 2) == [(0, 1, 2), (3, 4)]
    assert shares(range(3), 8) == [(0,), (1,), (2,)]
    assert [len(share) for share in shares(range(64), 1)] == [32, 32]


def test_a_table_says_what_came_of_each_build_and_what_is_wrong(verdict: Verdict) -> None:
    console = Console(file=StringIO(), width=120)
    print_verdict(console, verdict)
    told = console.file.getvalue()  # type: ignore[attr-defined]  # a StringIO
    assert "as it is" in told
    assert "lazy: doing nothing wins on every seed" in told
    assert told.rstrip().endswith("test-level: does not hold: 4 findings")


def test_json_has_each_run_of_each_build(verdict: Verdict) -> None:
    told = json.loads(json.dumps(as_json(verdict), allow_nan=False))
    assert (told["level"], told["holds"], told["seeds"]) == ("test-level", False, [1, 2, 3])
    assert {build["kind"] for build in told["builds"]} == {"proof", "nothing", "without", "at-once"}
    run = told["builds"][1]["runs"][0]
    assert (run["seed"], run["outcome"]) == (1, "won")
    assert set(run) == {"seed", "outcome", "reason", "uptime", "cost", "medals", "refused"}
