"""What stores of copies hold: against exact values (rows of tests/oracle.csv) and a simulation request by request."""

from __future__ import annotations

import copy
import dataclasses
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scalegame.model.copies.contents import NO_LIMIT, Answers, Store, shelves_of
from scalegame.model.copies.keys import moved_share
from scalegame.model.copies.popularity import zipf
from scalegame.model.copies.settling import Kind, hit_shares
from scalegame.model.numbers.exact import Floats
from tests.model.copies.request_by_request import Case, Seen, simulate
from tests.model.oracle import rows

TWO_POINTS = 0.02


def a_store(case: Case, runs: int = 1) -> Store:
    store = Store(shelves_of([[(zipf(case.items, case.zipf), 1.0)]]), runs)
    store.policy.capacity[:] = case.room or NO_LIMIT
    store.policy.coalesces[:] = 1.0
    store.policy.purges[:] = case.purges
    store.policy.blind[:] = not case.purges
    for run in range(runs if case.ttl else 0):
        store.set_ttl(run, 0, case.ttl, resets=case.resets)
    return store


def tick(store: Store, rate: float, writes: float = 0.0, fetch: float = 0.0) -> Answers:
    shape = store.policy.stands.shape
    return store.step(np.full(shape, 0.1 * rate), np.full(shape, 0.1 * writes), np.full(shape, fetch))


def model(case: Case) -> Seen:
    store = a_store(case)
    figures = []
    for _ in range(round(10 * case.seconds)):
        answers = tick(store, case.rate, case.writes, case.fetch)
        stale = store.stale(np.array([0]), np.array([10 * case.tolerance]))
        figures.append([answers.hit[0, 0], answers.fetch[0, 0], stale[0, 0]])
    parts = np.array(figures).reshape(case.parts, -1, 3).mean(axis=1)
    return Seen(parts[:, 0], parts[:, 1], parts[:, 2])


# Exact values --------------------------------------------------------------------------------------------------------


def last(case: Case) -> Seen:
    """The second half of the time."""
    whole = model(dataclasses.replace(case, parts=2))
    return Seen(whole.hit[1:], whole.fetch[1:], whole.stale[1:])


LRU = {
    "lru-098": (0.8, 100),
    "lru-100": (0.8, 3000),
    "lru-101": (1.0, 100),
    "lru-103": (1.0, 3000),
    "lru-104": (1.2, 100),
    "lru-106": (1.2, 3000),
}


@pytest.mark.parametrize("rate", [1000.0, 1e6])
@pytest.mark.parametrize("row", LRU)
def test_the_least_recently_used_goes_first(row: str, rate: float) -> None:
    """Within a tenth of a point of Che and of the row's simulated LRU, at any rate: the longest edge
    here lasts half a minute, the shortest a tenth of a millisecond."""
    alpha, room = LRU[row]
    seen = last(Case(10_000, alpha, rate, seconds=100, room=room))
    exact = rows()[row]
    assert seen.hit[0] == pytest.approx(exact.value, abs=0.001)
    assert seen.hit[0] == pytest.approx(exact.check, abs=0.001)


@pytest.mark.parametrize("row", LRU)
def test_where_it_settles_is_known_beforehand(row: str) -> None:
    alpha, room = LRU[row]
    assert hit_shares([Kind(zipf(10_000, alpha), 1000.0)], room)[0] == pytest.approx(rows()[row].value, abs=0.001)


@pytest.mark.slow
def test_items_expire() -> None:
    one = Case(1, rate=0.1, ttl=60, seconds=1600)
    assert last(one).hit[0] == pytest.approx(rows()["ttl-109"].value, abs=0.001)
    short = Case(1, rate=1.0, ttl=0.5, seconds=200)
    assert last(short).hit[0] == pytest.approx(rows()["ttl-111"].value, abs=0.001)
    many = Case(10_000, ttl=30, seconds=180)
    assert last(many).hit[0] == pytest.approx(rows()["ttl-115"].value, abs=0.001)
    assert hit_shares([Kind(zipf(10_000, 1.0), 1000.0, ttl=30)], NO_LIMIT)[0] == pytest.approx(
        rows()["ttl-115"].value, abs=0.001
    )


def test_a_hit_can_reset_the_clock() -> None:
    seen = last(Case(1, rate=1.0, ttl=2, resets=True, seconds=200))
    assert seen.hit[0] == pytest.approx(rows()["ttl-112"].value, abs=0.001)


