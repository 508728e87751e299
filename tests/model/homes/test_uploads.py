"""Files that users leave: where they lie, who finds them, and what is lost with a disk."""

from __future__ import annotations

import dataclasses

import pytest

from scalegame.model.catalogue import (
    MIGRATION_SECONDS,
    OBJECT_PRICE_PER_GB_MINUTE,
    OBJECT_PRICE_PER_GB_MOVED,
    OBJECT_STORE_MS,
    UPLOAD_COPY_GB_PER_SECOND,
    UPLOAD_INTEREST_SECONDS,
)
from scalegame.model.homes.sessions import in_order
from scalegame.model.orders import Add, Cancel, Deploy, MoveUploads, Order, Remove, Restart
from scalegame.model.scenario import Fault, RequestClass, Scenario, Traffic, UploadHome
from scalegame.model.state import Tier
from scalegame.model.world import World
from tests.model.plain_worlds import after, give, go_on, lost, machine, pool

PHOTOS, VIEWS = 20.0, 200.0
KB = 500.0


def gallery(
    machines: int, uploads: UploadHome = "disk", *faults: Fault, algorithm: str = "round-robin", photos: float = PHOTOS
) -> Scenario:
    """Users leave photos, others look at them."""
    plain = pool(machines, algorithm=algorithm, faults=faults)  # type: ignore[arg-type]  # a name of the algorithms
    return dataclasses.replace(
        plain,
        classes=(
            RequestClass("photo", "/photo", cpu_ms=2.0, uploads_kb=KB),
            RequestClass("view", "/view", cpu_ms=1.0, downloads_kb=KB),
        ),
        traffic=(Traffic("photo", ((0.0, photos),)), Traffic("view", ((0.0, VIEWS),))),
        start=dataclasses.replace(plain.start, uploads=uploads),
    )


def missing_share(world: World, seconds: float) -> float:
    """Of the views in the next seconds."""
    before = world.snapshot()
    go_on(world, seconds)
    now = world.snapshot()
    views = [kind.offered for seen in (before, now) for kind in seen.classes if kind.name == "view"]
    return (lost(now, "missing") - lost(before, "missing")) / (views[1] - views[0])


def files(world: World) -> float:
    """All that somebody asks for: on disks, in object storage, and lost."""
    site = world.site
    on_disks = in_order(site.table.files[0, site.columns.tiers[Tier.SERVERS]])
    return float(on_disks + site.uploads.stored[0] + site.uploads.gone[0])


@pytest.mark.parametrize("algorithm", ["round-robin", "least-connections", "random"])
@pytest.mark.parametrize("machines", [1, 2, 4])
def test_on_disk_a_server_finds_one_file_in_n(machines: int, algorithm: str) -> None:
    world = after(gallery(machines, algorithm=algorithm), 2)
    assert missing_share(world, 20) == pytest.approx(1 - 1 / machines, abs=0.02)


def test_object_storage_has_them_all_a_round_trip_away() -> None:
    near, far = after(gallery(6, "disk"), 15), after(gallery(6, "object"), 15)
    assert lost(far.snapshot(), "missing") == 0
    slower = far.snapshot().latency.mean - near.snapshot().latency.mean
    assert slower == pytest.approx(OBJECT_STORE_MS, rel=0.1)


def test_files_age_out_and_as_many_lie_there_as_are_asked_for() -> None:
    """Little's law: as many as come in the time for which somebody wants them."""
    world = after(gallery(2), 30)
    assert files(world) == pytest.approx(PHOTOS * UPLOAD_INTEREST_SECONDS, rel=0.05)


def test_a_new_server_has_none_of_the_files() -> None:
    """The lesson: with files on disks, scaling out breaks what worked."""
    world = after(gallery(1), 5)
    give(world, Add("app"))
    go_on(world, 8)
    assert machine(world.snapshot(), "app-2").files < 0.1 * machine(world.snapshot(), "app-1").files
    assert missing_share(world, 10) == pytest.approx(0.5, abs=0.05)


def test_what_a_removed_server_had_is_asked_for_in_vain_until_nobody_wants_it_any_more() -> None:
    world = after(gallery(2), 20)
    assert "files" in world.quote(Remove("app-2")).consequence
    held = machine(world.snapshot(), "app-2").files
    give(world, Remove("app-2"))
    go_on(world, 4)
    assert world.snapshot().files_lost == pytest.approx(held, rel=0.1)
    at_once = missing_share(world, 5)
    assert 0.3 < at_once < 0.5
    go_on(world, UPLOAD_INTEREST_SECONDS)
    assert missing_share(world, 10) < 0.5 * at_once


