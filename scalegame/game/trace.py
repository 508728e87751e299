"""A run as a table: one row for each second of game time."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scalegame.game.history import History

COLUMNS = ("seconds", "offered", "good", "lost", "p50_ms", "p95_ms", "p99_ms", "cost")
"""Rates are requests a second, the cost is dollars since the start; then two columns for each pool that ever stood."""


def trace_csv(history: History) -> str:
    """CSV text; empty cells where nothing was answered in that second, or where the pool did not stand."""
    pools = list(dict.fromkeys(pool.name for second in history.seconds for pool in second.pools))
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*COLUMNS, *(f"{pool}_{what}" for pool in pools for what in ("utilisation", "waiting"))])
    for second in history.seconds:
        there = {pool.name: (pool.utilisation, pool.waiting) for pool in second.pools}
        latency = second.latency
        row = (
            second.seconds, second.offered, second.good, second.lost,
            latency.p50, latency.p95, latency.p99, second.cost_micro / 1e6,
            *(value for pool in pools for value in there.get(pool, (math.nan, math.nan))),
        )  # fmt: skip
        writer.writerow(["" if math.isnan(value) else round(value, 6) for value in row])
    return text.getvalue()
