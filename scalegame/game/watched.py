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


def examples() -> tuple[str, ...]:
    """Names to tell a player who asked for another."""
    return (*(f"app.{name}" for name in POOL_FIGURES), *RUN_FIGURES, *GAME_FIGURES)
