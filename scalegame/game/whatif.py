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

from scalegame.game.changes import Change, added, before_it_broke, chosen, of_the_players, places_of
from scalegame.game.play import Play
from scalegame.game.score import percent
from scalegame.game.session import Session
from scalegame.game.stages import clock_text
from scalegame.game.story import LEAD_SECONDS
from scalegame.model.catalogue import DRAIN_SECONDS_AT_MOST, TICKS_PER_SECOND
from scalegame.model.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from scalegame.game.past import Played
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
            return f"{_percent(now.uptime)} up instead of {_percent(was.uptime)}"
        if now.outcome == "running":
            return "the level would have gone on"
        when = clock_text(now.ticks / TICKS_PER_SECOND)
        if was.outcome == "won":
            return f"but the level would have been lost, at {when}"
        if now.ticks <= was.ticks + TICKS_PER_SECOND:
            return "the level would have been lost all the same"
        return f"the level would have been lost all the same, at {when} instead of {clock_text(was.ticks / 10)}"


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

    def __init__(self, run: Played) -> None:
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
        self._orders = deque(run.commands)
        self._priced: list[list[Option]] = []
        """What is offered at each of the places so far, at the moment that is looked at."""
        self._offers: list[list[Change]] = []
        self._looked = self._moments[-1]
        self._lead = max(self._looked - self.then, LEAD_SECONDS * TICKS_PER_SECOND)
        self._lanes: list[_Lane] = []
        self._world: World | None = None
        ends = round((run.level.seconds + DRAIN_SECONDS_AT_MOST) * TICKS_PER_SECOND)
        self._last = min(ends, self._result.ticks + AHEAD_AT_MOST * TICKS_PER_SECOND)

    @property
    def done(self) -> float:
        """0..1."""
        if self.over:
            return 1.0
        played = self._looked if self._past is None else self._past.tick
        again = 0 if self._world is None else self._world.tick
        return min((played + again) / (self._looked + self._last), 0.99)

    def step(self) -> bool:
        """A tick of what is under way; False once there is an answer."""
        if self.over:
            return False
        if self._past is not None:
            self._look_for_changes(self._past)
        elif self._world is not None:
            self._play(self._world)
        return not self.over

    def _look_for_changes(self, past: Session) -> None:
        """Play it up to where it could be helped, and on to where it broke, to see what could be ordered."""
        if self._moments and past.tick == self._moments[0]:
            self._price(past)
        elif self._moments and not past.over:
            _give(past.do, self._orders, past.tick)
            past.step()
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
        own = of_the_players(self._run.commands, self.then, self._lead, self._result.ticks)
        changes = chosen(own, self._offers)
        self.tried = len(changes)
        # The first is the run as it was: who differs from it does so by the change.
        self._world = world = World(self._run.level.scenario, [self._run.seed] * (len(changes) + 1))
        given = [list(self._run.commands), *(change.applied(self._run.commands) for change in changes)]
        for number, orders in enumerate(given):
            play = Play(self._run.level, self._run.seed, world, number)
            self._lanes.append(_Lane(play, deque(orders), changes[number - 1] if number else None))

    def _play(self, world: World) -> None:
        """A tick of all runs; at the end of the one that was played, compare with it."""
        going = [lane for lane in self._lanes if not lane.play.over]
        for lane in going:
            lane.give()
        world.step()
        for lane in going:
            lane.play.after_tick()
        if world.tick == self._result.ticks:
            for lane in self._lanes:
                lane.then = lane.play.result()
            if self._lanes[0].then != self._result:
                raise RuntimeError("the run came out otherwise when it was played again")
        if all(lane.play.over for lane in self._lanes) or world.tick >= self._last:
            self._answer()

    def _answer(self) -> None:
        was = self._result
        tried = [
            WhatIf(
                lane.change, was, lane.play.result(), lane.then.good - was.good, lane.then.cost_micro - was.cost_micro
            )
            for lane in self._lanes
            if lane.change is not None and lane.then is not None and lane.taken
        ]
        self.found = ranked(tried)
        self._world, self._lanes = None, []
        self.over = True


@dataclass(slots=True)
class _Lane:
    """One of the runs."""

    play: Play
    orders: deque[tuple[int, str]]
    change: Change | None
    """None in the run as it was."""
    taken: bool = True
    """What was changed was not refused."""
    then: Result | None = None
    """The figures at the moment at which the run ended as it was played."""

    def give(self) -> None:
        """What is ordered now. Of what was ordered in a run that went otherwise, something may be refused in this."""
        tick = self.play.tick
        while self.orders and self.orders[0][0] <= tick:
            _, line = self.orders.popleft()
            refusal = self.play.do(line)
            changed = self.change is not None and (tick, line) == (self.change.tick, self.change.line)
            if refusal is not None and changed:
                self.taken = False


def _give(do: Callable[[str], str | None], orders: deque[tuple[int, str]], tick: int) -> None:
    while orders and orders[0][0] <= tick:
        refusal = do(orders.popleft()[1])
        if refusal is not None:
            raise RuntimeError(f"at tick {tick} an order was taken, and now it is not: {refusal}")


def back_to(run: Played, tick: int, heard: Callable[[float], bool]) -> Session | None:
    """The run as it was at a tick, with what had been ordered before it, to be played on otherwise. ``heard`` is told
    the share that is done and says whether to go on; None where it did not."""
    session = Session(run.level, run.seed)
    orders = deque(order for order in run.commands if order[0] < tick)
    while session.tick < tick and not session.over:
        if session.tick % TICKS_PER_SECOND == 0 and not heard(session.tick / tick):
            return None
        _give(session.do, orders, session.tick)
        session.step()
    session.parent = run.state()
    return session


def _more(saved: int) -> str:
    if not saved:
        return "as many requests"
    return f"{abs(saved):,} {'request' if abs(saved) == 1 else 'requests'} {'more' if saved > 0 else 'fewer'}"


def _percent(uptime: float | None) -> str:
    return "--" if uptime is None else percent(uptime)
