"""A level on one page of 80 columns: traffic with its band, stages, faults, purse, and what is promised and proved."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING

from scalegame.game.forecast import planned_requests
from scalegame.game.session import Session
from scalegame.game.stages import clock_text

if TYPE_CHECKING:
    from scalegame.game.level import Level
    from scalegame.model.scenario import Fault

WIDTH = 80
_LABELS = 8
"""Cells left of a plot."""
_COLUMNS = WIDTH - _LABELS - 1
_TRAFFIC_ROWS, _PURSE_ROWS = 8, 4
_SAMPLES = 3
"""Looks at the traffic in a column."""
_NO_LIMIT = 1e12
"""What a level file means by 'without'."""


@dataclass(frozen=True, slots=True)
class _Marks:
    sure: str
    """What comes at least."""
    band: str
    """What the seed decides."""
    side: str
    corner: str
    line: str
    border: str
    """Where a stage begins."""
    fault: str


_BLOCKS = _Marks("█", "░", "│", "└", "─", "┴", "▼")
_PLAIN = _Marks("#", ":", "|", "+", "-", "+", "!")


def writes_blocks(encoding: str | None) -> bool:
    """Whether a stream of this encoding can write them."""
    try:
        "".join(astuple(_BLOCKS)).encode(encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def drawing(level: Level, *, ascii: bool = False) -> list[str]:  # noqa: A002 - as the flag is called
    """The page, in lines of up to 80 cells."""
    marks = _PLAIN if ascii else _BLOCKS
    session = Session(level, 0, keep_history=False)
    level = _as_far_as_seen(level, session)
    parts = (
        _head(level),
        _traffic(level, session, marks),
        _purse(level, session, marks),
        _stages(level, session),
        _faults(level),
        _facts(level, session),
        _proofs(level),
    )
    return [line for part in parts for line in (*part, "")][:-1]


def _as_far_as_seen(level: Level, session: Session) -> Level:
    """A level without end up to where its forecast ends; any other as it is."""
    seconds = session.view().total_seconds
    stages = tuple(stage for stage in level.stages if stage.start < seconds)
    return replace(level, stages=stages, scenario=replace(level.scenario, seconds=seconds))


def _head(level: Level) -> list[str]:
    return [*_wrapped(f"{level.title} ({level.id})"), *_wrapped(" ".join(level.story.split()))]


# What comes


def _traffic(level: Level, session: Session, marks: _Marks) -> list[str]:
    """The band over time; faults above it, stages below it."""
    bands = [_band(session, *_seconds(level, column)) for column in range(_COLUMNS)]
    top = max((high for _, high in bands), default=0.0)
    sure = [_cells(low, top, _TRAFFIC_ROWS) for low, _ in bands]
    seen = [_cells(high, top, _TRAFFIC_ROWS) for _, high in bands]
    seeded = any(low < high for low, high in bands)
    lines = [f"requests a second{f': {marks.sure} at the least, {marks.band} as the seed decides' if seeded else ''}"]
    if level.scenario.faults:
        lines.append(_axis("") + _fault_marks(level, marks))
    for row in reversed(range(_TRAFFIC_ROWS)):
        label = _rate(top) if row == _TRAFFIC_ROWS - 1 else ""
        cells = "".join(
            marks.sure if row < at_least else marks.band if row < at_most else " "
            for at_least, at_most in zip(sure, seen, strict=True)
        )
        lines.append(_axis(label, marks.side) + cells)
    return [line.rstrip() for line in (*lines, *_stage_axis(level, marks))]


def _band(session: Session, begin: float, end: float) -> tuple[float, float]:
    """(least, most) requests a second within these seconds."""
    step = (end - begin) / _SAMPLES
    points = session.forecast([begin + (sample + 0.5) * step for sample in range(_SAMPLES)])
    return min(point.low for point in points), max(point.high for point in points)


def _fault_marks(level: Level, marks: _Marks) -> str:
    cells = [" "] * _COLUMNS
    for fault in level.scenario.faults:
        cells[_column(level, fault.seconds)] = marks.fault
    return "".join(cells)


def _stage_axis(level: Level, marks: _Marks) -> list[str]:
    """The time axis with the stages' borders, and as much of their titles and times as there is room for."""
    starts = [_column(level, stage.start) for stage in level.stages]
    axis = [marks.line] * _COLUMNS
    titles, times = [" "] * _COLUMNS, [" "] * _COLUMNS
    for number, (stage, at, end) in enumerate(zip(level.stages, starts, [*starts[1:], _COLUMNS], strict=True), 1):
        axis[at] = marks.border
        _write(titles, at, end, f"{number} {stage.title}" if len(level.stages) > 1 else "")
        _write(times, at, end, clock_text(stage.start))
    _write(times, starts[-1] + 6, _COLUMNS, clock_text(level.seconds).rjust(_COLUMNS - starts[-1] - 6))
    below = [cells for cells in (titles, times) if any(cell != " " for cell in cells)]
    return [_axis("0", marks.corner) + "".join(axis), *(_axis("") + "".join(cells) for cells in below)]


