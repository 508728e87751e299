"""Proving levels: all their builds over all the seeds, on whatever does jobs, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from scalegame.game.proving.builds import Build, builds, can_be_lost
from scalegame.game.proving.jobs import Job, do_all, do_job, shares
from scalegame.game.proving.judging import Finding, Outcomes, judge, outcomes
from scalegame.game.proving.lead import Lead, remedies

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor

    from scalegame.game.level import Level
    from scalegame.game.script import Scripted


@dataclass(frozen=True, slots=True)
class Verdict:
    """On one level."""

    level: Level
    seeds: tuple[int, ...]
    outcomes: tuple[Outcomes, ...]
    leads: tuple[Lead, ...]
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        return not self.findings


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to be played to prove a level. Builds that come to the same lines are played once."""

    builds: tuple[Build, ...]
    scripts: tuple[tuple[Scripted, ...], ...]
    portions: tuple[tuple[int, ...], ...]
    """Of the seeds."""
    jobs: tuple[Job, ...]
    """Of each script its portions in a row; then those of the lead, of a level that can be lost."""


def plan(level: Level, seeds: Sequence[int], workers: int) -> Plan:
    """The work, cut so that so many workers have some each."""
    played = builds(level)
    scripts = tuple(dict.fromkeys(build.script for build in played))
    portions = tuple(shares(seeds, workers))
    asked = (*scripts, None) if can_be_lost(level) else scripts
    return Plan(
        played, scripts, portions, tuple(Job(level.text, script, portion) for script in asked for portion in portions)
    )


def prove(
    level: Level,
    planned: Plan,
    executor: Executor | None = None,
    heard: Callable[[], object] = lambda: None,
) -> Verdict:
    """Do all jobs and judge. ``heard`` is called after each. The verdict does not depend on who did them, nor on how
    many were at it."""
    done = do_all(executor, do_job, planned.jobs, heard)
    portions = len(planned.portions)
    played = {
        script: list(chain.from_iterable(one.played for one in done[number * portions : (number + 1) * portions]))
        for number, script in enumerate(planned.scripts)
    }
    found = [outcomes(level, build, played[build.script]) for build in planned.builds]
    leads = tuple(chain.from_iterable(one.leads for one in done))
    seeds = tuple(chain.from_iterable(planned.portions))
    winning = [one.build for one in found if one.build.kind == "proof" and len(one.won) == len(one.played)]
    ready = [remedies(level, build, seeds[0]) for build in winning] if leads else []
    return Verdict(level, seeds, tuple(found), leads, tuple(judge(level, found, leads, ready)))
