"""A level on a page: 80 columns, with everything that an author asks about."""

from __future__ import annotations

import pytest

from scalegame.game.level_drawing import WIDTH, drawing, writes_blocks
from scalegame.game.level_library import find, library
from tests.game.played_levels import make_level, stage

PLAYED = [one.id for one in library() if one.pack != "lab"]


@pytest.mark.parametrize("level_id", [*PLAYED, "lab-mm1-90", "lab-retry-storm"])
def test_every_level_fits_80_columns(level_id: str) -> None:
    lines = drawing(find(level_id), ascii=True)
    assert max(map(len, lines)) <= WIDTH
    assert all(line.isascii() for line in lines)


def test_the_traffic_stands_over_its_stages() -> None:
    level = make_level(stage("calm", 30, (100, 100)), stage("storm", 30, (400, 400), band=0.5))
    lines = drawing(level, ascii=True)
    top = next(line for line in lines if line.startswith("    600 |"))
    assert (top.count(":"), top.count("#")) == (36, 0), "the seed decides up there, in the second half"
    bottom = lines[lines.index(top) + 7]
    assert bottom.count("#") == 71
    assert "+1 calm" not in bottom
    names = next(line for line in lines if line.lstrip().startswith("1 calm"))
    assert names.index("2 storm") - names.index("1 calm") == pytest.approx(71 / 2, abs=1)


def test_a_purse_is_drawn_with_what_comes_and_what_goes() -> None:
    level = make_level(stage("one", 60, (10, 10)), stage("two", 60, (10, 10), grant=3), money=1)
    text = "\n".join(drawing(level, ascii=True))
    assert "purse: $1.00 at the start, $4.00 in all" in text
    assert "$0.26 a minute" in text.replace("\n", " ")
    assert "$3.74 |" in text


def test_without_a_purse_it_says_so() -> None:
    assert "purse: without end" in drawing(make_level(money=None))


def test_faults_stand_above_their_second_and_in_words() -> None:
    fault = '[[fault]]\nkind = "crash"\nseconds = 20\nwarning = "a fan rattles"\nwarning_seconds = 10\n'
    lines = drawing(make_level(more=fault), ascii=True)
    marks = next(line for line in lines if line.strip() == "!")
    assert marks.index("!") == pytest.approx(9 + 71 / 2, abs=1)
    assert '  00:20  crash of app, 10 s after "a fan rattles"' in lines


def test_what_the_seed_deals_is_said_to_be_dealt() -> None:
    text = " ".join("\n".join(drawing(find("launch-day"), ascii=True)).split())
    assert (
        'surge of image to 4 times as many for 40 s, here or when another of "evening" is written, 22 s after' in text
    )


def test_what_is_promised_and_proved_is_said() -> None:
    text = "\n".join(drawing(find("one-box")))
    for said in (
        "an answer within 500 ms counts; 85 % of each stage's must", "95.5 % up, $2.10",
        "resize, restart, launch, cancel",
        "teaches resize", "won: two small steps, gold for cost", "lost: do nothing", "the reference",
    ):  # fmt: skip
        assert said in " ".join(text.split())


@pytest.mark.parametrize(("encoding", "can"), [("utf-8", True), ("ascii", False), (None, False), ("cp437", False)])
def test_a_stream_that_cannot_write_blocks_gets_ascii(encoding: str | None, can: bool) -> None:
    assert writes_blocks(encoding) is can
