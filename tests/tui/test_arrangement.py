"""Where boxes go: all of them inside, none over another, the most telling rows first."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.tui.desk.spots import CROWD, Spot
from scalegame.tui.widgets.arrangement import FRAMED, TITLED, Box, arrange, narrowest
from tests.tui.pictures import everything, of
from tests.tui.stand_in import machine, pool


def one(name: str, machines: int) -> Spot:
    tier = "servers" if name not in ("cache", "worker") else "cache" if name == "cache" else "workers"
    return Spot(name, tier, (pool(name, [machine(f"{name}-{i}", name) for i in range(machines)]),))  # type: ignore[arg-type]


def named(boxes: list[Box], name: str) -> Box:
    return next(box for box in boxes if box.spot.name == name)


@given(
    st.lists(st.integers(1, 40), min_size=1, max_size=9),
    st.integers(0, 90),
    st.integers(3, 60),
    st.integers(0, 8),
)
@settings(deadline=None)
def test_boxes_stay_inside_and_apart(sizes: list[int], wider: int, height: int, wanted: int) -> None:
    names = ["app", "images", "cache", "worker", "app", "images", "cache", "worker", "app"]
    spots = [one(name, size) for name, size in zip(names, sizes, strict=False)]
    columns = [[one("app", 3)], spots]
    width = narrowest(columns) + wider
    boxes = arrange(columns, width, height, lambda _, __: ("a", "b"), spots[min(wanted, len(spots) - 1)].name)
    for box in boxes:
        assert box.x >= 0
        assert box.right <= width
        assert box.y >= 0
        assert box.y + box.height + bool(box.hidden) <= height
        assert box.y <= box.middle < box.y + box.height
    for first, second in combinations(boxes, 2):
        apart = first.right <= second.x or first.y + first.height <= second.y or second.y + second.height <= first.y
        assert apart


def test_a_pool_is_named_before_others_get_an_edge() -> None:
    spots = everything().spots()
    app = named(arrange(spots, 78, 7), "app")
    assert app.edge == TITLED
    assert app.rows == 4
    assert all(box.edge == FRAMED for box in arrange(spots, 100, 40))


def test_a_single_box_stands_where_the_line_runs_straight() -> None:
    boxes = arrange(of([machine("app-1", "app"), machine("db-1", "database")]).spots(), 80, 18)
    assert len({box.middle for box in boxes}) == 1


def test_rows_beyond_a_crowd_go_to_others() -> None:
    crowd = of([machine(f"app-{i}", "app") for i in range(CROWD + 1)]).spots()
    assert named(arrange(crowd, 100, 60), "app").rows < 15


@pytest.mark.parametrize("height", [3, 5])
def test_where_boxes_have_no_row_the_wanted_one_has(height: int) -> None:
    spots = [Spot(f"pool-{i}", "servers", one("app", 2).pools) for i in range(9)]
    for wanted in ("pool-0", "pool-5", "pool-8"):
        boxes = arrange([spots], 80, height, wanted=wanted)
        assert wanted in {box.spot.name for box in boxes}
        assert boxes[-1].hidden == 9 - len(boxes)
