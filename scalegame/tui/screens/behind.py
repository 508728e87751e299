"""A page behind whose back something is played: its footer says how far it is, and Esc stops it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from textual.message import Message
from textual.screen import Screen
from textual.worker import Worker, get_current_worker

from scalegame.tui.widgets.page_foot import PageFoot

BREATH_SECONDS = 0.0005
"""Between two portions, for the thread that draws."""
TOLD_SHARE = 0.02
"""How much more has to be done before it is worth a word."""

Heard = Callable[[float], bool]
"""Told the share that is done, 0..1; says whether to go on."""
Answer = TypeVar("Answer")


class BehindScreen(Screen[None]):
    """At most one thing is under way at a time."""

    foot: PageFoot

    class Told(Message):
        """How much of it is done."""

        def __init__(self, worker: Worker[None], share: float) -> None:
            super().__init__()
            self.worker = worker
            self.share = share

    class Ended(Message):
        """It is done to the end; ``then`` takes what came of it."""

        def __init__(self, worker: Worker[None], then: Callable[[], None]) -> None:
            super().__init__()
            self.worker = worker
            self.then = then

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name for it
        super().__init__(id=id)
        self._playing: Worker[None] | None = None
        self._what = ""
        self._answer: Callable[[], None] | None = None

    def offer_keys(self) -> None:
        """Show the keys in the footer."""
        raise NotImplementedError

    def behind(self, what: str, play: Callable[[Heard], Answer | None], then: Callable[[Answer], None]) -> None:
        """Do ``play`` in a thread, unless something is under way, and ``then`` with what it gives, here; None gives
        nothing. ``what`` is said meanwhile."""
        if self._playing is not None:
            return
        self._what = what
        self.foot.tell(what, 0.0)
        self._playing = self.run_worker(lambda: self._play(play, then), thread=True, exclusive=True, group="behind")

    def stop(self) -> bool:
        """Stop what is under way; whether anything was."""
        if self._playing is None:
            return False
        self._playing.cancel()
        self._over()
        return True

    def _play(self, play: Callable[[Heard], Answer | None], then: Callable[[Answer], None]) -> None:
        """In a thread of its own. Only messages go back: a thread that waited for the screen would hold up its end."""
        worker = get_current_worker()
        told = 0.0

        def heard(share: float) -> bool:
            nonlocal told
            if share >= told + TOLD_SHARE:
                told = share
                self.post_message(self.Told(worker, share))
            time.sleep(BREATH_SECONDS)
            return not worker.is_cancelled

        answer = play(heard)
        if answer is not None:
            self.post_message(self.Ended(worker, lambda: then(answer)))

    def on_behind_screen_told(self, event: Told) -> None:
        if event.worker is self._playing:
            self.foot.tell(self._what, event.share)

    def on_behind_screen_ended(self, event: Ended) -> None:
        # What was stopped at its very end is stopped.
        if event.worker is self._playing:
            self._answer = event.then
            self._give_answer()

    def on_screen_resume(self) -> None:
        self._give_answer()

    def _give_answer(self) -> None:
        """Who reads something else meanwhile is not called away from it: the answer waits for them here."""
        answer = self._answer
        if answer is not None and self.app.screen is self:
            self._over()
            answer()

    def _over(self) -> None:
        self._playing = self._answer = None
        self.offer_keys()
