"""How far a player got: the better of all that was played, whoever writes first, and nothing of it is ever lost."""

from __future__ import annotations

import json
import os
import threading
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalegame.game.level import Level, Par
from scalegame.game.level_library import find
from scalegame.game.progress import Best, ProgressFile, best_of, joined, joined_all, shipped, text_of, understood
from scalegame.game.run_file import End, Header, end_line, header_line
from scalegame.game.score import Result
from scalegame.game.view import Medal
from tests.game.played_levels import make_level

WON = Result("won", 990_000, 2_000_000, 1800, 1000, 990, 10, 1, 0)
LOST = replace(WON, outcome="lost")
PAR = Par(0.98, 2.0)
ID = "sha256:" + "0" * 64


def level(title: str = "A test") -> Level:
    """Gold asks for 98 % and 2 dollars."""
    return make_level(top="", more=f"[par]\nuptime = 0.98\ncost = 2.0\n\n[x_{title.replace(' ', '')}]\n")


def other_edition() -> Level:
    return make_level(more="[par]\nuptime = 0.98\ncost = 3.0\n")


def progress_in(folder: Path) -> ProgressFile:
    return ProgressFile(folder / "progress.json")


def keep(folder: Path, name: str, result: Result | None, played: Level, player: str | None = None,
         parent: str | None = None, seconds: float = 0.0) -> None:  # fmt: skip
    """A run file, ``result`` None for one that did not end, written so many seconds from now."""
    header = Header("0.1.0", 3, played.id, played.level_id, 1, played.text, player, parent)
    end = "" if result is None else end_line(End(result.ticks, result, "0" * 64))
    path = folder / "runs" / f"{name}.run"
    path.parent.mkdir(exist_ok=True)
    path.write_text(header_line(header) + end, encoding="utf-8")
    now = path.stat().st_mtime + seconds
    os.utime(path, (now, now))


# What one run comes to


def test_a_won_run_has_its_figures_and_medals() -> None:
    assert best_of(WON, PAR) == Best(True, False, 0.99, 2_000_000, "gold", "gold")


def test_a_lost_run_says_only_that() -> None:
    assert best_of(LOST, PAR) == Best(lost=True)
    assert best_of(replace(WON, outcome="running"), PAR) == Best()


def test_a_run_that_launched_has_no_say_in_the_cost() -> None:
    assert best_of(replace(WON, launches=1), PAR) == Best(True, False, 0.99, None, "gold", "none")


def test_a_run_without_end_says_how_long_it_lasted_and_what_it_answered() -> None:
    assert best_of(replace(LOST, ticks=7_610, good=500), PAR, endless=True) == Best(
        lost=True, longest_ticks=7_610, most_good=500
    )


# Joining

BESTS = st.builds(
    Best,
    st.booleans(),
    st.booleans(),
    st.none() | st.floats(0.0, 1.0),
    st.none() | st.integers(0, 10**12),
    st.sampled_from(get_args(Medal)),
    st.sampled_from(get_args(Medal)),
    st.integers(0, 10**12),
    st.integers(0, 10**12),
)
ALL = st.dictionaries(st.tuples(st.sampled_from(["one-box", "a"]), st.sampled_from([ID, ID.replace("0", "1")])), BESTS)


@given(BESTS, BESTS, BESTS)
def test_a_join_does_not_depend_on_who_comes_first_and_twice_is_once(a: Best, b: Best, c: Best) -> None:
    assert joined(a, b) == joined(b, a)
    assert joined(a, joined(b, c)) == joined(joined(a, b), c)
    assert joined(a, a) == a
    assert joined(a, Best()) == a


@settings(max_examples=30)
@given(ALL, ALL)
def test_a_join_of_all_levels_keeps_every_one_and_loses_nothing(
    one: dict[tuple[str, str], Best], other: dict[tuple[str, str], Best]
) -> None:
    both = joined_all(one, other)
    assert both == joined_all(other, one)
    assert both.keys() == one.keys() | other.keys()
    assert joined_all(both, one) == both


@settings(max_examples=30)
@given(ALL)
def test_what_is_written_is_read_again(found: dict[tuple[str, str], Best]) -> None:
    assert understood(text_of(found).encode()) == (found, "")


