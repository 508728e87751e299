"""A crowd of machines as one picture: how many are in which state, how busy they are, and a cell for each of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scalegame.model.snapshot import MachineView
from scalegame.tui.cells.figures import count, percent
from scalegame.tui.cells.glyphs import Glyphs
from scalegame.tui.cells.sheet import Sheet
from scalegame.tui.cells.theme import Ink
from scalegame.tui.widgets.loudness import saturation_ink
from scalegame.tui.widgets.panel import Inside
from scalegame.tui.widgets.states import state_parts
from scalegame.tui.widgets.tiers import pack

_WORST = {Ink.RED: 3.0, Ink.AMBER: 2.0}
"""How bad a state is beside the utilisation of those that are up, 0..1."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """Machines, counted once for all that is drawn of them."""

    size: int
    counts: tuple[tuple[str, int], ...]
    """(word, machines): those that serve first, then what is wrong, the most first."""
    mean: float
    """Utilisation of those that serve; 0 where none does."""
    hottest: MachineView | None
    waiting: float
    marks: list[str]
    """A mark for each machine: how busy it is, or the state in which it serves nobody."""
    inks: list[Ink]
    badness: list[float]
    """Which of several machines a cell shows: the biggest."""

    @classmethod
    def of(cls, machines: Sequence[MachineView], glyphs: Glyphs) -> Fleet:
        heat = glyphs.heat
        top = len(heat) - 1
        marks: list[str] = []
        inks: list[Ink] = []
        badness: list[float] = []
        states: dict[str, int] = {}
        serving = 0
        busy = waiting = 0.0
        hottest: MachineView | None = None
        highest = -1.0
        for machine in machines:
            share = machine.utilisation
            waiting += machine.waiting
            plain = machine.state == "up" and machine.in_rotation and machine.wrong_share <= 0.0
            # One with a bad release is up, and busy with what it answers wrongly.
            if machine.state == "slow" or (machine.state == "up" and machine.in_rotation):
                serving += 1
                busy += share
                if share > highest:
                    highest, hottest = share, machine
            if plain:
                marks.append(heat[min(int(share * (top + 1)), top)])
                ink = saturation_ink(share)
                inks.append(ink)
                badness.append(share + (_WORST[Ink.RED] if ink == Ink.RED else 0.0))
            else:
                mark, word, _, ink = state_parts(machine, glyphs)
                states[word] = states.get(word, 0) + 1
                marks.append(mark)
                inks.append(ink)
                badness.append(_WORST.get(ink, 0.0) + (1.0 if machine.state == "dead" else 0.0))
        up = len(machines) - sum(states.values())
        counted = (("up", up), *sorted(states.items(), key=lambda item: (-item[1], item[0])))
        return cls(
            len(machines), counted, busy / serving if serving else 0.0, hottest, waiting, marks, inks, badness
        )  # fmt: skip

    def words(self) -> str:
        """'212 up, 3 booting, 1 dead'."""
        return ", ".join(f"{number:,} {word}" for word, number in self.counts)

    def lines(self, width: int) -> list[str]:
        """Everything in words, in lines of ``width`` cells."""
        counted: list[str] = []
        for word, number in self.counts:
            part = f"{number:,} {word}"
            if counted and len(counted[-1]) + 2 + len(part) <= width:
                counted[-1] += f", {part}"
            else:
                counted.append(part)
        return counted + pack(self.figures(), width)

    def figures(self) -> list[str]:
        """How busy it is, the most telling first."""
        hottest = self.hottest
        return [
            f"mean {percent(self.mean)}",
            *([f"hottest {hottest.name} {percent(hottest.utilisation)}"] if hottest is not None else []),
            f"{count(self.waiting)} wait",
        ]


def cells(fleet: Fleet, room: int) -> tuple[list[str], list[Ink], int]:
    """(marks, inks, machines a cell): a cell for each machine, or, where ``room`` is less, for the worst of several."""
    each = -(-fleet.size // max(room, 1))
    if each <= 1:
        return fleet.marks, fleet.inks, 1
    chosen = [
        max(range(start, min(start + each, fleet.size)), key=fleet.badness.__getitem__)
        for start in range(0, fleet.size, each)
    ]
    return [fleet.marks[at] for at in chosen], [fleet.inks[at] for at in chosen], each


def draw_grid(sheet: Sheet, inside: Inside, fleet: Fleet) -> int:
    """The crowd in cells, row by row; returns how many machines a cell stands for."""
    marks, inks, each = cells(fleet, inside.width * inside.height)
    for row in range(-(-len(marks) // max(inside.width, 1))):
        start, stop = row * inside.width, (row + 1) * inside.width
        sheet.paste(inside.x, inside.y + row, marks[start:stop], inks[start:stop])
    return each


def draw_fleet(sheet: Sheet, inside: Inside, fleet: Fleet, chosen: bool) -> None:
    """Words above, cells below; the fewer rows, the fewer words."""
    if inside.height < 1 or inside.width < 1:
        return
    lines = fleet.lines(inside.width)
    wanted = -(-fleet.size // inside.width)
    # As many words as leave a cell for each machine, and a third of the rows whatever the cells then stand for.
    spoken = min(len(lines), max(inside.height - wanted, (inside.height + 2) // 3))
    ink = Ink.CHOSEN if chosen else Ink.TEXT
    below = Inside(inside.x, inside.y + spoken, inside.width, inside.height - spoken)
    each = -(-fleet.size // max(below.width * below.height, 1)) if below.height > 0 else 0
    if each > 1:
        # What a cell stands for comes before what is said least urgently.
        last = f"a cell is {each} machines, the worst of them"
        last = last if len(last) <= inside.width else f"a cell: {each} machines"
        lines = [*lines[: spoken - 1], last] if spoken > 1 else [f"{each} a cell: {fleet.words()}"]
    for offset, line in enumerate(lines[:spoken]):
        sheet.put(inside.x, inside.y + offset, line, ink if offset == 0 else Ink.DIM, inside.width)
    if below.height > 0:
        draw_grid(sheet, below, fleet)
