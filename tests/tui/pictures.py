"""Systems to be drawn, and what their picture says as text: for the tests of all that is in it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from scalegame.model.scenario import RequestClass
from scalegame.model.snapshot import CopiesView, DataView, MachineState, MachineView, QueueView, StoreView
from scalegame.tui.cells.glyphs import UNICODE, Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Depth
from scalegame.tui.desk.board import Board
from scalegame.tui.widgets.links import Links
from scalegame.tui.widgets.system import draw_system
from tests.tui.stand_in import CALM, StandIn, level, look, machine, snapshot, view

SMALL, MIDDLE, LARGE = (80, 8), (84, 20), (104, 25)
"""The panel's size on a screen of 80x24, 120x40 and 160x50."""
SIZES = (SMALL, MIDDLE, LARGE)
STATES: tuple[MachineState, ...] = (
    "up", "booting", "resizing", "restarting", "draining", "deploying", "dead", "slow", "unreachable",
)  # fmt: skip


def drawn(
    board: Board, size: tuple[int, int] = SMALL, glyphs: Glyphs = UNICODE, depth: Depth = Depth.FULL, frame: int = 0
) -> tuple[Sheet, Links]:
    sheet = Sheet(*size, look(glyphs, depth))
    return sheet, draw_system(sheet, board, frame)


def system(board: Board, size: tuple[int, int] = SMALL, glyphs: Glyphs = UNICODE) -> str:
    return "\n".join(drawn(board, size, glyphs)[0].text())


def row_with(text: str, part: str) -> str:
    return next(row for row in text.splitlines() if part in row)


def of(machines: Sequence[MachineView], **more: object) -> Board:
    return Board.of(StandIn(view(snapshot(machines, **more))))  # type: ignore[arg-type]  # Snapshot's own fields


def shop(machines: Sequence[MachineView] = (), **more: object) -> Board:
    """A shop of pictures and of work that can wait, where everything may be placed."""
    scenario = replace(
        level().scenario,
        classes=(RequestClass("picture", static=True, reads="pictures"), RequestClass("video", job_ms=400.0)),
    )
    stands = machines or [machine("app-1", "app"), machine("db-1", "database")]
    shot = snapshot(stands, **more)  # type: ignore[arg-type]  # Snapshot's own fields
    return Board.of(StandIn(view(shot), played=level(scenario=scenario, unlocked=None)))


EDGE = CopiesView("cdn", 0.83, 400.0, 68.0, 0.0, 900.0, 5000.0, None, 0.0, 0.4, ())
CACHE = CopiesView("cache", 0.61, 200.0, 78.0, 0.0, 900.0, 120_000.0, 3e6, 40_000.0, 0.0, ())
QUEUE = QueueView(120, 9.0, 4, 0, 900, 3, 1, 2, CALM, CALM)


def everything() -> Board:
    """Every tier placed, as in the sandbox: nothing of it may be missing on the smallest screen."""
    machines = [machine(f"balancer-{i}", "balancer", 0.3) for i in (1, 2)]
    machines += [machine(f"app-{i}", "app", 0.2 * i, waiting=9.0 * i) for i in (1, 2, 3, 4)]
    machines += [machine(f"images-{i}", "images", 0.35) for i in (1, 2)]
    machines += [machine("cache-1", "cache", 0.12), machine("db-1", "database", 0.58)]
    machines += [machine(f"replica-{i}", "replica", 0.47) for i in (1, 2)]
    machines += [machine("standby-1", "standby", 0.0)]
    machines += [machine(f"worker-{i}", "worker", 0.66) for i in (1, 2)]
    stores = (
        StoreView("db-1", "primary", "", 0.4, 0.0, 0.0, 40, 100),
        StoreView("replica-1", "replica", "", 0.3, 0.2, 0.2, 40, 100),
        StoreView("replica-2", "replica", "", 0.3, 3.0, 0.2, 40, 100),
        StoreView("standby-1", "standby", "db-1", 0.0, 0.0, 0.0, 0, 100),
    )
    return shop(
        machines, copies=(EDGE, CACHE), queue=QUEUE, uploads="object", files_stored=320.0, sessions="cache",
        database=DataView(1, stores),
    )  # fmt: skip


def fleet(size: int, seed: int = 1) -> list[MachineView]:
    """So many servers, most of them up: one in a hundred is dead, two boot, one is slow."""
    dice = random.Random(seed)  # noqa: S311 - a picture's machines
    machines = []
    for number in range(1, size + 1):
        share, fate = min(max(dice.gauss(0.6, 0.15), 0.0), 0.84), dice.random()
        state: MachineState = "dead" if fate < 0.01 else "booting" if fate < 0.03 else "slow" if fate < 0.04 else "up"
        machines.append(machine(f"app-{number}", "app", share, state))
    return machines
