"""The platform's own driver of Textual, with three things more: it counts frames and answers, it survives a terminal
that hangs up, and it takes the mouse and gives it back while the game goes on.

It leans on a few of the drivers' own names (``_file``, ``run_input_thread``); textual is pinned to one minor for that.
On Windows there is neither a terminal that hangs up nor a signal for it; what is left is the same.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from typing import IO, TYPE_CHECKING, cast

from textual import events

if sys.platform == "win32":
    from textual.drivers.windows_driver import WindowsDriver as PlatformDriver
else:
    from textual.drivers.linux_driver import LinuxDriver as PlatformDriver

from scalegame.tui.terminal.flow import QUESTION

if TYPE_CHECKING:
    from io import TextIOWrapper

    from textual.message import Message

    from scalegame.tui.app import ScalegameApp

SMALLEST_FRAME = 64
"""Characters. Shorter writes switch modes or move the cursor; they cannot stall a link and are not asked after."""

SIGNALS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name))
"""What asks the game to leave; Windows knows no SIGHUP."""
HUNG_UP = 128 + 1
"""The exit status after a terminal that is gone: SIGHUP is 1 everywhere it is known."""


class HangUpSafe:
    """A file whose writes are dropped once its terminal is gone, so that the game can still leave in order."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._gone = False

    def write(self, text: str) -> int:
        if not self._gone:
            try:
                return self._file.write(text)
            except (OSError, ValueError):
                self._let_go()
        return len(text)

    def flush(self) -> None:
        if not self._gone:
            try:
                self._file.flush()
            except (OSError, ValueError):
                self._let_go()

    def _let_go(self) -> None:
        self._gone = True
        # What is still buffered would fail once more when the interpreter ends, and turn the exit status into 120.
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self._file.fileno())
            os.close(nowhere)

    def fileno(self) -> int:
        return self._file.fileno()

    def isatty(self) -> bool:
        return not self._gone and self._file.isatty()


class PacedDriver(PlatformDriver):
    """The driver of the game; its app is a ScalegameApp."""

    def __init__(
        self, app: ScalegameApp, *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._game = app
        if self._file is not None:
            self._file = cast("TextIOWrapper", HangUpSafe(self._file))

    def write(self, data: str) -> None:
        if len(data) < SMALLEST_FRAME:
            super().write(data)
        else:
            # The link carries bytes, and a character of the game's takes three.
            size = len(data.encode(errors="replace"))
            super().write(data + QUESTION if self._game.flow.sent(size) else data)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.CursorPosition):
            self._game.flow.answered()
            return
        super().process_message(message)

    def use_mouse(self, on: bool) -> None:
        """Ask the terminal for the mouse, or give it back, while the game goes on."""
        if on != self._mouse:
            # Each of the two does nothing unless the mouse is said to be in use.
            self._mouse = True
            if on:
                self._enable_mouse_support()
            else:
                self._disable_mouse_support()
            self._mouse = on

    def resume_application_mode(self) -> None:
        self._game.flow.forget()
        super().resume_application_mode()

    def run_input_thread(self) -> None:
        """Of the Linux driver only; on Windows nobody calls it."""
        try:
            super().run_input_thread()
        except OSError:
            # The terminal is gone and nobody sent SIGHUP (nohup, some multiplexers): leave as if it had come.
            self._loop.call_soon_threadsafe(self._game.leave, HUNG_UP)
