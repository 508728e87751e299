"""Cells: what is drawn stays inside, and only what changed is sent."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from scalegame.tui.cells.glyphs import ASCII, UNICODE
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from tests.tui.stand_in import look


def cells(text: str) -> int:
    """How many a sheet uses for it."""
    sheet = Sheet(200, 1, look())
    return sheet.put(0, 0, text)


def test_text_that_does_not_fit_ends_in_an_ellipsis() -> None:
    sheet = Sheet(8, 1, look())
    sheet.put(0, 0, "1,234,567,890")
    assert sheet.text() == ["1,234,5…"]


def test_drawing_outside_changes_nothing() -> None:
    sheet = Sheet(4, 2, look())
    sheet.put(0, 5, "below")
    sheet.put(9, 0, "right")
    sheet.frame(0, 0, 1, 1)
    assert sheet.text() == ["", ""]


def test_a_wide_character_takes_two_cells_and_is_never_cut_in_half() -> None:
    sheet = Sheet(4, 1, look())
    assert sheet.put(0, 0, "日本") == 4
    assert len(sheet.characters[0]) == 4
    sheet.put(0, 0, "日本語")
    assert "".join(sheet.characters[0]) == "日 …"


def test_control_characters_never_reach_the_terminal() -> None:
    sheet = Sheet(12, 1, look())
    sheet.put(0, 0, "a\x1b[31mb\x07")
    assert "\x1b" not in sheet.text()[0]
    assert "\x07" not in sheet.text()[0]


def test_an_ascii_sheet_holds_ascii_only_and_keeps_its_columns() -> None:
    sheet = Sheet(20, 1, look(ASCII))
    end = sheet.put(0, 0, "−$4.20 → “ok” … ✓")
    assert sheet.text()[0].isascii()
    assert end == 17


def test_no_difference_means_nothing_to_send() -> None:
    first, second = Sheet(10, 1, look()), Sheet(10, 1, look())
    first.put(0, 0, "same")
    second.put(0, 0, "same")
    assert first.differences(second, 0) == []


def test_only_cells_that_differ_are_sent() -> None:
    first, second = Sheet(10, 1, look()), Sheet(10, 1, look())
    first.put(0, 0, "utility")
    second.put(0, 0, "utilize")
    assert first.differences(second, 0) == [5, 6]


def test_another_ink_is_a_difference() -> None:
    first, second = Sheet(10, 1, look()), Sheet(10, 1, look())
    first.put(0, 0, "same")
    second.put(0, 0, "same", Ink.RED)
    assert first.differences(second, 0) == [0, 1, 2, 3]


def test_changes_that_are_near_each_other_are_sent_as_one_stretch() -> None:
    sheet = Sheet(30, 1, look())
    assert sheet.spans(0, [2, 3, 6, 20], 4) == [(2, 7), (20, 21)]


def test_a_wide_character_is_never_cut_in_two() -> None:
    sheet = Sheet(10, 1, look())
    sheet.put(2, 0, "界")
    assert sheet.spans(0, [2], 4) == sheet.spans(0, [3], 4) == [(2, 4)]


def test_the_topmost_zone_is_clicked() -> None:
    sheet = Sheet(10, 3, look())
    sheet.zone(0, 0, 10, "under", height=3)
    sheet.zone(2, 1, 3, "over")
    assert sheet.zone_at(3, 1) == "over"
    assert sheet.zone_at(8, 1) == "under"
    assert sheet.zone_at(3, 5) is None


@given(st.text(max_size=80), st.integers(1, 30))
def test_wrapped_lines_fit_and_lose_no_letter(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    # A wide character takes two cells, and no line has less than one character.
    assert all(cells(line) <= max(width, 2) for line in lines)
    assert all(cells(line) <= width or len(line) == 1 for line in lines)


@given(st.text(max_size=80), st.integers(2, 30), st.integers(1, 3))
@example("日本 日本", 4, 1)
def test_what_is_left_over_ends_in_an_ellipsis_that_fits(text: str, width: int, limit: int) -> None:
    whole, lines = wrap(text, width), wrap(text, width, limit)
    assert len(lines) == min(len(whole), limit)
    assert all(cells(line) <= width for line in lines)
    assert len(whole) <= limit or lines[-1].endswith("…")


@given(st.text(max_size=60), st.integers(-5, 25), st.integers(0, 25))
def test_any_text_at_any_place_keeps_rows_as_wide_as_they_are(text: str, x: int, width: int) -> None:
    sheet = Sheet(20, 1, look())
    sheet.put(x, 0, text, width=width)
    assert len(sheet.characters[0]) == len(sheet.inks[0]) == 20


@given(st.floats(0, 1), st.integers(1, 20))
def test_a_bar_is_as_wide_as_asked_in_both_sets(share: float, width: int) -> None:
    for glyphs in (UNICODE, ASCII):
        filled, empty = glyphs.bar(share, width)
        assert len(filled) + len(empty) == width
