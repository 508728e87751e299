"""The bot that every level must beat."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game.bots.bot import Bot

if TYPE_CHECKING:
    from scalegame.game.bots.desk import Desk


class DoNothing(Bot):
    """Watches."""

    name = "do-nothing"

    def observe(self, desk: Desk) -> Sequence[str]:  # noqa: ARG002 - it has no need to look
        return ()
