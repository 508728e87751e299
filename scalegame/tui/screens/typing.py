"""The part of the board that types: the `:` line in the message row's place, what it comes to beneath it, what could
follow in the inspector's place."""

from __future__ import annotations

from textual import events, on
from textual.widgets import Input

from scalegame.tui.desk.suggesting import suggestions, weigh_line
from scalegame.tui.screens.playing import PlayingScreen
from scalegame.tui.widgets.command_line import CommandLine


class TypingScreen(PlayingScreen):
    """A board with a command line that is shown while it is typed in."""

    _input: CommandLine

    def action_command(self) -> None:
        self.board.close_menu()
        self._input.begin()
        self._input.display = True
        self._panels["message"].display = False
        # At once: the next key is a letter of the line already.
        self.set_focus(self._input, scroll_visible=False)
        self._weigh("")
        self._changed()

    def _weigh(self, line: str, *, typed: bool = True) -> None:
        """Say what the line would come to, and how it could go on from what the player ``typed``."""
        board = self.board
        board.typing = weigh_line(board, line)
        if typed:
            board.suggestions = suggestions(board, line)
        board.suggested = self._input.at

    @on(Input.Changed, "#command")
    def _typed(self, event: Input.Changed) -> None:
        if self._input.display:
            typed = self._input.typed(event.value)
            self._weigh(event.value, typed=typed or self._input.at is None)
            self._panels["keys"].repaint()
            self._panels["inspector"].repaint()

    def _price(self) -> None:
        super()._price()
        if self.board.typing is not None:
            self._weigh(self._input.value, typed=self._input.at is None)

    def _close_command(self) -> None:
        if self._input.display:
            self.board.typing, self.board.suggestions, self.board.suggested = None, (), None
            self._input.display = False
            self._panels["message"].display = True
            self.set_focus(None)
            self._changed()

    async def types(self, event: events.Key) -> bool:
        """Whether a key begins a command, or is meant for the line. No binding does this: it would come behind the
        letters that were typed ahead."""
        if self.focused is self._input:
            if self._input.takes(event):
                # It was on its way here as the line opened.
                event.stop()
                event.prevent_default()
                await self._input.take(event)
            return True
        if event.character in (":", "/"):
            event.stop()
            event.prevent_default()
            self.action_command()
            return True
        return False
