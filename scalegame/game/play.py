"""The rules of one run of a level: time, money and winning, around a world that may hold many runs.

A play is told when a tick of its world has passed, and spoken to in lines of the command language. It looks at no
screen and keeps no file: a session adds those for somebody who watches, lock-step does without.
"""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING

from scalegame.game.budget import ErrorBudget
from scalegame.game.command import CancelRule, Command, Launch, When, format_command, is_unlocked, parse, verb_of
from scalegame.game.forecast import growth, planned_requests
from scalegame.game.journal import Journal
from scalegame.game.purse import Purse, micro
from scalegame.game.refusals import launch_refusal, money_refusal
from scalegame.game.runbook import Rule, Runbook
from scalegame.game.score import Result
from scalegame.game.stages import StageClock, clock_text, tick_at
from scalegame.game.view import NOTHING, LogLine, Outcome, Quote
from scalegame.game.words import CommandError
from scalegame.model.catalogue import DRAIN_SECONDS_AT_MOST, LAUNCH_KEPT_SECONDS, TICKS_PER_SECOND
from scalegame.model.world import Score, World

if TYPE_CHECKING:
    from scalegame.game.level import Level


class Play:
    """One run. Whoever steps the world calls ``after_tick``; ``do`` takes a line."""

    def __init__(self, level: Level, seed: int, world: World, run: int = 0, *, keep_history: bool = False) -> None:
        """``run`` is its position in ``world``. ``keep_history`` as Journal takes it."""
        self.level = level
        self.seed = seed
        self.world = world
        self.run = run
        self.outcome: Outcome = "running"
        self.reason = ""
        self.commands: list[tuple[int, str]] = []
        """(tick, line) of those taken, each effective at the start of that tick: with level and seed, the whole run."""
        self.ticks = 0
        """Played: the world's own count goes on while other runs of it last."""
        self._journal = Journal(kept=keep_history)
        self._clock = StageClock(level.stages, endless=level.endless)
        self._purse = Purse(None if level.money is None else micro(level.money))
        self._earns = micro(level.earn_per_million)
        """Micro-dollars that a million good answers bring."""
        self._budget = ErrorBudget(level.slo_uptime)
        self._runbook = Runbook()
        self._launches = 0
        self._counted: Score | None = None
        """The score as it stands; None while nobody has asked for it since the last tick or order."""
        self._recent: deque[tuple[int, int]] = deque([(0, 0)], maxlen=int(LAUNCH_KEPT_SECONDS) + 1)
        """(good, lost) after each of the last whole seconds."""
        self._begin_stage()

    @property
    def over(self) -> bool:
        return self.outcome != "running"

    @property
    def tick(self) -> int:
        return self.ticks

    @property
    def log(self) -> list[LogLine]:
        return self._journal.log

    def after_tick(self) -> bool:
        """A tick of the world has passed; whether the run is over with it."""
        self.ticks = tick = self.world.tick
        self._counted = None
        if tick % TICKS_PER_SECOND == 0:
            self._recent.append((self._score.good, self._score.lost))
            self._earn()
        if self._judge(tick):
            # The world may go on for others: the figures are those of now.
            self._counted = self._score
            return True
        if self._clock.advance(tick):
            self._begin_stage()
        if self._runbook.rules:
            self._follow_rules(tick)
        return False

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
        self.commands.append((self.tick, format_command(command)))
        return None

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

    def growth(self, seconds: float) -> float:
        """Traffic in so many seconds over what it is now, by the forecast."""
        return growth(self.world, self._clock, seconds, self.run)

    @property
    def _score(self) -> Score:
        """Exact, and asked for only where it matters: see World.lost_at_most."""
        if self._counted is None:
            self._counted = self.world.score(self.run)
        return self._counted

    # Orders

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
            return self._runbook.refusal(command, self._has_pool, self.level.unlocked), NOTHING
        if isinstance(command, CancelRule):
            known = self._runbook.has(command.number)
            return None if known else f"there is no rule {command.number}", NOTHING
        refusal = self.world.refusal(command, self.run)
        if refusal:
            return refusal, NOTHING
        told = self.world.quote(command, self.run)
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
                self.world.apply(command, self.run)
                # What is taken away before its minimum was paid is billed at once.
                self._counted = None

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
        self.world.launch(self.run, clock.stage.start)
        self._launches += 1
        self._begin_stage()

    # The runbook

    def _follow_rules(self, tick: int) -> None:
        """Do what the runbook's rules say, effective at the start of the next tick like any command."""
        for rule in self._runbook.due(tick, self._signal):
            self._follow(rule, tick)

    def _follow(self, rule: Rule, tick: int) -> None:
        refusal, quote = self._weigh(rule.when.action)
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
        return self.world.gauge(name, self.run)

    def _has_pool(self, name: str) -> bool:
        return self.world.has_pool(name, self.run)

    # Stages, and the end

    def _begin_stage(self) -> None:
        clock = self._clock
        stage = clock.stage
        self._hear()
        self._purse.grant(stage.grant)
        self._fund()
        self._budget.begin(planned_requests(self.world, stage.start, stage.start + stage.seconds), self._score.lost)
        if len(clock.stages) > 1:
            of = "" if clock.endless else f" of {len(clock.stages)}"
            self._say(0, f"stage {clock.index + 1}{of}: {stage.title or 'more traffic'}")
        if stage.news:
            self._say(0, stage.news)
        if stage.grant and self._purse.given is not None:
            self._say(0, f"${stage.grant:.2f} came in")

    def _earn(self) -> None:
        """What good answers brought comes in once a second."""
        if self._earns:
            self._purse.earn(self._score.good, self._earns)
            self._fund()

    def _judge(self, tick: int) -> bool:
        """Lost, won or neither, after this tick; whether it is over."""
        clock = self._clock
        if tick < clock.last_arrival and not self._may_be_lost():
            return False
        if tick >= clock.last_arrival + tick_at(DRAIN_SECONDS_AT_MOST):
            self.world.close(self.run)
            self._counted = None
        lost, rent = self._score.lost, self._score.cost_micro
        when = clock_text(tick / TICKS_PER_SECOND)
        stage = f", in stage {clock.index + 1}" if len(clock.stages) > 1 else ""
        if self._budget.spent(lost):
            allowed = f"{self._budget.allowed:,} lost requests were allowed"
            self._end("lost", f"the error budget was spent at {when}{stage}: {allowed}")
        elif self._purse.is_empty(rent):
            self._end("lost", f"the purse was empty at {when}{stage}")
        elif tick >= clock.last_arrival and self.world.in_flight(self.run) == 0:
            self._end("won", f"the last request was settled at {when}")
        return self.over

    def _may_be_lost(self) -> bool:
        """Whether a limit may be passed by now; cheap, where the exact score is not."""
        if self._budget.slo > 0 and self._budget.spent(self.world.lost_at_most(self.run)):
            return True
        return self._purse.given is not None and self._purse.is_empty(self.world.cost_at_most(self.run))

    def _fund(self) -> None:
        """Tell the world what its autoscalers may spend."""
        if self._purse.given is not None:
            self.world.fund(self._purse.given - self._purse.setup, self.run)

    def _end(self, outcome: Outcome, reason: str) -> None:
        self.outcome, self.reason = outcome, reason

    # The log

    def _hear(self) -> None:
        self._journal.hear(self.world)

    def _say(self, weight: int, text: str) -> None:
        self._journal.say(self.tick, weight, text)

    def _refused(self, line: str, sentence: str) -> str:
        self._hear()
        self._journal.refused(self.tick, line, sentence)
        return sentence
