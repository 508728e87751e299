"""The `:` line: Textual's Input, which brings editing, paste and mouse, with completion by the game's grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

LONGEST = 200
"""Characters; the longest command there is."""


class CommandLine(Input):
    """One line. Tab completes, Up and Down bring back earlier lines, Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False),
        Binding("tab", "complete", "complete", show=False),
        Binding("up", "older", "older", show=False),
        Binding("down", "newer", "newer", show=False),
        # No command has a question mark in it.
        Binding("question_mark", "app.help", "help", show=False, priority=True),
    ]

    class Left(Message):
        """Esc was pressed, or the focus went elsewhere."""

    def __init__(self, candidates: Callable[[str], Sequence[str]], *, name: str) -> None:
        super().__init__(id=name, max_length=LONGEST, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self._candidates = candidates
        self._given: list[str] = []
        self._at = 0

    def remember(self, line: str) -> None:
        """Keep a line for Up."""
        if line and (not self._given or self._given[-1] != line):
            self._given.append(line)
        self._at = len(self._given)

    def action_leave(self) -> None:
        self.post_message(self.Left())

    def action_complete(self) -> None:
        """Complete as far as all candidates agree."""
        lines = list(self._candidates(self.value))
        if not lines:
            return
        common = lines[0]
        for line in lines[1:]:
            while not line.startswith(common):
                common = common[:-1]
        # A lone candidate is a whole word: the next one may start.
        self._show(common + " " if len(lines) == 1 else max(common, self.value, key=len))

    def action_older(self) -> None:
        self._recall(-1)

    def action_newer(self) -> None:
        self._recall(1)

    def _recall(self, step: int) -> None:
        if self._given:
            self._at = min(max(self._at + step, 0), len(self._given))
            self._show(self._given[self._at] if self._at < len(self._given) else "")

    def _show(self, line: str) -> None:
        self.value = line
        self.cursor_position = len(line)

    def on_blur(self) -> None:
        self.post_message(self.Left())
