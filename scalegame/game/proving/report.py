"""What came of a proof: a table for people, one JSON object for programmes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from scalegame.game.report import refused_objects
from scalegame.game.score import percent
from scalegame.model.world import RULES

if TYPE_CHECKING:
    from rich.console import Console

    from scalegame.game.proving.judging import Outcomes
    from scalegame.game.proving.proving import Verdict


def print_verdict(console: Console, verdict: Verdict) -> None:
    """A table of the builds, those of the same lines once, then each finding in a line."""
    from rich.table import Table

    level = verdict.level
    count = len(verdict.seeds)
    console.print(f"{level.id}: {level.title}, {count} seed{'s' if count != 1 else ''}")
    table = Table("build", box=None, padding=(0, 2, 0, 0))
    for title in ("won", "uptime", "cost", "medals"):
        table.add_column(title, justify="right", no_wrap=True)
    shown = set()
    for one in verdict.outcomes:
        if one.build.script in shown:
            continue
        shown.add(one.build.script)
        table.add_row(one.build.name, f"{len(one.won)}", _uptimes(one), _costs(one), _medals(one))
    if table.row_count:
        console.print(table)
    for finding in verdict.findings:
        console.print(f"  {finding.code}: {finding.sentence}")
    count = len(verdict.findings)
    wrong = f"does not hold: {count} finding{'s' if count != 1 else ''}"
    console.print(f"{level.id}: {'holds' if verdict.holds else wrong}")


def as_json(verdict: Verdict) -> dict[str, Any]:
    """Shares 0..1, dollars, seconds; one row for each build and seed."""
    return {
        "level": verdict.level.id,
        "level_id": verdict.level.level_id,
        "rules": RULES,
        "seeds": list(verdict.seeds),
        "holds": verdict.holds,
        "findings": [{"code": finding.code, "sentence": finding.sentence} for finding in verdict.findings],
        "builds": [
            {
                "kind": one.build.kind,
                "name": one.build.name,
                "won": len(one.won),
                "runs": [
                    {
                        "seed": played.seed,
                        "outcome": played.result.outcome,
                        "reason": played.reason,
                        "uptime": played.result.uptime,
                        "cost": played.result.cost_micro / 1e6,
                        "medals": {"uptime": uptime, "cost": cost},
                        "refused": refused_objects(played.refused),
                    }
                    for played, (uptime, cost) in zip(one.played, one.medals, strict=True)
                ],
            }
            for one in verdict.outcomes
        ],
        "warning": [{"seed": lead.seed, "warned": lead.warned, "lost": lead.lost} for lead in verdict.leads],
    }


def _uptimes(one: Outcomes) -> str:
    """'93.57 %', or '92.48-93.57 %' where seeds differ."""
    shares = [played.result.uptime for played in one.played if played.result.uptime is not None]
    if not shares:
        return "-"
    least, most = percent(min(shares)), percent(max(shares))
    return most if least == most else f"{least.removesuffix(' %')}-{most}"


def _costs(one: Outcomes) -> str:
    """'$2.04', or '$2.14-2.15' where seeds differ."""
    least, most = (f"{end(played.result.cost_micro for played in one.played) / 1e6:.2f}" for end in (min, max))
    return f"${least}" if least == most else f"${least}-{most}"


def _medals(one: Outcomes) -> str:
    """The commonest pair of medals for uptime and cost, and a sign where not all seeds have it."""
    pairs = Counter(one.medals).most_common()
    if not pairs or pairs[0][0] == ("none", "none"):
        return "-" if len(pairs) <= 1 else "mixed"
    (uptime, cost), _ = pairs[0]
    return f"{uptime}, {cost}" + ("" if len(pairs) == 1 else " mostly")
