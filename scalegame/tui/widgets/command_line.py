"""The `:` line: Textual's Input, which brings editing, paste and mouse, with completion by the game's grammar."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.suggester import Suggester
from textual.widgets import Input

from scalegame.game.command import LONGEST_LINE


class CommandLine(Input):
    """One line. Tab completes as far as all candidates agree, then goes through them; Right takes the ghost; Up and
    Down bring back earlier lines that begin as this one does; Esc leaves, and keeps nothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "complete(1)", "complete", show=False),
        Binding("shift+tab", "complete(-1)", "complete", show=False),
        Binding("up", "recall(-1)", "older", show=False),
        Binding("down", "recall(1)", "newer", show=False),
        # No command has a question mark in it.
        Binding("question_mark", "app.help", "help", show=False, priority=True),
    ]

    def __init__(
        self,
        candidates: Callable[[str], Sequence[str]],
        give: Callable[[str], None],
        leave: Callable[[], None],
        given: list[str],
        *,
        name: str,
    ) -> None:
        """``give`` takes what Enter was pressed on, ``leave`` is called when nothing more is typed. Both at once and
        not as messages: a key behind Enter is the board's own. ``given``: earlier lines, new ones are added to them."""
        super().__init__(
            id=name, max_length=LONGEST_LINE, compact=True, select_on_focus=False, suggester=_Ghost(candidates)
        )
        self.cursor_blink = False
        self._candidates = candidates
        self._give = give
        self._leave = leave
        self._given = given
        self._found: list[str] = []
        """The lines that Tab goes through; empty while it does not."""
        self.at: int | None = None
        """Which of them stands in the line."""
        self._sought: str | None = None
        """What was typed before Up brought back another line."""
        self._back = 0
        """How many of the lines that begin so lie between."""
        self._shown = ""
        """The last line that was put in by a key of ours: another one was typed."""

    def begin(self) -> None:
        """An empty line, nothing sought."""
        self._forget()
        self.value = ""

    async def _on_key(self, event: events.Key) -> None:
        """Enter and Esc act at once and not as bindings, which come behind whatever was typed ahead; a key that was on
        its way here as the line closed is the board's."""
        if self.display and not self.takes(event):
            await super()._on_key(event)
            return
        event.stop()
        event.prevent_default()
        if self.display:
            await self.take(event)
        else:
            self.screen.post_message(events.Key(event.key, event.character))

    def takes(self, event: events.Key) -> bool:
        """Whether a key is one that the line takes at once."""
        return event.is_printable or event.key in ("enter", "escape")

    async def take(self, event: events.Key) -> None:
        if event.key == "enter":
            await self.action_submit()
        elif event.key == "escape":
            self.action_leave()
        else:
            await super()._on_key(event)

    async def action_submit(self) -> None:
        line = self.value.strip()
        self._leave()
        if line:
            if line in self._given:
                self._given.remove(line)
            self._given.append(line)
            self._give(line)

    def typed(self, line: str) -> bool:
        """Whether a line came from the player's hand: then what Tab and Up went through is over."""
        if line == self._shown:
            return False
        self._forget()
        return True

    def _forget(self) -> None:
        self._found, self.at, self._sought, self._back, self._shown = [], None, None, 0, ""

    def action_leave(self) -> None:
        self._leave()

    def action_complete(self, step: int) -> None:
        """Complete as far as all candidates agree; where they do not, put in one after another."""
        if self.at is not None:
            self.choose((self.at + step) % len(self._found))
            return
        found = list(self._candidates(self.value))
        if not found:
            return
        common = _common(found)
        if len(found) == 1:
            self._put(f"{common} ")
            self._forget()
        elif len(common) > len(self.value):
            self._put(common)
            self._forget()
        else:
            self._found = found
            self.choose(0 if step > 0 else len(found) - 1)

    def choose(self, index: int) -> None:
        """Put a candidate in."""
        self._found = self._found or list(self._candidates(self.value))
        if index < len(self._found):
            self.at = index
            # A whole word: the next one may start.
            self._put(f"{self._found[index]} ")

    def action_recall(self, step: int) -> None:
        """The line before, or after, that begins with what was typed."""
        if self._sought is None:
            self._forget()
            self._sought = self.value
        lines = [line for line in reversed(self._given) if line.lower().startswith(self._sought.lower().strip())]
        self._back = min(max(self._back - step, 0), len(lines))
        self._put(lines[self._back - 1] if self._back else self._sought)

    def _put(self, line: str) -> None:
        self._shown = line
        self.value = line
        self.cursor_position = len(line)

    def on_blur(self) -> None:
        self._leave()


def _common(lines: Sequence[str]) -> str:
    """How all of them begin."""
    first, last = min(lines), max(lines)
    length = next((at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other), len(first))
    return first[:length]


class _Ghost(Suggester):
    """What Right would add, faint behind the cursor: the first candidate."""

    def __init__(self, candidates: Callable[[str], Sequence[str]]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._candidates = candidates

    async def get_suggestion(self, value: str) -> str | None:
        found = self._candidates(value)
        return found[0] if found and found[0].startswith(value) and found[0] != value else None
