from __future__ import annotations

from scalegame.bench.frames import Drawn, section


def test_boards_are_shown_by_the_frame_and_the_dearest_is_judged() -> None:
    calm = Drawn("one-box", seconds=10.0, size=20_000, frames=100, cpu=0.8)
    busy = Drawn("two-tiers", seconds=20.0, size=1_400_000, frames=200, cpu=1.0)
    board = section([calm, busy])
    assert board.rows == (
        ("one-box", "2,000", "200", "8.0", "8.00", "10.0"),
        ("two-tiers", "70,000", "7,000", "5.0", "5.00", "10.0"),
    )
    cpu, output = board.figures
    assert (cpu.value, cpu.verdict) == (8.0, "pass")
    assert (output.value, output.verdict) == (70.0, "miss")
