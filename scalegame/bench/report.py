"""The outcome as a page of tables, or as one JSON object."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, TextIO

from scalegame import __version__
from scalegame.bench.section import Figure, Section, Settings

if TYPE_CHECKING:
    from rich.table import Table

FORMAT = "scalegame-bench/1"
WIDTH = 110
"""Columns of the page where the output is no terminal."""


MEASURED_WITH = ("numpy", "textual", "simpy", "ciw")
"""Packages whose versions belong to a figure that is quoted."""


def machine() -> dict[str, object]:
    """On what, and with what, it was measured; a package that is not installed has no version."""
    return {
        "python": platform.python_version(),
        "system": platform.platform(terse=True),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "packages": {name: _version(name) for name in MEASURED_WITH},
    }


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def as_json(settings: Settings, sections: Mapping[str, Section], failures: Sequence[str]) -> str:
    """One object: ``format scalegame machine quick repeats parts{NAME: data} figures[...] notes[...]``."""
    return json.dumps(
        {
            "format": FORMAT,
            "scalegame": __version__,
            "machine": machine(),
            "quick": settings.quick,
            "repeats": settings.repeats,
            "parts": {name: section.data for name, section in sections.items()},
            "figures": [_figure(figure) for section in sections.values() for figure in section.figures],
            "notes": [*_notes(sections), *failures],
        },
        indent=2,
        allow_nan=False,
    )


def print_page(settings: Settings, sections: Mapping[str, Section], failures: Sequence[str], stream: TextIO) -> None:
    """A table a part, what was promised and how it stands, and the notes."""
    from rich.console import Console

    console = Console(file=stream, highlight=False, markup=False, width=None if stream.isatty() else WIDTH)
    here = machine()
    how = "a quick look" if settings.quick else "medians"
    console.print(
        f"scalegame {__version__}, Python {here['python']}, {here['system']}, {here['cores']} cores;"
        f" {how} of {settings.repeats} rounds in turns",
        soft_wrap=True,
    )
    for section in sections.values():
        console.print()
        console.print(_table(section.title, section.columns, section.rows))
    figures = [figure for section in sections.values() for figure in section.figures]
    if figures:
        console.print()
        rows = [_row(figure) for figure in figures]
        console.print(_table("Targets", ("figure", "measured", "target", "verdict"), rows))
    notes = [*_notes(sections), *failures]
    if notes:
        console.print()
    for note in notes:
        console.print(f"- {note}", soft_wrap=True)


def _notes(sections: Mapping[str, Section]) -> list[str]:
    return [note for section in sections.values() for note in section.notes]


def _figure(figure: Figure) -> dict[str, object]:
    return {
        "name": figure.name,
        "value": figure.value,
        "target": figure.target,
        "bound": "at most" if figure.at_most else "at least",
        "verdict": figure.verdict,
    }


def _row(figure: Figure) -> tuple[str, str, str, str]:
    bound = "at most" if figure.at_most else "at least"
    measured = "-" if figure.value is None else figure.show(figure.value)
    return figure.name, measured, f"{bound} {figure.show(figure.target)}", figure.verdict


def _table(title: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Table:
    from rich.table import Table

    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left", no_wrap=not index)
    for row in rows:
        table.add_row(*row)
    return table
