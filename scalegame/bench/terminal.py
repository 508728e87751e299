"""A terminal for measurements: starts a programme in a pty, reads all it draws, answers as a terminal does, counts.

What is drawn is read the moment it comes, so that a programme is never slowed down by its terminal, unless a slow link
is asked for.
"""

from __future__ import annotations

import contextlib
import math
import os
import re
import select
import signal
import struct
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import scalegame
from scalegame.bench.section import HOW_TO_GET, BenchError

COLUMNS, ROWS = 120, 40
ALTERNATE_SCREEN = b"\x1b[?1049h"
QUESTION = b"\x1b[6n"
"""Where is the cursor (DSR 6)? The game asks after each frame."""
ANSWER = b"\x1b[1;1R"

SLOW_PIECE = 256
"""Bytes that a slow link carries at once."""

Output = bytes | bytearray

_CONTROL = re.compile(
    rb"\x1b(?:"
    rb"\[[0-?]*[ -/]*(?:[@-~]|$)"  # CSI: parameters, intermediates, a final byte
    rb"|\][^\x07\x1b]*(?:\x07|\x1b\\|\x1b?$)"  # OSC, up to BEL or ST
    rb"|[PX^_][^\x1b]*(?:\x1b\\|\x1b?$)"  # DCS, SOS, PM, APC, up to ST
    rb"|[ -/]*(?:[0-~]|$)"  # two characters, or a character set
    rb")"
)
"""A control sequence of ECMA-48, or the beginning of one at the end of what was read."""

_FOREIGN = ("NO_COLOR", "COLORTERM", "COLUMNS", "LINES", "PYTHONDONTWRITEBYTECODE")
"""Of the caller's environment: what describes another terminal, or keeps programmes from being byte-compiled."""


def drawn_text(output: Output) -> str:
    """What can be seen of a programme's output once it has switched to the alternate screen, without control sequences;
    empty before that."""
    _, _, drawn = output.partition(ALTERNATE_SCREEN)
    return said_text(drawn)


def said_text(output: Output) -> str:
    """All that was sent, without control sequences."""
    return _CONTROL.sub(b"", output).decode("utf-8", "replace")


def is_painted(output: Output) -> bool:
    """Whether anything but blanks stands on the alternate screen: the first paint."""
    return any(sign.isprintable() and not sign.isspace() for sign in drawn_text(output))


def questions_in(before: Output, data: bytes) -> int:
    """Questions that end in ``data``, read after ``before``: one may be cut in two by the read."""
    return bytes(before[1 - len(QUESTION) :] + data).count(QUESTION)


