"""`scalegame prove`: levels proven one after another, with a bar on a terminal's stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from scalegame.game.complaint import complain
from scalegame.game.proving.jobs import NoWorkersError, executor_for
from scalegame.game.proving.proving import plan, prove
from scalegame.game.proving.report import as_json, print_verdict

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.game.proving.proving import Verdict

HOLDS, HOLDS_NOT = 0, 1


def prove_levels(levels: Sequence[Level], seeds: int, workers: int, scheduler: str | None, *, json_wanted: bool) -> int:
    """Prove levels over the seeds from 1 on. The exit status: 0 where all hold, 1 where one does not, 2 where nobody
    can do the work. Verdicts go to stdout, as tables or as one JSON list."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    verdicts: list[Verdict] = []
    bar = Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn(),
        console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty(),
    )  # fmt: skip
    try:
        with executor_for(workers, scheduler) as executor, bar:
            for level in levels:
                planned = plan(level, range(1, seeds + 1), workers)
                task = bar.add_task(level.id, total=len(planned.jobs))
                verdict = prove(level, planned, executor, partial(bar.advance, task))
                bar.remove_task(task)
                verdicts.append(verdict)
                if not json_wanted:
                    print_verdict(console, verdict)
    except NoWorkersError as error:
        return complain(str(error))
    if json_wanted:
        console.print(json.dumps([as_json(verdict) for verdict in verdicts], indent=2, allow_nan=False))
    return HOLDS if all(verdict.holds for verdict in verdicts) else HOLDS_NOT
