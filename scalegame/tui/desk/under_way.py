"""What is under way in a world: orders that take time, and reboots, which nobody can take back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scalegame.game.view import NOTHING, Option

if TYPE_CHECKING:
    from scalegame.model.snapshot import OrderView
    from scalegame.tui.desk.roster import Roster

_REBOOTS = {"resizing": "resize", "restarting": "restart"}
_IN_TURN = ("rolling", "switch")
_WAITS_SECONDS = 3600.0
"""What takes longer waits for something else, and nobody knows how long."""


@dataclass(frozen=True, slots=True)
class Errand:
    """Something that takes time."""

    number: int | None
    """Of the order; None where it is none that could be cancelled."""
    text: str
    place: str
    seconds_left: float | None
    """None: until something else happens."""
    done: float
    """0..1."""

    @property
    def command(self) -> str:
        """What takes it back; empty where nothing does."""
        return "" if self.number is None else f"cancel {self.number}"


def under_way(roster: Roster) -> list[Errand]:
    """Everything under way, the next to finish first."""
    orders = roster.snapshot.orders
    errands = [_order(order) for order in orders]
    # An order that reboots machines in turn says it for them.
    rolling = {order.place for order in orders if order.kind in _IN_TURN}
    errands += [
        Errand(
            None, f"{_REBOOTS[machine.state]} {machine.name}", machine.name, machine.seconds_left,
            roster.progress(machine),
        )
        for machine in roster.snapshot.machines
        if machine.state in _REBOOTS and machine.pool not in rolling and machine.name not in rolling
    ]  # fmt: skip
    return sorted(errands, key=lambda one: _WAITS_SECONDS if one.seconds_left is None else one.seconds_left)


def ways_back(roster: Roster, weigh: Callable[[str], Option]) -> tuple[Option, ...]:
    """For each thing under way the order that cancels it; where there is none it has no command, and says why."""
    return tuple(
        replace(weigh(errand.command), key="", label=errand.text)
        if errand.command
        else Option("", errand.text, "", NOTHING, "a reboot cannot be taken back")
        for errand in under_way(roster)
    )


def _order(order: OrderView) -> Errand:
    if order.seconds_left > _WAITS_SECONDS:
        return Errand(order.number, order.text, order.place, None, 0.0)
    done = 1.0 - order.seconds_left / order.seconds if order.seconds > 0 else 1.0
    return Errand(order.number, order.text, order.place, order.seconds_left, done)
