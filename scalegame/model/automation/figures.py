"""The figures that a rule of a runbook may watch: their names, units and meanings. How they are read is in gauges."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """Something that can be watched."""

    unit: str
    """%, or what is counted."""
    meaning: str
    booked: bool = False
    """It comes from the books, not from the machines."""


POOL_FIGURES: dict[str, Figure] = {
    "utilisation": Figure("%", "share of the pool's cores at work"),
    "queue": Figure("requests", "requests that wait for a core or a slot"),
    "machines": Figure("machines", "machines that are up"),
    "rate": Figure("requests a second", "requests that come to the pool"),
    "errors": Figure("requests a second", "requests lost at the pool", booked=True),
}
"""Of each pool, by what stands behind its name: app.queue."""

RUN_FIGURES: dict[str, Figure] = {
    "latency.p50": Figure("ms", "half of all answers take longer"),
    "latency.p95": Figure("ms", "one answer in twenty takes longer"),
    "latency.p99": Figure("ms", "one answer in a hundred takes longer"),
    "error.rate": Figure("%", "share of the requests that are lost"),
    "rps": Figure("requests a second", "first attempts of users"),
    "messages.waiting": Figure("messages", "messages in the queue that no worker has"),
    "messages.age": Figure("seconds", "how long the oldest of them has waited"),
}
"""Of the whole system, all from the books, over the last second."""
