"""Orders to the message queue: whose jobs are left to it, and whose are done inline again."""

from __future__ import annotations

from scalegame.model import catalogue as cat
from scalegame.model.lifecycle import Lifecycle, ticks
from scalegame.model.ordering.rules import FREE, ModelQuote, give, quote_of, refusal_of
from scalegame.model.ordering.settings import prices, refuses
from scalegame.model.orders import PlaceQueue, RemoveQueue
from scalegame.model.site import Site
from scalegame.model.state import Pool
from scalegame.model.texts import counted


def _class_at(site: Site, name: str) -> int | None:
    names = [kind.name for kind in site.scenario.classes]
    return names.index(name) if name in names else None


def _queued(site: Site, run: int) -> list[int]:
    """Classes whose jobs are left to the queue."""
    return [] if site.jobs is None else [k for k in range(site.classes) if site.jobs.terms.queued[run, k]]


def _without_job(site: Site, name: str) -> str | None:
    """Why a class cannot leave anything to a queue; None where it can."""
    k = _class_at(site, name)
    able = [kind.name for kind in site.scenario.classes if kind.job_ms > 0.0]
    if not able:
        return "nothing here is slow work that could wait"
    if k is None:
        return f"there is no class {name!r}; {', '.join(able)} can be queued"
    if site.scenario.classes[k].job_ms == 0.0:
        return f"{name} has no slow work that could wait; {', '.join(able)} can be queued"
    return None


@refusal_of.register
def _place_queue_refusal(order: PlaceQueue, site: Site, run: int) -> str | None:
    why = _without_job(site, order.of_class)
    if why:
        return why
    k = _class_at(site, order.of_class)
    if k in _queued(site, run):
        return f"{order.of_class} is queued already"
    if any(o.kind == "queue" and o.value == k for o in site.under_way[run]):
        return f"the queue for {order.of_class} is being set up already"
    return None


@quote_of.register
def _place_queue_quote(order: PlaceQueue, site: Site, run: int) -> ModelQuote:
    k = _class_at(site, order.of_class)
    if k is None:
        return FREE
    kind = site.scenario.classes[k]
    parts = [
        f"a server spends {cat.ENQUEUE_CPU_MS:g} ms on a message in place of {kind.job_ms:g} ms on the job",
        f"${cat.QUEUE_PRICE_PER_MILLION:.2f} a million messages",
    ]
    if kind.job_seconds < 1e9:
        parts.append(f"a job that is not done {kind.job_seconds:g} s after is lost")
    if not site.machines(run, Pool.WORKER):
        parts.append("messages wait until there are workers")
    return ModelQuote(delay=cat.PLACE_SECONDS, consequence=", ".join(parts))


@give.register
def _give_place_queue(order: PlaceQueue, life: Lifecycle, run: int) -> None:
    k = _class_at(life.site, order.of_class)
    if k is not None:
        done = life.site.tick + ticks(cat.PLACE_SECONDS)
        life.note(run, "queue", "queue", f"place queue for={order.of_class}", done, value=k)


@refusal_of.register
def _remove_queue_refusal(order: RemoveQueue, site: Site, run: int) -> str | None:
    if order.of_class is not None:
        why = _without_job(site, order.of_class)
        if why:
            return why
        if _class_at(site, order.of_class) not in _queued(site, run):
            return f"{order.of_class} is not queued"
    return None if _queued(site, run) else "nothing is queued"


@quote_of.register
def _remove_queue_quote(order: RemoveQueue, site: Site, run: int) -> ModelQuote:
    if site.jobs is None:
        return FREE
    classes = site.scenario.classes
    going = [k for k in _queued(site, run) if order.of_class in (None, classes[k].name)]
    parts = [f"servers do {classes[k].name}'s {classes[k].job_ms:g} ms themselves again" for k in going]
    inside = float(site.jobs.inside()[run, going].sum())
    if inside >= 1.0:
        parts.append(f"workers still do {counted(inside, 'message that is', 'messages that are')} in the queue")
    return ModelQuote(consequence=", ".join(parts))


@give.register
def _give_remove_queue(order: RemoveQueue, life: Lifecycle, run: int) -> None:
    site = life.site
    if site.jobs is None:
        return
    for k in _queued(site, run):
        name = site.scenario.classes[k].name
        if order.of_class in (None, name):
            site.jobs.terms.queued[run, k] = False
            site.say(run, 0, "queue", "queue", f"{name} is done inline from now on")


# Its settings --------------------------------------------------------------------------------------------------------


@refuses("queue.visibility", "queue.max-receives", "queue.idempotent")
def _no_jobs(site: Site, _run: int, _value: float, of_class: str | None) -> str | None:
    if site.jobs is None:
        return "nothing here is slow work that could wait: there is no queue to set"
    return None if of_class is None else _without_job(site, of_class)


@prices("queue.visibility")
def _visibility_quote(site: Site, _run: int, value: float, _of_class: str | None) -> ModelQuote:
    longest = max((kind.job_ms for kind in site.scenario.classes), default=0.0) / 1000.0
    if value < longest:
        return ModelQuote(consequence=f"a job of {longest:g} s is often not done by then and is done again")
    return ModelQuote(consequence=f"what a dead worker had in hand comes back after {value:g} s")


@prices("queue.idempotent")
def _idempotent_quote(_site: Site, _run: int, value: float, _of_class: str | None) -> ModelQuote:
    if value:
        return ModelQuote(
            consequence=f"each job takes a worker {cat.DEDUPE_CPU_MS:g} ms more, and done twice counts once"
        )
    return ModelQuote(consequence="a job done twice is a lost request, where that does harm")
