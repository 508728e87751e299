from __future__ import annotations

import asyncio

from scalegame.bench.boards import HurriedApp
from scalegame.bench.memory import section
from scalegame.game.level_library import find
from scalegame.game.session import Session


def test_growth_is_what_came_after_the_first_mark() -> None:
    resident, growth = section((3, 33), [61.0, 63.5]).figures
    assert (resident.value, resident.verdict) == (63.5, "pass")
    assert (growth.value, growth.verdict) == (2.5, "miss")


def test_the_most_that_is_kept_is_judged() -> None:
    resident, _ = section((3, 33), [64.9, 65.5]).figures
    assert (resident.value, resident.verdict) == (65.5, "miss")


def test_a_hurried_board_waits_for_its_terminal() -> None:
    """Else a frame is played and not drawn."""
    app = HurriedApp(Session(find("one-box"), 1))

    async def frames(read: bool) -> int:
        app.flow.may_draw = lambda: read  # type: ignore[method-assign]
        before = app.game._frames if app.game is not None else 0
        for _ in range(50):
            await asyncio.sleep(0)
        assert app.game is not None
        return app.game._frames - before

    async def run() -> None:
        async with app.run_test(size=(120, 40)) as pilot:
            await pilot.pause()
            assert await frames(read=True) > 0
            await frames(read=False)
            assert await frames(read=False) == 0

    asyncio.run(run())
