"""Flow control and pace: time comes from outside, so nothing here waits."""

from __future__ import annotations

from scalegame.tui.desk.pace import MOST_AT_ONCE, Pace
from scalegame.tui.terminal.flow import (
    BUDGET_BYTES_A_SECOND,
    LOST_SECONDS,
    MOST_OUTSTANDING,
    PATIENCE_SECONDS,
    FlowControl,
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_nothing_is_drawn_while_two_frames_are_unanswered() -> None:
    flow = FlowControl(Clock())
    for _ in range(MOST_OUTSTANDING):
        assert flow.may_draw()
        assert flow.sent(3000)
    assert not flow.may_draw()
    flow.answered()
    assert flow.may_draw()


def test_a_terminal_that_never_answers_gets_a_byte_budget_and_no_more_questions() -> None:
    clock = Clock()
    flow = FlowControl(clock)
    flow.sent(10)
    flow.sent(10)
    clock.now += PATIENCE_SECONDS + 0.1
    assert flow.may_draw()
    assert not flow.sent(2 * BUDGET_BYTES_A_SECOND)
    assert not flow.may_draw()
    clock.now += 1.5
    assert flow.may_draw()


def test_a_slow_answer_is_waited_for_once_the_terminal_has_answered() -> None:
    clock = Clock()
    flow = FlowControl(clock)
    flow.sent(10)
    flow.answered()
    flow.sent(10)
    flow.sent(10)
    clock.now += PATIENCE_SECONDS + 1
    assert not flow.may_draw()


def test_a_lost_answer_stops_the_picture_for_seconds_and_not_for_ever() -> None:
    clock = Clock()
    flow = FlowControl(clock)
    flow.sent(10)
    flow.answered()
    flow.sent(10)
    flow.sent(10)
    clock.now += LOST_SECONDS + 0.1
    assert flow.may_draw()
    assert flow.outstanding == 0


def test_answers_nobody_asked_for_do_not_open_the_gate_wider() -> None:
    flow = FlowControl(Clock())
    for _ in range(5):
        flow.answered()
    flow.sent(10)
    flow.sent(10)
    assert not flow.may_draw()


def test_ten_ticks_a_second_at_1x_whatever_the_timer_does() -> None:
    pace = Pace()
    pace.run(0.0)
    times = [0.09, 0.21, 0.29, 0.43, 0.5, 0.58, 0.71, 0.8, 0.92, 1.0]
    assert sum(pace.due(time) for time in times) == 10


def test_four_times_as_many_at_4x() -> None:
    pace = Pace()
    pace.speed = 4
    pace.run(0.0)
    assert sum(pace.due(step / 10) for step in range(1, 11)) == 40


def test_a_pause_owes_nothing() -> None:
    pace = Pace()
    pace.run(0.0)
    pace.pause()
    assert pace.due(50.0) == 0
    pace.run(60.0)
    assert pace.due(60.1) == 1


def test_a_stall_is_not_made_up_for_all_at_once() -> None:
    pace = Pace()
    pace.run(0.0)
    assert pace.due(30.0) == MOST_AT_ONCE
    assert pace.due(30.1) == 1
