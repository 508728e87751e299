from __future__ import annotations

from collections.abc import Callable

from scalegame.bench.rounds import cpu_seconds, interleaved


def test_contenders_take_turns_and_the_first_round_does_not_count() -> None:
    turns: list[str] = []
    values = {"ours": iter([900.0, 3.0, 1.0, 2.0]), "theirs": iter([900.0, 30.0, 10.0, 20.0])}

    def measured(name: str) -> Callable[[], float]:
        def take() -> float:
            turns.append(name)
            return next(values[name])

        return take

    done: list[int] = []
    medians = interleaved({name: measured(name) for name in values}, 3, done.append)
    assert turns == ["ours", "theirs"] * 4
    assert medians == {"ours": 2.0, "theirs": 20.0}
    assert done == [1, 2, 3, 4]


def test_cpu_time_is_that_of_the_work() -> None:
    short = min(cpu_seconds(lambda: sum(range(20_000))) for _ in range(5))
    long = min(cpu_seconds(lambda: sum(range(2_000_000))) for _ in range(5))
    assert 0.0 < short < long