def _write(cells: list[str], begin: int, end: int, text: str) -> None:
    """Text between two columns, cut so that a blank parts it from what follows."""
    room = max(end - begin - (end < len(cells)), 0)
    cells[begin : begin + min(room, len(text))] = text[:room]


# What may be spent


def _purse(level: Level, session: Session, marks: _Marks) -> list[str]:
    """What is left over time, if nothing is bought."""
    if level.money is None:
        return ["purse: without end"]
    rent = session.view().burn / 60
    ends = [_seconds(level, column)[1] for column in range(_COLUMNS)]
    left = [_given(level, end - 1e-9) - rent * end for end in ends]
    top = max(left)
    given = _given(level, level.seconds)
    lines = _wrapped(
        f"purse: ${level.money:,.2f} at the start, ${given:,.2f} in all; drawn is what is left of it while only what"
        f" stands at the start is paid for, ${60 * rent:,.2f} a minute"
    )
    for row in reversed(range(_PURSE_ROWS)):
        label = _dollars(top) if row == _PURSE_ROWS - 1 else ""
        cells = "".join(marks.sure if row < _cells(money, top, _PURSE_ROWS) else " " for money in left)
        lines.append((_axis(label, marks.side) + cells).rstrip())
    return [*lines, _axis("$0", marks.corner) + marks.line * _COLUMNS]


def _given(level: Level, second: float) -> float:
    """Dollars that came in by then."""
    return (level.money or 0.0) + math.fsum(stage.grant for stage in level.stages if stage.start <= second)


# What is said in words


def _stages(level: Level, session: Session) -> Iterator[str]:
    yield f"   {'stage':<24} {'from':>6} {'to':>6} {'grant':>7} {'requests a second':>18} {'may be lost':>11}"
    for number, stage in enumerate(level.stages, 1):
        end = stage.start + stage.seconds
        step = stage.seconds / _COLUMNS
        bands = [_band(session, stage.start + at * step, stage.start + (at + 1) * step) for at in range(_COLUMNS)]
        least, most = min(low for low, _ in bands), max(high for _, high in bands)
        grant = _dollars(stage.grant) if stage.grant else "-"
        allowed = (1.0 - level.slo_uptime) * planned_requests(session.world, stage.start, end)
        budget = _rate(allowed) if level.slo_uptime else "-"
        rates = f"{_rate(least)} to {_rate(most)}"
        title = stage.title or "the whole level"
        yield (
            f"{number:>2} {title[:24]:<24} {clock_text(stage.start):>6} {clock_text(end):>6} {grant:>7}"
            f" {rates:>18} {budget:>11}"
        )


