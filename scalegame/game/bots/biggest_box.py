"""The bot that only ever scales up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.bots.bot import Bot

if TYPE_CHECKING:
    from scalegame.game.bots.desk import Desk


class BiggestBox(Bot):
    """Takes the app servers to the biggest size that the purse carries to the level's end, the moment that it can be
    paid, whatever the reboot costs; and again when grants make a bigger one possible."""

    name = "biggest-box"

    def observe(self, desk: Desk) -> Sequence[str]:
        machines = [machine for machine in desk.view.snapshot.machines if machine.pool == "app"]
        if any(machine.state in ("resizing", "booting") for machine in machines):
            return ()
        ladder = desk.level.scenario.ladder
        here = max((ladder.index(machine.size) for machine in machines if machine.size in ladder), default=-1)
        for size in reversed(ladder[here + 1 :]):
            option = desk.weigh(f"resize app {size}")
            if option.refusal is None and desk.purse_lasts(option.quote):
                return [option.command]
        return ()
