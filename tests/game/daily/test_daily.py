"""The daily is the same for all by its date, and each one can be won, but not by waiting."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from scalegame.game.daily import day
from scalegame.game.daily.day import GENERATOR, Day, daily_id, date_of, is_older, level_text
from scalegame.game.headless import run
from scalegame.game.level import LevelError
from scalegame.game.level_file import check_level
from scalegame.game.level_library import daily_listing, find, library, locate, outline
from scalegame.game.lockstep import play_out
from scalegame.game.replay import verify
from scalegame.game.run_file import OTHER_LEVEL, RunFileError
from scalegame.game.score import medals
from scalegame.game.script import read_script

FIRST = dt.date(2026, 11, 27)
SEED = 465496503
LEVEL_ID = "sha256:92e9749e72f8d74bc7dd3cb32131f979ed60dbaf0fd7a28752f2e328c12c26bb"
YEAR = [FIRST + dt.timedelta(days=days) for days in range(365)]


def test_a_date_is_one_level_for_all() -> None:
    """A change of what this date comes to needs a new GENERATOR, and then another hash here."""
    level = find(daily_id(FIRST))
    assert (GENERATOR, level.id, level.seed) == (1, "daily-2026-11-27", SEED)
    assert level.level_id == LEVEL_ID


def test_every_day_of_a_year_is_a_sound_level_without_a_warning() -> None:
    for date in YEAR:
        level, warnings = check_level(level_text(date), daily_id(date))
        assert not warnings
        assert level.id == daily_id(date)
        assert 180 <= level.seconds <= 260


def test_a_year_has_all_there_is_to_meet() -> None:
    days = [Day.of(date) for date in YEAR]
    assert len({one.seed for one in days}) == 365
    for part in ("business", "course", "mishap", "size"):
        number = Counter(str(getattr(one, part)) for one in days)
        assert len(number) >= 3
        assert min(number.values()) > 365 / len(number) / 2


def test_an_id_has_its_date_and_nothing_else_is_one() -> None:
    assert date_of("daily-2026-11-27") == FIRST
    for other in ("daily", "daily-2026-02-30", "daily-20261127", "daily-2026-11-27.toml", "x-daily-2026-11-27"):
        assert date_of(other) is None


def test_a_date_that_does_not_exist_is_no_level() -> None:
    with pytest.raises(LevelError, match="there is no level"):
        find("daily-2026-02-30")


def test_it_is_listed_with_its_title_and_told_of_before_it_is_opened() -> None:
    listing = daily_listing(FIRST)
    level = find(listing.id)
    assert (listing.title, listing.pack) == (level.title, "challenges")
    told = outline(listing)
    assert (told.seconds, told.par_cost) == (level.seconds, level.par.cost)
    assert listing.id not in {one.id for one in library()}


def test_its_file_is_the_same_level(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    path, pack = locate(daily_id(FIRST))
    assert pack == "challenges"
    path.write_text("something else")
    assert find(str(locate(daily_id(FIRST))[0])).level_id == find(daily_id(FIRST)).level_id


class TestARunOfIt:
    @pytest.fixture
    def kept(self, tmp_path: Path) -> Path:
        """The first three seconds of a day, as a run file."""
        path = tmp_path / "day.run"
        level = find(daily_id(FIRST))
        run(level, commands=None, seed=level.seed or 0, until=3.0, as_json=True, save=path, trace=None)
        return path

    def test_verifies_on_any_later_day(self, kept: Path) -> None:
        assert verify(kept).ticks == 30

    def test_on_a_text_that_the_date_never_had_is_on_another_level(self, kept: Path) -> None:
        easier = find(daily_id(FIRST)).text.replace("uptime = 0.93", "uptime = 0.5")
        level = check_level(easier)[0]
        run(level, commands=None, seed=1, until=3.0, as_json=True, save=kept, trace=None)
        with pytest.raises(RunFileError, match="another daily-2026-11-27") as caught:
            verify(kept)
        assert caught.value.code == OTHER_LEVEL

    def test_by_an_older_generator_is_known_by_its_text_alone(
        self, kept: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        text = level_text(FIRST)
        assert not is_older(text)
        assert not is_older(text.replace("x_generator = 1", "x_generator = 0"))
        assert not is_older(text.replace("x_generator = 1", "x_other = 1"))
        monkeypatch.setattr(day, "GENERATOR", 2)
        assert is_older(text)
        assert find(daily_id(FIRST)).level_id != LEVEL_ID
        assert verify(kept).ticks == 30


def assert_proven(date: dt.date, seeds: int) -> None:
    level = find(daily_id(date))
    assert level.seed is not None
    for proof in level.proofs:
        script = read_script("\n".join(proof.commands), proof.name)
        for played in play_out(level, [level.seed + more for more in range(seeds)], script):
            about = f"{date}, seed {played.seed}, {proof.name}: {played.reason}"
            assert not played.refused or proof.outcome == "lost", about
            assert played.result.outcome == proof.outcome, about
            if proof.uptime is not None:
                assert medals(played.result, level.par) == (proof.uptime, proof.cost), about


def test_a_day_is_lost_by_waiting_and_won_with_gold_by_the_build_that_it_was_made_with() -> None:
    assert_proven(FIRST, seeds=1)


@pytest.mark.slow
@pytest.mark.parametrize("date", YEAR[1:11], ids=str)
def test_ten_days_can_be_won_and_not_by_waiting(date: dt.date) -> None:
    assert_proven(date, seeds=2)
