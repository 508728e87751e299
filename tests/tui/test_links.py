"""Lines between boxes: thick by what flows, slow before what is full, broken before what is down."""

from __future__ import annotations

import pytest

from scalegame.tui.cells.glyphs import ASCII, UNICODE, Glyphs
from scalegame.tui.cells.joints import DOUBLE, HEAVY, LIGHT, joint
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.widgets.links import BAND, End, Links, Source, weight
from tests.tui.stand_in import look

PEAK = 1000.0
WIDE = 20
BOTH = pytest.mark.parametrize("glyphs", [UNICODE, ASCII])


def straight(end: End, glyphs: Glyphs = UNICODE, *, tall: bool = False) -> tuple[Links, list[str]]:
    links = Links(glyphs, PEAK, tall=tall)
    links.connect([Source(0, 3, end.flow)], 0, [end])
    sheet = Sheet(WIDE, 6, look(glyphs))
    links.draw(sheet, 0)
    return links, sheet.text()


def marks(links: Links, glyphs: Glyphs, frame: int) -> list[int]:
    return [x for x, _, mark, _ in links.flow(frame) if mark == glyphs.moving[0]]


def steps(load: float) -> int:
    """Cells that the first mark moves in two seconds."""
    links, _ = straight(End(WIDE, 3, 500.0, load=load))
    moved, before = 0, marks(links, UNICODE, 0)
    for frame in range(1, 21):
        now = marks(links, UNICODE, frame)
        moved, before = moved + (now != before), now
    return moved


@BOTH
def test_a_line_thickens_with_what_flows_in_it(glyphs: Glyphs) -> None:
    drawn = []
    for flow in (10.0, 60.0, 200.0, 500.0):
        _, text = straight(End(WIDE, 3, flow), glyphs)
        drawn.append(text[3][1])
    assert "".join(drawn) == glyphs.flows


def test_weights_go_by_the_share_of_the_levels_peak() -> None:
    flows = (1.0, 50.0, 200.0, 500.0, 900.0)
    assert [weight(flow, PEAK) for flow in flows] == [weight(flow / 50, PEAK / 50) for flow in flows] == [1, 2, 3, 4, 5]
    assert weight(5.0, 0.0) == 1


@BOTH
def test_the_main_stream_takes_two_rows_where_there_is_room(glyphs: Glyphs) -> None:
    _, text = straight(End(WIDE, 3, 900.0), glyphs, tall=True)
    assert text[2][-1] + text[3][-1] == glyphs.tips
    assert glyphs.band[0] * 2 in text[2]
    assert glyphs.band[1] * 2 in text[3]
    assert "900" in text[1]
    _, text = straight(End(WIDE, 3, 900.0), glyphs)
    assert glyphs.flows[3] * 2 in text[3]
    assert weight(900.0, PEAK) == BAND


@pytest.mark.parametrize(("flow", "written"), [(61.0, "61"), (1840.0, "1,840"), (184_000.0, "184k")])
def test_the_number_stands_above_the_line(flow: float, written: str) -> None:
    assert straight(End(WIDE, 3, flow))[1][2].strip() == written


def test_a_number_without_room_is_said_in_fewer_cells() -> None:
    links = Links(UNICODE, PEAK)
    links.connect([Source(0, 3)], 0, [End(5, 3, 1840.0)])
    sheet = Sheet(WIDE, 6, look())
    links.draw(sheet, 0)
    assert sheet.text()[2].strip() == "1,840"
    links = Links(UNICODE, PEAK)
    links.connect([Source(0, 3)], 0, [End(4, 3, 1840.0)])
    sheet = Sheet(WIDE, 6, look())
    links.draw(sheet, 0)
    assert sheet.text()[2].strip() == "1.8k"


def test_what_moves_slows_down_the_fuller_its_end_is() -> None:
    assert steps(0.3) > steps(0.87) > steps(0.95) > 0


