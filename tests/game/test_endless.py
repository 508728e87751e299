"""A level without end: its stages come again with more traffic, good answers earn, and the growth wins."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from scalegame.game.headless import run
from scalegame.game.level import Level, LevelError
from scalegame.game.level_file import read_level
from scalegame.game.level_library import find
from scalegame.game.level_rounds import OUTGROWN
from scalegame.game.lockstep import play_out
from scalegame.game.proving.builds import builds
from scalegame.game.replay import verify
from scalegame.game.report import report
from scalegame.game.session import Session
from scalegame.model.catalogue import MOST_SHARDS, SIZES, STAGES_AHEAD
from scalegame.model.ordering.machines import MOST_MACHINES
from tests.game.played_levels import level_text, stage

DAY, NIGHT = stage("day", 10, (50, 80), grant=1), stage("night", 5, (20, 20), news="It is dark.")


def endless(
    growth: float = 2, *, money: float | None = 20, earns: float = 0, uptime: float = 0.9, more: str = ""
) -> Level:
    text = level_text(DAY, NIGHT, money=money, uptime=uptime, more=f"[endless]\ngrowth = {growth}\n{more}")
    return read_level(text.replace("[budget]\n", f"[budget]\nearn_per_million = {earns}\n"))


def play(session: Session, seconds: float) -> Session:
    while not session.over and session.tick < seconds * 10:
        session.step()
    return session


class TestItsRounds:
    def test_bring_so_many_times_the_traffic_of_the_one_before(self) -> None:
        world = Session(endless(growth=3), 1).world
        planned = [world.planned(15.0 * number, 15.0 * (number + 1)) for number in range(6)]
        assert [after / before for before, after in pairwise(planned)] == pytest.approx([3.0] * 5)

    def test_are_the_same_stages_again(self) -> None:
        level = endless()
        assert [one.title for one in level.stages[:4]] == ["day", "night", "day", "night"]
        assert [one.start for one in level.stages[:4]] == [0, 10, 15, 25]
        assert [one.grant for one in level.stages[:4]] == [1, 0, 1, 0]

    def test_have_nobody_of_another_stage_in_them(self) -> None:
        world = Session(endless(), 1).world
        seconds = [9.9, 10.1, 14.9, 15.1, 24.9, 25.1]
        assert [low for low, _, _ in world.forecast(seconds)] == pytest.approx([79.7, 20, 20, 100.6, 159.4, 40], 1e-3)

    def test_go_on_until_they_have_outgrown_everybody_and_cost_no_more_for_that(self) -> None:
        level = endless()
        fastest = max(rate for curve in level.scenario.traffic for _, rate in curve.rate)
        assert 80 * OUTGROWN <= fastest <= 1e12
        assert len(level.scenario.traffic) == 2

    def test_of_a_tiny_growth_are_refused_and_so_is_a_level_that_nobody_can_lose(self) -> None:
        for wrong in ({"growth": 1.0}, {"growth": 1.0001}, {"uptime": 0}):
            with pytest.raises(LevelError, match=r"out-of-range|no-slo"):
                endless(**wrong)

    def test_that_take_longer_than_a_day_to_outgrow_everybody_are_too_long(self) -> None:
        with pytest.raises(LevelError, match="longer than a day"):
            read_level(level_text(stage("slow", 3600, (1, 1)), more="[endless]\ngrowth = 1.1"))


class TestGoodAnswers:
    def test_earn_and_what_they_earned_comes_in_each_second(self) -> None:
        session = play(Session(endless(earns=10_000), 1), 5.0)
        good = session.result().good
        assert session.earned == pytest.approx(good / 100)
        assert session.view().purse == pytest.approx(20 + 1 + good / 100 - session.result().cost_micro / 1e6)
        before = session.view().purse
        session.step()
        assert before is not None
        assert session.view().purse == pytest.approx(before - 0.26 / 600, abs=1e-6)

    def test_can_keep_a_purse_that_the_rent_would_empty(self) -> None:
        texts = [endless(money=0.01, earns=earns).text.replace("grant = 1", "grant = 0") for earns in (0, 10_000)]
        broke, rich = (play(Session(read_level(text), 1), 200.0) for text in texts)
        assert "purse" in broke.reason
        assert "purse" not in rich.reason

    def test_are_told_a_minute_and_make_the_purse_last(self) -> None:
        session = play(Session(endless(earns=10_000), 1), 5.0)
        view = session.view()
        assert view.earning == pytest.approx(session.result().good / 5 * 60 / 100)
        assert view.purse_ahead is not None
        assert view.purse_ahead.empty_in is None

    def test_bring_nothing_where_the_level_does_not_say(self) -> None:
        session = play(Session(endless(), 1), 5.0)
        assert (session.earned, session.view().earning) == (None, None)

    def test_bring_the_same_in_lock_step(self) -> None:
        level = endless(earns=10_000)
        alone = [play(Session(level, seed, keep_history=False), 1e9).result() for seed in (1, 2)]
        assert [one.result for one in play_out(level, [1, 2], [])] == alone


class TestWhatIsSeen:
    def test_is_a_number_that_grows_and_a_horizon_that_moves_along(self) -> None:
        session = Session(endless(), 1)
        seen = []
        for _ in range(3):
            view = session.view()
            seen.append((view.stage.place, len(session.stages()), view.total_seconds, view.draining))
            play(session, view.stage.ends)
        assert seen == [
            ("1", STAGES_AHEAD, 45, False), ("2", STAGES_AHEAD + 1, 55, False), ("3", STAGES_AHEAD + 2, 60, False)
        ]  # fmt: skip

    def test_never_says_how_many_stages_there_are(self) -> None:
        session = play(Session(endless(), 1), 1e9)
        said = [line.text for line in session.log]
        assert "stage 2: night" in said
        assert "in stage" in session.reason
        assert not any(f"of {len(session.level.stages)}" in text for text in said)

    def test_in_the_end_is_how_far_it_went_and_what_it_brought(self) -> None:
        session = play(Session(endless(earns=10_000), 1), 1e9)
        told = session.post_mortem()
        assert told.survived == session.result().ticks / 10
        assert (told.earned, told.good) == (session.earned, session.result().good)
        assert report(session, [])["earned"] == session.earned


def test_a_run_verifies_and_a_fork_goes_the_same_way(tmp_path: Path) -> None:
    level, path = endless(earns=10_000), tmp_path / "endless.run"
    run(level, commands=None, seed=3, until=None, as_json=True, save=path, trace=None)
    session = play(Session(level, 3), 20.0)
    assert verify(path) == play(session.fork(), 1e9).result()


class TestTheGrowthWins:
    def test_against_who_buys_without_end_and_pays_nothing(self) -> None:
        """Ten more machines each second, an unlimited purse, an unlimited balancer."""
        level = endless(growth=8, money=None, more='[start.balancer]\nsize = "wire"')
        session = Session(level, 1, keep_history=False)
        while not session.over:
            if session.tick % 10 == 0:
                session.do("add app 10")
            session.step()
        assert session.outcome == "lost"
        assert session.tick < 10 * level.seconds / 2

    def test_over_the_most_and_biggest_machines_that_the_shipped_one_lets_anybody_have(self) -> None:
        level = find("endless")
        last = {curve.class_name: curve.rate[-2][1] for curve in level.scenario.traffic[-4:]}
        cores = max(SIZES[name].cores for name in level.scenario.ladder)
        work = {kind.name: kind for kind in level.scenario.classes}
        assert last["page"] * work["page"].cpu_ms / 1000 > 100 * MOST_MACHINES * cores
        assert last["buy"] * work["buy"].db_write_ms / 1000 > 100 * MOST_SHARDS * cores

    @pytest.mark.slow
    def test_over_the_shipped_one_played_with_everything_and_an_unlimited_purse(self) -> None:
        text = find("endless").text.replace("money = 6\n", "").replace("growth = 2 ", "growth = 6 ")
        session = Session(read_level(text), 1, keep_history=False)
        orders = {
            0: (
                "move sessions token", "place balancer l4 machines=2 size=metal", "place cdn", "place queue for=photo",
                "add worker 5 size=large", "add standby",
            ),
            150: ("resize database metal rolling", "place cache size=metal ttl=30", "add app 10 size=metal"),
            600: ("shard 16",),
        }  # fmt: skip
        while not session.over:
            for line in orders.get(session.tick, ()):
                assert session.do(line) is None
            if session.tick >= 300 and session.tick % 50 == 0:
                session.do("add app 20 size=metal")
                session.do("add worker 5 size=metal")
            session.step()
        assert session.outcome == "lost"
        assert session.view().stage.number > 3, "it outlives the first day"

    def test_and_the_shipped_one_is_proven_by_its_own_builds_alone(self) -> None:
        assert {build.kind for build in builds(find("endless"))} == {"proof"}
