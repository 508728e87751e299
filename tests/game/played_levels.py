"""Small played levels for the tests of the rules, made from a text like any other."""

from __future__ import annotations

from scalegame.game.level import Level
from scalegame.game.level_file import read_level


def stage(
    title: str, seconds: int, rate: tuple[float, float], *, grant: float = 0, band: float = 0.0, news: str = ""
) -> str:
    return f"""
[[stage]]
title = "{title}"
seconds = {seconds}
grant = {grant}
news = "{news}"
[[stage.traffic]]
class = "page"
rate = [[0, {rate[0]}], [{seconds}, {rate[1]}]]
band = {band}
"""


def level_text(
    *stages: str,
    money: float | None = 20,
    uptime: float = 0.9,
    size: str = "small",
    session: bool = False,
    db_read_ms: float = 0,
    more: str = "",
    top: str = "",
) -> str:
    """``top`` stands before the first table, ``more`` at the end."""
    budget = "" if money is None else f"[budget]\nmoney = {money}\n"
    return f"""
format = 1
id = "test-level"
title = "A test"
lesson = "Machines are finite."
{top}
[slo]
latency_ms = 1000
uptime = {uptime}
{budget}
[classes.page]
cpu_ms = 10
db_read_ms = {db_read_ms}
timeout_ms = 4000
session = {str(session).lower()}
{"".join(stages)}
[start.pools.app]
size = "{size}"
{more}
"""


CALM = stage("calm", 20, (50, 50), grant=1, news="The doors open.")
BUSY = stage("busy", 20, (100, 100), grant=2, band=0.1)
FLOOD = stage("flood", 20, (900, 900), grant=3)


def read_made(text: str) -> Level:
    return read_level(text, "test-level.toml")


def make_level(*stages: str, **parts: object) -> Level:
    """A small machine does about 200 of these pages a second: CALM and BUSY are easy, FLOOD is not."""
    return read_made(level_text(*(stages or (CALM, BUSY)), **parts))  # type: ignore[arg-type]  # passed on


ORDERS = (
    "resize app large", "resize app small", "resize app-1 medium rolling", "add app", "add app 3 size=medium",
    "remove app", "remove app-2", "restart app-1", "place balancer l4", "place balancer l7 machines=2",
    "remove balancer", "place cache", "remove cache", "move sessions sticky", "move sessions cache",
    "move sessions token", "move sessions memory", "move uploads object", "move data box", "move data database",
    "set token.life 5", "deploy app", "set health.interval 2", "cancel 1", "cancel 2",
    "launch", "add", "resize app gigantic",
)  # fmt: skip
"""What a wild player might type: some of it is always refused."""
