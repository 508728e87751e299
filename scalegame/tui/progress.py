"""What the player has reached: the best medals a level, read off the finished runs in the state folder.

For the title screen only: it shows what the files claim; `scalegame verify` is who proves it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.game.level import LevelError
from scalegame.game.level_library import find
from scalegame.game.recording import runs_folder
from scalegame.game.run_file import RunFileError, read
from scalegame.game.score import Result, medals

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MOST_RUNS = 200
"""The newest; an old medal is worth less than a title screen that waits."""
_ORDER = ("none", "bronze", "silver", "gold")


def run_files(folder: Path | None = None) -> list[Path]:
    """The runs in a folder (the user's state folder where None), newest first; none where it cannot be read."""
    try:
        found = [(path.stat().st_mtime, path) for path in (folder or runs_folder()).glob("*.run")]
    except OSError:
        return []
    return [path for _, path in sorted(found, reverse=True)]


def best_medals(paths: Iterable[Path]) -> dict[str, tuple[str, str]]:
    """Level id -> the best medals for uptime and for cost, each on its own; only levels that were won."""
    results: dict[str, list[Result]] = {}
    levels: dict[str, str] = {}
    for path, _ in zip(paths, range(MOST_RUNS), strict=False):
        try:
            run = read(path)
        except RunFileError:
            continue
        if run.end is not None and run.end.result.outcome == "won":
            results.setdefault(run.header.level, []).append(run.end.result)
            levels.setdefault(run.header.level, run.header.level_id)
    best: dict[str, tuple[str, str]] = {}
    for name, found in results.items():
        try:
            level = find(name)
        except LevelError:
            continue
        if level.level_id == levels[name]:
            won = [medals(result, level.par) for result in found]
            uptime, cost = (max((pair[axis] for pair in won), key=_ORDER.index) for axis in (0, 1))
            best[name] = (uptime, cost)
    return best
