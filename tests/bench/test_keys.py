from __future__ import annotations

from scalegame.bench.keys import BOARDS, section

ROWS = ["╭─ System ───╮╭─ Signals ─╮", "│ app-1      ││           │", "╭─ app-2 ────╮╭─ Log ─────╮"]


def test_what_is_selected_is_read_off_each_board() -> None:
    assert BOARDS["our board"][1](ROWS) == "app-2"
    assert BOARDS["stock widgets"][1](["", "│selected db-1: small, 2 cores"]) == "db-1"
    assert BOARDS["stock widgets"][1](ROWS) == ""


def test_one_slow_key_in_twenty_is_the_p95() -> None:
    keys = section({"our board": [10.0] * 18 + [250.0, 900.0], "stock widgets": [300.0]})
    assert keys.rows[0] == ("our board", "10", "250")
    (figure,) = keys.figures
    assert figure.verdict == "miss"
