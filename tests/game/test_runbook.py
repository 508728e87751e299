"""Runbooks: rules that play for a player, again in the same way wherever the run is played again."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from scalegame.game import headless
from scalegame.game.command import format_command, parse
from scalegame.game.completion import completion
from scalegame.game.level import Level
from scalegame.game.run_file import read
from scalegame.game.session import Session
from scalegame.game.watched import examples, figure_of
from scalegame.game.words import CommandError
from scalegame.model.automation.figures import POOL_FIGURES, RUN_FIGURES
from scalegame.model.automation.gauges import POOL_GAUGES, RUN_GAUGES
from scalegame.model.catalogue import MOST_RULES
from tests.game.played_levels import BUSY, CALM, make_level, stage

RULE = "when app.utilisation > 85% for 3 do add app"
BALANCER = '[start.balancer]\nkind = "l4"\nsize = "wire"\n'


def rising() -> Level:
    """Two small machines would do until 400 a second; from 15 s on 300 come."""
    return make_level(
        stage("calm", 15, (100, 100)), stage("rush", 45, (300, 300), grant=20), uptime=0.3, more=BALANCER
    )  # fmt: skip


def play(session: Session, seconds: float) -> Session:
    for _ in range(round(seconds * 10)):
        session.step()
    return session


def machines(session: Session) -> int:
    return sum(machine.pool == "app" for machine in session.view().snapshot.machines)


def given(level: Level, *lines: str) -> Session:
    session = Session(level, 1)
    for line in lines:
        assert session.do(line) is None
    return session


class TestALine:
    @pytest.mark.parametrize(
        ("line", "canonical"),
        [
            (RULE, RULE),
            ("WHEN app.utilisation > 85 FOR 3 DO add app 1", RULE),
            (
                "when database.queue < 2.50 for 0 do place balancer l7 algorithm=random",
                "when database.queue < 2.5 for 0 do place balancer l7 algorithm=random",
            ),
            ("when money > 12 for 1 do launch", "when money > 12 for 1 do launch"),
            ("when budget < 20 for 1 do cancel rule 2", "when budget < 20% for 1 do cancel rule 2"),
            (
                "when error.rate > 1% for 5 do set health.interval 0.2",
                "when error.rate > 1% for 5 do set health.interval 0.2",
            ),
        ],
    )
    def test_it_is_written_in_one_way_and_read_back(self, line: str, canonical: str) -> None:
        assert format_command(parse(line)) == canonical
        assert parse(canonical) == parse(line)

    @pytest.mark.parametrize(
        ("line", "column", "sentence"),
        [
            ("when", 5, "POOL.SIGNAL is missing: it goes when POOL.SIGNAL >|< N[%] for SECONDS do COMMAND"),
            ("when app.mood > 1 for 1 do launch", 6, 'there is no signal "app.mood"; '),
            (
                "when queue.depth > 9 for 1 do add worker",
                6,
                'there is no signal "queue.depth"; did you mean messages.waiting?',
            ),
            (
                "when queue.age > 9 for 1 do add worker",
                6,
                'there is no signal "queue.age"; did you mean messages.age?',
            ),
            ("when latency.p9 > 1 for 1 do launch", 6, "did you mean latency.p99?"),
            ("when rps = 1 for 1 do launch", 10, 'there is no comparison "="; there are > and <'),
            ("when rps >= 1 for 1 do launch", 10, 'there is no comparison ">="; did you mean >?'),
            ("when rps > 85% for 1 do launch", 12, 'rps is a number of requests a second, not "85%"'),
            ("when app.utilisation > high for 1 do launch", 24, "app.utilisation is a share such as 85%"),
            ("when rps > 1 do launch", 14, "for is missing here: it goes when"),
            ("when rps > 1 for 1 launch", 20, "do is missing here: it goes when"),
            ("when rps > 1 for 1 do", 22, "COMMAND is missing"),
            ("when rps > 1 for 9999 do launch", 18, '"9999" is no time: seconds from 0 to 3600'),
            ("when rps > 1 for 1 do jump", 23, 'there is no "jump"'),
            ("when rps > 1 for 1 do when rps > 2 for 1 do launch", 23, "a rule cannot make rules"),
        ],
    )
    def test_a_wrong_one_says_where(self, line: str, column: int, sentence: str) -> None:
        with pytest.raises(CommandError) as caught:
            parse(line)
        assert sentence in caught.value.sentence
        assert caught.value.column == column

    def test_whatever_can_be_watched_can_be_read(self) -> None:
        assert POOL_GAUGES.keys() == POOL_FIGURES.keys()
        assert RUN_GAUGES.keys() == RUN_FIGURES.keys()
        session = play(Session(rising(), 1), 3)
        for signal in examples():
            assert figure_of(signal) is not None
            away = signal in ("cache.hits", "cdn.hits", "replica.lag", "database.connections")
            assert math.isnan(session._signal(signal)) == away, signal
        assert session._signal("app.utilisation") == pytest.approx(
            100 * session.view().snapshot.pools[1].utilisation, abs=1e-9
        )

    def test_it_can_be_completed_word_by_word(self) -> None:
        session = Session(rising(), 1)
        offered = {prefix: [c.word for c in completion(prefix, session.view(), session.level)] for prefix in (
            "when app.u", "when money ", "when money > 3 ", "when money > 3 for 2 do re", "cancel ")}  # fmt: skip
        assert offered["when app.u"] == ["app.utilisation"]
        assert offered["when money "] == [">", "<"]
        assert offered["when money > 3 "] == ["for"]
        assert {"resize", "remove", "restart"} <= set(offered["when money > 3 for 2 do re"])
        assert "rule" in offered["cancel "]


class TestARule:
    def test_it_acts_when_its_condition_has_held_for_so_long(self) -> None:
        session = given(rising(), RULE)
        while machines(session) < 2:
            session.step()
        # The rush begins at 15 s, and a second later the last second's utilisation is above 85 %.
        assert 18.0 <= session.tick / 10 < 20.5

    def test_it_acts_once_until_its_condition_was_false(self) -> None:
        session = play(given(rising(), "when rps > 150 for 1 do add app"), 40)
        assert machines(session) == 2
        (rule,) = session.view().rules
        assert (rule.acted, rule.armed) == (1, False)
        again = play(given(rising(), "when app.machines > 1.5 for 0 do remove app", "add app"), 30)
        assert again.view().rules[0].acted == 1
        again.do("add app")
        assert play(again, 10).view().rules[0].acted == 2

    def test_a_spike_shorter_than_its_time_does_not_wake_it(self) -> None:
        level = make_level(
            stage("calm", 15, (50, 50)), stage("blip", 2, (400, 400)), stage("calm again", 20, (50, 50)),
            uptime=0.1, more=BALANCER,
        )  # fmt: skip
        assert play(given(level, "when rps > 150 for 4 do add app"), 35).view().rules[0].acted == 0

    def test_what_it_does_stands_in_the_log_with_its_reason(self) -> None:
        session = play(given(rising(), RULE), 25)
        lines = [line.text for line in session.log]
        assert lines[lines.index("add app") - 1] == "rule 1: when app.utilisation > 85% for 3"

    def test_refused_it_tries_again_and_says_so_once(self) -> None:
        level = make_level(stage("poor", 40, (300, 300)), money=0.1, uptime=0.1, more=BALANCER)
        session = play(given(level, "when rps > 150 for 0 do add app"), 20)
        assert machines(session) == 1
        assert sum(line.text.startswith("rule 1: add app: the purse holds") for line in session.log) == 1
        (rule,) = session.view().rules
        assert rule.refusal.startswith("the purse holds")
        assert rule.armed

    def test_it_can_launch(self) -> None:
        session = play(given(make_level(CALM, BUSY), "when rps > 1 for 11 do launch"), 13)
        assert session.view().stage.number == 2
        assert session.result().launches == 1

    def test_it_can_be_struck_out_and_even_strike_itself_out(self) -> None:
        session = given(rising(), RULE, "when rps > 1 for 1 do cancel rule 2")
        assert session.do("cancel rule 7") == "there is no rule 7"
        play(session, 3)
        assert [rule.number for rule in session.view().rules] == [1]
        assert session.do("cancel rule 1") is None
        assert machines(play(session, 30)) == 1

    def test_there_is_an_end_of_rules(self) -> None:
        session = given(rising(), *(f"when rps > {n} for 1 do launch" for n in range(MOST_RULES)))
        assert (
            session.do("when rps > 99 for 1 do launch") == f"{MOST_RULES} rules are the most; cancel rule 1 makes room"
        )

    def test_what_makes_no_sense_is_refused(self) -> None:
        session = given(rising(), RULE)
        assert session.do(RULE) == "rule 1 says so already"
        assert session.do("when images.queue > 3 for 1 do add app") == "there is no pool images"
        assert session.do("when app-1.queue > 3 for 1 do add app") == "app-1 is one machine: a rule watches a pool"
        locked = Session(make_level(top='unlocked = ["resize", "when"]'), 1)
        assert locked.do("when rps > 3 for 1 do add app") == "add comes in a later level, for rules too"
        assert Session(make_level(top='unlocked = ["add"]'), 1).do(RULE) is not None

    def test_a_fork_has_rules_of_its_own(self) -> None:
        session = play(given(rising(), RULE), 10)
        fork = session.fork()
        assert play(fork, 30).view().rules[0].acted == 1
        assert session.view().rules[0].acted == 0
        assert play(session, 30).state() == fork.state()


class TestPlayedAgain:
    LINES = f"{RULE}\nwhen app.utilisation < 40% for 5 do remove app\n5 set health.interval 1\n"

    def test_a_run_of_rules_verifies_and_holds_only_what_was_said(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        book, save = tmp_path / "book.txt", tmp_path / "x.run"
        book.write_text(self.LINES, encoding="utf-8")
        assert headless.run(rising(), commands=book, seed=3, until=None, as_json=True, save=save, trace=None) == 0
        run = read(save)
        assert [tick for tick, _ in run.commands] == [0, 0, 50]
        assert run.end is not None
        assert run.end.result.commands == 3
        assert headless.verify([save]) == 0
        assert "verified" in capsys.readouterr().out

    def test_a_run_whose_rule_is_taken_out_does_not(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        book, save = tmp_path / "book.txt", tmp_path / "x.run"
        book.write_text(self.LINES, encoding="utf-8")
        headless.run(rising(), commands=book, seed=3, until=None, as_json=True, save=save, trace=None)
        text = save.read_text("utf-8")
        save.write_text(text.replace("85%", "95%"), encoding="utf-8")
        assert headless.verify([save]) == 3
        assert "rules" in capsys.readouterr().err


def test_an_autoscaler_does_not_order_what_the_purse_cannot_pay() -> None:
    level = make_level(stage("flood", 60, (900, 900)), money=0.5, uptime=0.01, more=BALANCER)
    session = given(level, "autoscale app 1 20 70%")
    while not session.over:
        session.step()
        left = session.view().purse
        assert left is not None
    assert session.outcome == "won" or session.reason.startswith("the purse was empty")
    assert any("the purse cannot pay another machine" in line.text for line in session.log)
