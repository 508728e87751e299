"""Where lines of different weights meet: the one character that joins them."""

from __future__ import annotations

from collections.abc import Mapping

from scalegame.tui.cells.glyphs import Glyphs

NONE, LIGHT, HEAVY, DOUBLE = range(4)
"""How heavy an arm is."""
Arms = tuple[int, int, int, int]
"""Up, down, left, right."""


def joint(glyphs: Glyphs, arms: Arms) -> str:
    """The mark where two to four arms meet that do not all run straight on."""
    if glyphs.ascii:
        return "+"
    up, down, left, right = arms
    if DOUBLE in arms:
        # No character joins a double line with a heavy one: what is not double is light.
        tall, wide = (DOUBLE if DOUBLE in pair else LIGHT for pair in ((up, down), (left, right)))
        up, down, left, right = (up and tall, down and tall, left and wide, right and wide)
    return _JOINTS.get((up, down, left, right), "+")


def _joints() -> Mapping[Arms, str]:
    """Unicode's box-drawing characters that turn or branch, light, heavy and double."""
    found: dict[Arms, str] = {}
    rows = (
        # The arms that are there; their marks, light or heavy, the last arm changing fastest; their marks, light or
        # double, first across, then down.
        ((0, 1, 0, 1), "┌┍┎┏", "┌╒╓╔"),
        ((0, 1, 1, 0), "┐┑┒┓", "┐╕╖╗"),
        ((1, 0, 0, 1), "└┕┖┗", "└╘╙╚"),
        ((1, 0, 1, 0), "┘┙┚┛", "┘╛╜╝"),
        ((1, 1, 0, 1), "├┝┟┢┞┡┠┣", "├╞╟╠"),
        ((1, 1, 1, 0), "┤┥┧┪┦┩┨┫", "┤╡╢╣"),
        ((0, 1, 1, 1), "┬┮┭┯┰┲┱┳", "┬╤╥╦"),
        ((1, 0, 1, 1), "┴┶┵┷┸┺┹┻", "┴╧╨╩"),
        ((1, 1, 1, 1), "┼┾┽┿╁╆╅╈╀╄╃╇╂╊╉╋", "┼╪╫╬"),
    )
    for arms, mixed, double in rows:
        present = [at for at, arm in enumerate(arms) if arm]
        for index, mark in enumerate(mixed):
            weights = [NONE] * 4
            for place, at in enumerate(reversed(present)):
                weights[at] = HEAVY if index >> place & 1 else LIGHT
            found[weights[0], weights[1], weights[2], weights[3]] = mark
        for index, mark in enumerate(double):
            tall, wide = (DOUBLE if index & 2 else LIGHT), (DOUBLE if index & 1 else LIGHT)
            found[arms[0] * tall, arms[1] * tall, arms[2] * wide, arms[3] * wide] = mark
    return found


_JOINTS = _joints()
