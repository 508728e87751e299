"""A tick with 10, 100 and 1,000 app machines, each walked on its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from scalegame.bench.rounds import cpu_seconds, interleaved
from scalegame.bench.section import Figure, Progress, Section, Settings, plain
from scalegame.bench.service import Service

if TYPE_CHECKING:
    from scalegame.model.world import World

COUNTS = (10, 100, 1_000)
REQUESTS_A_MACHINE = 100.0
"""A second: the load of a machine stays, so the service grows with its pool."""
WARM_TICKS = 64
TICKS = 128
"""Of a repeat: whole blocks of what the world draws ahead."""
ALGORITHM = "round-robin"


def measure(settings: Settings, progress: Progress) -> Section:
    """Milliseconds of CPU that a tick takes."""
    progress.begin("a tick by machines", settings.repeats + 1)
    contenders = {str(count): _ticking(count) for count in COUNTS}
    taken = interleaved(contenders, settings.repeats, lambda turn: progress.step(f"machines, round {turn}"))
    ticks = {count: 1000.0 * taken[str(count)] / TICKS for count in COUNTS}
    ratios = {count: ticks[count] / ticks[COUNTS[0]] for count in COUNTS}
    return Section(
        title="A tick by machines",
        columns=("app machines", "CPU ms a tick", "to 10 machines"),
        rows=tuple((f"{count:,}", f"{ticks[count]:.3f}", f"{ratios[count]:.2f}x") for count in COUNTS),
        figures=(
            Figure(f"a tick of {COUNTS[-1]:,} : of {COUNTS[0]} machines", ratios[COUNTS[-1]], 2.5, True, plain(2, "x")),
        ),
        data={
            "algorithm": ALGORITHM,
            "machines": [{"machines": n, "tick_cpu_ms": ticks[n], "to_ten": ratios[n]} for n in COUNTS],
        },
    )


def _ticking(count: int) -> Callable[[], float]:
    from scalegame.model.world import World

    service = Service(REQUESTS_A_MACHINE * count, servers=count, database_cores=8 * count)
    world = World(service.level(ALGORITHM).scenario, [1])
    _step(world, WARM_TICKS)
    return lambda: cpu_seconds(lambda: _step(world, TICKS))


def _step(world: World, ticks: int) -> None:
    for _ in range(ticks):
        world.step()
