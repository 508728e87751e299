"""A run that ends leaves what it came to behind, once it says something of the player."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from scalegame.game.level import Level
from scalegame.game.progress import ProgressFile
from scalegame.game.run_file import read
from scalegame.game.session import Session
from scalegame.tui.desk.playable import Playable
from scalegame.tui.runs import KeptRuns, UnkeptRuns
from tests.game.played_levels import CALM, FLOOD, make_level


@pytest.fixture(autouse=True)
def _own_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))


def played(runs: KeptRuns, level: Level) -> Playable:
    """A session played to its end."""
    session = runs.open(level, 3)
    runs.begin(session)
    while not session.over:
        session.step()
    return session


def step(session: Playable, ticks: int) -> None:
    for _ in range(ticks):
        session.step()


def test_only_the_first_loss_of_a_level_is_the_first() -> None:
    runs, lost = KeptRuns(), make_level(FLOOD)
    assert runs.ended(played(runs, lost)) == (True, "")
    assert runs.ended(played(runs, lost)) == (False, "")
    assert runs.ended(played(runs, make_level(CALM))) == (False, "")
    assert sum(best.lost for best in runs.progress()[0].values()) == 1


def test_a_run_that_was_left_and_gone_on_with_counts() -> None:
    runs = KeptRuns()
    session = runs.open(make_level(CALM, FLOOD), 3)
    runs.begin(session)
    step(session, 30)
    runs.close()
    assert runs.unfinished()
    session = runs.resume()
    while not session.over:
        session.step()
    assert runs.ended(session) == (True, "")


def test_a_run_that_was_gone_on_with_and_left_is_in_its_file_as_far_as_that(tmp_path: Path) -> None:
    runs = KeptRuns()
    session = runs.open(make_level(CALM), 3)
    runs.begin(session)
    step(session, 30)
    runs.close()
    assert runs.unfinished()
    session = runs.resume()
    step(session, 10)
    runs.close()
    step(session, 10)
    (file,) = (tmp_path / "scalegame" / "runs").iterdir()
    assert read(file).last_tick == 40


def test_practice_and_what_was_only_looked_at_leave_nothing() -> None:
    runs = KeptRuns()
    session = Session(make_level(FLOOD), 3)
    session.parent = "0" * 64
    runs.adopt(session)
    runs.begin(session)
    while not session.over:
        session.step()
    assert runs.ended(session) == (False, "")
    assert not ProgressFile.of_user().path.exists()
    assert UnkeptRuns().ended(session) == (False, "")


@pytest.mark.parametrize(
    ("parent", "said"), [(None, "test-level, at 00:03"), ("0" * 64, "practice in test-level, at 00:03")]
)
def test_what_can_be_gone_on_with_is_said_to_be_practice_where_it_is(parent: str | None, said: str) -> None:
    runs = KeptRuns()
    session = Session(make_level(CALM), 3)
    session.parent = parent
    runs.adopt(session)
    runs.begin(session)
    step(session, 30)
    runs.close()
    assert runs.unfinished() == said


def test_a_seed_that_is_asked_for_goes_before_the_levels_own() -> None:
    seeded, plain = replace(make_level(CALM), seed=5), make_level(CALM)
    for runs in (KeptRuns(), UnkeptRuns()):
        assert [runs.open(seeded, seed).seed for seed in (0, 7, None)] == [0, 7, 5]
    assert UnkeptRuns().open(plain, None).seed == 0


def test_who_has_only_progress_left_has_played_before(tmp_path: Path) -> None:
    runs = KeptRuns()
    assert not runs.played_before()
    runs.ended(played(runs, make_level(CALM)))
    for path in (tmp_path / "scalegame" / "runs").iterdir():
        path.unlink()
    assert runs.played_before()
