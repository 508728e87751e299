"""The first minute of the first level: one thing to do at a time, and the one control it needs lit.

A task is over when the board shows that it was done, however it was done; Esc ends the tour at any time.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scalegame.tui.desk.board import Board

LAST_WORDS_SECONDS = 12.0
"""Of game time that the closing task stays."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked, which control is lit, and how the board shows that it was done."""

    text: str
    lit: Callable[[Board], str]
    done: Callable[[Board, Guide], bool]


class Guide:
    """Walks through the tasks; writes ``task`` and ``lit`` on the board."""

    def __init__(self) -> None:
        self._at = 0
        self._since = 0.0
        self.looked = False
        """The list of choices was opened since the task began."""
        self.orders = 0
        """Commands taken since the task began."""

    @property
    def over(self) -> bool:
        return self._at >= len(TASKS)

    def skip(self, board: Board) -> None:
        """End the tour."""
        self._at = len(TASKS)
        self.follow(board)

    def follow(self, board: Board) -> None:
        """Go on where the task was done, and light what the current one needs."""
        self.looked = self.looked or board.menu is not None
        while not self.over and TASKS[self._at].done(board, self):
            self._at += 1
            self._since = board.snapshot.seconds
            self.looked, self.orders = board.menu is not None, 0
        if self.over:
            board.task = board.lit = ""
        else:
            board.task, board.lit = TASKS[self._at].text, TASKS[self._at].lit(board)

    def lasted(self, board: Board) -> float:
        """Seconds of game time since the task began."""
        return board.snapshot.seconds - self._since


TASKS = (
    Task(
        "All runs on app-1. Press Space: the doors open, requests come in",
        lambda _: "key space",
        lambda board, _: board.snapshot.tick > 0,
    ),
    Task(
        "Its bar is its cores at work; full means late. Enter: what can be done?",
        lambda board: f"place {board.selected}",
        lambda _, guide: guide.looked or guide.orders > 0,
    ),
    Task(
        "Each shows its price and downtime. Arrows choose, Enter buys, Esc waits",
        lambda _: "inspector",
        lambda board, _: board.menu is None,
    ),
    Task(
        "Quiet? 2 is twice the speed, 1 goes back; trouble does that for you",
        lambda _: "speed",
        lambda board, guide: board.pace.speed > 1 or guide.lasted(board) > LAST_WORDS_SECONDS,
    ),
    Task(
        "Keep the budget bar and the purse above zero. ? has all keys. Over to you",
        lambda _: "topline",
        lambda board, guide: guide.lasted(board) > LAST_WORDS_SECONDS,
    ),
)
"""Each fits a row of 80 cells with its mark."""
