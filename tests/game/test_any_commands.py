"""Whatever is ordered, in whatever order: the world stays whole, a refusal is a sentence, and a run is its own."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalegame.game.command import VERBS, parse
from scalegame.game.level import Level
from scalegame.game.level_library import find
from scalegame.game.session import Session
from scalegame.game.words import KINDS, CommandError
from scalegame.model.orders import Order
from scalegame.model.scenario import Fault
from scalegame.model.world import World
from tests.game import test_session
from tests.game.any_commands import WORDS, lines

QUICK = settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))

Script = list[tuple[int, str]]
"""(ticks to wait, line)."""
scripts: st.SearchStrategy[Script] = st.lists(st.tuples(st.integers(0, 25), lines()), max_size=14)


@pytest.fixture(autouse=True)
def no_number_is_made_of_nothing() -> Iterator[None]:
    """0/0, x/0 and overflows raise."""
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        yield


@pytest.fixture(scope="module")
def sandbox() -> Level:
    """Everything there is, with three times the load, faults on the way, and a purse."""
    level = find("sandbox")
    faults = (
        Fault("crash", 4.0, "app-1"),
        Fault("slow", 5.0, "app", factor=4.0, lasts=3.0),
        Fault("crash", 8.0, "database"),
        Fault("deploy", 9.0, "app"),
        Fault("leak", 10.0, share=0.2),
    )
    return dataclasses.replace(level, scenario=dataclasses.replace(level.scenario, faults=faults), money=30.0)


def is_a_sentence(refusal: str) -> bool:
    return refusal.isprintable() and 8 <= len(refusal) < 500 and not refusal.endswith(".") and "None" not in refusal


def play_wild(level: Level, script: Script, seed: int) -> Session:
    session = Session(level, seed)
    session.do("set load 300%")
    for wait, line in script:
        for _ in range(wait):
            session.step()
        before = session.state()
        weighed = session.weigh(line)
        assert session.state() == before, f"weighing changes something: {line}"
        refusal = session.do(line)
        assert refusal == weighed.refusal, f"weighed otherwise: {line}"
        if refusal is not None:
            assert is_a_sentence(refusal), refusal
            assert session.state() == before, f"refused, and changed something: {line}"
        else:
            assert weighed.quote.delay >= 0 <= weighed.quote.downtime
            assert weighed.quote.consequence.isprintable()
        check(session)
    for _ in range(60):
        session.step()
    check(session)
    return session


def check(session: Session) -> None:
    test_session.TestBooks.check(session, given=30_000_000)
    world = session.world
    ledger = world.site.books.state
    assert int(ledger.born.sum()) == int(ledger.everything.sum()) + world.in_flight()
    shot = session.view().snapshot
    assert shot.in_flight >= 0
    for machine in shot.machines:
        assert 0 <= machine.utilisation <= 1, machine
        assert machine.waiting >= 0 <= machine.held, machine
        assert machine.users >= 0, machine
    names = [machine.name for machine in shot.machines]
    assert len(names) == len(set(names))
    assert all(0 <= pool.utilisation <= 1 and pool.queue_mean >= 0 for pool in shot.pools)
    assert all(line.text.isprintable() for line in session.log)
    for place in ("users", *(pool.name for pool in shot.pools), *names):
        assert all(option.label for option in session.options(place))


def orders_of(script: Script) -> list[tuple[int, Order]]:
    """What the lines order of the world, by tick."""
    found, tick = [], 0
    for wait, line in script:
        tick += wait
        try:
            command = parse(line)
        except CommandError:
            continue
        if type(command).__module__.endswith("orders"):
            found.append((tick, command))
    return found  # type: ignore[return-value]  # what is defined in orders is an order


def give(world: World, orders: list[tuple[int, Order]], tick: int, run: int) -> None:
    for at, order in orders:
        if at == tick and world.refusal(order, run) is None:
            world.apply(order, run)


def play_alone_and_among_others(level: Level, mine: Script, others: list[Script], seed: int) -> None:
    alone, crowd = World(level.scenario, [seed]), World(level.scenario, [1, seed, 2])
    scripts = [orders_of(script) for script in (others[0], mine, others[1])]
    for tick in range(110):
        give(alone, scripts[1], tick, 0)
        for run, script in enumerate(scripts):
            give(crowd, script, tick, run)
        alone.step()
        crowd.step()
    assert crowd.state_hash(1) == alone.state_hash()


def play_kept_and_anew(level: Level, scripts: list[Script], seed: int) -> None:
    """What is kept of the runs that did not change is what working it out anew would say."""
    kept, anew = (World(level.scenario, [seed, 1, 2]) for _ in range(2))
    given_to = [orders_of(script) for script in scripts]
    for tick in range(110):
        for run, script in enumerate(given_to):
            give(kept, script, tick, run)
            give(anew, script, tick, run)
        for run in range(3):
            anew.site.alter(run)
        kept.step()
        anew.step()
    for run in range(3):
        assert kept.state_hash(run) == anew.state_hash(run)


def test_an_order_has_only_its_own_run_looked_at_anew(sandbox: Level) -> None:
    world = World(sandbox.scenario, range(5))
    for _ in range(3):
        world.step()
    order = parse("place balancer l4")
    world.apply(order, 3)  # type: ignore[arg-type]  # the world's order
    assert world.site.altered.tolist() == [False, False, False, True, False]
    world.step()
    assert not world.site.altered.any()


def test_every_kind_of_word_can_be_drawn() -> None:
    """Whoever adds a kind of place to the grammar says in any_commands what may stand there."""
    kinds = {slot.kind for verb in VERBS for slot in (*verb.slots, *verb.options)} - {"command"}
    assert kinds <= WORDS.keys()
    assert kinds - {"word"} <= KINDS.keys()


@QUICK
@given(script=scripts, seed=st.integers(0, 2**53))
def test_any_commands_leave_a_whole_world(sandbox: Level, script: Script, seed: int) -> None:
    play_wild(sandbox, script, seed)


@QUICK
@given(mine=scripts, others=st.tuples(scripts, scripts).map(list), seed=st.integers(0, 2**53))
def test_a_run_among_others_is_the_run_alone(sandbox: Level, mine: Script, others: list[Script], seed: int) -> None:
    play_alone_and_among_others(sandbox, mine, others, seed)


@QUICK
@given(some=st.tuples(scripts, scripts, scripts).map(list), seed=st.integers(0, 2**53))
def test_what_is_kept_of_runs_is_what_they_are(sandbox: Level, some: list[Script], seed: int) -> None:
    play_kept_and_anew(sandbox, some, seed)


@pytest.mark.slow
@LONG
@given(script=scripts, seed=st.integers(0, 2**53))
def test_any_commands_leave_a_whole_world_at_length(sandbox: Level, script: Script, seed: int) -> None:
    play_wild(sandbox, script, seed)


@pytest.mark.slow
@LONG
@given(mine=scripts, others=st.tuples(scripts, scripts).map(list), seed=st.integers(0, 2**53))
def test_a_run_among_others_is_the_run_alone_at_length(
    sandbox: Level, mine: Script, others: list[Script], seed: int
) -> None:
    play_alone_and_among_others(sandbox, mine, others, seed)


INDEPENDENT = (
    ("set health.interval 2", "set health.threshold 5"),
    ("set health.interval 2", "autoscale app 2 4 60%"),
    ("set load 150%", "resize db-1 medium"),
    ("resize app-1 large", "resize db-1 large"),
    ("restart app-1", "restart db-1"),
    ("autoscale app 1 9 50%", "restart db-1"),
    ("autoscale app 1 9 50%", "place balancer l7 algorithm=two-choices"),
    ("when app.queue > 3 for 1 do add app", "set health.threshold 1"),
    ("when rps > 1 for 2 do place cache", "resize db-1 medium"),
)
"""Orders that have nothing to do with each other, and no number given to each in its turn."""


@pytest.mark.parametrize(("one", "other"), INDEPENDENT)
def test_independent_commands_may_come_in_either_order(sandbox: Level, one: str, other: str) -> None:
    states = []
    for order in ((one, other), (other, one)):
        session = Session(sandbox, 5)
        for line in ("place balancer l4", "add app", "set load 300%"):
            assert session.do(line) is None
        for _ in range(35):
            session.step()
        for line in order:
            assert session.do(line) is None
        for _ in range(40):
            session.step()
        states.append(session.state_hash())
    assert states[0] == states[1]


@pytest.mark.slow
@LONG
@given(some=st.tuples(scripts, scripts, scripts).map(list), seed=st.integers(0, 2**53))
def test_what_is_kept_of_runs_is_what_they_are_at_length(sandbox: Level, some: list[Script], seed: int) -> None:
    play_kept_and_anew(sandbox, some, seed)
