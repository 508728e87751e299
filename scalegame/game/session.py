"""A level being played: the world, and around it the rules of time, money and winning.

A session is stepped by somebody else's clock and spoken to in lines of the command language. The same level, seed and
lines at the same ticks give the same session, bit by bit, whoever steps it and however fast.
"""

from __future__ import annotations

import copy
import hashlib
import math
from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from scalegame.game import options as places
from scalegame.game.budget import ErrorBudget
from scalegame.game.burn import budget_view, loss_rate, purse_view
from scalegame.game.command import CancelRule, Command, Launch, When, format_command, is_unlocked, parse, verb_of
from scalegame.game.forecast import forecast, growth, planned_requests
from scalegame.game.journal import Journal
from scalegame.game.purse import SETUP, Purse, micro
from scalegame.game.refusals import launch_refusal, money_refusal
from scalegame.game.runbook import Rule, Runbook
from scalegame.game.saturation import AHEAD_SECONDS, warning_of
from scalegame.game.score import Result
from scalegame.game.stages import StageClock, clock_text, stage_view, tick_at
from scalegame.game.view import NOTHING, ForecastPoint, LogLine, Option, Outcome, PostMortem, Quote, StageView, View
from scalegame.game.words import CommandError
from scalegame.model.catalogue import (
    DRAIN_SECONDS_AT_MOST,
    LAUNCH_KEPT_SECONDS,
    TICKS_PER_SECOND,
)
from scalegame.model.world import Score, World

if TYPE_CHECKING:
    from scalegame.game.history import History
    from scalegame.game.level import Level
    from scalegame.game.recording import Recorder
    from scalegame.game.xray import XRay


