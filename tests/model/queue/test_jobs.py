"""The message queue and its workers: how long jobs wait, and what at-least-once delivery does to them."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.model.queue.deliveries import Row
from scalegame.model.queue.job_books import Ending
from scalegame.model.queue.jobs import Jobs
from scalegame.model.queueing.waiting import erlang_c
from scalegame.model.scenario import RequestClass
from tests.model.job_runs import (
    agree,
    endings,
    hire,
    mean_sojourn,
    mean_wait,
    of_seconds,
    work_through,
)
from tests.model.lab_runs import estimate
from tests.model.worker_events import simulate


@pytest.fixture(autouse=True)
def no_number_is_made_of_nothing() -> Iterator[None]:
    """0/0, x/0 and overflows raise."""
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        yield


class TestWaits:
    @pytest.mark.parametrize(
        ("cores", "work", "busy", "seconds", "seeds"),
        [
            pytest.param(2, 0.05, 0.8, 80, 64, id="two cores, short jobs"),
            pytest.param(10, 0.05, 0.8, 60, 48, id="ten cores, short jobs"),
            pytest.param(64, 0.1, 0.9, 40, 48, id="64 cores, short jobs", marks=pytest.mark.slow),
            pytest.param(10, 1.0, 0.7, 300, 128, id="ten cores, long jobs", marks=pytest.mark.slow),
            pytest.param(10, 0.5, 0.7, 80, 64, id="ten cores, longer jobs"),
            pytest.param(40, 0.5, 0.9, 100, 48, id="40 cores, long jobs", marks=pytest.mark.slow),
        ],
    )
    def test_are_those_of_m_m_c(self, cores: int, work: float, busy: float, seconds: float, seeds: int) -> None:
        jobs = hire(of_seconds(work), seeds)
        rate = busy * cores / work
        work_through(jobs, [rate], cores, seconds + 20, warmup=20)
        exact = erlang_c(cores, np.array([busy]))[0] / (cores / work - rate)
        agree(mean_wait(jobs), exact, 0.05)
        agree(mean_sojourn(jobs), exact + work, 0.05)

    @pytest.mark.parametrize(
        ("cores", "work", "busy"), [(4, 0.01, 0.8), (10, 0.01, 0.9), (4, 0.3, 0.8), (10, 0.5, 0.7)]
    )
    def test_are_as_long_as_the_queue_is(self, cores: int, work: float, busy: float) -> None:
        """Little (1961): as many wait as come in the time that one waits."""
        jobs, chance, depth = hire(of_seconds(work), 32), np.random.default_rng(1), 0.0
        rate = busy * cores / work
        for tick in range(1000):
            came = chance.poisson(rate * 0.1, (32, 1)).astype(np.float64)
            jobs.step(tick, came, np.full(32, float(cores)), np.ones(32), tick >= 200)
            depth += float(jobs.depth().mean()) if tick >= 200 else 0.0
        agree(mean_wait(jobs), depth / 800 / rate, 0.05)

    @pytest.mark.slow
    def test_of_long_and_short_jobs_on_the_same_workers(self) -> None:
        """A long job keeps its core; the short ones have those that are left."""
        jobs = hire(of_seconds(0.05, 3.0), seeds=64)
        work_through(jobs, [60.0, 1.5], 10, 80, warmup=20)
        events = [simulate([60.0, 1.5], [0.05, 3.0], 10, until=80, warmup=20, seed=seed) for seed in range(16)]
        waits = estimate([event.wait for event in events])
        agree(mean_wait(jobs), waits.value, 0.35, waits.error)

    def test_a_machine_of_half_the_pace_works_twice_as_long(self) -> None:
        jobs = hire(of_seconds(1.0), seeds=32)
        for tick in range(600):
            came = np.full((32, 1), 1.0 if tick % 5 == 0 else 0.0)
            jobs.step(tick, came, np.full(32, 50.0), np.full(32, 2.0), counted=True)
        agree(mean_sojourn(jobs), 2.0, 0.05)

    @pytest.mark.parametrize("scv", [0.0, 0.25, 4.0])
    def test_jobs_take_their_mean_however_they_vary(self, scv: float) -> None:
        jobs = hire(of_seconds(1.0, scv=scv), seeds=32)
        work_through(jobs, [5.0], 50, 60, to_the_end=True)
        agree(mean_sojourn(jobs), 1.0, 0.02)


class TestOverload:
    @pytest.mark.parametrize("work", [0.1, 1.0])
    def test_the_backlog_grows_and_drains_at_the_right_rate(self, work: float) -> None:
        """100 services a second and 150 messages, from idle workers: full after S ln 3."""
        jobs = hire(of_seconds(work), seeds=64)
        cores = 100 * work
        tick = work_through(jobs, [150.0], cores, 20)
        full = work * math.log(3)
        depth = estimate([float(jobs.view(run, tick).depth) for run in range(64)])
        agree(depth, 50 * (20 - full), 0.01)
        before = jobs.inside()
        work_through(jobs, [0.0], cores, 8, tick=tick)
        agree(estimate(((before - jobs.inside())[:, 0] / 8).tolist()), 100, 0.01)

    @pytest.mark.parametrize("work", [0.1, 2.0])
    def test_messages_wait_safely_while_no_worker_is_up(self, work: float) -> None:
        jobs = hire(of_seconds(work), seeds=8)
        tick = work_through(jobs, [20.0], 0, 10)
        seen = jobs.view(0, tick)
        assert seen.depth == seen.accepted > 100
        assert seen.oldest_seconds == pytest.approx(10, abs=0.3)
        assert (seen.in_work, seen.redelivered) == (0, 0)
        work_through(jobs, [0.0], 10, 5, to_the_end=True, tick=tick)
        assert endings(jobs)[Ending.GOOD] == 1

    def test_a_drain_after_an_outage_is_that_of_events(self) -> None:
        def up(tick: int) -> float:
            return 0.0 if 200 <= tick < 300 else 10.0

        jobs = hire(of_seconds(0.5), seeds=64)
        work_through(jobs, [15.0], up, 80, to_the_end=True)
        events = [simulate([15.0], [0.5], 10, until=80, outage=(20.0, 30.0), seed=seed) for seed in range(40)]
        waits = estimate([event.wait for event in events])
        agree(mean_wait(jobs), waits.value, 0.03, waits.error)

    def test_jobs_done_after_their_time_are_late(self) -> None:
        jobs = hire(of_seconds(0.05, job_seconds=3.0), seeds=16)
        tick = work_through(jobs, [20.0], 0, 5)
        work_through(jobs, [0.0], 100, 1, to_the_end=True, tick=tick)
        sealed = jobs.books.state.sealed.sum(axis=(0, 1))
        assert sealed[Ending.LATE] / sealed.sum() == pytest.approx(0.42, abs=0.03)
        assert sealed[Ending.GOOD] + sealed[Ending.LATE] == jobs.books.state.accepted.sum()


KINDS = (
    RequestClass("thumbnail", job_ms=50, doubles=True, poison=0.02),
    RequestClass("mail", job_ms=120, scv=0.0, job_seconds=1.0),
    RequestClass("video", job_ms=3000, job_seconds=20.0),
    RequestClass("report", job_ms=900, scv=4.0),
    RequestClass("page", cpu_ms=10),
)
ticks = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.integers(0, 30),
        st.integers(0, 4),
        st.integers(0, 4),
        st.integers(0, 40),
        st.sampled_from([0.0, 0.0, 0.0, 0.4, 1.0]),
    ),
    min_size=5,
    max_size=60,
)
"""Messages of each class, cores, and the share of them that crashes."""


def play(jobs: Jobs, script: list[tuple[int, int, int, int, int, float]], run: int) -> Iterator[int]:
    """One run goes by the script, the others have two cores and a message of each class a tick."""
    for tick, (thumbnails, mails, videos, reports, cores, crash) in enumerate(script):
        came = np.ones((jobs.runs, len(KINDS))) * [1, 1, 1, 1, 0]
        came[run] = [thumbnails, mails, videos, reports, 0]
        up = np.full(jobs.runs, 2.0)
        up[run] = cores
        if crash:
            jobs.crash(run, crash, tick, 0.4, 0.7)
        jobs.step(tick, came, up, np.ones(jobs.runs), counted=True)
        yield tick


@settings(max_examples=25, deadline=None, derandomize=True)
@given(script=ticks, visibility=st.floats(0.1, 4.0), most_receives=st.integers(1, 4), failing=st.floats(0, 0.5))
def test_every_message_is_in_the_queue_in_hand_or_sealed(
    script: list[tuple[int, int, int, int, int, float]], visibility: float, most_receives: int, failing: float
) -> None:
    jobs = hire(KINDS, seeds=2)
    jobs.terms.visibility[:] = visibility
    jobs.terms.most_receives[:] = most_receives
    jobs.terms.failing[:] = failing
    jobs.terms.idempotent[:, 2] = True
    for tick in play(jobs, script, 0):
        inside, state = jobs.inside(), jobs.books.state
        assert (inside - state.overdue + state.sealed.sum(axis=2) == state.accepted).all()
        assert (inside >= state.overdue).all()
        assert (state.overdue >= 0).all()
        assert (inside == np.floor(inside)).all()
        seen = jobs.view(0, tick + 1)
        assert min(seen.depth, seen.in_work, seen.invisible, seen.oldest_seconds) >= 0
        assert seen.depth + seen.invisible <= inside[0].sum()
        assert (jobs.deliveries.state.pieces[Row.WEIGHT] > 0).all()
    late = work_through(jobs, [0.0] * len(KINDS), 40, 1, to_the_end=True, tick=len(script))
    assert jobs.view(0, late).depth == 0
    assert not jobs.inside().any()


@settings(max_examples=15, deadline=None, derandomize=True)
@given(script=ticks)
def test_a_run_alone_is_the_run_among_others(script: list[tuple[int, int, int, int, int, float]]) -> None:
    alone, among = (
        hire(KINDS, seeds=1),
        Jobs(KINDS, np.array([5, 9, 0, 3, 7, 8, 2, 1, 4]), hire(KINDS, 1).handling.shifts),
    )
    for jobs, run in ((alone, 0), (among, 2)):
        jobs.terms.visibility[run] = 1.5
        jobs.terms.failing[run] = 0.1
    among.terms.visibility[3] = 0.3
    for _ in zip(play(alone, script, 0), play(among, script, 2), strict=True):
        pass
    for ours, theirs in zip(alone.arrays(0, len(script)), among.arrays(2, len(script)), strict=True):
        assert ours.tobytes() == theirs.tobytes()