def test_while_a_fetch_is_on_its_way_all_fetch_or_one_does() -> None:
    case = Case(1, rate=200.0, ttl=1, fetch=0.1, seconds=200)
    store = a_store(case)
    for _ in range(500):
        together = tick(store, 200.0, fetch=0.1)
    assert together.fetch[0, 0] * 200 == pytest.approx(rows()["ttl-114"].value, rel=0.005)
    store.policy.coalesces[:] = 0.0
    alone = tick(store, 200.0, fetch=0.1)
    assert alone.fetch[0, 0] == pytest.approx(rows()["ttl-113"].value, rel=0.005)
    assert together.wait[0, 0] + together.fetch[0, 0] == pytest.approx(alone.fetch[0, 0], rel=0.005)


def test_a_cold_store_warms_up() -> None:
    """The row is of the moment t = 1 s: between the tick before and the one after."""
    store = a_store(Case(10_000))
    hits = [tick(store, 1000.0).hit[0, 0] for _ in range(11)]
    assert 0.5 * (hits[9] + hits[10]) == pytest.approx(rows()["cold-116"].value, abs=0.002)


@pytest.mark.parametrize(
    ("row", "before", "consistent"),
    [("modulo-196", 2, False), ("modulo-200", 9, False), ("consistent-197", 2, True), ("consistent-201", 9, True)],
)
def test_a_machine_more_moves_keys(row: str, before: int, consistent: bool) -> None:
    assert moved_share(before, before + 1, consistent=consistent) == pytest.approx(rows()[row].value)


@given(before=st.integers(1, 60), after=st.integers(1, 60))
def test_keys_that_stay_have_the_same_remainder(before: int, after: int) -> None:
    keys = np.arange(before * after)
    assert moved_share(before, after, consistent=False) == pytest.approx(np.mean(keys % before != keys % after))
    assert moved_share(before, after, consistent=True) <= moved_share(before, after, consistent=False) + 1e-12


# Request by request --------------------------------------------------------------------------------------------------

CASES = {
    "cold, then full": Case(room=400, seconds=10),
    "expiry and room": Case(room=400, ttl=5),
    "room smaller than expiry asks for": Case(zipf=0.8, room=400, ttl=1.5),
    "expiry reset by hits": Case(ttl=2, resets=True, seconds=20),
    "purged by writes": Case(writes=200, purges=True, seconds=20),
    "purged, and room": Case(zipf=0.8, room=400, writes=300, purges=True, seconds=20),
    "stale until expiry": Case(writes=40, ttl=8),
    "stale for a while is tolerated": Case(writes=40, ttl=8, tolerance=3),
    "stale for ever": Case(zipf=0.8, room=400, writes=50, seconds=100),
    "a slow origin": Case(fetch=0.5, seconds=20),
}


@pytest.mark.parametrize("name", CASES)
def test_it_is_as_request_by_request(name: str) -> None:
    """Of three seeds' mean. Hits and fetches of a tenth of the time within four points, on average two; staleness
    within twelve and six: the few items that are most asked for are written by chance, and without an expiry the oldest
    entries of a group are all of one age."""
    case = CASES[name]
    ours, true = model(case), [simulate(case, seed) for seed in range(3)]
    for part, most in (("hit", 0.04), ("fetch", 0.04), ("stale", 0.12)):
        off = np.abs(getattr(ours, part) - np.mean([getattr(one, part) for one in true], axis=0))
        assert off.max() < most
        assert off[1:].mean() < most / 2


# Events --------------------------------------------------------------------------------------------------------------


def warm(case: Case, seconds: float = 30.0) -> Store:
    store = a_store(case)
    for _ in range(round(10 * seconds)):
        tick(store, case.rate, case.writes)
    return store


def test_a_flush_is_a_stampede_while_the_origin_is_slow() -> None:
    store = warm(Case(room=1000))
    before = tick(store, 1000.0, fetch=0.01)
    store.flush(0, 0)
    together = [tick(store, 1000.0, fetch=1.0).fetch[0, 0] for _ in range(5)]
    store = warm(Case(room=1000))
    store.policy.coalesces[:] = 0.0
    store.flush(0, 0)
    alone = [tick(store, 1000.0, fetch=1.0).fetch[0, 0] for _ in range(5)]
    assert before.fetch[0, 0] < 0.15
    assert min(alone) > 0.6
    assert max(together[1:]) < min(alone)


