"""A run that is over and has something to tell, set by hand; and what its page does whoever plays it."""

from __future__ import annotations

import math
from dataclasses import replace
from threading import Event

from textual.pilot import Pilot

from scalegame.game.options import EVERYWHERE
from scalegame.game.score import Result
from scalegame.game.view import CauseStep, Outcome, PostMortem, StageView
from scalegame.tui.app import ScalegameApp
from scalegame.tui.screens.postmortem import PostMortemScreen
from tests.tui.stand_in import StandIn

SECONDS = 120
LOST = (("refused", "app", 2800), ("late", "app", 553), ("crash", "app-1", 1))


def told(**more: object) -> PostMortem:
    """A run that broke at 01:12: traffic rose, the app was full, it refused, it was down for four seconds."""
    app = [0.5] * 72 + [0.97] * 30 + [math.nan] * 4 + [0.4] * 14
    plain = PostMortem(
        headline="One box: the error budget was spent at 01:59, in stage 2: 3,353 lost requests were allowed",
        why=(
            "It broke here: app was 97 % busy, 25 requests waiting, at 01:12.",
            "App had no room left and refused: 2,800 lost, at 01:20.",
            "Of all that was lost, 2,800 of 3,354 were lost so: app had no room left and refused.",
        ),
        chain=(
            CauseStep(68.0, EVERYWHERE, "traffic rose from 190 to 300 requests a second"),
            CauseStep(72.0, "app", "app was 97 % busy, 25 requests waiting"),
            CauseStep(80.0, "app", "app had no room left and refused: 2,800 lost"),
            CauseStep(102.0, "app", "no machine of app answered"),
        ),
        losses=tuple((cause, place, count, count / 3354) for cause, place, count in LOST),
        money=(("served", 0.31123), ("headroom", 0.10456), ("redundancy", 0.0), ("waste", 0.08432), ("setup", 0.00489)),
        uptime=0.8512,
        cost=0.505,
        uptime_medal="none",
        cost_medal="none",
        par_uptime=0.955,
        par_cost=2.10,
        lesson="Scaling up is simple: `resize` does it. It has a ceiling, and costs downtime.",
        history=(
            ("traffic", tuple(60.0 + 2 * second for second in range(SECONDS))),
            ("retries", tuple(0.4 if second > 90 else 0.0 for second in range(SECONDS))),
            ("lost", tuple(50.0 if second >= 80 else 0.0 for second in range(SECONDS))),
            ("app", tuple(app)),
        ),
        first=1,
    )  # fmt: skip
    return replace(plain, **more)  # type: ignore[arg-type]  # the keywords are PostMortem's own fields


async def waits_for_the_help_to_close(
    app: ScalegameApp, pilot: Pilot[int], page: PostMortemScreen, key: str, enough: Event
) -> None:
    """What a key began on the page, and was done once it was let go on, opens no board over the help."""
    await pilot.press(key, "question_mark")
    await pilot.pause()
    enough.set()
    await app.workers.wait_for_complete()
    while page._answer is None:
        await pilot.pause()
    assert app.screen.id == "help-screen"
    await pilot.press("escape")
    await pilot.pause()
    assert app.screen.id == "game", "it waits until the help is closed"


class Ended(StandIn):
    """A run that is over."""

    def __init__(self, tells: PostMortem | None = None, outcome: Outcome = "lost", launches: int = 0) -> None:
        super().__init__()
        self.shown = replace(self.shown, outcome=outcome)
        self.over = True
        self.tells = tells or told()
        self.launches = launches

    def post_mortem(self) -> PostMortem:
        return self.tells

    def stages(self) -> list[StageView]:
        return [
            StageView(1, 2, "Word gets round", 0.0, 60.0, 0.5, 300),
            StageView(2, 2, "Lunch break", 60.0, 120.0, 0.0, 300),
        ]

    def result(self) -> Result:
        cost = round(self.tells.cost * 1e6)
        return Result(self.shown.outcome, 851_200, cost, 1190, 22_540, 19_186, 3354, 1, self.launches)
