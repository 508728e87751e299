"""At-least-once delivery: a message that is not deleted in time comes back, and its job may be done twice."""

from __future__ import annotations

import math

import numpy as np
import pytest

from scalegame.model.catalogue import CRASHED_JOB_SHARE
from scalegame.model.queue.job_books import Ending
from scalegame.model.queue.jobs import Jobs
from tests.model.job_runs import (
    agree,
    endings,
    hire,
    mean_sojourn,
    mean_wait,
    none,
    of_seconds,
    per_message,
    work_through,
)
from tests.model.lab_runs import estimate
from tests.model.worker_events import simulate


class TestAtLeastOnce:
    def test_a_visibility_time_out_below_the_job_s_time_multiplies_the_work(self) -> None:
        """p = P(not done in time) = 1/e, at most five receives: (1 - p^5)/(1 - p) deliveries a message."""
        jobs = hire(of_seconds(2.0), seeds=32)
        jobs.terms.visibility[:] = 2.0
        work_through(jobs, [20.0], 1000, 40, to_the_end=True)
        p = math.exp(-1)
        state = jobs.books.state
        agree(per_message(jobs, state.deliveries), (1 - p**5) / (1 - p), 0.02)
        agree(per_message(jobs, state.dead_letters), p**5, 0.1)
        # Whoever was overtaken does it all the same: a dead letter's job is done five times, and nobody lost it.
        agree(per_message(jobs, state.duplicates + state.accepted), (1 - p**5) / (1 - p), 0.02)
        agree(estimate([endings(jobs)[Ending.TWICE]] * 2), p, 0.02)
        assert endings(jobs)[Ending.DEAD] == 0

    @pytest.mark.parametrize(
        ("work", "rate", "cores", "visibility", "failing"),
        [
            pytest.param(2.0, 2.2, 10, 2.0, 0.0, id="long jobs, a short time-out"),
            pytest.param(2.0, 3.0, 10, 3.0, 0.1, id="failing deliveries"),
            pytest.param(2.0, 4.0, 10, 2.0, 0.0, id="more work than workers", marks=pytest.mark.slow),
            pytest.param(0.2, 35.0, 10, 1.0, 0.05, id="short jobs", marks=pytest.mark.slow),
        ],
    )
    def test_deliveries_waits_and_doubles_are_those_of_events(
        self, work: float, rate: float, cores: int, visibility: float, failing: float
    ) -> None:
        jobs = hire(of_seconds(work), seeds=64)
        jobs.terms.visibility[:] = visibility
        jobs.terms.most_receives[:] = 4
        jobs.terms.failing[:] = failing
        work_through(jobs, [rate], cores, 60, to_the_end=True)
        events = [
            simulate([rate], [work], cores, visibility=visibility, most_receives=4, failing=failing, until=60, seed=s)
            for s in range(100 if work > 1 else 10)
        ]
        state = jobs.books.state
        for ours, name, tolerance in (
            (mean_wait(jobs), "wait", 0.1),
            (mean_sojourn(jobs), "sojourn", 0.03),
            (per_message(jobs, state.deliveries), "deliveries", 0.02),
            (per_message(jobs, state.sealed[:, :, Ending.TWICE]), "twice", 0.05),
            (per_message(jobs, state.dead_letters), "dead", 0.1),
        ):
            theirs = estimate([getattr(event, name) for event in events])
            agree(ours, theirs.value, tolerance, theirs.error)

    @pytest.mark.parametrize(("work", "messages"), [(0.1, 4000), (5.0, 400)])
    def test_a_crashed_worker_s_messages_come_back_after_the_time_out(self, work: float, messages: int) -> None:
        jobs = hire(of_seconds(work, scv=0.0), seeds=1)
        jobs.terms.visibility[:] = 10.0
        jobs.step(0, np.array([[float(messages)]]), np.array([20.0]), np.ones(1), counted=True)
        for tick in range(1, 15):
            jobs.step(tick, none(jobs), np.array([20.0]), np.ones(1), counted=True)
        lost = jobs.crash(0, 1.0, 15, 0.5, 0.5)
        assert lost == 20
        assert jobs.view(0, 15).invisible == 20
        tick = 15
        while jobs.view(0, tick).redelivered == 0:
            jobs.step(tick, none(jobs), np.array([1000.0]), np.ones(1), counted=True)
            tick += 1
        begun = 0 if work > 1 else 15
        assert tick == pytest.approx(begun + 100, abs=1)
        work_through(jobs, [0.0], 1000, 1, to_the_end=True, tick=tick)
        state = jobs.books.state
        assert (state.deliveries.sum(), state.redelivered.sum()) == (messages + 20, 20)
        # Some had their effect before the worker died: the mail went out, and goes out again.
        assert state.duplicates.sum() == 20 * CRASHED_JOB_SHARE
        assert endings(jobs)[Ending.TWICE] == 20 * CRASHED_JOB_SHARE / messages
        assert endings(jobs)[Ending.GOOD] == 1 - endings(jobs)[Ending.TWICE]

    def test_half_of_the_workers_lose_half_of_what_is_in_hand(self) -> None:
        jobs = hire(of_seconds(50.0), seeds=1)
        jobs.step(0, np.array([[300.0]]), np.array([100.0]), np.ones(1), counted=True)
        assert jobs.crash(0, 0.5, 1, 0.3, 0.5) == 50
        seen = jobs.view(0, 1)
        assert (seen.depth, seen.in_work, seen.invisible) == (200, 50, 50)

    def test_a_late_worker_deletes_what_nobody_has_taken_since(self) -> None:
        """Nobody can: there is one core, and it is the late worker's."""
        jobs = hire(of_seconds(5.0, scv=0.0), seeds=1)
        jobs.terms.visibility[:] = 2.0
        jobs.step(0, np.array([[1.0]]), np.array([1.0]), np.ones(1), counted=True)
        work_through(jobs, [0.0], 1, 1, to_the_end=True, tick=1)
        state = jobs.books.state
        assert (state.deliveries.sum(), state.duplicates.sum()) == (1, 0)
        assert endings(jobs)[Ending.GOOD] == 1

    @pytest.mark.parametrize("work", [0.1, 1.0])
    def test_poison_ends_as_a_dead_letter_after_the_most_receives(self, work: float) -> None:
        jobs = hire(of_seconds(work, poison=0.1), seeds=8)
        jobs.terms.visibility[:] = 10.0
        jobs.terms.most_receives[:] = 3
        tick = work_through(jobs, [50.0], 200, 20, to_the_end=True)
        agree(per_message(jobs, jobs.books.state.sealed[:, :, Ending.DEAD]), 0.1, 0.05)
        agree(per_message(jobs, jobs.books.state.deliveries), 1.2, 0.01)
        assert tick > 300


