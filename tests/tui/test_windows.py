"""What can be said of Windows from here: without the modules and signals that only POSIX has, everything imports, the
game runs, and its driver is Textual's for Windows. Nobody has played it there: the console itself cannot be faked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

PRETEND = """
import asyncio, concurrent.futures, ctypes, ctypes.wintypes, multiprocessing, platform, shutil, signal, subprocess, sys
import concurrent.futures.process, importlib.metadata, logging, multiprocessing.connection, pkgutil, tempfile
import webbrowser, zoneinfo
from unittest.mock import MagicMock
import gymnasium, numpy, platformdirs, pydantic
from platformdirs import user_config_path

# The interpreter itself is no Windows one: what it has loaded of its own stays as it is.
ctypes.WinDLL = MagicMock()
sys.modules["msvcrt"] = MagicMock()
for name in ("termios", "tty", "fcntl", "pty", "resource"):
    sys.modules[name] = None
for name in ("SIGHUP", "SIGTSTP", "SIGCONT", "SIGSTOP", "SIGWINCH", "SIGTTIN", "SIGTTOU"):
    delattr(signal, name)
sys.platform = "win32"
"""

IMPORTS = """
import scalegame.cli, scalegame.game, scalegame.tui
for package in (scalegame.game, scalegame.tui):
    for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        importlib.import_module(module.name)
from scalegame.tui.terminal.driver import SIGNALS, PacedDriver
from textual.drivers.windows_driver import WindowsDriver
assert issubclass(PacedDriver, WindowsDriver)
assert [number.name for number in SIGNALS] == ["SIGTERM"]
print("imported")
"""

PLAYS = """
from scalegame.tui.app import ScalegameApp
from scalegame.tui.terminal.driver import PacedDriver
from scalegame.tui.terminal.flow import QUESTION
from scalegame.tui.cells.glyphs import UNICODE
from scalegame.tui.runs import UnkeptRuns
from scalegame.tui.cells.theme import Depth, Look
from textual import events

async def main():
    look = Look.of(UNICODE, Depth.of({}))
    assert look.depth is Depth.FULL
    app = ScalegameApp("one-box", 3, look, autostart=False, runs=UnkeptRuns())
    assert app.driver_class is PacedDriver
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        await pilot.pause()
        await pilot.press("enter")
        await pilot.pause()
        app.step(20)
        assert app.game.board.snapshot.tick == 20
        await pilot.press("f2", "right", "escape", "f1", "escape", "ctrl+z", "q", "y")
        await pilot.pause()
        assert app.game is None

        driver = PacedDriver(app)
        sent = []
        driver._writer_thread = type("Writer", (), {"write": sent.append})()
        driver.flush = lambda: None
        driver.write("x" * 100)
        assert sent.pop().endswith(QUESTION)
        assert app.flow.outstanding == 1
        driver.process_message(events.CursorPosition(1, 1))
        assert app.flow.outstanding == 0
        before = app.flow.bytes
        driver.write("\u2550" * 100)
        assert app.flow.bytes - before == 300
        assert sent.pop().endswith(QUESTION)
        driver.use_mouse(False)
        assert sent == ["\\x1b[?1000l", "\\x1b[?1003l", "\\x1b[?1015l", "\\x1b[?1006l"]

asyncio.run(main())
print("played")
"""


def pretending(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PRETEND + code], capture_output=True, text=True, check=False, cwd=ROOT, timeout=120
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


def test_without_what_only_posix_has_everything_imports() -> None:
    assert pretending(IMPORTS) == "imported\n"


def test_without_what_only_posix_has_a_level_is_played() -> None:
    assert pretending(PLAYS) == "played\n"
