"""The daily as a file, for whoever wants a path: written into the user's state folder when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scalegame.game.atomic_file import write_whole
from scalegame.game.daily.day import daily_id, level_text
from scalegame.game.folders import state_folder

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path


def kept_daily(date: dt.date) -> Path:
    """The file of a date's level, as it should be. Raises OSError."""
    path = state_folder() / "dailies" / f"{daily_id(date)}.toml"
    text = level_text(date).encode()
    if not path.is_file() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text)
    return path
