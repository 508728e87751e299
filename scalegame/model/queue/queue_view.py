"""What there is to see of the message queue and of the pool that pulls from it."""

from __future__ import annotations

import dataclasses

from scalegame.model.catalogue import QUEUE_PRICE_PER_MILLION
from scalegame.model.numbers.histogram import latency
from scalegame.model.site import Site
from scalegame.model.snapshot import PoolView, QueuedClassView, QueueView


def look_at_queue(site: Site, run: int) -> QueueView | None:
    """None where nothing was ever left to a queue."""
    if site.jobs is None:
        return None
    jobs = site.jobs
    queued, books, terms = jobs.terms.queued[run], jobs.books.state, jobs.terms
    if not queued.any() and not books.accepted[run].any():
        return None
    inside, oldest = jobs.inside()[run], jobs.oldest(run, site.tick)
    classes = tuple(
        QueuedClassView(
            name=kind.name,
            queued=bool(queued[k]),
            inside=int(inside[k]),
            oldest_seconds=oldest[k],
            due_seconds=kind.job_seconds,
            idempotent=bool(site.class_knob("queue.idempotent")[run, k] > 0.0),
            sojourn=latency(books.sojourn[run, k], float(books.sojourn_ms[run, k])),
        )
        for k, kind in enumerate(site.scenario.classes)
        if queued[k] or books.accepted[run, k]
    )
    accepted_rate = float(site.crew.rate[run])
    return dataclasses.replace(
        jobs.view(run, site.tick),
        classes=classes,
        accepted_rate=accepted_rate,
        visibility_seconds=float(terms.visibility[run]),
        most_receives=int(terms.most_receives[run]),
        price=accepted_rate * 60.0 * QUEUE_PRICE_PER_MILLION / 1e6,
    )


def with_messages(site: Site, run: int, pool: PoolView) -> PoolView:
    """The pool of workers as it is seen: what waits for it waits in the queue."""
    if site.jobs is None:
        return pool
    books = site.jobs.books.state
    wait = latency(books.waits[run], float(books.waits_ms[run]))
    return dataclasses.replace(pool, waiting=float(site.jobs.depth()[run]), wait=wait)
