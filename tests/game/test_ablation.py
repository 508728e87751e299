"""The first sentence names the true cause: taken away in a run that is played again, the loss goes with it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from scalegame.game.level import Level
from scalegame.game.level_library import find
from tests.game.ablation import Ablation, lost_between, play
from tests.game.played_levels import level_text, make_level, read_made, stage

SEED = 3
HARMLESS = Ablation(classes=(("job_crash", 0.0), ("poison", 0.0)))
"""No job takes its worker's process down."""
GONE = 0.4
"""Of the losses of a cause, what may be left of them without it: some other strand keeps a little of most."""

STEADY = stage("only", 40, (150, 150))
COPIES = """
[data.catalogue]
items = 2000
[start.pools.database]
size = "small"
"""


def fault(kind: str, seconds: float, target: str = "app", **more: object) -> str:
    rest = "".join(f"{key} = {value}\n" for key, value in more.items())
    return f'[[fault]]\nkind = "{kind}"\nseconds = {seconds}\ntarget = "{target}"\n{rest}'


@dataclass(frozen=True)
class Case:
    """A run that was lost or hurt, what the coach has to say of it first, and what has to be taken away."""

    level: Level
    said: str
    without: Ablation
    orders: tuple[tuple[int, str], ...] = ()
    loses: tuple[str, ...] = ()
    """Causes of loss that have to go; none is all."""


def reads(*, stale_ms: float = 1e12, db_read_ms: float = 4, uptime: float = 0.9, more: str = "") -> Level:
    """A catalogue that is read through a small database."""
    text = level_text(STEADY, uptime=uptime, size="large", db_read_ms=db_read_ms, more=COPIES + more)
    return read_made(text.replace("session = false", f'session = false\nreads = "catalogue"\nstale_ms = {stale_ms}'))


def jobs(
    rate: float,
    due: float,
    more: str = "",
    *,
    work_ms: float = 50,
    workers: int = 1,
    crash: float = 0,
    poison: float = 0,
) -> Level:
    """Every page leaves a job to the queue, for small workers."""
    pool = f'[start.pools.worker]\nsize = "small"\nmachines = {workers}\n'
    text = level_text(stage("only", 40, (rate, rate)), uptime=0.9, size="large", more=more + pool)
    kind = f"session = false\njob_ms = {work_ms}\njob_seconds = {due}\njob_crash = {crash}\npoison = {poison}"
    text = text.replace("session = false", kind)
    return read_made(text.replace("[start.pools.app]", '[start]\nqueued = ["page"]\n[start.pools.app]'))


CASES = {
    "a machine that is too small": Case(
        make_level(stage("calm", 20, (50, 50)), stage("flood", 20, (100, 400))),
        "app was ", Ablation(full="app"),
    ),
    "a crash": Case(
        make_level(STEADY, uptime=0.9, more=fault("crash", 20)), "app-1 died", Ablation(faults=frozenset([0])),
    ),
    "a resize at a bad time": Case(
        make_level(STEADY, uptime=0.95), 'you ordered "resize app medium"', Ablation(orders=frozenset([0])),
        ((200, "resize app medium"),),
    ),
    "a restart that nothing asked for": Case(
        make_level(STEADY, uptime=0.95), 'you ordered "restart app-1"', Ablation(orders=frozenset([0])),
        ((200, "restart app-1"), (230, "restart app-1")),
    ),
    "a bad release": Case(
        make_level(STEADY, uptime=0.9, more=fault("bad-deploy", 20, share=0.6, factor=1.0)),
        "a new release of app rolls out", Ablation(faults=frozenset([0])), loses=("wrong", "down"),
    ),
    "a slow database": Case(
        make_level(
            stage("only", 40, (60, 200)), uptime=0.9, size="large", db_read_ms=20,
            more='[start.pools.database]\nsize = "small"\n',
        ),
        "database was ", Ablation(full="database"),
    ),
    "a flush at the peak": Case(
        reads(
            db_read_ms=60, uptime=0.99,
            more='[start.pools.cache]\nsize = "small"\n' + fault("cache-flush", 25, "cache"),
        ),
        "cache-1 was flushed", Ablation(faults=frozenset([0])),
    ),
    "copies that are kept for ever": Case(
        reads(
            stale_ms=1000, db_read_ms=2,
            more='[classes.edit]\ndb_write_ms = 2\nwrites = "catalogue"\n'
            '[[stage.traffic]]\nclass = "edit"\nrate = [[0, 40]]\n',
        ),
        'you ordered "place cache ttl=600"', Ablation(orders=frozenset([0])),
        ((50, "place cache ttl=600"), (60, "set cache.purge off")),
        loses=("stale",),
    ),
    "a worker that died": Case(
        jobs(30, 8, fault("crash", 15, "worker")), "worker-1 died", Ablation(faults=frozenset([0])),
        loses=("job-late",),
    ),
    "too few workers": Case(
        jobs(60, 5), "worker was ", Ablation(full="worker"),
        loses=("job-late",),
    ),
    "jobs that their worker dies of": Case(
        jobs(20, 10, work_ms=20, crash=0.3), "workers' processes died on page jobs, which came back after 30 s",
        HARMLESS, loses=("job-late",),
    ),
    "messages that nobody can work on": Case(
        jobs(20, 15, work_ms=20, poison=0.3),
        "workers' processes died on page jobs", HARMLESS, ((10, "set queue.visibility 1"),),
    ),
    "a shard that gets most of it": Case(
        read_made(
            level_text(
                STEADY, uptime=0.9, size="large", db_read_ms=25,
                more='[start.pools.database]\nsize = "small"\nmachines = 4\n',
            ).replace("session = false", "session = false\nskew = 2.5")
        ),
        "and the rest of database was not", Ablation(full="database"),
    ),
    "messages that come back too soon": Case(
        jobs(12, 60, work_ms=1000, workers=12), 'you ordered "set queue.visibility 1"', Ablation(orders=frozenset([0])),
        ((50, "set queue.visibility 1"),), loses=("done-twice",),
    ),
    "a zone that is out": Case(
        make_level(
            STEADY, uptime=0.9,
            more='[start]\nzones = 2\n[start.balancer]\nkind = "l4"\n' + fault("zone-outage", 20, "a", lasts=30),
        ),
        "zone a is out", Ablation(faults=frozenset([0])),
    ),
}  # fmt: skip


