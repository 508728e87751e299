from __future__ import annotations

from scalegame.bench.memory import section


def test_growth_is_what_came_after_the_first_mark() -> None:
    resident, growth = section((3, 33), [61.0, 63.5]).figures
    assert (resident.value, resident.verdict) == (61.0, "pass")
    assert (growth.value, growth.verdict) == (2.5, "miss")