# The file


def test_the_best_figures_need_not_be_of_one_run(tmp_path: Path) -> None:
    file, played = progress_in(tmp_path), level()
    file.add(played, replace(WON, cost_micro=9_000_000))
    before, said = file.add(played, replace(WON, good=900, lost=100, uptime_ppm=900_000, cost_micro=1_500_000))
    assert (before.uptime_medal, before.cost_medal, said) == ("gold", "none", "")
    key = played.id, played.level_id
    assert file.read() == ({key: Best(True, False, 0.99, 1_500_000, "gold", "gold")}, "")


def test_the_first_loss_is_told_from_the_second(tmp_path: Path) -> None:
    file, played = progress_in(tmp_path), level()
    assert not file.add(played, LOST)[0].lost
    assert file.add(played, LOST)[0].lost
    assert not file.add(other_edition(), LOST)[0].lost


def test_editions_of_a_level_have_medals_of_their_own(tmp_path: Path) -> None:
    file = progress_in(tmp_path)
    file.add(level(), WON)
    file.add(other_edition(), replace(WON, cost_micro=2_500_000))
    found = file.read()[0]
    assert {best.cost_micro for best in found.values()} == {2_000_000, 2_500_000}


def test_two_games_at_once_lose_nothing(tmp_path: Path) -> None:
    levels = [make_level(more=f"[par]\nuptime = 0.{number}\n") for number in range(90, 98)]
    threads = [threading.Thread(target=progress_in(tmp_path).add, args=(one, WON)) for one in levels]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {level_id for _, level_id in progress_in(tmp_path).read()[0]} == {one.level_id for one in levels}


def test_where_there_is_no_file_the_runs_say_what_was_reached(tmp_path: Path) -> None:
    played = level()
    keep(tmp_path, "a", WON, played)
    keep(tmp_path, "b", replace(WON, good=999, lost=1, cost_micro=9_000_000), played)
    keep(tmp_path, "c", LOST, other_edition())
    keep(tmp_path, "d", None, played)
    found, said = progress_in(tmp_path).read()
    assert not said
    assert found == {
        (played.id, played.level_id): Best(True, False, 0.999, 2_000_000, "gold", "gold"),
        (played.id, other_edition().level_id): Best(lost=True),
    }
    assert progress_in(tmp_path).path.exists()


def test_bots_and_practice_count_for_nothing(tmp_path: Path) -> None:
    keep(tmp_path, "a", WON, level(), player="bot:greedy")
    keep(tmp_path, "b", WON, level(), parent="0" * 64)
    assert progress_in(tmp_path).read() == ({}, "")
    keep(tmp_path, "c", WON, level(), player="ada")
    assert progress_in(tmp_path).read()[0]


def test_a_run_whose_level_is_not_what_it_says_counts_for_nothing(tmp_path: Path) -> None:
    keep(tmp_path, "a", WON, replace(level(), level_id=ID))
    keep(tmp_path, "b", WON, replace(level(), text="nonsense"))
    (tmp_path / "runs" / "c.run").write_text("nonsense")
    assert progress_in(tmp_path).read() == ({}, "")


def test_a_link_that_leads_nowhere_hides_no_run(tmp_path: Path) -> None:
    keep(tmp_path, "a", WON, level())
    (tmp_path / "runs" / "b.run").symlink_to(tmp_path / "nowhere")
    assert len(progress_in(tmp_path).read()[0]) == 1


def test_a_run_that_ended_when_nobody_wrote_it_down_is_found_by_its_age(tmp_path: Path) -> None:
    file = progress_in(tmp_path)
    file.add(level(), LOST)
    keep(tmp_path, "old", WON, other_edition(), seconds=-3600)
    assert len(file.read()[0]) == 1
    keep(tmp_path, "new", WON, level(), seconds=3600)
    assert file.read()[0][level().id, level().level_id].won


