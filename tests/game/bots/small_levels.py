"""A level that is lost where nobody does anything, and short."""

from __future__ import annotations

from scalegame.game.level import Level
from tests.game.played_levels import make_level, stage

RUSH = (stage("dawn", 10, (60, 60)), stage("rush", 45, (60, 340)))


def rush(*, unlocked: str = '["resize", "add", "remove", "place balancer"]', more: str = "") -> Level:
    """One small machine does about 200 of these pages a second, and the rush ends at 340."""
    top = f'unlocked = {unlocked}\nladder = ["small", "medium"]'
    return make_level(*RUSH, money=4, uptime=0.85, top=top, more=more)


def doorstep() -> Level:
    """A quiet half minute, and then at once three times what the one machine can do; made bigger, which is all that
    can be done, it does enough of it."""
    top = 'unlocked = ["resize"]\nladder = ["small", "medium"]'
    return make_level(stage("quiet", 24, (60, 60)), stage("loud", 26, (540, 580)), money=4, uptime=0.6, top=top)