PLAYED = {
    "one box, left alone": Case(find("one-box"), "app was ", Ablation(full="app")),
    "the biggest box, left alone": Case(find("the-biggest-box"), "app-1 died", Ablation(faults=frozenset([0]))),
    "who am I again, left alone": Case(
        find("who-am-i-again"), "Release 1 goes out", Ablation(faults=frozenset([0]))
    ),
    "users who meet a stranger": Case(
        find("who-am-i-again"), 'you ordered "add app 2 size=large"', Ablation(orders=frozenset([0])),
        ((520, "add app 2 size=large"),), loses=("logged-out",),
    ),
    "a cache that dies with all sessions in it": Case(
        find("who-am-i-again"), "cache-1 died", Ablation(faults=frozenset([3])),
        ((200, "place cache"), (300, "move sessions cache"), (520, "add app 2 size=large"),
         (1180, "add app size=large")),
        loses=("logged-out",),
    ),
    "the second server taken away": Case(
        find("the-biggest-box"), 'you ordered "remove app 2"', Ablation(orders=frozenset([4])),
        ((50, "place balancer l4 algorithm=least-connections"), (95, "add app 2 size=large"), (170, "remove app-1"),
         (650, "add app"), (1000, "remove app 2")),
    ),
    "payments that come back too late": Case(
        find("twice-is-once"), "workers' processes died on pay jobs", HARMLESS,
        ((400, "add worker"), (840, "restart worker-1"), (841, "add worker")), loses=("job-late",),
    ),
    "prices that are kept for ever": Case(
        find("yesterdays-price"), "copies for price were kept for ever",
        Ablation(full="database", classes=(("ttl", 2.0),)), loses=("stale",),
    ),
    "readers who are far away": Case(
        find("closer-to-you"), "users of world are 160 ms further away", Ablation(classes=(("far", 0.0),)),
        ((420, "move uploads object"), (430, "add app 2"),), loses=("late",),
    ),
    "a balancer that reads, and is too small for it": Case(
        find("the-front-door"), 'you ordered "place balancer l7"', Ablation(orders=frozenset([0])),
        ((200, "place balancer l7"),), loses=("refused", "down"),
    ),
    "servers of a path that do not suffice": Case(
        find("the-front-door"), "reports was ", Ablation(full="reports"),
        ((150, "add balancer 1 size=medium"), (250, "remove balancer-1"), (280, "place balancer l7"),
         (300, "place pool reports size=large"), (380, "route /reports reports"), (400, "remove app 1")),
        loses=("refused",),
    ),
    "a mail that finds the servers full": Case(
        find("black-friday"), "app was ", Ablation(full="app"),
    ),
    "a burst that retries keep alive": Case(
        replace(find("lab-try-patience"), slo_uptime=0.9), "app was ", Ablation(full="app"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_first_sentence_names_what_the_loss_goes_with(name: str) -> None:
    _check(CASES[name])


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAYED)
def test_and_so_it_does_in_the_levels_that_are_played(name: str) -> None:
    _check(PLAYED[name])


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("a slow database", Ablation(full="app")),
        ("a flush at the peak", Ablation(full="app")),
        ("a bad release", Ablation(full="app")),
        ("too few workers", Ablation(full="app")),
        ("too few workers", HARMLESS),
        ("jobs that their worker dies of", Ablation(full="worker")),
        ("a restart that nothing asked for", Ablation(full="app")),
    ],
)
def test_and_stays_where_something_else_is_taken_away(name: str, other: Ablation) -> None:
    lost, left, _ = _lost_and_left(CASES[name], other)
    assert left > GONE * lost, "room for all would cure anything"


def _check(case: Case) -> None:
    lost, left, lasts = _lost_and_left(case, case.without)
    assert lost > 40
    assert lasts, "a run that is over sooner loses nothing afterwards"
    assert left <= GONE * lost, f"{left} of {lost} are lost without it, too"


def _lost_and_left(case: Case, taken: Ablation) -> tuple[int, int, bool]:
    """Requests lost from the first cause to the end of the run, and in the same seconds without what is taken away; and
    whether the run goes on as long without it."""
    run = play(case.level, SEED, case.orders)
    told = run.post_mortem()
    assert told.first is not None
    assert case.said in told.why[0], told.chain
    begin, end = told.chain[told.first].seconds, run.history.seconds[-1].seconds
    without = taken.of(case.level, SEED, case.orders)
    lost, left = (lost_between(one, begin, end, case.loses) for one in (run, without))
    return lost, left, without.history.seconds[-1].seconds >= end