BROKEN = {
    "no JSON": b"{", "a list": b"[]", "an old format": b'{"format":0,"levels":[]}',
    "a truth": b'{"format":true,"levels":[]}', "a newer one": b'{"format":2,"levels":[]}', "deep": b"[" * 100_000,
    "a strange key": b'{"format":1,"levels":[],"x":1}',
    "a strange entry": b'{"format":1,"levels":[1]}', "binary": bytes(range(256)), "empty": b"",
}  # fmt: skip


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN)
def test_a_file_that_cannot_be_understood_is_set_aside_whole_and_said_in_a_line(tmp_path: Path, data: bytes) -> None:
    file = progress_in(tmp_path)
    file.path.write_bytes(data)
    keep(tmp_path, "a", WON, level(), seconds=-3600)
    found, said = file.read()
    assert (tmp_path / "progress.json.corrupt-1").read_bytes() == data
    assert "progress.json.corrupt-1" in said
    assert "\n" not in said
    assert len(found) == 1, "the runs are read again, old ones too"
    assert file.read() == (found, ""), "once"


def test_a_second_broken_file_does_not_take_the_place_of_the_first(tmp_path: Path) -> None:
    file = progress_in(tmp_path)
    for data in (b"one", b"two"):
        file.path.write_bytes(data)
        file.read()
    assert [(tmp_path / f"progress.json.corrupt-{number}").read_bytes() for number in (1, 2)] == [b"one", b"two"]


def test_of_a_broken_file_the_sound_entries_count(tmp_path: Path) -> None:
    file, played = progress_in(tmp_path), level()
    file.add(played, WON)
    told = json.loads(file.path.read_text(encoding="utf-8"))
    told["levels"].append({"level": "../etc", "level_id": ID})
    file.path.write_text(json.dumps(told), encoding="utf-8")
    found, said = file.read()
    assert found[played.id, played.level_id].uptime_medal == "gold"
    assert said


def test_a_figure_out_of_all_bounds_is_no_figure() -> None:
    entry = json.loads(text_of({("a", ID): Best()}))["levels"][0]
    for name, value in (("uptime", 2.0), ("uptime", True), ("cost_micro", -1), ("cost_micro", 1.5), ("won", 1),
                        ("uptime_medal", "platinum"), ("level", "A B"), ("level_id", "x"), ("level", 1)):  # fmt: skip
        data = json.dumps({"format": 1, "levels": [{**entry, name: value}]}).encode()
        assert understood(data) == ({}, "an entry is not one of a level"), name


def test_a_folder_that_cannot_be_written_is_said_and_stops_nobody(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    file = ProgressFile(blocked / "progress.json")
    assert file.read() == ({}, "")
    assert "not kept" in file.add(level(), WON)[1]


# What the title shows: the levels as they are shipped, and only those that were won or have no end

SHIPPED = ("one-box", find("one-box").level_id)
OTHER = ("one-box", "sha256:" + "0" * 64)
GOLD = Best(True, False, 0.99, 1_500_000, "gold", "silver")


def test_the_shipped_edition_counts_whatever_others_say() -> None:
    better = Best(True, False, 1.0, 1, "gold", "gold")
    assert shipped({SHIPPED: GOLD, OTHER: better}, ["one-box"]) == {"one-box": GOLD}
    assert shipped({OTHER: better}, ["one-box"]) == {}


def test_a_level_that_was_only_lost_is_not_among_them() -> None:
    assert shipped({SHIPPED: Best(lost=True)}, ["one-box"]) == {}


def test_levels_that_are_not_shown_or_not_there_are_left_out() -> None:
    assert shipped({SHIPPED: GOLD}, ["the-biggest-box"]) == {}
    assert shipped({("gone", OTHER[1]): GOLD}, ["gone"]) == {}


def test_a_level_without_end_keeps_its_longest_run_and_its_most_answers() -> None:
    endless = ("endless", find("endless").level_id)
    best = Best(lost=True, longest_ticks=7_610, most_good=900)
    assert shipped({endless: best}, ["endless"]) == {"endless": best}


def test_a_daily_has_its_best_like_any_level() -> None:
    daily = ("daily-2026-11-27", find("daily-2026-11-27").level_id)
    assert shipped({daily: GOLD}, ["daily-2026-11-27"]) == {"daily-2026-11-27": GOLD}