class Terminal:
    """``python -m MODULE ARGUMENTS`` in a terminal of 120x40 with 256 colours, its runs and settings in ``state``."""

    def __init__(self, module: str, arguments: Sequence[str], state: Path, *, bytes_a_second: float = math.inf) -> None:
        """``bytes_a_second`` is what the link to it carries. Raises BenchError where there are no ptys."""
        try:
            import pty
        except ImportError as error:
            raise BenchError("a pseudo-terminal is needed, and this system has none") from error
        command = [sys.executable, "-P", "-m", module, *arguments]
        variables = environment(state)
        self.output = bytearray()
        self.questions = 0
        """Frames, as the game tells them: it asks once a frame."""
        self.ended = False
        """The programme is gone: nothing more will come."""
        self._link = bytes_a_second
        self._carried_at = time.perf_counter()
        sys.stdout.flush()
        sys.stderr.flush()
        self.started = time.perf_counter()
        """On the clock of time.perf_counter."""
        self.pid, self._master = pty.fork()
        if self.pid == 0:
            _become(command, variables)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def press(self, keys: str) -> None:
        os.write(self._master, keys.encode())

    def until(self, seen: Callable[[bytearray], bool], what: str, seconds: float = 30.0) -> float:
        """Read until ``seen`` of all output; wall seconds from the start of the programme to the read that showed it.

        Raises BenchError, naming ``what``, where it ends or ``seconds`` pass before.
        """
        give_up = time.perf_counter() + seconds
        while not seen(self.output):
            left = give_up - time.perf_counter()
            if self.ended or left <= 0:
                how = "ended" if self.ended else f"ran for {seconds:.0f} s"
                said = " ".join(said_text(self.output).split())[-200:]
                raise BenchError(f"the programme {how} without {what}; it said: {said or 'nothing'}")
            self._read(left)
        return time.perf_counter() - self.started

    def watch(self, seconds: float) -> None:
        """Read for so long."""
        end = time.perf_counter() + seconds
        while not self.ended and (left := end - time.perf_counter()) > 0:
            self._read(left)

    def cpu_seconds(self) -> float:
        """CPU seconds (user and system, all threads) of the programme so far, to a hundredth.

        Raises BenchError where the system does not tell (it is read from /proc).
        """
        try:
            after_name = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError as error:
            raise BenchError("the CPU time of another process is read from /proc, which is not here") from error
        user, system = int(after_name[11]), int(after_name[12])
        return (user + system) / os.sysconf("SC_CLK_TCK")

    def resident_megabytes(self) -> float:
        """Memory of the programme that is in RAM now (VmRSS). Raises BenchError where the system does not tell."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text("ascii")
        except OSError as error:
            raise BenchError("the memory of another process is read from /proc, which is not here") from error
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def halt(self) -> None:
        """Stop the programme where it stands, so that it does not disturb others, until ``go``."""
        os.kill(self.pid, signal.SIGSTOP)

    def go(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End the programme at once, if it has not ended."""
        if self._master < 0:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._master)
        self._master = -1

    def _read(self, seconds: float) -> None:
        most = 1 << 16
        if math.isfinite(self._link):
            # A piece is there once the link has carried it.
            most = SLOW_PIECE
            wait = self._carried_at + SLOW_PIECE / self._link - time.perf_counter()
            if wait > 0:
                time.sleep(min(wait, seconds))
                if wait > seconds:
                    return
        ready, _, _ = select.select([self._master], [], [], seconds)
        if not ready:
            return
        try:
            data = os.read(self._master, most)
        except OSError:  # Linux: the other end is closed
            data = b""
        if not data:
            self.ended = True
            return
        if math.isfinite(self._link):
            # An idle link saves nothing up.
            self._carried_at = max(
                self._carried_at + len(data) / self._link, time.perf_counter() - SLOW_PIECE / self._link
            )
        asked = questions_in(self.output, data)
        self.output += data
        self.questions += asked
        if asked:
            with contextlib.suppress(OSError):
                os.write(self._master, ANSWER * asked)


class Seen:
    """What stands on a terminal's screen, by pyte, which reads control sequences as a terminal does."""

    def __init__(self) -> None:
        """Raises BenchError where pyte is not installed."""
        try:
            import pyte
        except ImportError as error:
            raise BenchError(f"pyte is not installed, which reads the screen ({HOW_TO_GET})") from error
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.ByteStream(self._screen)
        self._fed = 0

    def rows(self, terminal: Terminal) -> list[str]:
        """The rows of the screen after all that was read."""
        self._stream.feed(bytes(terminal.output[self._fed :]))
        self._fed = len(terminal.output)
        rows: list[str] = self._screen.display
        return rows


def environment(state: Path) -> dict[str, str]:
    """The caller's environment with a plain 256-colour terminal and this very scalegame, all it keeps in ``state``."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in _FOREIGN and not name.startswith(("TEXTUAL", "SCALEGAME"))
    }
    here = str(Path(scalegame.__file__).resolve().parent.parent)
    path = os.pathsep.join([here, *filter(None, [kept.get("PYTHONPATH", "")])])
    return kept | {
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
        "XDG_STATE_HOME": str(state),
        "XDG_CONFIG_HOME": str(state),
        "PYTHONPATH": path,
    }


def _become(command: list[str], environment: dict[str, str]) -> None:
    """In the child: set the size of the window, and become the programme."""
    import fcntl
    import termios

    try:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        os.execve(command[0], command, environment)  # noqa: S606 - this very interpreter, no shell
    finally:
        os._exit(127)
