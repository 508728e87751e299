"""Runbooks: rules that play for a player. `when app.utilisation > 85% for 3 do add app 2`.

A rule acts once its condition has held for so long, and again only after the condition was false in between. What it
orders is no line of a run file: whoever plays the run again has the rule, and so what it does.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from scalegame.game.command import When, format_command, is_unlocked, verb_of
from scalegame.game.view import RuleView
from scalegame.game.watched import pool_of
from scalegame.game.words import MACHINE
from scalegame.model.catalogue import MOST_RULES, RULE_RESTS_SECONDS, TICKS_PER_SECOND

_FALSE = -1


@dataclass(slots=True)
class Rule:
    """A line of the runbook as it stands."""

    number: int
    when: When
    since: int = _FALSE
    """The tick since which the condition holds; -1 while it does not."""
    armed: bool = True
    """It has not acted since the condition was last false."""
    acted: int = 0
    """How often its order was taken."""
    refusal: str = ""
    """Why its order was refused while the condition has held; empty where it was not."""

    def watch(self, tick: int, value: float) -> bool:
        """Look at what the rule is about; whether it is to act now. NaN is no value and meets no condition."""
        when = self.when
        holds = value > when.level if when.comparison == ">" else value < when.level
        if not holds:
            self.since, self.armed, self.refusal = _FALSE, True, ""
            return False
        if self.since == _FALSE:
            self.since = tick
        return self.armed and tick - self.since >= when.seconds * TICKS_PER_SECOND

    def done(self) -> None:
        """Its order was taken."""
        self.armed, self.refusal = False, ""
        self.acted += 1

    def refused(self, tick: int, why: str) -> bool:
        """Its order was refused: it tries again after its time, if the condition holds on. Whether it is the first."""
        rest = max(0.0, RULE_RESTS_SECONDS - self.when.seconds)
        self.since = tick + round(rest * TICKS_PER_SECOND)
        news = not self.refusal
        self.refusal = why
        return news


class Runbook:
    """The rules of a session, numbered from 1 in the order in which they were given."""

    def __init__(self) -> None:
        self.rules: list[Rule] = []
        self._given = 0

    def add(self, when: When) -> None:
        self._given += 1
        self.rules.append(Rule(self._given, when))

    def has(self, number: int) -> bool:
        return any(rule.number == number for rule in self.rules)

    def refusal(self, when: When, has_pool: Callable[[str], bool], unlocked: Collection[str] | None) -> str | None:
        """Why a rule is not taken, in a sentence."""
        pool = pool_of(when.signal)
        if pool is not None and not has_pool(pool):
            return (
                f"{pool} is one machine: a rule watches a pool"
                if MACHINE.fullmatch(pool)
                else f"there is no pool {pool}"
            )
        verb = verb_of(when.action)
        if not is_unlocked(verb, unlocked):
            return f"{verb.name} comes in a later level, for rules too"
        same = next((rule.number for rule in self.rules if rule.when == when), None)
        if same:
            return f"rule {same} says so already"
        if len(self.rules) >= MOST_RULES:
            return f"{MOST_RULES} rules are the most; cancel rule {self.rules[0].number} makes room"
        return None

    def views(self, tick: int) -> tuple[RuleView, ...]:
        """How the rules stand, for a screen."""
        return tuple(
            RuleView(
                rule.number,
                format_command(rule.when),
                max(0, tick - rule.since) / TICKS_PER_SECOND if rule.since != _FALSE else 0.0,
                rule.armed,
                rule.acted,
                rule.refusal,
            )
            for rule in self.rules
        )

    def remove(self, number: int) -> None:
        self.rules = [rule for rule in self.rules if rule.number != number]

    def due(self, tick: int, read: Callable[[str], float]) -> Iterator[Rule]:
        """Those that are to act now, in their order. ``read`` gives a signal's value, before any of them has acted."""
        due = [rule for rule in self.rules if rule.watch(tick, read(rule.when.signal))]
        return (rule for rule in due if rule in self.rules)

    def copy(self) -> Runbook:
        other = Runbook()
        other.rules, other._given = [copy.copy(rule) for rule in self.rules], self._given
        return other

    def state(self) -> tuple[object, ...]:
        """All that the next ticks depend on, for the hash."""
        rules = [(rule.number, format_command(rule.when), rule.since, rule.armed, rule.acted) for rule in self.rules]
        return self._given, rules
