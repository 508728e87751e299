"""Signs of what went wrong, as they are read off a history."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.game import signs
from scalegame.game.history import History, PoolSecond, Second, Seconds
from scalegame.game.suspects import Step
from scalegame.game.view import LogLine
from scalegame.model.snapshot import Happening, Latency
from tests.game.played_levels import level_text, make_level, read_made, stage

CALM = Second(1.0, 200.0, 200.0, 0.0, 0.0, Latency(1.0, 1.0, 1.0, 1.0), (), (), 0)


def second(at: int, **more: object) -> Second:
    return replace(CALM, seconds=float(at), **more)  # type: ignore[arg-type]  # the keywords are Second's own fields


def loss(cause: str, place: str, count: int) -> Step:
    return Step("loss", 5.0, place, "lost", cause, count)


def busy(at: int, share: float, pool: str = "app") -> Second:
    return second(at, pools=(PoolSecond(pool, 2, 2, share, 3.0),))


@pytest.mark.parametrize(("after", "kind"), [(22.0, "rise"), (80.0, "event")])
def test_what_is_popular_now_matters_where_more_finds_no_copy(after: float, kind: str) -> None:
    seconds = [second(at, fetched=20.0 if at <= 5 else after) for at in range(1, 15)]
    history = History(Seconds(seconds), [Happening(50, 0, "items", "shift", "others are popular now")])
    assert [step.kind for step in signs.happenings(history, 0.0, 20.0)] == [kind]


def test_what_had_room_again_for_a_while_before_the_loss_has_to_be_full_anew() -> None:
    shares = [0.98] * 4 + [0.5] * 6 + [0.99] * 4
    window = [busy(at + 1, share) for at, share in enumerate(shares)]
    (full,) = signs.full(window, 12)
    assert full.seconds == 10.0
    (full,) = signs.full([busy(at + 1, 0.98) for at in range(8)], 6)
    assert full.seconds == 0.0


def test_of_a_pair_of_balancers_the_other_one_stands_by() -> None:
    pair = (PoolSecond("balancer", 2, 2, 0.5, 9.0),)
    window = [second(at, pools=pair, tightest="balancer-1", saturation=1.0) for at in (1, 2, 3)]
    (full,) = signs.full(window, 1)
    assert full.text == "balancer-1 was 100 % busy, and the other one stands by"


def test_a_queue_that_nobody_works_off_is_one() -> None:
    window = [busy(at, 0.5) for at in range(1, 9)]
    placed = Step("order", 3.0, "you", "ordered", detail="place queue for=photo")
    (step,) = signs.unmanned(window, [], loss("job-late", "queue", 10))
    assert (step.place, step.text) == ("worker", "there were no workers for what waits in the queue")
    assert not signs.unmanned(window, [placed], loss("job-late", "queue", 10))
    assert not signs.unmanned([*window, busy(9, 0.5, "worker")], [], loss("job-late", "queue", 10))
    assert not signs.unmanned(window, [], loss("refused", "app", 10))


class TestDropped:
    LEVEL = read_made(
        level_text(
            stage("only", 20, (50, 50)), more='[start]\nqueued = ["page"]\n[start.pools.worker]\nsize = "small"\n'
        ).replace("session = false", "session = false\njob_ms = 10\njob_seconds = 5\njob_crash = 0.1")
    )
    LYING = tuple(second(at, dropped=30 if at > 2 else 0, visibility=30.0) for at in range(1, 12))

    def test_are_the_cause_where_enough_of_them_were(self) -> None:
        (step,) = signs.dropped(self.LEVEL, self.LYING, loss("job-late", "worker", 12))
        assert (step.seconds, step.place) == (2.0, "queue")
        assert step.text == "workers' processes died on page jobs, which came back after 30 s"
        assert not signs.dropped(self.LEVEL, self.LYING, loss("job-late", "worker", 500))

    def test_need_jobs_that_a_process_dies_of(self) -> None:
        assert not signs.dropped(make_level(), self.LYING, loss("job-late", "worker", 12))


class TestKept:
    TEXT = level_text(
        stage("only", 20, (50, 50)),
        db_read_ms=2,
        more='[classes.edit]\ndb_write_ms = 1\nwrites = "items"\n[data.items]\nitems = 100\n'
        '[start.pools.database]\nsize = "small"\n[start.pools.cache]\nsize = "small"\n',
    )
    LEVEL = read_made(TEXT.replace("session = false", 'session = false\nreads = "items"\nstale_ms = 3000'))

    @pytest.mark.parametrize(
        ("orders", "said"),
        [
            ((), "copies for page were kept for ever"),
            (("set ttl.page 20",), "copies for page were kept for 20 s"),
            (("set ttl 9", "set ttl.page 2"), None),
            (("set ttl 2", "set ttl.page 0"), "copies for page were kept for ever"),
        ],
    )
    def test_longer_than_an_answer_may_be_old(self, orders: tuple[str, ...], said: str | None) -> None:
        log = [LogLine(float(at), signs.ORDERED, line) for at, line in enumerate(orders)]
        found = signs.kept(self.LEVEL, log, loss("stale", "cache", 10))
        assert [step.text.split(",")[0] for step in found] == ([] if said is None else [said])

    def test_only_an_order_that_lets_them_live_longer_is_one(self) -> None:
        log = [LogLine(float(at), signs.ORDERED, f"set ttl {age}") for at, age in enumerate((30, 10, 20))]
        found = signs.orders(self.LEVEL, log, loss("stale", "cache", 10), 0.0, 9.0)
        assert [step.detail for step in found] == ["set ttl 20"]
