"""How much faster than real time a run is verified: levels are played without a screen, kept, and verified."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.bench.levels import campaign
from scalegame.bench.rounds import interleaved, wall_seconds
from scalegame.bench.section import BenchError, Figure, Progress, Section, Settings, plain
from scalegame.bench.terminal import environment

if TYPE_CHECKING:
    from scalegame.game.level import Level

SEED = 1
ENOUGH = 600
"""Seconds of game time: of a longer level only the beginning is played."""
COMMAND = "the command, its start included"


def measure(settings: Settings, progress: Progress) -> Section:
    """Simulated seconds a wall second, for each level of the campaign and, for the first, as a command of its own.

    Raises BenchError where a run cannot be kept or does not verify.
    """
    levels = campaign(settings)
    # A run is some thousand ticks: it needs fewer rounds than what is over in a moment.
    rounds = (settings.repeats + 1) // 2
    progress.begin("verify", len(levels) + rounds + 1)
    seconds: dict[str, float] = {}
    contenders: dict[str, Callable[[], float]] = {}
    with tempfile.TemporaryDirectory(prefix="scalegame-bench-") as folder:
        for level in levels:
            path = Path(folder) / f"{level.id}.run"
            seconds[level.id] = record(level, path) / 10
            contenders[level.id] = partial(wall_seconds, partial(verify_here, path))
            progress.step(f"played {level.id}, {seconds[level.id]:.0f} s of it")
        first = levels[0].id
        seconds[COMMAND] = seconds[first]
        contenders[COMMAND] = partial(wall_seconds, partial(_verify_by_command, Path(folder) / f"{first}.run"))
        taken = interleaved(contenders, rounds, lambda turn: progress.step(f"round {turn}"))
    speed = {name: seconds[name] / wall for name, wall in taken.items()}
    slowest = min((level.id for level in levels), key=lambda name: speed[name])
    return Section(
        title="Verifying a run",
        columns=("level", "game s", "wall s", "x real time"),
        rows=tuple(
            (
                f"{first}: {COMMAND}" if name == COMMAND else name,
                f"{seconds[name]:,.1f}",
                f"{taken[name]:.3f}",
                f"{speed[name]:,.0f}x",
            )
            for name in contenders
        ),
        figures=(
            Figure(f"verify {slowest}, the slowest", speed[slowest], 200.0, False, plain(0, "x real time")),
            Figure(f"verify {first}, start included", speed[COMMAND], 200.0, False, plain(0, "x real time")),
        ),
        data={
            "levels": [
                {
                    "level": level.id,
                    "simulated_seconds": seconds[level.id],
                    "wall_seconds": taken[level.id],
                    "times_real_time": speed[level.id],
                }
                for level in levels
            ],
            "command": {"level": first, "wall_seconds": taken[COMMAND], "times_real_time": speed[COMMAND]},
        },
    )


def record(level: Level, path: Path) -> int:
    """Play a level by the reference build kept beside it, or by doing nothing, into a run file; the ticks it took."""
    from scalegame.game.recording import Recording, header_of
    from scalegame.game.run_file import header_line
    from scalegame.game.script import read_script
    from scalegame.game.session import Session

    try:
        sink = path.open("xb", buffering=0)
    except OSError as error:
        raise BenchError(f"the run cannot be kept in {path}: {error.strerror or error}") from error
    recording = Recording(sink, path)
    recording.write(header_line(header_of(level, SEED)))
    session = Session(level, SEED, recording, keep_history=False)
    lines = next((proof.commands for proof in level.proofs if proof.reference), ())
    orders = read_script("\n".join(lines), level.id)
    while not session.over and session.tick < 10 * ENOUGH:
        while orders and orders[0].tick <= session.tick:
            session.do(orders.pop(0).line)
        session.step()
    if not session.over:
        recording.end(session.tick, session.result(), session.state())
    if recording.failure:
        raise BenchError(recording.failure)
    return session.tick


def verify_here(path: Path) -> None:
    """Verify a run within this process. Raises BenchError where it does not verify."""
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
