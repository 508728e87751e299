"""What the bots of the game do, and what comes of it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from scalegame.game.bots.finding import bot_called
from scalegame.game.bots.playing import play
from scalegame.game.level import Level
from scalegame.game.level_library import find
from scalegame.game.session import Session
from tests.game.bots.small_levels import doorstep, rush
from tests.game.played_levels import CALM, make_level, stage


def played(level: Level, bot: str, seed: int = 1, until: float | None = None) -> Session:
    session = Session(level, seed, keep_history=False)
    play(session, bot_called(bot, seed), until)
    return session


def lines(session: Session) -> list[str]:
    return [line for _, line in session.commands]


class TestDoingNothing:
    def test_it_gives_no_command_and_loses_the_first_level(self) -> None:
        session = played(find("one-box"), "do-nothing")
        assert (session.outcome, session.commands) == ("lost", [])


class TestTheBiggestBox:
    def test_it_takes_the_biggest_size_that_the_purse_carries_to_the_end(self) -> None:
        level = make_level(CALM, CALM, money=0.7)
        assert lines(played(level, "biggest-box", until=1)) == ["resize app xlarge"], "3.45 for huge are too much"

    def test_it_takes_a_bigger_one_when_more_comes_in(self) -> None:
        session = played(find("one-box"), "biggest-box")
        assert lines(session) == ["resize app medium", "resize app large"]
        assert session.commands[0][0] == 0
        assert session.outcome == "won", "reboots and all"

    def test_at_the_ceiling_it_is_content(self) -> None:
        level = make_level(CALM, size="medium", top='ladder = ["small", "medium"]')
        assert lines(played(level, "biggest-box", until=3)) == []


class TestTheThreshold:
    def test_it_wins_where_doing_nothing_loses(self) -> None:
        assert played(rush(), "do-nothing").outcome == "lost"
        assert played(rush(), "threshold").outcome == "won"

    def test_a_second_server_comes_with_a_front_door(self) -> None:
        assert lines(played(rush(), "threshold"))[:2] == ["place balancer l4", "add app"]

    def test_it_does_with_what_is_unlocked(self) -> None:
        assert lines(played(rush(unlocked='["resize"]'), "threshold")) == ["resize app medium"]

    def test_it_waits_for_what_it_ordered(self) -> None:
        session = played(rush(unlocked='["add", "place balancer"]'), "threshold")
        ticks = [tick for tick, line in session.commands if line == "add app"]
        assert all(later - earlier >= 120 for earlier, later in pairwise(ticks))

    def test_it_takes_away_what_nobody_would_miss(self) -> None:
        level = make_level(
            stage("night", 40, (20, 20)), more='machines = 3\n[start.balancer]\nkind = "l4"\n', money=None
        )
        session = played(level, "threshold", until=30)
        assert [line.split()[0] for line in lines(session)] == ["remove", "remove"]

    def test_what_the_purse_does_not_carry_it_leaves(self) -> None:
        level = make_level(stage("rush", 50, (60, 300)), money=0.25, uptime=0.5)
        assert lines(played(level, "threshold", until=40)) == []


class TestTheGreedy:
    def test_it_does_better_than_nothing(self) -> None:
        level = doorstep()
        greedy, nothing = played(level, "greedy"), played(level, "do-nothing")
        assert lines(greedy) == ["resize app medium"]
        assert (greedy.outcome, nothing.outcome) == ("won", "lost")
        assert greedy.result().good > nothing.result().good

    def test_it_finds_what_helps_only_together(self) -> None:
        session = played(rush(unlocked='["add", "place balancer"]'), "greedy", until=40)
        assert lines(session)[:2] == ["place balancer l4", "add app"]

    def test_where_all_is_well_it_saves(self) -> None:
        level = make_level(
            stage("night", 40, (20, 20)), more='machines = 2\n[start.balancer]\nkind = "l4"\n',
            top='unlocked = ["remove"]',
        )  # fmt: skip
        assert lines(played(level, "greedy", until=1)) == ["remove app-2"]

    def test_before_more_comes_it_takes_nothing_away(self) -> None:
        level = make_level(
            stage("night", 40, (20, 60)), more='machines = 2\n[start.balancer]\nkind = "l4"\n',
            top='unlocked = ["remove"]',
        )  # fmt: skip
        assert lines(played(level, "greedy", until=1)) == []


class TestTheRunbook:
    def test_it_says_each_line_at_its_tick_and_gives_its_rules_at_the_start(self, tmp_path: Path) -> None:
        path = tmp_path / "night.txt"
        path.write_text("2.5 add app\nwhen app.utilisation > 85% for 3 do resize app medium\n")
        assert played(make_level(CALM), f"runbook:{path}", until=5).commands == [
            (0, "when app.utilisation > 85% for 3 do resize app medium"),
            (25, "add app"),
        ]

    def test_it_plays_as_the_file_of_commands_would(self, tmp_path: Path) -> None:
        path = tmp_path / "night.txt"
        path.write_text("when app.utilisation > 70% for 1 do resize app medium\n")
        session = Session(rush(), 1, keep_history=False)
        session.do(path.read_text().strip())
        for _ in range(300):
            session.step()
        assert played(rush(), f"runbook:{path}", until=30).state() == session.state()


@pytest.mark.parametrize("bot", ["biggest-box", "threshold", "greedy"])
def test_the_same_seed_gets_the_same_commands(bot: str) -> None:
    level = doorstep()
    first, again = played(level, bot, 5, until=30), played(level, bot, 5, until=30)
    assert first.commands == again.commands != []
