"""What somebody comes to over many seeds, and the pars that are made from it."""

from __future__ import annotations

import math
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scalegame.game.bots import pars
from scalegame.game.bots.bot import BotError
from scalegame.game.bots.many_seeds import Standing, standing_lines, standing_object, standings
from scalegame.game.level_library import find
from scalegame.game.played import Played
from scalegame.game.score import Result
from tests.game.bots.own_bots import install
from tests.game.bots.small_levels import rush
from tests.game.played_levels import CALM, make_level


def result(uptime: float, cost: float, outcome: str = "won", launches: int = 0) -> Result:
    good = round(uptime * 100_000)
    return Result(
        outcome=outcome,  # type: ignore[arg-type]
        uptime_ppm=good * 10, cost_micro=round(cost * 1e6), ticks=100, offered=100_000, good=good,
        lost=100_000 - good, commands=1, launches=launches,
    )  # fmt: skip


def standing(*results: Result, name: str = "x") -> Standing:
    played = tuple(Played(seed, one, "as it came") for seed, one in enumerate(results))
    return Standing(name, played)


class TestAStanding:
    def test_the_worst_seed_is_a_lost_one_then_the_one_with_the_lowest_uptime(self) -> None:
        assert standing(result(0.99, 1), result(0.98, 1), result(0.995, 1)).worst.seed == 1
        assert standing(result(0.90, 1), result(0.98, 1, "lost")).worst.seed == 1

    def test_what_holds_on_most_seeds_holds_on_three_quarters_of_them(self) -> None:
        one = standing(result(0.99, 1.0), result(0.98, 1.2), result(0.97, 1.1), result(0.1, 9.0))
        assert (one.uptime_held, one.cost_held) == (0.97, 1.2)

    def test_a_lost_or_a_launched_seed_is_no_measure_of_cost(self) -> None:
        assert standing(result(0.9, 1), result(0.9, 1, "lost")).cost_held == math.inf
        assert standing(result(0.9, 1, launches=1)).cost_held == math.inf


class TestManySeeds:
    def test_each_seed_is_a_run_of_its_own_and_counts_once(self) -> None:
        (found,) = standings(rush(), ["do-nothing"], range(3, 6))
        assert [one.seed for one in found.played] == [3, 4, 5]
        assert (found.won, found.rules) == (0, None)
        assert len({one.result.good for one in found.played}) == 3

    def test_spread_over_others_it_is_the_same(self) -> None:
        level = make_level(CALM)
        with ThreadPoolExecutor(2) as executor:
            assert list(standings(level, ["do-nothing"], range(3), executor)) == list(
                standings(level, ["do-nothing"], range(3))
            )

    def test_a_level_can_be_sent_to_another_process(self) -> None:
        assert pickle.loads(pickle.dumps(rush())) == rush()  # noqa: S301 - our own

    def test_of_a_runbook_the_rules_are_counted(self, tmp_path: Path) -> None:
        path = tmp_path / "night.txt"
        path.write_text("when app.utilisation > 70% for 1 do resize app medium\n3 add app\n")
        (found,) = standings(make_level(CALM), [f"runbook:{path}"], [1])
        assert found.rules == 1
        assert standing_lines(found)[0].endswith("won on 1 of 1 seeds, with 1 rule")
        told = standing_object(found, make_level(CALM))
        assert (told["runbook_rules"], told["worst"]["seed"], len(told["runs"])) == (1, 1, 1)

    def test_a_bot_that_fails_is_a_sentence(self, monkeypatch: pytest.MonkeyPatch) -> None:
        install(monkeypatch, falling="Falling")
        with pytest.raises(BotError, match=r"^the bot falling failed at 3\.0 s"):
            list(standings(make_level(CALM), ["falling"], [1]))


class TestPars:
    def test_they_are_the_best_that_anybody_holds_rounded_so_that_it_does(self) -> None:
        dear, cheap = standing(result(0.9876, 2.0), name="dear"), standing(result(0.91, 1.41), name="cheap")
        found = pars.proposal([cheap, dear])
        assert found
        assert pars.proposal_text(found).splitlines() == [
            "[par]",
            "uptime = 0.987  # dear, won on 1 of 1 seeds",
            "cost = 1.45  # cheap, won on 1 of 1 seeds",
        ]

    def test_what_is_round_already_stays(self) -> None:
        found = pars.proposal([standing(result(0.995, 2.05))])
        assert found
        assert (found.uptime, found.cost) == (0.995, 2.05)

    def test_nobody_who_wins_on_few_seeds_makes_a_par(self) -> None:
        assert pars.proposal([standing(result(0.99, 1), result(0.1, 1, "lost"))]) is None

    def test_who_knows_the_seed_makes_no_par(self) -> None:
        blind, seeing = standing(result(0.95, 2.0), name="threshold"), standing(result(0.99, 1.0), name="greedy")
        found = pars.proposal([seeing, blind])
        assert found
        assert (found.uptime, found.cost) == (0.95, 2.0)
        assert pars.standing_row(seeing).startswith("greedy, knowing the seed")

    def test_the_bots_and_the_builds_that_are_to_win_are_asked(self) -> None:
        asked = [who if isinstance(who, str) else who.name for who in pars.players(find("one-box"))]
        assert asked == [
            "biggest-box", "threshold", "greedy",
            "save for one big step, when the takings are in", "two small steps",
        ]  # fmt: skip

    def test_a_row_has_80_columns_at_most(self) -> None:
        rows = [standing(result(1, 1e4), name="n" * 60), standing(result(0.9, 1, "lost"))]
        assert all(len(pars.standing_row(row)) <= 80 for row in rows)
