"""A CDN in a world: near to those who are far, paid by the gigabyte, and no better than its copies."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import CDN_PRICE_PER_GB, EDGE_MS, FAR_MS, PLACE_CDN_SECONDS
from scalegame.model.scenario import Fault, Traffic
from scalegame.model.world import World
from tests.model.copied_worlds import consequence, copies, lost_in, refusal, say, shop, used
from tests.model.plain_worlds import after, go_on


def latency(world: World, name: str, seconds: float = 5.0) -> float:
    """Mean milliseconds of a class's answers in the next seconds."""
    books = world.site.books.state
    k = next(i for i, kind in enumerate(world.scenario.classes) if kind.name == name)

    def so_far() -> tuple[float, float]:
        world.catch_up()
        return float(books.latency_ms[0, k]), float(books.latency[0, k].sum())

    before = so_far()
    go_on(world, seconds)
    now = so_far()
    return (now[0] - before[0]) / (now[1] - before[1])


def test_users_who_are_far_away_wait_for_the_wire() -> None:
    near = latency(after(shop(rate=0.0, pictures=200.0), 1), "picture", 15)
    far = latency(after(shop(rate=0.0, pictures=200.0, far=1.0), 1), "picture", 15)
    some = latency(after(shop(rate=0.0, pictures=200.0, far=0.25), 1), "picture", 15)
    assert far - near == pytest.approx(FAR_MS, abs=1)
    assert some - near == pytest.approx(0.25 * FAR_MS, rel=0.1)


def test_an_edge_near_them_is_what_helps() -> None:
    """It takes the far user's wire away, and little of the near user's."""
    far = latency(after(shop(rate=0.0, pictures=400.0, far=1.0, cdn=True), 5), "picture")
    near = latency(after(shop(rate=0.0, pictures=400.0, cdn=True), 5), "picture")
    assert far == pytest.approx(EDGE_MS, abs=2)
    assert near == pytest.approx(EDGE_MS, abs=1)


def test_a_cdn_may_answer_everything() -> None:
    """All that is asked for fits and never changes: whatever shares round to, nobody is left over."""
    world = after(shop(rate=0.0, pictures=200.0, cdn=True), 1)
    for _ in range(100):
        go_on(world, 0.1)
        state = world.site.table
        assert (state.n >= 0).all()
        assert (state.rate_in >= 0).all()
    assert copies(world, "cdn").hit_share > 0.999
    assert lost_in(world, 1) == 0


def test_the_origin_only_gets_the_misses() -> None:
    world = after(shop(rate=0.0, pictures=400.0, ttl=4.0, cdn=True), 20)
    seen = copies(world, "cdn")
    servers = next(view.arrival_rate for view in world.snapshot().pools if view.name == "app")
    assert 0.3 < seen.hit_share < 0.95
    assert seen.fetch_rate == pytest.approx(400 * (1 - seen.hit_share), rel=0.1)
    assert servers < 1.15 * seen.fetch_rate + 5


def test_each_gigabyte_that_leaves_it_is_paid_for_once() -> None:
    """Hit or miss: 100 kB a picture."""
    world = after(shop(rate=0.0, pictures=400.0, cdn=True), 30)
    without = after(shop(rate=0.0, pictures=400.0), 30)
    paid = world.snapshot().cost_micro - without.snapshot().cost_micro
    pictures = int(world.site.books.state.attempts[0, 2])
    assert paid == pytest.approx(pictures * 100e-6 * CDN_PRICE_PER_GB * 1e6, abs=1.0)
    assert copies(world, "cdn").price == pytest.approx(400 * 60 * 1e-4 * CDN_PRICE_PER_GB, rel=0.1)
    seen = world.snapshot()
    assert sum(amount for _, amount in seen.money_micro) == seen.cost_micro
    assert seen.price == pytest.approx(without.snapshot().price + copies(world, "cdn").price)


def test_where_a_class_does_not_say_how_big_its_answers_are_the_data_set_does() -> None:
    scenario = shop(rate=0.0, pictures=400.0, cdn=True)
    goods, order, picture = scenario.classes
    silent = dataclasses.replace(scenario, classes=(goods, order, dataclasses.replace(picture, kb=0.0)))
    said, unsaid = after(scenario, 10).snapshot(), after(silent, 10).snapshot()
    assert unsaid.cost_micro == said.cost_micro


def test_what_is_on_the_edge_is_answered_while_the_origin_is_dead() -> None:
    crash = (Fault("crash", 20.0, "app"),)
    helped = after(shop(rate=0.0, pictures=400.0, cdn=True, faults=crash), 21)
    alone = after(shop(rate=0.0, pictures=400.0, faults=crash), 21)
    assert lost_in(alone, 10) == 1
    assert lost_in(helped, 10) < 0.05


