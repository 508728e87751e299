from __future__ import annotations

import asyncio

from textual.app import App
from textual.geometry import Region

from scalegame.bench.boards import app_of
from scalegame.bench.keys import BOARDS, section
from scalegame.bench.stock_board import StockBoard
from scalegame.bench.terminal import COLUMNS, ROWS
from scalegame.game.level_library import find
from scalegame.game.session import Session


def rows_of(app: App[None]) -> list[str]:
    """What stands on its screen."""
    strips = app.screen._compositor.render_strips()
    assert app.screen.region == Region(0, 0, COLUMNS, ROWS)
    return [strip.text for strip in strips]


def test_what_is_selected_is_read_off_each_board_as_it_is_drawn() -> None:
    async def read(board: str, key: str) -> tuple[str, str, str]:
        app = app_of(BOARDS[board][0], Session(find("lab-try-database"), 1))
        selected = BOARDS[board][1]
        async with app.run_test(size=(COLUMNS, ROWS)) as pilot:
            await pilot.pause()
            before = selected(rows_of(app))
            await pilot.press(key)
            if isinstance(app, StockBoard):
                app._show()
            await pilot.pause()
            other = "stock widgets" if board == "our board" else "our board"
            return before, selected(rows_of(app)), BOARDS[other][1](rows_of(app))

    assert asyncio.run(read("our board", "right")) == ("app-1", "db-1", "")
    assert asyncio.run(read("stock widgets", "down")) == ("balancer-1", "app-1", "")


def test_one_slow_key_in_twenty_is_the_p95() -> None:
    keys = section({"our board": [10.0] * 18 + [250.0, 900.0], "stock widgets": [300.0]})
    assert keys.rows[0] == ("our board", "10", "250")
    (figure,) = keys.figures
    assert figure.verdict == "miss"
