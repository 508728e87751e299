"""Which of the things that happened a kind of loss can have come of.

A machine's death says nothing about answers that are out of date, and a bad release nothing about a job that is late:
what cannot have brought a loss about is no suspect, however close before it it was.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scalegame.model.state import POOL_NAMES, PREFIXES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Kind = Literal["order", "event", "effect", "rise", "down", "full", "dropped", "far", "kept", "loss", "retries"]
"""An order of the player's; what befell the system by itself; what followed from one of these, and was said aloud; more
traffic; a pool without a machine; one without a core to spare; messages that their worker died of; users far away;
copies that live too long; a kind of loss; a storm of retries."""

HARMFUL = ("resize", "restart", "remove", "move", "deploy", "purge", "shard")
"""Verbs that take something away from users while they are carried out."""
SPREADING = ("add", "place", "move", "remove", "resize", "restart", "deploy", "autoscale", "route")
"""Verbs after which users and files can be on other machines than they were."""
COPYING = re.compile(r"place (cache|cdn)\b|set (ttl\b|ttl\.|cache\.purge|replica)|add replica\b")
"""Orders that say how old an answer may get."""
CONNECTING = re.compile(r"(add|autoscale|place pool)\b")
"""Orders that bring more connections to the database, which matters where those run out."""
COMES_BACK = ("set queue.visibility ", "set queue.max-receives ")
"""Orders that say when a message that a worker dropped comes back, and how often."""
QUEUING = "place queue"
"""How orders begin that leave work to the queue."""
JOB_PLACES = ("worker", "queue")
ASKED = ("cache", "database", "replica")
"""Pools that servers ask."""
SUDDEN = ("down", "crash", "logged-out", "leaked", "wrong", "missing")
"""Causes of loss that follow at once when a machine, a session or a file goes."""
JOBS = ("job-late", "done-twice", "dead-letter")
"""Causes of loss of what was accepted before."""
MISSES = ("shift", "rewrite", "flush", "cache-flush")
"""Kinds of happenings after which more is asked for than copies are there."""
NOTED_SECONDS = 3.0
"""A pool that fills at once shows it so late."""
FOLLOW_SECONDS = 5
"""What was ordered or announced, and what it did to each machine, follow one another as closely."""


@dataclass(frozen=True, slots=True)
class Step:
    """A cause or effect, and what kind of thing it is."""

    kind: Kind
    seconds: float
    place: str
    text: str
    cause: str = ""
    """Of a loss."""
    count: int = 0
    detail: str = ""
    """The line of an order, the kind of a happening."""


def pool_of(place: str) -> str:
    """The pool of a place, which may be a machine's name already: 'db-2' is of 'database'."""
    prefix, dash, number = place.rpartition("-")
    if not (dash and number.isdigit()):
        return place
    return POOL_NAMES[PREFIXES.index(prefix)] if prefix in PREFIXES else prefix


def first_cause(steps: Sequence[Step], worst: Step) -> Step:
    """What the worst of the losses came of, of all steps in time. More traffic is what a level is about, so it is never
    the cause by itself."""
    before = [step for step in steps if step.seconds <= worst.seconds + _lag(step, worst) and bears_on(step, worst)]
    if worst.cause in SUDDEN:
        return _first_of_sudden(before) or worst
    if worst.cause == "stale":
        return _first_of_old(before) or worst
    if worst.cause in JOBS:
        return _first_of_jobs(before, worst) or worst
    return _first_of_slow(before, worst, storm=_first(steps, "retries") is not None) or worst


def _lag(step: Step, worst: Step) -> float:
    """How long after a loss its cause may be noted: by the second, or by a utilisation that is smoothed."""
    return NOTED_SECONDS if step.kind == "full" and pool_of(step.place) == worst.place else 1.0


def _first_of_sudden(before: Sequence[Step]) -> Step | None:
    """Requests are lost at once where a machine goes, so its going is the last thing before."""
    begun = [step for step in before if step.kind in ("order", "event")]
    if begun:
        return next(step for step in begun if step.seconds >= begun[-1].seconds - FOLLOW_SECONDS)
    return _first(before, "effect") or _first(before, "down")


def _first_of_old(before: Sequence[Step]) -> Step | None:
    """What is written anew makes copies old that are kept too long, and no others."""
    ordered = [step for step in before if step.kind == "order"]
    events = [step for step in before if step.kind == "event"]
    kept = ordered[-1] if ordered else _first(before, "kept")
    return kept or (events[-1] if events else _first(before, "full", "effect"))


def _first_of_jobs(before: Sequence[Step], worst: Step) -> Step | None:
    """A queue without workers is to blame for what waits in it, and a second class in one line for what stands behind
    it; the first one with workers is not."""
    if _first(before, "dropped"):
        # Busy workers make jobs wait in the queue, and these had left it: what counts is when they came back.
        back = [step for step in before if step.kind != "order" or step.detail.startswith(COMES_BACK)]
        return _first(back, "order", "event", "dropped")
    placed = [step for step in before if step.kind == "order" and step.detail.startswith(QUEUING)]
    others = [step for step in before if step not in placed or (step is placed[-1] and len(placed) > 1)]
    found = _first(others, "order", "event", "full") or _first(others, "effect")
    return found or (placed[-1] if placed and worst.cause == "job-late" else None)