class TestDoingItTwice:
    def twice(self, idempotent: bool, **keys: object) -> Jobs:
        jobs = hire(of_seconds(2.0, **keys), seeds=8)
        jobs.terms.visibility[:] = 1.0
        jobs.terms.idempotent[:] = idempotent
        work_through(jobs, [20.0], 1000, 10, to_the_end=True)
        return jobs

    def test_is_a_lost_request(self) -> None:
        ended = endings(self.twice(idempotent=False))
        assert ended[Ending.TWICE] == pytest.approx(math.exp(-0.5), abs=0.05)

    def test_does_not_matter_where_the_class_does_not_mind(self) -> None:
        assert endings(self.twice(idempotent=False, doubles=True))[Ending.GOOD] == 1

    def test_is_absorbed_by_an_idempotent_handler(self) -> None:
        jobs = self.twice(idempotent=True)
        assert endings(jobs)[Ending.GOOD] == 1
        assert jobs.books.state.absorbed.sum() > 0
        assert jobs.books.state.duplicates.sum() == 0

    @pytest.mark.parametrize("work", [0.1, 2.0])
    def test_by_a_crash_is_absorbed_too(self, work: float) -> None:
        careless, careful = (hire(of_seconds(work, scv=0.0), seeds=1) for _ in range(2))
        careful.terms.idempotent[:] = True
        for jobs in (careless, careful):
            jobs.step(0, np.array([[100.0]]), np.array([100.0]), np.ones(1), counted=True)
            tick = 1
            while jobs.crash(0, 0.3, tick, 0.5, 0.9) == 0:
                jobs.step(tick, none(jobs), np.array([100.0]), np.ones(1), counted=True)
                tick += 1
            work_through(jobs, [0.0], 100, 1, to_the_end=True, tick=tick)
        assert endings(careless)[Ending.TWICE] > 0
        assert endings(careful)[Ending.GOOD] == 1

    def test_by_a_process_that_dies_on_its_job_is_a_lost_request(self) -> None:
        """A fifth of the deliveries; of half of them the effect was there before."""
        jobs = hire(of_seconds(0.5, job_crash=0.2), seeds=64)
        jobs.terms.visibility[:] = 20.0
        jobs.terms.most_receives[:] = 50
        work_through(jobs, [50.0], 1000, 20, to_the_end=True)
        # Done once is who succeeds after any number of failures that had no effect.
        once = 0.8 / (1 - 0.2 * (1 - CRASHED_JOB_SHARE))
        agree(estimate([endings(jobs)[Ending.TWICE]] * 2), 1 - once, 0.05)

    def test_an_idempotent_handler_pays_for_it_with_each_job(self) -> None:
        plain, careful = (hire(of_seconds(0.02, scv=0.0), seeds=1) for _ in range(2))
        careful.terms.idempotent[:] = True
        for jobs in (plain, careful):
            work_through(jobs, [10.0], 50, 60, to_the_end=True)
        more = mean_of(careful) - mean_of(plain)
        assert more == pytest.approx(0.004, rel=0.01)

    def test_counts_as_late_by_when_it_was_first_done(self) -> None:
        """The first worker is late for the message, not for the user."""
        jobs = hire(of_seconds(2.0, scv=0.0, doubles=True, job_seconds=2.5), seeds=1)
        jobs.terms.visibility[:] = 1.0
        work_through(jobs, [20.0], 1000, 10, to_the_end=True)
        assert endings(jobs)[Ending.GOOD] == 1


def mean_of(jobs: Jobs) -> float:
    state = jobs.books.state
    return float(state.sojourn_ms.sum() / state.sojourn.sum() / 1000)
