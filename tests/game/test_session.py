"""The rules of time, money and winning, on small levels in the real world."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scalegame.game.level_file import read_level
from scalegame.game.purse import micro
from scalegame.game.session import Session
from scalegame.model.catalogue import DRAIN_SECONDS_AT_MOST, MINIMUM_BILLED_SECONDS, SETUP_PRICES, SIZES
from tests.game.played_levels import BUSY, CALM, FLOOD, ORDERS, level_text, make_level, stage


def play(session: Session, seconds: float) -> Session:
    """Step for so many seconds of game time, or to the end."""
    for _ in range(round(seconds * 10)):
        session.step()
    return session


def play_out(session: Session) -> Session:
    while not session.over:
        session.step()
    return session


def said(session: Session) -> list[str]:
    return [line.text for line in session.log]


class TestTime:
    def test_a_level_is_won_when_the_last_request_is_settled(self) -> None:
        session = play_out(Session(make_level(), 1))
        assert session.outcome == "won"
        assert session.tick >= 400
        assert session.view().snapshot.in_flight == 0
        assert session.view().draining

    def test_nothing_happens_after_the_end(self) -> None:
        session = play_out(Session(make_level(), 1))
        tick = session.tick
        session.step()
        assert session.tick == tick
        assert session.do("add app") == "the level is over"

    def test_stages_are_announced_with_their_news_when_they_start(self) -> None:
        session = play(Session(make_level(), 1), 20)
        assert said(session)[:2] == ["stage 1 of 2: calm", "The doors open."]
        busy = next(line for line in session.log if "busy" in line.text)
        assert busy.seconds == 20.0
        assert session.view().stage.number == 2

    def test_the_drain_is_billed(self) -> None:
        level = make_level(stage("only", 15, (190, 190)))
        session = play(Session(level, 1), 15)
        before = session.result().cost_micro
        play_out(session)
        assert session.tick > 150
        assert session.result().cost_micro > before

    def test_who_looks_changes_nothing(self) -> None:
        level = make_level(CALM, BUSY)
        watched, blind = Session(level, 5), Session(level, 5, keep_history=False)
        for _ in range(250):
            watched.step()
            watched.view()
            watched.options("app")
            watched.weigh("add app 3")
            blind.step()
        assert watched.state() == blind.state()

    def test_another_seed_is_another_run(self) -> None:
        level = make_level(CALM, BUSY)
        assert play(Session(level, 5), 10).state() != play(Session(level, 6), 10).state()


class TestTheDrain:
    def drained(self, uptime: float, *, workers: bool = False) -> Session:
        """Jobs without a due time, in a level of two seconds."""
        text = level_text(stage("only", 2, (100, 100)), uptime=uptime)
        text = text.replace("cpu_ms = 10", "cpu_ms = 1\njob_ms = 50").replace(
            "[start.", '[start]\nqueued = ["page"]\n[start.'
        )
        text += '[start.pools.worker]\nsize = "small"\n' if workers else ""
        return play_out(Session(read_level(text), 7))

    def test_what_is_not_done_when_it_ends_is_lost(self) -> None:
        session = self.drained(0.0)
        seen = session.view().snapshot
        assert session.tick == round((2 + DRAIN_SECONDS_AT_MOST) * 10)
        assert (seen.in_flight, seen.good) == (0, 0)
        assert seen.offered == seen.lost == pytest.approx(200, rel=0.3)
        assert {(loss.cause, loss.place) for loss in seen.losses} == {("job-late", "queue")}
        assert f"nobody waits any longer: {seen.lost} requests in flight are lost" in said(session)

    def test_it_can_lose_the_level(self) -> None:
        session = self.drained(0.9)
        assert session.outcome == "lost"
        assert "error budget" in session.reason

    def test_it_is_over_when_the_workers_have_done_all(self) -> None:
        session = self.drained(0.9, workers=True)
        assert (session.outcome, session.view().snapshot.lost) == ("won", 0)
        assert session.tick < 200

    @pytest.mark.slow
    def test_requests_that_nobody_will_answer_are_lost_too(self) -> None:
        """Two cores, work for minutes, and clients who never give up."""
        slow = level_text(stage("only", 20, (20, 20)), uptime=0.0).replace("cpu_ms = 10", "cpu_ms = 40000")
        session = play_out(Session(read_level(slow.replace("timeout_ms = 4000", "")), 7))
        seen = session.view().snapshot
        assert seen.in_flight == 0
        assert seen.offered == seen.good + seen.lost == pytest.approx(400, rel=0.2)
        assert {loss.cause for loss in seen.losses} >= {"time-out"}


class TestMoney:
    def test_the_purse_opens_with_the_first_grant_and_grows_with_each_stage(self) -> None:
        session = Session(make_level(money=20), 1)
        assert session.view().purse == 21.0
        play(session, 20)
        spent = session.result().cost_micro / 1e6
        assert session.view().purse == pytest.approx(23.0 - spent, abs=1e-6)

    def test_an_order_is_refused_when_its_first_half_minute_cannot_be_paid(self) -> None:
        session = Session(make_level(CALM, BUSY, money=0), 1)
        rent = (SIZES["metal"].price - SIZES["small"].price) * MINIMUM_BILLED_SECONDS / 60
        assert session.do("resize app metal") == (
            f"the purse holds $1.00, and this needs ${rent:.2f} for its first 30 s: $2.00 come at 00:20, with stage 2"
        )

    def test_what_costs_at_once_must_be_in_the_purse_too(self) -> None:
        price = SETUP_PRICES["move sessions token"]
        level = make_level(stage("only", 20, (50, 50)), money=price / 2, session=True)
        why = Session(level, 1).do("move sessions token")
        assert why == f"the purse holds ${price / 2:.2f}, and this needs ${price:.2f} at once"

    def test_one_off_costs_are_a_purpose_of_their_own(self) -> None:
        price = micro(SETUP_PRICES["move sessions token"])
        session = Session(make_level(CALM, BUSY, session=True), 1)
        assert session.do("move sessions token") is None
        assert dict(session.money())["setup"] == price
        assert session.result().cost_micro == price

    def test_an_empty_purse_ends_the_level(self) -> None:
        minute = SIZES["medium"].price
        level = make_level(stage("only", 200, (50, 50)), money=minute / 2, size="medium")
        session = play_out(Session(level, 1))
        assert session.outcome == "lost"
        assert session.reason == "the purse was empty at 00:30"
        assert session.view().purse == 0.0

    def test_saving_money_is_never_refused_for_want_of_it(self) -> None:
        level = make_level(stage("only", 100, (50, 50)), money=0.01, size="large")
        assert Session(level, 1).do("resize app small") is None

    def test_an_unlimited_purse_never_empties(self) -> None:
        session = Session(make_level(FLOOD, uptime=0.0, money=None), 1)
        assert session.do("resize app metal") is None
        assert play_out(session).outcome == "won"
        assert session.view().purse is None


class TestErrorBudget:
    def test_it_is_the_share_of_the_stages_forecast_that_may_be_lost(self) -> None:
        view = Session(make_level(CALM, BUSY, uptime=0.9), 1).view()
        assert view.stage.budget_requests == 100  # a tenth of 20 s x 50/s
        assert view.stage.budget_left == 1.0

    def test_half_of_what_is_left_carries_over(self) -> None:
        session = play(Session(make_level(CALM, BUSY, uptime=0.9), 1), 20)
        assert session.result().lost == 0
        assert session.view().stage.budget_requests == 200 + 50

    def test_the_plan_makes_it_and_not_the_seeds_curve(self) -> None:
        level = make_level(stage("only", 30, (100, 100), band=0.3))
        budgets = {Session(level, seed).view().stage.budget_requests for seed in range(5)}
        assert budgets == {300}

    def test_spent_it_ends_the_level(self) -> None:
        session = play_out(Session(make_level(FLOOD), 1))
        assert session.outcome == "lost"
        assert session.reason.startswith("the error budget was spent at 00:")
        assert session.result().lost > 1800
        assert session.log[-1].weight == 2

    def test_a_lab_without_slo_cannot_be_lost(self) -> None:
        session = play_out(Session(make_level(FLOOD, uptime=0.0, money=None), 1))
        assert session.outcome == "won"
        assert session.result().lost > 1000


class TestLaunch:
    def test_it_waits_until_the_stage_ran_ten_seconds(self) -> None:
        session = play(Session(make_level(), 1), 9.9)
        assert session.view().can_launch == "a stage runs 10 s before the next is launched: 9.9 s so far"
        assert session.do("launch") == session.view().can_launch
        assert play(session, 0.1).view().can_launch is None

    def test_it_brings_the_next_stage_with_its_grant_and_its_load(self) -> None:
        session = play(Session(make_level(), 1), 12)
        spent = session.result().cost_micro / 1e6
        assert session.do("launch") is None
        view = session.view()
        assert (view.stage.number, view.stage.starts, view.stage.ends) == (2, 12.0, 32.0)
        assert view.purse == pytest.approx(23.0 - spent)
        play(session, 3)
        assert session.view().snapshot.signals.offered_rate > 70

    def test_it_makes_the_level_shorter(self) -> None:
        session = play(Session(make_level(), 1), 12)
        session.do("launch")
        play_out(session)
        assert session.outcome == "won"
        assert session.tick < 340
        assert session.result().launches == 1

    def test_requests_that_never_came_earn_no_error_budget(self) -> None:
        session = play(Session(make_level(CALM, BUSY, uptime=0.9), 1), 10)
        session.do("launch")
        assert session.view().stage.budget_requests == 200 + 25  # half of a tenth of 10 s x 50/s

    def test_it_is_refused_while_the_slo_is_broken(self) -> None:
        level = make_level(stage("flood", 40, (900, 900)), BUSY, uptime=0.25)
        session = play(Session(level, 1), 15)
        why = session.do("launch")
        assert why is not None
        assert why.startswith("the last 5 s were not within the SLO:")
        assert why.endswith("25 % asked for")

    def test_the_last_stage_has_nothing_to_launch(self) -> None:
        session = play(Session(make_level(CALM), 1), 12)
        assert session.do("launch") == "this is the last stage: there is nothing to launch"


class TestCommands:
    def test_a_taken_command_is_in_the_log_as_it_is_written(self) -> None:
        session = Session(make_level(), 1)
        assert session.do("  RESIZE   app medium ") is None
        assert (session.log[-1].weight, session.log[-1].text) == (3, "resize app medium")

    @pytest.mark.parametrize(
        "line", ["resise app large", "resize app", "add app 1000000", "restart app-9", "launch", "remove app-1", "\x00"]
    )
    def test_a_refused_command_says_why_and_changes_nothing(self, line: str) -> None:
        session = play(Session(make_level(), 1), 3)
        before = session.state_hash()
        why = session.do(line)
        assert why
        assert session.state_hash() == before
        assert session.log[-1].weight == 4
        assert session.log[-1].text.endswith(why)
        assert session.log[-1].text.isprintable()

    def test_a_locked_verb_comes_later(self) -> None:
        session = Session(make_level(top='unlocked = ["resize", "place balancer"]'), 1)
        assert session.do("add app") == "add comes in a later level: here there is resize, place balancer"
        assert session.do("place cache") is not None
        assert session.do("resize app medium") is None

    def test_what_is_weighed_is_not_done(self) -> None:
        session = play(Session(make_level(), 1), 1)
        before = session.state()
        option = session.weigh("resize app large")
        assert option.refusal is None
        assert option.quote.price_change == pytest.approx(SIZES["large"].price - SIZES["small"].price)
        assert option.quote.downtime > 0
        assert session.state() == before
        assert session.weigh("resise app large").refusal == 'there is no "resise"; did you mean resize?'


class TestTheView:
    def test_it_is_made_once_a_tick_and_anew_after_a_command(self) -> None:
        session = play(Session(make_level(), 1), 1)
        view = session.view()
        assert session.view() is view
        session.do("resize app medium")
        assert session.view() is not view

    def test_the_next_stages_traffic_is_exact_from_15_seconds_before(self) -> None:
        session = play(Session(make_level(stage("long", 30, (50, 50), band=0.1), BUSY), 1), 14.9)
        now, later = session.forecast([20.0, 40.0])
        assert now.exact is not None
        assert later.exact is None
        assert later.low < 100 < later.high
        later = play(session, 0.1).forecast([40.0])[0]
        assert later.exact is not None
        assert later.low <= later.exact <= later.high

    def test_after_a_launch_the_forecast_moves_with_the_stages(self) -> None:
        session = play(Session(make_level(), 1), 10)
        assert session.forecast([12.0])[0].high == pytest.approx(50.0)
        session.do("launch")
        assert session.forecast([12.0])[0].high == pytest.approx(110.0)
        assert session.forecast([5.0])[0].high == pytest.approx(50.0)

    def test_a_warning_comes_before_the_first_loss(self) -> None:
        level = make_level(stage("rise", 60, (50, 400)))
        session = Session(level, 1)
        levels = []
        while not session.result().lost and not session.over:
            session.step()
            levels.append(session.view().warning_level)
        assert {0, 1, 2} <= set(levels)
        assert any("app-1 is at" in text for text in said(session))

    def test_a_fork_goes_its_own_way(self) -> None:
        session = play(Session(make_level(), 1), 5)
        before, lines = session.state(), len(session.log)
        fork = session.fork()
        assert fork.state() == before
        fork.do("resize app medium")
        play_out(fork)
        assert session.state() == before
        assert len(session.log) == lines
        assert session.commands == []
        assert play_out(session).outcome == "won"

    def test_it_knows_what_was_taken_and_when_and_nothing_that_was_refused(self) -> None:
        session = play(Session(make_level(), 1), 5)
        session.do("resize   app medium")
        session.do("resize app gigantic")
        assert session.commands == [(session.tick, "resize app medium")]
        assert session.result().commands == 1
        assert session.fork().commands == session.commands


class TestBooks:
    @pytest.mark.slow
    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(ORDERS)), max_size=12), st.integers(0, 2**53))
    def test_whatever_is_ordered_both_ledgers_sum_exactly(self, orders: list[tuple[int, str]], seed: int) -> None:
        level = make_level(
            stage("a", 12, (60, 90), grant=2, band=0.2), stage("b", 12, (300, 500), grant=30, band=0.2),
            money=15, uptime=0.5, session=True, more='[start.pools.database]\nsize = "small"\n',
        )  # fmt: skip
        session = Session(level, seed)
        for wait, line in orders:
            for _ in range(wait):
                session.step()
            before = session.state_hash()
            if session.do(line):
                assert session.state_hash() == before
            self.check(session, given=17_000_000 + (30_000_000 if session.view().stage.number > 1 else 0))
        play_out(session)
        self.check(session, given=17_000_000 + (30_000_000 if session.view().stage.number > 1 else 0))

    @staticmethod
    def check(session: Session, given: int) -> None:
        result, view = session.result(), session.view()
        snapshot = view.snapshot
        assert result.good + result.lost == result.offered
        assert sum(loss.count for loss in snapshot.losses) == result.lost == snapshot.lost
        assert sum(amount for _, amount in session.money()) == result.cost_micro
        assert all(amount >= 0 for _, amount in session.money())
        assert view.purse is not None
        assert round(view.purse * 1e6) == max(0, given - result.cost_micro)
