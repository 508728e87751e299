"""The marks that panels are drawn with: one set for UTF-8 terminals, one for those that only know ASCII.

Every mark is one cell wide in both sets, so that a panel's layout does not depend on the set.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

_PLAIN = str.maketrans(
    {
        "−": "-", "–": "-", "—": "-", "…": "~", "’": "'", "‘": "'", "“": '"', "”": '"', "×": "x", "·": "-", "→": ">",
        "←": "<", "↑": "^", "↓": "v", "≤": "<", "≥": ">", "±": "~", "\u00a0": " ", "•": "*", "▸": ">", "µ": "u",
        "½": "h", "¼": "q", "é": "e", "ü": "u", "ö": "o", "ä": "a", "⏎": "<", "␣": "_", "☐": "o", "☑": "x",
    }
)  # fmt: skip
"""Cell for cell: what prose out of level files becomes in ASCII."""


@dataclass(frozen=True, slots=True)
class Glyphs:
    """One set of marks. Words such as ``up`` name what is meant, not what it looks like."""

    ascii: bool
    eighths: str
    """A bar's last cell, from nothing to full: nine marks."""
    track: str
    """A bar's empty part."""
    levels: str
    """A plot's column, from nothing to full: nine marks."""
    plan: str
    """A forecast's point."""
    limit: str
    horizontal: str
    vertical: str
    corners: str
    """Top left, top right, bottom left, bottom right."""
    dashed: str
    dashed_down: str
    flow: str
    flows: str
    """A line across by what flows in it, from a trickle to the most that one row holds: four marks."""
    falls: str
    """The same downwards."""
    band: str
    """A line of two rows, for what no single row is thick enough: upper row, lower row."""
    tips: str
    """Its head: upper row, lower row."""
    moving: str
    """What moves along a line: right, down, left, up."""
    heat: str
    """A machine in one cell, by its utilisation from idle to full."""
    head: str
    head_down: str
    head_up: str
    pointer: str
    up: str
    busy: str
    full: str
    booting: str
    restarting: str
    resizing: str
    deploying: str
    draining: str
    unreachable: str
    cold: str
    idle: str
    """Up, and sent no traffic."""
    wrong: str
    dead: str
    slow: str
    waiting: str
    note: str
    running: str
    paused: str
    own: str
    refused: str
    lost: str
    medal: str
    no_medal: str
    enter: str
    arrows: str
    shade: str
    """The lost part of a plot's column."""
    few: str
    """As above, where it is too little for a cell."""
    span: str
    """From the median to the 95th percentile."""
    trace: str
    """A line's three marks, from the bottom of a cell to its top; alike where nothing tells them apart."""
    turn: str
    """Round a value that left and right change."""

    def plain(self, text: str) -> str:
        """``text`` in characters that the terminal can show, as many cells wide as before."""
        if not self.ascii or text.isascii():
            return text
        return text.translate(_PLAIN).encode("ascii", "replace").decode("ascii")

    def bar(self, share: float, width: int) -> tuple[str, str]:
        """(filled, empty): a bar ``width`` cells wide for a share of 0..1, to the eighth of a cell."""
        steps = len(self.eighths) - 1
        parts = min(max(round(share * width * steps), 0), width * steps)
        whole, rest = divmod(parts, steps)
        filled = self.eighths[-1] * whole + (self.eighths[rest] if rest else "")
        return filled, self.track * (width - len(filled))


UNICODE = Glyphs(
    ascii=False,
    eighths=" ▏▎▍▌▋▊▉█",
    track="░",
    levels=" ▁▂▃▄▅▆▇█",
    plan="┈",
    limit="┄",
    horizontal="─",
    vertical="│",
    corners="╭╮╰╯",
    dashed="┄",
    dashed_down="┊",
    flow="━",
    flows="┈─━═",
    falls="┊│┃║",
    band="▄▀",
    tips="◣◤",
    moving="▸▾◂▴",
    heat="▁▂▃▄▅▆▇█",
    head="▶",
    head_down="▼",
    head_up="▲",
    pointer="▶",
    up="●",
    busy="▲",
    full="◆",
    booting="↻",
    restarting="↺",
    resizing="⇕",
    deploying="⇧",
    draining="◌",
    unreachable="⊘",
    cold="◔",
    idle="○",
    wrong="≠",
    dead="✖",
    slow="◐",
    waiting="≡",
    note="·",
    running="▶",
    paused="‖",
    own="›",
    refused="✖",
    lost="✖",
    medal="★",
    no_medal="☆",
    enter="⏎",
    arrows="←↑↓→",
    shade="▒",
    few="×",
    span="█",
    trace="▁─▔",
    turn="◂▸",
)

ASCII = Glyphs(
    ascii=True,
    eighths=" -=#",
    track=".",
    levels=" .:-=+*%#",
    plan="~",
    limit="-",
    horizontal="-",
    vertical="|",
    corners="++++",
    dashed=".",
    dashed_down=":",
    flow="=",
    flows=".-=#",
    falls=":|H#",
    band="##",
    tips=">>",
    moving=">v<^",
    heat="0123456789",
    head=">",
    head_down="v",
    head_up="^",
    pointer=">",
    up="o",
    busy="^",
    full="#",
    booting="@",
    restarting="r",
    resizing="z",
    deploying="p",
    draining="%",
    unreachable="?",
    cold="c",
    idle="_",
    wrong="!",
    dead="X",
    slow="~",
    waiting="w",
    note="-",
    running=">",
    paused="=",
    own=">",
    refused="!",
    lost="X",
    medal="*",
    no_medal="-",
    enter="<",
    arrows="<^v>",
    shade="x",
    few="x",
    span=":",
    trace="***",
    turn="<>",
)


def writes_utf8(encoding: str | None = None) -> bool:
    """Whether the output stream (this process' own where None) can carry UNICODE at all."""
    written = encoding if encoding is not None else getattr(sys.__stderr__, "encoding", None)
    try:
        return codecs.lookup(written or "ascii").name == "utf-8"
    except LookupError:
        return False


def choose(environ: Mapping[str, str] | None = None, encoding: str | None = None) -> Glyphs:
    """The set that the terminal can show: UNICODE only where the locale and the output stream speak UTF-8."""
    if not writes_utf8(encoding):
        return ASCII
    env = os.environ if environ is None else environ
    locale = env.get("LC_ALL") or env.get("LC_CTYPE") or env.get("LANG") or ""
    if locale and "." in locale:
        return UNICODE if "utf" in locale.lower() else ASCII
    # Python itself turns a missing or a C locale into UTF-8 (PEP 538, 540), and so do today's terminals.
    return UNICODE
