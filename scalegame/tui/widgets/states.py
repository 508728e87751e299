"""What state a machine is in, as a mark, a word and an ink: the same wherever a machine is drawn."""

from __future__ import annotations

from scalegame.model.catalogue import AMBER_SATURATION, RED_SATURATION
from scalegame.model.snapshot import MachineView
from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.theme import Ink

COLD_WORTH_A_WORD = 1.05
"""From here on a machine that warms up is shown as slow for it."""
READ_FROM_DISK = ("database", "replica")
"""Pools whose work takes longer where their memory does not hold what they are asked for."""
SHORT = {
    "booting": "boot",
    "resizing": "resize",
    "restarting": "restart",
    "draining": "drain",
    "deploying": "deploy",
    "no traffic": "idle",
}
"""Words for where no more than a few cells are left."""


def serves(machine: MachineView) -> bool:
    """It takes requests, fast or not: its bar and its number mean something."""
    return machine.state in ("up", "slow")


def state_mark(machine: MachineView, glyphs: Glyphs) -> tuple[str, str, Ink]:
    """(glyph, word, ink) of a machine's state, the word with its figure where it has one: 'slow 2.3x'."""
    mark, word, figure, ink = state_parts(machine, glyphs)
    return mark, f"{word} {figure}".rstrip(), ink


def state_parts(machine: MachineView, glyphs: Glyphs) -> tuple[str, str, str, Ink]:
    """(glyph, word, figure or nothing, ink): all machines in a state have its word, and each a figure of its own."""
    if not serves(machine):
        return _away(machine, glyphs)
    if machine.wrong_share > 0.0:
        return glyphs.wrong, "wrong", f"{machine.wrong_share * 100:.0f}%", Ink.RED
    if machine.state == "slow":
        return glyphs.slow, "slow", f"{machine.slow_factor:.1f}x", Ink.AMBER
    if machine.utilisation >= RED_SATURATION:
        return glyphs.full, "full", "", Ink.RED
    if machine.cold_factor >= COLD_WORTH_A_WORD:
        why = "disk" if machine.pool in READ_FROM_DISK else "cold"
        return glyphs.cold, why, f"{machine.cold_factor:.1f}x", Ink.AMBER
    if machine.utilisation >= AMBER_SATURATION:
        return glyphs.busy, "busy", "", Ink.AMBER
    if not machine.in_rotation:
        return glyphs.idle, "no traffic", "", Ink.AMBER
    return glyphs.up, "up", "", Ink.CALM


def _away(machine: MachineView, glyphs: Glyphs) -> tuple[str, str, str, Ink]:
    """Of one that takes no requests."""
    if machine.state == "dead":
        return glyphs.dead, "dead", "", Ink.RED
    if machine.state == "unreachable":
        return glyphs.unreachable, "cut off", "", Ink.RED
    marks = {
        "draining": glyphs.draining,
        "deploying": glyphs.deploying,
        "resizing": glyphs.resizing,
        "restarting": glyphs.restarting,
    }
    return marks.get(machine.state, glyphs.booting), machine.state, "", Ink.AMBER
