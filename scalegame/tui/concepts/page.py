"""What a page is made of. Content says what, ``drawing`` says where."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from scalegame.tui.cells.figures import money


@dataclass(frozen=True, slots=True)
class Facts:
    """What, and how much or how."""

    rows: tuple[tuple[str, str], ...]


def fact(what: str, told: str) -> tuple[str, str]:
    """A row of ``Facts``."""
    return what, told


@dataclass(frozen=True, slots=True)
class Table:
    """A first column of names and columns of figures."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Curve:
    """A plot from left to right."""

    title: str
    values: tuple[float, ...]
    """One a column, however many there are."""
    top: float
    top_label: str
    marks: tuple[tuple[float, str], ...]
    """(where, 0..1 from left to right, what is said below)."""
    amber: float = 1.0
    """From this share of the way on it is drawn as trouble."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Rows of marks out of the UTF-8 set; where a terminal has none, its own stand for them."""

    rows: tuple[str, ...]


Part: TypeAlias = Facts | Table | Curve | Picture


@dataclass(frozen=True, slots=True)
class Page:
    what: str
    """Three to six short sentences."""
    numbers: tuple[Part, ...]
    bites: tuple[str, ...]
    """Each goes on with 'It bites when'."""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea."""

    id: str
    title: str
    gist: str
    """In a few words, for the list."""
    names: tuple[str, ...]
    """Things of the game whose names outside belong here: keys of model.out_there."""
    lab: str
    """The level to try it in."""
    levels: tuple[str, ...]
    """Ids of the levels that are about it, those too that are not installed."""
    page: Callable[[], Page]
    """Called when the page is opened: the catalogue's numbers as they are then."""


LEAST_SHARE = 1e-6
"""Less than this is not told from none."""


def ms(value: float) -> str:
    """'0.05 ms'."""
    return f"{value:g} ms"


def per_minute(dollars: float) -> str:
    """'$0.26/min'."""
    return f"{money(dollars)}/min"


def times(factor: float) -> str:
    """'0.4x', '9.0x', '19x': a multiple, no more digits than matter."""
    return f"{factor:.0f}x" if factor >= 10 else f"{factor:.1f}x"


def share(part: float) -> str:
    """'5 %', '99.17 %', '0.4 %': as many digits as the share needs to be told from none and from all."""
    close = abs(min(part, 1.0 - part))
    if close == 0.0 or close >= 0.02 or part > 1:
        return f"{100 * part:.0f} %"
    if close < LEAST_SHARE:
        return f"under {100 * LEAST_SHARE:g} %" if part < 0.5 else f"over {100 * (1 - LEAST_SHARE):g} %"
    if part < 0.5:
        return f"{100 * part:.2g} %"
    # Two digits of what is missing, and never more than there is: a share close to all is not all.
    digits = 1 - math.floor(math.log10(100 * close))
    floored = math.floor(100 * part * 10**digits + 1e-6) / 10**digits
    return f"{floored:.{digits}f}".rstrip("0").rstrip(".") + " %"
