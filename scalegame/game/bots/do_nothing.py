"""The bot that every level must beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.bots.bot import Bot
from scalegame.game.bots.finding import nothing_told

if TYPE_CHECKING:
    from scalegame.game.bots.desk import Desk


class DoNothing(Bot):
    """Watches."""

    name = "do-nothing"

    def __init__(self, seed: int, told: str) -> None:  # noqa: ARG002 - every bot is made with it
        nothing_told(self.name, told)

    def observe(self, desk: Desk) -> Sequence[str]:  # noqa: ARG002 - as above
        return ()
