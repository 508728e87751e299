"""A level being played by somebody who looks: the rules of a run, and around them the views, the history, the file.

A session is stepped by somebody else's clock and spoken to in lines of the command language. The same level, seed and
lines at the same ticks give the same session, bit by bit, whoever steps it and however fast.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game import options as places
from scalegame.game.burn import budget_view, good_rate, loss_rate, purse_view
from scalegame.game.command import Command, format_command, parse
from scalegame.game.forecast import forecast
from scalegame.game.play import Play
from scalegame.game.purse import MICRO, SETUP
from scalegame.game.saturation import AHEAD_SECONDS, warning_of
from scalegame.game.stages import stage_view
from scalegame.game.view import NOTHING, ForecastPoint, Option, PostMortem, Quote, StageView, View
from scalegame.game.words import CommandError
from scalegame.model.catalogue import TICKS_PER_SECOND
from scalegame.model.world import World

if TYPE_CHECKING:
    from scalegame.game.history import History
    from scalegame.game.level import Level
    from scalegame.game.recording import Recorder
    from scalegame.game.xray import XRay


class Session(Play):
    """One run of one level, in a world of its own. ``step`` and ``do`` change it; everything else looks."""

    def __init__(self, level: Level, seed: int, run_file: Recorder | None = None, *, keep_history: bool = True) -> None:
        """``keep_history`` False leaves out what only a reader needs (log of the model, coach): for the verifier."""
        self._run_file: Recorder | None = None
        self._view: View | None = None
        self.parent: str | None = None
        """The state at the end of the run that this one went back in, to go on otherwise: it is practice then. None
        where it was played from the start."""
        super().__init__(level, seed, World(level.scenario, [seed]), keep_history=keep_history)
        if run_file:
            self.record(run_file)

    # What happens

    def record(self, run_file: Recorder) -> None:
        """From here on, write down what happens."""
        self._run_file = run_file
        self._mind_the_disk()

    @property
    def history(self) -> History:
        return self._journal.history

    def step(self) -> None:
        """One tick of 0.1 s; nothing once the session is over."""
        if self.over:
            return
        self.world.step()
        self._view = None
        ended = self.after_tick()
        if self.tick % TICKS_PER_SECOND == 0:
            self._each_second(self.tick)
        if ended:
            self._finish()

    def do(self, line: str) -> str | None:
        """As a play's; what is taken goes into the run file."""
        refusal = super().do(line)
        if refusal is None and self._run_file:
            self._run_file.command(*self.commands[-1])
        return refusal

    # What can be seen

    def view(self) -> View:
        """What a screen shows; made once a tick."""
        if self._view is None:
            self._hear()
            self._view = self._look()
        return self._view

    def options(self, place: str) -> list[Option]:
        """What can be done at a machine, a pool, or 'users' (the whole system), with what it costs and why not."""
        return places.options(place, self.view(), self.level, self.weigh)

    def weigh(self, line: str) -> Option:
        """A line that is being typed: its meaning, price and refusal, without doing it."""
        try:
            command = parse(line)
        except CommandError as error:
            return Option("", line, line, NOTHING, error.sentence)
        refusal, quote = self._weigh(command)
        text = format_command(command)
        return Option("", text, text, quote, refusal)

    def forecast(self, seconds: Sequence[float]) -> list[ForecastPoint]:
        """Traffic to come (or gone) at each of these seconds of the level."""
        return forecast(self.world, self._clock, seconds)

    def stages(self) -> list[StageView]:
        """All stages as they stand now, without end as far as they can be seen; launches move their borders."""
        return [stage_view(self._clock, index, self._budget, self._score.lost) for index in range(self._clock.known)]

    def post_mortem(self) -> PostMortem:
        """Why it ended as it did, or how it stands."""
        from scalegame.game.coach import post_mortem

        self._hear()
        return post_mortem(
            self.level, self.result(), self.reason, self.view().snapshot, self.money(), self.history, self.log,
            earned=self.earned, practice=self.parent is not None,
        )  # fmt: skip

    @property
    def earned(self) -> float | None:
        """Dollars that good answers brought so far; None where they bring nothing."""
        return self._purse.earned / MICRO if self.level.earn_per_million else None

    def money(self) -> list[tuple[str, int]]:
        """(purpose, micro-dollars): what each dollar bought; sums to the cost."""
        return [*self.view().snapshot.money_micro, (SETUP, self._purse.setup)]

    def state_hash(self) -> dict[str, str]:
        """Subsystem -> digest of all its state: the world's, and 'rules'."""
        rules = (
            self._clock.index, self._clock.borders, self._clock.skipped, self._purse, self._budget,
            len(self.commands), self._launches, self.outcome, list(self._recent), self._runbook.state(),
        )  # fmt: skip
        return {**self.world.state_hash(), "rules": hashlib.sha256(repr(rules).encode()).hexdigest()}

    def state(self) -> str:
        """One digest of everything."""
        parts = sorted(self.state_hash().items())
        return hashlib.sha256("\n".join(f"{name}={digest}" for name, digest in parts).encode()).hexdigest()

    def xray(self, machine: str) -> XRay:
        """What the next half minute would cost without a machine: to be stepped elsewhere, this session is left alone.

        KeyError: there is no such machine.
        """
        from scalegame.game.xray import XRay

        return XRay(self.fork(keep_history=False), machine)

    def fork(self, *, keep_history: bool = True) -> Session:
        """An independent copy that goes on from here, without a run file. ``keep_history``: as at the start."""
        other = copy.copy(self)
        vars(other).update(
            world=self.world.fork(),
            commands=list(self.commands),
            _run_file=None,
            _journal=self._journal.copy(kept=keep_history),
            _clock=self._clock.copy(),
            _purse=copy.copy(self._purse),
            _budget=copy.copy(self._budget),
            _runbook=self._runbook.copy(),
            _recent=self._recent.copy(),
        )
        return other

    # Around the rules

    def _carry_out(self, command: Command, quote: Quote) -> None:
        super()._carry_out(command, quote)
        self._view = None

    def _finish(self) -> None:
        self._hear()
        self._say(2 if self.outcome == "lost" else 0, self.reason)
        if self._journal.kept and self.tick % TICKS_PER_SECOND:
            self.history.record(self.view(), self.result().cost_micro)
        if self._run_file:
            self._run_file.end(self.tick, self.result(), self.state())

    def _each_second(self, tick: int) -> None:
        if self._run_file:
            self._run_file.after(tick, self.state_hash)
            self._mind_the_disk()
        if self._journal.kept:
            self._journal.second(self.view(), self.result().cost_micro, self.growth(AHEAD_SECONDS))

    def _mind_the_disk(self) -> None:
        """Say once that the run is not saved (any more)."""
        if self._run_file and self._run_file.failure:
            self._say(1, self._run_file.failure)
            self._run_file = None

    def _look(self) -> View:
        snapshot = self.world.snapshot()
        score, level = self._score, self.level
        left = self._purse.left(score.cost_micro)
        warning, warning_level = warning_of(snapshot, self._journal.foresight.ahead)
        losing = loss_rate(self._recent, score.lost, self.tick)
        bring = level.earn_per_million * 60.0 / 1e6
        earning = good_rate(self._recent, score.good, self.tick) * bring if bring else None
        return View(
            snapshot=snapshot,
            level_id=level.id,
            title=level.title,
            total_seconds=self._clock.horizon / TICKS_PER_SECOND,
            draining=self.tick >= self._clock.last_arrival,
            stage=stage_view(self._clock, self._clock.index, self._budget, score.lost),
            slo_uptime=level.slo_uptime,
            slo_latency_ms=level.slo_latency_ms,
            uptime=score.good / score.offered if score.offered else None,
            purse=None if left is None else max(0, left) / 1e6,
            burn=snapshot.price,
            outcome=self.outcome,
            reason=self.reason,
            warning=warning,
            warning_level=warning_level,
            rules=self._runbook.views(self.tick),
            can_launch="the level is over" if self.over else self._launch_refusal(),
            budget=budget_view(self._budget, self._clock, self.tick, score.lost, losing),
            purse_ahead=purse_view(left, self._clock, self.tick, snapshot.price - (earning or 0.0)),
            earning=earning,
        )
