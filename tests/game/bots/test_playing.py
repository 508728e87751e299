"""A bot plays like a player: it sees what a player sees, and its lines are taken like a player's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from scalegame.game.bots.bot import Bot, BotError
from scalegame.game.bots.desk import FURTHEST_SECONDS, Desk
from scalegame.game.bots.playing import MOST_LINES, play
from scalegame.game.session import Session
from scalegame.game.view import Quote
from tests.game.bots.own_bots import Chatty, Falling, Mumbling, Telling
from tests.game.bots.small_levels import rush
from tests.game.played_levels import CALM, make_level, stage


def price(a_minute: float, once: float = 0.0) -> Quote:
    return Quote(a_minute, once, 0.0, 0.0, "")


class TestPlaying:
    def test_it_looks_once_a_second_from_the_start(self) -> None:
        seen: list[int] = []

        class Watching(Telling):
            def observe(self, desk: Desk) -> Sequence[str]:
                seen.append(desk.tick)
                return []

        play(Session(make_level(CALM), 1), Watching(1, ""), until=2.5)
        assert seen == [0, 10, 20]

    def test_its_lines_are_commands_of_the_run(self) -> None:
        session = Session(make_level(), 1)
        refused = play(session, Telling(1, "resize app medium"), until=0.5)
        assert (session.commands, refused) == ([(0, "resize app medium")], [])

    def test_a_refused_line_is_no_error_and_listed(self) -> None:
        session = Session(make_level(), 1)
        refused = play(session, Telling(1, "restart app-9"), until=2)
        assert [(one.seconds, one.line) for one in refused] == [(0.0, "restart app-9"), (1.0, "restart app-9")]
        assert session.commands == []

    @pytest.mark.parametrize(
        ("bot", "sentence"),
        [
            (Falling(1, ""), "the bot falling failed at 3.0 s: ValueError: no such machine"),
            (Chatty(1, ""), f"the bot chatty said more than {MOST_LINES} lines at once, at 0.0 s"),
            (Mumbling(1, ""), "the bot mumbling said what is no command line, at 0.0 s: int"),
        ],
    )
    def test_one_that_goes_wrong_is_a_sentence(self, bot: Bot, sentence: str) -> None:
        with pytest.raises(BotError) as caught:
            play(Session(make_level(), 1), bot)
        assert caught.value.sentence == sentence


class TestTheDesk:
    def test_looking_ahead_changes_nothing(self) -> None:
        session, untouched = Session(rush(), 1), Session(rush(), 1)
        Desk(session).ahead(["resize app medium"], 3)
        assert session.state() == untouched.state()

    def test_what_is_ahead_is_what_comes(self) -> None:
        session = Session(rush(), 1)
        for _ in range(100):
            session.step()
        before = session.result()
        told = Desk(session).ahead(["resize app medium", "restart app-9"], 6)
        session.do("resize app medium")
        for _ in range(60):
            session.step()
        after = session.result()
        assert (told.good, told.lost) == (after.good - before.good, after.lost - before.lost)
        assert told.cost_micro == after.cost_micro - before.cost_micro
        assert (told.outcome, told.refused) == ("running", 1)
        assert told.losing > 0, "while it reboots nobody is served"

    def test_nobody_looks_further_than_a_minute(self) -> None:
        with pytest.raises(ValueError, match="too far ahead"):
            Desk(Session(make_level(), 1)).ahead([], FURTHEST_SECONDS + 1)

    def test_the_purse_lasts_with_the_grants_that_will_come(self) -> None:
        level = make_level(stage("one", 30, (10, 10)), stage("two", 30, (10, 10), grant=2), money=1)
        desk = Desk(Session(level, 1))
        assert desk.purse_lasts()
        assert desk.purse_lasts(price(1.5)), "0.88 in the first half minute, then two dollars come"
        assert not desk.purse_lasts(price(2.0)), "empty after 27 s, before the grant"
        assert not desk.purse_lasts(price(0.0, once=1.5)), "what is paid at once cannot wait for it"

    def test_a_purse_without_end_lasts(self) -> None:
        assert Desk(Session(make_level(money=None), 1)).purse_lasts(price(1e6))


def test_the_same_call_plays_the_same_run(tmp_path: Path) -> None:
    from scalegame.game import headless
    from scalegame.game.run_file import read

    level = rush()
    paths = [tmp_path / "a.run", tmp_path / "b.run"]
    for path in paths:
        headless.run(level, commands=None, seed=4, until=None, as_json=True, save=path, trace=None, bot="threshold")
    assert paths[0].read_bytes() == paths[1].read_bytes()
    run = read(paths[0])
    assert run.commands
    assert run.header.player == "bot:threshold"
    assert headless.verify(paths) == 0