def test_what_was_fetched_at_once_expires_at_once() -> None:
    store = a_store(Case(200, ttl=10))
    fetches = np.array([tick(store, 1000.0).fetch[0, 0] for _ in range(250)])
    calm = fetches[50:95].mean()
    assert fetches[98:112].max() > 5 * calm
    assert calm < 0.01


def test_when_popularity_shifts_what_is_held_is_of_no_use_until_it_is_evicted() -> None:
    store = warm(Case(room=400))
    before = tick(store, 1000.0).hit[0, 0]
    entries = store.entries()[0, 0]
    store.forget(0, 0, 0.5)
    assert store.entries()[0, 0] == pytest.approx(entries)
    after = [tick(store, 1000.0).hit[0, 0] for _ in range(300)]
    assert after[0] < before - 0.15
    assert after[-1] == pytest.approx(before, abs=0.005)


def test_what_is_forgotten_expires_too_however_often_popularity_shifts() -> None:
    store = warm(Case(200, ttl=5))
    for _ in range(20):
        store.forget(0, 0, 1.0)
        tick(store, 1000.0)
    assert (store.contents.held <= 1.0).all()
    assert store.ages.cells.sum(axis=2) == pytest.approx(store.contents.held, abs=1e-7)
    for _ in range(60):
        tick(store, 0.0)
    assert store.entries()[0, 0] == pytest.approx(0, abs=1e-6)


def test_less_room_holds_less_and_more_room_more() -> None:
    store = warm(Case(room=1000))
    store.policy.capacity[:] = 200
    for _ in range(100):
        small = tick(store, 1000.0).hit[0, 0]
    assert store.entries()[0, 0] <= 201
    store.policy.capacity[:] = 1000
    for _ in range(200):
        large = tick(store, 1000.0).hit[0, 0]
    kind = Kind(zipf(2000, 1.0), 1000.0)
    assert [small, large] == pytest.approx([hit_shares([kind], 200)[0], hit_shares([kind], 1000)[0]], abs=0.002)


def test_data_sets_share_a_stores_room_by_how_much_they_are_asked_for() -> None:
    laws = [zipf(2000, 0.8), zipf(5000, 1.0)]
    store = Store(shelves_of([[(laws[0], 2.0), (laws[1], 1.0)]]), 1)
    store.policy.capacity[:] = 1500
    for _ in range(600):
        answers = store.step(np.array([[30.0, 90.0]]), np.zeros((1, 2)), np.zeros((1, 2)))
    settled = hit_shares([Kind(laws[0], 300.0, item_kb=2.0), Kind(laws[1], 900.0)], 1500)
    assert answers.hit[0].tolist() == pytest.approx(settled, abs=0.002)


def test_a_purge_takes_a_data_set_and_leaves_the_others() -> None:
    store = Store(shelves_of([[(zipf(50, 1.0), 1.0), (zipf(50, 1.0), 1.0)]]), 1)
    for _ in range(50):
        store.step(np.full((1, 2), 100.0), np.zeros((1, 2)), np.zeros((1, 2)))
    store.purge(0, 0)
    assert store.entries()[0].tolist() == pytest.approx([0, 50], abs=0.5)


def test_a_new_expiry_holds_for_what_is_held_too() -> None:
    store = warm(Case(200, ttl=30))
    store.set_ttl(0, 0, 2.0)
    for _ in range(25):
        tick(store, 0.0)
    assert store.entries()[0, 0] < 1
    store.set_ttl(0, 0, 0.0)
    for _ in range(500):
        tick(store, 1000.0)
    assert store.entries()[0, 0] == pytest.approx(200, abs=1)


def test_a_store_that_does_not_stand_answers_nothing() -> None:
    store = a_store(Case())
    store.policy.stands[:] = 0.0
    for _ in range(20):
        answers = tick(store, 1000.0, fetch=0.5)
    assert answers.hit[0, 0] == answers.wait[0, 0] == 0.0
    assert answers.fetch[0, 0] == 1.0
    assert store.entries()[0, 0] == 0.0


# Whatever comes ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Moment:
    requests: float
    writes: float
    fetch: float
    event: str


IDLE = Moment(0.0, 0.0, 0.0, "")

