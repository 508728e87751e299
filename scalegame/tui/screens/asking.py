"""The part of the board that asks what if: X-ray, whose two futures are stepped in a thread beside the screen."""

from __future__ import annotations

from textual.worker import get_current_worker

from scalegame.tui.desk.lookout import Experiment, look_ahead, target
from scalegame.tui.screens.typing import TypingScreen


class AskingScreen(TypingScreen):
    """A board that can look ahead."""

    def action_xray(self) -> None:
        """Ask what would happen without the selected machine. The world is copied here, and stepped beside the
        screen; another press asks anew."""
        board = self.board
        machine = target(board)
        if board.session.over or machine is None:
            why_not = "the level is over" if board.session.over else f"{board.selected}: pick one machine for X-ray"
            self._say(why_not, 4)
        else:
            board.close_menu()
            try:
                experiment = board.xray = board.session.xray(machine)
            except KeyError:
                self._say(f"{machine} is gone", 4)
            else:
                self.run_worker(lambda: self._look_ahead(experiment), thread=True, exclusive=True, group="xray")
        self._changed()

    def _look_ahead(self, experiment: Experiment) -> None:
        """In a thread of its own."""
        worker = get_current_worker()
        if look_ahead(experiment, lambda: worker.is_cancelled):
            self.app.call_from_thread(self._changed)

    def on_unmount(self) -> None:
        self.forget_xray()

    def _end(self) -> None:
        self.forget_xray()
        super()._end()

    def forget_xray(self) -> None:
        """Nobody wants the answer any more."""
        self.workers.cancel_group(self, "xray")
        self.board.xray = None
