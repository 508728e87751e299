"""The daily as a file, for whoever wants a path: written into the user's state folder when it is first asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scalegame.game.atomic_file import replacing, write_all
from scalegame.game.daily.day import daily_id, level_text

if TYPE_CHECKING:
    import datetime as dt


def kept_daily(date: dt.date) -> Path:
    """The file of a date's level, as it should be. Raises OSError."""
    from platformdirs import user_state_path

    path: Path = user_state_path("scalegame") / "dailies" / f"{daily_id(date)}.toml"
    text = level_text(date).encode()
    if not path.is_file() or path.read_bytes() != text:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            write_all(file, text)
    return path
