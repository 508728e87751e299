"""X-ray in the inspector: how far the experiment is, then what it found, and how old that is."""

from __future__ import annotations

from scalegame.tui.cells.figures import duration, percent
from scalegame.tui.cells.sheet import Sheet, wrap
from scalegame.tui.cells.theme import Ink
from scalegame.tui.desk.board import Board
from scalegame.tui.desk.lookout import FADES_SECONDS, age, seen
from scalegame.tui.widgets.panel import Inside

PROGRESS_WIDTH = 16


def draw_xray(sheet: Sheet, board: Board, inside: Inside, *, plot: bool = True) -> int:
    """Draw from the top of ``inside``; the next free row. ``plot``: a row for what is lost second by second."""
    experiment = seen(board)
    y = inside.y
    if experiment is None or inside.height < 1:
        return y
    finding = experiment.finding
    if finding is None:
        x = sheet.put(inside.x, y, "X-ray  ", Ink.HEADING)
        x = sheet.bar(x, y, min(PROGRESS_WIDTH, inside.width - 20), experiment.done, Ink.CALM)
        told = f"{percent(experiment.done):>5}  if {experiment.machine} died now"
        sheet.put(x + 1, y, told, Ink.DIM, inside.right - x - 1)
        return y + 1
    old = age(board, experiment)
    faded = old > FADES_SECONDS
    loud = Ink.STRONG if not finding.noticed else Ink.RED if finding.ends or (finding.points or 0) <= -10 else Ink.AMBER
    said = "now" if old < 1 else f"{duration(int(old))} ago"
    tail = f" {said}"
    x = sheet.put(inside.x, y, "X-ray  ", Ink.DIM if faded else Ink.HEADING)
    x = sheet.put(x, y, finding.headline, Ink.DIM if faded else loud, inside.right - x - len(tail) - 1)
    sheet.put_right(inside.right, y, tail, Ink.DIM)
    y += 1
    for line in wrap(finding.details, inside.width - 2, max(inside.bottom - y, 0)):
        sheet.put(inside.x + 2, y, line, Ink.DIM if faded else Ink.TEXT)
        y += 1
    if plot and finding.noticed and y < inside.bottom:
        x = sheet.put(inside.x + 2, y, "lost each second ", Ink.DIM)
        marks = _columns(finding.by_second, sheet.look.glyphs.levels)
        x = sheet.put(x, y, marks, Ink.DIM if faded else loud, inside.right - x)
        sheet.put(x + 1, y, f"most {max(finding.by_second):,}", Ink.DIM, inside.right - x - 1)
        y += 1
    return y


def _columns(values: tuple[int, ...], levels: str) -> str:
    """A mark for each value, from nothing to the most."""
    top = max(*values, 1, 1)
    steps = len(levels) - 1
    return "".join(levels[min(max(-(-value * steps // top), 0), steps)] for value in values)
