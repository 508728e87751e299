"""X-ray on the board: which machine is meant, and the stepping of the experiment beside the screen."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from scalegame.model.catalogue import TICKS_PER_SECOND

if TYPE_CHECKING:
    from scalegame.game.xray import Finding
    from scalegame.tui.desk.board import Board

FADES_SECONDS, GONE_SECONDS = 15.0, 60.0
"""Of game time: an answer is about the moment that was asked about, and the world goes on."""
BREATH_SECONDS = 0.0005
"""Between two ticks, for the thread that draws."""


class Experiment(Protocol):
    """game.xray.XRay, or a stand-in."""

    @property
    def machine(self) -> str: ...
    @property
    def tick(self) -> int: ...
    @property
    def done(self) -> float: ...
    @property
    def finding(self) -> Finding | None: ...
    def step(self) -> bool: ...


def target(board: Board) -> str | None:
    """The machine that is selected, or the only one of the selected pool; None where it is not clear which is meant."""
    if board.machine(board.selected) is not None:
        return board.selected
    machines = board.machines(board.selected)
    return machines[0].name if len(machines) == 1 else None


def look_ahead(
    experiment: Experiment, cancelled: Callable[[], bool], rest: Callable[[float], None] = time.sleep
) -> bool:
    """Step until there is an answer, or nobody wants it any more; whether there is one. Runs beside the screen: each
    tick ends with a breath, in which the drawing thread gets the interpreter."""
    while not cancelled():
        if not experiment.step():
            return True
        rest(BREATH_SECONDS)
    return False


def seen(board: Board) -> Experiment | None:
    """The experiment that the selected place has something to say about; None where there is none, or it is too old to
    mean anything."""
    experiment = board.xray
    if experiment is None or target(board) != experiment.machine or age(board, experiment) > GONE_SECONDS:
        return None
    return experiment


def age(board: Board, experiment: Experiment) -> float:
    """Seconds of game time since the moment it is about."""
    return (board.snapshot.tick - experiment.tick) / TICKS_PER_SECOND
