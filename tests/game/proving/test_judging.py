"""What is wrong with a level, from what came of its builds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scalegame.game.level import Level, Par
from scalegame.game.played import Refused
from scalegame.game.proving.judging import Outcomes, judge
from scalegame.game.proving.lead import Lead, Remedy
from tests.game.proving.hand_made import CHEAP, GOOD, IDLE, LEVEL, NOBODY, SPARE, came, played

SOUND = (
    came(GOOD, played(cost=11.0), played(cost=11.0)),
    came(CHEAP, played(uptime=SPARE), played(uptime=SPARE)),
    came(IDLE, played("lost", NOBODY), played("lost", NOBODY)),
)
WARNED = (Lead(1, 20.0, 40.0), Lead(2, 22.0, 41.0))
READY = ((Remedy(25.0, 8.0),),)


def codes(found: tuple[Outcomes, ...], level: Level = LEVEL, leads: tuple[Lead, ...] = WARNED) -> list[str]:
    return [finding.code for finding in judge(level, found, leads, READY)]


def sentence(found: tuple[Outcomes, ...], leads: tuple[Lead, ...] = WARNED) -> str:
    (finding,) = judge(LEVEL, found, leads, READY)
    return finding.sentence


def test_a_level_that_proves_its_lesson_has_nothing_wrong() -> None:
    assert codes(SOUND) == []


def test_a_build_that_does_not_come_to_what_it_says_is_named_with_its_seed() -> None:
    spared = came(IDLE, played("lost", NOBODY), played(uptime=SPARE))
    assert sentence((*SOUND[:2], spared)) == (
        '"idle": the outcome is to be lost, and is not on 1 of 2 seeds: won with seed 2'
    )


def test_a_medal_that_is_claimed_and_missed_is_told() -> None:
    missed = came(GOOD, played(uptime=SPARE, cost=11.0), played(cost=11.0))
    said = judge(LEVEL, (missed, *SOUND[1:]), WARNED, READY)
    assert said[0].sentence == (
        '"good": the medal for uptime is to be gold, and is not on 1 of 2 seeds: bronze with seed 1'
    )
    assert [finding.code for finding in said] == ["claim", "medal-out-of-reach"]


def test_a_level_without_proofs_claims_nothing() -> None:
    assert codes(()) == ["no-proof"]


def test_where_no_build_wins_on_every_seed_nothing_wins() -> None:
    idle = came(replace(IDLE, reference=True), played("lost", NOBODY))
    assert "nothing-wins" in codes((idle,))


@pytest.mark.parametrize(
    ("kind", "run", "code"),
    [
        ("nothing", played(uptime=SPARE), "lazy"),
        ("biggest", played(uptime=SPARE), "biggest-wins"),
        ("without", played(uptime=SPARE), "tool-not-needed"),
        ("at-once", played(), "solved-at-once"),
    ],
)
def test_a_lazy_way_that_wins_on_a_single_seed_is_refused(kind: str, run: object, code: str) -> None:
    lazy = came(replace(IDLE, name="lazy way"), run, played("lost", NOBODY), kind=kind)  # type: ignore[arg-type]  # of the table
    (finding,) = judge(LEVEL, (*SOUND, lazy), WARNED, READY)
    assert finding.code == code
    assert finding.sentence.endswith("on 1 of 2 seeds")


def test_a_build_at_second_0_may_win_with_less_than_gold_for_both() -> None:
    assert codes((*SOUND, came(GOOD, played(cost=11.0), kind="at-once"))) == []


def test_gold_that_no_build_takes_on_every_seed_is_out_of_reach() -> None:
    dear = came(CHEAP, played(uptime=SPARE), played(uptime=SPARE, cost=10.01))
    assert codes((SOUND[0], dear, SOUND[2])) == ["claim", "medal-out-of-reach"]


def test_a_level_without_par_has_no_gold() -> None:
    assert codes(SOUND, replace(LEVEL, par=Par(uptime=0.99))) == ["no-par"]


def test_the_reference_has_to_be_paid() -> None:
    refused = Refused(601, "resize app medium", "the purse holds $0.10, and this needs $0.40")
    told = came(GOOD, played(cost=11.0), played(cost=11.0, refused=[refused]))
    assert sentence((told, *SOUND[1:])) == (
        'the reference cannot be had: at 01:00 "resize app medium" is refused: the purse holds $0.10, and this needs'
        " $0.40"
    )


def test_one_build_is_the_reference() -> None:
    assert codes((came(replace(GOOD, reference=False), played(cost=11.0)), *SOUND[1:])) == ["no-reference"]


def test_a_level_says_what_it_teaches() -> None:
    assert codes(SOUND, replace(LEVEL, teaches=())) == ["teaches-nothing"]


def test_a_warning_later_than_the_quickest_remedy_needs_is_refused() -> None:
    assert sentence(SOUND, (Lead(1, 20.0, 40.0), Lead(2, 29.0, 41.0))) == (
        "the first loss, at 00:41 with seed 2, comes 12 s after the warning; the quickest remedy and a moment to decide"
        " take 13 s (1 of 2 seeds)"
    )


def test_a_loss_without_any_warning_is_refused() -> None:
    assert "without a warning in the minute before" in sentence(SOUND, (Lead(1, None, 40.0),))


def test_where_nothing_is_lost_nothing_needs_a_warning() -> None:
    assert codes(SOUND, leads=(Lead(1, None, None),)) == []


def test_of_a_level_that_cannot_be_lost_only_its_own_claims_are_asked() -> None:
    looking = replace(LEVEL, slo_uptime=0.0, money=None, teaches=())
    assert codes((SOUND[2],), looking) == []
    assert codes((came(IDLE, played()),), looking) == ["claim"]
