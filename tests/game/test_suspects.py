"""What cannot have brought a loss about is no suspect, however close before it it was."""

from __future__ import annotations

import pytest

from scalegame.game.suspects import Step, first_cause, pool_of


def order(seconds: float, line: str) -> Step:
    return Step("order", seconds, "you", line, detail=line)


def event(seconds: float, place: str, kind: str) -> Step:
    return Step("event", seconds, place, f"{kind} at {place}", detail=kind)


def effect(seconds: float, place: str, kind: str) -> Step:
    return Step("effect", seconds, place, f"{kind} at {place}", detail=kind)


def full(seconds: float, place: str) -> Step:
    return Step("full", seconds, place, f"{place} was full")


def retries(seconds: float) -> Step:
    return Step("retries", seconds, "users", "retries")


def far(seconds: float) -> Step:
    return Step("far", seconds, "users", "far away")


def kept(seconds: float) -> Step:
    return Step("kept", seconds, "cache", "copies were kept for ever")


def dropped(seconds: float) -> Step:
    return Step("dropped", seconds, "queue", "workers died of their jobs")


def loss(cause: str, place: str, seconds: float = 30.0) -> Step:
    return Step("loss", seconds, place, f"{cause} at {place}", cause, 500)


DIED = event(28.0, "app-1", "stop")
RELEASE = event(27.0, "app", "deploy")
SLOW_WORKER = event(26.0, "worker-1", "slow")
ADDED = order(20.0, "add app 2")


