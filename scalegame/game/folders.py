"""Where what a player did is kept."""

from __future__ import annotations

from pathlib import Path


def state_folder() -> Path:
    """Runs, progress and dailies: the user's state folder, whether it is there or not."""
    from platformdirs import user_state_path

    return user_state_path("scalegame")


def runs_folder() -> Path:
    """Where runs are kept."""
    return state_folder() / "runs"
