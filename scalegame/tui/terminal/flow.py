"""Draw no faster than the terminal reads.

After each frame the driver asks the terminal where its cursor is (``ESC[6n``). The terminal answers in the order of
what it reads, so an answer says that the frame before it has arrived. While two frames are on their way nothing new is
drawn and the game goes on: on a slow link a key is answered within one frame instead of behind a queue of stale ones.
"""

from __future__ import annotations

from collections.abc import Callable

QUESTION = "\x1b[6n"
"""Cursor position request (ECMA-48 DSR 6)."""

MOST_OUTSTANDING = 2
PATIENCE_SECONDS = 2.0
"""A terminal that has not answered its first question by then never will."""
LOST_SECONDS = 8.0
"""An answer that is missing for so long was lost (a detached multiplexer, a typed-ahead line): ask anew."""
BUDGET_BYTES_A_SECOND = 20_000
"""For terminals that never answer: what a poor mobile link still carries."""


class FlowControl:
    """Counts frames sent and answers come back. ``clock`` gives seconds; called from the app's and the input thread,
    where single assignments are enough."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._outstanding = 0
        self._ever_answered = False
        self._first_question: float | None = None
        self._waiting_since = 0.0
        self._allowance = float(BUDGET_BYTES_A_SECOND)
        self._filled_at = clock()
        self.frames = 0
        self.bytes = 0

    @property
    def answers(self) -> bool:
        """Whether this terminal answers; True until it is shown that it does not."""
        if self._ever_answered or self._first_question is None:
            return True
        return self._clock() - self._first_question < PATIENCE_SECONDS

    @property
    def outstanding(self) -> int:
        return self._outstanding

    def sent(self, size: int) -> bool:
        """A frame of ``size`` bytes was written; returns whether to ask the question behind it."""
        now = self._clock()
        self.frames += 1
        self.bytes += size
        if not self.answers:
            self._refill(now)
            self._allowance -= size
            return False
        if self._first_question is None:
            self._first_question = now
        if self._outstanding == 0:
            self._waiting_since = now
        self._outstanding += 1
        return True

    def answered(self) -> None:
        """An answer came."""
        self._ever_answered = True
        self._waiting_since = self._clock()
        if self._outstanding > 0:
            self._outstanding -= 1

    def forget(self) -> None:
        """The terminal was away (suspended, resized by another client): nothing is on its way any more."""
        self._outstanding = 0

    def may_draw(self) -> bool:
        """Whether a frame sent now would be read soon."""
        now = self._clock()
        if not self.answers:
            self._refill(now)
            return self._allowance > 0
        if self._outstanding < MOST_OUTSTANDING:
            return True
        if self._ever_answered and now - self._waiting_since > LOST_SECONDS:
            self._outstanding = 0
            return True
        return False

    def _refill(self, now: float) -> None:
        gained = (now - self._filled_at) * BUDGET_BYTES_A_SECOND
        self._allowance = min(self._allowance + gained, float(BUDGET_BYTES_A_SECOND))
        self._filled_at = now