def test_it_takes_a_while_to_stand_and_begins_empty() -> None:
    world = say(after(shop(rate=0.0, pictures=400.0), 2), "place cdn ttl=60")
    assert refusal(world, "place cdn") == "the CDN is on its way already"
    go_on(world, PLACE_CDN_SECONDS - 0.1)
    assert all(store.place != "cdn" for store in world.snapshot().copies)
    go_on(world, 3)
    early = copies(world, "cdn").hit_share
    go_on(world, 15)
    assert early < copies(world, "cdn").hit_share - 0.1
    assert refusal(world, "place cdn") == "the CDN stands already"


def test_an_order_for_one_can_be_cancelled() -> None:
    world = say(after(shop(rate=0.0, pictures=400.0), 2), "place cdn")
    order = world.snapshot().orders[0]
    assert order.text == "place cdn"
    say(world, f"cancel {order.number}")
    go_on(world, PLACE_CDN_SECONDS + 3)
    assert all(store.place != "cdn" for store in world.snapshot().copies)
    assert (
        world.snapshot().cost_micro
        == after(shop(rate=0.0, pictures=400.0), PLACE_CDN_SECONDS + 5).snapshot().cost_micro
    )


def test_a_purge_empties_it_and_the_origin_feels_that() -> None:
    world = after(shop(rate=0.0, pictures=400.0, cdn=True), 10)
    assert "more come to the servers until it is warm again" in consequence(world, "purge cdn")
    before = copies(world, "cdn").entries
    say(world, "purge cdn picture")
    go_on(world, 0.5)
    assert copies(world, "cdn").entries < 0.2 * before
    assert any(said.kind == "purge" for said in world.happenings())


def test_removing_it_stops_the_bill_and_brings_everything_home() -> None:
    world = say(after(shop(rate=0.0, pictures=400.0, cdn=True), 10), "remove cdn")
    rent = world.snapshot().price
    go_on(world, 3)
    assert next(view.arrival_rate for view in world.snapshot().pools if view.name == "app") > 360
    assert rent == pytest.approx(after(shop(rate=0.0, pictures=400.0), 10).snapshot().price)
    assert refusal(world, "remove cdn") == "there is no cdn yet"


def test_pictures_that_change_are_out_of_date_at_the_edge_until_they_expire() -> None:
    """Or somebody purges it: by hand here, with every write below."""
    faults = (Fault("rewrite", 10.0, "pictures", lasts=0.5),)
    scenario = shop(rate=0.0, pictures=400.0, cdn=True, faults=faults)
    goods, order, picture = scenario.classes
    picky = (goods, order, dataclasses.replace(picture, stale_ms=1000.0))
    world = after(dataclasses.replace(scenario, classes=picky), 13)
    assert lost_in(world, 3, "stale", "cdn") > 0.9
    say(world, "purge cdn")
    go_on(world, 1)
    assert lost_in(world, 10, "stale") < 0.02


def test_with_purges_on_write_what_changes_is_fetched_anew() -> None:
    """A CDN that is told which keys a write changed (surrogate keys): right answers, fewer hits, a core's work."""
    scenario = shop(rate=0.0, pictures=400.0, cdn=True)
    _, order, picture = scenario.classes
    classes = (dataclasses.replace(order, writes="pictures"), dataclasses.replace(picture, stale_ms=1000.0))
    flows = (scenario.traffic[0], Traffic("order", ((0.0, 40.0), (1000.0, 40.0))))
    edited = dataclasses.replace(scenario, classes=classes, traffic=flows)
    kept, purged = after(edited, 1), after(edited, 1)
    assert "0.5 ms more of a server's core, " in consequence(purged, "set cache.purge on")
    say(purged, "set cache.purge on")
    go_on(kept, 30)
    go_on(purged, 30)
    assert lost_in(purged, 10, "stale") < 0.01 < 0.3 < lost_in(kept, 10, "stale")
    assert copies(purged, "cdn").hit_share < copies(kept, "cdn").hit_share - 0.05
    assert used(purged, "app") > used(kept, "app") + 40 * 0.0004 / 32


def test_quotes_and_refusals() -> None:
    world = after(shop(rate=100.0, pictures=400.0, far=0.5), 10)
    told = consequence(world, "place cdn")
    assert "picture 100 %" in told
    assert f"${CDN_PRICE_PER_GB:g} a gigabyte" in told
    assert "users far away save 160 ms" in told
    assert refusal(world, "place cdn for=goods") == "goods is not the same for every user: a CDN cannot keep it"
    assert refusal(world, "place cdn for=order") == "order reads no data set: there is nothing to keep a copy of"
    assert refusal(world, "purge cdn") == "there is no cdn yet"
    assert refusal(world, "add cdn") == "a CDN is a service and has no machines of yours; place cdn"
