"""Work spread over the machine's cores, behind the interface of concurrent.futures."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager


@contextmanager
def spread_over(workers: int | None = None) -> Iterator[Executor]:
    """Processes to give work to, as many as there are cores where None. Whoever leaves early does not wait for what has
    not begun."""
    executor = ProcessPoolExecutor(workers or cores(), initializer=_leave_interrupts)
    try:
        yield executor
    finally:
        executor.shutdown(cancel_futures=True)


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _leave_interrupts() -> None:
    """Ctrl-C reaches all processes of a terminal; it is for the first to answer it, in one line."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
