"""Fair turns on a noisy machine: contenders are measured in rounds, A B C A B C, and the median is quoted.

What disturbs the machine for a second then disturbs all of them, and ratios hold where single figures do not.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping


def cpu_seconds(work: Callable[[], object]) -> float:
    """CPU seconds of this process (user and system, all threads) that ``work`` takes."""
    before = time.process_time()
    work()
    return time.process_time() - before


def wall_seconds(work: Callable[[], object]) -> float:
    """Wall seconds that ``work`` takes."""
    before = time.perf_counter()
    work()
    return time.perf_counter() - before


def interleaved(
    contenders: Mapping[str, Callable[[], float]], repeats: int, after_round: Callable[[int], None] = lambda _: None
) -> dict[str, float]:
    """The median of ``repeats`` measurements of each contender, taken in turns after one round that warms up and does
    not count. ``after_round`` is told how many rounds are done, the first included."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(repeats + 1):
        for name, measure in contenders.items():
            _sweep()
            value = measure()
            gc.unfreeze()
            if turn:
                taken[name].append(value)
        after_round(turn + 1)
    return {name: statistics.median(values) for name, values in taken.items()}


def _sweep() -> None:
    """Put what the others left behind out of the collector's sight: nobody pays for walks through their objects."""
    gc.collect()
    gc.freeze()
