"""Many runs of one level in lock-step, with different seeds and builds, against one run after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.bench.dispatches import calls_of_a_tick
from scalegame.bench.rounds import cpu_seconds, interleaved
from scalegame.bench.section import Figure, Progress, Section, Settings, plain
from scalegame.bench.service import Service

if TYPE_CHECKING:
    from scalegame.model.world import World

RUNS = 256
RATE = 10_000.0
"""Requests a second."""
WARM_TICKS = 64
TICKS = 128
"""Of a repeat: whole blocks of what the world draws ahead."""
BUILDS = 4
"""Different numbers of app machines among the runs."""


def measure(settings: Settings, progress: Progress) -> Section:
    """Microseconds of CPU that a tick of a run takes, alone and among others."""
    progress.begin("runs in lock-step", settings.repeats + 1)
    alone, together = _world(1), _world(RUNS)
    taken = interleaved(
        {
            "alone": lambda: cpu_seconds(lambda: _step(alone)),
            "together": lambda: cpu_seconds(lambda: _step(together)),
        },
        settings.repeats,
        lambda turn: progress.step(f"lock-step, round {turn}"),
    )
    one = 1e6 * taken["alone"] / TICKS
    each = 1e6 * taken["together"] / TICKS / RUNS
    calls = calls_of_a_tick(alone)
    return Section(
        title=f"A tick of a run at {RATE:,.0f} requests/s, one by one and {RUNS} in lock-step",
        columns=("runs", "CPU us a run's tick", "numpy calls a tick"),
        rows=(("1", f"{one:.1f}", f"{calls:.0f}"), (f"{RUNS}", f"{each:.1f}", "-")),
        figures=(
            Figure(f"{RUNS} runs in lock-step : one by one", one / each, 20.0, False, plain(1, "x faster a run")),
        ),
        data={"runs": RUNS, "alone_tick_cpu_us": one, "together_tick_cpu_us": each, "calls_a_tick": calls},
    )


def _world(runs: int) -> World:
    """The runs have seeds of their own and, after the first, up to BUILDS - 1 machines more."""
    from scalegame.model.orders import Add
    from scalegame.model.world import World

    world = World(Service(RATE).level().scenario, range(1, runs + 1))
    for run in range(runs):
        if run % BUILDS:
            world.apply(Add("app", run % BUILDS), run)
    for _ in range(WARM_TICKS):
        world.step()
    return world


def _step(world: World) -> None:
    for _ in range(TICKS):
        world.step()