def _first_of_slow(before: Sequence[Step], worst: Step, *, storm: bool) -> Step | None:
    """A queue takes time to fill, so the first thing is the cause. What refuses and is busy itself does so for its own
    sake, whatever else was full before; a ``storm`` of retries would carry it from there."""
    before = [step for step in before if not _is_idle(step, before, worst)]
    first = _first(before, "order", "event", "full") or _first(before, "effect", "far")
    if first is not None and first.kind == "full" and worst.cause == "refused" and not storm:
        return _first([step for step in before if pool_of(step.place) == worst.place], "full") or first
    return first


def _is_idle(step: Step, before: Sequence[Step], worst: Step) -> bool:
    """Whether something could have brought the loss about, and what else there was shows that it did not."""
    if step.kind == "order" and CONNECTING.match(step.detail):
        return not any(other.detail == "connections" for other in before)
    full = {other.place for other in before if other.kind == "full"}
    if worst.place not in full:
        return False
    # Where all machines are full, another door would not have helped, nor what is behind them and has room.
    if step.kind == "order" and pool_of(target_of(step.detail)) == "balancer" != worst.place:
        return True
    return step.detail in MISSES and not any(pool_of(place) in ASKED for place in full)


def _first(steps: Sequence[Step], *kinds: Kind) -> Step | None:
    return next((step for step in steps if step.kind in kinds), None)


def bears_on(step: Step, loss: Step) -> bool:
    """Whether a loss can have come of a step at all."""
    if step.kind == "order":
        return _order_bears_on(step.detail, loss)
    if step.kind in ("event", "effect"):
        family = next((test for causes, test in _EVENTS if loss.cause in causes), _slows)
        return family(step, loss)
    if step.kind == "full":
        return _is_job(step) == (loss.cause in JOBS) and (loss.cause != "stale" or loss.place == "replica")
    if step.kind == "dropped":
        return loss.cause == "dead-letter" or (loss.cause in JOBS and loss.place == "worker")
    if step.kind in ("far", "kept"):
        return loss.cause == {"far": "late", "kept": "stale"}[step.kind]
    return step.kind == "down" and loss.cause in SUDDEN


def target_of(line: str) -> str:
    """What an order is about, mostly a pool or a machine: the word behind the verb."""
    return [*line.split(), "", ""][1]


def _order_bears_on(line: str, loss: Step) -> bool:
    verb, target = [*line.split(), ""][0], target_of(line)
    if loss.cause == "stale":
        return COPYING.match(line) is not None
    if loss.cause in JOBS:
        return any(word in line for word in JOB_PLACES) and verb != "add"
    if pool_of(target) in JOB_PLACES:
        return False
    if loss.cause in ("logged-out", "missing"):
        return verb in SPREADING
    if (verb, target) == ("place", loss.place):
        return True
    if loss.cause in ("down", "crash"):
        return verb in HARMFUL and verb != "move" and pool_of(target) == loss.place
    if loss.cause == "refused" and loss.place == "database" and CONNECTING.match(line):
        return True
    return loss.cause != "leaked" and verb in HARMFUL and not _spares(target, loss)


def _spares(place: str, loss: Step) -> bool:
    """Where fewer machines ask, what they ask has less to do, and a path has its servers for itself."""
    pool = pool_of(place)
    if pool == "balancer":
        return loss.place in ASKED
    servers = pool == "app" or pool != place
    return servers and pool not in ASKED and loss.place not in (pool, "balancer")


def _is_job(step: Step) -> bool:
    return pool_of(step.place) in JOB_PLACES


def _goes(step: Step, loss: Step) -> bool:
    """A machine, or many at once, stopped answering where the requests were lost."""
    return pool_of(step.place) == loss.place or step.detail in ("outage", "zone-outage")


def _forgets(step: Step, _: Step) -> bool:
    """A memory or a disk went, or users came to another one."""
    return not _is_job(step) and step.detail not in ("leak", "slow", "blip", "breaker", "connections")


def _slows(step: Step, loss: Step) -> bool:
    return not _is_job(step) and step.detail not in ("leak", "stale") and not _spares(step.place, loss)


def _ages(step: Step, loss: Step) -> bool:
    """What is copied was written anew, or a copy that lags was held up."""
    return step.detail in ("rewrite", "stale") or pool_of(step.place) == loss.place == "replica"


_EVENTS: tuple[tuple[tuple[str, ...], Callable[[Step, Step], bool]], ...] = (
    (("down", "crash"), _goes),
    (("logged-out", "missing"), _forgets),
    (("leaked",), lambda step, _: step.detail == "leak"),
    (("wrong",), lambda step, _: "deploy" in step.detail or step.detail == "bad release"),
    (("stale",), _ages),
    (JOBS, lambda step, _: _is_job(step) or step.detail in ("outage", "zone-outage")),
)  # fmt: skip
"""Causes of loss, and what a happening must be to have brought one about; all others are lost because it is slow."""
