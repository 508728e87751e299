"""What-ifs: the run played again with one command more, fewer or at another time, and what that would have given.

All of them go in lock-step in one world, beside the run as it was played: the same level, seed and commands, the same
traffic and failures, so that what differs comes of the change. Whoever asked steps them, where and when it suits.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from scalegame.game.again import by_tick, play_again
from scalegame.game.changes import Change, added, before_it_broke, chosen, of_the_players, places_of
from scalegame.game.lockstep import Lockstep
from scalegame.game.score import percent
from scalegame.game.session import Session
from scalegame.game.stages import clock_text
from scalegame.game.story import LEAD_SECONDS
from scalegame.model.catalogue import DRAIN_SECONDS_AT_MOST, TICKS_PER_SECOND

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalegame.game.past import PastRun
    from scalegame.game.score import Result
    from scalegame.game.view import Option

MOST_SHOWN = 5
NOTICED = 0.02
"""Of what the run lost: who saves less changed it by chance."""
HALF_A_CENT = 5_000
AHEAD_AT_MOST = 300
"""Seconds beyond the end of the run that was played: longer than a level lasts, but for one without an end."""


@dataclass(frozen=True, slots=True)
class WhatIf:
    """What a change would have given."""

    change: Change
    run: Result
    """As it was played."""
    result: Result
    """As it would have ended."""
    saved: int
    """Good requests more, by the moment at which the run ended as it was played."""
    dear: int
    """Micro-dollars more by then, one-off costs and all; below 0 where it is cheaper."""

    @property
    def per_dollar(self) -> float:
        """Good requests saved per dollar more; infinite where they come for nothing or less."""
        return math.inf if self.dear <= 0 else self.saved / (self.dear / 1e6)

    @property
    def sentence(self) -> str:
        """'With `add app 1` at 01:10, 2,140 requests more would have been answered for $0.42 more: the level would have
        been won.'"""
        gain = f"{_more(self.saved)} would have been answered"
        if abs(self.dear) < HALF_A_CENT:
            price = " for the same money"
        else:
            price = f" for ${abs(self.dear) / 1e6:.2f} {'more' if self.dear > 0 else 'less'}"
        return f"{self.change.words}, {gain}{price}: {self._ending}."

    @property
    def _ending(self) -> str:
        was, now = self.run, self.result
        if now.outcome == "won":
            if was.outcome != "won":
                return "the level would have been won"
            return f"{percent(now.uptime)} up instead of {percent(was.uptime)}"
        if now.outcome == "running":
            return "the level would have gone on"
        when, then = (clock_text(result.ticks / TICKS_PER_SECOND) for result in (now, was))
        if was.outcome == "won":
            return f"but the level would have been lost, at {when}"
        if now.ticks <= was.ticks + TICKS_PER_SECOND:
            return "the level would have been lost all the same"
        return f"the level would have been lost all the same, at {when} instead of {then}"


def ranked(tried: list[WhatIf]) -> tuple[WhatIf, ...]:
    """The best few: by good requests saved per dollar. Of those that cost nothing more, which come first, the ones that
    save more, then the ones that cost less.

    What is worse, or differs by no more than chance, is not among them, nor what another does as well for less, nor a
    command twice: its best time stands for it.
    """
    worth = [one for one in tried if _is_better(one)]
    worth.sort(key=lambda one: (-one.per_dollar, -one.saved, one.dear, one.change.begins, one.change.line))
    best: dict[tuple[str, str], WhatIf] = {}
    for one in worth:
        if not any(_does_as_well(better, one) for better in best.values()):
            best.setdefault((one.change.kind, one.change.line), one)
    return tuple(islice(best.values(), MOST_SHOWN))


def _does_as_well(better: WhatIf, one: WhatIf) -> bool:
    """It saves as much for no more money, and the level comes as far."""
    as_far = better.result.outcome == "won" or (
        one.result.outcome != "won" and better.result.ticks >= one.result.ticks - TICKS_PER_SECOND
    )
    return better.saved >= one.saved and better.dear <= one.dear and as_far


def _is_better(one: WhatIf) -> bool:
    """It saves what one would notice, or the level; or it saves money, and nothing is lost for it."""
    if one.saved > NOTICED * one.run.lost or (one.result.outcome == "won" and one.run.outcome == "lost"):
        return True
    as_good = one.saved >= 0 and one.run.outcome == one.result.outcome == "won"
    return as_good and one.dear <= -HALF_A_CENT


