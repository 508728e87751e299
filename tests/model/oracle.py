"""The exact values of tests/oracle.csv, by row."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    model: str
    metric: str
    value: float
    unit: str
    check: float | None
    """What an independent simulation gave; None where there was none."""


@cache
def rows() -> dict[str, Row]:
    path = Path(__file__).parent.parent / "oracle.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {
            row["id"]: Row(
                row["id"],
                row["model"],
                row["metric"],
                float(row["value"]),
                row["unit"],
                float(row["check"]) if row["check"] else None,
            )
            for row in csv.DictReader(file)
        }