def test_before_a_full_end_it_jams() -> None:
    calm, _ = straight(End(WIDE, 3, 500.0, load=0.3))
    jammed, _ = straight(End(WIDE, 3, 500.0, load=0.99))
    assert len(marks(jammed, UNICODE, 0)) > len(marks(calm, UNICODE, 0))
    assert {ink for _, _, mark, ink in jammed.flow(0) if mark == UNICODE.moving[0]} == {Ink.RED}


@BOTH
def test_a_line_to_what_is_down_has_a_gap_and_a_cross_and_nothing_moves(glyphs: Glyphs) -> None:
    links, text = straight(End(WIDE, 3, 500.0, answers=False), glyphs)
    assert text[3].endswith(f"{glyphs.flows[3]} {glyphs.dead}")
    assert "nobody answers" in text[2]
    assert not marks(links, glyphs, 0)
    assert list(links.flow(0)) == list(links.flow(9))


def test_what_is_not_up_and_not_asked_yet_is_no_broken_line() -> None:
    _, text = straight(End(WIDE, 3, 0.0, answers=False))
    assert text[3].endswith(UNICODE.head)
    _, text = straight(End(WIDE, 3, 0.0, answers=False, needed=True))
    assert text[3].endswith(UNICODE.dead)


def fan(ends: list[End], sources: tuple[Source, ...] = (Source(0, 4, 1.0),), glyphs: Glyphs = UNICODE) -> list[str]:
    links = Links(glyphs, PEAK)
    links.connect(list(sources), 4, ends)
    sheet = Sheet(WIDE, 10, look(glyphs))
    links.draw(sheet, 1)
    return sheet.text()


def test_where_lines_part_each_is_as_thick_as_what_goes_on_in_it() -> None:
    text = fan([End(12, 1, 600.0), End(12, 4, 20.0), End(12, 7, 250.0)])
    assert text[1][4] == "╔"
    assert text[4][:5].replace(UNICODE.moving[0], "═") == "════╬", "870 come, 600 go up and 250 down"
    assert UNICODE.flows[0] in text[4][5:11]
    assert UNICODE.flows[2] in text[7][5:11]
    assert {text[y][4] for y in (2, 3)} <= {"║", UNICODE.moving[3]}
    assert {text[y][4] for y in (5, 6)} <= {"┃", UNICODE.moving[1]}


def test_where_lines_join_what_comes_in_adds_up() -> None:
    text = fan([End(12, 1, 500.0)], (Source(0, 4, 30.0), Source(0, 7, 70.0)))
    assert {text[y][4] for y in (2, 3)} <= {"║", UNICODE.moving[3]}
    assert {text[y][4] for y in (5, 6)} <= {"┃", UNICODE.moving[3]}, "seventy of a hundred come from below"


def test_in_ascii_lines_part_as_well() -> None:
    text = fan([End(12, 1, 600.0), End(12, 7, 250.0)], glyphs=ASCII)
    assert text[1][4] == text[7][4] == "+"
    assert all("".join(text).isascii() for _ in text)


def test_retries_go_back_to_where_they_came_from() -> None:
    links = Links(UNICODE, PEAK)
    links.back(2, 14, 5)
    before, after = ([x for x, _, mark, _ in links.flow(frame) if mark == UNICODE.moving[2]] for frame in (0, 2))
    assert [x - 1 for x in before if x - 1 in after] == [x for x in after if x + 1 in before]
    assert before != after


@pytest.mark.parametrize(
    ("arms", "mark"),
    [
        ((0, LIGHT, 0, HEAVY), "┍"),
        ((HEAVY, HEAVY, LIGHT, 0), "┨"),
        ((LIGHT, HEAVY, HEAVY, HEAVY), "╈"),
        ((LIGHT, LIGHT, DOUBLE, DOUBLE), "╪"),
        ((DOUBLE, HEAVY, LIGHT, 0), "╢"),
        ((HEAVY, 0, 0, DOUBLE), "╘"),
    ],
)
def test_lines_of_different_weights_meet_in_one_character(arms: tuple[int, int, int, int], mark: str) -> None:
    assert joint(UNICODE, arms) == mark
    assert joint(ASCII, arms) == "+"