class WhatIfs:
    """The experiment. ``step`` until it is done; ``found`` is the answer then."""

    def __init__(self, run: PastRun) -> None:
        told, self._result = run.post_mortem(), run.result()
        self._moments = deque(before_it_broke(told, run.history, self._result.ticks))
        self.then = self._moments[0]
        """The tick from which on it could have been helped."""
        self.found: tuple[WhatIf, ...] = ()
        self.tried = 0
        self.over = False
        self._run = run
        at = min(int(self.then / TICKS_PER_SECOND), len(run.history.seconds) - 1)
        self._places = places_of(told, run.history.seconds[at].tightest if at >= 0 else "")
        self._past: Session | None = Session(run.level, run.seed, keep_history=False)
        self._orders = by_tick(run.commands)
        self._priced: list[list[Option]] = []
        """What is offered at each of the places so far, at the moment that is looked at."""
        self._offers: list[list[Change]] = []
        self._looked = self._moments[-1]
        self._lead = max(self._looked - self.then, LEAD_SECONDS * TICKS_PER_SECOND)
        self._changes: list[Change] = []
        self._together: Lockstep | None = None
        """The run as it was, and beside it one for each of the changes."""
        self._then: list[Result] = []
        """The figures of each at the moment at which the run ended as it was played."""
        ends = round((run.level.seconds + DRAIN_SECONDS_AT_MOST) * TICKS_PER_SECOND)
        self._last = min(ends, self._result.ticks + AHEAD_AT_MOST * TICKS_PER_SECOND)

    @property
    def done(self) -> float:
        """0..1."""
        if self.over:
            return 1.0
        played = self._looked if self._past is None else self._past.tick
        again = 0 if self._together is None else self._together.world.tick
        return min((played + again) / (self._looked + self._last), 0.99)

    def step(self) -> bool:
        """A tick of what is under way; False once there is an answer."""
        if self.over:
            return False
        if self._past is not None:
            self._look_for_changes(self._past)
        elif self._together is not None:
            self._play(self._together)
        return not self.over

    def _look_for_changes(self, past: Session) -> None:
        """Play it up to where it could be helped, and on to where it broke, to see what could be ordered."""
        if self._moments and past.tick == self._moments[0]:
            self._price(past)
        elif self._moments and not past.over:
            play_again(past, self._orders)
        else:
            self._past = None
            self._begin()

    def _price(self, past: Session) -> None:
        """One place at a time: prices are dear, and whoever asked may be drawing."""
        if len(self._priced) < len(self._places):
            self._priced.append(past.options(self._places[len(self._priced)]))
            return
        self._moments.popleft()
        self._offers.append(list(added(self._priced, past.tick)))
        self._priced = []

    def _begin(self) -> None:
        """All runs, side by side from the start."""
        run = self._run
        own = of_the_players(run.commands, self.then, self._lead, self._result.ticks)
        self._changes = chosen(own, self._offers)
        self.tried = len(self._changes)
        # The first is the run as it was: who differs from it does so by the change.
        given = [run.commands, *(change.applied(run.commands) for change in self._changes)]
        self._together = Lockstep(run.level, [(run.seed, by_tick(orders)) for orders in given])

    def _play(self, together: Lockstep) -> None:
        """A tick of all runs; at the end of the one that was played, compare with it."""
        together.step()
        tick = together.world.tick
        if tick == self._result.ticks:
            self._then = [play.result() for play in together.plays]
            if self._then[0] != self._result:
                raise RuntimeError("the run came out otherwise when it was played again")
        if together.over or tick >= self._last:
            self._answer(together)

    def _answer(self, together: Lockstep) -> None:
        was = self._result
        runs = zip(self._changes, together.plays[1:], self._then[1:], together.refused[1:], strict=True)
        # What was ordered may be refused in a run that goes otherwise; what is changed may not.
        tried = [
            WhatIf(change, was, play.result(), then.good - was.good, then.cost_micro - was.cost_micro)
            for change, play, then, refused in runs
            if (change.tick, change.line) not in {(one.tick, one.line) for one in refused}
        ]
        self.found = ranked(tried)
        self._together = None
        self.over = True


def back_to(run: PastRun, tick: int, heard: Callable[[float], bool]) -> Session | None:
    """The run as it was at a tick, with what had been ordered before it, to be played on otherwise. ``heard`` is told
    the share that is done and says whether to go on; None where it did not."""
    session = Session(run.level, run.seed)
    orders = by_tick(run.commands)
    while session.tick < tick and not session.over:
        if session.tick % TICKS_PER_SECOND == 0 and not heard(session.tick / tick):
            return None
        play_again(session, orders)
    session.parent = run.state()
    return session


def _more(saved: int) -> str:
    if not saved:
        return "as many requests"
    return f"{abs(saved):,} {'request' if abs(saved) == 1 else 'requests'} {'more' if saved > 0 else 'fewer'}"
