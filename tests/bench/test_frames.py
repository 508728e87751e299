from __future__ import annotations

from scalegame.bench.frames import section


def test_a_board_is_judged_by_the_second_and_shown_by_the_frame() -> None:
    drawn = section("one-box", seconds=10.0, size=700_000, frames=100, cpu=0.8)
    assert dict(zip(*zip(*drawn.rows, strict=True), strict=True)) == {
        "bytes a second": "70,000",
        "bytes a frame": "7,000",
        "CPU, % of a core": "8.0",
        "CPU ms a frame": "8.00",
        "frames a second": "10.0",
    }
    assert [figure.verdict for figure in drawn.figures] == ["pass", "miss"]
    assert drawn.data["level"] == "one-box"