@pytest.mark.parametrize(("order", "kept"), [(Restart("app-1"), True), (Deploy("app"), False)])
def test_a_reboot_keeps_the_disk_and_a_release_does_not(order: Order, kept: bool) -> None:
    world = after(gallery(1, photos=0.0), 1)
    world.site.table.files[0, world.site.columns.tiers[Tier.SERVERS].start] = 1000.0
    give(world, order)
    go_on(world, 12)
    assert (machine(world.snapshot(), "app-1").files > 700.0) is kept
    assert (world.snapshot().files_lost == 0.0) is kept


def test_a_crashed_server_has_its_files_again_once_it_is_repaired() -> None:
    world = after(gallery(2, "disk", Fault("crash", 5.0, "app-2")), 50)
    assert machine(world.snapshot(), "app-2").state == "up"
    assert world.snapshot().files_lost == 0
    assert machine(world.snapshot(), "app-2").files > 0.3 * files(world)


def test_with_object_storage_servers_are_disposable() -> None:
    world = after(gallery(3, "object"), 10)
    for order in (Deploy("app"), Remove("app-2"), Restart("app-1")):
        assert "file" not in world.quote(order).consequence
        give(world, order)
        go_on(world, 25)
    assert lost(world.snapshot(), "missing") == 0
    assert world.snapshot().files_lost == 0
    assert all(not view.lost_with_it for view in world.snapshot().machines)


def test_moving_takes_longer_the_more_there_is_and_then_everybody_finds_everything() -> None:
    world = after(gallery(4), 20)
    gigabytes = files(world) * KB / 1e6
    quote = world.quote(MoveUploads("object"))
    assert quote.delay == pytest.approx(MIGRATION_SECONDS + gigabytes / UPLOAD_COPY_GB_PER_SECOND, rel=0.01)
    there = files(world)
    give(world, MoveUploads("object"))
    go_on(world, quote.delay - 0.5)
    assert world.snapshot().uploads == "disk"
    go_on(world, 1)
    assert world.snapshot().uploads == "object"
    assert world.snapshot().files_stored == pytest.approx(there, rel=0.1)
    assert missing_share(world, 10) == 0


def test_a_move_that_is_cancelled_leaves_the_files_where_they_were() -> None:
    world = after(gallery(2), 5)
    give(world, MoveUploads("object"))
    go_on(world, 2)
    assert world.refusal(MoveUploads("object")) == "the uploads are being moved already; wait, or cancel it"
    give(world, Cancel(world.snapshot().orders[0].number))
    go_on(world, 30)
    assert world.snapshot().uploads == "disk"
    assert world.snapshot().files_stored == 0


def test_back_onto_the_disks_is_back_to_files_that_are_elsewhere() -> None:
    world = after(gallery(2, "object"), 5)
    give(world, MoveUploads("disk"))
    go_on(world, 30)
    assert world.snapshot().uploads == "disk"
    assert missing_share(world, 5) == pytest.approx(0.5, abs=0.05)


def test_object_storage_is_billed_by_the_gigabyte() -> None:
    free, billed = after(gallery(2, "disk"), 60), after(gallery(2, "object"), 60)
    more = (billed.snapshot().cost_micro - free.snapshot().cost_micro) / 1e6
    moved = (PHOTOS + VIEWS) * 60 * KB / 1e6
    lying = PHOTOS * UPLOAD_INTEREST_SECONDS * KB / 1e6
    assert more == pytest.approx(moved * OBJECT_PRICE_PER_GB_MOVED + lying * OBJECT_PRICE_PER_GB_MINUTE, rel=0.05)


def test_files_never_appear_from_nothing() -> None:
    """Whatever happens to servers and files: no more are asked for than were there and were left since."""
    world = after(gallery(3, "disk", Fault("crash", 4.0, "app"), Fault("deploy", 12.0, "app")), 1)
    orders: dict[int, Order] = {
        30: Add("app", 2),
        80: MoveUploads("object"),
        250: MoveUploads("disk"),
        300: Remove("app"),
    }
    before = files(world)
    for tick in range(400):
        if tick in orders:
            give(world, orders[tick])
        born = float(world.site.books.state.born[0, 0])
        world.step()
        world.catch_up()
        now = files(world)
        assert now <= before + float(world.site.books.state.born[0, 0]) - born + 1e-6
        assert (world.site.table.files >= 0).all()
        before = now


def test_it_is_refused_where_there_is_nothing_to_move() -> None:
    assert after(pool(), 1).refusal(MoveUploads("object")) == "nobody uploads anything here"
    assert after(gallery(1), 1).refusal(MoveUploads("disk")) == "uploads are on the servers' disks already"
