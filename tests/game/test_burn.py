"""How fast the error budget and the purse go, against figures worked out by hand."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pytest

from scalegame.game.budget import ErrorBudget
from scalegame.game.burn import budget_view, burn_multiple, empty_in, loss_rate, purse_view
from scalegame.game.level import Stage
from scalegame.game.purse import micro
from scalegame.game.session import Session
from scalegame.game.stages import StageClock
from tests.game.played_levels import CALM, FLOOD, make_level

STAGES = (Stage("one", 60, 0), Stage("two", 60, 60, grant=5.0), Stage("three", 60, 120), Stage("four", 60, 180, 8.0))


class TestTheErrorBudget:
    def test_a_burn_of_one_just_lasts(self) -> None:
        assert burn_multiple(left=100, rate=2.5, seconds=40) == 1.0
        assert burn_multiple(left=100, rate=8.0, seconds=40) == pytest.approx(3.2)

    def test_nothing_lost_burns_nothing_and_nothing_left_burns_without_end(self) -> None:
        assert burn_multiple(left=100, rate=0.0, seconds=40) == 0.0
        assert burn_multiple(left=0, rate=0.0, seconds=40) == 0.0
        assert burn_multiple(left=0, rate=0.1, seconds=40) == math.inf

    def test_the_last_second_of_a_stage_is_no_endless_supply(self) -> None:
        assert burn_multiple(left=10, rate=4.0, seconds=0.1) == burn_multiple(left=10, rate=4.0, seconds=5.0) == 2.0

    @pytest.mark.parametrize(("rate", "multiple", "gone_in"), [(2.0, 0.8, None), (2.5, 1.0, None), (8.0, 3.2, 12.5)])
    def test_it_is_gone_when_what_is_left_is_lost_at_this_rate(
        self, rate: float, multiple: float, gone_in: float | None
    ) -> None:
        budget = ErrorBudget(0.99)
        budget.begin(20_000, lost=0)
        seen = budget_view(budget, StageClock(STAGES), tick=200, lost=100, rate=rate)
        assert seen is not None
        assert seen.left == 100
        assert seen.burn == pytest.approx(multiple)
        assert seen.gone_in == gone_in

    @pytest.mark.parametrize(
        ("tick", "rate", "gone_in"), [(590, 40.0, None), (590, 120.0, 100 / 120), (2390, 40.0, None), (2400, 40.0, 2.5)]
    )
    def test_it_is_not_gone_after_the_stage_whose_it_is(self, tick: int, rate: float, gone_in: float | None) -> None:
        """In a second's time there is another budget; while the level drains there is none."""
        budget, clock = ErrorBudget(0.99), StageClock(STAGES)
        budget.begin(20_000, lost=0)
        while clock.advance(tick):
            pass
        seen = budget_view(budget, clock, tick=tick, lost=100, rate=rate)
        assert seen is not None
        assert seen.gone_in == gone_in
        assert seen.burn == pytest.approx(rate * 5.0 / 100.0)

    def test_a_level_without_an_slo_has_none(self) -> None:
        assert budget_view(ErrorBudget(0.0), StageClock(STAGES), 200, lost=100, rate=5.0) is None

    def test_losses_are_counted_over_the_last_seconds(self) -> None:
        recent = [(0, 10), (0, 12), (0, 12), (0, 15), (0, 20), (0, 35)]
        assert loss_rate(recent, lost=35, tick=80) == 5.0
        assert loss_rate(recent, lost=43, tick=85) == pytest.approx(33 / 5.5)
        assert loss_rate([(0, 0)], lost=0, tick=0) == 0.0
        assert loss_rate([(0, 0)], lost=3, tick=5) == 6.0


class TestThePurse:
    @pytest.mark.parametrize(
        ("left", "a_minute", "grants", "gone"),
        [
            (100, 60, [], None),
            (99, 60, [], 99.0),
            (20, 60, [(10.0, 5)], 25.0),
            (20, 60, [(30.0, 500)], 20.0),
            (20, 60, [(10.0, 50), (40.0, 50)], None),
            (20, 60, [(10.0, 5), (25.0, 5)], 30.0),
            (20, 0, [], None),
            (0, 60, [(10.0, 50)], 0.0),
        ],
    )
    def test_it_lasts_until_the_next_grant_comes_too_late(
        self, left: int, a_minute: int, grants: list[tuple[float, int]], gone: float | None
    ) -> None:
        assert empty_in(left, a_minute, grants, end=100.0) == gone

    def test_the_next_stage_that_brings_money_is_named(self) -> None:
        clock = StageClock(STAGES)
        seen = purse_view(micro(3.0), clock, tick=480, a_minute=6.0)
        assert seen is not None
        assert (seen.grant, seen.grant_in) == (5.0, 12.0)
        # 3.00 - 1.20 + 5.00 lasts for 68 s from the grant on; the next one comes 120 s after it.
        assert seen.empty_in == pytest.approx(80.0)

    def test_a_launch_brings_the_grants_forward(self) -> None:
        clock = StageClock(STAGES)
        clock.launch(300)
        clock.advance(300)
        seen = purse_view(micro(3.0), clock, tick=300, a_minute=0.6)
        assert seen is not None
        assert (seen.grant, seen.grant_in) == (8.0, 120.0)

    def test_what_drains_is_billed_as_well(self) -> None:
        clock = StageClock(STAGES)
        while clock.advance(2300):
            pass
        for tick, gone in ((2300, None), (2400, 20.0), (2500, 20.0), (3500, None)):
            seen = purse_view(micro(2.0), clock, tick=tick, a_minute=6.0)
            assert seen is not None
            assert seen.empty_in == gone, tick

    def test_an_unlimited_one_has_no_end(self) -> None:
        assert purse_view(None, StageClock(STAGES), 0, 6.0) is None

    def test_a_bill_that_could_not_be_paid_leaves_nothing(self) -> None:
        seen = purse_view(-5, StageClock(STAGES), 10, 6.0)
        assert seen is not None
        assert seen.empty_in == 0.0


@dataclass
class Watched:
    """What a session said of itself at some second."""

    session: Session

    def at(self, second: float) -> Session:
        while self.session.tick < second * 10 and not self.session.over:
            self.session.step()
        return self.session


class TestInAPlayedLevel:
    def test_a_flood_burns_the_budget_and_it_is_gone_when_that_was_said(self) -> None:
        watched = Watched(Session(make_level(CALM, FLOOD), 1))
        calm = watched.at(15).view()
        assert calm.budget is not None
        assert calm.budget.burn == 0.0
        flooded = watched.at(22).view()
        assert flooded.budget is not None
        assert flooded.budget.burn > 1.0
        gone_in = flooded.budget.gone_in
        assert gone_in is not None
        watched.at(60)
        assert watched.session.outcome == "lost"
        # The flood is losing more from second to second: it is over no later than the present rate says.
        assert 22 < watched.session.tick / 10 <= 22 + gone_in + 1

    def test_it_is_seen_with_and_without_a_history(self) -> None:
        kept, bare = (Session(make_level(CALM, FLOOD), 1, keep_history=keep) for keep in (True, False))
        for session in (kept, bare):
            Watched(session).at(23.4)
        assert kept.view().budget == bare.view().budget
        assert kept.view().purse_ahead == bare.view().purse_ahead