moments = st.lists(
    st.builds(
        Moment,
        requests=st.sampled_from([0.0, 1.0, 30.0, 1e4, 1e7]),
        writes=st.sampled_from([0.0, 5.0, 1e5]),
        fetch=st.sampled_from([0.0, 0.003, 0.5, 1e4]),
        event=st.sampled_from(
            ["", "", "", "flush", "half", "forget", "ttl", "slide", "for ever", "small", "large", "gone"]
        ),
    ),
    min_size=1,
    max_size=30,
)


def befall(store: Store, run: int, moment: Moment) -> None:
    match moment.event:
        case "flush":
            store.flush(run, 0)
        case "half":
            store.flush(run, 0, 0.5)
        case "forget":
            store.forget(run, 1, 0.3)
        case "ttl":
            store.set_ttl(run, 0, 0.7)
        case "slide":
            store.set_ttl(run, 1, 1.0, resets=True)
        case "for ever":
            store.set_ttl(run, 0, 0.0)
        case "small":
            store.policy.capacity[run] = 7.0
        case "large":
            store.policy.capacity[run] = 3000.0
        case "gone":
            store.policy.stands[run] = 1.0 - store.policy.stands[run]


def two_shelves(runs: int) -> Store:
    store = Store(shelves_of([[(zipf(500, 1.1), 1.0), (zipf(10**6, 0.7), 3.0)]]), runs)
    store.policy.capacity[:] = 300.0
    store.policy.purges[:, 0] = 1.0
    store.policy.blind[:, 1] = 1.0
    store.policy.coalesces[:, 1] = 1.0
    return store


VIEWS = np.array([0, 1, 1])
TOLERANCES = np.array([0.0, 0.0, 12.0])


@settings(max_examples=30, deadline=None)
@given(history=moments)
@example(history=[IDLE, IDLE, Moment(1e7, 1e5, 0.003, ""), IDLE])
def test_shares_are_shares_and_the_room_is_kept(history: list[Moment]) -> None:
    store = two_shelves(1)
    for moment in history:
        befall(store, 0, moment)
        answers = store.step(
            np.full((1, 2), moment.requests), np.full((1, 2), moment.writes), np.full((1, 2), moment.fetch)
        )
        for share in (answers.hit, answers.wait, answers.fetch, store.stale(VIEWS, TOLERANCES)):
            assert (share >= -1e-9).all()
            assert (share <= 1 + 1e-9).all()
        assert answers.hit + answers.wait + answers.fetch == pytest.approx(1)
        state = store.contents
        assert (state.held >= -1e-9).all()
        assert (state.held + state.fetching <= 1 + 1e-9).all()
        assert store.ages.cells.sum(axis=2) == pytest.approx(state.held, abs=1e-7)
        assert (state.filled <= 1.006 * store.policy.capacity).all()


@settings(max_examples=25, deadline=None)
@given(histories=st.tuples(moments, moments))
def test_a_run_alone_and_among_others_has_the_same_bits(histories: tuple[list[Moment], list[Moment]]) -> None:
    together, alone = two_shelves(2), [two_shelves(1), two_shelves(1)]
    for pair in zip(*histories, strict=False):
        for run, moment in enumerate(pair):
            befall(together, run, moment)
            befall(alone[run], 0, moment)

        def both(name: str, pair: tuple[Moment, ...] = pair) -> Floats:
            return np.repeat(np.array([[getattr(moment, name)] for moment in pair]), 2, axis=1)

        answers = together.step(both("requests"), both("writes"), both("fetch"))
        for run, one in enumerate(alone):
            mine = one.step(*(both(name)[run : run + 1] for name in ("requests", "writes", "fetch")))
            assert mine.hit[0].tolist() == answers.hit[run].tolist()
            assert mine.fetch[0].tolist() == answers.fetch[run].tolist()
            for mine_part, part in ((one.contents, together.contents), (one.ages, together.ages)):
                for field in dataclasses.fields(mine_part):
                    assert (getattr(mine_part, field.name)[0] == getattr(part, field.name)[run]).all(), field.name
            assert (one.stale(VIEWS, TOLERANCES)[0] == together.stale(VIEWS, TOLERANCES)[run]).all()


def test_a_copy_of_a_store_goes_its_own_way() -> None:
    store = warm(Case(room=400), 3.0)
    fork = copy.deepcopy(store)
    fork.flush(0, 0)
    assert store.entries()[0, 0] > 300