class Session:
    """One run of one level. ``step`` and ``do`` change it; everything else looks."""

    def __init__(self, level: Level, seed: int, run_file: Recorder | None = None, *, keep_history: bool = True) -> None:
        """``keep_history`` False leaves out what only a reader needs (log of the model, coach): for the verifier."""
        self.level = level
        self.seed = seed
        self.outcome: Outcome = "running"
        self.reason = ""
        self.commands: list[tuple[int, str]] = []
        """(tick, line) of those taken, each effective at the start of that tick: with level and seed, the whole run."""
        self.world = World(level.scenario, [seed])
        self._run_file: Recorder | None = None
        self._journal = Journal(kept=keep_history)
        self._clock = StageClock(level.stages)
        self._purse = Purse(None if level.money is None else micro(level.money))
        self._budget = ErrorBudget(level.slo_uptime)
        self._runbook = Runbook()
        self._launches = 0
        self._counted: Score | None = None
        """The score as it stands; None while nobody has asked for it since the last tick or order."""
        self._recent: deque[tuple[int, int]] = deque([(0, 0)], maxlen=int(LAUNCH_KEPT_SECONDS) + 1)
        """(good, lost) after each of the last whole seconds."""
        self._view: View | None = None
        self._begin_stage()
        if run_file:
            self.record(run_file)

    # What happens

    def record(self, run_file: Recorder) -> None:
        """From here on, write down what happens."""
        self._run_file = run_file
        self._mind_the_disk()

    @property
    def over(self) -> bool:
        return self.outcome != "running"

    @property
    def tick(self) -> int:
        return self.world.tick

    @property
    def log(self) -> list[LogLine]:
        return self._journal.log

    @property
    def history(self) -> History:
        return self._journal.history

    def step(self) -> None:
        """One tick of 0.1 s; nothing once the session is over."""
        if self.over:
            return
        self.world.step()
        tick = self.world.tick
        self._counted = self._view = None
        if tick % TICKS_PER_SECOND == 0:
            self._recent.append((self._score.good, self._score.lost))
        ended = self._judge(tick)
        if not ended and self._clock.advance(tick):
            self._begin_stage()
        if self._runbook.rules and not ended:
            self._follow_rules(tick)
        if tick % TICKS_PER_SECOND == 0:
            self._each_second(tick)
        if ended:
            self._finish()

    @property
    def _score(self) -> Score:
        """Exact, and asked for only where it matters: see World.lost_at_most."""
        if self._counted is None:
            self._counted = self.world.score()
        return self._counted

    def do(self, line: str) -> str | None:
        """Take a command, effective at the start of the next tick, or say in a sentence why not; then nothing changes.

        Both are logged.
        """
        try:
            command = parse(line)
        except CommandError as error:
            return self._refused(line, error.sentence)
        refusal, quote = self._weigh(command)
        if refusal:
            return self._refused(format_command(command), refusal)
        self._carry_out(command, quote)
        taken = self.tick, format_command(command)
        self.commands.append(taken)
        if self._run_file:
            self._run_file.command(*taken)
        return None

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
        """All stages as they stand now; launches move their borders."""
        return [
            stage_view(self._clock, index, self._budget, self._score.lost) for index in range(len(self._clock.stages))
        ]

    def post_mortem(self) -> PostMortem:
        """Why it ended as it did, or how it stands."""
        from scalegame.game.coach import post_mortem

        self._hear()
        return post_mortem(
            self.level, self.result(), self.reason, self.view().snapshot, self.money(), self.history, self.log
        )

    def result(self) -> Result:
        """The figures of the run so far."""
        score = self._score
        uptime = score.good * 1_000_000 // score.offered if score.offered else None
        return Result(
            outcome=self.outcome,
            uptime_ppm=uptime,
            cost_micro=self._purse.spent(score.cost_micro),
            ticks=self.tick,
            offered=score.offered,
            good=score.good,
            lost=score.lost,
            commands=len(self.commands),
            launches=self._launches,
        )

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

    # The rules

    def _weigh(self, command: Command) -> tuple[str | None, Quote]:
        """The refusal and the price of a command; what the world cannot do has no price."""
        if self.over:
            return "the level is over", NOTHING
        verb = verb_of(command)
        if not is_unlocked(verb, self.level.unlocked):
            return f"{verb.name} comes in a later level: here there is {', '.join(self.level.unlocked or ())}", NOTHING
        if isinstance(command, Launch):
            return self._launch_refusal(), NOTHING
        if isinstance(command, When):
            return self._runbook.refusal(command, self.world.has_pool, self.level.unlocked), NOTHING
        if isinstance(command, CancelRule):
            known = self._runbook.has(command.number)
            return None if known else f"there is no rule {command.number}", NOTHING
        refusal = self.world.refusal(command)
        if refusal:
            return refusal, NOTHING
        told = self.world.quote(command)
        quote = Quote(told.price_change, told.once, told.delay, told.downtime, told.consequence)
        return money_refusal(quote, self._purse, self._score.cost_micro, self._clock), quote

    def _carry_out(self, command: Command, quote: Quote) -> None:
        """Do what is not refused, and log it."""
        self._hear()
        self._say(3, format_command(command))
        match command:
            case Launch():
                self._launch()
            case When():
                self._runbook.add(command)
            case CancelRule(number):
                self._runbook.remove(number)
            case _:
                self._purse.pay(quote.once)
                self._fund()
                self.world.apply(command)
                # What is taken away before its minimum was paid is billed at once.
                self._counted = None
        self._view = None

    def _follow_rules(self, tick: int) -> None:
        """Do what the runbook's rules say, effective at the start of the next tick like any command."""
        for rule in self._runbook.due(tick, self._signal):
            self._follow(rule, tick)

    def _follow(self, rule: Rule, tick: int) -> None:
        refusal, quote = self._weigh(rule.when.action)
        self._view = None
        if refusal is None:
            self._hear()
            self._say(0, f"rule {rule.number}: {format_command(rule.when).partition(' do ')[0]}")
            rule.done()
            self._carry_out(rule.when.action, quote)
        elif rule.refused(tick, refusal):
            self._hear()
            self._say(4, f"rule {rule.number}: {format_command(rule.when.action)}: {refusal}")

    def _signal(self, name: str) -> float:
        """What a rule watches, now."""
        if name == "budget":
            return 100.0 * self._budget.share_left(self._score.lost)
        if name == "money":
            left = self._purse.left(self._score.cost_micro)
            return math.inf if left is None else left / 1e6
        return self.world.gauge(name)

    def _launch_refusal(self) -> str | None:
        score, before = self._score, self._recent[0]
        good, lost = score.good - before[0], score.lost - before[1]
        return launch_refusal(self._clock, self.tick, good, lost, self.level.slo_uptime)

    def _launch(self) -> None:
        clock = self._clock
        played = clock.stage.start, clock.stage.start + (self.tick - clock.starts) / TICKS_PER_SECOND
        self._budget.cut(planned_requests(self.world, *played))
        clock.launch(self.tick)
        clock.advance(self.tick)
        self.world.launch(0, clock.stage.start)
        self._launches += 1
        self._begin_stage()

    def _begin_stage(self) -> None:
        clock = self._clock
        stage = clock.stage
        self._hear()
        self._purse.grant(stage.grant)
        self._fund()
        self._budget.begin(planned_requests(self.world, stage.start, stage.start + stage.seconds), self._score.lost)
        if len(clock.stages) > 1:
            self._say(0, f"stage {clock.index + 1} of {len(clock.stages)}: {stage.title or 'more traffic'}")
        if stage.news:
            self._say(0, stage.news)
        if stage.grant and self._purse.given is not None:
            self._say(0, f"${stage.grant:.2f} came in")

    def _judge(self, tick: int) -> bool:
        """Lost, won or neither, after this tick; whether it is over."""
        clock = self._clock
        if tick < clock.last_arrival and not self._may_be_lost():
            return False
        if tick >= clock.last_arrival + tick_at(DRAIN_SECONDS_AT_MOST):
            self.world.close()
            self._counted = None
        lost, rent = self._score.lost, self._score.cost_micro
        when = clock_text(tick / TICKS_PER_SECOND)
        stage = f", in stage {clock.index + 1}" if len(clock.stages) > 1 else ""
        if self._budget.spent(lost):
            allowed = f"{self._budget.allowed:,} lost requests were allowed"
            self._end("lost", f"the error budget was spent at {when}{stage}: {allowed}")
        elif self._purse.is_empty(rent):
            self._end("lost", f"the purse was empty at {when}{stage}")
        elif tick >= clock.last_arrival and self.world.in_flight() == 0:
            self._end("won", f"the last request was settled at {when}")
        return self.over

    def _may_be_lost(self) -> bool:
        """Whether a limit may be passed by now; cheap, where the exact score is not."""
        if self._budget.slo > 0 and self._budget.spent(self.world.lost_at_most()):
            return True
        return self._purse.given is not None and self._purse.is_empty(self.world.cost_at_most())

    def _fund(self) -> None:
        """Tell the world what its autoscalers may spend."""
        if self._purse.given is not None:
            self.world.fund(self._purse.given - self._purse.setup)

    def _end(self, outcome: Outcome, reason: str) -> None:
        self.outcome, self.reason = outcome, reason

    def _finish(self) -> None:
        self._hear()
        self._say(2 if self.outcome == "lost" else 0, self.reason)
        if self._journal.kept and self.tick % TICKS_PER_SECOND:
            self.history.record(self.view(), self.result().cost_micro)
        if self._run_file:
            self._run_file.end(self.tick, self.result(), self.state())

    # The log

    def _each_second(self, tick: int) -> None:
        if self._run_file:
            self._run_file.after(tick, self.state_hash)
            self._mind_the_disk()
        if self._journal.kept:
            ahead = growth(self.world, self._clock, AHEAD_SECONDS)
            self._journal.second(self.view(), self.result().cost_micro, ahead)

    def _mind_the_disk(self) -> None:
        """Say once that the run is not saved (any more)."""
        if self._run_file and self._run_file.failure:
            self._say(1, self._run_file.failure)
            self._run_file = None

    def _hear(self) -> None:
        self._journal.hear(self.world)

    def _say(self, weight: int, text: str) -> None:
        self._journal.say(self.tick, weight, text)

    def _refused(self, line: str, sentence: str) -> str:
        self._hear()
        self._journal.refused(self.tick, line, sentence)
        return sentence

    # The view

    def _look(self) -> View:
        snapshot = self.world.snapshot()
        score, level = self._score, self.level
        left = self._purse.left(score.cost_micro)
        warning, warning_level = warning_of(snapshot, self._journal.foresight.ahead)
        losing = loss_rate(self._recent, score.lost, self.tick)
        return View(
            snapshot=snapshot,
            level_id=level.id,
            title=level.title,
            total_seconds=self._clock.last_arrival / TICKS_PER_SECOND,
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
            purse_ahead=purse_view(left, self._clock, self.tick, snapshot.price),
        )
