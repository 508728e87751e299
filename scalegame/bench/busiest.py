"""The busiest world that the board is measured with: the sandbox with everything placed that can be, under load."""

from __future__ import annotations

from scalegame.bench.section import BenchError
from scalegame.game.level import LevelError
from scalegame.game.level_library import find
from scalegame.game.session import Session

LEVEL = "sandbox"
SEED = 3
FIRST = (
    "resize app large",
    "place balancer l7 machines=2",
    "place cache size=large",
    "place cdn",
    "add app 5",
    "place pool images machines=2",
    "resize database large",
    "place queue for=photo",
    "add worker 3",
    "set load 1000%",
)
"""In the first second."""
BOOTED_TICKS, SETTLED_TICKS = 200, 100
THEN = (
    "add replica 2",
    "add standby",
    "move sessions cache",
    "move uploads object",
    "set timeout.database 2",
    "set retries.database 2",
)
"""Once what was ordered first is up."""


def busiest() -> Session:
    """Eighteen machines in eight pools, seven kinds of requests, sessions in the cache, jobs in the queue; settled.

    Raises BenchError where the sandbox is not here, or takes a line no more.
    """
    try:
        session = Session(find(LEVEL), SEED)
    except LevelError as error:
        raise BenchError(error.lines[0]) from error
    for lines, ticks in ((FIRST, BOOTED_TICKS), (THEN, SETTLED_TICKS)):
        for line in lines:
            refusal = session.do(line)
            if refusal is not None:
                raise BenchError(f"{LEVEL} refuses {line}: {refusal}")
        for _ in range(ticks):
            session.step()
    return session
