"""How much faster than real time a run is verified: a level is played without a screen, kept, and verified."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.bench.levels import chosen
from scalegame.bench.rounds import interleaved, wall_seconds
from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import environment

if TYPE_CHECKING:
    from scalegame.game.level import Level

SEED = 1
ENOUGH = 600
"""Seconds of game time: of a longer level only the beginning is played."""
REPLAY, COMMAND = "replay", "command"


def measure(settings: Settings, progress: Progress) -> Section:
    """Simulated seconds a wall second. Raises BenchError where the run cannot be kept or does not verify."""
    level = chosen(settings)
    progress.begin("verify", settings.repeats + 2)
    with tempfile.TemporaryDirectory(prefix="scalegame-bench-") as folder:
        path = Path(folder) / "bench.run"
        ticks = record(level, path)
        progress.step(f"played {level.id}, {ticks / 10:.0f} s of it")
        taken = interleaved(
            {
                REPLAY: lambda: wall_seconds(lambda: verify_here(path)),
                COMMAND: lambda: wall_seconds(lambda: _verify_by_command(path)),
            },
            settings.repeats,
            lambda turn: progress.step(f"verify, round {turn}"),
        )
    seconds = ticks / 10
    speed = {name: seconds / wall for name, wall in taken.items()}
    names = {REPLAY: "within the programme", COMMAND: "the command, its start included"}
    return Section(
        title="Verifying a run",
        columns=(f"{level.id}, {seconds:,.0f} s of game time", "wall s", "x real time"),
        rows=tuple((names[key], f"{taken[key]:.3f}", f"{speed[key]:,.0f}x") for key in names),
        figures=tuple(
            Figure(f"verify, {names[key]}", speed[key], 200.0, False, plain(0, "x real time")) for key in names
        ),
        data={
            "level": level.id,
            "simulated_seconds": seconds,
            "replay_wall_seconds": taken[REPLAY],
            "command_wall_seconds": taken[COMMAND],
            "replay_times_real_time": speed[REPLAY],
            "command_times_real_time": speed[COMMAND],
        },
    )


def record(level: Level, path: Path) -> int:
    """Play a level to its end, doing nothing, into a run file; the ticks it took."""
    from scalegame.game.recording import Recording, header_of
    from scalegame.game.run_file import header_line
    from scalegame.game.session import Session

    try:
        sink = path.open("xb", buffering=0)
    except OSError as error:
        raise BenchError(f"the run cannot be kept in {path}: {error.strerror or error}") from error
    recording = Recording(sink, path)
    recording.write(header_line(header_of(level, SEED)))
    session = Session(level, SEED, recording, keep_history=False)
    while not session.over and session.tick < 10 * ENOUGH:
        session.step()
    if not session.over:
        recording.end(session.tick, session.result(), session.state())
    if recording.failure:
        raise BenchError(recording.failure)
    return session.tick


def verify_here(path: Path) -> None:
    from scalegame.game.replay import verify
    from scalegame.game.run_file import RunFileError

    try:
        verify(path)
    except RunFileError as error:
        raise BenchError(error.sentence) from error


def _verify_by_command(path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - this very interpreter
        [sys.executable, "-P", "-m", "scalegame", "verify", str(path)],
        env=environment(path.parent),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BenchError(f"the run did not verify: {done.stderr.strip() or done.returncode}")
