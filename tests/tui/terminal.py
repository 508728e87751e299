"""A pseudo-terminal with a player at it: starts the game, answers what terminals answer, counts bytes, and knows what
stands on the screen: only what changed is sent, so what was sent says little."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

import pyte

from scalegame.bench.terminal import ANSWER, QUESTION, said_text

ROOT = Path(__file__).resolve().parents[2]


class Terminal:
    """A game in a terminal of its own. ``answers`` is whether it answers cursor position requests."""

    def __init__(
        self,
        arguments: Sequence[str],
        state: Path,
        *,
        size: tuple[int, int] = (120, 40),
        answers: bool = True,
        **environment: str,
    ) -> None:
        self.answers = answers
        self.output = b""
        self._answered = 0
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._shown = 0
        self._master, slave = pty.openpty()
        self.resize(*size)
        plain = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        plain |= {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
        plain |= {"XDG_STATE_HOME": str(state), "XDG_CONFIG_HOME": str(state / "config")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "scalegame", *arguments],
            stdin=slave, stdout=slave, stderr=slave, env=plain | environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - its controlling terminal, for SIGHUP
        )  # fmt: skip
        os.close(slave)

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._screen.resize(rows, columns)

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def watch(self, seconds: float) -> int:
        """Read for so long; returns the bytes that came."""
        before = len(self.output)
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and self._read(left):
            pass
        return len(self.output) - before

    def until(self, text: str, seconds: float = 20.0) -> None:
        """Read until ``text`` stands on the screen; AssertionError after ``seconds``."""
        end = time.monotonic() + seconds
        while text not in self.screen():
            left = end - time.monotonic()
            assert left > 0, f"no {text!r} on\n{self.screen()}"
            assert self._read(left) or text in self.screen(), f"ended without {text!r}: {self.text()[-2000:]!r}"

    def screen(self) -> str:
        """The screen as it stands, row by row."""
        self._stream.feed(self.output[self._shown :])
        self._shown = len(self.output)
        return "\n".join(self._screen.display)

    def attributes(self) -> set[str]:
        """The colours and attributes of all cells that are not blank, by pyte's names."""
        self.screen()
        found: set[str] = set()
        for row in self._screen.buffer.values():
            for cell in row.values():
                if cell.data.strip():
                    found |= {cell.fg, cell.bg}
                    found |= {name for name in ("bold", "reverse", "underscore") if getattr(cell, name)}
        return found

    def text(self) -> str:
        """All that was sent, without escape sequences."""
        return said_text(self.output)

    def wait(self, seconds: float = 15.0) -> int:
        """Read to the end; the exit status, negative for a signal."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self._read(0.1)
        self.watch(0.1)
        return self.process.wait(1.0)

    def hang_up(self) -> None:
        """The terminal goes away."""
        os.close(self._master)
        self._master = -1

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self._master >= 0:
            os.close(self._master)

    def _read(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._master], [], [], max(seconds, 0.0))
        if not ready:
            return self.process.poll() is None
        try:
            data = os.read(self._master, 65536)
        except OSError:
            return False
        self.output += data
        asked = self.output.count(QUESTION)
        if self.answers and asked > self._answered:
            with contextlib.suppress(OSError):
                os.write(self._master, ANSWER * (asked - self._answered))
        self._answered = asked
        return bool(data)
