"""What a rule may watch: the model's figures, and what only the rules of the game know."""

from __future__ import annotations

import re

from scalegame.model.automation.figures import POOL_FIGURES, RUN_FIGURES, Figure

GAME_FIGURES: dict[str, Figure] = {
    "money": Figure("dollars", "what the purse holds; without a purse there is no end of it"),
    "budget": Figure("%", "what is left of the stage's error budget"),
}

_POOL = re.compile(r"[a-z][a-z0-9-]{0,39}")


def figure_of(signal: str) -> Figure | None:
    """What a signal such as app.utilisation or latency.p99 means; None where there is no such."""
    found = RUN_FIGURES.get(signal) or GAME_FIGURES.get(signal)
    if found:
        return found
    pool = pool_of(signal)
    return POOL_FIGURES[signal.rpartition(".")[2]] if pool else None


def pool_of(signal: str) -> str | None:
    """The pool that a signal is of; None where it is of the whole system, or there is no such signal."""
    pool, _, name = signal.rpartition(".")
    return pool if signal not in RUN_FIGURES and name in POOL_FIGURES and _POOL.fullmatch(pool) else None


_CALLED_ELSEWHERE = {
    **dict.fromkeys(("depth", "length", "size", "waiting", "messages"), "messages.waiting"),
    **dict.fromkeys(("age", "oldest", "lag"), "messages.age"),
}
"""What other queues call these two, behind 'queue.' or 'messages.'."""


def called_here(signal: str) -> str:
    """The signal that somebody means by a name from elsewhere, such as queue.depth; the same where none is known."""
    place, _, name = signal.partition(".")
    return _CALLED_ELSEWHERE.get(name, signal) if place in ("queue", "messages") else signal


def examples() -> tuple[str, ...]:
    """Names to tell a player who asked for another."""
    return (*(f"app.{name}" for name in POOL_FIGURES), *RUN_FIGURES, *GAME_FIGURES)
