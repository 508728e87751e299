"""Pieces of work: a build over some of the seeds. A job carries the level's text, so that it can be done anywhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

from scalegame.game.level_file import read_level
from scalegame.game.lockstep import play_out
from scalegame.game.proving.lead import Lead, leads

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalegame.game.level import Level
    from scalegame.game.played import Played
    from scalegame.game.script import Scripted

Asked = TypeVar("Asked")
Came = TypeVar("Came")

SEEDS_A_JOB = 32
"""More share a tick's fixed cost among more runs, fewer share the work among more cores: twice as many are 1.3 times
cheaper a run, and that many builds keep some cores busy."""
CONNECT_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Job:
    """Whole and picklable. ``script`` None asks for the leads of the warning, where nothing is done."""

    level_text: str
    script: tuple[Scripted, ...] | None
    seeds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Done:
    """What a job comes to."""

    played: tuple[Played, ...] = ()
    leads: tuple[Lead, ...] = ()


class NoWorkersError(Exception):
    """Nobody is there to do the jobs, or not any more; says why in a line."""


def do_job(job: Job) -> Done:
    """Here, in this process."""
    level = _level(job.level_text)
    if job.script is None:
        return Done(leads=tuple(leads(level, job.seeds)))
    return Done(played=tuple(play_out(level, job.seeds, job.script)))


def shares(seeds: Sequence[int], workers: int) -> list[tuple[int, ...]]:
    """The seeds in portions, so that each of the workers has some."""
    size = max(1, min(SEEDS_A_JOB, -(-len(seeds) // workers)))
    return [tuple(seeds[at : at + size]) for at in range(0, len(seeds), size)]


def do_all(
    executor: Executor | None,
    do: Callable[[Asked], Came],
    jobs: Sequence[Asked],
    heard: Callable[[], object] = lambda: None,
) -> list[Came]:
    """What ``do`` makes of all jobs, in their order; ``heard`` is called as each is done. Without an executor they are
    done here."""
    if executor is None:
        done = []
        for job in jobs:
            done.append(do(job))
            heard()
        return done
    futures: list[Future[Came]] = [executor.submit(do, job) for job in jobs]
    try:
        for future in as_completed(futures):
            future.result()
            heard()
    except BaseException:
        for future in futures:
            future.cancel()
        raise
    return [future.result() for future in futures]


@contextmanager
def executor_for(workers: int, scheduler: str | None) -> Iterator[Executor | None]:
    """So many processes of this machine, or the workers of a Dask scheduler; None where one process is enough.

    Raises NoWorkersError where the scheduler cannot be reached, Dask is not installed, or a process died.
    """
    if scheduler is not None:
        with _on_dask(scheduler) as executor:
            yield executor
    elif workers == 1:
        yield None
    else:
        # Spawned: a fork would copy whatever threads the progress bar has.
        pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
        try:
            yield pool
        except BrokenProcessPool as error:
            raise NoWorkersError("a worker process died: is there memory enough? Fewer at once need less") from error
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _on_dask(scheduler: str) -> Iterator[Executor]:
    try:
        from distributed import Client
    except ImportError as error:
        raise NoWorkersError('--on needs Dask: pip install "scalegame[cluster]"') from error
    try:
        client = Client(scheduler, timeout=CONNECT_SECONDS)  # type: ignore[no-untyped-call]  # distributed ships few types
    except (OSError, ValueError) as error:
        raise NoWorkersError(f"no Dask scheduler answers at {scheduler}: {str(error).splitlines()[0][:200]}") from error
    with client:
        if not client.scheduler_info()["workers"]:
            raise NoWorkersError(f"the Dask scheduler at {scheduler} has no workers")
        with client.get_executor() as executor:  # type: ignore[no-untyped-call]  # as above
            yield executor


@lru_cache(maxsize=8)
def _level(text: str) -> Level:
    return read_level(text, "the level of a job")
