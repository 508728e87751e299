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
    "latency.p50": Figure("ms", "half of all answers take longer", booked=True),
    "latency.p95": Figure("ms", "one answer in twenty takes longer", booked=True),
    "latency.p99": Figure("ms", "one answer in a hundred takes longer", booked=True),
    "error.rate": Figure("%", "share of the requests that are lost", booked=True),
    "rps": Figure("requests a second", "first attempts of users", booked=True),
    "retry.share": Figure("%", "share of what users send that they send again", booked=True),
    "messages.waiting": Figure("messages", "messages in the queue that no worker has", booked=True),
    "messages.age": Figure("seconds", "how long the oldest of them has waited", booked=True),
    "messages.dead": Figure("messages", "dead letters so far", booked=True),
    "cache.hits": Figure("%", "share of what is asked of the cache that it has"),
    "cdn.hits": Figure("%", "share of what is asked of the CDN that it has"),
    "replica.lag": Figure("seconds", "age of what the replica shows that is furthest behind"),
    "database.connections": Figure("%", "share of a database machine's connections that servers have open"),
    "calls.time-outs": Figure("calls a second", "calls from servers to the database that time out"),
    "calls.retries": Figure("%", "share of these calls that are tried again"),
    "calls.blocked": Figure("breakers", "1 while the breaker before the database is open, else 0"),
    "zones.out": Figure("zones", "zones that are out"),
}
"""Of the whole system, over the last second where it is a rate or a share. What does not stand has none."""
