"""What came of a run: one JSON object for programmes, a page of text for people."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from scalegame.game.score import medals, percent
from scalegame.model.world import RULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scalegame.game.played import Refused
    from scalegame.game.score import Result
    from scalegame.game.session import Session
    from scalegame.model.snapshot import Latency


def report(session: Session, refused: Sequence[Refused]) -> dict[str, Any]:
    """The object that `run --json` prints: shares 0..1, dollars, seconds, latencies in milliseconds.

    What is not known is None, never NaN. ``earned`` is there where good answers earn.
    """
    result, snapshot = session.result(), session.view().snapshot
    return {
        "level": session.level.id,
        "level_id": session.level.level_id,
        "seed": session.seed,
        "rules": RULES,
        "ticks": result.ticks,
        "seconds": result.ticks / 10,
        "outcome": result.outcome,
        "reason": session.reason,
        "uptime": result.uptime,
        "cost": result.cost_micro / 1e6,
        **({} if session.earned is None else {"earned": session.earned}),
        "offered": result.offered,
        "good": result.good,
        "lost": result.lost,
        "in_flight": snapshot.in_flight,
        "latency_ms": _latency(snapshot.latency),
        "ledger": [{"cause": loss.cause, "place": loss.place, "count": loss.count} for loss in snapshot.losses],
        "money": [{"purpose": purpose, "dollars": amount / 1e6} for purpose, amount in session.money()],
        "classes": {
            one.name: {
                "offered": one.offered,
                "good": one.good,
                "lost": one.lost,
                "latency_ms": _latency(one.latency),
            }
            for one in snapshot.classes
        },
        "pools": {
            pool.name: {
                "machines": pool.machines,
                "utilisation": _number(pool.mean_utilisation),
                "queue_mean": _number(pool.queue_mean),
                "wait_ms": _latency(pool.wait),
            }
            for pool in snapshot.pools
        },
        "refused": refused_objects(refused),
        "state": session.state(),
    }


def refused_objects(refused: Sequence[Refused]) -> list[dict[str, Any]]:
    """Lines that were not taken, for programmes."""
    return [{"seconds": one.seconds, "command": one.line, "why": one.why} for one in refused]


def summary(result: Result) -> str:
    """A run in a line: 'won, 99.42 % up, $31.20, 2,100 ticks'."""
    return f"{brief(result)}, {result.ticks:,} ticks"


def brief(result: Result) -> str:
    """'won, 99.42 % up, $31.20'."""
    share = "nothing offered" if result.uptime is None else f"{percent(result.uptime)} up"
    outcome = "still running" if result.outcome == "running" else result.outcome
    return f"{outcome}, {share}, ${result.cost_micro / 1e6:.2f}"


def print_report(session: Session, refused: Sequence[Refused]) -> None:
    """The page of text, on stdout."""
    from rich.console import Console
    from rich.table import Table

    result, post_mortem, snapshot = session.result(), session.post_mortem(), session.view().snapshot
    uptime_medal, cost_medal = medals(result, session.level.par)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    console.print(post_mortem.headline)
    console.print(f"{summary(result)}; {result.good:,} of {result.offered:,} requests were good, seed {session.seed}")
    if result.outcome == "won" and session.level.par.uptime is not None:
        console.print(f"medals: {uptime_medal} for uptime, {cost_medal} for cost")
    for sentence in post_mortem.why:
        console.print(sentence)

    places = Table("pool", box=None, padding=(0, 2, 0, 0))
    for title in ("machines", "busy", "waiting", "wait p50", "p95", "p99 ms"):
        places.add_column(title, justify="right")
    for pool in snapshot.pools:
        wait = pool.wait
        places.add_row(
            pool.name, str(pool.machines), f"{100 * pool.mean_utilisation:.1f} %", f"{pool.queue_mean:,.2f}",
            *(_cell(value) for value in (wait.p50, wait.p95, wait.p99)),
        )  # fmt: skip
    console.print(places)
    latency = snapshot.latency
    cells = ", ".join(f"{name} {_cell(getattr(latency, name))}" for name in ("mean", "p50", "p95", "p99"))
    console.print(f"latency in ms: {cells}")
    if post_mortem.losses:
        ledger = Table("lost by", "at", box=None, padding=(0, 2, 0, 0))
        ledger.add_column("requests", justify="right")
        ledger.add_column("share", justify="right")
        for cause, place, count, share in post_mortem.losses:
            ledger.add_row(cause, place, f"{count:,}", f"{100 * share:.1f} %")
        console.print(ledger)
    if result.cost_micro:
        console.print("money: " + ", ".join(f"{purpose} ${dollars:.2f}" for purpose, dollars in post_mortem.money))
    for one in refused:
        console.print(f"refused at {one.seconds:.1f} s: {one.line}: {one.why}")


def _latency(latency: Latency) -> dict[str, float | None]:
    return {name: _number(getattr(latency, name)) for name in ("mean", "p50", "p95", "p99")}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _cell(value: float) -> str:
    return f"{value:,.1f}" if math.isfinite(value) else "-"