def _faults(level: Level) -> Iterator[str]:
    if not level.scenario.faults:
        yield "faults: none by script" + ("; by chance as outside" if level.scenario.random_faults else "")
        return
    yield "faults" + (" (and others by chance)" if level.scenario.random_faults else "")
    for fault in sorted(level.scenario.faults, key=lambda fault: fault.seconds):
        yield from _wrapped(_fault(fault), " " * 9, first=f"  {clock_text(fault.seconds):>5}  ")


def _fault(fault: Fault) -> str:
    text = f"{fault.kind} of {fault.target}"
    if fault.kind == "surge":
        text += f" to {fault.factor:g} times as many"
    if fault.lasts:
        text += f" for {fault.lasts:g} s"
    if fault.shuffle:
        text += f', here or when another of "{fault.shuffle}" is written'
    if fault.warning:
        return f'{text}, {fault.warning_seconds:g} s after "{fault.warning}"'
    return f"{text}, without a warning"


def _facts(level: Level, session: Session) -> Iterator[str]:
    promise = "any answer counts"
    if level.slo_latency_ms < _NO_LIMIT:
        promise = f"an answer within {level.slo_latency_ms:g} ms counts"
    share = f"{_percent(level.slo_uptime)} of each stage's must" if level.slo_uptime else "none is asked for"
    yield from _fact("slo", f"{promise}; {share}")
    par = level.par
    pars = ([] if par.uptime is None else [f"{_percent(par.uptime)} up"]) + (
        [] if par.cost is None else [f"${par.cost:.2f}"]
    )
    yield from _fact("par", ", ".join(pars) or "none")
    yield from _fact("unlocked", "everything" if level.unlocked is None else ", ".join(level.unlocked))
    if level.teaches:
        yield from _fact("teaches", ", ".join(level.teaches))
    sizes = level.scenario.sizes
    yield from _fact(
        "sizes", ", ".join(f"{name} ${sizes[name].price:.2f}" for name in level.scenario.ladder) + " a minute"
    )
    standing = [f"{machine.name} {machine.size}" for machine in session.view().snapshot.machines]
    more = f", and {len(standing) - 12} more" if len(standing) > 12 else ""
    yield from _fact("start", ", ".join(standing[:12]) + more)


def _proofs(level: Level) -> Iterator[str]:
    if not level.proofs:
        yield "proofs: none"
        return
    yield "proofs"
    for proof in level.proofs:
        medals = [f"{medal} for {axis}" for axis, medal in (("uptime", proof.uptime), ("cost", proof.cost)) if medal]
        text = ", ".join((f"{proof.outcome}: {proof.name}", *medals, *(("the reference",) if proof.reference else ())))
        yield from _wrapped(text, "        ", first="  ")


def _fact(name: str, text: str) -> list[str]:
    return _wrapped(text, " " * 10, first=f"{name:<10}")


def _wrapped(text: str, indent: str = "", *, first: str = "") -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=indent)


# Where things are drawn


def _seconds(level: Level, column: int) -> tuple[float, float]:
    """What of the level a column of the plots stands for."""
    return level.seconds * column / _COLUMNS, level.seconds * (column + 1) / _COLUMNS


def _column(level: Level, second: float) -> int:
    return min(int(second / level.seconds * _COLUMNS), _COLUMNS - 1)


def _cells(value: float, top: float, rows: int) -> int:
    """How many rows a value fills, at least one where there is something."""
    return min(max(round(value / top * rows), 1), rows) if value > 0 and top > 0 else 0


def _axis(label: str, side: str = " ") -> str:
    return f"{label:>{_LABELS - 1}} {side}"


def _rate(count: float) -> str:
    """In seven cells at most."""
    return f"{count:,.0f}" if count < 999_999.5 else f"{count / 1e6:,.4g}M"


def _dollars(amount: float) -> str:
    return f"${amount:,.2f}" if amount < 999.995 else f"${_rate(amount)}"


def _percent(share: float) -> str:
    return f"{100 * share:g} %"
