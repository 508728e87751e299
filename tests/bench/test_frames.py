from __future__ import annotations

from scalegame.bench.frames import OURS, STILL, STOCK, Drawn, section


def test_what_a_board_takes_beyond_playing_alone_is_drawing() -> None:
    board = section(
        [
            Drawn("one-box, our board", [1000.0], [8.0], [2.0]),
            Drawn(OURS, [4000.0, 4200.0, 9000.0], [8.0, 9.0, 10.0], [7.0, 6.0, 30.0]),
            Drawn(STOCK, [60_000.0], [0.0], [34.0]),
            Drawn(STILL, [0.0], [0.0], [4.0]),
        ]
    )
    assert board.rows[1] == (OURS, "4,200", "7.0", "3.0", "9.0")
    assert board.rows[2] == (STOCK, "60,000", "34.0", "30.0", "")
    everything, drawing, output = board.figures
    assert (everything.value, everything.verdict) == (7.0, "miss")
    assert (drawing.value, drawing.verdict) == (3.0, "pass")
    assert (output.value, output.verdict) == (4.2, "pass")
    assert "10.0x the CPU" in board.notes[1]