@pytest.mark.parametrize(
    ("steps", "worst", "first"),
    [
        ([DIED, full(25.0, "worker")], loss("job-late", "queue"), 1),
        ([DIED, SLOW_WORKER], loss("job-late", "queue"), 1),
        ([SLOW_WORKER, full(28.0, "app")], loss("refused", "app"), 1),
        ([event(10.0, "worker-1", "stop"), DIED], loss("done-twice", "queue"), 0),
        ([order(5.0, "set queue.visibility 1"), DIED], loss("done-twice", "queue"), 0),
        ([order(5.0, "place cache ttl=60"), DIED], loss("stale", "cache"), 0),
        ([order(5.0, "place cache ttl=60"), event(28.0, "catalogue", "rewrite")], loss("stale", "cache"), 0),
        ([event(28.0, "catalogue", "rewrite"), kept(30.0)], loss("stale", "cache"), 1),
        ([event(28.0, "catalogue", "rewrite")], loss("stale", "cache"), 0),
        ([order(5.0, "set ttl.page 90"), full(28.0, "database")], loss("stale", "cdn"), 0),
        ([DIED, full(25.0, "replica"), effect(29.0, "replica-1", "stale")], loss("stale", "replica"), 1),
        ([DIED, effect(29.0, "replica-1", "stale")], loss("stale", "replica"), 1),
        ([full(25.0, "app"), ADDED], loss("logged-out", "app"), 1),
        ([ADDED, effect(26.0, "app", "rehash")], loss("logged-out", "app"), 0),
        ([effect(26.0, "cache", "evicted")], loss("logged-out", "app"), 0),
        ([SLOW_WORKER, event(28.0, "app-1", "disk-loss")], loss("missing", "app"), 1),
        ([ADDED], loss("missing", "app"), 0),
        ([RELEASE, DIED], loss("wrong", "app"), 0),
        ([order(27.0, "deploy app")], loss("wrong", "app"), 0),
        ([DIED, event(28.0, "app", "leak")], loss("leaked", "app"), 1),
        ([ADDED, effect(26.0, "database", "connections")], loss("refused", "database"), 0),
        ([ADDED, full(26.0, "app")], loss("refused", "app"), 1),
        ([full(32.5, "app")], loss("refused", "app"), 0),
        ([full(32.5, "database")], loss("refused", "app"), 1),
        ([ADDED, full(26.0, "database")], loss("refused", "database"), 1),
        ([event(29.0, "zone b", "outage"), event(29.0, "app-2", "stop")], loss("down", "app"), 0),
        ([order(29.0, "restart db-1"), DIED], loss("down", "app"), 1),
        ([order(29.0, "restart db-1")], loss("down", "database"), 0),
        ([full(25.0, "db-2")], loss("late", "database"), 0),
        ([order(28.0, "purge cache"), full(29.0, "database")], loss("refused", "database"), 0),
        ([ADDED], loss("late", "app"), 1),
        ([full(25.0, "database"), full(29.0, "balancer-1")], loss("refused", "balancer"), 1),
        ([full(25.0, "database"), full(29.0, "cache")], loss("refused", "app"), 0),
        ([full(25.0, "database"), full(29.0, "app"), retries(28.0)], loss("refused", "app"), 0),
        ([full(25.0, "database"), full(29.0, "app")], loss("late", "app"), 0),
        ([order(28.0, "remove app 3"), full(29.0, "database")], loss("refused", "database"), 1),
        ([order(28.0, "remove cache"), full(29.0, "database")], loss("refused", "database"), 0),
        ([order(28.0, "resize database xlarge"), full(29.0, "app")], loss("refused", "app"), 0),
        ([DIED, full(29.0, "database")], loss("late", "database"), 1),
        ([order(29.0, "place balancer l7"), full(29.5, "balancer")], loss("refused", "balancer"), 0),
        (
            [order(29.0, "place balancer l7 size=medium"), effect(29.0, "balancer", "resize")],
            loss("down", "balancer"),
            0,
        ),
        ([order(25.0, "remove balancer-1"), full(29.0, "images")], loss("refused", "images"), 1),
        ([order(25.0, "remove balancer-1"), full(29.0, "app-1")], loss("refused", "app"), 0),
        ([order(25.0, "remove app-1"), full(29.0, "images-1")], loss("late", "images"), 1),
        ([event(25.0, "items", "shift"), full(29.0, "app")], loss("refused", "app"), 1),
        ([event(25.0, "items", "shift"), full(28.0, "database"), full(29.0, "app")], loss("late", "app"), 0),
        ([far(30.0)], loss("late", "app"), 0),
        ([far(30.0)], loss("refused", "app"), 1),
        ([order(5.0, "place queue for=photo"), full(25.0, "worker")], loss("job-late", "queue"), 1),
        ([order(5.0, "place queue for=photo")], loss("job-late", "queue"), 0),
        (
            [order(5.0, "place queue for=a"), order(9.0, "place queue for=b"), full(25.0, "worker")],
            loss("job-late", "queue"),
            1,
        ),
        ([order(5.0, "set queue.idempotent.pay on"), dropped(9.0)], loss("job-late", "worker"), 1),
        ([event(28.0, "cache-1", "stop"), full(29.0, "database")], loss("late", "database"), 0),
        ([full(25.0, "worker"), dropped(27.0)], loss("job-late", "worker"), 1),
        ([full(25.0, "worker"), dropped(27.0)], loss("job-late", "queue"), 0),
        ([dropped(20.0), order(25.0, "set queue.visibility 60")], loss("job-late", "worker"), 0),
        ([SLOW_WORKER, dropped(27.0)], loss("dead-letter", "queue"), 0),
        ([full(25.0, "worker"), dropped(27.0)], loss("dead-letter", "queue"), 1),
    ],
)
def test_of_what_happened_the_first_that_can_have_brought_it_about_is_named(
    steps: list[Step], worst: Step, first: int
) -> None:
    every = [*steps, worst]
    assert first_cause(every, worst) is every[first]


def test_a_machine_is_known_by_its_pool() -> None:
    assert [pool_of(place) for place in ("db-2", "app-11", "images-1", "app", "zone a", "queue")] == [
        "database", "app", "images", "app", "zone a", "queue",
    ]  # fmt: skip
